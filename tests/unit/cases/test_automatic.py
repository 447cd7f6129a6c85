"""Words by which a robot gives itself away, and people who write about robots."""

import time

import pytest

from intake_bot.cases import signs
from tests.support import hostile_words as words

OF_ROBOTS = [
    pytest.param(text.format(n="4711", d="12.3.2026"), id=f"{name}-{lang}-{number}")
    for name, table in (("away", words.AWAY), ("received", words.RECEIVED), ("unanswered", words.UNANSWERED))
    for lang, texts in table.items()
    for number, text in enumerate(texts)
]


@pytest.mark.parametrize("text", OF_ROBOTS)
def test_a_robot_is_heard_beside_a_request(text: str) -> None:
    assert signs.automatic(f"{text}\n\n{words.REQUESTS['fr'][0]}")


@pytest.mark.parametrize("text", [text for texts in words.REQUESTS.values() for text in texts])
def test_a_request_is_no_robot(text: str) -> None:
    assert not signs.automatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "I only ever get an automatic reply from you. Delete my data.",
        "Auf meine Anfrage kam nur eine automatische Antwort. Löschen Sie meine Daten.",
        "Please do not reply to this email with a standard letter.",
        "Merci de ne pas répondre par un message automatique.",
        "Merci de ne pas me répondre par téléphone.",
        "Please confirm that you have received my request.",
        "J'ai bien reçu votre lettre d'information, supprimez mes données.",
        "I have received your message and I want you to delete it.",
        "I left the office of Blue Ltd in May, delete what you hold about me there.",
        "Your colleague opened ticket 4711 for me in May.",
        "My message to you could not be delivered, so once more: delete my data.",
        "Unsubscribe me and delete my data.",
        "Stop sending me automatically generated offers and erase my address.",
        "I object to decisions that are taken automatically.",
        f"{'A long story. ' * 60} Then I was out of the office until May.",
    ],
)
def test_people_who_write_about_robots(text: str) -> None:
    assert not signs.automatic(text)


def test_time_is_linear() -> None:
    started = time.perf_counter()
    for filler in ("your request ", "wir haben ihre ", "this is an ", "a", "(", "je suis ", "merci de ne pas "):
        signs.automatic(filler * (signs.SCOPE // len(filler)))
    assert time.perf_counter() - started < 5
