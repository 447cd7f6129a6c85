"""Letters: templates in, frozen bytes out. The same bytes and Message-ID serve every resend.

A template is plain text: the first line is the subject, the rest the body. The HTML part is made from the same text,
so that whoever edits a letter edits one file.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import escape

from intake_bot.cases import wording
from intake_bot.errors import IntakeError, UnusableAddress

#: Marks our own letters for those who read them: our next intake, other robots (RFC 3834 has no standard field).
OWN_HEADER = "X-Intake-Letter"

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP
_WIRE = compat32.clone(linesep="\r\n")

#: Letters to the desk; every other kind goes to a person.
DESK_KINDS = frozenset(
    {"dpo_notification", "digest", "alarm", "escalation", "desk_reply", "colleague_question", "sign_in_link"}
)


@dataclass(frozen=True, slots=True)
class Controller:
    """The controller as letters name it (GDPR art. 13(1)(a)-(b), 77)."""

    id: str
    name: str
    trade_name: str
    address: str
    dpo_name: str
    dpo_contact: str
    authority_name: str
    authority_url: str
    authority_address: str
    notice_url: str
    zone: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as text: one subject line and a body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """A letter ready for the outbox. `raw` never changes after this."""

    kind: str
    lang: str
    audience: str  # person | desk
    mailbox: str
    recipient: str
    message_id: str
    raw: bytes
    case_id: str | None = None
    ordinal: int = 1
    dedupe: str = ""  # "" = CASE:KIND:ORDINAL
    legal_effect: bool = False
    thread_kind: str = "sent"  # what a reply to it means: sent -> the case, desk -> the desk
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachment: str = ""  # the document that it carries, put in when it leaves


class Letters:
    """Renders the templates of one folder, sandboxed and strict: an unknown name is an error, not a blank."""

    def __init__(self, folder: Path) -> None:
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(folder / "letters"),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters["date"] = wording.format_date
        self._environment.filters["period"] = wording.format_period
        self._environment.filters["right"] = wording.right_name
        self._environment.filters["listed"] = wording.listed

    def kinds(self, lang: str) -> list[str]:
        """The kinds for which the folder holds a template in this language."""
        suffix = ".txt.j2"
        return sorted(
            name.split("/")[1].removesuffix(suffix)
            for name in self._environment.list_templates()
            if name.startswith(f"{lang}/") and name.endswith(suffix)
        )

    def render(self, kind: str, lang: str, context: Mapping[str, Any]) -> Rendered:
        """One letter in French or English. Raises IntakeError naming the template and what is wrong with it."""
        name = f"{lang}/{kind}.txt.j2"
        try:
            text = self._environment.get_template(name).render(**context, lang=lang)
        except TemplateNotFound as error:
            raise IntakeError(f"the template letters/{name} is missing") from error
        except Exception as error:
            raise IntakeError(f"the template letters/{name} cannot be rendered: {error}") from error
        subject, _, body = text.strip().partition("\n")
        return Rendered(" ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n")

    def render_for(self, kind: str, lang: str, context: Mapping[str, Any]) -> tuple[str, Rendered]:
        """The letter in the person's language; bilingual French-English where we have no letter in it."""
        if lang in wording.LANGUAGES:
            return lang, self.render(kind, lang, context)
        french, english = (self.render(kind, code, context) for code in wording.LANGUAGES)
        body = f"{french.body}\n{'* ' * 12}\n\n(English version)\n\n{english.body}"
        subject = french.subject.replace(", réf.", f" / {english.subject.split(',')[0]}, réf.")
        return "fr-en", Rendered(subject, body)


#: French puts a blank before these signs and inside quotation marks, at which no line may break.
_UNBROKEN = re.compile(r" (?=[:;!?»])|(?<=«) ")


def html_body(text: str) -> str:
    """The text as simple HTML: paragraphs and lists, everything escaped, no style beyond the font.

    A line that is an address of the web and nothing else can be followed; none within a sentence can.
    """
    text = _UNBROKEN.sub("\u00a0", text)
    blocks = []
    for block in re.split(r"\n{2,}", text.strip()):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{escape(line[2:])}</li>" for line in lines)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.append("<p>" + "<br>".join(_html_line(line) for line in lines) + "</p>")
    inner = "\n".join(blocks)
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;max-width:42em">\n{inner}\n</body></html>\n'
    )


