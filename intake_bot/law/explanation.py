"""A derivation in words: French and English, one sentence a line, dates in full and times with their zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from intake_bot.law.calendars import holiday_name
from intake_bot.law.steps import Fact, Step
from intake_bot.law.wording import KINDS, NO_DATE, OTHER_READING, READINGS, RULE_SET, STEPS

LANGUAGES = ("en", "fr")

_DAYS = (
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
)
_MONTHS = (
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
)


def explain_steps(
    steps: Iterable[Step], others: Iterable[tuple[str, date | None, date | None]], rule_set: str, lang: str
) -> str:
    """The sentences of the steps, of the other readings (code, due, extended) and the rule set, one a line.

    Raises ValueError for a language that is not spoken here.
    """
    which = LANGUAGES.index(lang)
    lines = [STEPS[step.code][which].format_map(_facts(step, lang)) for step in steps]
    for reading, due_on, extended_due_on in others:
        facts = {"reading": READINGS[reading][which], "due": _words(due_on, lang)}
        lines.append(OTHER_READING[which].format(**facts, extended=_words(extended_due_on, lang)))
    lines.append(RULE_SET[which].format(name=rule_set))
    return "\n".join(line[0].upper() + line[1:] for line in lines)


def date_words(day: date, lang: str) -> str:
    """Monday 23 November 2026, or lundi 23 novembre 2026 (1er for the first)."""
    which = LANGUAGES.index(lang)
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{_DAYS[which][day.weekday()]} {number} {_MONTHS[which][day.month - 1]} {day.year}"


def instant_words(instant: datetime, lang: str) -> str:
    """The date in full, the time to the second, the zone and its offset at that moment."""
    at = "at" if lang == "en" else "à"
    offset = instant.strftime("%z")
    return f"{date_words(instant, lang)} {at} {instant:%H:%M:%S} ({instant.tzinfo}, UTC{offset[:3]}:{offset[3:]})"


def _facts(step: Step, lang: str) -> Mapping[str, str]:
    facts = {name: _words(value, lang, name) for name, value in step.facts.items()}
    if "place" in step.facts:
        facts["skipped"] = _skipped(step, lang)
    return facts


def _words(value: Fact, lang: str, name: str = "") -> str:
    if value is None:
        return NO_DATE[LANGUAGES.index(lang)]
    if isinstance(value, datetime):
        return instant_words(value, lang)
    if isinstance(value, date):
        return date_words(value, lang)
    if name == "kind":
        return KINDS[str(value)][LANGUAGES.index(lang)]
    return str(value).replace("GDPR", "RGPD") if lang == "fr" else str(value)


def _skipped(step: Step, lang: str) -> str:
    """Each day over which the roll goes, with the name of the holiday or of the weekday."""
    day, to, place = step.facts["from"], step.facts["to"], str(step.facts["place"])
    assert isinstance(day, date)
    assert isinstance(to, date)
    reasons = []
    while day < to:
        weekday = _DAYS[LANGUAGES.index(lang)][day.weekday()]
        name = holiday_name(day, place, lang)
        reasons.append(f"{weekday} {day.day}: {name}" if name else weekday)
        day += timedelta(days=1)
    return ", ".join(reasons)
