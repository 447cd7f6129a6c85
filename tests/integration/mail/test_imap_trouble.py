"""A line that breaks or falls silent, and waiting for new mail, on a real server."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from intake_bot.errors import MailboxDisconnected
from intake_bot.mail.imap import Backoff, ImapMailbox
from tests.support.dovecot import DovecotServer
from tests.support.mails import LETTER, letter, octets, with_attachment
from tests.support.proxy import CuttingProxy

Open = Callable[..., ImapMailbox]


@pytest.fixture
def proxy(dovecot: DovecotServer) -> Iterator[CuttingProxy]:
    with CuttingProxy(dovecot.host, dovecot.port) as line:
        yield line


def later(seconds: float, action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


@pytest.mark.parametrize("octet_count", [10, 500, 5_000, 40_000])
def test_line_cut_in_the_middle_of_a_batch(
    octet_count: int, dovecot: DovecotServer, user: str, open_mailbox: Open, proxy: CuttingProxy
) -> None:
    mails = [octets(letter(n, "x" * 2_000 + "\n")) for n in range(20)] + [with_attachment(n) for n in range(20, 30)]
    dovecot.deliver(mails, user)
    mailbox = open_mailbox(port=proxy.port)
    mailbox.examine("INBOX")
    uids = mailbox.uids_after("INBOX", 0)
    proxy.cut_after = octet_count
    with pytest.raises(MailboxDisconnected):
        list(mailbox.fetch("INBOX", uids))
    # The next call connects anew, and nothing is missing.
    assert [mail.position.uid for mail in mailbox.fetch("INBOX", uids)] == list(uids)
    assert proxy.connections == 2


def test_mail_that_always_breaks_the_line_is_passed_by(
    dovecot: DovecotServer, user: str, open_mailbox: Open, proxy: CuttingProxy
) -> None:
    dovecot.deliver([LETTER, octets(letter(2, "x" * 30_000 + "\n")), octets(letter(3))], user)
    mailbox = open_mailbox(port=proxy.port)
    got: dict[int, bool] = {}
    for _ in range(12):
        mailbox.examine("INBOX")
        try:
            for uid in (uid for uid in mailbox.uids_after("INBOX", 0) if uid not in got):
                proxy.cut_after = 20_000  # no mail of 30 kB ever comes through
                for mail in mailbox.fetch("INBOX", [uid for uid in (1, 2, 3) if uid not in got]):
                    got[mail.position.uid] = mail.raw is not None
                break
        except MailboxDisconnected:
            continue
        if len(got) == 3:
            break
    assert got == {1: True, 2: False, 3: True}


def test_silent_line_is_noticed(dovecot: DovecotServer, user: str, open_mailbox: Open, proxy: CuttingProxy) -> None:
    dovecot.deliver([LETTER], user)
    mailbox = open_mailbox(port=proxy.port, read_timeout=1.0)
    mailbox.examine("INBOX")
    proxy.silent = True
    started = time.monotonic()
    with pytest.raises(MailboxDisconnected):
        mailbox.uids_after("INBOX", 0)
    assert time.monotonic() - started < 5


def test_line_that_falls_silent_during_idle_is_noticed(user: str, open_mailbox: Open, proxy: CuttingProxy) -> None:
    mailbox = open_mailbox(port=proxy.port, read_timeout=1.0)
    mailbox.examine("INBOX")
    later(0.3, lambda: setattr(proxy, "silent", True))
    with pytest.raises(MailboxDisconnected):
        mailbox.idle("INBOX", 1.0)


def test_line_that_breaks_during_idle_is_noticed_at_once(user: str, open_mailbox: Open, proxy: CuttingProxy) -> None:
    mailbox = open_mailbox(port=proxy.port)
    mailbox.examine("INBOX")
    later(0.3, proxy.cut)
    started = time.monotonic()
    with pytest.raises(MailboxDisconnected):
        mailbox.idle("INBOX", 20)
    assert time.monotonic() - started < 3
    assert mailbox.examine("INBOX").exists == 0


@pytest.mark.parametrize("tls", ["none", "implicit"])
def test_idle_wakes_for_new_mail(tls: str, dovecot: DovecotServer, user: str, open_mailbox: Open) -> None:
    port = dovecot.port if tls == "none" else dovecot.tls_port
    mailbox = open_mailbox(port=port, tls=tls, ca_file=str(dovecot.certificates.ca))
    mailbox.examine("INBOX")
    later(0.5, lambda: dovecot.deliver([LETTER], user))
    started = time.monotonic()
    assert mailbox.idle("INBOX", 20)
    assert time.monotonic() - started < 5
    assert mailbox.uids_after("INBOX", 0) == [1]
    assert not mailbox.idle("INBOX", 0.3)


def test_idle_wakes_when_a_line_comes_in_pieces(
    dovecot: DovecotServer, user: str, open_mailbox: Open, proxy: CuttingProxy
) -> None:
    mailbox = open_mailbox(port=proxy.port)
    mailbox.examine("INBOX")
    later(0.5, lambda: setattr(proxy, "halting", 0.4))
    later(0.7, lambda: dovecot.deliver([LETTER], user))
    assert mailbox.idle("INBOX", 20)
    proxy.halting = 0.0
    assert mailbox.uids_after("INBOX", 0) == [1]


def test_mail_that_came_before_idle_wakes_it_at_once(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    mailbox.examine("INBOX")
    dovecot.deliver([LETTER], user)
    started = time.monotonic()
    assert mailbox.idle("INBOX", 20)
    assert time.monotonic() - started < 2


def test_flags_set_by_a_colleague_do_not_wake_idle(dovecot: DovecotServer, user: str, mailbox: ImapMailbox) -> None:
    dovecot.deliver([LETTER], user)
    mailbox.examine("INBOX")

    def mark() -> None:
        with dovecot.connect(user) as client:
            client.select_folder("INBOX")
            client.add_flags([1], [b"\\Seen"])

    later(0.2, mark)
    assert not mailbox.idle("INBOX", 2.0)


def test_idle_ends_when_the_program_stops(user: str, mailbox: ImapMailbox) -> None:
    stop = threading.Event()
    later(0.3, stop.set)
    started = time.monotonic()
    assert not mailbox.idle("INBOX", 60, stop)
    assert time.monotonic() - started < 3


def test_close_after_a_break_does_not_raise(user: str, open_mailbox: Open, proxy: CuttingProxy) -> None:
    mailbox = open_mailbox(port=proxy.port)
    mailbox.examine("INBOX")
    proxy.cut()
    mailbox.close()
    mailbox.close()


def test_last_contact_is_kept_for_a_watchdog(user: str, mailbox: ImapMailbox) -> None:
    assert mailbox.last_contact is None
    mailbox.examine("INBOX")
    assert mailbox.last_contact is not None


def test_backoff_grows_within_bounds() -> None:
    backoff = Backoff()
    assert 1.0 <= backoff.delay(1) <= 1.0
    assert all(1.0 <= backoff.delay(attempt) <= 300.0 for attempt in range(0, 200))
    assert 4.0 <= backoff.delay(4) <= 8.0
    assert backoff.delay(1_000) >= 150.0
