"""Whether the service can do its work: each part tried for real, with what to do when it fails."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from intake_bot import clock
from intake_bot.cases.letters import Envelope, Letters, Rendered, compose, new_token
from intake_bot.cases.wording import LANGUAGES
from intake_bot.config import Settings
from intake_bot.errors import ConsoleUnavailable, IntakeError
from intake_bot.mail.authentication import anchor_report
from intake_bot.mail.connection import is_loopback
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.message import parse
from intake_bot.mail.smtp import SmtpSender
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.clients import load_clients
from intake_bot.people.directory import Details, look_up
from intake_bot.people.sources import load_directories
from intake_bot.service import application
from intake_bot.service.advice import advice
from intake_bot.service.letterbox import PLUS_TESTED
from intake_bot.service.listening import answers_as_console, listen
from intake_bot.service.scanning import scanned
from intake_bot.service.webhooks import shown

#: How many mails of the inbox are looked at for Authentication-Results, and how far back in UIDs they are sought.
ANCHOR_MAILS, ANCHOR_SPAN = 100, 5_000

REQUIRED_LETTERS = ("acknowledgement", "digest", "dpo_notification")


@dataclass(frozen=True, slots=True)
class Finding:
    """One part and how it is. level: ok, warn or fail."""

    part: str
    level: str
    text: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def failed(findings: list[Finding]) -> bool:
    return any(item.level == "fail" for item in findings)


def check(settings: Settings) -> list[Finding]:
    """Try every part. Never raises; nothing is written to the mailbox and no mail is sent."""
    findings = [Finding("settings", "ok", f"send mode {settings.send_mode}, state in {settings.state_dir}")]
    findings += [Finding("settings", "warn", text) for text in advice(settings)]
    for mailbox in settings.mailboxes:
        read = _tried("imap", lambda box=mailbox: _imap(box))  # type: ignore[misc]
        findings += read
        if not failed(read):  # it would only fail again, for the same reason
            findings += _tried("sender", lambda box=mailbox: _anchors(box))  # type: ignore[misc]
        findings += _tried("smtp", lambda box=mailbox: _smtp(box))  # type: ignore[misc]
    findings += _tried("store", lambda: _store(settings))
    findings += _tried("model", lambda: _model(settings))
    findings += _tried("templates", lambda: _templates(settings))
    findings += _tried("people", lambda: _people(settings))
    findings += _tried("clock", lambda: _clock(settings))
    findings += _tried("scanner", lambda: _scanner(settings))
    if settings.webhook_urls:
        findings += _tried("webhook", lambda: _webhooks(settings))
    if settings.console:
        findings += _tried("console", lambda: _console(settings))
    return findings


def _tried(part: str, test: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(test())
    except IntakeError as error:
        return [Finding(part, "fail", str(error))]
    except Exception as error:
        return [Finding(part, "fail", f"{type(error).__name__}: {error}"[:300])]


def _imap(mailbox: MailboxSettings) -> Iterator[Finding]:
    if mailbox.imap is None:
        yield Finding("imap", "fail", "INTAKE_IMAP_HOST is not set")
        return
    for warning in mailbox.imap.warnings:
        yield Finding("imap", "warn", warning)
    box = ImapMailbox(mailbox.imap)
    try:
        for folder, role in box.folders():
            state = box.examine(folder)
            yield Finding("imap", "ok", f"{folder} ({role}) opens read-only, {state.exists} mails")
        idle = "IDLE" in box.capabilities()
        yield Finding(
            "imap", "ok", "IDLE wakes the reader" if idle else f"no IDLE: polled every {mailbox.poll_seconds} s"
        )
    finally:
        box.close()


def _anchors(mailbox: MailboxSettings) -> Iterator[Finding]:
    """Under which name the receiving server writes Authentication-Results, on the last mails of the inbox."""
    if mailbox.imap is None:
        return
    box = ImapMailbox(mailbox.imap)
    try:
        folder = next(name for name, role in box.folders() if role is FolderRole.INBOX)
        first = max(box.examine(folder).uidnext - 1 - ANCHOR_SPAN, 0)
        uids = list(box.uids_after(folder, first))[-ANCHOR_MAILS:]
        mails = [parse(item, trusted_hops=mailbox.trusted_hops) for item in box.fetch(folder, uids) if item.raw]
    except StopIteration:
        return
    finally:
        box.close()
    counts = anchor_report(mails, mailbox.authserv_id, mailbox.trusted_hops)
    shown = ", ".join(f"{name} ({count})" for name, count in counts.items()) or "no mail"
    matched = sum(count for name, count in counts.items() if name != "none" and not name.startswith("other: "))
    trusted = not mailbox.authserv_id or not mails or matched > 0
    hint = "" if trusted else "; INTAKE_AUTHSERV_ID names none of them, so that no sender counts as authenticated"
    yield Finding(
        "sender", "ok" if trusted else "warn", f"Authentication-Results of the last {len(mails)} mails: {shown}{hint}"
    )


def _smtp(mailbox: MailboxSettings) -> Iterator[Finding]:
    if mailbox.smtp is None:
        yield Finding("smtp", "fail", "INTAKE_SMTP_HOST is not set")
        return
    for warning in mailbox.smtp.warnings:
        yield Finding("smtp", "warn", warning)
    sender = SmtpSender(mailbox.smtp)
    try:
        if sender.probe().logged_in:
            yield Finding("smtp", "ok", "answers, login accepted")
        elif is_loopback(mailbox.smtp.host):
            yield Finding("smtp", "ok", "answers, without a login")
        else:
            yield Finding("smtp", "warn", "answers, and no login was tried: set INTAKE_SMTP_USER if it wants one")
    finally:
        sender.close()


def _store(settings: Settings) -> Iterator[Finding]:
    store = application.open_store(settings)
    try:
        store.marks.prove_writable(clock.now())
        count, problems = store.audit.verify()
        yield Finding("store", "ok", f"writable, keyring opens, {count} events")
        for problem in problems[:10]:
            yield Finding("store", "fail", problem)
        for mailbox in settings.mailboxes:
            if mailbox.plus_addressing and not store.marks.has(PLUS_TESTED, mailbox.reply_address):
                yield Finding(
                    "settings", "warn",
                    "INTAKE_PLUS_ADDRESSING=on has no effect before `intake-bot check --probe-plus` has succeeded",
                )  # fmt: skip
        mode = settings.master_key_file.stat().st_mode & 0o077 if not settings.master_key_command else 0
        if mode:
            yield Finding("store", "warn", f"{settings.master_key_file} can be read by others: chmod 600")
    finally:
        store.close()


def _model(settings: Settings) -> Iterator[Finding]:
    if not settings.classify:
        yield Finding("model", "warn", "classification is off: everything that screening lets through goes to review")
        return
    classifier = application.load_classifier(settings)
    assert classifier is not None
    verdict = classifier.classify("", "Je souhaite recevoir une copie de toutes mes données personnelles.")
    level = "ok" if "access" in verdict.reviewed else "fail"
    yield Finding("model", level, f"version {classifier.version}")
    if (settings.learned_dir / "card.json").is_file() and "+" not in classifier.version:
        said = (
            "what was learned here belongs to another model and is left out: `intake-bot learn --retrain` or --forget"
        )
        yield Finding("model", "warn", said)


def _templates(settings: Settings) -> Iterator[Finding]:
    letters = Letters(settings.templates_dir)
    for lang in LANGUAGES:
        missing = [kind for kind in REQUIRED_LETTERS if kind not in letters.kinds(lang)]
        if missing:
            yield Finding("templates", "fail", f"letters/{lang} lacks {', '.join(missing)}")
        else:
            yield Finding("templates", "ok", f"letters/{lang}: {len(letters.kinds(lang))} letters")
    known = {kind for lang in LANGUAGES for kind in letters.kinds(lang)}
    known |= {"*", *(f"{kind}:{lang}" for kind in known for lang in LANGUAGES)}
    unknown = [grant for grant in settings.live_letters if grant not in known]
    if unknown:
        yield Finding("templates", "fail", f"INTAKE_LIVE_LETTERS names no letter of ours: {', '.join(unknown)}")


def _people(settings: Settings) -> Iterator[Finding]:
    """Who is known: the table of clients, and each directory, asked for our own address."""
    if settings.clients_file:
        clients = load_clients(settings.clients_file)
        yield Finding("people", "ok", f"{len(clients.all)} clients in {settings.clients_file}")
    if settings.directory_file:
        directories = load_directories(settings.directory_file)
        problems = look_up(directories, settings.mailbox.address, Details()).problems
        for problem in problems:
            yield Finding("people", "warn", f"{problem}: without it the DPO has to search")
        yield Finding("people", "ok", f"{len(directories)} directories in {settings.directory_file}")


def _clock(settings: Settings) -> Iterator[Finding]:
    now = clock.now()
    zone = ZoneInfo(settings.controller.zone)
    if now < datetime(2026, 1, 1, tzinfo=UTC):
        yield Finding("clock", "fail", f"the clock of this machine says {now:%Y-%m-%d}: deadlines would be wrong")
        return
    yield Finding("clock", "ok", f"{now.astimezone(zone):%Y-%m-%d %H:%M} in {settings.controller.zone}")


def _scanner(settings: Settings) -> Iterator[Finding]:
    if settings.clamav:
        scanned(settings, b"intake-bot check")
        yield Finding("scanner", "ok", "clamd answers; attachments are scanned before a person opens them")


def _webhooks(settings: Settings) -> Iterator[Finding]:
    """How each webhook stands. A warning at most: nothing else waits for it."""
    store = application.open_store(settings)
    try:
        for url in settings.webhook_urls:
            progress = store.webhooks.progress(url)
            if progress is None:
                yield Finding("webhook", "ok", f"{shown(url)} begins with the next run")
                continue
            waiting = f"{store.webhooks.count_waiting(progress.position)} events wait"
            if progress.failing_since is None:
                yield Finding("webhook", "ok", f"{shown(url)}: {waiting}")
            else:
                since = progress.failing_since.astimezone(ZoneInfo(settings.controller.zone))
                text = f"{shown(url)} fails since {since:%Y-%m-%d %H:%M} ({progress.error}): {waiting}"
                yield Finding("webhook", "warn", text)
    finally:
        store.close()


def _console(settings: Settings) -> Iterator[Finding]:
    """Whether `run` can serve the console. A warning at most: the intake runs without it."""
    try:
        listen(settings).close()
    except ConsoleUnavailable as error:
        if answers_as_console(settings):
            yield Finding("console", "ok", f"is being served on port {settings.console_port}")
        else:
            yield Finding("console", "warn", str(error))
        return
    yield Finding("console", "ok", f"{settings.console_host} port {settings.console_port} is free for it")


def probe_plus(settings: Settings, *, patience: float = 60.0) -> Finding:
    """Send one mail to ADDRESS+TOKEN and wait until it arrives; only then letters carry such reply addresses.

    Raises IntakeError when IMAP or SMTP is not configured or fails.
    """
    mailbox = settings.mailbox
    if mailbox.imap is None or mailbox.smtp is None:
        raise IntakeError("the probe needs INTAKE_IMAP_HOST and INTAKE_SMTP_HOST")
    local, _, domain = mailbox.reply_address.partition("@")
    token = new_token()
    message_id = f"<probe.{token}@{domain}>"
    envelope = Envelope(
        sender_name="",
        sender=mailbox.address,
        recipient=f"{local}+{token}@{domain}",
        message_id=message_id,
        date=clock.now(),
        kind="probe",
        automatic="auto-generated",
    )
    rendered = Rendered("Test of plus-addressing", "This mail may be deleted.\n")
    sender = SmtpSender(mailbox.smtp)
    try:
        sender.send(compose(rendered, envelope), mailbox.address, envelope.recipient)
    finally:
        sender.close()
    return _await(settings, message_id, patience)


def _await(settings: Settings, message_id: str, patience: float) -> Finding:
    mailbox = settings.mailbox
    assert mailbox.imap is not None
    box = ImapMailbox(mailbox.imap)
    folder = box.folders()[0][0]
    deadline = time.monotonic() + patience
    try:
        while time.monotonic() < deadline:
            if box.search_message_id(folder, message_id):
                store = application.open_store(settings)
                with store.transaction():
                    store.marks.set(PLUS_TESTED, mailbox.reply_address, clock.now())
                store.close()
                return Finding("plus-addressing", "ok", "the probe arrived: letters carry reply addresses with a token")
            time.sleep(1.0)
    finally:
        box.close()
    return Finding("plus-addressing", "fail", f"the probe did not arrive within {patience:.0f} s: leave it off")
