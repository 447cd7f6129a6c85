"""A second opinion: live through the request one day at a time and see on which evening each period ends.

Written from the text of the law alone. It shares no code with the engine: its own holiday table, no month arithmetic,
no formula N; it only crosses days off a wall calendar.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)

# Easter Sundays, copied from a printed calendar, not computed.
EASTER = {
    2025: date(2025, 4, 20), 2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16),
    2029: date(2029, 4, 1), 2030: date(2030, 4, 21), 2031: date(2031, 4, 13), 2032: date(2032, 3, 28),
    2033: date(2033, 4, 17),
}  # fmt: skip
FRENCH_DAYS = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]
LOCAL_DAYS: dict[str, list[str]] = {"FR": [], "FR-ALS": ["12-26"], "FR-972": ["05-22"], "FR-974": ["12-20"]}


@cache
def works(day: date, place: str) -> bool:
    """Neither Saturday, nor Sunday, nor public holiday."""
    sunday = EASTER[day.year]
    moving = [sunday + DAY, sunday + 39 * DAY, sunday + 50 * DAY]
    if place == "FR-ALS":
        moving.append(sunday - 2 * DAY)
    if day.strftime("%A") in ("Saturday", "Sunday") or day in moving:
        return False
    return f"{day:%m-%d}" not in FRENCH_DAYS + LOCAL_DAYS[place]


@cache
def days_in_months(start: date, months: int) -> int:
    """Days from the start to the same date so many months on, or to that month's last day if it lacks the date."""
    day, turned, crossed = start, 0, 0
    while True:
        if turned == months and (day.day == start.day or (day + DAY).month != day.month):
            return crossed
        turned += (day + DAY).month != day.month
        day += DAY
        crossed += 1


@dataclass
class Story:
    """A request as it is lived: instants with zone, event types as the engine names them."""

    right: str
    received: datetime
    place: str
    events: list[tuple[str, datetime]]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))


class Way(NamedTuple):
    """How the law is read. The strict reading of the notice is lived without pauses."""

    pauses: bool = True
    notice_by_unrolled: bool = False
    two_after_first: bool = False


class Ending(NamedTuple):
    due: date | None
    extended: date | None
    binding: date | None
    valid: bool | None
    suspended: bool


def live(story: Story, way: Way, place: str) -> Ending:
    """Cross off one day after the other until both periods are over or nothing more will happen."""
    marketing = story.right == "objection_marketing"
    extendable = not marketing and not (
        story.right == "erasure" and any(type_ == "minor_at_collection" for type_, _ in story.events)
    )
    receipts = [story.received] + [at for type_, at in story.events if type_ == "received_by_joint_controller"]
    start = min(at.astimezone(story.zone).date() for at in receipts)
    diary: dict[date, list[str]] = {}
    for type_, at in sorted(story.events, key=lambda event: event[1]):
        day = at.astimezone(story.zone).date()
        if not (day < start and type_ == "extension_notice"):
            diary.setdefault(max(day, start), []).append(type_)

    first_left = days_in_months(start, 1)
    month_end = start + first_left * DAY
    if way.two_after_first:
        extended_left = first_left + days_in_months(start + first_left * DAY, 2)
    else:
        extended_left = days_in_months(start, 3)
    waiting: set[str] = set()  # questions without sufficient answer
    due = extended = None
    valid: bool | None = None
    today = start
    last_entry = max(diary, default=start)
    while True:
        if today > start and not waiting:  # the day of receipt and the days of waiting are not crossed off
            first_left = max(first_left - 1, 0)
            extended_left = max(extended_left - 1, 0)
        for type_ in diary.get(today, []):
            what, _, verb = type_.rpartition("_")
            running = due is None or (valid and extended is None)
            if type_ == "extension_notice" and not valid:
                valid = extendable and due is None and not (way.notice_by_unrolled and today > month_end)
            elif verb == "requested" and what in ("id", "mandate") and way.pauses and not marketing and running:
                waiting.add(what)
            elif verb == "received" and what in waiting:
                waiting.remove(what)
        if not waiting and works(today, place):
            if due is None and first_left == 0:
                due = today
            if extended is None and extended_left == 0 and due is not None:
                extended = today
        if today > last_entry and (waiting or (due and extended)):
            break
        today += DAY
    if not extendable or valid is False or waiting:
        extended = None
    binding = None if waiting else (extended if valid else due)
    return Ending(due, extended, binding, valid, bool(waiting))


def safest(story: Story) -> date:
    """The earliest binding date over the default and every stricter way to read the law."""
    places = {story.place, "FR"}
    ways = [Way(), Way(two_after_first=True)]
    ways += [Way(False, unrolled, two) for unrolled in (False, True) for two in (False, True)]
    found = [live(story, way, place).binding for way in ways for place in places]
    return min(day for day in found if day)
