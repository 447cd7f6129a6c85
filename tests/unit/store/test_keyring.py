"""The keyring: rotation that a kill cannot break, backups without generations, keys that are gone for good."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from intake_bot import clock
from intake_bot.errors import KeyDestroyed, KeyringError
from intake_bot.store.keyring import Keyring, create_master_key_file, new_master_key, parse_master_key
from intake_bot.store.masterkey import MasterKeyFile
from intake_bot.store.store import Store
from intake_bot.store.vault import Vault

ROOT = Path(__file__).resolve().parents[3]
PLACE = ("t", "r", "c")

ROTATE = """
import os, signal, sys
from pathlib import Path
from intake_bot.store.keyring import Keyring
from intake_bot.store.masterkey import MasterKeyFile
folder, stage = Path(sys.argv[1]), sys.argv[2]
file = MasterKeyFile(folder / "master.key")
keyring = Keyring(folder / "keyring.sqlite", file.keys()[0])
def die(name):
    if name == stage:
        os.kill(os.getpid(), signal.SIGKILL)
if stage == "rewrapping":
    count = 0
    def trace(sql):
        global count
        count += sql.startswith("UPDATE keys")
        if count == 20:
            os.kill(os.getpid(), signal.SIGKILL)
    keyring._db.connection.set_trace_callback(trace)
