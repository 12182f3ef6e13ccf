from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learn import SiteTemplates, Template, template_removals, templates_version, text_key, without_templates
from pipeline.records import Action, Block, Candidate, Flag, Kind, Layer, MetaField, Removal
from pipeline.stages.trim import Trimmed

PROSE = "The harbour board has begun to repair the old signal cabins above the weir, although the money runs out in autumn."
MORE = "Nearly forty growers refuse to give up the cider orchards behind the gasworks, because nobody else had offered to."
LAST = "A retired surveyor spent the winter counting the stone bridges, which surprised even those who had asked for it."
SPONSOR = "Made possible by Brackley & Daughters, ironmongers in Tarnwick."
QUOTED = "“Nobody believed us until the water stood in the ballroom itself,” said the surveyor."
LINES = [PROSE, MORE, LAST, SPONSOR, QUOTED, "Our shop", "From the valley", "Growers keep their orchards"]
LINK = 1.0


def p(text: str) -> Block:
    return Block(tag="p", text=text)


def h(text: str) -> Block:
    return Block(tag="h2", text=text)


def li(text: str) -> Block:
    return Block(tag="li", text=text)


def link(text: str) -> Block:
    return Block(tag="li", text=text, link_share=LINK)


def on_site(*texts: str, share: float = 0.5) -> SiteTemplates:
    """A site whose templates are these texts."""
    entries = tuple(
        Template(site="heron.example", host=None, block=text_key(text), text=text, support=15, articles=30, share=share, days=15) for text in texts
    )
    return SiteTemplates(site="heron.example", entries=entries)


def trimmed_page(blocks: Sequence[Block], known: Collection[int]) -> Trimmed:
    """A page that rules have taken these blocks out of."""
    removals = tuple(
        Removal(position=it, action=Action.DROPPED, kind=Kind.DONATION, layer=Layer.RULE, rule_id="r", reason="r", text=blocks[it].text)
        for it in sorted(known)
    )
    kept = tuple(block for position, block in enumerate(blocks) if position not in known)
    return Trimmed(kept=kept, removals=removals, candidates=(), images=(), flags=frozenset(), paywall_detected=False)


def taken(blocks: Sequence[Block], site: SiteTemplates, title: str = "Cabins", known: Sequence[int] = ()) -> list[str]:
    candidates = [Candidate(field=MetaField.TITLE, source="h1", value=title)]
    verdicts = template_removals(blocks, candidates, site.on_host(None), known)
    return [verdicts.removals[position].text for position in sorted(verdicts.removals)]


