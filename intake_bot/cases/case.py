"""A case and its requested rights, as they follow from the events (folding.py): frozen values and their dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from intake_bot import clock
from intake_bot.law.deadlines import ClockEvent, ClockInput, Deadline, compute
from intake_bot.law.events import MINOR_AT_COLLECTION
from intake_bot.law.rules import CLOCKS
from intake_bot.rights import Right

#: The kind of the letter that extends a period; what becomes of it moves dates.
EXTENSION = "extension"


class CaseStatus(StrEnum):
    """Where a case stands."""

    UNCONFIRMED = "unconfirmed"  # found in the review band; the clock runs, the DPO decides
    OPEN = "open"
    FOUND = "found"  # found by a backfill, answer unknown; nothing is sent or escalated
    CLOSED = "closed"


class RightStatus(StrEnum):
    """Where one requested right stands."""

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How one requested right ended."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    NOTHING_HELD = "nothing_held"
    CANNOT_IDENTIFY = "cannot_identify"
    WITHDRAWN = "withdrawn"
    NOT_A_REQUEST = "not_a_request"
    MERGED = "merged"
    HANDLED = "handled"  # for matters that are no right: a question answered, a letter passed on


@dataclass(frozen=True, slots=True)
class RequestedRight:
    """One right in a case, with its own clock. Dates are local calendar dates of the acting controller."""

    right: Right
    status: RightStatus
    received_at: datetime
    outcome: Outcome | None = None
    clock_events: tuple[ClockEvent, ...] = ()
    clock: str = ""
    due_on: date | None = None
    extended_due_on: date | None = None
    effective_due_on: date | None = None
    safe_on: date | None = None
    due_at: datetime | None = None
    rule_set: str = ""

    @property
    def running(self) -> bool:
        return self.status is not RightStatus.CLOSED


@dataclass(frozen=True, slots=True)
class Case:
    """The projection of a case: what queries and pages need without opening the vault."""

    id: str
    ref: str
    mailbox: str
    controller: str
    channel: str  # mail | post | phone | counter | ...
    status: CaseStatus
    hold: tuple[str, ...]
    lang: str
    received_at: datetime
    opened_at: datetime
    changed_at: datetime
    zone: str
    jurisdiction: str
    rights: tuple[RequestedRight, ...] = field(default=())
    closed_at: datetime | None = None

    def right(self, code: Right) -> RequestedRight | None:
        return next((item for item in self.rights if item.right is code), None)

    @property
    def running(self) -> tuple[RequestedRight, ...]:
        return tuple(item for item in self.rights if item.running)

    @property
    def due_on(self) -> date | None:
        """The earliest binding date over the rights that still run."""
        return min((item.effective_due_on for item in self.running if item.effective_due_on), default=None)

    @property
    def safe_on(self) -> date | None:
        """The earliest safe date over the rights that still run: it drives every alarm."""
        return min((item.safe_on for item in self.running if item.safe_on), default=None)

    def overdue(self, now: datetime) -> bool:
        """Whether the safe date has passed, or the 72 elapsed hours of a breach report (GDPR 33(1)). `now` is aware."""
        if self.safe_on is not None and self.safe_on < clock.local_date(now, self.zone):
            return True
        return any(item.right is Right.BREACH_REPORT and item.due_at and item.due_at < now for item in self.running)

    @property
    def rule_set(self) -> str:
        return next((item.rule_set for item in self.rights if item.rule_set), "")


def mark_of(told: Sequence[str]) -> ClockEvent:
    """What moved a date, from how `mark_told` tells it: type, instant, and the letter where one did it."""
    kind, at, *letter = told
    return ClockEvent(kind, clock.from_text(at), *letter)


def mark_told(mark: ClockEvent) -> list[str]:
    """What moved a date, as plain values."""
    return [mark.type, clock.to_text(mark.at), *([mark.letter] if mark.letter else [])]


def extendable(item: RequestedRight) -> bool:
    """Whether the law lets this right be extended at all (GDPR 12(3); Loi 78-17 art. 51 II for data of minors)."""
    minor = item.right is Right.ERASURE and any(mark.type == MINOR_AT_COLLECTION for mark in item.clock_events)
    return CLOCKS[item.right].extendable and not minor


def deadline(case: Case, item: RequestedRight) -> Deadline:
    """The deadline of one requested right, computed anew from its receipt and its clock events."""
    return compute(ClockInput(item.right, item.received_at, case.zone, case.jurisdiction, item.clock_events))


#: Deadlines by what they depend on: right, local date of receipt, zone, jurisdiction.
Memo = dict[tuple[Right, date, str, str], Deadline]


def clocked(case: Case, memo: Memo | None = None) -> Case:
    """The case with the dates of all its rights computed anew.

    `memo`: filled and used within one run over many cases. Without events the dates of every clock but the 72 hours
    follow from the local date of receipt; keep a memo no longer than the rules stay the same.
    """
    rights = [_with_dates(item, _remembered(case, item, memo)) for item in case.rights]
    same = all(new is old for new, old in zip(rights, case.rights, strict=True))
    return case if same else replace(case, rights=tuple(rights))


def _remembered(case: Case, item: RequestedRight, memo: Memo | None) -> Deadline:
    if memo is None or item.clock_events or item.right is Right.BREACH_REPORT:
        return deadline(case, item)
    key = (item.right, clock.local_date(item.received_at, case.zone), case.zone, case.jurisdiction)
    found = memo.get(key)
    if found is None:
        found = memo[key] = deadline(case, item)
    return found


def _with_dates(item: RequestedRight, found: Deadline) -> RequestedRight:
    """The right with these dates: itself where none differs."""
    if (
        item.safe_on == found.safe_on
        and item.effective_due_on == found.effective_due_on
        and item.due_on == found.due_on
        and item.extended_due_on == found.extended_due_on
        and item.rule_set == found.rule_set
        and item.clock == found.clock
        and item.due_at == found.due_at
    ):
        return item
    return RequestedRight(
        right=item.right,
        status=item.status,
        received_at=item.received_at,
        outcome=item.outcome,
        clock_events=item.clock_events,
        clock=found.clock,
        due_on=found.due_on,
        extended_due_on=found.extended_due_on,
        effective_due_on=found.effective_due_on,
        safe_on=found.safe_on,
        due_at=found.due_at,
        rule_set=found.rule_set,
    )
