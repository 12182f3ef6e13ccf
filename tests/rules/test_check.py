"""`check_rules` tells a user which example their rule gets wrong, and how."""

from pathlib import Path

import pytest

from pipeline.records import Reason, Reject
from pipeline.rules import RuleError, check_rules, read_rules, ruleset


def table(**changes: str) -> str:
    keys = {
        "name": '"box"',
        "kind": '"newsletter"',
        "why": '"a box"',
        "match": "['^harbour box']",
        "action": '"drop"',
        "drops": '["Harbour box"]',
        "keeps": '["The harbour box was empty."]',
    }
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in (keys | changes).items()) + "\n"


def problems(tmp_path: Path, **files: str) -> list[tuple[str, str | None, str]]:
    for name, text in files.items():
        path = tmp_path / (f"lang/{name}.toml" if len(name) == 2 else f"{name}.toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [(problem.file, problem.example, problem.what) for problem in check_rules(read_rules([tmp_path]))]


def test_a_good_rule_has_no_problem(tmp_path: Path):
    assert problems(tmp_path, en=table()) == []


@pytest.mark.parametrize(
    ("changes", "example"),
    [
        ({"drops": '["Harbor box"]'}, "Harbor box"),
        ({"drops": '["Harbour box of nine words"]', "max_words": "4"}, "Harbour box of nine words"),
        ({"drops": '["Harbour box, said"]', "unless": "['said']"}, "Harbour box, said"),
    ],
)
def test_a_drop_that_stays_is_told(tmp_path: Path, changes: dict[str, str], example: str):
    ((file, told, what),) = problems(tmp_path, en=table(**changes))
    assert (file, told) == ("lang/en.toml", example)
    assert what.startswith("must be hit in zone any within")


def test_a_keep_that_its_own_rule_hits_is_told_also_when_the_rule_only_moves(tmp_path: Path):
    changes = {"keeps": '["Harbour boxes are red."]', "action": '"move:keywords"'}
    assert problems(tmp_path, en=table(**changes)) == [("lang/en.toml", "Harbour boxes are red.", "must be kept, and lang/en:box hits it")]


def test_a_keep_that_another_rule_drops_is_told(tmp_path: Path):
    other = table(name='"wide"', match="['box']", zone='"tail"', keeps='["Nothing of the kind."]')
    assert problems(tmp_path, en=table(), common=other) == [("lang/en.toml", "The harbour box was empty.", "must be kept, and common:wide hits it")]


def test_a_keep_may_be_hit_by_another_language_and_by_a_rule_that_only_moves(tmp_path: Path):
    german = table(name='"weit"', match="['box']", keeps='["Nichts davon."]')
    mover = table(name='"mover"', match="['box']", action='"move:keywords"', keeps='["Nothing of the kind."]')
    assert problems(tmp_path, en=table(), de=german, common=mover) == []


def test_two_rules_of_one_name_are_told(tmp_path: Path):
    assert ("lang/en.toml", None, "two rules have this name") in problems(tmp_path, en=table() + table())


ENDLESS = {"match": "['^(?:o|oo){1,40}!$', '^harbour box']"}
LINE = "o" * 100 + "!"  # too long for the pattern by twenty letters, which it learns after 2⁴⁰ tries


def test_a_pattern_without_end_costs_a_page_and_names_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ruleset, "SECONDS", 0.1)
    assert problems(tmp_path, en=table(**ENDLESS)) == []
    with pytest.raises(Reject, match=r"lang/en:box.*101 characters") as slow:
        read_rules([tmp_path]).hits(LINE, zones=frozenset(), language="en", site=None)
    assert slow.value.reason is Reason.CPU_LIMIT
    with pytest.raises(RuleError, match=r"lang/en.toml, rule box: with the example"):
        problems(tmp_path, en=table(**ENDLESS, keeps=f'["{LINE}"]'))
