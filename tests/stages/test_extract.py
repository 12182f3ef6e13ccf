from collections.abc import Sequence

import lxml.etree
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Block, Candidate, MetaField
from pipeline.stages import extract
from pipeline.stages.body.hints import Hints
from pipeline.stages.body.model import KEEP_SCORE
from pipeline.stages.body.walk import page_blocks
from pipeline.stages.extract import extract_blocks, extracted_blocks, hints_of
from pipeline.stages.parse import parse_html

PROSE = (
    "The harbour board met on Tuesday evening to hear what the new sea wall would cost, and left without an answer that anyone could repeat. "
    "Its engineer had brought three drawings, a flask of tea and a warning about the spring tides."
)
MORE = (
    "Fishermen said that they had waited nine years, and that each winter the old wall loses a few more of its stones to the sea.",
    "The mayor, Ida Brekke, promised a figure before the summer. “We owe it to the people who live behind that wall,” she said.",
    "The board meets again in June, when the prices of two builders from Skarholm are to be opened and read aloud.",
)
NAVIGATION = ("Coast", "Islands", "Weather", "Sport", "Letters", "Archive")
RELATED = ("Ferry to Skarholm runs again", "Herring returns to the sound", "Library opens on Sundays", "Old lighthouse for sale")
FOOTER = "© 2021 The Skarholm Post. All rights reserved."
TITLE = "Nobody knows what the sea wall costs"


def links(texts: Sequence[str], folder: str) -> str:
    return "".join(f'<li><a href="/{folder}/{number}">{text}</a></li>' for number, text in enumerate(texts))


def page(article: str) -> str:
    """A news page as most are built: a menu, the article, a list of other stories, a footer."""
    return f"""<html><head><title>{TITLE} - The Skarholm Post</title></head><body>
        <header class="site-header"><nav class="main-menu"><ul>{links(NAVIGATION, "section")}</ul></nav></header>
        <main><article class="article"><h1>{TITLE}</h1><div class="article-body">{article}</div></article>
        <aside class="related-stories"><h3>More stories</h3><ul>{links(RELATED, "news")}</ul></aside></main>
        <footer class="site-footer"><ul>{links(("Imprint", "Privacy", "Contact"), "about")}</ul><p>{FOOTER}</p></footer></body></html>"""


def blocks_of(article: str) -> tuple[Block, ...]:
    return extract_blocks(parse_html(page(article)), (Candidate(field=MetaField.TITLE, source="h1", value=TITLE),)).blocks


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    ("body", "tag", "text"),
    [
        pytest.param("<h2>What it costs</h2>", "h2", "What it costs", id="heading"),
        pytest.param("<ul><li>First the wall, said the board.</li><li>Then the road.</li></ul>", "li", "Then the road.", id="list item"),
        pytest.param("<ul><li><p>First the wall, said the board.</p></li></ul>", "li", "First the wall, said the board.", id="paragraph in one"),
        pytest.param("<blockquote><p>We were not asked, not once.</p></blockquote>", "quote", "We were not asked, not once.", id="quote"),
        pytest.param("<blockquote><h3>Not asked at all</h3></blockquote>", "h3", "Not asked at all", id="heading in a quote"),
        pytest.param("<pre>Tide tables:\nhigh at noon, low at six.</pre>", "pre", "Tide tables:\nhigh at noon, low at six.", id="preformatted"),
        pytest.param(
            "<table><tr><th>The builder</th><th>Its price</th></tr><tr><td>Moe and Daughters</td><td>4 million crowns</td></tr></table>",
            "row",
            "Moe and Daughters | 4 million crowns",
            id="row of a table",
        ),
        pytest.param("<p>Half past&nbsp;nine the <b>meeting</b>\n began.</p>", "p", "Half past nine the meeting began.", id="paragraph"),
        pytest.param("<p>Water is wide,<br>and the boat is small.</p>", "p", "Water is wide,\nand the boat is small.", id="line breaks stay"),
    ],
)
def test_a_block_has_its_tag_and_the_text_that_a_reader_sees(body: str, tag: str, text: str):
    found = blocks_of(f"<p>{PROSE}</p>{paragraphs(MORE[0])}{body}{paragraphs(*MORE[1:])}")
    assert (tag, text) in [(block.tag, block.text) for block in found]


