"""The sender when something goes wrong beside SMTP: a lost lease, a locked database, a disk that cannot be written."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.errors import LeaseLost, SendError
from intake_bot.service.dispatch import GIVE_UP, LEASE, NOTING, RETRIES, Dispatch
from intake_bot.store.leases import Leases
from intake_bot.store.outbox import LetterStatus
from tests.support.service import environment, opened, settings

SERVER = SimpleNamespace(host="localhost", port=1)  # never asked


class Server:
    """What stands for the SMTP server: `answer` is what it does with a letter."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answer: Callable[[], object] = lambda: None

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        self.answer()
        self.taken.append(recipient)
        return "250 taken"

    def close(self) -> None:
        pass


class Desk:
    """A store, its sender, and a clock that can be set."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.settings = settings(environment(folder, smtp=SERVER, SEND_MODE=mode))
        self.store = opened(self.settings)
        self.at: datetime = clock.now()
        self.server = Server()
        self.dispatch = Dispatch(self.settings, self.store, now=lambda: self.at)
        self.dispatch._transports[self.settings.mailbox.name] = self.server

    def queue(self, name: str = "p", mode: str = "live") -> str:
        letter = OutgoingLetter(
            "acknowledgement", "en", "person", self.settings.mailbox.name, f"{name}@client.example",
            f"<{name}@example.test>", b"Subject: x\r\n\r\nx\r\n", dedupe=name,
        )  # fmt: skip
        item = self.store.outbox.write(
            letter, key_id=self.store.keyring.create(), mode=mode, status=LetterStatus.QUEUED, at=self.at
        )
        assert item is not None
        return item

    def status(self, item: str) -> LetterStatus:
        return self.store.outbox.find(item).status


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def desk(mode: str = "live") -> Desk:
        made.append(Desk(tmp_path / "state", mode))
        return made[-1]

    yield desk
    for item in made:
        item.dispatch.close()
        item.store.close()


def failing(times: int, error: Exception, act: Callable[..., Any]) -> Callable[..., Any]:
    """`act`, after it failed some times."""
    left = [error] * times

    def tried(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return act(*given, **named)

    return tried


def test_a_lost_lease_is_taken_again(make: Callable[..., Desk]) -> None:
    desk = make()
    assert desk.dispatch.sweep() == 0
    desk.store.database.connection.execute("UPDATE leases SET expires_at = '2020-01-01T00:00:00Z'")
    other = Leases(desk.store.database)
    fence = other.take(LEASE)
    assert fence is not None
    with pytest.raises(LeaseLost):
        desk.dispatch.sweep()
    item = desk.queue()
    assert desk.dispatch.sweep() == 0, "the other one has it"
    other.give_back(fence)
    assert desk.dispatch.sweep() == 1
    assert desk.status(item) is LetterStatus.SENT


def test_the_lease_outlasts_a_slow_answer_and_is_short_again_after(make: Callable[..., Desk]) -> None:
    desk = make()
    desk.queue()
    ends: list[timedelta] = []

    def look() -> None:
        until = desk.store.database.value("SELECT expires_at FROM leases WHERE name = ?", (LEASE,))
        ends.append(clock.from_text(until) - clock.now())

    desk.server.answer = look
    desk.dispatch.sweep()
    look()
    smtp = desk.settings.mailbox.smtp
    assert smtp is not None
    assert ends[0].total_seconds() > smtp.patience > smtp.dot_timeout
    assert ends[1] <= timedelta(seconds=60)


@pytest.mark.parametrize(("times", "sent"), [(NOTING - 1, 1), (NOTING, 2)])
def test_a_letter_that_was_taken_is_noted_though_the_database_is_locked(
    make: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, times: int, sent: int
) -> None:
    desk = make()
    first, second = desk.queue("first"), desk.queue("second")
    locked = sqlite3.OperationalError("database is locked")
    monkeypatch.setattr(desk.store.outbox, "settle", failing(times, locked, desk.store.outbox.settle))
    if sent == 1:
        assert desk.dispatch.sweep() == 2
    else:
        with pytest.raises(sqlite3.OperationalError):
            desk.dispatch.sweep()
        assert desk.status(first) is LetterStatus.CLAIMED
        assert desk.dispatch.sweep() == 2, "found in hand, and repeated with the same bytes"
    assert desk.server.taken.count("first@client.example") == sent
    assert {desk.status(first), desk.status(second)} == {LetterStatus.SENT}


def test_a_letter_that_could_not_be_written_is_written_later(
    make: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("dry")
    item = desk.queue(mode="dry")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", failing(1, OSError(28, "No space left on device"), Path.write_bytes))
        with pytest.raises(OSError, match="No space"):
            desk.dispatch.sweep()
    assert desk.dispatch.sweep() == 1
    assert desk.status(item) is LetterStatus.WRITTEN


def test_two_days_count_from_the_first_try(make: Callable[..., Desk]) -> None:
    desk = make()
    item = desk.queue()
    desk.at += 10 * GIVE_UP  # it waited for a word
    desk.server.answer = failing(1000, SendError("451 later", permanent=False), lambda: None)
    begun, tries = desk.at, 0
    while desk.status(item) is LetterStatus.QUEUED:
        desk.at = max(desk.at, desk.store.outbox.find(item).not_before)
        desk.dispatch.sweep()
        tries += 1
    assert desk.status(item) is LetterStatus.FAILED
    assert desk.at - begun > GIVE_UP
    desk.store.outbox.approve(item, "Anna", desk.at, mode="live")
    desk.dispatch.sweep()
    assert desk.status(item) is LetterStatus.QUEUED, "with the decision they count anew"
    assert tries > len(RETRIES)


def test_all_waits_are_kept_once_even_where_the_sender_seldom_runs(make: Callable[..., Desk]) -> None:
    desk = make()
    item = desk.queue()
    desk.server.answer = failing(1000, SendError("451 later", permanent=False), lambda: None)
    for _ in RETRIES:
        desk.dispatch.sweep()
        desk.at += 2 * GIVE_UP
        assert desk.status(item) is LetterStatus.QUEUED
    desk.dispatch.sweep()
    assert desk.status(item) is LetterStatus.FAILED
