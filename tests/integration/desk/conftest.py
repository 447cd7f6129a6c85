from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import ROLES, TestDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    """A desk with three mails in review and an account for each role."""
    made = TestDesk(tmp_path)
    made.fill(3)
    made.enrol(*ROLES)
    yield made
    made.close()
