"""A mail server inside this process for the demo: IMAP by pymap in memory, SMTP by aiosmtpd, on loopback only.

Both come with the extra `demo`; nothing outside a demo needs this module.
"""

import asyncio
import secrets
import threading
from argparse import Namespace
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from intake_bot import clock
from intake_bot.errors import IntakeError

HOST = "127.0.0.1"
FOLDERS = ("Junk", "Sent")  # beside INBOX


class DemoExtraMissing(IntakeError):
    """The demo needs two more packages: pip install 'intake-bot[demo]'"""


@dataclass(frozen=True, slots=True)
class Captured:
    """A letter as the SMTP server got it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime  # UTC


class EmbeddedMail:
    """The server of one mailbox. Use as a context manager: it listens inside, on ports that were free."""

    def __init__(self, user: str = "info@octoop.com") -> None:
        self.user = user
        self.password = secrets.token_urlsafe(12)
        self.host = HOST
        self.imap_port = 0
        self.smtp_port = 0
        self.sent: list[Captured] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="embedded-mail", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._mailboxes: Any = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def deliver(self, raw: bytes, folder: str = "INBOX", received: datetime | None = None) -> None:
        """Put a mail into a folder, as a delivery would; `received` (aware) becomes its INTERNALDATE."""
        self._call(self._append(raw, folder, received or clock.now()))

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The handler interface of aiosmtpd: keep what was sent."""
        sender = (envelope.mail_from or "").strip("<>")  # aiosmtpd gives the null sender as "<>"
        self.sent.append(Captured(sender, tuple(envelope.rcpt_tos), bytes(envelope.content), clock.now()))
        return f"250 2.0.0 OK: queued as {len(self.sent)}"

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        smtp = await self._start_smtp()
        imap = await self._start_imap()
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        self.imap_port = imap.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        for server in (imap, smtp):
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _start_smtp(self) -> asyncio.Server:
        try:
            from aiosmtpd.smtp import SMTP
        except ImportError as error:
            raise DemoExtraMissing from error
        return await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=self._loop), HOST, 0
        )

    async def _start_imap(self) -> asyncio.Server:
        try:
            from proxyprotocol.noop import ProxyProtocolNoop
            from proxyprotocol.reader import ProxyProtocolReader
            from pymap.backend.dict import Config, Login
            from pymap.imap import IMAPServer
            from pymap.user import Passwords, UserMetadata
        except ImportError as error:
            raise DemoExtraMissing from error

        class LoopbackConfig(Config):
            @property
            def greeting(self) -> bytes:
                return b"Server ready"  # pymap's own asks the DNS for the name of this machine

        config = LoopbackConfig(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=HOST,
            port=0,
            tls_enabled=False,
            reject_dnsbl=False,
            demo_data=False,
            demo_user=self.user,
            demo_password=self.password,
        )
        config.apply_context()
        login = Login(config)
        hashed = await Passwords(config).hash_password(self.password)
        identity = login.demo_user_identity
        await identity.set(UserMetadata(config, self.user, password=hashed))
        async with identity.new_session() as session:
            self._mailboxes = session.mailbox_set
            for folder in FOLDERS:
                await self._mailboxes.add_mailbox(folder)
        callback = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(login, config))
        return await asyncio.start_server(callback, HOST, 0)

    async def _append(self, raw: bytes, folder: str, received: datetime) -> None:
        from pymap.parsing.message import AppendMessage

        mailbox = await self._mailboxes.get_mailbox(folder)
        await mailbox.append(AppendMessage(raw, received), recent=True)
