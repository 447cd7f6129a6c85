"""Leases with expiry and fencing: one reader per mailbox, one sender. They serve processes on one machine and on many.

A holder that died on this machine is recognised at once by its process id and start time, so that a restart after a
kill does not wait for the expiry.
"""

import os
import secrets
import socket
from datetime import timedelta
from pathlib import Path

from intake_bot import clock
from intake_bot.cases.ports import Fence
from intake_bot.errors import LeaseLost
from intake_bot.store.database import Database

#: How long a lease lives without being renewed.
LIFETIME = timedelta(seconds=60)


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot, "" when it is no more or that cannot be known."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return "" if said[0] in "ZX" else said[19]  # killed, and its parent has not asked how it ended
    except (OSError, IndexError):
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class Leases:
    """Takes, renews and gives back leases. A fence number grows with every holder."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._holder = f"{socket.gethostname()} {_boot()} {os.getpid()} {_started(os.getpid())} {secrets.token_hex(4)}"

    def take(self, name: str) -> Fence | None:
        """The lease, or None while another living holder has it."""
        now = clock.now()
        with self._db.transaction() as connection:
            row = connection.execute("SELECT * FROM leases WHERE name = ?", (name,)).fetchone()
            if row is not None and row["holder"] != self._holder:
                alive = clock.from_text(row["expires_at"]) > now and not _dead(row["holder"])
                if alive:
                    return None
            number = (row["fence"] if row else 0) + 1
            connection.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)",
                (name, self._holder, number, clock.to_text(now + LIFETIME)),
            )
        return Fence(name, self._holder, number)

    def renew(self, fence: Fence, lifetime: timedelta = LIFETIME) -> None:
        """Let a lease end `lifetime` from now. Raises LeaseLost when another process took it over."""
        with self._db.transaction():
            self.check(fence)
            self._db.connection.execute(
                "UPDATE leases SET expires_at = ? WHERE name = ?",
                (clock.to_text(clock.now() + lifetime), fence.name),
            )

    def check(self, fence: Fence) -> None:
        """Raise LeaseLost unless the fence is the current one. Called inside the transaction that it protects."""
        row = self._db.row("SELECT holder, fence FROM leases WHERE name = ?", (fence.name,))
        if row is None or (row["holder"], row["fence"]) != (fence.holder, fence.number):
            raise LeaseLost(f"another process took over {fence.name}")

    def give_back(self, fence: Fence) -> None:
        """End a lease; nothing happens when it was lost already."""
        with self._db.transaction() as connection:
            connection.execute(
                "UPDATE leases SET expires_at = ?, holder = '' WHERE name = ? AND holder = ? AND fence = ?",
                (clock.to_text(clock.now()), fence.name, fence.holder, fence.number),
            )

    def holders(self) -> dict[str, str]:
        """Who holds what now, for health and `check`."""
        rows = self._db.rows("SELECT name, holder FROM leases WHERE holder <> ''")
        return {row["name"]: row["holder"] for row in rows if not _dead(row["holder"])}


def _dead(holder: str) -> bool:
    """Whether a holder is certainly no more: given back, or a process of this machine that ended."""
    if not holder:
        return True
    parts = holder.split(" ")
    if len(parts) != 5 or parts[0] != socket.gethostname():
        return False
    _, boot, pid, started, _ = parts
    if boot != _boot():
        return True
    return _started(int(pid)) != started
