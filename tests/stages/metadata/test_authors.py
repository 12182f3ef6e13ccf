from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata.authors import choose_authors, choose_byline
from pipeline.stages.metadata.byline_parts import split_byline
from pipeline.stages.metadata.given_names import is_given_name
from pipeline.stages.metadata.names import is_person, merged


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
        ("Alle Artikel von Ada Moor", ["Ada Moor"]),
        ("View all posts by Ada Moor", ["Ada Moor"]),
        ("ByAda MoorUpdated 5 March 2024", ["Ada Moor"]),
        ("By Ada Moor 5 de marzo de 2024", ["Ada Moor"]),
        ("Ada Moor Stand: 5. März 2024", ["Ada Moor"]),
        ("Ada Moor (Picture: Sea/Land Agency)", ["Ada Moor"]),
        ("Written by Ada Moor Reviewed by Ben Reed", ["Ada Moor"]),
        ("Text von Ada Moor Fotos von Ben Reed", ["Ada Moor"]),
        ("Quelle: Harbour Press", []),
        ("By Alan A Milner and Bo Reed", ["Alan A Milner", "Bo Reed"]),
        ("By Jane On Yu", ["Jane On Yu"]),
        ("Trinh Le, Ben Do", ["Trinh Le", "Ben Do"]),
        ("Ada Moor On March 5", ["Ada Moor"]),
        ("By Von Freeman", ["Von Freeman"]),
        ("Von Freeman", ["Freeman"]),
        ("VON ADA MOOR UND BEN REED IN HARBOURTOWN", ["Ada Moor", "Ben Reed"]),
        ("Por Juana Pérez en Madrid", ["Juana Pérez"]),
        ("Par Jean Dupont en Corse", ["Jean Dupont"]),
        ("Door Ada Moor en Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Por José Ramos y Cantal", ["José Ramos y Cantal"]),
        ("Par Jean d’Orme et Anne de La Baie", ["Jean d’Orme", "Anne de La Baie"]),
        ("As told to Ada Moor", ["Ada Moor"]),
        ("Ben Reed, as told to Ada Moor", ["Ben Reed", "Ada Moor"]),
        ("By ADA MOOR Associated Press", ["Ada Moor"]),
        ("Ada Moor AP", ["Ada Moor"]),
        ("Agencia EFE", ["Agencia EFE"]),
        ("Words: Ada Moor Photos: Ben Reed", ["Ada Moor"]),
        ("By Marten L. Kell Jr. and Robert Dow, Jr.", ["Marten L. Kell Jr.", "Robert Dow Jr."]),
        ("BY MARTEN L. KELL JR.", ["Marten L. Kell Jr."]),
        ("Ada Moor, Sr. Director of Operations", ["Ada Moor"]),
        ("Moor, Ada", ["Ada Moor"]),
        ("بقلم: أدا مور", ["أدا مور"]),
        ("بقلم: أدا مور، بن ريد", ["أدا مور", "بن ريد"]),
        ("מאת: עדה מור", ["עדה מור"]),
        ("Reviewed by Ada Moor", []),
        ("Medically reviewed by Ada Moor, MD", []),
        ("", []),
    ],
)
def test_bylines_are_split_into_names(byline, names):
    assert split_byline(byline) == names


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("John E Smith", ["John E Smith"]),
        ("Peter I Jones", ["Peter I Jones"]),
        ("Kim In Su", ["Kim In Su"]),
        ("Di Morrow", ["Di Morrow"]),
        ("Von Trapper, Maria", ["Maria Von Trapper"]),
        ("Von Ada Moor", ["Ada Moor"]),
        ("Von Redaktion", ["Redaktion"]),
        ("Ada Moor and Ben Reed", ["Ada Moor", "Ben Reed"]),
        ("Ada Moor, Ben Reed & Cleo Vance", ["Ada Moor", "Ben Reed", "Cleo Vance"]),
        ("Ada Moor, Senior Reporter", ["Ada Moor"]),
    ],
)
def test_what_is_declared_as_a_name_is_split_only_where_it_names_several(name, names):
    assert split_byline(name, is_name=True) == names


