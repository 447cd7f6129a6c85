"""A logged-in IMAP connection: TLS, login, time-outs, and what can go wrong in the words of the program's errors."""

import imaplib
import ipaddress
import random
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import imapclient

from intake_bot.errors import MailboxAuthenticationError, MailboxDisconnected, MailboxError
from intake_bot.mail.inbound import FolderRole
from intake_bot.mail.oauth import TokenSource

Tls = Literal["implicit", "starttls", "none"]


class LineTooLong(MailboxDisconnected):
    """An answer had a line of more than a million octets, where imaplib stops reading."""


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How to reach one mailbox. Sizes in octets, times in seconds."""

    name: str
    host: str
    port: int = 993
    tls: Tls = "implicit"
    user: str = ""  # whose mailbox is read
    auth_user: str = ""  # who logs in, when that is another (shared mailboxes); "" for `user`
    password: str = field(default="", repr=False)
    auth: Literal["password", "oauth2"] = "password"
    token_command: str = ""
    token_file: str = ""
    ca_file: str = ""  # PEM file of the authorities to trust; "" for those of the system
    folders: tuple[tuple[str, FolderRole], ...] = (("INBOX", FolderRole.INBOX),)
    max_mail_bytes: int = 30_000_000  # above it: headers and the first text only
    batch_bytes: int = 16 * 2**20  # held in memory at once
    small_bytes: int = 32 * 1024  # up to it a mail is fetched whole
    connect_timeout: float = 10.0
    read_timeout: float = 60.0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should not stay so."""
        if self.tls == "none" and not is_loopback(self.host):
            return (f"IMAP to {self.host} is not encrypted: password and mail cross the network in the clear.",)
        return ()


@dataclass(frozen=True, slots=True)
class Backoff:
    """The wait before the next attempt: doubled each time, with jitter, between `first` and `longest` seconds."""

    first: float = 1.0
    longest: float = 300.0

    def delay(self, attempt: int) -> float:
        """Seconds to wait after the given number of failures in a row (from 1)."""
        full = min(self.longest, self.first * 2.0 ** min(max(attempt - 1, 0), 32))
        return max(self.first, full * random.uniform(0.5, 1.0))  # noqa: S311 - jitter is no secret


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """A context that checks certificate and host name. Raises MailboxError when `ca_file` cannot be used."""
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise MailboxError(f"The CA file {ca_file} cannot be used: {error}.") from error


def keep_alive(line: socket.socket) -> None:
    """Notice a dead peer within two minutes, and send short commands at once."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


@contextmanager
def mailbox_errors(server: str) -> Iterator[None]:
    """Turn what imapclient, imaplib, ssl and socket raise into the errors of the mailbox."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(
            f"{server}: the TLS certificate is not trusted ({error.verify_message}). "
            "Set the CA file if the server uses an authority of your own."
        ) from error
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise MailboxDisconnected(f"{server}: the connection broke ({error or type(error).__name__}).") from error
    except imaplib.IMAP4.error as error:
        if "got more than" in str(error):  # imaplib gives up in the middle of a line: nothing after it can be read
            raise LineTooLong(f"{server}: the answer has a line that is too long.") from error
        raise MailboxError(f"{server}: {_said(error)}") from error


def _said(error: BaseException) -> str:
    """The server's words; imaplib sometimes gives them as the repr of bytes."""
    text = str(error)
    return text[2:-1] if text.startswith(("b'", 'b"')) else text


def connect(settings: ImapSettings, tokens: TokenSource) -> Any:
    """A logged-in imapclient.IMAPClient. An OAuth login that fails is tried once more with a new token.

    Raises MailboxAuthenticationError, MailboxDisconnected, MailboxError.
    """
    for refresh in (False, True):
        client = _open(settings)
        try:
            _login(client, settings, tokens, refresh=refresh)
        except MailboxAuthenticationError:
            hang_up(client)
            if refresh or settings.auth != "oauth2":
                raise
        except BaseException:
            hang_up(client)
            raise
        else:
            return client
    raise MailboxAuthenticationError  # not reached: the second round returns or raises


def hang_up(client: Any) -> None:
    """Close the socket without a word. Never raises."""
    with suppress(OSError, imaplib.IMAP4.error):
        client.shutdown()


def _open(settings: ImapSettings) -> Any:
    server = f"{settings.host}:{settings.port}"
    context = tls_context(settings.ca_file) if settings.tls != "none" else None
    with mailbox_errors(server):
        client = imapclient.IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.tls == "implicit",
            ssl_context=context,
            timeout=imapclient.SocketTimeout(settings.connect_timeout, settings.read_timeout),
        )
    try:
        with mailbox_errors(server):
            client.normalise_times = False  # aware datetimes, as the server says
            client._imap.debug = 0  # imapclient sets 5: a repr of every line, whether logged or not
            keep_alive(client.socket())
            if settings.tls == "starttls":
                if not client.has_capability("STARTTLS"):
                    raise MailboxError(f"{server} does not offer STARTTLS; nothing was sent.")
                client.starttls(context)
                client._imap.debug = 0
    except BaseException:
        hang_up(client)
        raise
    return client


def _login(client: Any, settings: ImapSettings, tokens: TokenSource, *, refresh: bool) -> None:
    server = f"{settings.host}:{settings.port}"
    login = settings.auth_user or settings.user
    if any(character in "\r\n\0" for character in settings.user + login + settings.password):
        raise MailboxAuthenticationError("User name and password must not hold line ends.")
    secret = tokens.token(refresh=refresh) if settings.auth == "oauth2" else settings.password
    try:
        with mailbox_errors(server):
            if settings.auth == "oauth2":
                # The user named here is the mailbox; the token says who logs in.
                bearer = client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2")
                (client.oauthbearer_login if bearer else client.oauth2_login)(settings.user, secret)
            elif login != settings.user:
                client.plain_login(login, secret, settings.user)
            elif (login + secret).isascii() and not client.has_capability("LOGINDISABLED"):
                client.login(login, secret)
            else:  # RFC 4616: UTF-8, which LOGIN cannot carry
                client.plain_login(login, secret)
    except MailboxDisconnected:
        raise
    except MailboxError as error:
        cause = _said(error.__cause__ or error)
        if any(code in cause.upper() for code in ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[SERVERBUG]")):  # RFC 5530
            raise MailboxDisconnected(f"{server}: login is not available just now ({cause}).") from error
        if settings.tls == "none" and client.has_capability("LOGINDISABLED"):
            cause = f"{cause} The server takes logins only over TLS"
        raise MailboxAuthenticationError(
            f"{server} refused the login of {login}: {cause}. Check the user and the password or token."
        ) from error
