from typing import Any, cast

import pytest

from intake_bot.classifier.labels import LANGUAGES
from intake_bot.classifier.language import DEFAULT, LanguageDetector

LINES = {
    "bg": "Моля, изтрийте личните ми данни.",
    "cs": "Prosím o výmaz mých osobních údajů.",
    "da": "Slet venligst mine oplysninger, jeg vil ikke kontaktes igen.",
    "de": "Bitte löschen Sie meine Daten.",
    "el": "Παρακαλώ διαγράψτε τα δεδομένα μου.",
    "en": "Please delete my account.",
    "es": "Quiero que borréis mis datos, gracias.",
    "et": "Palun kustutage minu andmed.",
    "fi": "Poistakaa tietoni, kiitos.",
    "fr": "Supprimez mon compte svp",
    "ga": "Scrios mo chuid sonraí le do thoil.",
    "hr": "Molim vas izbrišite moje podatke, hvala lijepa.",
    "hu": "Kérem, töröljék az adataimat.",
    "it": "Vi chiedo di cancellare i miei dati.",
    "lt": "Prašau ištrinti mano duomenis.",
    "lv": "Lūdzu, izdzēsiet manus datus.",
    "mt": "Jekk jogħġbok ħassru d-data tiegħi.",
    "nl": "Verwijder mijn gegevens alstublieft.",
    "pl": "Proszę o usunięcie moich danych.",
    "pt": "Peço que apaguem os meus dados, obrigado.",
    "ro": "Vă rog să îmi ștergeți datele.",
    "sk": "Prosím, vymažte moje osobné údaje.",
    "sl": "Prosim, izbrišite moje osebne podatke.",
    "sv": "Radera mina uppgifter, tack.",
}


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector.load()


def test_every_official_language_is_covered() -> None:
    assert set(LINES) == set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_liners(detector: LanguageDetector, lang: str) -> None:
    assert detector.detect(LINES[lang]) == lang
    assert detector.detect(LINES[lang].upper()) == lang


def test_a_short_body_is_read_with_the_subject(detector: LanguageDetector) -> None:
    assert detector.detect("ok", "Proszę o usunięcie moich danych") == "pl"


def test_a_few_words_outweigh_the_subject_of_a_program(detector: LanguageDetector) -> None:
    assert detector.detect("Supprimez mon compte", "Re: Your order #12345 has shipped") == "fr"


def test_an_own_subject_is_read_with_a_body_of_thanks(detector: LanguageDetector) -> None:
    assert detector.detect("Un saludo\nNerea Costa", "Derecho de supresión de mis datos") == "es"
    assert detector.detect("Cordialement\nP. Hall", "Re: Invoice 2210 is overdue, please pay") == "fr"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Zmrazte moje údaje", "cs"),
        ("Už mi nepište!", "cs"),
        ("zmažte môj účet", "sk"),
        ("Pošljite mi moje podatke", "sl"),
        ("Prigovor na obradu mojih podataka", "hr"),
        ("Pravo na zaborav", "hr"),
        ("Ingen profilering tack", "sv"),
        ("Slet kladden tak", "da"),
        ("Data deletion request.\nI. Popa", "en"),
        ("Dear Sir or Madam,", "en"),
        ("Supprimez mon compte, signé Łukasz Dvořák", "fr"),
    ],
)
def test_neighbours_in_a_few_words(detector: LanguageDetector, text: str, lang: str) -> None:
    assert detector.detect(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [("Stop", DEFAULT), ("ok", DEFAULT), ("Salut", DEFAULT), ("да", "bg"), ("Ναι", "el"), ("Изтрийте ме", "bg")],
)
def test_hardly_a_word(detector: LanguageDetector, text: str, lang: str) -> None:
    assert detector.detect(text) == lang


class BulgarianFirst:
    def rank(self, text: str) -> list[tuple[str, float]]:
        return [("bg", 0.5), ("el", 0.3), ("fr", 0.2)]


def test_latin_letters_are_neither_bulgarian_nor_greek() -> None:
    detector = LanguageDetector(cast(Any, BulgarianFirst()))
    assert [detector.detect(text) for text in ("Salut Sarah", "Здравейте", "Καλημέρα")] == ["fr", "bg", "el"]


def test_a_notice_in_another_language_does_not_count(detector: LanguageDetector) -> None:
    notice = "This e-mail is confidential. If you are not the intended recipient, please delete it at once." * 3
    assert detector.detect(f"Verwijder mijn gegevens alstublieft.\n\n{notice}") == "nl"


def test_no_words(detector: LanguageDetector) -> None:
    assert detector.detect("", "12345", "???") == DEFAULT


NOTICE = (
    "This email and any attachments may contain confidential information intended only for the addressee."
    " If you are not the addressee, please delete it."
)


@pytest.mark.parametrize(
    ("body", "subject", "lang"),
    [
        ("Sent from my iPhone", "Bitte löschen Sie alle meine Daten", "de"),
        ("Get Outlook for Android\n", "Proszę o usunięcie wszystkich moich danych osobowych", "pl"),
        ("Von meinem iPhone gesendet\n", "Merci de supprimer toutes mes données personnelles", "fr"),
        ("Envoyé de mon iPhone", "Please delete all my data", "en"),
        ("Az iPhone készülékemről küldve", "Vymažte prosím všechny moje údaje", "cs"),
        ("-- \nJohn Smith\nSales Manager\nInternational Trading", "Prosím o vymazanie mojich osobných údajov", "sk"),
        (NOTICE, "Slet venligst alle mine oplysninger", "da"),
        (f"{NOTICE}\n\nHej\n\nSlet venligst alle mine oplysninger hos jer.", "Kunde 4471", "da"),
        (f"{NOTICE}\n\nRadera alla mina uppgifter.", "", "sv"),
        ("Sent from my iPhone\n\nRadera alla mina uppgifter.", "Kund 4471", "sv"),
        ("--\nBitte löschen Sie alle meine Daten.", "Customer request number 4471", "de"),
        ("Löschen Sie die Daten auf meinem Android", "Customer request number 4471", "de"),
        ("Bitte vertraulich: löschen Sie alle meine Daten", "Customer request number 4471", "de"),
        ("Sent from my iPhone", "", "en"),
        (NOTICE, "", "en"),
    ],
)
def test_what_programs_and_companies_add_does_not_decide(
    detector: LanguageDetector, body: str, subject: str, lang: str
) -> None:
    assert detector.detect(body, subject) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Kalispera sas, parakalo na diagrapsete ola ta prosopika mou dedomena. Efxaristo, Nikos", "el"),
        ("Geia sas, thelo na mathw poia proswpika dedomena exete gia mena.", "el"),
        ("Zdraveyte, molya iztriyte vsichki moi lichni danni ot vashata sistema.", "bg"),
        ("Dobar den, iskam da znam kakvi lichni danni imate za men.", "bg"),
        ("Molim da izbrišete sve moje lične podatke", "hr"),
        ("Chiedo il risarcimento dei danni subiti", "it"),
        ("Bonjour, merci de supprimer le compte de Geia Papadopoulou", "fr"),
    ],
)
def test_greek_and_bulgarian_in_latin_letters(detector: LanguageDetector, text: str, lang: str) -> None:
    assert detector.detect(text) == lang
