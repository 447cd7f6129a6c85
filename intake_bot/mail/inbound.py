"""The values that stand for a received mail: frozen, and the same whether it was read whole or in part."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with its display name (RFC 5322 3.4). `address` is lower-cased, '' when the header held none."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class FolderRole(StrEnum):
    """What a folder is for. Junk is never answered by itself; sent holds the answers of colleagues."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a mail lies. UIDs mean nothing without the UIDVALIDITY of their folder (RFC 3501 2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    role: FolderRole = FolderRole.INBOX
    path: str = ""  # for files: the path as found, "file.mbox#3" for the third mail of an mbox


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not text of the mail. `filename` is already safe to show (no path, no control characters).

    `size` is reckoned from the encoded octets (skeleton.decoded_size), so that a partial read and a whole one agree:
    exact but for base64, where it is right to three octets when the lines are full.
    """

    filename: str
    content_type: str
    size: int | None  # octets once decoded; None when it was not fetched and cannot be computed from its encoded size
    section: str = ""  # IMAP section number (RFC 3501 6.4.5), to fetch it later


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside the mail: an attached message/rfc822 or an inline forward block. Its date is a claim."""

    sender: Mailbox | None
    date: datetime | None  # aware, UTC
    subject: str
    text: str
    inline: bool  # True for "Message transféré" blocks, False for message/rfc822 parts


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A delivery status (RFC 3464), disposition notification (RFC 8098) or feedback report (RFC 5965)."""

    kind: str  # "delivery-status" | "disposition-notification" | "feedback-report" | "aggregate-report" | "null-sender"
    action: str  # failed | delayed | delivered | relayed | expanded | displayed | ... | ""
    status: str  # RFC 3463, "5.1.1", or ""
    recipient: str
    original_message_id: str  # of the mail that the report is about, "" when it does not say


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A mail as the program understands it, for any bytes at all: defects are values, not exceptions."""

    position: Position
    message_id: str  # without white space, with the angle brackets; "" when absent
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    senders: tuple[Mailbox, ...]  # the From header; more than one is a sign of trickery
    sender_header: Mailbox | None  # the Sender header
    reply_to: tuple[Mailbox, ...]
    return_path: str | None  # None: no Return-Path header; "": the null sender <>
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]  # Delivered-To, X-Original-To, Envelope-To
    subject: str  # one line, decoded, white space folded
    claimed_date: datetime | None  # the Date header, UTC; a claim, never the receipt
    received_at: datetime  # UTC: the earliest of INTERNALDATE and the trusted Received hops
    receipt_disagrees: bool  # the two differ by more than an hour
    text: str  # the whole readable text, new and quoted, line ends \n
    new_text: str  # what the person wrote in this mail
    unsigned_text: str  # the same without signatures and disclaimers, as the classifier reads it
    quoted_text: str
    forwarded: tuple[Forwarded, ...]
    attachments: tuple[Attachment, ...]
    report: DeliveryReport | None
    headers: tuple[tuple[str, str], ...]  # all, in order, names lower-cased, values decoded on one line
    unreadable: str  # "" or why not all could be read: "encrypted", "tnef", "no-text", "too-deep", ...
    defects: tuple[str, ...]
    size: int  # octets of the whole mail

    @property
    def sender(self) -> Mailbox:
        """The first address of From, the only one that the program believes to be claimed."""
        return self.senders[0] if self.senders else Mailbox("")

    def header(self, name: str) -> str:
        """The first value of a header, "" when absent. Names in lower case."""
        return next((value for key, value in self.headers if key == name), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name)
