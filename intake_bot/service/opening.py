"""Opens the case of a request: opening event, participants, thread, acknowledgement and word to the DPO."""

from dataclasses import dataclass
from datetime import datetime

from intake_bot import clock
from intake_bot.cases import casefile
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.intake import Decision, Disposition, Facts
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import Settings
from intake_bot.errors import UnusableAddress
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.identification import UNSEARCHED
from intake_bot.service.identification import Decided, decide
from intake_bot.service.identity_letters import IdentityLetters
from intake_bot.service.letterbox import Letterbox, Thread
from intake_bot.service.reading import Glance
from intake_bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Origin:
    """Who or what caused a case to be opened, where that is not the mail by itself."""

    actor: str = "bot"
    claimed: datetime | None = None  # an earlier receipt that only the mail claims
    tell: bool = True  # whether the DPO is notified


BY_ITSELF = Origin()


class Openings:
    """Applies the decisions that make a case of their own."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, letterbox: Letterbox, now: clock.Clock
    ) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._letterbox = letterbox
        self._identity = IdentityLetters(settings, store, letterbox, now)
        self._now = now

    def apply(
        self, facts: Facts, decision: Decision, glance: Glance, *, silent: bool, origin: Origin = BY_ITSELF
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
            authentication=glance.authentication.to_json(),
            actor=origin.actor,
            claimed=origin.claimed,
        )
        key_id = store.keyring.create()
        case = store.cases.open_case(key_id, [event], mailbox=self._mailbox.name, controller=controller.id)
        if message.sender.address:
            role = "relay" if facts.internal_sender else "person"
            store.correspondence.add_participant(case.id, message.sender.address, role)
        if message.message_id:
            store.correspondence.add_thread_key(message.message_id, case.id, "received")
        if case.status is CaseStatus.FOUND:
            return case, []
        case, decided, stopped = self._identify(case, facts, decision, glance)
        return case, self._letters(case, facts, decision, decided, stopped=stopped, tell=origin.tell)

    def _identify(self, case: Case, facts: Facts, decision: Decision, glance: Glance) -> tuple[Case, Decided, bool]:
        """The ladder's step, recorded; whether the writing address was put on the suppression list."""
        message, store, now = facts.message, self._store, self._now()
        decided, event = decide(
            case, message, glance.authentication, glance.identified or UNSEARCHED, minor="minor" in facts.signs, at=now
        )
        case = store.cases.append(case.id, [event])
        # A stop is acted on at once, whoever writes (GDPR arts 7(3), 21(3)); what a person has to look at first is not.
        sure = any(right in decision.rights for right in decided.stops)
        stopped = sure and decision.disposition is Disposition.OPEN_CASE
        if stopped:
            store.suppression.record(message.sender.address, case.id, now)
        return case, decided, stopped

    def _letters(
        self, case: Case, facts: Facts, decision: Decision, decided: Decided, *, stopped: bool, tell: bool
    ) -> list[OutgoingLetter]:
        sender = facts.message.sender.address
        letters: list[OutgoingLetter] = []
        against: tuple[str, ...] = ()
        if decision.acknowledge:
            against = self._letterbox.reasons_against(sender, self._mailbox.own_addresses)
            if not against:
                thread = Thread(facts.message.message_id, facts.message.references)
                try:
                    letters.append(self._identity.first(case, self._mailbox, decided, sender, thread, stopped=stopped))
                except UnusableAddress:
                    against = ("unusable_address",)
        if not tell:
            return letters
        lang = self._settings.desk_language
        evidence = [item.text for item in facts.verdict.evidence] if facts.verdict else []
        notice = self._letterbox.notify(
            case,
            self._mailbox,
            f"{casefile.headline(decision, lang)} {decided.sentence(lang)}".strip(),
            (*decision.reasons, *against),
            urgent=decision.page,
            evidence=evidence,
            letters=", ".join(letter.kind for letter in letters),
            with_links=True,
        )
        return [*letters, notice] if notice else letters
