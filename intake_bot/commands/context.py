"""What every command needs: the settings, the store, output for people or as JSON."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from intake_bot.config import Settings, load
from intake_bot.service import application
from intake_bot.service.logs import configure
from intake_bot.store.store import Store

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, nothing else.")]


def _named(name: str) -> str:
    if not name.strip():
        raise typer.BadParameter("give your name: it is recorded with what you do")
    return name.strip()


AsOption = Annotated[
    str,
    typer.Option("--as", help="Your name; it is recorded with what you do.", metavar="NAME", callback=_named),
]

#: For people: on standard output. `notes` goes to standard error, so that JSON stays alone.
out = Console(highlight=False, soft_wrap=True)
notes = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(slots=True)
class GlobalOptions:
    """Options given before the command."""

    env_file: Path | None = None


options = GlobalOptions()


def settings() -> Settings:
    """The settings, with logging set up. Raises ConfigurationError."""
    found = load(options.env_file)
    configure(found.log_format, logging.INFO)
    return found


@contextmanager
def opened(found: Settings, *, prepare: bool = False) -> Iterator[Store]:
    """The store, closed afterwards. With `prepare` an empty state directory gets its keys, said on standard error."""
    if prepare and application.prepare_state(found):
        notes.print(
            f"A master key was made: {found.master_key_file}. Back it up apart from the database; "
            "without it nothing that is kept can be read."
        )
    store = application.open_store(found)
    try:
        yield store
    finally:
        store.close()


def print_json(value: Any) -> None:
    """One JSON document on one line, flushed, so that a pipe sees each line at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
