"""From a mail to the step of the ladder: the whole way, with a real table of persons and of clients."""

from pathlib import Path

import pytest

from intake_bot.law.identity import AskAt, IdentityStep, Step, next_step
from intake_bot.mail.authentication import authenticate
from intake_bot.people.clients import load_clients
from intake_bot.people.identification import Identifier, facts_for, is_role_mailbox
from intake_bot.people.sources import CsvDirectory
from intake_bot.rights import Right
from tests.unit.identity.test_authentication import EXCHANGE, OWN, mail

PEOPLE = (
    "reference,address,name,client,phone,invoices,shared,alive\n"
    "A-1,jeanne@client.example,Jeanne Martin,Grand Client,,FA-2025-0001,,\n"
    "A-2,contact@client.example,,Grand Client,,,,\n"
    "A-3,paul@home.example,Paul Durand,,,FA-2025-0002,,\n"
    "A-4,paule@dead.example,Paule Morte,,,FA-2025-0003,,no\n"
    "A-5,one@twins.example,Anne Double,,,,,\n"
    "A-6,two@twins.example,Anne Double,,,,,\n"
)
CLIENTS = "name,domains,contact,arranged_on,answers,roles\nGrand Client,client.example,,,,\n"


@pytest.fixture
def identifier(tmp_path: Path) -> Identifier:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    return Identifier([CsvDirectory(tmp_path / "people.csv")], load_clients(tmp_path / "clients.csv"))


def step(
    identifier: Identifier, sender: str, text: str, right: Right = Right.ACCESS, *, top: str = EXCHANGE, extra: str = ""
) -> IdentityStep:
    domain = sender.rpartition("@")[2]
    header = f"{top.replace('client.example', domain)}{extra}From: {sender}\nTo: info@octoop.com\nSubject: Demande\n"
    message = mail(f"{header}\n{text}\n")
    authentication = authenticate(message, "topmost", OWN)
    return next_step(facts_for(right, message, authentication, identifier.identify(message)))


def test_a_known_person_is_asked_nothing(identifier: Identifier) -> None:
    assert step(identifier, "jeanne@client.example", "Une copie de mes données.").row == "11"
    assert step(identifier, "jeanne@client.example", "Effacez tout.", Right.ERASURE).row == "10"


def test_a_spoofed_sender_is_confirmed_at_the_registered_address(identifier: Identifier) -> None:
    failed = EXCHANGE.replace("dmarc=pass", "dmarc=fail")
    found = step(identifier, "jeanne@client.example", "Une copie.", top=failed)
    assert (found.row, found.ask_at) == ("8", AskAt.REGISTERED)
    diverted = step(identifier, "jeanne@client.example", "Une copie.", extra="Reply-To: x@evil.example\n")
    assert (diverted.row, diverted.ask_at) == ("8", AskAt.REGISTERED)
    other = step(identifier, "jeanne@client.example", "Envoyez-la plutôt à x@evil.example, merci.")
    assert other.row == "8"


def test_a_role_mailbox_has_to_say_who_writes(identifier: Identifier) -> None:
    assert step(identifier, "contact@client.example", "Une copie.").row == "9"
    assert is_role_mailbox("Contact+x@a.example")
    assert not is_role_mailbox("jeanne@a.example")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Une copie de mes données.", "12"),
        ("Je m'appelle Paul Durand, facture FA-2025-0002.", "14"),
        ("Je m'appelle Jeanne Martin, facture FA-2025-0001.", "14a"),
        ("Je m'appelle Paule Morte, facture FA-2025-0003.", "15"),
        ("Je m'appelle Anne Double.", "13"),
        ("Je m'appelle Paul Durand.", "15a"),
    ],
)
def test_a_stranger_gets_the_same_letter_whatever_is_held(identifier: Identifier, text: str, row: str) -> None:
    found = step(identifier, "someone@stranger.example", text)
    assert (found.row, found.letter, found.ask_at) == (row, "supplementary", AskAt.SENDER)


def test_the_employer_reads_the_registered_address(identifier: Identifier) -> None:
    text = "Je m'appelle Jeanne Martin, j'ai quitté mon employeur. Facture FA-2025-0001."
    assert step(identifier, "jm@home.example", text).row == "14a"
    assert step(identifier, "jeanne@client.example", text).row == "14a"


def test_a_client_passes_on_a_request(identifier: Identifier) -> None:
    text = "Je vous transmets la demande d'une de nos salariées, qui souhaite une copie."
    assert step(identifier, "jeanne@client.example", text).row == "3b"


def test_agents_platforms_and_the_bereaved(identifier: Identifier) -> None:
    assert (
        step(identifier, "x@incogni.com", "Please erase the data of this person.", Right.ERASURE).step is Step.MANDATE
    )
    assert step(identifier, "x@cabinet.example", "En qualité d'avocat de M. Durand.").step is Step.MANDATE
    assert step(identifier, "x@home.example", "Mon mari est décédé.", Right.ERASURE).row == "5"
    assert (
        step(identifier, "x@home.example", "Mon mari est décédé, stop aux mails.", Right.OBJECTION_MARKETING).row == "1"
    )


def test_a_withdrawal_for_mailings_needs_no_question(identifier: Identifier) -> None:
    letter, photo = "Je retire mon consentement à la newsletter.", "Je retire mon consentement pour la photo."
    assert step(identifier, "x@home.example", letter, Right.WITHDRAW_CONSENT).row == "1"
    assert step(identifier, "x@home.example", photo, Right.WITHDRAW_CONSENT).row == "12"
    assert step(identifier, "x@home.example", f"{letter} {photo}", Right.WITHDRAW_CONSENT).row == "12"


def test_without_a_directory_a_person_searches() -> None:
    assert step(Identifier(), "jeanne@client.example", "Une copie.").row == "18"
