"""A case from its events: one step per type of event that changes it. Nothing else ever changes a case."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from intake_bot import clock
from intake_bot.cases.case import EXTENSION, Case, CaseStatus, Outcome, RequestedRight, RightStatus, clocked, mark_of
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.law.deadlines import ClockEvent
from intake_bot.law.events import (
    AUTHORITY_DEADLINE,
    CLAIMED_EARLIER_RECEIPT,
    EXTENSION_NOTICE,
    MINOR_AT_COLLECTION,
    RECEIVED_BY_JOINT_CONTROLLER,
)
from intake_bot.law.identity import CLOCK_OF
from intake_bot.rights import Right

Step = Callable[[Case, NewEvent], Case]

#: Facts of which the last record holds: a person corrects a date by recording it again, with a note.
_CORRECTED = frozenset({AUTHORITY_DEADLINE, CLAIMED_EARLIER_RECEIPT, RECEIVED_BY_JOINT_CONTROLLER})


def fold(case: Case | None, events: Iterable[NewEvent], *, identity: Mapping[str, str]) -> Case:
    """The case after the events. `identity` holds id, ref, mailbox and controller, which no event changes.

    Raises ValueError when the first event of a case is not its opening.
    """
    for event in events:
        if case is None:
            if event.type is not EventType.OPENED:
                raise ValueError(f"a case begins with its opening, not with {event.type}")
            case = _opened(event, identity)
        else:
            case = STEPS.get(event.type, _unchanged)(case, event)
            case = replace(case, changed_at=event.occurred_at)
    if case is None:
        raise ValueError("a case needs at least one event")
    return clocked(case)


def _opened(event: NewEvent, identity: Mapping[str, str]) -> Case:
    payload = event.payload
    received = clock.from_text(payload["received_at"])
    rights = tuple(
        RequestedRight(
            Right(item["right"]),
            RightStatus(item["status"]),
            clock.from_text(item.get("received_at", payload["received_at"])),
            clock_events=tuple(mark_of(told) for told in item.get("clock_events", ())),
        )
        for item in payload["rights"]
    )
    return Case(
        id=identity["id"],
        ref=identity["ref"],
        mailbox=identity["mailbox"],
        controller=identity["controller"],
        channel=payload["channel"],
        status=CaseStatus(payload["status"]),
        hold=tuple(payload["hold"]),
        lang=payload["lang"],
        received_at=received,
        opened_at=event.occurred_at,
        changed_at=event.occurred_at,
        zone=payload["zone"],
        jurisdiction=payload["jurisdiction"],
        rights=rights,
    )


def _unchanged(case: Case, event: NewEvent) -> Case:
    return case


def _each(case: Case, event: NewEvent, change: Callable[[RequestedRight], RequestedRight]) -> Case:
    """Change the rights that the payload names, all of them when it names none."""
    named = {Right(code) for code in event.payload.get("rights", ())}
    return replace(
        case, rights=tuple(change(item) if not named or item.right in named else item for item in case.rights)
    )


def _confirmed(case: Case, event: NewEvent) -> Case:
    def confirm(item: RequestedRight) -> RequestedRight:
        return replace(item, status=RightStatus.OPEN) if item.status is RightStatus.UNCONFIRMED else item

    return replace(_each(case, event, confirm), status=CaseStatus.OPEN, hold=())


def _right_added(case: Case, event: NewEvent) -> Case:
    payload = event.payload
    code = Right(payload["right"])
    received = clock.from_text(payload["received_at"])
    known = case.right(code)
    if known is not None:
        # The same right asked again: the earlier receipt binds, and a closed right runs again.
        status = RightStatus(payload["status"]) if not known.running else known.status
        earlier = replace(
            known,
            status=status,
            outcome=None if status is not RightStatus.CLOSED else known.outcome,
            received_at=min(known.received_at, received) if known.running else received,
            # Questions and notices of the closed request do not move the dates of the new one; a child stays one.
            clock_events=tuple(
                mark for mark in known.clock_events if known.running or mark.type == MINOR_AT_COLLECTION
            ),
        )
        return replace(case, rights=tuple(earlier if item.right is code else item for item in case.rights))
    added = RequestedRight(code, RightStatus(payload["status"]), received)
    return replace(case, rights=(*case.rights, added))


def _right_removed(case: Case, event: NewEvent) -> Case:
    return _each(case, event, lambda item: replace(item, status=RightStatus.CLOSED, outcome=Outcome.NOT_A_REQUEST))


def _not_a_request(case: Case, event: NewEvent) -> Case:
    closed = _each(case, event, lambda item: replace(item, status=RightStatus.CLOSED, outcome=Outcome.NOT_A_REQUEST))
    return replace(closed, status=CaseStatus.CLOSED, closed_at=event.occurred_at, hold=())


def _held(case: Case, event: NewEvent) -> Case:
    return replace(case, hold=tuple(dict.fromkeys((*case.hold, *event.payload["reasons"]))))


def _released(case: Case, event: NewEvent) -> Case:
    return replace(case, hold=())


def _clock(case: Case, event: NewEvent) -> Case:
    moved = ClockEvent(event.payload["event"], clock.from_text(event.payload["at"]), event.payload.get("letter", ""))

    def add(item: RequestedRight) -> RequestedRight:
        kept = (mark for mark in item.clock_events if mark.type != moved.type or moved.type not in _CORRECTED)
        return replace(item, clock_events=(*kept, moved))

    return _each(case, event, add)


def _answered(case: Case, event: NewEvent) -> Case:
    outcome = Outcome(event.payload["outcome"])
    return _each(case, event, lambda item: replace(item, status=RightStatus.CLOSED, outcome=outcome))


def _closed(case: Case, event: NewEvent) -> Case:
    return replace(case, status=CaseStatus.CLOSED, closed_at=event.occurred_at, hold=())


def _merged(case: Case, event: NewEvent) -> Case:
    merged = _each(case, event, lambda item: replace(item, status=RightStatus.CLOSED, outcome=Outcome.MERGED))
    return replace(merged, status=CaseStatus.CLOSED, closed_at=event.occurred_at, hold=())


def _absorbed(case: Case, event: NewEvent) -> Case:
    """The receipts of both cases, the earlier one binding; what makes a date earlier comes along (GDPR 26(3))."""
    rights = {item.right: item for item in case.rights}
    for told in event.payload["rights"]:
        code, received = Right(told["right"]), clock.from_text(told["received_at"])
        moves = tuple(mark_of(mark) for mark in told.get("clock_events", ()))
        known = rights.get(code)
        if known is None or not known.running:
            rights[code] = RequestedRight(code, RightStatus(told["status"]), received, clock_events=moves)
        else:
            both = tuple(dict.fromkeys((*known.clock_events, *moves)))
            either = {known.status, RightStatus(told["status"])}
            status = RightStatus.OPEN if RightStatus.OPEN in either else known.status
            earlier = min(known.received_at, received)
            rights[code] = replace(known, status=status, received_at=earlier, clock_events=both)
    first = min(case.received_at, clock.from_text(event.payload["received_at"]))
    return replace(case, received_at=first, rights=tuple(rights.values()))


def _right_moved(case: Case, event: NewEvent) -> Case:
    return _each(case, event, lambda item: replace(item, status=RightStatus.CLOSED, outcome=Outcome.MERGED))


def _reopened(case: Case, event: NewEvent) -> Case:
    """Open again: the rights that are named, or all that were asked for and did not go on elsewhere."""
    gone = (Outcome.MERGED, Outcome.NOT_A_REQUEST)
    named = bool(event.payload.get("rights"))

    def reopen(item: RequestedRight) -> RequestedRight:
        return replace(item, status=RightStatus.OPEN, outcome=None) if named or item.outcome not in gone else item

    return replace(_each(case, event, reopen), status=CaseStatus.OPEN, closed_at=None)


def _notice_sent(case: Case, event: NewEvent) -> Case:
    """GDPR 12(3): the extension notice counts from the moment when it left, not when it was decided."""
    if event.payload.get("kind") != EXTENSION:
        return case
    carried = _carried(case, EXTENSION_NOTICE, event)

    def move(item: RequestedRight) -> RequestedRight:
        marks = (replace(mark, at=event.occurred_at) if mark in carried else mark for mark in item.clock_events)
        return replace(item, clock_events=tuple(marks))

    return replace(case, rights=tuple(move(item) for item in case.rights))


def _notice_lost(case: Case, event: NewEvent) -> Case:
    """A letter that was rejected, failed or bounced informed nobody: it extends nothing, and suspends nothing."""
    kind = event.payload.get("kind", "")
    lost = EXTENSION_NOTICE if kind == EXTENSION else CLOCK_OF.get(kind, "")
    if not lost or (lost != EXTENSION_NOTICE and event.type is not EventType.DELIVERY_FAILED):
        return case
    carried = _carried(case, lost, event)

    def drop(item: RequestedRight) -> RequestedRight:
        return replace(item, clock_events=tuple(mark for mark in item.clock_events if mark not in carried))

    return replace(case, rights=tuple(drop(item) for item in case.rights))


def _carried(case: Case, kind: str, event: NewEvent) -> frozenset[ClockEvent]:
    """What the letter of an event asked or gave notice of. Where no mark names its letter: the last one."""
    marks = [mark for item in case.rights for mark in item.clock_events if mark.type == kind]
    letter = event.payload.get("letter")
    named = frozenset(mark for mark in marks if letter and mark.letter == letter)
    unnamed = [mark for mark in marks if not mark.letter]
    last = max((mark.at for mark in unnamed), default=None)
    return named or frozenset(mark for mark in unnamed if mark.at == last)


STEPS: dict[EventType, Step] = {
    EventType.CONFIRMED: _confirmed,
    EventType.RIGHT_CONFIRMED: lambda case, event: _each(
        case, event, lambda item: replace(item, status=RightStatus.OPEN)
    ),
    EventType.RIGHT_ADDED: _right_added,
    EventType.RIGHT_REMOVED: _right_removed,
    EventType.NOT_A_REQUEST: _not_a_request,
    EventType.HELD: _held,
    EventType.RELEASED: _released,
    EventType.CLOCK: _clock,
    EventType.ANSWERED: _answered,
    EventType.CLOSED: _closed,
    EventType.MERGED: _merged,
    EventType.ABSORBED: _absorbed,
    EventType.RIGHT_MOVED: _right_moved,
    EventType.REOPENED: _reopened,
    EventType.LETTER_SENT: _notice_sent,
    EventType.LETTER_REJECTED: _notice_lost,
    EventType.LETTER_FAILED: _notice_lost,
    EventType.DELIVERY_FAILED: _notice_lost,
}
