"""The MIME tree of a mail (RFC 2045, 2046), read from its octets without recursion and within fixed bounds.

The standard library's parser recurses once per level and tests every line against every open boundary, which a hostile
mail turns into minutes; this one looks for the boundaries only, numbers the parts as IMAP does (RFC 3501 6.4.5), and
leaves the reading of parameters (RFC 2231) to the standard library.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

MAX_DEPTH = 30
MAX_PARTS = 1000
MAX_HEADERS = 1000
MAX_HEADER_OCTETS = 20_000
MAX_PARAMETERS = 2_000

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\n\r?\n")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.A)
_SIMPLE_TYPE = re.compile(r"([\w.+-]+/[\w.+-]+)(?:\s*;\s*(charset|boundary)=\"?([\w.:+=/'()?,-]+)\"?)?\s*;?\s*$", re.A)
_UNPAIRED = re.compile("[\ud800-\udc7f\udd00-\udfff]")
#: A line that can only be a boundary: dashes before a field that parts have.
_LIKE_BOUNDARY = re.compile(
    rb"^(--[^\s]{1,70})[ \t]*\r?\nContent-(?:Type|Transfer-Encoding|Disposition)[ \t]*:", re.M | re.I
)
_PADDED_SOFT_BREAK = re.compile(rb"=[ \t]{1,80}\r?\n")  # white space at the end of a line does not count (RFC 2045 6.7)
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_END = re.compile(rb"(?:=|\n)[ \t\r]*\n\s*")  # padding or a blank line
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]*+[ \t\r]*+(?:\n|\Z)")
_TOKEN = re.compile(r"[\w-]+", re.A)
TOO_DEEP = "nesting or number of parts exceeds what is read"
_MAX_UU_LINES = 100_000
_MAX_PADDINGS = 10_000  # in one body; those beyond are passed over
MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})


@dataclass(slots=True)
class Part:
    """One MIME part: its headers as written (names lower-cased, values unfolded) and where its body lies in `raw`."""

    raw: bytes
    section: str
    headers: list[tuple[str, str]]
    body: tuple[int, int]
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    children: list["Part"] = field(default_factory=list)

    @property
    def maintype(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding, lower-cased, without quotes, comment or ";" around it; "7bit" when absent."""
        token = _TOKEN.search(self.header("content-transfer-encoding"))
        return token[0].lower() if token else "7bit"

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def content(self) -> bytes:
        """The octets of the body as transferred."""
        return self.raw[self.body[0] : self.body[1]]

    def payload(self, limit: int | None = None) -> bytes:
        """The octets of the body, decoded; `limit` bounds the encoded octets that are looked at. Never raises."""
        end = self.body[1] if limit is None else min(self.body[1], self.body[0] + limit)
        return decode_transfer(self.raw[self.body[0] : end], self.encoding)

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in the order of the mail."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 6); what is broken is decoded as far as it goes."""
    if encoding == "base64":
        runs = _without_footer(data).translate(None, _NOT_BASE64).split(b"=", _MAX_PADDINGS)
        return b"".join(map(_decode_base64, runs))
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_PADDED_SOFT_BREAK.sub(b"=\n", data))
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _decode_uu(data)
    return data


def _without_footer(data: bytes) -> bytes:
    """base64 without the plain words that a virus scanner or a mailing list puts below it, after its end."""
    for end in _BASE64_END.finditer(data):
        if not _BASE64_LINE.match(data, end.end()) and data[: end.start()].strip():
            return data[: end.end()]
    return data


def _decode_base64(run: bytes) -> bytes:
    """What stands between two paddings: pieces that were encoded apart and joined are each decoded."""
    run = run.replace(b"=", b"")
    whole = len(run) // 4 * 4
    rest = run[whole:]
    return binascii.a2b_base64(run[:whole] + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""))


def _decode_uu(data: bytes) -> bytes:
    out: list[bytes] = []
    body = data.partition(b"\n")[2] if data.startswith(b"begin ") else data
    for line in body[:4_000_000].split(b"\n"):
        if line in (b"", b"\r", b"end", b"end\r", b"`"):
            continue
        if len(out) > _MAX_UU_LINES:
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            break
    return b"".join(out)


def read_mime(raw: bytes) -> tuple[Part, list[str]]:
    """The part tree of a mail and the defects found on the way. Never raises, linear time for any octets."""
    defects: list[str] = []
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    root = _read_part(raw, (0, len(raw)), "", defects, "text/plain")
    if root.maintype != "multipart":
        root.section = "1"
    count = 1
    queue = [(root, 0)]
    while queue:
        part, depth = queue.pop()
        if part.maintype not in ("multipart", "message"):
            continue
        if depth >= MAX_DEPTH or count >= MAX_PARTS:
            part.content_type = "text/plain"  # kept as it is: what is in it must not go unread
            defects.append(TOO_DEEP)
            continue
        if part.maintype == "multipart":
            _split_multipart(part, defects, MAX_PARTS - count)
            if not part.children:
                part.content_type = "text/plain"
                part.section = part.section or "1"
        elif part.content_type in MESSAGE_TYPES:
            _open_message(part, defects)
        count += len(part.children)
        queue.extend((child, depth + 1) for child in part.children)
    return root, defects


def _read_part(raw: bytes, extent: tuple[int, int], section: str, defects: list[str], default: str) -> Part:
    start, end = extent
    headers, body = _read_headers(raw, start, end, defects)
    part = Part(raw, section, headers, (body, end), default)
    content_type = part.header("content-type")
    if content_type:
        part.content_type, part.parameters = _parameters("content-type", content_type, default)
    disposition = part.header("content-disposition")
    part.filename = part.parameters.get("name", "")
    if disposition:
        part.disposition, values = _parameters("content-disposition", disposition, "")
        part.filename = values.get("filename", "") or part.filename
    return part


