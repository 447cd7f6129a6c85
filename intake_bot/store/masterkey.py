"""The file of the master key and its rotation: killed at any point, the keyring still opens.

The new key is durable beside the old one (NAME.new) before anything is wrapped under it, and takes its place after.
Which of the two is right is asked of the keyring itself, so that the end of an interrupted rotation is never guessed.
"""

from collections.abc import Callable
from pathlib import Path

from intake_bot.errors import KeyringError
from intake_bot.store.durable import overwrite, replace_durably, write_durably
from intake_bot.store.keyring import Keyring, new_master_key, parse_master_key


class MasterKeyFile:
    """A master key in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.successor = path.with_name(path.name + ".new")

    def keys(self) -> list[bytes]:
        """The keys that lie there now: that of the file, and that of a rotation under way."""
        found = []
        for path in (self.path, self.successor):
            try:
                found.append(parse_master_key(path.read_text(encoding="ascii")))
            except (OSError, ValueError, KeyringError):
                continue
        return found

    def rotate(self, keyring: Keyring, on_stage: Callable[[str], None] = lambda stage: None) -> int:
        """Wrap every key of the keyring under a new master key, and put that into the file. Returns how many keys.

        Raises KeyringError, OSError; then the old key is still the right one.
        """
        text = new_master_key()

        def make_durable() -> None:
            write_durably(self.successor, text + "\n")
            on_stage("written")

        count = keyring.rotate(parse_master_key(text), before=make_durable)
        on_stage("rewrapped")
        self._promote()
        on_stage("replaced")
        return count

    def settle(self, keyring: Keyring) -> None:
        """Bring an interrupted rotation to its end: the key that opens the keyring stays, the other one goes."""
        if not self.successor.exists():
            return
        with keyring.locked():
            try:
                key = parse_master_key(self.successor.read_text(encoding="ascii"))
            except FileNotFoundError:
                return
            except (ValueError, KeyringError):
                key = b""
            if key and keyring.opens_with(key):
                self._promote()
            else:
                overwrite(self.successor)
                self.successor.unlink(missing_ok=True)

    def _promote(self) -> None:
        try:
            replace_durably(self.successor, self.path)
        except FileNotFoundError:
            return  # another process, starting meanwhile, did it