def test_a_caption_is_tagged_as_one():
    figure = "<figure><img src=wall.jpg><figcaption><p>The old wall in spring, seen from the pier.</p></figcaption></figure>"
    found = blocks_of(f"<p>{PROSE}</p>{figure}{paragraphs(*MORE)}")
    assert {block.tag for block in found if block.text.startswith("The old wall")} <= {"caption"}
    assert {block.tag for block in found if block.text in {PROSE, *MORE}} == {"p"}


def test_link_share_and_targets():
    found = blocks_of(f'<p>{PROSE}</p><p>Read <a href="https://harbour.example/plan">the plan itself</a> today.</p>{paragraphs(*MORE)}')
    block = next(block for block in found if block.text.startswith("Read"))
    assert block.links == ("https://harbour.example/plan",)
    assert block.link_share == pytest.approx(len("the plan itself") / len("Read the plan itself today."), abs=0.001)


def kept(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks if block.score >= KEEP_SCORE]


def test_the_article_is_kept_and_menu_footer_and_other_stories_are_not():
    texts = kept(blocks_of(paragraphs(PROSE, *MORE)))
    assert [text for text in texts if text != TITLE] == [PROSE, *MORE]


def test_what_is_not_kept_says_why():
    assert all(block.doubts for block in blocks_of(paragraphs(PROSE, *MORE)) if block.score < KEEP_SCORE)


ARTICLES = {
    "Russian": (
        "Портовый совет собрался во вторник вечером, чтобы узнать, сколько будет стоить новая дамба, и разошёлся без ответа.",
        "Инженер принёс три чертежа, термос с чаем и предупреждение о весенних приливах, которые каждый год уносят несколько камней.",
        "В следующем месяце совет соберётся снова и объявит цены двух подрядчиков, а жители смогут высказать своё мнение.",
    ),
    "Arabic": (
        "اجتمع مجلس الميناء مساء الثلاثاء للاستماع إلى تكلفة السد البحري الجديد، وانفض دون جواب يستطيع أحد أن يكرره.",
        "أحضر المهندس ثلاثة رسوم وإبريقا من الشاي وتحذيرا من مد الربيع الذي يحمل كل عام بضعة أحجار من الجدار القديم.",
        "يجتمع المجلس مرة أخرى في الشهر المقبل ليعلن أسعار شركتين، ويمكن للسكان أن يقولوا رأيهم أيضا.",
    ),
    "Chinese": (
        "港口委员会星期二晚上开会，听取新海堤的造价，散会时没有人能说清楚答案是什么。工程师带来了三张图纸、一壶茶，还有关于春潮的警告。",
        "渔民们说，他们已经等了九年，港口的旧墙每年冬天都会掉下几块石头。镇长答应在夏天以前给出一个数字。",
        "委员会下个月再开会，到时候会公布两家公司的报价，居民也可以提出自己的意见。",
    ),
    "Japanese": (
        "港湾委員会は火曜日の夜に開かれ、新しい防潮堤の費用について説明を受けたが、誰も答えを繰り返せないまま散会した。",
        "技師は三枚の図面と水筒のお茶、そして大潮への警告を持ってきた。漁師たちは九年待ったと話している。",
        "委員会は来月また開かれ、二社の見積もりが公表される。住民も意見を述べることができる。",
    ),
    "Thai": (
        "คณะกรรมการท่าเรือประชุมเมื่อค่ำวันอังคารเพื่อฟังว่ากำแพงกันคลื่นใหม่จะมีราคาเท่าใด และแยกย้ายกันไปโดยไม่มีคำตอบ",
        "วิศวกรนำแบบสามแผ่น ชาหนึ่งกระติก และคำเตือนเรื่องน้ำขึ้นในฤดูใบไม้ผลิมาด้วย ชาวประมงบอกว่ารอมาเก้าปีแล้ว",
        "คณะกรรมการจะประชุมอีกครั้งเดือนหน้าเพื่อประกาศราคาของสองบริษัท และชาวบ้านจะได้แสดงความเห็น",
    ),
}


