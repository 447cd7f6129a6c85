"""learn: what persons corrected, how the classifier fares on it by week, and a lesson from it."""

from typing import Annotated, Any

import typer

from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, notes, out
from intake_bot.errors import IntakeError
from intake_bot.store.learning import Week


def learn(
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Teach the classifier; needs INTAKE_LEARN=on. Some minutes.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Go back to the classifier that was shipped.")] = False,
    json: JsonOption = False,
) -> None:
    """Show by week how the classifier fares, and on the mails whose reading a person judged. Changes nothing.

    With --retrain its last layer learns from those mails, without names, addresses and numbers; it is compared with
    the one in place on mails that never change, and refused where it is worse. Restart the daemon afterwards.
    """
    from intake_bot.service.learning import Learning, as_json  # loads spaCy: only where it is wanted

    if retrain and forget:
        raise IntakeError("--retrain and --forget exclude each other")
    settings = context.settings()
    with context.opened(settings) as store:
        learning = Learning(settings, store)
        if forget:
            gone = learning.forget()
            said = "What was learned is gone; restart the daemon." if gone else "Nothing had been learned."
            context.print_json({"forgotten": gone}) if json else out.print(said)
            return
        if retrain:
            learning.must_be_on()
        weeks = learning.weeks()
        if not json:
            _print_weeks(weeks)
        found = learning.judged(_note)
        misread = sum(item.misread for item in found)
        now = learning.figures(found, _note) if found else None
        if not json:
            out.print(
                f"\n{len(found)} judged mails are kept; {misread} were read otherwise than the person reads them."
            )
        if now and not json:
            out.print(f"The classifier as it was shipped, on them today:\n\n{now.table()}", markup=False)
        lesson = learning.retrain(found, _note) if retrain else None
    if json:
        context.print_json(
            {
                "weeks": [as_json(week) for week in weeks],
                "judged": len(found),
                "misread": misread,
                "figures": now.as_json() if now else None,
                "lesson": lesson.as_json() if lesson else None,
            }
        )
    elif lesson:
        _print_lesson(lesson.as_json())


def _note(line: str) -> None:
    notes.print(line, markup=False)


def _print_weeks(weeks: list[Week]) -> None:
    if not weeks:
        out.print("No mail was read in the last 26 weeks.")
        return
    out.print("week of      read  opened  reviewed  sure   judged  corrected  missed")
    for week in weeks:
        sure = f"{week.confidence:.2f}" if week.confidence is not None else "-"
        out.print(
            f"{week.monday}  {week.read:5}  {week.opened / week.read:6.1%}  {week.reviewed / week.read:8.1%}  "
            f"{sure:>4}  {week.judged:7}  {_share(week.corrected, week.judged):>9}  {week.missed:6}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def _print_lesson(lesson: dict[str, Any]) -> None:
    out.print(f"\n{'':12} {'mails':>6}  {'reached':>15} {'reviewed':>15} {'opened':>15} {'macro-F1':>15} {'exact':>15}")
    for item in lesson["sets"]:
        pairs = (
            f"{item['old'][name]:.3f} -> {item['new'][name]:.3f}"
            for name in ("reached", "reviewed", "opened", "macro_f1", "exact")
        )
        out.print(f"{item['set']:12} {item['mails']:6}  {' '.join(f'{pair:>15}' for pair in pairs)}", markup=False)
    if lesson["refused"]:
        out.print(f"Refused: worse on {', '.join(lesson['refused'])}. The classifier in place stays.")
    else:
        out.print(f"In place: {lesson['version']}. Restart the daemon to use it.")
