"""Targets of this house, on which alarms run: pure functions of the receipt. Practice, not law; the numbers are in
rules.py. What runs on the safe date is in cases/reminders.py and cases/digest.py.
"""

from datetime import date, datetime, timedelta

from intake_bot.clock import utc
from intake_bot.law.calendars import add_working_days
from intake_bot.law.rules import SERVICE_TARGETS, ServiceTargets, rules_for


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
