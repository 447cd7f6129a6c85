"""What an attachment really is: typed by its content, never by its name, and never opened to find out.

Archives are not unpacked. A virus scanner (ClamAV, clamd socket) looks before a person opens anything. An identity
document that nobody asked for is recognised by its name only, so that it can be quarantined without being read
(GDPR art. 5(1)(c)).
"""

import re
import socket
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import puremagic

from intake_bot.errors import IntakeError

#: Octets of one attachment that are kept, and of all attachments of one mail.
MAX_ATTACHMENT = 25_000_000
MAX_ATTACHMENTS = 60_000_000

_HEAD = 8_192
_UNKNOWN = "application/octet-stream"
_CHUNK = 65_536


class Family(StrEnum):
    """What may be done with an attachment."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"  # PDF and office files
    ARCHIVE = "archive"  # kept closed: may be a bomb, may hold anything
    MESSAGE = "message"
    ACTIVE = "active"  # programs, scripts, HTML, SVG: never shown inline
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Typed:
    """An attachment by its content. `content_type` is ours, whatever the mail declared."""

    content_type: str
    family: Family
    disguised: bool  # the name or the declared type says something harmless and the content is not

    @property
    def may_be_shown(self) -> bool:
        """Whether a page may show it inline after a click: images and plain text only."""
        return self.family in {Family.TEXT, Family.IMAGE} and not self.disguised


_ARCHIVES = (
    b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd", b"MSCF",
)  # fmt: skip
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02",
)
_MARKUP = re.compile(
    rb"^\s*(?:<!doctype html|<html|<svg|<script|<\?xml[^>]{0,200}\?>\s*(?:<!--.{0,500}?-->\s*)?<svg)", re.I | re.S
)
_EXECUTABLE_NAMES = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|ps1|vbs?e?|jse?|wsf|hta|msi|jar|lnk|iso|img|app|dmg|apk|html?|shtml|xhtml|svg)$",
    re.I,
)
_OFFICE = {b"word/": "wordprocessingml.document", b"xl/": "spreadsheetml.sheet", b"ppt/": "presentationml.presentation"}


def type_of(content: bytes, filename: str = "", declared: str = "") -> Typed:
    """What the octets are. Looks at their beginning only; never raises, for any octets."""
    kind, family = _by_content(content[:_HEAD], content[-_HEAD:])
    harmless = declared.partition("/")[0].lower() in {"image", "text"} or _harmless_name(filename)
    dangerous = family in {Family.ACTIVE, Family.ARCHIVE}
    if family is not Family.ACTIVE and _EXECUTABLE_NAMES.search(filename.strip().rstrip(". ")):
        return Typed(kind, Family.ACTIVE, disguised=True)
    return Typed(kind, family, disguised=dangerous and harmless and declared.lower() != "text/html")


def _by_content(head: bytes, tail: bytes) -> tuple[str, Family]:
    return next(found for look in _LOOKS if (found := look(head, tail)) is not None)


def _empty(head: bytes, _: bytes) -> tuple[str, Family] | None:
    return None if head else ("application/x-empty", Family.OTHER)


def _active(head: bytes, _: bytes) -> tuple[str, Family] | None:
    if head.startswith(_PROGRAMS):
        return "application/x-executable", Family.ACTIVE
    if _MARKUP.match(head):
        return ("image/svg+xml" if b"<svg" in head.lower() else "text/html"), Family.ACTIVE
    return None


def _zipped(head: bytes, tail: bytes) -> tuple[str, Family] | None:
    """Office files are archives too; only their first entry's name is looked at."""
    if not head.startswith(b"PK"):
        return None
    if b"[Content_Types].xml" in head:
        office = next((name for mark, name in _OFFICE.items() if mark in head or mark in tail), "document")
        return f"application/vnd.openxmlformats-officedocument.{office}", Family.DOCUMENT
    if b"mimetypeapplication/vnd.oasis" in head[:120]:
        return "application/vnd.oasis.opendocument", Family.DOCUMENT
    return "application/zip", Family.ARCHIVE


def _archive(head: bytes, _: bytes) -> tuple[str, Family] | None:
    return (_magic(head, _UNKNOWN), Family.ARCHIVE) if head.startswith(_ARCHIVES) else None


def _document(head: bytes, _: bytes) -> tuple[str, Family] | None:
    if b"%PDF-" in head[:1_024]:
        return "application/pdf", Family.DOCUMENT
    return ("application/x-ole-storage", Family.DOCUMENT) if head.startswith(b"\xd0\xcf\x11\xe0") else None


def _rest(head: bytes, _: bytes) -> tuple[str, Family] | None:
    found = _magic(head, _UNKNOWN)
    if found.startswith("image/"):
        return found, Family.IMAGE
    return ("text/plain", Family.TEXT) if _is_text(head) else (found, Family.OTHER)


#: In this order: what could do harm is seen first.
_LOOKS = (_empty, _active, _zipped, _archive, _document, _rest)


