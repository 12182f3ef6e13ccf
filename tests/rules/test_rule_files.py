"""Rule files: what they may say, and the one line for what they may not."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.records import Kind, MetaField
from pipeline.rules import RuleError, SiteRules, Verb, load_rules, read_rules

GOOD = {
    "name": '"harbour-box"',
    "kind": '"newsletter"',
    "why": '"the box below each story"',
    "match": "['^harbour box$']",
    "action": '"drop"',
    "drops": '["Harbour box"]',
    "keeps": '["The harbour box was empty."]',
}
PAGE_KINDS = [kind for kind in Kind if kind not in {Kind.TITLE_COPY, Kind.STANDFIRST, Kind.CAPTION, Kind.RELATED_STORY, Kind.NOT_ARTICLE}]


def rule_text(**changes: str | None) -> str:
    keys = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in keys.items())


def folder_with(tmp_path: Path, text: str, name: str = "lang/en.toml") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kinds": '"donation"'}, "kinds: unknown key"),
        ({"kind": '"spam"'}, "kind: Input should be 'donation'"),
        ({"zone": '"middle"'}, "zone: Input should be 'head', 'any' or 'tail'"),
        ({"name": '"Harbour Box"'}, "name: "),
        ({"why": '""'}, "why: "),
        ({"match": "[]"}, "match: "),
        ({"max_words": "0"}, "max_words: "),
        ({"max_words": '"9"'}, "max_words: "),
        ({"drops": None}, "drops: Field required"),
        ({"drops": "[]"}, "drops: "),
        ({"keeps": None}, "keeps: Field required"),
        ({"keeps": "[]"}, "keeps: "),
        ({"action": '"delete"'}, "action 'delete' is none of drop, cut_from_here, move:<"),
        ({"action": '"move:title"'}, "action 'move:title' is none of"),
        ({"action": '"flag:odd"'}, "action 'flag:odd' is none of"),
        ({"action": '"drop:caption"'}, "action 'drop:caption' is none of"),
        ({"match": "['(']"}, "pattern '('"),
        ({"unless": "['[a']"}, "pattern '[a'"),
        ({"match": "['(?=x)y']"}, "look-around is not allowed"),
        ({"match": "['(?<!x)y']"}, "look-around is not allowed"),
        ({"match": "['(?:a|b)+']"}, "bound the repeat of a group"),
        ({"match": "['(?:ab ){2,}']"}, "bound the repeat of a group"),
        ({"match": "['a{,3}']"}, "write {0,n}"),
        ({"match": r"['[\W]']"}, "not allowed inside [...]"),
        ({"match": "['[]a]']"}, r"write \]"),
        ({"match": r"['(a)\1']"}, r"pattern '(a)\\1'"),
        ({"match": "['(?P<title>a)']"}, "a named group is one of site_name, section, byline, credit, caption, keywords, not 'title'"),
    ],
)
def test_a_wrong_rule_is_one_line_with_file_rule_and_problem(tmp_path: Path, changes: dict[str, str | None], says: str):
    folder = folder_with(tmp_path, rule_text(**changes))
    with pytest.raises(RuleError) as caught:
        read_rules([folder])
    message = str(caught.value)
    assert message.startswith(f"{folder / 'lang/en.toml'}, rule ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("lang/en.toml", "[[rule]", "not TOML"),
        ("lang/en.toml", "[[rules]]\nname = 'x'", "unknown key 'rules'"),
        ("lang/en.toml", "[rule]\nname = 'x'", "two brackets"),
        ("lang/en.toml", "rule = [1]", "two brackets"),
        ("english.toml", "", "common.toml, lang/<language>.toml or site/<domain>.toml"),
        ("site/ledger.example.toml", "[site]\ndomain = 'other.example'", "belongs in the file site/other.example.toml"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\nbody = 'div['", "selector 'div['"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\nremove = ['a', '..b']", "selector '..b'"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\ntitle = 'h1'", "title: unknown key"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\n[site.fields]\nweather = 'p'", "fields.weather"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\ntime_zone = 'Vienna'", "time_zone 'Vienna'"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\ntime_zone = '../etc'", "such as Europe/Vienna"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\ntime_zone = 'Europe'", "such as Europe/Vienna"),
        ("site/ledger.example.toml", "[site]\ndomain = 'ledger.example'\ntime_zone = 2", "time_zone"),
        ("site/ledger.example.toml", "[templates]\npins = ['Our river maps']", "pins: unknown key"),
        ("site/ledger.example.toml", "[templates]\npin = 'Our river maps'", "pin: Input should be a valid list"),
        ("site/ledger.example.toml", "[templates]\nveto = ['* * *']", "veto.0: "),
        ("lang/en.toml", "[templates]\npin = ['Our river maps']", "only a site has templates"),
        ("lang/en.toml", "[site]\ndomain = 'ledger.example'", "belongs in the file site/ledger.example.toml"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, name: str, text: str, says: str):
    with pytest.raises(RuleError) as caught:
        read_rules([folder_with(tmp_path, text, name)])
    assert says in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_an_error(tmp_path: Path):
    with pytest.raises(RuleError, match="no such folder"):
        load_rules(tmp_path / "absent")


def test_a_rule_without_zone_and_max_words_runs_anywhere_on_blocks_of_60_words(tmp_path: Path):
    (rule,) = read_rules([folder_with(tmp_path, rule_text())]).rules
    assert (rule.id, rule.zone, rule.max_words, rule.verb) == ("lang/en:harbour-box", "any", 60, Verb.DROP)


def test_a_site_file_gives_its_selectors(tmp_path: Path):
    text = (
        "[site]\ndomain = 'ledger.example'\nbody = 'div.story'\nremove = ['aside', '.promo > p']\n[site.fields]\nauthors = '.byline a'\n"
        + rule_text()
    )
    rules = read_rules([folder_with(tmp_path, text, "site/ledger.example.toml")])
    assert rules.site("ledger.example") == SiteRules(
        domain="ledger.example", body="div.story", remove=("aside", ".promo > p"), fields=((MetaField.AUTHOR, ".byline a"),)
    )
    assert rules.site("other.example") is None


def test_a_site_file_names_the_zone_of_its_clock_which_no_draft_depends_on(tmp_path: Path):
    folder = folder_with(tmp_path, "[site]\ndomain = 'ledger.example'\n", "site/ledger.example.toml")
    without = read_rules([folder])
    with_zone = read_rules([folder_with(tmp_path, "[site]\ndomain = 'ledger.example'\ntime_zone = 'Europe/Vienna'\n", "site/ledger.example.toml")])
    assert with_zone.site("ledger.example") == SiteRules(domain="ledger.example", time_zone=ZoneInfo("Europe/Vienna"))
    assert with_zone.selectors_version == without.selectors_version
    assert with_zone.version != without.version


def test_a_site_file_pins_and_vetoes_templates_which_no_draft_depends_on(tmp_path: Path):
    before = load_rules()
    folder = folder_with(tmp_path, "[templates]\npin = ['Our river maps']\nveto = ['Ingredients', 'Method']\n", "site/ledger.example.toml")
    rules = read_rules([folder])
    assert rules.site("ledger.example") == SiteRules(domain="ledger.example", pins=("Our river maps",), vetoes=("Ingredients", "Method"))
    assert rules.selectors_version == before.selectors_version
    assert rules.version != read_rules([folder_with(tmp_path, "[templates]\npin = ['Our river maps']\n", "site/ledger.example.toml")]).version


def test_a_users_folder_adds_to_the_built_in_rules(tmp_path: Path):
    rules = load_rules(folder_with(tmp_path, rule_text()))
    assert len(rules.rules) == len(load_rules().rules) + 1
    assert rules.version != load_rules().version


def test_the_version_follows_each_byte(tmp_path: Path):
    before = read_rules([folder_with(tmp_path, rule_text())]).version
    again = read_rules([tmp_path]).version
    after = read_rules([folder_with(tmp_path, rule_text() + "\n# a remark")]).version
    assert before == again
    assert before != after
    assert len(before) == 12
    assert int(before, 16) >= 0


def test_rules_are_read_once_in_a_process():
    assert load_rules() is load_rules()


@pytest.mark.parametrize(
    "scope", ["lang/en", "lang/de", "lang/fr", "lang/es", "lang/it", "lang/pt", "lang/nl", "lang/ru", "lang/tr", "lang/ja", "lang/zh"]
)
@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_each_language_has_rules_for_each_kind(scope: str, kind: Kind):
    assert [rule.id for rule in load_rules().rules if rule.kind is kind and rule.scope == scope]


def test_the_reasons_can_stand_in_a_report():
    for rule in load_rules().rules:
        assert 15 <= len(rule.why) <= 120, rule.id
        assert not rule.why.endswith("."), rule.id
