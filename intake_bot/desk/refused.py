"""A form that was refused: shown again with the reason and with all that was typed, so that nobody types it twice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from intake_bot.cases.case import Case
from intake_bot.desk.actions import Action
from intake_bot.desk.visit import Visit
from intake_bot.errors import IllegalTransition, IntakeError, NotFound, StoreError

#: Fields that some forms name otherwise than the act does.
_OTHERWISE = {"rights": "right", "right": "rights", "into": "other"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was refused, in the reader's language ("": it was not), and what was typed in it.

    `form`: which form of the page; `field`: the one that the reason belongs to, "" for none; `files`: some were chosen,
    and no page can put them back.
    """

    text: str
    status: int
    typed: Mapping[str, Sequence[str]]
    form: str = ""
    field: str = ""
    files: bool = False

    def first(self, name: str) -> str:
        """What was typed in a field of one value."""
        return next(iter(self.typed.get(name, ())), "")


def status_of(error: IntakeError) -> int:
    """404: there is no such thing; 409: not in this state; 400: not with these words."""
    if isinstance(error, NotFound):
        return 404
    return 409 if isinstance(error, IllegalTransition | StoreError) else 400


def refused(visit: Visit, error: IntakeError, form: str, fields: Collection[str]) -> Refused:
    """The refusal of the form that this visit posted. `fields`: the names of its fields."""
    named = (error.field, _OTHERWISE.get(error.field, ""))
    field = next((name for name in named if name in fields), "")
    return Refused(error.said(visit.lang), status_of(error), visit.form, form, field, bool(visit.files))


def act_again(visit: Visit, case: Case, action: Action) -> Response:
    """The form of an act as it was typed: from the preview back to the words. Nothing was refused, nothing is done."""
    return _form(visit, case, action, Refused("", 200, visit.form, action.code))


def refused_act(
    visit: Visit, case: Case, action: Action, error: IntakeError, renamed: Mapping[str, str] | None = None
) -> Response:
    """The form of an act alone on a page. `renamed`: its fields that the posted form called otherwise."""
    found = refused(visit, error, action.code, [item.name for item in action.fields])
    typed = {**found.typed, **{name: found.typed.get(old, ()) for name, old in (renamed or {}).items()}}
    shown = Refused(found.text, found.status, typed, found.form, found.field, found.files)
    return _form(visit, case, action, shown)


def _form(visit: Visit, case: Case, action: Action, shown: Refused) -> Response:
    return visit.page(
        "refused", status=shown.status, case=case, action=action, refused=shown, desk=visit.desk,
        asked=[str(item.right) for item in case.running],
    )  # fmt: skip
