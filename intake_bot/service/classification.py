"""`classify` and `evaluate`: texts prepared exactly as the daemon does, without a case, a mailbox or a setting."""

import re
from dataclasses import dataclass
from typing import Any, TextIO

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.jsonl import Joined, classify_jsonl, classify_record
from intake_bot.classifier.verdict import Verdict
from intake_bot.mail.charset import clean, mapped
from intake_bot.mail.html import html_to_text
from intake_bot.mail.phrases import REPLY_SUBJECT
from intake_bot.mail.reply import split_reply
from intake_bot.mail.signature import unsigned

Span = tuple[int, int]

_SUBJECT = re.compile(r"(?:subject|objet|betreff|asunto|oggetto)\s?:", re.I)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the person's new text and the mails passed on stand in a body (code points)."""

    spans: tuple[Span, ...]
    forwarded: tuple[Span, ...]


def prepare(record: dict[str, Any]) -> Parts:
    """The new text without quotes and signature, and the forwarded text, of a record with subject and body."""
    subject, body = record["subject"], record["body"]
    text, places = mapped(body)
    reply = split_reply(text, subject=subject, is_reply=bool(REPLY_SUBJECT.match(subject)))
    own, forwarded = (
        tuple((places[start], places[end]) for start, end in spans)
        for spans in (unsigned(text, reply.spans), reply.forwarded)
    )
    return Parts(own, forwarded)


def cut(subject: str, body: str) -> tuple[str, str]:
    """The new text and the forwarded text of a body, for training and measuring as the daemon reads."""
    parts = prepare({"subject": subject, "body": body})
    return Joined.of(body, parts.spans).text, Joined.of(body, parts.forwarded).text


def jsonl(source: TextIO, target: TextIO) -> None:
    """One line out for each line in, in order, flushed. Raises ModelMissing."""
    classify_jsonl(source, target, Classifier.load(), prepare, lambda html: clean(html_to_text(html)))


def of_text(text: str) -> Verdict:
    """The verdict on one plain text; a first line "Subject: ..." is the subject. Raises ModelMissing."""
    subject = ""
    first, _, rest = text.partition("\n")
    if _SUBJECT.match(first):
        subject, text = first.partition(":")[2].strip(), rest
    return classify_record({"subject": subject, "body": text}, Classifier.load(), prepare)
