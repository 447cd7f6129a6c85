"""The address that is verified for the person of a case: the only one to which personal data may go.

Anything personal goes to the registered address or into the account, so that a spoofed sender gains nothing; a mail
never binds a new address by itself (GDPR arts 5(1)(f), 12(6); EDPB Guidelines 01/2022, paras 63 to 71).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from intake_bot.cases.events import EventType
from intake_bot.rights import Right
from intake_bot.service.dossier import Dossier

#: Rows of the identity ladder in which the writing address is the registered one, authenticated, nothing against it.
REGISTERED_ROWS = frozenset({"7", "10", "11"})


def verified_address(dossier: Dossier, right: Right, mails: Iterable[Mapping[str, Any]]) -> str:
    """The verified address for a right that discloses, "" when there is none. `mails`: those that the case keeps.

    The last word counts: a person who verified an address, the ladder that found the registered one, a reply from it
    that settled the question; a question asked or a denial since then takes it back.
    """
    address = ""
    for fact in dossier.of(EventType.IDENTITY_DECIDED, EventType.ADDRESSEE_CHOSEN):
        told = fact.payload
        if fact.type is EventType.ADDRESSEE_CHOSEN:
            address = str(told["address"]) if str(told.get("verified", "")).strip() else ""
        elif not fact.concerns(right):
            continue
        elif told.get("settled"):
            address = _writer(mails, str(told.get("message_id", "")))
        elif told.get("denied") or not told.get("answer_to"):
            registered = told.get("rows", {}).get(str(right)) in REGISTERED_ROWS
            address = dossier.sender if registered else ""
    return address.lower()


def _writer(mails: Iterable[Mapping[str, Any]], message_id: str) -> str:
    """Who sent the mail of a case that has this Message-ID, "" when it is not kept."""
    for mail in mails:
        content = mail["content"] or {}
        if message_id and content.get("message_id") == message_id and content.get("senders"):
            return str(content["senders"][0].get("address", ""))
    return ""
