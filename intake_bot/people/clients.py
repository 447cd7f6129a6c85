"""The table of clients: who they are, and what the arrangement says of who answers what (GDPR art. 26(1)-(2)).

"The essence of the arrangement shall be made available to the data subject" (26(2)); a person may nevertheless turn to
either controller (26(3)), so nothing here ever delays or refuses a request.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from intake_bot.errors import IntakeError
from intake_bot.rights import Right

COLUMNS = ("name", "domains", "contact", "arranged_on", "answers", "roles")
#: Who answers a right: the client, we, or both together.
PARTIES = frozenset({"client", "us", "both"})
#: What we are for a purpose.
ROLES = frozenset({"joint", "sole", "processor"})


@dataclass(frozen=True, slots=True)
class Client:
    """One client. `domains` are lower-cased mail domains; `arranged_on` is the date of the arrangement, if any."""

    name: str
    domains: tuple[str, ...] = ()
    contact: str = ""  # where a request or a question about its receipt goes
    arranged_on: date | None = None
    answers: tuple[tuple[str, str], ...] = ()  # right (or "*") -> party
    roles: tuple[tuple[str, str], ...] = ()  # purpose (or "*") -> our role

    def who_answers(self, right: Right) -> str:
        """client, us or both; "us" where nothing was arranged: whoever receives the request keeps the deadline."""
        arranged = dict(self.answers)
        return arranged.get(str(right), arranged.get("*", "us"))

    def role_for(self, purpose: str) -> str:
        """joint, sole or processor; "joint" where the table says nothing (privacy policy, section on roles)."""
        known = dict(self.roles)
        return known.get(purpose, known.get("*", "joint"))


class Clients:
    """All clients, found by mail domain or by name."""

    def __init__(self, clients: tuple[Client, ...] = ()) -> None:
        self.all = clients
        self._by_domain = {domain: client for client in clients for domain in client.domains}

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(self._by_domain)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(client.name for client in self.all)

    def of_address(self, address: str) -> Client | None:
        """The client in whose domain, or below it, an address lies."""
        labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
        found = (self._by_domain.get(".".join(labels[start:])) for start in range(len(labels) - 1))
        return next((client for client in found if client is not None), None)


def load_clients(path: Path) -> Clients:
    """Read the CSV table (columns of COLUMNS; lists separated by semicolons, pairs as `access=client`).

    Raises IntakeError naming the line and what is wrong with it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            rows = list(table)
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise IntakeError(f"the table of clients {path} cannot be read: {error}") from error
    if "name" not in (table.fieldnames or ()):
        raise IntakeError(f"{path}: its first line names the columns, separated by commas: {', '.join(COLUMNS)}")
    return Clients(tuple(_client(row, f"{path}, line {number}") for number, row in enumerate(rows, 2)))


def _client(row: dict[str, str | None], place: str) -> Client:
    text = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not text["name"]:
        raise IntakeError(f"{place}: a client needs a name")
    try:
        arranged = date.fromisoformat(text["arranged_on"]) if text["arranged_on"] else None
    except ValueError as error:
        raise IntakeError(f"{place}: arranged_on is a date such as 2026-01-31") from error
    rights = {str(right) for right in Right} | {"*"}
    return Client(
        name=text["name"],
        domains=tuple(item.strip().lower() for item in text["domains"].replace(";", " ").split()),
        contact=text["contact"],
        arranged_on=arranged,
        answers=_pairs(text["answers"], rights, PARTIES, f"{place}: answers"),
        roles=_pairs(text["roles"], None, ROLES, f"{place}: roles"),
    )


def _pairs(text: str, keys: set[str] | None, values: frozenset[str], place: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in filter(None, (part.strip() for part in text.split(";"))):
        key, _, value = (part.strip().lower() for part in item.partition("="))
        if (keys is not None and key not in keys) or value not in values:
            raise IntakeError(f"{place}: {item} is not KEY=VALUE with a value of {', '.join(sorted(values))}")
        pairs.append((key, value))
    return tuple(pairs)
