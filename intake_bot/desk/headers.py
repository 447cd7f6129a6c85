"""Headers of every answer: nothing from elsewhere, nothing inline, nothing cached, nobody frames us."""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Octets of a request body; what is larger is refused before it is read.
LARGEST_BODY = 40_000_000


class Headers:
    """Adds the headers, and refuses bodies that are too large or of unknown length."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not _acceptable(scope):
            await PlainTextResponse("too large", 413)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message, scope)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _add(self, message: MutableMapping[str, Any], scope: Scope) -> None:
        headers = MutableHeaders(raw=message["headers"])
        headers.setdefault("Content-Security-Policy", POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        static = scope["path"].startswith("/static/")
        headers["Cache-Control"] = "public, max-age=3600" if static else "no-store"
        if self._secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        message["headers"] = headers.raw


def _acceptable(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if scope["method"] in ("GET", "HEAD"):
        return True
    if b"transfer-encoding" in headers:
        return False
    return not length or (length.isdigit() and int(length) <= LARGEST_BODY)
