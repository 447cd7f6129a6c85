"""The deadline of a requested right: from receipt and events to the dates that bind.

    D    = local date of the earliest receipt by any joint controller
    N    = days between identity question and sufficient answer
    due  = roll(D + 1 month + N)                 GDPR 12(3), Regulation 1182/71 art. 3
    ext  = roll(D + 3 months + N)                with a reasoned notice sent in time
    safe = the earliest binding date over the default and every stricter reading

Pure: no clock is read. The same facts in any order, told once or twice, give the same dates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from intake_bot.law.calendars import add_working_days
from intake_bot.law.derivation import derive
from intake_bot.law.events import EXTENSION_NOTICE, ClockEvent, ClockInput, Timeline, timeline
from intake_bot.law.explanation import explain_steps
from intake_bot.law.readings import default_reading, other_readings, strictest_readings
from intake_bot.law.reckoning import Reading, Reckoning, reckon
from intake_bot.law.rules import CLOCKS, Clock, ClockRule, RuleSet, rules_for
from intake_bot.law.steps import Step
from intake_bot.rights import Right

__all__ = ["Alternative", "ClockEvent", "ClockInput", "Deadline", "Step", "compute", "explain"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The dates under another reading of the law; `reading` is its code (docs/deadlines.md)."""

    due_on: date | None
    extended_due_on: date | None
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What is due when. Dates are local dates of the acting controller; each ends at 23:59:59 on its clock."""

    #: Last day of the first period; None while it is suspended or where no date runs.
    due_on: date | None = None
    #: Last day if a valid notice is or were given; None where none can be, or it was late, or while suspended.
    extended_due_on: date | None = None
    #: The date that binds; None while suspended or where none runs.
    effective_due_on: date | None = None
    #: None without a notice.
    extension_valid: bool | None = None
    #: The earliest effective date over the default and every stricter reading: all alarms run on it.
    safe_on: date | None = None
    #: The exact moment, aware, on the acting controller's clock, where the law or a letter sets one.
    due_at: datetime | None = None
    clock: Clock
    #: "immediately" where the processing must stop before anything is decided.
    stop_processing: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    suspended: bool = False
    #: The receipt that counts, aware, on the acting controller's clock.
    received_at: datetime
    #: The inputs and the version of the rules: what the dates are recomputed and explained from.
    request: ClockInput
    rules: RuleSet

    @property
    def rule_set(self) -> str:
        """The name of the rule set, kept with every date."""
        return self.rules.name

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole derivation, each step a code with its facts."""
        return derive(self)

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The dates as ISO 8601 text, with the explanation in French ("fr") or English ("en")."""
        return {
            "due_on": _iso(self.due_on),
            "extended_due_on": _iso(self.extended_due_on),
            "effective_due_on": _iso(self.effective_due_on),
            "extension_valid": self.extension_valid,
            "safe_on": _iso(self.safe_on),
            "due_at": _iso(self.due_at),
            "clock": str(self.clock),
            "stop_processing": self.stop_processing,
            "alternatives": [
                {
                    "due_on": _iso(other.due_on),
                    "extended_due_on": _iso(other.extended_due_on),
                    "reading": other.reading,
                }
                for other in self.alternatives
            ],
            "explanation": explain(self, lang),
            "rule_set": self.rule_set,
        }


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def compute(request: ClockInput, rules: RuleSet | None = None) -> Deadline:
    """The deadline of one requested right, under the rule set in force for its jurisdiction unless one is given.

    Raises InvalidDeadlineInput when the jurisdiction has no calendar or a date leaves the years that are known.
    """
    rules = rules or rules_for(request.jurisdiction)
    rule = CLOCKS[request.right]
    line = timeline(request)
    return Deadline(
        clock=rule.clock,
        stop_processing=rule.stop_processing,
        received_at=line.local(line.received_at),
        request=request,
        rules=rules,
        **_BY_CLOCK[rule.clock](_Case(request, line, rule, rules)),
    )


def explain(deadline: Deadline, lang: str) -> str:
    """The whole derivation in words, one sentence a line, in French ("fr") or English ("en"). Raises ValueError."""
    others = [(other.reading, other.due_on, other.extended_due_on) for other in deadline.alternatives]
    return explain_steps(deadline.steps, others, deadline.rule_set, lang)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the functions below hand to each other."""

    request: ClockInput
    line: Timeline
    rule: ClockRule
    rules: RuleSet

    def notice_without_effect(self) -> bool | None:
        """The validity of an extension notice where no extension exists: False, or None without a notice."""
        return False if any(mark.type == EXTENSION_NOTICE for mark in self.line.marks) else None

    def default_reading(self) -> Reading:
        return default_reading(self.line, self.rule, self.rules, self.request.jurisdiction)


