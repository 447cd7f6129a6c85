"""Whether the DPO is away. Until then the digest, the alarms and the notifications go to the deputy too.

A person says it, or an out-of-office answer or a bounce does; what a person says is not cut short by a machine.
"""

from datetime import date, datetime, timedelta

from intake_bot.errors import IntakeError
from intake_bot.store.marks import Marks

#: Mark: the DPO is away until the day that is its key.
AWAY = "dpo_away"
#: Longer, somebody else is the DPO.
LONGEST = timedelta(days=180)


def away_until(marks: Marks) -> date | None:
    """The last day that was said, past or not; None when none ever was."""
    last = marks.last(AWAY)
    return date.fromisoformat(last[0]) if last else None


def is_away(marks: Marks, day: date) -> bool:
    """Whether the DPO is away on a day (local date of the controller)."""
    until = away_until(marks)
    return until is not None and until >= day


def say_away(marks: Marks, until: date, now: datetime) -> None:
    """A person says until when, that day included. `now` is aware."""
    marks.renew(AWAY, until.isoformat(), now)


def last_day(text: str, today: date) -> date:
    """The day that a person typed, YYYY-MM-DD. Raises IntakeError when it is none, is past or too far."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise IntakeError(
            f"“{text[:40]}” is no day: write it as 2026-12-18",
            f"« {text[:40]} » n’est pas un jour : écrivez-le comme 2026-12-18",
            field="until",
            aside="YYYY-MM-DD",
        ) from error
    if not today <= day <= today + LONGEST:
        raise IntakeError(
            f"{day} is no possible day: name one from today on, {LONGEST.days} days ahead at most",
            f"{day} n’est pas possible : nommez un jour à partir d’aujourd’hui, dans {LONGEST.days} jours au plus",
            field="until",
        )
    return day


def say_back(marks: Marks, today: date, now: datetime) -> None:
    """The DPO is back today."""
    say_away(marks, today - timedelta(days=1), now)


def seem_away(marks: Marks, today: date, now: datetime) -> None:
    """A machine answered for the DPO: away until the end of tomorrow, or as long as was said before."""
    until = today + timedelta(days=1)
    if not is_away(marks, until):
        say_away(marks, until, now)
