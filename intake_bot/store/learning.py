"""What persons said of the classifier's readings: which cases they judged, and the weeks side by side."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from intake_bot import clock
from intake_bot.store.database import Database

#: What persons say of a reading.
_JUDGED = "('confirmed', 'right_confirmed', 'right_added', 'right_removed', 'answered', 'not_a_request')"
_BY_A_PERSON = f"e.case_id = c.id AND e.actor <> 'bot' AND e.type IN {_JUDGED}"
#: Made of a mail that was not imported; the case of a right that was split off has no mail of its own.
_OF_A_MAIL = (
    "EXISTS (SELECT 1 FROM mails m LEFT JOIN ledger l ON l.id = m.ledger_id WHERE m.case_id = c.id AND "
    "m.role = 'request' AND coalesce(l.source, 'live') <> 'import')"
)
#: A right was added to what the mail was read as, or it was said of one that nobody asked for it.
_CORRECTED = (
    "(EXISTS (SELECT 1 FROM events e WHERE e.case_id = c.id AND e.actor <> 'bot' AND e.type = 'right_added') "
    "OR EXISTS (SELECT 1 FROM requested_rights r WHERE r.case_id = c.id AND r.outcome = 'not_a_request'))"
)
#: The Monday of the week of an instant, by UTC days.
_MONDAY = "date({}, '-6 days', 'weekday 1')"


@dataclass(frozen=True, slots=True)
class Week:
    """The classifier's week: what it read, and what persons said of it. Counts, and a mean probability."""

    monday: date  # UTC
    read: int  # mails that the classifier read
    opened: int
    reviewed: int
    confidence: float | None  # mean score of the likeliest label of the mails opened or reviewed
    judged: int = 0  # cases of mails received this week of whose reading a person spoke
    corrected: int = 0  # of these, those that were read wrongly
    missed: int = 0  # mails of this week that the sample found to be requests


class LearningStore:
    """Queries on SQLite; none of them opens the vault."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def judged(self) -> list[str]:
        """The ids of the cases made of mails, with their content, on which a person has acted; oldest first."""
        rows = self._db.rows(
            "SELECT c.id FROM cases c WHERE c.channel = 'mail' AND c.erased_at IS NULL "  # noqa: S608 - ours
            f"AND EXISTS (SELECT 1 FROM events e WHERE {_BY_A_PERSON}) ORDER BY c.received_at, c.id"
        )
        return [row["id"] for row in rows]

    def weeks(self, since: datetime) -> list[Week]:
        """The weeks with mails received since an instant, oldest first, the first one from its Monday. Imports are left
        out. A right that a later mail added counts as a correction: when it was asked for is sealed.

        Reach no further back than the ledger keeps mails of no case (Kept.MAIL_RECORD): the shares of an older week
        would be those of its cases alone.
        """
        since = datetime.combine(since.date() - timedelta(days=since.weekday()), time(), UTC)
        said = self._said(since)
        missed = self._missed(since)
        rows = self._db.rows(
            f"SELECT {_MONDAY.format('received_at')} AS monday, count(*) AS read, sum(route = 'open') AS opened, "  # noqa: S608
            "sum(route = 'review') AS reviewed, avg(CASE WHEN route <> 'none' THEN "
            "(SELECT max(s.value) FROM json_each(scores) s) END) AS confidence FROM ledger "
            "WHERE route IS NOT NULL AND source IN ('live', 'backfill') AND received_at >= ? GROUP BY 1 ORDER BY 1",
            (clock.to_text(since),),
        )
        return [
            Week(
                date.fromisoformat(row["monday"]), row["read"], row["opened"], row["reviewed"], row["confidence"],
                *said.get(row["monday"], (0, 0)), missed.get(row["monday"], 0),
            )
            for row in rows
        ]  # fmt: skip

    def _said(self, since: datetime) -> dict[str, tuple[int, int]]:
        """By Monday of receipt: cases judged, cases corrected."""
        rows = self._db.rows(
            f"SELECT {_MONDAY.format('c.received_at')} AS monday, count(*) AS judged, sum({_CORRECTED}) AS corrected "  # noqa: S608 - ours
            f"FROM cases c WHERE c.channel = 'mail' AND c.received_at >= ? AND {_OF_A_MAIL} "
            f"AND EXISTS (SELECT 1 FROM events e WHERE {_BY_A_PERSON}) GROUP BY 1",
            (clock.to_text(since),),
        )
        return {row["monday"]: (row["judged"], row["corrected"]) for row in rows}

    def _missed(self, since: datetime) -> dict[str, int]:
        rows = self._db.rows(
            f"SELECT {_MONDAY.format('l.received_at')} AS monday, count(*) AS n FROM missed m "  # noqa: S608
            "JOIN ledger l ON l.id = m.ledger_id WHERE m.status = 'request' AND l.received_at >= ? GROUP BY 1",
            (clock.to_text(since),),
        )
        return {row["monday"]: row["n"] for row in rows}
