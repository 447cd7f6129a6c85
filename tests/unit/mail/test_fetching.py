"""A server that refuses one mail, or says nothing of it, does not hold up the others."""

import imaplib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from intake_bot.errors import MailboxDisconnected, MailboxError
from intake_bot.mail.imap import ImapMailbox, ImapSettings
from intake_bot.mail.mailbox import Fetched

NOW = datetime(2026, 11, 10, 9, 0, 5, tzinfo=UTC)

#: What the server makes of a FETCH that names some UIDs and some items: it raises, or says which UIDs it leaves out.
Whim = Callable[[Sequence[int], Sequence[str]], set[int]]


class Server:
    """An imapclient with the mails 1, 2 and 3, as `octets` has them."""

    def __init__(self, whim: Whim, octets: dict[int, bytes] | None = None) -> None:
        self.octets = octets or {uid: b"Subject: %d\r\n\r\nBonjour" % uid for uid in (1, 2, 3)}
        self._whim = whim

    def select_folder(self, folder: str, readonly: bool) -> dict[bytes, int]:
        assert readonly
        return {b"UIDVALIDITY": 1, b"UIDNEXT": 4, b"EXISTS": len(self.octets)}

    def noop(self) -> None: ...

    def shutdown(self) -> None: ...

    def search(self, criteria: Sequence[str]) -> list[int]:
        return [int(uid) for uid in criteria[1].split(",") if int(uid) in self.octets]

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        left_out = self._whim(uids, items)
        answers: dict[int, dict[bytes, Any]] = {}
        for uid in self.octets.keys() & set(uids) - left_out:
            raw = self.octets[uid]
            known = {"RFC822.SIZE": (b"RFC822.SIZE", len(raw)), "INTERNALDATE": (b"INTERNALDATE", NOW),
                     "BODY.PEEK[]": (b"BODY[]", raw)}  # fmt: skip
            answers[uid] = dict(known[item] for item in items)
        return answers


def mailbox(server: Server, monkeypatch: pytest.MonkeyPatch) -> ImapMailbox:
    monkeypatch.setattr("intake_bot.mail.imap.connect", lambda settings, tokens: server)
    opened = ImapMailbox(ImapSettings("m", "imap.example"))
    opened.examine("INBOX")
    return opened


def read(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    mails: list[Fetched] = list(mailbox(server, monkeypatch).fetch("INBOX", [1, 2, 3, 4]))
    return [(mail.position.uid, mail.raw is not None) for mail in mails]


def refuses_size(uids: Sequence[int], items: Sequence[str]) -> set[int]:
    if 2 in uids and "RFC822.SIZE" in items:
        raise imaplib.IMAP4.error("fetch failed: Some messages could not be FETCHed (Failure)")
    return set()


def hides_size(uids: Sequence[int], items: Sequence[str]) -> set[int]:
    return {2} if "RFC822.SIZE" in items else set()


def refuses_all_of_one(uids: Sequence[int], items: Sequence[str]) -> set[int]:
    if 2 in uids:
        raise imaplib.IMAP4.error("fetch failed: [SERVERBUG]")
    return set()


@pytest.mark.parametrize("whim", [refuses_size, hides_size])
def test_a_mail_without_a_size_is_fetched_whole(whim: Whim, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(Server(whim), monkeypatch) == [(1, True), (2, True), (3, True)]


@pytest.mark.parametrize("whim", [refuses_all_of_one, lambda uids, items: {2}])
def test_a_mail_that_cannot_be_had_is_named_and_the_others_come(whim: Whim, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(Server(whim), monkeypatch) == [(1, True), (2, False), (3, True)]


def test_no_octets_are_a_mail_only_where_the_size_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = {1: b"x", 2: b"", 3: b"x"}
    assert read(Server(lambda uids, items: set(), octets), monkeypatch) == [(1, True), (2, True), (3, True)]
    assert read(Server(hides_size, octets), monkeypatch) == [(1, True), (2, False), (3, True)]


def test_a_server_that_gives_nothing_is_asked_again_before_a_mail_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = mailbox(Server(refuses_all_of_one), monkeypatch)
    for _ in range(5):
        with pytest.raises(MailboxError):
            list(opened.fetch("INBOX", [2]))
    assert [(mail.position.uid, mail.raw) for mail in opened.fetch("INBOX", [2])] == [(2, None)]


@pytest.mark.parametrize("error", [imaplib.IMAP4.error("NO"), imaplib.IMAP4.abort("EOF")])
def test_an_original_that_cannot_be_had_is_given_up(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(uids: Sequence[int], items: Sequence[str]) -> set[int]:
        raise error

    opened = mailbox(Server(breaks), monkeypatch)
    for _ in range(5):
        with pytest.raises(MailboxDisconnected if isinstance(error, imaplib.IMAP4.abort) else MailboxError):
            opened.fetch_whole("INBOX", 2)
    assert opened.fetch_whole("INBOX", 2) is None
