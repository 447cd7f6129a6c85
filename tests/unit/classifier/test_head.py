from pathlib import Path

import numpy as np
import pytest

from intake_bot.classifier.head import Bags, Head, HeadRecipe, train_head
from intake_bot.classifier.labels import LABELS
from intake_bot.errors import ModelMissing


def test_a_mail_is_its_largest_passage() -> None:
    bags = Bags.of([np.zeros((2, 3), np.float32), np.ones((1, 3), np.float32)])
    logits = np.array([[1.0, 5.0], [4.0, 2.0], [7.0, 0.0]], np.float32)
    assert bags.largest(logits).tolist() == [[4.0, 5.0], [7.0, 0.0]]


def test_learns_from_mails_without_sentence_labels() -> None:
    generator = np.random.default_rng(3)
    directions = generator.normal(size=(len(LABELS), 384)).astype(np.float32)
    directions *= 8 / np.linalg.norm(directions, axis=1, keepdims=True)
    target = np.zeros((280, len(LABELS)), np.float32)
    bags = []
    for number in range(280):
        passages = generator.normal(0, 0.3, (3, 384)).astype(np.float32)
        if number % 2:
            label = number % len(LABELS)
            target[number, label] = 1
            passages[number % 3] += directions[label]
        bags.append(passages)
    start = Head(np.zeros((len(LABELS), 384), np.float32), np.full(len(LABELS), -2.0, np.float32))
    joined = Bags.of(bags)
    head = train_head(joined, target, np.ones_like(target), start, HeadRecipe(steps=150))
    again = train_head(joined, target, np.ones_like(target), start, HeadRecipe(steps=150))
    assert ((joined.largest(head.logits(joined.vectors)) > 0) == (target > 0)).mean() > 0.999
    assert np.array_equal(head.weights, again.weights)


def test_round_trip(tmp_path: Path) -> None:
    head = Head(np.ones((len(LABELS), 384), np.float32), np.zeros(len(LABELS), np.float32))
    head.write(tmp_path / "head.npz")
    assert np.array_equal(Head.read(tmp_path / "head.npz").weights, head.weights)
    with pytest.raises(ModelMissing):
        Head.read(tmp_path / "absent.npz")
