"""Takes mails from files: .eml, folders, mbox, Maildir. Like backfill by default; as received on demand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intake_bot import clock
from intake_bot.mail.files import MailFile, Skipped, discover, fetched
from intake_bot.mail.inbound import Position
from intake_bot.service.outcome import Outcome
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.store.store import Store

#: The mailbox name of imported mails in the ledger; the folder is "run", the UIDVALIDITY the number of the run.
MAILBOX = "import"


@dataclass(slots=True)
class ImportCount:
    """What a run saw beside the mails."""

    skipped: int = 0


class Importer:
    """One run of `import`."""

    def __init__(self, store: Store, pipeline: Pipeline, *, now: clock.Clock = clock.now) -> None:
        self._store = store
        self._pipeline = pipeline
        self._now = now
        self.count = ImportCount()

    def run(
        self, path: Path, *, as_received: bool = False, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[dict[str, Any]]:
        """One JSON-ready line per mail found, in the order of names; files that fail get a line with an error."""
        run = self._store.ledger.next_run()
        number = 0
        for found in discover(path):
            if stop():
                return
            if isinstance(found, Skipped):
                self.count.skipped += 1
            elif isinstance(found, MailFile):
                number += 1
                yield self._take(found, Position(MAILBOX, "run", run, number, found.role, found.path), as_received)
            else:
                yield unreadable_line(found.path, found.reason)

    def _take(self, file: MailFile, position: Position, as_received: bool) -> dict[str, Any]:
        mail = fetched(file, position)
        passage = Passage("import", silent=not as_received)
        if as_received:
            moment = self._now()
            mail = replace(mail, internal_date=moment)
            passage.received_at = moment
        outcome: Outcome = self._pipeline.take(mail, passage)
        return outcome.to_json()


def unreadable_line(path: str, reason: str) -> dict[str, Any]:
    """The line of a file that cannot be read."""
    empty: dict[str, Any] = {
        "path": path,
        "message_id": None,
        "disposition": "SET_ASIDE",
        "reasons": ["unreadable_file"],
    }
    return {**empty, "case": None, "rights": [], "letters": [], "error": reason}
