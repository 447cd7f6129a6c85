"""A console over a real store, filled by the real pipeline, with a clock that moves only when told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from starlette.testclient import TestClient

from intake_bot.config import Settings, load
from intake_bot.desk.console import create
from intake_bot.desk.desk import Desk
from intake_bot.desk.signin import new_totp_secret
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application, letter_edit
from intake_bot.service.pipeline import Passage
from intake_bot.service.reading import Classifies
from intake_bot.store.store import Store
from tests.support.mails import letter, octets

PASSWORD = "correct horse battery staple"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROLES = ("dpo", "deputy", "controller", "agent", "management")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class TestDesk:
    """A desk in a folder, its clock, and the TOTP secret of each role's account."""

    __test__ = False

    def __init__(self, folder: Path, *, public_url: str = "", port: int = 8321, real_clock: bool = False,
                 classifier: Classifies | None = None, **extra: str) -> None:  # fmt: skip
        environment = {
            "INTAKE_MAIL_ADDRESS": "info@octoop.com", "INTAKE_DPO_EMAIL": "dpo@octoop.com",
            "INTAKE_SEND_MODE": "approve", "INTAKE_STATE_DIR": str(folder), "INTAKE_CLASSIFY": "off",
            "INTAKE_PUBLIC_URL": public_url, "INTAKE_CONSOLE_PORT": str(port), "INTAKE_DESK_LANGUAGE": "en",
            "INTAKE_ENV_FILE": "", **{f"INTAKE_{name}": value for name, value in extra.items()},
        }  # fmt: skip
        self.settings: Settings = load(environment=environment)
        application.prepare_state(self.settings)
        self.store: Store = application.open_store(self.settings)
        self.clock = Clock()
        self.desk = Desk(self.settings, self.store) if real_clock else Desk(self.settings, self.store, now=self.clock)
        self.pipeline = application.build_pipeline(
            self.settings, self.settings.mailbox, self.store, classifier, now=self.desk.now
        )
        self.application = create(self.desk)
        self.secrets: dict[str, str] = {}
        self._uid = 0

    def take(self, raw: bytes) -> str:
        """Take one mail; the reference of its case. Without a classifier each mail goes to review."""
        self._uid += 1
        now = self.desk.now()
        fetched = Fetched(Position("default", "INBOX", 1, self._uid), raw, now, len(raw))
        outcome = self.pipeline.take(fetched, Passage("live"))
        return outcome.case.ref if outcome.case else ""

    def fill(self, count: int) -> list[str]:
        return [self.take(octets(letter(number))) for number in range(1, count + 1)]

    def enrol(self, *roles: str) -> None:
        """An account for each role, named as the role, that used the code of five minutes ago."""
        before = self.desk.now() - timedelta(minutes=5)
        for role in roles:
            account = self.desk.accounts.add(role, role, "en", new_totp_secret(), before)
            token = self.desk.sign_in.invite(account, before)
            self.secrets[role] = self.desk.sign_in.totp_secret(account)
            self.desk.sign_in.enrol(token, PASSWORD, pyotp.TOTP(self.secrets[role]).at(before), "test", before)

    def code(self, role: str) -> str:
        return pyotp.TOTP(self.secrets[role]).at(self.desk.now())

    def browser(self, base: str = "http://localhost") -> TestClient:
        return TestClient(self.application, base_url=base, follow_redirects=False)

    def signed_in(self, role: str) -> TestClient:
        """A browser with a session of the role."""
        client = self.browser()
        page = client.get("/sign-in")
        assert page.status_code == 200
        answer = client.post("/sign-in", data={"csrf": client.cookies["entry"], "name": role, "password": PASSWORD,
                                               "code": self.code(role)})  # fmt: skip
        assert answer.status_code == 303, answer.text
        return client

    def csrf(self, client: TestClient) -> str:
        session = self.desk.accounts.session(client.cookies["desk"])
        assert session is not None
        return session.csrf

    def shown(self, path: str) -> dict[str, str]:
        """What a form of the review page or of a letter says of the state that it shows: now's."""
        _, page, item, *_ = path.split("/")
        if page == "review":
            case = self.store.cases.case_by_ref(item)
            return {"last": str(self.desk.register.last_event(case.id))} if case else {}
        return {"version": letter_edit.version(self.store.outbox.find(item))} if page == "outbox" else {}

    def close(self) -> None:
        self.desk.close()
        self.store.close()
