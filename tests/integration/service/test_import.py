"""`import`: files of every kind by the same way as live mail, told as JSON lines."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.service import command, environment, json_lines

REQUEST = "Bonjour, je souhaite obtenir une copie de toutes les données personnelles que vous détenez sur moi. Merci."
FIELDS = {"path", "message_id", "disposition", "reasons", "case", "rights", "letters", "error"}


def mail(number: int, text: str = REQUEST, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Personne {number} <p{number}@courrier.example>"
    message["To"] = "info@example.test"
    message["Subject"] = "Mes données personnelles"
    message["Message-ID"] = f"<{number}@courrier.example>"
    message["Date"] = "Mon, 05 Oct 2026 08:00:00 +0200"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with .eml files, an mbox, a Maildir, and things that are not mail."""
    root = tmp_path_factory.mktemp("tree")
    (root / "a.eml").write_bytes(
        mail(1, Received="from x by mx.example.test; Mon, 05 Oct 2026 08:00:05 +0200").as_bytes()
    )
    (root / "again.eml").write_bytes(mail(1).as_bytes())
    (root / "index.jsonl").write_text('{"a": 1}\n')
    (root / "notes.txt").write_text("not a mail\n")
    (root / ".hidden").write_text("no\n")
    (root / "empty.eml").write_bytes(b"")
    box = mailbox.mbox(root / "box.mbox")
    for number in (2, 3):
        box.add(mail(number))
    box.close()
    maildir = mailbox.Maildir(root / "maildir", create=True)
    maildir.add(mail(4))
    return root


def run(tree: Path, state: Path, *arguments: str, **extra: str) -> list[dict[str, object]]:
    done = command(environment(state, **extra), "import", str(tree), "--json", *arguments, check=False)
    assert done.returncode == int(any(line["error"] for line in json_lines(done.stdout))), done.stderr
    return json_lines(done.stdout)


def test_every_mail_has_a_line(tree: Path, tmp_path: Path) -> None:
    lines = run(tree, tmp_path / "state", SEND_MODE="approve")
    assert all(set(line) == FIELDS for line in lines)
    by_path = {str(line["path"]).removeprefix(f"{tree}/").partition("/")[0]: line for line in lines}
    assert by_path["a.eml"]["disposition"] == "OPEN_CASE"
    assert by_path["again.eml"]["disposition"] == "DUPLICATE"
    assert by_path["again.eml"]["case"] == by_path["a.eml"]["case"]
    assert {"box.mbox#1", "box.mbox#2"} <= set(by_path)
    assert "maildir" in by_path
    assert by_path["empty.eml"]["disposition"] == "RECORD"
    assert not {"index.jsonl", "notes.txt", ".hidden"} & set(by_path)
    assert all(line["letters"] == [] for line in lines), "like backfill: nothing is sent or escalated"


def test_as_received_writes_letters(tree: Path, tmp_path: Path) -> None:
    lines = run(tree, tmp_path / "state", "--as-received", SEND_MODE="approve")
    first = next(line for line in lines if str(line["path"]).endswith("a.eml"))
    assert first["letters"] == [
        {"kind": "acknowledgement", "to": "p1@courrier.example"},
        {"kind": "dpo_notification", "to": "dpo@example.test"},
    ]


def test_again_opens_nothing(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "state")
    again = run(tree, tmp_path / "state")
    assert {line["disposition"] for line in again} == {"DUPLICATE"}


def test_dry_run_writes_nothing(tree: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    lines = run(tree, state, "--dry-run", "--as-received")
    assert any(line["disposition"] == "OPEN_CASE" for line in lines)
    assert not state.exists()


def test_live_mode_needs_a_yes(tree: Path, tmp_path: Path) -> None:
    values = environment(tmp_path / "state", SEND_MODE="live")
    refused = command(values, "import", str(tree), "--as-received", check=False)
    assert refused.returncode == 1
    assert "--yes" in refused.stderr


def test_receipt_of_files(tree: Path, tmp_path: Path) -> None:
    """Topmost Received, else the From line of the mbox, else the time of the file."""
    values = environment(tmp_path / "state")
    command(values, "import", str(tree))
    cases = command(values, "cases", "--json").stdout
    assert '"received_at": "2026-10-05T06:00:05.000000Z"' in cases


def test_a_missing_path_says_so(tmp_path: Path) -> None:
    refused = command(environment(tmp_path / "state"), "import", str(tmp_path / "nothing"), check=False)
    assert refused.returncode == 1
    assert "does not exist" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_classification_off_sends_all_to_review(tree: Path, tmp_path: Path) -> None:
    lines = run(tree / "a.eml", tmp_path / "state", CLASSIFY="off")
    assert [line["disposition"] for line in lines] == ["REVIEW"]
