import json
from typing import Any

import pytest

from intake_bot.law.jsonl import deadline_jsonl

LINE: dict[str, Any] = {
    "id": "R-1",
    "received_at": "2026-09-01T08:00:00Z",
    "tz": "Europe/Paris",
    "right": "access",
    "jurisdiction": "FR",
    "events": [],
}


def answer(**changes: Any) -> dict[str, Any]:
    (line,) = deadline_jsonl([json.dumps(LINE | changes)])
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_has_exactly_the_fields_of_the_contract() -> None:
    assert list(answer()) == [
        "id",
        "due_on",
        "extended_due_on",
        "effective_due_on",
        "extension_valid",
        "safe_on",
        "due_at",
        "clock",
        "stop_processing",
        "alternatives",
        "explanation",
        "rule_set",
    ]


def test_the_values_of_a_line() -> None:
    events = [
        {"type": "id_requested", "at": "2026-09-03T10:00:00+02:00"},
        {"type": "id_received", "at": "2026-09-10T10:00:00+02:00"},
        {"type": "extension_notice", "at": "2026-09-20T10:00:00+02:00"},
    ]
    found = answer(events=events)
    explanation = found.pop("explanation")
    assert found == {
        "id": "R-1",
        "due_on": "2026-10-08",
        "extended_due_on": "2026-12-08",
        "effective_due_on": "2026-12-08",
        "extension_valid": True,
        "safe_on": "2026-12-01",
        "due_at": None,
        "clock": "month",
        "stop_processing": None,
        "alternatives": [
            {"due_on": "2026-10-01", "extended_due_on": "2026-12-01", "reading": "no_pause"},
            {"due_on": "2026-10-07", "extended_due_on": "2026-12-07", "reading": "pause_less_one_day"},
            {"due_on": "2026-10-12", "extended_due_on": "2026-12-10", "reading": "restart_on_identity"},
        ],
        "rule_set": "FR-2026.1",
    }
    assert "Thursday 8 October 2026" in explanation


def test_a_breach_has_its_moment_with_the_local_offset() -> None:
    found = answer(right="breach_report", received_at="2026-10-23T10:00:00Z")
    assert found["due_at"] == "2026-10-26T11:00:00+01:00"
    assert found["due_on"] == "2026-10-26"
    assert found["clock"] == "72h"


@pytest.mark.parametrize("identifier", ["R-1", 7, None, {"a": [1]}, "\ud800", "é\u2028"])
def test_any_identifier_comes_back_as_it_was(identifier: Any) -> None:
    assert answer(id=identifier)["id"] == identifier


def test_events_may_be_left_out() -> None:
    line = json.dumps({name: value for name, value in LINE.items() if name != "events"})
    assert json.loads(next(deadline_jsonl([line])))["due_on"] == "2026-10-01"


@pytest.mark.parametrize(
    "type_", ["mandate_requested", "heir_proof_requested", "claimed_earlier_receipt", "acknowledged", "", " ", "ID"]
)
def test_other_event_types_change_nothing(type_: str) -> None:
    if type_:
        assert answer(events=[{"type": type_, "at": "2026-08-01T10:00:00Z"}]) == answer()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"received_at": "2026-09-01T08:00:00"}, "zone"),
        ({"received_at": "2026-09-01"}, "zone"),
        ({"received_at": "yesterday"}, "ISO 8601"),
        ({"received_at": None}, "received_at"),
        ({"received_at": 1788249600}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "impossible"),
        ({"received_at": "9999-12-31T23:59:59-14:00"}, "impossible"),
        ({"received_at": "2150-01-01T00:00:00Z"}, "2100"),
        ({"tz": "Europe/Lutetia"}, "time zone"),
        ({"tz": "../etc/passwd"}, "time zone"),
        ({"tz": "Europe"}, "time zone"),
        ({"tz": ""}, "tz"),
        ({"right": "everything"}, "right"),
        ({"right": ["access"]}, "right"),
        ({"jurisdiction": "XX"}, "XX"),
        ({"jurisdiction": "FR-ZZ"}, "FR-ZZ"),
        ({"jurisdiction": "fr"}, "fr"),
        ({"events": "none"}, "events"),
        ({"events": ["x"]}, "event"),
        ({"events": [{"type": "id_requested"}]}, "at"),
        ({"events": [{"type": 3, "at": "2026-09-03T10:00:00Z"}]}, "type"),
        ({"events": [{"type": "id_requested", "at": "2026-09-03T10:00:00"}]}, "zone"),
        ({"events": [{"type": "header_date", "at": "2026-09-03T10:00:00"}]}, "zone"),
    ],
)
def test_a_bad_line_gives_its_id_and_an_error(changes: dict[str, Any], word: str) -> None:
    found = answer(**changes)
    assert found.keys() == {"id", "error"}
    assert found["id"] == "R-1"
    assert word in found["error"]


@pytest.mark.parametrize("field", ["received_at", "tz", "right", "jurisdiction"])
def test_a_missing_field_is_named(field: str) -> None:
    line = json.dumps({name: value for name, value in LINE.items() if name != field})
    assert field in json.loads(next(deadline_jsonl([line])))["error"]


@pytest.mark.parametrize("line", ["{", "nonsense", "[]", "3", '"x"', '{"id": NaN}', "[" * 100_000, "\x00"])
def test_what_is_no_json_object_gives_an_error_without_id(line: str) -> None:
    found = json.loads(next(deadline_jsonl([line])))
    assert found.keys() == {"id", "error"}
    assert found["id"] is None


def test_a_line_without_id_is_an_error() -> None:
    line = json.dumps({name: value for name, value in LINE.items() if name != "id"})
    assert json.loads(next(deadline_jsonl([line]))) == {"id": None, "error": "id is missing"}


def test_the_run_goes_on_after_a_bad_line_and_skips_empty_ones() -> None:
    good = json.dumps(LINE)
    found = [json.loads(line) for line in deadline_jsonl([good + "\n", "{\n", "\n", "  \n", good])]
    assert ["error" in line for line in found] == [False, True, False]


def test_lines_out_hold_no_line_end() -> None:
    assert all("\n" not in line for line in deadline_jsonl([json.dumps(LINE), "{"]))


def test_the_explanation_can_be_french() -> None:
    (line,) = deadline_jsonl([json.dumps(LINE)], lang="fr")
    assert "jeudi 1er octobre 2026" in json.loads(line)["explanation"]
