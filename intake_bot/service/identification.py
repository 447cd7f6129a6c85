"""Who is this? The step of the identity ladder for a new case, and what the clock makes of a question that is open.

GDPR art. 12(6): a question needs a reasonable doubt, which is recorded here with its row. Directory records are kept by
their references only. docs/identity.md explains the flow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, RequestedRight, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.law.deadlines import ClockEvent
from intake_bot.law.events import ANSWERS, HEIR, QUESTIONS
from intake_bot.law.identity import CLOCK_OF, IdentityStep, Step, combined, next_step
from intake_bot.law.rules import SERVICE_TARGETS
from intake_bot.mail.authentication import Authentication
from intake_bot.mail.inbound import InboundMessage
from intake_bot.people import circumstances
from intake_bot.people.identification import Identification, facts_for
from intake_bot.rights import ACKNOWLEDGED, Right
from intake_bot.service.dossier import Dossier, Fact
from intake_bot.store.outbox import Letter
from intake_bot.store.store import Store

#: Questions that are repeated once without a person; of an heir or a document only a person speaks.
REPEATED = frozenset({"id_requested", "mandate_requested"})

#: Days before the safe date at which the notice of art. 12(4) is prepared, so that a person can read it.
NOTICE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """What the ladder says of a new case: the step of the mail, and of each right."""

    step: IdentityStep
    rights: Mapping[Right, IdentityStep]
    registered_at: str = ""  # the address on file, where the question goes to it
    shared_mailbox: bool = False

    @property
    def only_stops(self) -> bool:
        """Everything that is asked for stops at once and needs no identity (row 1)."""
        rows = {item.row for right, item in self.rights.items() if right in ACKNOWLEDGED}
        return rows == {"1"}

    @property
    def stops(self) -> tuple[Right, ...]:
        """The rights that stop mailings to the writing address."""
        return tuple(right for right, item in self.rights.items() if item.row == "1" and right in ACKNOWLEDGED)

    def sentence(self, lang: str) -> str:
        """For the notification: what the ladder says, "" where nothing is asked and nobody has to look."""
        if self.step.step is Step.NOTHING and not self.step.human:
            return ""
        word = "Identité" if lang == "fr" else "Identity"
        return f"{word} ({self.step.row}) : {self.step.reason(lang)} {self.step.what_to_do(lang)}"


def decide(
    case: Case, message: InboundMessage, authentication: Authentication, found: Identification, *, minor: bool,
    at: datetime,
) -> tuple[Decided, NewEvent]:  # fmt: skip
    """Climb the ladder for every right that the case holds. Pure: what was looked up is in `found`.

    Where nobody knows yet which right it is, access is taken: the one that discloses.
    """
    asked = [item.right for item in case.running] or [Right.ACCESS]
    facts = {right: facts_for(right, message, authentication, found, minor=minor) for right in asked}
    steps = {right: next_step(item) for right, item in facts.items()}
    step = combined(steps.values())
    registered = found.lookup.registered
    decided = Decided(
        step,
        steps,
        registered_at=registered[0].address if registered else "",
        shared_mailbox=any(item.role_mailbox for item in facts.values()),
    )
    return decided, NewEvent(EventType.IDENTITY_DECIDED, "bot", at, _payload(decided, case, authentication, found))


def _payload(decided: Decided, case: Case, authentication: Authentication, found: Identification) -> dict[str, Any]:
    """Codes and references. Entities are places in "subject, line break, new text" of the kept mail, not words."""
    step, lookup = decided.step, found.lookup
    codes = [str(authentication.outcome), *authentication.signs, *(item.code for item in found.circumstances)]
    return {
        "row": step.row,
        "outcome": str(step.step),
        "letter": step.letter,
        "ask_at": str(step.ask_at),
        "human": step.human,
        "rights": [str(right) for right in decided.rights if case.right(right)],
        "rows": {str(right): item.row for right, item in decided.rights.items()},
        "asks": [str(right) for right, item in decided.rights.items() if item.suspends],
        "codes": list(dict.fromkeys(codes)),
        "platform": found.platform.name if found.platform else "",
        "client": found.client,
        "searched": lookup.searched,
        "problems": list(lookup.problems),
        "registered": [person.reference for person in lookup.registered],
        "matched": [person.reference for person in lookup.matches],
        "agreeing": {reference: list(agreed) for reference, agreed in lookup.agreeing.items() if agreed},
        "entities": [[item.kind, item.start, item.end] for item in found.entities],
        "left_employer": any(item.code == circumstances.LEFT_EMPLOYER for item in found.circumstances),
    }


# -- the question on the clock ---------------------------------------------------------------------------------


def last_decision(dossier: Dossier, letter: str = "") -> Fact | None:
    """The last decision of the ladder, or the last that asked with this kind of letter."""
    found = [
        fact for fact in dossier.of(EventType.IDENTITY_DECIDED) if not letter or fact.payload.get("letter") == letter
    ]
    return found[-1] if found else None


def question_left(store: Store, letter: Letter, at: datetime) -> None:
    """A letter has left. If it asks for identity, the period is suspended from now on, and not from any earlier moment.

    To be called in the transaction that marks the letter sent.
    """
    event = CLOCK_OF.get(letter.kind)
    case = store.cases.case(letter.case_id) if event and letter.case_id else None
    if case is None:
        return
    decision = last_decision(Dossier(store.cases.events(case.id)), letter.kind)
    named = decision.payload.get("asks", ()) if decision else ()
    rights = [str(item.right) for item in case.running if not named or str(item.right) in named]
    if rights:
        payload = {"event": event, "at": clock.to_text(at), "rights": rights, "letter": letter.id}
        store.cases.append(case.id, [NewEvent(EventType.CLOCK, "bot", at, payload)])


def asked_for(event: str, rights: Iterable[Right]) -> str:
    """What a question on the clock asks for: identity, mandate or heir. About the dead it is always the heir's quality.

    The notice of GDPR art. 12(4) is worded by it.
    """
    return HEIR if set(rights) == {Right.POST_MORTEM} else QUESTIONS[event]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that has left and has no sufficient answer yet. Dates are local ones of the acting controller."""

    case_id: str
    ref: str
    event: str  # id_requested | mandate_requested | heir_proof_requested
    asked_at: datetime
    asked_on: date
    rights: tuple[Right, ...]
    safe_on: date | None  # the earliest safe date of these rights: no suspension moves it
    remind_on: date = field(default=date.max)
    notice_on: date = field(default=date.max)


