"""Small files that survive a crash, and that leave no older generation behind."""

import os
from pathlib import Path


def write_durably(path: Path, text: str) -> None:
    """Write a new file with mode 0600, on disk when this returns. An existing one is overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def replace_durably(fresh: Path, path: Path) -> None:
    """Put `fresh` in the place of `path` in one step, then overwrite the octets that lay there."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    old = path.open("r+b") if path.exists() else None
    try:
        fresh.replace(path)
        sync_folder(path.parent)
        if old is not None:
            _zero(old.fileno())
    finally:
        if old is not None:
            old.close()


def overwrite(path: Path) -> None:
    """Overwrite a file with zeros, on disk when this returns; nothing happens when there is none.

    File systems that copy on write, and flash, may keep the octets elsewhere: there full-disk encryption is the answer.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        _zero(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make a name in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _zero(descriptor: int) -> None:
    left = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(descriptor, bytes(min(left, 1 << 20)))
    os.fsync(descriptor)
