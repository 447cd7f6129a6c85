"""Mails full of marked personal data, the kept state of a service that took them, and where a mark is found again."""

import base64
import contextlib
import zlib
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

#: Nothing else in the world contains these.
MARKS = (
    "zyqname", "zyqaddress", "zyqsubject", "zyqbody", "zyqfile", "zyqattached", "zyqmessageid", "zyqreply",
    "zyqpassport", "zyqsales",
)  # fmt: skip
PASSPORT = b"\x89PNG\r\n\x1a\n" + b"zyqpassport" * 2000


def _mail(sender: str, name: str, subject: str, body: str, message_id: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{name} <{sender}>"
    mail["To"] = "info@octoop.com"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 08:12:00 +0100"
    mail["Message-ID"] = message_id
    mail.set_content(body)
    return mail


def request() -> bytes:
    """A request with an identity document that nobody asked for."""
    mail = _mail(
        "zyqaddress@person.example", "Camille Zyqname", "Demande zyqsubject",
        "Bonjour,\n\nJe souhaite exercer mon droit d'accès et recevoir une copie de toutes mes données personnelles "
        "(article 15 du RGPD). Mon dossier est zyqbody.\n\nCamille Zyqname\n", "<zyqmessageid.1@person.example>",
    )  # fmt: skip
    mail.add_attachment(PASSPORT, maintype="image", subtype="png", filename="passeport zyqfile.png")
    mail.add_attachment(b"%PDF-1.4 zyqattached", maintype="application", subtype="pdf", filename="zyqfile.pdf")
    return mail.as_bytes()


def sales() -> bytes:
    """A mail that is no request."""
    return _mail(
        "zyqsales@shop.example", "Zyqsales", "Offre zyqsales",
        "Bonjour, notre base de contacts zyqsales vous ouvre 4 millions de décideurs. Un créneau mardi ?\n",
        "<zyqsales.1@shop.example>",
    ).as_bytes()  # fmt: skip


def broken() -> bytes:
    """Octets that no program likes."""
    return b"From: zyqaddress@person.example\r\nSubject: zyqsubject\r\n\r\nzyqbody \x00\xe9\xe8"


def found(paths: Iterable[Path], marks: Iterable[str] = MARKS) -> list[str]:
    """Where a mark lies in clear, in base64, in hexadecimal or deflated. Each entry names file and mark."""
    hits = []
    for path in paths:
        octets = path.read_bytes()
        low = octets.lower()
        for mark in marks:
            if any(form in (low if form.islower() else octets) for form in _forms(mark)):
                hits.append(f"{path.name}: {mark}")
        hits += [f"{path.name}: {mark} deflated" for mark in marks if mark.encode() in _inflated(octets)]
    return hits


def _forms(mark: str) -> list[bytes]:
    plain = mark.encode()
    aligned = [base64.b64encode(bytes(shift) + plain)[4 * ((shift + 2) // 3) : -4] for shift in range(3)]
    return [plain, plain.hex().encode(), mark.encode("utf-16-le"), *[form for form in aligned if len(form) > 7]]


def _inflated(octets: bytes) -> bytes:
    out, at = b"", octets.find(b"\x78")
    while 0 <= at < len(octets) - 1 and len(out) < 10_000_000:
        if octets[at + 1] in (0x01, 0x5E, 0x9C, 0xDA):
            with contextlib.suppress(zlib.error):
                out += zlib.decompressobj().decompress(octets[at : at + 200_000])
        at = octets.find(b"\x78", at + 1)
    return out.lower()


def files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
