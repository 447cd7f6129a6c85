"""A year day by day with a frozen clock: each digest once, each alarm once, nothing overdue without a word before."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import Settings
from intake_bot.law.calendars import is_working_day
from intake_bot.service.clockwork import Clockwork
from intake_bot.store.store import Store
from tests.support.service import environment, opened, settings

PARIS = ZoneInfo("Europe/Paris")


class Frozen:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    values = environment(tmp_path / "state", MANAGEMENT_EMAIL="boss@example.test", DEPUTY_EMAIL="deputy@example.test")
    found = replace(settings(values), send_mode="approve")
    store = opened(found)
    yield found, store
    store.close()


def open_case(store: Store, at: datetime, *rights: str, status: str = "open") -> str:
    payload = {
        "received_at": clock.to_text(at), "channel": "mail", "status": status, "hold": [], "lang": "fr",
        "zone": "Europe/Paris", "jurisdiction": "FR",
        "rights": [{"right": item, "status": status if status == "unconfirmed" else "open"} for item in rights],
    }  # fmt: skip
    event = NewEvent(EventType.OPENED, "bot", at, payload)
    with store.transaction():
        return store.cases.open_case(store.keyring.create(), [event], mailbox="default", controller="octoop").id


def answer(store: Store, case_id: str, at: datetime, actor: str = "Anna") -> None:
    facts = [NewEvent(EventType.ANSWERED, actor, at, {"outcome": "granted"}), NewEvent(EventType.CLOSED, actor, at)]
    store.cases.append(case_id, facts)


def simulate(found: Settings, store: Store, days: int, seed: int) -> None:
    rng = random.Random(seed)
    now = Frozen(datetime(2026, 1, 1, tzinfo=UTC))
    clockwork = Clockwork(found, store, now=now)
    running: dict[str, tuple[date, bool]] = {}  # case -> (day of the answer, whether it is answered at all)
    down: set[date] = set()
    start = now.at
    for day in range(days):
        if rng.random() < 0.03:  # the service is down for a day
            down.add((start + timedelta(days=day)).date())
            continue
        if rng.random() < 0.1:
            clockwork = Clockwork(found, store, now=now)  # a restart
        if rng.random() < 0.2:
            at = start + timedelta(days=day, hours=rng.uniform(0, 20))
            right = rng.choice(["access", "erasure", "objection_marketing", "withdraw_consent", "breach_report"])
            status = rng.choice(["open", "open", "unconfirmed"])
            running[open_case(store, at, right, status=status)] = (
                (at + timedelta(days=rng.randint(1, 45))).date(), rng.random() < 0.9,
            )  # fmt: skip
        for hour in (1, 2, 3, 7, 9, 13, 22):
            now.at = start + timedelta(days=day, hours=hour, minutes=rng.randint(0, 30))
            clockwork.tick()
            if rng.random() < 0.3:
                clockwork.tick()  # running twice
        for case_id, (when, answered) in list(running.items()):
            if answered and when <= now.at.date():
                answer(store, case_id, now.at)
                del running[case_id]
    check(found, store, start, days, down)


def check(found: Settings, store: Store, start: datetime, days: int, down: set[date]) -> None:
    rows = store.database.rows("SELECT kind, dedupe, created_at FROM outbox WHERE audience = 'desk'")
    assert max(Counter(row["dedupe"] for row in rows).values()) == 1
    # The letters go with their retention; the marks of what was said stay.
    digests = {row["key"]: row["at"] for row in store.database.rows("SELECT key, at FROM marks WHERE kind = 'digest'")}
    every = [(start + timedelta(days=number)).date() for number in range(days)]
    wanted = {str(day) for day in every if is_working_day(day, "FR") and day not in down}
    assert set(digests) == wanted, "one digest for each working day on which the service ran"
    for at in digests.values():
        assert clock.from_text(at).astimezone(PARIS).hour >= found.digest_hour
    _no_silence(store, down, every[-6])


def _no_silence(store: Store, down: set[date], end: date) -> None:
    """Every case whose safe date passed unanswered was escalated on the working days around it."""
    rows = store.database.rows("SELECT key, at FROM marks WHERE kind = 'escalation'")
    said = [(clock.from_text(row["at"]), row["key"]) for row in rows]
    for case in store.cases.all():
        safe = case.safe_on
        if safe is None or case.status == "closed" or safe > end:
            continue
        before = [at for at, key in said if key.startswith("soon") and at.date() <= safe]
        after = [at for at, key in said if key.startswith("overdue") and at.date() > safe]
        assert after, f"{case.ref} was overdue in silence"
        assert before or {safe, safe - timedelta(days=1), safe - timedelta(days=2)} & down, case.ref


def test_two_months(world: tuple[Settings, Store]) -> None:
    simulate(*world, days=62, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_a_year(world: tuple[Settings, Store], seed: int) -> None:
    simulate(*world, days=400, seed=seed)


def test_around_the_change_of_hour(world: tuple[Settings, Store]) -> None:
    found, store = world
    for begin in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
        now = Frozen(begin)
        clockwork = Clockwork(found, store, now=now)
        while now.at < begin + timedelta(days=5):
            clockwork.tick()
            now.at += timedelta(minutes=20)
    keys = [row["key"] for row in store.database.rows("SELECT key FROM marks WHERE kind = 'digest'")]
    assert sorted(keys) == ["2026-03-27", "2026-03-30", "2026-03-31", "2026-10-23", "2026-10-26", "2026-10-27"]


def test_alarms_for_what_stops_at_once_and_for_breaches(world: tuple[Settings, Store]) -> None:
    found, store = world
    saturday = datetime(2026, 5, 2, 9, tzinfo=UTC)
    open_case(store, saturday, "objection_marketing")
    open_case(store, saturday, "breach_report")
    now = Frozen(saturday)
    clockwork = Clockwork(found, store, now=now)
    for _ in range(96):
        clockwork.tick()
        now.at += timedelta(hours=1)
    kinds = Counter(
        row["dedupe"].split(":")[1]
        for row in store.database.rows("SELECT dedupe FROM outbox WHERE kind IN ('alarm', 'escalation')")
    )
    assert kinds["stop24"] == 1
    assert kinds["stop72"] == 1
    assert {kinds["breach48"], kinds["breach24"], kinds["breach6"]} == {2}, "to the DPO and to the deputy"
    assert kinds["breach0"] == 3, "to management too"
