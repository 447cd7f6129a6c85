"""The mailbox as the program sees it: read-only folders with roles, positions and mails fetched in part or whole.

Three implementations: imap.py (a live server), files.py (Maildir; mbox and .eml).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from intake_bot.mail.inbound import FolderRole, Position


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the server says of a folder when it is examined (RFC 3501 6.3.2)."""

    folder: str
    role: FolderRole
    uidvalidity: int
    uidnext: int
    exists: int
    uidnext_said: bool = True  # False: the server said no UIDNEXT, it is the last mail's UID plus one


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as read from a mailbox: the raw octets, or the raw octets with the bodies of non-text parts left out.

    `sizes` gives the encoded octets of each part that was left out, by IMAP section, as BODYSTRUCTURE says them. `raw`
    is None when the server announced the UID but gave no payload: it is tried again later, never passed over in
    silence.
    """

    position: Position
    raw: bytes | None
    internal_date: datetime | None  # aware, UTC
    size: int  # octets of the whole mail on the server
    partial: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    truncated: bool = False  # larger than the limit: headers and the first text only


class Mailbox(Protocol):
    """A read-only mailbox. Raises MailboxError, MailboxAuthenticationError, MailboxDisconnected."""

    name: str

    def folders(self) -> Sequence[tuple[str, FolderRole]]:
        """The folders that are read, with their roles."""

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only (EXAMINE) and say its state."""

    def uids_after(self, folder: str, uid: int) -> Sequence[int]:
        """The UIDs above `uid` that exist now, ascending."""

    def uids_since(self, folder: str, since: datetime) -> Sequence[int]:
        """The UIDs received on or after the date of `since`, ascending, for backfill and recovery."""

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails, ascending by UID, in batches by octets; a UID that vanished meanwhile yields nothing."""

    def fetch_whole(self, folder: str, uid: int) -> bytes | None:
        """The original octets of one mail; None when it vanished or cannot be had."""

    def close(self) -> None:
        """Log out. Never raises."""