def _html_line(line: str) -> str:
    shown = str(escape(line))
    return f'<a href="{shown}">{shown}</a>' if re.fullmatch(r"https?://[!-~]+", line) else shown


def new_token() -> str:
    """An unguessable token for a Message-ID or a reply address: 128 random bits in hexadecimal."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything of a letter but its words."""

    sender_name: str
    sender: str
    recipient: str
    message_id: str
    date: datetime
    kind: str
    automatic: str  # the value of Auto-Submitted (RFC 3834 5): auto-replied | auto-generated | no
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def compose(rendered: Rendered, envelope: Envelope) -> bytes:
    """The letter as octets (RFC 5322), text with an HTML alternative. Raises UnusableAddress."""
    message = MIMEMultipart("alternative")
    message["Subject"] = Header(" ".join(rendered.subject.split()), "utf-8", header_name="Subject").encode()
    message["From"] = _address(envelope.sender_name, envelope.sender)
    message["To"] = _address("", envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = _address(envelope.sender_name, envelope.reply_to)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    if _is_id(envelope.in_reply_to):
        message["In-Reply-To"] = envelope.in_reply_to
    references = [item for item in envelope.references if _is_id(item)][-12:]
    if references:
        message["References"] = "\n ".join(references)
    if envelope.automatic != "no":
        message["Auto-Submitted"] = envelope.automatic
        message["X-Auto-Response-Suppress"] = "All"
    message[OWN_HEADER] = envelope.kind
    message.attach(_part(rendered.body, "plain"))
    message.attach(_part(html_body(rendered.body), "html"))
    return message.as_bytes(policy=_WIRE)


def enclosing(raw: bytes, filename: str, content: bytes) -> bytes:
    """A letter with a ZIP archive attached (RFC 2046 5.1.3). The same letter and archive give the same octets.

    `filename` in ASCII.
    """
    header, _, body = raw.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", header)
    own = [item for item in fields if item.lower().startswith((b"content-", b"mime-version"))]
    inner = [item for item in own if not item.lower().startswith(b"mime-version")]
    boundary = b"=_" + hashlib.sha256(raw).hexdigest()[:40].encode()
    name = filename.encode("ascii")
    mixed = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"'
    lines = [
        *(item for item in fields if item not in own), b"MIME-Version: 1.0", mixed, b"",
        b"--" + boundary, *inner, b"", body.removesuffix(b"\r\n"),
        b"--" + boundary, b'Content-Type: application/zip; name="' + name + b'"',
        b'Content-Disposition: attachment; filename="' + name + b'"', b"Content-Transfer-Encoding: base64", b"",
        base64.encodebytes(content).replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
        b"--" + boundary + b"--", b"",
    ]  # fmt: skip
    return b"\r\n".join(lines)


def _part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text, _UTF8)
    return part


def _address(name: str, address: str) -> str:
    """A header value. Raises UnusableAddress for what no letter can go to, a local part outside ASCII included.

    "%" and "!" in a local part route a letter on to a third address (RFC 1123 5.2.16), a leading "-" is an option.
    """
    local, _, domain = address.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    plain = all(33 <= ord(sign) <= 126 and sign not in '<>()[]:;,\\"@%!' for sign in local) and local[:1] != "-"
    if not local or not host or not plain or len(address) > 254 or any(sign.isspace() for sign in host):
        raise UnusableAddress
    shown = Header(name, "utf-8").encode() if name and not name.isascii() else name
    return f"{shown} <{local}@{host}>" if shown else f"{local}@{host}"


def _is_id(value: str) -> bool:
    """Whether a foreign Message-ID is safe to repeat in a header: one token in angle brackets, no white space."""
    return len(value) <= 250 and re.fullmatch(r"<[!-;=?-~]+>", value) is not None
