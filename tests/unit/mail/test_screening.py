"""Who may be answered, on mails as they arrive."""

import re

import pytest

from intake_bot.mail.inbound import FolderRole, InboundMessage, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mail.screening import EFFECTS, TABLE, OwnAddresses, Reason, Screening, screen
from tests.unit.mail.test_message import NOW, POSITION, mail

OWN = OwnAddresses(frozenset({"info@octoop.test", "contact@octoop.test"}), frozenset({"octoop.test"}))


def message(
    header: str, *, sender: str = "Anna <anna.noel@example.org>", position: Position = POSITION
) -> InboundMessage:
    raw = f"From: {sender}\nTo: info@octoop.test\n{header}\n\nJe demande mes données.".encode()
    return parse(Fetched(position, raw, NOW, len(raw)))


def reasons(header: str, sender: str = "Anna <anna.noel@example.org>") -> set[Reason]:
    return set(screen(message(header, sender=sender), OWN).reasons)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Return-Path: <>", Reason.NULL_RETURN_PATH),
        ("Auto-Submitted: auto-replied", Reason.AUTO_SUBMITTED),
        ('AUTO-SUBMITTED: Auto-Generated; owner-email="a@b.fr"', Reason.AUTO_SUBMITTED),
        ("auto-submitted: (a comment) auto-notified", Reason.AUTO_SUBMITTED),
        ("Precedence: bulk", Reason.PRECEDENCE),
        ("PRECEDENCE: Junk", Reason.PRECEDENCE),
        ("precedence: list", Reason.PRECEDENCE),
        ("List-Id: News <news.example.org>", Reason.LIST),
        ("List-Unsubscribe: <mailto:x@example.org>", Reason.LIST),
        ("Content-Type: multipart/report; boundary=b", Reason.REPORT),
        ("Message-ID: <acknowledgement.0123456789abcdef0123456789abcdef@octoop.test>", Reason.OWN_LETTER),
        ("X-Intake-Letter: acknowledgement", Reason.OWN_LETTER),
        ("X-Autoreply: yes", Reason.AUTO_REPLY_HEADER),
        ("X-Autorespond: absence", Reason.AUTO_REPLY_HEADER),
        ("X-Vacation: yes", Reason.AUTO_REPLY_HEADER),
        ("X-RT-Loop-Prevention: example.org", Reason.AUTO_REPLY_HEADER),
        ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", Reason.AUTO_REPLY_HEADER),
        ("Preference: auto_reply", Reason.AUTO_REPLY_HEADER),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", Reason.RESPONSE_SUPPRESSED),
        ("X-Auto-Response-Suppress: All", Reason.RESPONSE_SUPPRESSED),
        ("X-Campaign: autumn", Reason.BULK),
        ("Feedback-ID: 1:2:campaign:sender", Reason.FEEDBACK_ID),
        ("Reply-To: lawyer@example.com", Reason.REPLY_TO_DIFFERS),
        ("From: second@example.com", Reason.SEVERAL_SENDERS),
    ],
)
def test_header_gives_reason(header: str, reason: Reason) -> None:
    assert reason in reasons(header)
    assert not screen(message(header), OWN).may_answer


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No ; x=y",
        "Precedence: normal",
        "X-Auto-Response-Suppress: DR, NDR, RN, NRN",
        "X-Autoreply: no",
        "Return-Path: <anna.noel@example.org>",
        "Reply-To: ANNA.NOEL@example.org",
        "Reply-To: anna.noel+octoop@example.org",
        "Message-ID: <acknowledgement.0123456789abcdef0123456789abcdef@example.org>",
        "Message-ID: <CAF.abc@octoop.test>",
        "Feedback-ID: i8dd946c1:Fastmail",
        # a group of our own receives for us
        "List-Id: <info.octoop.test>\nPrecedence: list\nList-Post: <mailto:info@octoop.test>",
    ],
)
def test_people_are_answered(header: str) -> None:
    screening = screen(message(header), OWN)
    assert screening == Screening()
    assert screening.may_answer
    assert not screening.automatic


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("Info@Octoop.test", Reason.OWN_ADDRESS),
        ("OCTOOP <info+0123@octoop.test>", Reason.OWN_ADDRESS),
        ("MAILER-DAEMON@example.org", Reason.DAEMON),
        ("Postmaster <postmaster@example.org>", Reason.DAEMON),
        ("noreply@example.org", Reason.NO_REPLY),
        ("Do Not Reply <do-not-reply@example.org>", Reason.NO_REPLY),
        ("ne-pas-repondre@example.fr", Reason.NO_REPLY),
        ("nicht-antworten@example.de", Reason.NO_REPLY),
        ("bounces+12-ab@example.org", Reason.NO_REPLY),
        ("notifications@example.org", Reason.NO_REPLY),
        ("notify@example.org", Reason.NO_REPLY),
        ("wordpress@example.org", Reason.NO_REPLY),
        ("owner-talk@example.org", Reason.NO_REPLY),
        ("talk-bounces@example.org", Reason.NO_REPLY),
        ("www-data@example.org", Reason.DAEMON),
        ("listserv@example.org", Reason.DAEMON),
        ("sales@example.org", Reason.ROLE_MAILBOX),
        ("kundenservice@example.de", Reason.ROLE_MAILBOX),
        ("comptabilite@example.fr", Reason.ROLE_MAILBOX),
        ("contact@example.org", Reason.ROLE_MAILBOX),
        ("a@example.org, b@example.org", Reason.SEVERAL_SENDERS),
        ("Anna Noël", Reason.NO_SENDER),
        ("", Reason.NO_SENDER),
    ],
)
def test_sender_gives_reason(sender: str, reason: Reason) -> None:
    assert reason in reasons("Subject: x", sender)


