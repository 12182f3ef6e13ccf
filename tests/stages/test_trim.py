from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Action, Block, Candidate, Flag, Image, Kind, Layer, MetaField
from pipeline.rules import RuleSet, read_rules
from pipeline.stages.trim import Trimmed, trim

RULES = """
[[rule]]
name = "sign-up"
kind = "newsletter"
why = "a form for a newsletter"
match = ['\\bsign up for our newsletter\\b']
action = "drop"
drops = ["Sign up for our newsletter"]
keeps = ["The council sent a newsletter to every house."]

[[rule]]
name = "more-stories"
kind = "list_heading"
why = "the heading of a list of stories"
match = ['^more stories$', '^more in (?P<section>(?-i:[A-Z]\\w+))$']
zone = "tail"
action = "drop"
drops = ["More stories"]
keeps = ["More stories will follow."]

[[rule]]
name = "the-end"
kind = "comments_ui"
why = "readers' comments begin here"
match = ['^readers write$']
action = "cut_from_here"
drops = ["Readers write"]
keeps = ["Readers write letters."]

[[rule]]
name = "photo"
kind = "photo_credit"
why = "a caption with its credit"
match = ['^(?P<caption>.+) \\(Photo: (?P<credit>[^)]+)\\)$']
action = "move:caption"
drops = ["The sea wall at low tide. (Photo: Ida Brandt)"]
keeps = ["The photo was taken at dawn."]

[[rule]]
name = "stamp"
kind = "dateline_meta"
why = "when it was published or changed"
match = ['^(?:published|updated) on \\w+ \\d+, \\d{4}$']
action = "move:dateline"
drops = ["Published on May 3, 2020"]
keeps = ["Published in May, it sold well."]

[[rule]]
name = "bio"
kind = "byline_bio"
why = "the heading above a sentence on the author"
match = ['^about the author$']
zone = "tail"
action = "drop"
drops = ["About the author"]
keeps = ["About the author nothing is known."]

[[rule]]
name = "tags"
kind = "tags_breadcrumb"
why = "the article's topics"
match = ['^tags: (?P<keywords>.{1,80})$']
action = "move:keywords"
drops = ["Tags: ferry, harbour"]
keeps = ["Tags were sewn into each coat."]

[[rule]]
name = "machine-made"
kind = "syndication_ai_notice"
why = "the text was written or translated by a machine"
match = ['^translated by a machine']
action = "flag:syndicated_or_generated"
drops = ["Translated by a machine."]
keeps = ["It was translated by hand."]

[[rule]]
name = "subscribers-only"
kind = "paywall"
why = "a notice to subscribers"
match = ['^this story is for subscribers']
action = "drop"
drops = ["This story is for subscribers."]
keeps = ["The story of its subscribers is long."]
"""
PROSE = [
    "The harbour board met on Tuesday evening to hear what the new sea wall would cost, and left without an answer that anyone could repeat.",
    "Its engineer had brought three drawings, a flask of tea and a warning about the spring tides that come in March, when the moon is near.",
    "Nobody asked about the road behind the wall, which floods first, and which the county has promised to raise since the winter of 1996.",
    "A second meeting is planned for the end of the month, in the school, because the harbour office has room for eleven people at the most.",
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder: Path = tmp_path_factory.mktemp("rules")
    (folder / "common.toml").write_text(RULES, encoding="utf-8")
    return read_rules([folder])


def trimmed(rules: RuleSet, *texts: str | Block, candidates: tuple[Candidate, ...] = ()) -> Trimmed:
    blocks = [text if isinstance(text, Block) else Block(tag="p", text=text) for text in texts]
    return trim(blocks, candidates, rules, language="en", site=None)


def title(value: str) -> Candidate:
    return Candidate(field=MetaField.TITLE, source="h1", value=value)


def test_a_rule_takes_its_block_and_says_why(rules: RuleSet):
    result = trimmed(rules, *PROSE[:2], "Sign up for our newsletter today", *PROSE[2:])
    assert [block.text for block in result.kept] == PROSE
    (removal,) = result.removals
    assert (removal.position, removal.action, removal.kind, removal.layer) == (2, Action.DROPPED, Kind.NEWSLETTER, Layer.RULE)
    assert (removal.rule_id, removal.reason) == ("common:sign-up", "a form for a newsletter")
    assert removal.matched_text == "Sign up for our newsletter"


@pytest.mark.parametrize("copy", ["Sea wall: no answer", "SEA WALL – NO ANSWER", "Sea wall:   no answer."])
def test_a_copy_of_the_title_is_moved_to_it(rules: RuleSet, copy: str):
    result = trimmed(rules, copy, *PROSE, candidates=(title("Sea wall: no answer"),))
    (removal,) = result.removals
    assert (removal.position, removal.action, removal.moved_to, removal.kind) == (0, Action.MOVED, "title", Kind.TITLE_COPY)


def test_a_title_that_comes_up_again_far_below_stays(rules: RuleSet):
    result = trimmed(rules, *PROSE * 3, "Sea wall: no answer", *PROSE, candidates=(title("Sea wall: no answer"),))
    assert result.removals == ()


def test_the_standfirst_is_moved(rules: RuleSet):
    standfirst = Candidate(field=MetaField.STANDFIRST, source="class", value="What will it cost?")
    (removal,) = trimmed(rules, "What will it cost?", *PROSE, candidates=(standfirst,)).removals
    assert (removal.moved_to, removal.kind) == ("standfirst", Kind.STANDFIRST)


def test_a_standfirst_that_is_all_the_prose_stays(rules: RuleSet):
    standfirst = Candidate(field=MetaField.STANDFIRST, source="class", value=PROSE[0])
    assert trimmed(rules, PROSE[0], "The old quay", "Nets to dry", candidates=(standfirst,)).removals == ()
    assert [removal.moved_to for removal in trimmed(rules, PROSE[0], *PROSE[1:], candidates=(standfirst,)).removals] == ["standfirst"]


def test_a_caption_becomes_an_image(rules: RuleSet):
    result = trimmed(rules, "The sea wall at low tide. (Photo: Ida Brandt)", *PROSE)
    assert result.images == (Image(caption="The sea wall at low tide.", credit="Ida Brandt"),)
    assert (result.removals[0].action, result.removals[0].moved_to) == (Action.MOVED, "images")


def test_boilerplate_gives_away_metadata(rules: RuleSet):
    result = trimmed(rules, *PROSE, "More in Coast")
    assert [(found.field, found.source, found.value) for found in result.candidates] == [(MetaField.SECTION, "rule:common:more-stories", "Coast")]


@pytest.mark.parametrize(
    ("stamp", "field"), [("Published on May 3, 2020", MetaField.DATE_PUBLISHED), ("Updated on May 4, 2020", MetaField.DATE_MODIFIED)]
)
def test_the_date_of_a_change_does_not_pass_for_that_of_publication(rules: RuleSet, stamp: str, field: MetaField):
    assert [(found.field, found.value) for found in trimmed(rules, stamp, *PROSE).candidates] == [(field, stamp)]


def test_all_behind_a_closing_line_is_cut(rules: RuleSet):
    letters = [Block(tag="p", text=text, score=0.6) for text in ("First!", "I was there and it was not like that.")]
    result = trimmed(rules, *PROSE, "Readers write", *letters)
    assert [block.text for block in result.kept] == PROSE
    assert [(removal.action, removal.rule_id) for removal in result.removals] == [
        (Action.DROPPED, "common:the-end"),
        (Action.CUT, "common:the-end"),
        (Action.CUT, "common:the-end"),
    ]


def test_a_closing_line_above_much_text_goes_alone(rules: RuleSet):
    result = trimmed(rules, PROSE[0], "Readers write", *PROSE[1:])
    assert [block.text for block in result.kept] == PROSE


def test_linked_headlines_under_a_list_heading_go(rules: RuleSet):
    stories = [Block(tag="li", text=f"Pier {number} to be painted", link_share=1.0, links=("/pier",)) for number in range(3)]
    result = trimmed(rules, *PROSE, "More stories", *stories, "The board meets in public.")
    assert [removal.kind for removal in result.removals] == [Kind.LIST_HEADING] + [Kind.RELATED_STORY] * 3
    assert result.kept[-1].text == "The board meets in public."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("MORE STORIES\n1. Pier to be painted\n2. Herring is back", False, id="a list, heading and all"),
        pytest.param("More stories\nThe old men at the pier had more stories than anyone cared to hear.", True, id="a sentence"),
        pytest.param("Readers write\nand fishermen row", True, id="a poem"),
    ],
)
def test_a_list_of_stories_in_one_block(rules: RuleSet, text: str, *, kept: bool):
    result = trimmed(rules, *PROSE, text)
    assert (text in [block.text for block in result.kept]) is kept


