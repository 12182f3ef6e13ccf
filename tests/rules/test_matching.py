"""Which rules fire on a block, what they capture, and which one wins."""

from pathlib import Path

import pytest

from pipeline.records import Kind
from pipeline.rules import Hit, RuleSet, load_rules, read_rules, strongest

NOWHERE: frozenset[str] = frozenset()
HEAD = frozenset({"head"})
TAIL = frozenset({"tail"})


def hit_ids(text: str, *, zones: frozenset[str] = NOWHERE, language: str | None = "en", site: str | None = None) -> set[str]:
    return {hit.rule.id for hit in load_rules().hits(text, zones=zones, language=language, site=site)}


def captured(text: str) -> dict[str, str]:
    hits = load_rules().hits(text, zones=HEAD | TAIL, language="de", site=None)
    return {str(name): value for hit in hits for name, value in hit.captures}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We’re sorry to hear that.", "lang/en:feedback-answer"),
        ("Accept\u00a0all   cookies", "lang/en:cookie-button"),
        ("\u200bSub\u00adscribe\u200b", "lang/en:newsletter-label"),
        ("READ MORE — How the ferry was lost", "lang/en:read-more-label"),
        ("EDITOR’S PICKS", "lang/en:list-heading"),
        ("Cafe\u0301 news: share this article", None),
        ("", None),
        ("   ", None),
    ],
)
def test_typography_makes_no_difference(text: str, expected: str | None):
    assert hit_ids(text) == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("zones", "hit"),
    [(NOWHERE, set()), (HEAD, set()), (TAIL, {"lang/en:more-in-section"}), (HEAD | TAIL, {"lang/en:more-in-section"})],
)
def test_a_tail_rule_fires_in_the_tail_alone(zones: frozenset[str], hit: set[str]):
    assert hit_ids("More in Arts and Letters:", zones=zones) - {"lang/en:list-heading"} == hit


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Bild vergrößern", "de", {"lang/de:bildansicht"}),
        ("Bild vergrößern", "de-AT", {"lang/de:bildansicht"}),
        ("Bild vergrößern", "en", set()),
        ("Bild vergrößern", None, set()),
        ("Click to enlarge", "de", {"lang/en:image-viewer"}),
        ("Click to enlarge", None, {"lang/en:image-viewer"}),
        ("Click to enlarge", "sw", {"lang/en:image-viewer"}),
        ("0:00 / 3:45", "de", {"common:player-clock"}),
    ],
)
def test_the_pages_language_english_and_common_run(text: str, language: str | None, expected: set[str]):
    assert hit_ids(text, language=language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Help keep The Riverside Ledger free for everyone.", {"site_name": "The Riverside Ledger"}),
        ("Help us keep the Mill & Moor Review independent!", {"site_name": "Mill & Moor Review"}),
        ("More in Harbour Life", {"section": "Harbour Life"}),
        ("More in this section", {}),
        ("Home » Sport » Ferry race ends in fog", {"section": "Sport"}),
        ("By Mara Quill and Tomas van der Brandt, Staff Writer", {"byline": "Mara Quill and Tomas van der Brandt"}),
        ("(Photo: Ledger/Mara Quill)", {"credit": "Ledger/Mara Quill"}),
        ("Photo: J. R. Brandt", {"credit": "J. R. Brandt"}),
        ("The ferry leaves Ostwede. Photo: Mara Quill", {"caption": "The ferry leaves Ostwede.", "credit": "Mara Quill"}),
        ("Die alte Mühle – Foto: Erna Quill/dpa", {"caption": "Die alte Mühle", "credit": "Erna Quill/dpa"}),
        ("Von Erna Quill und Jonas von der Heide, Ostwede", {"byline": "Erna Quill und Jonas von der Heide"}),
        ("Mehr aus Kultur und Leben", {"section": "Kultur und Leben"}),
        (
            "The ‘old’ mill at dawn, May 3, 2021. Picture taken May 3, 2021. | (Photo: REUTERS/Tomas Brandt/Pool)",
            {"caption": "The ‘old’ mill at dawn, May 3, 2021. Picture taken May 3, 2021.", "credit": "REUTERS/Tomas Brandt/Pool"},
        ),
    ],
)
def test_boilerplate_gives_metadata_away_as_the_page_wrote_it(text: str, expected: dict[str, str]):
    assert captured(text) == expected


def test_the_matched_text_keeps_the_pages_quotes():
    (hit,) = load_rules().hits("Don’t miss: nine walks along the canal", zones=NOWHERE, language="en", site=None)
    assert hit.matched_text == "Don’t miss: nine walks along the canal"


@pytest.mark.parametrize(
    "text",
    [
        "Sign up for our newsletter. " + "The mill stood empty. " * 30,
        "x" * 2001,
        "Subscribe to our newsletter " + "中文" * 90,
        "a " * 100_000,
    ],
)
def test_a_long_block_is_prose_and_no_rule_touches_it(text: str):
    assert hit_ids(text, zones=HEAD | TAIL) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Donations to the flood fund doubled within a week.",
        "The newsletter had 900 readers when the court shut it down.",
        "The paper will drop its paywall until the water has gone.",
        "Cookies and trackers need consent under the new law, the ministry said.",
        "Advertisement revenue at the Ledger fell for the ninth year.",
        "Comments by the coach drew a fine from the league.",
        "Correction: An earlier version gave the ferry the wrong name.",
        "Editor’s note: This story was changed to protect a witness.",
        "Anyone with information is asked to call the police on 555 0101.",
    ],
)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_news_about_boilerplate_is_news(text: str, language: str):
    assert hit_ids(text, zones=HEAD | TAIL, language=language) == set()


RULES = """
[[rule]]
name = "cut-words"
kind = "list_heading"
why = "cut"
match = ['^more words$']
zone = "tail"
action = "cut_from_here"
drops = ["More words"]
keeps = ["No more words were lost."]

[[rule]]
name = "drop-words"
kind = "{kind}"
why = "drop"
match = ['^more words$']
action = "drop"
drops = ["More words"]
keeps = ["No more words were lost."]
"""


def small_rules(folder: Path, kind: Kind) -> RuleSet:
    (folder / "lang").mkdir(parents=True)
    (folder / "site").mkdir()
    (folder / "lang/en.toml").write_text(RULES.format(kind=kind), encoding="utf-8")
    site = "[[rule]]" + RULES.split("[[rule]]")[1]
    (folder / "site/ledger.example.toml").write_text(site, encoding="utf-8")
    return read_rules([folder])


def winner(rules: RuleSet, site: str | None) -> Hit:
    return strongest(rules.hits("More words", zones=TAIL, language="en", site=site))


@pytest.mark.parametrize(
    ("kind", "site", "expected"),
    [
        (Kind.NEWSLETTER, None, "lang/en:drop-words"),  # the specific kind wins over a cut
        (Kind.LIST_HEADING, None, "lang/en:cut-words"),  # but a mere heading does not
        (Kind.NEWSLETTER, "ledger.example", "site/ledger.example:cut-words"),
        (Kind.NEWSLETTER, "other.example", "lang/en:drop-words"),
    ],
)
def test_the_strongest_hit(tmp_path: Path, kind: Kind, site: str | None, expected: str):
    assert winner(small_rules(tmp_path, kind), site).rule.id == expected


def test_a_sites_rules_run_on_its_own_pages_alone(tmp_path: Path):
    rules = small_rules(tmp_path, Kind.NEWSLETTER)
    assert not [hit for hit in rules.hits("More words", zones=TAIL, language="en", site=None) if hit.rule.scope.startswith("site/")]
