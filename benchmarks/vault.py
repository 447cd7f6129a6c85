"""What the vault costs: 10,000 cases with 3 mails each, sealed and not, and the rotation of 40,000 keys.

Both variants take the same mails through the whole pipeline (parsing, decision, ledger, case, letters); the plain one
keeps every value as it is and makes no keys. The verdicts are fixed. The two take turns, chunk by chunk, so that both
see the same machine.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from intake_bot import clock
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import load
from intake_bot.mail.inbound import Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.service import application
from intake_bot.service.pipeline import Passage
from intake_bot.store.keyring import Keyring
from intake_bot.store.masterkey import MasterKeyFile
from intake_bot.store.store import Store
from intake_bot.store.vault import VERSION, Vault
from tests.support.service import environment

CHUNK = 250  # cases
BATCH = 16
KEYS = 40_000


class Fixed:
    """A classifier that sees an access request in every mail."""

    version = "fixed"

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        return Verdict(("access",), {"access": 0.99}, "fr", "open", (), ("access",), ("access",), self.version)


class PlainVault(Vault):
    """Keeps what it is given."""

    def seal(self, key_id: str, content: bytes, place: tuple[str, str, str]) -> bytes:
        return bytes((VERSION, len(key_id))) + key_id.encode() + content

    def open(self, sealed: bytes, place: tuple[str, str, str]) -> bytes:
        return sealed[2 + sealed[1] :]


class Variant:
    """One service on a state directory of its own."""

    def __init__(self, folder: Path, *, plain: bool) -> None:
        self.settings = load(environment=environment(folder, ACKS_PER_SENDER="100000"))
        application.prepare_state(self.settings)
        self.store: Store = application.open_store(self.settings)
        if plain:
            self._make_plain()
        self.pipeline = application.build_pipeline(self.settings, self.settings.mailbox, self.store, Fixed())
        self.seconds = 0.0
        self.uid = 0

    def _make_plain(self) -> None:
        """No ciphertext and no keys on disk; keyed hashes stay, since something must find a known mail."""
        vault = PlainVault(self.store.keyring)
        for part in vars(self.store).values():
            if hasattr(part, "_vault"):
                part._vault = vault
        numbers = iter(range(1 << 60))
        self.store.keyring.create = lambda: f"{next(numbers):016x}"  # type: ignore[method-assign]

    def take(self, mails: list[bytes]) -> None:
        begun = time.perf_counter()
        for start in range(0, len(mails), BATCH):
            batch = []
            for raw in mails[start : start + BATCH]:
                self.uid += 1
                place = Position("default", "INBOX", 1, self.uid)
                batch.append((Fetched(place, raw, clock.now(), len(raw)), Passage("live")))
            self.pipeline.take_all(batch)
        self.seconds += time.perf_counter() - begun


def mails(cases: int) -> Iterator[list[bytes]]:
    """Chunks: first some requests, then two replies to each."""
    words = "Le calendrier du trimestre est prêt et je vous remercie de votre réponse. " * 12
    for first in range(0, cases, CHUNK):
        for kind in range(3):
            yield [_mail(number, kind, words) for number in range(first, min(first + CHUNK, cases))]


def _mail(number: int, kind: int, words: str) -> bytes:
    thread = f"In-Reply-To: <0.{number}@mail.example>\r\nReferences: <0.{number}@mail.example>\r\n" if kind else ""
    return (
        f"From: Person {number} <person{number}@mail.example>\r\nTo: info@example.test\r\n"
        f"Subject: {'Re: ' if kind else ''}Demande {number}\r\nDate: Mon, 23 Nov 2026 08:00:0{kind} +0100\r\n"
        f"Message-ID: <{kind}.{number}@mail.example>\r\n{thread}Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Bonjour, mon courrier {kind} sur mes données. {words}\r\nPerson {number}\r\n"
    ).encode()


def rotation(folder: Path) -> float:
    """Seconds to rotate KEYS keys."""
    file = MasterKeyFile(folder / "master.key")
    application.create_master_key_file(file.path)
    keyring = Keyring(folder / "keyring.sqlite", file.keys()[0])
    with keyring.locked():
        for _ in range(KEYS):
            keyring.create()
    begun = time.perf_counter()
    file.rotate(keyring)
    seconds = time.perf_counter() - begun
    keyring.close()
    return seconds


def main(cases: int = 10_000) -> None:
    """Print both times, their ratio, and the seconds of a rotation."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Variant(Path(folder) / "plain", plain=True)
        sealed = Variant(Path(folder) / "sealed", plain=False)
        for number, chunk in enumerate(mails(cases)):
            for variant in (plain, sealed) if number % 2 else (sealed, plain):
                variant.take(chunk)
        print(f"{len(sealed.store.cases.all())} cases, {sealed.uid} mails: {sealed.store.ledger.counts()}")
        for name, variant in (("without", plain), ("with", sealed)):
            print(f"{name:8} vault {variant.seconds:8.1f} s {variant.uid / variant.seconds:8.0f} mails/s")
            variant.store.close()
        print(f"the vault adds {100 * (sealed.seconds / plain.seconds - 1):.0f} %   bar 30 %")
        keys = Path(folder) / "keys"
        keys.mkdir()
        print(f"rotation of {KEYS} keys {rotation(keys):.2f} s   bar 10 s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
