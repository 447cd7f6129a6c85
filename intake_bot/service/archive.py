"""Data for a person as one encrypted archive: ZIP with AES-256 (WinZip AE-2), and the password that opens it."""

import hashlib
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import pyzipper

from intake_bot.mail.content import safe_name


@dataclass(frozen=True, slots=True)
class Member:
    """A file that is given to a person."""

    name: str
    content: bytes

    def manifest(self) -> dict[str, str | int]:
        """What remains of it as proof: name, octets, SHA-256."""
        return {"name": self.name, "size": len(self.content), "sha256": hashlib.sha256(self.content).hexdigest()}


def members(files: Sequence[tuple[str, bytes]]) -> tuple[Member, ...]:
    """Files by safe names (no path, no control characters), each name once."""
    found: dict[str, Member] = {}
    for number, (name, content) in enumerate(files, 1):
        safe = safe_name(name, str(number), "application/octet-stream")
        unique = f"{number}-{safe}" if safe in found else safe
        found[unique] = Member(unique, content)
    return tuple(found.values())


def encrypted(inside: Sequence[Member], password: str) -> bytes:
    """The archive. Names and sizes of its files can be read without the password, their content cannot."""
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for member in inside:
            archive.writestr(member.name, member.content)
    return buffer.getvalue()


def new_password() -> str:
    """A password for one archive, to be told by another channel: 96 random bits in three groups."""
    return "-".join(secrets.token_hex(4) for _ in range(3))
