"""The desk passes a mail on as an attachment: a case for its sender, with the receipt that can be believed."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.law.events import CLAIMED_EARLIER_RECEIPT
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application
from intake_bot.service.casework import open_casework
from intake_bot.service.letter_edit import text_of
from intake_bot.service.pipeline import Passage
from tests.integration.service.test_intake import Service, Words
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets
from tests.support.service import environment, opened, settings
from tests.support.smtp import SmtpSink

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def inner(number: int = 1, text: str = "Bonjour, une copie de mes données svp.\n", **headers: str) -> EmailMessage:
    return letter(number, text, **headers)


def forward(
    *mails: EmailMessage, sender: str = "dpo@example.test", result: str = "pass", to: str = "desk@example.test",
    name: str = "f1", **headers: str,
) -> bytes:  # fmt: skip
    """A mail with others attached, as our server keeps it."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = "TR: Demande"
    mail["Date"] = "Mon, 23 Nov 2026 09:55:00 +0100"
    mail["Message-ID"] = f"<{name}@example.test>"
    for key, value in headers.items():
        mail[key.replace("_", "-")] = value
    mail.set_content(f"Pour traitement, merci ({name}).\n")
    for item in mails:
        mail.add_attachment(item)
    domain = sender.rpartition("@")[2]
    head = f"Authentication-Results: mx.example.test; dmarc={result} header.from={domain}\r\n" if result else ""
    return head.encode() + octets(mail)


class World:
    """A pipeline without servers: mails go in by hand."""

    def __init__(self, folder: Path, **extra: str) -> None:
        values = {"AUTHSERV_ID": "mx.example.test", "DESK_ADDRESS": "desk@example.test", "DESK_LANGUAGE": "en"}
        self.settings = settings(environment(folder / "state", **(values | extra)))
        self.store = opened(self.settings)
        self.pipeline = application.build_pipeline(self.settings, self.settings.mailbox, self.store, Words())
        self.uid = 0

    def take(self, raw: bytes, at: datetime = NOW) -> Any:
        self.uid += 1
        fetched = Fetched(Position("default", "INBOX", 1, self.uid), raw, at, len(raw))
        outcome = self.pipeline.take(fetched, Passage("live"))
        assert self.store.ledger.orphans() == [] and self.store.audit.verify()[1] == []
        assert self.store.cases.rebuild() == []
        return outcome

    def mails_to(self, audience: str) -> list[Any]:
        return [item for item in self.store.outbox.all() if item.audience == audience]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_attached_request_opens_a_case_for_its_sender(world: World) -> None:
    outcome = world.take(forward(inner()))
    case = outcome.case
    assert (outcome.disposition, case.status) == ("REVIEW", "unconfirmed")
    assert "desk_forward" in outcome.reasons
    assert [(str(item.right), str(item.status)) for item in case.rights] == [("access", "unconfirmed")]
    assert world.store.correspondence.participates(case.id, "p1@client.example")
    assert not world.store.correspondence.participates(case.id, "dpo@example.test")
    assert world.mails_to("person") == []
    content = world.store.correspondence.mails(case.id)[0]["content"]
    assert content["senders"][0]["address"] == "p1@client.example" and "copie" in content["text"]


def test_the_forwarder_is_answered_in_the_thread_and_can_confirm_there(world: World) -> None:
    outcome = world.take(forward(inner()))
    assert [item.kind for item in world.mails_to("desk")] == ["desk_reply"]
    answer = world.mails_to("desk")[0]
    message = message_from_bytes(answer.raw, policy=policy.default)
    assert message["In-Reply-To"] == "<f1@example.test>" and answer.recipient == "dpo@example.test"
    assert outcome.case.ref in message["Subject"] and "opened this case" in text_of(answer.raw)
    reply = letter(90, "OK\n", In_Reply_To=str(message["Message-ID"]), Subject="RE: case")
    reply.replace_header("From", "dpo@example.test")
    head = b"Authentication-Results: mx.example.test; dmarc=pass header.from=example.test\r\n"
    assert world.take(head + octets(reply)).disposition == "DESK"
    case = world.store.cases.case(outcome.case.id)
    assert case is not None and case.status == "open"
    assert [item.recipient for item in world.mails_to("person")] == ["p1@client.example"]


def test_without_a_trusted_hop_the_claimed_date_drives_the_safe_date_only(world: World) -> None:
    mail = inner(Received="from x by mx.example.test; Mon, 9 Nov 2026 08:00:00 +0100")
    mail.replace_header("Date", "Mon, 16 Nov 2026 08:00:00 +0100")
    case = world.take(forward(mail)).case
    assert case.received_at == NOW
    item = case.rights[0]
    assert [mark.type for mark in item.clock_events] == [CLAIMED_EARLIER_RECEIPT]
    assert (str(item.due_on), str(case.safe_on)) == ("2026-12-23", "2026-12-16")
    effect = open_casework(world.settings, world.store).correct(case.ref, "Dora", ["access", "erasure"])
    assert {str(one.right): str(one.safe_on) for one in effect.case.rights} == {
        "access": "2026-12-16", "erasure": "2026-12-16"
    }  # fmt: skip
    assert all(len(one.clock_events) == 1 for one in effect.case.rights)