print("ready", flush=True)
file.rotate(keyring, die)
keyring.close()
"""


def made(folder: Path, keys: int = 100) -> tuple[Keyring, dict[str, bytes]]:
    create_master_key_file(folder / "master.key")
    keyring = Keyring(folder / "keyring.sqlite", MasterKeyFile(folder / "master.key").keys()[0])
    vault = Vault(keyring)
    sealed = {key_id: vault.seal(key_id, key_id.encode(), PLACE) for key_id in (keyring.create() for _ in range(keys))}
    return keyring, sealed


def reopened(folder: Path) -> Keyring:
    """As the service opens it at its start."""
    file = MasterKeyFile(folder / "master.key")
    keyring = Keyring(folder / "keyring.sqlite", file.keys()[0], others=file.keys)
    file.settle(keyring)
    return keyring


def must_open(folder: Path, sealed: dict[str, bytes]) -> None:
    keyring = reopened(folder)
    vault = Vault(keyring)
    assert all(vault.open(value, PLACE) == key_id.encode() for key_id, value in sealed.items())
    assert not (folder / "master.key.new").exists()
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
    keyring.close()
    alone = Keyring(folder / "keyring.sqlite", parse_master_key((folder / "master.key").read_text()))
    alone.close()


@pytest.mark.parametrize("stage", ["written", "rewrapping", "rewrapped", "replaced", "never"])
def test_a_rotation_killed_at_each_stage_leaves_an_openable_keyring(stage: str, tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path)
    keyring.close()
    before = (tmp_path / "master.key").read_text()
    done = subprocess.run(
        [sys.executable, "-c", ROTATE, str(tmp_path), stage], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == (0 if stage == "never" else -signal.SIGKILL), done.stderr
    must_open(tmp_path, sealed)
    rotated = stage in ("rewrapped", "replaced", "never")
    assert ((tmp_path / "master.key").read_text() != before) is rotated


def test_a_rotation_killed_at_random_leaves_an_openable_keyring(tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path, 2000)
    keyring.close()
    for number in range(8):
        process = subprocess.Popen([sys.executable, "-c", ROTATE, str(tmp_path), ""], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(number * 0.02)
        process.kill()
        process.communicate()
        must_open(tmp_path, sealed)


def test_a_running_process_follows_a_rotation_of_another(tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path, 10)
    keyring.close()
    daemon = reopened(tmp_path)
    subprocess.run([sys.executable, "-c", ROTATE, str(tmp_path), "never"], cwd=ROOT, check=True, capture_output=True)
    created = [daemon.create() for _ in range(70)]  # more than one batch
    vault = Vault(daemon)
    assert vault.open(next(iter(sealed.values())), PLACE)
    daemon.close()
    again = reopened(tmp_path)
    assert all(again.cipher(key_id) for key_id in created)
    again.close()


def test_forty_thousand_keys_are_rotated_in_ten_seconds(tmp_path: Path) -> None:
    keyring, _ = made(tmp_path, 1)
    with keyring._db.transaction():
        for number in range(40_000):
            keyring._insert(f"{number:016x}", os.urandom(32))
    begun = time.monotonic()
    count = MasterKeyFile(tmp_path / "master.key").rotate(keyring)
    assert count > 40_000
    assert time.monotonic() - begun < 10
    keyring.close()


def test_a_destroyed_key_is_nowhere_in_the_file_nor_in_the_journal(tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path)
    doomed = list(sealed)[:30]
    rows = keyring._db.rows("SELECT id, wrapped FROM keys")
    wrapped = [bytes(row["wrapped"]) for row in rows if row["id"] in doomed]
    linked = tmp_path / "what-the-disk-kept"

    def keep_the_journal(sql: str) -> None:
        journal = tmp_path / "keyring.sqlite-journal"
        if sql.startswith("COMMIT") and journal.exists() and not linked.exists():
            os.link(journal, linked)

    keyring._db.connection.set_trace_callback(keep_the_journal)
    keyring.destroy(doomed)
    keyring._db.connection.set_trace_callback(None)
    with pytest.raises(KeyDestroyed):
        keyring.cipher(doomed[0])
    keyring.close()
    assert linked.exists() and linked.stat().st_size > 0
    for path in tmp_path.iterdir():
        octets = path.read_bytes()
        assert not [item for item in wrapped if item in octets], path.name
    assert not (tmp_path / "keyring.sqlite-journal").exists()


def test_a_journal_that_cannot_be_overwritten_locks_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring, sealed = made(tmp_path, 3)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("intake_bot.store.keyring.overwrite", full)
    with pytest.raises(OSError, match="No space"):
        keyring.destroy(list(sealed)[:1])
    other = sqlite3.connect(tmp_path / "keyring.sqlite", timeout=0)
    other.execute("BEGIN IMMEDIATE")
    other.close()
    monkeypatch.undo()
    keyring.close()


def test_a_new_master_key_is_durable_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    create_master_key_file(tmp_path / "master.key")
    assert synced == [str(tmp_path / "master.key"), str(tmp_path)]


def test_spare_keys_go_with_the_process_and_orphans_after_their_time(tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path, 3)
    assert len(keyring.key_ids()) == 64
    assert keyring.sweep(set(), clock.now()) == 0
    keyring.close()
    again = reopened(tmp_path)
    assert again.key_ids() == set(sealed)
    used = set(list(sealed)[:2])
    assert again.sweep(used, clock.now() + timedelta(days=31)) == 1
    assert again.key_ids() == used
    again.close()


def test_a_backup_replaces_the_older_one(tmp_path: Path) -> None:
    keyring, sealed = made(tmp_path)
    copy = tmp_path / "backup" / "keyring.copy"
    copy.parent.mkdir()
    keyring.backup(copy)
    first = next(iter(sealed))
    wrapped = bytes(keyring._db.value("SELECT wrapped FROM keys WHERE id = ?", (first,)))
    linked = tmp_path / "old-generation"
    os.link(copy, linked)
    keyring.destroy([first])
    keyring.backup(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["keyring.copy"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert wrapped not in copy.read_bytes()
    assert not any(linked.read_bytes())
    other = tmp_path / "letter.txt"
    other.write_text("not a keyring")
    with pytest.raises(KeyringError, match="is no keyring"):
        keyring.backup(other)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM keys").fetchone()[0] > 0
    keyring.close()


def test_a_wrong_key_a_lost_keyring_and_a_strange_keyring_are_clear_errors(tmp_path: Path) -> None:
    key = parse_master_key(new_master_key())
    Store(tmp_path / "a", key).close()
    Store(tmp_path / "b", key).close()
    with pytest.raises(KeyringError, match="did not wrap this keyring"):
        Store(tmp_path / "a", parse_master_key(new_master_key()))
    os.replace(tmp_path / "b" / "keyring.sqlite", tmp_path / "a" / "keyring.sqlite")
    with pytest.raises(KeyringError, match="belongs to another database"):
        Store(tmp_path / "a", key)
    with pytest.raises(KeyringError, match="is missing: restore it"):
        Store(tmp_path / "b", key)
