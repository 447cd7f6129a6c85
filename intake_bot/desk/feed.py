"""A calendar of safe dates for a calendar program (RFC 5545), under a private address. References only."""

from datetime import date, datetime, timedelta

from starlette.responses import Response

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.desk.desk import Desk
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.rendering import right_short
from intake_bot.desk.roles import Permission, may
from intake_bot.desk.visit import Visit
from intake_bot.store.register import Filter

#: Cases of one feed; those with the nearest safe date.
LARGEST = 1_000


def feed(visit: Visit) -> Response:
    """The calendar behind a token. The token is all that is asked: calendar programs cannot sign in."""
    account = visit.desk.accounts.by_calendar(visit.path("token"))
    if account is None or not may(account.role, Permission.CASES):
        raise PageNotFound
    lang = account.lang if account.lang in ("fr", "en") else visit.desk.settings.desk_language
    visit.desk.accounts.saw(account.name, "calendar", visit.now)
    return Response(calendar(visit.desk, lang, visit.now), media_type="text/calendar; charset=utf-8")


def calendar(desk: Desk, lang: str, now: datetime) -> bytes:
    """All safe dates that run, and the exact moments where an hour counts."""
    out = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//intake-bot//desk//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    ids = desk.register.ids(Filter((str(CaseStatus.OPEN), str(CaseStatus.UNCONFIRMED))), limit=LARGEST)
    for case_id in ids:
        case = desk.store.cases.case(case_id)
        if case is not None:
            out += _events(desk, case, lang, now)
    out.append("END:VCALENDAR")
    return "".join(_folded(line) for line in out).encode()


def _events(desk: Desk, case: Case, lang: str, now: datetime) -> list[str]:
    lines: list[str] = []
    for item in case.running:
        if item.safe_on is None:
            continue
        title = f"{case.ref} {right_short(str(item.right), lang)}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{case.id}-{item.right}@intake-desk",
            f"DTSTAMP:{_utc(now)}",
            *_when(item.due_at, item.safe_on),
            f"SUMMARY:{_escaped(title)}",
            f"DESCRIPTION:{_escaped(f'{desk.url}/case/{case.ref}')}",
            f"URL:{desk.url}/case/{case.ref}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return lines


def _when(at: datetime | None, day: date) -> list[str]:
    if at is not None:
        return [f"DTSTART:{_utc(at)}", f"DTEND:{_utc(at)}"]
    return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]


def _utc(value: datetime) -> str:
    return f"{clock.utc(value):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets (RFC 5545 3.1)."""
    octets, out, piece = 0, [], ""
    for sign in line:
        size = len(sign.encode())
        if octets + size > 73:
            out.append(piece)
            piece, octets = " ", 1
        piece += sign
        octets += size
    return "\r\n".join([*out, piece]) + "\r\n"