@pytest.mark.parametrize(
    "sender",
    [
        "nobody.known@example.org",
        "jira.novak@example.org",
        "updates.anna@example.org",
        "arnoreply@example.org",
        "contacts.anna@example.org",
        "sales.anna@example.org",
        "no@example.org",
    ],
)
def test_people_whose_name_sounds_like_a_robot(sender: str) -> None:
    assert reasons("Subject: x", sender) == set()


SUBJECTS = [
    "Automatic reply: Votre demande",
    "Out of Office: x",
    "Réponse automatique : Votre demande",
    "Absence du bureau",
    "Automatische Antwort: x",
    "Abwesenheitsnotiz",
    "Respuesta automática: x",
    "Fuera de la oficina",
    "Risposta automatica: x",
    "Fuori ufficio",
    "Automatisch antwoord: x",
    "Afwezigheidsbericht",
    "Resposta automática: x",
    "Odpowiedź automatyczna: x",
    "Autosvar: x",
    "Automatiskt svar: x",
    "Automatisk svar: x",
    "Automaattinen vastaus: x",
    "Automatická odpověď: x",
    "Automatická odpoveď: x",
    "Automatikus válasz: x",
    "Răspuns automat: x",
    "Автоматичен отговор: x",
    "Αυτόματη απάντηση: x",
    "Automatski odgovor: x",
    "Samodejni odgovor: x",
    "Automaatvastus: x",
    "Automātiska atbilde: x",
    "Automatinis atsakymas: x",
    "Freagra uathoibríoch: x",
    "Tweġiba awtomatika: x",
    "OOO: x",
    "Out-of-office",
    "On vacation",
    "Away from my mail",
    "Absence",
    "Absence : Votre demande",
    "Odpověď v nepřítomnosti: x",
    "Automatické odpoveď: x",
    "Odsutan: x",
    "Automatische reactie: x",
]


NUMBERED = [
    "[Ticket #4711] Votre demande", "Re: [Ticket#4711] RE: données", "[Ticket ID: 4711] privacy", "[SUP-4711] My data",
    "[example.com #4711] AutoReply: my data", "Re: demande [#4711]", "[GLPI #0004711] Nouveau ticket",
    "[Case #4711] account",
    "Ticket #4711 has been created", "Ticket Received - delete my data", "[Request received] delete my data",
    "New ticket",
]  # fmt: skip


@pytest.mark.parametrize("subject", [*SUBJECTS, *NUMBERED])
def test_subject_of_an_automatic_reply_is_a_weak_sign(subject: str) -> None:
    screening = screen(message(f"Subject: {subject}"), OWN)
    assert screening.reasons == (Reason.AUTOMATIC_SUBJECT,)
    assert not screening.automatic


@pytest.mark.parametrize(
    "subject",
    [
        "[GDPR-17] erasure",
        "[Art-17] RGPD",
        "Demande n° 4711",
        "Re: Your request, ref. 2026-0042",
        "My ticket to Rome",
        "[EXT] Mes données",
        "Invoice #4711",
        "RE: [EXTERNAL] account",
        "Re: automatique ou pas",
        "Suppression automatique de mes données",
        "My office data",
        "Absence de réponse à ma demande",
        "Urlaub: Löschung meiner Daten",
        "On vacation photos of me",
        "Vacation booking, my data",
        "Odsutnost odgovora na moj zahtjev",
    ],
)
def test_other_subjects_are_no_sign(subject: str) -> None:
    assert screen(message(f"Subject: {subject}"), OWN) == Screening()


def test_a_mailing_service_may_carry_the_form_of_a_person() -> None:
    screening = screen(message("Feedback-ID: 1.eu-west-1.x:AmazonSES"), OWN)
    assert screening.reasons == (Reason.FEEDBACK_ID,)
    assert not screening.may_answer
    assert not screening.automatic


def test_junk_is_left_to_a_person() -> None:
    junk = Position("default", "Junk", 1, 1, FolderRole.JUNK)
    screening = screen(message("Subject: x", position=junk), OWN)
    assert screening.reasons == (Reason.JUNK_FOLDER,)
    assert not screening.may_answer


@pytest.mark.parametrize("name", ["report-dsn-failed", "report-mdn-displayed", "bounce-qmail", "bounce-exchange-fr"])
def test_reports_are_never_answered(name: str) -> None:
    screening = screen(mail(name), OWN)
    assert Reason.REPORT in screening.reasons
    assert screening.automatic
    assert not screening.may_answer


def test_every_reason_is_listed_and_explained_in_one_order() -> None:
    listed = [Reason(name) for name in re.findall(r"^\s+\d+\. (\w+):", screen.__doc__ or "", re.M)]
    assert listed == [reason for reason, _ in TABLE]
    assert [reason for reason in Reason if reason in listed] == listed
    assert set(EFFECTS) == set(Reason)


def test_reasons_of_other_modules_are_added_in_order() -> None:
    screening = Screening((Reason.LIST,)).plus(Reason.BUDGET, Reason.DMARC_FAIL, Reason.NULL_RETURN_PATH)
    assert screening.reasons == (Reason.NULL_RETURN_PATH, Reason.LIST, Reason.DMARC_FAIL, Reason.BUDGET)
