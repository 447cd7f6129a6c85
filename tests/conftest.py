"""Session servers for the tests, and an environment without settings of the machine that runs them."""

import os
from collections.abc import Iterator

import pytest

from intake_bot.commands import context
from tests.support.certificates import Certificates, make_certificates
from tests.support.dovecot import DovecotServer, dovecot_binary
from tests.support.smtp import SmtpSink

for _name in [name for name in os.environ if name.startswith("INTAKE_")]:
    del os.environ[_name]

DOVECOT_MISSING = "Dovecot is missing (apt install dovecot-imapd)"
CHROMIUM_MISSING = "Chromium is missing"


def skip_or_fail(reason: str) -> None:
    """A server that a test needs is not there: skip, counted loudly at the end; in CI (CI=true) fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _options_of_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that a test runs in this process leaves its --env-file to no other test."""
    monkeypatch.setattr(context.options, "env_file", None)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """One Dovecot for the session. Take `dovecot.new_user()` for folders of your own."""
    if dovecot_binary() is None:
        skip_or_fail(DOVECOT_MISSING)
    with DovecotServer() as server:
        yield server


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def _smtp_session() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def smtp_sink(_smtp_session: SmtpSink) -> SmtpSink:
    """The session's SMTP server, empty and accepting everything."""
    _smtp_session.reset()
    return _smtp_session


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for reason in (DOVECOT_MISSING, CHROMIUM_MISSING):
        count = sum(reason in text for text in skipped)
        if count:
            terminalreporter.write_line(f"!!! {count} tests DID NOT RUN: {reason} !!!", red=True, bold=True)
