from datetime import date, timedelta

import holidays
import pytest

from intake_bot.errors import InvalidDeadlineInput
from intake_bot.law import calendars
from intake_bot.law.calendars import UnknownJurisdiction, add_working_days, holiday_name, is_working_day, roll

# Good Friday, Easter Monday, Ascension, Whit Monday, as printed in calendars.
FEASTS = {
    2026: ("04-03", "04-06", "05-14", "05-25"),
    2027: ("03-26", "03-29", "05-06", "05-17"),
    2028: ("04-14", "04-17", "05-25", "06-05"),
    2029: ("03-30", "04-02", "05-10", "05-21"),
    2030: ("04-19", "04-22", "05-30", "06-10"),
    2031: ("04-11", "04-14", "05-22", "06-02"),
    2032: ("03-26", "03-29", "05-06", "05-17"),
}
FIXED = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")


def days(year: int, *short: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in short}


@pytest.mark.parametrize("year", FEASTS)
def test_french_statutory_list_of_the_year(year: int) -> None:
    _, *moving = FEASTS[year]
    assert set(calendars.french_holidays(year)) == days(year, *FIXED, *moving)


@pytest.mark.parametrize("year", FEASTS)
def test_alsace_moselle_has_two_days_more(year: int) -> None:
    extra = set(calendars.french_holidays(year, "FR-ALS")) - set(calendars.french_holidays(year))
    assert extra == days(year, FEASTS[year][0], "12-26")


@pytest.mark.parametrize("year", range(2008, 2101))
def test_own_french_table_agrees_with_the_package(year: int) -> None:
    package = holidays.country_holidays("FR", years=year, observed=False)
    assert set(calendars.french_holidays(year)) == set(package)


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("FR-971", "05-27"),
        ("FR-972", "05-22"),
        ("FR-973", "06-10"),
        ("FR-974", "12-20"),
        ("FR-976", "04-27"),
        ("FR-977", "10-09"),
        ("FR-978", "05-27"),
    ],
)
def test_overseas_has_one_day_more(place: str, day: str) -> None:
    for year in FEASTS:
        extra = set(calendars.french_holidays(year, place)) - set(calendars.french_holidays(year))
        assert extra == days(year, day) - set(calendars.french_holidays(year))


def test_every_member_state_has_a_calendar_with_christmas_and_new_year() -> None:
    assert len(calendars.MEMBER_STATES) == 27
    for state in calendars.MEMBER_STATES:
        assert not is_working_day(date(2026, 12, 25), state)
        assert not is_working_day(date(2027, 1, 1), state)


def test_every_german_land_has_a_calendar() -> None:
    for land in ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]:
        assert not is_working_day(date(2028, 10, 3), f"DE-{land}")


@pytest.mark.parametrize("place", ["", "XX", "fr", "FR-75", "FR-", "DE-XX", "EU", "UK-SCT", "US", "BE-"])
def test_an_unknown_place_is_refused(place: str) -> None:
    with pytest.raises(UnknownJurisdiction):
        is_working_day(date(2026, 9, 1), place)


@pytest.mark.parametrize("year", [2007, 2101])
def test_a_year_without_known_holidays_is_refused(year: int) -> None:
    with pytest.raises(InvalidDeadlineInput):
        is_working_day(date(year, 6, 1), "FR")


def test_days_off_of_the_union_institutions_are_working_days() -> None:
    assert is_working_day(date(2026, 5, 15), "BE")
    assert is_working_day(date(2026, 12, 29), "BE")


def test_saturday_is_not_a_working_day() -> None:
    assert not is_working_day(date(2026, 9, 5), "FR")


def test_roll_goes_forward_over_easter_and_leaves_a_working_day_alone() -> None:
    assert roll(date(2026, 4, 4), "FR") == date(2026, 4, 7)
    assert roll(date(2026, 4, 3), "FR") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-04-02", 1, "2026-04-03"),
        ("2026-04-02", 2, "2026-04-07"),
        ("2026-04-07", -1, "2026-04-03"),
        ("2026-04-05", -1, "2026-04-03"),
        ("2026-04-05", 1, "2026-04-07"),
        ("2026-09-01", 0, "2026-09-01"),
        ("2026-09-01", -10, "2026-08-18"),
    ],
)
def test_add_working_days(day: str, count: int, expected: str) -> None:
    assert add_working_days(date.fromisoformat(day), count, "FR") == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "place", "english", "french"),
    [
        ("2026-04-06", "FR", "Easter Monday", "lundi de Pâques"),
        ("2026-11-11", "FR", "Armistice Day", "Armistice de 1918"),
        ("2026-05-22", "FR-972", "Abolition of Slavery", "abolition de l'esclavage"),
        ("2026-04-03", "FR-ALS", "Good Friday", "Vendredi saint"),
        ("2026-04-03", "DE", "Good Friday", "Vendredi saint"),
        ("2026-10-03", "DE", "German Unity Day", "Tag der Deutschen Einheit"),
        ("2026-07-21", "BE", "National Day", "Fête nationale"),
        ("2026-05-25", "UK", "Spring Bank Holiday", "Spring Bank Holiday"),
    ],
)
def test_holiday_names(day: str, place: str, english: str, french: str) -> None:
    assert holiday_name(date.fromisoformat(day), place, "en") == english
    assert holiday_name(date.fromisoformat(day), place, "fr") == french


def test_no_name_for_a_weekend_or_a_working_day() -> None:
    assert holiday_name(date(2026, 9, 5), "FR", "fr") is None
    assert holiday_name(date(2026, 4, 3), "FR", "fr") is None


def test_roll_never_needs_more_than_six_days() -> None:
    for place in ("FR", "FR-ALS", "DE-BY", "UK", "SE", "HR"):
        for offset in range(0, 3650):
            day = date(2025, 1, 1) + timedelta(days=offset)
            assert (roll(day, place) - day).days <= 6
