"""The head: per label the largest logit over the passages of a mail, and what the mail as a whole adds to it.

The whole is the mean and the largest value of each dimension over the passages. "I withdraw it" means one thing in a
chat about an offer and another beside a newsletter, and no passage alone tells which. Of a long mail only the passages
that speak most are taken for it: among many of other business the mean would drown the request.
"""

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

#: Values of a vector.
WIDTH = 384
#: The length of a vector: longer than one, which keeps the weights of the head of order one.
VECTOR_SCALE = 8.0
#: Passages of a mail that are taken for the whole of it. Training takes all, of which most mails have fewer.
WHOLE = 4


@dataclass(frozen=True)
class Head:
    """Weights (labels, 384) and bias (labels,) for passages, weights (labels, 768) for the mail as a whole."""

    weights: Floats
    bias: Floats
    context: Floats

    def logits(self, vectors: Floats) -> Floats:
        """(passages, labels): what each passage says by itself."""
        result: Floats = vectors @ self.weights.T + self.bias
        return result

    def whole(self, vectors: Floats) -> Floats:
        """(labels,): what a mail as a whole adds, from the vectors of its passages."""
        result: Floats = (Bags.of([vectors]).strongest(self).wholes() @ self.context.T)[0]
        return result

    def write(self, path: Path) -> None:
        """Writes head.npz."""
        np.savez(path, **{name: value.astype(np.float32) for name, value in vars(self).items()})

    @classmethod
    def read(cls, path: Path) -> "Head":
        """Reads head.npz. Raises ModelMissing if it is absent or of another shape."""
        if not path.is_file():
            raise ModelMissing(f"{path} is missing: restore models/rights, or run `train --full --afresh`.")
        with np.load(path) as stored:
            shapes = {name: stored[name].shape for name in stored}
            whole = {"weights": (len(LABELS), WIDTH), "bias": (len(LABELS),), "context": (len(LABELS), 2 * WIDTH)}
            if shapes != whole:
                raise ModelMissing(
                    f"{path} is of a model of another shape: restore models/rights, or run `train --full --afresh`."
                )
            return cls(stored["weights"], stored["bias"], stored["context"])


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

    def strongest(self, head: Head) -> "Bags":
        """Of each mail the passages that speak most for any label, in their order; at most WHOLE of them."""
        strength = head.logits(self.vectors).max(axis=1)
        kept = []
        for start, end in zip(self.starts, np.append(self.starts[1:], len(strength)), strict=True):
            order = np.argsort(-strength[start:end], kind="stable")[:WHOLE]
            kept.append(self.vectors[start + np.sort(order)])
        return Bags.of(kept)

    def wholes(self) -> Floats:
        """(mails, 2 width): mean and largest value of each dimension over the passages of each mail."""
        counts = np.diff(np.append(self.starts, len(self.vectors)))[:, None].astype(np.float32)
        means = np.add.reduceat(self.vectors, self.starts, axis=0) / counts
        return np.hstack([means, self.largest(self.vectors)])

    def logits(self, head: Head) -> Floats:
        """(mails, labels)."""
        result: Floats = self.largest(head.logits(self.vectors)) + self.strongest(head).wholes() @ head.context.T
        return result


def train_head(bags: Bags, target: Floats, weight: Floats, start: Head, recipe: HeadRecipe) -> Head:
    """Adam on the weighted logistic loss of the mails' logits, pulled towards the starting head."""
    parameters = [value.astype(np.float64) for value in (start.weights, start.bias, start.context)]
    anchors = [parameter.copy() for parameter in parameters]
    first = [np.zeros_like(parameter) for parameter in parameters]
    second = [np.zeros_like(parameter) for parameter in parameters]
    wholes = bags.strongest(start).wholes()
    for step in range(1, recipe.steps + 1):
        gradients = _gradients(bags, wholes, target, weight, parameters)
        rate = recipe.rate * (1 - 0.95 * (step - 1) / recipe.steps)
        for i, slope in enumerate(gradients):
            gradient = slope + recipe.decay * (parameters[i] - anchors[i])
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.99 * second[i] + 0.01 * gradient**2
            corrected = (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.99**step)) + 1e-8)
            parameters[i] = parameters[i] - rate * corrected
    return _head(parameters)


def _head(parameters: list[Doubles]) -> Head:
    weights, bias, context = (parameter.astype(np.float32) for parameter in parameters)
    return Head(weights, bias, context)


def _gradients(bags: Bags, wholes: Floats, target: Floats, weight: Floats, parameters: list[Doubles]) -> list[Doubles]:
    head = _head(parameters)
    logits = head.logits(bags.vectors)
    top = bags.largest(logits)
    given = np.clip(top + wholes @ head.context.T, -30, 30)
    slope = weight * (1.0 / (1.0 + np.exp(-given)) - target) / len(target)
    # The passage that carries the maximum takes the gradient; ties share it by order.
    ends = np.append(bags.starts[1:], len(logits))
    owner = np.repeat(np.arange(len(target)), ends - bags.starts)
    carries = logits >= top[owner]
    spread = np.where(carries, slope[owner], 0.0).astype(np.float32)
    gradients = (spread.T @ bags.vectors, spread.sum(axis=0), slope.T @ wholes)
    return [gradient.astype(np.float64) for gradient in gradients]
