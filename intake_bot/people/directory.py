"""Known persons, looked up by address and by the details given. For the DPO's eyes; never revealed to a sender."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from intake_bot.errors import IntakeError

#: Candidates that one lookup gives at most: more only says that the details fit too many.
MAX_MATCHES = 20


class DirectoryError(IntakeError):
    """The directory of known persons did not answer; the DPO has to search."""


@dataclass(frozen=True, slots=True)
class Person:
    """A record of somebody known. `address` is lower-cased; empty values were not given."""

    reference: str  # of the account or record, to find it again
    address: str
    name: str = ""
    client: str = ""
    phone: str = ""
    invoices: tuple[str, ...] = ()
    shared: bool = False  # a role mailbox or a shared account
    alive: bool = True  # mail to the address arrives; False once it is known to be dead


@dataclass(frozen=True, slots=True)
class Details:
    """What a mail says of its writer, besides the address."""

    names: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # of an account or an invoice
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # named in the text, such as a former one

    @property
    def empty(self) -> bool:
        return not (self.names or self.clients or self.references or self.phones or self.addresses)


class Directory(Protocol):
    """A source of known persons. Read-only. Raises DirectoryError when it cannot answer."""

    name: str

    def by_address(self, address: str) -> Sequence[Person]:
        """The persons registered under an address (lower case)."""

    def by_details(self, details: Details) -> Sequence[Person]:
        """The persons that any of the details may fit; `agreement` says how well."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The result for one mail. `searched` is False when no directory is configured or one did not answer."""

    searched: bool = False
    registered: tuple[Person, ...] = ()  # under the address that wrote
    matches: tuple[Person, ...] = ()  # that the details fit equally well
    agreeing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # reference -> which details agree
    problems: tuple[str, ...] = ()

    @property
    def known(self) -> Person | None:
        """The one person of the address that wrote."""
        return self.registered[0] if len(self.registered) == 1 else None

    @property
    def match(self) -> Person | None:
        """The one person that the details fit with certainty: a reference of theirs, or two details at once."""
        if len(self.matches) != 1:
            return None
        found = self.agreeing.get(self.matches[0].reference, ())
        return self.matches[0] if "reference" in found or "address" in found or len(found) > 1 else None

    @property
    def found(self) -> bool:
        return bool(self.registered or self.matches)


def look_up(directories: Sequence[Directory], address: str, details: Details) -> Lookup:
    """Ask all directories. A failing one makes the whole lookup incomplete and is told in `problems`."""
    registered: dict[str, Person] = {}
    candidates: dict[str, Person] = {}
    problems = []
    for directory in directories:
        try:
            for person in directory.by_address(address.lower()) if address else ():
                registered.setdefault(person.reference or person.address, person)
            for person in directory.by_details(details) if not details.empty else ():
                candidates.setdefault(person.reference or person.address, person)
        except DirectoryError as error:
            problems.append(f"{directory.name}: {error}")
    agreeing = {person.reference: agreement(person, details) for person in candidates.values()}
    weight = {reference: _weight(facts) for reference, facts in agreeing.items()}
    best = max(weight.values(), default=0)
    matches = tuple(person for person in candidates.values() if best and weight[person.reference] == best)
    return Lookup(
        searched=bool(directories) and not problems,
        registered=tuple(registered.values()),
        matches=matches[:MAX_MATCHES],
        agreeing=agreeing,
        problems=tuple(problems),
    )


def agreement(person: Person, details: Details) -> tuple[str, ...]:
    """Which details agree with a record: address, reference, name, phone, client."""
    facts = []
    if person.address and person.address in {item.lower() for item in details.addresses}:
        facts.append("address")
    own = {_bare(item) for item in (person.reference, *person.invoices) if item}
    if own & {_bare(item) for item in details.references}:
        facts.append("reference")
    if person.name and any(same_name(person.name, item) for item in details.names):
        facts.append("name")
    if person.phone and digits(person.phone) in {digits(item) for item in details.phones}:
        facts.append("phone")
    if person.client and plain(person.client) in {plain(item) for item in details.clients}:
        facts.append("client")
    return tuple(facts)


def _weight(facts: tuple[str, ...]) -> int:
    worth = {"address": 4, "reference": 4, "name": 2, "phone": 2, "client": 0}
    total = sum(worth[item] for item in facts)
    return total + 1 if total and "client" in facts else total


def plain(text: str) -> str:
    """Lower case without accents and punctuation, on one line."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in folded if not unicodedata.combining(sign))
    return " ".join(kept.split())


def same_name(one: str, other: str) -> bool:
    """Whether two names hold the same words in any order: "MARTIN Jeanne" and "Jeanne Martin"."""
    words = plain(one).split()
    return len(words) > 1 and sorted(words) == sorted(plain(other).split())


def digits(phone: str) -> str:
    """The last nine digits of a phone number, which country and trunk prefixes leave alone."""
    return re.sub(r"\D", "", phone)[-9:]


def _bare(reference: str) -> str:
    return re.sub(r"[^a-z0-9]", "", plain(reference))


def person_from(record: Mapping[str, Any]) -> Person:
    """A person from a row with the columns reference, address, name, client, phone, invoices, shared, alive.

    `invoices` is a list or text separated by semicolons; shared and alive are yes/no. Unknown columns are ignored.
    Raises DirectoryError when there is neither an address nor a reference.
    """
    text = {
        key: str(record.get(key) or "").strip()[:300] for key in ("reference", "address", "name", "client", "phone")
    }
    if not (text["address"] or text["reference"]):
        raise DirectoryError("a record has neither address nor reference")
    invoices = record.get("invoices") or ()
    listed = invoices.split(";") if isinstance(invoices, str) else list(invoices)
    return Person(
        reference=text["reference"] or text["address"].lower(),
        address=text["address"].lower(),
        name=text["name"],
        client=text["client"],
        phone=text["phone"],
        invoices=tuple(str(item).strip()[:100] for item in listed if str(item).strip()),
        shared=_yes(record.get("shared"), default=False),
        alive=_yes(record.get("alive"), default=True),
    )


def _yes(value: Any, *, default: bool) -> bool:
    if value is None or value == "":
        return default
    return str(value).strip().lower() in {"1", "yes", "true", "oui", "vrai", "y", "o"}
