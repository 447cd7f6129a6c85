"""What is kept of a mail once its case is decided: its line of the ledger, and its text under the key of the case."""

import json

from intake_bot.cases import casefile
from intake_bot.cases.case import Case
from intake_bot.cases.intake import Decision
from intake_bot.cases.ports import KeptMail, LedgerEntry
from intake_bot.service.reading import Glance
from intake_bot.store.store import Store


def ledger_entry(
    store: Store, glance: Glance, decision: Decision, *, content_key: bytes, case_id: str | None, source: str
) -> LedgerEntry:
    """The line of a mail. Addresses and Message-IDs become keyed hashes; scores below a hundredth are left out."""
    message, verdict, index = glance.message, glance.verdict, store.keyring.index
    scores = None
    if verdict is not None:
        scores = json.dumps({label: round(score, 4) for label, score in verdict.scores.items() if score >= 0.01})
    return LedgerEntry(
        position=message.position,
        disposition=str(decision.disposition),
        reasons=decision.reasons,
        received_at=message.received_at,
        source=source,
        size=message.size,
        content_key=content_key,
        message_id_key=index("message-id", message.message_id) if message.message_id else None,
        sender_key=index("address", message.sender.address) if message.sender.address else None,
        case_id=case_id,
        route=verdict.route if verdict else None,
        scores=scores,
        lang=verdict.lang if verdict else None,
        model_version=verdict.model_version if verdict else None,
    )


def keep(
    store: Store, case: Case, glance: Glance, ledger_id: int | None, *, role: str, original: bytes | None = None
) -> None:
    """Keep a mail in its case. role: request | follow_up | colleague."""
    message = glance.message
    content = casefile.kept_content(message, glance.verdict)
    mail = KeptMail(message.position, role, message.received_at, content, original)
    store.correspondence.keep_mail(case.id, store.cases.key_of(case.id), mail, ledger_id)
