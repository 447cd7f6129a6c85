"""Personal content exists only as AES-256-GCM ciphertext under the key of its case.

Format 1: one octet of version, one octet with the length of the key id, the key id, 12 octets of nonce, ciphertext with
tag. The associated data names table, row and column, so that a sealed value opens nowhere else.
"""

import json
import os
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag

from intake_bot.errors import VaultError
from intake_bot.store.keyring import NONCE_BYTES, Keyring

VERSION = 1


class Vault:
    """Seals and opens octets and JSON values. Implements the Vault port."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, key_id: str, content: bytes, place: tuple[str, str, str]) -> bytes:
        """Ciphertext of `content` for one place (table, row, column)."""
        nonce = os.urandom(NONCE_BYTES)
        header = bytes((VERSION, len(key_id))) + key_id.encode()
        return header + nonce + self._keyring.cipher(key_id).encrypt(nonce, content, _aad(place))

    def open(self, sealed: bytes, place: tuple[str, str, str]) -> bytes:
        """The content. Raises VaultError when it was changed or moved, KeyDestroyed when it was erased."""
        if not sealed or sealed[0] != VERSION:
            raise VaultError("unknown vault format: a newer version of the program wrote it")
        start = 2 + sealed[1]
        key_id = sealed[2:start].decode()
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return self._keyring.cipher(key_id).decrypt(nonce, body, _aad(place))
        except InvalidTag as error:
            raise VaultError(f"the content of {place[0]}.{place[2]} was changed or moved") from error

    def require(self, key_id: str) -> None:
        """Raise KeyDestroyed when a key is no more."""
        self._keyring.cipher(key_id)

    def seal_json(self, key_id: str, value: Any, place: tuple[str, str, str]) -> bytes:
        return self.seal(key_id, zlib.compress(canonical_json(value), 1), place)

    def open_json(self, sealed: bytes, place: tuple[str, str, str]) -> Any:
        return json.loads(zlib.decompress(self.open(sealed, place)))


def key_id_of(sealed: bytes) -> str:
    """The id of the key under which a value was sealed. Raises VaultError on an unknown format."""
    if len(sealed) < 2 or sealed[0] != VERSION:
        raise VaultError("unknown vault format: a newer version of the program wrote it")
    return sealed[2 : 2 + sealed[1]].decode()


def canonical_json(value: Any) -> bytes:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _aad(place: tuple[str, str, str]) -> bytes:
    return "\0".join(place).encode()