def open_questions(case: Case) -> list[OpenQuestion]:
    """The questions of a case that wait for an answer, one for each kind, dated by the last letter. Pure."""
    asked: dict[str, list[tuple[ClockEvent, RequestedRight]]] = {}
    for item in case.running:
        for kind in CLOCK_KINDS:
            mark = _unanswered(item, kind)
            if mark is not None:
                asked.setdefault(mark.type, []).append((mark, item))
    return [_question(case, event, found) for event, found in asked.items()]


CLOCK_KINDS = tuple(dict.fromkeys(QUESTIONS[event] for event in CLOCK_OF.values()))


def _unanswered(item: RequestedRight, kind: str) -> ClockEvent | None:
    questions = [mark for mark in item.clock_events if QUESTIONS.get(mark.type) == kind]
    last = max(questions, key=lambda mark: mark.at, default=None)
    if last is None or any(ANSWERS.get(mark.type) == kind and mark.at >= last.at for mark in item.clock_events):
        return None
    return last


def _question(case: Case, event: str, found: list[tuple[ClockEvent, RequestedRight]]) -> OpenQuestion:
    asked_at = max(mark.at for mark, _ in found)
    asked_on = clock.local_date(asked_at, case.zone)
    safe_on = min((item.safe_on for _, item in found if item.safe_on), default=None)
    notice_on = max(asked_on + timedelta(days=1), safe_on - timedelta(days=NOTICE_DAYS)) if safe_on else date.max
    # One reminder, a week after the question, and in any case before the notice that there was no answer.
    last = notice_on - timedelta(days=1) if safe_on else date.max
    remind_on = max(
        asked_on + timedelta(days=1), min(asked_on + timedelta(days=SERVICE_TARGETS.reminder_days[0]), last)
    )
    return OpenQuestion(
        case.id,
        case.ref,
        event,
        asked_at,
        asked_on,
        tuple(item.right for _, item in found),
        safe_on,
        remind_on,
        notice_on,
    )


def reminders_due(cases: Iterable[Case], now: datetime) -> list[OpenQuestion]:
    """Whose question is to be repeated at `now` (aware): seven days after it left, and before the notice is due. Pure.

    It stays due until then; that it is written once is the matter of who writes it (identity_letters.remind).
    """
    return [
        item
        for case, item in _waiting(cases)
        if item.event in REPEATED and item.remind_on <= clock.local_date(now, case.zone) < item.notice_on
    ]


def notices_due(cases: Iterable[Case], now: datetime) -> list[OpenQuestion]:
    """For whom the notice of GDPR art. 12(4) is to be prepared at `now` (aware), before the safe date. Pure.

    Silence never closes a case: the notice is for a person to send, and a later answer resumes the remaining days.
    """
    return [item for case, item in _waiting(cases) if item.notice_on <= clock.local_date(now, case.zone)]


def _waiting(cases: Iterable[Case]) -> list[tuple[Case, OpenQuestion]]:
    running = (case for case in cases if case.status in (CaseStatus.OPEN, CaseStatus.UNCONFIRMED))
    return [(case, item) for case in running for item in open_questions(case)]


def shown_rights(case: Case) -> list[RequestedRight]:
    """What a letter says that the person asks for."""
    return [item for item in case.rights if item.status is RightStatus.OPEN and item.right in ACKNOWLEDGED]
