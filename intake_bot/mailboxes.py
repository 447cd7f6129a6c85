"""The mailbox as the settings describe it: its servers, its folders, and which addresses are ours."""

from dataclasses import dataclass

from intake_bot.keys import MAX_PORT, PREFIX, Reader
from intake_bot.mail.connection import ImapSettings
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.smtp import SmtpSettings


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """One mailbox: how to read it, how to send for it, and which addresses are ours."""

    name: str
    controller: str
    address: str
    aliases: tuple[str, ...]
    reply_address: str
    desk_address: str
    internal_domains: tuple[str, ...]
    plus_addressing: bool
    authserv_id: str
    trusted_hops: tuple[str, ...]
    imap: ImapSettings | None  # None: no IMAP key is set
    smtp: SmtpSettings | None
    sent_copy_folder: str
    poll_seconds: int

    @property
    def own_addresses(self) -> frozenset[str]:
        listed = (self.address, *self.aliases, self.reply_address, self.desk_address)
        return frozenset(item.lower() for item in listed if item)


def read_mailbox(read: Reader, controller: str) -> MailboxSettings:
    """The mailbox named `default`. What is wrong goes to the problems of the reader."""
    address = read.address("MAIL_ADDRESS")
    domains = read.domains("INTERNAL_DOMAINS") or (address.rpartition("@")[2],)
    return MailboxSettings(
        name="default",
        controller=controller,
        address=address,
        aliases=read.addresses("MAIL_ALIASES"),
        reply_address=read.address("REPLY_ADDRESS") or address,
        desk_address=read.address("DESK_ADDRESS") or address,
        internal_domains=domains,
        plus_addressing=read.flag("PLUS_ADDRESSING"),
        authserv_id=read.text("AUTHSERV_ID"),
        trusted_hops=read.items("TRUSTED_HOPS"),
        imap=_imap(read),
        smtp=_smtp(read),
        sent_copy_folder=read.text("SENT_COPY_FOLDER"),
        poll_seconds=read.number("POLL_SECONDS", least=1),
    )


def _folders(read: Reader) -> tuple[tuple[str, FolderRole], ...]:
    folders = []
    for item in read.items("IMAP_FOLDERS"):
        name, _, role = item.rpartition(":") if item.rpartition(":")[2] in set(FolderRole) else (item, "", "inbox")
        folders.append((name, FolderRole(role)))
    if not folders:
        read.problems.append(f"{PREFIX}IMAP_FOLDERS={read.text('IMAP_FOLDERS')} names no folder")
    return tuple(folders)


def _imap(read: Reader) -> ImapSettings | None:
    host = read.text("IMAP_HOST")
    if not host:
        return None
    tls = read.text("IMAP_TLS")
    if not read.text("IMAP_USER"):
        read.problems.append(f"{PREFIX}IMAP_USER is missing: the mailbox that is read")
    _check_oauth(read, "IMAP")
    return ImapSettings(
        name="default",
        host=host,
        port=read.number("IMAP_PORT", most=MAX_PORT) or (993 if tls == "implicit" else 143),
        tls=tls,  # type: ignore[arg-type]
        user=read.text("IMAP_USER"),
        auth_user=read.text("IMAP_AUTH_USER"),
        password=read.text("IMAP_PASSWORD"),
        auth=read.text("IMAP_AUTH"),  # type: ignore[arg-type]
        token_command=read.text("IMAP_OAUTH_COMMAND"),
        token_file=read.text("IMAP_OAUTH_FILE"),
        ca_file=str(read.file("IMAP_CA_FILE") or ""),
        folders=_folders(read),
        max_mail_bytes=read.number("MAX_MAIL_MB") * 1_000_000,
    )


def _smtp(read: Reader) -> SmtpSettings | None:
    host = read.text("SMTP_HOST")
    if not host:
        return None
    tls = read.text("SMTP_TLS")
    _check_oauth(read, "SMTP")
    secret = read.text("SMTP_PASSWORD") or read.text("SMTP_AUTH") == "oauth2"
    if secret and not (read.text("SMTP_USER") or read.text("SMTP_AUTH_USER")):
        read.problems.append(f"{PREFIX}SMTP_USER is missing: who logs in to send")
    return SmtpSettings(
        host=host,
        port=read.number("SMTP_PORT", most=MAX_PORT) or {"implicit": 465, "starttls": 587}.get(tls, 25),
        tls=tls,  # type: ignore[arg-type]
        user=read.text("SMTP_USER"),
        auth_user=read.text("SMTP_AUTH_USER"),
        password=read.text("SMTP_PASSWORD"),
        auth=read.text("SMTP_AUTH"),  # type: ignore[arg-type]
        token_command=read.text("SMTP_OAUTH_COMMAND"),
        token_file=read.text("SMTP_OAUTH_FILE"),
        ca_file=str(read.file("SMTP_CA_FILE") or ""),
    )


def _check_oauth(read: Reader, side: str) -> None:
    if read.text(f"{side}_AUTH") == "oauth2" and not (
        read.text(f"{side}_OAUTH_COMMAND") or read.text(f"{side}_OAUTH_FILE")
    ):
        read.problems.append(
            f"{PREFIX}{side}_AUTH=oauth2 needs {PREFIX}{side}_OAUTH_COMMAND or {PREFIX}{side}_OAUTH_FILE"
        )
