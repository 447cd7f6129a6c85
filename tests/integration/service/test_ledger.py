"""The ledger when mailboxes and processes misbehave: nothing is swallowed, nothing is taken for another mail."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.cases.ports import LedgerEntry
from intake_bot.classifier.verdict import Verdict
from intake_bot.commands import context
from intake_bot.commands import ledger as commands
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched, FolderState
from intake_bot.service import application
from intake_bot.service.intake import Intake
from intake_bot.service.pipeline import Passage
from intake_bot.store.keyring import Keyring
from tests.support import service
from tests.support.mails import letter, octets

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Asks:
    """A classifier for which every mail asks for a copy. `during` is called at each."""

    version = "asks"

    def __init__(self) -> None:
        self.during: Callable[[], Any] = lambda: None

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        self.during()
        return Verdict(("access",), {"access": 0.99}, "fr", "open", (), ("access",), ("access",), self.version)


@dataclass
class Shelf:
    """A mailbox with one folder in memory, whose numbers a test sets."""

    name: str = "default"
    validity: int = 7
    uidnext: int = 1
    said: bool = True
    mails: dict[int, tuple[bytes | None, datetime]] = field(default_factory=dict)

    def put(self, *raws: bytes | None) -> None:
        for raw in raws:
            self.mails[self.uidnext] = (raw, clock.now())
            self.uidnext += 1

    def folders(self) -> Sequence[tuple[str, FolderRole]]:
        return [("INBOX", FolderRole.INBOX)]

    def examine(self, folder: str) -> FolderState:
        return FolderState(folder, FolderRole.INBOX, self.validity, self.uidnext, len(self.mails), self.said)

    def uids_after(self, folder: str, uid: int) -> Sequence[int]:
        return sorted(number for number in self.mails if number > uid)

    def uids_since(self, folder: str, since: datetime) -> Sequence[int]:
        return sorted(number for number, (_, at) in self.mails.items() if at.date() >= since.date())

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        for uid in uids:
            raw, at = self.mails[uid]
            yield Fetched(Position(self.name, folder, self.validity, uid), raw, at, len(raw or b""))

    def fetch_whole(self, folder: str, uid: int) -> bytes | None:
        return self.mails[uid][0]

    def close(self) -> None:
        """Nothing is held open."""


class House:
    """A store, a shelf and an intake."""

    def __init__(self, folder: Path) -> None:
        self.values = service.environment(folder, IMAP_HOST="localhost", IMAP_USER="info", IMAP_PASSWORD="secret")
        self.settings = service.settings(self.values)
        self.store = service.opened(self.settings)
        self.shelf, self.asks = Shelf(), Asks()
        self.pipeline = application.build_pipeline(self.settings, self.settings.mailbox, self.store, self.asks)
        self.intake = Intake(self.shelf, self.settings.mailbox, self.store, self.pipeline)

    def poll(self) -> list[str]:
        return [outcome.disposition for outcome in self.intake.poll()]

    def backfill(self) -> list[str]:
        return [outcome.disposition for outcome in self.intake.backfill(LONG_AGO)]

    def letters(self) -> int:
        return sum(item.kind == "acknowledgement" for item in self.store.outbox.all())

    def explained(self) -> bool:
        return all(not account.missing for account in self.store.ledger.accounts())

    def value(self, sql: str, *parameters: object) -> Any:
        return self.store.database.value(sql, parameters)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "state")
    yield made
    made.store.close()


@pytest.fixture
def replay(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    for name, value in house.values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(context, "configure", lambda *given: None)  # the logging of the tests stays
    monkeypatch.setattr(application, "load_classifier", lambda settings: house.asks)
    return commands.replay


def request(number: int) -> bytes:
    return octets(letter(number, f"Envoyez-moi une copie de mes données, numéro {number}.\n"))


# -- backfill ------------------------------------------------------------------------------------------------------


def test_backfill_leaves_new_mail_to_the_reader(house: House) -> None:
    house.shelf.put(request(1))
    house.poll()
    house.shelf.put(request(2))
    assert house.backfill() == ["OPEN_CASE"], "the mail from before the first start alone"
    assert house.poll() == ["OPEN_CASE"]
    assert sorted(case.status for case in house.store.cases.all()) == ["found", "open"]
    house.shelf.validity += 1
    house.shelf.put(request(3))
    assert house.backfill() == [], "renumbered: what is new in it is not known yet"
    assert house.poll() == ["DUPLICATE", "DUPLICATE", "OPEN_CASE"]
    assert house.letters() == 2


def test_a_position_that_is_taken_twice_keeps_its_line(house: House) -> None:
    house.poll()
    house.shelf.put(request(1))
    assert house.poll() == ["OPEN_CASE"]
    case = house.store.cases.all()[0]
    again = next(house.shelf.fetch("INBOX", [1]))
    assert house.pipeline.take(again, Passage("backfill", silent=True)).disposition == "DUPLICATE"
    line = house.store.database.row("SELECT disposition, case_id, content_key FROM ledger")
    assert line is not None and tuple(line)[:2] == ("OPEN_CASE", case.id)
    assert house.store.ledger.passed(line["content_key"]) is not None
    house.shelf.validity += 1
    assert house.poll() == ["DUPLICATE"]
    assert len(house.store.cases.all()) == 1


# -- a server restored from an older state -------------------------------------------------------------------------


def test_mail_on_a_restored_server_is_not_lost(house: House) -> None:
    house.poll()
    house.shelf.put(request(1), request(2), request(3))
    assert house.poll() == ["OPEN_CASE"] * 3
    assert house.poll() == [], "UIDNEXT just above the watermark is as it should be"
    for uid in (2, 3):
        del house.shelf.mails[uid]
    house.shelf.uidnext = 2
    house.shelf.put(request(4))
    assert house.poll() == ["DUPLICATE", "OPEN_CASE"]
    assert house.store.ledger.renumbered() == {"default": 1}
    assert house.poll() == []
    house.shelf.put(request(2), request(5))  # delivered again by whoever keeps copies
    assert house.poll() == ["DUPLICATE", "OPEN_CASE"]
    house.shelf.mails.clear()
    house.shelf.uidnext = 1
    assert house.poll() == [] and house.poll() == []
    house.shelf.put(request(6))
    assert house.poll() == ["OPEN_CASE"]
    assert house.store.ledger.renumbered() == {"default": 2}
    assert house.explained() and house.store.ledger.orphans() == []


@pytest.mark.parametrize("said", [True, False])
def test_a_uidnext_that_proves_nothing_is_no_restored_server(house: House, said: bool) -> None:
    house.poll()
    house.shelf.put(request(1), request(2))
    house.poll()
    house.shelf.said = said
    house.shelf.uidnext = 1 if said else 2  # mails that contradict it; the guess after the last mail was removed
    if not said:
        del house.shelf.mails[2]
    assert house.poll() == []
    assert house.store.ledger.renumbered() == {}


# -- mails that fail -----------------------------------------------------------------------------------------------


def test_a_mail_that_fails_is_tried_outside_the_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    house.asks.during = lambda: looked.append(house.store.database.connection.in_transaction)
    real = house.pipeline._reader.glance

    def glance(message: Any, **given: Any) -> Any:
        found = real(message, **given)
        if "numéro 2" in message.text:
            raise ValueError
        return found

    monkeypatch.setattr(house.pipeline._reader, "glance", glance)
    house.poll()
    house.shelf.put(request(1), request(2), request(3), None)
    assert house.poll() == ["OPEN_CASE", "SET_ASIDE", "OPEN_CASE", "SET_ASIDE"]
    assert looked and not any(looked)
    assert house.letters() == 2
    assert house.explained()


def set_aside(house: House, uid: int, raw: bytes | None, received: datetime, error: str = "broken") -> str:
    place = Position("default", "INBOX", 7, uid)
    return house.store.ledger.set_aside(LedgerEntry(place, "SET_ASIDE", ("process",), received, "live", 9), raw, error,
                                        "process")  # fmt: skip


def test_a_replay_counts_from_the_receipt(house: House, replay: Callable[[], None]) -> None:
    house.poll()
    received = (clock.now() - timedelta(days=20)).replace(microsecond=0)
    set_aside(house, 1, request(1), clock.now())
    set_aside(house, 2, request(2), received)
    replay()
    cases = {case.received_at: case for case in house.store.cases.all()}
    assert received in cases and len(cases) == 2
    assert cases[received].status == "unconfirmed", "received before the first start"
    assert house.store.ledger.set_aside_items() == []


def test_a_replay_that_fails_leaves_one_item(
    house: House, replay: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = set_aside(house, 1, request(1), clock.now())
    monkeypatch.setattr("intake_bot.service.pipeline.parse", lambda *given, **more: 1 / 0)
    replay()
    assert set_aside(house, 1, None, clock.now(), "no content") == item
    assert [row["id"] for row in house.store.ledger.set_aside_items()] == [item]
    assert house.store.ledger.set_aside_raw(item)[1] == request(1)


@pytest.mark.parametrize(("validity", "disposition"), [(7, "OPEN_CASE"), (8, "SET_ASIDE")])
def test_a_replay_asks_for_the_same_mail(
    house: House, replay: Callable[[], None], monkeypatch: pytest.MonkeyPatch, validity: int, disposition: str
) -> None:
    set_aside(house, 1, None, clock.now())
    house.shelf.validity = validity
    house.shelf.put(request(1))
    monkeypatch.setattr(commands, "ImapMailbox", lambda settings: house.shelf)
    replay()
    assert house.value("SELECT disposition FROM ledger") == disposition


def test_a_replay_that_was_killed_before_the_key_fell_is_ended_by_the_next_erasure(
    house: House, replay: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_aside(house, 1, request(1), clock.now())
    key = house.value("SELECT key_id FROM set_aside")
    with monkeypatch.context() as patched:
        patched.setattr(Keyring, "destroy", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            replay()
    assert house.store.keyring.exists(key)
    house.store.retention.destroy_doomed()
    assert not house.store.keyring.exists(key)


# -- sums and scale ------------------------------------------------------------------------------------------------


def test_a_gap_may_grow_at_its_end(house: House) -> None:
    state = house.shelf.examine("INBOX")
    house.store.ledger.start_folder("default", state, 1, clock.now())
    for last in (1, 3, 2):
        house.store.ledger.absent("default", state, 1, last, "vanished")
    house.store.ledger.advance("default", state, 3, None)
    account = house.store.ledger.accounts()[0]
    assert (account.vanished, account.missing) == (3, ())


@pytest.mark.parametrize(
    ("table", "column"),
    [("thread_keys", "case_id"), ("set_aside", "ledger_id"), ("set_aside", "key_id"), ("documents", "key_id")],
)
def test_an_erasure_reads_no_whole_table(house: House, table: str, column: str) -> None:
    plan = house.store.database.rows(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 'x'")
    assert all("SEARCH" in row["detail"] for row in plan)


def test_a_list_of_what_is_set_aside_brings_no_originals(house: House) -> None:
    set_aside(house, 1, request(1), clock.now())
    assert [(row["kept"], "raw" in row.keys()) for row in house.store.ledger.set_aside_items()] == [(1, False)]  # noqa: SIM118
