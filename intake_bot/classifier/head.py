"""The linear head on passage vectors: one logit per label; trained in numpy on the largest passage of each mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.labels import LABELS
from intake_bot.errors import ModelMissing

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Head:
    """Weights (labels, 384) and bias (labels,)."""

    weights: Floats
    bias: Floats

    def logits(self, vectors: Floats) -> Floats:
        """(passages, labels)."""
        result: Floats = vectors @ self.weights.T + self.bias
        return result

    def write(self, path: Path) -> None:
        """Writes head.npz."""
        np.savez(path, weights=self.weights.astype(np.float32), bias=self.bias.astype(np.float32))

    @classmethod
    def read(cls, path: Path) -> "Head":
        """Reads head.npz. Raises ModelMissing if it is absent or of other labels."""
        if not path.is_file():
            raise ModelMissing(f"{path} is missing: run `intake-bot train`.")
        with np.load(path) as stored:
            head = cls(stored["weights"], stored["bias"])
        if head.weights.shape[0] != len(LABELS):
            raise ModelMissing(f"{path} has {head.weights.shape[0]} labels instead of {len(LABELS)}.")
        return head


@dataclass(frozen=True)
class HeadRecipe:
    """Settings of the head's training: Adam steps over the whole set and the pull towards the starting head."""

    steps: int = 300
    rate: float = 0.02
    decay: float = 3e-4


@dataclass(frozen=True)
class Bags:
    """Vectors of all passages of all mails; `starts[i]` is the first passage of mail i."""

    vectors: Floats
    starts: Integers

    @classmethod
    def of(cls, per_mail: Sequence[Floats]) -> "Bags":
        """Joins the passage vectors of each mail."""
        counts = np.array([len(found) for found in per_mail], dtype=np.int64)
        return cls(np.concatenate(per_mail), np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64))

    def largest(self, logits: Floats) -> Floats:
        """(mails, labels): per label the largest logit over the passages of each mail."""
        result: Floats = np.maximum.reduceat(logits, self.starts, axis=0)
        return result


def train_head(bags: Bags, target: Floats, weight: Floats, start: Head, recipe: HeadRecipe) -> Head:
    """Adam on the weighted logistic loss of the mails' largest logits, pulled towards the starting head."""
    parameters = [start.weights.astype(np.float64), start.bias.astype(np.float64)]
    anchors = [parameter.copy() for parameter in parameters]
    first = [np.zeros_like(parameter) for parameter in parameters]
    second = [np.zeros_like(parameter) for parameter in parameters]
    for step in range(1, recipe.steps + 1):
        gradients = _gradients(bags, target, weight, parameters)
        rate = recipe.rate * (1 - 0.95 * (step - 1) / recipe.steps)
        for i, slope in enumerate(gradients):
            gradient = slope + recipe.decay * (parameters[i] - anchors[i])
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.99 * second[i] + 0.01 * gradient**2
            corrected = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.99**step)) + 1e-8)
            parameters[i] = parameters[i] - rate * corrected
    return Head(parameters[0].astype(np.float32), parameters[1].astype(np.float32))


def _gradients(bags: Bags, target: Floats, weight: Floats, parameters: list[Doubles]) -> list[Doubles]:
    logits = bags.vectors @ parameters[0].T.astype(np.float32) + parameters[1].astype(np.float32)
    top = bags.largest(logits)
    slope = weight * (1.0 / (1.0 + np.exp(-np.clip(top, -30, 30))) - target) / len(target)
    # The passage that carries the maximum takes the gradient; ties share it by order.
    ends = np.append(bags.starts[1:], len(logits))
    owner = np.repeat(np.arange(len(target)), ends - bags.starts)
    carries = logits >= top[owner]
    spread = np.where(carries, slope[owner], 0.0).astype(np.float32)
    return [(spread.T @ bags.vectors).astype(np.float64), spread.sum(axis=0).astype(np.float64)]
