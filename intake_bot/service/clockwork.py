"""What the clock causes: the daily anchor and digest. Each act is marked by its date, so that it happens once."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake_bot import clock
from intake_bot.cases import digest
from intake_bot.cases.letters import Envelope, Letters, OutgoingLetter, compose, new_token
from intake_bot.config import Settings
from intake_bot.law.calendars import is_working_day
from intake_bot.service.letterbox import sender_name
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

DIGEST = "digest"
WAITING = (LetterStatus.HELD, LetterStatus.FAILED, LetterStatus.UNCERTAIN)


class Clockwork:
    """Called every minute and after a restart: what is due and not yet marked is done."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._letters = Letters(settings.templates_dir)
        self._now = now
        self._heard: dict[str, datetime] = {}
        self._failures: dict[str, tuple[datetime, str]] = {}

    def heard(self, mailbox: str) -> None:
        """A mailbox was read."""
        self._heard[mailbox] = self._now()
        self._failures.pop(mailbox, None)

    def failed(self, mailbox: str, error: Exception) -> None:
        """A mailbox could not be read; the first failure of a row is kept."""
        self._failures.setdefault(mailbox, (self._now(), type(error).__name__))

    def tick(self) -> None:
        """Do what is due now."""
        now = self._now()
        today = clock.local_date(now, self._settings.controller.zone)
        self._store.audit.anchor(today, now)
        if self._digest_due(now, today):
            self.write_digest(today)

    def _digest_due(self, now: datetime, today: date) -> bool:
        if not self._settings.dpo_email or not is_working_day(today, self._settings.controller.jurisdiction):
            return False
        local = now.astimezone(ZoneInfo(self._settings.controller.zone))
        return local.hour >= self._settings.digest_hour and not self._store.marks.has(DIGEST, today.isoformat())

    def write_digest(self, day: date) -> OutgoingLetter | None:
        """Write the digest of a day into the outbox; None when it was written already."""
        settings, store, now = self._settings, self._store, self._now()
        lang, controller = settings.desk_language, settings.controller
        last = store.marks.last(DIGEST)
        state = self._state(now, last[1] if last else None)
        rendered = self._letters.render(
            DIGEST, lang, digest.context(state, now, controller.zone, controller.jurisdiction, lang)
        )
        mailbox = settings.mailbox
        message_id = f"<digest.{new_token()}@{mailbox.address.rpartition('@')[2]}>"
        envelope = Envelope(
            sender_name=sender_name(controller, lang),
            sender=mailbox.address,
            recipient=settings.dpo_email,
            message_id=message_id,
            date=now,
            kind=DIGEST,
            automatic="auto-generated",
            reply_to=mailbox.desk_address if mailbox.desk_address != mailbox.address else "",
        )
        letter = OutgoingLetter(
            kind=DIGEST, lang=lang, audience="desk", mailbox=mailbox.name, recipient=settings.dpo_email,
            message_id=message_id, raw=compose(rendered, envelope), dedupe=f"{DIGEST}:{day}", thread_kind="desk",
        )  # fmt: skip
        with store.transaction():
            if not store.marks.set(DIGEST, day.isoformat(), now):
                return None
            status = LetterStatus.HELD if settings.send_mode == "off" else LetterStatus.QUEUED
            key_id = store.keyring.create()
            store.outbox.write(letter, key_id=key_id, mode=settings.send_mode, status=status, at=now)
        log.info("digest written", extra={"day": str(day)})
        return letter

    def _state(self, now: datetime, since: datetime | None) -> digest.State:
        store = self._store
        cases = store.cases.all()
        anchor = store.audit.last_anchor()
        accounts = store.ledger.accounts()
        return digest.State(
            cases=cases,
            letters=self._waiting({case.id: case.ref for case in cases}),
            set_aside=[(row["id"], clock.from_text(row["recorded_at"])) for row in store.ledger.set_aside_items()],
            vanished=sum(account.vanished for account in accounts),
            mailboxes={box.name: self._heard.get(box.name) or store.ledger.last_poll(box.name)
                       for box in self._settings.mailboxes},
            counts=store.ledger.counts(since or now - timedelta(days=1)),
            anchor=anchor.head.hex()[:32] if anchor else "",
            previous=date.fromisoformat(last[0]) if (last := store.marks.last(DIGEST)) else None,
            send_mode=self._settings.send_mode,
        )  # fmt: skip

    def _waiting(self, refs: dict[str, str]) -> list[digest.HeldLetter]:
        return [
            digest.HeldLetter(item.id, refs.get(item.case_id or "", "-"), item.kind, str(item.status), item.created_at)
            for item in self._store.outbox.all(statuses=WAITING)
            if item.audience == "person" or item.status is not LetterStatus.HELD
        ]
