"""Whether a mail belongs to a case: by our Message-ID or token and a sender that already belongs to it."""

import re
from collections.abc import Sequence

from intake_bot.cases.case import CaseStatus
from intake_bot.cases.intake import Relation, ThreadMatch
from intake_bot.mail.inbound import InboundMessage
from intake_bot.service.letterbox import ASKED, COLLEAGUE_QUESTION
from intake_bot.store.store import Store

_TOKEN = re.compile(r"\+([0-9a-f]{32})@")


def references_of(message: InboundMessage) -> list[str]:
    """The keys by which a mail may refer to a case: reply tokens, then Message-IDs, the nearest first."""
    addresses = (*message.delivered_to, *(item.address for item in (*message.to, *message.cc)))
    tokens = [f"token:{found[1]}" for address in addresses if (found := _TOKEN.search(address))]
    return list(dict.fromkeys((*tokens, *message.in_reply_to, *reversed(message.references))))


def match(
    store: Store, message: InboundMessage, *, internal: bool, desk_addresses: frozenset[str], trusted: bool,
    authenticated: bool = False,
) -> ThreadMatch:  # fmt: skip
    """The relation of a mail to the cases. `trusted` is False when the sender's domain disowns the mail (DMARC)."""
    references, sender = references_of(message), message.sender.address
    found = store.correspondence.thread(references)
    if not found:
        answers_desk = trusted and sender in desk_addresses and _desk_letter(store, references)
        return ThreadMatch(Relation.DESK) if answers_desk else ThreadMatch()
    asked = next((case_id for case_id, kind in found if kind == ASKED), "")
    # Whoever of the house answers the question; from elsewhere only the colleague who was asked, authenticated.
    of_us = trusted and (internal or (authenticated and _was_asked(store, references, sender)))
    if asked and of_us and store.correspondence.role(asked, sender) != "person":
        return _with(store, Relation.ASKED, asked)
    if trusted and sender in desk_addresses and any(kind == "desk" for _, kind in found):
        return _with(store, Relation.DESK, next(case_id for case_id, kind in found if kind == "desk"))
    case_ids = list(dict.fromkeys(case_id for case_id, _ in found))
    if trusted:
        for case_id in case_ids:
            if store.correspondence.participates(case_id, sender):
                return _with(store, Relation.CASE, case_id)
        if internal:
            return _with(store, Relation.COLLEAGUE, case_ids[0])
    return _with(store, Relation.UNCONFIRMED, case_ids[0])


def _was_asked(store: Store, references: Sequence[str], sender: str) -> bool:
    if any(store.outbox.went_to(item, sender) == COLLEAGUE_QUESTION for item in references):
        return True
    owner = store.addresses.owner(store.addresses.key(sender))  # the letter may be erased with its case
    return owner is not None and owner.active


def _desk_letter(store: Store, references: Sequence[str]) -> bool:
    """Whether one of these is the digest or another letter to the desk that belongs to no case."""
    letters = (store.outbox.by_message_id(item) for item in references)
    return any(letter is not None and letter.audience == "desk" for letter in letters)


def _with(store: Store, relation: Relation, case_id: str) -> ThreadMatch:
    case = store.cases.case(case_id)
    if case is None:
        return ThreadMatch()
    # Asked again after its answer, a right is a new demand with a clock of its own; so is all that is asked in a case
    # that a backfill found (GDPR art. 12(3)).
    rights = frozenset(item.right for item in case.running)
    return ThreadMatch(relation, case.id, case.status not in (CaseStatus.CLOSED, CaseStatus.FOUND), rights)


def chaser(store: Store, message: InboundMessage, rights: Sequence[str], *, pressing: bool) -> ThreadMatch:
    """The open case that a person presses for in a mail of its own: same sender, same right, words of a reminder."""
    if not pressing or not rights or not message.sender.address:
        return ThreadMatch()
    for case_id in store.correspondence.case_ids_of(message.sender.address):
        case = store.cases.case(case_id)
        if case is None or case.status is CaseStatus.CLOSED:
            continue
        held = {str(item.right) for item in case.rights}
        if set(rights) <= held | {"privacy_complaint"} and held & set(rights):
            return _with(store, Relation.CHASER, case.id)
    return ThreadMatch()
