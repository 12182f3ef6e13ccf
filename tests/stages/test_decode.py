from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Flag, Media, Reason, Reject
from pipeline.stages.decode import decode
from pipeline.stages.mojibake import repaired

GERMAN = "Die Bürgermeisterin von Großmühle sagte, die Brücke über die Lohe werde im März für Fußgänger geöffnet."
CZECH = "Starostka městečka Vrbovec řekla, že most bude uzavřen až do podzimu. Příliš žluťoučký kůň, šest řek a těžké časy."
POLISH = "Burmistrz Wierzbowa ogłosił, że most będzie zamknięty do jesieni. Mieszkańcy są źli, a łódź pływa co godzinę."
RUSSIAN = "Мэр города Речная сообщил, что мост будет закрыт на ремонт до осени, а паром пойдёт каждый час."
GREEK = "Ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει μέχρι το φθινόπωρο και το πλοίο θα περνά κάθε ώρα."
TURKISH = "Belediye başkanı köprünün sonbahara kadar kapalı kalacağını, vapurun her saat işleyeceğini açıkladı. Güzel bir gün."
JAPANESE = "東川町の町長は、橋の修理が秋まで続くと発表した。渡し船は毎時運航される。"
CHINESE = "河口镇镇长宣布，大桥将关闭维修至秋季，渡船每小时开一班。"
TAIWANESE = "河口鎮鎮長宣布，大橋將關閉維修至秋季，渡船每小時開一班。"
KOREAN = "강촌 시장은 다리가 가을까지 폐쇄되고 나룻배가 매시간 운항한다고 발표했다."


def html(text: str, head: str = "") -> str:
    return f'<html><head>{head}<title>The Ledger</title></head><body class="page"><p>{text}</p></body></html>'


@pytest.mark.parametrize(
    ("text", "codec", "charset"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "cp1252", "windows-1252"),
        ("„So ist es“ – das kostet 5 €, sagte " + GERMAN, "cp1252", "windows-1252"),
        (CZECH, "cp1250", "windows-1250"),
        (POLISH, "iso-8859-2", "iso-8859-2"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (GREEK, "iso-8859-7", "iso-8859-7"),
        (TURKISH, "cp1254", "windows-1254"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (CHINESE, "gb18030", "gb18030"),
        (TAIWANESE, "big5", "big5"),
        (KOREAN, "cp949", "euc-kr"),
        (GERMAN, "utf-16-le", "utf-16le"),
        (RUSSIAN, "utf-16-be", "utf-16be"),
        (GERMAN, "utf-32-le", "utf-32le"),
        (JAPANESE, "utf-32-be", "utf-32be"),
    ],
)
@pytest.mark.parametrize("media", list(Media))
def test_a_page_that_says_nothing_is_read_right_and_a_guess_is_flagged(text: str, codec: str, charset: str, media: Media):
    page = html(text) if media is Media.HTML else "The Ledger\n\n" + text

    decoded = decode(page.encode(codec), media, None)

    assert (decoded.text, decoded.charset, decoded.source) == (page, charset, "detected")
    assert decoded.flags == (frozenset() if charset == "utf-8" else {Flag.CHARSET_GUESSED})


@pytest.mark.parametrize(
    ("label", "codec", "text", "charset"),
    [
        ("UTF-8", "utf-8", GERMAN, "utf-8"),
        ("latin1", "cp1252", "Er sagte: „5 €“", "windows-1252"),
        ("ISO-8859-1", "latin-1", GERMAN, "windows-1252"),
        ('"iso-8859-2"', "iso-8859-2", POLISH, "iso-8859-2"),
        ("iso-8859-2", "cp1250", CZECH, "windows-1250"),
        ("cp1251", "cp1251", RUSSIAN, "windows-1251"),
        ("windows-874", "cp874", "นายกเทศมนตรี", "windows-874"),
        ("x-sjis", "cp932", JAPANESE + "①㈱", "shift_jis"),
        ("gb2312", "gb18030", CHINESE + "镕", "gbk"),
        ("Big5", "big5hkscs", TAIWANESE, "big5"),
        ("ms949", "cp949", KOREAN + "똠", "euc-kr"),
        ("utf-16le", "utf-16-le", RUSSIAN, "utf-16le"),
        ("macintosh", "mac-roman", GERMAN, "macintosh"),
    ],
)
def test_a_declared_charset_is_read_as_browsers_do(label: str, codec: str, text: str, charset: str):
    decoded = decode(text.encode(codec), Media.TEXT, label)

    assert (decoded.text, decoded.charset, decoded.source, decoded.flags) == (text, charset, "declared", frozenset())


@pytest.mark.parametrize(
    ("body", "declared", "text", "charset", "source"),
    [
        (GERMAN.encode(), "iso-8859-1", GERMAN, "utf-8", "detected"),
        (b"caf\xc3\xa9", "windows-1252", "café", "utf-8", "detected"),
        (JAPANESE.encode(), "shift_jis", JAPANESE, "utf-8", "detected"),
        (CHINESE.encode(), "gbk", CHINESE, "utf-8", "detected"),
        ("联通".encode("gbk"), "gbk", "联通", "gbk", "declared"),  # it is well-formed UTF-8 by accident
        (RUSSIAN.encode("cp1251"), "utf-8", RUSSIAN, "windows-1251", "detected"),
        (JAPANESE.encode("shift_jis"), "utf-8", JAPANESE, "shift_jis", "detected"),
        (b"plain words", "utf-16", "plain words", "utf-8", "detected"),
        (b"plain words", "nonsense", "plain words", "utf-8", "detected"),
        (b"plain words", "rot13", "plain words", "utf-8", "detected"),
        (b"plain words", "\0", "plain words", "utf-8", "detected"),
        (b"plain words", "", "plain words", "utf-8", "detected"),
        (b"plain words", "iso-8859-1", "plain words", "windows-1252", "declared"),
    ],
)
def test_a_label_that_can_not_be_true_is_not_believed(body: bytes, declared: str, text: str, charset: str, source: str):
    decoded = decode(body, Media.TEXT, declared)

    assert (decoded.text, decoded.charset, decoded.source) == (text, charset, source)


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META CHARSET=cp1251>",
        "<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>",
        '<meta name="viewport" content="width=device-width"/><meta charset = "windows-1251" />',
    ],
)
def test_what_an_html_page_says_of_itself(head: str):
    page = html(RUSSIAN, head)

    decoded = decode(page.encode("cp1251"), Media.HTML, None)

    assert (decoded.text, decoded.charset, decoded.source, decoded.flags) == (page, "windows-1251", "meta", frozenset())


