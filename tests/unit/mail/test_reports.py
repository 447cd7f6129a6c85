"""Delivery reports, disposition notifications, feedback reports, and bounces without structure."""

import pytest

from intake_bot.mail.inbound import DeliveryReport
from tests.unit.mail.test_message import mail, read

LETTER = "<acknowledgement.0123456789abcdef0123456789abcdef@octoop.test>"


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("report-dsn-failed", DeliveryReport("delivery-status", "failed", "5.1.1", "anna@example.org", LETTER)),
        (
            "report-dsn-delayed-headers-only",
            DeliveryReport("delivery-status", "delayed", "4.4.1", "anna@example.org", LETTER),
        ),
        (
            "report-mdn-displayed",
            DeliveryReport("disposition-notification", "displayed", "", "anna@example.org", LETTER),
        ),
        ("report-feedback-abuse", DeliveryReport("feedback-report", "abuse", "", "anna@example.org", LETTER)),
        ("bounce-qmail", DeliveryReport("null-sender", "failed", "5.1.1", "anna@example.org", LETTER)),
        ("bounce-exchange-fr", DeliveryReport("null-sender", "failed", "5.1.10", "anna@example.org", LETTER)),
    ],
)
def test_report_is_read(name: str, report: DeliveryReport) -> None:
    message = mail(name)
    assert message.report == report
    assert message.forwarded == ()  # what a report returns is our letter, not a mail passed on


@pytest.mark.parametrize(
    "raw",
    [
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Absence\n\nJe suis absente.",
        b"From: anna@example.org\nSubject: Undelivered\n\nMy letter could not be delivered, please erase my data.",
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Demande\n\nJe veux mes donnees.",
        # a rule that redirects, a form on a web page: the null sender of a person
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Zustellung meiner Daten\n\nBitte senden Sie eine Kopie.",
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Lieferung und Zustellung\n\nBitte alles loeschen.",
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Toimitus\n\nPoistakaa tietoni.",
        b"Return-Path: <>\nFrom: anna@example.org\nSubject: Undelivered\nIn-Reply-To: <x@y>\n\n"
        b"My parcel (450 euros, 5.1.26) was not delivered. Supprimez mes donnees.",
        b"From: a@b.fr\nContent-Type: multipart/report; boundary=b\n\n--b\n\nmy request\n--b--\n",
    ],
)
def test_other_mail_is_no_report(raw: bytes) -> None:
    assert read(raw).report is None


@pytest.mark.parametrize(
    "text",
    [
        b"host mx said: 550 5.1.1 x",
        b"550 no such user here",
        b"Sorry, no mailbox here. (#5.1.1)",
        b"\n> Message-ID: " + LETTER.encode(),
    ],
)
def test_a_bounce_from_an_address_that_says_nothing(text: bytes) -> None:
    raw = b"Return-Path: <>\nFrom: system@mx.example\nSubject: Mail\n\nYour mail could not be delivered.\n" + text
    report = read(raw).report
    assert report is not None
    assert report.kind == "null-sender"


@pytest.mark.parametrize(
    "subject",
    ["Zustellungsfehler", "Zustellung der Nachricht fehlgeschlagen", "Toimitus epäonnistui", "Olevererbart: Svar"],
)
def test_a_daemon_that_says_so_in_its_subject_alone(subject: str) -> None:
    raw = f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: {subject}\n\nx".encode()
    assert read(raw).report is not None


def test_gmail_style_failed_recipient() -> None:
    raw = (
        b"Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: info@octoop.test\n"
        b"X-Failed-Recipients: Anna@example.org\nReferences: "
        + LETTER.encode()
        + b"\nSubject: Delivery Status\n\nAddress not found"
    )
    assert read(raw).report == DeliveryReport("null-sender", "failed", "", "anna@example.org", LETTER)


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Report Domain: octoop.test Submitter: isp.example Report-ID: <1@isp.example>\n"
        "Content-Type: application/gzip; name=x.gz\n\n",
        'Subject: DMARC\nContent-Type: application/zip; name="isp.example!octoop.test!1700000000!1700086399.zip"\n\n',
        "Subject: TLS\nContent-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\n\nTLS report\n--b--\n",
    ],
)
def test_aggregates_about_our_domain(head: str) -> None:
    assert read(b"From: reports@isp.example\n" + head.encode()).report == DeliveryReport(
        "aggregate-report", "", "", "", ""
    )


def test_a_report_that_a_person_attaches_is_a_mail_passed_on() -> None:
    """A request beside a bounce that came back is a request."""
    inner = (
        b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; boundary=i\n\n--i\n\n"
        b"failed\n--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n\n--i--\n"
    )
    raw = (
        b"From: anna@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nJe veux mes donnees.\n"
        b"--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    )
    assert read(raw).report is None
    assert read(raw).new_text == "Je veux mes donnees."