def _magic(head: bytes, default: str) -> str:
    try:
        found = str(puremagic.from_string(head, mime=True))
    except Exception:
        return default
    return found.lower() if re.fullmatch(r"[\w.+-]+/[\w.+-]+", found) else default


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    with suppress(UnicodeDecodeError):
        head[: len(head) - 4 if len(head) == _HEAD else None].decode("utf-8")
        return True
    return sum(octet < 9 or 13 < octet < 32 for octet in head) == 0


def _harmless_name(filename: str) -> bool:
    return re.search(r"\.(?:pdf|docx?|xlsx?|odt|jpe?g|png|gif|txt|csv)$", filename, re.I) is not None


def within_limits(sizes: Iterable[int | None]) -> tuple[bool, ...]:
    """For each attachment in order whether it is kept: a size that is unknown or too large, or one too many, is not."""
    kept, total = [], 0
    for size in sizes:
        fits = size is not None and size <= MAX_ATTACHMENT and total + size <= MAX_ATTACHMENTS
        total += size if fits and size is not None else 0
        kept.append(fits)
    return tuple(kept)


_IDENTITY = re.compile(
    r"\b(?:passe?ports?|cni|cnis|carte (?:nationale )?d ?identite|carte nationale|piece d ?identite|"
    r"justificatif d ?identite|"
    r"titre de sejour|permis de conduire|carte vitale|identity card|id card|national id|proof of (?:id|identity)|"
    r"driving licen[cs]e|drivers? licen[cs]e|residence permit|personalausweis|"
    r"ausweis(?:kopie)?|reisepass|fuhrerschein|"
    r"aufenthaltstitel|dni|pasaporte|documento (?:nacional )?de identidad|permiso de conducir|carta d ?identita|"
    r"passaporto|patente di guida|codice fiscale|identiteitskaart|identiteitsbewijs|paspoort|rijbewijs|"
    r"cartao de cidadao|bilhete de identidade|passaporte|carta de conducao|dowod osobisty|paszport|prawo jazdy|"
    r"my id|photo id|id (?:front|back|recto|verso|scan|copy)|(?:scan|copy|copie|recto|verso) (?:of )?(?:my )?id)\b"
)


def identity_document_likely(filename: str, text: str = "") -> bool:
    """Whether the name of an attachment, or the words of the mail about it, speak of an identity document.

    `text`: what the person wrote; counts only where it says that something is attached. Nothing is opened.
    """
    if _IDENTITY.search(_words(re.sub(r"\.\w{1,5}$", "", filename))):
        return True
    said = _words(text[:20_000])
    return any(
        _ATTACHED.search(said[max(0, match.start() - 80) : match.end() + 80]) for match in _IDENTITY.finditer(said)
    )


_ATTACHED = re.compile(
    r"\b(?:ci joint\w*|en piece jointe|en pj|je joins|joint\w* a|"
    r"attach\w*|enclosed|anbei|im anhang|beigefugt|adjunt\w*|"
    r"allegat\w*|allego|in allegato|bijgevoegd|bijlage|em anexo|anexo|w zalaczeniu|zalacz\w*|za[lł][aą]cz\w*)\b"
)


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign if sign.isalnum() else " " for sign in folded if not unicodedata.combining(sign))
    return " ".join(plain.split())


class ScanResult(StrEnum):
    """What the virus scanner said."""

    CLEAN = "clean"
    INFECTED = "infected"


class Scanner:
    """clamd over its socket, by INSTREAM (clamd(8)): the octets are sent, clamd sees no file of ours.

    `address`: the path of a Unix socket, or HOST:PORT. `seconds` limits each wait.
    """

    def __init__(self, address: str, *, seconds: float = 30.0) -> None:
        self._address = address
        self._seconds = seconds

    def scan(self, content: bytes) -> ScanResult:
        """Scan octets. Raises IntakeError when clamd does not answer or refuses: then nothing may be opened."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                for chunk in _chunks(content):
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                answer = self._answer(connection)
        except OSError as error:
            raise IntakeError(
                "the virus scanner does not answer, so nothing is opened. Have the administrator start it, then repeat",
                "l’antivirus ne répond pas, donc rien n’est ouvert. Demandez à l’administrateur de le démarrer, "
                "puis recommencez",
                aside=f"{type(error).__name__}: start clamd",
            ) from error
        if answer.endswith("FOUND"):
            return ScanResult.INFECTED
        if answer == "stream: OK":
            return ScanResult.CLEAN
        raise IntakeError(
            "the virus scanner could not look into it, so it stays closed. Show this to the administrator",
            "l’antivirus n’a pas pu l’examiner, donc il reste fermé. Montrez ceci à l’administrateur",
            aside=answer[:100],
        )

    def _connect(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if host and port.isdigit():
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _answer(connection: socket.socket) -> str:
        octets = b""
        while not octets.endswith(b"\0") and len(octets) < 4_096:
            received = connection.recv(4_096)
            if not received:
                break
            octets += received
        return octets.rstrip(b"\0\n").decode("utf-8", "replace")


def _chunks(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
