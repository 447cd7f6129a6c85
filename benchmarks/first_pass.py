"""What a first pass would save that loses no request, and what it loses on mail of writers whom it does not know.

Two are tried: a list of words, and the first of the two readers alone. Each may end the reading of a mail only below
a threshold that loses no mail with a label on DEV without its last part; that part is then mail of unknown writers.

Run: python benchmarks/first_pass.py
"""

import json
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.baseline import keyword_labels
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.component import uppers
from intake_bot.classifier.corpus import Mail, cut_mails, read_set
from intake_bot.classifier.encoder import Encoder, Floats
from intake_bot.classifier.head import WIDTH, Bags, Head
from intake_bot.classifier.labels import LABELS
from intake_bot.classifier.passages import passages
from intake_bot.classifier.train import COMPONENT
from intake_bot.resources import data_dir, models_dir
from intake_bot.service.classification import cut

#: In the ids of the mails of DEV whose writers came last.
UNKNOWN = ("dv4", "dv5")
#: The share of mails in an inbox that ask for something (docs/classifier.md).
ASKING = 0.04


def any_label(logits: Floats, calibration: Calibration) -> npt.NDArray[np.float64]:
    """For each mail the probability that any label applies."""
    found = [calibration.labels[label] for label in LABELS]
    slopes, offsets = np.array([item.slope for item in found]), np.array([item.offset for item in found])
    result: npt.NDArray[np.float64] = 1 - np.prod(1 - 1 / (1 + np.exp(-(slopes * logits + offsets))), axis=1)
    return result


def shares(mails: Sequence[Mail], passed: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Of mails with a label those that are lost, of the others those that end after the first pass."""
    asks = np.array([bool(mail.labels) for mail in mails])
    return {"lost": float((~passed[asks]).mean()), "ended": float((~passed[~asks]).mean())}


def seconds(encoder: Encoder, texts: Sequence[str]) -> float:
    """Reading these passages, none of them remembered."""
    begun = time.perf_counter()
    encoder.vectors([f"{text} {number}" for number, text in enumerate(texts)])
    return time.perf_counter() - begun


def main() -> None:
    """Prints a table and one line of JSON."""
    folder = models_dir() / "rights" / COMPONENT
    halves = uppers(folder)
    base = models_dir() / "base"
    head, calibration = Head.read(folder / "head.npz"), Calibration.read(folder / "calibration.json")
    mails = cut_mails(read_set(data_dir() / "corpus" / "dev"), cut)
    encoder = Encoder.open(base, halves)
    vectors = [encoder.vectors(passages(mail.subject, mail.body)) for mail in mails]
    alone = any_label(Bags.of([found[:, :WIDTH] for found in vectors]).logits(head.alone(0)), calibration)
    known = np.array([not any(mark in mail.id for mark in UNKNOWN) for mail in mails])
    asks = np.array([bool(mail.labels) for mail in mails])
    threshold = float(alone[known & asks].min())
    passes = {
        "list of words": np.array([bool(keyword_labels(mail)) for mail in mails]),
        "first reader": alone >= threshold,
    }
    texts = [text for mail in mails[:100] for text in passages(mail.subject, mail.body)]
    both, one = seconds(encoder, texts), seconds(Encoder.open(base, halves[:1]), texts)
    print(f"time of the first reader alone: {one / both:.2f} of both")
    print("first pass      DEV: lost  ended   unknown writers: lost  ended")
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for name, passed in passes.items():
        rows[name] = {
            group: shares([mail for mail, chosen in zip(mails, among, strict=True) if chosen], passed[among])
            for group, among in (("dev", known), ("unknown", ~known))
        }
        dev, unknown = rows[name]["dev"], rows[name]["unknown"]
        print(f"{name:15} {dev['lost']:9.4f} {dev['ended']:6.3f} {unknown['lost']:22.4f} {unknown['ended']:6.3f}")
    saved = (1 - ASKING) * rows["first reader"]["dev"]["ended"] * (1 - one / both)
    print(f"the first reader, losing nothing on DEV, saves {saved:.1%} of the time of an inbox")
    print(json.dumps({"time_of_one": one / both, "threshold": threshold, "saved": saved, **rows}))


if __name__ == "__main__":
    main()
