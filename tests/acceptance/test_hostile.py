"""Thousands of hostile, bounced and automatic mails with real requests among them, through the installed command."""

from collections import Counter
from pathlib import Path

import pytest

from tests.support.hostile import SETTINGS, write
from tests.support.service import command, environment, json_lines


def wrongs(folder: Path, count: int, seed: int) -> list[str]:
    """What `import --as-received --json` does wrong to `count` mails; none is without a line."""
    made = write(folder / "mails", count, seed)
    done = command(
        environment(folder / "state", **SETTINGS), "import", str(folder / "mails"), "--as-received", "--json"
    )
    lines = {str(line["path"]): line for line in json_lines(done.stdout)}
    assert set(lines) == set(made)
    found = [(mail.family, mail.wrong(lines[path])) for path, mail in made.items()]
    return [f"{count}x {family}: {wrong}" for (family, wrong), count in Counter(found).items() if wrong]


def test_robots_get_no_letter_and_people_get_theirs(tmp_path: Path) -> None:
    assert wrongs(tmp_path, 160, seed=41) == []


@pytest.mark.prove
def test_five_thousand_hostile_mails(tmp_path: Path) -> None:
    assert wrongs(tmp_path, 5_000, seed=42) == []
