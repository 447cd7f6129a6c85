"""The address on which the console listens: had before anything is served, so that a failure can be told."""

import os
import socket

import httpx

from intake_bot.config import Settings
from intake_bot.errors import ConsoleUnavailable

#: The title of the JSON API by which a console knows another one.
TITLE = "Intake desk"


def listen(settings: Settings) -> socket.socket:
    """A socket that listens on CONSOLE_HOST and CONSOLE_PORT. Raises ConsoleUnavailable saying what to do."""
    host, port = settings.console_host, settings.console_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        # A port that a process of ours left a minute ago is free; one on which somebody listens is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise ConsoleUnavailable(
            f"the console cannot listen on {host} port {port} ({why}): end what listens there, or set "
            "INTAKE_CONSOLE_HOST and INTAKE_CONSOLE_PORT"
        ) from error
    return listener


def answers_as_console(settings: Settings) -> bool:
    """Whether a console of this program answers on that address already."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.console_host, settings.console_host)  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    try:
        reply = httpx.get(f"http://{shown}:{settings.console_port}/api/openapi.json", timeout=3.0, trust_env=False)
        return bool(reply.json()["info"]["title"] == TITLE)
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return False
