"""The MIME structure of a mail as an IMAP server tells it, and a mail put together from the parts that were fetched.

A partial mail is a valid MIME message with the structure of the original (same headers, same boundaries, same part
headers) in which the bodies of the parts that hold no text are empty. It is only built where the server and a parser
of the octets cannot disagree on the structure; everything else is fetched whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What a reader of the mail needs: its words, and what a delivery report says (RFC 3464, 8098, 5965, 6533).
KEPT_TYPES = frozenset(
    {
        "text/plain",
        "text/html",
        "text/enriched",
        "text/calendar",
        "text/rfc822-headers",
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "message/global-disposition-notification",
        "message/global-headers",
    }
)
#: Kinds of text that no person writes a letter in. What is not known is read as plain text (RFC 2046 4.1.4).
NO_PROSE = frozenset(
    {
        "text/css",
        "text/csv",
        "text/directory",
        "text/javascript",
        "text/rtf",
        "text/tab-separated-values",
        "text/vcard",
        "text/x-log",
        "text/x-vcard",
        "text/xml",
    }
)
_LEFT_OUT = NO_PROSE | {"text/x-amp-html", "text/watch-html"}
TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched"})
# Here the words lie inside a part (TNEF, S/MIME, PGP, attached messages), so a part cannot be left out.
WHOLE_TYPES = frozenset(
    {
        "application/ms-tnef",
        "application/vnd.ms-tnef",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/pgp-encrypted",
        "multipart/encrypted",
        "message/rfc822",
        "message/global",
        "message/partial",
        "message/external-body",
    }
)
_WHOLE_NAMES = ("winmail.dat", ".eml", ".p7m")
MAX_DEPTH = 40
MAX_PARTS = 200

_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]")
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CONTENT_TYPE_FIELD = re.compile(rb"^content-type[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"boundary[ \t]*[*=]", re.IGNORECASE)
_NAMED_BOUNDARY = re.compile(rb'[;\s]boundary=(?:"([^"]*)"|([^";\s]*))\s*(?:;|\Z)', re.IGNORECASE)
_PLAIN_TYPE = re.compile(rb"^content-type:\s*([\w.+-]+/[\w.+-]+)[ \t]*(?:;|\r?\n|\Z)", re.IGNORECASE | re.MULTILINE)


class StructureError(ValueError):
    """The BODYSTRUCTURE is not what RFC 3501 7.4.2 says, or not one from which a partial mail can be built."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node of the structure. `section` is the IMAP section number, "" for a multipart at the top."""

    section: str
    content_type: str
    boundary: bytes = b""
    names: str = ""  # file names and other parameters, lower-cased, in one string
    size: int = 0  # octets as encoded for transfer; 0 for a multipart
    parts: tuple["Part", ...] = ()

    @property
    def multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def leaves(self) -> Iterator["Part"]:
        return (part for part in self.walk() if not part.multipart)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")


def _parameters(value: object) -> dict[str, bytes]:
    if not isinstance(value, tuple):
        return {}
    return {
        _text(name).lower(): content if isinstance(content, bytes) else str(content).encode()
        for name, content in zip(value[::2], value[1::2], strict=False)
    }


def read_structure(body: Sequence[Any]) -> Part:
    """The tree from a BODYSTRUCTURE as imapclient gives it. Raises StructureError."""
    try:
        return _read(body, "", 0)
    except (IndexError, TypeError, ValueError) as error:
        raise StructureError(str(error)) from error


def _read(body: Sequence[Any], section: str, depth: int) -> Part:
    if depth > MAX_DEPTH:
        raise StructureError("nested too deeply")
    first = body[0]
    if isinstance(first, list | tuple):
        children = first if isinstance(first, list) else [part for part in body if isinstance(part, tuple)]
        prefix = f"{section}." if section else ""
        parts = tuple(_read(part, f"{prefix}{number}", depth + 1) for number, part in enumerate(children, 1))
        parameters = _parameters(body[2]) if len(body) > 2 else {}
        return Part(section, f"multipart/{_text(body[1]).lower()}", parameters.get("boundary", b""), parts=parts)
    names = b" ".join(_parameters(body[2]).values()).lower()
    for extension in body[7:]:  # the disposition: ("attachment" ("filename" "winmail.dat"))
        if isinstance(extension, tuple) and len(extension) == 2:
            names += b" " + b" ".join(_parameters(extension[1]).values()).lower()
    content_type = f"{_text(body[0])}/{_text(body[1])}".lower()
    return Part(section or "1", content_type, names=_text(names), size=int(body[6] or 0))


def needs_whole(root: Part) -> bool:
    """Whether the mail is fetched whole: nothing to leave out, no text to read, or a structure open to doubt."""
    types = {part.content_type for part in root.leaves()}
    if not types & TEXT_TYPES or types <= KEPT_TYPES:
        return True
    if any(kind.startswith("text/") for kind in types - KEPT_TYPES - _LEFT_OUT):
        return True
    nodes = list(root.walk())
    if len(nodes) > MAX_PARTS or any(part.content_type in WHOLE_TYPES for part in nodes):
        return True
    if any(name in part.names for part in nodes for name in _WHOLE_NAMES):
        return True
    boundaries = [part.boundary for part in nodes if part.multipart]
    if any(not boundary or b"\\" in boundary or b'"' in boundary for boundary in boundaries):
        return True
    # Parsers disagree on whether "--ab" ends at a line "--abc" (RFC 2046 5.1.1 asks for prefix-free boundaries).
    return any(
        one.startswith(other) for n, one in enumerate(boundaries) for m, other in enumerate(boundaries) if n != m
    )


