"""The console with many cases: time at the server per page, p50 and p95 in milliseconds, and that of the digest.

    python -m benchmarks.console [CASES]      100000 by default; takes some minutes to fill

Cases are written by the same store as live ones, spread over five years; one in twenty still runs.
"""

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.ports import KeptMail
from intake_bot.mail.inbound import Position
from intake_bot.service.clockwork import Clockwork
from tests.support.desk import TestDesk

PAGES = ("/", "/cases", "/cases?page=500", "/cases?status=closed&right=erasure", "/figures", "/figures?days=365",
         "/outbox", "/search?q=2026-00", "/search?q=p77@client.example", "/search?q=nobody", "/set-aside", "/missed",
         "/profile")  # fmt: skip
ROUNDS = 30
RIGHTS = ("access", "erasure", "objection_marketing", "rectification", "portability")


def fill(made: TestDesk, count: int) -> None:
    """Write `count` cases with one mail each; nineteen of twenty are answered and closed."""
    store, chance = made.store, random.Random(7)
    for start in range(0, count, 500):
        with store.transaction():
            for number in range(start, min(start + 500, count)):
                _case(made, number, chance)


def _case(made: TestDesk, number: int, chance: random.Random) -> None:
    store, now = made.store, made.clock()
    running = number % 20 == 0
    received = now - timedelta(days=chance.uniform(0, 40 if running else 1825))
    review = running and number % 60 == 0
    right = chance.choice(RIGHTS)
    status = "unconfirmed" if review else "open"
    opening = NewEvent(EventType.OPENED, "bot", received, {
        "received_at": clock.to_text(received), "channel": "mail", "status": status, "hold": [],
        "lang": chance.choice(("fr", "en", "de")), "zone": "Europe/Paris", "jurisdiction": "FR",
        "rights": [{"right": right, "status": status}],
        "sender": {"address": f"p{number}@client.example", "name": f"Personne {number}"}, "reasons": ["request"],
    })  # fmt: skip
    events = [opening]
    if not running:
        done = received + timedelta(days=chance.uniform(1, 28))
        events.append(NewEvent(EventType.ANSWERED, "dpo", done, {"rights": [right], "outcome": "granted"}))
        events.append(NewEvent(EventType.CLOSED, "dpo", done, {}))
    key = store.keyring.create()
    case = store.cases.open_case(key, events, mailbox="default", controller="default")
    store.correspondence.add_participant(case.id, f"p{number}@client.example", "person")
    content = {"subject": f"Demande {number}", "senders": [{"address": f"p{number}@client.example",
               "name": f"Personne {number}"}], "new_text": "Je voudrais une copie de mes données. " * 12,
               "text": "", "attachments": []}  # fmt: skip
    place = Position("default", "INBOX", 1, number + 1)
    store.correspondence.keep_mail(case.id, key, KeptMail(place, "request", received, content, None), None)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        made = TestDesk(Path(folder))
        started = time.perf_counter()
        fill(made, count)
        print(f"{count} cases written in {time.perf_counter() - started:.0f} s")
        made.enrol("dpo")
        client = made.signed_in("dpo")
        review = client.get("/review").headers.get("location", "/")
        for page in (*PAGES, review, review.replace("/review/", "/case/")):
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                answer = client.get(page)
                times.append((time.perf_counter() - begun) * 1000)
                assert answer.status_code == 200, (page, answer.status_code)
            times.sort()
            print(f"{page:40} p50 {times[ROUNDS // 2]:7.1f} ms   p95 {times[int(ROUNDS * 0.95)]:7.1f} ms")
        clockwork = Clockwork(made.settings, made.store, now=made.desk.now)
        begun = time.perf_counter()
        assert clockwork.write_digest(made.desk.today()) is not None
        print(f"{'digest':40} {time.perf_counter() - begun:.2f} s")
        made.desk.close()


if __name__ == "__main__":
    main()
