"""Seals what stays of a case under a fresh key: what is trimmed dies with the old one, in every backup too."""

import hashlib
from collections.abc import Iterator
from sqlite3 import Row

from intake_bot.errors import KeyDestroyed
from intake_bot.store.database import Database
from intake_bot.store.vault import Vault, key_id_of

_SEALED_COLUMNS = (
    ("events", "payload"), ("mails", "content"), ("originals", "content"), ("outbox", "recipient"),
    ("outbox", "message"), ("duties", "copies"),
)  # fmt: skip
#: Who wrote, to whom, when and with which attachments: the manifest of a trimmed mail.
_KEPT_OF_A_MAIL = (
    "message_id", "senders", "reply_to", "to", "cc", "claimed_date", "references", "attachments", "original_sha256",
    "unreadable",
)  # fmt: skip

_OF_A_CASE = tuple(
    (
        table,
        column,
        "mail_id IN (SELECT id FROM mails WHERE case_id = ?)" if table == "originals" else "case_id = ?",
    )
    for table, column in _SEALED_COLUMNS
)


class Resealing:
    """Works inside the transaction of its caller."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._db = database
        self._vault = vault

    def trimmed(self, case_id: str, fresh: str) -> None:
        """Seal events, letters to the person, duties and the manifests of mails under `fresh`; null the rest."""
        self._reseal_events(case_id, fresh)
        self._trim_mails(case_id, fresh)
        self._reseal_letters(case_id, fresh)
        self._reseal_duties(case_id, fresh)

    def _reseal(self, sealed: bytes, place: tuple[str, str, str], key_id: str) -> bytes:
        return self._vault.seal(key_id, self._vault.open(sealed, place), place)

    def _reseal_events(self, case_id: str, fresh: str) -> None:
        """The column key_id stays as it was: it is chained. A sealed value names its key itself."""
        for row in self._db.rows("SELECT seq, payload FROM events WHERE case_id = ? AND payload NOTNULL", (case_id,)):
            sealed = self._reseal(row["payload"], ("events", f"{case_id}/{row['seq']}", "payload"), fresh)
            self._db.connection.execute(
                "UPDATE events SET payload = ? WHERE case_id = ? AND seq = ?", (sealed, case_id, row["seq"])
            )

    def _trim_mails(self, case_id: str, fresh: str) -> None:
        for row in self._mails(case_id):
            content = self._vault.open_json(row["content"], ("mails", row["id"], "content"))
            original = self._db.value("SELECT content FROM originals WHERE mail_id = ?", (row["id"],))
            if original is not None:
                octets = self._vault.open(original, ("originals", row["id"], "content"))
                content.setdefault("original_sha256", hashlib.sha256(octets).hexdigest())
            kept = {name: content[name] for name in _KEPT_OF_A_MAIL if name in content}
            kept |= {"trimmed": True, "text": "", "new_text": "", "subject": "", "verdict": None}
            sealed = self._vault.seal_json(fresh, kept, ("mails", row["id"], "content"))
            self._db.connection.execute(
                "UPDATE mails SET content = ?, key_id = ? WHERE id = ?", (sealed, fresh, row["id"])
            )
            self._db.connection.execute("DELETE FROM originals WHERE mail_id = ?", (row["id"],))

    def _mails(self, case_id: str) -> Iterator[Row]:
        yield from self._db.rows("SELECT id, content FROM mails WHERE case_id = ? AND content NOTNULL", (case_id,))

    def _reseal_letters(self, case_id: str, fresh: str) -> None:
        """Letters to the person are proof and stay; notices to the desk quote the mail and go."""
        rows = self._db.rows("SELECT * FROM outbox WHERE case_id = ? AND message NOTNULL", (case_id,))
        for row in rows:
            recipient = message = None
            if row["audience"] == "person":
                recipient = self._reseal(row["recipient"], ("outbox", row["id"], "recipient"), fresh)
                message = self._reseal(row["message"], ("outbox", row["id"], "message"), fresh)
            self._db.connection.execute(
                "UPDATE outbox SET recipient = ?, message = ?, key_id = ? WHERE id = ?",
                (recipient, message, fresh, row["id"]),
            )

    def _reseal_duties(self, case_id: str, fresh: str) -> None:
        for row in self._db.rows("SELECT id, copies FROM duties WHERE case_id = ? AND copies NOTNULL", (case_id,)):
            sealed = self._reseal(row["copies"], ("duties", row["id"], "copies"), fresh)
            self._db.connection.execute(
                "UPDATE duties SET copies = ?, key_id = ? WHERE id = ?", (sealed, fresh, row["id"])
            )

    def under(self, key_id: str) -> int:
        """How many values of cases name a key in their seal: proof that trimming left none behind."""
        count = 0
        for table, column in _SEALED_COLUMNS:
            rows = self._db.rows(f"SELECT {column} AS sealed FROM {table} WHERE {column} NOTNULL")  # noqa: S608
            count += sum(key_id_of(row["sealed"]) == key_id for row in rows)
        return count

    def dead(self, case_ids: list[str]) -> int:
        """Null the values of these cases whose key is no more. Returns how many there were."""
        count = 0
        for case_id in case_ids:
            for table, column, place in _OF_A_CASE:
                for row in self._db.rows(
                    f"SELECT rowid, {column} AS sealed FROM {table} WHERE {column} NOTNULL AND {place}",  # noqa: S608
                    (case_id,),
                ):
                    if not self._alive(row["sealed"]):
                        self._db.connection.execute(
                            f"DELETE FROM {table} WHERE rowid = ?" if table == "originals"  # noqa: S608
                            else f"UPDATE {table} SET {column} = NULL WHERE rowid = ?",  # noqa: S608
                            (row["rowid"],),
                        )  # fmt: skip
                        count += 1
        return count

    def _alive(self, sealed: bytes) -> bool:
        try:
            self._vault.require(key_id_of(sealed))
        except KeyDestroyed:
            return False
        return True
