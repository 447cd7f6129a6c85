"""What the cases need of the outside, as protocols. Nothing above store/ may assume SQLite or one machine."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from intake_bot.cases.case import Case
from intake_bot.cases.events import Event, NewEvent
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import FolderState


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof that this process holds a lease; a write with an outdated fence is refused."""

    name: str
    holder: str
    number: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One explained mail. Keys are keyed hashes; nothing here names a person."""

    position: Position
    disposition: str
    reasons: tuple[str, ...]
    received_at: datetime
    source: str  # live | backfill | import | manual
    size: int
    content_key: bytes | None = None
    message_id_key: bytes | None = None
    sender_key: bytes | None = None
    case_id: str | None = None
    route: str | None = None
    scores: str | None = None
    lang: str | None = None
    model_version: str | None = None


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail that a case keeps: what was understood of it, and the original where it was fetched."""

    position: Position
    role: str  # request | follow_up | colleague | relay
    received_at: datetime
    content: dict[str, Any]
    original: bytes | None


class Keyring(Protocol):
    """Data keys by id, apart from the database."""

    def create(self) -> str: ...
    def exists(self, key_id: str) -> bool: ...
    def destroy(self, key_ids: list[str]) -> None: ...
    def index(self, purpose: str, value: str) -> bytes: ...


class Vault(Protocol):
    """Seals personal content under the key of its case."""

    def seal(self, key_id: str, content: bytes, place: tuple[str, str, str]) -> bytes: ...
    def open(self, sealed: bytes, place: tuple[str, str, str]) -> bytes: ...


class Outbox(Protocol):
    """Letters, written in the transaction of the event that caused them, sent later."""

    def write(self, letter: OutgoingLetter) -> str | None: ...
    def count_to(self, address: str, kind: str, since: datetime) -> int: ...
    def count_all(self, kind: str, since: datetime) -> int: ...


class Ledger(Protocol):
    """Every mail that was seen, with its outcome."""

    def add(self, entry: LedgerEntry) -> int: ...
    def known(self, position: Position) -> bool: ...
    def advance(self, state: FolderState, watermark: int, fence: Fence | None) -> None: ...


class Store(Protocol):
    """Cases and their events."""

    def transaction(self) -> AbstractContextManager[Any]: ...
    def open_case(self, key_id: str, events: Sequence[NewEvent], *, mailbox: str, controller: str) -> Case: ...
    def append(self, case_id: str, events: Sequence[NewEvent]) -> Case: ...
    def case(self, case_id: str) -> Case | None: ...
    def case_by_ref(self, ref: str) -> Case | None: ...
    def events(self, case_id: str) -> Iterable[Event]: ...


class Directory(Protocol):
    """Known persons. Lookups only; never revealed to a sender."""

    def by_address(self, address: str) -> Sequence[Any]: ...
