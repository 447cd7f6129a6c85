"""Cases in the database: events appended to their chain, the projection written in the same transaction."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from sqlite3 import Row
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, Memo, clocked
from intake_bot.cases.events import SCHEMA_VERSION, SERVICE_CHAIN, Event, EventType, NewEvent
from intake_bot.cases.folding import fold
from intake_bot.errors import KeyDestroyed, NotFound
from intake_bot.store import chain
from intake_bot.store.case_rows import case_of, changing, values_of_rights
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault


class CaseStore:
    """Implements the Store port on SQLite."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A transaction that leaves nothing behind when it fails, inside a transaction of the caller too."""
        connection = self._db.connection
        if not connection.in_transaction:
            with self._db.transaction():
                yield
            return
        connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK TO attempt")
            connection.execute("RELEASE attempt")
            raise
        connection.execute("RELEASE attempt")

    # -- events ------------------------------------------------------------------------------------------------

    def open_case(self, key_id: str, events: Sequence[NewEvent], *, mailbox: str, controller: str) -> Case:
        """A new case from its opening event. It gets the next number of the year of its receipt."""
        opening = events[0].payload
        year = clock.local_date(clock.from_text(opening["received_at"]), opening["zone"]).year
        with self._db.transaction():
            identity = {
                "id": secrets.token_hex(16),
                "ref": f"{year}-{self._next(f'cases-{year}'):04d}",
                "mailbox": mailbox,
                "controller": controller,
            }
            case = fold(None, events, identity=identity)
            head, seq = self._append(case, key_id, events, chain.GENESIS, 0)
            self._insert(case, key_id, seq, head)
        return case

    def append(self, case_id: str, events: Sequence[NewEvent]) -> Case:
        """The case with further events. Raises NotFound, KeyDestroyed."""
        with self._db.transaction() as connection:
            row = self._row("id", case_id)
            case = fold(self._case(row), events, identity={})
            head, seq = self._append(case, row["key_id"], events, row["head_hash"], row["last_seq"])
            connection.execute("DELETE FROM requested_rights WHERE case_id = ?", (case_id,))
            self._update(case, seq, head)
            self._insert_rights(case)
        return case

    def record_service(self, event: NewEvent, *, mailbox: str = "", controller: str = "") -> None:
        """A fact about the service itself, on a chain of its own, without personal data."""
        with self._db.transaction() as connection:
            last = connection.execute(
                "SELECT seq, hash, key_id FROM events WHERE case_id = ? ORDER BY seq DESC LIMIT 1", (SERVICE_CHAIN,)
            ).fetchone()
            key_id = last["key_id"] if last else self._keyring.create()
            head, seq = (last["hash"], last["seq"]) if last else (chain.GENESIS, 0)
            self._write_event((SERVICE_CHAIN, mailbox, controller), key_id, event, head, seq + 1)

    def _append(self, case: Case, key_id: str, events: Sequence[NewEvent], head: bytes, seq: int) -> tuple[bytes, int]:
        for event in events:
            seq += 1
            head = self._write_event((case.id, case.mailbox, case.controller), key_id, event, head, seq)
            self._db.connection.execute("INSERT INTO event_places (case_id, seq) VALUES (?, ?)", (case.id, seq))
        return head, seq

    def _write_event(
        self, owner: tuple[str, str, str], key_id: str, event: NewEvent, previous: bytes, seq: int
    ) -> bytes:
        case_id, mailbox, controller = owner
        value = chain.salted(event.payload)
        committed = chain.commitment(value)
        columns = (
            case_id, seq, str(event.type), SCHEMA_VERSION, mailbox, controller, event.actor,
            clock.to_text(event.occurred_at), clock.to_text(clock.now()), key_id,
        )  # fmt: skip
        digest = chain.event_hash(columns, committed, previous)
        sealed = self._vault.seal_json(key_id, value, ("events", f"{case_id}/{seq}", "payload"))
        self._db.connection.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*columns, sealed, committed, previous, digest),
        )
        return digest

    def events(self, case_id: str) -> Iterator[Event]:
        """The events of a case in order; payloads are None once its key was destroyed."""
        for row in self._db.rows("SELECT * FROM events WHERE case_id = ? ORDER BY seq", (case_id,)):
            yield Event(
                case_id=row["case_id"],
                seq=row["seq"],
                type=EventType(row["type"]),
                schema_version=row["schema_version"],
                mailbox=row["mailbox"],
                controller=row["controller"],
                actor=row["actor"],
                occurred_at=clock.from_text(row["occurred_at"]),
                recorded_at=clock.from_text(row["recorded_at"]),
                payload=self._payload(row),
            )

    def _payload(self, row: Row) -> dict[str, Any] | None:
        if row["payload"] is None:
            return None
        try:
            value = self._vault.open_json(row["payload"], ("events", f"{row['case_id']}/{row['seq']}", "payload"))
        except KeyDestroyed:
            return None
        payload: dict[str, Any] = value["payload"]
        return payload

    # -- projection --------------------------------------------------------------------------------------------

    def case(self, case_id: str) -> Case | None:
        row = self._db.row("SELECT * FROM cases WHERE id = ?", (case_id,))
        return self._case(row) if row else None

    def case_by_ref(self, ref: str) -> Case | None:
        row = self._db.row("SELECT * FROM cases WHERE ref = ?", (ref,))
        return self._case(row) if row else None

    def key_of(self, case_id: str) -> str:
        """The id of the data key of a case. Raises NotFound."""
        key_id: str = self._row("id", case_id)["key_id"]
        return key_id

    def all(self, *, statuses: Sequence[CaseStatus] = (), limit: int = -1) -> list[Case]:
        """Cases by safe date, the urgent ones first; all statuses when none is named."""
        if 0 <= limit <= 200:
            return [self._case(row) for row in self._most_urgent(statuses or tuple(CaseStatus), limit)]
        rows = self._db.rows(
            f"SELECT * FROM cases {_of(statuses)} ORDER BY safe_on IS NULL, safe_on, ref LIMIT ?",  # noqa: S608
            (*map(str, statuses), limit),
        )
        rights = self._rights_of(statuses)
        return [self._case(row, rights.get(row["id"], [])) for row in rows]

    def _most_urgent(self, statuses: Sequence[CaseStatus], limit: int) -> list[Row]:
        """The first rows of each status by index (cases_safe), those without a date last, then the first of all."""
        parts, values = [], list[str | int]()
        for status in statuses:
            for has in ("NOTNULL", "ISNULL"):
                parts.append(
                    f"SELECT * FROM (SELECT * FROM cases WHERE status = ? AND safe_on {has} "  # noqa: S608
                    "ORDER BY safe_on, ref LIMIT ?)"
                )
                values += [str(status), limit]
        union = " UNION ALL ".join(parts)
        sql = f"SELECT * FROM ({union}) ORDER BY safe_on IS NULL, safe_on, ref LIMIT ?"  # noqa: S608
        return self._db.rows(sql, (*values, limit))

    def _rights_of(self, statuses: Sequence[CaseStatus]) -> dict[str, list[Row]]:
        """The requested rights of the cases in these states, by case, in their order."""
        among = f"WHERE case_id IN (SELECT id FROM cases {_of(statuses)})" if statuses else ""  # noqa: S608 - marks only
        rights: dict[str, list[Row]] = {}
        sql = f"SELECT * FROM requested_rights {among} ORDER BY rowid"  # noqa: S608 - marks only
        for right in self._db.connection.execute(sql, tuple(map(str, statuses))):
            rights.setdefault(right["case_id"], []).append(right)
        return rights

    def last_acts(self) -> dict[str, datetime]:
        """When a person last acted on each case that runs (case id -> UTC); cases without an act are missing."""
        rows = self._db.rows(
            "SELECT e.case_id, max(e.occurred_at) AS at FROM cases c JOIN events e ON e.case_id = c.id "
            "WHERE c.status IN ('open', 'unconfirmed') AND e.actor <> 'bot' GROUP BY e.case_id"
        )
        return {row["case_id"]: clock.from_text(row["at"]) for row in rows}

    def running_with(self, type_: EventType) -> set[str]:
        """The ids of the cases that run and hold an event of this type."""
        rows = self._db.rows(
            "SELECT DISTINCT c.id FROM cases c JOIN events e ON e.case_id = c.id "
            "WHERE c.status IN ('open', 'unconfirmed') AND e.type = ?",
            (str(type_),),
        )
        return {row["id"] for row in rows}

    def rebuild(self) -> list[str]:
        """Recreate the projection from the events. Returns the references whose projection had differed.

        Cases whose key was destroyed keep their last projection: that is the minimal register line.
        """
        changed = []
        with self._db.transaction() as connection:
            for row in connection.execute("SELECT * FROM cases").fetchall():
                recorded = list(self.events(row["id"]))
                if any(event.payload is None for event in recorded):
                    continue
                facts = [NewEvent(e.type, e.actor, e.occurred_at, e.payload or {}) for e in recorded]
                identity = {name: row[name] for name in ("id", "ref", "mailbox", "controller")}
                case = fold(None, facts, identity=identity)
                if case != self._case(row):
                    changed.append(case.ref)
                connection.execute("DELETE FROM requested_rights WHERE case_id = ?", (case.id,))
                self._update(case, row["last_seq"], row["head_hash"])
                self._insert_rights(case)
        return changed

    def moved(self) -> list[tuple[Case, Case]]:
        """Open cases whose dates differ under today's rule sets and holiday tables: (before, after), urgent ones first.

        Read-only. The cases pass by one after the other; only those that move are kept.
        """
        memo = Memo()
        pairs = ((case, clocked(case, memo)) for case in self._passing((CaseStatus.UNCONFIRMED, CaseStatus.OPEN)))
        found = [(before, after) for before, after in pairs if before is not after]
        return sorted(found, key=lambda pair: (pair[0].safe_on or date.max, pair[0].ref))

    def _passing(self, statuses: Sequence[CaseStatus]) -> Iterator[Case]:
        """The cases in these states by their id, one after the other, with their rights."""
        connection, values = self._db.connection, tuple(map(str, statuses))
        among = f"SELECT id FROM cases {_of(statuses)}"  # noqa: S608 - marks only
        cases = connection.execute(f"SELECT * FROM cases {_of(statuses)} ORDER BY id", values)  # noqa: S608
        sql = f"SELECT *, rowid AS place FROM requested_rights WHERE case_id IN ({among}) ORDER BY case_id"  # noqa: S608
        rights = connection.execute(sql, values)
        grouped = groupby(rights, key=itemgetter("case_id"))
        owner, group = next(grouped, ("", iter(())))
        for row in cases:
            if row["id"] != owner:
                yield self._case(row, [])
                continue
            yield self._case(row, sorted(group, key=itemgetter("place")))
            owner, group = next(grouped, ("", iter(())))

    def _row(self, column: str, value: str) -> Row:
        row = self._db.row(f"SELECT * FROM cases WHERE {column} = ?", (value,))  # noqa: S608 - column is ours
        if row is None:
            raise NotFound(f"no case {value}")
        return row

    def _case(self, row: Row, rights: list[Row] | None = None) -> Case:
        if rights is None:
            rights = self._db.rows("SELECT * FROM requested_rights WHERE case_id = ? ORDER BY rowid", (row["id"],))
        return case_of(row, rights)

    def _next(self, name: str) -> int:
        return int(
            self._db.value(
                "INSERT INTO counters (name, value) VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (name,),
            )
        )

    def _insert(self, case: Case, key_id: str, seq: int, head: bytes) -> None:
        self._db.connection.execute(
            "INSERT INTO cases (id, ref, mailbox, controller, channel, zone, jurisdiction, status, hold, lang, "
            "received_at, opened_at, changed_at, closed_at, due_on, safe_on, rule_set, key_id, last_seq, head_hash) "
            "VALUES (:id, :ref, :mailbox, :controller, :channel, :zone, :jurisdiction, :status, :hold, :lang, "
            ":received_at, :opened_at, :changed_at, :closed_at, :due_on, :safe_on, :rule_set, :key_id, :seq, :head)",
            {
                "id": case.id, "ref": case.ref, "mailbox": case.mailbox, "controller": case.controller,
                "channel": case.channel, "zone": case.zone, "jurisdiction": case.jurisdiction,
                "opened_at": clock.to_text(case.opened_at), "key_id": key_id, "seq": seq, "head": head,
                **changing(case),
            },
        )  # fmt: skip
        self._insert_rights(case)

    def _update(self, case: Case, seq: int, head: bytes) -> None:
        self._db.connection.execute(
            "UPDATE cases SET status = :status, hold = :hold, lang = :lang, received_at = :received_at, "
            "changed_at = :changed_at, closed_at = :closed_at, due_on = :due_on, safe_on = :safe_on, "
            "rule_set = :rule_set, last_seq = :seq, head_hash = :head WHERE id = :id",
            {"id": case.id, "seq": seq, "head": head, **changing(case)},
        )

    def _insert_rights(self, case: Case) -> None:
        self._db.connection.executemany(
            "INSERT INTO requested_rights VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values_of_rights(case),
        )


def _of(statuses: Sequence[CaseStatus]) -> str:
    """The condition for these states; none for all of them."""
    return f"WHERE status IN ({','.join('?' * len(statuses))})" if statuses else ""
