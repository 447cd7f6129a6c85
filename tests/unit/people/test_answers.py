"""A reply settles the question by itself only when everything agrees; a stranger with a stolen token never does."""

import pytest

from intake_bot.law.identity import Step
from intake_bot.mail.authentication import authenticate
from intake_bot.people.answers import Judgement, judge
from intake_bot.people.directory import Details, Person
from tests.unit.identity.test_authentication import EXCHANGE, LETTER, OWN, mail

JEANNE = Person("A-1", "jeanne@client.example", "Jeanne Martin", invoices=("FA-1",))


def answer(
    text: str, *, top: str = EXCHANGE, header: str = "", asked: Step = Step.CONFIRM, record: Person | None = JEANNE,
    shared: bool = False, details: Details | None = None,
) -> Judgement:  # fmt: skip
    message = mail(top + header + LETTER.replace("Bonjour.", text))
    authentication = authenticate(message, "topmost", OWN)
    return judge(asked, record, message, authentication, details or Details(), shared_mailbox=shared)


@pytest.mark.parametrize("text", ["Oui, c'est moi.", "yes, it is me", "Ja, ich bestätige.", "Je confirme ma demande."])
def test_yes_from_the_registered_address_settles(text: str) -> None:
    found = answer(text)
    assert (found.settled, found.for_dpo, found.against) == (True, False, ())
    assert found.agreed == ("registered_address", "authenticated", "says_yes")


def test_a_denial_is_told() -> None:
    found = answer("Non, ce n'est pas moi, je n'ai rien demandé !")
    assert (found.settled, found.denied) == (False, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"top": EXCHANGE.replace("dmarc=pass", "dmarc=fail")}, "not_authenticated"),
        ({"top": ""}, "not_authenticated"),
        ({"header": "Reply-To: x@evil.example\n"}, "reply_to_differs"),
        ({"record": Person("A-2", "other@client.example")}, "other_address"),
        ({"record": None}, "other_address"),
        ({"shared": True}, "shared_mailbox"),
    ],
)
def test_anything_else_goes_to_the_dpo_with_what_did_not_agree(change: dict[str, object], code: str) -> None:
    found = answer("Oui, c'est moi.", **change)  # type: ignore[arg-type]
    assert not found.settled
    assert code in found.against


def test_no_clear_yes_is_no_yes() -> None:
    assert not answer("Qui êtes-vous ?").settled
    assert not answer("Oui mais non, pas vraiment.").settled


def test_a_supplementary_answer_is_shown_with_what_agrees() -> None:
    details = Details(names=("Jeanne Martin",), references=("FA-1",))
    found = answer("Facture FA-1. Oui.", asked=Step.SUPPLEMENTARY, details=details)
    assert not found.settled
    assert {"reference", "name"} <= set(found.agreed)