@pytest.mark.parametrize(
    ("page", "codec", "declared", "charset", "source"),
    [
        ("<?xml version='1.0' encoding='koi8-r'?>" + html(RUSSIAN), "koi8-r", None, "koi8-r", "meta"),
        (html(RUSSIAN, "<meta charset=koi8-r>"), "cp1251", "cp1251", "windows-1251", "declared"),
        (html(RUSSIAN, "<meta charset=cp1251>"), "cp1251", "utf-8", "windows-1251", "meta"),
        (html(RUSSIAN, "<meta charset=koi8-r>"), "utf-8", None, "utf-8", "detected"),
        (html(GERMAN, "<meta charset=utf-16>"), "utf-8", None, "utf-8", "meta"),
        (html(GERMAN, "<meta charset=nonsense>"), "utf-8", None, "utf-8", "detected"),
        (html(GERMAN, " " * 5000 + "<meta charset=koi8-r>"), "cp1252", None, "windows-1252", "detected"),
    ],
)
def test_who_is_believed(page: str, codec: str, declared: str | None, charset: str, source: str):
    decoded = decode(page.encode(codec), Media.HTML, declared)

    assert (decoded.text, decoded.charset, decoded.source) == (page, charset, source)


def test_a_text_page_that_writes_about_meta_is_not_asked():
    text = "Write <meta charset=koi8-r> for Russian. " + GERMAN

    assert decode(text.encode("cp1252"), Media.TEXT, None).charset == "windows-1252"


@pytest.mark.parametrize(
    ("codec", "charset"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16le"), ("utf-32", "utf-32le")],
)
def test_a_byte_order_mark_decides_and_goes(codec: str, charset: str):
    decoded = decode(RUSSIAN.encode(codec), Media.TEXT, "koi8-r")

    assert (decoded.text, decoded.charset, decoded.source, decoded.flags) == (RUSSIAN, charset, "bom", frozenset())


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\0\0\xfe\xff"])
def test_big_endian_marks(mark: bytes):
    codec = "utf-16-be" if len(mark) == 2 else "utf-32-be"

    assert decode(mark + GERMAN.encode(codec), Media.TEXT, None).text == GERMAN


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"])
def test_a_mark_before_a_page_of_narrow_characters_is_wrong(mark: bytes):
    page = "<html><meta charset=utf-8><p>The ferry sails again.</p>"

    assert page in decode(mark + page.encode(), Media.HTML, None).text


def test_nuls_in_a_page_of_narrow_characters_do_not_make_it_a_wide_one():
    with pytest.raises(Reject, match="control characters"):
        decode(b"<html><p>The ferry sails again.</p>" + b"a\0" * 100, Media.HTML, None)


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        (GERMAN.encode() + b" \xff ende", None, GERMAN + " � ende"),
        (GERMAN.encode() + b" \xff ende", "utf-8", GERMAN + " � ende"),
        (("Schöne Brücke " + GERMAN).encode()[:4] + b"\xf6ne " + GERMAN.encode(), "iso-8859-1", "Sch�" + "�ne " + GERMAN),
        (b"The mayor said so\xe2\x80", None, "The mayor said so�"),
        (b"\xef\xbb\xbfcaf\xe9", None, "caf�"),
    ],
)
def test_bytes_that_fit_nowhere_are_marked_and_flagged(body: bytes, declared: str | None, text: str):
    decoded = decode(body, Media.TEXT, declared)

    assert (decoded.text, decoded.charset) == (text, "utf-8")
    assert Flag.UNDECODABLE_BYTES in decoded.flags


