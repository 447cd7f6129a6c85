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
