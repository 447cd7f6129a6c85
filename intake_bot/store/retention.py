"""Archives and erases cases: keys are destroyed, ciphertexts nulled; the register line and the chain remain.

An erasure commits in the database first, together with the names of the keys that are doomed; then the keys are
destroyed, then their names struck out. Killed in between, the next run goes on where this one ended.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.errors import StoreError
from intake_bot.store.attachments import DocumentStore
from intake_bot.store.cases import CaseStore
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.resealing import Resealing
from intake_bot.store.vault import Vault

#: What a certificate of deletion speaks for; the copies in mailboxes are a person's duty.
SCOPE = "copies held by the bot"
_SEALED_UNDER_CASE_KEY = frozenset({"cases", "events", "mails", "originals", "outbox", "duties"})


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A closed case whose content is not erased yet."""

    id: str
    ref: str
    zone: str
    closed_at: datetime
    trimmed: bool  # since it was closed
    archived: bool
    no_request: bool  # a person said of every right in it that it was no request
    on_hold: bool  # kept for a dispute or an inquiry (art. 17(3)(e))


class RetentionStore:
    """Erasure of cases and documents, on SQLite."""

    def __init__(
        self, database: Database, keyring: Keyring, vault: Vault, cases: CaseStore, documents: DocumentStore
    ) -> None:
        self._db = database
        self._keyring = keyring
        self._cases = cases
        self._documents = documents
        self._reseal = Resealing(database, vault)

    # -- what is there -----------------------------------------------------------------------------------------

    def closed_cases(self, case_id: str | None = None) -> list[ClosedCase]:
        """Closed cases with content, the one closed first at the top; one of them when `case_id` is given."""
        rows = self._db.rows(
            "SELECT c.id, c.ref, c.zone, c.closed_at, c.archived_at, "
            "NOT EXISTS (SELECT 1 FROM requested_rights r WHERE r.case_id = c.id AND "
            "coalesce(r.outcome, '') <> 'not_a_request') AND EXISTS "
            "(SELECT 1 FROM requested_rights r WHERE r.case_id = c.id) AS no_request, "
            "EXISTS (SELECT 1 FROM marks m WHERE m.kind = 'kept-for-dispute' AND m.key = c.id) AS on_hold, "
            "EXISTS (SELECT 1 FROM marks m WHERE m.kind = 'trimmed' AND m.key = c.id AND m.at >= c.closed_at) "
            "AS trimmed "
            "FROM cases c WHERE c.status = 'closed' AND coalesce(c.erased_at, '') < c.closed_at "
            "AND coalesce(:id, c.id) = c.id "
            "ORDER BY c.closed_at, c.id",
            {"id": case_id},
        )
        return [
            ClosedCase(
                row["id"], row["ref"], row["zone"], clock.from_text(row["closed_at"]), bool(row["trimmed"]),
                bool(row["archived_at"] and row["archived_at"] >= row["closed_at"]), bool(row["no_request"]),
                bool(row["on_hold"]),
            )
            for row in rows
        ]  # fmt: skip

    def hold(self, case_id: str, actor: str, reason: str, now: datetime) -> None:
        """Keep a case beyond its time: a dispute, a complaint or an inquiry is pending. The reason goes to the case."""
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO marks VALUES ('kept-for-dispute', ?, ?, '')", (case_id, clock.to_text(now))
            )
            note = {"text": reason, "about": "kept for a dispute"}
            self._cases.append(case_id, [NewEvent(EventType.NOTED, actor, now, note)])

    def release(self, case_id: str, actor: str, now: datetime) -> None:
        """End a hold: the schedule counts again."""
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM marks WHERE kind = 'kept-for-dispute' AND key = ?", (case_id,))
            note = {"text": "no longer kept for a dispute"}
            self._cases.append(case_id, [NewEvent(EventType.NOTED, actor, now, note)])

    def archived_at(self, case_id: str) -> datetime | None:
        """When a case went to the restricted archive; None while it is within everyone's reach."""
        found = self._db.value("SELECT archived_at FROM cases WHERE id = ?", (case_id,))
        return clock.from_text(found) if found else None

    def erased_at(self, case_id: str) -> datetime | None:
        """When the content of a case was destroyed; None while it is there."""
        found = self._db.value("SELECT erased_at FROM cases WHERE id = ?", (case_id,))
        return clock.from_text(found) if found else None

    def last_report(self) -> tuple[date, dict[str, int]] | None:
        """The day of the last purge, by the clock or by hand, and what it did."""
        row = self._db.row("SELECT key, detail FROM marks WHERE kind = 'purge' ORDER BY key DESC LIMIT 1")
        return (date.fromisoformat(row["key"]), json.loads(row["detail"] or "{}")) if row else None

    def report(self, day: date, done: Mapping[str, int], now: datetime) -> None:
        """Keep what the purge of a day did: counts only."""
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO marks VALUES ('purge', ?, ?, ?)",
                (day.isoformat(), clock.to_text(now), json.dumps(dict(done))),
            )

    # -- archive, trim, erase ----------------------------------------------------------------------------------

    def archive(self, case_id: str, certificate: Mapping[str, Any], now: datetime) -> None:
        """Take a closed case out of daily reach: only for a dispute, an audit or the authority."""
        with self._db.transaction() as connection:
            connection.execute("UPDATE cases SET archived_at = ? WHERE id = ?", (clock.to_text(now), case_id))
            note = {"text": "archived", **certificate}
            self._cases.append(case_id, [NewEvent(EventType.NOTED, "bot", now, note)])

    def trim(self, case_id: str, certificate: Mapping[str, Any], now: datetime, *, actor: str = "bot") -> None:
        """Trim a case: bodies, attachments, originals and notices go, events and letters stay under a fresh key.

        The old key is destroyed, so that no backup shows what was trimmed. Raises StoreError when something else is
        sealed under it. Of each mail remain its hash, its dates, its parties and the list of its attachments.
        """
        with self._db.transaction() as connection:
            row = self._db.row("SELECT key_id FROM cases WHERE id = ?", (case_id,))
            if row is None:
                raise StoreError(f"no case {case_id}")
            strangers = self._strangers(row["key_id"])
            if strangers:
                raise StoreError(f"{', '.join(strangers)} hold content under the key of the case: it is not trimmed")
            fresh = self._keyring.create()
            self._reseal.trimmed(case_id, fresh)
            documents = [item.id for item in self._documents.of_case(case_id, kept_only=True)]
            doomed = [row["key_id"], *self._documents.strike(documents, "trimmed", now)]
            connection.execute("UPDATE cases SET key_id = ? WHERE id = ?", (fresh, case_id))
            connection.execute(
                "INSERT OR REPLACE INTO marks VALUES ('trimmed', ?, ?, '')", (case_id, clock.to_text(now))
            )
            event = NewEvent(EventType.ERASED, actor, now, {"what": "bodies", "scope": SCOPE, **certificate})
            self._cases.append(case_id, [event])
            self._doom(doomed, now)
        self.destroy_doomed()

    def erase(self, case_id: str, certificate: Mapping[str, Any], now: datetime, *, actor: str = "bot") -> None:
        """Destroy the content of a case. What remains: reference, rights, outcomes, dates, a verifying chain, and the
        keyed hash of each mail, so that a mail that still lies in the mailbox does not come back as new.

        Inside a transaction of the caller the keys fall with the next `destroy_doomed`, which belongs after its commit.
        """
        with self._db.transaction() as connection:
            row = self._db.row("SELECT key_id FROM cases WHERE id = ?", (case_id,))
            if row is None:
                raise StoreError(f"no case {case_id}")
            documents = [item.id for item in self._documents.of_case(case_id, kept_only=True)]
            doomed = [row["key_id"], *self._documents.strike(documents, "erased with its case", now)]
            for statement in _ERASE:
                connection.execute(statement, {"id": case_id})
            connection.execute(
                "UPDATE cases SET key_id = ?, erased_at = ?, hold = '[]' WHERE id = ?",
                (self._keyring.create(), clock.to_text(now), case_id),
            )
            event = NewEvent(EventType.ERASED, actor, now, {"what": "case", "scope": SCOPE, **certificate})
            self._cases.append(case_id, [event])
            self._doom(doomed, now)
        self.destroy_doomed()

    def erase_documents(
        self, case_id: str, items: Iterable[str], certificate: Mapping[str, Any], now: datetime, *, actor: str = "bot"
    ) -> int:
        """Destroy documents that were kept apart, with a certificate on the case. Returns how many were there."""
        with self._db.transaction():
            doomed = self._documents.strike(items, str(certificate.get("why", "")), now)
            if doomed:
                payload = {"what": "documents", "count": len(doomed), "scope": SCOPE, **certificate}
                self._cases.append(case_id, [NewEvent(EventType.ERASED, actor, now, payload)])
                self._doom(doomed, now)
        self.destroy_doomed()
        return len(doomed)

    # -- keys --------------------------------------------------------------------------------------------------

    def _doom(self, key_ids: Iterable[str], now: datetime) -> None:
        self._db.connection.executemany(
            "INSERT OR IGNORE INTO doomed_keys VALUES (?, ?)", [(key_id, clock.to_text(now)) for key_id in key_ids]
        )

    def doom(self, key_ids: Iterable[str], now: datetime) -> None:
        """Name keys that `destroy_doomed` destroys, in the transaction that erases what they sealed."""
        with self._db.transaction():
            self._doom(key_ids, now)

    def destroy_doomed(self) -> int:
        """Destroy the keys that an erasure named. Nothing happens inside a transaction: it may yet be undone."""
        if self._db.connection.in_transaction:
            return 0
        doomed = [row["key_id"] for row in self._db.rows("SELECT key_id FROM doomed_keys")]
        if doomed:
            self._keyring.destroy(doomed)
            with self._db.transaction() as connection:
                connection.executemany("DELETE FROM doomed_keys WHERE key_id = ?", [(key_id,) for key_id in doomed])
        return len(doomed)

    def tidy(self, before: datetime) -> int:
        """Null what was sealed under keys that are no more, and forget who wrote in cases erased before an instant.

        A case that proves to be no request goes on under a fresh key with a letter that says so: an answer to that
        letter is recognised until `before`.
        """
        rows = self._db.rows(
            "SELECT c.id FROM cases c WHERE c.erased_at NOTNULL AND (EXISTS (SELECT 1 FROM participants p WHERE "
            "p.case_id = c.id) OR EXISTS (SELECT 1 FROM mails m WHERE m.case_id = c.id AND m.content NOTNULL))"
        )
        with self._db.transaction() as connection:
            count = self._reseal.dead([row["id"] for row in rows])
            for table in ("participants", "thread_keys"):
                connection.execute(
                    f"DELETE FROM {table} WHERE case_id IN (SELECT id FROM cases WHERE status = 'closed' "  # noqa: S608
                    "AND erased_at < ?)",
                    (clock.to_text(before),),
                )
        return count

    def used_keys(self) -> set[str]:
        """The ids of all keys to which any table refers."""
        used: set[str] = set()
        for table in self._tables_with_keys():
            used |= {row["key_id"] for row in self._db.rows(f"SELECT DISTINCT key_id FROM {table}")}  # noqa: S608
        return used

    def _tables_with_keys(self) -> list[str]:
        return [
            row["name"]
            for row in self._db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'doomed_keys'")
            if any(column["name"] == "key_id" for column in self._db.rows(f"PRAGMA table_info({row['name']})"))
        ]

    def _strangers(self, key_id: str) -> list[str]:
        """Tables beside those that `trim` reseals that hold something under the key of a case."""
        return [
            table
            for table in self._tables_with_keys()
            if table not in _SEALED_UNDER_CASE_KEY
            and self._db.row(f"SELECT 1 FROM {table} WHERE key_id = ? LIMIT 1", (key_id,))  # noqa: S608
        ]


