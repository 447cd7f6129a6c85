"""The mails and letters of a case as pages show them: text only, attachments for download only."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from intake_bot import clock
from intake_bot.cases.casefile import verdict_of
from intake_bot.classifier.verdict import Evidence, Verdict
from intake_bot.desk.evidence import Stretch, marked
from intake_bot.mail.mime import read_mime
from intake_bot.service import letter_edit
from intake_bot.store.outbox import Letter
from intake_bot.store.register import RegisterStore
from intake_bot.store.store import Store


@dataclass(frozen=True, slots=True)
class MailView:
    """A kept mail. `erased` when its key was destroyed: then all else of its content is empty."""

    id: str
    role: str
    received_at: datetime
    erased: bool
    subject: list[Stretch]
    text: list[Stretch]
    elsewhere: list[Evidence]  # sentences that stood in a forwarded part
    quoted: str  # what the mail holds beyond its own text
    senders: list[dict[str, str]]
    reply_to: list[dict[str, str]]
    to: list[dict[str, str]]
    claimed_at: datetime | None
    attachments: list[dict[str, Any]]
    unreadable: str
    verdict: Verdict | None
    lang: str  # of the text, "" where nothing read it
    original: bool


def views(store: Store, register: RegisterStore, case_id: str) -> list[MailView]:
    """The mails of a case, oldest first."""
    originals = register.originals(case_id)
    return [_view(mail, mail["id"] in originals) for mail in store.correspondence.mails(case_id)]


def _view(mail: dict[str, Any], original: bool) -> MailView:
    content = mail["content"] or {}
    verdict = verdict_of(content)
    evidence = verdict.evidence if verdict else ()
    text, elsewhere = marked(content.get("new_text", ""), evidence, "body")
    subject, _ = marked(content.get("subject", ""), evidence, "subject")
    whole, own = content.get("text", ""), content.get("new_text", "")
    claimed = content.get("claimed_date")
    return MailView(
        id=mail["id"],
        role=mail["role"],
        received_at=clock.from_text(mail["received_at"]),
        erased=mail["content"] is None,
        subject=subject,
        text=text,
        elsewhere=elsewhere,
        quoted=whole if len(whole.strip()) > len(own.strip()) + 20 else "",
        senders=content.get("senders", []),
        reply_to=content.get("reply_to", []),
        to=content.get("to", []),
        claimed_at=clock.from_text(claimed) if claimed else None,
        attachments=content.get("attachments", []),
        unreadable=content.get("unreadable", ""),
        verdict=verdict,
        lang=verdict.lang if verdict else "",
        original=original,
    )


def sender_line(store: Store, case_id: str) -> tuple[str, str]:
    """(who, subject) of the first mail of a case, empty when it has none or was erased."""
    for mail in store.correspondence.mails(case_id):
        content = mail["content"]
        if content is None:
            return "", ""
        first: dict[str, str] = next(iter(content.get("senders", [])), {})
        return first.get("name") or first.get("address", ""), content.get("subject", "")
    return "", ""


def part(original: bytes, section: str) -> bytes | None:
    """The decoded octets of one part of a mail, by its IMAP section number (RFC 3501 6.4.5)."""
    root, _ = read_mime(original)
    return next((item.payload() for item in root.walk() if item.section == section), None)


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter as it goes out, without the tokens of signed links. `text` and `version` are empty once erased."""

    letter: Letter
    subject: str
    sender: str
    reply_to: str
    text: str
    version: str  # of its words, for the forms


def letter_view(letter: Letter) -> LetterView:
    raw = letter_edit.shown(letter)
    if raw is None:
        return LetterView(letter, "", "", "", "", "")
    message = message_from_bytes(raw, policy=policy.default)
    return LetterView(
        letter,
        str(message["Subject"] or ""),
        str(message["From"] or ""),
        str(message["Reply-To"] or ""),
        letter_edit.text_of(raw),
        letter_edit.version(letter),
    )