TAKEN = {
    "a line among prose": ([p(PROSE), p(SPONSOR), p(MORE), p(LAST)], [SPONSOR], [SPONSOR]),
    "in other letters, with another date": (
        [p(PROSE), p("THE MAP OF 11 APRIL COSTS NOTHING AT THE KIOSK."), p(MORE)],
        ["The map of 4 March costs nothing at the kiosk."],
        ["THE MAP OF 11 APRIL COSTS NOTHING AT THE KIOSK."],
    ),
    "a heading with all that stands below it": ([p(PROSE), p(MORE), h("Our shop"), p(SPONSOR)], ["Our shop", SPONSOR], ["Our shop", SPONSOR]),
    "a heading at the end": ([p(PROSE), p(MORE), h("Our shop")], ["Our shop"], ["Our shop"]),
    "a few words at the end": ([p(PROSE), p(MORE), p("Tarnwick reading room")], ["Tarnwick reading room"], ["Tarnwick reading room"]),
    "a heading with the headlines below it, which change": (
        [p(PROSE), p(MORE), h("From the valley"), link("Growers keep their orchards"), link("Ferry company buys the mill"), p(LAST)],
        ["From the valley"],
        ["From the valley", "Growers keep their orchards", "Ferry company buys the mill"],
    ),
    "a whole list": (
        [p(PROSE), p(MORE), li(SPONSOR), li("Letters reach us here.")],
        [SPONSOR, "Letters reach us here."],
        [SPONSOR, "Letters reach us here."],
    ),
}
KEPT = {
    "reported speech": ([p(PROSE), p(QUOTED), p(MORE)], [QUOTED]),
    "the article's own title": ([h("The week in Tarnwick"), p(PROSE)], ["The week in Tarnwick"]),
    "a column's opening line": ([p(SPONSOR), p(PROSE), p(MORE)], [SPONSOR]),
    "a heading of the article": ([p(PROSE), h("Ingredients"), p(MORE)], ["Ingredients"]),
    "a heading above another": ([p(PROSE), h("Best of all"), h("The Tarnwick lamp"), p(MORE)], ["Best of all"]),
    "a heading above a line that is template": ([p(PROSE), h("Background"), p(SPONSOR), p(MORE)], ["Background"]),
    "a label": ([p(PROSE), p("You ask:"), p(MORE)], ["You ask:"]),
    "labels one below the other": ([p(PROSE), p("Salt and pepper"), p("Olive oil"), h("Method"), p(MORE)], ["Salt and pepper", "Olive oil"]),
    "what the article says twice": ([p(PROSE), p(SPONSOR), p(MORE), p(SPONSOR), p(LAST)], [SPONSOR]),
    "an entry of a list that is the article's": (
        [p(PROSE), li("Two pounds of cider apples."), li("Salt and black pepper.")],
        ["Salt and black pepper."],
    ),
    "a heading above one link": ([p(PROSE), h("Best on a budget"), link("Tarnwick lamp, the small one"), p(MORE)], ["Best on a budget"]),
    "a paragraph": ([p(PROSE), p(" ".join([MORE] * 4)), p(LAST)], [" ".join([MORE] * 4)]),
    "what another layer took": ([p(PROSE), p(MORE)], []),
}


