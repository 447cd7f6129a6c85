"""The word embeddings of the encoder: rows of 4-bit blocks on disk, dequantised one look-up at a time.

They stay outside the ONNX graph and are mapped, not read: only the rows that mails use occupy memory.
The blocks are those of the base weights, bit for bit, so that pruning the vocabulary loses nothing.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intake_bot.errors import ModelMissing

DIMENSIONS = 384
BLOCKS_PER_ROW = DIMENSIONS // 32
#: One block: a float16 scale, then 32 values of 4 bits; byte j holds value j low and value j + 16 high.
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


class Embeddings:
    """A read-only table of word embeddings, (rows, 384)."""

    def __init__(self, blocks: npt.NDArray[Any]) -> None:
        self._blocks = blocks

    @classmethod
    def open(cls, path: Path) -> "Embeddings":
        """Maps the file. Raises ModelMissing if it is absent or cut short."""
        if not path.is_file() or path.stat().st_size % (BLOCK.itemsize * BLOCKS_PER_ROW):
            raise ModelMissing(f"{path} is missing or damaged: restore models/base.")
        return cls(np.memmap(path, dtype=BLOCK, mode="r").reshape(-1, BLOCKS_PER_ROW))

    def __len__(self) -> int:
        return int(self._blocks.shape[0])

    def __getitem__(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Rows for an array of piece ids of any shape: (*shape, 384)."""
        unique, inverse = np.unique(ids, return_inverse=True)
        rows = self.dequantise(np.asarray(self._blocks[unique])).reshape(-1, DIMENSIONS)
        return rows[inverse.reshape(ids.shape)]

    @staticmethod
    def dequantise(blocks: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Blocks of any shape -> the same shape with a last axis of 32 values."""
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8.0
        return values * blocks["scale"].astype(np.float32)[..., None]
