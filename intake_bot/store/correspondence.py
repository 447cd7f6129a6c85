"""What a case keeps of its mails, who belongs to it, and the Message-IDs of its thread."""

import secrets
from collections.abc import Sequence
from typing import Any

from intake_bot import clock
from intake_bot.cases.ports import KeptMail
from intake_bot.errors import KeyDestroyed
from intake_bot.store.attachments import DocumentStore
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault


class Correspondence:
    """Mails sealed under the key of their case; addresses and Message-IDs as keyed hashes only."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault, documents: DocumentStore) -> None:
        self._db = database
        self._documents = documents
        self._keyring = keyring
        self._vault = vault

    def keep_mail(self, case_id: str, key_id: str, mail: KeptMail, ledger_id: int | None) -> str:
        """Keep what was understood of a mail, and its original, under the key of the case. Returns its id."""
        mail_id = secrets.token_hex(12)
        mail = self._documents.set_apart(case_id, mail_id, mail)
        place = mail.position
        connection = self._db.connection
        connection.execute(
            "INSERT INTO mails VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mail_id, case_id, ledger_id, mail.role, place.mailbox, place.folder, place.uidvalidity, place.uid,
                clock.to_text(mail.received_at), key_id,
                self._vault.seal_json(key_id, mail.content, ("mails", mail_id, "content")),
            ),
        )  # fmt: skip
        if mail.original is not None:
            sealed = self._vault.seal(key_id, mail.original, ("originals", mail_id, "content"))
            connection.execute("INSERT INTO originals VALUES (?, ?, ?)", (mail_id, key_id, sealed))
        return mail_id

    def mails(self, case_id: str) -> list[dict[str, Any]]:
        """The mails of a case, oldest first, with their opened content (None once erased)."""
        found = []
        for row in self._db.rows("SELECT * FROM mails WHERE case_id = ? ORDER BY received_at, id", (case_id,)):
            content = None
            if row["content"] is not None:
                try:
                    content = self._vault.open_json(row["content"], ("mails", row["id"], "content"))
                except KeyDestroyed:
                    content = None
            found.append({**{name: row[name] for name in row.keys() if name != "content"}, "content": content})  # noqa: SIM118
        return found

    def original(self, mail_id: str) -> bytes | None:
        """The original octets of a kept mail, None when they were not kept. Raises KeyDestroyed."""
        row = self._db.row("SELECT content FROM originals WHERE mail_id = ?", (mail_id,))
        return self._vault.open(row["content"], ("originals", mail_id, "content")) if row else None

    def add_participant(self, case_id: str, address: str, role: str) -> None:
        """Remember, as a keyed hash, that an address belongs to the case."""
        self._db.connection.execute(
            "INSERT OR IGNORE INTO participants VALUES (?, ?, ?)",
            (case_id, self._keyring.index("address", address.lower()), role),
        )

    def role(self, case_id: str, address: str) -> str:
        """The role of an address in a case, "" when it has none."""
        key = self._keyring.index("address", address.lower())
        found = self._db.value("SELECT role FROM participants WHERE case_id = ? AND address_key = ?", (case_id, key))
        return str(found or "")

    def participates(self, case_id: str, address: str) -> bool:
        key = self._keyring.index("address", address.lower())
        found = self._db.row("SELECT 1 FROM participants WHERE case_id = ? AND address_key = ?", (case_id, key))
        return found is not None

    def case_ids_of(self, address: str) -> list[str]:
        """The cases to which an address belongs, the one that was opened last first."""
        key = self._keyring.index("address", address.lower())
        rows = self._db.rows(
            "SELECT c.id FROM participants p JOIN cases c ON c.id = p.case_id WHERE p.address_key = ? "
            "ORDER BY c.opened_at DESC",
            (key,),
        )
        return [row["id"] for row in rows]

    def add_thread_key(self, message_id: str, case_id: str, kind: str) -> None:
        """Remember, as a keyed hash, a Message-ID of the thread. kind: sent, received or desk."""
        self._db.connection.execute(
            "INSERT OR IGNORE INTO thread_keys VALUES (?, ?, ?)",
            (self._keyring.index("message-id", message_id), case_id, kind),
        )

    def thread(self, message_ids: Sequence[str]) -> list[tuple[str, str]]:
        """(case id, kind) of every known Message-ID among these, in their order."""
        found = []
        for message_id in message_ids:
            key = self._keyring.index("message-id", message_id)
            found += [
                (row["case_id"], row["kind"])
                for row in self._db.rows("SELECT case_id, kind FROM thread_keys WHERE key = ?", (key,))
            ]
        return found
