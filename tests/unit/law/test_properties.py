"""What must hold of every deadline, whatever the request."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from intake_bot.law.calendars import is_working_day, national
from intake_bot.law.deadlines import ClockEvent, ClockInput, Deadline, compute
from intake_bot.law.rules import Clock
from intake_bot.rights import Right

PLACES = ["FR", "FR-ALS", "FR-974", "DE", "DE-BY", "BE", "ES-CT", "IE", "UK"]
MONTHLY = {Clock.MONTH, Clock.STOP_THEN_MONTH, Clock.MONTH_BY_ANALOGY}
TYPES = [
    "id_requested",
    "id_received",
    "id_insufficient",
    "mandate_requested",
    "mandate_received",
    "clarification_requested",
    "clarification_received",
    "extension_notice",
    "received_by_joint_controller",
    "minor_at_collection",
    "authority_deadline",
    "claimed_earlier_receipt",
    "header_date",
]

#: The first use of a calendar year loads its holidays; no example is judged by its time.
unhurried = settings(deadline=None)

rights = st.sampled_from(list(Right))
receipts = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
places = st.sampled_from(PLACES)
offsets = st.lists(st.tuples(st.sampled_from(TYPES), st.integers(0, 60 * 24 * 120)), max_size=7)


def request(right: Right, at: datetime, place: str, told: list[tuple[str, int]]) -> ClockInput:
    """Events by type and minutes after the receipt."""
    events = tuple(ClockEvent(type_, at + timedelta(minutes=minutes)) for type_, minutes in told)
    return ClockInput(right, at, "Europe/Paris", place, events)


requests = st.builds(request, rights, receipts, places, offsets)


def own_dates(deadline: Deadline) -> list[date | None]:
    return [deadline.due_on, deadline.extended_due_on, deadline.effective_due_on, deadline.safe_on]


def dates(deadline: Deadline) -> list[date]:
    found = own_dates(deadline)
    for other in deadline.alternatives:
        found += [other.due_on, other.extended_due_on]
    return [day for day in found if day]


@unhurried
@given(requests)
def test_a_period_never_ends_before_the_receipt(made: ClockInput) -> None:
    if made.right is not Right.REGULATOR_LETTER:
        deadline = compute(made)
        assert all(day >= deadline.received_at.date() for day in dates(deadline))


@unhurried
@given(requests)
def test_a_month_never_ends_on_a_day_that_is_not_worked(made: ClockInput) -> None:
    deadline = compute(made)
    if deadline.clock in MONTHLY:
        for day in (deadline.due_on, deadline.extended_due_on, deadline.effective_due_on):
            assert day is None or is_working_day(day, made.jurisdiction)
        assert all(is_working_day(day, national(made.jurisdiction)) for day in dates(deadline))


@unhurried
@given(rights, receipts, places, st.integers(0, 60 * 24 * 400))
def test_a_later_receipt_is_never_due_earlier(right: Right, at: datetime, place: str, minutes: int) -> None:
    sooner = compute(request(right, at, place, []))
    later = compute(request(right, at + timedelta(minutes=minutes), place, []))
    for one, two in zip(own_dates(sooner), own_dates(later), strict=True):
        assert (one is None) == (two is None)
        assert one is None or two is None or one <= two


@unhurried
@given(
    receipts,
    places.filter(lambda place: place != "UK"),
    st.integers(0, 60 * 24 * 28),
    st.integers(0, 60 * 24 * 60),
    st.integers(0, 60 * 24 * 5),
)
def test_a_longer_pause_is_never_due_earlier(at: datetime, place: str, asked: int, days: int, more: int) -> None:
    def due(answered: int) -> date:
        made = request(Right.ERASURE, at, place, [("id_requested", asked), ("id_received", asked + answered)])
        found = compute(made).due_on
        assert found is not None
        return found

    assert due(0) <= due(days) <= due(days + more)


@unhurried
@given(requests, st.integers(0, 60 * 24 * 40))
def test_a_pause_of_no_time_changes_no_date(made: ClockInput, minutes: int) -> None:
    if made.jurisdiction == "UK":  # there the month begins anew with the answer
        return
    at = made.received_at + timedelta(minutes=minutes)
    pause = (ClockEvent("heir_proof_requested", at), ClockEvent("heir_proof_received", at))
    with_pause = compute(ClockInput(made.right, made.received_at, made.tz, made.jurisdiction, made.events + pause))
    without = compute(made)
    assert own_dates(with_pause) == own_dates(without)
    assert with_pause.extension_valid == without.extension_valid


@unhurried
@given(requests)
def test_recomputing_gives_the_same_deadline(made: ClockInput) -> None:
    assert compute(made) == compute(made)


@unhurried
@given(requests, st.randoms())
def test_events_in_any_order_or_told_twice_give_the_same_dates(made: ClockInput, rng: object) -> None:
    shuffled = list(made.events + made.events)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    again = compute(ClockInput(made.right, made.received_at, made.tz, made.jurisdiction, tuple(shuffled)))
    first = compute(made)
    assert again.to_json() == first.to_json()


@unhurried
@given(requests)
def test_the_safe_date_is_never_after_the_date_that_binds_nor_after_a_stricter_reading(made: ClockInput) -> None:
    deadline = compute(made)
    if deadline.effective_due_on:
        assert deadline.safe_on is not None
        assert deadline.safe_on <= deadline.effective_due_on
    if deadline.clock in MONTHLY:
        assert deadline.safe_on is not None


@unhurried
@given(requests)
def test_the_extended_period_is_longer_and_binds_only_after_a_valid_notice(made: ClockInput) -> None:
    deadline = compute(made)
    if deadline.due_on and deadline.extended_due_on:
        assert deadline.due_on < deadline.extended_due_on
    if deadline.suspended:
        assert deadline.effective_due_on is None
    elif deadline.clock in MONTHLY:
        expected = deadline.extended_due_on if deadline.extension_valid else deadline.due_on
        assert deadline.effective_due_on == expected


@unhurried
@given(requests, st.sampled_from(["fr", "en"]))
def test_every_deadline_can_be_said_in_words(made: ClockInput, lang: str) -> None:
    words = compute(made).to_json(lang)["explanation"]
    assert "{" not in words
    assert words.endswith(f"{compute(made).rule_set}.")


@unhurried
@given(receipts, st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo"]))
def test_a_breach_is_due_exactly_72_hours_after_receipt(at: datetime, zone: str) -> None:
    deadline = compute(ClockInput(Right.BREACH_REPORT, at, zone, "FR"))
    assert deadline.due_at is not None
    assert deadline.due_at.astimezone(UTC) - at == timedelta(hours=72)
    assert deadline.due_on == deadline.due_at.date()
