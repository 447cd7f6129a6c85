"""Whether two mails are the same one: a keyed hash of what the sender wrote, not of the octets that arrived."""

import hashlib
import hmac
import unicodedata

from intake_bot.mail.envelope import ids
from intake_bot.mail.inbound import InboundMessage


def content_identity(message: InboundMessage, key: bytes) -> bytes:
    """HMAC-SHA256 (32 octets) over From, the Date field, Subject and text, all normalised.

    A re-delivery adds headers, changes line ends or the transfer encoding, and keeps this value; a mail that reuses a
    Message-ID for other words gets another one. A mail without text is told apart by its attachments; one that has
    none of the four is by attachments, size and Message-ID.
    """
    sender = " ".join(sorted(mailbox.address or mailbox.name for mailbox in message.senders))
    date = message.claimed_date.isoformat() if message.claimed_date else message.header("date")
    fields = [_normal(sender), date, _normal(message.subject), _normal(message.text)]
    if not fields[3]:
        fields += [f"{item.content_type} {item.filename} {item.size}" for item in message.attachments]
    if not any(fields[:4]):
        fields += [str(message.size), *ids(message.message_id)]
    digest = hmac.new(key, digestmod=hashlib.sha256)
    for field in fields:
        octets = field.encode("utf-8", "replace")
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return digest.digest()


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    for mark in ">|*_":  # quotation marks and emphasis that mail programs add
        text = text.replace(mark, " ")
    return " ".join(text.split()).casefold()
