"""Arithmetic of periods: Regulation (EEC, Euratom) 1182/71 art. 3 and CJEU C-171/03 Toeters. Calendar dates only."""

import calendar
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def add_months(day: date, months: int) -> date:
    """The last day of a period of whole months that an event on the day sets going, before any roll.

    Art. 3(1): the day of the event "shall not be considered as falling within the period". Art. 3(2)(c): the period
    ends "with the expiry of the last hour of whichever day in the last ... month ... falls on the same date as the day
    from which the period runs"; where that date does not occur, "with the expiry of the last hour of the last day of
    that month". So 31 August and one month is 30 September, and 28 February and one month is 28 March.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
