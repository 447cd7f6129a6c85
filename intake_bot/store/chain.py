"""The hash chain over the events of a case: it verifies after the content was erased, since it runs over commitments.

commitment = SHA-256(salt, canonical payload); the salt is vault content and dies with the key, so that a payload cannot
be guessed from its commitment. hash = SHA-256 over every plain column, the commitment and the previous hash.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from intake_bot.store.vault import canonical_json

#: What stands before the first event of a case.
GENESIS = bytes(32)


def salted(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with a fresh salt, as it goes into the vault."""
    return {"salt": secrets.token_hex(16), "payload": dict(payload)}


def commitment(sealed_value: Mapping[str, Any]) -> bytes:
    """The commitment to a salted payload."""
    return hashlib.sha256(canonical_json(sealed_value)).digest()


def event_hash(columns: tuple[str | int, ...], committed: bytes, previous: bytes) -> bytes:
    """The hash of one event. `columns` are its plain columns in the order of the table."""
    return hashlib.sha256(canonical_json([*columns, committed.hex(), previous.hex()])).digest()
