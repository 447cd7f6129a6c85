"""What must be said, to whom, and why now: a pure function of the cases and of the time.

Each notice has a key. What was said once under a key is not said again, whatever restarts and missed runs there are
(store.marks); a missed day is caught up once, with the state of now.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, RightStatus
from intake_bot.law.calendars import add_working_days, is_working_day
from intake_bot.law.service import question_target, stop_alert_at, stop_breach_at
from intake_bot.rights import Right

#: Rights whose processing stops at once (GDPR arts 7(3), 21(3)).
STOPS = frozenset({Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT})

#: What is asked of the DPO and has no period but a target of this house (GDPR arts 38(4), 77).
QUESTIONS = frozenset({Right.PRIVACY_QUESTION, Right.PRIVACY_COMPLAINT})

#: Hours before the end of the 72 hours (GDPR art. 33(1)) at which a breach report is called to mind; 0: they are over.
BREACH_HOURS = (48, 24, 6, 0)

#: Working days without an act of a person after which nobody counts as active on a case.
IDLE_DAYS = 2

#: How long a mailbox may stay unread before somebody is told.
SILENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say. `kind` is the kind of the letter, `to` its reader."""

    kind: str  # alarm | escalation
    to: str  # dpo | deputy | management
    key: str
    reason: str
    refs: tuple[str, ...] = ()
    at: datetime | None = None  # the moment that it is about, UTC


@dataclass(frozen=True, slots=True)
class Watch:
    """What the clock looks at. Instants are UTC."""

    cases: Sequence[Case]
    active: Mapping[str, datetime]  # case id -> last act of a person
    silent: Mapping[str, datetime]  # mailbox -> since when it cannot be read
    undelivered: Sequence[tuple[str, str]] = ()  # (letter id, reference): letters to people that did not get through
    unclassified: int = 0  # mails that the classifier failed at since yesterday
    stopped: AbstractSet[tuple[str, Right]] = frozenset()  # (case id, right) whose stop was confirmed
    renumbered: Mapping[str, int] = field(default_factory=dict)  # mailbox -> folders renumbered or restored so far
    heard: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)  # mailbox -> (alarm, read again at)
    unpurged: date | None = None  # the last purge, when the next one waits for a person


def notices(watch: Watch, now: datetime, zone: str, jurisdiction: str) -> list[Notice]:
    """Everything that is to be said now, said before or not."""
    today = clock.local_date(now, zone)
    found = [*_stops(watch, now), *_breaches(watch, now), *_service(watch, now, today)]
    if is_working_day(today, jurisdiction):
        found += [*_questions(watch, today, jurisdiction), *_escalations(watch, today, zone, jurisdiction)]
    return found


def _open(watch: Watch) -> list[Case]:
    return [case for case in watch.cases if case.status in (CaseStatus.OPEN, CaseStatus.UNCONFIRMED)]


def _stops(watch: Watch, now: datetime) -> list[Notice]:
    """A marketing stop or a withdrawal that is not done within a day; again, to management, within three."""
    found = []
    for case in _open(watch):
        for item in case.rights:
            if item.status is not RightStatus.OPEN or item.right not in STOPS:
                continue
            if (case.id, item.right) in watch.stopped:  # the alarm is for processing that goes on; the answer may wait
                continue
            if now >= stop_alert_at(item.received_at):
                found.append(Notice("alarm", "dpo", f"stop24:{case.id}:{item.right}", "stop_not_done", (case.ref,)))
            if now >= stop_breach_at(item.received_at):
                key = f"stop72:{case.id}:{item.right}"
                found.append(Notice("escalation", "management", key, "stop_not_done", (case.ref,)))
    return found


def _breaches(watch: Watch, now: datetime) -> list[Notice]:
    """72 elapsed hours do not wait for working days. Of several reminders that were missed only the last is said.

    When they are over management is told too: a later notification gives reasons for the delay (GDPR art. 33(1)).
    """
    found = []
    for case in _open(watch):
        for item in case.rights:
            if not item.running or item.due_at is None or item.right is not Right.BREACH_REPORT:
                continue
            left = item.due_at - now
            passed = [hours for hours in BREACH_HOURS if left <= timedelta(hours=hours)]
            if not passed:
                continue
            key, over = f"breach{passed[-1]}:{case.id}", passed[-1] == 0
            reason = "breach_over" if over else "breach_hours"
            readers = ("dpo", "deputy", *(("management",) if over else ()))
            found += [Notice("alarm", reader, key, reason, (case.ref,), item.due_at) for reader in readers]
    return found


def _questions(watch: Watch, today: date, jurisdiction: str) -> list[Notice]:
    """A question to the DPO or a complaint that is not answered within our target, once. Practice, not law."""
    late = {
        case.id: case.ref
        for case in _open(watch)
        for item in case.running
        if item.right in QUESTIONS
        and today > question_target(clock.local_date(item.received_at, case.zone), jurisdiction)
    }
    return [Notice("alarm", "dpo", f"question:{case_id}", "question_late", (ref,)) for case_id, ref in late.items()]


def _service(watch: Watch, now: datetime, today: date) -> list[Notice]:
    found = [
        Notice("alarm", "dpo", f"mailbox:{name}:{today}", "mailbox_silent", (), since)
        for name, since in watch.silent.items()
        if now - since >= SILENCE
    ]
    found += [Notice("alarm", "dpo", f"heard:{alarm}", "mailbox_heard", (), at) for alarm, at in watch.heard.values()]
    found += [
        Notice("alarm", "dpo", f"renumbered:{name}:{changes}", "folder_renumbered")
        for name, changes in watch.renumbered.items()
    ]
    found += [Notice("alarm", "dpo", f"letter:{letter}", "letter_failed", (ref,)) for letter, ref in watch.undelivered]
    if watch.unclassified:
        found.append(Notice("alarm", "dpo", f"classifier:{today}", "classifier_failed"))
    if watch.unpurged:
        found.append(Notice("alarm", "dpo", f"purge:{watch.unpurged}", "purge_waits"))
    return found


def _escalations(watch: Watch, today: date, zone: str, jurisdiction: str) -> list[Notice]:
    """Once a working day: overdue to management, soon due and untouched to management, old reviews to the deputy."""
    cases = _open(watch)
    overdue = [case.ref for case in cases if case.safe_on is not None and case.safe_on < today]
    limit = add_working_days(today, 2, jurisdiction)
    soon = [
        case.ref
        for case in cases
        if case.safe_on is not None and today <= case.safe_on <= limit and _idle(case, watch, today, zone, jurisdiction)
    ]
    waiting = [
        case.ref
        for case in cases
        if case.status is CaseStatus.UNCONFIRMED
        and today > add_working_days(clock.local_date(case.opened_at, zone), 1, jurisdiction)
    ]
    found = []
    if overdue:
        found.append(Notice("escalation", "management", f"overdue:{today}", "overdue", tuple(overdue)))
    if soon:
        found.append(Notice("escalation", "management", f"soon:{today}", "soon_and_idle", tuple(soon)))
    if waiting:
        found.append(Notice("escalation", "deputy", f"review:{today}", "review_waits", tuple(waiting)))
    return found


def _idle(case: Case, watch: Watch, today: date, zone: str, jurisdiction: str) -> bool:
    last = watch.active.get(case.id)
    if last is None:
        return True
    return add_working_days(clock.local_date(last, zone), IDLE_DAYS, jurisdiction) < today


def week_of(today: date) -> str:
    """The ISO week, the key of the weekly summary."""
    year, week, _ = today.isocalendar()
    return f"{year}-W{week:02d}"