def _read_headers(raw: bytes, start: int, end: int, defects: list[str]) -> tuple[list[tuple[str, str]], int]:
    """The header fields and the offset of the body. A line that is no field ends the header, as real mail asks for."""
    headers: list[tuple[str, str]] = []
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return headers, start + (1 if raw[start] == 10 else 2)
    blank = _BLANK.search(raw, start, end)
    offset = start
    current: list[bytes] = []
    for line in raw[start : blank.start() if blank else end].split(b"\n"):
        if line[:1] in (b" ", b"\t") and current:
            current.append(line.strip())
        else:
            _add_field(headers, current)
            current = [line]
            if not _FIELD.match(line):
                current = []
                if not (offset == start and line.startswith((b"From ", b">From "))):
                    if start == 0 and line:
                        defects.append("header ends without a blank line")
                    return headers, min(offset, end)
        offset += len(line) + 1
        if len(headers) >= MAX_HEADERS:
            defects.append("more headers than are read")
            current = []
            break
    _add_field(headers, current)
    return headers, min(blank.end() if blank else end, end)


def _add_field(headers: list[tuple[str, str]], lines: list[bytes]) -> None:
    match = _FIELD.match(b" ".join(lines) if len(lines) > 1 else lines[0]) if lines else None
    if match:
        value = match[2].strip()[:MAX_HEADER_OCTETS].decode("ascii", "surrogateescape").replace("\r", "")
        headers.append((match[1].decode("ascii").lower(), value))


def _parameters(name: str, value: str, default: str) -> tuple[str, dict[str, str]]:
    simple = _SIMPLE_TYPE.match(value)
    if simple:
        return simple[1].lower(), {simple[2].lower(): simple[3]} if simple[2] else {}
    header = Message()
    header[name] = value[:MAX_PARAMETERS]
    try:
        pairs = header.get_params(header=name) or []
    except (ValueError, LookupError, TypeError, AttributeError):  # broken RFC 2231 parameters raise all of these
        pairs = [(value.partition(";")[0].strip(), "")]
    kind = str(pairs[0][0]).strip().lower() if pairs else default
    if name == "content-type" and not _TYPE.fullmatch(kind):
        kind = default
    values: dict[str, str] = {}
    for key, item in pairs[1:]:
        try:
            values.setdefault(key.lower(), collapse_rfc2231_value(item))
        except (LookupError, ValueError, TypeError):
            values.setdefault(key.lower(), str(item[-1] if isinstance(item, tuple) else item))
    return kind, values


def _split_multipart(part: Part, defects: list[str], room: int) -> None:
    """Cut the body at its boundary lines (RFC 2046 5.1.1) and read each piece."""
    boundary = _UNPAIRED.sub("", part.parameters.get("boundary", "")).rstrip().encode("utf-8", "surrogateescape")
    pieces = _pieces(part.raw, b"--" + boundary, *part.body, room) if boundary else []
    if not pieces:
        defects.append("multipart whose boundary never occurs" if boundary else "multipart without a boundary")
        guessed = _LIKE_BOUNDARY.search(part.raw, part.body[0], min(part.body[1], part.body[0] + 10_000))
        pieces = _pieces(part.raw, guessed[1], *part.body, room) if guessed else []
    if not pieces:
        return
    if len(pieces) >= room:
        defects.append(TOO_DEEP)
        pieces[-1] = (pieces[-1][0], part.body[1])
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    prefix = f"{part.section}." if part.section else ""
    for number, (left, right) in enumerate(pieces, 1):
        part.children.append(_read_part(part.raw, (left, right), f"{prefix}{number}", defects, default))


def _pieces(raw: bytes, delimiter: bytes, start: int, end: int, room: int) -> list[tuple[int, int]]:
    """The extents of the parts between delimiter lines; the line end before a delimiter belongs to the delimiter."""
    pieces: list[tuple[int, int]] = []
    opened = -1
    position = start - 1 if start and raw[start - 1] == 10 else start
    while len(pieces) < room:
        found = -1 if position == 0 and raw.startswith(delimiter) else raw.find(b"\n" + delimiter, position, end)
        if found < 0 and position != 0:
            break
        if found < 0 and not raw.startswith(delimiter):
            break
        line = found + 1
        after = line + len(delimiter)
        eol = raw.find(b"\n", after, end)
        eol = end if eol < 0 else eol
        rest = raw[after : min(eol, after + 200)].strip()
        position = eol
        if rest not in (b"", b"--"):
            continue
        if opened >= 0:
            pieces.append((opened, max(opened, line - (2 if raw[line - 2 : line - 1] == b"\r" else 1))))
        opened = -1 if rest else min(eol + 1, end)
        if rest:
            return pieces
    if opened >= 0 and len(pieces) < room:
        pieces.append((opened, end))
    return pieces


def _open_message(part: Part, defects: list[str]) -> None:
    """Read the mail inside a message/rfc822 part, one that was encoded against RFC 2046 5.2.1 included."""
    if part.encoding in ("base64", "quoted-printable"):
        data = part.payload()
        inner = _read_part(data, (0, len(data)), "", defects, "text/plain")
    else:
        inner = _read_part(part.raw, part.body, "", defects, "text/plain")
    inner.section = part.section if inner.maintype == "multipart" else f"{part.section}.1"
    part.children.append(inner)
