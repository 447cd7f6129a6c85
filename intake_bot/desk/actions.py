"""What can be done to a case from its page: the forms over the acts of service/casework.py, which decide.

Which role may do what, and in which state, is the table of cases/transitions.py; nothing is decided here.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intake_bot.cases import transitions
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.desk.forms import Field, Pair, field_from, parse
from intake_bot.desk.refusals import NotAllowed
from intake_bot.errors import IntakeError
from intake_bot.service.office import Effect

if TYPE_CHECKING:
    from intake_bot.desk.desk import Desk
    from intake_bot.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Action:
    """A form over one act. `code` is the name of the act and of its row in the table of transitions."""

    code: str
    group: str  # answer | work | clock | file
    title: Pair
    fields: tuple[Field, ...] = ()
    hint: Pair | None = None
    letter: bool = False  # shows first what would go out
    grave: bool = False
    method: str = ""  # of Casework; "" = code
    fixed: Mapping[str, Any] = field(default_factory=dict)  # arguments that are not asked for


GROUPS: dict[str, Pair] = {
    "read": ("Lire et corriger", "Read and correct"),
    "work": ("Instruire", "Work on it"),
    "clock": ("Identité et délai", "Identity and clock"),
    "answer": ("Répondre", "Answer"),
    "file": ("Dossier", "Case file"),
}


def load(path: Path) -> Mapping[str, Action]:
    """The actions of actions.toml by code, in its order. Raises IntakeError naming what is wrong."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
        return {code: _action(code, row) for code, row in rows.items()}
    except (OSError, tomllib.TOMLDecodeError, LookupError, TypeError) as error:
        raise IntakeError(f"the forms of the console {path} cannot be read: {error}") from error


def _action(code: str, row: Mapping[str, Any]) -> Action:
    hint = (row["hint"][0], row["hint"][1]) if "hint" in row else None
    fields = tuple(field_from(item) for item in row.get("fields", ()))
    title = (row["title"][0], row["title"][1])
    more = {name: row[name] for name in ("letter", "grave", "method", "fixed") if name in row}
    return Action(code, row["group"], title, fields, hint, **more)


def possible(desk: "Desk", case: Case, role: str) -> list[Action]:
    """What a role may do with a case now, in the order of the page."""
    legal = {str(code) for code in transitions.legal_for(case, role)} if role in transitions.ROLES else set()
    return [action for action in desk.actions.values() if action.code in legal]


def offered(visit: "Visit", case: Case) -> list[tuple[Pair, list[Action]]]:
    """The groups of the page with what the person may do now. Review has a page of its own."""
    found = possible(visit.desk, case, visit.account.role)
    hidden = {"confirm"} if case.status is CaseStatus.UNCONFIRMED else set()
    groups = [
        (title, [action for action in found if action.group == group and action.code not in hidden])
        for group, title in GROUPS.items()
    ]
    return [(title, inside) for title, inside in groups if inside]


def parsed(desk: "Desk", action: Action, case: Case, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The arguments of the act; what was left empty is left out. Raises IntakeError naming a field."""
    values = {item.name: parse(desk, item, case, typed) for item in action.fields}
    return {name: value for name, value in values.items() if value is not None}


def run(desk: "Desk", case: Case, action: Action, actor: str, role: str, values: Mapping[str, Any]) -> Effect:
    """Carry the act out. Raises what the act raises, and NotAllowed for a role that has no acts at all."""
    if role not in transitions.ROLES:
        raise NotAllowed
    effect: Effect = getattr(desk.casework, action.method or action.code)(
        case.ref, actor, **action.fixed, **values, as_role=role
    )
    return effect
