"""The settings, read once from the environment and `.env`, frozen, with all problems listed at once.

The only module that looks at the environment.
"""

import os
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from intake_bot import envfile, resources
from intake_bot.cases.letters import Controller
from intake_bot.errors import ConfigurationError, IntakeError
from intake_bot.keys import KEYS, MAX_PORT, PREFIX, Reader
from intake_bot.law.calendars import UnknownJurisdiction, canonical
from intake_bot.law.retention import SCHEDULE, Kept, Period, Rule, schedule
from intake_bot.mail.connection import is_loopback
from intake_bot.mailboxes import MailboxSettings, read_mailbox

#: The kinds of letters that IDENTITY_LETTERS may name; heir and id_document always take a person.
IDENTITY_LETTERS = frozenset({"confirm", "supplementary", "mandate"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the service is told. The flat keys describe the mailbox and the controller named `default`."""

    mailboxes: tuple[MailboxSettings, ...]
    controllers: tuple[Controller, ...]
    dpo_email: str
    deputy_email: str
    management_email: str
    desk_language: str
    digest_hour: int
    notify_content: str
    send_mode: str
    live_letters: tuple[str, ...]
    live_granted_by: str
    acks_per_sender: int
    acks_per_hour: int
    state_dir: Path
    templates_dir: Path
    clients_file: Path | None
    directory_file: Path | None
    identity_letters: frozenset[str]  # of IDENTITY_LETTERS: what is asked without a person
    master_key_file: Path
    master_key_command: str
    classify: bool
    learn: bool
    learned_dir: Path  # what `intake-bot learn` put in place, if anything
    heartbeat_url: str
    log_format: str
    console: bool  # whether `run` serves the console too
    console_host: str
    console_port: int
    trusted_proxies: tuple[str, ...]  # addresses and networks whose X-Forwarded-For is believed
    public_url: str  # without a slash at the end; "" = http://CONSOLE_HOST:CONSOLE_PORT
    sign_in_links: bool
    retention: tuple[Rule, ...]
    clamav: str  # clamd's socket, "" for none
    suppression_webhook: str
    suppression_token: str
    webhook_urls: tuple[str, ...]
    webhook_secret: str = field(repr=False)
    delivery_max_mb: int  # of what a letter may carry
    missed_sample: int  # mails a week that were no request and are shown to a person; 0 = off

    @property
    def mailbox(self) -> MailboxSettings:
        """The mailbox named `default`."""
        return self.mailboxes[0]

    @property
    def controller(self) -> Controller:
        return self.controllers[0]

    def controller_of(self, mailbox: MailboxSettings) -> Controller:
        return next(item for item in self.controllers if item.id == mailbox.controller)

    @property
    def archived_for(self) -> Period:
        """How long a case is kept after it is closed, as letters say it (GDPR art. 13(2)(a))."""
        found = next(rule.period for rule in self.retention if rule.kept is Kept.CASE_ARCHIVE)
        assert found is not None, "RETENTION changes it and never takes it away"
        return found

    @property
    def desk_addresses(self) -> frozenset[str]:
        """Who may answer notifications."""
        listed = (self.dpo_email, self.deputy_email, self.management_email)
        return frozenset(item.lower() for item in listed if item)


def load(env_file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; the environment wins over the file. Raises ConfigurationError with every problem."""
    values = dict(os.environ if environment is None else environment)
    problems: list[str] = []
    file = envfile.named_file(env_file, values)
    from_file: dict[str, str] = {}
    if file is not None and file.is_file():
        from_file = envfile.from_file(file, problems)
    elif file is not None and (env_file is not None or envfile.ENV_FILE in values):
        problems.append(f"the file {file} does not exist: `intake-bot init` writes one")
    merged = {**from_file, **{name: value for name, value in values.items() if name.startswith(PREFIX)}}
    reader = Reader(envfile.known(merged, problems), problems)
    settings = _settings(reader)
    if problems:
        raise ConfigurationError(list(dict.fromkeys(problems)))  # a key that is read twice is wrong once
    return settings


def given_state_dir() -> dict[str, str]:
    """The state directory that the environment names, by its key; empty when it names none."""
    name = f"{PREFIX}STATE_DIR"
    return {name: os.environ[name]} if os.environ.get(name) else {}


def settings_file(env_file: Path | None = None) -> Path:
    """Where `init` writes the settings: the file that the option or INTAKE_ENV_FILE names, else .env."""
    return envfile.named_file(env_file, os.environ) or Path(".env")


def _settings(read: Reader) -> Settings:
    state_dir = read.path("STATE_DIR") or Path("var")
    controller = _controller(read)
    dpo = read.address("DPO_EMAIL")
    grants = read.items("LIVE_LETTERS")
    mailbox = read_mailbox(read, controller.id)
    _check_desk(read, mailbox)
    return Settings(
        mailboxes=(mailbox,),
        controllers=(controller,),
        dpo_email=dpo,
        deputy_email=read.address("DEPUTY_EMAIL"),
        management_email=read.address("MANAGEMENT_EMAIL"),
        desk_language=read.text("DESK_LANGUAGE"),
        digest_hour=read.number("DIGEST_HOUR", most=23),
        notify_content=read.text("NOTIFY_CONTENT"),
        send_mode=read.text("SEND_MODE"),
        live_letters=grants,
        live_granted_by=read.text("LIVE_GRANTED_BY") or dpo,
        acks_per_sender=read.number("ACKS_PER_SENDER"),
        acks_per_hour=read.number("ACKS_PER_HOUR"),
        state_dir=state_dir,
        templates_dir=read.path("TEMPLATES_DIR") or resources.templates_dir(),
        clients_file=read.file("CLIENTS_FILE"),
        directory_file=read.file("DIRECTORY_FILE"),
        identity_letters=read.among("IDENTITY_LETTERS", IDENTITY_LETTERS),
        master_key_file=read.path("MASTER_KEY_FILE") or state_dir / "master.key",
        master_key_command=read.text("MASTER_KEY_COMMAND"),
        classify=read.flag("CLASSIFY"),
        learn=read.flag("LEARN"),
        learned_dir=state_dir / "learned",
        heartbeat_url=read.url("HEARTBEAT_URL"),
        log_format=read.text("LOG_FORMAT"),
        console=read.flag("CONSOLE"),
        console_host=read.text("CONSOLE_HOST"),
        console_port=read.number("CONSOLE_PORT", most=MAX_PORT),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
        public_url=read.url("PUBLIC_URL").rstrip("/"),
        sign_in_links=_sign_in_links(read),
        retention=_retention(read),
        clamav=read.text("CLAMAV"),
        suppression_webhook=read.url("SUPPRESSION_WEBHOOK"),
        suppression_token=read.text("SUPPRESSION_TOKEN"),
        webhook_urls=_webhooks(read),
        webhook_secret=read.text("WEBHOOK_SECRET"),
        delivery_max_mb=read.number("DELIVERY_MAX_MB", most=24),
        missed_sample=read.number("MISSED_SAMPLE"),
    )


def _check_desk(read: Reader, mailbox: MailboxSettings) -> None:
    """Who is told of cases reads another mailbox: what is sent to the polled one lies before all who share it."""
    for name in ("DPO_EMAIL", "DEPUTY_EMAIL", "MANAGEMENT_EMAIL"):
        address = read.address(name)
        if address in {mailbox.address, *mailbox.aliases, mailbox.desk_address} - {""}:
            read.problems.append(
                f"{PREFIX}{name}={address} is the mailbox that is read: name a person's own address, or notifications "
                "lie in the shared inbox"
            )


def _sign_in_links(read: Reader) -> bool:
    wanted = read.flag("SIGN_IN_LINKS")
    if wanted and not read.text("PUBLIC_URL"):
        read.problems.append(f"{PREFIX}SIGN_IN_LINKS=on needs {PREFIX}PUBLIC_URL: the link has to lead somewhere")
    return wanted


def _webhooks(read: Reader) -> tuple[str, ...]:
    """https, or http that never leaves this machine: what is told says that somebody asked for something."""
    urls = tuple(dict.fromkeys(read.items("WEBHOOK_URLS")))
    for url in urls:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host = ""
        if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
            read.problems.append(f"{PREFIX}WEBHOOK_URLS: {url} must be an https address, or http on this machine")
    if urls and not read.text("WEBHOOK_SECRET"):
        read.problems.append(f"{PREFIX}WEBHOOK_SECRET is missing: {PREFIX}WEBHOOK_URLS needs it for its signatures")
    return urls


def _retention(read: Reader) -> tuple[Rule, ...]:
    changes = dict(item.partition("=")[::2] for item in read.items("RETENTION"))
    try:
        return schedule({name.strip(): period.strip() for name, period in changes.items()})
    except ConfigurationError as error:
        read.problems += [f"{PREFIX}RETENTION: {problem}" for problem in error.problems]
        return SCHEDULE


def _controller(read: Reader) -> Controller:
    file = read.file("CONTROLLER_FILE") or resources.data_dir() / "controller.toml"
    values: dict[str, object] = {}
    try:
        values = tomllib.loads(envfile.read_text(file, f"{file}", read.problems))
    except tomllib.TOMLDecodeError as error:
        read.problems.append(f"{file} cannot be read as TOML: {error}")
    names = {item.name for item in fields(Controller)}
    for name in sorted(values.keys() - names):
        read.problems.append(f"{file}: {name} is not known; known are {', '.join(sorted(names))}")
    text = {name: str(values.get(name, "")) for name in names}
    for name in ("name", "authority_name", "authority_url", "dpo_contact"):
        if values and not text[name]:
            read.problems.append(f"{file}: {name} is missing; letters need it")
    text["id"] = text["id"] or "default"
    text["zone"] = text["zone"] or read.text("TIMEZONE")
    text["jurisdiction"] = text["jurisdiction"] or read.text("JURISDICTION")
    if f"{read.text('TIMEZONE')}" != KEYS["TIMEZONE"].default:
        text["zone"] = read.text("TIMEZONE")
    if read.text("JURISDICTION") != KEYS["JURISDICTION"].default:
        text["jurisdiction"] = read.text("JURISDICTION")
    try:
        ZoneInfo(text["zone"])
    except (ValueError, OSError, KeyError):
        read.problems.append(f"{PREFIX}TIMEZONE={text['zone']} is not a time zone such as Europe/Paris")
    try:
        canonical(text["jurisdiction"])
    except UnknownJurisdiction:
        read.problems.append(
            f"{PREFIX}JURISDICTION={text['jurisdiction']} has no calendar of public holidays: a State in capitals, "
            "with or without a part of it, such as FR, FR-ALS, BE or DE-BY"
        )
    return Controller(**text)


def master_key_text(settings: Settings) -> str:
    """The master key as text, from its command or file. Raises IntakeError saying what to do."""
    if settings.master_key_command:
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's own command
                shlex.split(settings.master_key_command), capture_output=True, text=True, timeout=30, check=False
            )
        except (ValueError, OSError, subprocess.SubprocessError) as error:
            raise IntakeError(f"{PREFIX}MASTER_KEY_COMMAND cannot be run: {error}") from error
        if done.returncode != 0 or not done.stdout.strip():
            raise IntakeError(f"{PREFIX}MASTER_KEY_COMMAND gave no key (exit code {done.returncode})")
        return done.stdout
    try:
        return settings.master_key_file.read_text(encoding="ascii")
    except OSError as error:
        raise IntakeError(
            f"the master key {settings.master_key_file} cannot be read ({error.strerror}): is INTAKE_STATE_DIR the "
            "folder that `run` uses? For a new installation run `intake-bot init`, else restore the key from its backup"
        ) from error
    except UnicodeDecodeError as error:
        raise IntakeError(f"{settings.master_key_file} is no master key: restore it from its backup") from error
