"""What the clock says of a case, and what the digest shows of it: pure functions of cases and time."""

from datetime import UTC, date, datetime

import pytest

from intake_bot.cases import digest
from intake_bot.cases.case import Case, CaseStatus, RequestedRight, RightStatus, clocked
from intake_bot.cases.reminders import Notice, Watch, notices
from intake_bot.law.events import ClockEvent
from intake_bot.rights import Right

PARIS = "Europe/Paris"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def case(right: Right, received: str, *marks: tuple[str, str]) -> Case:
    at = instant(received)
    events = tuple(ClockEvent(kind, instant(when)) for kind, when in marks)
    return clocked(
        Case(
            id="c1", ref="2026-0001", mailbox="default", controller="octoop", channel="mail", status=CaseStatus.OPEN,
            hold=(), lang="fr", received_at=at, opened_at=at, changed_at=at, zone=PARIS, jurisdiction="FR",
            rights=(RequestedRight(right, RightStatus.OPEN, at, clock_events=events),),
        )
    )  # fmt: skip


def said(watch: Watch, now: str) -> list[Notice]:
    return notices(watch, instant(now), PARIS, "FR")


def told(found: list[Notice], reason: str) -> list[tuple[str, str]]:
    return [(notice.to, notice.key) for notice in found if notice.reason == reason]


def shown(one: Case, now: str) -> dict[str, object]:
    state = digest.State([one], (), (), 0, {}, {}, "", None)
    return digest.context(state, instant(now), PARIS, "FR", "en")


@pytest.mark.parametrize("right", [Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT])
def test_a_confirmed_stop_is_not_alarmed_while_the_answer_waits(right: Right) -> None:
    one = case(right, "2026-11-02T08:00")
    late = "2026-11-05T09:00"
    assert len(told(said(Watch([one], {}, {}), late), "stop_not_done")) == 2
    assert told(said(Watch([one], {}, {}, stopped={("c1", right)}), late), "stop_not_done") == []


def test_a_breach_past_its_hours_is_told_to_all_on_any_day() -> None:
    one = case(Right.BREACH_REPORT, "2026-10-29T09:00")  # the 72 hours end on Sunday, All Saints' Day
    before, after = (said(Watch([one], {}, {}), f"2026-11-01T{time}") for time in ("08:59", "09:00"))
    assert told(before, "breach_hours") == [("dpo", "breach6:c1"), ("deputy", "breach6:c1")]
    assert told(before, "breach_over") == []
    assert [reader for reader, _ in told(after, "breach_over")] == ["dpo", "deputy", "management"]
    assert {notice.kind for notice in after if notice.reason == "breach_over"} == {"alarm"}, "no office hour is awaited"
    assert told(after, "breach_hours") == []


def test_a_breach_past_its_hours_is_overdue_the_same_day() -> None:
    one = case(Right.BREACH_REPORT, "2026-11-02T09:00")
    for now, band in (("2026-11-05T08:59", "two"), ("2026-11-05T09:01", "overdue")):
        groups = shown(one, now)["groups"]
        assert [name for name, lines in groups.items() if lines] == [band]  # type: ignore[attr-defined]


@pytest.mark.parametrize("right", [Right.PRIVACY_QUESTION, Right.PRIVACY_COMPLAINT])
def test_a_question_is_called_to_mind_once_its_five_working_days_have_passed(right: Right) -> None:
    one = case(right, "2026-11-02T09:00")  # Monday
    assert told(said(Watch([one], {}, {}), "2026-11-09T09:00"), "question_late") == []
    assert told(said(Watch([one], {}, {}), "2026-11-10T09:00"), "question_late") == [("dpo", "question:c1")]
    assert told(said(Watch([one], {}, {}), "2026-11-11T09:00"), "question_late") == [], "a holiday"


def test_a_suspension_inside_the_extended_period_is_named() -> None:
    one = case(
        Right.ACCESS, "2026-11-02T09:00", ("extension_notice", "2026-11-20T09:00"), ("id_requested", "2026-12-10T09:00")
    )
    assert one.rights[0].due_on is not None
    assert [line["since"] for line in shown(one, "2026-12-14T09:00")["suspended"]] == [date(2026, 12, 10)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("right", "marks", "until"),
    [
        (Right.ACCESS, [], ["2027-02-13"]),  # a Saturday, not the Monday that ends the period
        (Right.ACCESS, [("id_requested", "2027-01-15T09:00")], ["2027-02-13"]),
        (Right.ACCESS, [("claimed_earlier_receipt", "2027-01-11T09:00")], ["2027-02-11"]),
        (Right.ACCESS, [("received_by_joint_controller", "2027-01-12T23:30")], ["2027-02-13"]),
        (Right.ACCESS, [("received_by_joint_controller", "2027-01-12T22:30")], ["2027-02-12"]),
        (Right.ACCESS, [("extension_notice", "2027-01-20T09:00")], []),
        (Right.ERASURE, [("minor_at_collection", "2027-01-13T09:00")], []),
        (Right.OBJECTION_MARKETING, [], []),
    ],
)
def test_a_notice_is_prudent_until_the_end_of_the_unrolled_month(
    right: Right, marks: list[tuple[str, str]], until: list[str]
) -> None:
    found = shown(case(right, "2027-01-13T09:00", *marks), "2027-02-08T09:00")["extendable"]
    assert [str(line["until"]) for line in found] == until  # type: ignore[attr-defined]


def test_a_mailbox_that_is_read_again_and_a_renumbered_folder_have_their_key() -> None:
    now = "2026-11-02T09:00"
    watch = Watch(
        [], {}, {}, renumbered={"default": 2}, heard={"default": ("mailbox:default:2026-11-01:dpo", instant(now))}
    )
    found = said(watch, now)
    assert told(found, "mailbox_heard") == [("dpo", "heard:mailbox:default:2026-11-01:dpo")]
    assert told(found, "folder_renumbered") == [("dpo", "renumbered:default:2")]
