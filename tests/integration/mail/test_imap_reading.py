"""Reading a real folder: without a trace, complete, and in spite of what changes meanwhile."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake_bot.errors import MailboxDisconnected
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.sent import SentFolder
from tests.support.dovecot import DovecotServer
from tests.support.mails import LETTER, letter, octets, with_attachment

Open = Callable[..., ImapMailbox]


def contents(maildir: Path) -> dict[str, str]:
    """Every mail file of a Maildir by its name, which holds its flags, and a digest of its octets."""
    files = [path for part in ("cur", "new") for path in (maildir / part).iterdir()]
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def flags(dovecot: DovecotServer, user: str) -> dict[int, tuple[bytes, ...]]:
    with dovecot.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        return {uid: data[b"FLAGS"] for uid, data in client.fetch(client.search(), ["FLAGS"]).items()}


def test_reading_leaves_no_trace(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([LETTER, with_attachment(1)], user)
    dovecot.deliver([octets(letter(2))], user, flags=(b"\\Flagged", b"\\Answered"))
    before, flags_before = contents(dovecot.maildir(user)), flags(dovecot, user)

    state = mailbox.examine("INBOX")
    uids = mailbox.uids_after("INBOX", 0)
    mails = list(mailbox.fetch("INBOX", uids))
    assert mailbox.fetch_whole("INBOX", uids[0]) == LETTER
    mailbox.uids_since("INBOX", datetime(2020, 1, 1, tzinfo=UTC))
    mailbox.idle("INBOX", 0.2)
    mailbox.close()

    assert (state.exists, state.uidnext, len(mails)) == (3, 4, 3)
    assert {name.partition("/")[2] for name in contents(dovecot.maildir(user))} == {
        name.partition("/")[2] for name in before
    }
    assert sorted(contents(dovecot.maildir(user)).values()) == sorted(before.values())
    assert flags(dovecot, user) == flags_before
    assert all(b"\\Seen" not in kept for kept in flags_before.values())


def test_small_mail_comes_whole_with_its_position(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    received = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    dovecot.deliver([LETTER], user, received=received)
    state = mailbox.examine("INBOX")
    (mail,) = mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0))
    assert (mail.raw, mail.size, mail.partial, mail.internal_date) == (LETTER, len(LETTER), False, received)
    assert (mail.position.mailbox, mail.position.folder, mail.position.uid) == ("default", "INBOX", 1)
    assert mail.position.uidvalidity == state.uidvalidity


def test_folders_have_roles(dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    mailbox = open_mailbox(folders=(("INBOX", FolderRole.INBOX), ("Junk", FolderRole.JUNK)))
    dovecot.deliver([LETTER], user, "Junk")
    assert mailbox.examine("Junk").role is FolderRole.JUNK
    (mail,) = mailbox.fetch("Junk", [1])
    assert mail.position.role is FolderRole.JUNK


def test_two_folders_in_turn(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([LETTER], user)
    dovecot.deliver([octets(letter(2)), octets(letter(3))], user, "Junk")
    mailbox.examine("INBOX")
    mailbox.examine("Junk")
    assert len(list(mailbox.fetch("INBOX", [1]))) == 1
    assert len(list(mailbox.fetch("Junk", [1, 2]))) == 2


def test_uids_after_gives_no_older_mail(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([LETTER] * 3, user)
    mailbox.examine("INBOX")
    assert mailbox.uids_after("INBOX", 1) == [2, 3]
    assert mailbox.uids_after("INBOX", 3) == []  # UID SEARCH 4:* names the last mail all the same
    assert mailbox.uids_after("INBOX", 500) == []


def test_uids_since_counts_days_in_utc(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    for day, hour in ((26, 12), (27, 23), (28, 0), (28, 23), (29, 12)):
        dovecot.deliver([LETTER], user, received=datetime(2026, 2, day, hour, 30, tzinfo=UTC) if day < 29 else None)
    mailbox.examine("INBOX")
    assert mailbox.uids_since("INBOX", datetime(2026, 2, 28, 15, tzinfo=UTC)) == [3, 4, 5]


def test_uids_that_vanished_yield_nothing(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([octets(letter(number)) for number in range(1, 6)], user)
    mailbox.examine("INBOX")
    uids = mailbox.uids_after("INBOX", 0)
    with dovecot.connect(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2, 4])
        client.expunge()
    assert [mail.position.uid for mail in mailbox.fetch("INBOX", uids)] == [1, 3, 5]
    assert mailbox.fetch_whole("INBOX", 2) is None
    assert mailbox.examine("INBOX").uidnext == 6


def test_mail_with_no_octets_at_all(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([LETTER], user)
    next((dovecot.maildir(user) / "cur").iterdir(), next((dovecot.maildir(user) / "new").iterdir(), None))
    (dovecot.maildir(user) / "new" / "1795400000.M1P1.host").write_bytes(b"")
    mailbox.examine("INBOX")
    mails = list(mailbox.fetch("INBOX", mailbox.uids_after("INBOX", 0)))
    assert sorted(mail.raw or b"" for mail in mails) == [b"", LETTER]


def test_changed_uidvalidity_is_never_taken_for_the_old(
    dovecot: DovecotServer, user: str, mailbox: ImapMailbox
) -> None:
    with dovecot.connect(user) as client:
        client.create_folder("Demandes")
    dovecot.deliver([LETTER], user, "Demandes")
    old = mailbox.examine("Demandes")
    with dovecot.connect(user) as client:
        client.delete_folder("Demandes")
        client.create_folder("Demandes")
    dovecot.deliver([octets(letter(2)), octets(letter(3))], user, "Demandes")
    with pytest.raises(MailboxDisconnected):
        list(mailbox.fetch("Demandes", [1]))  # Dovecot closes the connection of a folder that is deleted
    with pytest.raises(MailboxDisconnected, match="UIDVALIDITY"):
        list(mailbox.fetch("Demandes", [1]))
    new = mailbox.examine("Demandes")
    assert new.uidvalidity != old.uidvalidity
    assert [mail.position.uidvalidity for mail in mailbox.fetch("Demandes", [1, 2])] == [new.uidvalidity] * 2


def test_message_id_is_found_exactly(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([octets(letter(1)), octets(letter(11)), octets(letter(1))], user)
    mailbox.examine("INBOX")
    assert mailbox.search_message_id("INBOX", "<1@client.example>") == [1, 3]
    assert mailbox.search_message_id("INBOX", "1@client.example") == []
    assert mailbox.search_message_id("INBOX", '<"\r\nA1 LOGOUT') == []


def test_sent_copy_is_put_once(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    sent = SentFolder(mailbox.settings, "Sent")
    mail = octets(letter(7))
    assert sent.append(mail, "<7@client.example>")
    assert not sent.append(mail, "<7@client.example>")
    mailbox.examine("Sent")
    assert mailbox.fetch_whole("Sent", 1) == mail
    assert mailbox.uids_after("Sent", 0) == [1]


def test_a_folder_of_two_thousand_mails_is_listed_and_fetched(
    dovecot: DovecotServer, user: str, mailbox: ImapMailbox
) -> None:
    mails = [with_attachment(n, 40_000) if n % 20 == 0 else octets(letter(n)) for n in range(2_000)]
    dovecot.deliver(mails, user)
    state = mailbox.examine("INBOX")
    uids = mailbox.uids_after("INBOX", 0)
    assert (state.exists, list(uids)) == (2_000, list(range(1, 2_001)))
    fetched = list(mailbox.fetch("INBOX", uids))
    assert [mail.position.uid for mail in fetched] == list(uids)
    assert [mail.size for mail in fetched] == [len(mail) for mail in mails]
    assert sum(mail.partial for mail in fetched) == 100
    assert all(mail.raw == mails[n] for n, mail in enumerate(fetched) if not mail.partial)


def test_search_windows_see_every_uid(
    dovecot: DovecotServer, user: str, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver([LETTER] * 23, user)
    monkeypatch.setattr("intake_bot.mail.imap._SEARCH_WINDOW", 5)
    mailbox.examine("INBOX")
    assert mailbox.uids_after("INBOX", 0) == list(range(1, 24))
    assert mailbox.uids_after("INBOX", 12) == list(range(13, 24))
    dovecot.deliver([LETTER], user)
    assert mailbox.uids_after("INBOX", 22) == [23, 24]
    assert mailbox.uids_since("INBOX", datetime(2020, 1, 1, tzinfo=UTC)) == list(range(1, 25))
