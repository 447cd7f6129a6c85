"""A mailbox on an IMAP server, read without a trace: EXAMINE and BODY.PEEK only, so that no flag ever changes."""

import imaplib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Event
from typing import Any, TypeVar

from intake_bot import clock
from intake_bot.errors import MailboxDisconnected, MailboxError
from intake_bot.mail.connection import Backoff, ImapSettings, LineTooLong, connect, hang_up, mailbox_errors
from intake_bot.mail.fetching import BATCH, Fetcher, Plan, find_message_id, utc_dates
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched, FolderState
from intake_bot.mail.oauth import TokenSource

__all__ = ["Backoff", "ImapMailbox", "ImapSettings"]

_SEARCH_WINDOW = 50_000  # UIDs; imaplib stops at a line of 1,000,000 octets, about 140,000 UIDs
_IDLE_LONGEST = 540.0  # seconds; RFC 2177 asks for less than 29 minutes, routers forget sooner
_POLL_WITHOUT_IDLE = 30.0  # seconds
_ALONE_AFTER = 2  # times that a mail was in a batch during which the connection broke or the server refused all
_PASSED_AFTER = 5

T = TypeVar("T")


class _CutLine(MailboxDisconnected):
    """IDLE read half a line: imapclient does not wait for the rest (TCP keeps no lines together)."""


