"""What a mail passes on: sender, claimed date, subject and words of the inner mail."""

import base64
from datetime import UTC, datetime

import pytest

from intake_bot.mail.forwards import inline, read_date
from intake_bot.mail.inbound import Mailbox
from tests.unit.mail.test_message import read

AT = datetime(2026, 3, 3, 10, 12, tzinfo=UTC)

DATES = [
    ("mardi 3 mars 2026 10:12", AT),
    ("mar. 3 mars 2026 à 10:12", AT),
    ("1er mars 2026", datetime(2026, 3, 1, tzinfo=UTC)),
    ("Tuesday, March 3, 2026 10:12 AM", AT),
    ("Tuesday, March 3, 2026 10:12 PM", datetime(2026, 3, 3, 22, 12, tzinfo=UTC)),
    ("Tue, 3 Mar 2026 11:12:00 +0100", AT),
    ("3 March 2026 at 10:12:00 CET", AT),
    ("Dienstag, 3. März 2026 10:12", AT),
    ("martes, 3 de marzo de 2026 10:12", AT),
    ("martedì 3 marzo 2026 10:12", AT),
    ("dinsdag 3 maart 2026 10:12", AT),
    ("terça-feira, 3 de março de 2026 10:12", AT),
    ("wtorek, 3 marca 2026 10:12", AT),
    ("den 3 mars 2026 10:12", AT),
    ("3. maaliskuuta 2026 10.12", AT),
    ("úterý 3. března 2026 10:12", AT),
    ("utorak, 3. ožujka 2026. 10:12", AT),
    ("marți, 3 martie 2026 10:12", AT),
    ("2026. március 3., kedd 10:12", AT),
    ("Τρίτη, 3 Μαρτίου 2026 10:12", AT),
    ("вторник, 3 март 2026 г. 10:12", AT),
    ("03/03/2026 10:12", AT),
    ("03.03.26 10:12", AT),
    ("2026-03-03 10:12", AT),
    ("hier", None),
    ("31/02/2026", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_date_of_a_header_block(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        ("De : Paul Petit <Paul@example.net>", Mailbox("paul@example.net", "Paul Petit")),
        ("De : Paul Petit [mailto:paul@example.net]", Mailbox("paul@example.net", "Paul Petit")),
        ("De : Paul Petit <paul@example.net<mailto:paul@example.net>>", Mailbox("paul@example.net", "Paul Petit")),
        ("From: paul@example.net", Mailbox("paul@example.net")),
        ("Von: Paul Petit", Mailbox("", "Paul Petit")),
        ("*Da:* Paul (Petit) paul@example.net", Mailbox("paul@example.net", "Paul (Petit")),
    ],
)
def test_sender_of_a_header_block(line: str, sender: Mailbox) -> None:
    forwarded = inline(f"{line}\nEnvoyé : mardi 3 mars 2026 10:12\nÀ : info\nObjet : Effacement\n\nEffacez tout.")
    assert forwarded.sender == sender
    assert (forwarded.date, forwarded.subject, forwarded.text) == (AT, "Effacement", "Effacez tout.")


def test_marked_forward_loses_its_marks() -> None:
    block = "> De : Paul <p@example.net>\n> Objet : x\n> Date : 3 mars 2026 à 10:12\n>\n> Effacez tout."
    text = f"Début du message transféré :\n\n{block}"
    forwarded = inline(text)
    assert forwarded.sender == Mailbox("p@example.net", "Paul")
    assert forwarded.text == "Effacez tout."


def test_unknown_block_keeps_all_its_words() -> None:
    assert inline("---------- Message transféré ----------\nEffacez tout.").text.endswith("Effacez tout.")


def test_forward_inside_a_forward_is_read() -> None:
    raw = (
        b"From: a@b.fr\nContent-Type: message/rfc822\n\nFrom: c@d.fr\nContent-Type: message/rfc822\n\n"
        b"From: e@f.fr\nSubject: s\n\nEffacez tout."
    )
    senders = [item.sender.address for item in read(raw).forwarded if item.sender]
    assert senders == ["c@d.fr", "e@f.fr"]


def test_attached_eml_of_a_general_type_is_read() -> None:
    raw = (
        b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nPour suite.\n--b\n"
        b"Content-Type: application/octet-stream; name=demande.EML\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"From: e@f.fr\nSubject: s\n\nEffacez tout.")
        + b"--b--\n"
    )
    [forwarded] = read(raw).forwarded
    assert (forwarded.sender, forwarded.text) == (Mailbox("e@f.fr"), "Effacez tout.")