@pytest.mark.parametrize(("name", "is_one"), [("Jean d’Orme", True), ("Sara al-Masri", True), ("Keʻala ʻIolani", True), ("Jean dorme", False)])
def test_persons_are_told_by_capitals_behind_small_heads_too(name, is_one):
    assert is_person(name) is is_one


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
        ([("json-ld:author", "Di Morrow")], ("Di Morrow",), "json-ld:author"),
        ([("meta:author", "Di Morrow")], ("Di Morrow",), "meta:author"),
        ([("meta:author", "Por Juana Pérez en Madrid")], ("Juana Pérez",), "meta:author"),
        ([("class:byline", "בית"), ("class:byline", "מאת: עדה מור")], ("עדה מור",), "class:byline"),
        ([("json-ld:author", "adamoor")], ("adamoor",), "json-ld:author"),
        ([("json-ld:author", "Ada Moor"), ("text:byline", "By Ben Reed"), ("class:author:link", "Ben Reed")], ("Ben Reed",), "text:byline"),
        ([("json-ld:author", "Ada Moor"), ("text:byline", "By Ben Reed")], ("Ada Moor",), "json-ld:author"),
        ([("json-ld:author", "Ada Moor"), ("text:byline", "By Ada Moor Lifestyle"), ("class:author", "Ada Moor")], ("Ada Moor",), "json-ld:author"),
        ([("site:ledger.example", "Redaktion"), ("json-ld:author", "Ada Moor")], ("Redaktion",), "site:ledger.example"),
        ([("json-ld:author", "The Ledger"), ("class:author", "dpa")], ("The Ledger",), "json-ld:author"),
        ([("class:author", "Harbour, boats, ropes, knots, sails")], (), None),
        ([("class:byline:link", link) for link in ("Old Harbour", "Boats", "Ropes", "Knots", "Sails")], (), None),
        ([("text:signature", "Written by Ada Moor"), ("class:author", "moor77")], ("moor77",), "class:author"),
        ([("text:signature", "Written by Ada Moor")], ("Ada Moor",), "text:signature"),
        ([("class:author", "Full bio"), ("class:author", "Privacy Policy"), ("class:author", "Keine Kommentare")], (), None),
        ([("class:author", ".avatar{width:3px}"), ("class:byline", "3 Comments")], (), None),
        ([("class:byline", "Reviewed by Ada Moor")], (), None),
        ([], (), None),
    ],
)
def test_persons_come_before_teams_and_these_before_the_house(pairs, names, source):
    assert chosen(*pairs) == (names, source)


def test_a_title_or_section_in_an_element_for_authors_is_no_author():
    section = Candidate(field=MetaField.SECTION, source="breadcrumb", value="Harbour News Desk")
    title = Candidate(field=MetaField.TITLE, source="h1", value="Mill Lane with Rivers and Boats")
    suggested = [Candidate(field=MetaField.AUTHOR, source="class:author", value=value.value) for value in (section, title)]
    assert choose_authors([section, title, *suggested], frozenset()).value == ()


@pytest.mark.parametrize(
    ("site_name", "authors"),
    [("Ada Moor", ("Ada Moor",)), ("Dr. Ada Moor's blog", ("Ada Moor",)), ("Harbour Press", ()), ("Happily Ashore", ()), (None, ())],
)
def test_an_unsigned_page_of_a_site_that_bears_a_persons_name_is_that_persons(site_name, authors):
    assert choose_authors([], frozenset(), site_name).value == authors


@pytest.mark.parametrize(("word", "known"), [("Ada", True), ("JOSÉ", True), ("Jean-Luc", True), ("Harbour", False), ("", False)])
def test_given_names(word, known):
    assert is_given_name(word) is known


def test_the_byline_is_kept_as_it_stood():
    line = Candidate(field=MetaField.BYLINE, source="class:byline", value="By Ada Moor, Senior Reporter")
    assert choose_byline([line]) == "By Ada Moor, Senior Reporter"


@given(st.text(max_size=100))
def test_no_byline_raises_or_gives_an_empty_name(byline):
    assert all(split_byline(byline))
