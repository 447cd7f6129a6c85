"""Documents kept apart from their case: identity documents, mandates, disclosed files, each under a key of its own.

So each can be destroyed at its own time, in every backup too, while the case goes on. What is cut out of the original
mail is cut before the original is sealed: no copy remains in it.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row
from typing import Any

from intake_bot import clock
from intake_bot.cases.ports import KeptMail
from intake_bot.errors import NotFound, StoreError
from intake_bot.mail.content import safe_name
from intake_bot.mail.content_type import MAX_ATTACHMENT, identity_document_likely, type_of
from intake_bot.mail.mime import Part, read_mime
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault

#: Stands in the original mail where a document was cut out.
PLACEHOLDER = b"[kept apart]\r\n"
_MANDATE = re.compile(
    r"mandat|procuration|pouvoir|power.?of.?attorney|\bpoa\b|vollmacht|vollmachts|poder|procura\b|volmacht|"
    r"acte.?de.?d[eé]c[eèé]s|certificat.?de.?d[eé]c[eèé]s|notori[eé]t[eé]|livret.?de.?famille|death.?certificate|"
    r"sterbeurkunde|erbschein",
    re.I,
)


class DocumentKind(StrEnum):
    """What is kept apart."""

    IDENTITY = "identity"
    MANDATE = "mandate"  # mandates and heirs' proofs
    DISCLOSED = "disclosed"  # the data file that was given to the person


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `filename` is "" once it is erased; instants are UTC."""

    id: str
    case_id: str
    kind: DocumentKind
    asked: bool
    filename: str
    content_type: str  # found in the octets, whatever the mail declared
    sha256: str
    size: int
    received_at: datetime
    opened_at: datetime | None
    opened_by: str
    erased_at: datetime | None
    erased_why: str


