"""Signed links in notifications: one act on one case for one recipient, once, for 72 hours.

A token is its claims and an HMAC-SHA256 over them under a key derived from the keyring; nothing is kept of it until it
is used. Whoever has it acts in the name of its recipient, exactly as with a reply by mail; it opens no session.
"""

import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from intake_bot.cases import transitions, wording
from intake_bot.cases.case import Case
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.service.signing import Signer
from intake_bot.store.store import Store

#: How long a link works.
LIFETIME = timedelta(hours=72)

_VERSION = 1
#: Version, id, case, act, end of its time (Unix seconds), keyed hash of the recipient's address.
_CLAIMS = struct.Struct(">B8s16scI16s")
_MARK = "link"


class Deed(StrEnum):
    """What a link can do; the name of the act in Casework."""

    CONFIRM = "confirm"
    NOT_A_REQUEST = "not_a_request"


_LETTERS = {Deed.CONFIRM: b"c", Deed.NOT_A_REQUEST: b"n"}


class LinkInvalid(IntakeError):
    """This link was not made here, or was altered."""

    FRENCH = "Ce lien n’a pas été fait ici, ou a été modifié."


@dataclass(frozen=True, slots=True)
class Link:
    """The claims of a token whose seal holds. `recipient` is a keyed hash."""

    id: str
    case_id: str
    deed: Deed
    recipient: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """In whose name a link acts, and as what."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The links of one notification. `until` is their end in words; `case` needs a session."""

    confirm: str
    not_a_request: str
    case: str
    until: str


class Links:
    """Makes and reads tokens."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._signer = Signer(store.keyring.index_key("action-link"), _CLAIMS)

    def offer(self, case: Case, address: str, now: datetime) -> Offer | None:
        """The links for a notification to an address; None where no PUBLIC_URL says how browsers reach the desk."""
        base = self._settings.public_url
        if not base:
            return None
        made = {deed: f"{base}/link/{self.token(case.id, deed, address, now)}" for deed in Deed}
        until = wording.format_instant(now + LIFETIME, case.zone, self._settings.desk_language)
        return Offer(made[Deed.CONFIRM], made[Deed.NOT_A_REQUEST], f"{base}/case/{case.ref}", until)

    def token(self, case_id: str, deed: Deed, address: str, now: datetime) -> str:
        """A new token, good for LIFETIME from `now` (aware)."""
        return self._signer.token(
            _VERSION, secrets.token_bytes(8), bytes.fromhex(case_id), _LETTERS[deed],
            int((now + LIFETIME).timestamp()), self._store.addresses.key(address),
        )  # fmt: skip

    def read(self, token: str) -> Link:
        """What a token says; whether its time is over or it was used is the caller's to ask. Raises LinkInvalid."""
        claims = self._signer.claims(token)
        if claims is None:
            raise LinkInvalid
        _, item, case_id, letter, expires, recipient = claims
        deed = next(deed for deed, known in _LETTERS.items() if known == letter)
        return Link(item.hex(), case_id.hex(), deed, recipient, datetime.fromtimestamp(expires, UTC))

    def recipient(self, link: Link) -> Recipient | None:
        """Whose link it is today: the account with that address, else the DPO or the deputy; None for nobody.

        A disabled account's address acts no more, whatever the settings say.
        """
        owner = self._store.addresses.owner(link.recipient)
        if owner is not None:
            return Recipient(owner.name, owner.role) if owner.active else None
        settings = self._settings
        officers = ((settings.dpo_email, transitions.DPO), (settings.deputy_email, transitions.DEPUTY))
        for address, role in officers:
            if address and hmac.compare_digest(self._store.addresses.key(address), link.recipient):
                return Recipient(address, role)
        return None

    def used(self, link: Link) -> bool:
        return self._store.marks.has(_MARK, link.id)

    def use(self, link: Link, now: datetime) -> bool:
        """Use a link up, in the transaction of its act. False when it was used before."""
        return self._store.marks.set(_MARK, link.id, now)
