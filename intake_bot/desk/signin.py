"""Signing in: argon2 passwords, time-based codes that count once, lock-out with back-off, sessions that end."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from intake_bot.errors import IntakeError, NotFound
from intake_bot.store.accounts import Account, Accounts, Session

#: A session ends after this time without a request, and after that time in any case.
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
#: How long a one-time link works.
INVITATION = timedelta(hours=48)
#: Failures before a name, or an address, is locked out; each further one doubles the wait.
NAME_FAILURES, ADDRESS_FAILURES = 5, 25
#: Links by mail that are sent to one address, and asked from one, before the same wait begins.
LINKS_ASKED = (3, 25)
FIRST_LOCK, LONGEST_LOCK = timedelta(seconds=30), timedelta(hours=1)
#: Failures are counted for this long from the first one, then anew: an office that shares an address types wrong too.
MEMORY = timedelta(hours=24)
#: Length below which no password is taken (CNIL, délib. 2022-100: with a second factor, 12 is ample).
PASSWORD_LENGTH = 12
STEP_SECONDS = 30
ISSUER = "Intake desk"


class SignInRefused(IntakeError):
    """Name, password or code is wrong."""


class LockedOut(IntakeError):
    """Too many failures; the wait grows with each."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


class WeakPassword(IntakeError):
    """The password is too short."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a browser gets: the secret of the cookie and that of the forms."""

    token: str
    csrf: str


class SignIn:
    """Implements the rules above over the accounts. Instants are UTC."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._hasher = PasswordHasher()
        # Verified when a name is unknown, so that the answer takes as long as for a known one.
        self._decoy = self._hasher.hash(secrets.token_hex(16))

    def sign_in(self, name: str, password: str, code: str, address: str, now: datetime) -> tuple[Account, Key]:
        """A new session. Raises SignInRefused without saying what was wrong, LockedOut while waiting."""
        return self._attempt(name, address, now, lambda: self._verified(name, password, code, now))

    def by_code(self, account: Account, code: str, address: str, now: datetime) -> tuple[Account, Key]:
        """A new session by the code alone, where something else stands in for the password. Raises as `sign_in`."""
        return self._attempt(
            account.name, address, now, lambda: account if self._code_counts(account, code, now) else None
        )

    def allows_link(self, wanted: str, address: str, now: datetime) -> bool:
        """Count a request for a link to a mail address; False when there were too many, known address or not."""
        subjects = (_link_subject(wanted), f"link-from:{address}")
        if self._accounts.locked_until(subjects, now) is not None:
            return False
        self._note_failure(subjects, now, LINKS_ASKED)
        return True

    def link_used(self, wanted: str) -> None:
        """Forget the links that a mail address asked for: one of them was used."""
        self._accounts.forgive((_link_subject(wanted),))

    def _attempt(
        self, name: str, address: str, now: datetime, verified: Callable[[], Account | None]
    ) -> tuple[Account, Key]:
        subjects = (f"name:{name.casefold()}", f"address:{address}")
        locked = self._accounts.locked_until(subjects, now)
        if locked is not None:
            raise LockedOut(locked)
        account = verified()
        if account is None:
            self._note_failure(subjects, now)
            raise SignInRefused
        self._accounts.forgive(subjects[:1])
        return account, self._begin(account, now)

    def _verified(self, name: str, password: str, code: str, now: datetime) -> Account | None:
        try:
            account = self._accounts.by_name(name)
        except NotFound:
            account = None
        stored = self._accounts.credentials(account)[0] if account else None
        usable = account is not None and stored is not None and account.disabled_at is None
        try:
            self._hasher.verify(stored if usable and stored else self._decoy, password)
        except Argon2Error:
            return None
        if not usable or account is None or stored is None:
            return None
        if not self._code_counts(account, code, now):
            return None
        if self._hasher.check_needs_rehash(stored):
            self._accounts.rehash(account, self._hasher.hash(password))
        return account

    def _code_counts(self, account: Account, code: str, now: datetime) -> bool:
        _, secret, used = self._accounts.credentials(account)
        step = _step_of(secret, code, now)
        return step is not None and step > used and self._accounts.use_step(account, step)

    def _note_failure(
        self, subjects: tuple[str, str], now: datetime, allowances: tuple[int, int] = (NAME_FAILURES, ADDRESS_FAILURES)
    ) -> None:
        for subject, allowed in zip(subjects, allowances, strict=True):
            count = self._accounts.count_failure(subject, now, MEMORY)
            if count >= allowed:
                self._accounts.lock(subject, now + min(FIRST_LOCK * 2 ** min(count - allowed, 12), LONGEST_LOCK))

    def _begin(self, account: Account, now: datetime) -> Key:
        key = Key(secrets.token_urlsafe(32), secrets.token_urlsafe(24))
        self._accounts.begin_session(account, key.token, key.csrf, now)
        return key

    def session(self, token: str, now: datetime) -> Session | None:
        """The session of a cookie, renewed; None when it ended."""
        found = self._accounts.session(token)
        if found is None:
            return None
        if now - found.seen_at > IDLE or now - found.created_at > ABSOLUTE:
            self._accounts.end_session(token)
            return None
        if now - found.seen_at > timedelta(minutes=1):
            self._accounts.touch_session(token, now)
        return found

    # -- enrolment ---------------------------------------------------------------------------------------------

    def invite(self, account: Account, now: datetime) -> str:
        """The secret of a new one-time link by which the account gets its password and code.

        The old ones end, and so does all that was opened with them: whoever took the account may have made a token.
        """
        token = secrets.token_urlsafe(32)
        self._accounts.renew_totp(account, new_totp_secret())
        self._accounts.end_access(account, now)
        self._accounts.invite(account, token, now + INVITATION)
        return token

    def enrol(self, token: str, password: str, code: str, address: str, now: datetime) -> tuple[Account, Key]:
        """Use a one-time link. Raises WeakPassword, SignInRefused on a wrong code or a used link, LockedOut."""
        subjects = (f"invitation:{token[:8]}", f"address:{address}")
        locked = self._accounts.locked_until(subjects, now)
        if locked is not None:
            raise LockedOut(locked)
        account = self._accounts.invited(token, now)
        if account is None:
            self._note_failure(subjects, now)
            raise SignInRefused
        if len(password) < PASSWORD_LENGTH or password.casefold() == account.name.casefold():
            raise WeakPassword
        _, secret, used = self._accounts.credentials(account)
        step = _step_of(secret, code, now)
        if step is None or step <= used:
            self._note_failure(subjects, now)
            raise SignInRefused
        self._accounts.enrol(account, self._hasher.hash(password), step, now)
        return account, self._begin(account, now)

    def provisioning_uri(self, account: Account) -> str:
        """The otpauth address that an authenticator reads."""
        _, secret, _ = self._accounts.credentials(account)
        return pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER)

    def totp_secret(self, account: Account) -> str:
        """The secret for typing in by hand."""
        return self._accounts.credentials(account)[1]


def _link_subject(address: str) -> str:
    return f"link:{address.casefold()}"


def new_totp_secret() -> str:
    """A fresh TOTP secret, 160 bits in base32 (RFC 4226 4)."""
    return pyotp.random_base32()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step at which a code is right, one before and after allowed; None when it is wrong."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None
