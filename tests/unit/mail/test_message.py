"""Any octets become an InboundMessage; the fixtures in tests/mails are named for what is odd in them."""

import base64
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake_bot.mail.inbound import InboundMessage, Mailbox, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mail.skeleton import skeleton

MAILS = Path(__file__).parents[2] / "mails"
POSITION = Position("default", "INBOX", 1, 1)
NOW = datetime(2026, 11, 10, 9, 0, 5, tzinfo=UTC)


def read(raw: bytes, *, internal_date: datetime | None = NOW, trusted_hops: tuple[str, ...] = ()) -> InboundMessage:
    return parse(Fetched(POSITION, raw, internal_date, len(raw)), trusted_hops=trusted_hops)


def mail(name: str) -> InboundMessage:
    return read((MAILS / f"{name}.eml").read_bytes())


TEXTS = [
    ("plain-utf8-8bit", "Bonjour,\n\nje demande une copie de mes données (art. 15).\n\nAnna Noël"),
    ("html-only-with-hidden-preheader", "Bonjour,\n\nje demande une copie de mes données.\nAnna"),
    ("charset-unknown", "Bonjour, mes données"),
    ("charset-declared-ascii-is-cp1252", "L’accès à mes données coûte 5 €"),
    ("charset-iso-2022-jp", "個人情報の開示"),
    ("header-without-blank-line", "Bonjour je veux mes données\nmerci"),
    ("header-none", "Je veux accéder à mes données"),
    ("flowed-delsp", "Je demande une copie de mes données.\n> citéencore\n-- \nAnna"),
    ("tnef-winmail-dat", "Je demande l'accès à mes données."),
    ("calendar-only", "Rendez-vous\nJe souhaite, lors de ce point\nparler de mes données."),
    ("smime-opaque-signed", "Je demande la portabilité."),
    ("smime-detached-signed", "Je demande la portabilité."),
    ("from-three-thousand-parentheses", "Je demande mes données"),
    ("nul-octets", "mes données"),
    ("boundary-never-occurs", "Je demande mes données"),
    ("line-ends-bare-cr", "Bonjour\nmerci"),
    ("forwarded-rfc822", "Pour suite à donner."),
]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_text_is_read(name: str, text: str) -> None:
    message = mail(name)
    assert message.text.strip() == text
    assert message.unreadable == ""


def test_html_says_more_than_its_text_twin() -> None:
    assert "effacement" in mail("alternative-text-is-a-stub").text


ALTERNATIVES = (
    "From: a@b.fr\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
    "%s\n--b\nContent-Type: text/html; charset=utf-8\n\n%s\n--b--\n"
)
STUB = "Votre logiciel de messagerie ne prend pas en charge les messages au format HTML."
REQUEST = "Bonjour, merci de supprimer toutes mes données personnelles. Anna"


@pytest.mark.parametrize(
    ("text", "html", "read_text"),
    [
        (STUB, f"<p>{REQUEST}</p>", REQUEST),
        (REQUEST, f"<p>{REQUEST.replace('toutes', '<b>toutes</b>')}</p><p>Envoyé par X</p>", REQUEST),
        (REQUEST, "<p>&nbsp;</p><img src=logo.png>", REQUEST),
    ],
)
def test_a_stub_is_no_twin_of_the_html(text: str, html: str, read_text: str) -> None:
    assert read((ALTERNATIVES % (text, html)).encode()).new_text == read_text


def test_html_is_read_in_the_charset_that_it_names() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"><p>Żądam usunięcia</p>'
    raw = b"From: a@b.pl\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n" + page.encode("iso-8859-2")
    assert read(raw).new_text == "Żądam usunięcia"


BASE64 = b"From: a@b.fr\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: %b\n\n%b"
FOOTER = b"_____________\nThis e-mail was scanned by an antivirus.\nhttps://antivirus.example\n"


@pytest.mark.parametrize("text", ["déjà demandé", "déjà demandé.", "déjà demandé.."])
def test_words_below_base64_do_not_spoil_it(text: str) -> None:
    """With two, one and no "=" at the end."""
    encoded = base64.encodebytes(text.encode())
    assert read(BASE64 % (b"base64", encoded + b"\n" + FOOTER)).new_text == text
    assert read(BASE64 % (b"base64", encoded + base64.encodebytes("\n\nété".encode()))).new_text == f"{text}\n\nété"


@pytest.mark.parametrize("name", [b"base64;", b'"base64"', b"Base64 (x)", b" BASE64 "])
def test_transfer_encoding_is_the_first_word(name: bytes) -> None:
    assert read(BASE64 % (name, base64.encodebytes(b"Effacez tout."))).new_text == "Effacez tout."


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pgp-encrypted-mime", "encrypted"),
        ("pgp-encrypted-inline", "encrypted"),
        ("smime-encrypted", "encrypted"),
        ("tnef-broken", "tnef"),
        ("attachment-only", "no-text"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, reason: str) -> None:
    assert mail(name).unreadable == reason


