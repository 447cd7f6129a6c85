"""Today: what needs a person, the most urgent first."""

from dataclasses import replace
from datetime import date, timedelta

from starlette.responses import RedirectResponse, Response

from intake_bot.desk import lists
from intake_bot.desk.desk import Desk
from intake_bot.desk.lists import Line
from intake_bot.desk.mails import LetterView, letter_view
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit
from intake_bot.law.calendars import add_working_days
from intake_bot.rights import Right
from intake_bot.service import undelivered
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
    back = undelivered.cases(desk.store)
    came_back = lists.lines(desk, back[:SHOWN])
    answered = lists.lines(desk, register.answered(SHOWN))
    answered_ids = {line.case.id for line in answered}
    sections = _sections(visit, day, horizon, answered_ids)
    letters = _letters(desk)
    shown = [line for *_, found in sections for line in found]
    lists.seen(visit, "today", [*shown, *came_back, *answered])
    return visit.page(
        "today",
        sections=sections,
        summary=register.summary(day),
        letters=letters,
        letter_count=register.count_waiting_letters(),
        refs=register.references([view.letter.case_id for view in letters if view.letter.case_id]),
        came_back=came_back,
        back_count=len(back),
        answered=answered,
        answered_ids=answered_ids,
        set_aside=len(desk.store.ledger.set_aside_items()),
        yesterday=day - timedelta(days=1),
        horizon=horizon,
    )


def _sections(visit: Visit, day: date, horizon: date, above: set[str]) -> list[tuple[str, int, int, str, list[Line]]]:
    """(code, how many in all, how many of them stand nowhere on the page, where all are, lines).

    A case stands in the first section that it belongs to, and in none when it stands `above` them.
    """
    desk, yesterday = visit.desk, day - timedelta(days=1)
    wanted = (
        (
            "urgent",
            Filter(RUNNING, right=str(Right.BREACH_REPORT)),
            f"status=running&right={Right.BREACH_REPORT}",
        ),
        (
            "authority",
            Filter(RUNNING, right=str(Right.REGULATOR_LETTER)),
            f"status=running&right={Right.REGULATOR_LETTER}",
        ),
        ("overdue", Filter(RUNNING, safe_until=yesterday), f"status=running&safe_until={yesterday}"),
        ("review", Filter(("unconfirmed",)), "status=unconfirmed"),
        ("held", Filter(("open",), held=True), "status=open&held=yes"),
        ("doubtful", Filter(("open",), held=False, doubtful=True), "status=open&held=no&doubtful=yes"),
        (
            "soon",
            Filter(("open",), held=False, safe_from=day, safe_until=horizon),
            f"status=open&held=no&safe_from={day}&safe_until={horizon}",
        ),
    )
    taken = set(above)
    sections = []
    for code, narrowed, query in wanted:
        left = replace(narrowed, without=tuple(taken))
        found = lists.lines(desk, desk.register.ids(left, limit=SHOWN))
        others = desk.register.count(left) - SHOWN if len(found) == SHOWN else 0
        taken |= {line.case.id for line in found}
        reviews = code == "review" and visit.may(Permission.REVIEW)
        link = "/review" if reviews else f"/cases?{query}&order=safe"
        sections.append((code, desk.register.count(narrowed), others, link, found))
    return sections


def _letters(desk: Desk) -> list[LetterView]:
    return [letter_view(desk.store.outbox.find(item)) for item in desk.register.waiting_letters(LETTERS_SHOWN)]
