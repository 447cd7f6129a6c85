"""Training: `train` fits the head on cached vectors in minutes; `train --full` fine-tunes the encoder first."""

import hashlib
import json
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from intake_bot.classifier.augmentation import Augmentation
from intake_bot.classifier.base import find_weights, read_weights, sha256
from intake_bot.classifier.calibrate import calibrate, truth
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.card import write_card
from intake_bot.classifier.component import uppers
from intake_bot.classifier.corpus import Cut, Mail, cut_mails, present, read_set, whole
from intake_bot.classifier.embeddings import Embeddings
from intake_bot.classifier.encoder import Encoder, Floats
from intake_bot.classifier.head import Bags, Head, HeadRecipe, train_head
from intake_bot.classifier.labels import LABELS
from intake_bot.classifier.metrics import Figures, figures
from intake_bot.classifier.passages import passages
from intake_bot.classifier.pipeline import write_pipeline
from intake_bot.classifier.subwords import Subwords
from intake_bot.clock import now
from intake_bot.errors import ModelMissing
from intake_bot.resources import data_dir, models_dir

Report = Callable[[str], None]
COMPONENT = "rights_encoder"
#: Passages between two lines of progress: about a minute.
HEARD = 4_000


@dataclass(frozen=True)
class Trained:
    """The outcome: the figures on DEV of the new and of the former model, and whether the new one took its place."""

    version: str
    new: Figures
    old: Figures | None
    installed: bool


def train_command(
    *,
    full: bool = False,
    corpus: Path | None = None,
    target: Path | None = None,
    work: Path | None = None,
    epochs: int | None = None,
    seed: int = 7,
    force: bool = False,
    start: Path | None = None,
    rate: float | None = None,
    cut: Cut = whole,
    report: Report = print,
) -> Trained:
    """Trains on corpus/train, calibrates and compares on corpus/dev, and installs the better model in `target`.

    `work` keeps checkpoints and cached vectors: the same command goes on where it was stopped. `start` is a
    checkpoint of an earlier full run to go on from, `rate` the peak learning rate. `cut` cuts bodies as the daemon
    does. Raises ModelMissing when the base weights or, without `full`, the trained encoder are absent.
    """
    corpus, target = corpus or data_dir() / "corpus", target or models_dir() / "rights"
    work = work or Path("var") / "training"
    work.mkdir(parents=True, exist_ok=True)
    train, dev = (cut_mails(mails, cut) for mails in split_sets(corpus, seed))
    report(f"{len(train)} mails to train on, {len(dev)} to calibrate on")
    if full:
        changes = {"epochs": epochs, "rate": rate}
        settings = {"seed": seed, **{name: value for name, value in changes.items() if value is not None}}
        halves, head = beside(target / COMPONENT, *fine_tune(train, work, settings, start, report))
        encoder = Encoder.open(models_dir() / "base", halves)
    else:
        halves = uppers(target / COMPONENT)
        encoder = Encoder.open(models_dir() / "base", halves)
        first = Head.read(target / COMPONENT / "head.npz")
        head = fit_head(train, encoder, VectorCache(work, halves), first, seed, report)
    logits = mail_logits(dev, encoder, head, VectorCache(work, halves))
    calibration = calibrate(logits.astype(np.float64), dev)
    new = figures(dev, logits, calibration)
    old = _former(target, dev, work)
    version = f"{now():%Y.%m.%d}-{sha256(halves[-1])[:8]}"
    better = force or old is None or new.merit >= old.merit
    if better:
        _install(target, halves, head, calibration, version, new, len(train), seed)
    report(new.table())
    return Trained(version, new, old, better)


def split_sets(corpus: Path, seed: int) -> tuple[list[Mail], list[Mail]]:
    """TRAIN and DEV; without a DEV folder, about 15 % of TRAIN, chosen by id, take its place."""
    train = present(corpus, "train")
    dev = read_set(corpus / "dev") if (corpus / "dev").is_dir() else []
    if dev:
        return train, dev
    held_out = {mail.id for mail in train if zlib.crc32(f"{seed}/{mail.id}".encode()) % 100 < 15}
    return [mail for mail in train if mail.id not in held_out], [mail for mail in train if mail.id in held_out]


def fine_tune(
    train: Sequence[Mail], work: Path, settings: dict[str, Any], start: Path | None, report: Report
) -> tuple[Path, Head]:
    """Fine-tunes and exports: the path of an upper half and the head trained with it."""
    try:
        from intake_bot.classifier.export import export_upper
        from intake_bot.classifier.finetuning import Finetuning, Recipe
    except ImportError as error:
        raise ModelMissing(f"{error}: full training needs pip install 'intake-bot[train]'.") from error
    base = models_dir() / "base"
    weights = read_weights(find_weights())
    recipe = Recipe(**settings)
    names = "\n".join(sorted(mail.id for mail in train)) + repr(recipe) + str(start)
    run = work / hashlib.sha256(names.encode()).hexdigest()[:12]
    run.mkdir(exist_ok=True)
    tuning = Finetuning(
        weights, Embeddings.open(base / "embeddings.q4"), Subwords.open(base / "tokenizer.json"), recipe
    )
    tuning.run(train, run / "checkpoint.pt", report, start)
    export_upper(tuning.encoder, run / "upper.onnx")
    head = tuning.trained_head()
    head.write(run / "head.npz")
    return run / "upper.onnx", head


