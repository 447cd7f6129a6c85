"""What the classifier says of one mail: labels, calibrated probabilities, route, language, evidence."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Field = Literal["subject", "body"]
Route = Literal["open", "review", "none"]


@dataclass(frozen=True)
class Evidence:
    """A sentence that speaks for a label. Offsets are code points into the field as it was given."""

    label: str
    field: Field
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """The classifier's answer for one mail. Scores are calibrated probabilities, one per label."""

    labels: tuple[str, ...]
    scores: Mapping[str, float]
    lang: str  # ISO 639-1
    route: Route
    evidence: tuple[Evidence, ...]
    opened: tuple[str, ...]  # labels at or above their *open* threshold
    reviewed: tuple[str, ...]  # labels at or above their *review* threshold
    model_version: str

    def to_json(self) -> str:
        """One JSON object on one line; `from_json` reads it back."""
        return json.dumps({**asdict(self), "scores": dict(self.scores)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Verdict":
        """The reverse of to_json. Raises ValueError or KeyError on anything else."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            labels=tuple(data["labels"]),
            scores={str(label): float(score) for label, score in data["scores"].items()},
            lang=data["lang"],
            route=data["route"],
            evidence=tuple(Evidence(**item) for item in data["evidence"]),
            opened=tuple(data["opened"]),
            reviewed=tuple(data["reviewed"]),
            model_version=data["model_version"],
        )
