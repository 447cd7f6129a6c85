"""Access tokens for XOAUTH2 and OAUTHBEARER, from a command or a file that the administrator names."""

import base64
import binascii
import json
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake_bot import clock
from intake_bot.errors import MailboxAuthenticationError

# A token is not used in the last minute of its life: it must still be good when the server looks at it.
_MARGIN = timedelta(seconds=60)


class TokenError(MailboxAuthenticationError):
    """No access token could be had: check the token command or the token file."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `expires_at` is aware, UTC, None when nothing says how long it lives."""

    value: str
    expires_at: datetime | None = None

    def fresh(self, now: datetime) -> bool:
        return self.expires_at is not None and now + _MARGIN < self.expires_at

    def __repr__(self) -> str:
        return f"Token(..., expires_at={self.expires_at})"


def read_token(output: str, now: datetime) -> Token:
    """The token from what a command printed or a file holds: the bare token, or the JSON of RFC 6749 5.1.

    Expiry is `expires_in` (seconds), `expires_on`/`expires_at`/`expiresOn` (seconds since 1970 or ISO 8601), or the
    "exp" claim of a JWT. Raises TokenError.
    """
    text = output.strip()
    if not text.startswith("{"):
        _check(text)
        return Token(text, _jwt_expiry(text))
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise TokenError("The access token is not valid JSON.") from error
    value = fields.get("access_token") or fields.get("accessToken")
    if not isinstance(value, str):
        raise TokenError(f"No access_token in the JSON; it has: {', '.join(sorted(map(str, fields)))}.")
    _check(value)
    return Token(value, _stated_expiry(fields, now) or _jwt_expiry(value))


def _check(value: str) -> None:
    # RFC 6750 2.1: no white space or control characters. They would also end the SASL message early.
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise TokenError("The access token is empty or holds characters that no token has.")


def _stated_expiry(fields: dict[str, object], now: datetime) -> datetime | None:
    try:
        if "expires_in" in fields:
            return now + timedelta(seconds=float(str(fields["expires_in"])))
        for name in ("expires_on", "expires_at", "expiresOn"):
            if name in fields:
                return _instant(str(fields[name]))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _instant(text: str) -> datetime:
    if text.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    value = datetime.fromisoformat(text)
    return value.astimezone(UTC)


def _jwt_expiry(value: str) -> datetime | None:
    pieces = value.split(".")
    if len(pieces) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


class TokenSource:
    """Gives the access token of one login; a command's token is kept until it expires, a file is read each time."""

    def __init__(self, command: str = "", file: str = "", *, timeout: float = 60.0) -> None:
        """`command` is split like a shell line but run without a shell; `timeout` in seconds."""
        self._command = command
        self._file = file
        self._timeout = timeout
        self._token: Token | None = None

    def token(self, *, refresh: bool = False) -> str:
        """The token; `refresh` runs the command again even when the last token seems good. Raises TokenError."""
        now = clock.now()
        if self._token is None or refresh or not self._token.fresh(now):
            self._token = read_token(self._run() if self._command else self._read(), now)
        if self._file and not self._command:
            kept, self._token = self._token, None
            return kept.value
        return self._token.value

    def _read(self) -> str:
        if not self._file:
            raise TokenError("OAuth is on, but neither a token command nor a token file is set.")
        try:
            return Path(self._file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not text"
            raise TokenError(f"The token file {self._file} cannot be read: {reason}.") from error

    def _run(self) -> str:
        try:
            words = shlex.split(self._command)
            done = subprocess.run(  # noqa: S603 - the administrator names the command
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=self._timeout, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TokenError(f"The token command did not end within {self._timeout:.0f} s.") from error
        except (OSError, ValueError) as error:
            raise TokenError(f"The token command cannot be run: {error}.") from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise TokenError(
                f"The token command failed (exit code {done.returncode}): {said[-1][:200] if said else ''}"
            )
        return done.stdout.decode("utf-8", "replace")
