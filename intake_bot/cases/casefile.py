"""The opening of a case and what it keeps of a mail, as plain values for the vault. Pure."""

from datetime import datetime
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import CaseStatus, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.intake import Decision, Disposition, Facts
from intake_bot.classifier.verdict import Verdict
from intake_bot.law.calendars import FIRST_YEAR
from intake_bot.law.events import CLAIMED_EARLIER_RECEIPT
from intake_bot.mail.inbound import InboundMessage, Mailbox

#: Characters of text that a case keeps of one mail; the original keeps all.
TEXT_LIMIT = 200_000


def opening(
    facts: Facts, decision: Decision, *, at: datetime, zone: str, jurisdiction: str, silent: bool,
    authentication: dict[str, Any], actor: str = "bot", claimed: datetime | None = None,
) -> NewEvent:  # fmt: skip
    """The first event of a case that a mail opens. The clock starts at receipt, in the review band too.

    `claimed`: an earlier receipt that nobody but the mail itself vouches for; it drives the safe date only.
    """
    message, verdict = facts.message, facts.verdict
    review = decision.disposition is Disposition.REVIEW
    status = CaseStatus.FOUND if silent else CaseStatus.UNCONFIRMED if review else CaseStatus.OPEN
    rights: list[dict[str, Any]] = [{"right": str(right), "status": str(RightStatus.OPEN)} for right in decision.rights]
    rights += [{"right": str(right), "status": str(RightStatus.UNCONFIRMED)} for right in decision.unconfirmed]
    dates = [*_claims(facts), *([claimed] if claimed else [])]
    if dates:
        mark = [CLAIMED_EARLIER_RECEIPT, clock.to_text(min(dates))]
        rights = [{**item, "clock_events": [mark]} for item in rights]
    return NewEvent(
        EventType.OPENED,
        actor,
        at,
        {
            "received_at": clock.to_text(message.received_at),
            "channel": "mail",
            "status": str(status),
            "hold": list(decision.reasons) if decision.disposition is Disposition.HOLD else [],
            "lang": verdict.lang if verdict else "",
            "zone": zone,
            "jurisdiction": jurisdiction,
            "rights": rights,
            "disposition": str(decision.disposition),
            "reasons": list(decision.reasons),
            "claims_case": decision.case_id,
            "message_id": message.message_id,
            "sender": _mailbox(message.sender),
            "scores": dict(verdict.scores) if verdict else {},
            "model_version": verdict.model_version if verdict else "",
            "authentication": authentication,
            "inner_dates": [clock.to_text(day) for day in dates],
        },
    )


def _claims(facts: Facts) -> list[datetime]:
    """When a passed-on request says that it was written: the clock may run from there (GDPR arts 12(3), 26(3))."""
    message = facts.message
    if not (facts.forwarded_only or facts.internal_sender or facts.client_sender):
        return []  # what a person encloses of her own dates nothing
    dates = (part.date for part in message.forwarded if part.date)
    return [day for day in dates if day.year >= FIRST_YEAR and day < message.received_at]


def kept_content(message: InboundMessage, verdict: Verdict | None) -> dict[str, Any]:
    """What a case shows of a mail."""
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "senders": [_mailbox(item) for item in message.senders],
        "reply_to": [_mailbox(item) for item in message.reply_to],
        "to": [_mailbox(item) for item in message.to],
        "cc": [_mailbox(item) for item in message.cc],
        "claimed_date": clock.to_text(message.claimed_date) if message.claimed_date else None,
        "text": message.text[:TEXT_LIMIT],
        "new_text": message.new_text[:TEXT_LIMIT],
        "references": list(message.references),
        "forwarded": [
            {"sender": _mailbox(part.sender) if part.sender else None, "subject": part.subject}
            for part in message.forwarded
        ],
        "attachments": [
            {"filename": item.filename, "content_type": item.content_type, "size": item.size, "section": item.section}
            for item in message.attachments
        ],
        "unreadable": message.unreadable,
        "defects": list(message.defects),
        "verdict": verdict.to_json() if verdict else None,
    }


def verdict_of(content: dict[str, object] | None) -> Verdict | None:
    """The verdict kept with a mail, None when there is none or a newer version wrote it."""
    kept = (content or {}).get("verdict")
    if not isinstance(kept, str):
        return None
    try:
        return Verdict.from_json(kept)
    except (ValueError, KeyError, TypeError):
        return None


def headline(decision: Decision, lang: str) -> str:
    """The first sentence of a notification."""
    french = {
        Disposition.OPEN_CASE: "Une demande a été reconnue et un dossier est ouvert.",
        Disposition.HOLD: "Un message demande l'intervention d'une personne : aucune lettre n'est partie.",
        Disposition.REVIEW: "Un message pourrait être une demande : à vous de confirmer. Le délai court.",
        Disposition.FOLLOW_UP: "Un message est arrivé dans un dossier.",
    }
    english = {
        Disposition.OPEN_CASE: "A request was recognised and a case is open.",
        Disposition.HOLD: "A mail needs a person: no letter went out.",
        Disposition.REVIEW: "A mail may be a request: please confirm. The clock runs.",
        Disposition.FOLLOW_UP: "A mail arrived in a case.",
    }
    return (french if lang == "fr" else english)[decision.disposition]


def _mailbox(item: Mailbox) -> dict[str, str]:
    return {"address": item.address, "name": item.name}
