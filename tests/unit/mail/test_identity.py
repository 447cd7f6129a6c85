"""The same mail keeps its identity however it is delivered; another mail never takes it over."""

import base64
import quopri

import pytest

from intake_bot.mail.identity import content_identity
from tests.unit.mail.test_message import MAILS, mail, read

KEY = b"k" * 32
HEAD = (
    b"From: Anna <anna@example.org>\r\nDate: Tue, 10 Nov 2026 10:00:00 +0100\r\n"
    b"Subject: Demande\r\nMIME-Version: 1.0\r\n"
)
TEXT = "Je demande l'accès à mes données.\r\nAnna\r\n".encode()


def identity(raw: bytes) -> bytes:
    return content_identity(read(raw), KEY)


def mime(encoding: str, body: bytes) -> bytes:
    return (
        HEAD
        + f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
    )


PLAIN = mime("8bit", TEXT)


@pytest.mark.parametrize(
    "again",
    [
        PLAIN.replace(b"\r\n", b"\n"),
        b"Delivered-To: info@octoop.test\r\nReceived: by x; Tue, 10 Nov 2026 12:00:00 +0000\r\n" + PLAIN,
        mime("base64", base64.encodebytes(TEXT)),
        mime("quoted-printable", quopri.encodestring(TEXT)),
        PLAIN.replace(b"Subject: Demande", b"Subject: =?utf-8?q?Demande?="),
        PLAIN.replace(b"10:00:00 +0100", b"09:00:00 +0000"),
        PLAIN.replace(b"Anna <anna", b'"Anna N." <ANNA'),
        PLAIN + b"\r\n\r\n",
    ],
)
def test_redelivery_keeps_the_identity(again: bytes) -> None:
    assert identity(again) == identity(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.replace(b"Anna <anna", b"Anna <eve"),
        PLAIN.replace(b"10:00:00", b"10:00:01"),
        PLAIN.replace(b"Subject: Demande", b"Subject: Autre"),
        PLAIN.replace(b"acc", b"l'effacement et l'acc"),
    ],
)
def test_another_mail_has_another_identity(other: bytes) -> None:
    assert identity(other) != identity(PLAIN)


def test_message_id_alone_decides_nothing() -> None:
    same_id = b"Message-ID: <1@example.org>\r\n"
    assert identity(same_id + PLAIN) == identity(PLAIN)
    assert identity(same_id + PLAIN) != identity(same_id + PLAIN.replace(b"Demande", b"Autre"))


def test_key_matters_and_length_is_fixed() -> None:
    message = read(PLAIN)
    assert content_identity(message, KEY) != content_identity(message, b"x" * 32)
    assert len(content_identity(message, KEY)) == 32


def test_fixtures_are_told_apart() -> None:
    names = [path.stem for path in MAILS.glob("*.eml")]
    same = {"smime-detached-signed", "received-late-internaldate"}  # the words of smime-opaque-signed, and a lone "x"
    values = {content_identity(mail(name), KEY) for name in names if name not in same}
    encrypted = 2  # three encrypted mails of one From, Date and Subject hold no word that could tell them apart
    assert len(values) >= len(names) - len(same) - encrypted


def test_empty_mails_differ_by_message_id() -> None:
    assert identity(b"Message-ID: <1@x>\n\n") != identity(b"Message-ID: <2@x>\n\n")
