"""Transactions that cannot end as they should: nothing stays open, and the real error is the one that is told."""

import sqlite3
from pathlib import Path

import pytest

from intake_bot.errors import StoreError
from intake_bot.store import database
from intake_bot.store.database import Database
from intake_bot.store.schema import migrate


def test_a_commit_that_a_reader_holds_up_leaves_no_open_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 50)
    db = Database(tmp_path / "keys.sqlite", journal="DELETE")
    with db.transaction() as connection:
        connection.execute("CREATE TABLE keys (id INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO keys VALUES (?)", [(number,) for number in range(5)])
    reader = sqlite3.connect(db.path)
    reading = reader.execute("SELECT id FROM keys")
    reading.fetchone()
    with pytest.raises(sqlite3.OperationalError, match="locked"), db.transaction() as connection:
        connection.execute("INSERT INTO keys VALUES (100)")
    assert not db.connection.in_transaction
    reading.close()
    with db.transaction() as connection:
        connection.execute("INSERT INTO keys VALUES (101)")
    assert [row[0] for row in reader.execute("SELECT id FROM keys WHERE id > 99")] == [101], "durable for others too"
    reader.close()
    db.close()


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    db = Database(tmp_path / "small.sqlite", journal="DELETE")
    db.connection.execute("CREATE TABLE big (content BLOB)")
    pages = db.value("PRAGMA page_count")
    db.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(sqlite3.OperationalError, match="full"), db.transaction() as connection:
        connection.execute("INSERT INTO big VALUES (zeroblob(1000000))")
    assert not db.connection.in_transaction
    db.close()


def test_the_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    tables = Database(tmp_path / "intake.sqlite").for_migrations()
    migrate(tables)
    migrate(tables)
    tables["_sqlite_migrations"].insert({"migration_set": "intake_bot", "name": "m999_later", "applied_at": "2030"})
    with pytest.raises(StoreError, match="newer version"):
        migrate(tables)
