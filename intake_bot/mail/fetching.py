"""Fetching mails from an opened folder: sizes first, small mails whole, large ones without what holds no text.

Each step asks for many mails at once, so that a hundred mails cost a handful of round trips. One mail that the server
or the client cannot cope with is fetched apart and never spoils the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from intake_bot.errors import MailboxDisconnected, MailboxError
from intake_bot.mail.connection import ImapSettings, mailbox_errors
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.structure import (
    Part,
    StructureError,
    adds_up,
    assemble,
    consistent,
    first_text_section,
    header_sections,
    kept_sections,
    left_out,
    multipart_sections,
    needs_whole,
    read_structure,
)

# RFC 2683 3.2.1.5 asks for command lines of at most 1,000 octets; 100 UIDs of nine digits fit.
BATCH = 100
_BEGINNING = 1_024  # octets of a multipart, enough for a preamble and its first boundary line
_TRUNCATED_TEXT = 1_000_000  # octets of the first text of a mail above the limit

Data = dict[bytes, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one mail is to be fetched, decided from its size and structure."""

    uid: int
    size: int
    date: datetime | None
    root: Part | None = None  # None: whole
    sized: bool = True  # False: the server did not say the size
    header: bytes = b""
    bodies: tuple[str, ...] = ()
    truncated: bool = False

    @property
    def cost(self) -> int:
        """Octets to be fetched and held, about."""
        if self.root is None:
            return self.size if not self.truncated else _TRUNCATED_TEXT
        sizes = {part.section: part.size for part in self.root.leaves()}
        return len(self.header) + sum(min(sizes[section], self.size) for section in self.bodies)

    @property
    def items(self) -> tuple[str, ...]:
        """The FETCH items; mails with the same items share a command."""
        if self.root is None:
            return ("BODY.PEEK[]",) if not self.truncated else (f"BODY.PEEK[]<0.{_TRUNCATED_TEXT}>",)
        cut = f"<0.{_TRUNCATED_TEXT}>" if self.truncated else ""
        headers = tuple(f"BODY.PEEK[{section}.MIME]" for section in header_sections(self.root))
        bodies = tuple(f"BODY.PEEK[{section}]{cut}" for section in self.bodies)
        if self.truncated:
            return headers + bodies
        beginnings = tuple(f"BODY.PEEK[{section}]<0.{_BEGINNING}>" for section in multipart_sections(self.root))
        return headers + beginnings + bodies


