"""The words of the console: every fact and every letter is named in both languages, never by its code."""

import ast
from pathlib import Path

import pytest

from intake_bot.cases.events import EventType
from intake_bot.desk.case_page import _SILENT
from intake_bot.desk.words import WORDS
from intake_bot.law.identity import Step

LETTERS = Path(__file__).parents[3] / "templates" / "letters" / "fr"

SERVICE = Path(__file__).parents[3] / "intake_bot" / "service"


def test_every_fact_has_words() -> None:
    assert set(map(str, EventType)) <= set(WORDS["event"])


def test_every_letter_and_every_step_of_identity_has_words() -> None:
    letters = {path.name.removesuffix(".txt.j2") for path in LETTERS.glob("*.txt.j2") if not path.name.startswith("_")}
    assert letters and letters <= set(WORDS["kind"])
    assert set(map(str, Step)) <= set(WORDS["kind"])


@pytest.mark.parametrize("module", ["identity_answers", "case_answers", "case_delivery", "case_records", "case_review"])
def test_every_detail_of_a_fact_has_a_name(module: str) -> None:
    """Every key of a payload that an act writes is named, unless the page is silent about it."""
    tree = ast.parse((SERVICE / f"{module}.py").read_text(encoding="utf-8"))
    told = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)]
    payloads = [node.value for node in told if ast.unparse(node.targets[0]) == "payload"]
    keys = {key.value for payload in payloads for key in payload.keys if isinstance(key, ast.Constant)}
    assert keys and keys - _SILENT <= set(WORDS["fact"])


def test_words_are_told_in_both_languages() -> None:
    assert all(french and english for group in WORDS.values() for french, english in group.values())
