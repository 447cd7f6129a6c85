"""Attachments are typed by what they are, and identity documents are recognised without being opened."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.errors import IntakeError
from intake_bot.mail.content_type import (
    MAX_ATTACHMENT,
    MAX_ATTACHMENTS,
    Family,
    Scanner,
    ScanResult,
    identity_document_likely,
    type_of,
    within_limits,
)
from tests.support.clamd import EICAR, Clamd

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 50
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 50


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "0" * 1_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "family", "content_type"),
    [
        (JPEG, "photo.jpg", Family.IMAGE, "image/jpeg"),
        (PNG, "scan.png", Family.IMAGE, "image/png"),
        (b"%PDF-1.7\n%...", "mandat.pdf", Family.DOCUMENT, "application/pdf"),
        ("Bonjour à tous\n".encode(), "note.txt", Family.TEXT, "text/plain"),
        ("Bonjour à tous\n".encode("latin-1"), "note.txt", Family.TEXT, "text/plain"),
        (packed("a.txt"), "a.zip", Family.ARCHIVE, "application/zip"),
        (packed("[Content_Types].xml", "word/document.xml"), "a.docx", Family.DOCUMENT, ""),
        (b"\x1f\x8b\x08\x00" + b"0" * 50, "a.gz", Family.ARCHIVE, ""),
        (b"MZ\x90\x00" + b"\0" * 60, "setup.exe", Family.ACTIVE, "application/x-executable"),
        (b"<html><script>alert(1)</script></html>", "a.html", Family.ACTIVE, "text/html"),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "a.svg", Family.ACTIVE, "image/svg+xml"),
        (b"", "empty", Family.OTHER, "application/x-empty"),
    ],
)
def test_a_type_is_read_from_the_content(content: bytes, name: str, family: Family, content_type: str) -> None:
    found = type_of(content, name)
    assert found.family is family
    assert not content_type or found.content_type == content_type


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (b"MZ\x90\x00" + b"\0" * 60, "facture.pdf", "application/pdf"),
        (b"<html><body>login</body></html>", "passeport.jpg", "image/jpeg"),
        (packed("x"), "photo.png", "image/png"),
        (b"echo off\r\ndel *", "lisez-moi.pdf.bat", "text/plain"),
        (JPEG, "photo.jpg.exe", "image/jpeg"),
    ],
)
def test_a_disguise_is_seen_and_never_shown(content: bytes, name: str, declared: str) -> None:
    found = type_of(content, name, declared)
    assert found.disguised
    assert not found.may_be_shown


def test_only_images_and_text_may_be_shown() -> None:
    assert type_of(JPEG, "a.jpg", "image/jpeg").may_be_shown
    assert not type_of(b"%PDF-1.7", "a.pdf").may_be_shown
    assert not type_of(b"<svg onload='x'/>", "a").may_be_shown


def test_an_archive_stays_closed_whatever_it_claims_to_hold() -> None:
    bomb = packed(*(f"{number}.zip" for number in range(200)))
    assert type_of(bomb, "bomb.zip").family is Family.ARCHIVE


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_octets_have_a_type(content: bytes, name: str) -> None:
    assert "/" in type_of(content, name).content_type


def test_limits() -> None:
    assert within_limits([1, None, MAX_ATTACHMENT + 1, MAX_ATTACHMENT]) == (True, False, False, True)
    assert within_limits([MAX_ATTACHMENT] * 3) == (True, True, MAX_ATTACHMENTS >= 3 * MAX_ATTACHMENT)
    assert within_limits([]) == ()


@pytest.mark.parametrize(
    "name",
    [
        "Passeport_Jeanne.pdf",
        "CNI-recto.jpg",
        "carte d'identité.png",
        "carte_identite.png".replace("carte_identite", "piece-d-identite"),
        "My ID.jpeg",
        "Personalausweis.pdf",
        "DNI.jpg",
        "carta d'identità.pdf",
        "rijbewijs.png",
        "dowód osobisty.pdf",
        "driving-licence.jpg",
    ],
)
def test_an_identity_document_is_known_by_its_name(name: str) -> None:
    assert identity_document_likely(name)


@pytest.mark.parametrize("name", ["facture.pdf", "image001.png", "capture d'écran.png", "mandat.pdf", "video.mp4", ""])
def test_other_names_are_none(name: str) -> None:
    assert not identity_document_likely(name)


def test_the_words_of_the_mail_count_when_they_say_that_it_is_attached() -> None:
    assert identity_document_likely("IMG_2041.jpg", "Je joins une copie de ma carte d'identité.")
    assert identity_document_likely("scan.pdf", "I have attached a copy of my passport")
    assert not identity_document_likely("scan.pdf", "Faut-il vous envoyer ma carte d'identité ?")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    with Clamd(tmp_path / "clamd.sock") as path:
        yield path


def test_a_scanner_says_clean_or_infected(clamd: str) -> None:
    scanner = Scanner(clamd, seconds=5)
    assert scanner.scan(b"x" * 200_000) is ScanResult.CLEAN
    assert scanner.scan(b"") is ScanResult.CLEAN
    assert scanner.scan(EICAR) is ScanResult.INFECTED
    with pytest.raises(IntakeError, match="size limit"):
        scanner.scan(b"x" * 1_000_001)


def test_a_silent_scanner_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="start clamd"):
        Scanner(str(tmp_path / "none.sock")).scan(b"x")
    with pytest.raises(IntakeError, match="start clamd"):
        Scanner("127.0.0.1:1", seconds=1).scan(b"x")
