"""The deadline of a requested right: from receipt and events to the dates that bind, each step recorded.

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
from intake_bot.law.events import EXTENSION_NOTICE, ClockEvent, ClockInput, Timeline, timeline
from intake_bot.law.explanation import explain_steps
from intake_bot.law.periods import add_months
from intake_bot.law.readings import default_reading, other_readings, strictest_readings
from intake_bot.law.reckoning import Pause, Reading, Reckoning, reckon
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
    due_on: date | None
    #: Last day if a valid notice is or were given; None where none can be, or it was late, or while suspended.
    extended_due_on: date | None
    #: The date that binds; None while suspended or where none runs.
    effective_due_on: date | None
    #: None without a notice.
    extension_valid: bool | None
    #: The earliest effective date over the default and every stricter reading: all alarms run on it.
    safe_on: date | None
    #: The exact moment, aware, on the acting controller's clock, where the law or a letter sets one.
    due_at: datetime | None
    clock: str
    stop_processing: str | None
    alternatives: tuple[Alternative, ...]
    steps: tuple[Step, ...]
    rule_set: str
    suspended: bool
    #: The receipt that counts, aware, on the acting controller's clock.
    received_at: datetime

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
    rule_set = rules or rules_for(request.jurisdiction)
    rule = CLOCKS[request.right]
    line = timeline(request)
    case = _Case(request, line, rule, rule_set)
    return _BY_CLOCK[rule.clock](case)


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

    def opening(self) -> list[Step]:
        """The first two steps: which receipt counts, and which clock it starts."""
        line = self.line
        received = line.local(line.received_at)
        steps = [Step("received", {"at": received})]
        if line.own_receipt_at != line.received_at:
            steps = [Step("received_joint", {"at": received, "own": line.local(line.own_receipt_at)})]
        steps.append(Step(f"clock_{self.rule.clock}", {"source": self.rule.source}))
        steps += [Step("notice_premature", {"on": mark.day}) for mark in line.premature]
        return steps

    def deadline(self, steps: list[Step], **dates: Any) -> Deadline:
        """A deadline with these dates and nothing else."""
        notice = any(mark.type == EXTENSION_NOTICE for mark in self.line.marks)
        values: dict[str, Any] = {
            "due_on": None,
            "extended_due_on": None,
            "effective_due_on": None,
            "extension_valid": False if notice else None,
            "safe_on": None,
            "due_at": None,
            "alternatives": (),
            "suspended": False,
        }
        return Deadline(
            **(values | dates),
            clock=self.rule.clock,
            stop_processing=self.rule.stop_processing,
            steps=tuple(steps),
            rule_set=self.rules.name,
            received_at=self.line.local(self.line.received_at),
        )


def _month(case: _Case) -> Deadline:
    """GDPR 12(3): "without undue delay and in any event within one month of receipt of the request"."""
    line, rules = case.line, case.rules
    reading = default_reading(line, case.rule, rules, case.request.jurisdiction)
    record: list[Step] = []
    result = reckon(line.marks, reading, rules, record)
    safe_on = _safe_on(case, reading, result)
    steps = case.opening()
    steps.append(_month_step(reading, rules))
    steps += record
    steps += _closing(case, reading, result, safe_on)
    return case.deadline(
        steps,
        due_on=result.due_on,
        extended_due_on=result.extended_due_on,
        effective_due_on=result.effective_due_on,
        extension_valid=result.extension_valid,
        safe_on=safe_on,
        alternatives=_alternatives(case, reading, result),
        suspended=result.suspended,
    )


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


def _month_step(reading: Reading, rules: RuleSet) -> Step:
    to = add_months(reading.start, rules.first_months)
    code = "month" if to.day == reading.start.day else "month_clamped"
    return Step(code, {"start": reading.start, "to": to, "wanted": reading.start.day})


def _closing(case: _Case, reading: Reading, result: Reckoning, safe_on: date | None) -> list[Step]:
    """The steps after the events: pause, roll, extension, and the dates that follow."""
    steps = []
    place = reading.calendar
    if result.due_on is not None:
        if result.paused_days and reading.identity is not Pause.RESTART:
            steps.append(Step("paused_total", {"days": result.paused_days, "to": result.first_unrolled}))
        steps.append(_roll_step("roll", result.first_unrolled, result.due_on, place))
        steps.append(Step("due", {"on": result.due_on, "zone": case.request.tz}))
    if not reading.extendable:
        steps.append(Step("extension_minor" if case.rule.extendable else "extension_none", {}))
    elif result.extended_due_on is not None:
        months = case.rules.total_months
        steps.append(Step("extended", {"to": result.extended_unrolled, "months": months}))
        steps.append(_roll_step("roll_extended", result.extended_unrolled, result.extended_due_on, place))
        if result.extension_valid:
            steps.append(Step("extended_binds", {"on": result.extended_due_on}))
        else:
            prudent = add_months(reading.start, case.rules.first_months)
            facts = {"on": result.extended_due_on, "by": result.due_on, "prudent": prudent}
            steps.append(Step("extended_possible", facts))
    if result.effective_due_on is None:
        steps.append(Step("effective_none", {}))
    else:
        steps.append(Step("effective", {"on": result.effective_due_on, "zone": case.request.tz}))
    steps.append(Step("safe", {"on": safe_on}))
    return steps


def _roll_step(code: str, unrolled: date, to: date, place: str) -> Step:
    if unrolled == to:
        return Step(f"{code}_none", {"on": to})
    return Step(code, {"from": unrolled, "to": to, "place": place})


def _withdrawal(case: _Case) -> Deadline:
    """GDPR 7(3): no date runs, processing stops at once; one month is the backstop for the erasure of 17(1)(b)."""
    reading = default_reading(case.line, case.rule, case.rules, case.request.jurisdiction)
    backstop = reckon(case.line.marks, reading, case.rules)
    safe_on = _safe_on(case, reading, backstop)
    steps = case.opening()
    steps += [
        _month_step(reading, case.rules),
        _roll_step("roll", backstop.first_unrolled, backstop.due_on or backstop.first_unrolled, reading.calendar),
        Step("backstop", {"on": backstop.due_on}),
        Step("safe", {"on": safe_on}),
    ]
    alternatives = (Alternative(backstop.due_on, None, "one_month_backstop"),)
    return case.deadline(steps, safe_on=safe_on, alternatives=alternatives)


def _letter(case: _Case) -> Deadline:
    """GDPR 31, 58: the date that the authority's letter sets, never rolled forward."""
    line = case.line
    if line.authority_at is None:
        return case.deadline([*case.opening(), Step("letter_without_date", {})])
    due_at = line.local(line.authority_at)
    due_on = due_at.date()
    steps = [*case.opening(), Step("letter_date", {"at": due_at}), Step("safe", {"on": due_on})]
    return case.deadline(steps, due_on=due_on, effective_due_on=due_on, safe_on=due_on, due_at=due_at)


