"""What may be done with a case and with a requested right: one table. Everything that is not in it is refused.

Each row says from which state, by whom, to which state, and what the law asks for before the move. The person who
decides against somebody is not the DPO: GDPR art. 38(6), the DPO's other tasks "do not result in a conflict of
interests"; so a refusal, a fee and an extension carry the DPO's advice and the controller's decision apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake_bot.cases import refusals
from intake_bot.cases.case import Case, CaseStatus, Outcome, RequestedRight, RightStatus
from intake_bot.errors import IntakeError


class Subject(StrEnum):
    """What a move concerns."""

    CASE = "case"
    RIGHT = "right"


class Action(StrEnum):
    """Each thing that may be done."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    NOT_A_REQUEST = "not_a_request"
    ADD_RIGHT = "add_right"
    SPLIT = "split"
    MERGE = "merge"
    LINK = "link"
    NOTE = "note"
    ASK_COLLEAGUE = "ask_colleague"
    HOLD = "hold"
    RELEASE = "release"
    CHOOSE_ADDRESSEE = "choose_addressee"
    REQUEST_SPECIFICATION = "request_specification"
    SUSPEND = "suspend"
    RESUME = "resume"
    RECORD_FACT = "record_fact"
    EXTEND = "extend"
    RECORD_ADVICE = "record_advice"
    RECORD_SEARCH = "record_search"
    RECORD_ACTION = "record_action"
    NOTIFY_RECIPIENT = "notify_recipient"
    CONFIRM_STOP = "confirm_stop"
    ANSWER = "answer"  # granted
    ANSWER_PARTLY = "answer_partly"
    REFUSE = "refuse"
    NOTHING_HELD = "nothing_held"
    CANNOT_IDENTIFY = "cannot_identify"
    WITHDRAW = "withdraw"  # the person withdrew the request
    HANDLE = "handle"  # a matter that is no right was dealt with
    DELIVER = "deliver"  # data given, to the verified address or in the account
    CHARGE_FEE = "charge_fee"
    LIFT_RESTRICTION = "lift_restriction"
    CLIENT_LETTER = "client_letter"
    INFORM_OF_CLIENT = "inform_of_client"
    CLOSE = "close"
    REOPEN = "reopen"


#: What a move needs beside the role, in words in cases/refusals.py. `advice`: of a DPO, recorded before, on this move;
#: `search`: recorded before.
REASON, GROUND, ADVICE, SEARCH, RELEASED, ANSWERED, ASKED = (
    "reason",
    "ground",
    "advice",
    "search",
    "released",
    "answered",
    "asked",
)

#: Roles as desk/roles.py and `--role` name them; the bot acts under its own name and none of these.
DPO, DEPUTY, CONTROLLER, AGENT = "dpo", "deputy", "controller", "agent"
ROLES = (DPO, DEPUTY, CONTROLLER, AGENT)
OFFICERS = frozenset({DPO, DEPUTY})
ANYONE = frozenset({DPO, DEPUTY, CONTROLLER})
WORKERS = frozenset({DPO, DEPUTY, AGENT})
DECIDERS = frozenset({CONTROLLER})


@dataclass(frozen=True, slots=True)
class Move:
    """One row: in `state`, `action` leads to `to`. `source` is the rule that it rests on."""

    subject: Subject
    state: str
    action: Action
    to: str
    roles: frozenset[str]
    asks: tuple[str, ...] = ()
    source: str = ""


def _case(
    states: Iterable[CaseStatus],
    action: Action,
    to: CaseStatus | None,
    roles: frozenset[str],
    asks: tuple[str, ...] = (),
    source: str = "",
) -> tuple[Move, ...]:
    return tuple(Move(Subject.CASE, state, action, to or state, roles, asks, source) for state in states)


def _right(
    states: Iterable[RightStatus],
    action: Action,
    to: RightStatus | None,
    roles: frozenset[str],
    asks: tuple[str, ...] = (),
    source: str = "",
) -> tuple[Move, ...]:
    return tuple(Move(Subject.RIGHT, state, action, to or state, roles, asks, source) for state in states)


_NEW, _OPEN, _FOUND, _CLOSED = CaseStatus.UNCONFIRMED, CaseStatus.OPEN, CaseStatus.FOUND, CaseStatus.CLOSED
_LIVE = (_NEW, _OPEN, _FOUND)
_ASKED, _RUNNING, _DONE = RightStatus.UNCONFIRMED, RightStatus.OPEN, RightStatus.CLOSED

