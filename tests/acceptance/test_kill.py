"""Killed anywhere, started again: every mail once, one case, one acknowledgement, and a ledger that adds up."""

import json
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import DovecotServer
from tests.support.mailstream import Streamed, stream
from tests.support.service import command, environment, opened, settings, start
from tests.support.smtp import SmtpSink
from tests.support.snapshot import snapshot

STAGES = ("fetched", "parsed", "committed", "smtp_accepted", "marked_sent")


def first_start(values: dict[str, str]) -> None:
    command(values, "run", "--once")


def facts(values: dict[str, str], sink: SmtpSink) -> dict[str, Any]:
    """What is there at the end: ledger, cases, letters as the SMTP server saw them."""
    check = json.loads(command(values, "ledger", "check", "--json").stdout)
    cases = json.loads(command(values, "cases", "--json").stdout)
    to_people = [item for item in sink.received if item.recipients != ("dpo@example.test",)]
    by_recipient: dict[str, list[bytes]] = {}
    for item in to_people:
        by_recipient.setdefault(item.recipients[0], []).append(item.raw)
    # A repeat with the same bytes after a kill within SMTP's final-dot window is allowed and counted apart.
    seconds = {to: len(set(raws)) - 1 for to, raws in by_recipient.items() if len(set(raws)) > 1}
    repeats = sum(len(raws) - len(set(raws)) for raws in by_recipient.values())
    return {"check": check, "cases": cases, "people": by_recipient, "seconds": seconds, "repeats": repeats}


def prove(values: dict[str, str], mails: list[Streamed], sink: SmtpSink) -> dict[str, Any]:
    found = facts(values, sink)
    assert found["check"]["ok"], found["check"]
    folder = found["check"]["folders"][0]
    assert folder["explained"] == len(mails)
    assert not folder["missing"]
    assert found["seconds"] == {}
    with_store = settings(values)
    store = opened(with_store)
    try:
        opened_by = Counter(
            row[0] for row in store.database.rows("SELECT content_key FROM ledger WHERE disposition IN "
                                                  "('OPEN_CASE', 'HOLD', 'REVIEW')")
        )  # fmt: skip
        assert max(opened_by.values(), default=1) == 1
        letters = store.outbox.all()
        kinds = Counter((letter.case_id, letter.kind) for letter in letters if letter.kind == "acknowledgement")
        assert max(kinds.values(), default=1) == 1
        assert all(letter.status == "sent" for letter in letters), [letter.status for letter in letters]
        assert store.audit.verify()[1] == []
        opened_count = store.ledger.counts().get("OPEN_CASE", 0)
    finally:
        store.close()
    assert len(found["people"]) == opened_count
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_each_stage_boundary(stage: str, dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    user = dovecot.new_user()
    values = environment(tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user)
    first_start(values)
    mails = list(stream(12, seed=3, attachments=False))
    dovecot.deliver([mail.raw for mail in mails], user)
    count = "1" if stage in ("smtp_accepted", "marked_sent") else "3"
    process = start(values, stage, count, module="tests.support.killable")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, errors[-2000:]
    command(values, "run", "--once")
    found = prove(values, mails, smtp_sink)
    assert found["repeats"] == (1 if stage == "smtp_accepted" else 0)


def random_kills(dovecot: DovecotServer, sink: SmtpSink, folder: Path, *, mails: int, kills: int, seed: int) -> int:
    """Kill the running daemon at random moments of an intake. Returns the repeated letters."""
    user = dovecot.new_user()
    values = environment(folder / "state", imap=dovecot, smtp=sink, user=user)
    first_start(values)
    stream_ = list(stream(mails, seed=seed, attachments=mails > 500))
    dovecot.deliver([mail.raw for mail in stream_], user)
    mailbox = snapshot(dovecot, user)
    rng = random.Random(seed)
    state = settings(values)
    for _ in range(kills):
        process = start(values, "run")
        store = opened(state)
        before = sum(store.ledger.counts().values())
        deadline = time.monotonic() + 60
        # Loading takes seconds: the moment is drawn from the time in which mails are being taken.
        while sum(store.ledger.counts().values()) == before and time.monotonic() < deadline and before < mails:
            time.sleep(0.01)
        store.close()
        time.sleep(rng.uniform(0, 0.6))
        process.kill()
        process.communicate()
    command(values, "run", "--once")
    assert snapshot(dovecot, user) == mailbox, "flags and octets as before"
    return int(prove(values, stream_, sink)["repeats"])


def test_killed_at_random(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    assert random_kills(dovecot, smtp_sink, tmp_path, mails=150, kills=4, seed=11) <= 4


@pytest.mark.prove
def test_sixty_kills_during_two_thousand_mails(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    repeats = random_kills(dovecot, smtp_sink, tmp_path, mails=2000, kills=60, seed=5)
    print(f"60 kills during 2,000 mails: 0 lost, 0 double cases, 0 second letters, {repeats} identical repeats")


def test_stops_within_five_seconds_of_sigterm(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    user = dovecot.new_user()
    values = environment(tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user)
    first_start(values)
    dovecot.deliver([mail.raw for mail in stream(300, seed=2, attachments=False)], user)
    process = start(values, "run")
    store = opened(settings(values))
    while not sum(store.ledger.counts().values()):
        time.sleep(0.05)
        assert process.poll() is None
    store.close()
    begun = time.monotonic()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < 6
    assert process.returncode == 0, errors[-1500:]
    command(values, "run", "--once")
    assert json.loads(command(values, "ledger", "check", "--json").stdout)["ok"]
