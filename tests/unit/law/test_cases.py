"""The dated cases of cases/*.txt: computed by hand from a wall calendar and the law text, before the code ran."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from intake_bot.law.deadlines import ClockEvent, ClockInput, Deadline, compute
from intake_bot.rights import Right

EVENT_TYPES = {
    "q": "id_requested",
    "a": "id_received",
    "i": "id_insufficient",
    "m": "mandate_requested",
    "ma": "mandate_received",
    "h": "heir_proof_requested",
    "ha": "heir_proof_received",
    "c": "clarification_requested",
    "ca": "clarification_received",
    "x": "extension_notice",
    "j": "received_by_joint_controller",
    "minor": "minor_at_collection",
    "authority": "authority_deadline",
    "claimed": "claimed_earlier_receipt",
}


class DatedCase(NamedTuple):
    id: str
    request: ClockInput
    expected: list[str]


def _instant(text: str, zone: str, hour: int) -> datetime:
    if "T" in text:
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text), time(hour), ZoneInfo(zone))


def _cases() -> Iterator[DatedCase]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            name, right, received, *place, events, expected = (cell.strip() for cell in line.split("|"))
            jurisdiction, _, zone = (place[0] if place else "FR").partition(" ")
            zone = zone or "Europe/Paris"
            told = [event.split() for event in events.split(",") if event]
            yield DatedCase(
                name,
                ClockInput(
                    Right(right),
                    _instant(received, zone, 10),
                    zone,
                    jurisdiction,
                    tuple(ClockEvent(EVENT_TYPES.get(type_, type_), _instant(at, zone, 12)) for type_, at in told),
                ),
                _expectations(expected),
            )


def _expectations(text: str) -> list[str]:
    """Split on commas, but a list of reading codes after `alts` belongs together."""
    found: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        if " " in part:
            found.append(part)
        else:
            found[-1] += f",{part}"
    return found


def _text(value: date | bool | str | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value or "-")


def _shown(deadline: Deadline, expected: str) -> str:
    """What the deadline says about the thing of which the table states an expectation, in the table's notation."""
    what, _, value = expected.partition(" ")
    if what == "alt":
        code = value.partition("=")[0]
        found = {other.reading: other for other in deadline.alternatives}
        other = found[code]
        return f"alt {code}={_text(other.due_on)}/{_text(other.extended_due_on)}"
    if what == "alts":
        return "alts " + (",".join(other.reading for other in deadline.alternatives) or "-")
    values = {
        "due": deadline.due_on,
        "ext": deadline.extended_due_on,
        "eff": deadline.effective_due_on,
        "safe": deadline.safe_on,
        "valid": deadline.extension_valid,
        "at": deadline.due_at,
        "clock": deadline.clock.value,
        "stop": deadline.stop_processing,
        "rules": deadline.rule_set,
    }
    return f"{what} {_text(values[what])}"


CASES = list(_cases())


def test_the_table_has_at_least_150_cases_with_distinct_ids() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_date_computed_by_hand(case: DatedCase) -> None:
    deadline = compute(case.request)
    assert [_shown(deadline, expected) for expected in case.expected] == case.expected


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_case_is_explained(lang: str) -> None:
    for case in CASES:
        deadline = compute(case.request)
        words = deadline.to_json(lang)["explanation"]
        assert deadline.rule_set in words
        assert "{" not in words
        for day in (deadline.due_on, deadline.safe_on):
            assert day is None or str(day.year) in words
