"""Fits the calibration on DEV: Platt scaling, then three thresholds.

Slopes, offsets and thresholds are shared by the labels as far as DEV allows. With a label's own, a half of DEV gained
a point of macro-F1 that the other half lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.calibration import Calibration, LabelCalibration
from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.labels import INDEX, LABELS

#: A threshold is reached by equality; this keeps the mail that sets the budget below it.
MARGIN = 1e-6

Doubles = npt.NDArray[np.float64]

IDENTITY = np.array([1.0, 0.0])
#: How strongly a label's slope and offset are held to those of all labels: as by so many mails.
PULL = np.array([160.0, 16.0])
#: Writers unlike those of DEV are read less surely than DEV tells: with logits moved so much towards nought, three of
#: four groups of writers, each calibrated on the others, have a smaller ECE (docs/classifier.md).
SHRINKAGE = 0.85


@dataclass(frozen=True)
class Budget:
    """How much of the mail that asks nothing may be shown to a person, or opened without one (shares).

    A missed request costs more than a look at a mail, but more looks find little more: of the 1,498 requests of DEV,
    cross-fitted in five parts, 0.04 misses four, 0.05, 0.065 and 0.08 one each, for a third and for half as many again.
    """

    reviewed: float = 0.05
    opened: float = 0.0025


def truth(mails: Sequence[Mail]) -> tuple[Doubles, Doubles]:
    """Target and weight (mails, labels); an optional label weighs nothing."""
    target = np.zeros((len(mails), len(LABELS)))
    weight = np.ones((len(mails), len(LABELS)))
    for row, mail in enumerate(mails):
        target[row, [INDEX[label] for label in mail.labels]] = 1.0
        weight[row, [INDEX[label] for label in mail.optional]] = 0.0
    return target, weight


def platt(logits: Doubles, target: Doubles, weight: Doubles, prior: Doubles, pull: Doubles) -> Doubles:
    """Slope and offset by Newton steps on the logistic loss, pulled to a prior."""
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    found = prior.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(features @ found, -30, 30)))
        gradient = features.T @ (weight * (p - target)) + pull * (found - prior)
        curvature = (features * (weight * p * (1 - p))[:, None]).T @ features + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        found = found - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return np.array([max(found[0], 0.1), found[1]])


def slopes_and_offsets(logits: Doubles, target: Doubles, weight: Doubles) -> Doubles:
    """Slope and offset of each label (labels, 2): those of all labels together, and as little else as DEV insists on.

    A label has some sixty positives on DEV. Fitted alone, 28 numbers say more about DEV than about the labels.
    """
    shared = platt(logits.ravel(), target.ravel(), weight.ravel(), IDENTITY, np.full(2, 0.1))
    rows = [platt(logits[:, i], target[:, i], weight[:, i], shared, PULL) for i in range(logits.shape[1])]
    return np.stack(rows)


def best_label_threshold(p: Doubles, target: Doubles, weight: Doubles) -> float:
    """The probability with the best macro-F1, one for all labels, in the middle of those that do as well."""
    grid = np.arange(0.2, 0.71, 0.02)
    scores = []
    for threshold in grid:
        given = (p >= threshold) * weight
        hits, needed = (given * target).sum(axis=0), (given + weight * target).sum(axis=0)
        scores.append(float(np.mean(2 * hits / np.maximum(1.0, needed))))
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(np.mean(grid[smooth >= smooth.max() - 0.002]))


def calibrate(logits: Doubles, mails: Sequence[Mail], budget: Budget = Budget()) -> Calibration:
    """The calibration of a model from its DEV logits (mails, labels)."""
    target, weight = truth(mails)
    fits = SHRINKAGE * slopes_and_offsets(logits, target, weight)
    p = 1 / (1 + np.exp(-(fits[:, 0] * logits + fits[:, 1])))
    silent = [i for i, mail in enumerate(mails) if not mail.labels]
    nothing, indefensible = p[silent], (p * weight)[silent]  # opening what a DPO could defend is no mistake
    review = float(np.clip(np.quantile(1 - np.prod(1 - nothing, axis=1), 1 - budget.reviewed) + MARGIN, 0.02, 0.4))
    opening = float(np.clip(np.quantile(indefensible.max(axis=1), 1 - budget.opened) + MARGIN, 0.5, 0.995))
    threshold = max(best_label_threshold(p, target, weight), review)
    labels = {
        label: LabelCalibration(float(slope), float(offset), review, threshold, max(opening, threshold))
        for label, (slope, offset) in zip(LABELS, fits, strict=True)
    }
    return Calibration(labels, review)
