"""What ends with its time outside the cases: lines of the ledger and their identifiers, digests, old logs."""

from collections.abc import Iterable
from datetime import datetime

from intake_bot import clock
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring

#: Mails that concern no case, or one of which a person said that it is no request.
_NO_CASE = (
    "(case_id IS NULL OR (NOT EXISTS (SELECT 1 FROM requested_rights r WHERE r.case_id = ledger.case_id "
    "AND coalesce(r.outcome, '') <> 'not_a_request') AND EXISTS (SELECT 1 FROM cases c WHERE c.id = ledger.case_id "
    "AND c.status = 'closed')))"
)
_IDENTIFIED = f"(message_id_key IS NOT NULL OR sender_key IS NOT NULL) AND {_NO_CASE} AND received_at < ?"
_LINES = "case_id IS NULL AND received_at < ?"


class ExpiryStore:
    """Counts and removes what is older than an instant (UTC). Every removal is a transaction of its own."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._db = database
        self._keyring = keyring

    def count_identifiers(self, before: datetime) -> int:
        return self._count("ledger", _IDENTIFIED, before)

    def strip_identifiers(self, before: datetime) -> int:
        """Forget Message-ID and sender of mails that are no requests. Returns how many lines had them."""
        return self._change(
            f"UPDATE ledger SET message_id_key = NULL, sender_key = NULL WHERE {_IDENTIFIED}",  # noqa: S608 - ours
            before,
        )

    def count_lines(self, before: datetime) -> int:
        return self._count("ledger", _LINES, before)

    def expire_lines(self, before: datetime) -> int:
        """Remove the ledger's lines of mails that concern no case; their UIDs stay accounted for as `expired`.

        Lines of mails that belong to a case stay as long as its register line, with their keyed hash: a mail that
        still lies in the mailbox is known again.
        """
        with self._db.transaction() as connection:
            rows = connection.execute(
                f"SELECT id, mailbox, folder, uidvalidity, uid FROM ledger WHERE {_LINES} "  # noqa: S608
                "ORDER BY mailbox, folder, uidvalidity, uid",
                (clock.to_text(before),),
            ).fetchall()
            ids = [(row["id"],) for row in rows]
            connection.executemany(
                "DELETE FROM attempts WHERE (mailbox, folder, uidvalidity, uid) IN "
                "(SELECT mailbox, folder, uidvalidity, uid FROM ledger WHERE id = ?)",
                ids,
            )
            connection.executemany("DELETE FROM set_aside WHERE ledger_id = ?", ids)
            connection.executemany("DELETE FROM ledger WHERE id = ?", ids)
            for table in ("missed", "missed_strata"):
                connection.execute(f"DELETE FROM {table} WHERE drawn_at < ?", (clock.to_text(before),))  # noqa: S608
            connection.execute(
                f"UPDATE ledger SET scores = NULL, route = NULL WHERE {_NO_CASE} AND received_at < ?",  # noqa: S608
                (clock.to_text(before),),
            )
            moment = clock.to_text(clock.now())
            for place, first, last in _ranges((tuple(row)[1:4], row["uid"]) for row in rows):
                connection.execute(
                    "INSERT INTO absences VALUES (?, ?, ?, ?, ?, 'expired', ?) ON CONFLICT DO UPDATE SET "
                    "last_uid = max(last_uid, excluded.last_uid)",
                    (*place, first, last, moment),
                )
        return len(rows)

    # -- letters that belong to no case ------------------------------------------------------------------------

    def digests(self, before: datetime) -> list[tuple[str, str]]:
        """(id, kind) of letters without a case written before an instant."""
        rows = self._db.rows(
            "SELECT id, kind FROM outbox WHERE case_id IS NULL AND created_at < ? AND status <> 'claimed'",
            (clock.to_text(before),),
        )
        return [(row["id"], row["kind"]) for row in rows]

    def remove_digests(self, before: datetime) -> list[str]:
        """Remove them. Returns the keys that are to be destroyed."""
        with self._db.transaction() as connection:
            rows = connection.execute(
                "DELETE FROM outbox WHERE case_id IS NULL AND created_at < ? AND status <> 'claimed' RETURNING key_id",
                (clock.to_text(before),),
            ).fetchall()
        return [row["key_id"] for row in rows]

    # -- set aside ---------------------------------------------------------------------------------------------

    def count_set_aside(self, before: datetime) -> int:
        return self._count("set_aside", "raw IS NOT NULL AND received_at < ?", before)

    def strike_set_aside(self, before: datetime) -> list[str]:
        """Null the originals of mails set aside so long ago. Returns the keys that are to be destroyed."""
        with self._db.transaction() as connection:
            rows = connection.execute(
                "UPDATE set_aside SET raw = NULL WHERE raw IS NOT NULL AND received_at < ? RETURNING key_id",
                (clock.to_text(before),),
            ).fetchall()
        return [row["key_id"] for row in rows]

    # -- logs --------------------------------------------------------------------------------------------------

    def count_logs(self, before: datetime) -> int:
        return self._count("access_log", "at < ?", before) + self._count("signin_failures", "at < ?", before)

    def remove_logs(self, before: datetime) -> int:
        """Remove old lines of the log of who saw what, old failed sign-ins and marks of used links: how many."""
        return (
            self._change("DELETE FROM access_log WHERE at < ?", before)
            + self._change("DELETE FROM signin_failures WHERE at < ?", before)
            + self._change("DELETE FROM marks WHERE kind IN ('link', 'sign_in_link') AND at < ?", before)
        )

    # -- one address -------------------------------------------------------------------------------------------

    def identified(self, address: str) -> dict[str, int]:
        """How many lines and letters name an address by its keyed hash, outside any case."""
        key = self._keyring.index("address", address.lower())
        return {
            "mails": int(
                self._db.value(f"SELECT count(*) FROM ledger WHERE sender_key = ? AND {_NO_CASE}", (key,))  # noqa: S608
            ),
            "letters": int(
                self._db.value("SELECT count(*) FROM outbox WHERE recipient_key = ? AND case_id IS NULL", (key,))
            ),
        }

    def strip_address(self, address: str) -> int:
        """Forget who sent the mails of an address that concern no case. Returns how many lines named it."""
        with self._db.transaction() as connection:
            done = connection.execute(
                f"UPDATE ledger SET message_id_key = NULL, sender_key = NULL WHERE sender_key = ? AND {_NO_CASE}",  # noqa: S608
                (self._keyring.index("address", address.lower()),),
            )
        return done.rowcount

    def clean(self) -> None:
        """Leave nothing of what was removed in the write-ahead log."""
        self._db.checkpoint()

    def _count(self, table: str, where: str, before: datetime) -> int:
        return int(self._db.value(f"SELECT count(*) FROM {table} WHERE {where}", (clock.to_text(before),)))  # noqa: S608

    def _change(self, sql: str, before: datetime) -> int:
        with self._db.transaction() as connection:
            return connection.execute(sql, (clock.to_text(before),)).rowcount


def _ranges(rows: Iterable[tuple[tuple[object, ...], int]]) -> list[tuple[tuple[object, ...], int, int]]:
    """Rows of (place, uid), in order, as ranges (place, first, last)."""
    found: list[tuple[tuple[object, ...], int, int]] = []
    for place, uid in rows:
        if found and found[-1][0] == place and found[-1][2] + 1 == uid:
            found[-1] = (place, found[-1][1], uid)
        else:
            found.append((place, uid, uid))
    return found
