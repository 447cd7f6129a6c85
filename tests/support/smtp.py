"""A real SMTP server that records what it is handed and can be told to refuse or to drop the line."""

import asyncio
import base64
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.certificates import Certificates
from tests.support.dovecot import free_port

Drop = Literal["", "before_data", "before_dot", "after_dot"]


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as the server got it: the envelope and the octets after the final dot, line ends CRLF."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    smtputf8: bool
    user: str  # who logged in, "" without a login


class SmtpSink:
    """Answers on a loopback port. Set the answers before sending; `reset()` makes it accept everything again."""

    user = "info@example.test"
    password = "secret"
    token = "a-good-token"

    def __init__(
        self,
        certificates: Certificates | None = None,
        *,
        tls: Literal["none", "starttls", "implicit"] = "none",
        auth_required: bool = False,
        smtputf8: bool = True,
    ) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        self.received: list[Received] = []
        self.connections = 0
        context = None
        if certificates is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.cert, certificates.key)
        self.reset()
        self._controller = Controller(
            self,
            hostname=self.host,
            port=self.port,
            ssl_context=context if tls == "implicit" else None,
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            auth_required=auth_required,
            auth_require_tls=tls == "starttls",
            authenticator=self._authenticate,
            enable_SMTPUTF8=smtputf8,
            data_size_limit=64 * 2**20,
        )

    def reset(self) -> None:
        """Forget what was received and accept everything."""
        self.received.clear()
        self.sender_reply = ""  # e.g. "451 4.3.0 Try later"; "" accepts
        self.recipient_reply = ""
        self.data_reply = ""
        self.drop: Drop = ""
        self.delay = 0.0  # seconds before the answer to the final dot
        self.connections = 0

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # What follows is the handler interface of aiosmtpd.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.drop == "before_data":
            self._abort(server)
        if self.drop == "before_dot":
            # The line breaks while the content is under way.
            asyncio.get_running_loop().call_later(0.05, self._abort, server)
        if self.recipient_reply:
            return self.recipient_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.data_reply:
            return self.data_reply
        content = envelope.content or b""
        self.received.append(
            Received(
                sender=(envelope.mail_from or "").strip("<>"),  # aiosmtpd gives the null sender as "<>"
                recipients=tuple(envelope.rcpt_tos),
                raw=content if isinstance(content, bytes) else content.encode(),
                smtputf8=envelope.smtp_utf8,
                user=str(session.auth_data or ""),
            )
        )
        if self.drop == "after_dot":
            self._abort(server)
        return f"250 2.0.0 OK: queued as {len(self.received)}"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        decoded = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        fields = dict(field.partition("=")[::2] for field in decoded.split("\x01") if "=" in field)
        if fields.get("user") == self.user and fields.get("auth") == f"Bearer {self.token}":
            return AuthResult(success=True, auth_data=self.user)
        return AuthResult(success=False, handled=False)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            self.user.encode(),
            self.password.encode(),
        )
        return AuthResult(success=good, handled=False, auth_data=self.user if good else None)

    @staticmethod
    def _abort(server: SMTP) -> None:
        if isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
