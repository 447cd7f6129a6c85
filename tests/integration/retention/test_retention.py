"""The schedule done: each thing at its day, explained before, with what must remain; and what a person is owed."""

import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.classifier.verdict import Verdict
from intake_bot.commands import context
from intake_bot.commands import retention as commands
from intake_bot.config import Settings
from intake_bot.errors import IntakeError, KeyDestroyed, StoreError, VaultError
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched, FolderState
from intake_bot.rights import Right
from intake_bot.service import application
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.documents import IdentityDocuments
from intake_bot.service.forgetting import Forgetting
from intake_bot.service.letter_edit import text_of
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.service.retention import Retention
from intake_bot.service.suppression import Suppression
from intake_bot.store.attachments import DocumentKind
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.store import Store
from tests.support import marked
from tests.support.service import environment, opened, settings

ADDRESS = "zyqaddress@person.example"
DAY = timedelta(days=1)


class Says:
    """A classifier that says the same of every mail: what the labels are is not the matter here."""

    version = "fixed"

    def __init__(self, label: str) -> None:
        self.label = label

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        labels = (self.label,) if self.label else ()
        scores = {self.label: 0.99} if self.label else {"access": 0.001}
        return Verdict(labels, scores, "fr", "open" if labels else "none", (), labels, labels, self.version)


class House:
    """A service on a state directory, with a clock that can be set."""

    def __init__(self, folder: Path, **extra: str) -> None:
        self.values = environment(folder, MAIL_ADDRESS="info@octoop.com", DPO_EMAIL="dpo@octoop.com", **extra)
        self.settings: Settings = settings(self.values)
        self.store: Store = opened(self.settings)
        self.uids = itertools.count(1)
        self.at: datetime = clock.now()

    def now(self) -> datetime:
        return self.at

    def take(self, raw: bytes, label: str = "access") -> Any:
        pipeline: Pipeline = application.build_pipeline(
            self.settings, self.settings.mailbox, self.store, Says(label), now=self.now
        )
        uid = next(self.uids)
        place = Position("default", "INBOX", 1, uid)
        state = FolderState("INBOX", FolderRole.INBOX, 1, uid + 1, uid)
        if uid == 1:
            self.store.ledger.start_folder("default", state, 1, self.at)
        return pipeline.take(Fetched(place, raw, self.at, len(raw)), Passage("live", state=state))

    def close(self, case: Case, outcome: str = "granted") -> None:
        facts = [
            NewEvent(EventType.ANSWERED, "dpo", self.at, {"outcome": outcome}),
            NewEvent(EventType.CLOSED, "dpo", self.at, {}),
        ]
        self.store.cases.append(case.id, facts)

    @property
    def retention(self) -> Retention:
        return Retention(self.settings, self.store, now=self.now)

    def purge(self, later: timedelta = timedelta()) -> dict[str, int]:
        self.at += later
        report = self.retention.purge(clock.local_date(self.at, "Europe/Paris"))
        assert report.problems == []
        assert self.store.audit.verify()[1] == []
        assert self.store.ledger.orphans() == []
        assert all(not account.missing for account in self.store.ledger.accounts())
        return {name: count for name, count in report.done.items() if name != "orphaned_keys"}


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path / "state")
    yield made
    made.store.close()


