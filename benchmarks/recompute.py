"""200,000 open cases: every due date computed anew, and the open cases by deadline.

Printed: seconds to recompute all dates (`recompute` without --apply, which reads, computes and compares), and
milliseconds of the query for the fifty most urgent open cases. The cases are inserted through the tables, with receipts
over two years, five rights and, for one in ten, a suspension; the dates of one in twenty are stale.
"""

import json
import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, Memo, RequestedRight, RightStatus, clocked
from intake_bot.law.deadlines import ClockEvent
from intake_bot.rights import Right
from intake_bot.store.store import Store

CASES = 200_000
RIGHTS = ("access", "rectification", "erasure", "objection_marketing", "withdraw_consent")
START = datetime(2025, 1, 1, tzinfo=UTC)


def text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def fill(store: Store, count: int) -> None:
    """Open cases without content; the dates of one in twenty are stale, as after a holiday more."""
    draw, memo = random.Random(20261123), Memo()
    cases, rights = [], []
    for number in range(count):
        received = START + timedelta(minutes=draw.randrange(2 * 365 * 24 * 60))
        moment, name = clock.to_text(received), f"{draw.getrandbits(128):032x}"
        marks = []
        if number % 10 == 0:
            asked = received + timedelta(days=draw.randrange(20))
            marks = [["id_requested", clock.to_text(asked)],
                     ["id_received", clock.to_text(asked + timedelta(days=draw.randrange(1, 30)))]]  # fmt: skip
        events = tuple(ClockEvent(kind, clock.from_text(at)) for kind, at in marks)
        right = RequestedRight(Right(RIGHTS[number % len(RIGHTS)]), RightStatus.OPEN, received, clock_events=events)
        case = clocked(
            Case(name, f"{received.year}-{number}", "default", "octoop", "mail", CaseStatus.OPEN, (), "fr", received,
                 received, received, "Europe/Paris", "FR", (right,)), memo)  # fmt: skip
        if number % 20 == 0:
            stale = tuple(replace(item, rule_set="FR-2025.9") for item in case.rights)
            case = replace(case, rights=stale)
        item = case.rights[0]
        cases.append((name, case.ref, "default", "octoop", "mail", "Europe/Paris", "FR", "open", "[]", "fr", moment,
                      moment, moment, text(case.due_on), text(case.safe_on), case.rule_set, "none", 1,
                      b"\0" * 32))  # fmt: skip
        rights.append((name, str(item.right), "open", None, moment, item.clock, json.dumps(marks), text(item.due_on),
                       text(item.extended_due_on), text(item.effective_due_on), text(item.safe_on), None,
                       item.rule_set))  # fmt: skip
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO cases (id, ref, mailbox, controller, channel, zone, jurisdiction, status, hold, lang, "
            "received_at, opened_at, changed_at, due_on, safe_on, rule_set, key_id, last_seq, head_hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", cases,
        )  # fmt: skip
        connection.executemany(f"INSERT INTO requested_rights VALUES ({','.join('?' * 13)})", rights)


def main(count: int = CASES) -> None:
    with tempfile.TemporaryDirectory(prefix="recompute-") as folder:
        store = Store(Path(folder), b"\1" * 32)
        fill(store, count)
        begun = time.perf_counter()
        moved = store.cases.moved()
        whole = time.perf_counter() - begun
        times = []
        for _ in range(20):
            begun = time.perf_counter()
            urgent = store.cases.all(statuses=(CaseStatus.OPEN,), limit=50)
            times.append(time.perf_counter() - begun)
        print(f"{count:,} cases, {len(moved):,} move: {whole:.1f} s, {whole / count * 1e6:.0f} µs a case")
        print(f"open cases by deadline, first {len(urgent)}: median {sorted(times)[10] * 1000:.1f} ms, "
              f"slowest {max(times) * 1000:.1f} ms")  # fmt: skip
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
