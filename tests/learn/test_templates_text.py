import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learn.templates_text import is_telling, normalised

SAME = {
    "case and white space": ("Carried by the  Friends of the Library.", "CARRIED BY THE FRIENDS\nOF THE LIBRARY."),
    "typography": ("“The Heron’s” own page", '"The Heron\'s" own page'),
    "an invisible hyphen": ("Reiher\u00adhaus am Tor", "Reiherhaus am Tor"),
    "full width": ("Ｈｅｒｏｎ reading room", "Heron reading room"),
    "a date, written": ("The map of 4 March 2031 costs nothing.", "The map of 11 April 2031 costs nothing."),
    "a date with its weekday": ("The map of Tuesday, 4 March costs nothing at the kiosk.", "The map of Friday, 11 April costs nothing at the kiosk."),
    "a date in digits": ("Die Karte vom 04.03.2031 kostet am Kiosk nichts.", "Die Karte vom 4. März 2031 kostet am Kiosk nichts."),
    "a date with links": ("El cuaderno del 4 de marzo de 2031 ya está aquí.", "El cuaderno del 11 de abril de 2031 ya está aquí."),
    "a Russian date": ("Тетрадь от 4 марта 2031 лежит во всех лавках.", "Тетрадь от 11 апреля 2031 лежит во всех лавках."),
    "a Japanese date": ("2031年3月4日版の地図は売店でもらえる。", "2031年4月11日版の地図は売店でもらえる。"),
    "Arabic digits": ("العدد الجديد ٤ من الجريدة", "العدد الجديد 7 من الجريدة"),
    "a number, in what is no sentence": ("Issue 47 of the quarterly", "Issue 48 of the quarterly"),
    "a year": ("The Heron, printed here until 2031 and beyond, as ever.", "The Heron, printed here until 2032 and beyond, as ever."),
}
DIFFERENT = {
    "other words": ("Carried by the Friends of the Library", "Carried by the Friends of the Mill"),
    "a sentence's number": ("The index of the harbour fell by 2 percent.", "The index of the harbour fell by 3 percent."),
    "a sentence's measure beside a date": ("On 4 March the water stood at 312 centimetres.", "On 4 March the water stood at 299 centimetres."),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_words(one: str, other: str):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_words(one: str, other: str):
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("text", ["", "* * *", "2:1", "14.05 Uhr", "9:30", "Day 3", "4 March 2031", "2031年3月4日"])
def test_what_says_too_little(text: str):
    assert not is_telling(normalised(text))


@pytest.mark.parametrize("text", ["Ingredients", "Issue 47 out now", "青鷺の家", "The map of 4 March"])
def test_what_can_be_known_again(text: str):
    assert is_telling(normalised(text))


@given(st.text(max_size=80))
def test_normal_words_stay_normal_but_for_what_makes_a_sentence(text: str):
    words = normalised(text)
    assert words == words.strip()
    assert normalised(f" {text}\u00ad\n") == words
