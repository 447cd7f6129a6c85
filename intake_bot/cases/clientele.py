"""Joint controllers: which client a request concerns, and whether that client has to hear of it. Pure.

GDPR art. 26(3): "Irrespective of the terms of the arrangement [...], the data subject may exercise his or her rights
under this Regulation in respect of and against each of the controllers." So a client never delays an answer. Telling a
client means telling an employer: the default is not to, for access, for complaints and for people who have left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from intake_bot.errors import IllegalTransition
from intake_bot.rights import Right


class ClientRow(Protocol):
    """A row of the table of clients (people.clients.Client)."""

    @property
    def name(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def arranged_on(self) -> date | None: ...
    def who_answers(self, right: Right) -> str: ...
    def role_for(self, purpose: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Further columns of the table: who administers the client's account, and whether its contract runs."""

    administrators: tuple[str, ...] = ()  # addresses, lower case
    contract: str = ""  # "running", the last day as YYYY-MM-DD, or "" where nobody knows

    def only_administrator(self, address: str) -> bool:
        """Whether without this address nobody administers the account any more."""
        return self.administrators == (address.lower(),)

    def running(self, today: date) -> bool:
        """Whether the contract runs on this local day; False where nobody knows."""
        if self.contract == "running":
            return True
        try:
            return date.fromisoformat(self.contract) >= today
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a client has to hear of a request, and why (French, English)."""

    needed: bool
    french: str
    english: str

    def text(self, lang: str) -> str:
        return self.french if lang == "fr" else self.english


#: Rights for which an employer has nothing to do or to know: the answer is ours, and asking tells on the person.
_NOT_NEEDED = frozenset({Right.ACCESS, Right.PRIVACY_COMPLAINT, Right.PRIVACY_QUESTION, Right.RECIPIENTS_NOTIFICATION})


def need(client: ClientRow, rights: Iterable[Right], *, left: bool = False) -> Need:
    """Whether the client has to be told. `left`: the person says that they have left this employer."""
    asked = tuple(rights)
    if left:
        return Need(
            False,
            "la personne a quitté ce client : l'employeur n'a pas à l'apprendre",
            "the person has left this client: the employer need not learn of it",
        )
    if all(right in _NOT_NEEDED for right in asked):
        return Need(
            False,
            "pour un accès ou une réclamation, prévenir le client apprendrait la demande à l'employeur",
            "for access or a complaint, telling the client would tell the employer of the request",
        )
    if all(client.who_answers(right) == "us" for right in asked):
        return Need(False, "selon l'accord conclu, nous répondons seuls", "under the arrangement we answer alone")
    return Need(
        True,
        "l'accord conclu prévoit que le client agit ou répond aussi",
        "the arrangement has the client act or answer as well",
    )


def must_allow(client: ClientRow | None, found: Need | None, despite: str) -> None:
    """Whether a letter to the client may be prepared at all. `despite`: why, where it is not needed.

    Raises IllegalTransition: no client, no arrangement, no agreed contact, not needed.
    """
    if client is None:
        raise IllegalTransition(
            "no client of the table is concerned: name it exactly as the table of clients does",
            "aucun client de la table n’est concerné : donnez son nom exact, tel que la table des clients l’écrit",
            field="client", aside="CLIENTS_FILE",
        )  # fmt: skip
    if client.arranged_on is None:
        raise IllegalTransition(
            f"no arrangement with {client.name} is in the table of clients: nothing is sent (GDPR 26(1)). Have it "
            "entered first",
            f"la table des clients n’indique pas d’accord conclu avec {client.name} : rien n’est envoyé (RGPD, "
            "art. 26(1)). Faites d’abord inscrire sa date",
            field="client", aside="arranged_on is empty",
        )  # fmt: skip
    if not client.contact:
        raise IllegalTransition(
            f"the table of clients names no agreed contact of {client.name}: have it entered first",
            f"la table des clients ne nomme aucun contact convenu avec {client.name} : faites-le d’abord inscrire",
            field="client",
        )
    if found is not None and not found.needed and not despite.strip():
        raise IllegalTransition(
            f"telling {client.name} is not needed: {found.english}; say why it is, or leave it",
            f"prévenir {client.name} n’est pas nécessaire : {found.french} ; dites pourquoi il le faut, ou renoncez",
            field="despite",
        )


def named_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The clients whose name stands in a text as whole words, case aside."""
    words = f" {' '.join(''.join(sign if sign.isalnum() else ' ' for sign in text.casefold()).split())} "
    found = []
    for name in names:
        plain = " ".join("".join(sign if sign.isalnum() else " " for sign in name.casefold()).split())
        if len(plain) > 3 and f" {plain} " in words:
            found.append(name)
    return tuple(found)


def who_answers(client: ClientRow, rights: Sequence[Right]) -> tuple[tuple[Right, str], ...]:
    """What the person is told of who answers what (GDPR art. 26(2)): right -> client, us or both."""
    return tuple((right, client.who_answers(right)) for right in rights)


def standing_from(row: Mapping[str, str | None]) -> Standing:
    """The further columns `administrators` (addresses with semicolons) and `contract` of a row."""
    listed = (row.get("administrators") or "").replace(";", " ").split()
    return Standing(tuple(item.strip().lower() for item in listed), (row.get("contract") or "").strip().lower())
