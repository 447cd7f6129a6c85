"""Alarm dates of this house: pure functions on the safe date. Practice, not law; the numbers are in rules.py."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from intake_bot.clock import utc
from intake_bot.law.calendars import add_working_days
from intake_bot.law.rules import SERVICE_TARGETS, ServiceTargets, rules_for


class Alarm(NamedTuple):
    """A date on which the DPO is told. `kind` is received+7, safe-10, late and so on: the key of the sent-ledger."""

    kind: str
    on: date


def reminders(
    received_on: date, safe_on: date, jurisdiction: str, targets: ServiceTargets = SERVICE_TARGETS
) -> tuple[Alarm, ...]:
    """The reminders of one right, by date: days after receipt, then working days before the safe date.

    Local dates of the acting controller. A reminder that would not fall after the receipt and before or on the safe
    date is left out. Raises UnknownJurisdiction.
    """
    alarms = [Alarm(f"received+{days}", received_on + timedelta(days=days)) for days in targets.reminder_days]
    alarms += [
        Alarm(f"safe-{days}", add_working_days(safe_on, -days, jurisdiction)) for days in targets.warning_working_days
    ]
    return tuple(sorted((alarm for alarm in alarms if received_on < alarm.on <= safe_on), key=lambda alarm: alarm.on))


def escalates(safe_on: date, today: date, jurisdiction: str, targets: ServiceTargets = SERVICE_TARGETS) -> bool:
    """Whether management is told today: on safe-2 working days and, when late, every day after the safe date."""
    return today > safe_on or today == add_working_days(safe_on, -targets.escalation_working_days, jurisdiction)


def stop_alert_at(received_at: datetime, targets: ServiceTargets = SERVICE_TARGETS) -> datetime:
    """When an unexecuted stop (marketing, consent) is alarmed: 24 elapsed hours, UTC. Raises ValueError when naive."""
    return utc(received_at) + timedelta(hours=targets.stop_alert_hours)


def stop_breach_at(received_at: datetime, targets: ServiceTargets = SERVICE_TARGETS) -> datetime:
    """When an unexecuted stop breaks our target: 72 elapsed hours, UTC. Raises ValueError when naive."""
    return utc(received_at) + timedelta(hours=targets.stop_breach_hours)


def question_target(received_on: date, jurisdiction: str, targets: ServiceTargets = SERVICE_TARGETS) -> date:
    """By when a question to the DPO (GDPR 38(4)) should be answered: five working days after the day of receipt."""
    return add_working_days(received_on, targets.question_working_days, jurisdiction)


def complaint_acknowledgement(received_on: date, jurisdiction: str) -> date | None:
    """By when a complaint must be acknowledged; None where no law says so.

    UK DPA 2018 s.164A: "within the period of 30 days beginning when the complaint is received": the day of receipt is
    the first of the thirty. Not rolled: safest.
    """
    days = rules_for(jurisdiction).complaint_acknowledgement_days
    return received_on + timedelta(days=days - 1) if days else None
