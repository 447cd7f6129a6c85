"""Missed requests on a real Dovecot: drawn once a week, fetched without a trace, judged, destroyed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.cases.reminders import week_of
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.errors import IntakeError, KeyDestroyed, NotFound
from intake_bot.mail.imap import ImapMailbox
from intake_bot.service import application
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.forgetting import Forgetting
from intake_bot.service.missed import MissedRequests
from intake_bot.store.missed import SampleStatus
from intake_bot.store.store import Store
from tests.support.dovecot import DovecotServer
from tests.support.mails import letter, octets
from tests.support.service import command, environment, json_lines, opened, settings
from tests.support.smtp import SmtpSink
from tests.support.snapshot import snapshot

MISSED = "Bonjour, qui a mes coordonnées chez vous ? zyqmissed\n"


class Faint:
    """A classifier that finds no request, with a score that the subject names."""

    version = "faint"

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        score = int("".join(filter(str.isdigit, subject)) or 0) / 1000
        return Verdict((), {"access": score, "erasure": score / 2}, "fr", "none", (), (), (), "faint")


@dataclass
class House:
    """A mailbox with mails that were recorded last week."""

    dovecot: DovecotServer
    user: str
    values: dict[str, str]
    settings: Settings
    store: Store

    @property
    def today(self) -> date:
        return clock.local_date(clock.now(), "Europe/Paris") + timedelta(days=7)

    def now(self) -> datetime:
        return clock.now() + timedelta(days=7)

    @property
    def missed(self) -> MissedRequests:
        return MissedRequests(self.settings, self.store, now=self.now)

    def poll(self) -> list[str]:
        intake = application.build_intake(self.settings, self.settings.mailbox, self.store, Faint())
        try:
            return [outcome.disposition for outcome in intake.poll()]
        finally:
            intake.close()

    def fetch(self) -> int:
        assert self.settings.mailbox.imap is not None
        box = ImapMailbox(self.settings.mailbox.imap)
        try:
            return self.missed.fetch(box)
        finally:
            box.close()

    def retrieval(self) -> Any:
        return application.build_retrieval(self.settings, self.settings.mailbox, self.store, None)

    def waiting(self, subject: str) -> str:
        return next(item.sample.id for item in self.missed.waiting() if item.message.subject == subject)


@pytest.fixture
def house(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[House]:
    user = dovecot.new_user()
    values = environment(tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, MISSED_SAMPLE="6")
    found = settings(values)
    made = House(dovecot, user, values, found, opened(found))
    made.poll()
    mails = [octets(letter(number, MISSED, Subject=f"Question {number * 10}")) for number in range(1, 21)]
    dovecot.deliver(mails, user, received=datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert made.poll() == ["RECORD"] * 20
    yield made
    made.store.close()


def test_a_week_is_drawn_once_and_always_the_same(house: House) -> None:
    assert house.missed.draw(house.today) == 6
    assert house.missed.draw(house.today) is None
    first = house.store.missed.of_week(week_of(house.today))
    assert sorted(item.score for item in first)[-3:] == [0.18, 0.19, 0.2]
    with house.store.transaction() as connection:
        connection.execute("DELETE FROM missed")
        connection.execute("DELETE FROM missed_strata")
        connection.execute("DELETE FROM marks WHERE kind = 'missed_sample'")
    assert house.missed.draw(house.today) == 6
    again = house.store.missed.of_week(week_of(house.today))
    assert [item.position.uid for item in again] == [item.position.uid for item in first]
    assert house.missed.draw(house.today + timedelta(days=7)) == 0, "each mail has one week in which it may be drawn"


def test_nothing_is_drawn_when_off(house: House, tmp_path: Path) -> None:
    off = settings(house.values | {"INTAKE_MISSED_SAMPLE": "0"})
    assert MissedRequests(off, house.store).draw(house.today) is None
    assert not house.store.marks.has("missed_sample", week_of(house.today))


def test_fetching_leaves_no_trace_and_names_what_vanished(house: House) -> None:
    house.missed.draw(house.today)
    gone = house.store.missed.to_fetch("default")[0].position.uid
    with house.dovecot.connect(house.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([gone])
        client.expunge()
    before = snapshot(house.dovecot, house.user)
    assert house.fetch() == 5
    assert snapshot(house.dovecot, house.user) == before
    statuses = {item.position.uid: item.status for item in house.store.missed.of_week(week_of(house.today))}
    assert statuses.pop(gone) is SampleStatus.VANISHED
    assert set(statuses.values()) == {SampleStatus.WAITING}
    shown = house.missed.waiting()
    assert [item.scores[0][1] for item in shown] == sorted((item.scores[0][1] for item in shown), reverse=True)
    assert "zyqmissed" in shown[0].message.new_text
    assert b"zyqmissed" not in (house.settings.state_dir / "intake.sqlite").read_bytes()


def test_another_uidvalidity_means_other_mails(house: House) -> None:
    house.missed.draw(house.today)
    with house.store.transaction() as connection:
        connection.execute("UPDATE missed SET uidvalidity = uidvalidity + 1")
    assert house.fetch() == 0
    assert {item.status for item in house.store.missed.of_week(week_of(house.today))} == {SampleStatus.VANISHED}


def test_rightly_recorded_destroys_the_text(house: House) -> None:
    house.missed.draw(house.today)
    house.fetch()
    item = house.waiting("Question 200")
    key = house.store.database.value("SELECT key_id FROM missed WHERE id = ?", (item,))
    house.missed.no_request(item, "Dora")
    assert not house.store.keyring.exists(key)
    with pytest.raises(KeyDestroyed):
        house.store.keyring.cipher(key)
    with pytest.raises(NotFound, match="missed list"):
        house.missed.no_request(item, "Dora")
    found = house.missed.estimate(house.now() - timedelta(days=1))
    assert (found.sampled, found.judged, found.missed, found.per_thousand) == (6, 1, 0, 0.0)
    assert house.store.cases.all() == []


def test_a_missed_request_opens_a_case_with_its_receipt(house: House) -> None:
    house.missed.draw(house.today)
    house.fetch()
    result = house.missed.request(house.waiting("Question 200"), "Dora", house.retrieval())
    case = result.case
    assert result.opened and case.status == "unconfirmed"
    assert case.received_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert [(str(item.right), str(item.status)) for item in case.rights] == [("access", "unconfirmed")]
    assert str(case.safe_on) == "2026-12-02"
    line = house.store.database.row("SELECT * FROM ledger WHERE case_id = ?", (case.id,))
    assert line is not None and line["disposition"] == "REVIEW" and "missed_request" in line["reasons"]
    assert house.store.ledger.orphans() == [] and house.store.audit.verify()[1] == []
    assert {item.audience for item in house.store.outbox.all()} == {"desk"}, "nothing to the person"
    assert "zyqmissed" in house.store.correspondence.mails(case.id)[0]["content"]["text"]
    event = next(iter(house.store.cases.events(case.id)))
    assert event.actor == "Dora"
    estimate = house.missed.estimate(house.now() - timedelta(days=1))
    assert (estimate.judged, estimate.missed, estimate.per_thousand) == (1, 1, 1000.0)
    assert house.poll() == [], "and the mail is not taken again"


def test_the_reader_says_which_rights(house: House) -> None:
    house.missed.draw(house.today)
    house.fetch()
    item = house.waiting("Question 200")
    with pytest.raises(IntakeError, match="the rights are"):
        house.missed.request(item, "Dora", house.retrieval(), rights=["shoes"])
    case = house.missed.request(item, "Dora", house.retrieval(), rights=["erasure", "objection"]).case
    assert [str(right.right) for right in case.rights] == ["erasure", "objection"]


def test_what_nobody_judges_is_destroyed_after_two_weeks(house: House) -> None:
    house.missed.draw(house.today)
    house.fetch()
    keys = [row["key_id"] for row in house.store.database.rows("SELECT key_id FROM missed")]
    assert house.missed.expire(house.now() + timedelta(days=13)) == 0
    assert house.missed.expire(house.now() + timedelta(days=15)) == 6
    assert not any(house.store.keyring.exists(key) for key in keys)
    assert house.missed.waiting() == []
    assert b"zyqmissed" not in (house.settings.state_dir / "intake.sqlite").read_bytes()


def test_a_person_who_asks_to_be_forgotten_is(house: House) -> None:
    house.missed.draw(house.today)
    house.fetch()
    forgetting = Forgetting(house.settings, house.store, now=house.now)
    held = forgetting.holdings("p20@client.example")
    assert (held[0].what, held[0].count) == ("samples", 1)
    forgetting.forget("p20@client.example", "Dora")
    assert len(house.missed.waiting()) == 5


def test_the_clock_draws_and_the_digest_says_how_many_wait(house: House) -> None:
    Clockwork(house.settings, house.store, now=house.now).tick()
    house.fetch()
    work = Clockwork(house.settings, house.store, now=house.now)
    digest = work.write_digest(house.today + timedelta(days=1))
    assert digest is not None
    from intake_bot.service.letter_edit import text_of

    assert "(intake-bot missed list) : 6" in text_of(digest.raw)


def test_on_the_command_line(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute("UPDATE ledger SET recorded_at = ?", (clock.to_text(clock.now() - timedelta(days=7)),))
    drawn = json_lines(command(house.values, "missed", "draw", "--json").stdout)[0]
    assert (drawn["drawn"], drawn["fetched"], drawn["sample"]) == (6, 6, {"waiting": 6})
    listed = json_lines(command(house.values, "missed", "list", "--json", "--text").stdout)[0]
    assert len(listed) == 6 and "zyqmissed" in listed[0]["text"]
    assert "Question 200" in command(house.values, "missed", "list").stdout
    judged = command(house.values, "missed", "judge", listed[0]["id"], "--request", "--as", "Dora").stdout
    assert "unconfirmed" in judged and "2026-12-02" in judged
    command(house.values, "missed", "judge", listed[1]["id"], "--no-request", "--as", "Dora")
    unclear = command(house.values, "missed", "judge", listed[2]["id"], "--as", "Dora", check=False)
    assert unclear.returncode == 1 and "--request or --no-request" in unclear.stderr
    unknown = command(house.values, "missed", "judge", "nope", "--request", "--as", "Dora", check=False)
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr
