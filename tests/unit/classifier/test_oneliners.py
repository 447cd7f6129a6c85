"""Mails of a few words that name a right."""

import pytest

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.oneliners import FEW_WORDS, rights_of_a_few_words


@pytest.mark.parametrize(
    ("subject", "body", "labels"),
    [
        ("Right of access request", "Thanks, Tom", {"access"}),
        ("Registerutdrag", "Tack på förhand, Nils", {"access"}),
        ("", "Inzageverzoek", {"access"}),
        ("ΑΙΤΗΜΑ", "ΔΙΚΑΙΩΜΑ ΠΡΟΣΒΑΣΗΣ", {"access"}),
        ("", "Право на достъп, моля", {"access"}),
        ("Droit à l'oubli", "", {"erasure"}),
        ("Droit à l\u2019oubli", "Merci", {"erasure"}),
        ("", "Kustutage minu andmed", {"erasure"}),
        ("", "Delete my data", {"erasure"}),
        ("Bonjour", "Supprimez mes données svp", {"erasure"}),
        ("Výmaz", "Předem díky!", {"erasure"}),
        ("Datenübertragbarkeit", "", {"portability"}),
        ("Iniomparthacht sonraí", "Go raibh maith agaibh", {"portability"}),
        ("le lien ne marche pas", "merci de me désinscrire", {"objection_marketing"}),
        ("Newsletter", "take me off the list, ta", {"objection_marketing"}),
        ("privolitev", "Preklicujem soglasje.", {"withdraw_consent"}),
        ("", "Portabilité de mes données", {"portability"}),
        ("", "Effacement de toutes mes données svp", {"erasure"}),
        ("Ret til begrænsning", "Tak", {"restriction"}),
        ("Samtykke", "Jeg trækker mit samtykke", {"withdraw_consent"}),
        ("", "Slet mine oplysninger", {"erasure"}),
        ("", "Ħassru d-data tiegħi jekk jogħġbok", {"erasure"}),
        ("", "Výmaz osobních údajů", {"erasure"}),
        ("", "Wypiszcie mnie", {"objection_marketing"}),
        ("", "Radera mina uppgifter", {"erasure"}),
        ("art 15", "Cordialement", {"access"}),
        ("", "My request is under 21(2). Thanks", {"objection"}),
    ],
)
def test_named(subject: str, body: str, labels: set[str]) -> None:
    assert rights_of_a_few_words(subject, body) == labels


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Access", "The dashboard says 403 since lunch."),
        ("Access denied", "Regards, J. Novak"),
        ("Copy", "the March invoice, please send it once more to me"),
        ("Dostęp", "Panel nie działa od rana."),
        ("Re: lunch", "I have a dentist at 15 (1 pm at the latest)."),
        ("", "Verwijder mijn vorige mail, verkeerd geadresseerd."),
        ("", "Where is my invoice?"),
        ("", "Radera mina inlägg från i går"),
        ("", "Proszę o wypis z rejestru"),
        ("", ""),
    ],
)
def test_nothing_named(subject: str, body: str) -> None:
    assert rights_of_a_few_words(subject, body) == set()


def test_a_longer_mail_is_left_to_the_model() -> None:
    assert rights_of_a_few_words("Delete my data", "word " * (FEW_WORDS - 3)) == {"erasure"}
    assert rights_of_a_few_words("Delete my data", "word " * (FEW_WORDS - 2)) == set()


def test_what_is_passed_on_counts() -> None:
    assert rights_of_a_few_words("Fwd:", "fyi", "Delete my data") == {"erasure"}


def test_a_right_that_is_named_reaches_a_person(classifier: Classifier) -> None:
    for subject, body, label in (
        ("Indsigtsanmodning", "På forhånd tak", "access"),
        ("Člen 17 GDPR", "Uveljavljam. Lp, Maja Kos", "erasure"),
        ("Prenosljivost", "Hvala!", "portability"),
    ):
        verdict = classifier.classify(subject, body)
        assert label in verdict.reviewed
