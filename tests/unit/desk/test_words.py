"""The words of the console: every fact and every letter is named in both languages, never by its code."""

from pathlib import Path

from intake_bot.cases.events import EventType
from intake_bot.desk.words import WORDS
from intake_bot.law.identity import Step

LETTERS = Path(__file__).parents[3] / "templates" / "letters" / "fr"


def test_every_fact_has_words() -> None:
    assert set(map(str, EventType)) <= set(WORDS["event"])


def test_every_letter_and_every_step_of_identity_has_words() -> None:
    letters = {path.name.removesuffix(".txt.j2") for path in LETTERS.glob("*.txt.j2") if not path.name.startswith("_")}
    assert letters and letters <= set(WORDS["kind"])
    assert set(map(str, Step)) <= set(WORDS["kind"])


def test_words_are_told_in_both_languages() -> None:
    assert all(french and english for group in WORDS.values() for french, english in group.values())
