"""The outbox and the lease of its sender: who has a letter in hand, and how few rows are read to find that out."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.errors import LeaseLost
from intake_bot.store import leases
from intake_bot.store.keyring import new_master_key, parse_master_key
from intake_bot.store.leases import Leases
from intake_bot.store.outbox import REPEATS, LetterStatus
from intake_bot.store.store import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path, parse_master_key(new_master_key()))
    yield made
    made.close()


def queued(store: Store) -> str:
    letter = OutgoingLetter(
        "acknowledgement", "en", "person", "default", "p@client.example", "<1@example.test>",
        b"Subject: x\r\n\r\nx\r\n", case_id="0" * 12,
    )  # fmt: skip
    item = store.outbox.write(
        letter, key_id=store.keyring.create(), mode="live", status=LetterStatus.QUEUED, at=clock.now()
    )
    assert item is not None
    return item


def test_while_a_server_is_to_answer_nobody_takes_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    item, fence = queued(store), store.leases.take("sender")
    assert fence is not None
    store.outbox.claim(item, fence, clock.now(), HOUR)
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + HOUR - timedelta(minutes=1))
    assert Leases(store.database).take("sender") is None


def test_who_lost_the_lease_settles_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    item, lost = queued(store), store.leases.take("sender")
    assert lost is not None
    store.outbox.claim(item, lost, clock.now(), timedelta())
    other = Leases(store.database)
    fence = other.take("sender")
    assert fence is not None
    store.outbox.recover(fence, clock.now())
    store.outbox._leases = other
    store.outbox.claim(item, fence, clock.now(), HOUR)
    for late in (
        lambda: store.outbox.settle(item, LetterStatus.SENT, now=clock.now(), fence=lost),
        lambda: store.outbox.put_back(item, lost, clock.now()),
    ):
        with pytest.raises(LeaseLost):
            late()
    assert store.outbox.find(item).status is LetterStatus.CLAIMED
    store.outbox.settle(item, LetterStatus.SENT, now=clock.now(), fence=fence)
    assert store.outbox.find(item).status is LetterStatus.SENT


def test_a_killed_holder_is_dead_though_nobody_asked_how_it_ended() -> None:
    process = subprocess.Popen(["sleep", "60"])
    assert leases._started(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert leases._started(process.pid) == ""
    process.wait()


def test_what_interrupts_every_attempt_is_not_repeated_for_ever(store: Store) -> None:
    item = queued(store)
    for number in range(1, REPEATS + 1):
        fence = store.leases.take("sender")
        assert fence is not None
        store.outbox.claim(item, fence, clock.now(), HOUR)
        repeated, uncertain = store.outbox.recover(fence, clock.now())
        assert (repeated, len(uncertain)) == ((1, 0) if number < REPEATS else (0, 1))
    assert store.outbox.find(item).status is LetterStatus.UNCERTAIN
    released = store.outbox.approve(item, "Anna", clock.now(), mode="live")
    assert (released.attempts, released.tried_at) == (0, None)


def test_waiting_for_another_mode_is_no_attempt(store: Store) -> None:
    item, fence = queued(store), store.leases.take("sender")
    assert fence is not None
    store.outbox.claim(item, fence, clock.now(), HOUR)
    store.outbox.put_back(item, fence, clock.now())
    letter = store.outbox.find(item)
    assert (letter.status, letter.attempts, letter.tried_at) == (LetterStatus.QUEUED, 0, None)


def test_the_letters_of_one_case_are_found_by_the_case(store: Store) -> None:
    asked: list[str] = []
    store.database.connection.set_trace_callback(asked.append)
    store.outbox.next_ordinal("0" * 12, "acknowledgement")
    store.documents._asked("0" * 12)
    store.database.connection.set_trace_callback(None)
    for sql in asked:
        assert "outbox_case" in store.database.rows(f"EXPLAIN QUERY PLAN {sql}")[0]["detail"], sql
    assert len(asked) == 2
