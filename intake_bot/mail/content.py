"""What a mail says: one text out of its MIME parts, its attachments, and why nothing could be read if so."""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake_bot.mail.charset import clean, decode, decode_header, html_charset
from intake_bot.mail.html import html_to_text, rough_length, tidy
from intake_bot.mail.icalendar import calendar_text
from intake_bot.mail.inbound import Attachment
from intake_bot.mail.mime import Part, read_mime
from intake_bot.mail.signature import strip_signature
from intake_bot.mail.skeleton import decoded_size, encoded_octets
from intake_bot.mail.smime import signed_content
from intake_bot.mail.structure import NO_PROSE
from intake_bot.mail.tnef import read_tnef

MAX_PART_OCTETS = 600_000  # of one text part that is read
MAX_TEXT = 200_000  # characters of the whole text
MAX_FORWARDS = 20
_MAX_STUB = 300  # characters of a plain text that may only say "your program does not show HTML"
_MAX_OPENED = 5  # signatures, TNEF streams and attached files that are looked into

_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_REPORT_PARTS = frozenset({"text/rfc822-headers", "message/global-headers"})
_PROSE = frozenset({"text/plain", "text/html", "text/enriched", "text/calendar", "text/richtext"})
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[!-`][ -`]{0,80}\n){1,40000})(?:[` ]?\n)?end[ \t]*$", re.M
)
_WORD = re.compile(r"[^\W_]+")
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.M)
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff<>:"|?*]')


@dataclass(slots=True)
class Content:
    """What the walk over the parts found. `messages` are the roots of attached mails."""

    texts: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    pictures: bool = False  # an HTML part without a word
    unreadable: str = ""
    defects: list[str] = field(default_factory=list)
    text: str = ""  # of all parts, once the walk is over

    def joined(self) -> str:
        """The texts of the parts one after the other; where there is none, what the calendars say."""
        text = tidy("\n\n".join(text for text in self.texts if text.strip()))
        if not text:
            text = "\n\n".join(self.calendars)
        return text[:MAX_TEXT]


def read_content(root: Part, sizes: Mapping[str, int]) -> Content:
    """Walk the parts of a mail. `sizes`: encoded octets of the parts left out by a partial read. Never raises."""
    content = Content()
    _Walk(content, sizes).visit(root)
    content.text = content.joined()
    if sum(map(len, content.texts)) > MAX_TEXT:
        content.defects.append("text longer than what is read")
    if not content.unreadable and _PGP.search(content.text):
        content.unreadable = "encrypted"
    if not content.unreadable and not content.messages and _says_nothing(content):
        content.unreadable = "no-text"
    return content


def _says_nothing(content: Content) -> bool:
    """Whether what the mail says lies in its attachments or pictures: a scanned letter under a phone's signature."""
    text = content.text.strip()
    if not text:
        return bool(content.attachments) or content.pictures
    return bool(content.attachments) and len(text) < 2_000 and not strip_signature(text, below=True).text


@dataclass(slots=True)
class _Walk:
    content: Content
    sizes: Mapping[str, int]
    opened: int = 0

    def visit(self, root: Part) -> None:
        stack = [root]
        while stack:
            part = stack.pop()
            if part.children and part.maintype == "multipart":
                stack.extend(reversed(self._children(part)))
            elif part.children:
                self._message(part)
            else:
                stack.extend(reversed(self._leaf(part)))

    def _children(self, part: Part) -> list[Part]:
        """The parts of a multipart that are looked at."""
        if part.content_type == "multipart/encrypted":
            self.content.unreadable = "encrypted"
            return []
        if part.content_type == "multipart/alternative":
            return self._alternative(part)
        return part.children

    def _alternative(self, part: Part) -> list[Part]:
        """RFC 2046 5.1.4: the plain text, unless the HTML says much more or other things; and what is no twin of it."""
        leaves = [leaf for leaf in part.walk() if not leaf.children]
        plain = [leaf for leaf in leaves if leaf.content_type == "text/plain" and leaf.disposition != "attachment"]
        html = [leaf for leaf in leaves if leaf.content_type == "text/html" and leaf.disposition != "attachment"]
        if plain and html:
            text = "\n".join(_decoded(leaf)[0].strip() for leaf in plain).strip()
            markup = [_decoded(leaf)[0] for leaf in html]
            drop = plain if html_speaks(text, markup) else html
            others = [leaf for leaf in leaves if leaf not in drop]
            return [leaf for leaf in others if leaf.content_type not in ("text/x-amp-html", "text/watch-html")]
        return part.children

    def _message(self, part: Part) -> None:
        if part.content_type not in _REPORT_PARTS and len(self.content.messages) < MAX_FORWARDS:
            self.content.messages.append(part.children[0])
        for leaf in part.children[0].walk():
            if not leaf.children and leaf.maintype not in ("text", "multipart", "message"):
                self._attach(leaf)

    def _leaf(self, part: Part) -> list[Part]:
        """Take in a leaf; the parts found inside it are returned."""
        kind = part.content_type
        if part.maintype == "text" and part.disposition != "attachment" and self._read_text(part):
            if part.filename:
                self._attach(part)
            return []
        if kind in _SMIME_TYPES and part.parameters.get("smime-type", "").lower() != "certs-only":
            return self._smime(part)
        if part.filename.lower().endswith(".eml") and self.opened < _MAX_OPENED:
            self._file(part)
        elif kind in _TNEF_TYPES or part.filename.lower() == "winmail.dat":
            self._tnef(part)
        elif part.maintype == "message" and kind.partition("/")[2] in (
            "delivery-status",
            "disposition-notification",
            "feedback-report",
            "global-delivery-status",
        ):
            return []
        elif kind not in _SIGNATURES:
            self._attach(part)
        return []

    def _read_text(self, part: Part) -> bool:
        kind = part.content_type
        if kind in _REPORT_PARTS or kind in ("text/x-amp-html", "text/watch-html"):
            return True
        if kind in NO_PROSE or (part.filename and kind not in _PROSE):
            return False
        text, defect = _decoded(part)
        if defect:
            self.content.defects.append(defect)
        if kind == "text/calendar":
            self.content.calendars.append(calendar_text(clean(text)))
        elif kind not in ("text/html", "text/enriched", "text/richtext"):
            self.content.texts.append(self._without_files(_plain(part, clean(text)), part.section))
        else:
            words = clean(html_to_text(text))
            self.content.texts.append(words)
            self.content.pictures |= not words.strip() and "<img" in text.lower()
        return True

    def _without_files(self, text: str, section: str) -> str:
        """The text without the uuencoded files in it: attachments of an age before MIME, no words of anybody."""
        if "\nend" not in text:
            return text
        for match in _UUENCODED.finditer(text):
            name = safe_name(match[1], section, "application/octet-stream")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.content.attachments.append(Attachment(name, kind, len(match[2]) * 45 // 62, section))
        return _UUENCODED.sub("", text)

    def _smime(self, part: Part) -> list[Part]:
        inner = signed_content(part.payload()) if self.opened < _MAX_OPENED else None
        if inner is None:
            kind = part.parameters.get("smime-type", "").lower()
            self.content.unreadable = "signed" if kind == "signed-data" else "encrypted"
            return []
        self.opened += 1
        root, defects = read_mime(inner)
        self.content.defects += defects
        for leaf in root.walk():
            leaf.section = part.section
        return [root]

    def _file(self, part: Part) -> None:
        """A mail attached as a file: Outlook and webmailers give it a general type."""
        self.opened += 1
        root, _ = read_mime(part.payload())
        self.content.messages.append(root)
        self._attach(part)

    def _tnef(self, part: Part) -> None:
        stream = read_tnef(part.payload()) if self.opened < _MAX_OPENED else None
        self.opened += 1
        if stream is None:
            self._attach(part)
            self.content.unreadable = self.content.unreadable or "tnef"
            return
        if not stream.text.strip() and not stream.attachments:
            self._attach(part)  # it may hold what this program does not read: alone, it is a mail without text
        self.content.texts.append(stream.text)
        for name, size in stream.attachments[:100]:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.content.attachments.append(Attachment(safe_name(name, part.section, kind), kind, size, part.section))

    def _attach(self, part: Part) -> None:
        octets = self.sizes.get(part.section)
        size = decoded_size(encoded_octets(part) if octets is None else octets, part.encoding)
        name = safe_name(part.filename, part.section, part.content_type)
        self.content.attachments.append(Attachment(name, part.content_type, size, part.section))


def _decoded(part: Part) -> tuple[str, str]:
    octets = part.payload(MAX_PART_OCTETS)
    charset = part.parameters.get("charset", "")
    if not charset and part.content_type == "text/html":
        charset = html_charset(octets)
    return decode(octets, charset)


def html_speaks(text: str, markup: list[str]) -> bool:
    """Whether HTML is read in the place of the plain text beside it, which says nothing, far less, or other things."""
    more = sum(map(rough_length, markup)) > 3 * len(text) + 300
    return not text or more or (len(text) < _MAX_STUB and _is_stub(text, markup))


def _is_stub(text: str, markup: list[str]) -> bool:
    """Whether most words of the HTML are not in the text beside it, which is then no twin: "please turn HTML on"."""
    words = _WORD.findall(clean("\n".join(map(html_to_text, markup))).casefold())
    known = set(_WORD.findall(clean(text).casefold()))
    return sum(word not in known for word in words) > len(words) / 2


def _plain(part: Part, text: str) -> str:
    if part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return text


def unflow(text: str, *, delsp: bool = False) -> str:
    """Undo format=flowed (RFC 3676): join the soft line breaks of each quote depth, undo space-stuffing."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        body = line.lstrip(">")
        depth = len(line) - len(body)
        body = body[1:] if body.startswith(" ") else body
        soft = body.endswith(" ") and body != "-- "
        if open_depth != depth or body == "-- ":
            out.append(f"\n{'>' * depth}{' ' if depth else ''}")
        out.append(body[:-1] if soft and delsp else body)
        open_depth = depth if soft else -1
    return "".join(out)[1:]


def safe_name(name: str, section: str, content_type: str) -> str:
    """A file name that is safe to show and to store: no path, no control or direction marks, at most 120 characters."""
    decoded = decode_header(name[:2_000]) if name else ""
    decoded = decoded.replace("\\", "/").rpartition("/")[2]
    decoded = _UNSAFE.sub("", decoded).strip(" .")
    if not decoded:
        extension = mimetypes.guess_extension(content_type) or ".bin"
        return f"part-{section or '1'}{extension}"
    if len(decoded) > 120:
        stem, dot, extension = decoded.rpartition(".")
        keep = extension if dot and len(extension) <= 10 else ""
        decoded = f"{(stem if keep else decoded)[: 119 - len(keep)]}{'.' + keep if keep else ''}"
    return decoded