@pytest.mark.parametrize("language", ARTICLES)
def test_articles_in_other_scripts_are_kept(language: str):
    texts = kept(blocks_of(paragraphs(*ARTICLES[language])))
    assert [text for text in texts if text != TITLE] == list(ARTICLES[language])


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<html><body></body></html>", id="an empty page"),
        pytest.param("<html><body><script>let story = 'not yet';</script></body></html>", id="scripts alone"),
        pytest.param(f'<html><body><nav class="main-menu"><ul>{links(NAVIGATION, "section")}</ul></nav></body></html>', id="a menu alone"),
    ],
)
def test_nothing_found_gives_no_blocks(markup: str):
    assert extract_blocks(parse_html(markup), ()).blocks == ()


def test_deep_nesting():
    depth = 1_500
    found = extract_blocks(parse_html(f"<html><body>{'<div>' * depth}{paragraphs(PROSE, *MORE)}{'</div>' * depth}</body></html>"), ()).blocks
    assert [block.text for block in found] == [PROSE, *MORE]


def test_the_tree_is_left_as_it_is():
    tree = parse_html(page(paragraphs(PROSE, *MORE)))
    before = lxml.etree.tostring(tree)
    extract_blocks(tree, ())
    assert lxml.etree.tostring(tree) == before


def test_a_page_gives_the_same_each_time():
    tree = parse_html(page(paragraphs(PROSE, *MORE)))
    assert extract_blocks(tree, ()) == extract_blocks(tree, ()) == extract_blocks(tree, ())


def test_what_the_extractor_found_is_told_from_what_stands_within_it_by_chance():
    tree = parse_html(page(paragraphs("Coast and harbour. " + PROSE, *MORE)))
    blocks = page_blocks(tree)
    found = [block.text for block, extracted in zip(blocks, extracted_blocks(tree, blocks), strict=True) if extracted]
    assert set(MORE) <= set(found)
    assert "Coast" not in found


def test_thousands_of_elements_within_a_line_change_nothing_of_what_the_extractor_found():
    many = "".join(f"<b>word{number} of</b> " for number in range(extract.MAX_INLINE + 1))
    tree = parse_html(page(paragraphs(PROSE, many, *MORE)))
    before = lxml.etree.tostring(tree)
    blocks = page_blocks(tree)
    found = [block.text for block, extracted in zip(blocks, extracted_blocks(tree, blocks), strict=True) if extracted]
    assert [text[:8] for text in found if text in {PROSE, *MORE} or text.startswith("word0 of")] == [
        PROSE[:8],
        "word0 of",
        *(text[:8] for text in MORE),
    ]
    assert lxml.etree.tostring(tree) == before


def test_hints_are_what_the_body_may_repeat():
    values = [(MetaField.TITLE, "T"), (MetaField.DESCRIPTION, "D"), (MetaField.STANDFIRST, "S"), (MetaField.AUTHOR, "A"), (MetaField.SECTION, "C")]
    candidates = [Candidate(field=field, source="meta", value=value) for field, value in values]
    assert hints_of(candidates) == Hints(titles=("T",), summaries=("S", "D"), authors=("A",))


PARTS = st.sampled_from(
    [
        *(f"<p>{text}</p>" for text in (PROSE, *MORE)),
        *("<h2>What it costs</h2>", f"<ul>{links(RELATED, 'news')}</ul>", "<blockquote>We were not asked.</blockquote>", "<p>Share</p>"),
        *("<figure><figcaption>The old wall</figcaption></figure>", "<table><tr><td>Moe</td><td>4 million</td></tr></table>"),
    ]
)


@settings(max_examples=25)
@given(st.lists(PARTS, max_size=12))
def test_blocks_follow_the_reading_order_of_the_page(parts: list[str]):
    tree = parse_html(page("".join(parts)))
    on_page = iter(block.text for block in page_blocks(tree))
    found = extract_blocks(tree, ()).blocks
    assert all(block.text in on_page for block in found)  # each behind the one before
    assert all(0 <= block.score <= 1 for block in found)
