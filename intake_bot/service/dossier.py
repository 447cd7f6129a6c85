"""What a case file says beyond its projection: read from the events, for the rules that look at the past of a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases.events import Event, EventType
from intake_bot.law.deadlines import ClockEvent
from intake_bot.law.events import QUESTIONS
from intake_bot.rights import Right


@dataclass(frozen=True, slots=True)
class Fact:
    """One event with its opened payload."""

    type: EventType
    actor: str
    at: datetime
    payload: Mapping[str, Any]

    def concerns(self, right: Right) -> bool:
        """Whether it is about this right; an event that names no right is about all."""
        named = self.payload.get("rights", ())
        return not named or str(right) in named


class Dossier:
    """The facts of one case. Facts whose key was destroyed are left out."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._facts = [
            Fact(event.type, event.actor, event.occurred_at, event.payload)
            for event in events
            if event.payload is not None
        ]

    def of(self, *types: EventType) -> list[Fact]:
        """The facts of these types, oldest first."""
        return [fact for fact in self._facts if fact.type in types]

    @property
    def opening(self) -> Mapping[str, Any]:
        """The payload of the opening, empty once it was erased."""
        found = self.of(EventType.OPENED)
        return found[0].payload if found else {}

    @property
    def sender(self) -> str:
        """The address that wrote, lower case; "" when none is known."""
        return str((self.opening.get("sender") or {}).get("address", "")).lower()

    @property
    def chosen_addressee(self) -> str:
        """The address that a person chose for the letters, "" when nobody did."""
        found = self.of(EventType.ADDRESSEE_CHOSEN)
        return str(found[-1].payload["address"]) if found else ""

    @property
    def message_id(self) -> str:
        """The Message-ID of the person's mail, to which our letters answer."""
        received = [fact.payload.get("message_id") for fact in self.of(EventType.OPENED, EventType.FOLLOW_UP_RECEIVED)]
        return next((str(item) for item in reversed(received) if item), "")

    @property
    def inner_dates(self) -> tuple[datetime, ...]:
        """Dates that forwarded parts of the first mail claim."""
        return tuple(clock.from_text(item) for item in self.opening.get("inner_dates", ()))

    def advisers(self, about: str, right: Right) -> frozenset[str]:
        """Who advised on this move for this right since it was last decided or reopened (GDPR art. 38(6))."""
        names: set[str] = set()
        for fact in self.of(EventType.ADVICE_RECORDED, EventType.DECIDED, EventType.REOPENED):
            if not fact.concerns(right):
                continue
            if fact.type is not EventType.ADVICE_RECORDED:
                if fact.type is EventType.REOPENED or fact.payload.get("about") == about:
                    names.clear()
            elif fact.payload["about"] == about:
                names.add(fact.actor)
        return frozenset(names)

    def searched(self, right: Right) -> bool:
        """Whether somebody recorded a search for this right."""
        return any(fact.payload.get("kind") == "search" and fact.concerns(right) for fact in self._records())

    def executed(self, right: Right) -> bool:
        """Whether somebody recorded that it was done: an act in a system, a stop confirmed."""
        done = any(fact.payload.get("kind") != "search" and fact.concerns(right) for fact in self._records())
        return done or self.stopped(right)

    def stopped(self, right: Right) -> bool:
        """Whether somebody confirmed that the processing has stopped (GDPR 7(3), 21(3))."""
        return any(fact.concerns(right) for fact in self.of(EventType.STOP_CONFIRMED))

    def _records(self) -> list[Fact]:
        return self.of(EventType.ACTION_RECORDED)

    def searches(self, right: Right) -> list[Fact]:
        """The searches recorded for this right."""
        return [fact for fact in self._records() if fact.payload.get("kind") == "search" and fact.concerns(right)]

    def notified(self, right: Right) -> tuple[str, ...]:
        """The recipients told of this right (GDPR art. 19), by the code of their table row."""
        told = (fact for fact in self.of(EventType.RECIPIENT_NOTIFIED) if fact.concerns(right))
        return tuple(dict.fromkeys(str(fact.payload["recipient"]) for fact in told if fact.payload.get("told", True)))

    def has_search(self) -> bool:
        return any(fact.payload.get("kind") == "search" for fact in self._records())


def last_question(marks: Iterable[ClockEvent]) -> ClockEvent | None:
    """The last identity, mandate or heir question; None when none was asked."""
    asked = [mark for mark in marks if mark.type in QUESTIONS and not mark.type.startswith("clarification")]
    return max(asked, key=lambda mark: mark.at, default=None)
