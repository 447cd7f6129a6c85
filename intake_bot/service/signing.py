"""Signed tokens for links: claims of a fixed layout and an HMAC-SHA256 over them; nothing is kept of a token."""

import base64
import binascii
import hashlib
import hmac
import re
import struct
from typing import Any

_SEAL = hashlib.sha256().digest_size

#: The addresses of the links that act without a session.
_ADDRESS = re.compile(r"(/(?:sign-in/)?link/)\S+")


def without_tokens(text: str) -> str:
    """A text in which no signed link can be followed: whoever reads a token can act in its recipient's name."""
    return _ADDRESS.sub(r"\1…", text)


class Signer:
    """Makes and reads the tokens of one purpose. `key` comes from the keyring and is of that purpose alone."""

    def __init__(self, key: bytes, layout: struct.Struct) -> None:
        self._key = key
        self._layout = layout

    def token(self, *claims: Any) -> str:
        """The claims, sealed, in letters that a URL may hold (RFC 4648 5)."""
        octets = self._layout.pack(*claims)
        return base64.urlsafe_b64encode(octets + self._seal(octets)).decode().rstrip("=")

    def claims(self, token: str) -> tuple[Any, ...] | None:
        """The claims of a token whose seal holds, None otherwise. Whether its time is over is the caller's to ask."""
        try:
            octets = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        claims, seal = octets[: self._layout.size], octets[self._layout.size :]
        if len(seal) != _SEAL or not hmac.compare_digest(seal, self._seal(claims)):
            return None
        return self._layout.unpack(claims)

    def _seal(self, octets: bytes) -> bytes:
        return hmac.new(self._key, octets, hashlib.sha256).digest()
