"""Chromium against a console that listens on this machine, filled by the real pipeline."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CHROMIUM_MISSING, skip_or_fail
from tests.support.desk import TestDesk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip_or_fail(CHROMIUM_MISSING)
    if not CHROMIUM:
        skip_or_fail(CHROMIUM_MISSING)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[TestDesk]:
    """A console with fourteen mails in review and accounts for the DPO and the controller."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = TestDesk(tmp_path, port=port, real_clock=True)
    made.fill(14)
    made.enrol("dpo", "controller")
    server = uvicorn.Server(uvicorn.Config(made.application, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield made
    server.should_exit = True
    thread.join(10)
    made.close()
