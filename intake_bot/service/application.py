"""The program put together from its settings: store, classifier, pipeline, intake, dispatch."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from intake_bot import clock
from intake_bot.config import Settings, master_key_text
from intake_bot.errors import IntakeError, KeyringError
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.clients import Clients, load_clients
from intake_bot.people.identification import Identifier
from intake_bot.people.sources import load_directories
from intake_bot.service.intake import Intake
from intake_bot.service.pipeline import Pipeline, Stage, no_stage
from intake_bot.service.reading import Classifies
from intake_bot.service.retrieval import Retrieval
from intake_bot.store.keyring import create_master_key_file, parse_master_key
from intake_bot.store.masterkey import MasterKeyFile
from intake_bot.store.store import Store

log = logging.getLogger(__name__)


def prepare_state(settings: Settings) -> bool:
    """Make an empty state directory ready: folder and master key. True when a key was made.

    Raises KeyringError when there is a keyring but no master key: a new one could not open it.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.master_key_command or settings.master_key_file.exists():
        return False
    if (settings.state_dir / "keyring.sqlite").exists():
        raise KeyringError(
            f"{settings.state_dir} has a keyring but {settings.master_key_file} is missing: restore the master key "
            "from its backup; without it nothing that is kept can be read"
        )
    settings.master_key_file.parent.mkdir(parents=True, exist_ok=True)
    create_master_key_file(settings.master_key_file)
    return True


def open_store(settings: Settings) -> Store:
    """The store under the state directory. Raises IntakeError, KeyringError, StoreError."""
    file = None if settings.master_key_command else MasterKeyFile(settings.master_key_file)
    others = file.keys if file else lambda: [parse_master_key(master_key_text(settings))]
    store = Store(settings.state_dir, parse_master_key(master_key_text(settings)), others=others)
    if file:
        file.settle(store.keyring)  # of a rotation that was interrupted
    return store


def load_classifier(settings: Settings, path: Path | None = None) -> Classifies | None:
    """The classifier, with what it learned here; None when CLASSIFY=off. Raises ModelMissing."""
    if not settings.classify:
        return None
    from intake_bot.classifier.classifier import Classifier  # loads spaCy and the model: only where it is wanted

    return Classifier.load(path, settings.learned_dir)


@contextmanager
def scratch(settings: Settings) -> Iterator[tuple[Settings, Store]]:
    """Settings and store of a temporary state directory, for what must write nothing. It is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="intake-bot-") as folder:
        state = Path(folder)
        temporary = replace(settings, state_dir=state, master_key_file=state / "master.key", master_key_command="")
        prepare_state(temporary)
        store = open_store(temporary)
        try:
            yield temporary, store
        finally:
            store.close()


def load_identifier(settings: Settings) -> Identifier:
    """Who is known: the directories of DIRECTORY_FILE and the clients of CLIENTS_FILE. Raises IntakeError."""
    directories = load_directories(settings.directory_file) if settings.directory_file else ()
    return Identifier(directories, load_clients(settings.clients_file) if settings.clients_file else Clients())


def build_pipeline(
    settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
    *, now: clock.Clock = clock.now, on_stage: Stage = no_stage,
) -> Pipeline:  # fmt: skip
    """The pipeline of one mailbox."""
    identifier = load_identifier(settings)
    if classifier is not None:  # spaCy is loaded then
        identifier.prepare()
    return Pipeline(settings, mailbox, store, classifier, now=now, on_stage=on_stage, identifier=identifier)


def build_retrieval(
    settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
    *, now: clock.Clock = clock.now,
) -> Retrieval:  # fmt: skip
    """What opens cases on the word of a person."""
    return Retrieval(settings, mailbox, store, classifier, load_identifier(settings), now=now)


def build_intake(
    settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
    *, on_stage: Stage = no_stage,
) -> Intake:  # fmt: skip
    """The live intake of one mailbox. Raises IntakeError when no IMAP host is set."""
    if mailbox.imap is None:
        raise IntakeError("no mailbox is configured: set INTAKE_IMAP_HOST, INTAKE_IMAP_USER and INTAKE_IMAP_PASSWORD")
    pipeline = build_pipeline(settings, mailbox, store, classifier, on_stage=on_stage)
    return Intake(ImapMailbox(mailbox.imap), mailbox, store, pipeline)
