"""A changed holiday moves open cases: listed before and after, written and logged once."""

import json
from datetime import date
from pathlib import Path

import pytest

from intake_bot.cases.events import SERVICE_CHAIN, EventType
from intake_bot.law import calendars
from intake_bot.service.recomputation import Recomputation, shifts
from tests.integration.casework.house import House
from tests.support import service


def stale(house: House, ref: str, day: str) -> None:
    """As if the date had been computed under a holiday table of earlier days."""
    house.store.database.connection.execute(
        "UPDATE requested_rights SET due_on = ?, effective_due_on = ?, safe_on = ?, rule_set = 'FR-2025.9' "
        "WHERE case_id = (SELECT id FROM cases WHERE ref = ?)", (day, day, day, ref),
    )  # fmt: skip


def test_what_moves_is_listed_written_and_logged(house: House) -> None:
    case, still = house.open("access"), house.open("erasure")
    stale(house, case.ref, "2026-12-01")
    work = Recomputation(house.store, house.now)
    pairs = work.moved()
    assert [before.ref for before, _ in pairs] == [case.ref]
    moved = {item.name: (item.before, item.after) for item in shifts(*pairs[0])}
    assert moved["due_on"] == ("2026-12-01", "2026-12-02") and moved["rule_set"] == ("FR-2025.9", "FR-2026.1")
    assert work.apply(pairs, "Dora", "a holiday was missing") == 1
    assert work.moved() == [] and house.case(case.ref).due_on == date(2026, 12, 2)
    (told,) = house.facts(case, EventType.RECOMPUTED)
    assert ["access", "due_on", "2026-12-01", "2026-12-02"] in told["shifts"]
    assert house.facts(still, EventType.RECOMPUTED) == []
    logged = [event for event in house.store.cases.events(SERVICE_CHAIN) if event.type is EventType.RECOMPUTED]
    assert logged[0].payload == {"what": "recompute", "why": "a holiday was missing", "cases": 1}


def test_closed_cases_do_not_move(house: House) -> None:
    case = house.open("access")
    house.work.answer(case.ref, "Dora", "access", "withdrawn", reason="r")
    house.work.close(case.ref, "Dora")
    stale(house, case.ref, "2026-12-01")
    assert Recomputation(house.store).moved() == []
    house.store.cases.rebuild()


def test_the_holidays_are_not_frozen(house: House) -> None:
    assert not calendars.is_working_day(date(2026, 12, 25), "FR")


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    return service.environment(tmp_path / "state", SEND_MODE="approve")


def test_the_command_line_carries_a_case_from_receipt_to_closure(values: dict[str, str]) -> None:
    def run(*arguments: str, check: bool = True) -> tuple[int, str, str]:
        done = service.command(values, *arguments, check=check)
        return done.returncode, done.stdout, done.stderr

    run("case", "new", "--channel", "post", "--received", "2026-11-02", "--right", "access,erasure", "--as", "Dora",
        "--address", "ada@example.com", "--lang", "en")  # fmt: skip
    run("case", "2026-0001", "record-search", "--as", "Dora", "--system", "CRM", "--found", "nothing")
    shown = run("case", "2026-0001", "answer", "--as", "Dora", "--right", "access", "--outcome", "nothing_held",
                "--preview")[1]  # fmt: skip
    assert "Subject: Answer to your request, ref. 2026-0001" in shown
    told = json.loads(run("case", "2026-0001", "answer", "--as", "Dora", "--right", "access", "--outcome",
                          "nothing_held", "--json")[1])  # fmt: skip
    assert told["letters"][0]["kind"] == "nothing_held"
    code, _, error = run("case", "2026-0001", "refuse", "--as", "Carl", "--right", "erasure", "--reason", "r",
                         "--ground", "legal_duty", check=False)  # fmt: skip
    assert code == 1 and "IllegalTransition" in error and "advice" in error and "Traceback" not in error
    run("case", "2026-0001", "record-advice", "--as", "Dora", "--about", "refuse", "--advice", "keep the invoices")
    run("case", "2026-0001", "refuse", "--as", "Carl", "--right", "erasure", "--reason", "r", "--ground", "legal_duty")
    assert "is closed" in run("case", "2026-0001", "close", "--as", "Dora")[1]
    assert json.loads(run("recompute", "--json")[1]) == {"cases": 0, "applied": False, "moved": []}
    assert run("recompute", "--apply", check=False)[0] == 1
    assert run("audit", "verify")[0] == 0
