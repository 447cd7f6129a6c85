"""The table of moves: every state, every action, every role."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest

from intake_bot.cases.case import Case, CaseStatus, Outcome, RequestedRight, RightStatus
from intake_bot.cases.names import ROLES as ROLE_NAMES
from intake_bot.cases.names import STATES
from intake_bot.cases.refusals import NEEDS
from intake_bot.cases.transitions import (
    BY_OUTCOME,
    DECIDERS,
    OFFICERS,
    ROLES,
    TRANSITIONS,
    Action,
    Subject,
    check_case,
    check_right,
    legal,
    legal_for,
    move,
)
from intake_bot.desk.roles import Role
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.rights import Right

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ALL_NEEDS = tuple(NEEDS)

#: Written by hand from law.md: which action is possible in which state of a case (u, o, f, c) or a right (u, o, c).
CASE_STATES = {"u": "unconfirmed", "o": "open", "f": "found", "c": "closed"}
BY_HAND = {
    "confirm": "uof", "correct": "uof", "not_a_request": "uof", "add_right": "uo", "split": "uo", "merge": "uof",
    "link": "uofc", "note": "uofc", "hold": "uo", "release": "uo", "choose_addressee": "uofc", "client_letter": "o",
    "inform_of_client": "o", "ask_colleague": "uof", "close": "of", "reopen": "c",
}  # fmt: skip
RIGHTS_BY_HAND = {
    "request_specification": "o", "suspend": "uo", "resume": "uo", "record_fact": "uo", "extend": "o",
    "record_advice": "uoc", "record_search": "uo", "record_action": "oc", "notify_recipient": "oc",
    "confirm_stop": "uo", "answer": "o", "answer_partly": "o", "refuse": "o", "nothing_held": "o",
    "cannot_identify": "o", "withdraw": "uo", "handle": "o", "charge_fee": "o", "lift_restriction": "c",
    "deliver": "oc",
}  # fmt: skip


@pytest.mark.parametrize(("state", "action"), list(product(CaseStatus, Action)))
def test_every_state_of_a_case_against_every_action(state: CaseStatus, action: Action) -> None:
    expected = str(state) in {CASE_STATES[letter] for letter in BY_HAND.get(str(action), "")}
    assert (action in legal(Subject.CASE, state)) == expected


@pytest.mark.parametrize(("state", "action"), list(product(RightStatus, Action)))
def test_every_state_of_a_right_against_every_action(state: RightStatus, action: Action) -> None:
    expected = str(state) in {CASE_STATES[letter] for letter in RIGHTS_BY_HAND.get(str(action), "")}
    assert (action in legal(Subject.RIGHT, state)) == expected


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.subject}-{row.state}-{row.action}")
def test_every_row_lets_its_roles_pass_and_no_other(row: object) -> None:
    assert isinstance(row, type(TRANSITIONS[0]))
    for role in ROLES:
        if role in row.roles:
            assert move(row.subject, row.state, row.action, role, ALL_NEEDS) is row
        else:
            with pytest.raises(IllegalTransition, match=f"not for the {ROLE_NAMES[role][1]}"):
                move(row.subject, row.state, row.action, role, ALL_NEEDS)


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.asks], ids=lambda row: f"{row.state}-{row.action}")
def test_every_need_is_asked_for(row: object) -> None:
    assert isinstance(row, type(TRANSITIONS[0]))
    for need in row.asks:
        rest = [item for item in ALL_NEEDS if item != need]
        with pytest.raises(IllegalTransition, match="needs"):
            move(row.subject, row.state, row.action, min(row.roles), rest)


def test_no_row_twice_and_states_exist() -> None:
    keys = [(row.subject, row.state, row.action) for row in TRANSITIONS]
    assert len(keys) == len(set(keys))
    states = {Subject.CASE: set(CaseStatus), Subject.RIGHT: set(RightStatus)}
    assert all({row.state, row.to} <= {str(item) for item in states[row.subject]} for row in TRANSITIONS)


def test_an_illegal_move_names_the_legal_ones() -> None:
    with pytest.raises(
        IllegalTransition, match=r"the case is closed\. Reopen the case first\. Possible now: .*“Reopen the case”"
    ):
        move(Subject.CASE, "closed", Action.CONFIRM, "dpo")


def test_decisions_against_a_person_are_not_the_dpos() -> None:
    against = {Action.REFUSE, Action.ANSWER_PARTLY, Action.EXTEND, Action.CHARGE_FEE}
    assert {row.action for row in TRANSITIONS if row.roles == DECIDERS} == against
    assert all("advice" in row.asks for row in TRANSITIONS if row.action in against)
    assert not OFFICERS & DECIDERS


def test_roles_are_those_of_the_desk() -> None:
    assert set(ROLES) <= set(Role)
    with pytest.raises(IntakeError, match="not known"):
        move(Subject.CASE, "open", Action.NOTE, "bot")


def test_each_outcome_has_its_move_but_those_that_come_of_others() -> None:
    assert set(Outcome) - set(BY_OUTCOME) == {Outcome.NOT_A_REQUEST, Outcome.MERGED}


def case(status: CaseStatus, item: RightStatus, hold: tuple[str, ...] = ()) -> Case:
    right = RequestedRight(Right.ACCESS, item, AT)
    return Case(
        "i", "2026-0001", "default", "c", "mail", status, hold, "fr", AT, AT, AT, "Europe/Paris", "FR", (right,)
    )


def test_nothing_is_answered_in_a_case_that_nobody_confirmed() -> None:
    found = case(CaseStatus.UNCONFIRMED, RightStatus.OPEN)
    with pytest.raises(IllegalTransition, match="to be confirmed"):
        check_right(found, found.rights[0], Action.ANSWER, "dpo", ALL_NEEDS)


@pytest.mark.parametrize("status", [CaseStatus.FOUND, CaseStatus.CLOSED])
def test_rights_stand_still_in_a_found_or_closed_case(status: CaseStatus) -> None:
    found = case(status, RightStatus.OPEN)
    with pytest.raises(IllegalTransition, match=re.escape(STATES["case", status][1])):
        check_right(found, found.rights[0], Action.ANSWER, "dpo", ALL_NEEDS)


def test_a_hold_stops_what_cannot_be_undone() -> None:
    found = case(CaseStatus.OPEN, RightStatus.OPEN, ("unread_reply",))
    with pytest.raises(IllegalTransition, match="release it first"):
        check_right(found, found.rights[0], Action.ANSWER, "dpo")
    check_right(case(CaseStatus.OPEN, RightStatus.OPEN), found.rights[0], Action.ANSWER, "dpo")


def test_a_case_closes_when_all_is_answered() -> None:
    with pytest.raises(IllegalTransition, match="every right has an outcome"):
        check_case(case(CaseStatus.OPEN, RightStatus.OPEN), Action.CLOSE, "dpo")
    check_case(case(CaseStatus.OPEN, RightStatus.CLOSED), Action.CLOSE, "dpo")


def test_menus_show_what_a_role_may_do() -> None:
    found = case(CaseStatus.OPEN, RightStatus.OPEN)
    assert Action.REFUSE in legal_for(found, "controller") and Action.REFUSE not in legal_for(found, "dpo")
    assert Action.ANSWER not in legal_for(case(CaseStatus.CLOSED, RightStatus.CLOSED), "dpo")
    assert Action.REOPEN in legal_for(case(CaseStatus.CLOSED, RightStatus.CLOSED), "dpo")