def test_a_heading_stays_with_its_list_whatever_stood_between(rules: RuleSet):
    section = [Block(tag="h3", text="What to bring"), Block(tag="p", text="Sign up for our newsletter."), Block(tag="li", text="Two oars")]
    assert [block.text for block in trimmed(rules, *PROSE, *section).kept][-2:] == ["What to bring", "Two oars"]


def test_a_heading_goes_when_its_whole_section_does(rules: RuleSet):
    box = [Block(tag="h3", text="The Tide Letter"), Block(tag="p", text="Sign up for our newsletter.")]
    result = trimmed(rules, *PROSE[:2], *box, Block(tag="h3", text="The road"), *PROSE[2:])
    assert [block.text for block in result.kept] == [*PROSE[:2], "The road", *PROSE[2:]]
    heading = result.removals[0]
    assert (heading.text, heading.kind, heading.layer) == ("The Tide Letter", Kind.NEWSLETTER, Layer.STRUCTURE)


def heading(text: str, score: float = 0.9) -> Block:
    return Block(tag="h2", text=text, score=score)


ASKING = "Sign up for our newsletter"


@pytest.mark.parametrize(
    ("blocks", "kept"),
    [
        pytest.param([heading("A name"), PROSE[1], heading(ASKING), PROSE[2]], True, id="among other sections of prose"),
        pytest.param([PROSE[1], heading(ASKING), PROSE[2]], False, id="alone of its kind"),
        pytest.param([heading("A name"), PROSE[1], heading(ASKING, 0.6), PROSE[2]], False, id="the model not sure of it"),
        pytest.param([heading("A name"), PROSE[1], heading(ASKING), "Free, each Friday.", PROSE[2]], False, id="above no prose"),
        pytest.param([heading("A name"), PROSE[1], ASKING, PROSE[2]], False, id="no heading"),
    ],
)
def test_a_heading_says_what_its_section_is_about(rules: RuleSet, blocks: list[str | Block], *, kept: bool):
    result = trimmed(rules, PROSE[0], *blocks, PROSE[3])
    assert (ASKING in [block.text for block in result.kept]) is kept


