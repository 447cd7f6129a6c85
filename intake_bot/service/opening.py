"""Opens the case of a request: opening event, participants, thread, acknowledgement and word to the DPO."""

from typing import Any

from intake_bot import clock
from intake_bot.cases import casefile
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.intake import Decision, Facts
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import MailboxSettings, Settings
from intake_bot.errors import UnusableAddress
from intake_bot.service.letterbox import Letterbox, Thread
from intake_bot.store.store import Store


class Openings:
    """Applies the decisions that make a case of their own."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, letterbox: Letterbox, now: clock.Clock
    ) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._letterbox = letterbox
        self._now = now

    def apply(
        self, facts: Facts, decision: Decision, authentication: dict[str, Any], *, silent: bool
    ) -> tuple[Case, list[OutgoingLetter]]:
        """The new case and the letters that it caused. `silent` (backfill): no letter, status found."""
        message, store = facts.message, self._store
        controller = self._settings.controller_of(self._mailbox)
        event = casefile.opening(
            facts,
            decision,
            at=self._now(),
            zone=controller.zone,
            jurisdiction=controller.jurisdiction,
            silent=silent,
            authentication=authentication,
        )
        key_id = store.keyring.create()
        case = store.cases.open_case(key_id, [event], mailbox=self._mailbox.name, controller=controller.id)
        if message.sender.address:
            role = "relay" if facts.internal_sender else "person"
            store.correspondence.add_participant(case.id, message.sender.address, role)
        if message.message_id:
            store.correspondence.add_thread_key(message.message_id, case.id, "received")
        letters = [] if case.status is CaseStatus.FOUND else self._letters(case, facts, decision)
        return case, letters

    def _letters(self, case: Case, facts: Facts, decision: Decision) -> list[OutgoingLetter]:
        message = facts.message
        letters: list[OutgoingLetter] = []
        against: tuple[str, ...] = ()
        if decision.acknowledge:
            against = self._letterbox.reasons_against(message.sender.address, self._mailbox.own_addresses)
            if not against:
                thread = Thread(message.message_id, message.references)
                try:
                    letters.append(self._letterbox.acknowledge(case, self._mailbox, message.sender.address, thread))
                except UnusableAddress:
                    against = ("unusable_address",)
        evidence = [item.text for item in facts.verdict.evidence] if facts.verdict else []
        notice = self._letterbox.notify(
            case,
            self._mailbox,
            casefile.headline(decision, self._settings.desk_language),
            (*decision.reasons, *against),
            urgent=decision.page,
            evidence=evidence,
            letters=", ".join(letter.kind for letter in letters),
        )
        return [*letters, notice] if notice else letters
