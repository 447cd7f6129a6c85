"""Octets to an InboundMessage: the one function that reads a mail, and that no mail can stop."""

from collections.abc import Sequence
from datetime import UTC

from intake_bot import clock
from intake_bot.mail.content import Content, read_content
from intake_bot.mail.envelope import read_envelope, receipt
from intake_bot.mail.forwards import attached, inline
from intake_bot.mail.inbound import Forwarded, InboundMessage
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.mime import TOO_DEEP, read_mime
from intake_bot.mail.phrases import REPLY_SUBJECT
from intake_bot.mail.reply import Reply, joined, split_reply
from intake_bot.mail.reports import find_report
from intake_bot.mail.signature import unsigned

#: Octets of a mail that are looked at; the reader fetches larger ones in part.
MAX_OCTETS = 64_000_000
_MAX_DEFECTS = 50


def parse(fetched: Fetched, *, trusted_hops: Sequence[str] = ()) -> InboundMessage:
    """Read a mail. Never raises, for any octets; what is wrong with them is listed in `defects`.

    `trusted_hops` are the host names of our own receiving servers, matched in the "by" clause of the Received fields
    (RFC 5321 4.4); without any only the topmost field is believed. `fetched.internal_date` (aware) may be None: receipt
    is then that of the trusted hops, and the present when there are none, which is listed as a defect. A partial read
    gives the same value as a whole one.
    """
    try:
        return _read(fetched, trusted_hops)
    except Exception as error:
        return _unread(fetched, type(error).__name__)


def _read(fetched: Fetched, trusted_hops: Sequence[str]) -> InboundMessage:
    root, defects = read_mime((fetched.raw or b"")[:MAX_OCTETS])
    envelope = read_envelope(root.headers, trusted_hops)
    content = read_content(root, fetched.sizes)
    text = content.text
    report = find_report(root, envelope, text)
    answers = bool(envelope.in_reply_to or envelope.references or REPLY_SUBJECT.match(envelope.subject))
    reply = split_reply(text, subject=envelope.subject, is_reply=answers)
    received_at, disagrees = receipt(envelope.received, fetched.internal_date)
    defects += [*envelope.defects, *content.defects]
    if fetched.truncated:
        defects.append("larger than the limit: only its header and first text were read")
    if fetched.raw is None:
        defects.append("no octets")
    if received_at is None:
        defects.append("no date of receipt")
    return InboundMessage(
        position=fetched.position,
        message_id=envelope.message_id,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        senders=envelope.senders,
        sender_header=envelope.sender_header,
        reply_to=envelope.reply_to,
        return_path=envelope.return_path,
        to=envelope.to,
        cc=envelope.cc,
        delivered_to=envelope.delivered_to,
        subject=envelope.subject,
        claimed_date=envelope.date,
        received_at=received_at or clock.now(),
        receipt_disagrees=disagrees,
        text=text,
        new_text=reply.new,
        unsigned_text=joined(text, unsigned(text, reply.spans)),
        quoted_text=reply.quoted,
        forwarded=_forwarded(content, reply, text, reported=report is not None),
        attachments=tuple(content.attachments),
        report=report,
        headers=envelope.headers,
        unreadable=content.unreadable or ("too-deep" if TOO_DEEP in defects else ""),
        defects=tuple(dict.fromkeys(defects))[:_MAX_DEFECTS],
        size=fetched.size or len(fetched.raw or b""),
    )


def _forwarded(content: Content, reply: Reply, text: str, *, reported: bool) -> tuple[Forwarded, ...]:
    """Mails passed on. What a report returns is our own letter, not a mail that somebody passes on."""
    attachments = () if reported else attached(content.messages)
    return (*attachments, *(inline(text[start:end]) for start, end in reply.forwarded))


def _unread(fetched: Fetched, error: str) -> InboundMessage:
    """A mail that could not be read at all: its octets as text, so that a person sees something."""
    raw = fetched.raw or b""
    text = raw[:20_000].decode("utf-8", "replace").replace("\0", "")
    received_at, _ = receipt(None, fetched.internal_date)
    return InboundMessage(
        position=fetched.position, message_id="", in_reply_to=(), references=(), senders=(), sender_header=None,
        reply_to=(), return_path=None, to=(), cc=(), delivered_to=(), subject="", claimed_date=None,
        received_at=(received_at or clock.now()).astimezone(UTC), receipt_disagrees=False, text=text, new_text=text,
        unsigned_text=text, quoted_text="", forwarded=(), attachments=(), report=None, headers=(), unreadable="broken",
        defects=(f"could not be read: {error}",), size=fetched.size or len(raw),
    )  # fmt: skip
