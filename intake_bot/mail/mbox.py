"""Mails in an mbox file (RFC 4155): where each begins and ends, found without reading the file into memory."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

_CHUNK = 1 << 20
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "From sender Mon Nov 23 08:35:52 2026": asctime, often with a zone before or after the year.
_ASCTIME = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{2}):(\d{2})(?::(\d{2}))?"
    rb"(?: +([+-]\d{4}|[A-Z]{1,5}))? +(\d{4})(?: +([+-]\d{4}))?"
)
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Span:
    """One mail of an mbox: octets from `start` to `end`, without its From_ line; `received` aware, UTC, or None."""

    start: int
    end: int
    received: datetime | None


def unquote(raw: bytes) -> bytes:
    """The mail as it was before the mbox: one ">" less before every "From " that begins a line (mboxrd)."""
    return _QUOTED.sub(rb"\1", raw)


def begins_mbox(start: bytes) -> bool:
    """Whether a file with this beginning is an mbox: a From_ line with a date, or a short one before a header."""
    return start.startswith(b"From ") and _separates(start, after_blank=True)


def spans(descriptor: int) -> Iterator[Span]:
    """The mails of an open file, in order. Raises OSError."""
    size = os.fstat(descriptor).st_size
    begun: tuple[int, datetime | None] | None = None
    for offset in _candidates(descriptor, size):
        head = os.pread(descriptor, 2048, offset)
        before = os.pread(descriptor, min(offset, 4), max(offset - 4, 0))
        if not _separates(head, after_blank=offset == 0 or before.endswith((b"\n\n", b"\r\n\r\n"))):
            continue
        if begun is not None:
            yield Span(begun[0], _end(before, offset, begun[0]), begun[1])
        line = head.partition(b"\n")[0]
        begun = (min(offset + len(line) + 1, size), _date(line))
    if begun is not None:
        before = os.pread(descriptor, min(size, 4), max(size - 4, 0))
        yield Span(begun[0], _end(before, size, begun[0]) if before.endswith(b"\n\n") else size, begun[1])


def _end(before: bytes, offset: int, start: int) -> int:
    """Without the blank line that belongs to the mbox and not to the mail."""
    blank = 2 if before.endswith(b"\r\n\r\n") else 1 if before.endswith(b"\n\n") else 0
    return max(offset - blank, start)


def _candidates(descriptor: int, size: int) -> Iterator[int]:
    if os.pread(descriptor, 5, 0) == b"From ":
        yield 0
    position = 0
    while position < size:
        # Six octets overlap, so that a separator across two chunks is seen once.
        chunk = os.pread(descriptor, _CHUNK + 5, position)
        found = chunk.find(b"\nFrom ")
        while found >= 0:
            yield position + found + 1
            found = chunk.find(b"\nFrom ", found + 1)
        position += _CHUNK


def _separates(head: bytes, *, after_blank: bool) -> bool:
    """Whether "From " here begins a mail and is not a sentence that somebody wrote."""
    line, _, rest = head.partition(b"\n")
    before_header = _HEADER.match(rest) is not None
    if _ASCTIME.search(line):
        return after_blank or before_header
    return after_blank and before_header and len(line.split()) <= 2


def _date(line: bytes) -> datetime | None:
    match = _ASCTIME.search(line)
    if match is None:
        return None
    month, day, hour, minute, second, zone, year, late_zone = match.groups()
    offset = next((z for z in (late_zone, zone) if z and z[:1] in b"+-"), b"+0000")  # RFC 4155: UTC
    try:
        shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5])) * (-1 if offset[:1] == b"-" else 1)
        month_number = _MONTHS.index(month.decode().lower()) + 1
        moment = (int(year), month_number, int(day), int(hour), int(minute), int(second or 0))
        return datetime(*moment, tzinfo=timezone(shift)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
