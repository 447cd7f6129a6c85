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
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake_bot import clock
from intake_bot.errors import KeyDestroyed, KeyringError
from intake_bot.store.database import Database
from intake_bot.store.durable import overwrite, replace_durably, sync_folder

KEY_BYTES = 32
NONCE_BYTES = 12
#: Keys made durable together: one fsync serves many new cases; the unused ones of a crash are swept by `sweep`.
SPARES = 64
#: A process gives up spare keys after this time, so that no sweep takes a key that somebody is about to use.
SPARE_LIFE = timedelta(days=1)
#: Keys that nothing refers to are destroyed after this time: long enough to try a restored database beside them.
ORPHAN_LIFE = timedelta(days=30)
_INDEX = "index"
_WRONG_KEY = "this master key did not wrap this keyring: restore the right INTAKE_MASTER_KEY_FILE from its backup"

#: Gives further master keys to try when the first does not open the keyring: a rotation may be under way.
OtherKeys = Callable[[], Iterable[bytes]]


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
    """Write a new master key with mode 0600, on disk when this returns. Raises FileExistsError when there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_master_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


class Keyring:
    """Data keys by id. Implements the Keyring port. Threads and processes may share one file."""

    def __init__(self, path: Path, master_key: bytes, *, others: OtherKeys = tuple) -> None:
        """Open or create a keyring. Raises KeyringError when neither `master_key` nor one of `others` wrapped it."""
        self._master = AESGCM(master_key)
        self._others = others
        self._lock = threading.RLock()
        self._spares: list[str] = []
        self._spares_made = clock.now()
        self._ciphers: dict[str, AESGCM] = {}
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        self._path = path
        # DELETE mode: no log beside the file keeps a destroyed key.
        self._db = Database(path, journal="DELETE")
        connection = self._db.connection
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

    # -- wrapping ----------------------------------------------------------------------------------------------

    def _insert(self, key_id: str, key: bytes) -> None:
        self._db.connection.execute(
            "INSERT INTO keys (id, wrapped, created_at) VALUES (?, ?, ?)",
            (key_id, _wrap(self._master, key_id, key), clock.to_text(clock.now())),
        )

    def _unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The key behind its wrapping. Another process may have rotated the master key: then it is fetched anew."""
        try:
            return _opened(self._master, key_id, wrapped)
        except InvalidTag:
            for candidate in self._others():
                master = AESGCM(candidate)
                try:
                    key = _opened(master, key_id, wrapped)
                except InvalidTag:
                    continue
                self._master = master
                return key
        raise KeyringError(_WRONG_KEY)

    def _follow_rotation(self) -> None:
        """Make sure, inside a transaction, that this process wraps under the master key of the file."""
        row = self._db.row("SELECT wrapped FROM keys WHERE id = ?", (_INDEX,))
        if row is None:
            raise KeyringError("the keyring was emptied while it was open: restore it from its backup")
        self._unwrap(_INDEX, row["wrapped"])

    def opens_with(self, master_key: bytes) -> bool:
        """Whether a master key is the one of the file now."""
        row = self._db.row("SELECT wrapped FROM keys WHERE id = ?", (_INDEX,))
        try:
            return row is not None and bool(_opened(AESGCM(master_key), _INDEX, row["wrapped"]))
        except InvalidTag:
            return False

    # -- data keys ---------------------------------------------------------------------------------------------

    def create(self) -> str:
        """The id of a new data key that is already durable on disk."""
        with self._lock:
            if self._spares and clock.now() - self._spares_made > SPARE_LIFE:
                self._give_up_spares()
            if not self._spares:
                self._spares_made = clock.now()
                made = [secrets.token_hex(8) for _ in range(SPARES)]
                with self._db.transaction():
                    self._follow_rotation()
                    for key_id in made:
                        self._insert(key_id, secrets.token_bytes(KEY_BYTES))
                self._spares += made
            return self._spares.pop()

    def _give_up_spares(self) -> None:
        unused, self._spares = self._spares, []
        if unused:
            self.destroy(unused)

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

    def forget_ciphers(self) -> None:
        """Read every key from the file at its next use: another process may have destroyed it."""
        with self._lock:
            self._ciphers.clear()

    def destroy(self, key_ids: Iterable[str]) -> None:
        """Erase data keys for good: the freed pages and the journal of the transaction are overwritten."""
        doomed = list(key_ids)
        if _INDEX in doomed:
            raise KeyringError("the index key is not destroyed: every keyed column depends on it")
        if not doomed:
            return
        with self._lock, self._scrubbed() as connection:
            connection.executemany("DELETE FROM keys WHERE id = ?", [(key_id,) for key_id in doomed])
        with self._lock:
            for key_id in doomed:
                self._ciphers.pop(key_id, None)

    @contextmanager
    def _scrubbed(self) -> Iterator[sqlite3.Connection]:
        """A transaction whose rollback journal, which holds the pages as they were, is overwritten before it goes."""
        connection, held = self._db.connection, False
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = PERSIST")
            with self._db.transaction():
                held = True
                yield connection
        finally:
            try:
                if held:  # still, in this locking mode: nobody else's journal can lie there
                    overwrite(self._path.with_name(self._path.name + "-journal"))
            finally:
                connection.execute("PRAGMA locking_mode = NORMAL")
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("SELECT 1 FROM keys LIMIT 1").fetchone()  # gives the lock back

    def sweep(self, used: set[str], now: datetime) -> int:
        """Destroy keys that nothing uses and that are older than ORPHAN_LIFE. Returns how many.

        They come from a crash between the making of a key and the commit that would have used it.
        """
        rows = self._db.rows(
            "SELECT id FROM keys WHERE id <> ? AND created_at < ?", (_INDEX, clock.to_text(now - ORPHAN_LIFE))
        )
        with self._lock:
            orphans = [row["id"] for row in rows if row["id"] not in used and row["id"] not in self._spares]
            self.destroy(orphans)
        return len(orphans)

    def key_ids(self) -> set[str]:
        """All data keys, the spare ones included, the index key not."""
        return {row["id"] for row in self._db.rows("SELECT id FROM keys WHERE id <> ?", (_INDEX,))}

    # -- keyed hashes ------------------------------------------------------------------------------------------

    def index(self, purpose: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256, 16 octets) by which a value is found without being kept."""
        return hmac.new(self._index, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()[:16]

    def index_key(self, purpose: str) -> bytes:
        """A key derived from the index key for one purpose."""
        return hmac.new(self._index, b"derive\0" + purpose.encode(), hashlib.sha256).digest()

    # -- the file ----------------------------------------------------------------------------------------------

    def rotate(self, master_key: bytes, *, before: Callable[[], None] = lambda: None) -> int:
        """Wrap every key anew under another master key, in one transaction. Returns how many.

        `before` runs once the file is locked and nothing is changed yet: the place to make the new key durable.
        """
        fresh = AESGCM(master_key)
        with self._lock, self._scrubbed() as connection:
            before()
            rows = connection.execute("SELECT id, wrapped FROM keys").fetchall()
            connection.executemany(
                "UPDATE keys SET wrapped = ? WHERE id = ?",
                [(_wrap(fresh, row["id"], self._unwrap(row["id"], row["wrapped"])), row["id"]) for row in rows],
            )
        self._master = fresh
        return len(rows)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from writing to the keyring, a rotation included."""
        with self._lock, self._db.transaction():
            yield

    def backup(self, path: Path) -> int:
        """Write a copy of the keyring in place of the one at `path`. Returns the number of keys.

        The older copy is overwritten before it goes: it would bring back keys that were destroyed since. Raises
        KeyringError when `path` is something else than a keyring or this one, OSError when it cannot be written.
        """
        if path.exists() and path.samefile(self._path):
            raise KeyringError(f"{path} is the keyring itself: name another file for the copy")
        if path.exists() and not _is_keyring(path):
            raise KeyringError(f"{path} is there and is no keyring: it is not overwritten")
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._db.connection.execute("VACUUM INTO ?", (str(fresh),))
            replace_durably(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        return int(self._db.value("SELECT count(*) FROM keys"))

    def close(self) -> None:
        """Destroy the spare keys that were not used, and close the file."""
        with self._lock:
            self._give_up_spares()
            self._db.close()


def _wrap(master: AESGCM, key_id: str, key: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, key_id.encode())


def _opened(master: AESGCM, key_id: str, wrapped: bytes) -> bytes:
    return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())


def _is_keyring(path: Path) -> bool:
    try:
        other = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return other.execute("SELECT 1 FROM keys WHERE id = ?", (_INDEX,)).fetchone() is not None
        finally:
            other.close()
    except sqlite3.Error:
        return False
