"""What the house knows beside the cases: recipients, policy, clients, read from tables that an administrator edits."""

import csv
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from intake_bot import clock, resources
from intake_bot.cases import clientele, names, policy
from intake_bot.cases.case import Case
from intake_bot.cases.clientele import Standing
from intake_bot.cases.names import Pair
from intake_bot.cases.policy import Advice, Policy
from intake_bot.cases.recipients import Recipients, recipients_from
from intake_bot.errors import IntakeError
from intake_bot.people.clients import Client, Clients, load_clients
from intake_bot.rights import Right
from intake_bot.service.office import Office


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(f"{path} cannot be read as TOML: {error}") from error


@lru_cache(maxsize=4)
def load_recipients(path: Path | None = None) -> Recipients:
    """The table of recipients. Raises IntakeError."""
    file = path or resources.data_dir() / "recipients.toml"
    return recipients_from(_toml(file), str(file))


@lru_cache(maxsize=4)
def load_policy(path: Path | None = None) -> Policy:
    """The policy. Raises IntakeError."""
    file = path or resources.data_dir() / "policy.toml"
    return policy.policy_from(_toml(file), str(file))


def load_standings(path: Path) -> dict[str, Standing]:
    """The columns of the table of clients that only erasure looks at, by client. Raises IntakeError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {(row.get("name") or "").strip(): clientele.standing_from(row) for row in csv.DictReader(file)}
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise IntakeError(f"the table of clients {path} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class Concern:
    """A client that a case may concern, and how it was recognised: domain (of the sender) or named (in the text)."""

    client: Client
    by: str


class Knowledge(Office):
    """What is known that bears on a case: shown to the DPO with its source, never decisive by itself."""

    def advice(
        self, ref: str, *, rights: Sequence[Right | str] = (), purposes: Sequence[str] = (), lang: str = ""
    ) -> tuple[Advice, ...]:
        """What policy and law say of the rights of a case, for each purpose. `lang`: that of the desk by default."""
        case, found = self._case(ref), load_policy()
        items = self._rights(case, rights) if rights or case.running else list(case.rights)
        words = lang or self._settings.desk_language
        return tuple(line for item in items for line in policy.advise(found, item.right, words, purposes))

    def clients(self) -> Clients:
        """The table of clients, empty when CLIENTS_FILE is not set."""
        path = self._settings.clients_file
        return load_clients(path) if path is not None else Clients()

    def concerned(self, ref: str) -> tuple[Concern, ...]:
        """The clients that a case may concern: the domain of the sender first, then those named in its mails."""
        case, table = self._case(ref), self.clients()
        address = self._dossier(case).sender
        found = [Concern(client, "domain") for client in filter(None, (table.of_address(address),)) if address]
        texts = " ".join(
            (mail["content"] or {}).get("new_text", "") for mail in self._store.correspondence.mails(case.id)
        )
        named = clientele.named_in(texts, table.names)
        known = {item.client.name for item in found}
        return tuple(
            found + [Concern(item, "named") for item in table.all if item.name in named and item.name not in known]
        )

    def erasure_risks(self, ref: str) -> tuple[str, ...]:
        """Why erasing the data of this person should wait: sentences in the language of the desk."""
        return self._worded(self._standing_risks(self._case(ref)))

    def _risks_of_erasing(self, case: Case) -> tuple[Pair, ...]:
        """The same and the order of the answers, in French and English."""
        return (*_order_risks(case), *self._standing_risks(case))

    def _worded(self, pairs: Iterable[Pair]) -> tuple[str, ...]:
        return tuple(self._say(*pair) for pair in pairs)

    def _standing_risks(self, case: Case) -> tuple[Pair, ...]:
        """The client's only administrator; a running contract (GDPR 17(1)(a) not met, 17(1)(b)-(f) may be)."""
        path = self._settings.clients_file
        if path is None:
            return ()
        standings, address = load_standings(path), self._dossier(case).sender
        today = clock.local_date(self._now(), case.zone)
        risks: list[Pair] = []
        for concern in self.concerned(case.ref):
            name, standing = concern.client.name, standings.get(concern.client.name, Standing())
            if address and standing.only_administrator(address):
                risks.append(
                    (
                        f"La personne administre seule {name} : faites-en désigner une autre avant d'effacer.",
                        f"The person alone administers {name}: have another one named before erasing.",
                    )
                )
            if standing.running(today):
                risks.append(
                    (
                        f"Le contrat avec {name} court : la condition de l'article 17(1)(a) n'est pas "
                        "remplie pour le compte.",
                        f"The contract with {name} runs: Article 17(1)(a) is not met for the account.",
                    )
                )
        return tuple(risks)


def _order_risks(case: Case) -> tuple[Pair, ...]:
    """Access before erasure: what is erased can no longer be given."""
    waiting = [names.right(item.right) for item in case.running if item.right in (Right.ACCESS, Right.PORTABILITY)]
    return tuple(
        (
            f"{french} est encore ouvert : ce qui est effacé ne pourra plus être communiqué.",
            f"{english} is still open: what is erased can no longer be given.",
        )
        for french, english in waiting
    )
