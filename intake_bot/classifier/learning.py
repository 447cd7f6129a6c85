"""The head taught again with the readings that persons corrected, and compared on mails that never change.

Only the head learns: 14 linear rules on the vectors of the encoder, in minutes, always from the head that was shipped,
so that a correction whose case was erased is forgotten with the next lesson. The mails of the corpus hold it in place.
"""

import hashlib
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from intake_bot.classifier.calibrate import calibrate, truth
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.corpus import Cut, Mail, cut_mails, present
from intake_bot.classifier.encoder import Encoder, Floats
from intake_bot.classifier.head import Bags, Head, HeadRecipe, train_head
from intake_bot.classifier.lesson import UNVERSIONED, lesson_beside, read_card
from intake_bot.classifier.metrics import Figures, Outcome, figures, measure, outcomes
from intake_bot.classifier.passages import passages
from intake_bot.classifier.train import COMPONENT, VectorCache
from intake_bot.clock import now, to_text
from intake_bot.errors import IntakeError

Report = Callable[[str], None]

#: Fewer corrected or confirmed mails say more about themselves than about the inbox.
LEAST = 40
#: Mails of the corpus that are read again with them, so that nothing else is unlearned.
REHEARSED = 5_000
#: Parts of the corrections: each is judged by a head that learned from the others only.
PARTS = 4
#: How strongly the head is held to the shipped one, weakest first. The first that does no worse on DEV is taken: judged
#: mails nearly all ask for something, and a head that follows them too far sees requests everywhere.
PULLS = (0.003, 0.03, 0.3)
#: The frozen sets: where the new head is worse on one of them, it is refused.
FROZEN = ("dev", "test")


@dataclass(frozen=True)
class Comparison:
    """The old and the new head on the same mails."""

    name: str
    mails: int
    old: Figures
    new: Figures

    @property
    def worse(self) -> bool:
        """Whether the new head does less well (Figures.merit)."""
        return self.new.merit < self.old.merit

    def as_json(self) -> dict[str, Any]:
        """The main figures of both."""
        return {"set": self.name, "mails": self.mails, "old": _main(self.old), "new": _main(self.new)}


@dataclass(frozen=True)
class Lesson:
    """What came of a lesson: the head, and how it compares.

    On the frozen sets with the head in place; on the corrected mails, each read by a head that did not see it, with the
    shipped one, for the one in place may have seen them.
    """

    beside: str  # the version of the model whose head learned
    version: str
    taught: tuple[str, ...]  # the ids of the mails it learned from
    head: Head
    calibration: Calibration
    corrections: Comparison
    frozen: tuple[Comparison, ...]

    @property
    def refused(self) -> tuple[str, ...]:
        """The sets on which the new head is worse; it is put in place only when there is none."""
        return tuple(item.name for item in (*self.frozen, self.corrections) if item.worse)

    def as_json(self) -> dict[str, Any]:
        """Plain data for card.json and --json."""
        return {
            "version": self.version,
            "beside": self.beside,
            "at": to_text(now()),
            "taught": list(self.taught),
            "refused": list(self.refused),
            "sets": [item.as_json() for item in (*self.frozen, self.corrections)],
        }


