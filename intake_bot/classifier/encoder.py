"""Passages -> vectors, through sub-words, embeddings and the 8-bit ONNX graph. No hub, no torch."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from intake_bot.classifier.embeddings import Embeddings
from intake_bot.classifier.subwords import Subwords
from intake_bot.errors import ModelMissing

Floats = npt.NDArray[np.float32]

#: Vectors of passages already read that are kept: signatures, disclaimers and subjects come again and again.
REMEMBERED = 1024


class Encoder:
    """Encodes passages one by one.

    Equal text gives equal vectors, which makes the memory of vectors lossless; on two cores a batch would gain less
    than a fifth, and padding costs more than that.
    """

    def __init__(self, subwords: Subwords, embeddings: Embeddings, session: onnxruntime.InferenceSession) -> None:
        self.subwords = subwords
        self.embeddings = embeddings
        self._session = session
        self._memory: OrderedDict[str, Floats] = OrderedDict()
        self.passages_read = 0
        self.passages_remembered = 0

    @classmethod
    def open(cls, base: Path, graph: Path, threads: int = 2) -> "Encoder":
        """Opens the base folder and an encoder.onnx. Raises ModelMissing if a part is absent."""
        if not graph.is_file():
            raise ModelMissing(f"{graph} is missing: run `intake-bot train --full`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena keeps the peak of the longest mail for ever
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        return cls(Subwords.open(base / "tokenizer.json"), Embeddings.open(base / "embeddings.q4"), session)

    def vectors(self, passages: Sequence[str]) -> Floats:
        """(passages, 384)."""
        missing = [text for text in dict.fromkeys(passages) if text not in self._memory]
        self.passages_remembered += len(passages) - len(missing)
        self.passages_read += len(passages)
        found = {text: self._memory[text] for text in passages if text in self._memory}
        for text, ids in zip(missing, self.subwords.encode(missing), strict=True):
            found[text] = self._run(ids)
        self._remember(found)
        return np.stack([found[text] for text in passages])

    def _run(self, ids: Sequence[int]) -> Floats:
        table = np.asarray([ids], dtype=np.int64)
        feed = {"words": self.embeddings[table], "mask": np.ones(table.shape, dtype=np.float32)}
        result: Floats = self._session.run(["vectors"], feed)[0][0]
        return result

    def _remember(self, found: dict[str, Floats]) -> None:
        for text, vector in found.items():
            self._memory[text] = vector
            self._memory.move_to_end(text)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
