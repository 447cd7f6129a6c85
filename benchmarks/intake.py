"""Intake over 2,000 mails (attachments included, some 130 MB) on a real Dovecot, beside two plain loops.

(a) imapclient fetches everything and drops it
(b) the minimal loop: fetch everything, mail-parser, one synchronous=FULL commit a mail, no features
(c) ours: ledger, threads, cases, vault, letters, with the verdicts of (d) replayed from a file
(d) ours with classification on

Each runs in a process of its own, on the same mailbox. Printed: mails/s, peak memory, ratios.
"""

import hashlib
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake_bot.classifier.verdict import Verdict
from intake_bot.config import load
from intake_bot.service import application
from tests.support.dovecot import DovecotServer
from tests.support.mailstream import stream
from tests.support.service import environment

ROOT = Path(__file__).resolve().parents[1]
BATCH = 20


def _key(subject: str, body: str, forwarded: str) -> str:
    return hashlib.sha256(f"{subject}\0{body}\0{forwarded}".encode()).hexdigest()


class Recorder:
    """A classifier that writes down what it says."""

    def __init__(self, inner: Any, path: Path) -> None:
        self._inner = inner
        self._file = path.open("w", encoding="utf-8")
        self.version = inner.version

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        verdict: Verdict = self._inner.classify(subject, body, forwarded)
        self._file.write(json.dumps([_key(subject, body, forwarded), verdict.to_json()]) + "\n")
        return verdict

    def close(self) -> None:
        self._file.close()


class Replayer:
    """A classifier that repeats what was written down."""

    version = "replayed"

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8") as file:
            self._said = {key: Verdict.from_json(text) for key, text in map(json.loads, file)}

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        return self._said[_key(subject, body, forwarded)]


def _connect(values: dict[str, str]) -> Any:
    import imapclient

    client = imapclient.IMAPClient(values["INTAKE_IMAP_HOST"], int(values["INTAKE_IMAP_PORT"]), ssl=False)
    client.login(values["INTAKE_IMAP_USER"], values["INTAKE_IMAP_PASSWORD"])
    client.select_folder("INBOX", readonly=True)
    return client


def fetch_everything(values: dict[str, str], work: Path) -> Callable[[], int]:
    client = _connect(values)

    def loop() -> int:
        uids = client.search("ALL")
        for start in range(0, len(uids), BATCH):
            client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"])
        return len(uids)

    return loop


def minimal_loop(values: dict[str, str], work: Path) -> Callable[[], int]:
    import mailparser

    database = sqlite3.connect(work / "minimal.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    columns = "uid INTEGER PRIMARY KEY, message_id TEXT, sender TEXT, subject TEXT, body TEXT"
    database.execute(f"CREATE TABLE mails ({columns})")
    client = _connect(values)

    def loop() -> int:
        uids = client.search("ALL")
        for start in range(0, len(uids), BATCH):
            for uid, data in client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"]).items():
                mail = mailparser.parse_from_bytes(data[b"BODY[]"])
                row = (uid, str(mail.message_id), str(mail.from_), str(mail.subject), mail.body)
                database.execute("INSERT INTO mails VALUES (?, ?, ?, ?, ?)", row)
        return len(uids)

    return loop


def ours(values: dict[str, str], work: Path, *, classify: bool) -> Callable[[], int]:
    settings = load(environment=values)
    application.prepare_state(settings)
    store = application.open_store(settings)
    verdicts = work / "verdicts.jsonl"
    recorder = Recorder(application.load_classifier(settings), verdicts) if classify else None
    classifier = recorder or Replayer(verdicts)
    intake = application.build_intake(settings, settings.mailbox, store, classifier)

    def loop() -> int:
        count = sum(1 for _ in intake.poll())
        intake.close()
        if recorder:
            recorder.close()
        store.close()
        return count

    return loop


LOOPS: dict[str, Callable[[dict[str, str], Path], Callable[[], int]]] = {
    "a": fetch_everything,
    "b": minimal_loop,
    "c": lambda values, work: ours(values, work, classify=False),
    "d": lambda values, work: ours(values, work, classify=True),
}


def measure(name: str, values: dict[str, str], work: Path) -> dict[str, float]:
    """One loop in this process, ready before the clock starts. Peak memory is that of the process, in MB."""
    loop = LOOPS[name](values, work)
    begun, cpu = time.perf_counter(), time.process_time()
    count = loop()
    seconds, used = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"mails": count, "seconds": seconds, "cpu": used, "peak_mb": peak}


def _in_process(loop: str, values: dict[str, str], work: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake", loop, json.dumps(values), str(work)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(count: int = 2000, rounds: int = 3) -> None:
    """Run all four, the plain loops and (c) several times in turn, and print the medians."""
    mails = [mail.raw for mail in stream(count)]
    print(f"{count} mails, {sum(map(len, mails)) / 1e6:.0f} MB")
    with DovecotServer() as server, tempfile.TemporaryDirectory() as folder:
        user = server.new_user()
        work = Path(folder)
        values = {
            loop: environment(work / f"state-{loop}-{number}", imap=server, user=user)
            for number in range(rounds)
            for loop in (f"c{number}", f"d{number}")
        }
        for item in values.values():  # the first start notes an empty mailbox
            settings = load(environment=item)
            application.prepare_state(settings)
            store = application.open_store(settings)
            intake = application.build_intake(settings, settings.mailbox, store, None)
            list(intake.poll())
            intake.close()
            store.close()
        server.deliver(mails, user)
        results: dict[str, list[dict[str, float]]] = {name: [] for name in LOOPS}
        results["d"].append(_in_process("d", values["d0"], work))
        for number in range(rounds):
            for loop in ("a", "b", "c"):
                if loop == "b":
                    (work / "minimal.sqlite").unlink(missing_ok=True)
                results[loop].append(_in_process(loop, values[f"c{number}"], work))
    medians = {loop: sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2] for loop, runs in results.items()}
    names = {"a": "fetch everything", "b": "minimal loop", "c": "ours, verdicts replayed", "d": "ours, classifying"}
    print(f"{'':28} {'mails/s':>9} {'per CPU-s':>10} {'peak MB':>9}")
    for loop, run in medians.items():
        rate, per_cpu = run["mails"] / run["seconds"], run["mails"] / run["cpu"]
        print(f"({loop}) {names[loop]:24} {rate:9.0f} {per_cpu:10.0f} {run['peak_mb']:9.0f}")
    speed = {loop: run["mails"] / run["seconds"] for loop, run in medians.items()}
    print(f"ratio (c)/(b) {speed['c'] / speed['b']:.2f}   bar 1.5")
    print(f"ratio (c)/(a) {speed['c'] / speed['a']:.2f}")
    print(f"peak of (d) {medians['d']['peak_mb']:.0f} MB   bar 600")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        print(json.dumps(measure(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
