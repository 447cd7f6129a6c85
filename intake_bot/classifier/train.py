"""Training: `train` fits the head on cached vectors in minutes; `train --full` fine-tunes the encoder first."""

import hashlib
import json
import random
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from intake_bot.classifier.augmentation import Augmentation
from intake_bot.classifier.base import find_weights, read_weights, sha256
from intake_bot.classifier.calibrate import calibrate, truth
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.card import write_card
from intake_bot.classifier.corpus import Cut, Mail, cut_mails, present, read_set, whole
from intake_bot.classifier.embeddings import Embeddings
from intake_bot.classifier.encoder import HALVES, Encoder, Floats, graphs
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
    afresh: bool = False,
    cut: Cut = whole,
    report: Report = print,
) -> Trained:
    """Trains on corpus/train, calibrates and compares on corpus/dev, and installs the better model in `target`.

    `work` keeps checkpoints and cached vectors: the same command goes on where it was stopped. `full` goes on from the
    encoder in place, `afresh` from the base. `cut` cuts bodies as the daemon does. Raises ModelMissing when the corpus
    or (without `afresh`) the encoder in place is absent, or what `full` needs of the [train] extra.
    """
    corpus, target = corpus or data_dir() / "corpus", target or models_dir() / "rights"
    work = work or Path("var") / "training"
    work.mkdir(parents=True, exist_ok=True)
    train, dev = (cut_mails(mails, cut) for mails in split_sets(corpus, seed))
    report(f"{len(train)} mails to train on, {len(dev)} to calibrate on")
    old = _former(target, dev, work)
    if full:
        settings = {"seed": seed} | ({} if epochs is None else {"epochs": epochs})
        trained, head = fine_tune(train, work, settings, None if afresh else target / COMPONENT, report)
        encoder = Encoder.open(models_dir() / "base", trained)
    else:
        trained = target / COMPONENT
        encoder = Encoder.open(models_dir() / "base", trained)
        first = Head.read(trained / "head.npz")
        head = fit_head(train, encoder, VectorCache(work, trained), first, seed, report)
    logits = mail_logits(dev, encoder, head, VectorCache(work, trained))
    calibration = calibrate(logits.astype(np.float64), dev)
    new = figures(dev, logits, calibration)
    version = f"{now():%Y.%m.%d}-{digest(trained, head)[:8]}"
    better = force or old is None or new.merit >= old.merit
    if better:
        _install(target, trained, head, calibration, version, new, len(train), seed)
    report(new.table())
    return Trained(version, new, old, better)


def digest(trained: Path, head: Head) -> str:
    """Of encoder and head: what was made beside one of them is void beside another."""
    parts = [graph.read_bytes() for graph in graphs(trained)] + [value.tobytes() for value in vars(head).values()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def split_sets(corpus: Path, seed: int) -> tuple[list[Mail], list[Mail]]:
    """TRAIN and DEV; without a DEV folder, about 15 % of TRAIN, chosen by id, take its place."""
    train = present(corpus, "train")
    dev = read_set(corpus / "dev") if (corpus / "dev").is_dir() else []
    if dev:
        return train, dev
    held_out = {mail.id for mail in train if zlib.crc32(f"{seed}/{mail.id}".encode()) % 100 < 15}
    return [mail for mail in train if mail.id not in held_out], [mail for mail in train if mail.id in held_out]


def fine_tune(
    train: Sequence[Mail], work: Path, settings: dict[str, Any], former: Path | None, report: Report
) -> tuple[Path, Head]:
    """Fine-tunes the encoder in a folder, or the base without one, and exports it: a folder of halves, and the head.

    Raises ModelMissing without the [train] extra, or without the encoder to go on from.
    """
    try:
        import onnx  # noqa: F401 - missing, it is missed before the training, not after

        from intake_bot.classifier.export import export_lower, export_upper, read_layers
        from intake_bot.classifier.finetuning import AFRESH, Finetuning, Recipe
    except ImportError as error:
        raise ModelMissing(f"{error}: full training needs pip install -e '.[train]'.") from error
    if former and not graphs(former):
        raise ModelMissing(f"{former} has no encoder to go on from: restore models/rights, or give --afresh.")
    first = Head.read(former / "head.npz") if former else None
    begun = digest(former, first) if former and first else ""
    base = models_dir() / "base"
    weights = read_weights(find_weights())
    recipe = replace(Recipe() if begun else AFRESH, **settings)
    learned = [repr((mail.id, mail.text, sorted(mail.labels), sorted(mail.optional))) for mail in train]
    run = work / hashlib.sha256("\n".join([*learned, repr(recipe), begun]).encode()).hexdigest()[:12]
    run.mkdir(exist_ok=True)
    tuning = Finetuning(
        weights, Embeddings.open(base / "embeddings.q4"), Subwords.open(base / "tokenizer.json"), recipe
    )
    if former and first and not (run / "checkpoint.pt").is_file():
        tuning.start_from(read_layers(graphs(former)), first)
        report("goes on from the encoder in place")
    tuning.run(train, run / "checkpoint.pt", report)
    for export, name in zip((export_lower, export_upper), HALVES, strict=True):
        export(tuning.encoder, run / name)
    head = tuning.trained_head()
    head.write(run / "head.npz")
    return run, head


class VectorCache:
    """Vectors of passages on disk, one file per encoder; reading a passage twice costs nothing.

    The texts lie beside their vectors: for mails of the corpus only, never for those of a case.
    """

    def __init__(self, work: Path, trained: Path) -> None:
        """`trained` is the folder of the encoder's halves."""
        work.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256("".join(map(sha256, graphs(trained))).encode()).hexdigest()
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
    if not (folder / "head.npz").is_file() or not graphs(folder):
        return None
    logits = mail_logits(
        dev, Encoder.open(models_dir() / "base", folder), Head.read(folder / "head.npz"), VectorCache(work, folder)
    )
    return figures(dev, logits, Calibration.read(folder / "calibration.json"))


def _install(
    target: Path,
    trained: Path,
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
    write_pipeline(fresh, trained, head, calibration, version)
    facts: dict[str, Any] = {
        "version": version,
        "labels": list(LABELS),
        "training": {"mails": mails, "seed": seed},
        "base": json.loads((models_dir() / "base" / "manifest.json").read_text())["files"],
        "encoder_sha256": {half.name: sha256(half) for half in graphs(trained)},
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
