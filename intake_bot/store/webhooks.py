"""How far each webhook has come along the events, in the order in which they were committed, and since when it fails.

A URL is known by its keyed hash: its path may be a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from intake_bot import clock
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Place:
    """One event of a case and its place in the order of all."""

    number: int
    case_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of one webhook. Instants are UTC; `failing_since` is None while deliveries succeed."""

    position: int  # the number of the last place that it has
    failures: int
    failing_since: datetime | None
    not_before: datetime | None
    error: str


class WebhookStore:
    """Positions and failures, on SQLite."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._db = database
        self._keyring = keyring

    def key(self, url: str) -> bytes:
        """The keyed hash of a URL."""
        return self._keyring.index("webhook", url)

    def settle(self, urls: Sequence[str]) -> None:
        """Take note of the URLs in use: a new one begins behind the last event, one that is gone is forgotten."""
        keys = [self.key(url) for url in urls]
        marks = ",".join("?" * len(keys))
        with self._db.transaction() as connection:
            connection.execute(f"DELETE FROM webhooks WHERE url_key NOT IN ({marks})", keys)  # noqa: S608 - marks only
            connection.executemany(
                "INSERT INTO webhooks (url_key, position, failures) VALUES (?, coalesce("
                "(SELECT seq FROM sqlite_sequence WHERE name = 'event_places'), 0), 0) ON CONFLICT DO NOTHING",
                [(key,) for key in keys],
            )
        self.prune()

    def prune(self) -> None:
        """Forget the places that every webhook has; all of them where there is none."""
        with self._db.transaction() as connection:
            connection.execute(
                "DELETE FROM event_places WHERE number <= coalesce((SELECT min(position) FROM webhooks), "
                "(SELECT max(number) FROM event_places))"
            )

    def progress(self, url: str) -> Progress | None:
        """How far a webhook is; None before `settle` knew it."""
        row = self._db.row("SELECT * FROM webhooks WHERE url_key = ?", (self.key(url),))
        if row is None:
            return None
        since, until = row["failing_since"], row["not_before"]
        return Progress(
            row["position"], row["failures"], clock.from_text(since) if since else None,
            clock.from_text(until) if until else None, row["error"] or "",
        )  # fmt: skip

    def waiting(self, position: int, limit: int) -> list[Place]:
        """The places behind a position, in their order."""
        rows = self._db.rows(
            "SELECT number, case_id, seq FROM event_places WHERE number > ? ORDER BY number LIMIT ?", (position, limit)
        )
        return [Place(row["number"], row["case_id"], row["seq"]) for row in rows]

    def count_waiting(self, position: int) -> int:
        return int(self._db.value("SELECT count(*) FROM event_places WHERE number > ?", (position,)))

    def passed(self, url: str, number: int) -> None:
        """A place was delivered, or is none of the webhook's business. Ends a failure."""
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE webhooks SET position = ?, failures = 0, failing_since = NULL, not_before = NULL, error = NULL "
                "WHERE url_key = ?",
                (number, self.key(url)),
            )

    def failed(self, url: str, error: str, now: datetime, not_before: datetime) -> None:
        """A delivery failed; the next try is not before an instant. `error` names a kind or a status, no content."""
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, ?), "
                "not_before = ?, error = ? WHERE url_key = ?",
                (clock.to_text(now), clock.to_text(not_before), error[:80], self.key(url)),
            )
