import numpy as np

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.encoder import REMEMBERED, UNDER_WAY, Encoder
from intake_bot.classifier.labels import INDEX
from intake_bot.resources import models_dir

GREETING = "Hello, the stand measures twelve square metres."
REQUEST = "Please delete my account and everything you hold about me."
PASSAGE = f"{GREETING} {REQUEST} The lift is out of order until Monday."
ENDS = (len(GREETING), len(GREETING) + 1 + len(REQUEST), len(PASSAGE))


def fresh() -> Encoder:
    base = models_dir()
    return Encoder.open(base / "base", base / "rights" / "rights_encoder")


def test_the_part_that_asks_speaks_most(classifier: Classifier) -> None:
    component = classifier.component
    logits = component.head.logits(component.encoder.parts(PASSAGE, ENDS))[:, INDEX["erasure"]]
    assert int(np.argmax(logits)) == 1
    assert logits[1] - max(logits[0], logits[2]) > 3


def test_parts_are_the_same_whether_their_passage_was_just_read_or_not() -> None:
    encoder = fresh()
    unread = encoder.parts(PASSAGE, ENDS)
    for others in ([], [GREETING], [f"{REQUEST} {number}" for number in range(UNDER_WAY + 1)]):
        encoder.vectors([PASSAGE, *others])
        assert np.array_equal(encoder.parts(PASSAGE, ENDS), unread)


def test_a_part_past_the_cut_says_nothing() -> None:
    long = "word " * 600
    parts = fresh().parts(long, (20, len(long) - 20, len(long)))
    assert parts[:2].any(axis=1).all()
    assert not parts[2].any()


def test_vectors_do_not_depend_on_what_is_read_beside_them() -> None:
    encoder = fresh()
    alone = encoder.vectors([REQUEST])
    texts = [f"{GREETING} {number}" for number in range(5)]
    beside = fresh().vectors([*texts, REQUEST])
    assert np.array_equal(beside[-1:], alone)
    long = " ".join(f"{PASSAGE} {number}." for number in range(9))  # more sub-words than are read
    assert np.array_equal(fresh().vectors([long])[0], fresh().vectors([long, GREETING])[0])
    assert np.array_equal(encoder.vectors([REQUEST, *texts])[0], alone[0])
    assert (encoder.passages_read, encoder.passages_remembered) == (7, 1)
    assert len(encoder._vectors) <= REMEMBERED
    assert len(encoder._states) <= UNDER_WAY
