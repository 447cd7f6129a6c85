"""Data keys in a file of their own, wrapped by a master key. Destroying a key erases its content everywhere.

The keyring is kept apart from the database and is backed up by replacement only: an old generation of it would bring
back the keys that were destroyed (docs/design.md, vault).
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake_bot import clock
from intake_bot.errors import KeyDestroyed, KeyringError
from intake_bot.store.database import Database

KEY_BYTES = 32
NONCE_BYTES = 12
#: Keys made durable together: one fsync serves many new cases; the unused ones of a crash are swept by `sweep`.
SPARES = 64
_INDEX = "index"


def new_master_key() -> str:
    """A fresh master key as text: 32 random octets in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def parse_master_key(text: str) -> bytes:
    """The 32 octets behind the text form. Raises KeyringError."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyringError("the master key is not base64: restore it from its backup") from error
    if len(key) != KEY_BYTES:
        raise KeyringError(f"the master key has {len(key)} octets instead of {KEY_BYTES}: restore it from its backup")
    return key


def create_master_key_file(path: Path) -> None:
    """Write a new master key with mode 0600. Raises FileExistsError when there is one already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_master_key() + "\n")
        file.flush()
        os.fsync(file.fileno())


class Keyring:
    """Data keys by id. Implements the Keyring port."""

    def __init__(self, path: Path, master_key: bytes) -> None:
        self._master = AESGCM(master_key)
        self._lock = threading.Lock()
        self._spares: list[str] = []
        self._ciphers: dict[str, AESGCM] = {}
        fresh = not path.exists()
        if fresh:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        self._db = Database(path)
        connection = self._db.connection
        # DELETE mode: no log beside the file keeps a destroyed key.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS keys "
            "(id TEXT PRIMARY KEY, wrapped BLOB NOT NULL, created_at TEXT NOT NULL) STRICT"
        )
        self._index = self._load_index()

    def _load_index(self) -> bytes:
        with self._db.transaction() as connection:
            row = connection.execute("SELECT wrapped FROM keys WHERE id = ?", (_INDEX,)).fetchone()
            if row is None:
                key = secrets.token_bytes(KEY_BYTES)
                self._insert(_INDEX, key)
                return key
        return self._unwrap(_INDEX, row["wrapped"])

    def _insert(self, key_id: str, key: bytes) -> None:
        self._db.connection.execute(
            "INSERT INTO keys (id, wrapped, created_at) VALUES (?, ?, ?)",
            (key_id, self._wrap(self._master, key_id, key), clock.to_text(clock.now())),
        )

    @staticmethod
    def _wrap(master: AESGCM, key_id: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + master.encrypt(nonce, key, key_id.encode())

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except InvalidTag as error:
            raise KeyringError(
                "this master key did not wrap this keyring: restore the right INTAKE_MASTER_KEY_FILE from its backup"
            ) from error

    def create(self) -> str:
        """The id of a new data key that is already durable on disk."""
        with self._lock:
            if not self._spares:
                with self._db.transaction():
                    for _ in range(SPARES):
                        key_id = secrets.token_hex(8)
                        self._insert(key_id, secrets.token_bytes(KEY_BYTES))
                        self._spares.append(key_id)
            return self._spares.pop()

    def cipher(self, key_id: str) -> AESGCM:
        """The cipher of a data key. Raises KeyDestroyed when the key is no more."""
        found = self._ciphers.get(key_id)
        if found is not None:
            return found
        row = self._db.row("SELECT wrapped FROM keys WHERE id = ?", (key_id,))
        if row is None:
            raise KeyDestroyed(f"the key {key_id} was destroyed: its content is erased")
        if len(self._ciphers) > 4096:
            self._ciphers.clear()
        cipher = self._ciphers[key_id] = AESGCM(self._unwrap(key_id, row["wrapped"]))
        return cipher

    def exists(self, key_id: str) -> bool:
        return self._db.row("SELECT 1 FROM keys WHERE id = ?", (key_id,)) is not None

    def destroy(self, key_ids: list[str]) -> None:
        """Erase data keys for good; the freed pages are overwritten (secure_delete)."""
        if _INDEX in key_ids:
            raise KeyringError("the index key is not destroyed: every keyed column depends on it")
        with self._lock, self._db.transaction() as connection:
            connection.executemany("DELETE FROM keys WHERE id = ?", [(key_id,) for key_id in key_ids])
            for key_id in key_ids:
                self._ciphers.pop(key_id, None)

    def key_ids(self) -> set[str]:
        """All data keys, the spare ones included, the index key not."""
        return {row["id"] for row in self._db.rows("SELECT id FROM keys WHERE id <> ?", (_INDEX,))}

    def index(self, purpose: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256, 16 octets) by which a value is found without being kept."""
        return hmac.new(self._index, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()[:16]

    def index_key(self, purpose: str) -> bytes:
        """A key derived from the index key for one purpose."""
        return hmac.new(self._index, b"derive\0" + purpose.encode(), hashlib.sha256).digest()

    def rotate(self, master_key: bytes) -> int:
        """Wrap every key anew under another master key, in one transaction. Returns how many."""
        fresh = AESGCM(master_key)
        with self._lock, self._db.transaction() as connection:
            rows = connection.execute("SELECT id, wrapped FROM keys").fetchall()
            connection.executemany(
                "UPDATE keys SET wrapped = ? WHERE id = ?",
                [(self._wrap(fresh, row["id"], self._unwrap(row["id"], row["wrapped"])), row["id"]) for row in rows],
            )
        self._master = fresh
        return len(rows)

    def close(self) -> None:
        self._db.close()
