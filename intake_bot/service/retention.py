"""What is erased when: the schedule (law.retention) applied to what the store holds, explained first, then done.

Runs nightly from the clock and by `intake-bot purge`. Every step is a transaction of its own; one that fails is named
and keeps back no other. Nothing here touches a mailbox: copies there are a person's duty.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.law import retention as law
from intake_bot.law.retention import Item, Kept, Period
from intake_bot.service.suppression import Suppression
from intake_bot.store.attachments import Document, DocumentKind
from intake_bot.store.durable import overwrite
from intake_bot.store.duties import DutyReason
from intake_bot.store.retention import ClosedCase
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: The local hour from which the nightly run is due; a missed night is caught up at the next start.
HOUR = 2
#: After so long without a purge nobody knows whether time passed or the clock is wrong; what is erased stays erased.
LEAP = timedelta(days=45)
#: Digests, alarms and summaries: references only, of no use once the next ones are out.
DESK_LETTERS = Period(days=90)
_DESK_REASON = "letters to the desk hold references only and are of no use later"
_SET_ASIDE_REASON = "nobody replayed it: kept as long as the record of any other mail"
_KINDS = {DocumentKind.MANDATE: Kept.MANDATE, DocumentKind.DISCLOSED: Kept.DISCLOSED_FILE}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is due: what, how many, since when, under which rule."""

    what: str  # Kept, or desk_letters, set_aside, dry_files
    action: str  # erase | archive | trim
    ref: str  # of the case, "" where none is concerned
    count: int
    due_on: date | None  # None for what is counted together
    reason: str
    id: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Report:
    """What a purge did: counts by kind, and what went wrong, in words without personal data."""

    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"done": dict(self.done), "problems": self.problems}