def kept_sections(root: Part) -> tuple[str, ...]:
    """The sections whose bodies are fetched."""
    return tuple(part.section for part in root.leaves() if part.content_type in KEPT_TYPES)


def first_text_section(root: Part) -> str:
    """The section of the first text, "" when there is none."""
    return next((part.section for part in root.leaves() if part.content_type in TEXT_TYPES), "")


def header_sections(root: Part) -> tuple[str, ...]:
    """The sections whose MIME headers are fetched: all but the top, whose header is that of the mail."""
    if not root.multipart:
        return ()
    return tuple(part.section for part in root.walk() if part.section)[:MAX_PARTS]


def multipart_sections(root: Part) -> tuple[str, ...]:
    """The sections of the multiparts, "TEXT" for the one at the top: their beginnings show the first boundary line."""
    return tuple(part.section or "TEXT" for part in root.walk() if part.multipart)


def left_out(root: Part, bodies: Mapping[str, bytes]) -> dict[str, int]:
    """The encoded octets of each part whose body is not there, by section."""
    return {part.section: part.size for part in root.leaves() if part.section not in bodies}


def plain_headers(part: Part, header: bytes) -> bool:
    """Whether every parser reads this header alike: well-formed lines and one Content-Type, the one of the server."""
    lines = header.split(b"\r\n")
    if b"\r" in header.replace(b"\r\n", b"") or not all(_HEADER_LINE.match(line) for line in lines if line):
        return False
    if header.startswith((b" ", b"\t")):
        return False
    if b"" in lines[: max(len(lines) - 2, 0)]:
        return False
    count = len(_CONTENT_TYPE.findall(header))
    if count == 0:
        return part.content_type == "text/plain"
    match = _PLAIN_TYPE.search(header)
    return count == 1 and match is not None and match[1].decode("latin-1").lower() == part.content_type


def plain_boundary(boundary: bytes, header: bytes) -> bool:
    """Whether the Content-Type names this boundary once, in the form of RFC 2045 5.1, with no stray quotation mark."""
    field = _CONTENT_TYPE_FIELD.search(header)
    if field is None or field[0].count(b'"') % 2 or len(_BOUNDARY.findall(field[0])) != 1:
        return False
    named = _NAMED_BOUNDARY.search(field[0])
    return named is not None and boundary in named.groups()


def preamble(boundary: bytes, beginning: bytes) -> int | None:
    """The octets of a multipart before its first boundary line, None where no such line begins it.

    Servers take other lines for it: Dovecot reads "--abc" as "--ab".
    """
    line = b"--" + boundary
    at = beginning.find(line)
    while at >= 0:
        after, _, _ = beginning[at + len(line) :].partition(b"\r\n")
        whole = len(after) < len(beginning) - at - len(line) and b"\r" not in after and b"\n" not in after
        if whole and (at == 0 or beginning[at - 1 : at] == b"\n"):
            return None if after.strip(b" \t") else at
        at = beginning.find(line, at + 1)
    return None


def adds_up(
    root: Part, size: int, partial: bytes, beginnings: Mapping[str, bytes], bodies: Mapping[str, bytes]
) -> bool:
    """Whether the octets of the parts and of the lines between them are those of the mail.

    A line end more or less after each closing boundary is usual; anything else means that what the server took for a
    boundary is not the line that stands there.
    """
    multiparts = [part for part in root.walk() if part.multipart]
    before = sum(preamble(part.boundary, beginnings.get(part.section or "TEXT", b"")) or 0 for part in multiparts)
    difference = size - len(partial) - before - sum(left_out(root, bodies).values())
    return difference % 2 == 0 and abs(difference) <= 2 * len(multiparts)


def consistent(
    root: Part,
    header: bytes,
    headers: Mapping[str, bytes],
    beginnings: Mapping[str, bytes],
    bodies: Mapping[str, bytes],
) -> bool:
    """Whether a parser of the octets must find the structure that the server told."""
    nodes = list(root.walk())
    for part in nodes:
        own = header if part is root else headers.get(part.section, b"")
        if not plain_headers(part, own):
            return False
        if part.multipart and not plain_boundary(part.boundary, own):
            return False
        if part.multipart and preamble(part.boundary, beginnings.get(part.section or "TEXT", b"")) is None:
            return False
    lines = [b"--" + part.boundary for part in nodes if part.multipart]
    return not any(line in body for line in lines for body in bodies.values())


def assemble(root: Part, header: bytes, headers: Mapping[str, bytes], bodies: Mapping[str, bytes]) -> bytes:
    """The partial mail: the header of the mail, the headers of its parts, and the bodies that were fetched."""
    out = [header]
    _assemble(root, headers, bodies, out)
    return b"".join(out)


def _assemble(part: Part, headers: Mapping[str, bytes], bodies: Mapping[str, bytes], out: list[bytes]) -> None:
    if not part.multipart:
        out.append(bodies.get(part.section, b""))
        return
    for child in part.parts:
        if child.section not in headers:
            continue
        out += [b"--", part.boundary, b"\r\n", headers[child.section]]
        _assemble(child, headers, bodies, out)
        out.append(b"\r\n")
    out += [b"--", part.boundary, b"--\r\n"]
