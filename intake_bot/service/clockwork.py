"""What the clock causes: anchor, digest, alarms, escalations, weekly summary; each act is marked and happens once."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from intake_bot import clock
from intake_bot.cases import digest, reminders, wording
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.events import EventType
from intake_bot.cases.letters import Letters, OutgoingLetter
from intake_bot.config import Settings
from intake_bot.law.calendars import is_working_day
from intake_bot.rights import Right
from intake_bot.service import undelivered
from intake_bot.service.absence import is_away
from intake_bot.service.deskletters import WORDS, DeskLetters
from intake_bot.service.dossier import Dossier
from intake_bot.service.identity_letters import IdentityLetters
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.missed import MissedRequests
from intake_bot.service.retention import Retention
from intake_bot.service.webhooks import LASTING, Webhooks
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.register import RegisterStore
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

DIGEST = "digest"
WEEKLY = "weekly"
HEARTBEAT = "heartbeat"

#: Cases with a letter that came back that the digest names.
REPORTED = 50

WAITING = (LetterStatus.HELD, LetterStatus.FAILED, LetterStatus.UNCERTAIN)


class Clockwork:
    """Called every minute and after a restart: what is due and not yet marked is done."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._desk = DeskLetters(settings, store, now=now)
        self._retention = Retention(settings, store, now=now)
        self._webhooks = Webhooks(settings, store, now=now)
        self._missed = MissedRequests(settings, store, now=now)
        letterbox = Letterbox(settings, store, Letters(settings.templates_dir), now)
        self._questions = IdentityLetters(settings, store, letterbox, now)
        self._now = now
        self._heard: dict[str, datetime] = {}
        self._failures: dict[str, tuple[datetime, str]] = {}

    def heard(self, mailbox: str) -> None:
        """A mailbox was read."""
        self._heard[mailbox] = self._now()
        self._failures.pop(mailbox, None)

    def failed(self, mailbox: str, error: Exception, *, since: datetime | None = None) -> None:
        """A mailbox could not be read, `since` (UTC) or from now on; the first failure of a row is kept."""
        self._failures.setdefault(mailbox, (since or self._now(), type(error).__name__))

    def tick(self) -> None:
        """Do what is due now. Each part is tried by itself, so that one failure keeps back no other."""
        now = self._now()
        today = clock.local_date(now, self._settings.controller.zone)
        problems: list[Exception] = []
        for act in (self._anchor, self._retention.tick, self._missed.tick, self._digest, self._notices, self._weekly,
                    self._heartbeat, self._identity):  # fmt: skip
            try:
                act(now, today)
            except Exception as error:
                log.error("clock: an act failed", extra={"act": act.__name__, "error": type(error).__name__})
                problems.append(error)
        if problems:
            raise problems[0]

    def _anchor(self, now: datetime, today: date) -> None:
        self._store.audit.anchor(today, now)

    def _identity(self, now: datetime, today: date) -> None:
        """Reminders of identity questions, and the notices that are prepared before the safe date."""
        running = (CaseStatus.OPEN, CaseStatus.UNCONFIRMED)
        self._questions.tick(self._store.cases.all(statuses=running), now)

    # -- digest ------------------------------------------------------------------------------------------------

    def _digest(self, now: datetime, today: date) -> None:
        if self._office_hour(now, today) and not self._store.marks.has(DIGEST, today.isoformat()):
            self.write_digest(today)

    def _office_hour(self, now: datetime, today: date) -> bool:
        """Whether the local hour of the digest has come, on a working day, and there is somebody to tell."""
        controller = self._settings.controller
        if not self._settings.dpo_email or not is_working_day(today, controller.jurisdiction):
            return False
        return now.astimezone(ZoneInfo(controller.zone)).hour >= self._settings.digest_hour

    def write_digest(self, day: date) -> OutgoingLetter | None:
        """Write the digest of a day into the outbox; None when it was written already."""
        settings, store, now = self._settings, self._store, self._now()
        controller, lang = settings.controller, settings.desk_language
        last = store.marks.last(DIGEST)
        state = self._state(now, last[1] if last else None)
        context = digest.context(state, now, controller.zone, controller.jurisdiction, lang)
        with store.transaction():
            if not store.marks.set(DIGEST, day.isoformat(), now):
                return None
            letter = self._desk.write(DIGEST, DIGEST, settings.dpo_email, context, f"{DIGEST}:{day}")
            if is_away(store.marks, day) and settings.deputy_email:
                self._desk.write(DIGEST, DIGEST, settings.deputy_email, context, f"{DIGEST}:{day}:deputy")
        log.info("digest written", extra={"day": str(day)})
        return letter

    # -- alarms and escalations --------------------------------------------------------------------------------

    def _notices(self, now: datetime, today: date) -> None:
        controller = self._settings.controller
        for notice in reminders.notices(self._watch(now), now, controller.zone, controller.jurisdiction):
            if notice.kind == "escalation" and not self._office_hour(now, today):
                continue
            self._say(notice, today)

    def _watch(self, now: datetime) -> reminders.Watch:
        running = (CaseStatus.OPEN, CaseStatus.UNCONFIRMED)
        cases = self._store.cases.all(statuses=running)
        refs = {case.id: case.ref for case in cases}
        lost = self._store.outbox.all(statuses=(LetterStatus.FAILED, LetterStatus.UNCERTAIN))
        return reminders.Watch(
            cases=cases,
            active=self._store.cases.last_acts(),
            silent={name: since for name, (since, _) in self._failures.items()},
            undelivered=[
                (item.id, refs[item.case_id]) for item in lost if item.audience == "person" and item.case_id in refs
            ],
            unclassified=self._store.ledger.count_reason("classifier_failed", now - timedelta(days=1)),
            stopped=self._stopped(cases),
            renumbered=self._store.ledger.renumbered(),
            heard=self._heard_again(),
            unpurged=self._retention.waits_since(clock.local_date(now, self._settings.controller.zone)),
        )

    def _stopped(self, cases: Sequence[Case]) -> set[tuple[str, Right]]:
        """The rights whose stop was confirmed. Only the events of cases that hold such a word are opened."""
        confirmed = self._store.cases.running_with(EventType.STOP_CONFIRMED)
        found = set()
        for case in cases:
            if case.id in confirmed:
                dossier = Dossier(self._store.cases.events(case.id))
                found |= {(case.id, item.right) for item in case.running if dossier.stopped(item.right)}
        return found

    def _heard_again(self) -> dict[str, tuple[str, datetime]]:
        """The mailboxes that were read since they were last alarmed as silent, by another process perhaps."""
        found = {}
        for name, at in list(self._heard.items()):
            alarm = self._store.marks.last("alarm", f"mailbox:{name}:")
            if alarm is not None and alarm[1] < at and name not in self._failures:
                found[name] = (alarm[0], at)
        return found

    def _say(self, notice: reminders.Notice, today: date) -> None:
        settings, store = self._settings, self._store
        recipients = [self._desk.address(notice.to)]
        if notice.to == "dpo" and is_away(store.marks, today) and settings.deputy_email:
            recipients.append(settings.deputy_email)
        key = f"{notice.key}:{notice.to}"
        if store.marks.has(notice.kind, key):
            return
        lang = settings.desk_language
        subject, text, todo = WORDS[notice.reason][lang]
        at = wording.format_instant(notice.at, settings.controller.zone, lang) if notice.at else ""
        context = {"subject": subject, "text": text, "todo": todo, "refs": notice.refs, "at": at}
        with store.transaction():
            if store.marks.set(notice.kind, key, self._now()):
                for number, recipient in enumerate(dict.fromkeys(recipients)):
                    self._desk.write(notice.kind, notice.kind, recipient, context, f"{notice.kind}:{key}:{number}")

    # -- weekly summary, heartbeat -----------------------------------------------------------------------------

    def _weekly(self, now: datetime, today: date) -> None:
        settings, store = self._settings, self._store
        week = reminders.week_of(today)
        if not settings.management_email or not self._office_hour(now, today) or store.marks.has(WEEKLY, week):
            return
        since = now - timedelta(days=7)
        cases = store.cases.all()
        running = [case for case in cases if case.status in (CaseStatus.OPEN, CaseStatus.UNCONFIRMED)]
        context = {
            "week": week,
            "open_count": len(running),
            "overdue": sum(case.overdue(now) for case in running),
            "review": sum(case.status is CaseStatus.UNCONFIRMED for case in running),
            "closed": sum(case.closed_at is not None and case.closed_at >= since for case in cases),
            "opened": sum(case.opened_at >= since for case in cases),
            "counts": [{"name": name, "count": count} for name, count in sorted(store.ledger.counts(since).items())],
        }
        with store.transaction():
            if store.marks.set(WEEKLY, week, now):
                self._desk.write(WEEKLY, "escalation", settings.management_email, context, f"{WEEKLY}:{week}")

    def _heartbeat(self, now: datetime, today: date) -> None:
        """Ping once the digest of the day has left: a digest that was only written is no sign of life."""
        url, store = self._settings.heartbeat_url, self._store
        if not url or store.marks.has(HEARTBEAT, today.isoformat()):
            return
        if store.outbox.left(f"{DIGEST}:{today}"):
            httpx.get(url, timeout=10.0)
            with store.transaction():
                store.marks.set(HEARTBEAT, today.isoformat(), now)

    # -- state -------------------------------------------------------------------------------------------------

    def _state(self, now: datetime, since: datetime | None) -> digest.State:
        store = self._store
        anchor = store.audit.last_anchor()
        accounts = store.ledger.accounts()
        register = RegisterStore(store.database)
        return digest.State(
            cases=store.cases.all(statuses=(CaseStatus.OPEN, CaseStatus.UNCONFIRMED, CaseStatus.FOUND)),
            letters=self._waiting(register),
            set_aside=[(row["id"], clock.from_text(row["recorded_at"])) for row in store.ledger.set_aside_items()],
            vanished=sum(account.vanished for account in accounts),
            mailboxes={box.name: self._heard.get(box.name) or store.ledger.last_poll(box.name)
                       for box in self._settings.mailboxes},
            counts=store.ledger.counts(since or now - timedelta(days=1)),
            anchor=anchor.head.hex()[:32] if anchor else "",
            previous=date.fromisoformat(last[0]) if (last := store.marks.last(DIGEST)) else None,
            send_mode=self._settings.send_mode,
            failing=[(host, at) for host, at, _ in self._webhooks.failing(since=LASTING)],
            retention=self._retention.summary(),
            undelivered=list(register.references(undelivered.cases(store)[:REPORTED]).values()),
            samples=store.missed.count_waiting(),
        )  # fmt: skip

    def _waiting(self, register: RegisterStore) -> list[digest.HeldLetter]:
        letters = [
            item
            for item in self._store.outbox.all(statuses=WAITING)
            if item.audience == "person" or item.status is not LetterStatus.HELD
        ]
        refs = register.references(list({item.case_id for item in letters if item.case_id}))
        return [
            digest.HeldLetter(item.id, refs.get(item.case_id or "", "-"), item.kind, str(item.status), item.created_at)
            for item in letters
        ]
