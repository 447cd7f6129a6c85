"""Mails inside a mail: attached (message/rfc822) or pasted with a header block, as values that claim, never prove."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from intake_bot.mail.charset import decode_header
from intake_bot.mail.content import MAX_FORWARDS, read_content
from intake_bot.mail.envelope import addresses, read_envelope
from intake_bot.mail.inbound import Forwarded, Mailbox
from intake_bot.mail.mime import MESSAGE_TYPES, Part, read_mime
from intake_bot.mail.phrases import LABEL_KINDS, MONTH_STEMS, plain

MAX_TEXT = 100_000

_FIELD = re.compile(r"[\s>*_|]*([^\W\d_][^\n:*]{0,24}?)[ \t*_]{0,4}[:\uff1a][ *_]*(.*)")
_QUOTE = re.compile(r"^ ?[>|] ?", re.M)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:.hH]\s?(\d{2})(?::(\d{2}))?\s*([AaPp])?")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:er|\.|º|st|nd|rd|th)?\s+(?:de\s+|d['’])?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})"
)
_NAMED_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th|\.)?,?\s+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\.?\s+(?:g\.\s+)?([^\W\d_]{3,12})\.?\s+(\d{1,2})(?!\d)")
_ZONE = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,250}\.\w{2,24}")


def attached(roots: Sequence[Part]) -> tuple[Forwarded, ...]:
    """The attached mails, each read by its own header and parts, and those attached to them."""
    found: list[Forwarded] = []
    queue = list(reversed(roots))
    while queue and len(found) < MAX_FORWARDS:
        root = queue.pop()
        envelope = read_envelope(root.headers)
        content = read_content(root, {})
        sender = envelope.senders[0] if envelope.senders else None
        found.append(Forwarded(sender, envelope.date, envelope.subject, content.text[:MAX_TEXT], inline=False))
        queue.extend(reversed(content.messages))
    return tuple(found)


def attached_octets(raw: bytes) -> tuple[bytes, ...]:
    """The octets of the mails attached to a mail, as message/rfc822 or as an .eml file; not those inside of them."""
    found: list[bytes] = []
    queue = [read_mime(raw)[0]]
    while queue and len(found) < MAX_FORWARDS:
        part = queue.pop()
        if part.content_type in MESSAGE_TYPES or (not part.children and part.filename.lower().endswith(".eml")):
            found.append(part.payload())
        else:
            queue.extend(reversed(part.children))
    return tuple(octets for octets in found if octets.strip())


def received_by(octets: bytes, trusted_hops: Sequence[str]) -> datetime | None:
    """When our own servers received an attached mail (aware, UTC); None where none of them is on top of its header."""
    return read_envelope(read_mime(octets)[0].headers, trusted_hops).received if trusted_hops else None


def inline(text: str) -> Forwarded:
    """A pasted mail: `text` starts with the line that introduces it. Unmarked text keeps all its words."""
    lines = _QUOTE.sub("", text).split("\n") if _all_quoted(text) else text.split("\n")
    fields: dict[str, str] = {}
    body = 0
    misses = 0
    for index, line in enumerate(lines[:40]):
        match = _FIELD.match(line[:1_000])
        kind = LABEL_KINDS.get(plain(match[1]), "") if match else ""
        if match and kind:
            fields.setdefault(kind, match[2].strip())
            body = index + 1
        elif fields and not line.strip():
            if "subject" in fields or misses > 2:
                break
        elif fields or index > 4:
            misses += 1
            if misses > 3:
                break
    words = "\n".join(lines[body:]).strip() if fields else text.strip()
    date = read_date(fields.get("date", ""))
    return Forwarded(
        _sender(fields.get("from", "")), date, fields.get("subject", "")[:2_000], words[:MAX_TEXT], inline=True
    )


def _all_quoted(text: str) -> bool:
    """Whether all lines after the introduction are marked, as Apple Mail does when it forwards."""
    lines = [line for line in text.split("\n")[1:] if line.strip()]
    return bool(lines) and all(line.lstrip().startswith((">", "|")) for line in lines)


def _sender(value: str) -> Mailbox | None:
    value = re.sub(r"\[mailto:([^\]]{1,300})\]", r"<\1>", value[:1_000]).replace("<mailto:", "<")
    if not value.strip():
        return None
    found = addresses(value)
    if found and found[0].address:
        return found[0]
    match = _ADDRESS.search(value)
    name = decode_header(value[: match.start()] if match else value).strip(" <>()[]\"'*")
    return Mailbox(match[0].lower() if match else "", name[:300])


def read_date(value: str) -> datetime | None:
    """A date as mail programs write it in any language of the Union, UTC; None when it is not understood.

    Without a zone the time is taken as UTC: it is a claim, and a few hours do not change what it is used for.
    """
    value = value[:200].replace("\u00a0", " ").replace("\u202f", " ")
    found = _calendar_date(value)
    if found is None:
        return None
    year, month, day, rest = found
    clock = _CLOCK.search(rest)
    hour, minute, second = (int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else (0, 0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4] in "pP" else 0)
    try:
        date = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        zone = _ZONE.search(rest, clock.end() - 1) if clock else None
        if zone and int(zone[2]) <= 14:
            offset = timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0))
            date = date - offset if zone[1] == "+" else date + offset
    except (ValueError, OverflowError):
        return None
    return date


def _calendar_date(value: str) -> tuple[int, int, int, str] | None:
    """Year, month, day, and the rest of the text, where the time stands."""
    if match := _ISO.search(value):
        return int(match[1]), int(match[2]), int(match[3]), _rest(value, match)
    if match := _NUMERIC.search(value):
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return year, int(match[2]), int(match[1]), _rest(value, match)
    for pattern, (year_at, month_at, day_at) in (
        (_NAMED, (3, 2, 1)),
        (_YEAR_FIRST, (1, 2, 3)),
        (_NAMED_FIRST, (3, 1, 2)),
    ):
        for match in pattern.finditer(value):
            month = _month(match[month_at])
            if month:
                return int(match[year_at]), month, int(match[day_at]), _rest(value, match)
    return None


def _rest(value: str, match: re.Match[str]) -> str:
    return f"{value[: match.start()]}\n{value[match.end() :]}"


def _month(word: str) -> int:
    folded = plain(word)
    return next((month for stem, month in MONTH_STEMS if folded.startswith(stem)), 0)
