"""The sign-in link by mail (INTAKE_SIGN_IN_LINKS): it stands in for the password, never for the code.

A link is signed, used once, and works for a quarter of an hour. Nothing tells whether an address has an account.
"""

import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from intake_bot.config import Settings
from intake_bot.desk.signin import Key, SignIn, SignInRefused
from intake_bot.errors import NotFound
from intake_bot.service.deskletters import DeskLetters
from intake_bot.service.signing import Signer
from intake_bot.store.accounts import Account, Accounts
from intake_bot.store.store import Store

#: How long a link works.
LIFETIME = timedelta(minutes=15)

_VERSION = 1
#: Version, id, account, end of its time (Unix seconds).
_CLAIMS = struct.Struct(">B8s8sI")
_MARK = "sign_in_link"


@dataclass(frozen=True, slots=True)
class SignInLink:
    """The claims of a link that can be used now."""

    id: str
    account: Account


class SignInLinks:
    """Makes, reads and uses links. Instants are aware, UTC."""

    def __init__(self, settings: Settings, store: Store, accounts: Accounts, sign_in: SignIn) -> None:
        self._settings = settings
        self._store = store
        self._accounts = accounts
        self._sign_in = sign_in
        self._signer = Signer(store.keyring.index_key("sign-in-link"), _CLAIMS)

    def owner(self, address: str) -> Account | None:
        """The active, enrolled account with a mail address."""
        found = self._store.addresses.owner(self._store.addresses.key(address))
        account = self._accounts.by_name(found.name) if found and found.active else None
        return account if account and account.enrolled_at else None

    def send(self, address: str, client: str, now: datetime) -> None:
        """Write the mail with a new link, if the address has an account and did not ask too often."""
        if not self._sign_in.allows_link(address, client, now):
            return
        account = self.owner(address)
        if account is None:
            return
        token = self.token(account, now)
        context = {"url": f"{self._settings.public_url}/sign-in/link/{token}", "minutes": LIFETIME.seconds // 60}
        DeskLetters(self._settings, self._store, now=lambda: now).write(
            "sign_in_link", "sign_in_link", self._store.addresses.of(account.id), context, f"sign_in/{token[:32]}"
        )
        self._accounts.saw(account.name, "sign_in_link", now)

    def token(self, account: Account, now: datetime) -> str:
        """A new link's token, good for LIFETIME from `now`."""
        ends = int((now + LIFETIME).timestamp())
        return self._signer.token(_VERSION, secrets.token_bytes(8), bytes.fromhex(account.id), ends)

    def read(self, token: str, now: datetime) -> SignInLink | None:
        """What a token says; None when it is not ours, was used, is over, or its account is no more."""
        claims = self._signer.claims(token)
        if claims is None:
            return None
        _, item, account_id, ends = claims
        if now >= datetime.fromtimestamp(ends, UTC) or self._store.marks.has(_MARK, item.hex()):
            return None
        try:
            account = self._accounts.by_id(account_id.hex())
        except NotFound:
            return None
        return SignInLink(item.hex(), account) if account.disabled_at is None else None

    def enter(self, token: str, code: str, client: str, now: datetime) -> tuple[Account, Key]:
        """Use a link up with a code: a new session. Raises SignInRefused (the link stays good), LockedOut."""
        link = self.read(token, now)
        if link is None:
            raise SignInRefused
        account, key = self._sign_in.by_code(link.account, code, client, now)
        with self._store.transaction():
            first = self._store.marks.set(_MARK, link.id, now)
        if not first:  # two browsers with the same link at once
            self._accounts.end_session(key.token)
            raise SignInRefused
        self._sign_in.link_used(self._store.addresses.of(account.id))
        return account, key
