"""Acts that move the dates of a case, or look as if they did: questions, answers, facts, extension. Each is recorded
with its reason; the dates are computed from the record, never set.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import EXTENSION, Case, RequestedRight, deadline
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import ADVICE, ASKED, DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.events import (
    ANSWERS,
    AUTHORITY_DEADLINE,
    CLAIMED_EARLIER_RECEIPT,
    EXTENSION_NOTICE,
    INSUFFICIENT,
    MINOR_AT_COLLECTION,
    QUESTIONS,
    RECEIVED_BY_JOINT_CONTROLLER,
    ClockEvent,
)
from intake_bot.law.rules import CLOCKS, Clock
from intake_bot.rights import Right
from intake_bot.service.dossier import last_question
from intake_bot.service.office import Effect, Office, reason_given

#: What `record_fact` takes: facts that make a date earlier or set it.
FACTS = (RECEIVED_BY_JOINT_CONTROLLER, CLAIMED_EARLIER_RECEIPT, MINOR_AT_COLLECTION, AUTHORITY_DEADLINE)

#: What may suspend (décret 2019-536 arts 77, 124): identity, an agent's mandate, an heir's quality. Never the scope.
SUSPENDING = tuple(kind for kind in QUESTIONS if not kind.startswith("clarification"))
SUFFICIENT = tuple(kind for kind in ANSWERS if not kind.startswith("clarification"))


class CaseClock(Office):
    """Acts on the clock of the requested rights."""

    def request_specification(self, ref: str, actor: str, *, reason: str, as_role: str = DPO) -> Effect:
        """Ask what an access request is about (GDPR recital 63): only access, only for a large quantity of data.

        `reason` goes into the letter. Suspends nothing; what can be given is given meanwhile. Raises IllegalTransition.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            item = next((item for item in case.rights if item.right is Right.ACCESS), None)
            if item is None:
                raise IllegalTransition("a question about the scope exists for access only (GDPR recital 63)")
            names = self._check(case, [item], Action.REQUEST_SPECIFICATION, as_role, reason_given(reason))
            if any(mark.type == "clarification_requested" for mark in item.clock_events):
                raise IllegalTransition("the question about the scope was asked already: once is enough")
            moved = {
                "event": "clarification_requested",
                "at": clock.to_text(self._now()),
                "rights": names,
                "reason": reason,
            }
            case = self._append(case, (EventType.CLOCK, actor, moved))
            context = {"reason": reason, "due_on": self._date(case, Right.ACCESS)}
            written = self._letter(case, "specification", context, actor=actor)
            return written.effect(self._fresh(case))

    def suspend(
        self,
        ref: str,
        actor: str,
        *,
        event: str = "id_requested",
        rights: Sequence[Right | str] = (),
        reason: str,
        at: datetime | None = None,
        as_role: str = DPO,
    ) -> Effect:
        """A question about identity, mandate or heir's quality was asked at `at` (aware; now by default).

        `event`: id_requested, mandate_requested or heir_proof_requested; `reason`: the doubt (GDPR 12(6)). Records that
        it was asked and writes no letter: the identity letters do that. Rights that need no identity are not
        suspended (warning). Raises IllegalTransition, also for a question about the scope.
        """
        if event not in SUSPENDING:
            raise IllegalTransition(f"{event} suspends nothing; {', '.join(SUSPENDING)} do (décret 2019-536 art. 77)")
        with self._store.cases.attempt():
            case = self._case(ref)
            items = self._rights(case, rights)
            names = self._check(case, items, Action.SUSPEND, as_role, reason_given(reason))
            moved = {"event": event, "at": clock.to_text(self._moment(at)), "rights": names, "reason": reason}
            case = self._append(case, (EventType.CLOCK, actor, moved))
            deaf = [item.right for item in items if not CLOCKS[item.right].suspendable]
            late = [item.right for item in items if _running_after(case, item)]
            warnings = [
                self._say(
                    f"La question ne suspend pas {code} : rien à prouver.",
                    f"The question does not suspend {code}: nothing has to be proved.",
                )
                for code in deaf
            ]
            warnings += [
                self._say(
                    f"Question posée après la fin du délai : elle ne suspend pas {code}.",
                    f"The question came after the period: it does not suspend {code}.",
                )
                for code in late
                if code not in deaf
            ]
            return Effect(case, warnings=tuple(warnings))

    def resume(
        self,
        ref: str,
        actor: str,
        *,
        event: str = "id_received",
        rights: Sequence[Right | str] = (),
        at: datetime | None = None,
        note: str = "",
        as_role: str = DPO,
    ) -> Effect:
        """The answer came at `at` (aware; now by default): sufficient (id_received, mandate_received,
        heir_proof_received: the clock runs again) or not (id_insufficient, ...: it stays open). Keep no document.

        Raises IllegalTransition when nothing was asked.
        """
        if event not in (*SUFFICIENT, *INSUFFICIENT, "clarification_received"):
            raise IllegalTransition(f"{event} answers no question; known: {', '.join((*SUFFICIENT, *INSUFFICIENT))}")
        with self._store.cases.attempt():
            case = self._case(ref)
            kind = {**ANSWERS, **INSUFFICIENT}[event]
            asked = [
                item
                for item in self._rights(case, rights)
                if any(QUESTIONS.get(mark.type) == kind for mark in item.clock_events)
            ]
            items = asked or self._rights(case, rights)
            names = self._check(case, items, Action.RESUME, as_role, (ASKED,) if asked else ())
            moved = {"event": event, "at": clock.to_text(self._moment(at)), "rights": names, "note": note}
            return Effect(self._append(case, (EventType.CLOCK, actor, moved)))

    def record_fact(
        self,
        ref: str,
        actor: str,
        fact: str,
        at: datetime,
        *,
        rights: Sequence[Right | str] = (),
        note: str = "",
        as_role: str = DPO,
    ) -> Effect:
        """A fact that sets a date or makes it earlier (FACTS), at its own instant (aware): a joint controller's
        receipt, a claimed earlier receipt, a minor at collection, the deadline in an authority's letter.

        Raises IllegalTransition, IntakeError for another fact.
        """
        if fact not in FACTS:
            raise IntakeError(f"{fact} is no such fact; known: {', '.join(FACTS)}")
        with self._store.cases.attempt():
            case = self._case(ref)
            if fact != AUTHORITY_DEADLINE and at > self._now():
                raise IntakeError(f"{fact} lies in the future")
            names = self._check(case, self._rights(case, rights), Action.RECORD_FACT, as_role)
            moved = {"event": fact, "at": clock.to_text(at), "rights": names, "note": note}
            return Effect(self._append(case, (EventType.CLOCK, actor, moved)))

    def extend(
        self,
        ref: str,
        actor: str,
        *,
        reason: str,
        rights: Sequence[Right | str] = (),
        sooner: str = "",
        until: date | None = None,
        as_role: str,
    ) -> Effect:
        """Extend by two months (GDPR 12(3)): the controller's decision, after the DPO's advice by another person.

        `reason`: complexity and number, in words for the person; `sooner`: what comes before; `until`: a date before
        the last one, promised in the letter (local). The notice counts from when it leaves and is lost when it
        bounces. Raises IllegalTransition: too late, once already, or no extension for this right.
        """
        with self._store.cases.attempt():
            case, now = self._case(ref), self._now()
            items = self._rights(case, rights) if rights else [i for i in case.running if _extendable(i)]
            if not items:
                raise IllegalTransition(
                    "no right of this case can be extended: marketing objections, withdrawals and "
                    "data of minors never are (GDPR 7(3), 21(3); Loi 78-17 art. 51 II)"
                )
            dossier = self._dossier(case)
            for item in items:
                given = reason_given(reason)
                given += (ADVICE,) if dossier.advisers("extend", item.right) - {actor} else ()
                self._check(case, [item], Action.EXTEND, as_role, given)
                self._must_extend(case, item, now)
            names = [str(item.right) for item in items]
            last = min(_last_day(case, item, now) for item in items)
            if until is not None and not until <= last:
                raise IllegalTransition(f"the law allows no later date than {last} (GDPR 12(3))")
            decision = {"about": "extend", "rights": names, "reason": reason, "until": str(until or last)}
            moved = {"event": EXTENSION_NOTICE, "at": clock.to_text(now), "rights": names, "reason": reason}
            before = self._date(case, items[0].right)
            case = self._append(case, (EventType.DECIDED, actor, decision), (EventType.CLOCK, actor, moved))
            context = {
                "rights": [item.right for item in items],
                "reason": reason,
                "sooner": sooner,
                "due_on": before,
                "extended_on": until or last,
            }
            written = self._letter(case, EXTENSION, context, actor=actor)
            return written.effect(self._fresh(case))

    def _must_extend(self, case: Case, item: RequestedRight, now: datetime) -> None:
        if not _extendable(item):
            raise IllegalTransition(f"{item.right} is never extended (GDPR 7(3), 21(3); Loi 78-17 art. 51 II)")
        if any(mark.type == EXTENSION_NOTICE for mark in item.clock_events):
            raise IllegalTransition(f"{item.right} was extended already: once only (GDPR 12(3))")
        extended = replace(item, clock_events=(*item.clock_events, ClockEvent(EXTENSION_NOTICE, now)))
        if not deadline(case, extended).extension_valid:
            raise IllegalTransition(
                f"too late to extend {item.right}: the notice was due by {item.due_on}, within the first month "
                "(GDPR 12(3)); answer or refuse now"
            )

    def _moment(self, at: datetime | None) -> datetime:
        moment = at or self._now()
        if moment > self._now():
            raise IntakeError("this lies in the future")
        return moment

    def _date(self, case: Case, right: Right) -> date | None:
        item = case.right(right)
        return item.effective_due_on if item else None


