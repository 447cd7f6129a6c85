"""Settings of a whole service against test servers, its environment, and the ways to run it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from intake_bot.config import Settings, load
from intake_bot.service import application
from intake_bot.store.store import Store

ROOT = Path(__file__).resolve().parents[2]


def environment(state_dir: Path, *, imap: Any = None, smtp: Any = None, user: str = "", **extra: str) -> dict[str, str]:
    """INTAKE_* for a mailbox on the test Dovecot and the test SMTP server."""
    values = {
        "INTAKE_STATE_DIR": str(state_dir),
        "INTAKE_ENV_FILE": "",
        "INTAKE_MAIL_ADDRESS": "info@example.test",
        "INTAKE_DPO_EMAIL": "dpo@example.test",
        "INTAKE_SEND_MODE": "live",
        "INTAKE_POLL_SECONDS": "1",
        "INTAKE_ACKS_PER_HOUR": "100000",
    }
    if imap is not None:
        values |= {
            "INTAKE_IMAP_HOST": imap.host,
            "INTAKE_IMAP_PORT": str(imap.port),
            "INTAKE_IMAP_TLS": "none",
            "INTAKE_IMAP_USER": user or imap.user,
            "INTAKE_IMAP_PASSWORD": imap.password,
        }
    if smtp is not None:
        values |= {
            "INTAKE_SMTP_HOST": smtp.host,
            "INTAKE_SMTP_PORT": str(smtp.port),
            "INTAKE_SMTP_TLS": "none",
        }
    return values | {f"INTAKE_{name}": value for name, value in extra.items()}


def settings(values: dict[str, str]) -> Settings:
    return load(environment=values)


def opened(found: Settings) -> Store:
    application.prepare_state(found)
    return application.open_store(found)


def command(values: dict[str, str], *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the installed command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "intake_bot", *arguments],
        env={**os.environ, **values, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{arguments}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


def start(values: dict[str, str], *arguments: str, module: str = "intake_bot") -> "subprocess.Popen[bytes]":
    """Start the command and leave it running."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **values, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]
