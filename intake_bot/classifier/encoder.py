"""Passages -> vectors, through sub-words, embeddings and 8-bit ONNX graphs. No hub, no torch.

The lower half of the encoder is the base's. Each upper half, trained apart, is a reader: their vectors stand side by
side. Two that err apart are surer than one of them.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime

from intake_bot.classifier.embeddings import Embeddings
from intake_bot.classifier.subwords import Subwords
from intake_bot.errors import ModelMissing

Floats = npt.NDArray[np.float32]
Session: TypeAlias = onnxruntime.InferenceSession

#: Vectors of passages already read that are kept: signatures, disclaimers and subjects come again and again.
REMEMBERED = 1024
#: Passages whose states between the halves are kept, for the evidence of the mail under way; .3 MB each at most.
UNDER_WAY = 16
#: The lower half of the encoder, in the base folder.
LOWER = "lower.onnx"
#: Threads that read.
THREADS = 2


class _Memory(OrderedDict[str, Floats]):
    """What was read last, at most so many passages of it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self._lock = Lock()

    def keep(self, found: Mapping[str, Floats]) -> None:
        """These are the newest."""
        with self._lock:
            for text, values in found.items():
                self[text] = values
                self.move_to_end(text)
            while len(self) > self.most:
                self.popitem(last=False)


class Encoder:
    """Encodes passages, 384 values from each reader.

    Equal text gives equal vectors, which makes the memory of vectors lossless. A passage alone has all threads: the
    lower half, then a thread for each reader. Several are read side by side, a thread for each passage: a sixth faster
    than one after the other, with the same vectors; in one batch they would depend on their neighbours' padding.
    """

    def __init__(
        self, subwords: Subwords, embeddings: Embeddings, lower: Session, single: Session, uppers: Sequence[Session]
    ) -> None:
        """`lower` is the lower half with all threads, `single` the same with one; so is each of `uppers`."""
        self.subwords = subwords
        self.embeddings = embeddings
        self._lower = lower
        self._single = single
        self._uppers = uppers
        self._pool = ThreadPoolExecutor(THREADS, "reader")
        self._vectors = _Memory(REMEMBERED)
        self._states = _Memory(UNDER_WAY)
        self.passages_read = 0
        self.passages_remembered = 0

    @classmethod
    def open(cls, base: Path, uppers: Sequence[Path]) -> "Encoder":
        """Opens the base folder and the upper halves. Raises ModelMissing if a part is absent."""
        if not (base / LOWER).is_file():
            raise ModelMissing(f"{base / LOWER} is missing: restore models/base.")
        if not uppers or not all(upper.is_file() for upper in uppers):
            raise ModelMissing(
                "The trained encoder is missing: restore models/rights, or run `intake-bot train --full`."
            )
        return cls(
            Subwords.open(base / "tokenizer.json"),
            Embeddings.open(base / "embeddings.q4"),
            _session(base / LOWER, THREADS),
            _session(base / LOWER, 1),
            [_session(upper, 1) for upper in uppers],
        )

    def vectors(self, passages: Sequence[str]) -> Floats:
        """(passages, 384 for each reader)."""
        missing = [text for text in dict.fromkeys(passages) if text not in self._vectors]
        self.passages_remembered += len(passages) - len(missing)
        self.passages_read += len(passages)
        found = {text: self._vectors[text] for text in passages if text in self._vectors}
        read = self._pool.map(self._beside_others, missing) if len(missing) > 1 else map(self._alone, missing)
        found.update(zip(missing, read, strict=True))
        self._vectors.keep(found)
        return np.stack([found[text] for text in passages])

    def parts(self, passage: str, ends: Sequence[int]) -> Floats:
        """(parts, 384): the parts of a passage that end at these characters, as the last reader alone sees them.

        The lower half has read them in their passage, the upper half reads each apart. One past the cut is zeros.
        """
        states = self._states[passage] if passage in self._states else self._lowered(self._lower, passage)
        starts = np.array([start for start, end in self.subwords.spans(passage) if end], dtype=np.int64)
        first = states.shape[1] - 1 - len(starts)  # before them stand the mark and the prefix, after them a mark
        places = [first + np.flatnonzero((starts >= start) & (starts < end)) for start, end in pairwise((0, *ends))]
        read = self._pool.map(lambda place: self._part(states, place), places)
        return np.stack(list(read))

    def _part(self, states: Floats, places: npt.NDArray[np.int64]) -> Floats:
        if not len(places):
            return np.zeros(states.shape[2], dtype=np.float32)
        kept = states[:, [0, *places, states.shape[1] - 1]]
        return self._said(self._uppers[-1], kept)

    def _alone(self, passage: str) -> Floats:
        states = self._lowered(self._lower, passage)
        said = self._pool.map(lambda upper: self._said(upper, states), self._uppers)
        result: Floats = np.concatenate(list(said))
        return result

    def _beside_others(self, passage: str) -> Floats:
        states = self._lowered(self._single, passage)
        result: Floats = np.concatenate([self._said(upper, states) for upper in self._uppers])
        return result

    def _lowered(self, lower: Session, passage: str) -> Floats:
        """(1, sub-words, 384): what the upper halves read of a passage."""
        table = np.asarray(self.subwords.encode([passage]), dtype=np.int64)
        states: Floats = lower.run(["hidden"], {"words": self.embeddings[table], "mask": _mask(table)})[0]
        self._states.keep({passage: states})
        return states

    def _said(self, upper: Session, states: Floats) -> Floats:
        result: Floats = upper.run(["vectors"], {"hidden": states, "mask": _mask(states)})[0][0]
        return result


def _mask(values: npt.NDArray[Any]) -> Floats:
    """Nothing of a passage alone is padding."""
    return np.ones(values.shape[:2], dtype=np.float32)


def _session(graph: Path, threads: int) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the peak of the longest mail for ever
    options.log_severity_level = 3
    # Each graph has threads of its own. Left to spin after a run, they take the processors from the next graph: 15.7 ms
    # a passage of 20 sub-words against 4.3.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    # The fused kernel of Add and LayerNormalization takes thrice the time of the two: an upper half would be an eighth
    # slower (onnxruntime 1.32).
    return Session(str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"])