class DocumentStore:
    """Keeps documents, shows one on demand, erases them."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    def set_apart(self, case_id: str, mail_id: str, mail: KeptMail) -> KeptMail:
        """The mail without its identity documents and mandates, which are sealed each under its own key.

        Nothing is opened to find them: names, and what the person says is attached. Called in the transaction that
        keeps the mail.
        """
        if not mail.content.get("attachments"):
            return mail
        content = {**mail.content, "attachments": [dict(item) for item in mail.content["attachments"]]}
        original = mail.original
        if original is not None:
            content["original_sha256"] = hashlib.sha256(original).hexdigest()
        parts = _files(original) if original is not None else {}
        asked = self._asked(case_id)
        said = str(content.get("new_text") or content.get("text") or "")
        cut: list[Part] = []
        for item in content["attachments"]:
            kind = _kind(str(item.get("filename", "")), said, str(item.get("content_type", "")))
            if kind is None:
                continue
            item["kept_apart"] = str(kind)
            part = parts.get(item.get("section", ""))
            if part is not None:
                octets = part.payload()
                item["document"] = self.keep(
                    case_id, kind, octets, filename=item["filename"], received_at=mail.received_at, mail_id=mail_id,
                    asked=asked and kind is DocumentKind.IDENTITY,
                )  # fmt: skip
                cut.append(part)
        return replace(mail, content=content, original=_without(original, cut) if original is not None else None)

    def _asked(self, case_id: str) -> bool:
        """Whether a document was asked for: on a DPO's decision, by letter."""
        row = self._db.row(
            "SELECT 1 FROM outbox WHERE case_id = ? AND +kind = 'id_document' AND +status IN ('sent', 'written')",
            (case_id,),
        )
        return row is not None

    def keep(
        self, case_id: str, kind: DocumentKind, content: bytes, *, filename: str, received_at: datetime,
        mail_id: str | None = None, asked: bool = False,
    ) -> str:  # fmt: skip
        """Seal a document under a key of its own. Returns its id. Larger than MAX_ATTACHMENT: only its description."""
        item, key_id = secrets.token_hex(8), self._keyring.create()
        described = {
            "filename": filename,
            "content_type": type_of(content, filename).content_type,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        sealed = None
        if len(content) <= MAX_ATTACHMENT:
            sealed = self._vault.seal(key_id, content, ("documents", item, "content"))
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO documents (id, case_id, mail_id, kind, asked, key_id, described, content, size, "
                "received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    item, case_id, mail_id, str(kind), int(asked), key_id,
                    self._vault.seal_json(key_id, described, ("documents", item, "described")), sealed, len(content),
                    clock.to_text(received_at),
                ),
            )  # fmt: skip
        return item

    def find(self, item: str) -> Document:
        """One document, erased or not. Raises NotFound."""
        row = self._db.row("SELECT * FROM documents WHERE id = ?", (item,))
        if row is None:
            raise NotFound(f"no document {item}")
        return self._document(row)

    def of_case(self, case_id: str, *, kept_only: bool = False) -> list[Document]:
        """The documents of a case, oldest first; erased ones as what remains of them."""
        rows = self._db.rows("SELECT * FROM documents WHERE case_id = ? ORDER BY received_at, id", (case_id,))
        return [self._document(row) for row in rows if not (kept_only and row["erased_at"])]

    def mails_with(self, case_id: str, kind: DocumentKind) -> list[str]:
        """The ids of the mails of a case that brought documents of a kind, erased ones included."""
        rows = self._db.rows(
            "SELECT DISTINCT mail_id FROM documents WHERE case_id = ? AND kind = ? AND mail_id NOTNULL",
            (case_id, str(kind)),
        )
        return [row["mail_id"] for row in rows]

    def kept_ids(self) -> list[str]:
        """The ids of all documents that are kept; opens nothing."""
        return [row["id"] for row in self._db.rows("SELECT id FROM documents WHERE erased_at IS NULL")]

    def kept(self, *kinds: DocumentKind) -> list[Document]:
        """All documents of these kinds that are still kept, oldest first."""
        marks = ",".join("?" * len(kinds))
        rows = self._db.rows(
            f"SELECT * FROM documents WHERE erased_at IS NULL AND kind IN ({marks}) ORDER BY received_at",  # noqa: S608
            [str(kind) for kind in kinds],
        )
        return [self._document(row) for row in rows]

    def open(self, item: str, actor: str, now: datetime) -> bytes:
        """The octets, for a named person's look, which is noted. Raises NotFound, StoreError once it is erased.

        Show them as a download of type `Document.content_type`, never inline.
        """
        row = self._db.row("SELECT content, erased_at FROM documents WHERE id = ?", (item,))
        if row is None:
            raise NotFound(f"no document {item}")
        if row["content"] is None:
            raise StoreError(
                f"document {item} was erased or was too large to keep",
                "cette pièce a été effacée, ou était trop grande pour être gardée",
            )
        octets = self._vault.open(row["content"], ("documents", item, "content"))
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE documents SET opened_at = ?, opened_by = ? WHERE id = ?", (clock.to_text(now), actor, item)
            )
        return octets

    def content(self, item: str) -> bytes | None:
        """The octets, for a letter that carries them; None once they are erased. Raises NotFound."""
        row = self._db.row("SELECT content FROM documents WHERE id = ?", (item,))
        if row is None:
            raise NotFound(f"no document {item}")
        return None if row["content"] is None else self._vault.open(row["content"], ("documents", item, "content"))

    def mark_asked(self, case_id: str) -> None:
        """The DPO decided to ask for a document: those that wait are no longer unasked."""
        self._db.connection.execute(
            "UPDATE documents SET asked = 1 WHERE case_id = ? AND kind = 'identity' AND erased_at IS NULL", (case_id,)
        )

    def strike(self, items: Iterable[str], why: str, now: datetime) -> list[str]:
        """Null the content of documents in the current transaction. Returns the keys that are to be destroyed."""
        keys = []
        for item in items:
            row = self._db.row(
                "UPDATE documents SET content = NULL, described = NULL, erased_at = ?, erased_why = ? "
                "WHERE id = ? AND erased_at IS NULL RETURNING key_id",
                (clock.to_text(now), why, item),
            )
            if row is not None:
                keys.append(row["key_id"])
        return keys

    def _document(self, row: Row) -> Document:
        described: dict[str, Any] = {}
        if row["described"] is not None:
            described = self._vault.open_json(row["described"], ("documents", row["id"], "described"))
        return Document(
            id=row["id"],
            case_id=row["case_id"],
            kind=DocumentKind(row["kind"]),
            asked=bool(row["asked"]),
            filename=described.get("filename", ""),
            content_type=described.get("content_type", ""),
            sha256=described.get("sha256", ""),
            size=row["size"],
            received_at=clock.from_text(row["received_at"]),
            opened_at=clock.from_text(row["opened_at"]) if row["opened_at"] else None,
            opened_by=row["opened_by"] or "",
            erased_at=clock.from_text(row["erased_at"]) if row["erased_at"] else None,
            erased_why=row["erased_why"] or "",
        )


def _kind(filename: str, said: str, content_type: str) -> DocumentKind | None:
    """Names first; what the mail says of its attachments counts for pictures and PDF only, never for a logo."""
    if identity_document_likely(filename):
        return DocumentKind.IDENTITY
    if _MANDATE.search(filename):
        return DocumentKind.MANDATE
    shows = content_type.startswith("image/") or content_type == "application/pdf"
    return DocumentKind.IDENTITY if shows and identity_document_likely(filename, said) else None


def _files(original: bytes) -> dict[str, Part]:
    """The leaves of a mail that can be cut out, by section. Those inside an encoded mail have no place of their own."""
    root, _ = read_mime(original)
    return {
        part.section: part
        for part in root.walk()
        if not part.children and part.raw is root.raw and (part.filename or part.maintype not in ("text", "multipart"))
    }


def _without(original: bytes, cut: list[Part]) -> bytes:
    """The mail with the bodies of some parts replaced by PLACEHOLDER."""
    for part in sorted(cut, key=lambda item: item.body[0], reverse=True):
        start, end = part.body
        original = original[:start] + PLACEHOLDER + original[end:]
    return original


def readable_name(document: Document) -> str:
    """A file name that is safe to offer for a download."""
    return safe_name(document.filename, document.id, document.content_type)
