"""Maildir and other files through the mailbox protocol."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake_bot.mail.files import FileMailbox, MailFile, discover
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.mailbox import Mailbox
from tests.support.mails import LETTER, letter, octets, with_attachment


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in (tmp_path, tmp_path / ".Junk", tmp_path / ".Clients.Sent"):
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True)
    (tmp_path / "cur" / "1700000100.M2P1.host:2,S").write_bytes(octets(letter(2)))
    (tmp_path / "new" / "1700000200.M3P1.host").write_bytes(octets(letter(3)))
    (tmp_path / "cur" / "1700000000.M1P1.host:2,").write_bytes(octets(letter(1)))
    (tmp_path / "tmp" / "1700000300.M4P1.host").write_bytes(b"half a ma")
    (tmp_path / ".Junk" / "new" / "1700000000.M9P1.host").write_bytes(LETTER)
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1\n")
    return tmp_path


def subjects(mailbox: Mailbox, folder: str = "INBOX") -> list[str]:
    raws = [mail.raw or b"" for mail in mailbox.fetch(folder, mailbox.uids_after(folder, 0))]
    return [raw.partition(b"Message-ID: <")[2].partition(b"@")[0].decode() for raw in raws]


def test_maildir_in_the_order_of_delivery(maildir: Path) -> None:
    mailbox: Mailbox = FileMailbox(maildir)
    state = mailbox.examine("INBOX")
    assert (state.exists, state.uidnext) == (3, 4)
    assert subjects(mailbox) == ["1", "2", "3"]


def test_maildir_folders_have_roles(maildir: Path) -> None:
    mailbox = FileMailbox(maildir)
    assert mailbox.folders() == [
        ("INBOX", FolderRole.INBOX),
        ("Clients/Sent", FolderRole.SENT),
        ("Junk", FolderRole.JUNK),
    ]
    (mail,) = mailbox.fetch("Junk", [1])
    assert (mail.raw, mail.position.role) == (LETTER, FolderRole.JUNK)


def test_new_mail_gets_a_higher_uid_and_flags_change_nothing(maildir: Path) -> None:
    mailbox = FileMailbox(maildir)
    mailbox.examine("INBOX")
    (maildir / "new" / "1700000200.M3P1.host").rename(maildir / "cur" / "1700000200.M3P1.host:2,RS")
    (maildir / "new" / "1600000000.M1P1.late").write_bytes(octets(letter(4)))
    assert mailbox.uids_after("INBOX", 3) == [4]
    assert subjects(mailbox) == ["1", "2", "3", "4"]


def test_mail_that_moved_or_went_after_the_listing(maildir: Path) -> None:
    mailbox = FileMailbox(maildir)
    uids = mailbox.uids_after("INBOX", 0)
    (maildir / "new" / "1700000200.M3P1.host").rename(maildir / "cur" / "1700000200.M3P1.host:2,S")
    (maildir / "cur" / "1700000000.M1P1.host:2,").unlink()
    assert [mail.position.uid for mail in mailbox.fetch("INBOX", uids)] == [2, 3]
    assert mailbox.fetch_whole("INBOX", 1) is None
    assert mailbox.fetch_whole("INBOX", 3) == octets(letter(3))


def test_maildir_is_left_as_it_was(maildir: Path) -> None:
    before = sorted(str(path) for path in maildir.rglob("*"))
    mailbox = FileMailbox(maildir)
    subjects(mailbox)
    mailbox.close()
    assert sorted(str(path) for path in maildir.rglob("*")) == before


def test_discover_takes_a_maildir_with_its_folders(maildir: Path) -> None:
    found = [os.path.relpath(item.path, maildir) for item in discover(maildir) if isinstance(item, MailFile)]
    assert found == [
        "cur/1700000000.M1P1.host:2,",
        "cur/1700000100.M2P1.host:2,S",
        "new/1700000200.M3P1.host",
        ".Junk/new/1700000000.M9P1.host",
    ]


def test_folder_of_files_is_one_inbox(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(octets(letter(1)))
    (tmp_path / "b.mbox").write_bytes(b"From x Mon Nov 23 08:35:52 2026\n" + octets(letter(2)))
    (tmp_path / "index.jsonl").write_bytes(b"{}")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    mailbox = FileMailbox(tmp_path, "import")
    mails = list(mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0)))
    assert [os.path.basename(mail.position.path) for mail in mails] == ["a.eml", "b.mbox#1"]
    assert [mail.position.mailbox for mail in mails] == ["import", "import"]
    assert (mailbox.skipped, len(mailbox.errors)) == (1, 1)


def test_uids_since_goes_by_the_time_of_the_file(maildir: Path) -> None:
    for name, seconds in (("1700000000.M1P1.host:2,", 1_700_000_000), ("1700000100.M2P1.host:2,S", 1_690_000_000)):
        os.utime(maildir / "cur" / name, (seconds, seconds))
    os.utime(maildir / "new" / "1700000200.M3P1.host", (1_700_100_000, 1_700_100_000))
    since = datetime.fromtimestamp(1_700_000_000, UTC)
    assert FileMailbox(maildir).uids_since("INBOX", since) == [1, 3]


def test_mail_above_the_limit_is_cut(tmp_path: Path) -> None:
    huge = with_attachment(1, 200_000)
    (tmp_path / "huge.eml").write_bytes(huge)
    mailbox = FileMailbox(tmp_path, max_mail_bytes=100_000)
    (mail,) = mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0))
    assert (mail.truncated, mail.partial, mail.size) == (True, True, len(huge))
    assert mail.raw == huge[:100_000]
    assert mailbox.fetch_whole("INBOX", 1) == huge
