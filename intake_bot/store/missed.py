"""The weekly sample of mails that were no request: which were drawn, their text until it is judged, what came of it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row
from typing import Any

from intake_bot import clock
from intake_bot.cases.sampling import Candidate, Stratum, Tally
from intake_bot.errors import NotFound
from intake_bot.mail.inbound import Position
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.ledger import position_of
from intake_bot.store.vault import Vault


class SampleStatus(StrEnum):
    """Where a sampled mail stands."""

    DRAWN = "drawn"  # to be fetched again
    WAITING = "waiting"  # its text is here, a person is to judge it
    VANISHED = "vanished"  # no longer where it lay
    EXPIRED = "expired"  # nobody judged it in time
    NO_REQUEST = "no_request"  # rightly recorded
    REQUEST = "request"  # it was missed


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled mail. What the ledger knew of it is None or "" once its line has expired; instants are UTC."""

    id: str
    week: str
    stratum: str
    status: SampleStatus
    position: Position
    score: float
    scores: str  # JSON, as the ledger keeps them
    lang: str
    model_version: str
    received_at: datetime | None
    drawn_at: datetime
    fetched_at: datetime | None
    judged_by: str
    case_id: str | None


class MissedStore:
    """The sample on SQLite. Each text lies under a key of its own."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    # -- drawing -----------------------------------------------------------------------------------------------

    def candidates(self, since: datetime, until: datetime, week: str) -> list[Candidate]:
        """The mails of the mailbox that were recorded as no request in a time, imports left out."""
        rows = self._db.rows(
            "SELECT l.id, coalesce((SELECT max(e.value) FROM json_each(l.scores) e), 0.0) AS score FROM ledger l "
            "WHERE l.disposition = 'RECORD' AND l.recorded_at >= ? AND l.recorded_at < ? "
            "AND l.source IN ('live', 'backfill')",
            (clock.to_text(since), clock.to_text(until)),
        )
        return [
            Candidate(row["id"], row["score"], self._keyring.index("sample", f"{week}:{row['id']}")) for row in rows
        ]

    def record(self, week: str, strata: Iterable[Stratum], now: datetime) -> int:
        """Write a draw. Returns how many mails are in it."""
        count = 0
        with self._db.transaction() as connection:
            for stratum in strata:
                connection.execute(
                    "INSERT INTO missed_strata VALUES (?, ?, ?, ?)",
                    (week, stratum.name, stratum.population, clock.to_text(now)),
                )
                for item in stratum.drawn:
                    connection.execute(
                        "INSERT INTO missed (id, week, stratum, ledger_id, mailbox, folder, uidvalidity, uid, score, "
                        "status, drawn_at) SELECT ?, ?, ?, id, mailbox, folder, uidvalidity, uid, ?, 'drawn', ? "
                        "FROM ledger WHERE id = ?",
                        (
                            secrets.token_hex(4), week, stratum.name, item.score, clock.to_text(now), item.ledger_id,
                        ),
                    )  # fmt: skip
                    count += 1
        return count

    # -- fetching ----------------------------------------------------------------------------------------------

    def to_fetch(self, mailbox: str) -> list[Sample]:
        """What was drawn from a mailbox and is not here yet."""
        return self._all("m.status = 'drawn' AND m.mailbox = ?", mailbox)

    def keep(self, item: str, content: dict[str, Any], now: datetime) -> None:
        """Seal the text of a sampled mail under a key of its own."""
        key_id = self._keyring.create()
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE missed SET status = 'waiting', key_id = ?, content = ?, fetched_at = ? "
                "WHERE id = ? AND status = 'drawn'",
                (key_id, self._vault.seal_json(key_id, content, _place(item)), clock.to_text(now), item),
            )

    def vanished(self, items: Sequence[str]) -> None:
        """These are no longer where they lay."""
        with self._db.transaction() as connection:
            connection.executemany(
                "UPDATE missed SET status = 'vanished' WHERE id = ? AND status = 'drawn'", [(item,) for item in items]
            )

    # -- judging -----------------------------------------------------------------------------------------------

    def waiting(self) -> list[Sample]:
        """What a person is to judge, the most probable first."""
        return self._all("m.status = 'waiting'")

    def count_waiting(self) -> int:
        return int(self._db.value("SELECT count(*) FROM missed WHERE status = 'waiting'"))

    def from_address(self, address: str) -> list[Sample]:
        """What waits from a sender, told by the keyed hash that the ledger keeps for thirty days."""
        return self._all("m.status = 'waiting' AND l.sender_key = ?", self._keyring.index("address", address.lower()))

    def of_week(self, week: str) -> list[Sample]:
        return self._all("m.week = ?", week)

    def open(self, item: str) -> tuple[Sample, dict[str, Any]]:
        """A mail that waits, with its content. Raises NotFound when it was judged, has expired, or never was."""
        found = self._all("m.id = ? AND m.status = 'waiting'", item)
        if not found:
            raise NotFound(f"no sampled mail {item} waits to be judged: see `intake-bot missed list`")
        sealed = self._db.value("SELECT content FROM missed WHERE id = ?", (item,))
        content: dict[str, Any] = self._vault.open_json(sealed, _place(item))
        return found[0], content

    def settle(
        self, item: str, status: SampleStatus, now: datetime, *, actor: str = "", case_id: str | None = None
    ) -> list[str]:
        """Write what came of a mail and null its text. Returns the key that is to be destroyed, if there was one."""
        key_id = self._db.value("SELECT key_id FROM missed WHERE id = ?", (item,))
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE missed SET status = ?, content = NULL, key_id = NULL, judged_at = ?, judged_by = ?, "
                "case_id = ? WHERE id = ?",
                (str(status), clock.to_text(now) if actor else None, actor, case_id, item),
            )
        return [key_id] if key_id else []

    def unjudged(self, before: datetime) -> list[str]:
        """The ids of what was fetched before an instant and never judged, or drawn before it and never fetched."""
        rows = self._db.rows(
            "SELECT id FROM missed WHERE status IN ('drawn', 'waiting') AND coalesce(fetched_at, drawn_at) < ?",
            (clock.to_text(before),),
        )
        return [row["id"] for row in rows]

    # -- figures -----------------------------------------------------------------------------------------------

    def tallies(self, since: datetime) -> list[Tally]:
        """Each stratum over the draws since an instant."""
        rows = self._db.rows(
            "SELECT s.stratum, sum(s.population) AS population, coalesce(sum(d.sampled), 0) AS sampled, "
            "coalesce(sum(d.judged), 0) AS judged, coalesce(sum(d.missed), 0) AS missed FROM missed_strata s "
            "LEFT JOIN (SELECT week, stratum, count(*) AS sampled, "
            "sum(status IN ('request', 'no_request')) AS judged, sum(status = 'request') AS missed "
            "FROM missed GROUP BY week, stratum) d ON d.week = s.week AND d.stratum = s.stratum "
            "WHERE s.drawn_at >= ? GROUP BY s.stratum",
            (clock.to_text(since),),
        )
        return [Tally(row["stratum"], row["population"], row["sampled"], row["judged"], row["missed"]) for row in rows]

    def _all(self, where: str, *values: Any) -> list[Sample]:
        rows = self._db.rows(
            "SELECT m.*, l.scores, l.lang, l.model_version, l.received_at FROM missed m "  # noqa: S608 - ours
            f"LEFT JOIN ledger l ON l.id = m.ledger_id WHERE {where} ORDER BY m.score DESC, m.id",
            values,
        )
        return [_sample(row) for row in rows]


def _place(item: str) -> tuple[str, str, str]:
    return ("missed", item, "content")


def _sample(row: Row) -> Sample:
    return Sample(
        id=row["id"],
        week=row["week"],
        stratum=row["stratum"],
        status=SampleStatus(row["status"]),
        position=position_of(row),
        score=row["score"],
        scores=row["scores"] or "{}",
        lang=row["lang"] or "",
        model_version=row["model_version"] or "",
        received_at=clock.from_text(row["received_at"]) if row["received_at"] else None,
        drawn_at=clock.from_text(row["drawn_at"]),
        fetched_at=clock.from_text(row["fetched_at"]) if row["fetched_at"] else None,
        judged_by=row["judged_by"] or "",
        case_id=row["case_id"],
    )