def beside(former: Path, upper: Path, head: Head) -> tuple[list[Path], Head]:
    """The new upper half beside the last of the model in place, if there is one, and the head of both.

    Two runs err apart: on mails of unknown writers macro-F1 is .930 with both, .925 and .914 with one
    (docs/classifier.md). The lower half, which costs half of the time, is read once.
    """
    halves = uppers(former)
    if not halves:
        return [upper], head
    return [halves[-1], upper], Head.joined([Head.read(former / "head.npz").alone(-1), head])


class VectorCache:
    """Vectors of passages on disk, one file per pair of upper halves; reading a passage twice costs nothing.

    The texts lie beside their vectors: for mails of the corpus only, never for those of a case.
    """

    def __init__(self, work: Path, halves: Sequence[Path]) -> None:
        work.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256("".join(map(sha256, halves)).encode()).hexdigest()
        self._path = work / f"vectors-{digest[:12]}.npz"
        self._vectors: dict[str, Floats] = {}
        # One that cannot be read, or is not there, is one that remembers nothing.
        with suppress(OSError, ValueError, KeyError, zipfile.BadZipFile), np.load(self._path) as stored:
            self._vectors = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    def per_mail(self, mails: Sequence[Mail], encoder: Encoder, report: Report | None = None) -> list[Floats]:
        """The passage vectors of each mail. `report` hears of the progress; stopped half-way, what was read is kept."""
        texts = [passages(mail.subject, mail.body) for mail in mails]
        missing = list(dict.fromkeys(text for found in texts for text in found if text not in self._vectors))
        try:
            for number, text in enumerate(missing, 1):
                self._vectors[text] = encoder.vectors([text])[0]
                if report and number % HEARD == 0:
                    report(f"  {number} of {len(missing)} passages")
        finally:
            if missing and self._vectors:
                self._write()
        return [np.stack([self._vectors[text] for text in found]) for found in texts]

    def _write(self) -> None:
        fresh = self._path.with_suffix(".new.npz")
        np.savez(fresh, texts=np.array(list(self._vectors)), vectors=np.stack(list(self._vectors.values())))
        fresh.replace(self._path)


def fit_head(
    train: Sequence[Mail], encoder: Encoder, cache: VectorCache, start: Head, seed: int, report: Report
) -> Head:
    """Fits the head to the vectors of the 8-bit encoder, on every mail and one variant of it."""
    augmentation = Augmentation(train)
    generator = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    variants = [augmentation.variant(mail, generator) for mail in train]
    mails = [*train, *variants]
    report(f"reading {len(mails)} mails with the 8-bit encoder")
    bags = Bags.of(cache.per_mail(mails, encoder, report))
    target, weight = truth(mails)
    head = train_head(bags, target.astype(np.float32), weight.astype(np.float32), start, HeadRecipe())
    report("head fitted")
    return head


def mail_logits(mails: Sequence[Mail], encoder: Encoder, head: Head, cache: VectorCache) -> Floats:
    """(mails, labels)."""
    return Bags.of(cache.per_mail(mails, encoder)).logits(head)


def _former(target: Path, dev: Sequence[Mail], work: Path) -> Figures | None:
    folder = target / COMPONENT
    if not (folder / "head.npz").is_file():
        return None
    halves = uppers(folder)
    logits = mail_logits(
        dev, Encoder.open(models_dir() / "base", halves), Head.read(folder / "head.npz"), VectorCache(work, halves)
    )
    return figures(dev, logits, Calibration.read(folder / "calibration.json"))


def _install(
    target: Path,
    halves: Sequence[Path],
    head: Head,
    calibration: Calibration,
    version: str,
    new: Figures,
    mails: int,
    seed: int,
) -> None:
    """Writes the pipeline beside the old one and takes its place, so that a crash leaves a whole model."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    write_pipeline(fresh, halves, head, calibration, version)
    facts: dict[str, Any] = {
        "version": version,
        "labels": list(LABELS),
        "training": {"mails": mails, "seed": seed},
        "base": json.loads((models_dir() / "base" / "manifest.json").read_text())["files"],
        "upper_sha256": [sha256(half) for half in halves],
        "dev": new.as_json(),
    }
    (fresh / "card.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_card(fresh / "README.md", facts)
    former = target.with_name(target.name + ".old")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    fresh.rename(target)
    shutil.rmtree(former, ignore_errors=True)
