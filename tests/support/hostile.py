"""Hostile, bounced and automatic mails with real requests among them: seeded, by families, each with what must hold.

`mails(count, seed)` draws from all families in turn. A mail says what the intake owes it:

- silent: no letter to a person, whatever becomes of it;
- held: the same, and a case that a person looks at;
- case: a case; a letter, if any, goes to `sender`;
- acknowledged: OPEN_CASE, and the first letter goes to `sender`; REVIEW where the classifier alone is in doubt;
- lined: a line; a letter, if any, goes to `sender`;
- anywhere: a line; the sender cannot be told, but a letter never goes to a third person who is named.
"""

import base64
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.hostile_words import AWAY, RECEIVED, REQUESTS, UNANSWERED, YOU_WROTE

OWN = "info@octoop.test"
DPO = "dpo@kanzlei.example"
#: Settings under which the mails are taken.
SETTINGS = {"MAIL_ADDRESS": OWN, "DPO_EMAIL": DPO, "SEND_MODE": "approve"}
LANGUAGES = tuple(sorted(REQUESTS))
EXPECTED = ("silent", "held", "case", "acknowledged", "lined", "anywhere")

#: The disposition of a mail that made or joined a case.
CASES = frozenset({"OPEN_CASE", "HOLD", "REVIEW", "FOLLOW_UP"})
DESK = frozenset({"dpo_notification", "digest", "alarm", "escalation"})


@dataclass(frozen=True, slots=True)
class Hostile:
    """One mail: its family, its octets, what the intake owes it, and the one address a letter may go to."""

    family: str
    raw: bytes
    expect: str
    sender: str = ""

    def wrong(self, line: dict[str, Any]) -> str:
        """What is wrong with the line of `import --json` for this mail; "" when nothing is."""
        letters = [item for item in line["letters"] if item["kind"] not in DESK]
        if self.expect in ("silent", "held") and letters:
            return f"a letter to a person: {letters}"
        if self.expect in ("held", "case", "acknowledged") and line["disposition"] not in CASES:
            return "no case"
        wrong = "victim@" if self.expect == "anywhere" else ""
        if any((wrong in item["to"]) if wrong else (item["to"] != self.sender) for item in letters):
            return f"a letter to another address: {letters}"
        doubted = line["disposition"] == "REVIEW" and "review_band" in line["reasons"]
        if self.expect == "acknowledged" and not doubted and (line["disposition"] != "OPEN_CASE" or not letters):
            return "a request that was not acknowledged"
        return ""


