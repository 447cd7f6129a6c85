"""New text, quoted text and forwarded text, over a table of what mail programs write."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_bot.mail.phrases import FORWARD_SUBJECT, REPLY_SUBJECT
from intake_bot.mail.reply import split_reply
from intake_bot.mail.signature import strip_signature
from tests.unit.mail.reply_table import BODY, FORWARDS, LETTERS, REPLIES


@pytest.mark.parametrize(("subject", "text", "new"), [row[1:] for row in REPLIES], ids=[row[0] for row in REPLIES])
def test_new_text_of_a_reply(subject: str, text: str, new: str) -> None:
    assert split_reply(text, subject=subject).new == new


@pytest.mark.parametrize(("subject", "text", "new"), [row[1:] for row in LETTERS], ids=[row[0] for row in LETTERS])
def test_new_text_by_the_subject(subject: str, text: str, new: str) -> None:
    assert split_reply(text, subject=subject, is_reply=bool(REPLY_SUBJECT.match(subject))).new == new


@pytest.mark.parametrize(
    ("subject", "text", "new", "start"),
    [row[1:] for row in FORWARDS if row[4]],
    ids=[row[0] for row in FORWARDS if row[4]],
)
def test_what_is_passed_on_is_forwarded_not_quoted(subject: str, text: str, new: str, start: str) -> None:
    reply = split_reply(text, subject=subject, is_reply=False)
    assert reply.new == new
    assert reply.quoted == ""
    [(left, right)] = reply.forwarded
    assert text[left:right].startswith(start)
    assert BODY in text[left:right]


@pytest.mark.parametrize(
    "subject",
    ["Odg: x", "Răsp: x", "Antw.: x", "Atb.: x", "REP: x", "Réponse : x", "Válasz: x", "EXT: Re: x", " Re: x"],
)
def test_subjects_of_answers(subject: str) -> None:
    assert REPLY_SUBJECT.match(subject)
    assert not FORWARD_SUBJECT.match(subject)


@pytest.mark.parametrize(
    "subject",
    ["Edasi: x", "Pārsūt.: x", "Persiųsta: x", "Posredovano: x", "Proslijeđeno: x", "[EXT] Fwd: x", " TR : x"],
)
def test_subjects_of_forwards(subject: str) -> None:
    assert FORWARD_SUBJECT.match(subject)
    assert not REPLY_SUBJECT.match(subject)


def test_an_unmarked_mail_in_a_thread_is_passed_on_by_its_subject() -> None:
    text = f"z.K.\n\nAm 03.03.2026 um 10:12 schrieb Anna <a@b.de>:\n\n{BODY}"
    reply = split_reply(text, subject="WG: x", is_reply=True)
    assert (reply.new, reply.quoted, reply.forwarded) == ("z.K.", "", ((6, len(text)),))


def test_spans_are_the_new_text() -> None:
    text = "un\n\nLe 03/03/2026 à 10:12, X a écrit :\n> deux\n\ntrois"
    reply = split_reply(text)
    assert [text[left:right].strip() for left, right in reply.spans] == ["un", "trois"]


def test_marked_lines_without_a_reply_are_bullets() -> None:
    text = "Bonjour, je demande :\n> l'accès à mes données\n> leur effacement\nMerci"
    assert split_reply(text, is_reply=False).new == text


PROSE = "Hello,\n\nOn 3 March 2026 at 10:12 your agent Paul <p@o.fr> wrote:\nWe keep it.\nI insist: delete my data."


@pytest.mark.parametrize("is_reply", [True, False])
def test_a_quotation_in_a_letter_is_no_cut(is_reply: bool) -> None:
    assert split_reply(PROSE, is_reply=is_reply).new == PROSE
    above = PROSE.replace("Hello,", "Hello, this is about my account.")
    assert split_reply(above, is_reply=False).new == above


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 50_000,
        " " * 100_000,
        "On " * 20_000,
        "De : x\n" * 5_000,
        "> \n\n" * 30_000,
        "Le 3 mars 2026 à 10:12\n" * 9_000,
        "x <a@b.fr> a écrit :\n" * 9_000,
        "<" * 200_000,
        "De : x\n\n" * 20_000,
        "> a\nb\n" * 20_000,
        ">> a <<\n" * 20_000,
        ">" * 100_000 + "<" * 100_000,
        "Ok.\n" + "> a\n" * 50_000,
        "A " * 190 + "<a@b.fr> wrote:\n",
        "I <a@b.fr> wrote at 10:12 on 3/3/2026:\n" * 9_000,
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    start = time.process_time()
    split_reply(text)
    strip_signature(text)
    assert time.process_time() - start < 0.3


@given(
    st.lists(
        st.sampled_from(
            [
                "> a",
                "De : x",
                "Objet : y",
                "Le 3 mars 2026 à 10:12, X <a@b.fr> a écrit :",
                "",
                "bonjour",
                "-----Message d'origine-----",
                "---------- Forwarded message ----------",
                "a écrit :",
                "-- ",
            ]
        )
    ),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_no_line_is_lost(lines: list[str], is_reply: bool) -> None:
    text = "\n".join(lines)
    reply = split_reply(text, is_reply=is_reply)
    kept = reply.new + reply.quoted + "".join(text[left:right] for left, right in reply.forwarded)
    assert sorted(kept.replace("\n", "")) == sorted(text.replace("\n", "")) or not text.strip() or " " in text


SIGNATURES = [
    ("dashes", "Supprimez mon compte\n-- \nAnna Noël\nSociété", "Supprimez mon compte"),
    ("iphone_fr", "Supprimez mon compte\n\nEnvoyé de mon iPhone", "Supprimez mon compte"),
    ("outlook_en", "Delete it\n\nSent from Outlook for Android", "Delete it"),
    ("gesendet", "Bitte löschen\n\nVon meinem iPhone gesendet", "Bitte löschen"),
    *(
        (f"mobile_{index}", f"Erase it\n\n{line}", "Erase it")
        for index, line in enumerate(
            (
                "Verstuurd vanaf mijn iPhone",
                "Az iPhone készülékemről küldve",
                "iPhone-ról küldve",
                "Téléchargez Outlook pour iOS<https://aka.ms/o0ukef>",
                "Holen Sie sich Outlook für iOS",
                "Wysłano z iPhone'a",
                "Απεστάλη από το iPhone μου",
                "Saadetud iPhone'ist",
                "Sent with Proton Mail secure email.",
                "Von meinem/meiner Galaxy gesendet",
            )
        )
    ),
    ("last_delimiter", "Order 12.\n--\nBitte alles löschen.\n--\nAnna", "Order 12.\n--\nBitte alles löschen."),
    ("verzonden", "Graag wissen\n\nVerzonden vanaf mijn iPhone", "Graag wissen"),
    ("enviado", "Bórrelo\n\nEnviado desde mi iPhone", "Bórrelo"),
    ("inviato", "Cancellate\n\nInviato da iPhone", "Cancellate"),
    (
        "disclaimer_fr",
        "Ma demande.\n\nCe message et ses pièces jointes sont confidentiels et destinés au seul destinataire.\nMerci.",
        "Ma demande.",
    ),
    (
        "disclaimer_en",
        "My request.\n\nThis email and any attachments are confidential and intended for the addressee.",
        "My request.",
    ),
    ("disclaimer_de", "Die Rechnung.\n\nDiese E-Mail ist vertraulich und nur für den Empfänger.", "Die Rechnung."),
    ("disclaimer_nl", "De factuur.\n\nDit bericht is uitsluitend bestemd voor de geadresseerde.", "De factuur."),
    ("disclaimer_it", "La fattura.\n\nQuesto messaggio è riservato ai soli destinatari.", "La fattura."),
    (
        "disclaimer_es",
        "La factura.\n\nEste mensaje va dirigido exclusivamente a su destinatario y es confidencial.",
        "La factura.",
    ),
    ("disclaimer_pl", "Oto faktura.\n\nTa wiadomość jest poufna i przeznaczona dla adresata.", "Oto faktura."),
    (
        "request_above",
        "Dear all,\n\nmy data please.\n\nThis message is intended for you.",
        "Dear all,\n\nmy data please.",
    ),
    (
        "rights_notice",
        "Voici la facture.\n\nConformément au RGPD, vous disposez d'un droit d'accès.",
        "Voici la facture.",
    ),
]


@pytest.mark.parametrize(("text", "body"), [row[1:] for row in SIGNATURES], ids=[row[0] for row in SIGNATURES])
def test_signature_is_left_out(text: str, body: str) -> None:
    stripped = strip_signature(text)
    assert stripped.text == body
    [(left, right)] = stripped.spans
    assert text[left:right].strip()


@pytest.mark.parametrize(
    "text",
    [
        "Envoyé de mon iPhone",
        "Bonjour\n\nCe message est une demande d'accès à mes données.",
        "Bonjour\n\nConformément au RGPD je demande l'effacement de mon compte.",
        "Bonjour\n--\n" + "une longue demande\n" * 200,
        "Sent from my phone I write to ask\nfor my data\n\nplease",
        "Bonjour,\n\nConformément au RGPD, vous avez un mois pour répondre à ma demande.",
        "Dear Sir or Madam,\n\nThis email is a subject access request: a copy, and the recipients who had it, please.",
        "Hello,\n\nThis message is a request to delete my personal data and to inform every recipient of it.",
        "Hello\n\nThis communication is in confidence. I object to the use of my number.",
        "Guten Tag,\n\ndiese E-Mail ist ein Antrag auf Auskunft. Bitte nennen Sie mir auch die Empfänger.",
        "Bonjour,\n\nCe courriel est une demande de droit d'accès à mes données personnelles.",
        "Bonjour,\n\nCe message est une demande d'accès : merci de m'indiquer les destinataires.",
        "Bonjour,\n\nConformément au RGPD, vous disposez d'un mois pour me répondre. J'exerce mon droit d'accès.",
        "Buongiorno,\n\nAi sensi del Regolamento UE 2016/679 intendo esercitare i miei diritti: la cancellazione.",
        "Buongiorno,\n\nai sensi del GDPR chiedo di accedere ai miei dati e di conoscere i destinatari.",
        "Hola:\n\nEste correo es para ejercer mis derechos de acceso y supresión.",
        "Dzień dobry,\n\nniniejsza wiadomość to wniosek o dostęp do danych, proszę podać odbiorców danych.",
        "Geachte heer, mevrouw,\n\nDit bericht is een verzoek om inzage. Graag ook de geadresseerden.",
        "Bom dia,\n\nEsta mensagem é um pedido de acesso aos dados e aos destinatários.",
        "Hallo,\n--\nBitte löschen Sie meine Daten.",
        "I am a customer.\n--\nPlease delete all my data.",
        "See my order 12.\n-- \nMaria Schmidt\n\nPS: bitte alles löschen",
        "Voir ma commande.\n-- \nMaria\n\nP.-S. : effacez tout",
        "vu avec elle, ok\n--\n> De : Carole\n> enlevez-la de votre liste",
        "Ez a kérelmem.\n\nA szerződést postán küldve",
        "This email is confidential and intended for the addressee.\n\nPlease delete my account.",
        "CAUTION\n\nThis message is from outside; do not print it.\n\nI want to see what you hold about me.",
    ],
)
def test_a_request_is_no_signature(text: str) -> None:
    assert strip_signature(text).text == text
