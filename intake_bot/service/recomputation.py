"""Dates follow from receipt, events and rules: when a rule set, a holiday table or a profile changes, they move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Shift:
    """One date of one right that moves: before and after. Local dates of the acting controller."""

    ref: str
    right: str
    name: str  # due_on | extended_due_on | effective_due_on | safe_on | rule_set
    before: str
    after: str


def shifts(before: Case, after: Case) -> tuple[Shift, ...]:
    """What differs between a case as it was kept and as it is computed today."""
    found = []
    for old, new in zip(before.rights, after.rights, strict=True):
        for name in ("due_on", "extended_due_on", "effective_due_on", "safe_on", "due_at", "clock", "rule_set"):
            was, now = _text(getattr(old, name)), _text(getattr(new, name))
            if was != now:
                found.append(Shift(before.ref, str(old.right), name, was, now))
    return tuple(found)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


class Recomputation:
    """Lists what moves, and applies it with an event on each case and one on the service chain."""

    def __init__(self, store: Store, now: clock.Clock = clock.now) -> None:
        self._store = store
        self._now = now

    def moved(self) -> list[tuple[Case, Case]]:
        """Open cases whose dates move: (before, after). Read-only."""
        return self._store.cases.moved()

    def apply(self, pairs: Sequence[tuple[Case, Case]], actor: str, why: str) -> int:
        """Write the new dates and log them. Returns how many cases moved.

        Nothing is written when nothing moves, except that somebody looked (service chain).
        """
        now = self._now()
        for before, after in pairs:
            told = [[item.right, item.name, item.before, item.after] for item in shifts(before, after)]
            payload = {"why": why, "shifts": told}
            self._store.cases.append(before.id, [NewEvent(EventType.RECOMPUTED, actor, now, payload)])
        done = {"what": "recompute", "why": why, "cases": len(pairs)}
        self._store.cases.record_service(NewEvent(EventType.RECOMPUTED, actor, now, done))
        return len(pairs)