@pytest.mark.parametrize(("blocks", "templates", "expected"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken(blocks: list[Block], templates: list[str], expected: list[str]):
    assert taken(blocks, on_site(*templates)) == expected


@pytest.mark.parametrize(("blocks", "templates"), KEPT.values(), ids=KEPT)
def test_what_stays(blocks: list[Block], templates: list[str]):
    site = on_site(*templates)
    title = "The week in Tarnwick"
    assert [text for text in taken(blocks, site, title) if text != SPONSOR or SPONSOR in templates] == []


def test_an_opening_line_of_most_articles_is_no_columns():
    assert taken([p(SPONSOR), p(PROSE), p(MORE)], on_site(SPONSOR, share=0.9)) == [SPONSOR]


def test_headlines_go_with_a_heading_that_another_layer_took():
    box = [h("From the valley"), link("Growers keep their orchards"), link("Ferry company buys the mill")]
    assert taken([p(PROSE), *box, p(LAST)], on_site("From the valley"), known=[1]) == [block.text for block in box[1:]]


def test_a_heading_above_a_line_and_a_box_that_are_templates_heads_what_stands_below_them():
    box = [h("From the valley"), link("Growers keep their orchards"), link("Ferry company buys the mill")]
    site = on_site("Background", SPONSOR, "From the valley")
    assert taken([p(PROSE), h("Background"), p(SPONSOR), *box, p(MORE), p(LAST)], site) == [SPONSOR, *(block.text for block in box)]


def test_what_has_a_verdict_gets_no_second_one():
    assert taken([p(PROSE), p(SPONSOR), p(MORE)], on_site(SPONSOR), known=[1]) == []


def test_too_much_is_not_believed():
    verdicts = template_removals([p(PROSE), p(MORE), p(LAST)], [], on_site(MORE, LAST).on_host(None), ())
    assert verdicts == ({}, {Flag.MOSTLY_BOILERPLATE})


@given(
    st.lists(st.tuples(st.sampled_from([p, h, li, link]), st.sampled_from(LINES)), min_size=1, max_size=12),
    st.sets(st.sampled_from(LINES)),
    st.data(),
)
def test_no_page_comes_out_empty_and_every_block_is_kept_or_removed(
    page: list[tuple[Callable[[str], Block], str]], templates: set[str], data: st.DataObject
):
    blocks = [make(line) for make, line in page]
    known = data.draw(st.sets(st.integers(0, len(blocks) - 1), max_size=len(blocks) - 1))
    trimmed = trimmed_page(blocks, known)
    site = on_site(*templates).chosen(pins=data.draw(st.sets(st.sampled_from(LINES))), vetoes=())
    found = without_templates(blocks, [], trimmed, site.on_host(None))
    assert found.kept
    assert sum(len(block.text) for block in found.kept) >= 0.6 * sum(len(block.text) for block in trimmed.kept)
    assert [removal.position for removal in found.removals] == sorted({removal.position for removal in found.removals} | known)
    removed = {removal.position for removal in found.removals}
    assert found.kept == tuple(block for position, block in enumerate(blocks) if position not in removed)


def test_a_pinned_text_may_be_longer_than_what_is_learned():
    notice = " ".join(f"{PROSE} {number}" for number in range(4))
    page = [p(PROSE * 5), p(MORE * 5), p(notice), p(LAST * 5)]
    assert taken(page, SiteTemplates(site="heron.example").chosen(pins=[notice], vetoes=())) == [notice]


VERSIONS = {
    "the same lines on more articles": ([SPONSOR], {}, [SPONSOR], {"support": 99, "days": 80, "share": 0.4}, True),
    "another line": ([SPONSOR], {}, [MORE], {}, False),
    "a line on so many articles that it may open them": ([SPONSOR], {}, [SPONSOR], {"share": 0.8}, False),
    "a line that is pinned": ([SPONSOR], {}, [SPONSOR], {"pinned": True}, False),
    "a line of one host": ([SPONSOR], {}, [SPONSOR], {"host": "www.heron.example"}, False),
}


@pytest.mark.parametrize(("one", "facts", "other", "other_facts", "same"), VERSIONS.values(), ids=VERSIONS)
def test_the_version_changes_with_what_templates_do(
    one: list[str], facts: dict[str, Any], other: list[str], other_facts: dict[str, Any], *, same: bool
):
    versions = [
        templates_version({entry.block: replace(entry, **changes) for entry in on_site(*lines).entries})
        for lines, changes in ((one, facts), (other, other_facts))
    ]
    assert (versions[0] == versions[1]) is same
    assert templates_version({}) is None


def test_a_removal_says_why():
    verdicts = template_removals([p(PROSE), p(SPONSOR), p(MORE)], [], on_site(SPONSOR).on_host(None), ())
    removal = verdicts.removals[1]
    assert (removal.layer, removal.kind, removal.support_pages) == (Layer.TEMPLATE, Kind.NOT_ARTICLE, 15)
    assert removal.rule_id == f"template:{text_key(SPONSOR)}"
    assert removal.reason == "stands in 15 of 30 articles of heron.example (50%), on 15 days"


def test_a_template_of_one_host_counts_there_alone():
    entry = Template(site="heron.example", host="sport.heron.example", block=text_key(SPONSOR), text=SPONSOR)
    site = SiteTemplates(site="heron.example", entries=(entry,))
    assert site.on_host("sport.heron.example").keys() == {text_key(SPONSOR)}
    assert site.on_host("www.heron.example") == {}


CHOICES = {
    "a pin": ([MORE], [], [MORE, SPONSOR]),
    "a pin of a learned text": ([SPONSOR.upper()], [], [SPONSOR.upper()]),
    "a veto": ([], [SPONSOR.lower()], []),
    "a veto of a pin": ([MORE], [MORE], [SPONSOR]),
}


@pytest.mark.parametrize(("pins", "vetoes", "expected"), CHOICES.values(), ids=CHOICES)
def test_a_person_has_the_last_word(pins: list[str], vetoes: list[str], expected: list[str]):
    assert sorted(entry.text for entry in on_site(SPONSOR).chosen(pins, vetoes).entries) == sorted(expected)


@pytest.mark.parametrize("blocks", [[p(PROSE), h("Ingredients"), p(MORE)], [h("Ingredients"), p(PROSE)], [p(PROSE), li("Ingredients"), li("Salt")]])
def test_what_is_pinned_passes_the_guards(blocks: list[Block]):
    assert taken(blocks, on_site().chosen(["ingredients"], []), title="Ingredients") == ["Ingredients"]
