"""`classify` and `evaluate`: texts prepared exactly as the daemon does, without a case, a mailbox or a setting."""

import re
from dataclasses import dataclass
from typing import Any, TextIO

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.jsonl import Joined, classify_jsonl, classify_record
from intake_bot.classifier.verdict import Verdict
from intake_bot.mail.charset import clean, mapped
from intake_bot.mail.content import html_speaks
from intake_bot.mail.html import html_to_text
from intake_bot.mail.phrases import REPLY_SUBJECT
from intake_bot.mail.reply import split_reply
from intake_bot.mail.signature import unsigned

_SUBJECT = re.compile(r"(?:subject|objet|betreff|asunto|oggetto)\s?:", re.I)


@dataclass(frozen=True, slots=True)
class Parts:
    """Subject and new text as the daemon reads them, and the mails passed on."""

    subject: Joined
    new: Joined
    forwarded: Joined


def prepare(record: dict[str, Any]) -> Parts:
    """Subject, new text without quotes and signature, and forwarded text, of a record with subject and body."""
    subject, subject_places = mapped(record["subject"])
    text, places = mapped(record["body"])
    reply = split_reply(text, subject=subject, is_reply=bool(REPLY_SUBJECT.match(subject)))
    return Parts(
        Joined.of(subject, ((0, len(subject)),), subject_places),
        Joined.of(text, unsigned(text, reply.spans), places),
        Joined.of(text, reply.forwarded, places),
    )


def cut(subject: str, body: str) -> tuple[str, str]:
    """The new text and the forwarded text of a body, for training and measuring as the daemon reads."""
    parts = prepare({"subject": subject, "body": body})
    return parts.new.text, parts.forwarded.text


def jsonl(source: TextIO, target: TextIO) -> int:
    """One line out for each line in, in order, flushed; returns how many lines were bad. Raises ModelMissing."""
    return classify_jsonl(source, target, Classifier.load(), prepare, _instead)


def _instead(body: str, html: str) -> str | None:
    """The text of the HTML where the daemon would read it in the place of the plain text, else None."""
    return clean(html_to_text(html)) if html_speaks(clean(body).strip(), [html]) else None


def of_text(text: str) -> Verdict:
    """The verdict on one plain text; a first line "Subject: ..." is the subject. Raises ModelMissing."""
    subject = ""
    first, _, rest = text.partition("\n")
    if _SUBJECT.match(first):
        subject, text = first.partition(":")[2].strip(), rest
    return classify_record({"subject": subject, "body": text}, Classifier.load(), prepare)
