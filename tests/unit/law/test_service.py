from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from intake_bot.law import service
from intake_bot.law.service import Alarm


def test_reminders_run_on_the_safe_date_in_working_days() -> None:
    # Received Tuesday 1 September 2026, safe Thursday 1 October: ten working days before is Thursday 17 September.
    assert service.reminders(date(2026, 9, 1), date(2026, 10, 1), "FR") == (
        Alarm("received+7", date(2026, 9, 8)),
        Alarm("received+14", date(2026, 9, 15)),
        Alarm("safe-10", date(2026, 9, 17)),
        Alarm("safe-5", date(2026, 9, 24)),
        Alarm("safe-2", date(2026, 9, 29)),
    )


def test_warnings_jump_over_holidays() -> None:
    # Safe Tuesday 7 April 2026, after Easter Monday: two working days before is Thursday 2 April.
    warnings = service.reminders(date(2026, 3, 4), date(2026, 4, 7), "FR")
    assert Alarm("safe-2", date(2026, 4, 2)) in warnings


def test_no_reminder_before_the_receipt_or_after_the_safe_date() -> None:
    kinds = [alarm.kind for alarm in service.reminders(date(2026, 9, 1), date(2026, 9, 10), "FR")]
    assert kinds == ["safe-5", "received+7", "safe-2"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-09-28", False), ("2026-09-29", True), ("2026-09-30", False), ("2026-10-01", False), ("2026-10-02", True)],
)
def test_management_is_told_two_working_days_before_and_daily_when_late(today: str, expected: bool) -> None:
    assert service.escalates(date(2026, 10, 1), date.fromisoformat(today), "FR") is expected


def test_stop_targets_are_elapsed_hours() -> None:
    received = datetime(2026, 10, 24, 12, tzinfo=timezone(timedelta(hours=2)))
    assert service.stop_alert_at(received) == datetime(2026, 10, 25, 10, tzinfo=UTC)
    assert service.stop_breach_at(received) == datetime(2026, 10, 27, 10, tzinfo=UTC)


def test_stop_targets_refuse_a_naive_receipt() -> None:
    with pytest.raises(ValueError, match="aware"):
        service.stop_alert_at(datetime(2026, 10, 24, 12))


def test_a_question_is_answered_within_five_working_days() -> None:
    assert service.question_target(date(2026, 4, 2), "FR") == date(2026, 4, 10)


def test_only_the_uk_sets_a_period_to_acknowledge_a_complaint() -> None:
    assert service.complaint_acknowledgement(date(2026, 9, 1), "FR") is None
    assert service.complaint_acknowledgement(date(2026, 9, 1), "UK") == date(2026, 9, 30)
