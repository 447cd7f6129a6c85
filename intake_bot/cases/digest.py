"""The daily digest as a pure function of what is open and of the time. References only: no name, no address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases import wording
from intake_bot.cases.case import Case, CaseStatus, RequestedRight, RightStatus, extendable
from intake_bot.law.calendars import add_working_days
from intake_bot.law.events import (
    CLAIMED_EARLIER_RECEIPT,
    EXTENSION_NOTICE,
    IDENTITY_KINDS,
    QUESTIONS,
    RECEIVED_BY_JOINT_CONTROLLER,
)
from intake_bot.law.periods import add_months
from intake_bot.law.rules import Clock

#: Clocks that a question about identity stops.
_SUSPENDABLE = (Clock.MONTH, Clock.MONTH_BY_ANALOGY)


@dataclass(frozen=True, slots=True)
class HeldLetter:
    """A letter that waits for a person."""

    id: str
    ref: str
    kind: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """What the digest looks at. Instants are UTC."""

    cases: Sequence[Case]  # that are not closed
    letters: Sequence[HeldLetter]
    set_aside: Sequence[tuple[str, datetime]]  # id, since
    vanished: int
    mailboxes: Mapping[str, datetime | None]  # last successful poll
    counts: Mapping[str, int]  # outcomes since the last digest
    anchor: str
    previous: date | None  # of the last digest
    send_mode: str = "approve"
    failing: Sequence[tuple[str, datetime]] = ()  # (host, since) of webhooks that take nothing
    retention: Mapping[str, int] = field(default_factory=dict)  # what the last purge did, and what waits for a person
    undelivered: Sequence[str] = ()  # references of running cases of which a letter came back
    samples: int = 0  # sampled mails that nobody has judged yet


def context(state: State, now: datetime, zone: str, jurisdiction: str, lang: str) -> dict[str, Any]:
    """What the digest template shows."""
    today = clock.local_date(now, zone)
    limits = [add_working_days(today, days, jurisdiction) for days in (2, 5, 10)]
    open_cases = sorted(
        (case for case in state.cases if case.status in (CaseStatus.OPEN, CaseStatus.UNCONFIRMED)),
        key=lambda case: (case.safe_on or date.max, case.ref),
    )
    groups: dict[str, list[dict[str, Any]]] = {"overdue": [], "two": [], "five": [], "ten": [], "later": []}
    for case in open_cases:
        groups[_band(case, now, limits)].append(_line(case, today, lang))
    return {
        "today": today,
        "groups": groups,
        "open_count": len(open_cases),
        "review": [_line(case, today, lang) for case in open_cases if case.status is CaseStatus.UNCONFIRMED],
        "suspended": [
            _line(case, today, lang) | {"since": clock.local_date(since, case.zone)}
            for case in open_cases
            if (since := _suspended_since(case))
        ],
        "extendable": [
            _line(case, today, lang) | {"until": until}
            for case in open_cases
            if (until := _extendable_until(case)) and today <= until <= limits[-1]
        ],
        "undelivered": list(state.undelivered),
        "found": sum(case.status is CaseStatus.FOUND for case in state.cases),
        "letters": [
            {
                "id": item.id,
                "ref": item.ref,
                "kind": item.kind,
                "status": item.status,
                "age": _age(item.created_at, now),
            }
            for item in state.letters
        ],
        "set_aside": [{"id": item, "age": _age(since, now)} for item, since in state.set_aside],
        "vanished": state.vanished,
        "mailboxes": [
            {"name": name, "heard": wording.format_instant(at, zone, lang) if at else None}
            for name, at in state.mailboxes.items()
        ],
        "counts": [{"name": name, "count": count} for name, count in sorted(state.counts.items())],
        "anchor": state.anchor,
        "previous": state.previous,
        "missed": state.previous is not None and (today - state.previous).days > 4,
        "send_mode": state.send_mode,
        "failing": [{"host": host, "since": wording.format_instant(at, zone, lang)} for host, at in state.failing],
        "samples": state.samples,
        "retention": wording.retention_lines(state.retention, lang),
    }


def _band(case: Case, now: datetime, limits: Sequence[date]) -> str:
    safe = case.safe_on
    if case.overdue(now):
        return "overdue"
    if safe is None:
        return "later"
    for name, limit in zip(("two", "five", "ten"), limits, strict=True):
        if safe <= limit:
            return name
    return "later"


def _suspended_since(case: Case) -> datetime | None:
    """When the open question about identity was asked that stops a clock of the case; None when none does."""
    asked = [
        max((mark.at for mark in item.clock_events if QUESTIONS.get(mark.type) in IDENTITY_KINDS), default=None)
        for item in case.rights
        if item.running and item.effective_due_on is None and item.safe_on is not None and item.clock in _SUSPENDABLE
    ]
    return min(filter(None, asked), default=None)


def _extendable_until(case: Case) -> date | None:
    """Until when a notice extends some right of the case under every reading (GDPR 12(3)).

    That is the end of the first month, neither rolled nor suspended: an open question does not move it.
    """
    dates = (
        add_months(clock.local_date(_earliest_receipt(item), case.zone), 1)
        for item in case.rights
        if item.running and extendable(item) and not any(mark.type == EXTENSION_NOTICE for mark in item.clock_events)
    )
    return min(dates, default=None)


def _earliest_receipt(item: RequestedRight) -> datetime:
    """Ours, a joint controller's (GDPR 26(3)), or the one that the person claims."""
    others = (RECEIVED_BY_JOINT_CONTROLLER, CLAIMED_EARLIER_RECEIPT)
    return min([item.received_at, *(mark.at for mark in item.clock_events if mark.type in others)])


def _line(case: Case, today: date, lang: str) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "safe_on": case.safe_on,
        "due_on": case.due_on,
        "days": (case.safe_on - today).days if case.safe_on else None,
        "age": (today - clock.local_date(case.received_at, case.zone)).days,
        "rights": [
            wording.right_name(item.right, lang) for item in case.rights if item.status is not RightStatus.CLOSED
        ],
        "hold": bool(case.hold),
    }


def _age(since: datetime, now: datetime) -> int:
    """Whole days between two instants."""
    return (now - since).days