@pytest.mark.parametrize(
    ("blocks", "kept"),
    [
        pytest.param([heading("Results"), Block(tag="row", text="Ida | 31", score=0.3)], False, id="what it led was doubted"),
        pytest.param([heading("Results", 0.6)], False, id="an unsure one below all"),
        pytest.param([heading("The wall holds")], True, id="a sure one below all: a closing line"),
        pytest.param([heading("Results"), Block(tag="row", text="Ida | 31", score=0.3), PROSE[3]], True, id="something is left below"),
    ],
)
def test_no_heading_is_left_with_nothing_behind_it(rules: RuleSet, blocks: list[str | Block], *, kept: bool):
    result = trimmed(rules, *PROSE[:3], *blocks)
    head = next(block.text for block in blocks if isinstance(block, Block))
    assert (head in [block.text for block in result.kept]) is kept


@pytest.mark.parametrize(
    ("tag", "kept"), [pytest.param("h4", False, id="below a heading"), pytest.param("p", True, id="below a line that is no heading")]
)
def test_the_paragraph_under_about_the_author_goes(rules: RuleSet, tag: str, *, kept: bool):
    bio = "Ida Brandt grew up on Skarholm and teaches welding in Tarnby."
    result = trimmed(rules, *PROSE, Block(tag=tag, text="About the author"), bio)
    assert (bio in [block.text for block in result.kept]) is kept


def test_the_words_of_a_line_of_tags_are_keywords_without_its_label(rules: RuleSet):
    result = trimmed(rules, *PROSE, "Tags: ferry, harbour")
    assert [(found.field, found.value) for found in result.candidates] == [(MetaField.KEYWORD, "ferry, harbour")]


def test_a_rule_for_the_tail_leaves_the_head_alone(rules: RuleSet):
    assert trimmed(rules, "More stories", *PROSE * 4).removals == ()


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("“Sign up for our newsletter, we told every single one of them,” said the clerk of the board.", id="reported speech"),
        pytest.param(f"{PROSE[0]} Sign up for our newsletter.", id="the first prose"),
    ],
)
def test_what_no_rule_may_take(rules: RuleSet, block: str):
    assert trimmed(rules, block, *PROSE).removals == ()


def test_cleaning_that_would_take_most_of_the_text_takes_nothing(rules: RuleSet):
    result = trimmed(rules, "The wall holds.", *["Sign up for our newsletter, it is free and comes every Friday."] * 6)
    assert len(result.kept) == 7
    assert result.flags == {Flag.MOSTLY_BOILERPLATE}


def test_notices_flag_the_article(rules: RuleSet):
    result = trimmed(rules, *PROSE, "Translated by a machine.", "This story is for subscribers.")
    assert result.flags == {Flag.SYNDICATED_OR_GENERATED}
    assert result.paywall_detected
    assert "Translated by a machine." in [block.text for block in result.kept]


LINES = st.sampled_from(
    [
        *PROSE,
        "Sign up for our newsletter",
        "More stories",
        "More in Coast",
        "Readers write",
        "A picture (Photo: Ida Brandt)",
        "Short.",
        "Sea wall",
        "Wait",
    ]
)


@settings(max_examples=300)
@given(lines=st.lists(LINES, max_size=30))
def test_every_block_is_kept_or_removed_and_what_is_kept_is_kept_again(rules: RuleSet, lines: list[str]):
    result = trimmed(rules, *lines, candidates=(title("Sea wall"),))
    removed = {removal.position: removal.text for removal in result.removals}
    kept = iter(result.kept)
    assert [removed[position] if position in removed else next(kept).text for position in range(len(lines))] == lines
    if Flag.MOSTLY_BOILERPLATE not in result.flags:
        again = trimmed(rules, *result.kept)
        assert again.removals == ()
