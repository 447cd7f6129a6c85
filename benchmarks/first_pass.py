"""What a first pass would save that loses no request, and what it loses on mail of writers whom it does not know.

Two are tried: a list of words, and a head on what the lower half of the encoder makes of each passage, so that the
upper half is spared. Each may end the reading of a mail only below a threshold that loses no mail with a label on DEV
without its last part; that part is then mail of unknown writers.

Run: python benchmarks/first_pass.py
"""

import json
import random
import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.baseline import keyword_labels
from intake_bot.classifier.calibrate import truth
from intake_bot.classifier.corpus import Mail, cut_mails, read_set
from intake_bot.classifier.encoder import Encoder, Floats
from intake_bot.classifier.head import VECTOR_SCALE, WIDTH, Bags, Head, HeadRecipe, train_head
from intake_bot.classifier.labels import LABELS
from intake_bot.classifier.passages import passages
from intake_bot.classifier.train import COMPONENT
from intake_bot.resources import data_dir, models_dir
from intake_bot.service.classification import cut

#: In the ids of the mails of DEV whose writers came last.
UNKNOWN = ("dv4", "dv5", "dv6")
#: Mails of the training set that the first pass learns from.
LEARNED = 4_000
#: The share of mails in an inbox that ask for something (docs/classifier.md).
ASKING = 0.04


def any_label(logits: Floats) -> npt.NDArray[np.float64]:
    """For each mail the probability that any label applies."""
    result: npt.NDArray[np.float64] = 1 - np.prod(1 - 1 / (1 + np.exp(-logits.astype(np.float64))), axis=1)
    return result


def lower_bags(encoder: Encoder, mails: Sequence[Mail]) -> Bags:
    """The mean of the lower half's states for each passage, as long as the vectors of the encoder are."""

    def vector(text: str) -> Floats:
        mean = encoder.states(text)[0].mean(axis=0)
        result: Floats = mean * np.float32(VECTOR_SCALE / np.linalg.norm(mean))
        return result

    return Bags.of([np.stack([vector(text) for text in passages(mail.subject, mail.body)]) for mail in mails])


def learned(encoder: Encoder, mails: Sequence[Mail]) -> Head:
    """A head on the lower half, from mails of the training set."""
    target, weight = truth(mails)
    head = Head(
        *(np.zeros(shape, np.float32) for shape in ((len(LABELS), WIDTH), len(LABELS), (len(LABELS), 2 * WIDTH)))
    )
    recipe = HeadRecipe(steps=300, rate=0.05, decay=1e-5)
    bags = lower_bags(encoder, mails)
    for _ in range(2):  # which passages speak most is known from the second time on
        head = train_head(bags, target.astype(np.float32), weight.astype(np.float32), head, recipe)
    return head


def shares(mails: Sequence[Mail], passed: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Of mails with a label those that are lost, of the others those that end after the first pass."""
    asks = np.array([bool(mail.labels) for mail in mails])
    return {"lost": float((~passed[asks]).mean()), "ended": float((~passed[~asks]).mean())}


def seconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Reading these passages, none of them remembered."""
    begun = time.perf_counter()
    for number, text in enumerate(texts):
        read(f"{text} {number}")
    return time.perf_counter() - begun


def main() -> None:
    """Prints a table and one line of JSON."""
    encoder = Encoder.open(models_dir() / "base", models_dir() / "rights" / COMPONENT)
    train, mails = (cut_mails(read_set(data_dir() / "corpus" / name), cut) for name in ("train", "dev"))
    random.Random(1).shuffle(train)
    print(f"learning from {LEARNED} mails of the training set, some minutes")
    first = any_label(lower_bags(encoder, mails).logits(learned(encoder, train[:LEARNED])))
    known = np.array([not any(mark in mail.id for mark in UNKNOWN) for mail in mails])
    asks = np.array([bool(mail.labels) for mail in mails])
    threshold = float(first[known & asks].min())
    passes = {
        "list of words": np.array([bool(keyword_labels(mail)) for mail in mails]),
        "lower half": first >= threshold,
    }
    texts = [text for mail in mails[:100] for text in passages(mail.subject, mail.body)]
    whole, half = seconds(lambda text: encoder.vectors([text]), texts), seconds(encoder.states, texts)
    print(f"time of the lower half: {half / whole:.2f} of the encoder")
    print("first pass      DEV: lost  ended   unknown writers: lost  ended")
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for name, passed in passes.items():
        rows[name] = {
            group: shares([mail for mail, chosen in zip(mails, among, strict=True) if chosen], passed[among])
            for group, among in (("dev", known), ("unknown", ~known))
        }
        dev, unknown = rows[name]["dev"], rows[name]["unknown"]
        print(f"{name:15} {dev['lost']:9.4f} {dev['ended']:6.3f} {unknown['lost']:22.4f} {unknown['ended']:6.3f}")
    saved = (1 - ASKING) * rows["lower half"]["dev"]["ended"] * (1 - half / whole)
    print(f"the lower half, losing nothing on DEV, saves {saved:.1%} of the time of an inbox")
    print(json.dumps({"time_of_half": half / whole, "threshold": threshold, "saved": saved, **rows}))


if __name__ == "__main__":
    main()
