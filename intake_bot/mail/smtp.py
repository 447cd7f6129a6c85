"""Handing letters to an SMTP server: one recipient a mail, and always knowing whether the server took it.

RFC 5321 4.5.3.2 asks for different patience before and after the final dot; RFC 1047 says why a line that breaks
after the dot leaves the sender unsure. That case, and only that, is told as `uncertain`.
"""

import base64
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from intake_bot.errors import MailboxError, SendError
from intake_bot.mail.connection import Tls, is_loopback, keep_alive, tls_context
from intake_bot.mail.oauth import TokenError, TokenSource

_IDLE_SECONDS = 60.0  # a connection left alone longer is opened anew (servers drop idle ones)
#: Waits of `timeout` at most before a letter is handed over: up to four addresses of the server, its greeting, RSET,
#: EHLO twice, STARTTLS and the handshake, two tokens, a login in four steps, MAIL, RCPT and DATA.
_STEPS = 20
_BARE_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the submission server. Times in seconds."""

    host: str
    port: int = 587
    tls: Tls = "starttls"
    user: str = ""  # "" sends without a login
    auth_user: str = ""  # who logs in, when that is another; with OAuth the owner of the token
    password: str = field(default="", repr=False)
    auth: Literal["password", "oauth2"] = "password"
    token_command: str = ""
    token_file: str = ""
    ca_file: str = ""
    local_hostname: str = "localhost"  # what EHLO says
    timeout: float = 60.0  # for each answer up to DATA
    dot_timeout: float = 600.0  # for the answer to the final dot: RFC 5321 4.5.3.2.6

    @property
    def patience(self) -> float:
        """Seconds that handing over one letter may take while the server is slow but answers in time."""
        return _STEPS * self.timeout + 2 * self.dot_timeout  # the letter itself, and the answer to its dot

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should not stay so."""
        if self.tls == "none" and not is_loopback(self.host):
            return (f"SMTP to {self.host} is not encrypted: password and letters cross the network in the clear.",)
        return ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What a server said to a connection and a login, without any mail."""

    greeting: str
    extensions: tuple[str, ...]
    logged_in: bool


class SmtpSender:
    """Sends over one connection as long as letters come in a burst. Not for two threads at once."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._tokens = TokenSource(settings.token_command, settings.token_file)
        self._server = f"{settings.host}:{settings.port}"
        self._smtp: smtplib.SMTP | None = None
        self._used = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Hand over one letter and give the server's answer to the final dot. `sender` "" is the null sender.

        Line ends become CRLF, nothing else changes. Raises SendError: permanent for an answer of 5xx or an address
        that cannot be, uncertain when the line broke after the final dot.
        """
        for address in (sender, recipient):
            _check_address(address, may_be_empty=address is sender)
        content = _BARE_LINE_END.sub(b"\r\n", raw)
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        with self._errors():
            smtp = self._ready()
            self._envelope(smtp, content, sender, recipient)
        return self._data(smtp, content)

    def probe(self) -> Probe:
        """Connect and log in as for sending, and say what the server offers. Raises SendError."""
        self.close()
        with self._errors():
            smtp = self._ready()
            greeting = (smtp.ehlo_resp or b"").decode("utf-8", "replace").splitlines()
        found = Probe(greeting[0] if greeting else "", tuple(sorted(smtp.esmtp_features)), bool(self._login_name))
        self.close()
        return found

    def close(self) -> None:
        """Say QUIT. Never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if smtp.sock is not None:
                    smtp.sock.settimeout(5)
                smtp.quit()
            smtp.close()

    @property
    def _login_name(self) -> str:
        return self.settings.auth_user or self.settings.user

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Before the final dot nothing was taken: every failure may be tried again unless the server said 5xx."""
        try:
            yield
        except SendError:
            raise
        except smtplib.SMTPAuthenticationError as error:
            self._drop()
            raise SendError(
                f"{self._server} refused the login of {self._login_name}: {_said(error)}. Check user and password.",
                permanent=False,
            ) from error
        except smtplib.SMTPResponseException as error:  # greeting or EHLO: nothing about this letter
            self._drop()
            raise SendError(f"{self._server}: {_said(error)}", permanent=False) from error
        except ssl.SSLCertVerificationError as error:
            self._drop()
            raise SendError(
                f"{self._server}: the TLS certificate is not trusted ({error.verify_message}).", permanent=False
            ) from error
        except TokenError as error:
            self._drop()
            raise SendError(str(error), permanent=False) from error
        except (smtplib.SMTPException, MailboxError, OSError) as error:
            self._drop()
            raise SendError(
                f"{self._server}: no connection ({error or type(error).__name__}).", permanent=False
            ) from error

    def _ready(self) -> smtplib.SMTP:
        """A connection that answers: the one of the last letter, or a new one."""
        if self._smtp is not None:
            try:
                if time.monotonic() - self._used < _IDLE_SECONDS and self._smtp.rset()[0] == 250:
                    return self._smtp
            except (smtplib.SMTPException, OSError):
                pass
            self._drop()
        self._smtp = self._connect()
        self._used = time.monotonic()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        context = tls_context(settings.ca_file) if settings.tls != "none" else None
        name, timeout = settings.local_hostname, settings.timeout
        smtp = (
            smtplib.SMTP_SSL(settings.host, settings.port, name, context=context, timeout=timeout)
            if settings.tls == "implicit"
            else smtplib.SMTP(settings.host, settings.port, name, timeout=timeout)
        )
        try:
            if isinstance(smtp.sock, socket.socket):
                keep_alive(smtp.sock)
            smtp.ehlo_or_helo_if_needed()
            if settings.tls == "starttls":
                if not smtp.has_extn("starttls"):
                    raise SendError(f"{self._server} does not offer STARTTLS; nothing was sent.", permanent=False)
                smtp.starttls(context=context)
                smtp.ehlo()
            self._login(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _login(self, smtp: smtplib.SMTP) -> None:
        if not self._login_name:
            return
        if self.settings.auth == "password":
            login, password = self._login_name, self.settings.password
            if (login + password).isascii():
                smtp.login(login, password)
                return
            message = f"\0{login}\0{password}"  # RFC 4616: UTF-8, which smtplib does not send
            code, answer = smtp.docmd("AUTH", "PLAIN " + base64.b64encode(message.encode()).decode())
            if code == 235:
                return
            raise smtplib.SMTPAuthenticationError(code, answer)
        for refresh in (False, True):
            token = self._tokens.token(refresh=refresh)
            message = f"user={self._login_name}\x01auth=Bearer {token}\x01\x01"
            code, answer = smtp.docmd("AUTH", "XOAUTH2 " + base64.b64encode(message.encode()).decode())
            if code == 334:  # the server gives its reason and waits for an empty line
                code, answer = smtp.docmd("")
            if code == 235:
                return
        raise smtplib.SMTPAuthenticationError(code, answer)

    def _envelope(self, smtp: smtplib.SMTP, content: bytes, sender: str, recipient: str) -> None:
        options = []
        needs_utf8 = not (sender + recipient).isascii() or not _header(content).isascii()
        if needs_utf8:
            if not smtp.has_extn("smtputf8"):
                raise SendError(f"{self._server} cannot send to addresses beyond ASCII (SMTPUTF8).", permanent=True)
            options.append("SMTPUTF8")
            smtp.command_encoding = "utf-8"
        if not content.isascii() and smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if smtp.has_extn("size"):
            options.append(f"SIZE={len(content)}")
        try:
            # Not smtp.mail() and smtp.rcpt(): they parse the address again and may send another one.
            self._expect(smtp.docmd("MAIL", " ".join([f"FROM:<{sender}>", *options])), 250)
            self._expect(smtp.docmd("RCPT", f"TO:<{recipient}>"), 250, 251)
            self._expect(smtp.docmd("DATA"), 354)
        finally:
            smtp.command_encoding = "ascii"

    def _expect(self, answer: tuple[int, bytes], *codes: int) -> None:
        code, said = answer
        if code in codes:
            return
        text = f"{self._server}: {code} {_line(said)}"
        if code < 400 or code == 421:  # 421: the server is closing the line (RFC 5321 3.8)
            self._drop()
        raise SendError(text, permanent=code >= 500)

    def _data(self, smtp: smtplib.SMTP, content: bytes) -> str:
        quoted = re.sub(rb"(?m)^\.", b"..", content)
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self.settings.dot_timeout)
            smtp.send(quoted)
        except (smtplib.SMTPException, OSError) as error:
            # Without the dot the server has not taken it: RFC 5321 4.1.1.4.
            self._drop()
            raise SendError(f"{self._server}: the line broke before the end of the letter.", permanent=False) from error
        try:
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise SendError(
                f"{self._server}: the line broke after the letter was handed over; it may have been taken.",
                permanent=False,
                uncertain=True,
            ) from error
        self._used = time.monotonic()
        if smtp.sock is not None:
            smtp.sock.settimeout(self.settings.timeout)
        self._expect((code, said), 250)
        return f"{code} {_line(said)}"


def _header(content: bytes) -> bytes:
    return content.partition(b"\r\n\r\n")[0]


def _line(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())


def _said(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return f"{error.smtp_code} {_line(said if isinstance(said, bytes) else said.encode())}"


def _check_address(address: str, *, may_be_empty: bool) -> None:
    """An address that goes into a command: no line end, space or bracket could smuggle in another command."""
    if not address and may_be_empty:
        return
    local, at, domain = address.rpartition("@")
    unfit = any(character.isspace() or not character.isprintable() or character in "<>" for character in address)
    if unfit or not at or not local or not domain or len(address) > 320:
        raise SendError("The address of the letter is not one that mail can be sent to.", permanent=True)
