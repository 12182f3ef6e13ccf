"""What a text's sketch says, and that it says the same everywhere: sketches are kept for years."""

import hashlib
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learn.duplicates_sketch import BANDS, EMPTY, PERMUTATIONS, SCHEME, SHINGLE_CHARACTERS, jaccard, shingle_hashes, sketch
from pipeline.stages.fingerprint import content_hash

ENGLISH = "The ferry to Tarnwick runs again from Monday, after nine weeks in which the dock at Crowmere was mended and the crew sent home."
JAPANESE = "青波市の渡し船は九週間の修理を終えて月曜日から再び動き出し、霧ヶ丘町の住民はこれを喜んだ。"
# Changes here mean that sketches kept by earlier versions can't be compared any more: SCHEME has to change, too.
PINNED = {
    ENGLISH: (20, "5ea3cbb62b08b2bc"),
    JAPANESE: (35, "56d0cd79c45b5e2c"),
}


@pytest.mark.parametrize("text", PINNED, ids=["english", "japanese"])
def test_sketches_are_those_of_earlier_versions_and_other_machines(text: str):
    shingles, digest = PINNED[text]
    made = sketch(text)
    assert SCHEME == "words-5:characters-9:r-minhash-2:128:21x6:1"
    assert (made.shingles, hashlib.sha256(made.bands + made.signature).hexdigest()[:16]) == (shingles, digest)


def test_sketches_are_the_same_in_another_process():
    code = "import sys; from pipeline.learn.duplicates_sketch import sketch; sys.stdout.write(sketch(sys.argv[1]).signature.hex())"
    other = subprocess.run([sys.executable, "-c", code, ENGLISH], capture_output=True, text=True, check=True)
    assert other.stdout == sketch(ENGLISH).signature.hex()


@given(st.text(max_size=300))
def test_any_text_has_a_sketch_of_one_size(text: str):
    made = sketch(text)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own
    assert (len(made.bands), len(made.signature)) == ((4 * BANDS, PERMUTATIONS) if made.shingles else (0, 0))
    assert sketch(f" {text}!\n") == made


@given(st.text(max_size=60), st.text(alphabet="ab\u6771\u4eac .,!\n", max_size=60))
def test_what_has_one_content_hash_has_one_sketch(first: str, second: str):
    for text in (first, second):
        other = text.replace(".", "\n").replace(",", " – ")
        if content_hash(other) == content_hash(text):
            assert sketch(other) == sketch(text)


@pytest.mark.parametrize(
    ("text", "shingles"),
    [
        ("", 0),
        (" … !\n", 0),
        ("Closed", 1),
        ("Closed until Monday morning", 1),
        ("Closed until Monday morning again", 1),
        ("Closed until Monday morning again, sadly", 2),
        ("one two three four five " * 40, 5),
        ("青", 1),
        ("青" * SHINGLE_CHARACTERS, 1),
        ("青波市の渡し船は月曜", 2),
        ("The word 青 is Japanese for blue", 2),  # none begins with 青: too few characters follow it
    ],
)
def test_shingles_are_counted_once(text: str, shingles: int):
    assert len(shingle_hashes(text)) == sketch(text).shingles == shingles
    assert (sketch(text) == EMPTY) == (shingles == 0)


@pytest.mark.parametrize(
    ("first", "second", "similarity"),
    [
        ("a b c d e f", "a b c d e f", 1.0),
        ("a b c d e f", "A, b: c\n\nd – e (f)", 1.0),
        ("a b c d e f", "a b c d e g", 1 / 3),
        ("a b c d e f", "f e d c b a", 0.0),
        ("a b", "a b c", 0.0),
        ("", "", 0.0),
        ("", "a b c d e f", 0.0),
    ],
)
def test_similarity_is_that_of_the_sets_of_five_words(first: str, second: str, similarity: float):
    assert jaccard(shingle_hashes(first), shingle_hashes(second)) == pytest.approx(similarity)


def test_a_changed_word_costs_as_much_where_no_spaces_stand_between_words():
    """Of 300 words, each two characters long, one is another."""
    words = [f"{chr(0x4E00 + place)}{chr(0x5E00 + place)}" for place in range(300)]
    changed = [*words[:150], "山川", *words[151:]]
    with_spaces = [[f"w{ord(word[0])}" for word in version] for version in (words, changed)]
    together = jaccard(*(shingle_hashes("".join(version)) for version in (words, changed)))
    apart = jaccard(*(shingle_hashes(" ".join(version)) for version in with_spaces))
    assert together == pytest.approx(apart, abs=0.005)


def test_equal_bytes_of_the_signature_estimate_the_similarity():
    chance = random.Random(7)
    errors = []
    for _ in range(60):
        words = [f"w{chance.randrange(10**6)}" for _ in range(400)]
        other = [*words[:340], *(f"v{chance.randrange(10**6)}" for _ in range(60))]
        first, second = " ".join(words), " ".join(other)
        equal = np.frombuffer(sketch(first).signature, np.uint8) == np.frombuffer(sketch(second).signature, np.uint8)
        errors.append(equal.mean() - jaccard(shingle_hashes(first), shingle_hashes(second)))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.06
