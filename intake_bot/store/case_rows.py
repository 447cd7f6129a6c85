"""A case as rows of the projection, and back."""

import json
from collections.abc import Sequence
from datetime import date
from sqlite3 import Row
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, Outcome, RequestedRight, RightStatus, mark_of, mark_told
from intake_bot.law.deadlines import ClockEvent
from intake_bot.rights import Right


def case_of(row: Row, rights: Sequence[Row]) -> Case:
    """The case of a row of `cases` and of its rows of `requested_rights`, in their order."""
    return Case(
        id=row["id"],
        ref=row["ref"],
        mailbox=row["mailbox"],
        controller=row["controller"],
        channel=row["channel"],
        status=CaseStatus(row["status"]),
        hold=tuple(json.loads(row["hold"])) if row["hold"] != "[]" else (),
        lang=row["lang"],
        received_at=clock.from_text(row["received_at"]),
        opened_at=clock.from_text(row["opened_at"]),
        changed_at=clock.from_text(row["changed_at"]),
        closed_at=clock.from_text(row["closed_at"]) if row["closed_at"] else None,
        zone=row["zone"],
        jurisdiction=row["jurisdiction"],
        rights=tuple(_right(item) for item in rights),
    )


def changing(case: Case) -> dict[str, Any]:
    """The columns of a case that an event may change, by name."""
    return {
        "status": str(case.status),
        "hold": json.dumps(list(case.hold)),
        "lang": case.lang,
        "received_at": clock.to_text(case.received_at),
        "changed_at": clock.to_text(case.changed_at),
        "closed_at": clock.to_text(case.closed_at) if case.closed_at else None,
        "due_on": _text(case.due_on),
        "safe_on": _text(case.safe_on),
        "rule_set": case.rule_set,
    }


def values_of_rights(case: Case) -> list[tuple[Any, ...]]:
    """The rows of `requested_rights` of a case."""
    return [
        (
            case.id, str(item.right), str(item.status), str(item.outcome) if item.outcome else None,
            clock.to_text(item.received_at), item.clock,
            json.dumps([mark_told(mark) for mark in item.clock_events]),
            _text(item.due_on), _text(item.extended_due_on), _text(item.effective_due_on), _text(item.safe_on),
            clock.to_text(item.due_at) if item.due_at else None, item.rule_set,
        )
        for item in case.rights
    ]  # fmt: skip


def _text(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _marks(text: str) -> tuple[ClockEvent, ...]:
    if text == "[]":
        return ()
    return tuple(mark_of(told) for told in json.loads(text))


def _right(row: Row) -> RequestedRight:
    return RequestedRight(
        right=Right(row["right"]),
        status=RightStatus(row["status"]),
        received_at=clock.from_text(row["received_at"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        clock_events=_marks(row["clock_events"]),
        clock=row["clock"],
        due_on=_date(row["due_on"]),
        extended_due_on=_date(row["extended_due_on"]),
        effective_due_on=_date(row["effective_due_on"]),
        safe_on=_date(row["safe_on"]),
        due_at=clock.from_text(row["due_at"]) if row["due_at"] else None,
        rule_set=row["rule_set"],
    )
