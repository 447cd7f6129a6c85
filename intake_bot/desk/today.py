"""Today: what needs a person, the most urgent first."""

from datetime import date

from starlette.responses import RedirectResponse, Response

from intake_bot.desk import lists
from intake_bot.desk.desk import Desk
from intake_bot.desk.lists import Line
from intake_bot.desk.mails import LetterView, letter_view
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit
from intake_bot.law.calendars import add_working_days
from intake_bot.rights import Right
from intake_bot.store.register import Filter

#: Lines of one section; the rest is behind a link to the register. Seven sections have to fit a morning's look.
SHOWN = 8
LETTERS_SHOWN = 5
RUNNING = ("open", "unconfirmed")


def today(visit: Visit) -> Response:
    """The first page."""
    if not visit.may(Permission.CASES):
        return RedirectResponse("/figures", 303)
    desk, register = visit.desk, visit.desk.register
    day = desk.today()
    horizon = add_working_days(day, 10, desk.settings.controller.jurisdiction)
    back = register.undelivered(SHOWN)
    undelivered = lists.lines(desk, back)
    answers = register.answered(SHOWN)
    answered = lists.lines(desk, [item for item in answers if item not in back])
    sections = _sections(desk, day, horizon, {line.case.id for line in (*undelivered, *answered)})
    letters = _letters(desk)
    shown = [line for _, _, _, found in sections for line in found]
    lists.seen(visit, "today", [*shown, *undelivered, *answered])
    return visit.page(
        "today",
        sections=sections,
        summary=register.summary(day),
        letters=letters,
        letter_count=register.count_waiting_letters(),
        refs=register.references([view.letter.case_id for view in letters if view.letter.case_id]),
        undelivered=undelivered,
        answered=answered,
        answered_ids=set(answers),
        set_aside=desk.store.ledger.set_aside_items()[:SHOWN],
        horizon=horizon,
    )


def _sections(desk: Desk, day: date, horizon: date, above: set[str]) -> list[tuple[str, int, str, list[Line]]]:
    """(code, how many in all, where the rest is, lines).

    A case stands in the first section that it belongs to, and in none when it stands `above` them.
    """
    yesterday = date.fromordinal(day.toordinal() - 1)
    wanted = (
        (
            "urgent",
            Filter(RUNNING, right=str(Right.BREACH_REPORT)),
            f"/cases?status=running&right={Right.BREACH_REPORT}",
        ),
        (
            "authority",
            Filter(RUNNING, right=str(Right.REGULATOR_LETTER)),
            f"/cases?status=running&right={Right.REGULATOR_LETTER}",
        ),
        ("overdue", Filter(RUNNING, safe_until=yesterday), f"/cases?status=running&safe_until={yesterday}"),
        ("review", Filter(("unconfirmed",)), "/review"),
        ("held", Filter(("open",), held=True), "/cases?status=open&held=yes"),
        ("doubtful", Filter(("open",), held=False, doubtful=True), "/cases?status=open&doubtful=yes"),
        (
            "soon",
            Filter(("open",), held=False, safe_from=day, safe_until=horizon),
            f"/cases?status=open&safe_until={horizon}",
        ),
    )
    taken = set(above)
    sections = []
    for code, narrowed, link in wanted:
        ids = desk.register.ids(narrowed, limit=SHOWN * 3)
        found = lists.lines(desk, [item for item in ids if item not in taken][:SHOWN])
        taken |= {line.case.id for line in found}
        count = desk.register.count(narrowed) if len(ids) == SHOWN * 3 else len(ids)
        sections.append((code, count, link, found))
    return sections


def _letters(desk: Desk) -> list[LetterView]:
    return [letter_view(desk.store.outbox.find(item)) for item in desk.register.waiting_letters(LETTERS_SHOWN)]
