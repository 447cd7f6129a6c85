"""Letters waiting, held, sent: one row per (case, kind, ordinal), the same bytes and Message-ID on every resend."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from intake_bot import clock
from intake_bot.cases import names
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.cases.ports import Fence
from intake_bot.errors import KeyDestroyed, LeaseLost, NotFound, StoreError
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.leases import Leases
from intake_bot.store.vault import Vault


class LetterStatus(StrEnum):
    """Where a letter stands."""

    HELD = "held"  # waits for a person
    QUEUED = "queued"  # goes out with the next sweep
    CLAIMED = "claimed"  # a sender has it in hand; found so at start, it may or may not have arrived
    SENT = "sent"
    WRITTEN = "written"  # SEND_MODE=dry: lies as .eml in the state directory
    REJECTED = "rejected"  # a person decided against it
    FAILED = "failed"  # refused for good by the server
    UNCERTAIN = "uncertain"  # may have arrived and is not repeated by itself: a person looks


#: Attempts after which an interrupted letter is not repeated: what interrupts may be the letter, or its settling.
REPEATS = 5

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


def _anonymous(reply: str) -> str:
    """What a server said, without the addresses that servers like to repeat: this column is not sealed."""
    return _ADDRESS.sub("<...>", reply)[:200]


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox, opened."""

    id: str
    case_id: str | None
    mailbox: str
    kind: str
    lang: str
    audience: str
    mode: str
    status: LetterStatus
    legal_effect: bool
    attempts: int
    tried_at: datetime | None  # the first of these attempts
    created_at: datetime
    not_before: datetime
    decided_by: str | None
    sent_at: datetime | None
    error: str | None
    recipient: str | None  # None once erased
    raw: bytes | None
    attachment: str | None = None  # the document that it carries, by its id


