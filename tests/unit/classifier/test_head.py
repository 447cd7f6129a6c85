from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from intake_bot.classifier.head import WHOLE, Bags, Head, HeadRecipe, train_head
from intake_bot.classifier.labels import LABELS
from intake_bot.errors import ModelMissing


def test_a_mail_is_its_largest_passage() -> None:
    bags = Bags.of([np.zeros((2, 3), np.float32), np.ones((1, 3), np.float32)])
    logits = np.array([[1.0, 5.0], [4.0, 2.0], [7.0, 0.0]], np.float32)
    assert bags.largest(logits).tolist() == [[4.0, 5.0], [7.0, 0.0]]


def head(weights: float = 0.0, bias: float = 0.0, context: float = 0.0) -> Head:
    full = ((weights, 384), (context, 768))
    passage, whole = (np.full((len(LABELS), width), value, np.float32) for value, width in full)
    return Head(passage, np.full(len(LABELS), bias, np.float32), whole)


def test_the_whole_adds_mean_and_largest_of_all_passages() -> None:
    vectors = np.stack([np.full(384, value, np.float32) for value in (1.0, -3.0)])
    bags = Bags.of([vectors, vectors[:1]])
    assert bags.wholes()[:, [0, 384]].tolist() == [[-1.0, 1.0], [1.0, 1.0]]
    assert bags.logits(head(weights=1.0, bias=2.0, context=0.5))[:, 0].tolist() == [384 + 2, 384 + 2 + 384]
    assert head(context=0.5).whole(vectors).tolist() == [0.0] * len(LABELS)


def test_a_long_mail_is_its_strongest_passages() -> None:
    weak, strong = np.zeros((5, 384), np.float32), np.ones((WHOLE, 384), np.float32)
    few, many = Bags.of([strong]), Bags.of([np.vstack([weak, strong[:2], weak, strong[2:], weak])])
    assert np.array_equal(many.strongest(head(weights=1.0)).vectors, strong)
    probe = head(weights=1.0, context=0.5)
    assert np.array_equal(many.logits(probe), few.logits(probe))
    assert np.array_equal(probe.whole(many.vectors), probe.whole(strong))


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
    start = head(bias=-2.0)
    joined = Bags.of(bags)
    trained = train_head(joined, target, np.ones_like(target), start, HeadRecipe(steps=150))
    again = train_head(joined, target, np.ones_like(target), start, HeadRecipe(steps=150))
    assert ((joined.logits(trained) > 0) == (target > 0)).mean() > 0.999
    assert np.array_equal(trained.weights, again.weights)


def test_round_trip(tmp_path: Path) -> None:
    head(weights=1.0, context=2.0).write(tmp_path / "head.npz")
    found = Head.read(tmp_path / "head.npz")
    assert (found.weights.mean(), found.bias.mean(), found.context.mean()) == (1.0, 0.0, 2.0)
    with pytest.raises(ModelMissing):
        Head.read(tmp_path / "absent.npz")


@pytest.mark.parametrize(
    "parts",
    [
        {"weights": np.ones((14, 384)), "bias": np.zeros(14)},
        {"weights": np.ones((14, 768)), "bias": np.zeros(14), "context": np.zeros((14, 1536))},
    ],
)
def test_a_head_of_another_shape_is_refused(parts: dict[str, npt.NDArray[np.float64]], tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", **parts)  # type: ignore[arg-type]
    with pytest.raises(ModelMissing, match="train --full"):
        Head.read(tmp_path / "head.npz")
