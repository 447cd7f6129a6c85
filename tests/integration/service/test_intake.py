"""The intake on a real Dovecot: read-only, every UID explained, nothing twice whatever the server does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from intake_bot.classifier.verdict import Evidence, Verdict
from intake_bot.commands.mail import build_daemon
from intake_bot.config import Settings
from intake_bot.errors import MailboxError
from intake_bot.service import application
from intake_bot.service.dispatch import Dispatch
from intake_bot.service.intake import Intake
from intake_bot.store.store import Store
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets, varied
from tests.support.mailstream import stream
from tests.support.service import environment, opened, settings
from tests.support.smtp import SmtpSink
from tests.support.snapshot import snapshot


class Words:
    """A classifier by plain words, so that these tests are about mail and not about the model."""

    version = "words"

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        text = f"{subject}\n{body}\n{forwarded}".lower()
        labels = tuple(
            label
            for label, word in (("access", "copie"), ("erasure", "supprim"), ("erasure", "delete"))
            if word in text
        )
        evidence = tuple(Evidence(label, "body", body[:20], 0, min(20, len(body))) for label in labels)
        return Verdict(labels, dict.fromkeys(labels, 0.99), "fr", "open" if labels else "none", evidence, labels,
                       labels, "words")  # fmt: skip


@dataclass
class Service:
    """One mailbox with its store, for one test."""

    dovecot: DovecotServer
    user: str
    settings: Settings
    store: Store
    sink: SmtpSink

    def poll(self) -> list[str]:
        return [outcome.disposition for outcome in self.outcomes()]

    def outcomes(self) -> list[Any]:
        intake = self.intake()
        try:
            return list(intake.poll())
        finally:
            intake.close()

    def intake(self) -> Intake:
        return application.build_intake(self.settings, self.settings.mailbox, self.store, Words())

    def send(self) -> list[Any]:
        dispatch = Dispatch(self.settings, self.store)
        dispatch.sweep()
        dispatch.close()
        return self.sink.received

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        self.dovecot.deliver(mails, self.user, folder)


@pytest.fixture
def service(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Service]:
    user = dovecot.new_user()
    found = settings(environment(tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user))
    store = opened(found)
    service = Service(dovecot, user, found, store, smtp_sink)
    yield service
    store.close()


def request(number: int, text: str = "Bonjour, envoyez-moi une copie de mes données.\n", **headers: str) -> bytes:
    return octets(letter(number, text, **headers))


def test_first_start_reads_new_mail_only(service: Service) -> None:
    service.deliver(request(1))
    assert service.poll() == []
    service.deliver(request(2))
    assert service.poll() == ["OPEN_CASE"]
    account = service.store.ledger.accounts()[0]
    assert (account.before_start, account.explained, account.missing) == (1, 1, ())


def test_backfill_finds_old_requests_and_sends_nothing(service: Service) -> None:
    from datetime import UTC, datetime

    service.deliver(request(1), request(2, "Merci pour la réunion.\n"))
    service.poll()
    intake = service.intake()
    found = list(intake.backfill(datetime(2020, 1, 1, tzinfo=UTC)))
    intake.close()
    assert [item.disposition for item in found] == ["OPEN_CASE", "RECORD"]
    assert [case.status for case in service.store.cases.all()] == ["found"]
    assert service.store.outbox.all() == []
    assert service.send() == []


def test_what_arrives_after_a_backfill_is_new_for_the_first_run(service: Service) -> None:
    from datetime import UTC, datetime

    service.deliver(request(1))
    intake = service.intake()
    found = list(intake.backfill(datetime(2020, 1, 1, tzinfo=UTC)))
    intake.close()
    service.deliver(request(2))
    assert ([item.disposition for item in found], service.poll()) == (["OPEN_CASE"], ["OPEN_CASE"])
    assert [case.status for case in service.store.cases.all()] == ["found", "open"]
    account = service.store.ledger.accounts()[0]
    assert account.missing == ()


def test_a_mailbox_that_cannot_be_read_holds_up_no_letter(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    service.poll()
    mailbox = service.settings.mailbox
    assert mailbox.imap is not None
    silent = replace(mailbox, imap=replace(mailbox.imap, port=1))
    daemon = build_daemon(
        replace(service.settings, mailboxes=(silent,), classify=False), service.store, lambda outcome: None
    )
    with pytest.raises(MailboxError):
        daemon.once()
    assert service.sink.received


def test_the_mailbox_stays_byte_for_byte_as_it_was(service: Service) -> None:
    service.poll()
    service.deliver(*(raw for _, raw in varied()), *(item.raw for item in stream(60, seed=4)))
    before = snapshot(service.dovecot, service.user)
    dispositions = service.poll()
    assert len(dispositions) == len(before[0])
    assert snapshot(service.dovecot, service.user) == before


def test_vanished_mails_are_named(service: Service) -> None:
    service.poll()
    service.deliver(request(1), request(2), request(3))
    with service.dovecot.connect(service.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.expunge()
    assert service.poll() == ["OPEN_CASE", "OPEN_CASE"]
    account = service.store.ledger.accounts()[0]
    assert (account.explained, account.vanished, account.missing) == (2, 1, ())


def test_uidvalidity_change_sends_nothing_twice(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    user = dovecot.new_user()
    with dovecot.connect(user) as client:
        client.create_folder("Requests")
    values = environment(tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, IMAP_FOLDERS="Requests")
    found = settings(values)
    store = opened(found)
    service = Service(dovecot, user, found, store, smtp_sink)
    service.poll()
    mails = [request(1), request(2)]
    service.deliver(*mails, folder="Requests")
    assert service.poll() == ["OPEN_CASE", "OPEN_CASE"]
    with dovecot.connect(user) as client:
        client.delete_folder("Requests")
        client.create_folder("Requests")
    service.deliver(*mails, request(3), folder="Requests")
    assert service.poll() == ["DUPLICATE", "DUPLICATE", "OPEN_CASE"]
    assert len(store.cases.all()) == 3
    assert len([item for item in service.send() if item.recipients != ("dpo@example.test",)]) == 3
    assert all(not account.missing for account in store.ledger.accounts())
    store.close()


def test_second_delivery_is_a_duplicate(service: Service) -> None:
    service.poll()
    raw = request(1)
    service.deliver(raw, b"Received: from relay.example by mx.example; Mon, 23 Nov 2026 09:00:00 +0100\r\n" + raw)
    assert service.poll() == ["OPEN_CASE", "DUPLICATE"]


def test_reused_message_id_is_no_duplicate(service: Service) -> None:
    service.poll()
    other = octets(letter(1, "Supprimez mon compte.\n", Subject="Autre chose"))
    service.deliver(request(1), other.replace(b"p1@client.example", b"p9@client.example", 1))
    outcomes = service.outcomes()
    assert [item.disposition for item in outcomes] == ["OPEN_CASE", "OPEN_CASE"]
    assert "message_id_reused" in outcomes[1].reasons


def test_our_letters_get_no_answer(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    service.poll()
    letters = [item.raw for item in service.send()]
    assert len(letters) == 2
    service.deliver(*letters)
    assert set(service.poll()) == {"OWN"}
    assert len(service.send()) == 2


def test_reply_in_the_thread(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    service.poll()
    acknowledgement = next(item for item in service.send() if item.recipients == ("p1@client.example",))
    sent_id = next(
        line.split(b": ", 1)[1].decode().strip()
        for line in acknowledgement.raw.split(b"\r\n")
        if line.startswith(b"Message-ID")
    )
    reply = octets(letter(1, "Merci !\n", In_Reply_To=sent_id, Subject="RE: Votre demande"))
    own = reply.replace(b"<1@client.example>", b"<1b@client.example>", 1)
    stranger = own.replace(b"p1@client.example", b"thief@elsewhere.example").replace(b"1b@", b"1c@")
    service.deliver(own, stranger)
    outcomes = service.outcomes()
    assert [item.disposition for item in outcomes] == ["FOLLOW_UP", "REVIEW"]
    assert "unconfirmed_reply" in outcomes[1].reasons
    assert "unread_reply" in outcomes[0].case.hold


def test_delivery_report_shows_on_the_case(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    service.poll()
    letters = service.send()
    acknowledgement = next(item for item in letters if item.recipients == ("p1@client.example",))
    head = acknowledgement.raw.partition(b"\r\n\r\n")[0]
    report = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: info@example.test\r\nSubject: Undelivered\r\n"
        b"Message-ID: <dsn@mx.example>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; p1@client.example\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + head + b"\r\n\r\n--b--\r\n"
    )
    service.deliver(report)
    assert service.poll() == ["REPORT"]
    case = service.store.cases.all()[0]
    types = [str(event.type) for event in service.store.cases.events(case.id)]
    assert "delivery_failed" in types
    assert [item.kind for item in service.store.outbox.all(case_id=case.id)].count("alarm") == 1


def test_acknowledgements_have_a_budget(service: Service) -> None:
    service.poll()
    same = [
        octets(letter(number, f"Envoyez-moi une copie, demande {number}.\n")).replace(
            f"p{number}@client.example".encode(), b"anna@client.example"
        )
        for number in range(8)
    ]
    service.deliver(*same)
    assert service.poll() == ["OPEN_CASE"] * 8, "suppressing the answer never drops the request"
    people = [item for item in service.send() if item.recipients == ("anna@client.example",)]
    assert len(people) == 1, "two letters to one person within minutes are one letter"


def test_only_one_reads_a_mailbox(service: Service) -> None:
    service.poll()
    service.deliver(request(1))
    first = service.intake()
    outcomes = first.poll()
    assert next(outcomes).disposition == "OPEN_CASE"
    # Within one process the holder is the same; another holder is refused while this one lives.
    from intake_bot.store.leases import Leases

    assert Leases(service.store.database).take(first.lease) is None
    first.close()
    assert Leases(service.store.database).take(first.lease) is not None
