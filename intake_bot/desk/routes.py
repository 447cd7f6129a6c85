"""Every page of the console, and who may open it. The tests walk this table."""

from starlette.responses import Response

from intake_bot.desk import (
    case_page,
    deliver,
    entrance,
    feed,
    figures,
    links,
    missed,
    outbox,
    profile,
    register,
    review,
    search,
    set_aside,
    today,
)
from intake_bot.desk.console import Page
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit

_STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}


def _static(visit: Visit) -> Response:
    name = visit.path("name")
    if name not in _STATIC:
        raise PageNotFound
    return Response(visit.desk.pages.static(name), media_type=_STATIC[name])


PAGES: tuple[Page, ...] = (
    Page("GET", "/static/{name}", _static, None),
    Page("GET", "/sign-in", entrance.sign_in_page, None),
    Page("POST", "/sign-in", entrance.sign_in, None, stale=entrance.too_old),
    Page("POST", "/sign-in/link", entrance.ask_link, None, stale=entrance.too_old),
    Page("GET", "/sign-in/link/{token}", entrance.link_page, None),
    Page("POST", "/sign-in/link/{token}", entrance.enter_by_link, None),
    Page("GET", "/welcome/{token}", entrance.welcome_page, None),
    Page("POST", "/welcome/{token}", entrance.welcome, None),
    Page("GET", "/link/{token}", links.link_page, None),
    Page("POST", "/link/{token}", links.follow, None),
    Page("GET", "/calendar/{token}.ics", feed.feed, None),
    Page("POST", "/sign-out", entrance.sign_out, Permission.ACCOUNT),
    Page("GET", "/profile", profile.profile, Permission.ACCOUNT),
    Page("POST", "/profile/language", profile.language, Permission.ACCOUNT),
    Page("POST", "/profile/away", profile.away, Permission.REVIEW),
    Page("POST", "/profile/calendar", profile.calendar, Permission.CASES),
    Page("POST", "/profile/tokens", profile.add_token, Permission.ACCOUNT),
    Page("POST", "/profile/tokens/{token}/revoke", profile.revoke_token, Permission.ACCOUNT),
    Page("GET", "/", today.today, Permission.FIGURES),
    Page("GET", "/figures", figures.figures, Permission.FIGURES),
    Page("GET", "/review", review.first, Permission.REVIEW),
    Page("GET", "/review/{ref}", review.review, Permission.REVIEW),
    Page("POST", "/review/{ref}/{choice}", review.judge, Permission.REVIEW),
    Page("GET", "/missed", missed.missed, Permission.REVIEW),
    Page("POST", "/missed/{item}/{choice}", missed.judge, Permission.REVIEW),
    Page("GET", "/cases", register.register, Permission.CASES),
    Page("GET", "/cases/export.{form}", register.export, Permission.EXPORT),
    Page("GET", "/case/{ref}", case_page.case_page, Permission.CASES),
    Page("POST", "/case/{ref}/act/{action}", case_page.act, Permission.CASES),
    Page("GET", "/case/{ref}/deliver", deliver.deliver_page, Permission.REVIEW),
    Page("POST", "/case/{ref}/deliver", deliver.deliver, Permission.REVIEW, files=True),
    Page("POST", "/case/{ref}/pack", case_page.pack, Permission.EXPORT),
    Page("GET", "/case/{ref}/mail/{mail}/part/{section}", case_page.attachment, Permission.IDENTITY),
    Page("GET", "/case/{ref}/mail/{mail}/original", case_page.original, Permission.IDENTITY),
    Page("POST", "/service/pack", case_page.service_pack, Permission.EXPORT),
    Page("GET", "/outbox", outbox.outbox, Permission.LETTERS),
    Page("GET", "/outbox/{letter}", outbox.letter_page, Permission.CASES),
    Page("POST", "/outbox/{letter}/{choice}", outbox.decide, Permission.LETTERS),
    Page("GET", "/set-aside", set_aside.set_aside, Permission.CASES),
    Page("GET", "/set-aside/{item}/original", set_aside.original, Permission.IDENTITY),
    Page("GET", "/search", search.search, Permission.CASES),
)
