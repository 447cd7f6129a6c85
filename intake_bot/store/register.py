"""What the register, the figures and the evidence packs ask of the cases. Read-only; no query opens the vault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake_bot import clock
from intake_bot.store.database import Database

#: Cases that are counted one by one; a page says "more than" beyond.
MOST = 2_000

_HELD = "c.hold <> '[]'"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases; an empty field does not narrow. Received from `since` to before `until`, both UTC."""

    statuses: tuple[str, ...] = ()
    right: str = ""
    outcome: str = ""
    lang: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    safe_from: date | None = None
    safe_until: date | None = None
    held: bool | None = None
    doubtful: bool = False  # a right in it waits for confirmation
    among: tuple[str, ...] | None = None  # case ids
    without: tuple[str, ...] = ()  # case ids

    def where(self) -> tuple[str, list[str]]:
        parts, values = ["1"], list[str]()
        if self.statuses:
            # Nearly all cases are closed: the index of the status would only stand in the way of the order ("+").
            column = "+c.status" if "closed" in self.statuses else "c.status"
            parts.append(f"{column} IN ({','.join('?' * len(self.statuses))})")
            values += self.statuses
        for column, value in (("c.lang", self.lang), ("c.channel", self.channel)):
            if value:
                parts.append(f"{column} = ?")
                values.append(value)
        if self.since:
            parts.append("c.received_at >= ?")
            values.append(clock.to_text(self.since))
        if self.until:
            parts.append("c.received_at < ?")
            values.append(clock.to_text(self.until))
        if self.safe_from:
            parts.append("c.safe_on >= ?")
            values.append(self.safe_from.isoformat())
        if self.safe_until:
            parts.append("c.safe_on <= ?")
            values.append(self.safe_until.isoformat())
        if self.held is not None:
            parts.append(_HELD if self.held else f"NOT ({_HELD})")
        if self.among is not None:
            parts.append(f"c.id IN ({','.join('?' * len(self.among))})")
            values += self.among
        if self.without:
            parts.append(f"c.id NOT IN ({','.join('?' * len(self.without))})")
            values += self.without
        parts += self._rights(values)
        return " AND ".join(parts), values

    def _rights(self, values: list[str]) -> list[str]:
        # "+": by the primary key of the right's case, never by an index over all rights of that status.
        conditions = []
        if self.right:
            conditions.append("r.right = ?")
            values.append(self.right)
        if self.outcome:
            conditions.append("+r.outcome = ?")
            values.append(self.outcome)
        if self.doubtful:
            conditions.append("+r.status = 'unconfirmed'")
        if not conditions:
            return []
        joined = " AND ".join(conditions)
        return [f"EXISTS (SELECT 1 FROM requested_rights r WHERE r.case_id = c.id AND {joined})"]  # noqa: S608


ORDERS = {
    "safe": "c.safe_on IS NULL, c.safe_on, c.ref",
    "received": "c.received_at DESC, c.ref DESC",
    "oldest": "c.received_at, c.ref",
    "ref": "c.ref",
}


