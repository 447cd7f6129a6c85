"""The suppression list: who gets no marketing mail. A keyed hash and a date; the address only until it is handed on.

It concerns marketing alone: nothing in the outbox asks it, so that service, invoice and case mail always go out.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from intake_bot import clock
from intake_bot.errors import KeyDestroyed
from intake_bot.rights import Right
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One entry. `address` is None once the mailing tool's import was confirmed: only the keyed hash remains."""

    id: str
    case_id: str
    address: str | None
    recorded_at: datetime
    exported_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str


class SuppressionStore:
    """Records, exports and confirms. Instants are UTC."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    def record(self, address: str, case_id: str, now: datetime) -> str | None:
        """Put an address on the list, in the current transaction. Returns the id, None when it was there already."""
        item, key_id = secrets.token_hex(8), self._keyring.create()
        row = self._db.row(
            "INSERT INTO suppressions (id, address_key, case_id, key_id, address, recorded_at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            (
                item, self._key(address), case_id, key_id,
                self._vault.seal(key_id, address.lower().encode(), ("suppressions", item, "address")),
                clock.to_text(now),
            ),
        )  # fmt: skip
        return row["id"] if row else None

    def holds(self, address: str) -> bool:
        """Whether an address is on the list: no marketing mail goes there. Says nothing about any other mail."""
        return self._db.row("SELECT 1 FROM suppressions WHERE address_key = ?", (self._key(address),)) is not None

    def entries_of(self, address: str) -> list[Suppressed]:
        """The entries of one address."""
        rows = self._db.rows("SELECT * FROM suppressions WHERE address_key = ?", (self._key(address),))
        return [self._entry(row) for row in rows]

    def rights_without_entry(self) -> list[tuple[str, Right]]:
        """(case id, right) of open marketing objections and withdrawals that are not on the list yet.

        Held ones wait for a person.
        """
        rows = self._db.rows(
            "SELECT c.id, r.right FROM requested_rights r JOIN cases c ON c.id = r.case_id "
            "WHERE r.right IN ('objection_marketing', 'withdraw_consent') AND r.status = 'open' "
            "AND c.status = 'open' AND c.hold = '[]' AND c.erased_at IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.case_id = c.id)"
        )
        return [(row["id"], Right(row["right"])) for row in rows]

    def pending(self) -> list[Suppressed]:
        """Entries that no mailing tool has confirmed yet, oldest first, those exported before included."""
        return [
            self._entry(row)
            for row in self._db.rows("SELECT * FROM suppressions WHERE confirmed_at IS NULL ORDER BY recorded_at, id")
        ]

    def count_pending(self) -> int:
        return int(self._db.value("SELECT count(*) FROM suppressions WHERE confirmed_at IS NULL"))

    def overdue(self, before: datetime) -> list[Suppressed]:
        """Unconfirmed entries recorded before an instant."""
        rows = self._db.rows(
            "SELECT * FROM suppressions WHERE confirmed_at IS NULL AND recorded_at <= ? ORDER BY recorded_at, id",
            (clock.to_text(before),),
        )
        return [self._entry(row) for row in rows]

    def exported(self, items: Iterable[str], now: datetime) -> None:
        """Note that entries were handed to the mailing tool. That they were taken in is another matter: `confirm`."""
        with self._db.transaction() as connection:
            connection.executemany(
                "UPDATE suppressions SET exported_at = ? WHERE id = ? AND confirmed_at IS NULL",
                [(clock.to_text(now), item) for item in items],
            )

    def confirm(self, addresses: Sequence[str] | None, actor: str, now: datetime) -> list[Suppressed]:
        """The mailing tool took in these addresses, or all that were exported when None.

        Returns the entries concerned, with their addresses, which are struck out here: the caller destroys the keys
        (`keys_of`) after the commit.
        """
        with self._db.transaction() as connection:
            if addresses is None:
                rows = connection.execute(
                    "SELECT * FROM suppressions WHERE confirmed_at IS NULL AND exported_at IS NOT NULL"
                ).fetchall()
            else:
                rows = [
                    row
                    for address in dict.fromkeys(item.strip().lower() for item in addresses)
                    for row in connection.execute(
                        "SELECT * FROM suppressions WHERE confirmed_at IS NULL AND address_key = ?",
                        (self._key(address),),
                    )
                ]
            entries = [self._entry(row) for row in rows]
            connection.executemany(
                "UPDATE suppressions SET confirmed_at = ?, confirmed_by = ?, address = NULL WHERE id = ?",
                [(clock.to_text(now), actor, row["id"]) for row in rows],
            )
        return entries

    def keys_of(self, entries: Iterable[Suppressed]) -> list[str]:
        """The keys under which the addresses of entries were sealed."""
        found = (self._db.value("SELECT key_id FROM suppressions WHERE id = ?", (entry.id,)) for entry in entries)
        return [str(key_id) for key_id in found if key_id]

    def _key(self, address: str) -> bytes:
        return self._keyring.index("suppression", address.strip().lower())

    def _entry(self, row: Row) -> Suppressed:
        address = None
        if row["address"] is not None:
            try:
                address = self._vault.open(row["address"], ("suppressions", row["id"], "address")).decode()
            except KeyDestroyed:
                address = None
        return Suppressed(
            id=row["id"],
            case_id=row["case_id"],
            address=address,
            recorded_at=clock.from_text(row["recorded_at"]),
            exported_at=clock.from_text(row["exported_at"]) if row["exported_at"] else None,
            confirmed_at=clock.from_text(row["confirmed_at"]) if row["confirmed_at"] else None,
            confirmed_by=row["confirmed_by"] or "",
        )
