"""A lesson on the real encoder and a small corpus: what it gains, what is refused, what is kept."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from intake_bot.classifier import learning
from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.corpus import Mail, read_set, whole
from intake_bot.classifier.learning import LEAST, Lesson, School
from intake_bot.errors import IntakeError, ModelMissing
from intake_bot.resources import models_dir
from tests.support.corpus import few


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few mails of each set, under their names."""
    return few(tmp_path_factory.mktemp("corpus"), train=120, others=20)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    work = tmp_path_factory.mktemp("work")
    return School(models_dir() / "rights", models_dir() / "base", work, lambda line: None)


def judged(corpus: Path, count: int = LEAST) -> list[Mail]:
    """Mails with labels, short ones, as a person might have judged them."""
    mails = [mail for mail in read_set(corpus / "train") if mail.labels and len(mail.body) < 500]
    return mails[:count]


@pytest.fixture(scope="module")
def lesson(school: School, corpus: Path) -> Lesson:
    return school.lesson(judged(corpus), corpus, whole)


def test_a_lesson_compares_on_the_frozen_sets_and_on_what_it_did_not_see(lesson: Lesson, corpus: Path) -> None:
    assert [item.name for item in lesson.frozen] == ["dev", "test"]
    assert [item.mails for item in lesson.frozen] == [len(read_set(corpus / name)) for name in ("dev", "test")]
    assert lesson.corrections.mails == LEAST
    assert lesson.beside == Classifier.load().version


def test_a_lesson_full_of_mistakes_is_refused(school: School, corpus: Path) -> None:
    wrong = [replace(mail, labels=frozenset({"post_mortem"}), accept=()) for mail in judged(corpus)] * 3
    said = school.lesson(wrong, corpus, whole)
    assert "dev" in said.refused


def test_what_was_learned_stands_beside_its_model(lesson: Lesson, tmp_path: Path) -> None:
    learning.keep(lesson, tmp_path / "learned")
    classifier = Classifier.load(learned=tmp_path / "learned")
    assert classifier.version == lesson.version
    assert classifier.classify("", "Please delete my account and all my personal data.").route != "none"
    card = json.loads((tmp_path / "learned" / "card.json").read_text())
    assert card["beside"] == lesson.beside
    assert {item["set"] for item in card["sets"]} == {"dev", "test", "corrections"}


def test_beside_another_model_it_is_left_out(lesson: Lesson, tmp_path: Path) -> None:
    learning.keep(replace(lesson, beside="another"), tmp_path / "learned")
    assert Classifier.load(learned=tmp_path / "learned").version == Classifier.load().version
    assert learning.drop(tmp_path / "learned")
    assert not learning.drop(tmp_path / "learned")


def test_nothing_of_a_case_is_written_beside_the_vectors(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = School(models_dir() / "rights", models_dir() / "base", tmp_path, lambda line: None)
    secret = Mail("1", "en", "", "zyqsecret delete my account", frozenset({"erasure"}))
    fresh.lesson([secret] * LEAST, few(tmp_path_factory.mktemp("few"), train=500, others=150), whole)
    assert [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and _holds(path, "zyqsecret")]


def _holds(path: Path, word: str) -> bool:
    import numpy as np

    with np.load(path) as stored:
        return any(word in text for text in stored["texts"].tolist())


def test_few_mails_teach_nothing(school: School, corpus: Path) -> None:
    with pytest.raises(IntakeError, match=str(LEAST)):
        school.lesson(judged(corpus, LEAST - 1), corpus, whole)


def test_without_the_corpus_it_says_so(school: School, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="corpus"):
        school.lesson(judged(corpus), tmp_path, whole)