def test_our_own_server_on_top_of_the_attached_mail_is_believed(tmp_path: Path) -> None:
    world = World(tmp_path, TRUSTED_HOPS="mx.example.test")
    raw = b"Received: from out.client.example by mx.example.test; Mon, 9 Nov 2026 08:00:00 +0100\r\n" + octets(inner())
    case = world.take(forward(message_from_bytes(raw, policy=policy.default))).case  # type: ignore[arg-type]
    assert case.received_at == datetime(2026, 11, 9, 7, tzinfo=UTC)
    assert case.rights[0].clock_events == () and str(case.rights[0].due_on) == "2026-12-09"
    foreign = raw.replace(b"by mx.example.test", b"by mx.evil.example").replace(b"<1@", b"<2@").replace(b"p1@", b"p2@")
    other = world.take(forward(message_from_bytes(foreign, policy=policy.default), name="f2")).case  # type: ignore[arg-type]
    assert other.received_at == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "stranger@elsewhere.example"},
        {"sender": "colleague@example.test"},
        {"result": "fail"},
        {"result": ""},
        {"to": "info@example.test"},
        {"Auto_Submitted": "auto-replied"},
    ],
)
def test_from_anybody_else_it_is_as_before(world: World, changes: dict[str, str]) -> None:
    outcome = world.take(forward(inner(), **changes))  # type: ignore[arg-type]
    assert outcome.disposition == "HOLD", "a request in a forwarded part, held for a person"
    assert "forwarded_only" in outcome.reasons and "desk_forward" not in outcome.reasons
    assert not world.store.correspondence.participates(outcome.case.id, "p1@client.example")


def test_the_deputy_may_too_and_the_dpo_is_told(tmp_path: Path) -> None:
    world = World(tmp_path, DEPUTY_EMAIL="deputy@example.test")
    assert world.take(forward(inner(), sender="deputy@example.test")).disposition == "REVIEW"
    assert {item.kind: item.recipient for item in world.mails_to("desk")} == {
        "dpo_notification": "dpo@example.test", "desk_reply": "deputy@example.test",
    }  # fmt: skip


def test_a_mail_that_came_before_is_found_again(world: World) -> None:
    quiet = inner(3, "Bonjour, qui a mon nom ?\n")
    early = NOW - timedelta(days=6)
    assert world.take(octets(quiet), early).disposition == "RECORD"
    case = world.take(forward(quiet)).case
    assert case.received_at == early and case.rights == ()
    rows = world.store.database.rows("SELECT disposition, case_id FROM ledger ORDER BY id")
    assert [(row["disposition"], row["case_id"]) for row in rows] == [("REVIEW", case.id)] * 2
    again = world.take(forward(quiet, name="f2"))
    assert (again.disposition, again.case.id) == ("DESK", case.id)
    assert "belongs to this case already" in text_of(world.mails_to("desk")[-1].raw)
    assert len(world.store.cases.all()) == 1


def test_passed_on_twice_opens_one_case(world: World) -> None:
    first = world.take(forward(inner())).case
    assert world.take(forward(inner(), name="f2")).case.id == first.id
    impostor = inner(text="Autre demande, une copie.\n")
    impostor.replace_header("From", "other@client.example")
    assert world.take(forward(impostor, name="f3")).case.id != first.id
    assert len(world.store.cases.all()) == 2


def test_each_attached_mail_is_a_request_of_its_own(world: World) -> None:
    world.take(forward(inner(1), inner(2, "Supprimez tout.\n"), inner(1)))
    cases = sorted(world.store.cases.all(), key=lambda case: case.ref)
    assert [[str(item.right) for item in case.rights] for case in cases] == [["access"], ["erasure"]]
    assert len(world.mails_to("desk")) == 2


def test_our_own_letters_passed_on_open_nothing(world: World) -> None:
    case = world.take(
        b"Authentication-Results: mx.example.test; dmarc=pass header.from=client.example\r\n" + octets(inner(7))
    ).case
    ours = message_from_bytes(world.mails_to("person")[0].raw, policy=policy.default)
    outcome = world.take(forward(ours))  # type: ignore[arg-type]
    assert (outcome.disposition, outcome.case.id) == ("DESK", case.id)
    assert len(world.store.cases.all()) == 1


def test_in_a_case_thread_it_stays_a_reply(world: World) -> None:
    world.take(octets(inner(8)))
    notice = message_from_bytes(world.mails_to("desk")[0].raw, policy=policy.default)
    outcome = world.take(forward(inner(9), In_Reply_To=str(notice["Message-ID"])))
    assert outcome.disposition == "DESK" and len(world.store.cases.all()) == 1


def test_a_date_of_another_century_is_no_claim(world: World) -> None:
    mail = inner()
    mail.replace_header("Date", "Thu, 1 Jan 1970 00:00:00 +0000")
    assert world.take(forward(mail)).case.rights[0].clock_events == ()


def test_large_forwards_are_fetched_whole_over_imap(
    dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    values = environment(
        tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, AUTHSERV_ID="mx.example.test",
        DESK_ADDRESS="desk@example.test",
    )  # fmt: skip
    found = settings(values)
    service = Service(dovecot, user, found, opened(found), smtp_sink)
    service.poll()
    mail = inner()
    mail.add_attachment(b"x" * 90_000, maintype="application", subtype="pdf", filename="a.pdf")
    service.deliver(forward(mail))
    outcome = service.outcomes()[0]
    assert outcome.disposition == "REVIEW" and outcome.case.received_at <= clock.now()
    names = [
        item["filename"] for item in service.store.correspondence.mails(outcome.case.id)[0]["content"]["attachments"]
    ]
    assert names == ["a.pdf"]
    assert [item.kind for item in service.store.outbox.all()] == ["desk_reply"]
    service.store.close()
