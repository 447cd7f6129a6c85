"""The text and the attachments inside a winmail.dat (MS-OXTNEF), which Outlook sends to correspondents it trusts."""

import logging
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from intake_bot.mail.charset import clean, decode
from intake_bot.mail.html import html_to_text

MAX_TNEF = 20_000_000
MAX_RTF = 1_000_000

_UNCOMPRESSED = 0x414C454D
_PRELOAD = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain"
    b"\\f0\\fs20\\b\\i\\u\\tab\\tx"
)

#: What the library raises on cut or hostile streams.
_BROKEN = (
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    EOFError,
    ImportError,
    RecursionError,
)

_RTF = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+",
    re.I,
)
_SKIPPED_GROUPS = (
    "fonttbl colortbl stylesheet info pict object themedata datastore latentstyles listtable listoverridetable "
    "rsidtbl generator xmlnstbl mhtmltag htmltag "
)
_SKIPPED = frozenset(_SKIPPED_GROUPS.split())
_BREAKS = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "tab": "\t",
    "cell": " ",
    "emdash": "—",
    "endash": "–",
    "lquote": "'",
    "rquote": "'",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "-",
}


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a winmail.dat holds. `text` is "" when it holds none; attachments are (name, octets)."""

    text: str
    attachments: tuple[tuple[str, int], ...]


def read_tnef(data: bytes) -> Tnef | None:
    """Decode a TNEF stream. None when it is none or is broken; never raises."""
    if len(data) > MAX_TNEF or not data.startswith(b"\x78\x9f\x3e\x22"):
        return None
    import tnefparse

    logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)  # it prints the sender's octets as errors
    try:
        stream = tnefparse.TNEF(data, do_checksum=False)
        text = _text(stream)
        attachments = tuple(
            (str(item.long_filename() or item.name or ""), len(item.data or b"")) for item in stream.attachments
        )
    except _BROKEN:
        return None
    return Tnef(clean(text).strip(), attachments)


def _text(stream: object) -> str:
    for name in ("body", "htmlbody", "rtfbody"):
        body = _rtf(stream) if name == "rtfbody" else getattr(stream, name, None)
        if not body:
            continue
        if isinstance(body, bytes):
            body = decode(body.rstrip(b"\0"), "cp1252" if name == "rtfbody" else "utf-8")[0]
        text = {"htmlbody": html_to_text, "rtfbody": rtf_to_text}.get(name, str)(str(body).rstrip("\0"))
        if text.strip():
            return text
    return ""


def _rtf(stream: object) -> bytes:
    """The RTF body (PidTagRtfCompressed, 0x1009), decompressed; b"" when there is none."""
    for prop in getattr(stream, "mapiprops", ()):
        if getattr(prop, "name", 0) == 0x1009:
            data = prop.data[0] if isinstance(prop.data, list) else prop.data
            return decompress_rtf(bytes(data))
    return b""


def decompress_rtf(data: bytes) -> bytes:
    """Compressed RTF (MS-OXRTFCP) to RTF: LZFu with a preloaded ring of 4,096 octets; what is cut ends the output."""
    _, raw_size, kind, _ = struct.unpack_from("<IIII", data)
    body = data[16:]
    if kind == _UNCOMPRESSED:
        return body[:raw_size]
    ring = bytearray(_PRELOAD.ljust(4096, b"\0"))
    write = len(_PRELOAD)
    out = bytearray()
    position = 0
    while position < len(body) and len(out) < min(raw_size, MAX_RTF):
        control = body[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                token = int.from_bytes(body[position : position + 2], "big")
                position += 2
                start, count = token >> 4, (token & 15) + 2
                if start == write % 4096 or position > len(body):
                    return bytes(out)
                octets: Iterator[int] = (ring[(start + index) % 4096] for index in range(count))
            else:
                octets = iter(body[position : position + 1])
                position += 1
            for octet in octets:
                out.append(octet)
                ring[write % 4096] = octet
                write += 1
    return bytes(out)


def rtf_to_text(rtf: str) -> str:
    """The words of an RTF document, HTML encapsulated in RTF (MS-OXRTFEX) included. Linear, never raises."""
    out: list[str] = []
    stack: list[bool] = []
    skipping = False
    fresh = False  # just after "{": a destination may follow
    owed = 0  # characters that stand for the \u before them
    for match in _RTF.finditer(rtf[:2_000_000]):
        byte, code, word, number, symbol, brace, text = match.groups()
        if brace == "{":
            stack.append(skipping)
            fresh = True
            continue
        if brace == "}":
            skipping = stack.pop() if stack else False
        elif symbol == "*" and fresh:
            skipping = True
        elif word:
            skipping = skipping or (fresh and word in _SKIPPED) or (word == "htmlrtf" and number != "0")
            skipping = False if word == "htmlrtf" and number == "0" else skipping
            out.append("" if skipping else _BREAKS.get(word, ""))
        elif not skipping:
            if code:
                out.append(chr(int(code) % 65536))
                owed = 1
            elif byte:
                out.append("" if owed else decode(bytes.fromhex(byte), "cp1252")[0])
                owed = 0
            elif symbol:
                out.append({"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}.get(symbol, ""))
            elif text:
                out.append(text[owed:])
                owed = 0
        fresh = False
    return clean("".join(out))
