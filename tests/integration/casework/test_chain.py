"""Nothing can be changed unseen: any single byte of what is chained, and the projection against the events."""

from itertools import product
from typing import Any

import pytest

from intake_bot.cases.events import EventType
from tests.integration.casework.house import House

COLUMNS = ("case_id", "seq", "type", "schema_version", "mailbox", "controller", "actor", "occurred_at", "recorded_at",
           "key_id", "payload", "commitment", "prev_hash", "hash")  # fmt: skip


def changed(value: Any, place: int) -> Any:
    """The value with one byte changed."""
    if isinstance(value, int):
        return value ^ 64
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    octets[place % len(octets)] ^= 1
    return octets.decode("latin-1") if isinstance(value, str) else bytes(octets)


def lived(house: House) -> str:
    case = house.open("access")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    house.work.answer(case.ref, "Dora", "access", "nothing_held")
    return case.id


@pytest.mark.parametrize("column", COLUMNS)
def test_any_single_changed_byte_is_found(house: House, column: str) -> None:
    case_id = lived(house)
    connection = house.store.database.connection
    assert house.store.audit.verify()[1] == []
    rows = connection.execute("SELECT * FROM events WHERE case_id = ? ORDER BY seq", (case_id,)).fetchall()
    for row in rows:
        value = row[column]
        length = 1 if isinstance(value, int) else len(value)
        for place in range(length):
            connection.execute("BEGIN")
            connection.execute("PRAGMA defer_foreign_keys = ON")
            connection.execute(
                f"UPDATE events SET {column} = ? WHERE case_id = ? AND seq = ?",
                (changed(value, place), case_id, row["seq"]),
            )
            problems = house.store.audit.verify()[1]
            connection.execute("ROLLBACK")
            assert problems, f"event {row['seq']}, {column}, byte {place} of {length}"


@pytest.mark.parametrize(("first", "gone"), list(product((True, False), (True, False))))
def test_a_missing_event_is_found_at_the_end_and_in_the_middle(house: House, first: bool, gone: bool) -> None:
    case_id = lived(house)
    connection = house.store.database.connection
    last = connection.execute("SELECT max(seq) FROM events WHERE case_id = ?", (case_id,)).fetchone()[0]
    connection.execute("BEGIN")
    if gone:
        connection.execute("DELETE FROM events WHERE case_id = ? AND seq = ?", (case_id, 2 if first else last))
    else:
        connection.execute("UPDATE cases SET head_hash = zeroblob(32) WHERE id = ?", (case_id,))
    problems = house.store.audit.verify()[1]
    connection.execute("ROLLBACK")
    assert problems


def test_the_chain_still_verifies_after_the_content_died(house: House) -> None:
    case = house.open("access", status="unconfirmed")
    house.work.not_a_request(case.ref, "Dora", reason="spam")
    count, problems = house.store.audit.verify()
    assert count >= 3 and problems == []
    assert EventType.ERASED in [event.type for event in house.store.cases.events(case.id)]


def test_the_store_rebuilds_what_the_events_say(house: House) -> None:
    case_id = lived(house)
    house.store.database.connection.execute("UPDATE cases SET status = 'found' WHERE id = ?", (case_id,))
    assert house.store.cases.rebuild() == ["2026-0001"]
    assert house.store.cases.rebuild() == []
