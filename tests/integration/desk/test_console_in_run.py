"""The console inside `run`: one process, one SIGTERM, and an intake that goes on whatever the console does."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from intake_bot.desk.workers import PATIENCE, Workers
from tests.support.dovecot import DovecotServer, free_port
from tests.support.mails import letter, octets
from tests.support.service import command, environment, opened, settings, start
from tests.support.smtp import SmtpSink


@pytest.fixture
def values(dovecot: DovecotServer, smtp_sink: SmtpSink, tmp_path: Path) -> dict[str, str]:
    user = dovecot.new_user()
    made = environment(
        tmp_path / "state", imap=dovecot, smtp=smtp_sink, user=user, CLASSIFY="off", CONSOLE_PORT=str(free_port()),
        CONSOLE="on",
    )  # fmt: skip
    command(made, "run", "--once")
    return made


@contextmanager
def running(values: dict[str, str], *options: str) -> Iterator[dict[str, object]]:
    """`run` until the block ends, then SIGTERM: `took` seconds, `code` and `errors` are filled in."""
    process, told = start(values, "run", *options), dict[str, object]()
    try:
        yield told
    finally:
        begun = time.monotonic()
        process.terminate()
        _, errors = process.communicate(timeout=30)
        told |= {"took": time.monotonic() - begun, "code": process.returncode, "errors": errors.decode()}


def wait_for(condition, patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def page(values: dict[str, str]) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{values['INTAKE_CONSOLE_PORT']}/sign-in", trust_env=False).status_code
    except httpx.HTTPError:
        return 0


def mails(values: dict[str, str]) -> int:
    store = opened(settings(values))
    try:
        return sum(store.ledger.counts().values())
    finally:
        store.close()


def deliver(dovecot: DovecotServer, values: dict[str, str]) -> None:
    dovecot.deliver([octets(letter(1))], values["INTAKE_IMAP_USER"])


def test_run_serves_the_console_and_one_sigterm_ends_both(dovecot: DovecotServer, values: dict[str, str]) -> None:
    with running(values) as told:
        wait_for(lambda: page(values) == 200)
        deliver(dovecot, values)
        wait_for(lambda: mails(values) == 1)
        findings = json.loads(command(values, "check", "--json", check=False).stdout)["findings"]
        console = next(item for item in findings if item["part"] == "console")
        assert console["level"] == "ok" and "being served" in console["text"]
        # A browser that holds its connection, and one that never ends its request, do not hold up the stop.
        idle = httpx.Client(trust_env=False)
        idle.get(f"http://127.0.0.1:{values['INTAKE_CONSOLE_PORT']}/sign-in")
        slow = socket.create_connection(("127.0.0.1", int(values["INTAKE_CONSOLE_PORT"])))
        slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nname=")
        time.sleep(0.3)
    assert told["code"] == 0, told["errors"]
    assert float(str(told["took"])) < 5.5
    assert "Traceback" not in str(told["errors"])
    slow.close()


def test_a_port_that_is_taken_is_told_and_stops_no_intake(dovecot: DovecotServer, values: dict[str, str]) -> None:
    port = int(values["INTAKE_CONSOLE_PORT"])
    with socket.create_server(("127.0.0.1", port)), running(values) as told:
        deliver(dovecot, values)
        wait_for(lambda: mails(values) == 1)
        checked = command(values, "check", "--json", check=False)
        console = next(item for item in json.loads(checked.stdout)["findings"] if item["part"] == "console")
        assert console["level"] == "warn" and f"port {port}" in console["text"]
    assert told["code"] == 0
    assert "console not running" in str(told["errors"]) and f"port {port}" in str(told["errors"])
    assert "Traceback" not in str(told["errors"])


def test_the_option_overrides_the_key(dovecot: DovecotServer, values: dict[str, str]) -> None:
    with running(values, "--no-console") as told:
        deliver(dovecot, values)
        wait_for(lambda: mails(values) == 1)
        assert page(values) == 0
    assert told["code"] == 0
    with running({**values, "INTAKE_CONSOLE": "off"}, "--console"):
        wait_for(lambda: page(values) == 200)
    refused = command(values, "run", "--once", "--console", check=False)
    assert refused.returncode == 1 and "--once ends by itself" in refused.stderr


def test_the_console_alone_says_that_its_port_is_taken(values: dict[str, str]) -> None:
    port = int(values["INTAKE_CONSOLE_PORT"])
    with socket.create_server(("127.0.0.1", port)):
        done = command(values, "console", check=False)
    assert done.returncode == 1 and f"port {port}" in done.stderr and "Traceback" not in done.stderr


def test_a_request_in_hand_holds_up_no_stop() -> None:
    workers, released = Workers(2), threading.Event()
    held, quick = workers.submit(released.wait), workers.submit(lambda: 7)
    assert quick.result(5) == 7
    begun = time.monotonic()
    workers.shutdown()
    assert time.monotonic() - begun < PATIENCE + 0.5
    assert not held.done()
    released.set()
    with pytest.raises(RuntimeError):
        workers.submit(lambda: 1)
