"""The store as a whole: opened once per process, shared by its threads."""

from pathlib import Path

from intake_bot.store.audit import Audit
from intake_bot.store.cases import CaseStore
from intake_bot.store.correspondence import Correspondence
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.leases import Leases
from intake_bot.store.ledger import LedgerStore
from intake_bot.store.marks import Marks
from intake_bot.store.outbox import OutboxStore
from intake_bot.store.schema import migrations
from intake_bot.store.vault import Vault


class Store:
    """Everything that is kept, behind one door. `transaction()` joins all its parts."""

    def __init__(self, state_dir: Path, master_key: bytes) -> None:
        """Open or create the database and the keyring under `state_dir`. Raises KeyringError, StoreError."""
        state_dir.mkdir(parents=True, exist_ok=True)
        self.database = Database(state_dir / "intake.sqlite")
        self.keyring = Keyring(state_dir / "keyring.sqlite", master_key)
        migrations.apply(self.database.for_migrations())
        self.vault = Vault(self.keyring)
        self.leases = Leases(self.database)
        self.cases = CaseStore(self.database, self.keyring, self.vault)
        self.correspondence = Correspondence(self.database, self.keyring, self.vault)
        self.ledger = LedgerStore(self.database, self.keyring, self.vault, self.leases)
        self.outbox = OutboxStore(self.database, self.keyring, self.vault, self.leases)
        self.audit = Audit(self.database, self.vault)
        self.marks = Marks(self.database)
        self.transaction = self.database.transaction

    def close(self) -> None:
        self.database.close()
        self.keyring.close()
