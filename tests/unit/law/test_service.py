from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from intake_bot.law import service


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
