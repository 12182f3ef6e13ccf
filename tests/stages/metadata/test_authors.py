from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.authors import choose_authors, choose_byline
from pipeline.stages.metadata.names import merged, split_byline


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Moor", ["Ada Moor"]),
        ("By Ada Moor, Ben Reed and Cleo Vance in Harbourtown", ["Ada Moor", "Ben Reed", "Cleo Vance"]),
        ("by Ada Moor &amp; Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Written by Ada Moor", ["Ada Moor"]),
        ("Words by Ada Moor", ["Ada Moor"]),
        ("Posted on March 5, 2024 by Ada Moor", ["Ada Moor"]),
        ("Von Ada Moor und Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Ein Gastbeitrag von Ada Moor", ["Ada Moor"]),
        ("Text & Fotos: Ada Moor", ["Ada Moor"]),
        ("Par Ada Moor et Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Por Ada Moor y Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Di Ada Moor", ["Ada Moor"]),
        ("文・山田花子", ["山田花子"]),
        ("山田花子、田中太郎", ["山田花子", "田中太郎"]),
        ("Ada Moor | Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Ada Moor / Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Ada Moor, MD, PhD", ["Ada Moor"]),
        ("Dr. Ada Moor", ["Ada Moor"]),
        ("Ada Moor, Senior Reporter", ["Ada Moor"]),
        ("Ada Moor, Head of Sports and Culture", ["Ada Moor"]),
        ("Ada Moor, Head of Sports, Harbourtown", ["Ada Moor"]),
        ("Ada Moor - Harbour Press", ["Ada Moor"]),
        ("Ada Moor (Harbourtown)", ["Ada Moor"]),
        ("Ada Moor ada.moor@ledger.example @adamoor", ["Ada Moor"]),
        ("Ada Moor 5 March 2024", ["Ada Moor"]),
        ("ADA MOOR", ["Ada Moor"]),
        ("JEAN-LUC O'BRIEN", ["Jean-Luc O'Brien"]),
        ("Reviewed by Ada Moor", []),
        ("Medically reviewed by Ada Moor, MD", []),
        ("", []),
    ],
)
def test_bylines_are_split_into_names(byline, names):
    assert split_byline(byline) == names


@pytest.mark.parametrize(
    ("names", "people"),
    [
        (["Ada Moor", "ADA MOOR"], ["Ada Moor"]),
        (["Joan Nunez", "Joan Núñez"], ["Joan Nunez"]),
        (["A. Moor", "Ada Moor"], ["Ada Moor"]),
        (["Ada Moor", "Ben Moor"], ["Ada Moor", "Ben Moor"]),
        (["Ada Moor", "Ada Reed"], ["Ada Moor", "Ada Reed"]),
    ],
)
def test_one_person_is_named_once(names, people):
    assert merged(names) == people


def chosen(*pairs, names=frozenset({"theledger"})):
    candidates = [
        Candidate(field=MetaField.BYLINE if source.endswith("byline") else MetaField.AUTHOR, source=source, value=value) for source, value in pairs
    ]
    choice = choose_authors(candidates, names)
    return choice.value, choice.source


@pytest.mark.parametrize(
    ("pairs", "names", "source"),
    [
        ([("json-ld:author", "Ada Moor"), ("json-ld:author", "Ben Reed")], ("Ada Moor", "Ben Reed"), "json-ld:author"),
        ([("meta:author", "The Ledger"), ("class:byline", "By Ada Moor")], ("Ada Moor",), "class:byline"),
        ([("meta:author", "Staff"), ("class:author", "Ada Moor")], ("Ada Moor",), "class:author"),
        ([("json-ld:author", "dpa"), ("text:byline", "Von Ada Moor")], ("Ada Moor",), "text:byline"),
        ([("json-ld:author", "dpa"), ("meta:author", "The Ledger")], ("dpa",), "json-ld:author"),
        ([("json-ld:author", "Redaktion")], ("Redaktion",), "json-ld:author"),
        ([("json-ld:author", "The Ledger")], ("The Ledger",), "json-ld:author"),
        ([("json-ld:author.Organization", "Institute for Rivers and Lakes")], ("Institute for Rivers and Lakes",), "json-ld:author.Organization"),
        ([("article:author", "https://www.facebook.com/ada.moor"), ("meta:author", "Ada Moor")], ("Ada Moor",), "meta:author"),
        ([("citation_author", "Moor, Ada")], ("Ada Moor",), "citation_author"),
        ([("json-ld:author", "adamoor")], ("adamoor",), "json-ld:author"),
        ([("class:author", ".avatar{width:3px}"), ("class:byline", "3 Comments")], (), None),
        ([("class:byline", "Reviewed by Ada Moor")], (), None),
        ([], (), None),
    ],
)
def test_persons_come_before_teams_and_these_before_the_house(pairs, names, source):
    assert chosen(*pairs) == (names, source)


def test_the_byline_is_kept_as_it_stood():
    line = Candidate(field=MetaField.BYLINE, source="class:byline", value="By Ada Moor, Senior Reporter")
    assert choose_byline([line]) == "By Ada Moor, Senior Reporter"


@given(st.text(max_size=100))
def test_no_byline_raises_or_gives_an_empty_name(byline):
    assert all(split_byline(byline))
