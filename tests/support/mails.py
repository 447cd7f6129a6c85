"""Mails as bytes for tests: a letter, a letter with attachments, and a set of odd ones, all made without a clock."""

import random
from collections.abc import Iterator
from email.message import EmailMessage

LETTER = (
    b"From: Jeanne Martin <jeanne@client.example>\r\n"
    b"To: info@example.test\r\n"
    b"Subject: Mes donnees\r\n"
    b"Date: Mon, 23 Nov 2026 08:00:00 +0100\r\n"
    b"Message-ID: <letter@client.example>\r\n"
    b"\r\n"
    b"Bonjour,\r\nje voudrais une copie de mes donnees.\r\n"
)


def letter(number: int, text: str = "Bonjour, je voudrais une copie de mes données.\n", **headers: str) -> EmailMessage:
    """A simple mail with a Message-ID that follows from its number."""
    mail = EmailMessage()
    mail["From"] = f"Personne {number} <p{number}@client.example>"
    mail["To"] = "info@example.test"
    mail["Subject"] = headers.pop("Subject", f"Demande d'accès n° {number}")
    mail["Date"] = "Mon, 23 Nov 2026 08:00:00 +0100"
    mail["Message-ID"] = f"<{number}@client.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def octets(mail: EmailMessage) -> bytes:
    """As a server keeps it, with CRLF line ends."""
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def with_attachment(number: int, size: int = 60_000, name: str = "piece.pdf") -> bytes:
    """A letter with one attachment of `size` octets before encoding."""
    mail = letter(number)
    mail.add_attachment(random.Random(number).randbytes(size), maintype="application", subtype="pdf", filename=name)
    mail.set_boundary(f"=-part-{number}-=")
    return octets(mail)


def _handmade(kind: bytes, parts: list[bytes], *, end: bytes = b"--x1--\r\n", header: bytes = b"") -> bytes:
    head = b"From: a@client.example\r\nSubject: " + kind + b"\r\nMIME-Version: 1.0\r\n" + header
    return head + b'Content-Type: multipart/mixed; boundary="x1"\r\n\r\n' + b"".join(parts) + end


def varied() -> Iterator[tuple[str, bytes]]:
    """Names and mails above the size up to which a mail is fetched whole, each odd in its own way."""
    blob = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n" * 600
    text = b"--x1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nJe m'oppose.\r\n"
    pdf = b'--x1\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + blob
    yield "one attachment", with_attachment(1)
    yield "no extension", with_attachment(2, name="piece")
    yield "name beyond ascii", with_attachment(3, name="pièce d'identité.pdf")

    mail = letter(4)
    mail.add_alternative("<p>Bonjour, <b>effacez</b> tout.</p>", subtype="html")
    html = mail.get_payload()[1]  # type: ignore[index]
    html.add_related(b"\x89PNG" * 20_000, "image", "png", cid="<logo@client.example>")  # type: ignore[union-attr]
    mail.add_attachment(b"PK" * 30_000, maintype="application", subtype="zip", filename="a.zip")
    mail.add_attachment("a;b\n" * 5_000, subtype="csv", filename="a.csv")
    yield "alternative, related and attachments", octets(mail)

    forward = letter(5, "Pour information.\n")
    forward.add_attachment(letter(6))
    forward.add_attachment(b"x" * 60_000, maintype="application", subtype="octet-stream", filename="b.bin")
    yield "attached message", octets(forward)

    yield "long text", octets(letter(7, "Bonjour, voici ma longue histoire.\n" * 2_000))
    scan = letter(8)
    scan.clear_content()
    scan.set_content(b"%PDF" * 20_000, maintype="application", subtype="pdf", filename="scan.pdf")
    yield "no text at all", octets(scan)
    calendar = letter(9)
    calendar.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar")
    calendar.add_attachment(b"y" * 60_000, maintype="image", subtype="jpeg", filename="photo.jpg")
    yield "calendar", octets(calendar)

    tnef = letter(10, "\n")
    tnef.add_attachment(b"\x78\x9f\x3e\x22" * 15_000, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    yield "tnef", octets(tnef)
    smime = b"From: a@client.example\r\nSubject: signed\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; "
    yield (
        "s/mime",
        smime + b"smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + blob,
    )

    yield "without closing boundary", _handmade(b"open", [text, pdf], end=b"")
    yield "preamble and epilogue", _handmade(b"around", [b"This is MIME.\r\n", text, pdf], end=b"--x1--\r\nafter\r\n")
    yield "part without header", _handmade(b"bare", [b"--x1\r\n\r\nSans en-tete.\r\n", pdf])
    yield "part header without blank line", _handmade(b"blank", [text, b"--x1\r\nContent-Type: text/plain\r\n", pdf])
    yield "two content types", _handmade(b"two", [text, pdf], header=b"Content-Type: text/plain\r\n")
    yield "broken header line", _handmade(b"broken", [text, pdf], header=b"this is no header\r\n")
    yield "invalid content type", _handmade(b"type", [text, b"--x1\r\nContent-Type: pdf\r\n\r\n" + blob])
    yield "bare carriage returns", _handmade(b"cr", [text.replace(b".\r\n", b".\rfin\r\n"), pdf])
    yield "nul octets", _handmade(b"nul", [text.replace(b"Je", b"J\0e"), pdf])
    yield "unknown charset", _handmade(b"charset", [text.replace(b"utf-8", b"x-unheard-of"), pdf])
    yield "latin-1 in headers", _handmade(b"Donn\xe9es", [text, pdf.replace(b"a.pdf", b"pi\xe8ce.pdf")])
    nested = b'--x1\r\nContent-Type: multipart/alternative; boundary="x1y"\r\n\r\n--x1y\r\n\r\nDedans.\r\n--x1y--\r\n'
    yield "boundary that begins another", _handmade(b"prefix", [nested, pdf])
    yield "boundary inside the text", _handmade(b"quoted", [text + b"il disait --x1 je crois\r\n", pdf])
    yield "text after the attachment", _handmade(b"order", [pdf, text])
    yield (
        "text as attachment",
        _handmade(b"txt", [text, b"--x1\r\nContent-Disposition: attachment; filename=n.txt\r\n\r\nnote\r\n", pdf]),
    )
    yield "many parts", _handmade(b"many", [text] + [pdf[:400] + b"\r\n"] * 190)
    yield "too many parts", _handmade(b"more", [text] + [pdf[:300] + b"\r\n"] * 1_000)
    report = (
        b"--x1\r\n\r\nYour message could not be delivered.\r\n--x1\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@client.example\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n--x1\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@example.test>\r\n"
    )
    yield (
        "delivery report",
        _handmade(b"bounce", [report, pdf]).replace(
            b"multipart/mixed;", b"multipart/report; report-type=delivery-status;"
        ),
    )
    deep = b""
    for level in range(60):
        deep += b"--l%d\r\nContent-Type: multipart/mixed; boundary=l%d\r\n\r\n" % (level, level + 1)
    yield (
        "deeply nested",
        _handmade(b"deep", [text, b"--x1\r\nContent-Type: multipart/mixed; boundary=l0\r\n\r\n", deep, blob]),
    )
