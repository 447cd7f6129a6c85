"""Hostile, bounced and automatic mails through the real command: every mail has a line, no robot gets a letter."""

import subprocess
import sys
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.support import hostile
from tests.support.service import command, environment, json_lines, opened, settings


def check(folder: Path, count: int, seed: int) -> None:
    made = hostile.write(folder / "mails", count, seed)
    values = environment(folder / "state", **hostile.SETTINGS)
    done = command(values, "import", str(folder / "mails"), "--as-received", "--json")
    lines = {str(line["path"]): line for line in json_lines(done.stdout)}
    assert set(lines) == set(made)
    assert "Traceback" not in done.stderr
    wrong = {Path(path).name: problem for path, mail in made.items() if (problem := mail.wrong(lines[path]))}
    assert wrong == {}
    owed = [lines[path]["disposition"] for path, mail in made.items() if mail.expect == "acknowledged"]
    assert owed.count("OPEN_CASE") > 0.7 * len(owed)
    command(values, "ledger", "check")


def test_each_family(tmp_path: Path) -> None:
    check(tmp_path, 2 * families(), seed=3)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_thousands(tmp_path: Path, seed: int) -> None:
    check(tmp_path, 3_000, seed)


def families() -> int:
    list(hostile.mails(1))
    return len(hostile.FAMILIES)


def test_the_same_seed_gives_the_same_mails() -> None:
    again = [mail.raw for mail in hostile.mails(60, seed=9)]
    assert [mail.raw for mail in hostile.mails(60, seed=9)] == again
    code = (
        "import hashlib; from tests.support import hostile; "
        "print(hashlib.sha256(b''.join(m.raw for m in hostile.mails(60, seed=9))).hexdigest())"
    )
    elsewhere = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout for _ in range(2)]
    assert elsewhere[0] == elsewhere[1] != ""
    assert families() >= 40


def take(values: dict[str, str], folder: Path, mails: list[bytes]) -> list[dict[str, Any]]:
    folder.mkdir()
    for number, raw in enumerate(mails):
        (folder / f"{number:03d}.eml").write_bytes(raw)
    return json_lines(command(values, "import", str(folder), "--as-received", "--json").stdout)


def to_people(lines: list[dict[str, Any]]) -> list[str]:
    return [item["kind"] for line in lines for item in line["letters"] if item["kind"] not in hostile.DESK]


def test_a_robot_that_answers_every_letter_gets_one(tmp_path: Path) -> None:
    """A vacation program without a single header field, whose owner asked for something: it answers our letter under
    other subjects, and repeats what it got, with and without a reference to it."""
    values = environment(tmp_path / "state", **hostile.SETTINGS)
    request = (
        f"From: Anna <anna@away.example>\r\nTo: {hostile.OWN}\r\nSubject: Mes données\r\n"
        "Message-ID: <1@away.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nJe vous demande de supprimer mon compte et toutes mes données "
        "personnelles.\r\n"
    ).encode()
    assert to_people(take(values, tmp_path / "first", [request])) == ["acknowledgement"]
    found = settings(values)
    with closing(opened(found)) as store:
        letters = [item.raw for item in store.outbox.all() if item.audience == "person"]
    assert letters[0] is not None
    ours = message_from_bytes(letters[0])
    text = ours.get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
    answers = []
    for number in range(12):
        reference = f"In-Reply-To: {ours['Message-ID']}\r\n" if number % 3 == 0 else ""
        body = (text, f"Je suis en congés. {text}", "Je suis en congés, supprimez mes données personnelles.")[
            number % 3
        ]
        answers.append(
            f"From: Anna <anna@away.example>\r\nSubject: Absence {number}\r\nMessage-ID: <a{number}@away.example>\r\n"
            f"{reference}Content-Type: text/plain; charset=utf-8\r\n\r\n{body} {number}\r\n".encode()
        )
    lines = take(values, tmp_path / "second", answers)
    assert to_people(lines) == []
    assert len(lines) == len(answers)
    assert "OPEN_CASE" not in {line["disposition"] for line in lines}, (
        "not the quarter of an hour alone holds them back"
    )
