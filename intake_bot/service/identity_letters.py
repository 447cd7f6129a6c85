"""The letters of the identity ladder that go out without a person, as far as IDENTITY_LETTERS and SEND_MODE let them.

A question, or the word that a stop is recorded, stands in the place of the acknowledgement: two letters within minutes
are one letter.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import Settings
from intake_bot.errors import UnusableAddress
from intake_bot.law.identity import CLOCK_OF, AskAt
from intake_bot.law.rules import SERVICE_TARGETS
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service.dossier import Dossier
from intake_bot.service.identification import (
    Decided,
    OpenQuestion,
    asked_for,
    notices_due,
    reminders_due,
    shown_rights,
)
from intake_bot.service.letterbox import ACKNOWLEDGEMENT, Letterbox, Thread
from intake_bot.store.outbox import Letter, LetterStatus
from intake_bot.store.store import Store

REMINDER = "identity_reminder"
NOTICE = "cannot_identify"


class IdentityLetters:
    """Writes the first letter of a case, the one reminder, and the notice that a person sends."""

    def __init__(self, settings: Settings, store: Store, letterbox: Letterbox, now: clock.Clock) -> None:
        self._settings = settings
        self._store = store
        self._letterbox = letterbox
        self._now = now

    # -- the first letter --------------------------------------------------------------------------------------

    def first(
        self, case: Case, mailbox: MailboxSettings, decided: Decided, sender: str, thread: Thread, *, stopped: bool
    ) -> OutgoingLetter:
        """The one letter that a new case sends: a question, the record of a stop, or the acknowledgement.

        `stopped`: the address is on the suppression list. Raises UnusableAddress.
        """
        if self._asks(decided):
            return self._question(case, mailbox, decided, sender, thread)
        if stopped and decided.only_stops:
            stops_at = self._now() + timedelta(hours=SERVICE_TARGETS.stop_breach_hours)
            context = {**self._context(case, mailbox), "stops_on": clock.local_date(stops_at, case.zone)}
            # An acknowledgement in other words: the same kind, the same budgets, the same grant to leave by itself.
            return self._letterbox.to_person(
                ACKNOWLEDGEMENT, case, mailbox, sender, context, thread, template="stop_recorded"
            )
        return self._letterbox.acknowledge(case, mailbox, sender, thread)

    def _asks(self, decided: Decided) -> bool:
        """Told by the letter and not by the row: rows 12 to 15a must not be told apart from outside."""
        return decided.step.automatic and decided.step.letter in self._settings.identity_letters

    def _question(
        self, case: Case, mailbox: MailboxSettings, decided: Decided, sender: str, thread: Thread
    ) -> OutgoingLetter:
        recipient = sender
        if decided.step.ask_at is AskAt.REGISTERED and decided.registered_at:
            recipient = decided.registered_at
        if recipient != sender:
            thread = Thread()
            self._store.correspondence.add_participant(case.id, recipient, "person")
        context = self._context(case, mailbox)
        if decided.step.letter == "confirm":
            context["shared_mailbox"] = decided.step.row == "9"
        return self._letterbox.to_person(decided.step.letter, case, mailbox, recipient, context, thread)

    def _context(self, case: Case, mailbox: MailboxSettings) -> dict[str, Any]:
        shown = shown_rights(case)
        return {
            "ref": case.ref,
            "received_on": clock.local_date(case.received_at, case.zone),
            "due_on": min((item.due_on for item in shown if item.due_on), default=None),
            "rights": [item.right for item in shown],
            "controller": self._settings.controller_of(mailbox),
        }

    # -- by the clock ------------------------------------------------------------------------------------------

    def tick(self, cases: Iterable[Case], now: datetime) -> list[OutgoingLetter]:
        """Write what is due: reminders once, notices once and held. Each in a transaction of its own."""
        known = list(cases)
        letters = []
        for act, due in ((self.remind, reminders_due(known, now)), (self.prepare_notice, notices_due(known, now))):
            for question in due:
                with self._store.transaction():
                    letter = act(question)
                letters += [letter] if letter else []
        return letters

    def remind(self, question: OpenQuestion) -> OutgoingLetter | None:
        """Repeat a question, once in a case: None when it was, or when a person asked it with a document."""
        asked = self._asked(question)
        if asked is None or asked.kind not in ("confirm", "supplementary", "mandate"):
            return None
        context = {"asked_on": question.asked_on, "question": asked.kind}
        return self._once(REMINDER, question, asked, context, held=asked.kind not in self._settings.identity_letters)

    def prepare_notice(self, question: OpenQuestion) -> OutgoingLetter | None:
        """The notice of GDPR art. 12(4) that we cannot identify the person: held for the DPO, who is told. Once."""
        asked = self._asked(question)
        if asked is None:
            return None
        context = {"asked_on": question.asked_on, "question": asked_for(question.event, question.rights)}
        letter = self._once(NOTICE, question, asked, context, held=True)
        case = self._store.cases.case(question.case_id)
        if letter is not None and case is not None:
            french = "La question d'identité est restée sans réponse suffisante : une lettre attend votre relecture."
            english = "The identity question has no sufficient answer: a letter waits for you to read it."
            text = french if self._settings.desk_language == "fr" else english
            self._letterbox.notify(case, self._mailbox(case), text, ("cannot_identify_prepared",), letters=letter.kind)
        return letter

    def _once(
        self, kind: str, question: OpenQuestion, asked: Letter, context: dict[str, Any], *, held: bool
    ) -> OutgoingLetter | None:
        case = self._store.cases.case(question.case_id)
        if case is None or asked.recipient is None or self._store.outbox.next_ordinal(case.id, kind) > 1:
            return None
        mailbox = self._mailbox(case)
        thread = Thread(Dossier(self._store.cases.events(case.id)).message_id)
        full = {**self._context(case, mailbox), **context}
        try:
            return self._letterbox.to_person(
                kind, case, mailbox, asked.recipient, full, thread, legal_effect=kind == NOTICE, held=held
            )
        except UnusableAddress:
            return None

    def _asked(self, question: OpenQuestion) -> Letter | None:
        """The letter that asked and left: its recipient is the one who is reminded."""
        sent = self._store.outbox.all(statuses=(LetterStatus.SENT,), case_id=question.case_id)
        return next((item for item in reversed(sent) if CLOCK_OF.get(item.kind) == question.event), None)

    def _mailbox(self, case: Case) -> MailboxSettings:
        return next((box for box in self._settings.mailboxes if box.name == case.mailbox), self._settings.mailbox)
