"""From logits to probabilities, and the three thresholds of each label."""

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.labels import LABELS
from intake_bot.errors import ModelMissing

#: A name of a right or of a law counts, and a tick gives the label, when any label is at least so probable.
NAMED_FLOOR = 0.05


@dataclass(frozen=True)
class LabelCalibration:
    """Platt scaling, p = 1 / (1 + exp(-(slope * logit + offset))), and thresholds on p."""

    slope: float
    offset: float
    review: float  # at or above: a person looks (set for recall)
    label: float  # at or above: the label is given (set for F1)
    open: float  # at or above: a case is opened without a person (set for precision)


@dataclass(frozen=True)
class Calibration:
    """The calibration of every label, and the threshold of all of them together."""

    labels: Mapping[str, LabelCalibration]
    review: float  # on the probability that any label applies, were they independent

    def lifted(
        self,
        scores: Mapping[str, float],
        referred: Iterable[str] = (),
        named: Iterable[str] = (),
        ticked: Collection[str] = (),
    ) -> dict[str, float]:
        """Scores raised to the review threshold where a person should look all the same.

        These are the labels whose article the text cites; those ticked on a form of rights; those it calls by name,
        unless the model sees nothing at all in it; and the strongest label of a mail that is surely about something
        while no single label is sure. Ticked rights are raised to the label threshold, unless the model sees nothing
        at all.
        """
        raised = dict(scores)
        some_applies = 1.0 - math.prod(1.0 - score for score in scores.values())
        strongest = [max(scores, key=scores.__getitem__)] if some_applies >= self.review else []
        sees_something = some_applies >= NAMED_FLOOR
        for label in (*strongest, *referred, *ticked, *(named if sees_something else ())):
            raised[label] = max(raised[label], self.labels[label].review)
        for label in ticked if sees_something else ():
            raised[label] = max(raised[label], self.labels[label].label)
        return raised

    def probabilities(self, logits: npt.NDArray[np.float32]) -> dict[str, float]:
        """Calibrated probability of each label from one mail's logits."""
        return {label: self.probability(label, float(logits[index])) for index, label in enumerate(LABELS)}

    def probability(self, label: str, logit: float) -> float:
        """Calibrated probability of one label."""
        found = self.labels[label]
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, found.slope * logit + found.offset))))

    def reaching(self, scores: Mapping[str, float], threshold: str) -> tuple[str, ...]:
        """The labels whose score is at or above a threshold (review, label, open), highest score first."""
        found = [label for label in LABELS if scores[label] >= getattr(self.labels[label], threshold)]
        return tuple(sorted(found, key=lambda label: -scores[label]))

    def write(self, path: Path) -> None:
        """Writes calibration.json."""
        labels = {label: {k: round(v, 6) for k, v in asdict(found).items()} for label, found in self.labels.items()}
        data = {"review": round(self.review, 6), "labels": labels}
        path.write_text(json.dumps(data, indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Calibration":
        """Reads calibration.json. Raises ModelMissing if it is absent or lacks a label."""
        if not path.is_file():
            raise ModelMissing(f"{path} is missing: run `intake-bot train`.")
        data = json.loads(path.read_text())
        if set(data.get("labels", ())) != set(LABELS):
            raise ModelMissing(f"{path} is of a model with other labels: run `intake-bot train`.")
        return cls({label: LabelCalibration(**data["labels"][label]) for label in LABELS}, data["review"])