class ImapMailbox:
    """The mailbox of `settings`. Connects when first needed and again after a break; one thread at a time.

    After MailboxDisconnected the caller waits (Backoff) and calls again. Between two `examine` of a folder its
    UIDVALIDITY is taken for granted: when it turns out to have changed, MailboxDisconnected is raised, and `examine`
    then tells the new one.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self.settings = settings
        self.name = settings.name
        self.last_contact: datetime | None = None  # when the server last answered, UTC: for a watchdog
        self._tokens = TokenSource(settings.token_command, settings.token_file)
        self._server = f"{settings.host}:{settings.port}"
        self._roles = dict(settings.folders)
        self._client: Any = None
        self._opened: FolderState | None = None
        self._validity: dict[str, int] = {}
        self._next: dict[str, int] = {}  # the lowest UID of each folder that the caller has not been told of
        self._exact_sizes = True
        self._broken: Counter[tuple[str, int, int]] = Counter()
        self._no_original: Counter[tuple[str, int, int]] = Counter()  # failures of fetch_whole

    def folders(self) -> Sequence[tuple[str, FolderRole]]:
        """The folders that are read, with their roles."""
        return self.settings.folders

    def capabilities(self) -> frozenset[str]:
        """What the server can do once logged in (RFC 3501 6.1.1), in capitals."""
        return self._do(lambda client: frozenset(name.decode("latin-1").upper() for name in client.capabilities()))

    def folder_names(self) -> tuple[str, ...]:
        """The names of all folders of the mailbox, for a person who looks for the right one."""
        return self._do(lambda client: tuple(str(name) for _, _, name in client.list_folders()))

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only (EXAMINE) and say its state."""
        state = self._do(lambda client: self._examine(client, folder))
        self._validity[folder] = state.uidvalidity
        self._next[folder] = max(self._next.get(folder, 1), state.uidnext)
        return state

    def uids_after(self, folder: str, uid: int) -> Sequence[int]:
        """The UIDs above `uid` that exist now, ascending."""
        uids = self._fresh_uids(folder, uid)
        if uids:
            self._next[folder] = max(self._next.get(folder, 1), uids[-1] + 1)
        return uids

    def uids_since(self, folder: str, since: datetime) -> Sequence[int]:
        """The UIDs whose INTERNALDATE is on or after the UTC date of `since`, ascending.

        SINCE compares the date alone, in a zone that the server chooses (RFC 3501 6.4.4): the days around the
        boundary are therefore asked for their INTERNALDATE.
        """
        day = since.astimezone(UTC).date()
        wide = self._search(folder, 0, ["SINCE", day - timedelta(days=1)])
        certain = set(self._search(folder, 0, ["SINCE", day + timedelta(days=2)]))
        doubtful = [uid for uid in wide if uid not in certain]
        dates: dict[int, date] = {}
        for start in range(0, len(doubtful), BATCH):
            window = doubtful[start : start + BATCH]
            dates.update(self._in(folder, partial(utc_dates, uids=window, missing=day)))
        return [uid for uid in wide if uid in certain or dates.get(uid, date.min) >= day]

    def search_message_id(self, folder: str, message_id: str) -> Sequence[int]:
        """The UIDs of the mails with exactly this Message-ID, ascending."""
        return self._in(folder, lambda client: find_message_id(client, message_id))

    def fetch(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails, ascending by UID, in batches by octets; a UID that vanished meanwhile yields nothing.

        A mail during which the connection broke twice, or everything was refused, is asked for alone, and after five
        times passed by with raw None, so that it cannot hold up the mails behind it.
        """
        for batch in self._batches(folder, sorted(set(uids))):
            if len(batch) == 1 and self._broken[self._key(folder, batch[0])] >= _PASSED_AFTER:
                self._broken[self._key(folder, batch[0])] = _ALONE_AFTER
                position = Position(self.name, folder, self._validity.get(folder, 0), batch[0], self._role(folder))
                yield Fetched(position, None, None, 0)
                continue
            yield from self._fetch_batch(folder, batch)

    def fetch_whole(self, folder: str, uid: int) -> bytes | None:
        """The original octets of one mail; None when it vanished, or failed five times though its parts could be had.

        A case without the original is better than a queue that stands still (GDPR art. 12(3)).
        """
        self._in(folder, lambda client: None)  # a connection that cannot be opened is no mail's fault
        key = self._key(folder, uid)
        if self._no_original[key] >= _PASSED_AFTER:
            return None
        try:
            answers = self._in(folder, lambda client: client.fetch([uid], ["BODY.PEEK[]"]))
        except MailboxError:
            self._no_original[key] += 1
            raise
        self._no_original.pop(key, None)
        raw = answers.get(uid, {}).get(b"BODY[]")
        return raw if isinstance(raw, bytes) else None

    def idle(self, folder: str, seconds: float, stop: Event | None = None) -> bool:
        """Wait until something new may be there (True), or `seconds` have passed, or `stop` is set (False).

        What the caller has not been told of by `uids_after` counts as new. Where the server has no IDLE (RFC 2177)
        it is asked every half minute. Each wait ends with an exchange, so a silent connection does not go unnoticed:
        MailboxDisconnected.
        """
        stop = stop or Event()
        deadline = time.monotonic() + seconds
        while not stop.is_set():
            if folder not in self._validity:
                self.examine(folder)
            if self._fresh_uids(folder, self._next.get(folder, 1) - 1):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if "IDLE" in self.capabilities():
                try:
                    if self._in(folder, partial(self._idle_round, seconds=min(left, _IDLE_LONGEST), stop=stop)):
                        return True
                except _CutLine:
                    return True  # something was said; the connection is opened anew at the next question
            else:
                stop.wait(min(left, _POLL_WITHOUT_IDLE))
        return False

    def close(self) -> None:
        """Log out. Never raises."""
        client, self._client, self._opened = self._client, None, None
        if client is None:
            return
        try:
            with mailbox_errors(self._server):
                client.socket().settimeout(5)
                client.logout()
        except MailboxError:
            hang_up(client)

    def _role(self, folder: str) -> FolderRole:
        return self._roles.get(folder, FolderRole.INBOX)

    def _key(self, folder: str, uid: int) -> tuple[str, int, int]:
        return (folder, self._validity.get(folder, 0), uid)

    def _do(self, command: Callable[[Any], T]) -> T:
        """Run a command on the connection; a connection that broke is dropped."""
        if self._client is None:
            self._client = connect(self.settings, self._tokens)
        try:
            with mailbox_errors(self._server):
                answer = command(self._client)
        except MailboxDisconnected:
            self._drop()
            raise
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            self._drop()
            raise
        self.last_contact = clock.now()
        return answer

    def _in(self, folder: str, command: Callable[[Any], T]) -> T:
        """Run a command in a folder that is open."""
        return self._do(lambda client: command(self._open(client, folder)))

    def _drop(self) -> None:
        client, self._client, self._opened = self._client, None, None
        if client is not None:
            hang_up(client)

    def _open(self, client: Any, folder: str) -> Any:
        if self._opened is None or self._opened.folder != folder:
            state = self._examine(client, folder)
            if self._validity.setdefault(folder, state.uidvalidity) != state.uidvalidity:
                self._opened = None
                raise MailboxDisconnected(f"{self._server}: UIDVALIDITY of {folder} changed.")
        return client

    def _examine(self, client: Any, folder: str) -> FolderState:
        self._opened = None
        answer = client.select_folder(folder, readonly=True)
        validity, uidnext = answer.get(b"UIDVALIDITY"), answer.get(b"UIDNEXT")
        if not isinstance(validity, int):
            raise MailboxError(f"{self._server}: {folder} has no UIDVALIDITY, so its mails cannot be told apart.")
        exists = int(answer.get(b"EXISTS", 0))
        said = isinstance(uidnext, int)
        if not said:  # RFC 3501 6.3.1: a missing UIDNEXT tells nothing
            last = client.search(["UID", "*"]) if exists else []
            uidnext = max(last, default=0) + 1
        self._opened = FolderState(folder, self._role(folder), validity, uidnext, exists, uidnext_said=said)
        return self._opened

    def _fresh_uids(self, folder: str, uid: int) -> list[int]:
        """A SEARCH may not see what came since the last command; after a NOOP it does (RFC 3501 6.1.2)."""
        self._in(folder, lambda client: client.noop())
        return self._search(folder, uid, [])

    def _search(self, folder: str, uid: int, criteria: list[object]) -> list[int]:
        """The UIDs above `uid` that match, in windows where the answer could be too long for one line."""

        def search(client: Any) -> list[int]:
            opened = self._opened
            exists, last = (opened.exists, opened.uidnext) if opened else (0, 0)
            windows = [f"{uid + 1}:*"]
            if exists > _SEARCH_WINDOW:
                starts = range(uid + 1, last, _SEARCH_WINDOW)
                windows = [f"{start}:{start + _SEARCH_WINDOW - 1}" for start in starts]
                windows.append(f"{max(last, uid + 1)}:*")
            found: set[int] = set()
            for window in windows:
                found.update(client.search(["UID", window, *criteria]))
            return sorted(number for number in found if number > uid)  # n:* always names the last mail (RFC 3501 9)

        return self._in(folder, search)

    def _batches(self, folder: str, uids: Sequence[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for uid in uids:
            alone = self._broken and self._broken[self._key(folder, uid)] >= _ALONE_AFTER
            if batch and (alone or len(batch) == BATCH):
                yield batch
                batch = []
            batch.append(uid)
            if alone:
                yield batch
                batch = []
        if batch:
            yield batch

    def _fetch_batch(self, folder: str, batch: list[int]) -> Iterator[Fetched]:
        waiting = set(batch)
        self._in(folder, lambda client: None)  # a connection that cannot be opened is no mail's fault
        try:
            try:
                groups = self._in(folder, lambda client: self._fetcher(client, folder).plan(batch))
            except LineTooLong:  # a BODYSTRUCTURE of a million octets: do without
                groups = self._in(folder, lambda client: self._fetcher(client, folder).plan(batch, structured=False))
            for plans in groups:
                for mail in self._in(folder, partial(self._payloads, folder=folder, plans=plans)):
                    waiting.discard(mail.position.uid)
                    yield mail
        except MailboxError:
            self._broken.update(self._key(folder, uid) for uid in waiting)
            raise
        for uid in batch:
            self._broken.pop(self._key(folder, uid), None)

    def _fetcher(self, client: Any, folder: str) -> Fetcher:
        position = Position(self.name, folder, self._validity[folder], 0, self._role(folder))
        return Fetcher(client, self.settings, position, exact_sizes=self._exact_sizes)

    def _payloads(self, client: Any, folder: str, plans: Sequence[Plan]) -> list[Fetched]:
        fetcher = self._fetcher(client, folder)
        mails = list(fetcher.payloads(plans))
        self._exact_sizes = fetcher.exact_sizes
        return mails

    def _idle_round(self, client: Any, seconds: float, stop: Event) -> bool:
        """One IDLE command. The answer to DONE proves that the connection lives."""
        client.idle()
        deadline = time.monotonic() + seconds
        news = False
        while not news and not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            asked = time.monotonic()
            wait = min(left, 1.0)
            try:
                responses = client.idle_check(timeout=wait)
            except imaplib.IMAP4.abort as error:
                if "unterminated line" in str(error):
                    raise _CutLine(f"{self._server}: a line came in pieces.") from error
                raise
            if not responses and time.monotonic() - asked < wait / 2:
                break  # the socket is readable but says nothing: it was closed, or TLS spoke; DONE tells
            news = any(_is_news(response) for response in responses)
        _, rest = client.idle_done()
        return news or any(_is_news(response) for response in rest)


def _is_news(response: object) -> bool:
    return isinstance(response, tuple) and len(response) > 1 and response[1] in (b"EXISTS", b"RECENT")