def test_a_replacement_character_on_the_page_is_no_damage_of_ours():
    assert decode("lost � already".encode(), Media.TEXT, None).flags == frozenset()


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", "\ufeff \u00a0\u200b\n".encode(), bytes(50)])
def test_nothing_but_white_space_is_empty(body: bytes):
    with pytest.raises(Reject) as rejected:
        decode(body, Media.HTML, None)

    assert rejected.value.reason is Reason.EMPTY


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a\x01\0", "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "RIFF"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\x28\xb5\x2f\xfd\0", "Zstandard"),
        (b"\0\0\0\x20ftypisom", "MP4"),
        (bytes(range(256)) * 20, "control characters"),
        (b"a\0\0\0\0\0\0\0" * 100 + b"word", "control characters"),
    ],
)
def test_what_is_no_text_is_named(body: bytes, what: str):
    with pytest.raises(Reject, match=what) as rejected:
        decode(body, Media.HTML, None)

    assert rejected.value.reason is Reason.BINARY


def test_nuls_are_taken_out():
    assert decode(b"<p>The fe\0rry</p>" + bytes(5000), Media.HTML, None).text == "<p>The ferry</p>"


def test_line_ends_stay():
    assert decode(b"one\r\ntwo\n", Media.TEXT, None).text == "one\r\ntwo\n"


def misread(text: str, codec: str = "cp1252") -> str:
    return text.encode().decode(codec)


@pytest.mark.parametrize(
    ("damaged", "sound"),
    [
        (misread("Das Café „Brücke“ in Großmühle öffnet am Samstag.", "latin-1"), "Das Café „Brücke“ in Großmühle öffnet am Samstag."),
        ("The mayorâ€™s plan â€œa startâ€", None),  # a byte is gone: what it was can't be certain
        (misread("The mayor’s plan – a start"), "The mayor’s plan – a start"),
        ("<p>" + misread("Müller") + " &amp; 'Sons' &eacute;</p>", "<p>Müller &amp; 'Sons' &eacute;</p>"),
        ("<p>" + misread("größer") + "</p><p>größer</p>", "<p>größer</p><p>größer</p>"),
        ('<img alt="' + misread("Die Brücke") + '">', '<img alt="Die Brücke">'),
    ],
)
def test_text_that_was_encoded_twice_is_repaired_and_flagged(damaged: str, sound: str | None):
    decoded = decode(damaged.encode(), Media.HTML, None)

    assert decoded.text == (sound or damaged)
    assert decoded.flags == ({Flag.MOJIBAKE_REPAIRED} if sound else frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "SÃO TOMÉ, Âncora, Ñandú, Ärger, Åland, Ðakovo",
        "“Â” and ‘Ã’ are letters.",
        'The page showed "Ã¤" where ä should stand.',
        "The page showed &quot;Ã¤&quot; where ä should stand.",
        "The page showed &quot;Ã¤&quot; again.",
        'The page showed "â€™" again.',
        "<code>Ã©</code>",
        "L’île — « été » ; 5 € ; Ångström’s",
        "ＦＵＬＬ ﬁ ligature “quotes” … &amp;",
        misread(misread("größer")),
        RUSSIAN,
        GREEK,
        JAPANESE,
    ],
)
def test_sound_text_and_doubtful_text_stay_as_they_are(text: str):
    assert repaired(text) == text


@given(
    st.binary(max_size=300),
    st.sampled_from(list(Media)),
    st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["utf-8", "utf-16", "gbk", "hex"])),
)
def test_any_bytes_give_text_or_a_reason(body: bytes, media: Media, declared: str | None):
    try:
        decoded = decode(body, media, declared)
    except Reject as outcome:
        reason = outcome.reason
    else:
        reason = None
        assert "\0" not in decoded.text
        assert decoded.text.strip()
        assert decoded.text.encode()
        assert decoded.charset == decoded.charset.lower()
    assert reason in {None, Reason.EMPTY, Reason.BINARY}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"], exclude_characters="\ufeff"), min_size=1))
def test_declared_utf8_comes_back_as_it_was(text: str):
    if text.strip("\u200b") and not text.isspace() and repaired(text) == text and "\x1b" not in text:
        page = f"<p>{text}</p>"
        assert decode(page.encode(), Media.HTML, "utf-8").text == page
