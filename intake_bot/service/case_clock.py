"""Acts that move the dates of a case, or look as if they did: questions, answers, facts, extension. Each is recorded
with its reason; the dates are computed from the record, never set.
"""

from collections.abc import Sequence
from datetime import date, datetime

from intake_bot import clock
from intake_bot.cases import names
from intake_bot.cases.case import EXTENSION, Case, RequestedRight, deadline, extendable
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import ADVICE, ASKED, DPO, Action
from intake_bot.cases.wording import format_date
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
)
from intake_bot.law.rules import CLOCKS, Clock
from intake_bot.rights import Right
from intake_bot.service.dossier import last_question
from intake_bot.service.extension import SUFFICIENT, last_day, must_be_allowed, must_extend, no_extension
from intake_bot.service.office import Effect, Office, Written, in_the_future, reason_given

#: What `record_fact` takes: facts that make a date earlier or set it.
FACTS = (RECEIVED_BY_JOINT_CONTROLLER, CLAIMED_EARLIER_RECEIPT, MINOR_AT_COLLECTION, AUTHORITY_DEADLINE)

#: What may suspend (décret 2019-536 arts 77, 124): identity, an agent's mandate, an heir's quality. Never the scope.
SUSPENDING = tuple(kind for kind in QUESTIONS if not kind.startswith("clarification"))


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
                raise IllegalTransition(
                    "a question about the scope exists for access only (GDPR recital 63): answer without it",
                    "une question sur la portée n’existe que pour l’accès (RGPD, considérant 63) : répondez sans elle",
                )
            codes = self._check(case, [item], Action.REQUEST_SPECIFICATION, as_role, reason_given(reason))
            if any(mark.type == "clarification_requested" for mark in item.clock_events):
                raise IllegalTransition(
                    "the question about the scope was asked already: once is enough. Give what can be given",
                    "la question sur la portée a déjà été posée : une fois suffit. Donnez ce qui peut l’être",
                )
            moved = {
                "event": "clarification_requested",
                "at": clock.to_text(self._now()),
                "rights": codes,
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
            raise IllegalTransition(
                "this suspends nothing: only a question about identity, a mandate or the heir's quality does "
                "(décret 2019-536 art. 77)",
                "cela ne suspend rien : seule une question sur l’identité, le mandat ou la qualité d’héritier suspend "
                "le délai (décret 2019-536, art. 77)",
                field="event", aside=f"{event}; {', '.join(SUSPENDING)} do",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            items = self._rights(case, rights)
            codes = self._check(case, items, Action.SUSPEND, as_role, reason_given(reason))
            moved = {"event": event, "at": clock.to_text(self._moment(at)), "rights": codes, "reason": reason}
            case = self._append(case, (EventType.CLOCK, actor, moved))
            return Effect(case, warnings=self._unmoved(case, items))

    def _unmoved(self, case: Case, items: Sequence[RequestedRight]) -> tuple[str, ...]:
        """The rights that a question does not suspend, and why."""
        deaf = [item.right for item in items if not CLOCKS[item.right].suspendable]
        late = [item.right for item in items if _running_after(case, item)]
        warnings = [
            self._say(
                f"La question ne suspend pas {names.right(code)[0]} : rien à prouver.",
                f"The question does not suspend {names.right(code)[1]}: nothing has to be proved.",
            )
            for code in deaf
        ]
        warnings += [
            self._say(
                f"Question posée après la fin du délai : elle ne suspend pas {names.right(code)[0]}.",
                f"The question came after the period: it does not suspend {names.right(code)[1]}.",
            )
            for code in late
            if code not in deaf
        ]
        return tuple(warnings)

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

        A bare day lies before a question of the same day and counts as after it. Raises IllegalTransition when nothing
        was asked, IntakeError for an answer from before the question.
        """
        if event not in (*SUFFICIENT, *INSUFFICIENT, "clarification_received"):
            raise IllegalTransition(
                "this answers no question about identity, a mandate or the heir's quality: choose what the answer is",
                "cela ne répond à aucune question d’identité, de mandat ou de qualité d’héritier : choisissez-la",
                field="event", aside=f"{event}; known: {', '.join((*SUFFICIENT, *INSUFFICIENT))}",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            kind = {**ANSWERS, **INSUFFICIENT}[event]
            asked = [
                item
                for item in self._rights(case, rights)
                if any(QUESTIONS.get(mark.type) == kind for mark in item.clock_events)
            ]
            items = asked or self._rights(case, rights)
            codes = self._check(case, items, Action.RESUME, as_role, (ASKED,) if asked else ())
            moment = _after_question(case, asked, kind, self._moment(at))
            moved = {"event": event, "at": clock.to_text(moment), "rights": codes, "note": note}
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
        receipt, a claimed earlier receipt, a minor at collection, the deadline in an authority's letter. A date that is
        recorded again takes the place of the one before.

        Raises IllegalTransition, IntakeError for another fact.
        """
        if fact not in FACTS:
            raise IntakeError(
                "this fact moves no date: choose one of the list",
                "ce fait ne change aucune date : choisissez-en un de la liste",
                field="fact", aside=f"{fact}; known: {', '.join(FACTS)}",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            if fact != AUTHORITY_DEADLINE and at > self._now():
                raise in_the_future()
            codes = self._check(case, self._rights(case, rights), Action.RECORD_FACT, as_role)
            moved = {"event": fact, "at": clock.to_text(at), "rights": codes, "note": note}
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
            items = self._rights(case, rights) if rights else [i for i in case.running if extendable(i)]
            if not items:
                raise no_extension()
            dossier = self._dossier(case)
            for item in items:
                given = reason_given(reason)
                given += (ADVICE,) if dossier.advisers("extend", item.right) - {actor} else ()
                self._check(case, [item], Action.EXTEND, as_role, given)
                must_extend(case, item, now)
            codes = [str(item.right) for item in items]
            last = min(last_day(case, item, now) for item in items)
            must_be_allowed(until, last)
            decision = {"about": "extend", "rights": codes, "reason": reason, "until": str(until or last)}
            before = self._date(case, items[0].right)
            case = self._append(case, (EventType.DECIDED, actor, decision))
            context = {
                "rights": [item.right for item in items],
                "reason": reason,
                "sooner": sooner,
                "due_on": before,
                "extended_on": until or last,
            }
            written = self._letter(case, EXTENSION, context, actor=actor)
            moved = {"event": EXTENSION_NOTICE, "at": clock.to_text(now), "rights": codes, "reason": reason}
            moved["letter"] = self._letter_id(written)
            return written.effect(self._append(case, (EventType.CLOCK, actor, moved)))

    def _letter_id(self, written: Written) -> str:
        """The letter in the outbox, "" for one to print."""
        found = [self._store.outbox.by_message_id(letter.message_id) for letter in written.letters]
        return next((letter.id for letter in found if letter), "")

    def _moment(self, at: datetime | None) -> datetime:
        moment = at or self._now()
        if moment > self._now():
            raise in_the_future()
        return moment

    def _date(self, case: Case, right: Right) -> date | None:
        item = case.right(right)
        return item.effective_due_on if item else None


def _running_after(case: Case, item: RequestedRight) -> bool:
    """Whether the date of a right still runs though a question was just asked."""
    after = case.right(item.right)
    clocks = (Clock.MONTH, Clock.MONTH_BY_ANALOGY)
    asked = last_question(after.clock_events) if after else None
    return bool(after and asked and CLOCKS[after.right].clock in clocks and not deadline(case, after).suspended)


def _after_question(case: Case, items: Sequence[RequestedRight], kind: str, moment: datetime) -> datetime:
    """When an answer came: of the hours of one local day before a question, at the question. Raises IntakeError."""
    asked = sorted(mark.at for item in items for mark in item.clock_events if QUESTIONS.get(mark.type) == kind)
    day = clock.local_date(moment, case.zone)
    if asked and day < (first := clock.local_date(asked[0], case.zone)):
        raise IntakeError(
            f"the question was asked on {format_date(first, 'en')}: its answer cannot be older",
            f"la question a été posée le {format_date(first, 'fr')} : sa réponse ne peut être plus ancienne",
            field="at",
        )
    return max((at for at in asked if at > moment and clock.local_date(at, case.zone) == day), default=moment)
