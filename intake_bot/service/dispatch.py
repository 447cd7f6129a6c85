"""Sends the letters of the outbox: claim durably, hand over by SMTP, settle. One sender at a time, by lease."""

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Protocol

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.ports import Fence
from intake_bot.config import Settings
from intake_bot.errors import IntakeError, SendError
from intake_bot.mail.sent import SentFolder
from intake_bot.mail.smtp import SmtpSender
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service.enclosure import whole
from intake_bot.service.identification import question_left
from intake_bot.store.leases import LIFETIME
from intake_bot.store.outbox import Letter, LetterStatus
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

LEASE = "sender"

#: The wait after the first, second, ... temporary failure; the last one repeats until GIVE_UP after the first.
RETRIES = (1, 5, 15, 60, 240)  # minutes
GIVE_UP = timedelta(days=2)
#: How often it is tried to note that a server took a letter: unnoted, it would be repeated, or wait for a person.
NOTING = 3


class Sends(Protocol):
    """What dispatch needs of a transport."""

    def send(self, raw: bytes, sender: str, recipient: str) -> str: ...
    def close(self) -> None: ...


class Dispatch:
    """Empties the outbox."""

    def __init__(
        self, settings: Settings, store: Store, *, now: clock.Clock = clock.now,
        on_stage: Callable[[str, str], None] = lambda stage, letter: None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._store = store
        self._now = now
        self._stage = on_stage
        self._fence: Fence | None = None
        waits = [box.smtp.patience for box in settings.mailboxes if box.smtp is not None]
        self._patience = timedelta(seconds=max(waits, default=0.0)) + LIFETIME
        self._transports: dict[str, Sends] = {}

    def sweep(self, *, stop: Callable[[], bool] = lambda: False) -> int:
        """Send what is due. Returns how many letters left. 0 while another process has the lease.

        Raises LeaseLost when another process took over in the middle, and whatever else came up with a letter in hand.
        """
        try:
            return self._sweep(stop) if self._lease() else 0
        except Exception:
            self._give_back()  # so that the next sweep recovers the letter that was in hand
            raise

    def _sweep(self, stop: Callable[[], bool]) -> int:
        assert self._fence is not None
        done = 0
        while not stop():
            self._store.leases.renew(self._fence)
            progress = 0
            for item in self._store.outbox.due(self._now()):
                if stop():
                    break
                if self._one(item):
                    progress += 1
            done += progress
            if not progress:
                break
        return done

    def _lease(self) -> bool:
        if self._fence is not None:
            return True
        self._fence = self._store.leases.take(LEASE)
        if self._fence is None:
            return False
        with self._store.transaction():
            repeated, uncertain = self._store.outbox.recover(self._fence, self._now())
            for letter in uncertain:
                self._event(letter, EventType.LETTER_UNCERTAIN, {})
        if repeated:
            log.warning("letters repeated with the same bytes after an interruption", extra={"count": repeated})
        return True

    def _one(self, item: str) -> bool:
        assert self._fence is not None
        letter = self._store.outbox.claim(item, self._fence, self._now(), self._patience)
        if letter is None:
            return False
        try:
            octets = whole(self._store, letter)
        except IntakeError as error:
            self._settle_failed(letter, LetterStatus.FAILED, EventType.LETTER_FAILED, str(error))
            return False
        if letter.mode == "dry":
            self._write(letter, octets)
            return True
        mailbox = self._mailbox(letter)
        if mailbox.smtp is None or self._settings.send_mode in ("off", "dry"):
            # The letter was released under another mode; it waits until sending is on again.
            self._store.outbox.put_back(item, self._fence, self._now() + timedelta(minutes=5))
            return False
        return self._send(letter, mailbox, octets)

    def _send(self, letter: Letter, mailbox: MailboxSettings, octets: bytes) -> bool:
        assert letter.recipient is not None
        try:
            reply = self._transport(mailbox).send(octets, mailbox.address, letter.recipient)
        except SendError as error:
            self._failed(letter, error)
            return False
        self._stage("smtp_accepted", letter.id)
        self._note_sent(letter, reply)
        self._stage("marked_sent", letter.id)
        log.info("letter sent", extra={"letter": letter.id, "kind": letter.kind})
        self._copy(letter, mailbox)
        return True

    def _note_sent(self, letter: Letter, reply: str) -> None:
        for left in reversed(range(NOTING)):
            try:
                with self._store.transaction():
                    self._store.outbox.settle(
                        letter.id, LetterStatus.SENT, now=self._now(), fence=self._fence, reply=reply
                    )
                    self._event(letter, EventType.LETTER_SENT, {"reply": reply[:200]})
                    question_left(self._store, letter, self._now())
                return
            except sqlite3.OperationalError:  # locked by somebody for longer than a writer waits
                if not left:
                    raise

    def _failed(self, letter: Letter, error: SendError) -> None:
        now = self._now()
        tried_long = now - (letter.tried_at or now) > GIVE_UP and letter.attempts > len(RETRIES)
        if error.uncertain and letter.legal_effect:
            status, event = LetterStatus.UNCERTAIN, EventType.LETTER_UNCERTAIN
        elif error.permanent or tried_long:
            status, event = LetterStatus.FAILED, EventType.LETTER_FAILED
        else:
            wait = RETRIES[min(letter.attempts, len(RETRIES)) - 1]
            self._store.outbox.settle(
                letter.id, LetterStatus.QUEUED, now=now, fence=self._fence, error=str(error),
                retry_in=timedelta(minutes=wait),
            )  # fmt: skip
            log.warning("letter delayed", extra={"letter": letter.id, "minutes": wait})
            return
        self._settle_failed(letter, status, event, str(error))

    def _settle_failed(self, letter: Letter, status: LetterStatus, event: EventType, error: str) -> None:
        with self._store.transaction():
            self._store.outbox.settle(letter.id, status, now=self._now(), fence=self._fence, error=error)
            self._event(letter, event, {"error": error[:200]})
        log.error("letter failed", extra={"letter": letter.id, "status": str(status)})

    def _event(self, letter: Letter, kind: EventType, payload: dict[str, str]) -> None:
        if letter.case_id is not None and self._store.cases.case(letter.case_id) is not None:
            fact = NewEvent(kind, "bot", self._now(), {"letter": letter.id, "kind": letter.kind, **payload})
            self._store.cases.append(letter.case_id, [fact])

    def _write(self, letter: Letter, octets: bytes) -> None:
        """SEND_MODE=dry: the letter as a file that a person can open."""
        folder = self._settings.state_dir / "dry"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{letter.kind}-{letter.id}.eml"
        path.write_bytes(octets)
        path.chmod(0o600)
        self._store.outbox.settle(letter.id, LetterStatus.WRITTEN, now=self._now(), fence=self._fence, reply=path.name)

    def _mailbox(self, letter: Letter) -> MailboxSettings:
        named = (item for item in self._settings.mailboxes if item.name == letter.mailbox)
        return next(named, self._settings.mailbox)

    def _transport(self, mailbox: MailboxSettings) -> Sends:
        if mailbox.name not in self._transports:
            assert mailbox.smtp is not None
            self._transports[mailbox.name] = SmtpSender(mailbox.smtp)
        return self._transports[mailbox.name]

    def _copy(self, letter: Letter, mailbox: MailboxSettings) -> None:
        """The optional copy in the Sent folder, so that colleagues see what was answered. Never essential.

        Without the archive that a letter carries: that goes with its retention, and nobody takes it out of a mailbox.
        """
        if not mailbox.sent_copy_folder or mailbox.imap is None or letter.audience != "person" or letter.raw is None:
            return
        message_id = str(message_from_bytes(letter.raw)["Message-ID"])
        try:
            SentFolder(mailbox.imap, mailbox.sent_copy_folder).append(letter.raw, message_id)
        except IntakeError as error:
            log.warning("no copy in the sent folder", extra={"letter": letter.id, "error": str(error)[:120]})

    def close(self) -> None:
        """Hang up and give the lease back. Never raises."""
        for transport in self._transports.values():
            with contextlib.suppress(Exception):
                transport.close()
        self._transports.clear()
        self._give_back()

    def _give_back(self) -> None:
        """End the lease. Never raises: one that stands is this process's own to take again, and ends with it."""
        fence, self._fence = self._fence, None
        if fence is not None:
            with contextlib.suppress(Exception):
                self._store.leases.give_back(fence)
