"""The spaCy component `rights_encoder`: sentences -> windows -> vectors -> logits of each window and of all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.encoder import Encoder, graphs
from intake_bot.classifier.head import Head
from intake_bot.classifier.labels import LABELS
from intake_bot.classifier.windows import Span, Window, bounded, normalise, windows
from intake_bot.errors import ModelMissing
from intake_bot.resources import models_dir

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Passage:
    """A window of a document that was read: its place, its vector, and its logits, were it the whole mail's largest."""

    window: Window
    vector: Floats
    logits: Floats


class RightsEncoder:
    """Sets `doc._.passages`, `doc._.windows_left_out` and `doc.cats` (calibrated probabilities of the document)."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._encoder: Encoder | None = None
        self._head: Head | None = None
        self._calibration: Calibration | None = None
        self._trained: Path | None = None
        if not Doc.has_extension("passages"):
            Doc.set_extension("passages", default=())
            Doc.set_extension("windows_left_out", default=0)

    @property
    def encoder(self) -> Encoder:
        """The encoder. Raises ModelMissing before from_disk."""
        if self._encoder is None:
            raise ModelMissing
        return self._encoder

    @property
    def head(self) -> Head:
        """The linear head. Raises ModelMissing before from_disk."""
        if self._head is None:
            raise ModelMissing
        return self._head

    @property
    def calibration(self) -> Calibration:
        """Calibration and thresholds. Raises ModelMissing before from_disk."""
        if self._calibration is None:
            raise ModelMissing
        return self._calibration

    def __call__(self, doc: Doc) -> Doc:
        return next(iter(self._read([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 16) -> Iterator[Doc]:
        """Documents in order, in batches, so that repeated passages are read once."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            yield from self._read(batch)

    def _read(self, docs: list[Doc]) -> list[Doc]:
        found: list[tuple[Doc, Window, str]] = []
        for doc in docs:
            kept, left_out = bounded(windows(_sentences(doc)))
            doc._.windows_left_out = left_out
            source = doc.text  # spaCy builds it anew at every look
            texts = ((window, normalise(source[window.start : window.end])) for window in kept)
            found.extend((doc, window, text) for window, text in texts if text)
        if found:
            vectors = self.encoder.vectors([text for _, _, text in found])
            logits = self.head.logits(vectors)
        for doc in docs:
            doc._.passages = tuple(
                Passage(window, vectors[row], logits[row])
                for row, (owner, window, _) in enumerate(found)
                if owner is doc
            )
            doc.cats = self.calibration.probabilities(self.logits(doc._.passages, self.whole(doc._.passages)))
        return docs

    def logits(self, passages: Sequence[Passage], whole: Floats) -> Floats:
        """(labels,): the logits of a mail of these passages, which as a whole add `whole`; far below every threshold
        when there are none."""
        if not passages:
            return np.full(len(LABELS), -30.0, dtype=np.float32)
        largest: Floats = np.max([passage.logits for passage in passages], axis=0)
        return largest + whole

    def whole(self, passages: Sequence[Passage]) -> Floats:
        """(labels,): what the passages together add to the largest of them."""
        if not passages:
            return np.zeros(len(LABELS), dtype=np.float32)
        return self.head.whole(np.stack([passage.vector for passage in passages]))

    def sentence_logits(self, passage: Passage, text: str, label: str) -> list[float]:
        """For each sentence of a passage, the logit of the label on that sentence."""
        start, end = passage.window.start, passage.window.end
        ends = [len(normalise(text[start:stop])) for _, stop in passage.window.sentences]
        logits = self.head.logits(self.encoder.parts(normalise(text[start:end]), ends))
        return [float(row[LABELS.index(label)]) for row in logits]

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Writes the halves of the encoder, head.npz and calibration.json into a folder.

        Raises ModelMissing before from_disk, and when the halves are no longer where they were read from.
        """
        target = Path(path)
        target.mkdir(parents=True, exist_ok=True)
        found = graphs(self._trained) if self._trained else []
        if not found:
            raise ModelMissing
        for half in found:
            place = target / half.name
            if half.resolve() != place.resolve():
                place.write_bytes(half.read_bytes())
        self.head.write(target / "head.npz")
        self.calibration.write(target / "calibration.json")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "RightsEncoder":
        """Reads what to_disk wrote; embeddings and tokenizer come from the base folder."""
        folder = Path(path)
        return self.use(folder, Head.read(folder / "head.npz"), Calibration.read(folder / "calibration.json"))

    def use(self, trained: Path, head: Head, calibration: Calibration) -> "RightsEncoder":
        """Takes its parts from the halves in a folder and values in memory. Raises ModelMissing if one is absent."""
        self._trained = trained
        self.take(head, calibration)
        self._encoder = Encoder.open(self.base, trained)
        return self

    def take(self, head: Head, calibration: Calibration) -> None:
        """Another head for the same encoder."""
        self._head, self._calibration = head, calibration


def _sentences(doc: Doc) -> list[Span]:
    spans = []
    text = doc.text
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        stripped = text[start:end].strip()
        if stripped:
            start += text[start:end].index(stripped)
            spans.append((start, start + len(stripped)))
    return spans


@Language.factory("rights_encoder", assigns=["doc.cats"], default_config={"base": None})
def make_rights_encoder(nlp: Language, name: str, base: str | None) -> RightsEncoder:
    """The component; `base` is the folder of embeddings and tokenizer, models/base by default."""
    return RightsEncoder(Path(base) if base else models_dir() / "base")