TRANSITIONS: tuple[Move, ...] = (
    # -- the case ----------------------------------------------------------------------------------------------
    *_case(_LIVE, Action.CONFIRM, _OPEN, OFFICERS),
    *_case(_LIVE, Action.CORRECT, _OPEN, OFFICERS),
    *_case(_LIVE, Action.NOT_A_REQUEST, _CLOSED, OFFICERS, (REASON,), "GDPR 5(1)(c): what was kept is destroyed"),
    *_case((_NEW, _OPEN), Action.ADD_RIGHT, None, OFFICERS, (), "one right, one clock"),
    *_case((_NEW, _OPEN), Action.SPLIT, None, OFFICERS, (REASON,)),
    *_case(
        _LIVE, Action.MERGE, _CLOSED, OFFICERS, (), "same person, same right, still open: the earlier receipt binds"
    ),
    *_case((*_LIVE, _CLOSED), Action.LINK, None, OFFICERS, (), "a later identical request is a new one"),
    *_case((*_LIVE, _CLOSED), Action.NOTE, None, WORKERS | ANYONE),
    *_case(_LIVE, Action.ASK_COLLEAGUE, None, WORKERS | ANYONE, (), "GDPR 32(4): within the house only"),
    *_case((_NEW, _OPEN), Action.HOLD, None, WORKERS | ANYONE, (REASON,)),
    *_case((_NEW, _OPEN), Action.RELEASE, None, OFFICERS),
    *_case((*_LIVE, _CLOSED), Action.CHOOSE_ADDRESSEE, None, OFFICERS, (REASON,), "GDPR 5(1)(f)"),
    *_case((_OPEN,), Action.CLIENT_LETTER, None, OFFICERS, (REASON,), "GDPR 26(1)"),
    *_case((_OPEN,), Action.INFORM_OF_CLIENT, None, OFFICERS, (), "GDPR 26(1)-(2)"),
    *_case((_OPEN,), Action.CLOSE, _CLOSED, OFFICERS, (ANSWERED, RELEASED), "GDPR 12(4): no closing for silence"),
    *_case((_FOUND,), Action.CLOSE, _CLOSED, OFFICERS, (REASON,), "a case of a backfill: how it was answered then"),
    *_case((_CLOSED,), Action.REOPEN, _OPEN, ANYONE, (REASON,), "closing is not extinction"),
    # -- a requested right -------------------------------------------------------------------------------------
    *_right((_RUNNING,), Action.REQUEST_SPECIFICATION, None, OFFICERS, (REASON,), "GDPR recital 63: suspends nothing"),
    *_right((_ASKED, _RUNNING), Action.SUSPEND, None, OFFICERS, (REASON,), "GDPR 12(6), décret 2019-536 art. 77"),
    *_right((_ASKED, _RUNNING), Action.RESUME, None, OFFICERS, (ASKED,), "décret 2019-536 art. 77"),
    *_right((_ASKED, _RUNNING), Action.RECORD_FACT, None, OFFICERS, (), "GDPR 26(3), Loi 78-17 art. 51 II"),
    *_right((_RUNNING,), Action.EXTEND, None, DECIDERS, (REASON, ADVICE), "GDPR 12(3), 38(6)"),
    *_right((_ASKED, _RUNNING, _DONE), Action.RECORD_ADVICE, None, OFFICERS, (REASON,), "GDPR 38(6), 39(1)(a)"),
    *_right((_ASKED, _RUNNING), Action.RECORD_SEARCH, None, WORKERS, (), "GDPR 5(2)"),
    *_right((_RUNNING, _DONE), Action.RECORD_ACTION, None, WORKERS, (), "GDPR 5(2), 12(3)"),
    *_right((_RUNNING, _DONE), Action.NOTIFY_RECIPIENT, None, WORKERS, (), "GDPR 19"),
    *_right((_ASKED, _RUNNING), Action.CONFIRM_STOP, None, WORKERS, (), "GDPR 7(3), 21(3): recorded is not stopped"),
    *_right((_RUNNING, _DONE), Action.DELIVER, None, OFFICERS, (RELEASED,), "GDPR 15(3), 20(1), 5(1)(f)"),
    *_right((_RUNNING,), Action.ANSWER, _DONE, OFFICERS, (RELEASED,), "GDPR 12(3)"),
    *_right(
        (_RUNNING,), Action.ANSWER_PARTLY, _DONE, DECIDERS, (RELEASED, GROUND, REASON, ADVICE), "GDPR 12(4), 38(6)"
    ),
    *_right((_RUNNING,), Action.REFUSE, _DONE, DECIDERS, (RELEASED, GROUND, REASON, ADVICE), "GDPR 12(4), 38(6)"),
    *_right((_RUNNING,), Action.NOTHING_HELD, _DONE, OFFICERS, (RELEASED, SEARCH), "GDPR 15(1)"),
    *_right((_RUNNING,), Action.CANNOT_IDENTIFY, _DONE, OFFICERS, (RELEASED, ASKED), "GDPR 11(2), 12(2), 12(4)"),
    *_right((_ASKED, _RUNNING), Action.WITHDRAW, _DONE, OFFICERS, (REASON,), "the person said so"),
    *_right((_RUNNING,), Action.HANDLE, _DONE, OFFICERS, (REASON,), "matters that are no right"),
    *_right((_RUNNING,), Action.CHARGE_FEE, None, DECIDERS, (REASON, ADVICE), "GDPR 12(5)(a), 38(6)"),
    *_right((_DONE,), Action.LIFT_RESTRICTION, None, OFFICERS, (REASON,), "GDPR 18(3)"),
)