class RegisterStore:
    """Queries over all cases, on SQLite."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def ids(self, wanted: Filter, *, order: str = "safe", limit: int = -1, offset: int = 0) -> list[str]:
        """The ids of the cases that match."""
        where, values = wanted.where()
        rows = self._db.rows(
            f"SELECT c.id FROM cases c WHERE {where} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",  # noqa: S608
            (*values, limit, offset),
        )
        return [row["id"] for row in rows]

    def count(self, wanted: Filter) -> int:
        """How many cases match; counting ends at MOST + 1, which means "more"."""
        where, values = wanted.where()
        some = f"SELECT 1 FROM cases c WHERE {where} LIMIT {MOST + 1}"  # noqa: S608
        return int(self._db.value(f"SELECT count(*) FROM ({some})", values))  # noqa: S608

    def after(self, case_id: str, wanted: Filter) -> tuple[str, str]:
        """The references before and after a case among those that match, by safe date; "" at the ends."""
        ids = self.ids(wanted)
        refs = {
            row["id"]: row["ref"] for row in self._db.rows("SELECT id, ref FROM cases WHERE status = 'unconfirmed'")
        }
        if case_id not in ids:
            return "", refs.get(ids[0], "") if ids else ""
        at = ids.index(case_id)
        before = refs.get(ids[at - 1], "") if at else ""
        return before, refs.get(ids[at + 1], "") if at + 1 < len(ids) else ""

    def languages(self) -> list[str]:
        """The languages that occur, by a loose index scan."""
        rows = self._db.rows("SELECT DISTINCT lang FROM cases WHERE lang <> '' ORDER BY lang")
        return [row["lang"] for row in rows]

    # -- one case ----------------------------------------------------------------------------------------------

    def chain(self, case_id: str) -> list[dict[str, Any]]:
        """The chained columns of the events of a case, octets in hexadecimal: what proves that none was changed."""
        rows = self._db.rows(
            "SELECT case_id, seq, type, schema_version, mailbox, controller, actor, occurred_at, recorded_at, key_id, "
            "commitment, prev_hash, hash FROM events WHERE case_id = ? ORDER BY seq",
            (case_id,),
        )
        return [
            {name: row[name].hex() if isinstance(row[name], bytes) else row[name] for name in row.keys()}  # noqa: SIM118
            for row in rows
        ]

    def last_event(self, case_id: str) -> int:
        """The number of the last event of a case; a form that carries it tells whether the case has changed since."""
        return int(self._db.value("SELECT last_seq FROM cases WHERE id = ?", (case_id,)) or 0)

    def originals(self, case_id: str) -> set[str]:
        """The ids of the mails of a case whose original octets are kept."""
        rows = self._db.rows(
            "SELECT o.mail_id FROM originals o JOIN mails m ON m.id = o.mail_id WHERE m.case_id = ?", (case_id,)
        )
        return {row["mail_id"] for row in rows}

    def ledger_line(self, case_id: str) -> dict[str, Any] | None:
        """The ledger's line on the mail that opened a case: scores, route, model version."""
        row = self._db.row("SELECT * FROM ledger WHERE case_id = ? ORDER BY id LIMIT 1", (case_id,))
        wanted = ("disposition", "reasons", "route", "scores", "lang", "model_version", "received_at", "source")
        return {name: row[name] for name in wanted} if row else None

    def desk_letters(self, case_id: str) -> set[str]:
        """The ids of the letters of a case that went to the desk or a colleague."""
        rows = self._db.rows("SELECT id FROM outbox WHERE case_id = ? AND audience = 'desk'", (case_id,))
        return {row["id"] for row in rows}

    def answered(self, limit: int) -> list[str]:
        """Cases that are not closed in which a colleague answered a question and nobody acted since, newest first."""
        rows = self._db.rows(
            "SELECT c.id, max(e.seq) AS last, max(e.occurred_at) AS at FROM events e JOIN cases c ON c.id = e.case_id "
            "WHERE e.type = 'colleague_replied' AND c.status <> 'closed' GROUP BY c.id HAVING last > coalesce("
            "(SELECT max(x.seq) FROM events x WHERE x.case_id = c.id AND x.actor <> 'bot'), 0) "
            "ORDER BY at DESC LIMIT ?",
            (limit,),
        )
        return [row["id"] for row in rows]

    def waiting_letters(self, limit: int) -> list[str]:
        """The ids of letters that wait for a person, oldest first."""
        rows = self._db.rows(
            "SELECT id FROM outbox WHERE status IN ('held', 'failed', 'uncertain') "
            "AND (audience = 'person' OR status <> 'held') ORDER BY created_at LIMIT ?",
            (limit,),
        )
        return [row["id"] for row in rows]

    def count_waiting_letters(self) -> int:
        return int(
            self._db.value(
                "SELECT count(*) FROM outbox WHERE status IN ('held', 'failed', 'uncertain') "
                "AND (audience = 'person' OR status <> 'held')"
            )
        )

    # -- figures -----------------------------------------------------------------------------------------------

    def deadlines_by_day(self, first: date, last: date) -> dict[str, int]:
        """Rights that run, by safe date."""
        rows = self._db.rows(
            "SELECT safe_on, count(*) AS n FROM requested_rights WHERE status IN ('open', 'unconfirmed') "
            "AND safe_on BETWEEN ? AND ? GROUP BY safe_on",
            (first.isoformat(), last.isoformat()),
        )
        return {row["safe_on"]: row["n"] for row in rows}

    def received_by_day(self, since: date) -> dict[str, int]:
        """Cases by UTC day of receipt."""
        return self._counts("substr(received_at, 1, 10)", "cases", "received_at >= ?", since.isoformat())

    def by_language(self, since: date) -> dict[str, int]:
        return self._counts("lang", "cases", "received_at >= ?", since.isoformat())

    def by_right(self, since: date) -> dict[str, int]:
        return self._counts("right", "requested_rights", "received_at >= ?", since.isoformat())

    def by_outcome(self, since: date) -> dict[str, int]:
        where = "outcome IS NOT NULL AND received_at >= ?"
        return self._counts("outcome", "requested_rights", where, since.isoformat())

    def by_disposition(self, since: date) -> dict[str, int]:
        return self._counts("disposition", "ledger", "recorded_at >= ?", since.isoformat())

    def corrections(self, since: date) -> dict[str, int]:
        """What persons, not the bot, said of the classification."""
        types = "('confirmed', 'right_added', 'right_removed', 'right_confirmed', 'not_a_request')"
        where = f"type IN {types} AND actor <> 'bot' AND occurred_at >= ?"
        return self._counts("type", "events", where, since.isoformat())

    def _counts(self, column: str, table: str, where: str, *values: str) -> dict[str, int]:
        rows = self._db.rows(
            f"SELECT {column} AS name, count(*) AS n FROM {table} WHERE {where} GROUP BY 1 ORDER BY n DESC",  # noqa: S608
            values,
        )
        return {row["name"]: row["n"] for row in rows}

    def hours_to_acknowledge(self, since: date) -> list[float]:
        """Hours from receipt to the first acknowledgement that left, ascending."""
        return self._spans(
            "SELECT (julianday(min(o.sent_at)) - julianday(c.received_at)) * 24 AS span FROM outbox o "
            "JOIN cases c ON c.id = o.case_id WHERE o.kind = 'acknowledgement' AND o.created_at >= ? "
            "AND o.sent_at IS NOT NULL GROUP BY c.id",
            since,
        )

    def days_to_close(self, since: date) -> list[float]:
        """Days from receipt to closing of the cases closed since, ascending."""
        return self._spans(
            "SELECT julianday(closed_at) - julianday(received_at) AS span FROM cases "
            "WHERE status = 'closed' AND closed_at >= ?",
            since,
        )

    def days_to_recognise(self, since: date) -> list[float]:
        """Days from receipt to the opening of the case, ascending: lost before anyone knew."""
        return self._spans(
            "SELECT julianday(opened_at) - julianday(received_at) AS span FROM cases WHERE received_at >= ?", since
        )

    def _spans(self, sql: str, since: date) -> list[float]:
        rows = self._db.rows(f"{sql} ORDER BY 1", (since.isoformat(),))
        return [max(0.0, row["span"]) for row in rows if row["span"] is not None]

    def summary(self, today: date) -> dict[str, int]:
        """The head counts of the first page."""
        row = self._db.row(
            "SELECT sum(status = 'unconfirmed') AS review, count(*) AS running, "
            "sum(status = 'open' AND hold <> '[]') AS held, sum(safe_on < :today) AS overdue "
            "FROM cases WHERE status IN ('open', 'unconfirmed')",
            {"today": today.isoformat()},
        )
        return {name: int(row[name] or 0) for name in row.keys()} if row else {}  # noqa: SIM118

    # -- search ------------------------------------------------------------------------------------------------

    def refs_like(self, text: str, limit: int) -> list[str]:
        """Ids of the cases whose reference ends or begins with the text."""
        pattern = text.replace("%", "").replace("_", "")
        rows = self._db.rows(
            "SELECT id FROM cases WHERE ref LIKE ? OR ref LIKE ? ORDER BY ref DESC LIMIT ?",
            (f"{pattern}%", f"%-%{pattern}", limit),
        )
        return [row["id"] for row in rows]

    def before(self, ref: str, limit: int) -> list[tuple[str, str]]:
        """(id, reference) of the cases below a reference, newest first; "" begins at the newest."""
        rows = self._db.rows("SELECT id, ref FROM cases WHERE ref < ? ORDER BY ref DESC LIMIT ?", (ref or "~", limit))
        return [(row["id"], row["ref"]) for row in rows]

    def erasures(self) -> list[tuple[str, datetime]]:
        """(reference, when) of the cases whose content was destroyed at the end of its retention."""
        rows = self._db.rows("SELECT ref, erased_at FROM cases WHERE erased_at IS NOT NULL ORDER BY erased_at")
        return [(row["ref"], clock.from_text(row["erased_at"])) for row in rows]

    def references(self, case_ids: Sequence[str]) -> dict[str, str]:
        """The references of cases by id."""
        marks = ",".join("?" * len(case_ids))
        rows = self._db.rows(f"SELECT id, ref FROM cases WHERE id IN ({marks})", list(case_ids))  # noqa: S608
        return {row["id"]: row["ref"] for row in rows}

    def models(self) -> list[str]:
        """The versions of the classifier that decided on mails."""
        rows = self._db.rows(
            "SELECT DISTINCT model_version AS v FROM ledger WHERE model_version IS NOT NULL ORDER BY v"
        )
        return [row["v"] for row in rows]

    def chains_of_service(self) -> list[dict[str, Any]]:
        """The chain of facts about the service itself."""
        return self.chain("service")

    def anchors(self) -> list[tuple[str, str, int]]:
        """(day, head in hexadecimal, number of cases) of every daily anchor."""
        rows = self._db.rows("SELECT day, head, cases FROM anchors ORDER BY day")
        return [(row["day"], row["head"].hex(), row["cases"]) for row in rows]
