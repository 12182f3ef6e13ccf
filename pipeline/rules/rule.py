"""A boilerplate rule, what it hits, and what a site's file says of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipeline.records import Kind, MetaField


class RuleError(Exception):
    """A rule file that cannot be used. Its text is one line: the file, the rule, and what is wrong."""

    def __init__(self, file: str, rule: str | None, problem: str) -> None:
        where = f"{file}, rule {rule}" if rule else file
        super().__init__(f"{where}: {' '.join(problem.split())}")
        self.file = file
        self.rule = rule


class NoRules(RuleError):  # noqa: N818 - reads as what happened
    """No folder of rules where a flag or a setting says that there is one."""


class Zone(StrEnum):
    """Where on the page a rule may fire."""

    HEAD = "head"  # above the first paragraph of prose
    ANY = "any"
    TAIL = "tail"  # the article's last blocks


class Verb(StrEnum):
    """What a rule wants done with the block that it hits."""

    DROP = "drop"
    CUT = "cut_from_here"  # the block ends the article: it goes, and so does what stands below it
    MOVE = "move"  # the block is metadata: see `Rule.moves_to`
    FLAG = "flag"  # the block stays in the text and the article is flagged: see `Rule.flag`


class MoveField(StrEnum):
    """The metadata that a whole block may be moved to."""

    CAPTION = "caption"
    CREDIT = "credit"
    BYLINE = "byline"
    DATELINE = "dateline"
    SECTION = "section"
    SITE_NAME = "site_name"
    KEYWORDS = "keywords"
    STANDFIRST = "standfirst"


class RuleFlag(StrEnum):
    """The flags that a rule may raise."""

    PAYWALL_DETECTED = "paywall_detected"
    SYNDICATED_OR_GENERATED = "syndicated_or_generated"


class Capture(StrEnum):
    """The named groups that a pattern may have: metadata that boilerplate gives away."""

    SITE_NAME = "site_name"
    SECTION = "section"
    BYLINE = "byline"
    CREDIT = "credit"
    CAPTION = "caption"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One `[[rule]]` of a rule file."""

    scope: str  # the file without its suffix: common, lang/en, site/example.com
    name: str
    kind: Kind
    why: str  # one sentence; becomes `Removal.reason`
    match: tuple[str, ...]  # patterns
    unless: tuple[str, ...]
    zone: Zone
    max_words: int
    verb: Verb
    moves_to: MoveField | None
    flag: RuleFlag | None
    drops: tuple[str, ...]
    keeps: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name that removals carry, e.g. lang/en:donation-appeal."""
        return f"{self.scope}:{self.name}"

    @property
    def removes(self) -> bool:
        """Whether a hit costs the text its block for good (a moved block lives on, a flagged one stays)."""
        return self.verb in {Verb.DROP, Verb.CUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that fired on a block. Texts are as the page had them, typographic quotes included."""

    rule: Rule
    matched_text: str
    captures: tuple[tuple[Capture, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """What a site's file says of its pages: CSS selectors, the zone of its clock, and which lines are its template."""

    domain: str
    body: str | None = None  # the element that holds the article
    remove: tuple[str, ...] = ()  # elements inside it that are none of the article
    fields: tuple[tuple[MetaField, str], ...] = ()  # where a field's value stands; wins over every other source
    time_zone: ZoneInfo | None = None  # of times that the site writes without an offset
    pins: tuple[str, ...] = ()  # texts that are template, whether that was learned or not
    vetoes: tuple[str, ...] = ()  # texts that never are

    @property
    def selects(self) -> bool:
        """Whether extraction depends on the file: it has selectors."""
        return bool(self.body or self.remove or self.fields)
