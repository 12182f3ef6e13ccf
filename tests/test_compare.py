"""What a person sees who is about to merge a rule or to upgrade: which articles would come out otherwise, and how."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import compare
from pipeline.compare import LARGEST, Comparison, compare_datasets, compare_rules
from pipeline.learn import SiteTemplates, site_templates
from pipeline.rules import RuleError, RuleSet
from pipeline.settings import Settings
from pipeline.store.errors import StoreError
from tests.invented import page, write_pages
from tests.running import run

LINE = "Ring the tide bell for more of this."
STORY = [
    "The ropewalk of Skarvik has made its last hawser, eleven fathoms long and as thick as the arm of the man who ordered it.",
    "Its owner, who is seventy-one, will keep the tarring shed as a museum and the dog, which has never liked visitors, as a guard.",
    "The harbour board thanked her with a brass bell that the children of the parish school had polished all through the morning.",
]


def put(settings: Settings, name: str, *, line: str = LINE, story: list[str] = STORY) -> None:
    body = "".join(f"<p>{paragraph} Copy {name} of it.</p>" for paragraph in story)
    html = f'<html><head><link rel="canonical" href="https://{name}.example/a"></head><body><article><h1>The last hawser</h1>{body}<p>{line}</p></article></body></html>'
    (settings.raw[0] / f"{name}.html").write_text(html, encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(raw=(tmp_path / "raw",), clean=tmp_path / "clean")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "common.toml").write_text(
        '[[rule]]\nname = "tide-bell"\nkind = "newsletter"\nwhy = "calls for the tide bell"\nmatch = ["^ring the tide bell"]\n'
        f'action = "drop"\ndrops = ["{LINE}"]\nkeeps = ["She rang the tide bell."]\n',
        encoding="utf-8",
    )
    return folder


def test_other_rules_show_each_article_that_they_change_and_what_they_take(settings: Settings, rules: Path):
    put(settings, "herald")
    put(settings, "echo")
    put(settings, "rain", line="The bell can be heard as far as the skerries when the wind is right, and on Sundays in any wind at all.")
    run(settings)
    comparison = compare_rules(settings, rules, 1_000)
    assert (comparison.articles, comparison.appeared, comparison.vanished, dict(comparison.fields)) == (3, 0, 0, {"text": 2})
    assert {(change.name, change.fields, change.lost, change.gained) for change in comparison.largest} == {
        ("https://herald.example/a", ("text",), (LINE,), ()),
        ("https://echo.example/a", ("text",), (LINE,), ()),
    }
    assert comparison.removed["common:tide-bell"] == [0, 2 * len(LINE)]
    assert comparison.changed_share == pytest.approx(2 / 3)


def test_todays_rules_change_nothing(settings: Settings):
    put(settings, "herald")
    run(settings)
    comparison = compare_rules(settings, settings.raw[0], 1_000)
    assert (comparison.articles, comparison.changed, comparison.largest) == (1, 0, [])


def test_other_selectors_are_refused_where_the_cache_has_pages_of_the_site(settings: Settings, rules: Path):
    """What drafts hold was selected already: a comparison would pass whatever the selectors are."""
    write_pages(settings.raw[0] / "herald.jsonl", [page(1, [LINE], site="herald.example")])
    run(settings)
    for site in ("unknown", "herald"):
        others = shutil.copytree(rules, rules.with_name(f"for-{site}"))
        (others / "site").mkdir()
        (others / "site" / f"{site}.example.toml").write_text(f'[site]\ndomain = "{site}.example"\nremove = ["h1"]\n', encoding="utf-8")
    assert compare_rules(settings, rules.with_name("for-unknown"), 1_000).changed == 1
    with pytest.raises(RuleError, match=r"selectors for herald\.example, and"):
        compare_rules(settings, rules.with_name("for-herald"), 1_000)


def test_drafts_that_the_datasets_own_rules_would_not_make_are_not_compared(settings: Settings, rules: Path, tmp_path: Path):
    put(settings, "herald")
    run(settings)
    own = tmp_path / "own"
    (own / "site").mkdir(parents=True)
    (own / "site" / "herald.example.toml").write_text('[site]\ndomain = "herald.example"\nremove = ["h1"]\n', encoding="utf-8")
    with pytest.raises(StoreError, match="--reclean"):
        compare_rules(settings.model_copy(update={"rules": own}), rules, 1_000)


def test_what_was_learned_of_a_site_is_read_once(settings: Settings, rules: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(4):
        put(settings, f"herald{number}")
        (settings.raw[0] / f"herald{number}.html").write_text(
            (settings.raw[0] / f"herald{number}.html")
            .read_text(encoding="utf-8")
            .replace(f"//herald{number}.example/a", f"//herald.example/{number}"),
            encoding="utf-8",
        )
    run(settings)
    read: list[object] = []

    def templates(learned: Path | None, sites: set[str], rules: RuleSet) -> dict[str, SiteTemplates]:
        read.append(sites)
        return site_templates(learned, sites, rules)

    monkeypatch.setattr(compare, "site_templates", templates)
    compare_rules(settings, rules, 1_000)
    assert read == [{"herald.example"}] * 2


def test_the_sample_has_about_so_many_pages_and_stays_the_same(settings: Settings, rules: Path):
    for number in range(60):
        put(settings, f"paper{number}")
    run(settings)
    one, two = (compare_rules(settings, rules, 20) for _ in range(2))
    assert (one.changed, one.largest) == (two.changed, two.largest)
    assert 8 <= one.changed <= 32
    assert len(one.largest) == min(one.changed, LARGEST)


def test_two_datasets_show_what_came_and_went_and_changed(settings: Settings, tmp_path: Path):
    put(settings, "herald")
    put(settings, "echo", story=STORY[::-1])
    run(settings)
    other = settings.model_copy(update={"clean": tmp_path / "other"})
    put(settings, "herald", story=[*STORY, "The tar will be sold by the pound."])
    (settings.raw[0] / "echo.html").unlink()
    put(settings, "rain", story=[sentence.upper() for sentence in STORY])
    run(other)
    comparison = compare_datasets(settings.clean, other.clean)
    assert (comparison.articles, comparison.appeared, comparison.vanished) == (3, 1, 1)
    changes = {change.name: change for change in comparison.largest}
    assert changes["https://herald.example/a"].gained == ("The tar will be sold by the pound. Copy herald of it.",)
    assert changes["https://herald.example/a"].lost == ()
    assert compare_datasets(settings.clean, settings.clean).changed == 0


def test_what_is_no_dataset_is_named(settings: Settings, rules: Path, tmp_path: Path):
    with pytest.raises(StoreError, match="no published dataset"):
        compare_datasets(tmp_path, tmp_path)
    with pytest.raises(StoreError, match=r"ledger\.db"):
        compare_rules(settings, rules, 10)


@given(before=st.lists(st.sampled_from("abc")), after=st.lists(st.sampled_from("abc")))
def test_what_is_lost_and_gained_turns_one_text_into_the_other(before: list[str], after: list[str]):
    comparison = Comparison()
    comparison.add("x", {"text": "\n\n".join(before)}, {"text": "\n\n".join(after)})
    if not comparison.changed:
        assert before == after or "" in ("\n\n".join(before), "\n\n".join(after))
        return
    (change,) = comparison.largest
    assert sorted([*(before or [""]), *change.gained]) == sorted([*(after or [""]), *change.lost])


@given(st.lists(st.integers(0, 30), max_size=40))
def test_the_ten_largest_are_kept_and_all_are_counted(lengths: list[int]):
    comparison = Comparison()
    for number, length in enumerate(lengths):
        comparison.add(f"{number:02}", {"text": "x" * length}, {"text": "x" * length, "title": "y"} if length % 2 else {"text": ""})
    sizes = [0 if length % 2 else length for length in lengths]
    assert comparison.changed == sum(length > 0 for length in lengths)
    assert [change.characters for change in comparison.largest] == sorted(
        (size for size, of in zip(sizes, lengths, strict=True) if of), reverse=True
    )[:10]
