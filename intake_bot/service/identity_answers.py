"""A reply in the thread of a case: whether it settles the identity question, and what the DPO is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.law.identity import CLOCK_OF, Step
from intake_bot.mail.authentication import Authentication, Outcome
from intake_bot.mail.inbound import InboundMessage
from intake_bot.people.answers import Judgement, judge, worded
from intake_bot.people.directory import Person
from intake_bot.people.identification import Identification
from intake_bot.service.dossier import Dossier, Fact
from intake_bot.service.identification import OpenQuestion, last_decision, open_questions
from intake_bot.store.store import Store

#: Which event of the clock a sufficient answer is.
RECEIVED = {"id_requested": "id_received", "mandate_requested": "mandate_received"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply changes, and what is said of it to the DPO."""

    judgement: Judgement
    events: tuple[NewEvent, ...]

    @property
    def reason(self) -> str:
        if self.judgement.settled:
            return "identity_confirmed"
        return "identity_denied" if self.judgement.denied else "identity_not_settled"

    def headline(self, lang: str) -> str:
        """One or two sentences: what agreed, what stood against it."""
        agreed, against = worded(self.judgement.agreed, lang), worded(self.judgement.against, lang)
        french = lang == "fr"
        if self.judgement.settled:
            return f"Identité confirmée par la réponse ({agreed})." if french else f"Identity confirmed ({agreed})."
        first = {
            (True, True): "Réponse à la question d'identité : la personne dit n'avoir rien demandé.",
            (True, False): "Answer to the identity question: the person says that nothing was asked for.",
            (False, True): "Réponse à la question d'identité, à juger par une personne.",
            (False, False): "An answer to the identity question, for a person to judge.",
        }[self.judgement.denied, french]
        parts = [f"concorde : {agreed}" if french else f"agrees: {agreed}"] if agreed else []
        parts += [f"s'y oppose : {against}" if french else f"against: {against}"] if against else []
        return f"{first} {' ; '.join(parts).capitalize()}." if parts else first


def judge_reply(
    store: Store, case: Case, message: InboundMessage, authentication: Authentication, found: Identification,
    now: clock.Clock,
) -> Answer | None:  # fmt: skip
    """Judge a reply of somebody who belongs to the case. None where no question is open.

    Only CONFIRM is settled by itself: from the registered address, authenticated, without a sign, saying yes.
    """
    question = next(iter(open_questions(case)), None)
    if question is None:
        return None
    dossier = Dossier(store.cases.events(case.id))
    decision = _asking(dossier, question)
    step = Step(decision.payload["outcome"]) if decision else Step.HUMAN
    record = _record(decision, found)
    shared = bool(record and record.shared) or bool(decision and decision.payload.get("row") == "9")
    judgement = judge(step, record, message, authentication, found.details, shared_mailbox=shared)
    return Answer(judgement, tuple(_events(judgement, question, decision, message, now)))


def _asking(dossier: Dossier, question: OpenQuestion) -> Fact | None:
    """The decision whose letter asked this question."""
    kinds = [kind for kind, event in CLOCK_OF.items() if event == question.event]
    found = [fact for kind in kinds if (fact := last_decision(dossier, kind)) is not None]
    return max(found, key=lambda fact: fact.at, default=None)


def _record(decision: Fact | None, found: Identification) -> Person | None:
    """The record that the question was about, among those that the reply leads to; or the one that it now fits."""
    lookup = found.lookup
    known = references(decision.payload) if decision else frozenset()
    named = (person for person in (*lookup.registered, *lookup.matches) if person.reference in known)
    return next(named, None) or (lookup.match if not known else None)


def references(payload: Any) -> frozenset[str]:
    """The references of the directory records that a decision found."""
    return frozenset((*payload.get("registered", ()), *payload.get("matched", ())))


def _events(
    judgement: Judgement, question: OpenQuestion, decision: Fact | None, message: InboundMessage, now: clock.Clock
) -> Iterable[NewEvent]:
    rights = [str(right) for right in question.rights]
    payload = {
        "row": "7a" if judgement.settled else decision.payload["row"] if decision else "",
        "outcome": str(Step.NOTHING if judgement.settled else Step.HUMAN),
        "letter": "",
        "human": not judgement.settled,
        "rights": rights,
        "answer_to": question.event,
        "agreed": list(judgement.agreed),
        "against": list(judgement.against),
        "denied": judgement.denied,
        "settled": judgement.settled,
        "message_id": message.message_id,
    }
    yield NewEvent(EventType.IDENTITY_DECIDED, "bot", now(), payload)
    if judgement.settled:
        # Receipt counts, not the moment of reading; no answer is older than its question.
        at = max(message.received_at, question.asked_at)
        moved = {"event": RECEIVED[question.event], "at": clock.to_text(at), "rights": rights}
        yield NewEvent(EventType.CLOCK, "bot", now(), moved)


def vouches(store: Store, case_id: str, authentication: Authentication, found: Identification) -> bool:
    """Whether a reply comes from the registered address of the one person whom the details of the case fitted (row 14).

    The first letter told the sender to write from there; that address did not belong to the case until now.
    """
    known = found.lookup.known
    if known is None or known.shared or authentication.outcome is not Outcome.PASS or authentication.signs:
        return False
    case = store.cases.case(case_id)
    if case is None or not open_questions(case):
        return False
    decision = last_decision(Dossier(store.cases.events(case_id)), "supplementary")
    if decision is None or decision.payload.get("row") != "14":
        return False
    return references(decision.payload) == frozenset({known.reference})
