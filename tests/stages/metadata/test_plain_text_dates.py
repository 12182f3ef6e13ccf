from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.stages.metadata import text_candidates
from pipeline.stages.metadata.dates import choose_dates

TITLE = "Ferry returns to the island after forty days"
PROSE = "The ferry left at noon, and nobody on the pier of Harbour Falls would say why it had stayed away for so long."
NAVIGATION = ["Home", "News", "Ferry", "Sport", "Friday, 31 May 2024", "Weather", "Log in"]


def day(lines, url=None):
    dates = choose_dates(
        list(text_candidates(lines, lines[0] if lines else None, url)), url=url, fetched_at=datetime(2024, 6, 1, tzinfo=UTC), language="en"
    )
    return dates.published_day, dates.published_source


@pytest.mark.parametrize(
    "line",
    [
        "5 March 2024",
        "By Ada Moor | 5 March 2024 | 3 min read",
        "Published on March 5th, 2024 by Ada Moor and Ben Reed in Harbour news",
        "Posted: 5 March 2024, updated: 7 March 2024",
    ],
)
def test_the_line_beside_the_headline(line):
    assert day([TITLE, line, PROSE]) == (date(2024, 3, 5), "text:near-headline")
    assert day([f"{TITLE} | The Ledger", *NAVIGATION, TITLE, line, PROSE]) == (date(2024, 3, 5), "text:near-headline")
    assert day([f"{TITLE} | The Ledger", *NAVIGATION, line, TITLE, PROSE]) == (date(2024, 3, 5), "text:near-headline")


@pytest.mark.parametrize(
    ("lines", "url", "found"),
    [
        ([TITLE, f"OSTWEDE, 5 March 2024 – {PROSE}"], None, (date(2024, 3, 5), "text:dateline")),
        ([f"{TITLE} | 05.03.2024", PROSE], None, (date(2024, 3, 5), "title")),
        ([TITLE, PROSE], "https://ledger.example/2024/03/05/ferry", (date(2024, 3, 5), "url")),
        ([TITLE, *[PROSE] * 30, "Published: 5 March 2024"], None, (date(2024, 3, 5), "text:labelled")),
        ([TITLE, *[PROSE] * 30, "Published:", "5 March 2024"], None, (date(2024, 3, 5), "text:labelled")),
        ([TITLE, "Updated 5 March 2024", PROSE], None, (None, None)),
        ([TITLE, PROSE, "The last ferry had left on 5 March 2024, in the snow, with nobody on board but a dog."], None, (None, None)),
        ([TITLE, *[PROSE] * 20, "5 March 2024", "Council votes", "4 March 2024", "Mill saved"], None, (None, None)),
        ([TITLE, PROSE, "Board minutes, 4 March 2021"], "https://ledger.example/2024/03/05/ferry", (date(2024, 3, 5), "url")),
        ([TITLE, PROSE, "5 March 2024"], None, (date(2024, 3, 5), "text:below-prose")),
        ([], None, (None, None)),
    ],
)
def test_other_places_and_what_is_no_date_of_publication(lines, url, found):
    assert day(lines, url) == found
