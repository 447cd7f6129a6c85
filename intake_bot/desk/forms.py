"""The fields of an action's form, and how what a person typed becomes a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from intake_bot import clock
from intake_bot.cases import names
from intake_bot.cases.case import Case
from intake_bot.desk.words import WORDS
from intake_bot.errors import IntakeError
from intake_bot.law import grounds
from intake_bot.rights import Right
from intake_bot.service.knowledge import load_policy

if TYPE_CHECKING:
    from intake_bot.desk.desk import Desk

Pair = tuple[str, str]  # French, English
Choices = Sequence[tuple[str, Pair]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `name` is the argument of the act.

    kind: line, area, mail (an address; `offered` proposes some), choice, several (choices), right, rights, moment
    (local date and time), day, tick.
    """

    name: str
    label: Pair
    kind: str = "line"
    required: bool = False
    hint: Pair | None = None
    choices: Choices = ()
    offered: str = ""  # choices that depend on the case: a name in OFFERED
    every: bool = False  # rights: all that exist, not only those of the case

    def options(self, desk: "Desk", case: Case) -> Choices:
        return OFFERED[self.offered](desk, case) if self.offered else self.choices

    def rights(self, case: Case) -> list[str]:
        """The rights to choose from."""
        if self.every:
            return [str(code) for code in Right]
        return [str(item.right) for item in (case.running or case.rights)]


def _recipients(desk: "Desk", case: Case) -> Choices:
    return [(row.code, (row.text("fr"), row.text("en"))) for row in desk.casework.recipients().all]


def _other_rights(desk: "Desk", case: Case) -> Choices:
    return [(str(code), WORDS["right"][code]) for code in Right if case.right(code) is None]


def _grounds(desk: "Desk", case: Case) -> Choices:
    """The closed lists of the rights that run, with their articles."""
    found = {ground: grounds.WORDS[ground] for item in case.running for ground in grounds.grounds_of(item.right)}
    return [
        (str(ground), (f"{words.french} ({words.article})", f"{words.english} ({words.article})"))
        for ground, words in found.items()
    ]


def _purposes(desk: "Desk", case: Case) -> Choices:
    return [(row.code, (row.name("fr"), row.name("en"))) for row in load_policy().purposes]


def _colleagues(desk: "Desk", case: Case) -> Choices:
    return [(address, (address, address)) for address in desk.casework.colleagues()]


OFFERED: Mapping[str, Callable[["Desk", Case], Choices]] = {
    "colleagues": _colleagues,
    "recipients": _recipients, "other_rights": _other_rights, "grounds": _grounds,
    "purposes": _purposes,
}  # fmt: skip


def field_from(row: Mapping[str, Any]) -> Field:
    """A field as actions.toml writes it. Raises KeyError, TypeError on what it does not know."""
    simple = {name: row[name] for name in ("kind", "required", "every", "offered") if name in row}
    hint = (row["hint"][0], row["hint"][1]) if "hint" in row else None
    choices = tuple((code, (french, english)) for code, french, english in row.get("choices", ()))
    return Field(row["name"], (row["label"][0], row["label"][1]), hint=hint, choices=choices, **simple)


def parse(desk: "Desk", field: Field, case: Case, typed: Mapping[str, Sequence[str]]) -> Any:
    """The value of a field, None when it was left empty. Raises IntakeError naming the field."""
    given = [value.strip() for value in typed.get(field.name, ()) if value.strip()]
    if not given:
        if field.required:
            raise _refused(field, "is empty: fill it in or choose", "est vide : remplissez ou choisissez")
        return None
    if field.kind in ("rights", "several"):
        return _several(field, _known(desk, field, case), given)
    if field.kind in ("choice", "right"):
        return _several(field, _known(desk, field, case), given[:1])[0]
    return _ONE.get(field.kind, _line)(field, case, given[0])


def _known(desk: "Desk", field: Field, case: Case) -> set[str]:
    return (
        set(field.rights(case))
        if field.kind in ("right", "rights")
        else {code for code, _ in field.options(desk, case)}
    )


def _several(field: Field, known: set[str], given: list[str]) -> tuple[str, ...]:
    unknown = [value for value in given if value not in known]
    if unknown:
        raise _refused(
            field, "offers no such choice here: choose again", "n’offre pas ce choix ici : choisissez de nouveau",
            f"{', '.join(unknown)[:80]}; possible: {', '.join(sorted(known))}",
        )  # fmt: skip
    return tuple(dict.fromkeys(given))


def _refused(field: Field, english: str, french: str, aside: str = "") -> IntakeError:
    """What was typed in a field cannot be taken; the field is named by its label, and to the API by its name."""
    label = names.quoted(field.label)
    code = f"{field.name}: {aside}" if aside else field.name
    return IntakeError(f"{label[1]} {english}", f"{label[0]} {french}", field=field.name, aside=code)


def _line(field: Field, case: Case, text: str) -> str:
    return " ".join(text.split())[:400]


def _area(field: Field, case: Case, text: str) -> str:
    return text.replace("\r\n", "\n")[:20_000]


def _moment(field: Field, case: Case, text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
        return clock.utc(value if value.tzinfo else value.replace(tzinfo=ZoneInfo(case.zone)))
    except (ValueError, OverflowError) as error:
        raise _refused(
            field, "is no day with its time: write it as 2026-12-18 14:30",
            "n’est pas un jour avec son heure : écrivez-le comme 2026-12-18 14:30", f"{text[:40]}; YYYY-MM-DD HH:MM",
        ) from error  # fmt: skip


def _day(field: Field, case: Case, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _refused(
            field, "is no day: write it as 2026-12-18", "n’est pas un jour : écrivez-le comme 2026-12-18",
            f"{text[:40]}; YYYY-MM-DD",
        ) from error  # fmt: skip


def _tick(field: Field, case: Case, text: str) -> bool:
    return text == "yes"


_ONE: Mapping[str, Callable[[Field, Case, str], Any]] = {
    "line": _line, "area": _area, "moment": _moment, "day": _day, "tick": _tick,
}  # fmt: skip
