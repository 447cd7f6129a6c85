"""Proof that nothing was changed: the chains verify, and a daily anchor hashes the heads of all cases."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from sqlite3 import Row

from intake_bot import clock
from intake_bot.errors import KeyDestroyed, VaultError
from intake_bot.store import chain
from intake_bot.store.database import Database
from intake_bot.store.vault import Vault, key_id_of


@dataclass(frozen=True, slots=True)
class Anchor:
    """The state of all chains on a day."""

    day: date
    head: bytes
    cases: int


class Audit:
    """Verifies the chains and keeps the anchors."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._db = database
        self._vault = vault

    def verify(self) -> tuple[int, list[str]]:
        """How many events were checked, and what is wrong with them. Read-only.

        A payload whose key was destroyed cannot be opened; its commitment still stands in the chain.
        """
        problems: list[str] = []
        previous, current, expected, count = chain.GENESIS, "", 0, 0
        for row in self._db.connection.execute("SELECT * FROM events ORDER BY case_id, seq"):
            count += 1
            if row["case_id"] != current:
                current, previous, expected = row["case_id"], chain.GENESIS, 0
            expected += 1
            columns = tuple(row)[:10]
            digest = chain.event_hash(columns, row["commitment"], row["prev_hash"])
            if (row["seq"], row["prev_hash"], row["hash"]) != (expected, previous, digest):
                problems.append(f"case {current} event {row['seq']}: the chain is broken")
            elif row["payload"] is not None and not self._opens(row):
                problems.append(f"case {current} event {row['seq']}: the content does not match its commitment")
            previous = row["hash"]
            expected = row["seq"]
        problems += self._heads() + self._anchors()
        return count, problems

    def _opens(self, row: Row) -> bool:
        place = ("events", f"{row['case_id']}/{row['seq']}", "payload")
        try:
            value = self._vault.open_json(row["payload"], place)
        except KeyDestroyed:
            return self._named(row)
        except (VaultError, ValueError):
            return False
        return bool(chain.commitment(value) == row["commitment"])

    def _named(self, row: Row) -> bool:
        """Whether content that cannot be opened names a key that was its own: the one chained, or that of its case."""
        own = self._db.value("SELECT key_id FROM cases WHERE id = ?", (row["case_id"],))
        return key_id_of(row["payload"]) in (row["key_id"], own)

    def _heads(self) -> list[str]:
        rows = self._db.rows(
            "SELECT c.ref FROM cases c LEFT JOIN events e ON e.case_id = c.id AND e.seq = c.last_seq "
            "WHERE e.hash IS NULL OR e.hash <> c.head_hash OR EXISTS "
            "(SELECT 1 FROM events x WHERE x.case_id = c.id AND x.seq > c.last_seq)"
        )
        return [f"case {row['ref']}: its head is not its last event" for row in rows]

    def _anchors(self) -> list[str]:
        problems, previous = [], chain.GENESIS
        for row in self._db.rows("SELECT * FROM anchors ORDER BY day"):
            if row["previous"] != previous:
                problems.append(f"anchor {row['day']}: it does not follow the one before")
            previous = row["head"]
        return problems

    def anchor(self, day: date, now: datetime) -> Anchor:
        """The anchor of a day, made at its first call: a hash over the heads of all cases and the previous anchor."""
        with self._db.transaction() as connection:
            row = connection.execute("SELECT * FROM anchors WHERE day = ?", (day.isoformat(),)).fetchone()
            if row is None:
                last = connection.execute("SELECT head FROM anchors ORDER BY day DESC LIMIT 1").fetchone()
                previous = last["head"] if last else chain.GENESIS
                digest = hashlib.sha256(previous)
                count = 0
                for item in connection.execute("SELECT id, head_hash FROM cases ORDER BY id"):
                    digest.update(item["id"].encode() + item["head_hash"])
                    count += 1
                connection.execute(
                    "INSERT INTO anchors VALUES (?, ?, ?, ?, ?)",
                    (day.isoformat(), digest.digest(), count, previous, clock.to_text(now)),
                )
                return Anchor(day, digest.digest(), count)
        return Anchor(day, row["head"], row["cases"])

    def last_anchor(self) -> Anchor | None:
        row = self._db.row("SELECT * FROM anchors ORDER BY day DESC LIMIT 1")
        return Anchor(date.fromisoformat(row["day"]), row["head"], row["cases"]) if row else None