@dataclass(slots=True)
class Draft:
    """A mail being written, line by line: what no library would write can stand in it."""

    rng: random.Random
    number: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    person: str = ""
    address: str = ""
    lang: str = ""

    def __post_init__(self) -> None:
        self.person = f"{self.pick(_NAMES)} {self.pick(_SURNAMES)}"
        local = self.person.lower().replace(" ", ".").encode("ascii", "ignore").decode()
        self.address = f"{local}.{self.number}@{self.pick(_HOSTS)}.example"
        self.lang = self.pick(LANGUAGES)

    def pick(self, items: Any) -> Any:
        return self.rng.choice(tuple(items))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def ref(self) -> str:
        return str(self.rng.randint(1_000, 999_999))

    def request(self) -> str:
        return str(self.pick(REQUESTS[self.lang]))

    def away(self) -> str:
        return str(self.pick(AWAY[self.lang])).format(d=f"{self.rng.randint(1, 28)}.{self.rng.randint(1, 12)}.2026")

    def received(self) -> str:
        return str(self.pick(RECEIVED[self.lang])).format(n=self.ref())

    def unanswered(self) -> str:
        return str(self.pick(UNANSWERED[self.lang]))

    def you_wrote(self) -> str:
        return YOU_WROTE[self.lang]

    def hex(self, digits: int = 32) -> str:
        return "".join(self.rng.choice("0123456789abcdef") for _ in range(digits))

    def add(self, *pairs: tuple[str, str]) -> "Draft":
        self.fields += pairs
        return self

    def plain(self, **other: str | None) -> "Draft":
        """The usual header. A name given here replaces the value; None leaves the field out."""
        usual: dict[str, str | None] = {
            "Return-Path": f"<{self.address}>",
            "From": f"{self.person} <{self.address}>",
            "To": OWN,
            "Subject": self.pick(_SUBJECTS),
            "Date": f"Mon, 23 Nov 2026 {self.rng.randint(7, 19):02d}:{self.rng.randint(0, 59):02d}:00 +0100",
            "Message-ID": f"<{self.hex(20)}.{self.number}@mail.example>",
            "MIME-Version": "1.0",
        }
        usual |= {name.replace("_", "-"): value for name, value in other.items()}
        return self.add(*((name, value) for name, value in usual.items() if value is not None))

    def machine(self, **other: str | None) -> "Draft":
        """A header without any sign of a machine but what is given."""
        return self.plain(**other)

    def header(self) -> bytes:
        return b"".join(f"{name}: {value}\r\n".encode("utf-8", "surrogateescape") for name, value in self.fields)

    def raw(self, body: str | bytes, *, encode: bool = True) -> bytes:
        """The mail with one text part."""
        octets = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        named = {name.lower() for name, _ in self.fields}
        if "content-type" not in named and encode:
            self.add(("Content-Type", "text/plain; charset=utf-8"))
            if self.chance(0.3):
                self.add(("Content-Transfer-Encoding", "base64"))
                octets = base64.encodebytes(octets.replace(b"\r\n", b"\n"))
            else:
                self.add(("Content-Transfer-Encoding", "8bit"))
        return self.header() + b"\r\n" + octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def parts(self, parts: list[bytes], subtype: str = "mixed", parameters: str = "") -> bytes:
        """The mail with several parts, each with its own header."""
        boundary = f"=_{self.hex(12)}"
        self.add(("Content-Type", f'multipart/{subtype}; {parameters}boundary="{boundary}"'))
        return self.header() + b"\r\n" + joined(parts, boundary)

    def to(self, family: str, raw: bytes, expect: str, sender: str = "") -> Hostile:
        return Hostile(family, raw, expect, sender or self.address.lower())


def joined(parts: list[bytes], boundary: str) -> bytes:
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def part(kind: str, body: str | bytes, *extra: str) -> bytes:
    octets = body.encode("utf-8") if isinstance(body, str) else body
    lines = [f"Content-Type: {kind}", *extra]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


Family = Callable[[Draft], Hostile]
FAMILIES: dict[str, Family] = {}


def family(make: Callable[[Draft], tuple[bytes, str]]) -> Family:
    """Registers a family: a function from a draft to the octets and what is owed."""
    name = make.__name__

    def made(draft: Draft) -> Hostile:
        raw, expect = make(draft)
        assert expect in EXPECTED
        return draft.to(name, raw, expect)

    FAMILIES[name] = made
    return made


def mails(count: int, seed: int = 41, only: str = "") -> Iterator[Hostile]:
    """`count` mails, all families in turn, so that a short run sees each of them. The same for the same seed."""
    from tests.support import hostile_bodies, hostile_machines, hostile_people  # noqa: F401 - they register

    names = [name for name in FAMILIES if not only or name in only.split(",")]
    for number in range(count):
        name = names[number % len(names)]
        rng = random.Random(zlib.crc32(f"{seed}:{number}:{name}".encode()))
        yield FAMILIES[name](Draft(rng, number))


def write(folder: Path, count: int, seed: int = 41, only: str = "") -> dict[str, Hostile]:
    """The mails as files, by the paths that `import --json` names."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Hostile] = {}
    for number, mail in enumerate(mails(count, seed, only)):
        path = folder / f"{number:06d}-{mail.family}.eml"
        path.write_bytes(mail.raw)
        made[str(path)] = mail
    return made


_NAMES = ("Anna", "Béla", "Chloé", "Dimitra", "Erik", "Fiona", "Grzegorz", "Hanna", "Ivo", "Jeanne", "Katrin", "Luca")
_SURNAMES = ("Noel", "Kovacs", "Marten", "Sorensen", "Ivanova", "Rossi", "Novak", "Dubois", "Lehtinen", "Byrne")
_HOSTS = ("courrier", "posta", "mailbox", "webmel", "poczta", "brief", "mailo")
_SUBJECTS = ("Mes données", "Request", "Anfrage", "Question", "Bonjour", "Mi cuenta", "My account", "Richiesta")
