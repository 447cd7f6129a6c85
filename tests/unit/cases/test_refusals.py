"""Refusals in words: each move that the table forbids, for each role, in French and English and without codes."""

import ast
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from intake_bot import resources
from intake_bot.cases import names, refusals
from intake_bot.cases.case import CaseStatus, Outcome, RightStatus
from intake_bot.cases.transitions import ROLES, TRANSITIONS, Action, Subject, move
from intake_bot.desk.roles import NAMES, Role
from intake_bot.errors import IllegalTransition, IntakeError, NotFound
from intake_bot.store.outbox import LetterStatus
from tests.support.language import problems

PACKAGE = Path(__file__).resolve().parents[3] / "intake_bot"
STATES = [(Subject.CASE, state) for state in CaseStatus] + [(Subject.RIGHT, state) for state in RightStatus]


def refused(subject: Subject, state: str) -> Iterator[tuple[Action, IllegalTransition]]:
    for action, role, given in product(Action, ROLES, ((), tuple(refusals.NEEDS))):
        try:
            move(subject, state, action, role, given)
        except IllegalTransition as error:
            yield action, error


@pytest.mark.parametrize(("subject", "state"), STATES, ids=str)
def test_every_forbidden_move_is_told_in_both_languages_without_codes(subject: Subject, state: str) -> None:
    found = list(refused(subject, state))
    assert len(found) > 40
    for action, error in found:
        french, english = error.said("fr"), error.said("en")
        assert french != english and names.ACTS[action][0] in french and names.ACTS[action][1] in english
        assert problems(french, "fr") == [] and problems(english, "en") == [], (french, english)
        assert str(error).startswith(english)


def test_every_act_role_state_outcome_need_and_source_has_words() -> None:
    assert set(names.ACTS) == set(Action) and set(names.ROLES) == set(Role) == set(NAMES)
    assert set(names.STATES) == {(str(subject), str(state)) for subject, state in STATES}
    assert set(names.OUTCOMES) == set(Outcome) and set(names.LETTERS) == set(LetterStatus)
    assert {need for row in TRANSITIONS for need in row.asks} == set(refusals.NEEDS)
    assert {row.source for row in TRANSITIONS if row.source} == set(refusals.SOURCES)


def test_the_forms_and_the_refusals_name_an_act_alike() -> None:
    path = resources.templates_dir() / "console" / "actions.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    assert {code: tuple(row["title"]) for code, row in rows.items()} == {code: names.ACTS[code] for code in rows}


def test_a_lacking_reason_belongs_to_its_field() -> None:
    for action, field in ((Action.EXTEND, "reason"), (Action.RECORD_ADVICE, "advice"), (Action.REFUSE, "grounds")):
        with pytest.raises(IllegalTransition) as caught:
            move(
                Subject.RIGHT, "open", action, "dpo" if action is Action.RECORD_ADVICE else "controller", ("released",)
            )
        assert caught.value.field == field


def test_an_error_says_its_default_in_both_languages_and_its_codes_to_the_command_line_only() -> None:
    assert NotFound().said("fr").startswith("Ce dossier") and NotFound().said("en") == str(NotFound())
    assert NotFound("no mail").said("fr") == "no mail"
    told = IntakeError("an English one", "une française", aside="choose-addressee")
    assert (told.said("fr"), told.said("en")) == ("une française", "an English one")
    assert str(told) == "an English one (choose-addressee)"


#: Where every refusal may meet a person at the desk.
DESK = (
    *sorted((PACKAGE / "service").glob("case_*.py")), *(PACKAGE / name for name in (
        "cases/refusals.py", "cases/clientele.py", "law/grounds.py", "service/answer_rules.py", "service/documents.py",
        "service/office.py", "service/retrieval.py", "service/missed.py", "service/suppression.py",
        "service/scanning.py", "service/absence.py", "service/deskmail.py", "service/enclosure.py", "desk/forms.py",
        "desk/outbox.py", "desk/review.py", "store/outbox.py", "mail/content_type.py",
    )),
)  # fmt: skip
ERRORS = {"IntakeError", "IllegalTransition", "StoreError", "NotFound"}


@pytest.mark.parametrize("path", DESK, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_refusal_that_reaches_the_desk_lacks_its_french(path: Path) -> None:
    lacking = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
        and len(node.args) < 2
    ]  # fmt: skip
    assert lacking == []
