"""A service with a table of known persons and a clock that stands, taking mails through the real pipeline."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake_bot.cases.events import EventType
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.classifier.verdict import Evidence, Verdict
from intake_bot.config import Settings
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.dispatch import Dispatch
from intake_bot.service.outcome import Outcome
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.store.store import Store
from tests.support.service import environment, opened, settings
from tests.support.smtp import Received, SmtpSink

PEOPLE = (
    "reference,address,name,client,phone,invoices,shared,alive\n"
    "A-1,jeanne@client.test,Jeanne Martin,Grand Client,,FA-2025-0001,,\n"
    "A-3,paul@home.test,Paul Durand,,,FA-2025-0002,,\n"
    "A-4,paule@dead.test,Paule Morte,,,FA-2025-0003,,no\n"
    "A-5,one@twins.test,Anne Double,,,,,\n"
    "A-6,two@twins.test,Anne Double,,,,,\n"
)
CLIENTS = "name,domains,contact,arranged_on,answers,roles\nGrand Client,client.test,,,,\n"
DPO = "dpo@example.test"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Words:
    """A classifier by plain words, so that these tests are about identity and not about the model."""

    version = "words"
    words = (
        ("access", "copie"), ("access", "copy"), ("erasure", "supprim"), ("objection_marketing", "prospection"),
        ("withdraw_consent", "retire mon consentement"),
    )  # fmt: skip

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        text = f"{subject}\n{body}\n{forwarded}".lower()
        labels = tuple(dict.fromkeys(label for label, word in self.words if word in text))
        evidence = tuple(Evidence(label, "body", body[:20], 0, min(20, len(body))) for label in labels)
        return Verdict(labels, dict.fromkeys(labels, 0.99), "fr", "open" if labels else "none", evidence, labels,
                       labels, "words")  # fmt: skip


@dataclass
class Moment:
    """A clock that stands until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, **delta: float) -> None:
        self.at += timedelta(**delta)


def arrived(mail: EmailMessage | bytes, *, result: str = "pass", at: datetime = START) -> bytes:
    """A mail as our server keeps it: its results and its Received line on top. `result`: of DMARC, "" for none."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    domain = str(message_from_bytes(raw, policy=policy.compat32)["From"]).rpartition("@")[2].strip("> \r\n")
    domain = domain if domain.isascii() else "evil.test"
    line = f"Authentication-Results: mx.example.test; dmarc={result} header.from={domain}\r\n" if result else ""
    received = f"Received: from out.{domain} (out.{domain} [93.184.216.34]) by mx.example.test; "
    date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (line + received + date + "\r\n").encode() + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def written(sender: str, text: str, subject: str = "Mes données", **headers: str) -> EmailMessage:
    """A plain mail. Its Message-ID follows from what it holds."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = headers.pop("To", "info@example.test")
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{abs(hash((sender, text, subject)))}@{sender.rpartition('@')[2].strip('>')}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@dataclass
class House:
    """The service of one test."""

    settings: Settings
    store: Store
    pipeline: Pipeline
    sink: SmtpSink
    now: Moment
    _uid: int = field(default=0)

    def take(self, mail: EmailMessage | bytes, *, result: str = "pass", raw: bool = False) -> Outcome:
        octets = mail if raw and isinstance(mail, bytes) else arrived(mail, result=result, at=self.now.at)
        self._uid += 1
        position = Position("default", "INBOX", 1, self._uid)
        return self.pipeline.take(Fetched(position, octets, self.now.at, len(octets)), Passage("live"))

    def send(self) -> list[Received]:
        """Send what is due; everything that the server got so far."""
        dispatch = Dispatch(self.settings, self.store, now=self.now)
        dispatch.sweep()
        dispatch.close()
        return self.sink.received

    def tick(self) -> None:
        Clockwork(self.settings, self.store, now=self.now).tick()

    def decisions(self, outcome: Outcome) -> list[dict[str, object]]:
        assert outcome.case is not None
        events = self.store.cases.events(outcome.case.id)
        return [dict(event.payload or {}) for event in events if event.type is EventType.IDENTITY_DECIDED]

    def clock_events(self, outcome: Outcome) -> list[str]:
        assert outcome.case is not None
        case = self.store.cases.case(outcome.case.id)
        assert case is not None
        return [mark.type for item in case.rights for mark in item.clock_events]

    def addressed(self) -> set[str]:
        """Whom any letter of the outbox is for, the desk left out."""
        letters = self.store.outbox.all()
        return {letter.recipient or "" for letter in letters if letter.audience == "person"}


def to_people(outcome: Outcome) -> list[OutgoingLetter]:
    return [letter for letter in outcome.letters if letter.audience == "person"]


def body(letter: OutgoingLetter | Received) -> str:
    part = message_from_bytes(letter.raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def values(smtp_sink: SmtpSink, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    (tmp_path / "directory.toml").write_text('[[directory]]\nkind = "csv"\npath = "people.csv"\n', encoding="utf-8")
    return environment(
        tmp_path / "state",
        smtp=smtp_sink,
        DIRECTORY_FILE=str(tmp_path / "directory.toml"),
        CLIENTS_FILE=str(tmp_path / "clients.csv"),
        AUTHSERV_ID="mx.example.test",
        IDENTITY_LETTERS="confirm,supplementary,mandate",
        LIVE_LETTERS="acknowledgement",
        DESK_LANGUAGE="en",
    )


@pytest.fixture
def make(values: dict[str, str], smtp_sink: SmtpSink) -> Iterator[object]:
    opened_stores: list[Store] = []

    def build(**changes: str) -> House:
        found = settings(values | {f"INTAKE_{name}": value for name, value in changes.items()})
        store, now = opened(found), Moment()
        opened_stores.append(store)
        pipeline = application.build_pipeline(found, found.mailbox, store, Words(), now=now)
        return House(found, store, pipeline, smtp_sink, now)

    yield build
    for store in opened_stores:
        store.close()


@pytest.fixture
def house(make: object) -> House:
    return make()  # type: ignore[operator,no-any-return]
