"""Signs of deception are named; honest neighbours of a domain are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.mail.deception import distance, lookalike, names_other_address, signs_of
from tests.unit.identity.test_authentication import LETTER, mail

KNOWN = ("octoop.com", "grand-client.example", "boulangerie.fr")


@pytest.mark.parametrize(
    "domain",
    [
        "осtоор.com",  # Cyrillic letters
        "0ct00p.com",
        "octop.com",
        "ocotop.com",
        "octoop.co",
        "octoop-support.com",
        "octoop.com.evil.example",
        "boulangerle.fr",
        "bou1angerie.fr",
    ],
)
def test_imitations_are_named(domain: str) -> None:
    assert lookalike(domain, KNOWN) in KNOWN


def test_an_imitation_in_the_form_of_the_wire_is_named() -> None:
    wire = "осtоор.com".encode("idna").decode()
    assert wire.startswith("xn--")
    assert lookalike(wire, KNOWN) == "octoop.com"


@pytest.mark.parametrize(
    "domain", ["octoop.com", "mail.octoop.com", "client.example", "gmail.com", "optique.fr", "", "local"]
)
def test_honest_domains_are_left_alone(domain: str) -> None:
    assert lookalike(domain, KNOWN) == ""


@pytest.mark.parametrize("known", ["example.test", "example.com"])
@pytest.mark.parametrize("domain", ["client.example", "example.org", "mail.example.net", "exemple.fr"])
def test_reserved_names_are_imitated_by_nobody(domain: str, known: str) -> None:
    assert lookalike(domain, (known,)) == ""


def test_an_ending_is_no_name() -> None:
    assert lookalike("marie.shop", ("shop.example",)) == ""


def test_a_mail_provider_is_no_imitation_of_a_client() -> None:
    assert lookalike("gmail.com", ("email.com",)) == ""


def test_a_display_name_with_another_address() -> None:
    assert names_other_address("dpo@octoop.com", "x@evil.example")
    assert names_other_address("Jeanne (at) x jeanne (at) client.example", "x@evil.example")
    assert not names_other_address("jeanne@client.example", "jeanne@client.example")
    assert not names_other_address("Jeanne Martin", "jeanne@client.example")


def test_all_signs_of_one_mail() -> None:
    text = LETTER.replace(
        "From: Jeanne Martin <jeanne@client.example>",
        'Reply-To: y@evil.example\nSender: z@list.example\nFrom: "info@octoop.com" <x@0ctoop.com>',
    )
    assert signs_of(mail(text), KNOWN) == (
        "reply_to_differs",
        "display_name_address",
        "lookalike_domain",
        "sender_differs",
    )


def test_an_ordinary_letter_has_none() -> None:
    assert signs_of(mail(LETTER), KNOWN) == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_distance_is_symmetric_and_zero_only_for_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
