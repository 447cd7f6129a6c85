"""Finding mails below a path: what counts, what is skipped, what fails, and in which order."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake_bot.mail.files import MailFile, Skipped, Unreadable, discover, looks_like_mail
from tests.support.mails import LETTER

MBOX = b"From a@client.example Mon Nov 23 08:35:52 2026\n" + LETTER.replace(b"\r\n", b"\n") + b"\n"


def mails(path: Path) -> list[str]:
    return [os.path.relpath(found.path, path) for found in discover(path) if isinstance(found, MailFile)]


def skipped(path: Path) -> list[str]:
    return [os.path.relpath(found.path, path) for found in discover(path) if isinstance(found, Skipped)]


def test_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.eml", "b/1.eml", "a/z.eml", "c.eml", "B.eml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LETTER)
    assert mails(tmp_path) == ["B.eml", "a/z.eml", "b/1.eml", "b/2.eml", "c.eml"]


def test_what_is_not_mail_is_skipped_and_counted(tmp_path: Path) -> None:
    for name in ("index.jsonl", "notes.txt", ".DS_Store", "data.json", "photo.jpg", "Makefile", "LICENSE", "x.eml~"):
        (tmp_path / name).write_bytes(b"install: venv\n\tpip install\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.eml").write_bytes(LETTER)
    (tmp_path / "one.EML").write_bytes(LETTER)
    assert mails(tmp_path) == ["one.EML"]
    assert len(skipped(tmp_path)) == 8


@pytest.mark.parametrize("raw", [b"", b"\0\xff\xfe", b"no header at all", LETTER, b"From a b c\n"])
def test_eml_of_any_octets_is_a_mail(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(raw)
    (found,) = discover(tmp_path)
    assert isinstance(found, MailFile)
    assert found.read() == (raw, len(raw))


def test_file_without_extension_counts_when_it_looks_like_a_mail(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(LETTER)
    (tmp_path / "2").write_bytes(b"all: build\nbuild: src\n")
    (tmp_path / "1795423861.M1P2.host,S=55:2,S").write_bytes(LETTER)
    (tmp_path / "readme.html").write_bytes(LETTER)
    assert sorted(mails(tmp_path)) == ["1", "1795423861.M1P2.host,S=55:2,S"]


def test_mbox_is_known_by_its_content(tmp_path: Path) -> None:
    for name in ("Inbox", "archive.2019", "sent.mbx", "old.mbox"):
        (tmp_path / name).write_bytes(MBOX * 2)
    assert mails(tmp_path) == [
        f"{name}#{n}" for name in ("Inbox", "archive.2019", "old.mbox", "sent.mbx") for n in (1, 2)
    ]


def test_path_is_given_as_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file.mbox").write_bytes(MBOX * 3)
    monkeypatch.chdir(tmp_path)
    assert [found.path for found in discover("in")] == ["in/file.mbox#1", "in/file.mbox#2", "in/file.mbox#3"]
    assert [found.path for found in discover("in/file.mbox")][2] == "in/file.mbox#3"


def test_named_file_is_looked_at_whatever_its_extension(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_bytes(LETTER)
    (tmp_path / "index.txt").write_bytes(b"just words\n")
    assert isinstance(next(discover(tmp_path / "mail.txt")), MailFile)
    assert isinstance(next(discover(tmp_path / "index.txt")), Skipped)


def test_missing_path_and_broken_link_are_values(tmp_path: Path) -> None:
    (missing,) = discover(tmp_path / "nowhere")
    assert isinstance(missing, Unreadable)
    assert "No such file" in missing.reason
    (tmp_path / "gone.eml").symlink_to(tmp_path / "target")
    (broken,) = discover(tmp_path)
    assert isinstance(broken, Unreadable)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may read everything: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("ordinary_user")
def test_file_without_permission_is_a_value() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.eml"
        path.write_bytes(LETTER)
        path.chmod(0)
        (found,) = discover(folder)
    assert isinstance(found, Unreadable)
    assert "Permission" in found.reason


def test_pipe_and_link_to_a_folder_do_not_hang_the_walk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a.eml").write_bytes(LETTER)
    assert mails(tmp_path) == ["a.eml"]


def test_eml_is_dated_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(LETTER)
    os.utime(tmp_path / "x.eml", (1_700_000_000, 1_700_000_000))
    (found,) = discover(tmp_path)
    assert isinstance(found, MailFile)
    assert found.received == datetime.fromtimestamp(1_700_000_000, UTC)


def test_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/donn\xe9es.eml")).write_bytes(LETTER)
    (found,) = discover(tmp_path)
    assert isinstance(found, MailFile)
    found.path.encode("utf-8")
    assert found.read()[0] == LETTER


def test_mbox_by_name_with_something_else_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"")
    (tmp_path / "b.mbox").write_bytes(LETTER)
    (tmp_path / "c.mbox").write_bytes(b"\0\0\0 a database")
    kinds = [(type(found).__name__, os.path.basename(found.path)) for found in discover(tmp_path)]
    assert kinds == [("MailFile", "b.mbox#1"), ("Unreadable", "c.mbox")]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (LETTER, True),
        (b"Received: by x\r\nfrom: a@b\r\n", True),
        (b"", False),
        (b"Subject: only one\n\nx", False),
        (b"key: value\nother: value\n", False),
        (b"\nFrom: a@b\nTo: c@d\n", False),
    ],
)
def test_looks_like_mail(start: bytes, expected: bool) -> None:
    assert looks_like_mail(start) is expected
