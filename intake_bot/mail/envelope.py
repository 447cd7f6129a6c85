"""The header of a mail: addresses, dates, ids and the receipt, each bounded before it is read.

mail-parser reads what is hard in a header (addresses with comments, groups and broken names; obsolete dates; Received
clauses). It is given a view of the few fields that it is needed for: reading every header and every body with it costs
three times as much, and it appends attached mails to the text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime

import mailparser
from mailparser.utils import get_addresses

from intake_bot.mail.charset import clean, decode, decode_header
from intake_bot.mail.inbound import Mailbox

MAX_RECIPIENTS = 20_000  # characters of an address header that are read
MAX_REFERENCES = 200
MAX_HOPS = 10
MAX_MAILBOXES = 500

_ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")
_ID = re.compile(r"<[^<>]{1,900}>")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,80}\?[A-Za-z]\?[^?]{0,2000}\?=")
_BARE = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,250}")


_SIMPLE = re.compile(
    r'(?:("?)([A-Za-z0-9][A-Za-z0-9 _-]{0,98})\1 <)?([A-Za-z0-9][A-Za-z0-9_+-]{0,63}(?:\.[A-Za-z0-9_+-]{1,63}){0,9}'
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,9})(>?)"
)
_PLAIN_DATE = re.compile(
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} (?:19|20)\d{2} \d{2}:\d{2}:\d{2} [+-]\d{4}(?: \([A-Z]{2,5}\))?"
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header says. Dates are UTC; `received` is that of the oldest trusted hop, None when there is none."""

    headers: tuple[tuple[str, str], ...]
    senders: tuple[Mailbox, ...]
    sender_header: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    return_path: str | None
    delivered_to: tuple[str, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    date: datetime | None
    received: datetime | None
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


def read_envelope(fields: Sequence[tuple[str, str]], trusted_hops: Sequence[str] = ()) -> Envelope:
    """Read the header fields (names lower-cased, values unfolded, octets as surrogates). Never raises."""
    grouped: dict[str, list[str]] = {}
    for name, value in fields:
        grouped.setdefault(name, []).append(value)
    hard = _hard(grouped, trusted_hops)
    defects = [*hard.defects]
    defects += [
        f"repeated {name}" for name in ("from", "subject", "date", "message-id") if len(grouped.get(name, ())) > 1
    ]
    headers = tuple((name, decode_header(value)) for name, value in fields)
    decoded = dict(reversed(headers))
    paths = grouped.get("return-path")
    return Envelope(
        headers=headers,
        senders=hard.boxes.get("from", ()) or _mailboxes((), grouped.get("from", [""])[0]),
        sender_header=_one(grouped.get("sender")),
        reply_to=hard.boxes.get("reply-to", ()),
        to=hard.boxes.get("to", ()),
        cc=hard.boxes.get("cc", ()),
        return_path=None if paths is None else _path(decode_header(paths[0])),
        delivered_to=_delivered(headers),
        message_id=_message_id(decoded.get("message-id", "")),
        in_reply_to=ids(decoded.get("in-reply-to", "")),
        references=ids(decoded.get("references", "")),
        subject=decoded.get("subject", "")[:2_000],
        date=hard.date or _lenient_date(decoded.get("date", "")),
        received=hard.received,
        defects=tuple(dict.fromkeys(defects))[:50],
    )


@dataclass(frozen=True, slots=True)
class _Hard:
    """What is hard in a header, read."""

    boxes: Mapping[str, tuple[Mailbox, ...]]
    date: datetime | None
    received: datetime | None
    defects: tuple[str, ...] = ()


def _hard(grouped: dict[str, list[str]], trusted_hops: Sequence[str]) -> _Hard:
    """By mail-parser; fields of the plainest form (one address, a full date) without it, to the same values."""
    return _plain(grouped, trusted_hops) or _parsed(grouped, trusted_hops)


def _plain(grouped: dict[str, list[str]], trusted_hops: Sequence[str]) -> _Hard | None:
    boxes: dict[str, tuple[Mailbox, ...]] = {}
    for name in _ADDRESS_FIELDS:
        values = grouped.get(name)
        if values is None:
            continue
        found = _SIMPLE.fullmatch(values[0]) if len(values) == 1 else None
        if found is None or bool(found[2]) != bool(found[4]):
            return None
        boxes[name] = (Mailbox(found[3].lower(), (found[2] or "").strip()),)
    dates = [grouped.get("date", [])[:1]]
    if "received" in grouped:
        if trusted_hops:
            return None
        dates.append([grouped["received"][0].rpartition(";")[2].strip()])
    try:
        read = [
            parsedate_to_datetime(values[0]).astimezone(UTC) if values and _PLAIN_DATE.fullmatch(values[0]) else None
            for values in dates
        ]
    except (ValueError, OverflowError):
        return None
    if any(values and moment is None for values, moment in zip(dates, read, strict=True)):
        return None
    return _Hard(boxes, read[0], read[1] if len(read) > 1 else None)


def _parsed(grouped: dict[str, list[str]], trusted_hops: Sequence[str]) -> _Hard:
    parser = mailparser.MailParser(_view(grouped, MAX_HOPS if trusted_hops else 1))
    flawed = (*parser.address_header_defects, *parser.date_header_defects)
    read = {"from": parser.from_, "to": parser.to, "cc": parser.cc, "reply-to": parser.reply_to}
    return _Hard(
        {name: _mailboxes(pairs) for name, pairs in read.items()},
        parser.date.astimezone(UTC) if isinstance(parser.date, datetime) else None,
        _received(parser, trusted_hops),
        tuple(f"{item['header']}: {item['reason']}" for item in flawed),
    )


def receipt(received: datetime | None, internal: datetime | None) -> tuple[datetime | None, bool]:
    """When the mail was received, and whether the two witnesses differ by more than an hour.

    Art. 12(3) GDPR counts from receipt: the earlier of INTERNALDATE (RFC 3501 2.3.3) and the trusted Received hop. A
    mail that was moved or restored has a late INTERNALDATE, one held by a filter a late hop.
    """
    known = [item.astimezone(UTC) for item in (received, internal) if item is not None]
    disagrees = len(known) == 2 and abs(known[0] - known[1]) > timedelta(hours=1)
    return (min(known) if known else None), disagrees


def ids(value: str) -> tuple[str, ...]:
    """The message ids in a field, in order, each once; white space inside an id comes from folding and is left out."""
    found = _ID.findall("".join(value.split()))
    return tuple(dict.fromkeys(found[-MAX_REFERENCES:]))


def addresses(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of one address field."""
    return _mailboxes(get_addresses(_text(value)[:MAX_RECIPIENTS], defects=[], decode_names=True))


def _view(grouped: dict[str, list[str]], hops: int) -> Message:
    view = Message()
    for name in _ADDRESS_FIELDS:
        if name in grouped:
            view[name] = _text(", ".join(grouped[name][:20]))[:MAX_RECIPIENTS]
    for value in grouped.get("date", ())[:1]:
        view["date"] = _text(value)[:200]
    for value in grouped.get("received", ())[:hops]:
        view["received"] = _text(value)[:2_000]
    return view


def _text(value: str) -> str:
    """A raw value whose octets above 127 are text, and without what no parser should see."""
    if value.isascii():
        return value.replace("\0", "")
    return clean(decode(value.encode("utf-8", "surrogateescape"), "utf-8")[0]).replace("\n", " ")


def _mailboxes(pairs: object, raw: str = "") -> tuple[Mailbox, ...]:
    """Mailboxes from mail-parser's pairs; a field that holds words but no address gives one with its words as name."""
    found: dict[Mailbox, None] = {}
    for name, address in pairs if isinstance(pairs, list) else ():
        if address:
            found[Mailbox(decode_header(address).lower(), decode_header(name)[:300])] = None
        if len(found) >= MAX_MAILBOXES:
            break
    if not found and raw.strip():
        return (Mailbox(_bare_address(raw), decode_header(raw)[:300]),)
    return tuple(found)


def _bare_address(raw: str) -> str:
    """The address in a field that could not be read. An encoded word is never part of one (RFC 2047, 5): decoded first,
    a display name could put an address of its own before the real one."""
    structure = _ENCODED_WORD.sub(" ", _text(raw)[:MAX_RECIPIENTS])
    angled = [item for item in _ID.findall(structure) if _BARE.fullmatch(item[1:-1].strip())]
    bare = _BARE.search(angled[-1] if angled else structure)
    return bare[0].lower() if bare else ""


def _one(values: list[str] | None) -> Mailbox | None:
    found = addresses(values[0]) if values else ()
    return found[0] if found else None


def _path(value: str) -> str:
    inner = value.strip()
    if "<" in inner:
        inner = inner.partition("<")[2].partition(">")[0]
    return inner.strip().lower()[:320]


def _delivered(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to")
    values = (_path(value) for name, value in headers if name in names)
    return tuple(dict.fromkeys(value for value in values if value))[:20]


def _message_id(value: str) -> str:
    bare = "".join(value.split())[:1_000]
    match = _ID.search(bare)
    return match[0] if match else f"<{bare.strip('<>')}>" if bare.strip("<>") else ""


def _lenient_date(value: str) -> datetime | None:
    """What mail-parser does not read, by the standard library; without a zone it is taken as UTC."""
    if not value:
        return None
    try:
        date = parsedate_to_datetime(value[:100])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _received(parser: mailparser.MailParser, trusted_hops: Sequence[str]) -> datetime | None:
    """The oldest date of the trusted hops: those on top whose "by" is one of our servers, or the topmost one alone.

    What stands below the first foreign "by" was written by somebody else and is not looked at.
    """
    trusted = {hop.lower().rstrip(".") for hop in trusted_hops}
    dates: list[datetime] = []
    for hop in reversed(parser.received):  # mail-parser counts from the sender
        host = str(hop.get("by", "")).strip().partition(" ")[0].lower().rstrip(".")
        if trusted and host not in trusted:
            break
        try:
            dates.append(datetime.fromisoformat(str(hop.get("date_utc", ""))).astimezone(UTC))
        except (ValueError, OverflowError):
            continue
    return min(dates, default=None)
