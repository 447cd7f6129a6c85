from pathlib import Path

import numpy as np
import pytest

from intake_bot.classifier.base import sha256
from intake_bot.classifier.embeddings import BLOCK, BLOCKS_PER_ROW, DIMENSIONS, Embeddings
from intake_bot.errors import ModelMissing
from intake_bot.resources import models_dir


def test_a_block_is_a_scale_and_32_values(tmp_path: Path) -> None:
    blocks = np.zeros((2, BLOCKS_PER_ROW), dtype=BLOCK)
    blocks["scale"] = 0.5
    blocks["nibbles"] = 0x8F  # low nibble 15, high nibble 8
    blocks.tofile(tmp_path / "rows.q4")
    table = Embeddings.open(tmp_path / "rows.q4")
    found = table[np.array([[1, 0, 1]])]
    assert len(table) == 2
    assert found.shape == (1, 3, DIMENSIONS)
    assert found[0, 0, :16].tolist() == [3.5] * 16
    assert found[0, 0, 16:32].tolist() == [0.0] * 16


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.q4").write_bytes(b"x" * 100)
    with pytest.raises(ModelMissing):
        Embeddings.open(tmp_path / "rows.q4")


def test_the_base_is_the_one_of_its_manifest() -> None:
    import json

    base = models_dir() / "base"
    manifest = json.loads((base / "manifest.json").read_text())
    for name, facts in manifest["files"].items():
        assert sha256(base / name) == facts["sha256"]
    assert len(Embeddings.open(base / "embeddings.q4")) == manifest["rows"]
