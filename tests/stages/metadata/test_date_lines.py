from __future__ import annotations

import pytest

from pipeline.stages.metadata.date_lines import dateline_date, is_date_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("5 March 2024", True),
        ("Published: Tuesday, 5 March 2024 at 10:30", True),
        ("By Ada Moor | 5 March 2024 | 3 min read", True),
        ("2024年3月5日 10:30", True),
        ("Joined: 5 March 2024", False),
        ("Termin: 05.03.2024, 19 Uhr", False),
        ("Ada Moor (@adamoor) March 5, 2024", False),
        ("Since 5 March 2024 guests of the old ferry need a ticket", False),
        ("The mill after the fire of 5 March 2024, seen from the harbour", False),
    ],
)
def test_a_line_of_a_date_has_few_other_words(line, expected):
    assert is_date_line(line) is expected


@pytest.mark.parametrize(
    ("paragraph", "date"),
    [
        ("5.3.2024 - The ferry is back after forty days.", "5.3.2024"),
        ("(5 March 2024) The ferry is back after forty days.", "5 March 2024"),
        ("05.03.2024 „Wir fahren wieder“, sagt Jonas Feld.", "05.03.2024"),
        ("Ostwede, den 5. März 2024 – Die Fähre fährt wieder.", "5. März 2024"),
        ("HARBOUR FALLS, March 5, 2024 — The ferry is back.", "March 5, 2024"),
        ("Puerto Claro, 5 de marzo de 2024.- El transbordador vuelve.", None),
        ("5 March 2024 was the first dry day of the year.", None),
        ("On 5 March 2024, at 11:30, the ferry left.", None),
        ("from 5.3.2024 – a ferry a day", None),
        ("March 2024 – the ferry is back", None),
        ("The ferry: 5 March 2024", None),
    ],
)
def test_the_date_that_a_paragraph_opens_with(paragraph, date):
    assert dateline_date(paragraph) == date
