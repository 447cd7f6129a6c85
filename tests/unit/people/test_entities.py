"""Names, clients, references and phones in a mail, as spans of its text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake_bot.people.entities import Reader
from tests.unit.identity.test_authentication import LETTER, mail

READER = Reader(["Boulangerie Durand", "Grand Client SA"])


def found(text: str) -> set[tuple[str, str]]:
    return {(entity.kind, entity.text) for entity in READER.read(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour, je m'appelle Jeanne Martin.", ("name", "Jeanne Martin")),
        ("My name is John P. Smith and I want out", ("name", "John P. Smith")),
        ("ich heiße Gernot Spielvogel, bitte", ("name", "Gernot Spielvogel")),
        ("Me llamo María Pérez Gómez y quiero", ("name", "María Pérez Gómez")),
        ("mi chiamo Carlo Rossi", ("name", "Carlo Rossi")),
        ("Mijn naam is Jan Jansen.", ("name", "Jan Jansen")),
        ("Nazywam się Anna Kowalska i proszę", ("name", "Anna Kowalska")),
        ("Bonjour,\nEffacez tout.\nCordialement,\nPaul Durand", ("name", "Paul Durand")),
        ("je travaille chez BOULANGERIE DURAND à Lyon", ("client", "BOULANGERIE DURAND")),
        ("ma facture n° FA-2025-0123 du mois", ("reference", "FA-2025-0123")),
        ("Invoice INV/2024/00017", ("reference", "INV/2024/00017")),
        ("Kundennummer 12345", ("reference", "12345")),
        ("mon identifiant : jm48213", ("reference", "jm48213")),
        ("voir OCT-48213 svp", ("reference", "OCT-48213")),
        ("au 06 12 34 56 78", ("phone", "06 12 34 56 78")),
        ("call +44 20 7946 0958", ("phone", "+44 20 7946 0958")),
        ("avant j.martin@client.example", ("address", "j.martin@client.example")),
    ],
)
def test_an_entity_is_found(text: str, expected: tuple[str, str]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize("text", ["Je suis très content de vous.", "le 23/11/2026 à 10:30", "article 15 du RGPD", ""])
def test_ordinary_words_are_none(text: str) -> None:
    assert found(text) == set()


def test_a_span_is_where_it_says() -> None:
    text = "Bonjour, je m'appelle Jeanne Martin.\nFacture FA-2025-0123\nJeanne Martin"
    for entity in READER.read(text):
        assert text[entity.start : entity.end].strip() == entity.text


def test_the_details_of_a_mail_hold_its_display_name_and_not_its_quotes() -> None:
    quoted = "\nLe lun. 23 nov. 2026 à 10:00, OCTOOP <info@octoop.com> a écrit :\n> facture FA-9999\n"
    answer = LETTER.replace("Subject: ", "In-Reply-To: <1@octoop.com>\nSubject: Re: ")
    details = READER.details(mail(answer + "Facture FA-1234, anciennement jm@old.example\n" + quoted))
    assert details.names == ("Jeanne Martin",)
    assert details.references == ("FA-1234",)
    assert details.addresses == ("jm@old.example",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for entity in READER.read(text):
        assert 0 <= entity.start < entity.end <= len(text)


@pytest.mark.parametrize("text", ["facture " * 10_000, "1 " * 40_000, "A" * 200_000, "Jean " * 10_000, "a.b@" * 20_000])
def test_a_hostile_text_costs_no_time(text: str) -> None:
    started = time.monotonic()
    READER.read(text)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("signs", ["(", "\"'", "<", "a@b.c", "x-", "é"])
def test_a_run_without_a_blank_takes_no_time(signs: str) -> None:
    """spaCy's tokenizer peels such a run one sign at a time: 20,000 brackets took it more than a minute."""
    started = time.perf_counter()
    found = Reader().read(f"Je m'appelle Anna Noel. {signs * 20_000}")
    assert [item.text for item in found if item.kind == "name"] == ["Anna Noel"]
    assert time.perf_counter() - started < 5
