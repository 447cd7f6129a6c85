"""Fits the calibration on DEV: Platt scaling per label, then three thresholds per label."""

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


@dataclass(frozen=True)
class Budget:
    """How much of the mail that asks nothing may be shown to a person, or opened without one (shares)."""

    reviewed: float = 0.075
    opened: float = 0.004


def truth(mails: Sequence[Mail]) -> tuple[Doubles, Doubles]:
    """Target and weight (mails, labels); an optional label weighs nothing."""
    target = np.zeros((len(mails), len(LABELS)))
    weight = np.ones((len(mails), len(LABELS)))
    for row, mail in enumerate(mails):
        target[row, [INDEX[label] for label in mail.labels]] = 1.0
        weight[row, [INDEX[label] for label in mail.optional]] = 0.0
    return target, weight


def platt(logits: Doubles, target: Doubles, weight: Doubles) -> tuple[float, float]:
    """Slope and offset by Newton steps, with Platt's smoothed targets and a slight pull to the identity."""
    positives, negatives = float((weight * target).sum()), float((weight * (1 - target)).sum())
    if positives < 3:
        return 1.0, 0.0
    soft = np.where(target > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    found, identity, pull = np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([2.0, 0.2])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(features @ found, -30, 30)))
        gradient = features.T @ (weight * (p - soft)) + pull * (found - identity)
        curvature = (features * (weight * p * (1 - p))[:, None]).T @ features + np.diag(pull)
        step = np.linalg.solve(curvature, gradient)
        found = found - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    return float(max(found[0], 0.1)), float(found[1])


def best_label_threshold(p: Doubles, target: Doubles, weight: Doubles) -> float:
    """The probability with the best F1, on the even grid where neighbours agree: DEV is small."""
    grid = np.arange(0.2, 0.81, 0.02)
    scores = []
    for threshold in grid:
        given = (p >= threshold) * weight
        hits = float((given * target).sum())
        scores.append(2 * hits / max(1.0, float(given.sum() + (weight * target).sum())))
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    near = np.flatnonzero(smooth >= smooth.max() - 0.003)
    return float(grid[near[np.argmin(np.abs(grid[near] - 0.45))]])


def calibrate(logits: Doubles, mails: Sequence[Mail], budget: Budget = Budget()) -> Calibration:
    """The calibration of a model from its DEV logits (mails, labels)."""
    target, weight = truth(mails)
    fits = [platt(logits[:, i], target[:, i], weight[:, i]) for i in range(len(LABELS))]
    p = np.stack([1 / (1 + np.exp(-(a * logits[:, i] + b))) for i, (a, b) in enumerate(fits)], axis=1)
    nothing = p[[i for i, mail in enumerate(mails) if not mail.labels]]
    review = float(np.clip(np.quantile(1 - np.prod(1 - nothing, axis=1), 1 - budget.reviewed) + MARGIN, 0.02, 0.4))
    opening = float(np.clip(np.quantile(nothing.max(axis=1), 1 - budget.opened) + MARGIN, 0.5, 0.97))
    labels = {}
    for i, label in enumerate(LABELS):
        threshold = max(best_label_threshold(p[:, i], target[:, i], weight[:, i]), review)
        labels[label] = LabelCalibration(*fits[i], review=review, label=threshold, open=max(opening, threshold))
    return Calibration(labels, review)
