"""Working days and public holidays of the place where the controller acts.

Regulation (EEC, Euratom) 1182/71 art. 2(1)-(2): public holidays are those "designated as such in the Member State ...
in which action is to be taken"; working days are "all days other than public holidays, Sundays and Saturdays". The
requester's country does not matter, nor do the days off of the EU institutions.

France has its own table here (Code du travail L.3133-1), checked in the tests against the `holidays` package. All other
countries come from that package, statutory list only: no day off "in lieu" of a weekend, no bridge day, no bank or
half day. England and Wales and the Spanish regions keep their days in lieu, which are holidays by law there.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays

from intake_bot.errors import InvalidDeadlineInput

FRANCE = "FR"
UNITED_KINGDOM = "UK"

#: Member States of the Union, ISO 3166 codes. A subdivision follows after a hyphen (DE-BY, ES-CT).
MEMBER_STATES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip

#: Whit Monday was no holiday in France from 2005 to 2007; the `holidays` package ends with 2100.
FIRST_YEAR, LAST_YEAR = 2008, 2100

#: Named days that the package lists but no statute makes a public holiday: working days exchanged by yearly decree.
_EXCHANGED_DAYS = ("Day off", "Non-working day")

#: English name, French name of the days that have the same name in every country.
Name = tuple[str, str]
_EASTER_DAYS: Mapping[int, Name] = {
    -3: ("Maundy Thursday", "Jeudi saint"),
    -2: ("Good Friday", "Vendredi saint"),
    0: ("Easter Sunday", "Pâques"),
    1: ("Easter Monday", "lundi de Pâques"),
    39: ("Ascension Day", "Ascension"),
    49: ("Pentecost", "Pentecôte"),
    50: ("Whit Monday", "lundi de Pentecôte"),
    60: ("Corpus Christi", "Fête-Dieu"),
}
_FIXED_DAYS: Mapping[tuple[int, int], Name] = {
    (1, 1): ("New Year's Day", "jour de l'An"),
    (1, 6): ("Epiphany", "Épiphanie"),
    (5, 1): ("Labour Day", "fête du Travail"),
    (8, 15): ("Assumption Day", "Assomption"),
    (11, 1): ("All Saints' Day", "Toussaint"),
    (12, 8): ("Immaculate Conception", "Immaculée Conception"),
    (12, 24): ("Christmas Eve", "veille de Noël"),
    (12, 25): ("Christmas Day", "Noël"),
    (12, 26): ("Second Day of Christmas", "lendemain de Noël"),
}

# Code du travail L.3133-1: the eleven national days. Whit Monday stays a holiday even where it is worked. No day in
# lieu when one falls on a weekend. Good Friday, 26 December and Easter Eve are working days nationally.
_FRENCH_FIXED: tuple[tuple[int, int], ...] = (
    (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
)  # fmt: skip
_FRENCH_EASTER = (1, 39, 50)
_FRENCH_NAMES: Mapping[tuple[int, int], Name] = {
    (5, 8): ("Victory Day 1945", "Victoire de 1945"),
    (7, 14): ("National Day", "fête nationale"),
    (11, 11): ("Armistice Day", "Armistice de 1918"),
}

# Alsace-Moselle (57, 67, 68): Code du travail L.3134-13, Good Friday and 26 December. Overseas: L.3422-2, the
# commemoration of the abolition of slavery, one day each; 975 has none. Nothing else (no Schoelcher day, no Good
# Friday), although calendars found elsewhere add them.
_ABOLITION: Name = ("Abolition of Slavery", "abolition de l'esclavage")
_FRENCH_LOCAL: Mapping[str, tuple[int, int] | None] = {
    "FR-ALS": (12, 26),
    "FR-971": (5, 27),  # Guadeloupe
    "FR-972": (5, 22),  # Martinique
    "FR-973": (6, 10),  # Guyane
    "FR-974": (12, 20),  # La Réunion
    "FR-975": None,  # Saint-Pierre-et-Miquelon
    "FR-976": (4, 27),  # Mayotte
    "FR-977": (10, 9),  # Saint-Barthélemy
    "FR-978": (5, 27),  # Saint-Martin
}


class UnknownJurisdiction(InvalidDeadlineInput):
    """No calendar of public holidays is known for this jurisdiction."""


def canonical(jurisdiction: str) -> str:
    """The code under which a calendar is kept: GB is UK. Raises UnknownJurisdiction."""
    return _profile(jurisdiction)[0]


def national(jurisdiction: str) -> str:
    """The calendar of the State alone, without local days: FR for FR-ALS, DE for DE-BY. Raises UnknownJurisdiction."""
    return canonical(jurisdiction).split("-")[0]


def is_working_day(day: date, jurisdiction: str) -> bool:
    """Art. 2(2): neither Saturday, nor Sunday, nor public holiday. Raises UnknownJurisdiction."""
    return day.weekday() < 5 and day not in _year(canonical(jurisdiction), day.year)


@lru_cache(maxsize=1 << 16)
def roll(day: date, jurisdiction: str) -> date:
    """The day itself or the next working day.

    Art. 3(4): "Where the last day of a period expressed otherwise than in hours is a public holiday, Sunday or
    Saturday, the period shall end with the expiry of the last hour of the following working day." Never backwards.
    """
    while not is_working_day(day, jurisdiction):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, jurisdiction: str) -> date:
    """The count-th working day after the day (before it when negative). The day itself is not counted, art. 3(1)."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, jurisdiction)
    return day


