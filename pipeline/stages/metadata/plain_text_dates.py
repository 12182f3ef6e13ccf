"""The dates of a plain text: in its title, in the lines around its headline, in its address, in a labelled line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.records import Candidate
from pipeline.stages.metadata.other_dates import address_dates, labelled_dates, title_dates
from pipeline.stages.metadata.page_lines import end_of_head
from pipeline.stages.metadata.shown_dates import line_dates, lower_dates

# A page's text has its byline in the first lines, and what a design puts beside it (sharing, a picture, a summary) before that.
LINES_ABOVE_HEADLINE: Final = 2
LINES_BESIDE_HEADLINE: Final = 5
LINES_BELOW_HEADLINE: Final = 12
LINES_FAR_BELOW_HEADLINE: Final = 60
_MAX_WORDS_BESIDE: Final = 12  # "Published on 5 March 2024 by Ada Moor and Ben Reed in Harbour news"
_MAX_WORDS_FAR_BELOW: Final = 2


def text_dates(lines: Sequence[str], headline: int, url: str | None) -> Iterator[Candidate]:
    """Yields what the lines of a text, its title the first, and its address say of publication and change. `headline` is its headline's place."""
    below, far = headline + LINES_BELOW_HEADLINE, headline + LINES_FAR_BELOW_HEADLINE
    after = lines[headline + 1 : below]
    beside, head = LINES_BESIDE_HEADLINE - 1, end_of_head(after)
    near = [
        *line_dates(after[: min(beside, head)], _MAX_WORDS_BESIDE),
        *line_dates(after[beside:head]),
        *lower_dates(after[head:beside], _MAX_WORDS_BESIDE),
        *lower_dates(after[max(head, beside) :]),
        *line_dates(lines[max(0, headline - LINES_ABOVE_HEADLINE) : headline], _MAX_WORDS_BESIDE),
    ]
    found = [*near, *title_dates(lines[:1]), *address_dates(filter(None, [url]))] or list(labelled_dates(lines))
    yield from found or _lone(line_dates(lines[below:far], _MAX_WORDS_FAR_BELOW))


def _lone(dates: Iterator[Candidate]) -> Iterator[Candidate]:
    """The only date of those, if it is one: several are those of a list of stories."""
    different = list(dict.fromkeys(dates))
    yield from different if len(different) == 1 else ()