def _hours(case: _Case) -> Deadline:
    """GDPR 33(1): "not later than 72 hours after having become aware of it": elapsed hours, through DST and holidays.

    Counted from the receipt of the mail, though awareness needs reasonable certainty: safest. Periods in hours do not
    roll (Regulation 1182/71 art. 3(4)). That the hour of the event is not counted (3(1)) and that a period of two days
    or more has two working days (3(5)) are argued both ways, and shown as the later readings.
    """
    line, hours = case.line, timedelta(hours=case.rules.breach_hours)
    due_at = line.local(line.received_at + hours)
    due_on = due_at.date()
    begun = line.received_at.replace(minute=0, second=0, microsecond=0)
    whole = begun if begun == line.received_at else begun + timedelta(hours=1)
    full_hour = line.local_date(whole + hours)
    two_days = max(due_on, add_working_days(line.received_on, 2, case.request.jurisdiction))
    readings = ((full_hour, "next_full_hour"), (two_days, "two_working_days"))
    steps = [
        *case.opening(),
        Step("hours", {"hours": case.rules.breach_hours, "at": due_at}),
        Step("safe", {"on": due_on}),
    ]
    return case.deadline(
        steps,
        due_on=due_on,
        effective_due_on=due_on,
        safe_on=due_on,
        due_at=due_at,
        alternatives=tuple(Alternative(day, None, code) for day, code in readings if day != due_on),
    )


def _no_clock(case: _Case) -> Deadline:
    """GDPR 38(4), 77: no period; the service targets are in service.py."""
    return case.deadline([*case.opening(), Step("no_date", {})])


_BY_CLOCK: Mapping[Clock, Callable[[_Case], Deadline]] = {
    Clock.MONTH: _month,
    Clock.STOP_THEN_MONTH: _month,
    Clock.MONTH_BY_ANALOGY: _month,
    Clock.WITHOUT_UNDUE_DELAY: _withdrawal,
    Clock.DATE_IN_LETTER: _letter,
    Clock.HOURS: _hours,
    Clock.NONE: _no_clock,
}
