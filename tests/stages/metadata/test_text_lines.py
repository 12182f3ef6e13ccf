from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import MetaField
from pipeline.stages.metadata.choosing import choose_metadata
from pipeline.stages.metadata.text_lines import text_candidates

FERRY = "Ferry returns after storm"
PROSE = "The ferry left the old harbour at noon, forty days after the storm, with two hundred islanders on board."


def chosen(*lines):
    return choose_metadata(
        list(text_candidates(lines, lines[0], None)),
        (),
        url="https://ledger.example/a",
        fetched_at=None,
        text=PROSE,
        language="en",
        language_confidence=0.9,
    )


def test_title_byline_section_and_site_out_of_the_lines():
    metadata = chosen(f"{FERRY} | The Ledger", "Menu", "Home > World > Islands", FERRY, "By Ada Moor and Ben Reed", "5 March 2024", PROSE)
    assert (metadata.title, metadata.site_name, metadata.section) == (FERRY, "The Ledger", "World")
    assert (metadata.authors, metadata.byline_raw) == (("Ada Moor", "Ben Reed"), "By Ada Moor and Ben Reed")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([f"{FERRY} | The Ledger", PROSE], FERRY),
        ([f"{FERRY} – some paper", "Menu", FERRY, PROSE], FERRY),
        (["Ferry is back after the storm | The Ledger", "Menu", FERRY, PROSE], FERRY),
        ([FERRY, PROSE], FERRY),
        ([FERRY, "The Ledger", PROSE, "Ferry timetable for the week"], FERRY),
    ],
)
def test_the_headline_is_the_line_that_the_title_repeats(lines, title):
    assert chosen(*lines).title == title


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ([FERRY, "Menu", FERRY, "Ada Moor", "Senior writer", PROSE], ("Ada Moor",)),
        ([FERRY, "Menu", FERRY, "Ada Moor | 5 March 2024", PROSE], ("Ada Moor",)),
        ([FERRY, "Menu", FERRY, "ByAda MoorUpdated 5 March 2024", PROSE], ("Ada Moor",)),
        ([FERRY, "Menu", FERRY, "Harbour Road", PROSE], ()),
        ([FERRY, "Menu", FERRY, *[PROSE] * 40, "Written by Ada Moor"], ("Ada Moor",)),
        ([FERRY, "Menu", FERRY, "By Ben Reed", *[PROSE] * 40, "Written by Ada Moor"], ("Ben Reed",)),
        ([FERRY, PROSE, "By Ada Moor, who stood at the harbour all night long and saw it all, from the mole to the sea. " * 3], ()),
    ],
)
def test_who_signs_near_the_headline_is_the_author(lines, authors):
    assert chosen(*lines).authors == authors


def test_a_text_without_a_title_still_has_a_byline():
    assert [candidate.value for candidate in text_candidates([PROSE, "By Ada Moor"], None, None)] == ["By Ada Moor"]


def test_an_empty_text_proposes_nothing():
    assert list(text_candidates([], None, None)) == []


@given(st.lists(st.text(max_size=80), max_size=12))
def test_no_lines_raise_and_only_these_fields_are_proposed(lines):
    fields = {candidate.field for candidate in text_candidates(lines, lines[0] if lines else None, None)}
    assert fields <= {MetaField.TITLE, MetaField.SECTION, MetaField.BYLINE, MetaField.AUTHOR, MetaField.DATE_PUBLISHED, MetaField.DATE_MODIFIED}
