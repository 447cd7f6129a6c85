"""The register: every case, filtered, page by page, and as CSV, XLSX or JSON (accountability, GDPR art. 5(2))."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from intake_bot.cases.case import CaseStatus, Outcome
from intake_bot.desk import exports, lists
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.visit import Visit, download
from intake_bot.rights import Right
from intake_bot.service import undelivered
from intake_bot.store.register import MOST, ORDERS, Filter

SHOWN = 50
#: Days that a date field may name: a year has four digits in the store, and the day after has a midnight.
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)
CHANNELS = ("mail", "post", "phone", "counter", "web", "chat")


def register(visit: Visit) -> Response:
    """One page of the register."""
    wanted = filter_of(visit)
    order = visit.query("order") if visit.query("order") in ORDERS else "received"
    page = max(1, visit.number("page", 1, 100_000))
    count = visit.desk.register.count(wanted)
    # One more than is shown tells whether a page follows, however many cases match.
    ids = visit.desk.register.ids(wanted, order=order, limit=SHOWN + 1, offset=(page - 1) * SHOWN)
    shown = lists.lines(visit.desk, ids[:SHOWN])
    lists.seen(visit, "register", shown)
    asked = {
        name: value for name, value in visit.request.query_params.items() if name not in ("page", "done") and value
    }
    return visit.page(
        "register",
        lines=shown,
        count=count,
        most=MOST,
        page=page,
        pages=max(1, -(-count // SHOWN)),
        more=len(ids) > SHOWN,
        asked=asked,
        link=lambda **changed: "?" + urlencode({**asked, **changed}),
        query=urlencode(asked),
        order=order,
        choices={
            "statuses": ["running", *map(str, CaseStatus)],
            "rights": list(map(str, Right)),
            "outcomes": list(map(str, Outcome)),
            "languages": visit.desk.register.languages(),
            "channels": CHANNELS,
            "orders": list(ORDERS),
        },
    )


def filter_of(visit: Visit) -> Filter:
    """What the query asks for; unknown values do not narrow. Days are those of the controller's zone."""
    status = visit.query("status")
    statuses = ("open", "unconfirmed") if status == "running" else (status,) if status in set(CaseStatus) else ()
    since, until, zone = _day(visit.query("since")), _day(visit.query("until")), visit.desk.zone
    return Filter(
        statuses=statuses,
        right=visit.query("right") if visit.query("right") in set(Right) else "",
        outcome=visit.query("outcome") if visit.query("outcome") in set(Outcome) else "",
        lang=visit.query("lang")[:8],
        channel=visit.query("channel") if visit.query("channel") in CHANNELS else "",
        since=_midnight(since, zone) if since else None,
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        safe_from=_day(visit.query("safe_from")),
        safe_until=_day(visit.query("safe_until")),
        held={"yes": True, "no": False}.get(visit.query("held")),
        doubtful=visit.query("doubtful") == "yes",
        among=tuple(undelivered.cases(visit.desk.store)) if visit.query("back") == "yes" else None,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def export(visit: Visit) -> Response:
    """The filtered register as a file. It names no person."""
    form = visit.path("form")
    if form not in exports.FORMS:
        raise PageNotFound
    wanted = filter_of(visit)
    ids = set(visit.desk.register.ids(wanted))
    cases = [case for case in visit.desk.store.cases.all() if case.id in ids]
    content, media_type = exports.FORMS[form](sorted(cases, key=lambda case: case.ref), visit.lang)
    visit.saw("export", detail=f"{form}, {len(cases)} cases")
    return download(content, f"register-{visit.today.isoformat()}.{form}", media_type)
