"""Deadlines line by line, for `intake-bot deadline --jsonl` and for anyone who checks the engine from outside.

A line in: {"id", "received_at", "tz", "right", "jurisdiction", "events": [{"type", "at"}]}; "events" may be left out.
A line out: {"id", ...the dates, "explanation", "rule_set"}, or {"id", "error"}; the run goes on.
Instants are ISO 8601 with Z or an offset. Dates out are local dates of "tz".
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from intake_bot.errors import InvalidDeadlineInput
from intake_bot.law.deadlines import ClockEvent, ClockInput, compute
from intake_bot.law.events import (
    AUTHORITY_DEADLINE,
    EXTENSION_NOTICE,
    MINOR_AT_COLLECTION,
    RECEIVED_BY_JOINT_CONTROLLER,
)
from intake_bot.rights import Right

#: The event types of this interface that move a date; any other changes nothing. A question about a mandate or about
#: an heir's quality is told as id_requested: it is identity information (décret 2019-536 art. 77).
MOVING_EVENTS = frozenset(
    {
        "id_requested",
        "id_received",
        "id_insufficient",
        "clarification_requested",
        "clarification_received",
        EXTENSION_NOTICE,
        RECEIVED_BY_JOINT_CONTROLLER,
        MINOR_AT_COLLECTION,
        AUTHORITY_DEADLINE,
    }
)


def deadline_jsonl(lines: Iterable[str], lang: str = "en") -> Iterator[str]:
    """One line out for each line in, in order, without line ends; empty lines are skipped. Never raises for a bad line.

    `lang` is the language of the explanations, "en" or "fr".
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, lang), ensure_ascii=True)


def _answer(line: str, lang: str) -> dict[str, Any]:
    try:
        record = json.loads(line, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    if not isinstance(record, dict):
        return {"id": None, "error": "not a JSON object"}
    identifier = record.get("id")
    try:
        return {"id": identifier, **compute(_request(record)).to_json(lang)}
    except InvalidDeadlineInput as error:
        return {"id": identifier, "error": str(error)}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if abs(value) != float("inf") else _no_constant(text)


def _request(record: Mapping[str, Any]) -> ClockInput:
    """The request that a line tells. Raises InvalidDeadlineInput, naming the field."""
    if "id" not in record:
        raise InvalidDeadlineInput("id is missing")
    code = _text(record, "right")
    try:
        right = Right(code)
    except ValueError:
        raise InvalidDeadlineInput(f"unknown right {code!r}; known: {', '.join(Right)}") from None
    events = record.get("events", [])
    if not isinstance(events, list):
        raise InvalidDeadlineInput("events is not a list")
    told = [_event(event) for event in events]
    return ClockInput(
        right=right,
        received_at=_instant(record, "received_at"),
        tz=_text(record, "tz"),
        jurisdiction=_text(record, "jurisdiction"),
        events=tuple(event for event in told if event.type in MOVING_EVENTS),
    )


def _event(event: Any) -> ClockEvent:
    if not isinstance(event, dict):
        raise InvalidDeadlineInput("an event is not a JSON object")
    return ClockEvent(_text(event, "type"), _instant(event, "at"))


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidDeadlineInput(f"{name} is missing or is not text")
    return value


def _instant(record: Mapping[str, Any], name: str) -> datetime:
    text = _text(record, name)
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidDeadlineInput(f"{name} is not an ISO 8601 time: {text!r}") from None
    if value.utcoffset() is None:
        raise InvalidDeadlineInput(f"{name} has no zone (Z or an offset is needed): {text!r}")
    return value