class OutboxStore:
    """Implements the Outbox port on SQLite."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault, leases: Leases) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault
        self._leases = leases

    def write(
        self, letter: OutgoingLetter, *, key_id: str, mode: str, status: LetterStatus, at: datetime
    ) -> str | None:
        """Put a letter into the outbox. Returns its id, None when its row (case, kind, ordinal) is there already."""
        item = secrets.token_hex(6)
        dedupe = letter.dedupe or f"{letter.case_id}:{letter.kind}:{letter.ordinal}"
        moment = clock.to_text(at)
        row = self._db.row(
            "INSERT INTO outbox (id, dedupe, case_id, mailbox, kind, ordinal, lang, audience, mode, status, "
            "legal_effect, message_id_key, recipient_key, key_id, recipient, message, created_at, not_before, "
            "attempts, attachment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) "
            "ON CONFLICT (dedupe) DO NOTHING RETURNING id",
            (
                item, dedupe, letter.case_id, letter.mailbox, letter.kind, letter.ordinal, letter.lang,
                letter.audience, mode, str(status), int(letter.legal_effect),
                self._keyring.index("message-id", letter.message_id),
                self._keyring.index("address", letter.recipient.lower()), key_id,
                self._vault.seal(key_id, letter.recipient.encode(), ("outbox", item, "recipient")),
                self._vault.seal(key_id, letter.raw, ("outbox", item, "message")), moment, moment,
                letter.attachment or None,
            ),
        )  # fmt: skip
        return row["id"] if row else None

    def next_ordinal(self, case_id: str, kind: str) -> int:
        """The number of the next letter of this kind in the case, from 1."""
        # "+kind" leaves the index on kinds alone: SQLite would read every letter of the kind, not those of the case.
        found = self._db.value("SELECT max(ordinal) FROM outbox WHERE case_id = ? AND +kind = ?", (case_id, kind))
        return int(found or 0) + 1

    def count_to(self, address: str, kind: str, since: datetime) -> int:
        """How many letters of a kind were written to an address since an instant (the acknowledgement budget)."""
        return int(
            self._db.value(
                "SELECT count(*) FROM outbox WHERE recipient_key = ? AND kind = ? AND created_at >= ?",
                (self._keyring.index("address", address.lower()), kind, clock.to_text(since)),
            )
        )

    def count_all(self, kind: str, since: datetime) -> int:
        """How many letters of a kind were written since an instant, to anyone."""
        return int(
            self._db.value(
                "SELECT count(*) FROM outbox WHERE kind = ? AND created_at >= ?", (kind, clock.to_text(since))
            )
        )

    def left(self, dedupe: str) -> bool:
        """Whether the letter of this key was sent, or written in dry mode."""
        status = self._db.value("SELECT status FROM outbox WHERE dedupe = ?", (dedupe,))
        return status in (LetterStatus.SENT, LetterStatus.WRITTEN)

    def find(self, item: str) -> Letter:
        """One letter. Raises NotFound."""
        row = self._db.row("SELECT * FROM outbox WHERE id = ?", (item,))
        if row is None:
            raise NotFound(f"no letter {item}", "cette lettre n’existe pas", aside="see `intake-bot outbox list`")
        return self._letter(row)

    def readable(self, item: str) -> bool:
        """Whether a letter is there and neither its content nor what it carries is erased."""
        row = self._db.row(
            "SELECT 1 FROM outbox o LEFT JOIN documents d ON d.id = o.attachment "
            "WHERE o.id = ? AND o.message NOTNULL AND d.erased_at IS NULL",
            (item,),
        )
        return row is not None

    def by_message_id(self, message_id: str) -> Letter | None:
        """The letter with this Message-ID: what a delivery report or a reply refers to."""
        key = self._keyring.index("message-id", message_id)
        row = self._db.row("SELECT * FROM outbox WHERE message_id_key = ?", (key,))
        return self._letter(row) if row else None

    def went_to(self, message_id: str, address: str) -> str:
        """The kind of the letter with this Message-ID if it was written to this address, else ""."""
        found = self._db.value(
            "SELECT kind FROM outbox WHERE message_id_key = ? AND recipient_key = ?",
            (self._keyring.index("message-id", message_id), self._keyring.index("address", address.lower())),
        )
        return str(found or "")

    def all(self, *, statuses: Sequence[LetterStatus] = (), case_id: str | None = None) -> list[Letter]:
        """Letters, oldest first, of all statuses when none is named."""
        marks = ",".join("?" * len(statuses))
        conditions, values = ["1"], list[str]()
        if statuses:
            conditions.append(f"status IN ({marks})")
            values += map(str, statuses)
        if case_id is not None:
            conditions.append("case_id = ?")
            values.append(case_id)
        sql = f"SELECT * FROM outbox WHERE {' AND '.join(conditions)} ORDER BY created_at, rowid"  # noqa: S608
        return [self._letter(row) for row in self._db.rows(sql, values)]

    # -- sending -----------------------------------------------------------------------------------------------

    def due(self, now: datetime, limit: int = 50) -> list[str]:
        """The ids of the letters that may go out now, oldest first."""
        rows = self._db.rows(
            "SELECT id FROM outbox WHERE status = 'queued' AND not_before <= ? ORDER BY created_at, rowid LIMIT ?",
            (clock.to_text(now), limit),
        )
        return [row["id"] for row in rows]

    def claim(self, item: str, fence: Fence, now: datetime, patience: timedelta) -> Letter | None:
        """Take a letter in hand, durably, before it is sent. None when it is no longer queued.

        The lease lasts `patience` from here: while a server is still to answer, nobody else repeats the letter. Raises
        LeaseLost.
        """
        with self._db.transaction() as connection:
            self._leases.renew(fence, patience)
            row = connection.execute(
                "UPDATE outbox SET status = 'claimed', attempts = attempts + 1, "
                "claimed_at = coalesce(claimed_at, ?), claim_fence = ? WHERE id = ? AND status = 'queued' RETURNING *",
                (clock.to_text(now), fence.number, item),
            ).fetchone()
        return self._letter(row) if row else None

    def settle(
        self, item: str, status: LetterStatus, *, now: datetime, fence: Fence | None = None, reply: str = "",
        error: str = "", retry_in: timedelta | None = None,
    ) -> None:  # fmt: skip
        """Write what became of a letter: sent, failed, uncertain, rejected, or queued again for later.

        `fence`: it was claimed under this one. Raises LeaseLost when it is no longer: another process took it over.
        """
        done = clock.to_text(now) if status in (LetterStatus.SENT, LetterStatus.WRITTEN) else None
        with self._db.transaction() as connection:
            if fence is not None:
                self._check_claim(item, fence)
            connection.execute(
                "UPDATE outbox SET status = ?, sent_at = ?, reply = ?, error = ?, not_before = ? WHERE id = ?",
                (
                    str(status), done, _anonymous(reply) or None, _anonymous(error) or None,
                    clock.to_text(now + (retry_in or timedelta())), item,
                ),
            )  # fmt: skip

    def put_back(self, item: str, fence: Fence, not_before: datetime) -> None:
        """Queue a claimed letter that nobody tried to send: that was no attempt. Raises LeaseLost."""
        with self._db.transaction() as connection:
            self._check_claim(item, fence)
            connection.execute(
                "UPDATE outbox SET status = 'queued', attempts = attempts - 1, not_before = ?, "
                "claimed_at = CASE WHEN attempts > 1 THEN claimed_at END WHERE id = ?",
                (clock.to_text(not_before), item),
            )

    def _check_claim(self, item: str, fence: Fence) -> None:
        row = self._db.row("SELECT status, claim_fence FROM outbox WHERE id = ?", (item,))
        if row is None or (row["status"], row["claim_fence"]) != (LetterStatus.CLAIMED, fence.number):
            raise LeaseLost(f"another process took over the letter {item}")

    def recover(self, fence: Fence, now: datetime) -> tuple[int, list[Letter]]:
        """Letters that a dead sender had in hand: repeated with the same bytes, or uncertain if they have legal effect.

        RFC 1047: a crash between the final dot and our commit cannot be told from one before it. Uncertain too is a
        letter whose every attempt, REPEATS of them, ends so. Returns how many are repeated, and the uncertain ones.
        """
        uncertain = []
        with self._db.transaction() as connection:
            self._leases.check(fence)
            rows = connection.execute("SELECT * FROM outbox WHERE status = 'claimed'").fetchall()
            for row in rows:
                status = LetterStatus.QUEUED
                if row["legal_effect"] or row["attempts"] >= REPEATS:
                    status = LetterStatus.UNCERTAIN
                    uncertain.append(self._letter(row))
                connection.execute(
                    "UPDATE outbox SET status = ?, error = ? WHERE id = ?",
                    (str(status), "the sender was interrupted while this letter was on its way", row["id"]),
                )
        return len(rows) - len(uncertain), uncertain

    # -- decisions ---------------------------------------------------------------------------------------------

    def approve(self, item: str, actor: str, now: datetime, *, mode: str) -> Letter:
        """Release a held letter, on the word of a named person. Raises StoreError when it is not held."""
        return self._decide(item, LetterStatus.QUEUED, actor, now, mode)

    def reject(self, item: str, actor: str, now: datetime) -> Letter:
        """Decide against a held letter. Raises StoreError when it is not held."""
        return self._decide(item, LetterStatus.REJECTED, actor, now, None)

    def _decide(self, item: str, status: LetterStatus, actor: str, now: datetime, mode: str | None) -> Letter:
        moment = clock.to_text(now)
        with self._db.transaction() as connection:
            letter = self.find(item)
            if letter.status not in (LetterStatus.HELD, LetterStatus.UNCERTAIN, LetterStatus.FAILED):
                raise _settled(letter, "only letters that wait, failed or are uncertain can be decided",
                               "seules se décident celles qui attendent, ont échoué ou sont incertaines")  # fmt: skip
            connection.execute(
                "UPDATE outbox SET status = ?, decided_by = ?, decided_at = ?, not_before = ?, "
                "attempts = 0, claimed_at = NULL, mode = coalesce(?, mode) WHERE id = ?",
                (str(status), actor, moment, moment, mode, item),
            )
        return self.find(item)

    def replace(self, item: str, raw: bytes) -> None:
        """Put other words into a held letter; its Message-ID stays. Raises StoreError when it is not held."""
        letter = self.find(item)
        if letter.status is not LetterStatus.HELD:
            raise not_editable(letter)
        key_id = self._db.value("SELECT key_id FROM outbox WHERE id = ?", (item,))
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE outbox SET message = ? WHERE id = ?",
                (self._vault.seal(key_id, raw, ("outbox", item, "message")), item),
            )

    def _letter(self, row: Row) -> Letter:
        recipient = raw = None
        if row["message"] is not None:
            try:
                recipient = self._vault.open(row["recipient"], ("outbox", row["id"], "recipient")).decode()
                raw = self._vault.open(row["message"], ("outbox", row["id"], "message"))
            except KeyDestroyed:
                recipient = raw = None
        return Letter(
            id=row["id"],
            case_id=row["case_id"],
            mailbox=row["mailbox"],
            kind=row["kind"],
            lang=row["lang"],
            audience=row["audience"],
            mode=row["mode"],
            status=LetterStatus(row["status"]),
            legal_effect=bool(row["legal_effect"]),
            attempts=row["attempts"],
            tried_at=clock.from_text(row["claimed_at"]) if row["claimed_at"] else None,
            created_at=clock.from_text(row["created_at"]),
            not_before=clock.from_text(row["not_before"]),
            decided_by=row["decided_by"],
            sent_at=clock.from_text(row["sent_at"]) if row["sent_at"] else None,
            error=row["error"],
            recipient=recipient,
            raw=raw,
            attachment=row["attachment"],
        )


def not_editable(letter: Letter) -> StoreError:
    """Why the words of a letter can no longer be changed."""
    return _settled(letter, "only a letter that waits for you can be changed",
                    "seule une lettre qui attend votre accord peut être changée")  # fmt: skip


def _settled(letter: Letter, english: str, french: str) -> StoreError:
    state = names.quoted(names.LETTERS[letter.status])
    return StoreError(
        f"the state of this letter is {state[1]}: {english}. Look at it in its case",
        f"l’état de cette lettre est {state[0]} : {french}. Voyez-la dans le dossier",
        aside=f"letter {letter.id} is {letter.status}",
    )