def holiday_name(day: date, jurisdiction: str, lang: str) -> str | None:
    """The name of the public holiday in French ("fr") or else English; None on any other day.

    A day without a French name in our table or the package keeps the name it has at home (Tag der Deutschen Einheit).
    """
    code = canonical(jurisdiction)
    names = _year(code, day.year).get(day)
    if names is None:
        return None
    return names[1] if lang == "fr" else names[0]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's computus)."""
    century, rest = divmod(year, 100)
    leap_centuries, remainder = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap_centuries - correction + 15) % 30
    weekday = (32 + 2 * remainder + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def french_holidays(year: int, jurisdiction: str = FRANCE) -> Mapping[date, Name]:
    """The statutory list of one year, with English and French names; jurisdiction FR, FR-ALS or FR-971 to FR-978."""
    sunday = easter(year)
    days = {sunday + timedelta(days=shift): _EASTER_DAYS[shift] for shift in _FRENCH_EASTER}
    days |= {date(year, *fixed): _FRENCH_NAMES.get(fixed) or _FIXED_DAYS[fixed] for fixed in _FRENCH_FIXED}
    local = _FRENCH_LOCAL.get(jurisdiction)
    if jurisdiction == "FR-ALS":
        days[sunday - timedelta(days=2)] = _EASTER_DAYS[-2]
        days[date(year, 12, 26)] = _FIXED_DAYS[(12, 26)]
    elif local:
        days.setdefault(date(year, *local), _ABOLITION)
    return days


def _package_holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, Name]:
    """The statutory list of another country, from the `holidays` package."""
    # Days in lieu are the holidays: Banking and Financial Dealings Act 1971 sch. 1; Real Decreto 2001/1983 art. 45
    # lets Spanish regions move a Sunday's holiday to Monday.
    moved = country in ("GB", "ES")

    def listed(language: str | None) -> Mapping[date, str]:
        return holidays.country_holidays(
            country, subdiv=subdivision, years=year, observed=moved, language=language, categories="public"
        )

    home = listed(_home_language(country))
    days: dict[date, Name] = {}
    for day, name in listed("en_US").items():
        if not name.startswith(_EXCHANGED_DAYS):
            common = _common_name(day, country)
            days[day] = (name, common[1] if common else home.get(day, name))
    return days


def _common_name(day: date, country: str) -> Name | None:
    """The name of a feast that falls on the same day all over the Union; orthodox Easter and bank holidays do not."""
    if country == "GB":
        return None
    feast = None if country in {"BG", "CY", "GR", "RO"} else _EASTER_DAYS.get((day - easter(day.year)).days)
    return feast or _FIXED_DAYS.get((day.month, day.day))


@lru_cache(maxsize=64)
def _home_language(country: str) -> str | None:
    """French where the package speaks it (BE, LU), else the country's own language."""
    known = getattr(holidays, country)
    return "fr" if "fr" in known.supported_languages else known.default_language


@lru_cache(maxsize=1024)
def _profile(jurisdiction: str) -> tuple[str, Callable[[int], Mapping[date, Name]]]:
    """Canonical code and the function that lists its holidays of a year."""
    code = UNITED_KINGDOM if jurisdiction == "GB" else jurisdiction
    if code == FRANCE or code in _FRENCH_LOCAL:
        return code, lambda year: french_holidays(year, code)
    if code == UNITED_KINGDOM:  # England and Wales
        return code, lambda year: _package_holidays("GB", "ENG", year)
    country, hyphen, subdivision = code.partition("-")
    if country in MEMBER_STATES - {FRANCE} and (not hyphen or subdivision in getattr(holidays, country).subdivisions):
        return code, lambda year: _package_holidays(country, subdivision or None, year)
    raise UnknownJurisdiction(f"no calendar of public holidays is known for jurisdiction {jurisdiction!r}")


@lru_cache(maxsize=4096)
def _year(code: str, year: int) -> Mapping[date, Name]:
    """The public holidays of one calendar year. Raises InvalidDeadlineInput outside the years that are known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidDeadlineInput(f"public holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}")
    return MappingProxyType(dict(_profile(code)[1](year)))
