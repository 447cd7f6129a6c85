"""Octets to text for any declared charset, and header fields to one decoded line (RFC 2047)."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Sequence

#: WHATWG labels: what mail programs call latin-1 or ASCII is Windows-1252 in fact.
_ALIASES = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "default": "utf-8",
    "8bit": "utf-8",
    "unknown-8bit": "utf-8",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "cp-850": "cp850",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
}
#: Codecs of Python that are not charsets: they would run a transformation that the sender chose.
_CHARSET = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
_FORBIDDEN = frozenset(
    {"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "undefined"}
    | {"mbcs", "oem", "palmos"}
)
_META_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I | re.A)
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_CHARACTER = re.compile("\r\n|[\x00-\U0010ffff][\u0300-\u036f]*")
_SPACE = re.compile(r"\s+")


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """Text and a defect ("" if none). The declared charset is tried, then UTF-8, then Windows-1252, which takes all.

    Windows-1252 and its kin are what programs declare without looking: octets that are UTF-8 are read as that.
    """
    name = charset.strip().strip("\"'").lower().partition("*")[0]
    name = _ALIASES.get(name, name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and name in ("utf-8", "utf-16", ""):
        name = "utf-16"
    if name == "cp1252" and _is_utf8(data):
        return data.decode("utf-8"), "text is UTF-8, not as declared"
    defect = ""
    if name and name != "utf-8" and name not in _FORBIDDEN and _CHARSET.fullmatch(name):
        try:
            return data.decode(name), ""
        except (LookupError, ValueError, AssertionError, TypeError):
            defect = f"charset {name[:40]} failed"
    elif name and name != "utf-8":
        defect = "charset name is not one"
    try:
        return data.decode("utf-8"), defect
    except UnicodeDecodeError:
        if name == "utf-8" and _mostly_utf8(data):
            return data.decode("utf-8", "replace"), "text is not UTF-8 throughout"
        return data.decode("cp1252", "replace"), defect or "8-bit text without a charset"


def html_charset(data: bytes) -> str:
    """The charset that an HTML document names in its first 2,048 octets, "" for none or where it is UTF-8 in fact.

    A name that was read in single octets cannot be UTF-16 or UTF-32 (WHATWG HTML, "prescan a byte stream").
    """
    named = _META_CHARSET.search(data[:2_048])
    name = named[1].decode("ascii").lower() if named else ""
    return "" if name.startswith(("utf-16", "utf-32")) or _is_utf8(data) else name


def _is_utf8(data: bytes) -> bool:
    """Whether there are letters beyond ASCII and all of them are UTF-8: no other charset looks like that by chance."""
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """Whether the text is UTF-8 with a scar (cut in the middle of a character), rather than another charset."""
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") <= sum(character > "\x7f" for character in text) // 4


def clean(text: str) -> str:
    """The text with \\n line ends, composed (NFC), without control, directional, zero-width, surrogate characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    text = _UNWANTED.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n"))
    return unicodedata.normalize("NFC", text)


def mapped(text: str) -> tuple[str, Sequence[int]]:
    """`clean(text)`, and where each of its characters, and its end, stands in the text as given (code points)."""
    if clean(text) == text:
        return text, range(len(text) + 1)
    pieces = [(clean(match[0]), match.start()) for match in _CHARACTER.finditer(text)]
    places = [start for piece, start in pieces for _ in piece]
    return "".join(piece for piece, _ in pieces), [*places, len(text)]


def decode_header(value: str) -> str:
    """A header value on one line: 8-bit text, encoded words, folding, control characters undone. Never raises."""
    if not value.isascii():
        octets = value.encode("utf-8", "surrogateescape")
        value = decode(octets, "utf-8")[0]
    if "=?" in value:
        value = _decode_words(value)
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return _SPACE.sub(" ", clean(value)).strip()


def _decode_words(value: str) -> str:
    """Encoded words decoded; adjacent ones of one charset are joined first, since clients cut inside characters."""
    out: list[str] = []
    pending = b""
    pending_charset = ""
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        gap = value[position : match.start()]
        octets = _word_octets(match[2], match[3])
        if octets is None:
            continue
        charset = match[1].lower()
        if pending and not gap.strip() and charset == pending_charset:
            pending += octets
        else:
            out.append(decode(pending, pending_charset)[0] if pending else "")
            out.append(gap if gap.strip() or not pending else "")
            pending, pending_charset = octets, charset
        position = match.end()
    out.append(decode(pending, pending_charset)[0] if pending else "")
    out.append(value[position:])
    return "".join(out)


def _word_octets(kind: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return None
