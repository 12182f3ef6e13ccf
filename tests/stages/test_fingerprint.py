from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.fingerprint import content_hash, simhash
from pipeline.stages.words import squeeze, word_count

TEXT = " ".join(f"word{number % 97} of the{number % 53} tide" for number in range(200))


def distance(one: str, other: str) -> int:
    return ((simhash(one) ^ simhash(other)) & (2**64 - 1)).bit_count()


def test_near_texts_are_near_and_others_are_far():
    assert distance(TEXT, TEXT.replace("word7 ", "term7 ")) <= 8
    assert distance(TEXT, " ".join(reversed(TEXT.split()))) > 16


@given(st.text())
def test_fingerprints_take_any_text(text: str):
    assert -(2**63) <= simhash(text) < 2**63
    assert content_hash(text) == content_hash(f"  {text}!\n")


@given(st.text())
def test_squeezing_twice_changes_nothing(text: str):
    assert squeeze(squeeze(text)) == squeeze(text)
    assert word_count(squeeze(text)) == word_count(text)
