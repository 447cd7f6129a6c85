"""Who may use the console: accounts, sessions, API tokens, failed sign-ins, and the log of who saw what.

Secrets are kept as keyed hashes or argon2 hashes; the TOTP secret, which must be read again, is sealed in the vault.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import IntegrityError, Row

from intake_bot import clock
from intake_bot.errors import NotFound, StoreError
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `name` is recorded with what the person does."""

    id: str
    name: str
    role: str
    lang: str
    created_at: datetime
    enrolled_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. Instants are UTC; `csrf` is repeated by every form."""

    account: Account
    csrf: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One line of the access log."""

    at: datetime
    account: str
    action: str
    case_id: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of the JSON API, without its secret."""

    id: str
    label: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Accounts:
    """The tables of the desk on SQLite."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    def _hash(self, purpose: str, value: str) -> bytes:
        return self._keyring.index(f"desk-{purpose}", value)

    # -- accounts ----------------------------------------------------------------------------------------------

    def add(self, name: str, role: str, lang: str, totp_secret: str, now: datetime) -> Account:
        """A new account that nobody can use before it is invited and enrolled. Raises StoreError on a known name."""
        item, key_id = secrets.token_hex(8), self._keyring.create()
        sealed = self._vault.seal(key_id, totp_secret.encode(), ("accounts", item, "totp_secret"))
        try:
            with self._db.transaction() as connection:
                connection.execute(
                    "INSERT INTO accounts (id, name, role, lang, key_id, totp_secret, totp_step, created_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                    (item, name, role, lang, key_id, sealed, clock.to_text(now)),
                )
        except IntegrityError as error:
            raise StoreError(
                f"there is an account named {name} already", f"il y a déjà un compte nommé {name}"
            ) from error
        return self.by_name(name)

    def all(self) -> list[Account]:
        return [_account(row) for row in self._db.rows("SELECT * FROM accounts ORDER BY name")]

    def by_name(self, name: str) -> Account:
        """The account with a name. Raises NotFound."""
        row = self._db.row("SELECT * FROM accounts WHERE name = ?", (name,))
        if row is None:
            raise NotFound(f"no account {name}: see `intake-bot user list`")
        return _account(row)

    def by_id(self, item: str) -> Account:
        """The account with an id. Raises NotFound."""
        row = self._db.row("SELECT * FROM accounts WHERE id = ?", (item,))
        if row is None:
            raise NotFound("no such account")
        return _account(row)

    def invite(self, account: Account, token: str, until: datetime) -> None:
        """Let whoever holds the token set the password of the account, once, until an instant (UTC)."""
        self._set(account, invitation=self._hash("invitation", token), invited_until=clock.to_text(until))

    def invited(self, token: str, now: datetime) -> Account | None:
        """The account that a one-time link is for; None when it was used, has expired or was never made."""
        row = self._db.row(
            "SELECT * FROM accounts WHERE invitation = ? AND invited_until > ? AND disabled_at IS NULL",
            (self._hash("invitation", token), clock.to_text(now)),
        )
        return _account(row) if row else None

    def enrol(self, account: Account, password_hash: str, step: int, now: datetime) -> None:
        """Set the password, use up the invitation, end every session of before."""
        moment = clock.to_text(now)
        with self._db.transaction():
            self._set(
                account, password_hash=password_hash, totp_step=step, invitation=None, invited_until=None,
                enrolled_at=moment,
            )  # fmt: skip
            self.end_sessions(account)

    def renew_totp(self, account: Account, secret: str) -> None:
        """Replace the TOTP secret, for a new invitation."""
        key_id = self._db.value("SELECT key_id FROM accounts WHERE id = ?", (account.id,))
        sealed = self._vault.seal(key_id, secret.encode(), ("accounts", account.id, "totp_secret"))
        self._set(account, totp_secret=sealed, totp_step=0, password_hash=None)

    def credentials(self, account: Account) -> tuple[str | None, str, int]:
        """(password hash, TOTP secret, the last TOTP step that was used)."""
        row = self._db.row("SELECT * FROM accounts WHERE id = ?", (account.id,))
        assert row is not None
        secret = self._vault.open(row["totp_secret"], ("accounts", row["id"], "totp_secret")).decode()
        return row["password_hash"], secret, row["totp_step"]

    def use_step(self, account: Account, step: int) -> bool:
        """Use up a TOTP step and all before it. False when it was used already (RFC 6238 5.2)."""
        with self._db.transaction() as connection:
            done = connection.execute(
                "UPDATE accounts SET totp_step = ? WHERE id = ? AND totp_step < ? RETURNING id",
                (step, account.id, step),
            ).fetchone()
        return done is not None

    def rehash(self, account: Account, password_hash: str) -> None:
        self._set(account, password_hash=password_hash)

    def speak(self, account: Account, lang: str) -> None:
        """Set the language of the account's pages."""
        self._set(account, lang=lang)

    def disable(self, account: Account, now: datetime) -> None:
        """End every way in of an account; its name stays with what it did."""
        with self._db.transaction():
            self._set(account, disabled_at=clock.to_text(now), invitation=None)
            self.end_access(account, now)

    def end_access(self, account: Account, now: datetime) -> None:
        """End what was opened for an account: its sessions, API tokens and private calendar."""
        with self._db.transaction() as connection:
            self._set(account, calendar=None)
            self.end_sessions(account)
            connection.execute(
                "UPDATE api_tokens SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL",
                (clock.to_text(now), account.id),
            )

    def _set(self, account: Account, **columns: str | bytes | int | None) -> None:
        names = ", ".join(f"{name} = ?" for name in columns)
        with self._db.transaction() as connection:
            connection.execute(f"UPDATE accounts SET {names} WHERE id = ?", (*columns.values(), account.id))  # noqa: S608

    # -- the private calendar ----------------------------------------------------------------------------------

    def set_calendar(self, account: Account, token: str) -> None:
        """Make the private address of the account's calendar; the one before ends."""
        self._set(account, calendar=self._hash("calendar", token))

    def by_calendar(self, token: str) -> Account | None:
        row = self._db.row(
            "SELECT * FROM accounts WHERE calendar = ? AND disabled_at IS NULL", (self._hash("calendar", token),)
        )
        return _account(row) if row else None

    # -- sessions ----------------------------------------------------------------------------------------------

    def begin_session(self, account: Account, token: str, csrf: str, now: datetime) -> None:
        moment = clock.to_text(now)
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (self._hash("session", token), account.id, csrf, moment, moment),
            )

    def session(self, token: str) -> Session | None:
        """The session of a cookie, None when it ended or its account was disabled. Expiry is the caller's to judge."""
        row = self._db.row(
            "SELECT a.*, s.csrf, s.created_at AS began_at, s.seen_at FROM sessions s "
            "JOIN accounts a ON a.id = s.account_id WHERE s.token = ? AND a.disabled_at IS NULL",
            (self._hash("session", token),),
        )
        if row is None:
            return None
        began, seen = clock.from_text(row["began_at"]), clock.from_text(row["seen_at"])
        return Session(_account(row), row["csrf"], began, seen)

    def touch_session(self, token: str, now: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE sessions SET seen_at = ? WHERE token = ?", (clock.to_text(now), self._hash("session", token))
            )

    def end_session(self, token: str) -> None:
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (self._hash("session", token),))

    def end_sessions(self, account: Account) -> None:
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE account_id = ?", (account.id,))

    # -- failed sign-ins ---------------------------------------------------------------------------------------

    def locked_until(self, subjects: Sequence[str], now: datetime) -> datetime | None:
        """The latest instant (UTC) until which one of the subjects is locked out, None when none is."""
        marks = ",".join("?" * len(subjects))
        found = self._db.value(
            f"SELECT max(locked_until) FROM signin_failures WHERE key IN ({marks}) AND locked_until > ?",  # noqa: S608
            (*(self._hash("failure", subject) for subject in subjects), clock.to_text(now)),
        )
        return clock.from_text(found) if found else None

    def count_failure(self, subject: str, now: datetime, memory: timedelta) -> int:
        """Count one more failure of a subject. Returns how many since the first one, which counts for `memory`."""
        moment, over = clock.to_text(now), clock.to_text(now - memory)
        with self._db.transaction() as connection:
            row = connection.execute(
                "INSERT INTO signin_failures (key, count, at, locked_until, since) VALUES (?1, 1, ?2, ?2, ?2) "
                "ON CONFLICT (key) DO UPDATE SET at = ?2, count = iif(since <= ?3, 1, count + 1), "
                "since = iif(since <= ?3, ?2, since) RETURNING count",
                (self._hash("failure", subject), moment, over),
            ).fetchone()
        return int(row["count"])

    def lock(self, subject: str, until: datetime) -> None:
        """Lock a subject that failed out until an instant (UTC)."""
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE signin_failures SET locked_until = ? WHERE key = ?",
                (clock.to_text(until), self._hash("failure", subject)),
            )

    def forgive(self, subjects: Sequence[str]) -> None:
        """Forget the failures of subjects, after a success."""
        with self._db.transaction() as connection:
            connection.executemany(
                "DELETE FROM signin_failures WHERE key = ?", [(self._hash("failure", item),) for item in subjects]
            )

    # -- API tokens --------------------------------------------------------------------------------------------

    def add_token(self, account: Account, label: str, token: str, now: datetime) -> str:
        item = secrets.token_hex(6)
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO api_tokens (id, token, account_id, label, created_at) VALUES (?, ?, ?, ?, ?)",
                (item, self._hash("token", token), account.id, label, clock.to_text(now)),
            )
        return item

    def tokens(self, account: Account) -> list[ApiToken]:
        rows = self._db.rows("SELECT * FROM api_tokens WHERE account_id = ? ORDER BY created_at", (account.id,))
        return [
            ApiToken(row["id"], row["label"], clock.from_text(row["created_at"]), _instant(row["used_at"]),
                     _instant(row["revoked_at"]))
            for row in rows
        ]  # fmt: skip

    def revoke_token(self, account: Account, item: str, now: datetime) -> None:
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND account_id = ?",
                (clock.to_text(now), item, account.id),
            )

    def by_token(self, token: str, now: datetime) -> Account | None:
        """The account of a bearer token that is valid; the token is marked as used."""
        row = self._db.row(
            "SELECT a.*, t.id AS token_id FROM api_tokens t JOIN accounts a ON a.id = t.account_id "
            "WHERE t.token = ? AND t.revoked_at IS NULL AND a.disabled_at IS NULL",
            (self._hash("token", token),),
        )
        if row is None:
            return None
        with self._db.transaction() as connection:
            connection.execute("UPDATE api_tokens SET used_at = ? WHERE id = ?", (clock.to_text(now), row["token_id"]))
        return _account(row)

    # -- the access log ----------------------------------------------------------------------------------------

    def saw(self, account: str, action: str, now: datetime, *, case_id: str | None = None, detail: str = "") -> None:
        """Note that a person saw or took something. `detail` holds references, never personal data."""
        with self._db.transaction() as connection:
            connection.execute(
                "INSERT INTO access_log (at, account, action, case_id, detail) VALUES (?, ?, ?, ?, ?)",
                (clock.to_text(now), account, action, case_id, detail[:2000]),
            )

    def accesses(self, *, case_id: str | None = None, limit: int = -1, offset: int = 0) -> list[AccessEntry]:
        """The log, newest first; of one case where it is named."""
        where, values = ("WHERE case_id = ?", [case_id]) if case_id else ("", [])
        rows = self._db.rows(
            f"SELECT * FROM access_log {where} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",  # noqa: S608
            (*values, limit, offset),
        )
        return [
            AccessEntry(clock.from_text(row["at"]), row["account"], row["action"], row["case_id"], row["detail"])
            for row in rows
        ]

    def purge(self, before: datetime) -> int:
        """Delete log lines and ended sessions older than an instant. Returns how many lines went."""
        moment = clock.to_text(before)
        with self._db.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE seen_at < ?", (moment,))
            connection.execute("DELETE FROM signin_failures WHERE at < ?", (moment,))
            return connection.execute("DELETE FROM access_log WHERE at < ?", (moment,)).rowcount


def _instant(value: str | None) -> datetime | None:
    return clock.from_text(value) if value else None


def _account(row: Row) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        lang=row["lang"],
        created_at=clock.from_text(row["created_at"]),
        enrolled_at=_instant(row["enrolled_at"]),
        disabled_at=_instant(row["disabled_at"]),
    )
