"""The only source of the current time. Every instant in the program is timezone-aware UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def now() -> datetime:
    """The current instant, aware, UTC."""
    return datetime.now(UTC)


def utc(value: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError on a naive datetime."""
    if value.tzinfo is None:
        raise ValueError("a timezone-aware datetime is required")
    return value.astimezone(UTC)


def to_text(value: datetime) -> str:
    """ISO 8601 in UTC with microseconds, sortable as text: the form in which the store keeps instants."""
    return utc(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(value: str) -> datetime:
    """The reverse of to_text. Raises ValueError on anything else than ISO 8601 with a zone."""
    found = datetime.fromisoformat(value)
    return found if found.tzinfo is UTC else utc(found)


def local_date(value: datetime, zone: str) -> date:
    """The calendar date of an instant in an IANA zone."""
    return utc(value).astimezone(ZoneInfo(zone)).date()
