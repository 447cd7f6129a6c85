"""The store as a whole: opened once per process, shared by its threads."""

from pathlib import Path

from intake_bot import clock
from intake_bot.errors import KeyringError
from intake_bot.store.addresses import Addresses
from intake_bot.store.attachments import DocumentStore
from intake_bot.store.audit import Audit
from intake_bot.store.cases import CaseStore
from intake_bot.store.correspondence import Correspondence
from intake_bot.store.database import Database
from intake_bot.store.duties import Duties
from intake_bot.store.expiry import ExpiryStore
from intake_bot.store.keyring import Keyring, OtherKeys
from intake_bot.store.learning import LearningStore
from intake_bot.store.leases import Leases
from intake_bot.store.ledger import LedgerStore
from intake_bot.store.marks import Marks
from intake_bot.store.missed import MissedStore
from intake_bot.store.outbox import OutboxStore
from intake_bot.store.retention import RetentionStore
from intake_bot.store.schema import migrate
from intake_bot.store.suppression import SuppressionStore
from intake_bot.store.vault import Vault
from intake_bot.store.webhooks import WebhookStore


class Store:
    """Everything that is kept, behind one door. `transaction()` joins all its parts."""

    def __init__(self, state_dir: Path, master_key: bytes, *, others: OtherKeys = tuple) -> None:
        """Open or create the database and the keyring under `state_dir`. Raises KeyringError, StoreError.

        `others`: further master keys to try, while a rotation is under way.
        """
        state_dir.mkdir(parents=True, exist_ok=True)
        database, keyring = state_dir / "intake.sqlite", state_dir / "keyring.sqlite"
        if database.exists() and database.stat().st_size and not keyring.exists():
            raise KeyringError(
                f"{keyring} is missing: restore it from its backup; without it nothing in {database} can be read"
            )
        self.keyring = Keyring(keyring, master_key, others=others)
        database.touch(mode=0o600)  # with its log beside it, for sqlite gives that the same mode
        self.database = Database(database)
        migrate(self.database.for_migrations())
        self.vault = Vault(self.keyring)
        self.leases = Leases(self.database)
        self.cases = CaseStore(self.database, self.keyring, self.vault)
        self.documents = DocumentStore(self.database, self.keyring, self.vault)
        self.correspondence = Correspondence(self.database, self.keyring, self.vault, self.documents)
        self.ledger = LedgerStore(self.database, self.keyring, self.vault, self.leases)
        self.outbox = OutboxStore(self.database, self.keyring, self.vault, self.leases)
        self.audit = Audit(self.database, self.vault)
        self.marks = Marks(self.database)
        self.addresses = Addresses(self.database, self.keyring, self.vault)
        self.missed = MissedStore(self.database, self.keyring, self.vault)
        self._same_keyring()
        self.duties = Duties(self.database, self.vault)
        self.suppression = SuppressionStore(self.database, self.keyring, self.vault)
        self.retention = RetentionStore(self.database, self.keyring, self.vault, self.cases, self.documents)
        self.learning = LearningStore(self.database)
        self.webhooks = WebhookStore(self.database, self.keyring)
        self.expiry = ExpiryStore(self.database, self.keyring)
        self.transaction = self.database.transaction

    def _same_keyring(self) -> None:
        """Refuse the keyring of another installation: its keyed hashes would make every known mail look new."""
        own = self.keyring.index("keyring", "identity").hex()
        row = self.database.row("SELECT detail FROM marks WHERE kind = 'keyring' AND key = 'identity'")
        if row is None:
            with self.database.transaction():
                self.marks.set("keyring", "identity", clock.now(), own)
        elif row["detail"] != own:
            raise KeyringError("this keyring belongs to another database: restore the right keyring.sqlite")

    def close(self) -> None:
        self.database.close()
        self.keyring.close()
