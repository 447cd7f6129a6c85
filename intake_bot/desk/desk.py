"""What every page stands on: settings, store, accounts, templates, and the actions on cases."""

import logging
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from intake_bot import clock, resources
from intake_bot.cases.letters import Letters
from intake_bot.config import Settings
from intake_bot.desk import actions
from intake_bot.desk.rendering import Pages
from intake_bot.desk.signin import SignIn
from intake_bot.desk.signin_link import SignInLinks
from intake_bot.desk.workers import Workers
from intake_bot.service.application import build_retrieval
from intake_bot.service.casework import Casework
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.missed import MissedRequests
from intake_bot.service.retrieval import Retrieval
from intake_bot.store.accounts import Accounts
from intake_bot.store.register import RegisterStore
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: The access log is kept for a year (CNIL, délib. 2021-122: six to twelve months).
LOG_KEPT = timedelta(days=365)

#: Threads that serve requests.
WORKERS = 4


class Desk:
    """Opened once per process. `now` gives the current instant, UTC."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self.settings = settings
        self.store = store
        self.now = now
        self.accounts = Accounts(store.database, store.keyring, store.vault)
        self.register = RegisterStore(store.database)
        self.sign_in = SignIn(self.accounts)
        self.sign_in_links = SignInLinks(settings, store, self.accounts, self.sign_in)
        folder = settings.templates_dir / "console"
        self.pages = Pages(folder if folder.is_dir() else resources.templates_dir() / "console")
        self.actions = actions.load(self.pages.folder / "actions.toml")
        self.letterbox = Letterbox(settings, store, Letters(settings.templates_dir), now)
        self.casework = Casework(settings, store, self.letterbox, now)
        self.missed = MissedRequests(settings, store, now=now)
        self.pool = Workers(WORKERS)
        self.cache: dict[Any, tuple[datetime, Any]] = {}
        purged = self.accounts.purge(now() - LOG_KEPT)
        if purged:
            log.info("access log purged", extra={"count": purged})

    @cached_property
    def retrieval(self) -> Retrieval:
        """What opens a case on the word of a person. Raises IntakeError when a directory or table cannot be read."""
        return build_retrieval(self.settings, self.settings.mailbox, self.store, None, now=self.now)

    @property
    def zone(self) -> str:
        return self.settings.controller.zone

    @property
    def url(self) -> str:
        """The address under which browsers reach the console, without a slash at the end."""
        settings = self.settings
        return settings.public_url or f"http://{settings.console_host}:{settings.console_port}"

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only."""
        return self.url.startswith("https://")

    def today(self) -> date:
        """The local date of the acting controller."""
        return clock.local_date(self.now(), self.zone)

    def close(self) -> None:
        self.pool.shutdown()
