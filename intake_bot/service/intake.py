"""Reads a live mailbox: every UID from the watermark on, in order, to its committed outcome."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from threading import Event

from intake_bot import clock
from intake_bot.cases.ports import Fence
from intake_bot.errors import LeaseLost
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched, FolderState, Mailbox
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service.missed import MissedRequests
from intake_bot.service.outcome import Outcome
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.store.ledger import uid_gaps
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: How far back a recovery reads beyond the last poll: servers disagree about dates by up to a day.
MARGIN = timedelta(days=2)


#: Mails that share one transaction: few enough that a stop is quick, enough that the disk is not the limit.
BATCH = 16


#: How often a process may end with the same mail in hand before that mail is set aside.
CRASHES = 5


class Intake:
    """The intake of one mailbox. One process at a time, by lease; every write carries its fence."""

    def __init__(
        self, mailbox: Mailbox, settings: MailboxSettings, store: Store, pipeline: Pipeline,
        *, now: clock.Clock = clock.now,
    ) -> None:  # fmt: skip
        self._mailbox = mailbox
        self._settings = settings
        self._store = store
        self._pipeline = pipeline
        self._now = now
        self._fence: Fence | None = None
        self._started = False  # whether this process took a mail already

    @property
    def lease(self) -> str:
        return f"reader:{self._settings.name}"

    def poll(self, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Outcome]:
        """Take everything new in all folders. Yields each outcome after its commit.

        Raises MailboxError and its kinds, and LeaseLost when another process took over.
        """
        if not self._hold():
            return
        for folder, _ in self._mailbox.folders():
            if stop():
                return
            yield from self._folder(folder, stop)

    def _hold(self) -> bool:
        if self._fence is not None:
            try:
                self._store.leases.renew(self._fence)
            except LeaseLost:
                self._fence = None
                raise
            return True
        self._fence = self._store.leases.take(self.lease)
        return self._fence is not None

    def _folder(self, folder: str, stop: Callable[[], bool]) -> Iterator[Outcome]:
        state = self._mailbox.examine(folder)
        known = self._store.ledger.folder(self._settings.name, folder, state.uidvalidity)
        if known is not None and self._restored(state, known["watermark"]):
            self._store.ledger.set_apart(self._settings.name, state)
            known = None
        if known is None:
            known_before = self._store.ledger.earlier_folder(self._settings.name, folder)
            if known_before is None:
                # First start: only new mail. Older requests are found by `backfill`.
                self._store.ledger.start_folder(self._settings.name, state, state.uidnext, self._now())
                log.info("folder started", extra={"folder_role": str(state.role), "uidnext": state.uidnext})
                return
            yield from self._recover(state, known_before["started_at"], known_before["polled_at"], stop)
            return
        watermark = known["watermark"]
        uids = list(self._mailbox.uids_after(folder, watermark))
        self._explain_gaps(state, uids, watermark + 1)
        yield from self._take(state, uids, clock.from_text(known["started_at"]), stop)

    def _restored(self, state: FolderState, watermark: int) -> bool:
        """Whether the server went back to an older state, so that what arrives gets UIDs that were passed.

        UIDs only grow under one UIDVALIDITY (RFC 3501 2.3.1.1). A UIDNEXT that mails contradict proves nothing.
        """
        if not state.uidnext_said or state.uidnext > watermark:
            return False
        return not self._mailbox.uids_after(state.folder, state.uidnext - 1)

    def _explain_gaps(self, state: FolderState, uids: list[int], first: int) -> None:
        """Name the UIDs that vanished before they could be read. Those at the end pass with their explanation."""
        last = max([state.uidnext - 1, *uids[-1:]])
        gaps = uid_gaps(uids, first, last)
        if not gaps:
            return
        with self._store.transaction():
            for start, end in gaps:
                self._store.ledger.absent(self._settings.name, state, start, end, "vanished")
            if not uids:
                self._store.ledger.advance(self._settings.name, state, last, self._fence)
        log.warning("mails vanished before they were read", extra={"count": sum(e - s + 1 for s, e in gaps)})

    def _take(
        self, state: FolderState, uids: list[int], started: datetime, stop: Callable[[], bool]
    ) -> Iterator[Outcome]:
        done: set[int] = set()
        for batch in self._batches(state, uids):
            mails = [(fetched, self._passage(state, fetched, started)) for fetched in batch]
            outcomes = self._pipeline.take_all(mails, stop=stop)
            yield from outcomes
            done.update(fetched.position.uid for fetched in batch[: len(outcomes)])
            self._renew(len(done))
            if stop():
                return
        missing = [uid for uid in uids if uid not in done]
        with self._store.transaction():
            for uid in missing:
                self._store.ledger.absent(self._settings.name, state, uid, uid, "vanished")
            top = max([state.uidnext - 1, *uids])
            self._store.ledger.advance(self._settings.name, state, top, self._fence)

    def _batches(self, state: FolderState, uids: list[int]) -> Iterator[list[Fetched]]:
        """The mails in batches. After a crash one at a time, so that a mail that kills the process is found out.

        The first mail of a start is counted, durably, before it is looked at: when a process ended at it CRASHES times,
        it goes to a person unread.
        """
        arriving = self._mailbox.fetch(state.folder, uids)
        careful, crashed = (0 if self._started else BATCH), False
        for fetched in arriving:
            head = fetched
            if careful and (crashed or not self._started):
                count = self._store.ledger.attempt(head.position, "in hand")
                crashed = crashed or count > 1
                head = replace(head, raw=None) if count > CRASHES else head
            self._started = True
            careful -= careful > 0
            yield [head, *([] if crashed and careful else islice(arriving, BATCH - 1))]

    def _passage(self, state: FolderState, fetched: Fetched, started: datetime) -> Passage:
        uid = fetched.position.uid
        return Passage(
            source="live",
            state=state,
            started_at=started,
            fence=self._fence,
            fetch_whole=lambda: self._mailbox.fetch_whole(state.folder, uid),
        )

    def _renew(self, count: int) -> None:
        if count % 96 < BATCH and self._fence is not None:
            self._store.leases.renew(self._fence)

    def _recover(
        self, state: FolderState, started_at: str, polled_at: str, stop: Callable[[], bool]
    ) -> Iterator[Outcome]:
        """The folder was renumbered or restored: the UIDs mean other mails now (RFC 3501 2.3.1.1). Known mails are
        told by content.

        Read are the mails since the last poll, with a margin; what came before the first start goes to review at most.
        """
        log.warning("UIDs mean other mails, the folder is read by content", extra={"folder_role": str(state.role)})
        since = clock.from_text(polled_at) - MARGIN
        started = clock.from_text(started_at)
        uids = list(self._mailbox.uids_since(state.folder, since))
        first = min(uids, default=state.uidnext)
        self._store.ledger.start_folder(self._settings.name, state, first, started)
        self._explain_gaps(state, uids, first)
        yield from self._take(state, uids, started, stop)

    def backfill(self, since: datetime) -> Iterator[Outcome]:
        """Find old requests. Cases get the status `found`; nothing is sent or escalated; the watermark stays.

        What lies above the watermark is new and the reader's: taken here, it would never be acknowledged.
        """
        # The sent folder last: the answers of colleagues are then matched with the requests that were found.
        for folder, _ in sorted(self._mailbox.folders(), key=lambda item: item[1] is FolderRole.SENT):
            state = self._mailbox.examine(folder)
            known = self._store.ledger.folder(self._settings.name, folder, state.uidvalidity)
            if known is None and self._store.ledger.earlier_folder(self._settings.name, folder) is not None:
                log.warning("renumbered, its new mail is for the reader first", extra={"folder_role": str(state.role)})
                continue
            if known is None:  # before the first `run`, which is to read all that arrives from now on
                self._store.ledger.start_folder(self._settings.name, state, state.uidnext, self._now())
            watermark = known["watermark"] if known else state.uidnext - 1
            uids = [
                uid
                for uid in self._mailbox.uids_since(folder, since)
                if uid <= watermark
                and not self._store.ledger.known(Position(self._settings.name, folder, state.uidvalidity, uid))
            ]
            for fetched in self._mailbox.fetch(folder, uids):
                uid = fetched.position.uid
                yield self._pipeline.take(
                    fetched,
                    Passage(
                        "backfill",
                        silent=True,
                        fetch_whole=lambda folder=folder, uid=uid: self._mailbox.fetch_whole(folder, uid),  # type: ignore[misc]
                    ),
                )

    def fetch_samples(self, missed: MissedRequests) -> None:
        """Fetch again what the weekly sample drew, on this connection. A sample that fails waits for the next round."""
        try:
            missed.fetch(self._mailbox)
        except Exception as error:
            log.warning("the sample was not fetched", extra={"error": type(error).__name__})

    def wait(self, seconds: float, stop: Event) -> None:
        """Wait for news at most `seconds`: IDLE where the server has it, else sleep. Polling is the truth."""
        first = self._mailbox.folders()[0][0]
        idle = getattr(self._mailbox, "idle", None)
        if idle is None or not idle(first, seconds, stop):
            stop.wait(0.0 if idle is not None else seconds)

    def hang_up(self) -> None:
        """Close the connection; the next poll opens a new one. The lease stays."""
        self._mailbox.close()

    def close(self) -> None:
        """Log out and give the lease back. Never raises."""
        self._mailbox.close()
        if self._fence is not None:
            self._store.leases.give_back(self._fence)
            self._fence = None
