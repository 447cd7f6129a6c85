"""Passages -> vectors, through sub-words, embeddings and 8-bit ONNX graphs. No hub, no torch.

The lower half of the encoder is the base's. Each upper half, trained apart, is a reader: their vectors stand side by
side. Two that err apart are surer than one of them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

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
#: The lower half of the encoder, in the base folder.
LOWER = "lower.onnx"
#: Threads that read.
THREADS = 2


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
        self._memory: OrderedDict[str, Floats] = OrderedDict()
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
        missing = [text for text in dict.fromkeys(passages) if text not in self._memory]
        self.passages_remembered += len(passages) - len(missing)
        self.passages_read += len(passages)
        found = {text: self._memory[text] for text in passages if text in self._memory}
        table = self.subwords.encode(missing)
        read = self._pool.map(self._beside_others, table) if len(table) > 1 else map(self._alone, table)
        found.update(zip(missing, read, strict=True))
        self._remember(found)
        return np.stack([found[text] for text in passages])

    def _alone(self, ids: Sequence[int]) -> Floats:
        feed = self._feed(self._lower, ids)
        said = self._pool.map(lambda upper: upper.run(["vectors"], feed)[0][0], self._uppers)
        result: Floats = np.concatenate(list(said))
        return result

    def _beside_others(self, ids: Sequence[int]) -> Floats:
        feed = self._feed(self._single, ids)
        result: Floats = np.concatenate([upper.run(["vectors"], feed)[0][0] for upper in self._uppers])
        return result

    def _feed(self, lower: Session, ids: Sequence[int]) -> dict[str, Floats]:
        """What the upper halves read of a passage."""
        table = np.asarray([ids], dtype=np.int64)
        mask = np.ones(table.shape, dtype=np.float32)
        hidden = lower.run(["hidden"], {"words": self.embeddings[table], "mask": mask})[0]
        return {"hidden": hidden, "mask": mask}

    def _remember(self, found: dict[str, Floats]) -> None:
        for text, vector in found.items():
            self._memory[text] = vector
            self._memory.move_to_end(text)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)


def _session(graph: Path, threads: int) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the peak of the longest mail for ever
    options.log_severity_level = 3
    # Each graph has threads of its own. Left to spin after a run, they take the processors from the next graph: 15.7 ms
    # a passage of 20 sub-words against 4.3.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return Session(str(graph), options, providers=["CPUExecutionProvider"])
