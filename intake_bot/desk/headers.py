"""Headers of every answer: nothing from elsewhere, nothing inline, nothing cached, nobody frames us."""

import math
import re
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Octets of a request body; what is larger is refused before it is read. Only a delivery brings files.
LARGEST_BODY = 1_000_000
LARGEST_DELIVERY = 40_000_000

_DELIVERY = re.compile(r"/case/[^/]+/deliver")


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
    if scope["method"] in ("GET", "HEAD"):
        return True
    if b"transfer-encoding" in headers:
        return False
    return small(scope) or (_DELIVERY.fullmatch(scope["path"]) is not None and _length(scope) <= LARGEST_DELIVERY)


def small(scope: Scope) -> bool:
    """Whether a body is read before it is known who sends it."""
    return _length(scope) <= LARGEST_BODY


def _length(scope: Scope) -> float:
    """The octets of the body as its header says them, without end where it says no number."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 16 else math.inf
