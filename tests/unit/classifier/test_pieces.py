"""The documents of the pipeline: the text as given, in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from intake_bot.classifier.classifier import MAX_CHARACTERS, Classifier
from intake_bot.classifier.pieces import Pieces


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_text_is_the_text_given(text: str) -> None:
    assert Pieces(Vocab())(text).text == text


@pytest.mark.parametrize("signs", ["(", "\"'", "<", "=", "a@b.c", "\u00a0", "\n ", "( "])
def test_a_line_without_end_takes_no_minutes(classifier: Classifier, signs: str) -> None:
    """spaCy's own tokenizer takes longer than an hour for the first of these."""
    started = time.perf_counter()
    verdict = classifier.classify("Demande", f"Supprimez mes données personnelles.\n\n{signs * MAX_CHARACTERS}")
    assert "erasure" in verdict.reviewed
    assert time.perf_counter() - started < 20


def test_words_of_a_mail_are_forgotten_with_it(classifier: Classifier) -> None:
    classifier.classify("", "Supprimez le dossier zyqforgotten.")
    assert "zyqforgotten." not in classifier.pipeline.vocab.strings
