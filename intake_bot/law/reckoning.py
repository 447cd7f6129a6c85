"""Walk a request's events through one reading of the law and say when its periods end.

The same walk serves the default, every stricter reading and every alternative: they differ only in a `Reading`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

from intake_bot.law.calendars import roll
from intake_bot.law.events import ANSWERS, CLARIFICATION, EXTENSION_NOTICE, QUESTIONS, Mark
from intake_bot.law.periods import add_months
from intake_bot.law.rules import RuleSet
from intake_bot.law.steps import Step


class Pause(Enum):
    """What a question about identity does to the period."""

    NONE = auto()  # it was late, unneeded or disproportionate: nothing
    LESS_ONE = auto()  # only the whole days between question and answer do not count: N - 1
    COUNTED = auto()  # answer date minus question date: N, the default in France
    RESTART = auto()  # the month begins anew with the answer: United Kingdom


class Reading(NamedTuple):
    """One way to read the law where it is unsettled."""

    start: date
    calendar: str
    extendable: bool
    identity: Pause = Pause.COUNTED
    clarification: Pause = Pause.NONE
    #: UK GDPR 12A: the day of the scope question and the day of its answer are both left out.
    inclusive: bool = False
    #: Two months after the (shortened) first month instead of three months from receipt.
    from_first_month: bool = False
    #: A notice sent on the days to which only the roll of art. 3(4) carried the first month comes too late.
    unrolled_notice: bool = False


class Reckoning(NamedTuple):
    """Where a reading ends. Dates are local; a period ends at 23:59:59 of its date."""

    due_on: date | None
    extended_due_on: date | None
    extension_valid: bool | None
    suspended: bool
    #: Last days before the roll; meaningless while suspended.
    first_unrolled: date
    extended_unrolled: date
    #: Days by which questions moved a date, in either period.
    paused_days: int

    @property
    def effective_due_on(self) -> date | None:
        """The date that binds: none while suspended, the extended one after a valid notice, else the first."""
        if self.suspended:
            return None
        return self.extended_due_on if self.extension_valid else self.due_on


def reckon(marks: tuple[Mark, ...], reading: Reading, rules: RuleSet, record: list[Step] | None = None) -> Reckoning:
    """The dates of one reading. `record`, where given, receives a step for each event. Marks are in time order."""
    first = add_months(reading.start, rules.first_months)
    base = (first, rules.extension_months) if reading.from_first_month else (reading.start, rules.total_months)
    last = add_months(*base)
    if not marks:
        due_on, place = roll(first, reading.calendar), reading.calendar
        return Reckoning(due_on, roll(last, place) if reading.extendable else None, None, False, first, last, 0)
    walk = _Walk(reading, rules, reading.start, first, last, record)
    for mark in marks:
        walk.take(mark)
    return walk.reckoning()


@dataclass(slots=True)
class _Walk:
    """The state between two events of a request. Lives inside one call of reckon."""

    reading: Reading
    rules: RuleSet
    start: date
    first: date  # last day of the first month so far, unrolled
    extended: date  # last day of the extended period so far, unrolled
    record: list[Step] | None
    valid: bool | None = None
    open: dict[str, date] = field(default_factory=dict)  # open question -> day asked; none if not suspended
    opened_on: date = date.min  # since when the clock stands still
    in_first: bool = True  # whether the clock was stopped inside the first month
    last_excluded: date = date.min  # last day left out by an inclusive pause
    paused_days: int = 0

    def take(self, mark: Mark) -> None:
        if mark.type == EXTENSION_NOTICE:
            self.notice(mark)
        elif mark.type in QUESTIONS:
            self.question(QUESTIONS[mark.type], mark.day)
        elif mark.type in ANSWERS:
            self.answer(ANSWERS[mark.type], mark.day)
        else:
            self.note("insufficient" if self.open else "insufficient_ignored", on=mark.day)

    def note(self, code: str, **facts: date | int | str | None) -> None:
        if self.record is not None:
            self.record.append(Step(code, facts))

    def question(self, kind: str, day: date) -> None:
        """Décret 2019-536 art. 77 para 3: the periods "are suspended" when information needed to identify is asked."""
        if self.pause(kind) is Pause.NONE:
            self.note("clarification_no_pause" if kind == CLARIFICATION else "question_no_pause", kind=kind, on=day)
        elif kind in self.open:
            self.note("question_repeated", kind=kind, on=day)
        elif self.open:  # the clock stands still already: overlapping intervals count once
            self.open[kind] = day
            self.note("question_nested", kind=kind, on=day)
        elif day <= roll(self.first, self.reading.calendar):
            self.stop(kind, day, in_first=True)
        elif self.valid and day <= roll(self.extended, self.reading.calendar):
            self.stop(kind, day, in_first=False)
        else:  # a period that has ended cannot be suspended
            self.note("question_late", kind=kind, on=day, end=roll(self.first, self.reading.calendar))

    def stop(self, kind: str, day: date, *, in_first: bool) -> None:
        self.open[kind] = self.opened_on = max(day, self.start)
        self.in_first = in_first
        self.note("suspended" if in_first else "suspended_extended", kind=kind, on=day)

    def answer(self, kind: str, day: date) -> None:
        """A sufficient answer lets the clock run again once no other question is open."""
        asked = self.open.pop(kind, None)
        if asked is None:
            self.note("answer_without_question", kind=kind, on=day)
        elif self.pause(kind) is Pause.RESTART:
            if all(other == CLARIFICATION for other in self.open):
                self.restart(kind, max(day, self.start))
        elif self.open:
            self.note("still_open", kind=kind, on=day)
        elif kind == CLARIFICATION and self.reading.inclusive:
            self.resume(kind, day, self.excluded_days(asked, day))
        else:
            days = (day - self.opened_on).days
            self.resume(kind, day, max(days - (self.pause(kind) is Pause.LESS_ONE), 0))

    def excluded_days(self, asked: date, day: date) -> int:
        """UK GDPR 12A: the period "beginning with the day" of the question and "ending with the day" of the answer."""
        begin = max(asked, self.start, self.last_excluded + timedelta(days=1))
        self.last_excluded = max(day, self.last_excluded)
        return max((day - begin).days + 1, 0)

    def resume(self, kind: str, day: date, days: int) -> None:
        """N days later. A period that stood still cannot end before the answer, even if asked on its last day."""
        days = max(days, 0)
        floor = day if self.pause(kind) is Pause.COUNTED and days else date.min
        self.paused_days += days
        self.extended = max(self.extended + timedelta(days=days), floor)
        if self.in_first:
            self.first = max(self.first + timedelta(days=days), floor)
        code = "resumed" if self.in_first else "resumed_extended"
        self.note(code, kind=kind, asked=self.opened_on, on=day, days=days)

    def restart(self, kind: str, day: date) -> None:
        """UK GDPR 12A: the month begins with the "relevant time", the receipt of the identity information."""
        self.paused_days += (day - self.opened_on).days
        self.start = self.opened_on = day
        self.extended = add_months(day, self.rules.total_months)
        if self.in_first:
            self.first = add_months(day, self.rules.first_months)
        self.note("restarted", kind=kind, on=day)

    def notice(self, mark: Mark) -> None:
        """GDPR 12(3): told "within one month of receipt of the request, together with the reasons for the delay"."""
        if not self.reading.extendable:
            self.valid = False
            self.note("notice_without_effect", at=mark.day)
        elif self.valid:
            self.note("notice_repeated", at=mark.day)
        else:
            end = self.first if self.reading.unrolled_notice else roll(self.first, self.reading.calendar)
            self.valid = bool(self.open) or mark.day <= end
            self.note("notice_valid" if self.valid else "notice_late", at=mark.day, end=None if self.open else end)

    def pause(self, kind: str) -> Pause:
        return self.reading.clarification if kind == CLARIFICATION else self.reading.identity

    def reckoning(self) -> Reckoning:
        calendar, suspended = self.reading.calendar, bool(self.open)
        extended = self.reading.extendable and self.valid is not False and not suspended
        return Reckoning(
            due_on=None if suspended and self.in_first else roll(self.first, calendar),
            extended_due_on=roll(self.extended, calendar) if extended else None,
            extension_valid=self.valid,
            suspended=suspended,
            first_unrolled=self.first,
            extended_unrolled=self.extended,
            paused_days=self.paused_days,
        )