class School:
    """The encoder and the head of a model as it was shipped, ready to learn; and the head in place."""

    def __init__(self, model: Path, base: Path, work: Path, report: Report, learned: Path | None = None) -> None:
        """`work` keeps the vectors of the corpus, which hold nothing of any case; `learned` the last lesson, if any.

        Raises ModelMissing.
        """
        folder = model / COMPONENT
        self.head = Head.read(folder / "head.npz")
        self.calibration = Calibration.read(folder / "calibration.json")
        self.version = str(read_card(model).get("version", UNVERSIONED))
        self._in_place = lesson_beside(self.version, learned) or (self.head, self.calibration)
        self._encoder = Encoder.open(base, folder)
        self._cache = VectorCache(work, folder)
        self._report = report

    def read(self, mails: Sequence[Mail]) -> list[Floats]:
        """The vectors of mails of cases: in memory only."""
        # A mail of signs alone has no passage: it is read as an empty one.
        return [self._encoder.vectors(passages(mail.subject, mail.body) or [""]) for mail in mails]

    def figures(self, mails: Sequence[Mail]) -> Figures:
        """What the shipped head says of mails of cases."""
        return figures(mails, Bags.of(self.read(mails)).logits(self.head), self.calibration)

    def lesson(self, corrections: Sequence[Mail], corpus: Path, cut: Cut, seed: int = 1) -> Lesson:
        """A new head from corrections (without personal details) and a part of the corpus.

        Raises IntakeError for fewer than LEAST corrections, ModelMissing when the corpus is not there.
        """
        if len(corrections) < LEAST:
            raise IntakeError(f"{len(corrections)} mails were judged by a person and are kept: {LEAST} are needed")
        rehearsed = self._corpus(corpus, "train", cut, seed)
        sets = {name: self._corpus(corpus, name, cut) for name in FROZEN}
        judged = (list(corrections), self.read(corrections))
        dev, dev_vectors = sets["dev"]

        def taught(chosen: Sequence[int], pull: float) -> tuple[Head, Calibration]:
            head = _taught(self.head, rehearsed, [(judged[0][i], judged[1][i]) for i in chosen], pull)
            return head, calibrate(Bags.of(dev_vectors).logits(head).astype(np.float64), dev)

        for pull in PULLS:
            self._report(f"learning, held to the shipped head by {pull:g}")
            head, calibration = taught(range(len(corrections)), pull)
            if not self._compared("dev", dev, dev_vectors, head, calibration).worse:
                break
        return Lesson(
            beside=self.version,
            version=f"{self.version}+{now():%Y.%m.%d}-{hashlib.sha256(head.weights.tobytes()).hexdigest()[:8]}",
            taught=tuple(mail.id for mail in corrections),
            head=head,
            calibration=calibration,
            corrections=self._crosswise(judged, lambda chosen: taught(chosen, pull)),
            frozen=tuple(self._compared(name, *read, head, calibration) for name, read in sets.items()),
        )

    def _corpus(self, corpus: Path, name: str, cut: Cut, seed: int | None = None) -> tuple[list[Mail], list[Floats]]:
        mails = present(corpus, name)
        if seed is not None:
            random.Random(seed).shuffle(mails)  # noqa: S311 - repeatable, guards nothing
            mails = mails[:REHEARSED]
        self._report(f"reading {len(mails)} mails of {name}; what was read before is remembered")
        mails = cut_mails(mails, cut)
        return mails, self._cache.per_mail(mails, self._encoder, self._report)

    def _compared(
        self, name: str, mails: Sequence[Mail], vectors: list[Floats], head: Head, calibration: Calibration
    ) -> Comparison:
        bags = Bags.of(vectors)
        in_place, calibrated = self._in_place
        old = figures(mails, bags.logits(in_place), calibrated)
        return Comparison(name, len(mails), old, figures(mails, bags.logits(head), calibration))

    def _crosswise(
        self,
        judged: tuple[list[Mail], list[Floats]],
        taught: Callable[[Sequence[int]], tuple[Head, Calibration]],
    ) -> Comparison:
        """Every corrected mail read by a head that learned from the other parts."""
        mails, vectors = judged
        found: list[Outcome] = []
        for part in range(PARTS):
            head, calibration = taught([i for i in range(len(mails)) if i % PARTS != part])
            held = range(part, len(mails), PARTS)
            logits = Bags.of([vectors[i] for i in held]).logits(head)
            found += outcomes([mails[i] for i in held], logits, calibration)
        old = figures(mails, Bags.of(vectors).logits(self.head), self.calibration)
        return Comparison("corrections", len(mails), old, measure(found))


def keep(lesson: Lesson, folder: Path) -> None:
    """Puts a lesson in place: head.npz, calibration.json, card.json. A crash leaves the former, the new, or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    lesson.head.write(fresh / "head.npz")
    lesson.calibration.write(fresh / "calibration.json")
    (fresh / "card.json").write_text(json.dumps(lesson.as_json(), indent=2) + "\n", encoding="utf-8")
    drop(folder)
    fresh.rename(folder)


def drop(folder: Path) -> bool:
    """Removes a lesson, whole at once. False when there was none."""
    if not folder.is_dir():
        return False
    aside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    folder.rename(aside / folder.name)
    shutil.rmtree(aside)
    return True


def _taught(
    start: Head, rehearsed: tuple[list[Mail], list[Floats]], judged: Sequence[tuple[Mail, Floats]], pull: float
) -> Head:
    """The head after one lesson: the corrections among mails of the corpus."""
    mails = [*rehearsed[0], *(mail for mail, _ in judged)]
    bags = Bags.of([*rehearsed[1], *(vectors for _, vectors in judged)])
    target, weight = truth(mails)
    recipe = HeadRecipe(steps=150, rate=0.01, decay=pull)
    return train_head(bags, target.astype(np.float32), weight.astype(np.float32), start, recipe)


def _main(found: Figures) -> dict[str, float]:
    group = found.all
    return {
        name: round(value, 4)
        for name, value in {
            "merit": found.merit, "reached": group.reached, "reviewed": group.reviewed, "opened": group.opened,
            "macro_f1": group.macro_f1, "exact": group.exact,
        }.items()
    }  # fmt: skip
