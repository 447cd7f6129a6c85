"""A house to work in: a real store in a folder, a clock that a test sets, cases opened as the pipeline opens them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.letters import Letters
from intake_bot.cases.ports import KeptMail
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.service.casework import Casework
from intake_bot.service.letterbox import Letterbox
from intake_bot.store.outbox import Letter
from tests.support import service

#: A Monday; the month ends on Wednesday 2 December 2026.
RECEIVED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PERSON = "ada@example.com"


class House:
    """Store, casework and a clock under a folder."""

    def __init__(self, folder: Path, **extra: str) -> None:
        self.time = RECEIVED + timedelta(days=3)
        values = service.environment(folder, SEND_MODE="approve", **extra)
        self.settings = service.settings(values)
        self.store = service.opened(self.settings)
        self.letterbox = Letterbox(self.settings, self.store, Letters(self.settings.templates_dir), self.now)
        self.work = Casework(self.settings, self.store, self.letterbox, self.now)

    def now(self) -> datetime:
        return self.time

    def later(self, **by: float) -> None:
        self.time += timedelta(**by)

    def open(
        self, *rights: str, status: str = "open", sender: str = PERSON, hold: Sequence[str] = (), lang: str = "en",
        received: datetime = RECEIVED, channel: str = "mail", text: str = "", inner: Sequence[datetime] = (),
    ) -> Case:  # fmt: skip
        """A case as the pipeline opens it."""
        each = "unconfirmed" if status == "unconfirmed" else "open"
        payload = {
            "received_at": clock.to_text(received), "channel": channel, "status": status, "hold": list(hold),
            "lang": lang, "zone": "Europe/Paris", "jurisdiction": "FR", "reasons": list(hold),
            "rights": [{"right": code, "status": each} for code in rights], "message_id": "<m1@example.com>",
            "sender": {"address": sender, "name": ""}, "inner_dates": [clock.to_text(day) for day in inner],
        }  # fmt: skip
        with self.store.transaction():
            key = self.store.keyring.create()
            event = NewEvent(EventType.OPENED, "bot", self.time, payload)
            case = self.store.cases.open_case(key, [event], mailbox="default", controller=self.settings.controller.id)
            if sender:
                self.store.correspondence.add_participant(case.id, sender, "person")
            position = Position("default", "INBOX", 1, len(self.store.cases.all()), FolderRole.INBOX)
            mail = KeptMail(position, "request", received, {"subject": "Hi", "new_text": text}, None)
            self.store.correspondence.keep_mail(case.id, key, mail, None)
        return case

    def case(self, ref: str) -> Case:
        found = self.store.cases.case_by_ref(ref)
        assert found is not None
        return found

    def letters(self, case: Case) -> list[Letter]:
        """The letters to the person and to clients, the ones to the desk left out."""
        return [item for item in self.store.outbox.all(case_id=case.id) if item.audience == "person"]

    def facts(self, case: Case, kind: EventType) -> list[dict[str, Any]]:
        """The payloads of the events of a kind."""
        return [dict(e.payload or {}) for e in self.store.cases.events(case.id) if e.type is kind]

    def advised(self, case: Case, about: str) -> None:
        self.work.record_advice(case.ref, "Dora", about, "the advice")

    def told(self, kind: EventType, letter: Letter, **more: Any) -> None:
        """What the dispatch records of a letter."""
        assert letter.case_id is not None
        payload = {"letter": letter.id, "kind": letter.kind, **more}
        self.store.cases.append(letter.case_id, [NewEvent(kind, "bot", self.time, payload)])

    def proven(self) -> bool:
        """The chains verify and the projection is what the events say."""
        return self.store.audit.verify()[1] == [] and self.store.cases.rebuild() == []

    def close(self) -> None:
        self.store.close()