@pytest.mark.parametrize(("depth", "reason"), [(5, ""), (1_000, "too-deep")])
def test_what_lies_deeper_than_is_read_goes_to_a_person(depth: int, reason: str) -> None:
    """Unread is not "no request": a request may stand in the part that was not reached."""
    opened = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (at, at + 1) for at in range(depth))
    raw = b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b0\n\n%b--b%d\n\nmes donnees\n" % (opened, depth)
    assert read(raw).unreadable == reason


PARTS = (
    b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\n%s\n--b\nContent-Type: application/pdf\n\nx\n--b--\n"
)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: a@b.fr\nSubject: Supprimez mon compte\n\n", ""),  # the subject says it all
        (PARTS % b"\nci-joint ma demande", ""),
        (PARTS % b"\nSent from my iPhone", "no-text"),
        (PARTS % b"Content-Type: text/html\n\n<div>&nbsp;</div>", "no-text"),
        (b"From: a@b.fr\nContent-Type: text/html\n\n<img src='https://x.example/letter.png'>", "no-text"),
    ],
)
def test_letters_that_are_only_attached_go_to_a_person(raw: bytes, reason: str) -> None:
    assert read(raw).unreadable == reason


def test_what_breaks_the_reader_is_shown_not_lost() -> None:
    raw = (MAILS / "attachment-only.eml").read_bytes()
    message = parse(Fetched(POSITION, raw, NOW, len(raw), sizes=cast("dict[str, int]", None)))
    assert message.unreadable == "broken"
    assert message.received_at == NOW
    assert "Demande" in message.text


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_every_fixture_is_read_alike_whole_and_in_part(path: Path) -> None:
    raw = path.read_bytes()
    partial, sizes = skeleton(raw)
    whole = read(raw)
    assert whole.unreadable != "broken"
    assert parse(Fetched(POSITION, partial, NOW, len(raw), partial=True, sizes=sizes)) == whole


def test_header_of_a_plain_mail() -> None:
    message = mail("plain-utf8-8bit")
    assert message.senders == (Mailbox("anna@example.org", "Anna Noël"),)
    assert message.to == (Mailbox("info@octoop.test"),)
    assert message.return_path == "anna@example.org"
    assert message.message_id == "<n1@example.org>"
    assert message.claimed_date == datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    assert message.subject == "Demande"
    assert message.defects == ()


def test_raw_latin1_header_keeps_its_letters() -> None:
    message = mail("header-raw-latin1")
    assert message.subject == "Données personnelles"
    assert message.sender == Mailbox("anna@example.org", "Anna Noël")


def test_encoded_words_cut_inside_a_character_are_joined_on_one_line() -> None:
    assert mail("header-subject-folded-encoded-split").subject == "Demande d'accès à mes données (suite)"


def test_repeated_headers_are_kept_and_named() -> None:
    message = mail("header-repeated")
    assert message.header_all("subject") == ("un", "deux")
    assert [sender.address for sender in message.senders] == ["anna@example.org", "other@example.com"]
    assert {"repeated from", "repeated subject", "repeated message-id"} <= set(message.defects)


def test_attachment_name_is_safe_and_sized() -> None:
    [attachment] = mail("attachment-name-climbs-and-turns").attachments
    assert attachment.filename == "passwdfdp.exe"
    [letter] = mail("attachment-only").attachments
    assert (letter.filename, letter.content_type, letter.section) == ("lettre signée.pdf", "application/pdf", "1")
    assert letter.size is not None
    assert abs(letter.size - 609) <= 3


def test_attached_mail_is_forwarded_and_its_text_is_not_the_senders() -> None:
    message = mail("forwarded-rfc822")
    [forwarded] = message.forwarded
    assert forwarded.sender == Mailbox("paul@example.net", "Paul")
    assert (forwarded.text, forwarded.subject, forwarded.inline) == ("Effacez mes données.", "Effacement", False)
    assert forwarded.date == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert message.new_text == "Pour suite à donner."
    assert [(item.filename, item.section) for item in message.attachments] == [("id.png", "2.2")]


def test_inline_forward_names_its_sender_and_date() -> None:
    message = mail("forwarded-inline-gmail-fr")
    [forwarded] = message.forwarded
    assert forwarded.sender == Mailbox("paul@example.net", "Paul Petit")
    assert forwarded.date == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert (forwarded.subject, forwarded.text, forwarded.inline) == ("Effacement", "Effacez mes données.", True)
    assert message.new_text == "Pour toi."


