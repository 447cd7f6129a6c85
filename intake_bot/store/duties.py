"""Duties of a person: copies that the bot found in mailboxes and must not remove itself."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from intake_bot import clock
from intake_bot.errors import KeyDestroyed, NotFound
from intake_bot.store.database import Database
from intake_bot.store.vault import Vault


class DutyReason(StrEnum):
    """What opened the duty."""

    IDENTITY_CHECKED = "identity_checked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail that still lies in a mailbox."""

    mailbox: str
    folder: str
    uid: int
    received_at: str  # UTC
    message_id: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Remove these copies, then confirm. `copies` is empty once the case was erased; `count` stays."""

    id: str
    case_id: str
    reason: DutyReason
    copies: tuple[Copy, ...]
    count: int
    opened_at: datetime
    done_at: datetime | None
    done_by: str


class Duties:
    """One duty per case, reason and occasion; the list of copies is sealed under the key of the case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._db = database
        self._vault = vault

    def open(self, case_id: str, reason: DutyReason, occasion: str, mail_ids: list[str] | None, now: datetime) -> bool:
        """Open a duty for the mails of a case, all of them when `mail_ids` is None. False when it is there already.

        `occasion` tells apart a second check or closure of the same case. Mails taken from files lie in no mailbox.
        """
        with self._db.transaction() as connection:
            copies = self._copies(case_id, mail_ids)
            key_id = self._db.value("SELECT key_id FROM cases WHERE id = ?", (case_id,))
            item = secrets.token_hex(6)
            row = connection.execute(
                "INSERT INTO duties (id, case_id, reason, occasion, key_id, copies, count, opened_at, done_at, done_by)"
                " VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?) ON CONFLICT (case_id, reason, occasion) DO NOTHING "
                "RETURNING id",
                (
                    item, case_id, str(reason), occasion, key_id, len(copies), clock.to_text(now),
                    None if copies else clock.to_text(now), None if copies else "nothing to remove",
                ),
            ).fetchone()  # fmt: skip
            if row is None:
                return False
            values = [
                [copy.mailbox, copy.folder, copy.uid, copy.received_at, copy.message_id] for copy in copies
            ]  # fmt: skip
            sealed = self._vault.seal_json(key_id, values, ("duties", item, "copies"))
            connection.execute("UPDATE duties SET copies = ? WHERE id = ?", (sealed, item))
        return bool(copies)

    def closed_without(self) -> list[tuple[str, datetime]]:
        """(case id, closure) of closed cases with mails whose closure opened no duty yet. Not for what was no request:
        its mail is ordinary mail."""
        rows = self._db.rows(
            "SELECT c.id, c.closed_at FROM cases c WHERE c.status = 'closed' AND c.erased_at IS NULL "
            "AND EXISTS (SELECT 1 FROM mails m WHERE m.case_id = c.id) "
            "AND EXISTS (SELECT 1 FROM requested_rights r WHERE r.case_id = c.id AND "
            "coalesce(r.outcome, '') <> 'not_a_request') AND NOT EXISTS (SELECT 1 FROM duties d WHERE "
            "d.case_id = c.id AND d.reason = 'closed' AND d.occasion = c.closed_at)"
        )
        return [(row["id"], clock.from_text(row["closed_at"])) for row in rows]

    def _copies(self, case_id: str, mail_ids: list[str] | None) -> list[Copy]:
        copies = []
        rows = self._db.rows(
            "SELECT * FROM mails WHERE case_id = ? AND mailbox <> 'import' ORDER BY received_at, id", (case_id,)
        )
        for row in rows:
            if mail_ids is not None and row["id"] not in mail_ids:
                continue
            message_id = ""
            if row["content"] is not None:
                opened = self._vault.open_json(row["content"], ("mails", row["id"], "content"))
                message_id = str(opened.get("message_id", ""))
            copies.append(Copy(row["mailbox"], row["folder"], row["uid"], row["received_at"], message_id))
        return copies

    def waiting(self, case_id: str | None = None) -> list[Duty]:
        """Duties that nobody confirmed yet, oldest first, of one case or of all."""
        rows = self._db.rows("SELECT * FROM duties WHERE done_at IS NULL ORDER BY opened_at, id")
        return [self._duty(row) for row in rows if case_id in (None, row["case_id"])]

    def count_waiting(self) -> int:
        return int(self._db.value("SELECT count(*) FROM duties WHERE done_at IS NULL"))

    def find(self, item: str) -> Duty:
        """One duty. Raises NotFound."""
        row = self._db.row("SELECT * FROM duties WHERE id = ?", (item,))
        if row is None:
            raise NotFound(f"no duty {item}: see `intake-bot duties list`")
        return self._duty(row)

    def done(self, item: str, actor: str, now: datetime) -> Duty:
        """A named person says that the copies are gone. Raises NotFound."""
        with self._db.transaction() as connection:
            self.find(item)
            connection.execute(
                "UPDATE duties SET done_at = ?, done_by = ? WHERE id = ? AND done_at IS NULL",
                (clock.to_text(now), actor, item),
            )
        return self.find(item)

    def _duty(self, row: Row) -> Duty:
        copies: tuple[Copy, ...] = ()
        if row["copies"] is not None:
            try:
                listed = self._vault.open_json(row["copies"], ("duties", row["id"], "copies"))
                copies = tuple(Copy(*values) for values in listed)
            except KeyDestroyed:
                copies = ()
        return Duty(
            id=row["id"],
            case_id=row["case_id"],
            reason=DutyReason(row["reason"]),
            copies=copies,
            count=row["count"],
            opened_at=clock.from_text(row["opened_at"]),
            done_at=clock.from_text(row["done_at"]) if row["done_at"] else None,
            done_by=row["done_by"] or "",
        )
