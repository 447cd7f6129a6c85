"""Every mail that was seen, with its one named outcome; `check` proves that the sums agree."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from intake_bot import clock
from intake_bot.cases.ports import Fence, LedgerEntry
from intake_bot.errors import NotFound
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import FolderState
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.leases import Leases
from intake_bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class FolderAccount:
    """The sums of one folder under one UIDVALIDITY."""

    mailbox: str
    folder: str
    uidvalidity: int
    watermark: int
    before_start: int
    vanished: int
    explained: int  # UIDs above the first start with a row of their own
    missing: tuple[int, ...]  # UIDs up to the watermark that nothing explains: must be empty
    expired: int = 0  # lines removed at the end of their retention


class LedgerStore:
    """Implements the Ledger port on SQLite."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault, leases: Leases) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault
        self._leases = leases

    def add(self, entry: LedgerEntry) -> int:
        """Write the outcome of one mail, replacing that of an earlier attempt at the same position. Returns its id.

        A position that is taken again as its own duplicate keeps its line: `passed` knows the content by it.
        """
        place = entry.position
        row = self._db.row(
            "INSERT INTO ledger (mailbox, folder, uidvalidity, uid, disposition, reasons, received_at, recorded_at, "
            "content_key, message_id_key, sender_key, case_id, source, route, scores, lang, model_version, size) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET disposition = excluded.disposition, "
            "reasons = excluded.reasons, recorded_at = excluded.recorded_at, content_key = excluded.content_key, "
            "message_id_key = excluded.message_id_key, sender_key = excluded.sender_key, case_id = excluded.case_id, "
            "route = excluded.route, scores = excluded.scores, lang = excluded.lang, "
            "model_version = excluded.model_version "
            "WHERE excluded.disposition <> 'DUPLICATE' OR ledger.disposition IN ('SET_ASIDE', 'DUPLICATE') "
            "RETURNING id",
            (
                place.mailbox, place.folder, place.uidvalidity, place.uid, entry.disposition,
                json.dumps(entry.reasons), clock.to_text(entry.received_at), clock.to_text(clock.now()),
                entry.content_key, entry.message_id_key, entry.sender_key, entry.case_id, entry.source,
                entry.route, entry.scores, entry.lang, entry.model_version, entry.size,
            ),
        )  # fmt: skip
        row = row or self._line(place)
        assert row is not None
        return int(row["id"])

    def known(self, position: Position) -> bool:
        """Whether this very position is explained already."""
        return self._line(position) is not None

    def _line(self, position: Position) -> Row | None:
        return self._db.row(
            "SELECT id FROM ledger WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
            (position.mailbox, position.folder, position.uidvalidity, position.uid),
        )

    def passed(self, content_key: bytes) -> Row | None:
        """The earlier outcome of the same content, None when it is new or was only set aside."""
        return self._db.row(
            "SELECT id, disposition, case_id, received_at FROM ledger WHERE content_key = ? "
            "AND disposition NOT IN ('SET_ASIDE', 'DUPLICATE') ORDER BY id LIMIT 1",
            (content_key,),
        )

    def assign(self, ledger_id: int, disposition: str, reasons: Sequence[str], case_id: str) -> None:
        """A mail that was passed belongs to a case after all: its line says so from now on."""
        self._db.connection.execute(
            "UPDATE ledger SET disposition = ?, reasons = ?, case_id = ?, recorded_at = ? WHERE id = ?",
            (disposition, json.dumps(list(reasons)), case_id, clock.to_text(clock.now()), ledger_id),
        )

    def seen_message_id(self, message_id_key: bytes) -> bool:
        """Whether a mail with this Message-ID was seen, with whatever content."""
        return self._db.row("SELECT 1 FROM ledger WHERE message_id_key = ? LIMIT 1", (message_id_key,)) is not None

    # -- folders -----------------------------------------------------------------------------------------------

    def folder(self, mailbox: str, folder: str, uidvalidity: int) -> Row | None:
        return self._db.row(
            "SELECT * FROM folders WHERE mailbox = ? AND folder = ? AND uidvalidity = ?",
            (mailbox, folder, uidvalidity),
        )

    def earlier_folder(self, mailbox: str, folder: str) -> Row | None:
        """The last state of a folder under any UIDVALIDITY."""
        return self._db.row(
            "SELECT * FROM folders WHERE mailbox = ? AND folder = ? ORDER BY polled_at DESC LIMIT 1",
            (mailbox, folder),
        )

    def last_poll(self, mailbox: str) -> datetime | None:
        """When any folder of a mailbox was last read, UTC."""
        found = self._db.value("SELECT max(polled_at) FROM folders WHERE mailbox = ?", (mailbox,))
        return clock.from_text(found) if found else None

    def renumbered(self) -> dict[str, int]:
        """How often a folder of each mailbox was renumbered or restored; mailboxes where none was are missing."""
        rows = self._db.rows(
            "SELECT mailbox, count(*) - count(DISTINCT folder) AS changes FROM folders GROUP BY mailbox "
            "HAVING changes > 0"
        )
        return {row["mailbox"]: row["changes"] for row in rows}

    def start_folder(self, mailbox: str, state: FolderState, first_uid: int, started_at: datetime) -> None:
        """Begin to account for a folder; UIDs below `first_uid` were there before."""
        moment = clock.to_text(started_at)
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO folders VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (mailbox, state.folder, str(state.role), state.uidvalidity, first_uid, first_uid - 1, moment, moment),
            )
            if first_uid > 1:
                self.absent(mailbox, state, 1, first_uid - 1, "before_start")

    def set_apart(self, mailbox: str, state: FolderState) -> None:
        """The UIDs of a folder mean other mails from now on, under the same UIDVALIDITY: its account is closed.

        What is known goes on under a number below zero, which no server gives (RFC 3501 9: nz-number).
        """
        place = (mailbox, state.folder)
        with self._db.transaction() as connection:
            lowest = self._db.value("SELECT min(uidvalidity) FROM folders WHERE mailbox = ? AND folder = ?", place)
            for table in ("folders", "ledger", "absences", "attempts", "missed"):
                connection.execute(
                    f"UPDATE {table} SET uidvalidity = ? WHERE mailbox = ? AND folder = ? AND uidvalidity = ?",  # noqa: S608
                    (min(lowest, 0) - 1, *place, state.uidvalidity),
                )

    def absent(self, mailbox: str, state: FolderState, first: int, last: int, reason: str) -> None:
        """Explain a range of UIDs that cannot be read: before_start or vanished. A range may grow at its end."""
        self._db.connection.execute(
            "INSERT INTO absences VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "last_uid = max(last_uid, excluded.last_uid)",
            (mailbox, state.folder, state.uidvalidity, first, last, reason, clock.to_text(clock.now())),
        )

    def advance(self, mailbox: str, state: FolderState, watermark: int, fence: Fence | None) -> None:
        """Move the watermark, in the transaction that explains the mail. Raises LeaseLost under an outdated fence."""
        if fence is not None:
            self._leases.check(fence)
        self._db.connection.execute(
            "UPDATE folders SET watermark = max(watermark, ?), polled_at = ? "
            "WHERE mailbox = ? AND folder = ? AND uidvalidity = ?",
            (watermark, clock.to_text(clock.now()), mailbox, state.folder, state.uidvalidity),
        )

    def attempt(self, position: Position, error: str) -> int:
        """Count an attempt at a mail that failed, in a transaction of its own. Returns how many there were."""
        with self._db.transaction() as connection:
            row = connection.execute(
                "INSERT INTO attempts VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (mailbox, folder, uidvalidity, uid) "
                "DO UPDATE SET count = count + 1, error = excluded.error, at = excluded.at RETURNING count",
                (
                    position.mailbox, position.folder, position.uidvalidity, position.uid, error,
                    clock.to_text(clock.now()),
                ),
            ).fetchone()  # fmt: skip
        return int(row["count"])

    # -- set aside ---------------------------------------------------------------------------------------------

    def set_aside(self, entry: LedgerEntry, raw: bytes | None, error: str, stage: str) -> str:
        """Keep a mail that could not be processed, sealed under a key of its own. Returns its id.

        One that waits already under the same line keeps its id, its time and the octets that were received.
        """
        with self._db.transaction() as connection:
            ledger_id = self.add(entry)
            open_one = self._db.row(
                "SELECT id, key_id FROM set_aside WHERE ledger_id = ? AND replayed_at IS NULL "
                "ORDER BY raw IS NULL, recorded_at LIMIT 1",
                (ledger_id,),
            )
            item = open_one["id"] if open_one else secrets.token_hex(6)
            key_id = open_one["key_id"] if open_one else self._keyring.create()
            sealed = None if raw is None else self._vault.seal(key_id, raw, ("set_aside", item, "raw"))
            connection.execute(
                "INSERT INTO set_aside VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET "
                "raw = coalesce(raw, excluded.raw), error = excluded.error, stage = excluded.stage",
                (
                    item, ledger_id, key_id, sealed, error, stage,
                    clock.to_text(entry.received_at), clock.to_text(clock.now()),
                ),
            )  # fmt: skip
        return item

    def set_aside_items(self) -> list[Row]:
        """What is set aside and not yet replayed, oldest first; `kept`: whether the octets are here."""
        return self._db.rows(
            "SELECT s.id, s.error, s.stage, s.received_at, s.recorded_at, s.raw IS NOT NULL AS kept, "
            "l.mailbox, l.folder, l.uidvalidity, l.uid FROM set_aside s "
            "JOIN ledger l ON l.id = s.ledger_id WHERE s.replayed_at IS NULL ORDER BY s.recorded_at"
        )

    def set_aside_raw(self, item: str) -> tuple[Row, bytes | None]:
        """One item with its original octets. Raises NotFound."""
        row = self._db.row(
            "SELECT s.raw, s.stage, s.received_at, l.mailbox, l.folder, l.uidvalidity, l.uid, l.source "
            "FROM set_aside s JOIN ledger l ON l.id = s.ledger_id WHERE s.id = ? AND s.replayed_at IS NULL",
            (item,),
        )
        if row is None:
            raise NotFound(f"nothing is set aside under {item}: see `intake-bot set-aside list`")
        raw = self._vault.open(row["raw"], ("set_aside", item, "raw")) if row["raw"] is not None else None
        return row, raw

    def replayed(self, item: str) -> list[str]:
        """Note that an item was processed after all; its copy goes. Returns the keys that are to be destroyed."""
        with self._db.transaction() as connection:
            rows = connection.execute(
                "UPDATE set_aside SET replayed_at = ?, raw = NULL WHERE id = ? RETURNING key_id",
                (clock.to_text(clock.now()), item),
            ).fetchall()
        return [row["key_id"] for row in rows]

    # -- sums --------------------------------------------------------------------------------------------------

    def accounts(self) -> list[FolderAccount]:
        """The sums of every folder that was ever read."""
        return [self._account(row) for row in self._db.rows("SELECT * FROM folders ORDER BY mailbox, folder")]

    def _account(self, row: Row) -> FolderAccount:
        place = (row["mailbox"], row["folder"], row["uidvalidity"])
        where = "WHERE mailbox = ? AND folder = ? AND uidvalidity = ?"
        uids = {
            item["uid"]
            for item in self._db.rows(f"SELECT uid FROM ledger {where}", place)  # noqa: S608
        }
        absences = self._db.rows(f"SELECT first_uid, last_uid, reason FROM absences {where}", place)  # noqa: S608
        absent: set[int] = set()
        expired: set[int] = set()
        for item in absences:
            if item["reason"] != "before_start":
                found = expired if item["reason"] == "expired" else absent
                found.update(range(item["first_uid"], item["last_uid"] + 1))
        expected = range(row["first_uid"], row["watermark"] + 1)
        known = uids | absent | expired
        return FolderAccount(
            mailbox=row["mailbox"],
            folder=row["folder"],
            uidvalidity=row["uidvalidity"],
            watermark=row["watermark"],
            before_start=row["first_uid"] - 1,
            vanished=len(absent - uids - expired),
            explained=len([uid for uid in uids if uid in expected]),
            missing=tuple(uid for uid in expected if uid not in known),
            expired=len(expired - uids),
        )

    def counts(self, since: datetime | None = None) -> dict[str, int]:
        """How many mails had each outcome, all time or recorded since an instant."""
        rows = self._db.rows(
            "SELECT disposition, count(*) AS n FROM ledger WHERE recorded_at >= ? GROUP BY disposition ORDER BY 1",
            (clock.to_text(since) if since else "",),
        )
        return {row["disposition"]: row["n"] for row in rows}

    def count_reason(self, reason: str, since: datetime) -> int:
        """How many mails recorded since an instant have a reason."""
        return int(
            self._db.value(
                "SELECT count(*) FROM ledger WHERE recorded_at >= ? AND disposition = 'REVIEW' AND reasons LIKE ?",
                (clock.to_text(since), f'%"{reason}"%'),
            )
        )

    def orphans(self) -> list[str]:
        """What the sums forbid: outcomes that open a case without one, cases without a mail or another channel."""
        problems = [
            f"ledger {row['id']}: {row['disposition']} without a case"
            for row in self._db.rows(
                "SELECT id, disposition FROM ledger l WHERE disposition IN ('OPEN_CASE', 'HOLD', 'REVIEW') AND "
                "(case_id IS NULL OR NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = l.case_id))"
            )
        ]
        problems += [
            f"case {row['ref']}: no mail explains it"
            for row in self._db.rows(
                "SELECT ref FROM cases c WHERE channel = 'mail' AND NOT EXISTS "
                "(SELECT 1 FROM ledger l WHERE l.case_id = c.id) AND NOT EXISTS "
                "(SELECT 1 FROM mails m JOIN ledger l ON l.id = m.ledger_id WHERE m.case_id = c.id)"
            )
        ]
        return problems

    def positions(self, mailbox: str, folder: str, uidvalidity: int) -> set[int]:
        """The UIDs with a row, to compare with what the server holds."""
        rows = self._db.rows(
            "SELECT uid FROM ledger WHERE mailbox = ? AND folder = ? AND uidvalidity = ?",
            (mailbox, folder, uidvalidity),
        )
        return {row["uid"] for row in rows}

    def next_run(self) -> int:
        """A number for one import run: its mails get positions of their own."""
        with self._db.transaction():
            return int(
                self._db.value(
                    "INSERT INTO counters (name, value) VALUES ('runs', 1) "
                    "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
                )
            )


def position_of(row: Row) -> Position:
    """The position in a row of the ledger."""
    return Position(row["mailbox"], row["folder"], row["uidvalidity"], row["uid"], FolderRole.INBOX)


def uid_gaps(uids: Sequence[int], first: int, last: int) -> list[tuple[int, int]]:
    """The ranges of UIDs in first..last that are not among `uids` (ascending)."""
    gaps = []
    expected = first
    for uid in uids:
        if uid > expected:
            gaps.append((expected, uid - 1))
        expected = uid + 1
    if expected <= last:
        gaps.append((expected, last))
    return gaps
