"""One's own account: language, private calendar, API tokens."""

import secrets

from starlette.responses import Response

from intake_bot.desk.refused import Refused, refused
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError
from intake_bot.service import absence


def profile(visit: Visit) -> Response:
    return _page(visit)


def _page(visit: Visit, *, calendar: str = "", token: str = "", refused: Refused | None = None) -> Response:
    until = absence.away_until(visit.desk.store.marks)
    return visit.page(
        "profile", status=refused.status if refused else 200, refused=refused, calendar=calendar, token=token,
        tokens=visit.desk.accounts.tokens(visit.account),
        away_until=until if until and until >= visit.today else None,
    )  # fmt: skip


def language(visit: Visit) -> Response:
    chosen = visit.field("lang")
    visit.desk.accounts.speak(visit.account, chosen if chosen in ("fr", "en") else "")
    return visit.go("/profile", "lang")


def away(visit: Visit) -> Response:
    """Note until when the DPO is away, or that they are back."""
    marks, day = visit.desk.store.marks, visit.field("until")
    try:
        until = absence.last_day(day, visit.today) if day else None
    except IntakeError as error:
        return _page(visit, refused=refused(visit, error, "away", ("until",)))
    with visit.desk.store.transaction():
        if until:
            absence.say_away(marks, until, visit.now)
        else:
            absence.say_back(marks, visit.today, visit.now)
    visit.saw("away", detail=day)
    return visit.go("/profile", "away" if day else "back")


def calendar(visit: Visit) -> Response:
    """Make a new private address; it is shown once and the one before ends."""
    visit.require(Permission.CASES)
    token = secrets.token_urlsafe(32)
    visit.desk.accounts.set_calendar(visit.account, token)
    return _page(visit, calendar=f"{visit.desk.url}/calendar/{token}.ics")


def add_token(visit: Visit) -> Response:
    """Make a token of the JSON API; it is shown once."""
    token = f"desk_{secrets.token_urlsafe(32)}"
    visit.desk.accounts.add_token(visit.account, visit.field("label")[:60] or "API", token, visit.now)
    return _page(visit, token=token)


def revoke_token(visit: Visit) -> Response:
    visit.desk.accounts.revoke_token(visit.account, visit.path("token"), visit.now)
    return visit.go("/profile", "token_revoked")
