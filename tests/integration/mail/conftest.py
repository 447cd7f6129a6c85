"""A mailbox of its own for each test, on the session's Dovecot."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from intake_bot.mail.imap import ImapMailbox, ImapSettings
from tests.support.dovecot import DovecotServer


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    return dovecot.new_user()


@pytest.fixture
def imap_settings(dovecot: DovecotServer, user: str) -> ImapSettings:
    return ImapSettings("default", dovecot.host, dovecot.port, "none", user, password=dovecot.password)


@pytest.fixture
def open_mailbox(imap_settings: ImapSettings) -> Iterator[Callable[..., ImapMailbox]]:
    """Opens the user's mailbox, with other settings if asked for; all are closed after the test."""
    opened: list[ImapMailbox] = []

    def make(**changes: Any) -> ImapMailbox:
        opened.append(ImapMailbox(replace(imap_settings, **changes)))
        return opened[-1]

    yield make
    for mailbox in opened:
        mailbox.close()


@pytest.fixture
def mailbox(open_mailbox: Callable[..., ImapMailbox]) -> ImapMailbox:
    return open_mailbox()