RECEIVED = b"Received: from a by %s with ESMTP; Tue, 10 Nov 2026 %s +0000\r\n"


@pytest.mark.parametrize(
    ("hops", "trusted", "internal", "expected", "disagrees"),
    [
        ([(b"mx.octoop.test", b"08:00:00")], (), "08:00:05", "08:00:00", False),
        ([(b"mx.octoop.test", b"08:00:00")], (), "09:30:00", "08:00:00", True),
        ([(b"mx.octoop.test", b"08:00:00"), (b"liar.example", b"01:00:00")], (), "08:00:05", "08:00:00", False),
        (
            [(b"in.octoop.test", b"08:10:00"), (b"MX.octoop.test", b"08:00:00"), (b"liar.example", b"01:00:00")],
            ("in.octoop.test", "mx.octoop.test"),
            "08:11:00",
            "08:00:00",
            False,
        ),
        ([(b"liar.example", b"01:00:00")], ("mx.octoop.test",), "08:11:00", "08:11:00", False),
        ([(b"mx.octoop.test", b"08:00:00")], (), None, "08:00:00", False),
        ([], (), "08:00:00", "08:00:00", False),
        ([(b"mx.octoop.test", b"99:00:00")], (), "08:00:00", "08:00:00", False),
    ],
)
def test_receipt_is_the_earliest_trusted_witness(
    hops: list[tuple[bytes, bytes]], trusted: tuple[str, ...], internal: str | None, expected: str, disagrees: bool
) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-10T{clock}+00:00")

    raw = b"".join(RECEIVED % hop for hop in hops) + b"From: a@b.fr\r\n\r\nx"
    message = read(raw, internal_date=at(internal) if internal else None, trusted_hops=trusted)
    assert message.received_at == at(expected)
    assert message.receipt_disagrees is disagrees


def test_receipt_without_any_witness_is_now_and_a_defect() -> None:
    message = read(b"From: a@b.fr\n\nx", internal_date=None)
    assert "no date of receipt" in message.defects
    assert abs(message.received_at - datetime.now(UTC)) < timedelta(minutes=1)


# -- any octets ------------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        b"From: a@b.fr",
        b"From: (((",
        b"Subject: =?utf-8?q?=41?=",
        b"Content-Type: multipart/mixed; boundary=b",
        b'Content-Type: multipart/alternative; boundary="b"',
        b"Content-Type: text/html",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/plain; charset=utf-16; format=flowed",
        b'Content-Type: application/pdf; name="\xff"',
        b"Content-Type: text/plain; name*0*=x''%ff; name*99999999999999999999=a",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Disposition: attachment; filename*=bad'%",
        b"--b",
        b"--b--",
        b"",
        b"",
        b" folded",
        b"\xff\xfe",
        b"\0",
        b"YQ==",
        b"a<![if !mso]>b<![endif]><!-- <style></style",
        b"<p hidden>x</p><blockquote type=cite>",
        b"> De : x",
        b"De : x <a@b.fr>",
        b"Objet : y",
        b"Date: Tue, 99 Foo 0000",
        b"Received: by x; Tue, 10 Nov 2026 10:00:00 +0100",
        b"References: <a> <b",
        b"Content-Type: multipart/report",
        b"Content-Type: message/delivery-status",
        b"Content-Type: application/ms-tnef",
        b"Content-Type: application/pkcs7-mime",
        b"\x78\x9f\x3e\x22\x01\x00",
    ]
)
ANY = st.one_of(
    st.binary(max_size=400), st.lists(LINES, max_size=40).map(b"\n".join), st.lists(LINES).map(b"\r\n".join)
)


@given(ANY)
@settings(max_examples=1500, deadline=None)
@example(b"")
@example(b"\n")
@example(b":")
def test_any_octets_are_read(raw: bytes) -> None:
    message = read(raw)
    assert message.unreadable != "broken"
    assert "\0" not in message.text
    assert all("\n" not in value and "\r" not in value for _, value in message.headers)
    repr(message).encode()  # no lone surrogates reach a database or a log


@given(ANY)
@settings(max_examples=1500, deadline=None)
def test_partial_reading_gives_the_same_mail(raw: bytes) -> None:
    partial, sizes = skeleton(raw)
    message = parse(Fetched(POSITION, partial, NOW, len(raw), partial=bool(sizes), sizes=sizes))
    assert message == read(raw)


