"""A house per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.casework.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "state", CLIENTS_FILE=str(_clients(tmp_path)))
    yield made
    assert made.proven()
    made.close()


def _clients(folder: Path) -> Path:
    """Clients: an arranged one with a running contract, one without arrangement."""
    path = folder / "clients.csv"
    path.write_text(
        "name,domains,contact,arranged_on,answers,roles,administrators,contract\n"
        "Grand Client,grand.example,dpo@grand.example,2025-06-01,*=both,*=joint,ada@grand.example,running\n"
        "Petit Client,petit.example,,,,,,\n",
        encoding="utf-8",
    )
    return path
