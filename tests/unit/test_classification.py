"""`classify` and the daemon prepare a mail alike; offsets lead into the body as given."""

import unicodedata

import pytest

from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.service.classification import _instead, cut, prepare

ATTRIBUTION = "On 3 Mar 2026, at 10:12, Anna <a@b.eu> wrote:"
BETWEEN = (
    f"Hello, answers below.\n-- \nMaria\n\n{ATTRIBUTION}\n\n> Do you want deletion?\n\n"
    "Yes, delete all my personal data.\n\n> Which account?\n\nmaria@x.eu\n\n> Anna\n\n-- \nMaria\n"
)
BODIES = [
    (BETWEEN, "Hello, answers below. Yes, delete all my personal data. maria@x.eu"),
    (BETWEEN.replace("\n", "\r\n"), "Hello, answers below. Yes, delete all my personal data. maria@x.eu"),
    (f"Erase it.\n\n\u200f{ATTRIBUTION}\u200e\n\n> OLD\n", "Erase it."),
    ("Effacez.\n\nLe 3 mars 2026 à 10:12, A <a@b.eu> a e\u0301crit :\n\nOLD\n", "Effacez."),
    ("Parcel sent.\r\n\r\n-- \r\nMaria\r\n", "Parcel sent."),
]


@pytest.mark.parametrize(("body", "new"), BODIES)
def test_the_daemon_reads_what_classify_reads(body: str, new: str) -> None:
    mail = f"From: m@x.eu\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()
    daemon = parse(Fetched(Position("default", "INBOX", 1, 1), mail, None, len(mail))).unsigned_text
    assert " ".join(cut("Re: x", body)[0].replace("\u200f", "").split()) == new
    assert " ".join(daemon.split()) == new


def test_vs_passes_on_in_danish_and_answers_in_finnish() -> None:
    danish = "Se nedenfor.\n\nFra: Anna <a@b.dk>\nSendt: 3. marts 2026\nTil: Info\nEmne: x\n\nSlet alt.\n"
    finnish = "Kiitos.\n\nLähettäjä: Anna <a@b.fi>\nLähetetty: 3.3.2026\nVastaanottaja: Info\nAihe: x\n\nPoista.\n"
    assert [part.strip()[:12] for part in cut("VS: x", danish)] == ["Se nedenfor.", "Fra: Anna <a"]
    assert [part.strip() for part in cut("VS: x", finnish)] == ["Kiitos.", ""]


def test_spans_are_offsets_into_the_body_as_given() -> None:
    body = f"\u200eE\u0301cris\u00ad-moi.\r\n\r\n{ATTRIBUTION}\r\n> OLD\r\n\r\nEfface tout."
    new = prepare({"subject": "Re: x", "body": body}).new
    first, last = (new.text.index(words) for words in ("\u00c9cris-moi.", "Efface tout."))
    assert body[slice(*new.given_span(first, first + 10))] == "E\u0301cris\u00ad-moi."
    assert body[slice(*new.given_span(last, last + 12))] == "Efface tout."


@pytest.mark.parametrize(
    "text", ["Article 15 du règlement européen", "Art.\u200b 17 DS\u00adGVO", "\u202dart. 17 RGPD"]
)
def test_the_classifier_reads_clean_text(text: str) -> None:
    for given in (text, unicodedata.normalize("NFD", text)):
        clean = given.replace("\u200b", "").replace("\u00ad", "").replace("\u202d", "")
        parts = prepare({"subject": given, "body": given})
        assert parts.subject.text == parts.new.text == unicodedata.normalize("NFC", clean)
        assert given[slice(*parts.subject.given_span(0, len(parts.subject.text)))].endswith(given[-4:])


@pytest.mark.parametrize(
    ("body", "html", "read"),
    [
        ("\u200b", "<p>Bitte l&ouml;schen Sie alles.</p>", "Bitte löschen Sie alles."),
        ("Ihr Programm zeigt kein HTML.", "<p>Bitte l&ouml;schen Sie alles.</p>", "Bitte löschen Sie alles."),
        ("Bitte löschen Sie alles.", "<p>Bitte <b>l&ouml;schen</b> Sie alles.</p>", None),
    ],
)
def test_html_is_read_where_the_daemon_reads_it(body: str, html: str, read: str | None) -> None:
    found = _instead(body, html)
    assert (found.strip() if found else found) == read
    parts = "".join(f"--x\nContent-Type: text/{kind}; charset=utf-8\n\n{text}\n" for kind, text in
                    (("plain", body), ("html", html)))  # fmt: skip
    mail = f"From: m@x.eu\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n{parts}--x--\n"
    parsed = parse(Fetched(Position("default", "INBOX", 1, 1), mail.encode(), None, len(mail)))
    assert parsed.unsigned_text.strip() == (read or body)