DEEP = (
    b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1200)) + b"\nmes donnees"
)
HOSTILE = {
    "1200 nested multiparts": DEEP,
    "5000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000,
    "170000 delimiters": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 240_000,
    "60000 headers": b"a: b\n" * 190_000,
    "one header of 1 MB": b"To: " + b"a@b.fr, " * 120_000 + b"\n\nx",
    "many long address headers": b"".join(
        b"%s: %s\n" % (name, b"a@b.fr, " * 2_400) for name in (b"From", b"To", b"Cc") * 10
    ),
    "From of parentheses": b"From: " + b"(" * 900_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 60_000 + b"\n\nx",
    "nested messages": b"Content-Type: message/rfc822\n\n" * 30_000,
    "html tags": b"Content-Type: text/html\n\n" + b"<div><b x='" * 90_000,
    "html comments": b"Content-Type: text/html\n\n" + b"<!--" * 250_000,
    "html styles": b"Content-Type: text/html\n\n" + b"<style>" * 140_000,
    "html blockquotes": b"Content-Type: text/html\n\n" + b"<blockquote type=cite>" * 40_000,
    "header blocks": b"In-Reply-To: <a@b>\n\n" + b"De : x\n" * 140_000,
    "newlines": b"Subject: x\n\n" + b"\n" * 990_000,
    "uuencode": b"Content-Transfer-Encoding: x-uuencode\n\n" + b">\n" * 490_000,
    "paddings": b"Content-Transfer-Encoding: base64\n\n" + b"A=\n\n" * 240_000,
    "NULs": b"\0" * 1_000_000,
    "smime": b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 490_000,
    "bounce text": b"From: mailer-daemon@x.y\nReturn-Path: <>\n\n" + b"a.b@c.d" * 140_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_mail_is_read_within_a_second(raw: bytes) -> None:
    start = time.process_time()
    message = read(raw[:1_000_000])
    assert time.process_time() - start < 1
    assert message.unreadable != "broken"


def test_what_lies_too_deep_is_still_text() -> None:
    assert "mes donnees" in read(DEEP).text


def test_a_typical_mail_is_read_in_less_than_a_millisecond() -> None:
    """Budget of the intake benchmark, with room for a busy machine: the best of five."""
    raw = (MAILS / "plain-utf8-8bit.eml").read_bytes() + "Je demande une copie de mes données.\r\n".encode() * 80
    best = min(_seconds(raw) for _ in range(5))
    assert best / 50 < 0.003


def _seconds(raw: bytes) -> float:
    start = time.process_time()
    for _ in range(50):
        read(raw)
    return time.process_time() - start


def test_a_uuencoded_file_in_the_text_is_an_attachment() -> None:
    block = b"begin 644 letter.txt\n%:&5L;&\\\n`\nend\n"
    message = read(b"From: a@example.org\n\nEffacez mes donnees.\n" + block + b"Merci\n")
    assert message.new_text.split() == ["Effacez", "mes", "donnees.", "Merci"]
    assert [item.filename for item in message.attachments] == ["letter.txt"]
    assert read(b"From: a@example.org\n\nbegin 644 things\nthe end\n").new_text.startswith("begin 644")


@pytest.mark.parametrize("kind", ["text/markdown; charset=utf-8", "text/x-unheard-of", "text/rfc2046"])
def test_text_of_an_unknown_kind_is_read(kind: str) -> None:
    assert read(f"From: a@example.org\nContent-Type: {kind}\n\nEffacez tout.".encode()).new_text == "Effacez tout."


@pytest.mark.parametrize("kind", ["text/css", "text/csv", 'text/x-python; name="a.py"'])
def test_text_that_is_no_letter_is_an_attachment(kind: str) -> None:
    message = read(f"From: a@example.org\nContent-Type: {kind}\n\na,b".encode())
    assert message.new_text == ""
    assert len(message.attachments) == 1


@pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary=""', "multipart/mixed; boundary=other"])
def test_a_boundary_that_is_not_named_is_found(kind: str) -> None:
    body = "--b\nContent-Type: text/plain\n\nEffacez tout.\n--b\nContent-Type: text/css\n\np{}\n--b--\n"
    message = read(f"From: a@example.org\nContent-Type: {kind}\n\n{body}".encode())
    assert message.new_text == "Effacez tout."
    assert message.defects


def test_blanks_after_a_soft_line_break_do_not_count() -> None:
    """RFC 2045 6.7, rule 3."""
    raw = b"From: a@example.org\nContent-Transfer-Encoding: quoted-printable\n\nEffacez =  \r\ntout=21= \n\n"
    assert read(raw).new_text == "Effacez tout!"


def test_an_empty_tnef_stream_alone_is_a_mail_without_text() -> None:
    head = b"From: a@example.org\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    assert read(head + b"Content-Transfer-Encoding: base64\n\n" + b"eJ8+IgAA").unreadable
