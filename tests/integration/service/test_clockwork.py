"""What the clock makes of the state of the service: each alarm once, over restarts."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot.errors import MailboxError
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.mailbox import FolderState
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.letter_edit import text_of
from tests.integration.casework.house import RECEIVED, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "state", DEPUTY_EMAIL="deputy@example.test", MANAGEMENT_EMAIL="boss@example.test")
    house.time = RECEIVED
    return house


def clockwork(house: House) -> Clockwork:
    return Clockwork(house.settings, house.store, now=house.now)


def alarms(house: House, about: str) -> list[tuple[str, str]]:
    """(recipient, text) of the alarms and escalations whose text holds these words."""
    letters = [item for item in house.store.outbox.all() if item.kind in ("alarm", "escalation")]
    return [(item.recipient, text_of(item.raw or b"")) for item in letters if about in text_of(item.raw or b"")]


def test_the_end_of_a_silence_is_told_once(house: House) -> None:
    work = clockwork(house)
    work.failed("default", MailboxError())
    work.tick()
    work.heard("default")
    work.tick()
    assert alarms(house, "l'est de nouveau") == [], "nobody was alarmed"
    work.failed("default", MailboxError())
    house.later(hours=2)
    work.tick()
    house.later(minutes=5)
    work = clockwork(house)  # a restart
    work.tick()
    assert alarms(house, "l'est de nouveau") == [], "not read yet"
    for _ in range(2):
        work.heard("default")
        work.tick()
        house.later(minutes=5)
    assert [recipient for recipient, _ in alarms(house, "l'est de nouveau")] == ["dpo@example.test"]
    work.failed("default", MailboxError())
    house.later(days=1)
    work.tick()
    work.heard("default")
    house.later(minutes=1)
    work.heard("default")
    work.tick()
    assert len(alarms(house, "l'est de nouveau")) == 2, "another alarm, another end"


def test_a_timer_knows_by_the_last_poll_how_long_a_mailbox_is_silent(house: House) -> None:
    told = []
    for minutes in (30, 50, 61, 70):
        work = clockwork(house)  # each round of a timer is a process of its own
        work.failed("default", MailboxError(), since=RECEIVED)
        house.time = RECEIVED + timedelta(minutes=minutes)
        work.tick()
        told.append(len(alarms(house, "ne peut plus être lue")))
    assert told == [0, 0, 1, 1]


def test_another_uidvalidity_is_told_once(house: House) -> None:
    def start(folder: str, validity: int) -> None:
        state = FolderState(folder, FolderRole.INBOX, validity, 1, 0)
        house.store.ledger.start_folder("default", state, 1, house.time)

    start("INBOX", 7)
    start("Requests", 7)
    clockwork(house).tick()
    assert alarms(house, "UIDVALIDITY") == []
    start("INBOX", 8)
    start("Requests", 8)
    for _ in range(2):
        clockwork(house).tick()
    assert [recipient for recipient, _ in alarms(house, "UIDVALIDITY")] == ["dpo@example.test"]
    start("INBOX", 9)
    clockwork(house).tick()
    assert len(alarms(house, "UIDVALIDITY")) == 2


def test_a_stop_that_was_confirmed_raises_no_alarm(house: House) -> None:
    done, left = house.open("objection_marketing"), house.open("objection_marketing", sender="bea@example.com")
    house.later(hours=1)
    house.work.confirm_stop(done.ref, "Dora", "Brevo")
    house.later(days=3, hours=1)
    clockwork(house).tick()
    found = alarms(house, "pas confirmé dans l'outil")
    assert sorted(recipient for recipient, _ in found) == ["boss@example.test", "dpo@example.test"]
    assert all(left.ref in text and done.ref not in text for _, text in found)


def test_management_hears_at_night_that_the_hours_of_a_breach_are_over(house: House) -> None:
    house.time = RECEIVED - timedelta(days=4, hours=6)  # Thursday 03:00 UTC, over on Sunday
    house.open("breach_report", received=house.time)
    house.later(hours=72)
    for _ in range(2):
        clockwork(house).tick()
    found = alarms(house, "Une notification tardive")
    assert sorted(to for to, _ in found) == ["boss@example.test", "deputy@example.test", "dpo@example.test"]
