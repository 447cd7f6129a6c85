"""One SQLite file: a connection per thread, WAL, synchronous=FULL, foreign keys, and immediate transactions only."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlite_utils

from intake_bot.errors import StoreError

#: Milliseconds that a writer waits for another process's transaction to end.
BUSY_TIMEOUT = 15_000


class Database:
    """The connections to one SQLite file, one for each thread that asks."""

    def __init__(self, path: Path, *, journal: str = "WAL") -> None:
        """`journal` is the journal mode of every connection: two modes on one file would lock each other out."""
        self.path = path
        self._journal = journal
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def connection(self) -> sqlite3.Connection:
        existing: sqlite3.Connection | None = getattr(self._local, "connection", None)
        return existing if existing is not None else self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, cached_statements=256
            )
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
            connection.execute(f"PRAGMA journal_mode = {self._journal}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        except sqlite3.Error as error:
            raise StoreError(f"the database {self.path} cannot be opened: {error}") from error
        self._local.connection = connection
        with self._lock:
            self._opened.append(connection)
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction that takes its lock at once; inside another one of the same thread it joins it.

        A deferred BEGIN would fail with "database is locked" when it turns into a writer after another process wrote.
        """
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")  # meets SQLITE_BUSY while somebody reads a file without a write-ahead log
        except BaseException:
            if connection.in_transaction:  # a full disk ends it without being asked
                connection.execute("ROLLBACK")
            raise

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Read-only query; all rows."""
        return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, None when there is none."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def for_migrations(self) -> sqlite_utils.Database:
        """The same connection behind sqlite-utils, for migrations."""
        return sqlite_utils.Database(self.connection)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the database and empty it, so that erased content leaves no copy there."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()
