"""The daemon: a thread per mailbox that polls, one that sends, a scheduler for the clock. SIGTERM ends it in 5 s."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.config import Settings
from intake_bot.errors import (
    ConsoleUnavailable,
    IntakeError,
    LeaseLost,
    MailboxAuthenticationError,
    MailboxError,
)
from intake_bot.mail.connection import Backoff
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.dispatch import Dispatch
from intake_bot.service.intake import Intake
from intake_bot.service.missed import MissedRequests
from intake_bot.service.outcome import Outcome
from intake_bot.service.pipeline import Pipeline
from intake_bot.service.webhooks import Webhooks
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: Seconds between sweeps of the outbox when nothing wakes the sender.
SWEEP_SECONDS = 5.0
#: Seconds that a stop waits for the threads.
STOP_SECONDS = 5.0
#: Seconds after which a companion that could not start, or failed, is tried again.
AGAIN_SECONDS = 60.0

#: What runs in a thread beside the intake until the event is set, such as the console.
Companion = Callable[[threading.Event], None]


class Daemon:
    """Runs until it is told to stop. Every loop goes on after an error; what fails is logged and shown in health."""

    def __init__(
        self, settings: Settings, store: Store, pipelines: dict[str, Pipeline], dispatch: Dispatch,
        clockwork: Clockwork, on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        companions: Mapping[str, Companion] | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._store = store
        self._pipelines = pipelines
        self._dispatch = dispatch
        self._clockwork = clockwork
        self._on_outcome = on_outcome
        self._companions = dict(companions or {})
        self._webhooks = Webhooks(settings, store)
        self._missed = MissedRequests(settings, store)
        self._stop = threading.Event()
        self._letters = threading.Event()

    # -- one round ---------------------------------------------------------------------------------------------

    def once(self) -> int:
        """Poll every mailbox once, do what the clock asks, send what is due. Returns the number of mails taken.

        A mailbox that cannot be read holds up no deadline and no letter: its MailboxError is raised at the end.
        """
        self._record_mode()
        self._webhooks.settle()
        taken = 0
        problem: MailboxError | None = None
        for mailbox in self._settings.mailboxes:
            intake = self._intake(mailbox)
            try:
                intake.fetch_samples(self._missed)
                for outcome in intake.poll(stop=self._stop.is_set):
                    self._on_outcome(outcome)
                    taken += 1
                self._clockwork.heard(mailbox.name)
            except MailboxError as error:
                # A timer starts a new process each time: how long the mailbox is silent, only the last poll tells.
                self._clockwork.failed(mailbox.name, error, since=self._store.ledger.last_poll(mailbox.name))
                problem = problem or error
            finally:
                intake.close()
        try:
            self._clockwork.tick()
            self._dispatch.sweep(stop=self._stop.is_set)
        finally:
            self._dispatch.close()
        for url in self._webhooks.urls:
            self._webhooks.deliver(url, stop=self._stop.is_set)
        if problem is not None:
            raise problem
        return taken

    def _record_mode(self) -> None:
        """Which letters may leave by themselves, and who granted it: a fact on the service's own chain."""
        settings = self._settings
        letters = (
            ",".join((*settings.live_letters, *sorted(settings.identity_letters)))
            if settings.send_mode == "live"
            else ""
        )
        key = f"{settings.send_mode}:{letters}:{settings.live_granted_by}"
        last = self._store.marks.last("send_mode")
        if last is not None and last[0] == key:
            return
        now = clock.now()
        with self._store.transaction():
            self._store.marks.renew("send_mode", key, now)
            payload = {"send_mode": settings.send_mode, "letters": letters, "granted_by": settings.live_granted_by}
            self._store.cases.record_service(NewEvent(EventType.SERVICE, "bot", now, payload))

    def _intake(self, mailbox: MailboxSettings) -> Intake:
        if mailbox.imap is None:
            raise IntakeError("no mailbox is configured: set INTAKE_IMAP_HOST, INTAKE_IMAP_USER, INTAKE_IMAP_PASSWORD")
        return Intake(ImapMailbox(mailbox.imap), mailbox, self._store, self._pipelines[mailbox.name])

    # -- all the time ------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run until SIGTERM, SIGINT or `stop`. The mail in hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        self._record_mode()
        self._webhooks.settle()
        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.add_job(self._guarded(self._clockwork.tick), "interval", minutes=1, next_run_time=clock.now())
        scheduler.start()
        threads = [
            threading.Thread(target=self._read, args=(mailbox,), name=f"reader-{mailbox.name}", daemon=True)
            for mailbox in self._settings.mailboxes
        ]
        threads.append(threading.Thread(target=self._send, name="sender", daemon=True))
        hooks = {
            f"webhook-{number}": partial(self._webhooks.run, url) for number, url in enumerate(self._webhooks.urls)
        }
        threads += [
            threading.Thread(target=self._accompany, args=(name, companion), name=name, daemon=True)
            for name, companion in {**self._companions, **hooks}.items()
        ]
        for thread in threads:
            thread.start()
        while not self._stop.wait(1.0):
            pass
        self._letters.set()
        scheduler.shutdown(wait=False)
        end = time.monotonic() + STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        log.info("stopped")

    def stop(self) -> None:
        self._stop.set()
        self._letters.set()

    def _guarded(self, job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                job()
                self._letters.set()
            except Exception as error:
                log.error("job failed", extra={"error": type(error).__name__})

        return run

    def _read(self, mailbox: MailboxSettings) -> None:
        backoff, failures = Backoff(), 0
        intake: Intake | None = None
        while not self._stop.is_set():
            try:
                intake = intake or self._intake(mailbox)
                intake.fetch_samples(self._missed)
                for outcome in intake.poll(stop=self._stop.is_set):
                    self._on_outcome(outcome)
                    self._letters.set()
                failures = 0
                self._clockwork.heard(mailbox.name)
                intake.wait(mailbox.poll_seconds, self._stop)
            except Exception as error:
                failures += 1
                self._clockwork.failed(mailbox.name, error)
                log.error("mailbox not read", extra={"error": _shown(error), "failures": failures})
                if intake is not None and not isinstance(error, LeaseLost):
                    intake.hang_up()
                self._stop.wait(backoff.delay(failures))
        if intake is not None:
            intake.close()

    def _send(self) -> None:
        while not self._stop.is_set():
            self._letters.wait(SWEEP_SECONDS)
            self._letters.clear()
            try:
                self._dispatch.sweep(stop=self._stop.is_set)
            except Exception as error:
                log.error("outbox not sent", extra={"error": type(error).__name__})
                self._stop.wait(timedelta(seconds=10).total_seconds())
        self._dispatch.close()

    def _accompany(self, name: str, companion: Companion) -> None:
        """Run a companion until the stop. What it cannot do never holds up the intake."""
        while not self._stop.is_set():
            try:
                companion(self._stop)
            except Exception as error:
                log.error(f"{name} not running", extra={"error": _shown(error), "again_in": f"{AGAIN_SECONDS:.0f} s"})
                self._stop.wait(AGAIN_SECONDS)


def _shown(error: Exception) -> str:
    """What a log may say of an error: ours speak of servers, never of people; of others only the kind."""
    if isinstance(error, MailboxAuthenticationError | MailboxError | LeaseLost | ConsoleUnavailable):
        return str(error)[:160]
    return type(error).__name__
