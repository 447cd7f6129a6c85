"""What `intake-bot learn` put in place: a folder with a head, its calibration and a card, beside the shipped model."""

import json
from pathlib import Path
from typing import Any

from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.head import Head

#: The version of a model whose card says none.
UNVERSIONED = "unversioned"


def read_card(folder: Path | None) -> dict[str, Any]:
    """The card of a model or of a lesson; empty when there is none."""
    path = folder / "card.json" if folder else None
    if path is None or not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def lesson_beside(version: str, folder: Path | None) -> tuple[Head, Calibration] | None:
    """The head and the calibration that were taught beside this version of the model; None without such a lesson."""
    if folder is None or read_card(folder).get("beside") != version:
        return None
    return Head.read(folder / "head.npz"), Calibration.read(folder / "calibration.json")