def commanded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that are called here find the house."""
    for name, value in house.values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(context, "configure", lambda *given: None)  # the logging of the tests stays


def first(house: House) -> Case:
    return house.store.cases.all()[0]


def test_a_case_is_trimmed_archived_and_erased_at_its_days(house: House) -> None:
    house.take(marked.request())
    case = first(house)
    assert house.purge(3 * DAY) == {}
    house.close(case)
    assert house.retention.open_duties(house.at) == 1
    assert house.retention.open_duties(house.at) == 0
    assert house.purge(85 * DAY) == {"id_unasked": 1}
    old_key = house.store.cases.key_of(case.id)
    assert house.purge(10 * DAY) == {"case_content": 1, "case_active": 1}
    assert not house.store.keyring.exists(old_key)
    assert house.store.retention._reseal.under(old_key) == 0
    content = house.store.correspondence.mails(case.id)[0]["content"]
    assert content["trimmed"] and content["new_text"] == "" and content["senders"][0]["address"] == ADDRESS
    assert len(content["original_sha256"]) == 64
    assert house.store.correspondence.original(house.store.correspondence.mails(case.id)[0]["id"]) is None
    letters = {letter.kind: letter.raw for letter in house.store.outbox.all(case_id=case.id)}
    assert letters["acknowledgement"] is not None and letters["dpo_notification"] is None
    assert all(event.payload is not None for event in house.store.cases.events(case.id))
    assert house.store.duties.waiting()[0].copies[0].message_id == "<zyqmessageid.1@person.example>"
    assert house.purge(30 * DAY) == {}
    assert house.purge(5 * 365 * DAY) == {"case_archive": 1}
    line = first(house)
    assert (line.ref, [str(item.outcome) for item in line.rights]) == (case.ref, ["granted"])
    events = list(house.store.cases.events(case.id))
    assert [event.payload is None for event in events] == [True] * (len(events) - 1) + [False]
    assert events[-1].payload is not None and events[-1].payload["scope"] == "copies held by the bot"
    assert house.take(marked.request()).disposition == "DUPLICATE"
    assert len(house.store.cases.all()) == 1
    assert house.purge(DAY) == {}


def test_the_plan_explains_and_writes_nothing(house: House) -> None:
    house.take(marked.request())
    house.close(first(house))
    house.at += 100 * DAY
    today = clock.local_date(house.at, "Europe/Paris")
    before = house.store.database.value("SELECT count(*) FROM events")
    plan = house.retention.plan(today)
    assert [(step.what, step.action) for step in plan] == [
        ("case_active", "archive"), ("case_content", "trim"), ("id_unasked", "erase"),
    ]  # fmt: skip
    assert all(step.reason and step.due_on and step.due_on <= today for step in plan)
    assert house.store.database.value("SELECT count(*) FROM events") == before


def test_a_mail_that_is_no_request_loses_its_identifiers_then_its_line(house: House) -> None:
    house.take(marked.sales(), "")
    house.take(marked.request())
    assert house.purge(29 * DAY).get("mail_identifiers") is None
    assert house.purge(3 * DAY)["mail_identifiers"] == 1
    row = house.store.database.row("SELECT * FROM ledger WHERE case_id IS NULL")
    assert row is not None and row["sender_key"] is None and row["content_key"] is not None
    assert house.take(marked.sales(), "").disposition == "DUPLICATE"
    assert house.purge(400 * DAY)["mail_record"] == 2
    accounts = house.store.ledger.accounts()
    assert [(item.explained, item.expired, item.vanished) for item in accounts] == [(1, 2, 0)]


def test_what_was_no_request_is_erased_the_same_night(house: House) -> None:
    house.take(marked.request())
    case = first(house)
    house.store.cases.append(case.id, [NewEvent(EventType.NOT_A_REQUEST, "dpo", house.at, {"reason": "sales"})])
    assert house.retention.open_duties(house.at) == 0
    assert house.purge() == {"review_text": 1}
    assert house.store.correspondence.mails(case.id)[0]["content"] is None


def test_a_dispute_keeps_a_case_until_it_is_released(house: House) -> None:
    house.take(marked.request())
    case = first(house)
    house.close(case)
    house.purge(8 * DAY)
    house.store.retention.hold(case.id, "dpo", "the authority asks", house.at)
    assert house.purge(7 * 365 * DAY) == {}
    house.store.retention.release(case.id, "dpo", house.at)
    assert house.purge() == {"case_archive": 1}


def test_the_command_keeps_a_case_and_gives_it_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.take(marked.request())
    case = first(house)
    house.close(case)
    monkeypatch.setattr(context, "settings", lambda: house.settings)
    with pytest.raises(IntakeError, match="--reason"):
        commands.keep(case.ref, "Dora")
    with pytest.raises(IntakeError, match="no case"):
        commands.keep("2026-9999", "Dora", reason="the authority asks")
    commands.keep(case.ref, "Dora", reason="the authority asks")
    assert house.purge(7 * 365 * DAY) == {}
    commands.keep(case.ref, "Dora", end=True)
    assert house.purge(1 * DAY)
    with pytest.raises(IntakeError, match="destroyed already"):
        commands.keep(case.ref, "Dora", reason="too late")


def test_an_erasure_that_was_killed_before_its_keys_fell_is_ended_by_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take(marked.request())
    case = first(house)
    key = house.store.cases.key_of(case.id)
    with monkeypatch.context() as patched:
        patched.setattr(house.store.keyring, "destroy", lambda keys: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            house.store.retention.erase(case.id, {"why": "test"}, house.at)
    assert house.store.keyring.exists(key)
    house.purge()
    assert not house.store.keyring.exists(key)


def test_an_identity_document_is_apart_and_goes_with_the_check(house: House) -> None:
    house.take(marked.request())
    case = first(house)
    desk = IdentityDocuments(house.store, now=house.now)
    document = desk.waiting(case.id)[0]
    assert (document.kind, document.content_type, document.asked) == (DocumentKind.IDENTITY, "image/png", False)
    mail = house.store.correspondence.mails(case.id)[0]
    original = house.store.correspondence.original(mail["id"])
    assert original is not None and len(original) < 3000
    assert [item.get("kept_apart") for item in mail["content"]["attachments"]] == ["identity", None]
    _, octets = desk.look(document.id, "dpo")
    assert octets == marked.PASSPORT
    with pytest.raises(IntakeError, match="without its number"):
        desk.record_check(case.id, document_type="passeport 12AB34567", result="matches", actor="dpo")
    waiting = desk.record_check(case.id, document_type="passeport", result="matches", actor="dpo")
    assert [(duty.reason, duty.copies[0].folder) for duty in waiting] == [("identity_checked", "INBOX")]
    with pytest.raises(StoreError):
        desk.look(document.id, "dpo")
    facts = {str(event.type): event.payload for event in house.store.cases.events(case.id)}
    assert facts["erased"]["scope"] == "copies held by the bot" and facts["erased"]["count"] == 1
    assert facts["action_recorded"]["result"] == "matches" and facts["action_recorded"]["by"] == "dpo"
    desk.confirm_removed(waiting[0].id, "dpo")
    assert house.store.duties.waiting() == []


def test_what_could_not_be_saved_was_opened_by_nobody(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commanded(house, monkeypatch)
    house.take(marked.request())
    case = first(house)
    document = IdentityDocuments(house.store).waiting(case.id)[0]

    def looks() -> int:
        return sum(event.type is EventType.NOTED for event in house.store.cases.events(case.id))

    with pytest.raises(FileNotFoundError):
        commands.documents_save(document.id, tmp_path / "missing", "dpo")
    assert looks() == 0
    commands.documents_save(document.id, tmp_path, "dpo")
    (saved,) = tmp_path.glob(f"{document.id}-*")
    assert saved.read_bytes() == marked.PASSPORT
    assert looks() == 1
    with pytest.raises(FileExistsError):
        commands.documents_save(document.id, tmp_path, "dpo")
    assert looks() == 1
    assert saved.read_bytes() == marked.PASSPORT


def test_an_export_that_cannot_be_written_loses_no_stop(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commanded(house, monkeypatch)
    house.take(marked.request(), "objection_marketing")
    path = tmp_path / "stops.csv"
    with pytest.raises(IntakeError, match="nothing counts as exported"):
        commands.export(tmp_path / "missing" / "stops.csv")
    assert house.store.suppression.pending()[0].exported_at is None
    path.write_text("the older list", encoding="utf-8")
    commands.export(path)
    assert ADDRESS in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("*.part")) == []
    assert house.store.suppression.pending()[0].exported_at


def _full_disk(text: str) -> None:
    raise OSError("no room")


def test_a_marketing_objection_is_listed_exported_confirmed_and_blocks_nothing_else(house: House) -> None:
    house.take(marked.request(), "objection_marketing")
    case = first(house)
    listed = Suppression(house.settings, house.store, now=house.now)
    listed.collect(house.at)
    assert listed.collect(house.at) == 0
    assert house.store.suppression.holds("ZYQaddress@Person.example")
    assert listed.overdue(house.at + timedelta(hours=23)) == []
    assert len(listed.overdue(house.at + timedelta(hours=24))) == 1
    with pytest.raises(OSError, match="no room"):
        listed.export(house.at, _full_disk)
    assert house.store.suppression.pending()[0].exported_at is None, "what could not be written was not handed on"
    written: list[str] = []
    assert listed.export(house.at, written.append) == 1
    text = written[0]
    assert house.store.suppression.pending()[0].exported_at and text.splitlines()[0] == "address,recorded_on,reference"
    assert text.splitlines()[1].startswith(f"{ADDRESS},") and text.splitlines()[1].endswith(case.ref)
    assert first(house).right(Right.OBJECTION_MARKETING).running  # type: ignore[union-attr]
    key = house.store.database.value("SELECT key_id FROM suppressions")
    assert listed.confirm([ADDRESS], "dpo", house.at) == 1
    assert not house.store.keyring.exists(key)
    entry = house.store.suppression.entries_of(ADDRESS)[0]
    assert entry.address is None and entry.confirmed_by == "dpo"
    assert house.store.suppression.holds(ADDRESS)
    assert any(event.type is EventType.STOP_CONFIRMED for event in house.store.cases.events(case.id))
    with pytest.raises(IntakeError):
        listed.confirm([ADDRESS], "dpo", house.at)
    # Case mail to a person on the list goes out.
    to_person = [item for item in house.store.outbox.all(case_id=case.id) if item.audience == "person"]
    assert to_person and all(item.status is LetterStatus.QUEUED for item in to_person)


def test_forget_shows_erases_and_says_why_it_keeps(house: House) -> None:
    house.take(marked.sales(), "")
    house.take(marked.request())
    case = first(house)
    forgetting = Forgetting(house.settings, house.store, now=house.now)
    shown = {(item.what, item.action) for item in forgetting.holdings(ADDRESS)}
    assert shown == {("case", "keep"), ("documents", "erase")}
    assert [(item.what, item.count) for item in forgetting.holdings("zyqsales@shop.example")] == [("mails", 1)]
    forgetting.forget("zyqsales@shop.example", "dpo")
    assert forgetting.holdings("zyqsales@shop.example") == []
    house.close(case)
    done = forgetting.forget(ADDRESS, "dpo")
    assert {(item.what, item.action) for item in done} == {("case", "trim"), ("documents", "erase")}
    left = forgetting.holdings(ADDRESS)
    assert [(item.what, item.action) for item in left] == [("case", "keep")]
    assert "17(3)(e)" in left[0].why
    assert house.store.audit.verify()[1] == []


def test_the_clock_purges_once_a_night_and_the_digest_says_so(house: House) -> None:
    house.take(marked.request())
    house.at = house.at.replace(hour=12) + 8 * DAY
    today = clock.local_date(house.at, "Europe/Paris")
    retention = house.retention
    retention.tick(house.at, today)
    assert house.store.retention.last_report() == (today, {"id_unasked": 1, "problems": 0})
    retention.tick(house.at, today)
    assert retention.summary() == {"last_id_unasked": 1}
    services = house.store.database.value("SELECT count(*) FROM events WHERE type = 'service'")
    assert services == 1


def test_a_case_whose_duty_cannot_be_opened_keeps_back_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.at = house.at.replace(hour=12)
    waiting = [("broken", house.at), ("sound", house.at)]
    opened_for: list[str] = []

    def open_duty(case_id: str, *given: object) -> bool:
        if case_id == "broken":
            raise VaultError("cannot be opened")
        opened_for.append(case_id)
        return True

    monkeypatch.setattr(house.store.duties, "closed_without", lambda: waiting)
    monkeypatch.setattr(house.store.duties, "open", open_duty)
    today = clock.local_date(house.at, "Europe/Paris")
    with pytest.raises(VaultError):
        house.retention.tick(house.at, today)
    assert opened_for == ["sound"]
    report = house.store.retention.last_report()
    assert report is not None and report[0] == today


def test_a_clock_far_ahead_erases_nothing_until_a_person_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def tick(later: timedelta) -> None:
        house.at += later
        Clockwork(house.settings, house.store, now=house.now).tick()

    def alarms() -> int:
        return len([item for item in house.store.outbox.all() if item.raw and "45 jours" in text_of(item.raw)])

    house.at = house.at.replace(hour=12)
    house.take(marked.request())
    house.close(first(house))
    key = house.store.cases.key_of(first(house).id)
    tick(timedelta())
    for _ in range(2):
        tick(6 * 365 * DAY)
        assert house.store.keyring.exists(key)
        house.at -= 6 * 365 * DAY
    assert alarms() == 1
    tick(45 * DAY)
    assert house.retention.waits_since(house.at.date()) is None
    tick(50 * DAY)
    assert house.store.cases.key_of(first(house).id) == key
    commanded(house, monkeypatch)
    monkeypatch.setattr(clock, "now", house.now)
    commands.purge()
    assert house.store.cases.key_of(first(house).id) != key
    assert house.retention.waits_since(house.at.date()) is None
    assert alarms() == 2


def test_old_digests_go_with_their_keys(house: House) -> None:
    Clockwork(house.settings, house.store, now=house.now).write_digest(clock.local_date(house.at, "Europe/Paris"))
    key = house.store.database.value("SELECT key_id FROM outbox WHERE kind = 'digest'")
    assert house.purge(80 * DAY) == {}
    assert house.purge(15 * DAY) == {"desk_letters": 1}
    assert not house.store.keyring.exists(key)
    with pytest.raises(KeyDestroyed):
        house.store.keyring.cipher(key)


def test_periods_of_ones_own_count(tmp_path: Path) -> None:
    house = House(tmp_path / "state", RETENTION="case_archive=1 year,case_content=6 months")
    house.take(marked.request())
    house.close(first(house))
    assert house.purge(100 * DAY) == {"id_unasked": 1, "case_active": 1}
    assert house.purge(300 * DAY)["case_archive"] == 1
    house.store.close()
    with pytest.raises(IntakeError, match="longer than can be justified"):
        settings({**house.values, "INTAKE_RETENTION": "case_archive=20 years"})
    assert json.dumps(house.values)
