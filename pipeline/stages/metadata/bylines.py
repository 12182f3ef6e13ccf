"""Who a page shows as its authors: elements marked as author or byline, links to authors' pages, and lines near the headline that sign the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.byline_parts import clean_name, is_reviewers, split_byline, without_reviewers
from pipeline.stages.metadata.date_lines import is_date_line
from pipeline.stages.metadata.date_parsing import parse_date
from pipeline.stages.metadata.given_names import is_given_name
from pipeline.stages.metadata.names import is_person, is_plausible
from pipeline.stages.metadata.outline import Mark, Outline, Placed, text_of
from pipeline.stages.metadata.proposals import propose

MAX_BYLINES: Final = 8
MAX_ELEMENTS_BETWEEN_AUTHORS: Final = 40  # what stands further off signs another story
MAX_BYLINE_CHARACTERS: Final = 200
MAX_BYLINE_WORDS: Final = 12  # of which most begin small
MAX_LABEL_CHARACTERS: Final = 40
MAX_DATED_LINE_CHARACTERS: Final = 80

_SIGNED: Final = re.compile(
    r"^[–—-]*\s*(?:[^.!?:;]{0,30}\b(?:19|20)\d\d\W{1,4}(?=(?:by|von|par|por)\b))?(?:(?-i:By(?=[A-Z][a-z]))|(?:(?:written|story|words|reported|posted|published|article|text|interview|report|essay) )?by|(?:(?:text|[\w-]+ beitrag|ein \w+|eine \w+|geschrieben|verfasst):? )?von|"
    r"(?:(?:écrit|publié|rédigé) )?par|(?:escrito )?por|(?:scritto |a cura )?di|av|af|door|"
    r"(?:autor(?:en|in|a|e)?|auteure?s?|authors?|verfasser(?:in)?)\s*:|autorin ?/ ?autor|autor(?:en|in)|автор:|كتبت?\s*:|بقلم\s*:?|به قلم\s*:?|מאת\s*:?|文[・:：/]|記者|作者[:：]|记者)"
    r"(?:\s*:\s*|\s+|(?<=[・:：/記者记])|(?<=^By))(?P<name>\S+(?:\s.{1,100})?)$",
    re.IGNORECASE,
)
_LONE_SIGNATURE: Final = re.compile(
    r"^(?:(?:(?:written|reported|posted|story|words|text) )?(?:by|von|par|por|door|av|af|di)|authors?|autor(?:en|in|a|e)?|autorin ?/ ?autor|auteure?|verfasser)\s*:?$",
    re.IGNORECASE,
)
_JOINING: Final = re.compile(r"^(?:,|and|und|et|y|e|och|og|en|&|,? and)$", re.IGNORECASE)
_DATED_PART: Final = re.compile(r"\s*[|•·–—/]\s*|\s+-\s+|,\s+(?=[^\W\d])")


def byline_candidates(outline: Outline) -> Iterator[Candidate]:
    """Yields names from elements marked as author or byline, from links to authors' pages, and from lines near the headline that sign the article."""
    seen: set[str] = set()
    for mark, field, source in (
        (Mark.AUTHOR, MetaField.AUTHOR, "class:author"),
        (Mark.PROFILE, MetaField.AUTHOR, "link:author"),
        (Mark.BYLINE, MetaField.BYLINE, "class:byline"),
    ):
        nearest = outline.near(mark)[:MAX_BYLINES]
        for placed in (other for other in nearest if abs(other.order - nearest[0].order) <= MAX_ELEMENTS_BETWEEN_AUTHORS):
            for candidate in _signatures(placed, field, source):
                if candidate.value not in seen:
                    seen.add(candidate.value)
                    yield candidate
    for line in islice(signed_lines(outline.lines_around_headline), 1):
        yield from propose(MetaField.BYLINE, "text:byline", line)
    for line in islice(signed_by_persons(outline.lines_below), 1):
        yield from propose(MetaField.BYLINE, "text:signature", line)
    for line in islice(names_beside_dates(outline.lines_around_headline), 1):
        yield from propose(MetaField.AUTHOR, "text:dated", line)


def _signatures(placed: Placed, field: MetaField, source: str) -> Iterator[Candidate]:
    """The links in a byline, which are one name each; without links its whole text."""
    element = placed.element
    text = text_of(element)
    if not text or len(text) > MAX_BYLINE_CHARACTERS or element.tag in {"img", "body", "html", "form", "input"}:
        return
    if _is_prose(text) or is_reviewers(text) or is_reviewers(_label_before(element)):
        return
    if field is MetaField.BYLINE:
        yield from propose(field, source, text)
    written = without_reviewers(text)
    links = [name for link in element.iter("a") if link is not element and (name := text_of(link)) and name in written]
    if element.get("rel", "") == "author":
        source = "rel:author"
    for name in links or ([written] if field is MetaField.AUTHOR else []):
        yield from propose(MetaField.AUTHOR, f"{source}:link" if links else source, name)


def _is_prose(text: str) -> bool:
    """Whether a text is an author's portrait: a sentence of many small words."""
    found = text.split()
    return len(found) > MAX_BYLINE_WORDS and 2 * sum(word[0].islower() for word in found) > len(found)


def signed_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yields lines that begin as a byline does, also where the names follow in lines of their own."""
    for index, line in enumerate(lines):
        if _LONE_SIGNATURE.match(line):
            if names := _names_below(lines[index + 1 :]):
                yield f"{line} {names}"
        elif (signed := _SIGNED.match(line)) and signed["name"][0].upper() == signed["name"][0] and not line.endswith((",", ".", ":")):
            yield line


def signed_by_persons(lines: Sequence[str]) -> Iterator[str]:
    """Returns signed lines far from the headline: there only given names tell a signature from "by Monday"."""
    return (line for line in signed_lines(lines) if any(map(is_known_name, split_byline(line))))


def _names_below(lines: Sequence[str]) -> str:
    """The first line, and what the next ones add to it: "and", another name."""
    if not lines or not 3 <= len(lines[0]) <= MAX_BYLINE_CHARACTERS:
        return ""
    names = lines[0]
    for joint, name in zip(lines[1::2], lines[2::2], strict=False):
        if not _JOINING.match(joint):
            break
        names = f"{names} {joint} {name}"
    return names[:MAX_BYLINE_CHARACTERS]


def names_beside_dates(lines: Sequence[str]) -> Iterator[str]:
    """Yields persons' names in the line of a date, or in the line before or after one; only given names tell them from sections there."""
    dated = [len(line) <= MAX_DATED_LINE_CHARACTERS and is_date_line(line) and parse_date(line) is not None for line in lines]
    for index, line in enumerate(lines):
        if dated[index]:
            yield from (name for part in _DATED_PART.split(line) if is_known_name(name := clean_name(part)))
    for index, line in enumerate(lines):
        if any(dated[max(0, index - 1) : index + 2]) and not dated[index] and is_known_name(line):
            yield line


def is_known_name(text: str) -> bool:
    """Returns whether a text is a person's name and nothing else, told by a common given name."""
    return is_plausible(text) and is_person(text) and is_given_name(text)


def _label_before(element: HtmlElement) -> str:
    """The few words in front of an element, such as "Reviewed by"; "" where they are more than a label."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        label = f"{text_of(previous)} {previous.tail or ''}".strip()
    else:
        label = ((parent.text or "") if parent is not None else "").strip()
    return label if len(label) <= MAX_LABEL_CHARACTERS else ""
