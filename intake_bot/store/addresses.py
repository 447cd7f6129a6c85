"""The mail addresses of the accounts of the desk: sealed, and found by a keyed hash."""

from dataclasses import dataclass

from intake_bot.errors import StoreError
from intake_bot.store.database import Database
from intake_bot.store.keyring import Keyring
from intake_bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class AddressOwner:
    """The account behind an address. `name` is recorded with what the person does."""

    name: str
    role: str
    active: bool  # False once the account was disabled


class Addresses:
    """The column `address` of the accounts."""

    def __init__(self, database: Database, keyring: Keyring, vault: Vault) -> None:
        self._db = database
        self._keyring = keyring
        self._vault = vault

    def key(self, address: str) -> bytes:
        """The keyed hash of an address, 16 octets."""
        return self._keyring.index("desk-address", address.strip().lower())

    def give(self, account_id: str, address: str) -> None:
        """Set the address of an account; "" takes it away. Raises StoreError when an active account has it."""
        address = address.strip().lower()
        sealed = key = None
        with self._db.transaction() as connection:
            if address:
                key = self.key(address)
                row = connection.execute(
                    "SELECT name FROM accounts WHERE address_key = ? AND disabled_at IS NULL AND id <> ?",
                    (key, account_id),
                ).fetchone()
                if row is not None:
                    raise StoreError(
                        f"this address belongs to the account {row['name']}",
                        f"cette adresse appartient au compte {row['name']}",
                    )
                key_id = self._db.value("SELECT key_id FROM accounts WHERE id = ?", (account_id,))
                sealed = self._vault.seal(key_id, address.encode(), ("accounts", account_id, "address"))
            connection.execute(
                "UPDATE accounts SET address = ?, address_key = ? WHERE id = ?", (sealed, key, account_id)
            )

    def of(self, account_id: str) -> str:
        """The address of an account, "" when it has none."""
        sealed = self._db.value("SELECT address FROM accounts WHERE id = ?", (account_id,))
        return self._vault.open(sealed, ("accounts", account_id, "address")).decode() if sealed else ""

    def all(self) -> list[str]:
        """The addresses of all active accounts, in the order of their names."""
        rows = self._db.rows("SELECT id FROM accounts WHERE address IS NOT NULL AND disabled_at IS NULL ORDER BY name")
        return [self.of(row["id"]) for row in rows]

    def owner(self, key: bytes) -> AddressOwner | None:
        """The account with the address of this keyed hash: the active one, else one that was disabled, else None."""
        row = self._db.row(
            "SELECT name, role, disabled_at FROM accounts WHERE address_key = ? ORDER BY disabled_at IS NOT NULL",
            (key,),
        )
        return AddressOwner(row["name"], row["role"], row["disabled_at"] is None) if row else None
