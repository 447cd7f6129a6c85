"""What a mail really asks for: confirming, correcting, adding rights. The clock runs from receipt all the while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases import names, transitions
from intake_bot.cases.case import Case, CaseStatus, RightStatus
from intake_bot.cases.events import EventType
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.calendars import FIRST_YEAR
from intake_bot.law.events import CLAIMED_EARLIER_RECEIPT
from intake_bot.rights import ACKNOWLEDGED, Right
from intake_bot.service.letterbox import ACKNOWLEDGEMENT, Thread
from intake_bot.service.office import Effect, Office, Written, in_the_future, reason_given, right_of
from intake_bot.store.outbox import LetterStatus

#: A letter in one of these states reached nobody.
UNSENT = frozenset({LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED, LetterStatus.REJECTED})


class Review(Office):
    """Acts on the reading of a mail."""

    def confirm(self, ref: str, actor: str, *, rights: Sequence[Right | str] = (), as_role: str = DPO) -> Effect:
        """It is a request: the case opens, its holds go. `rights`: only these are confirmed, the others wait.

        Writes the acknowledgement if none was written (not for a case of a backfill). Raises IllegalTransition.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.CONFIRM, as_role)
            named = [str(item.right) for item in self._rights(case, rights)] if rights else []
            silent = case.status is CaseStatus.FOUND
            relayed = not self.addressee(case)
            facts: list[tuple[EventType, str, dict[str, Any]]] = [(EventType.CONFIRMED, actor, {"rights": named})]
            facts += self._claimed(
                case, actor, [Right(code) for code in named] or [item.right for item in case.running]
            )
            case = self._append(case, *facts)
            letters = () if silent or relayed else self._acknowledge(case)
            warnings: tuple[str, ...] = ()
            if relayed and not silent:
                warnings = self._unaddressed() if case.channel == "mail" else self._unacknowledged()
            return Effect(self._fresh(case), letters, warnings)

    def _unacknowledged(self) -> tuple[str, ...]:
        return (
            self._say(
                "Aucune adresse de courriel : aucun accusé de réception n'est écrit. Prévenez la personne par la voie "
                "qu'elle a choisie.",
                "No mail address: no acknowledgement is written. Tell the person by the way that they chose.",
            ),
        )

    def _claimed(self, case: Case, actor: str, codes: Sequence[Right]) -> list[tuple[EventType, str, dict[str, Any]]]:
        """The date that a forwarded request claims (receipt by any joint controller): told once of each right."""
        inner = self._dossier(case).inner_dates
        dates = [day for day in inner if day.year >= FIRST_YEAR and day < case.received_at]
        told = {
            item.right for item in case.running for mark in item.clock_events if mark.type == CLAIMED_EARLIER_RECEIPT
        }
        rights = [str(code) for code in codes if code not in told]
        if not dates or not rights:
            return []
        moved = {"event": CLAIMED_EARLIER_RECEIPT, "at": clock.to_text(min(dates)), "rights": rights}
        return [(EventType.CLOCK, actor, moved)]

    def _acknowledge(self, case: Case) -> tuple[OutgoingLetter, ...]:
        asked = any(item.right in ACKNOWLEDGED and item.status is RightStatus.OPEN for item in case.rights)
        if not asked or self._acknowledgements(case, LetterStatus):
            return ()
        thread = Thread(self._dossier(case).message_id)
        return (self._letterbox.acknowledge(case, self._mailbox(case), self.addressee(case), thread),)

    def _acknowledgements(self, case: Case, statuses: Any) -> list[str]:
        """The ids of the acknowledgements in these states, rejected ones left out."""
        return [
            letter.id
            for letter in self._store.outbox.all(case_id=case.id)
            if letter.kind == ACKNOWLEDGEMENT and letter.status in statuses and letter.status != LetterStatus.REJECTED
        ]

    def _withdraw_unsent(self, case: Case, actor: str) -> bool:
        """Reject the acknowledgements that have not left. True when one has left."""
        for item in self._acknowledgements(case, UNSENT):
            self._store.outbox.settle(item, LetterStatus.REJECTED, now=self._now(), error="the reading was corrected")
            self._append(case, (EventType.LETTER_REJECTED, actor, {"letter": item, "kind": ACKNOWLEDGEMENT}))
        return bool(self._acknowledgements(case, LetterStatus))

    def correct(
        self, ref: str, actor: str, rights: Sequence[Right | str], *, reason: str = "", as_role: str = DPO
    ) -> Effect:
        """These rights were asked for and no others. All of them count from the receipt of the case.

        Confirms the case. Writes `corrected_understanding` when an acknowledgement has left, a new acknowledgement
        otherwise. Raises IllegalTransition; IntakeError without rights (that is `not_a_request`).
        """
        if not rights:
            raise IntakeError(
                "which rights were asked for? Of a mail that asks for none, say that it is not a request",
                "quels droits sont demandés ? D’un message qui n’en demande aucun, dites que ce n’est pas une demande",
                field="rights", aside="not-a-request",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.CORRECT, as_role)
            wanted = list(dict.fromkeys(right_of(code) for code in rights))
            gone = [item.right for item in case.running if item.right not in wanted]
            facts: list[tuple[EventType, str, dict[str, Any]]] = []
            facts += [(EventType.RIGHT_ADDED, actor, _added(case, code)) for code in wanted if not _runs(case, code)]
            if gone:
                facts.append((EventType.RIGHT_REMOVED, actor, {"rights": [str(code) for code in gone]}))
            codes = [str(code) for code in wanted]
            facts.append((EventType.CONFIRMED, actor, {"rights": codes, "reason": reason}))
            silent, addressee = case.status is CaseStatus.FOUND, self.addressee(case)
            changed = len(facts) > 1 or any(item.status is RightStatus.UNCONFIRMED for item in case.running)
            case = self._append(case, *facts, *self._claimed(case, actor, wanted))
            written = Written()
            if addressee and not silent and not self._withdraw_unsent(case, actor):
                written = Written(self._acknowledge(self._fresh(case)))
            elif addressee and not silent and changed:
                context = self._understood(case, gone)
                written = self._letter(case, "corrected_understanding", context, actor=actor, legal_effect=False)
            return written.effect(self._fresh(case))

    def _understood(self, case: Case, gone: Sequence[Right]) -> dict[str, Any]:
        shown = [item for item in case.running if item.status is RightStatus.OPEN]
        return {
            "rights": [item.right for item in shown],
            "gone": list(gone),
            "due_on": min((item.due_on for item in shown if item.due_on), default=None),
        }

    def not_a_request(self, ref: str, actor: str, *, reason: str, passed_to: str = "", as_role: str = DPO) -> Effect:
        """The mail asks for no right: the case closes and what it kept is destroyed; the register line stays.

        Writes `misread` when an acknowledgement has left. `passed_to`: who deals with the mail now, in words for the
        person. Raises IllegalTransition. Inside a transaction of the caller, call `sweep` after its commit.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.NOT_A_REQUEST, as_role, reason_given(reason))
            self._must_have_no_answer(case)
            addressee, thread = self.addressee(case), Thread(self._dossier(case).message_id)
            told = self._withdraw_unsent(case, actor)
            self._reject_others(case, actor)
            payload = {"reason": reason, "passed_to": passed_to}
            case = self._append(case, (EventType.NOT_A_REQUEST, actor, payload))
            self._store.retention.erase(case.id, {"why": "not_a_request"}, self._now(), actor=actor)
            letters: tuple[OutgoingLetter, ...] = ()
            if told and addressee:
                letters = (self._misread(case, addressee, passed_to, thread, actor),)
            effect = Effect(self._fresh(case), letters)
        self.sweep()
        return effect

    def _must_have_no_answer(self, case: Case) -> None:
        answered = [item for item in case.rights if item.outcome is not None and item.outcome != "not_a_request"]
        if answered:
            act, held = names.act("not_a_request"), names.rights(item.right for item in answered)
            correct = names.act("correct")
            raise IllegalTransition(
                f"{act[1]} is not possible: {held[1]} has an outcome already; {correct[1]} takes single rights out",
                f"{act[0]} n’est pas possible : {held[0]} a déjà une issue ; {correct[0]} retire des droits un par un",
            )

    def _reject_others(self, case: Case, actor: str) -> None:
        for letter in self._store.outbox.all(case_id=case.id):
            if letter.audience == "person" and letter.status in UNSENT - {LetterStatus.REJECTED}:
                self._store.outbox.settle(letter.id, LetterStatus.REJECTED, now=self._now(), error="not a request")
                payload = {"letter": letter.id, "kind": letter.kind}
                self._append(case, (EventType.LETTER_REJECTED, actor, payload))

    def _misread(self, case: Case, address: str, passed_to: str, thread: Thread, actor: str) -> OutgoingLetter:
        # The erasure forgot who belongs to the case; a reply to this letter belongs to it.
        self._store.correspondence.add_participant(case.id, address, "person")
        mailbox = self._mailbox(case)
        context = {**self._common(case, mailbox), "passed_to": passed_to}
        return self._letterbox.to_person("misread", case, mailbox, address, context, thread, approved_by=actor)

    def sweep(self) -> int:
        """Destroy the keys of what not_a_request erased; nothing happens inside a transaction. Returns how many."""
        return self._store.retention.destroy_doomed()

    def add_right(
        self, ref: str, actor: str, right: Right | str, *, received_at: datetime | None = None, as_role: str = DPO
    ) -> Effect:
        """A further right of the same case; `received_at` (aware) is its own receipt, that of the case by default.

        Raises IllegalTransition when the case answered it already: asked again it is a new request, in a new case.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.ADD_RIGHT, as_role)
            code = right_of(right)
            known = case.right(code)
            moment = received_at or case.received_at
            if moment > self._now():
                raise in_the_future("received_at")
            if known is not None and not known.running and known.outcome != "not_a_request":
                raise IllegalTransition(
                    f"{names.right(code)[1]} was answered in this case: reopen it, or open a new case for a later "
                    "request and link it",
                    f"{names.right(code)[0]} a déjà sa réponse dans ce dossier : rouvrez-le, ou ouvrez un nouveau "
                    "dossier pour une demande plus tardive et liez-le",
                    field="right",
                )
            return Effect(self._append(case, (EventType.RIGHT_ADDED, actor, _added(case, code, moment))))


def _runs(case: Case, code: Right) -> bool:
    item = case.right(code)
    return item is not None and item.running


def _added(case: Case, code: Right, received_at: datetime | None = None) -> dict[str, Any]:
    moment = received_at or case.received_at
    return {"right": str(code), "received_at": clock.to_text(moment), "status": str(RightStatus.OPEN)}