_TABLE: Mapping[tuple[Subject, str, Action], Move] = {(row.subject, row.state, row.action): row for row in TRANSITIONS}

#: The move behind each outcome that a person gives a right; the others come of merging and of "not a request".
BY_OUTCOME: Mapping[Outcome, Action] = {
    Outcome.GRANTED: Action.ANSWER,
    Outcome.PARTLY: Action.ANSWER_PARTLY,
    Outcome.REFUSED: Action.REFUSE,
    Outcome.NOTHING_HELD: Action.NOTHING_HELD,
    Outcome.CANNOT_IDENTIFY: Action.CANNOT_IDENTIFY,
    Outcome.WITHDRAWN: Action.WITHDRAW,
    Outcome.HANDLED: Action.HANDLE,
}


def legal(subject: Subject, state: str) -> tuple[Action, ...]:
    """What may be done in a state, in the order of the table."""
    return tuple(row.action for row in TRANSITIONS if row.subject is subject and row.state == state)


def legal_for(case: Case, role: str) -> tuple[Action, ...]:
    """What a role may do with a case or with one of its rights now, for menus; needs are checked at the move."""
    states = {(Subject.CASE, str(case.status))} | {(Subject.RIGHT, str(item.status)) for item in case.rights}
    if case.status in (CaseStatus.CLOSED, CaseStatus.FOUND):
        states = {(Subject.CASE, str(case.status))} | {
            (subject, state) for subject, state in states if state == RightStatus.CLOSED
        }
    found = [row.action for row in TRANSITIONS if (row.subject, row.state) in states and role in row.roles]
    return tuple(dict.fromkeys(found))


def move(subject: Subject, state: str, action: Action, role: str, given: Iterable[str] = ()) -> Move:
    """The row of a move. `given` names what is there of NEEDS.

    Raises IllegalTransition naming the reason and the moves that are legal, in words.
    """
    row = _TABLE.get((subject, state, action))
    if row is None:
        raise _not_now(subject, state, action)
    if role not in ROLES:
        raise refusals.unknown_role(role, ROLES)
    if role not in row.roles:
        mine = [item for item in legal(subject, state) if role in _TABLE[subject, state, item].roles]
        raise refusals.not_yours(action, row.roles, role, row.source, mine)
    missing = [need for need in row.asks if need not in set(given)]
    if missing:
        raise refusals.lacking(action, missing, row.source)
    return row


def _not_now(subject: Subject, state: str, action: Action) -> IntakeError:
    elsewhere = [row.state for row in TRANSITIONS if row.action is action]
    return refusals.not_now(subject, state, action, elsewhere, legal(subject, state))


def check_case(case: Case, action: Action, role: str, given: Iterable[str] = ()) -> Move:
    """`move` for a case: a hold that nobody has read counts as not released. Raises IllegalTransition."""
    return move(Subject.CASE, str(case.status), action, role, _facts(case, given))


def check_right(case: Case, item: RequestedRight, action: Action, role: str, given: Iterable[str] = ()) -> Move:
    """`move` for a requested right. In a case that is closed or was only found, rights do not move.

    Raises IllegalTransition.
    """
    after = _TABLE.get((Subject.RIGHT, str(RightStatus.CLOSED), action))
    if case.status is CaseStatus.FOUND or (case.status is CaseStatus.CLOSED and after is None):
        raise _not_now(Subject.CASE, str(case.status), action)
    # In a case that nobody has confirmed, nothing counts as confirmed.
    unsure = case.status is CaseStatus.UNCONFIRMED and item.running
    return move(
        Subject.RIGHT, str(RightStatus.UNCONFIRMED if unsure else item.status), action, role, _facts(case, given)
    )


def _facts(case: Case, given: Iterable[str]) -> frozenset[str]:
    facts = set(given)
    if not case.hold:
        facts.add(RELEASED)
    if not case.running:
        facts.add(ANSWERED)
    return frozenset(facts)
