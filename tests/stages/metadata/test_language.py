from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Candidate, MetaField
from pipeline.stages.metadata import detect_language
from pipeline.stages.metadata.language import choose_language, language_code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mayor said the bridge would stay closed until autumn, and the ferry would run every hour.", "en"),
        ("Die Bürgermeisterin sagte, die Brücke bleibe bis zum Herbst gesperrt und die Fähre fahre jede Stunde.", "de"),
        ("Le maire a déclaré que le pont resterait fermé jusqu'à l'automne et que le bac passerait toutes les heures.", "fr"),
        ("El alcalde dijo que el puente seguirá cerrado hasta el otoño y que el barco saldrá cada hora.", "es"),
        ("Il sindaco ha detto che il ponte resterà chiuso fino all'autunno e il traghetto partirà ogni ora.", "it"),
        ("Мэр города сообщил, что мост будет закрыт до осени, а паром пойдёт каждый час.", "ru"),
        ("Мер міста повідомив, що міст буде зачинено до осені, а пором ходитиме щогодини.", "uk"),
        ("東川町の町長は、橋の修理が秋まで続くと発表した。渡し船は毎時運航される。", "ja"),
        ("河口镇镇长宣布，大桥将关闭维修至秋季，渡船每小时开一班，居民表示理解。", "zh"),
        ("강촌 시장은 다리가 가을까지 폐쇄되고 나룻배가 매시간 운항한다고 발표했다.", "ko"),
        ("قال رئيس البلدية إن الجسر سيبقى مغلقا حتى الخريف وإن العبارة ستعمل كل ساعة.", "ar"),
        ("Ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει μέχρι το φθινόπωρο.", "el"),
    ],
)
def test_languages_of_the_press(text, language):
    detected, confidence = detect_language(text)
    assert detected == language
    assert confidence is not None
    assert 0.5 < confidence <= 1


@pytest.mark.parametrize(
    ("text", "language"), [("渡船中午离开港口。", "zh"), ("フェリーは正午に港を出た。", "ja"), ("여객선은 떠났다.", "ko"), ("Το πλοίο έφυγε.", "el")]
)
def test_a_script_of_its_own_tells_the_language_of_a_line(text, language):
    assert detect_language(text) == (language, 1.0)


@pytest.mark.parametrize("text", ["", "Short text", "東京 2024", "1234567890 " * 50])
def test_too_little_text_says_nothing(text):
    assert detect_language(text) == (None, None)


@pytest.mark.parametrize(
    ("declared", "code"),
    [("de", "de"), ("de_at", "de-AT"), ("EN-us", "en-US"), ("zh-hant-TW", "zh-Hant-TW"), ("en_US.UTF-8", "en-US"), ("English", None), ("", None)],
)
def test_declared_languages_are_spelled_as_bcp47(declared, code):
    assert language_code(declared) == code


def test_the_text_speaks_for_itself_and_the_page_only_where_it_cannot():
    declared = [
        Candidate(field=MetaField.LANGUAGE, source="og:locale", value="en_US"),
        Candidate(field=MetaField.LANGUAGE, source="html:lang", value="de-DE"),
    ]
    assert choose_language(declared, "fr").value == "fr"
    assert choose_language(declared, None).value == "de-DE"
    assert choose_language([], None).value is None


@given(st.text(max_size=300))
def test_confidence_is_a_probability(text):
    language, confidence = detect_language(text)
    assert (language is None) == (confidence is None)
    assert confidence is None or 0 <= confidence <= 1
