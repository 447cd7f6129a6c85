"""The default reading of the law, the strictest one, and every other where the law is unsettled.

The default is what an experienced French DPO computes; the strictest gives the safe date on which all alarms run; the
others stand beside them, so that nobody is surprised when an authority reads the text differently.
"""

from collections.abc import Iterator
from datetime import date

from intake_bot.law.calendars import canonical, national
from intake_bot.law.events import CLARIFICATION, EXTENSION_NOTICE, IDENTITY_KINDS, QUESTIONS, Timeline
from intake_bot.law.reckoning import Pause, Reading
from intake_bot.law.rules import ClockRule, RuleSet
from intake_bot.rights import Right


def default_reading(line: Timeline, rule: ClockRule, rules: RuleSet, jurisdiction: str) -> Reading:
    """The reading that gives the dates of the case."""
    # Loi 78-17 art. 51 II: data collected from a minor are erased "dans les meilleurs délais": the two further months
    # of 12(3) are arguable and not taken. It speaks of erasure alone.
    minor_erasure = line.minor and line.right is Right.ERASURE
    identity = Pause.RESTART if rules.identity_restarts else Pause.COUNTED
    scope_pauses = rules.clarification_suspends and line.right is Right.ACCESS
    return Reading(
        start=line.received_on,
        calendar=canonical(jurisdiction),
        extendable=rule.extendable and not minor_erasure,
        identity=identity if rule.suspendable else Pause.NONE,
        clarification=Pause.COUNTED if rule.suspendable and scope_pauses else Pause.NONE,
        inclusive=rules.clarification_inclusive,
    )


def strictest_readings(line: Timeline, default: Reading) -> tuple[Reading, ...]:
    """The readings of which the earliest effective date is the safe date; empty where none differs from the default.

    Every choice that can only bring the date forward is taken at once: no pause, two months after the shortened first
    month, notice only by the unrolled and unsuspended date, the earliest claimed receipt, the national calendar. So a
    notice sent by that date stands in every reading.
    """
    calendars = {default.calendar, national(default.calendar)}
    claimed = _claimed_start(line, default)
    if not line.marks and len(calendars) == 1 and claimed == default.start:
        return ()
    strictest = default._replace(
        start=claimed,
        identity=Pause.NONE,
        clarification=Pause.NONE,
        from_first_month=True,
        unrolled_notice=True,
    )
    return tuple(strictest._replace(calendar=calendar) for calendar in sorted(calendars))


def other_readings(line: Timeline, rule: ClockRule, default: Reading) -> Iterator[tuple[str, Reading]]:
    """Code and reading of each point that the law leaves open and that these facts raise."""
    if line.marks:
        yield from _pause_readings(line, rule, default)
        if default.extendable and any(mark.type == EXTENSION_NOTICE for mark in line.marks):
            yield "notice_by_unrolled_date", default._replace(unrolled_notice=True)
    if default.extendable:
        # Only month ends differ: 31 January gives 30 April, by way of 28 February 28 April.
        if default.start.day > 28:
            yield "extension_from_first_month", default._replace(from_first_month=True)
    elif rule.extendable:
        yield "minor_extension", default._replace(extendable=True)
    if "-" in default.calendar:
        yield "national_holidays_only", default._replace(calendar=national(default.calendar))
    if line.own_receipt_at != line.received_at:
        yield "own_receipt", default._replace(start=line.local_date(line.own_receipt_at))
    claimed = _claimed_start(line, default)
    if claimed != default.start:
        yield "claimed_earlier_receipt", default._replace(start=claimed)


def _pause_readings(line: Timeline, rule: ClockRule, default: Reading) -> Iterator[tuple[str, Reading]]:
    asked = {QUESTIONS[mark.type] for mark in line.marks if mark.type in QUESTIONS}
    if not rule.suspendable or not asked:
        return
    if asked & IDENTITY_KINDS:
        yield "no_pause", default._replace(identity=Pause.NONE, clarification=Pause.NONE)
        if default.identity is Pause.COUNTED:
            yield "pause_less_one_day", default._replace(identity=Pause.LESS_ONE)
            yield "restart_on_identity", default._replace(identity=Pause.RESTART)
    if CLARIFICATION in asked and line.right is Right.ACCESS:
        if default.clarification is Pause.NONE:  # EDPB 01/2022 s.5.3
            yield "clarification_pause", default._replace(clarification=Pause.COUNTED)
        else:
            yield "clarification_no_pause", default._replace(clarification=Pause.NONE)


def _claimed_start(line: Timeline, default: Reading) -> date:
    return min(default.start, line.local_date(line.claimed_at)) if line.claimed_at else default.start