def _month(case: _Case) -> dict[str, Any]:
    """GDPR 12(3): "without undue delay and in any event within one month of receipt of the request"."""
    reading = case.default_reading()
    result = reckon(case.line.marks, reading, case.rules)
    return {
        "due_on": result.due_on,
        "extended_due_on": result.extended_due_on,
        "effective_due_on": result.effective_due_on,
        "extension_valid": result.extension_valid,
        "safe_on": _safe_on(case, reading, result),
        "alternatives": _alternatives(case, reading, result),
        "suspended": result.suspended,
    }


def _safe_on(case: _Case, default: Reading, result: Reckoning) -> date | None:
    dates = [
        reckon(case.line.marks, reading, case.rules).effective_due_on
        for reading in strictest_readings(case.line, default)
    ]
    return min((day for day in (*dates, result.effective_due_on) if day), default=None)


def _alternatives(case: _Case, default: Reading, result: Reckoning) -> tuple[Alternative, ...]:
    """The other readings that give other dates than the default. Post-mortem: art. 85 sets no period at all."""
    found = []
    for code, reading in other_readings(case.line, case.rule, default):
        other = reckon(case.line.marks, reading, case.rules)
        if (other.due_on, other.extended_due_on) != (result.due_on, result.extended_due_on):
            found.append(Alternative(other.due_on, other.extended_due_on, code))
    if case.request.right is Right.POST_MORTEM:
        found.append(Alternative(None, None, "no_period"))
    return tuple(found)


def _withdrawal(case: _Case) -> dict[str, Any]:
    """GDPR 7(3): no date runs, processing stops at once; one month is the backstop for the erasure of 17(1)(b)."""
    reading = case.default_reading()
    backstop = reckon(case.line.marks, reading, case.rules)
    return {
        "extension_valid": backstop.extension_valid,
        "safe_on": _safe_on(case, reading, backstop),
        "alternatives": (Alternative(backstop.due_on, None, "one_month_backstop"),),
    }


def _letter(case: _Case) -> dict[str, Any]:
    """GDPR 31, 58: the date that the authority's letter sets, never rolled forward."""
    if case.line.authority_at is None:
        return {"extension_valid": case.notice_without_effect()}
    due_at = case.line.local(case.line.authority_at)
    return _exact(case, due_at)


def _hours(case: _Case) -> dict[str, Any]:
    """GDPR 33(1): "not later than 72 hours after having become aware of it": elapsed hours, through DST and holidays.

    Counted from the receipt of the mail, though awareness needs reasonable certainty: safest. Periods in hours do not
    roll (Regulation 1182/71 art. 3(4)). That the hour of the event is not counted (3(1)) and that a period of two days
    or more has two working days (3(5)) are argued both ways, and shown as the later readings.
    """
    line, hours = case.line, timedelta(hours=case.rules.breach_hours)
    due_at = line.local(line.received_at + hours)
    begun = line.received_at.replace(minute=0, second=0, microsecond=0)
    whole = begun if begun == line.received_at else begun + timedelta(hours=1)
    full_hour = line.local_date(whole + hours)
    two_days = max(due_at.date(), add_working_days(line.received_on, 2, case.request.jurisdiction))
    readings = ((full_hour, "next_full_hour"), (two_days, "two_working_days"))
    others = tuple(Alternative(day, None, code) for day, code in readings if day != due_at.date())
    return {**_exact(case, due_at), "alternatives": others}


def _exact(case: _Case, due_at: datetime) -> dict[str, Any]:
    """A clock that ends at a moment: its local date binds and is never rolled."""
    due_on = due_at.date()
    return {
        "due_on": due_on,
        "effective_due_on": due_on,
        "safe_on": due_on,
        "due_at": due_at,
        "extension_valid": case.notice_without_effect(),
    }


def _no_clock(case: _Case) -> dict[str, Any]:
    """GDPR 38(4), 77: no period; the service targets are in service.py."""
    return {"extension_valid": case.notice_without_effect()}


_BY_CLOCK: Mapping[Clock, Callable[[_Case], dict[str, Any]]] = {
    Clock.MONTH: _month,
    Clock.STOP_THEN_MONTH: _month,
    Clock.MONTH_BY_ANALOGY: _month,
    Clock.WITHOUT_UNDUE_DELAY: _withdrawal,
    Clock.DATE_IN_LETTER: _letter,
    Clock.HOURS: _hours,
    Clock.NONE: _no_clock,
}