def _extendable(item: RequestedRight) -> bool:
    minor = item.right is Right.ERASURE and any(mark.type == MINOR_AT_COLLECTION for mark in item.clock_events)
    return CLOCKS[item.right].extendable and not minor


def _last_day(case: Case, item: RequestedRight, now: datetime) -> date:
    """The last day with a notice given now; while the clock stands still, as if the answer came today."""
    marks: tuple[ClockEvent, ...] = (*item.clock_events, ClockEvent(EXTENSION_NOTICE, now))
    found = deadline(case, replace(item, clock_events=marks))
    if found.extended_due_on is None:
        marks = (*marks, *(ClockEvent(kind, now) for kind in SUFFICIENT))
        found = deadline(case, replace(item, clock_events=marks))
    assert found.extended_due_on is not None
    return found.extended_due_on


def _running_after(case: Case, item: RequestedRight) -> bool:
    """Whether the date of a right still runs though a question was just asked."""
    after = case.right(item.right)
    clocks = (Clock.MONTH, Clock.MONTH_BY_ANALOGY)
    asked = last_question(after.clock_events) if after else None
    return bool(after and asked and CLOCKS[after.right].clock in clocks and not deadline(case, after).suspended)


def extension_facts(item: RequestedRight) -> dict[str, Any]:
    """What a menu shows of an extension: whether one is possible at all, and whether it was given."""
    given = any(mark.type == EXTENSION_NOTICE for mark in item.clock_events)
    return {"extendable": _extendable(item), "given": given}