_ERASE = (
    "DELETE FROM originals WHERE mail_id IN (SELECT id FROM mails WHERE case_id = :id)",
    "UPDATE mails SET content = NULL WHERE case_id = :id",
    "UPDATE events SET payload = NULL WHERE case_id = :id",
    "UPDATE outbox SET recipient = NULL, message = NULL, recipient_key = x'', message_id_key = x'', reply = NULL, "
    "error = NULL, status = CASE WHEN status IN ('held', 'queued', 'uncertain') THEN 'rejected' ELSE status END "
    "WHERE case_id = :id",
    "UPDATE duties SET copies = NULL WHERE case_id = :id",
    "DELETE FROM participants WHERE case_id = :id",
    # A colleague may yet answer what was asked: until `tidy` it is known as such, and becomes no new case.
    "DELETE FROM thread_keys WHERE case_id = :id AND kind <> 'asked'",
    "DELETE FROM marks WHERE kind IN ('kept-for-dispute', 'trimmed') AND key = :id",
    # Of a mail that was no request the ledger keeps identifiers and scores as long as of any other mail.
    "UPDATE ledger SET message_id_key = NULL, sender_key = NULL, scores = NULL WHERE case_id = :id AND EXISTS "
    "(SELECT 1 FROM requested_rights r WHERE r.case_id = :id AND coalesce(r.outcome, '') <> 'not_a_request')",
)
