"""The schedule as data, and what is due on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.errors import ConfigurationError
from intake_bot.law.retention import SCHEDULE, Action, Item, Kept, due, due_on, schedule

START = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (Kept.MAIL_IDENTIFIERS, date(2026, 12, 30)),
        (Kept.MAIL_RECORD, date(2027, 12, 30)),
        (Kept.REVIEW_TEXT, START),
        (Kept.ID_UNASKED, date(2026, 12, 7)),
        (Kept.ID_CHECKED, START),
        (Kept.MANDATE, START),
        (Kept.CASE_CONTENT, date(2027, 2, 28)),
        (Kept.CASE_ACTIVE, date(2027, 2, 28)),
        (Kept.CASE_ARCHIVE, date(2031, 11, 30)),
        (Kept.DISCLOSED_FILE, date(2027, 2, 28)),
        (Kept.LOGS, date(2027, 5, 30)),
        (Kept.SUPPRESSION, None),
    ],
)
def test_each_default(kept: Kept, expected: date | None) -> None:
    assert due_on(Item(kept, "1", START)) == expected


def test_every_kind_has_one_rule_with_its_reason() -> None:
    assert [rule.kept for rule in SCHEDULE] == list(Kept)
    assert all(rule.reason for rule in SCHEDULE)


def test_what_has_not_started_or_is_disputed_is_never_due() -> None:
    late = START + timedelta(days=9_999)
    open_case = Item(Kept.CASE_ARCHIVE, "open", None)
    disputed = Item(Kept.CASE_ARCHIVE, "disputed", START, on_hold=True)
    assert due([open_case, disputed, Item(Kept.SUPPRESSION, "s", START)], late) == ()


def test_what_is_due_comes_in_order_with_action_and_reason() -> None:
    items = [Item(Kept.CASE_ACTIVE, "c", START), Item(Kept.MANDATE, "m", START), Item(Kept.CASE_ARCHIVE, "c", START)]
    found = due(items, date(2027, 2, 28))
    assert [(entry.item.kept, entry.action) for entry in found] == [
        (Kept.MANDATE, Action.ERASE),
        (Kept.CASE_ACTIVE, Action.ARCHIVE),
    ]
    assert due(items, date(2027, 2, 27)) == found[:1]


def test_the_dpo_sets_other_periods() -> None:
    own = schedule({"case_archive": "6 years", "logs": "12 months", "mail_identifiers": "10 days"})
    assert due_on(Item(Kept.CASE_ARCHIVE, "1", START), own) == date(2032, 11, 30)
    assert due_on(Item(Kept.MAIL_IDENTIFIERS, "1", START), own) == date(2026, 12, 10)
    assert schedule() == SCHEDULE == schedule({})


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        schedule({"case_archive": "30 years", "logs": "soon", "mails": "1 day", "suppression": "3 years"})
    assert len(caught.value.problems) == 4


@given(st.sampled_from(Kept), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 3_000))
def test_what_is_due_stays_due(kept: Kept, start: date, days: int) -> None:
    item = Item(kept, "1", start)
    if due([item], start + timedelta(days=days)):
        assert due([item], start + timedelta(days=days + 1))