class Retention:
    """Plans and does the erasures of one installation."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._now = now
        self._zone = settings.controller.zone
        self._suppression = Suppression(settings, store, now=now)

    # -- the clock ---------------------------------------------------------------------------------------------

    def tick(self, now: datetime, today: date) -> None:
        """Called every minute: duties of closed cases, the suppression list, and the purge once a night.

        Each is tried by itself. Raises the first failure once all were.
        """
        problems: list[Exception] = []
        for act in (self.open_duties, self._suppression.tick, lambda now: self._nightly(now, today)):
            try:
                act(now)
            except Exception as error:
                log.error("retention: a step failed", extra={"error": type(error).__name__})
                problems.append(error)
        if problems:
            raise problems[0]

    def _nightly(self, now: datetime, today: date) -> None:
        night = now.astimezone(ZoneInfo(self._zone)).hour >= HOUR
        if night and not self._store.marks.has("purge", today.isoformat()) and self.waits_since(today) is None:
            self._store.keyring.forget_ciphers()
            report = self.purge(today)
            self._store.retention.report(today, {**report.done, "problems": len(report.problems)}, now)

    def waits_since(self, today: date) -> date | None:
        """The day of the last purge when it is more than LEAP ago: then only a person purges. None otherwise."""
        last = self._store.retention.last_report()
        return last[0] if last and today - last[0] > LEAP else None

    def open_duties(self, now: datetime) -> int:
        """A duty for each closed case: a person removes the copies of its mails from the mailboxes.

        Raises the first failure once all cases were tried: what is purged meanwhile names no copies any more.
        """
        opened, problems = 0, list[Exception]()
        for case_id, closed_at in self._store.duties.closed_without():
            try:
                opened += self._store.duties.open(case_id, DutyReason.CLOSED, clock.to_text(closed_at), None, now)
            except Exception as error:
                problems.append(error)
        if problems:
            raise problems[0]
        return opened

    def summary(self) -> dict[str, int]:
        """For the digest: what the last purge did, and what waits for a person. Zeros are left out."""
        last = self._store.retention.last_report()
        counts = {f"last_{name}": count for name, count in (last[1] if last else {}).items()}
        counts["duties"] = self._store.duties.count_waiting()
        counts["identity_documents"] = len(self._store.documents.kept(DocumentKind.IDENTITY))
        counts["suppression_unconfirmed"] = self._store.suppression.count_pending()
        return {name: count for name, count in counts.items() if count}

    # -- what is due -------------------------------------------------------------------------------------------

    def plan(self, today: date) -> list[Step]:
        """Everything that is due on a day, the cases first. Writes nothing."""
        return [*self._cases(today), *self._documents(today), *self._rest(today)]

    def _cases(self, today: date) -> Iterator[Step]:
        cases = {case.id: case for case in self._store.retention.closed_cases()}
        items = [item for case in cases.values() for item in self._items(case)]
        due = law.due(items, today, self._settings.retention)
        gone = {entry.item.id for entry in due if entry.item.kept in (Kept.CASE_ARCHIVE, Kept.REVIEW_TEXT)}
        for entry in due:
            whole = entry.item.kept in (Kept.CASE_ARCHIVE, Kept.REVIEW_TEXT)
            if entry.item.id in gone and not whole:
                continue
            action = {Kept.CASE_CONTENT: "trim", Kept.CASE_ACTIVE: "archive"}.get(entry.item.kept, "erase")
            ref = cases[entry.item.id].ref
            yield Step(str(entry.item.kept), action, ref, 1, entry.due_on, entry.reason, entry.item.id)

    def _items(self, case: ClosedCase) -> Iterator[Item]:
        closed = clock.local_date(case.closed_at, case.zone)
        if case.no_request:
            yield Item(Kept.REVIEW_TEXT, case.id, closed, case.on_hold)
            return
        yield Item(Kept.CASE_ARCHIVE, case.id, closed, case.on_hold)
        if not case.trimmed:
            yield Item(Kept.CASE_CONTENT, case.id, closed, case.on_hold)
        if not case.archived:
            yield Item(Kept.CASE_ACTIVE, case.id, closed, case.on_hold)

    def _documents(self, today: date) -> Iterator[Step]:
        held = {case.id for case in self._store.retention.closed_cases() if case.on_hold}
        documents = {item.id: item for item in self._store.documents.kept(*DocumentKind)}
        items = [
            Item(kept, item.id, start, item.case_id in held)
            for item in documents.values()
            for kept, start in self._document_terms(item)
        ]
        seen: set[str] = set()
        for entry in law.due(items, today, self._settings.retention):
            if entry.item.id not in seen:
                seen.add(entry.item.id)
                ref = self._ref(documents[entry.item.id].case_id)
                yield Step(str(entry.item.kept), "erase", ref, 1, entry.due_on, entry.reason, entry.item.id)

    def _document_terms(self, item: Document) -> Iterator[tuple[Kept, date | None]]:
        case = self._store.cases.case(item.case_id)
        closed = clock.local_date(case.closed_at, self._zone) if case and case.closed_at else None
        received = clock.local_date(item.received_at, self._zone)
        if item.kind is DocumentKind.IDENTITY:
            # Asked for and never checked: at the latest with the closure of the case.
            yield (Kept.ID_CHECKED, closed) if item.asked else (Kept.ID_UNASKED, received)
        else:
            yield _KINDS[item.kind], received if item.kind is DocumentKind.DISCLOSED else closed

    def _ref(self, case_id: str) -> str:
        case = self._store.cases.case(case_id)
        return case.ref if case else ""

    def _rest(self, today: date) -> Iterator[Step]:
        expiry, rules = self._store.expiry, {rule.kept: rule for rule in self._settings.retention}
        aside = expiry.count_set_aside(self._before(rules[Kept.MAIL_RECORD].period, today))
        if aside:
            yield Step("set_aside", "erase", "", aside, None, _SET_ASIDE_REASON)
        for kept, count in (
            (Kept.MAIL_IDENTIFIERS, expiry.count_identifiers), (Kept.MAIL_RECORD, expiry.count_lines),
            (Kept.LOGS, expiry.count_logs),
        ):  # fmt: skip
            found = count(self._before(rules[kept].period, today))
            if found:
                yield Step(str(kept), "erase", "", found, None, rules[kept].reason)
        letters = len(expiry.digests(self._before(DESK_LETTERS, today)))
        if letters:
            yield Step("desk_letters", "erase", "", letters, None, _DESK_REASON)

    def _before(self, period: Period | None, today: date) -> datetime:
        """The instant before which what has this period is over: midnight, local, of the first day that still runs."""
        if period is None:
            return datetime(1970, 1, 1, tzinfo=UTC)
        day = today
        while period.after(day) > today:
            day -= timedelta(days=1)
        return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(self._zone))

    # -- doing it ----------------------------------------------------------------------------------------------

    def purge(self, today: date, *, actor: str = "bot") -> Report:
        """Do everything that is due on a day, and end what an interrupted run left. Never raises for one step."""
        report = Report()
        self._store.retention.destroy_doomed()
        for step in self.plan(today):
            self._attempt(report, step.what, lambda step=step: self._do(step, today, actor))  # type: ignore[misc]
        self._attempt(report, "dry_files", self._remove_dry_files)
        self._attempt(report, "orphaned_keys", lambda: self._sweep(today))
        if report.done:
            payload = {"what": "purge", "done": dict(report.done), "problems": len(report.problems)}
            self._store.cases.record_service(NewEvent(EventType.SERVICE, actor, self._now(), payload))
            log.info("purged", extra=dict(report.done))
        self._store.expiry.clean()
        return report

    def _attempt(self, report: Report, what: str, act: Callable[[], int]) -> None:
        try:
            count = act()
        except Exception as error:
            problem = str(error) if isinstance(error, IntakeError) else type(error).__name__
            report.problems.append(f"{what}: {problem}")
            log.error("purge: a step failed", extra={"what": what, "error": type(error).__name__})
            return
        if count:
            report.done[what] += count

    def _do(self, step: Step, today: date, actor: str) -> int:
        store, now = self._store, self._now()
        certificate = {"rule": step.what, "why": step.reason, "due_on": str(step.due_on)}
        if step.id and step.what in {str(kind) for kind in (*_KINDS.values(), Kept.ID_UNASKED, Kept.ID_CHECKED)}:
            document = store.documents.find(step.id)
            certificate["documents"] = str(document.kind)
            return store.retention.erase_documents(document.case_id, [step.id], certificate, now, actor=actor)
        if step.action == "trim":
            store.retention.trim(step.id, certificate, now, actor=actor)
        elif step.action == "archive":
            store.retention.archive(step.id, certificate, now)
        elif step.id:
            store.retention.erase(step.id, certificate, now, actor=actor)
        else:
            return self._do_together(step, today, now)
        return 1

    def _do_together(self, step: Step, today: date, now: datetime) -> int:
        store, rules = self._store, {rule.kept: rule for rule in self._settings.retention}
        if step.what in ("desk_letters", "set_aside"):
            period = DESK_LETTERS if step.what == "desk_letters" else rules[Kept.MAIL_RECORD].period
            before = self._before(period, today)
            with store.transaction():
                strike = store.expiry.remove_digests if step.what == "desk_letters" else store.expiry.strike_set_aside
                keys = strike(before)
                store.retention.doom(keys, now)
            store.retention.destroy_doomed()
            return len(keys)
        remove = {
            Kept.MAIL_IDENTIFIERS: store.expiry.strip_identifiers,
            Kept.MAIL_RECORD: store.expiry.expire_lines,
            Kept.LOGS: store.expiry.remove_logs,
        }[Kept(step.what)]
        return remove(self._before(rules[Kept(step.what)].period, today))

    def _remove_dry_files(self) -> int:
        """SEND_MODE=dry writes letters as files: they go with the letter."""
        removed = 0
        for path in sorted((self._settings.state_dir / "dry").glob("*.eml")):
            if not self._store.outbox.readable(path.stem.rpartition("-")[2]):
                overwrite(path)
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _sweep(self, today: date) -> int:
        """Keys that nothing uses, and what is sealed under keys that are gone."""
        rules = {rule.kept: rule for rule in self._settings.retention}
        self._store.retention.tidy(self._before(rules[Kept.MAIL_IDENTIFIERS].period, today))
        return self._store.keyring.sweep(self._store.retention.used_keys(), self._now())
