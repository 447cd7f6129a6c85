"""Passages -> vectors, through sub-words, embeddings and 8-bit ONNX graphs. No hub, no torch.

The graph is in two halves: what the lower one makes of a passage serves the vector, and the evidence again.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

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
#: The halves of the encoder, in the folder of the trained model.
HALVES = ("lower.onnx", "upper.onnx")
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


class Halves(NamedTuple):
    """Both halves of the encoder, with as many threads each."""

    lower: Session
    upper: Session

    @classmethod
    def open(cls, folder: Path, threads: int) -> "Halves":
        """The graphs of a folder. Raises ModelMissing if one is absent."""
        found = graphs(folder)
        if not found:
            raise ModelMissing(
                "The trained encoder is missing: restore models/rights, or run `intake-bot train --full --afresh`."
            )
        return cls(*(_session(graph, threads) for graph in found))


def graphs(folder: Path) -> list[Path]:
    """The graphs of the encoder in a folder, the lower half first; none unless both are there."""
    found = [folder / name for name in HALVES]
    return found if all(graph.is_file() for graph in found) else []


class Encoder:
    """Encodes passages, 384 values each.

    Equal text gives equal vectors, which makes the memory of vectors lossless. A passage alone, or one longer than all
    others together, has all threads. Several of a size are read side by side, a thread each: a sixth faster than one
    after the other, with the same vectors; in one batch they would depend on their neighbours' padding.
    """

    def __init__(self, subwords: Subwords, embeddings: Embeddings, alone: Halves, beside: Halves) -> None:
        """`alone` reads with all threads, `beside` with one."""
        self.subwords = subwords
        self.embeddings = embeddings
        self._alone = alone
        self._beside = beside
        self._pool = ThreadPoolExecutor(THREADS, "reader")
        self._vectors = _Memory(REMEMBERED)
        self._states = _Memory(UNDER_WAY)
        self.passages_read = 0
        self.passages_remembered = 0

    @classmethod
    def open(cls, base: Path, trained: Path) -> "Encoder":
        """Opens the base folder and the halves in a folder. Raises ModelMissing if a part is absent."""
        return cls(
            Subwords.open(base / "tokenizer.json"),
            Embeddings.open(base / "embeddings.q4"),
            Halves.open(trained, THREADS),
            Halves.open(trained, 1),
        )

    def vectors(self, passages: Sequence[str]) -> Floats:
        """(passages, 384)."""
        known = ((text, self._vectors.get(text)) for text in dict.fromkeys(passages))  # another thread may drop one
        found = {text: vector for text, vector in known if vector is not None}
        missing = [text for text in dict.fromkeys(passages) if text not in found]
        self.passages_remembered += len(passages) - len(missing)
        self.passages_read += len(passages)
        if 2 * max(map(len, missing), default=0) > sum(map(len, missing)):
            read = [_said(self._alone.upper, self._states_of(text, self._alone.lower)) for text in missing]
        else:
            read = list(self._pool.map(self._read_beside, missing))
        found.update(zip(missing, read, strict=True))
        self._vectors.keep(found)
        return np.stack([found[text] for text in passages])

    def _read_beside(self, passage: str) -> Floats:
        """With one thread, while another reads the next."""
        return _said(self._beside.upper, self._states_of(passage, self._beside.lower))

    def parts(self, passage: str, ends: Sequence[int]) -> Floats:
        """(parts, 384): the parts of a passage that end at these characters.

        The lower half has read them in their passage, the upper half reads each apart. One past the cut is zeros.
        """
        known = self._states.get(passage)
        states = self.states(passage) if known is None else known
        starts = np.array([start for start, end in self.subwords.spans(passage) if end], dtype=np.int64)
        first = states.shape[1] - 1 - len(starts)  # before them stand the mark and the prefix, after them a mark
        places = [first + np.flatnonzero((starts >= start) & (starts < end)) for start, end in pairwise((0, *ends))]
        read = self._pool.map(lambda place: self._part(states, place), places)
        return np.stack(list(read))

    def _part(self, states: Floats, places: npt.NDArray[np.int64]) -> Floats:
        if not len(places):
            return np.zeros(states.shape[2], dtype=np.float32)
        kept = states[:, [0, *places, states.shape[1] - 1]]
        return _said(self._beside.upper, kept)

    def states(self, passage: str) -> Floats:
        """(1, sub-words, 384): what the lower half makes of a passage."""
        return self._states_of(passage, self._alone.lower)

    def _states_of(self, passage: str, lower: Session) -> Floats:
        table = np.asarray(self.subwords.encode([passage]), dtype=np.int64)
        states: Floats = lower.run(["hidden"], {"words": self.embeddings[table], "mask": _mask(table)})[0]
        self._states.keep({passage: states})
        return states


def _said(upper: Session, states: Floats) -> Floats:
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
    # The fused kernel of Add and LayerNormalization takes thrice the time of the two: the upper half would be an eighth
    # slower (onnxruntime 1.32).
    return Session(str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"])
