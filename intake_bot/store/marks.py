"""The sent-ledger of the clock: what was caused for a key (a date, a case and a date) is caused once."""

from datetime import datetime

from intake_bot import clock
from intake_bot.store.database import Database


class Marks:
    """One row per (kind, key)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set(self, kind: str, key: str, now: datetime, detail: str = "") -> bool:
        """Mark in the current transaction. False when the mark was there: the act was done already."""
        row = self._db.row(
            "INSERT INTO marks VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING kind",
            (kind, key, clock.to_text(now), detail),
        )
        return row is not None

    def renew(self, kind: str, key: str, now: datetime) -> None:
        """Mark, or move an older mark to now."""
        self._db.connection.execute(
            "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, '')", (kind, key, clock.to_text(now))
        )

    def has(self, kind: str, key: str) -> bool:
        return self._db.row("SELECT 1 FROM marks WHERE kind = ? AND key = ?", (kind, key)) is not None

    def last(self, kind: str, prefix: str = "") -> tuple[str, datetime] | None:
        """The newest key of a kind that begins with `prefix`, and when it was marked."""
        row = self._db.row(
            "SELECT key, at FROM marks WHERE kind = ? AND substr(key, 1, length(?)) = ? ORDER BY at DESC LIMIT 1",
            (kind, prefix, prefix),
        )
        return (row["key"], clock.from_text(row["at"])) if row else None

    def prove_writable(self, now: datetime) -> None:
        """Write and take back one mark. Raises what SQLite raises when the database cannot be written."""
        with self._db.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO marks VALUES ('check', 'write', ?, '')", (clock.to_text(now),))
            connection.execute("DELETE FROM marks WHERE kind = 'check' AND key = 'write'")
