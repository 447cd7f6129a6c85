"""The steps from a request to its dates, in the order in which a person would do them on paper.

Steps are derived on demand from the inputs that a deadline carries: the same inputs give the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from intake_bot.law.events import Timeline, timeline
from intake_bot.law.periods import add_months
from intake_bot.law.readings import default_reading
from intake_bot.law.reckoning import Pause, Reading, Reckoning, reckon
from intake_bot.law.rules import CLOCKS, Clock, RuleSet
from intake_bot.law.steps import Step

if TYPE_CHECKING:
    from intake_bot.law.deadlines import Deadline


def derive(deadline: Deadline) -> tuple[Step, ...]:
    """Every step of the derivation, from the receipt that counts to the safe date."""
    line = timeline(deadline.request)
    clock = CLOCKS[deadline.request.right].clock
    return (*_opening(deadline, line), *_BY_CLOCK[clock](deadline, line))


def _opening(deadline: Deadline, line: Timeline) -> list[Step]:
    """Which receipt counts, and which clock it starts."""
    rule = CLOCKS[deadline.request.right]
    steps = [Step("received", {"at": deadline.received_at})]
    if line.own_receipt_at != line.received_at:
        steps = [Step("received_joint", {"at": deadline.received_at, "own": line.local(line.own_receipt_at)})]
    steps.append(Step(f"clock_{rule.clock}", {"source": rule.source}))
    return steps + [Step("notice_premature", {"on": mark.day}) for mark in line.premature]


def _month(deadline: Deadline, line: Timeline) -> list[Step]:
    rules, rule = deadline.rules, CLOCKS[deadline.request.right]
    reading = default_reading(line, rule, rules, deadline.request.jurisdiction)
    record: list[Step] = []
    result = reckon(line.marks, reading, rules, record)
    steps = [_month_step(reading, rules), *record]
    if result.due_on is not None:
        moved = result.first_unrolled != add_months(reading.start, rules.first_months)
        if moved and reading.identity is not Pause.RESTART:
            steps.append(Step("paused_total", {"days": result.paused_days, "to": result.first_unrolled}))
        steps.append(_roll_step("roll", result.first_unrolled, result.due_on, reading.calendar))
        steps.append(Step("due", {"on": result.due_on, "zone": deadline.request.tz}))
    if not reading.extendable:
        steps.append(Step("extension_minor" if rule.extendable else "extension_none", {}))
    elif result.extended_due_on is not None:
        steps += _extension(reading, result, result.extended_due_on, rules)
    if result.effective_due_on is None:
        steps.append(Step("effective_none", {}))
    else:
        steps.append(Step("effective", {"on": result.effective_due_on, "zone": deadline.request.tz}))
    return [*steps, Step("safe", {"on": deadline.safe_on})]


def _extension(reading: Reading, result: Reckoning, extended_due_on: date, rules: RuleSet) -> list[Step]:
    unrolled = result.extended_unrolled
    steps = [
        Step("extended", {"to": unrolled, "months": rules.total_months}),
        _roll_step("roll_extended", unrolled, extended_due_on, reading.calendar),
    ]
    if result.extension_valid:
        return [*steps, Step("extended_binds", {"on": extended_due_on})]
    prudent = add_months(reading.start, rules.first_months)
    return [*steps, Step("extended_possible", {"on": extended_due_on, "by": result.due_on, "prudent": prudent})]


def _month_step(reading: Reading, rules: RuleSet) -> Step:
    to = add_months(reading.start, rules.first_months)
    code = "month" if to.day == reading.start.day else "month_clamped"
    return Step(code, {"start": reading.start, "to": to, "wanted": reading.start.day})


def _roll_step(code: str, unrolled: date, to: date, place: str) -> Step:
    if unrolled == to:
        return Step(f"{code}_none", {"on": to})
    return Step(code, {"from": unrolled, "to": to, "place": place})


def _withdrawal(deadline: Deadline, line: Timeline) -> list[Step]:
    rules = deadline.rules
    reading = default_reading(line, CLOCKS[deadline.request.right], rules, deadline.request.jurisdiction)
    unrolled = add_months(reading.start, rules.first_months)
    backstop = deadline.alternatives[0].due_on or unrolled
    return [
        _month_step(reading, rules),
        _roll_step("roll", unrolled, backstop, reading.calendar),
        Step("backstop", {"on": backstop}),
        Step("safe", {"on": deadline.safe_on}),
    ]


def _letter(deadline: Deadline, line: Timeline) -> list[Step]:
    if deadline.due_at is None:
        return [Step("letter_without_date", {})]
    return [Step("letter_date", {"at": deadline.due_at}), Step("safe", {"on": deadline.safe_on})]


def _hours(deadline: Deadline, line: Timeline) -> list[Step]:
    hours = Step("hours", {"hours": deadline.rules.breach_hours, "at": deadline.due_at})
    return [hours, Step("safe", {"on": deadline.safe_on})]


def _no_clock(deadline: Deadline, line: Timeline) -> list[Step]:
    return [Step("no_date", {})]


_BY_CLOCK: Mapping[Clock, Callable[[Deadline, Timeline], list[Step]]] = {
    Clock.MONTH: _month,
    Clock.STOP_THEN_MONTH: _month,
    Clock.MONTH_BY_ANALOGY: _month,
    Clock.WITHOUT_UNDUE_DELAY: _withdrawal,
    Clock.DATE_IN_LETTER: _letter,
    Clock.HOURS: _hours,
    Clock.NONE: _no_clock,
}
