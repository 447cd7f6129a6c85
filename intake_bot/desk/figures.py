"""Calendar and figures: how many, how fast, how right. Counts only; management may see them."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from intake_bot.cases import wording
from intake_bot.desk import words
from intake_bot.desk.charts import Bar, columns, quantile, rows
from intake_bot.desk.desk import Desk
from intake_bot.desk.rendering import short_date
from intake_bot.desk.visit import Visit
from intake_bot.law.calendars import is_working_day
from intake_bot.service import drift
from intake_bot.store.learning import Week

#: Days ahead that the calendar shows, and for how long computed figures are shown again.
AHEAD, FRESH = 60, timedelta(minutes=5)
PERIODS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Measure:
    """A spread of durations: half are below `middle`, nine of ten below `most`. None without any."""

    count: int
    middle: float | None
    most: float | None


def collect(desk: Desk, days: int) -> dict[str, Any]:
    """The figures of the last days, computed anew at most every five minutes."""
    key, now = ("figures", days), desk.now()
    kept = desk.cache.get(key)
    if kept is not None and now - kept[0] < FRESH and kept[0].date() == now.date():
        found: dict[str, Any] = kept[1]
        return found
    register, since = desk.register, desk.today() - timedelta(days=days)
    found = {
        "computed_at": now,
        "since": since,
        "received": register.received_by_day(since),
        "rights": register.by_right(since),
        "languages": register.by_language(since),
        "outcomes": register.by_outcome(since),
        "dispositions": register.by_disposition(since),
        "corrections": register.corrections(since),
        "acknowledge": _measure(register.hours_to_acknowledge(since)),
        "close": _measure(register.days_to_close(since)),
        "recognise": _measure(register.days_to_recognise(since)),
        "missed": asdict(desk.missed.estimate(now - timedelta(days=days))),
        "weeks": drift.weeks(desk.settings, desk.store, now, timedelta(days=days)),
    }
    desk.cache[key] = (now, found)
    return found


def _measure(values: list[float]) -> Measure:
    return Measure(len(values), quantile(values, 0.5), quantile(values, 0.9))


def figures(visit: Visit) -> Response:
    """The page of charts."""
    desk = visit.desk
    days = next((period for period in PERIODS if period == visit.number("days", 90)), 90)
    found = collect(desk, days)
    return visit.page(
        "figures",
        days=days,
        periods=PERIODS,
        found=found,
        shares=shares(found),
        load=_load(visit, found["received"], found["since"]),
        rights=_bars(found["rights"], "right", visit),
        languages=_bars(found["languages"], "language", visit),
        outcomes=_bars(found["outcomes"], "outcome", visit),
        dispositions=_bars(found["dispositions"], "disposition", visit),
        drift=_drift(found["weeks"], visit),
        **_calendar(visit),
    )


def shares(found: dict[str, Any]) -> dict[str, float | None]:
    """Of the mails that made a case: opened alone, sent to review; of all cases: corrected by a person. Percent."""
    seen = found["dispositions"]
    opened = sum(seen.get(code, 0) for code in ("OPEN_CASE", "HOLD"))
    total = opened + seen.get("REVIEW", 0)
    said = found["corrections"]
    corrected = sum(said.get(code, 0) for code in ("right_added", "right_removed", "not_a_request"))
    if not total:
        return {"opened": None, "review": None, "corrected": None}
    return {
        "opened": 100 * seen.get("OPEN_CASE", 0) / total,
        "review": 100 * seen.get("REVIEW", 0) / total,
        "corrected": min(100.0, 100 * corrected / total),
    }


def _bars(counts: dict[str, int], group: str, visit: Visit) -> Markup:
    bars = [Bar(words.word(group, code or "?", visit.lang), count) for code, count in list(counts.items())[:14]]
    return rows(bars, visit.say("Répartition", "Breakdown")) if bars else Markup("")


def _load(visit: Visit, received: dict[str, int], since: date) -> Markup:
    """Cases received, by week beginning on Monday."""
    monday = since - timedelta(days=since.weekday())
    weeks: dict[date, int] = {}
    while monday <= visit.today:
        weeks[monday] = 0
        monday += timedelta(days=7)
    for text, count in received.items():
        day = date.fromisoformat(text)
        start = day - timedelta(days=day.weekday())
        if start in weeks:
            weeks[start] += count
    bars = [Bar(f"{start.day}/{start.month}", count, title=short_date(start, visit.lang, visit.today))
            for start, count in weeks.items()]  # fmt: skip
    return columns(bars, visit.say("Dossiers reçus par semaine", "Cases received by week"), every=len(bars) // 12 + 1)


def _drift(weeks: list[Week], visit: Visit) -> list[tuple[str, Markup]]:
    """The classifier by week: percent of the mails it read that a person had to look at, of the judged cases that were
    corrected, and how sure it was of what it opened or showed. A week that says nothing of a measure is left out."""
    shown = (
        (
            visit.say("Montrés pour revue, en % des messages lus", "Shown for review, % of the mails read"),
            [(week.monday, 100 * week.reviewed / week.read) for week in weeks],
        ),
        (
            visit.say("Corrigés, en % des dossiers jugés", "Corrected, % of the cases judged"),
            [(week.monday, 100 * week.corrected / week.judged) for week in weeks if week.judged],
        ),
        (
            visit.say("Assurance moyenne, en %", "Mean confidence, %"),
            [(week.monday, 100 * week.confidence) for week in weeks if week.confidence is not None],
        ),
    )
    return [(label, columns(bars, label, every=len(bars) // 8 + 1))
            for label, values in shown if (bars := [_week(*value, visit) for value in values])]  # fmt: skip


def _week(monday: date, value: float, visit: Visit) -> Bar:
    return Bar(f"{monday.day}/{monday.month}", value, title=short_date(monday, visit.lang, visit.today))


def _calendar(visit: Visit) -> dict[str, Any]:
    desk, today = visit.desk, visit.today
    counts = desk.register.deadlines_by_day(today - timedelta(days=365), today + timedelta(days=AHEAD))
    late = sum(count for day, count in counts.items() if date.fromisoformat(day) < today)
    bars, months = [], []
    for offset in range(AHEAD + 1):
        day = today + timedelta(days=offset)
        count = counts.get(day.isoformat(), 0)
        mark = "soon" if offset <= 5 else "calm"
        bars.append(Bar(f"{day.day}/{day.month}", count, mark, short_date(day, visit.lang, today)))
    for month in sorted(
        {(day.year, day.month) for day in (today, today + timedelta(days=31), today + timedelta(days=AHEAD))}
    ):
        months.append(_month(visit, month[0], month[1], counts))
    label = visit.say("Droits par date sûre, soixante jours", "Rights by safe date, sixty days")
    return {"deadlines": columns(bars, label, every=7, width=1160), "late": late, "months": months}


def _month(visit: Visit, year: int, month: int, counts: dict[str, int]) -> dict[str, Any]:
    first = date(year, month, 1)
    start = first - timedelta(days=first.weekday())
    place = visit.desk.settings.controller.jurisdiction
    weeks = []
    while start.month == month or start < first:
        days = [start + timedelta(days=offset) for offset in range(7)]
        weeks.append(
            [(day, counts.get(day.isoformat(), 0), is_working_day(day, place), day.month == month) for day in days]
        )
        start += timedelta(days=7)
    return {"name": f"{wording.MONTHS[visit.lang][month - 1]} {year}", "weeks": weeks}