class Fetcher:
    """Fetches from the folder that is open on `client`. Positions are those of `folder`."""

    def __init__(self, client: Any, settings: ImapSettings, position: Position, *, exact_sizes: bool = True) -> None:
        """`exact_sizes`: whether RFC822.SIZE can be relied on; Exchange gives an estimate. Found out on the way."""
        self.exact_sizes = exact_sizes
        self._client = client
        self._settings = settings
        self._position = position
        self._server = f"{settings.host}:{settings.port}"

    def plan(self, uids: Sequence[int], *, structured: bool = True) -> list[list[Plan]]:
        """The plans for up to BATCH UIDs, ascending, in groups of at most `batch_bytes` octets; vanished UIDs miss.

        A mail whose size the server does not say is fetched whole. Without `structured` no BODYSTRUCTURE is asked for.
        """
        small = self._settings.small_bytes
        plans = self._sized(uids)
        large = [uid for uid, plan in plans.items() if plan.size > small]
        if structured:
            for uid, data in self._ask(large, ["BODYSTRUCTURE", "BODY.PEEK[HEADER]"]).items():
                plans[uid] = self._decide(plans[uid], data)
        for uid in large:
            plan = plans[uid]
            if plan.root is None and plan.size > self._settings.max_mail_bytes:
                plans[uid] = replace(plan, truncated=True)
        return _groups(list(plans.values()), self._settings.batch_bytes)

    def _sized(self, uids: Sequence[int]) -> dict[int, Plan]:
        answers = self._ask(uids, ["RFC822.SIZE", "INTERNALDATE"])
        unsized = [uid for uid in uids if answers.get(uid, {}).get(b"RFC822.SIZE") is None]
        there = self._present(unsized) if unsized else set()
        plans: dict[int, Plan] = {}
        for uid in sorted(uids):
            data = answers.get(uid, {})
            if uid not in unsized:
                plans[uid] = Plan(uid, int(data[b"RFC822.SIZE"]), _aware(data.get(b"INTERNALDATE")))
            elif uid in there:
                plans[uid] = Plan(uid, 0, _aware(data.get(b"INTERNALDATE")), sized=False)
        return plans

    def _decide(self, plan: Plan, data: Data) -> Plan:
        header, structure = data.get(b"BODY[HEADER]"), data.get(b"BODYSTRUCTURE")
        if not isinstance(header, bytes) or structure is None:
            return plan
        try:
            root = read_structure(structure)
        except (StructureError, RecursionError):
            return plan
        if plan.size > self._settings.max_mail_bytes:
            first = first_text_section(root)
            if all(part.boundary for part in root.walk() if part.multipart):
                return replace(plan, root=root, header=header, bodies=(first,) if first else (), truncated=True)
            return replace(plan, truncated=True)
        if needs_whole(root):
            return plan
        return replace(plan, root=root, header=header, bodies=kept_sections(root))

    def payloads(self, plans: Sequence[Plan]) -> Iterator[Fetched]:
        """The mails of one group, ascending. A UID without payload gives raw None unless it has vanished.

        Raises MailboxError when the server gives neither size nor payload of any: that may pass.
        """
        found: dict[int, Fetched] = {}
        doubtful: list[Plan] = []
        shapes: defaultdict[tuple[str, ...], list[Plan]] = defaultdict(list)
        for plan in plans:
            shapes[plan.items].append(plan)
        for items, alike in shapes.items():
            answers = self._ask([plan.uid for plan in alike], items)
            for plan in alike:
                data = answers.get(plan.uid, {})
                fetched = self._whole(plan, data) if plan.root is None else self._partial(plan, plan.root, data)
                if fetched is None:
                    doubtful.append(plan)
                else:
                    found[plan.uid] = fetched
        for plan in doubtful:
            fetched = self._again(plan)
            if fetched is not None:
                found[plan.uid] = fetched
        if found and not any(mail.size or mail.raw is not None for mail in found.values()):
            raise MailboxError(f"{self._server}: UID {min(found)} cannot be fetched, nor any asked for with it.")
        for uid in sorted(found):
            yield found[uid]

    def _whole(self, plan: Plan, data: Data) -> Fetched | None:
        raw = data.get(b"BODY[]<0>" if plan.truncated else b"BODY[]")
        if not isinstance(raw, bytes) or not (raw or (plan.sized and plan.size == 0)):
            return None
        size = plan.size if plan.truncated else len(raw)
        self.exact_sizes = self.exact_sizes and (size == plan.size or not plan.sized)
        return Fetched(self._at(plan.uid), raw, plan.date, size, truncated=plan.truncated, partial=plan.truncated)

    def _partial(self, plan: Plan, root: Part, data: Data) -> Fetched | None:
        bodies: dict[str, bytes] = {}
        headers: dict[str, bytes] = {}
        for section in header_sections(root):
            value = data.get(f"BODY[{section}.MIME]".encode())
            if not isinstance(value, bytes):
                return None
            headers[section] = value
        for section in plan.bodies:
            value = data.get(f"BODY[{section}]{'<0>' if plan.truncated else ''}".encode())
            if not isinstance(value, bytes):
                return None
            bodies[section] = value
        beginnings = {section: data.get(f"BODY[{section}]<0>".encode()) or b"" for section in multipart_sections(root)}
        if not plan.truncated and not consistent(root, plan.header, headers, beginnings, bodies):
            return None
        raw = assemble(root, plan.header, headers, bodies)
        if not plan.truncated and self.exact_sizes and not adds_up(root, plan.size, raw, beginnings, bodies):
            return None
        return Fetched(
            self._at(plan.uid),
            raw,
            plan.date,
            plan.size,
            partial=True,
            sizes=left_out(root, bodies),
            truncated=plan.truncated,
        )

    def _again(self, plan: Plan) -> Fetched | None:
        """A mail whose parts did not fit together, or that came without payload: whole and alone."""
        whole = replace(plan, root=None, bodies=(), header=b"")
        data = self._ask([plan.uid], whole.items).get(plan.uid, {})
        fetched = self._whole(whole, data)
        if fetched is not None:
            return fetched
        if not self._present([plan.uid]):
            return None
        return Fetched(self._at(plan.uid), None, plan.date, plan.size)

    def _present(self, uids: Sequence[int]) -> set[int]:
        """Those of some UIDs that exist. Until a NOOP the server may name a mail that was expunged (RFC 3501 7.4.1)."""
        with mailbox_errors(self._server):
            self._client.noop()
            return set(uids).intersection(self._client.search(["UID", ",".join(map(str, uids))]))

    def _ask(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Data]:
        """FETCH for many mails; where one of them makes the answer unreadable, for each of them alone."""
        if not uids or not items:
            return {}
        try:
            with mailbox_errors(self._server):
                answers: dict[int, Data] = self._client.fetch(uids, items)
        except MailboxDisconnected:
            raise
        except (MailboxError, RecursionError, ValueError):
            if len(uids) == 1:
                return {}
            answers = {}
            for uid in uids:
                answers.update(self._ask([uid], items))
        return answers

    def _at(self, uid: int) -> Position:
        return replace(self._position, uid=uid)


def _aware(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC)


def _groups(plans: list[Plan], limit: int) -> list[list[Plan]]:
    groups: list[list[Plan]] = []
    held = limit + 1
    for plan in plans:
        if held + plan.cost > limit:
            groups.append([])
            held = 0
        groups[-1].append(plan)
        held += plan.cost
    return groups


def utc_dates(client: Any, uids: Sequence[int], missing: date) -> dict[int, date]:
    """The UTC dates of the INTERNALDATE of mails in the open folder."""
    answers = {uid: data.get(b"INTERNALDATE") for uid, data in client.fetch(uids, ["INTERNALDATE"]).items()}
    return {uid: received.astimezone(UTC).date() if received else missing for uid, received in answers.items()}


def find_message_id(client: Any, message_id: str) -> list[int]:
    """The UIDs in the open folder whose Message-ID is exactly this. SEARCH HEADER finds substrings (RFC 3501 6.4.4)."""
    if not message_id or not message_id.isascii() or not message_id.isprintable():
        return []
    name = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"
    found = sorted(client.search(["HEADER", "Message-ID", message_id]))
    wanted = message_id.encode()
    matches = []
    for start in range(0, len(found), BATCH):
        for uid, data in client.fetch(found[start : start + BATCH], [name]).items():
            header = next((value for key, value in data.items() if key.startswith(b"BODY[HEADER.FIELDS")), b"")
            if header.partition(b":")[2].strip() == wanted:
                matches.append(uid)
    return sorted(matches)
