"""Pages from templates: every value escaped, an unknown name an error. French and English stand side by side."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intake_bot import clock
from intake_bot.cases import wording
from intake_bot.desk import words
from intake_bot.rights import ARTICLES, Right

_SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_DAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


class Pages:
    """Renders the templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["upper_first"] = lambda text: text[:1].upper() + text[1:]

    def render(self, name: str, lang: str, zone: str, today: date, context: Mapping[str, Any]) -> str:
        """One page. `lang` is fr or en; instants are shown in `zone`."""
        template = self._environment.get_template(f"{name}.html.j2")
        return template.render(**words_and_forms(lang, zone, today), **context)

    def static(self, name: str) -> bytes:
        """A style sheet or script of the console."""
        return (self.folder / name).read_bytes()


def words_and_forms(lang: str, zone: str, today: date) -> dict[str, Any]:
    """What every template can call."""

    def say(french: str, english: str) -> str:
        return french if lang == "fr" else english

    callables: dict[str, Callable[..., Any] | str | date] = {
        "lang": lang,
        "zone": zone,
        "today": today,
        "say": say,
        "right": lambda code: right_short(code, lang),
        "right_long": lambda code: wording.right_name(Right(code), lang),
        "word": lambda group, code: words.word(group, code, lang),
        "reason": lambda code: words.reason(code, lang),
        "language": lambda code: words.word("language", code or "?", lang),
        "day": lambda value: short_date(value, lang, today),
        "long_day": lambda value: wording.format_date(value, lang),
        "instant": lambda value: short_instant(value, zone, lang, today),
        "until": lambda value: until(value, today, lang),
        "number": lambda value: number(value, lang),
        "iso": lambda value: clock.to_text(value) if isinstance(value, datetime) else value.isoformat(),
    }
    return callables


def right_short(code: str, lang: str) -> str:
    """A right in a word or two, with its article where that is of the GDPR: "accès · 15"."""
    article = ARTICLES[Right(code)]
    return (
        f"{words.word('right', code, lang)} · {article}" if article[:1].isdigit() else words.word("right", code, lang)
    )


def short_date(value: date | None, lang: str, today: date) -> str:
    """ "mer. 23 déc.", with the year where it is not this one."""
    if value is None:
        return "–"
    year = f" {value.year}" if value.year != today.year else ""
    return f"{_DAYS[lang][value.weekday()]} {value.day} {_SHORT_MONTHS[lang][value.month - 1]}{year}"


def short_instant(value: datetime | None, zone: str, lang: str, today: date) -> str:
    """ "mer. 23 déc. 14:05 CET": local time with its zone."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{short_date(local.date(), lang, today)} {local:%H:%M} {local.tzname()}"


def until(value: date | None, today: date, lang: str) -> str:
    """How far a date lies off: "dans 12 j", "3 j de retard", "aujourd'hui"."""
    if value is None:
        return ""
    days = (value - today).days
    if days == 0:
        return "aujourd’hui" if lang == "fr" else "today"
    if days < 0:
        return f"{-days} j de retard" if lang == "fr" else f"{-days} d late"
    return f"dans {days} j" if lang == "fr" else f"in {days} d"


def number(value: float | int, lang: str) -> str:
    """A number as the language writes it: "1 234,5", "1,234.5"."""
    text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text
