"""Learning from the DPO, on a real store: what was judged, the weeks side by side, a lesson, what an erasure undoes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.cases.ports import LedgerEntry
from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.learning import LEAST
from intake_bot.errors import IntakeError
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.service import health
from intake_bot.service.learning import Learning
from intake_bot.store.learning import Week
from tests.integration.casework.house import RECEIVED, House
from tests.support.corpus import few
from tests.support.service import command, environment

COPY = "Please send me a copy of what you keep about me. Regards, Quentin Zyqbelval, +33 6 39 98 00 00"
GONE = "Bonjour, merci de supprimer mon compte et tout ce qui va avec. Zyqbelval"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A few mails of each set."""
    return few(tmp_path / "corpus", train=150, others=30)


def learning(house: House, corpus: Path) -> Learning:
    return Learning(house.settings, house.store, corpus=corpus, now=house.now)


def silent(line: str) -> None:
    assert line


def test_judged_mails_come_with_the_labels_of_the_person_and_without_details(house: House, corpus: Path) -> None:
    first = house.open("objection", status="unconfirmed", text=COPY)
    house.work.correct(first.ref, "Dora", ["access"], reason="misread")
    second = house.open("erasure", "access", status="unconfirmed", text=GONE, lang="fr")
    house.work.confirm(second.ref, "Dora", rights=["erasure"])
    house.open("erasure", text=GONE)  # nobody has judged it
    third = house.open("erasure", status="unconfirmed", text=GONE)
    house.work.not_a_request(third.ref, "Dora", reason="sales")  # its text is destroyed
    found = {item.mail.id: item.mail for item in learning(house, corpus).judged(silent)}
    assert set(found) == {first.id, second.id}
    assert (found[first.id].labels, found[first.id].optional) == ({"access"}, frozenset())
    assert (found[second.id].labels, found[second.id].optional) == ({"erasure"}, {"access"})
    assert "copy of what you keep" in found[first.id].body
    assert not [mail for mail in found.values() if "Zyqbelval" in mail.body or "39 98" in mail.body]


def test_an_erased_case_teaches_nothing(house: House, corpus: Path) -> None:
    case = house.open("access", status="unconfirmed", text=COPY)
    house.work.confirm(case.ref, "Dora")
    assert len(learning(house, corpus).judged(silent)) == 1
    house.store.retention.erase(case.id, {"why": "test"}, house.now())
    assert learning(house, corpus).judged(silent) == []


def test_learning_is_off_until_the_administrator_says_otherwise(house: House, corpus: Path) -> None:
    with pytest.raises(IntakeError, match="INTAKE_LEARN=on"):
        learning(house, corpus).retrain([], silent)
    assert not house.settings.learned_dir.exists()


def test_a_lesson_is_put_in_place_or_refused_and_can_be_forgotten(tmp_path: Path, corpus: Path) -> None:
    house = House(tmp_path / "state", LEARN="on")
    try:
        for number in range(LEAST):
            wanted, text = (("access", COPY), ("erasure", GONE))[number % 2]
            case = house.open("objection", status="unconfirmed", text=f"{text} {number}")
            house.work.correct(case.ref, "Dora", [wanted], reason="misread")
        school = learning(house, corpus)
        found = school.judged(silent)
        assert len(found) == LEAST
        assert not any(item.misread for item in found)  # no classifier ran
        lesson = school.retrain(found, silent)
        assert house.settings.learned_dir.exists() is not bool(lesson.refused)
        if not lesson.refused:
            assert Classifier.load(learned=house.settings.learned_dir).version == lesson.version
        said = [json.dumps(dict(e.payload or {})) for e in house.store.cases.events("service")]
        assert any("learned" in line for line in said) is not bool(lesson.refused)
        erased = house.store.learning.judged()[0]
        house.store.retention.erase(erased, {"why": "test"}, house.now())
        with pytest.raises(IntakeError, match=str(LEAST)):  # too few are left, and the former lesson held one of them
            school.retrain(school.judged(silent), silent)
        assert not house.settings.learned_dir.exists()
        assert not school.forget()
        assert not [path for path in (tmp_path / "state").rglob("*") if _holds(path, b"Zyqbelval")]
    finally:
        house.close()


def test_check_says_when_a_lesson_belongs_to_another_model(house: House) -> None:
    house.settings.learned_dir.mkdir()
    (house.settings.learned_dir / "card.json").write_text('{"beside": "another", "version": "another+1"}')
    found = [item for item in health.check(house.settings) if item.part == "model"]
    assert [item.level for item in found] == ["ok", "warn"]
    assert "learn --retrain" in found[1].text


def _holds(path: Path, word: bytes) -> bool:
    return path.is_file() and word in path.read_bytes()


def record(house: House, uid: int, at: datetime, route: str | None, score: float, source: str = "live") -> None:
    place = Position("default", "INBOX", 9, uid, FolderRole.INBOX)
    entry = LedgerEntry(
        place, "RECORD", (), at, source, size=1, route=route, scores=json.dumps({"access": score, "erasure": 0.02})
    )
    with house.store.transaction():
        house.store.ledger.add(entry)


def test_weeks_show_what_was_read_shown_corrected_and_how_surely(house: House, corpus: Path) -> None:
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    record(house, 1, monday, "open", 0.9)
    record(house, 2, monday + timedelta(days=6, hours=23, minutes=59), "review", 0.5)
    record(house, 3, monday + timedelta(days=3), "none", 0.01)
    record(house, 4, monday + timedelta(days=3), None, 0.01)  # screened out: the classifier did not read it
    record(house, 5, monday + timedelta(days=3), "open", 0.9, source="import")
    record(house, 6, monday + timedelta(days=7), "none", 0.02)
    record(house, 7, monday - timedelta(weeks=40), "open", 0.9)  # longer ago than is shown
    right = house.open("access", status="unconfirmed", text=COPY)
    house.work.confirm(right.ref, "Dora")
    wrong = house.open("access", status="unconfirmed", text=COPY)
    house.work.correct(wrong.ref, "Dora", ["erasure"], reason="misread")
    house.open("access", text=COPY)
    assert RECEIVED.date() == monday.date()
    first, second = learning(house, corpus).weeks()
    assert first == Week(monday.date(), 3, 1, 1, pytest.approx(0.7), judged=2, corrected=1)  # type: ignore[arg-type]
    assert second == Week((monday + timedelta(days=7)).date(), 1, 0, 0, None)


def test_the_command_shows_the_weeks_and_says_what_is_missing(tmp_path: Path) -> None:
    values = environment(tmp_path / "state")
    house = House(tmp_path / "state")
    record(house, 1, clock.now() - timedelta(days=2), "review", 0.5)
    house.close()
    shown = command(values, "learn").stdout
    assert "week of" in shown
    assert "100.0%" in shown
    assert "0 judged mails" in shown
    data = json.loads(command(values, "learn", "--json").stdout)
    assert data["weeks"][0]["reviewed"] == 1
    refused = command(values, "learn", "--retrain", check=False)
    assert refused.returncode == 1
    assert "INTAKE_LEARN=on" in refused.stderr
