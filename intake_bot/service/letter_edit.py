"""The words of a letter: as a person may read them, and other ones: text and HTML are made anew, headers stay."""

import hashlib
from email import message_from_bytes, policy
from email.message import EmailMessage

from intake_bot.cases.letters import html_body
from intake_bot.errors import StoreError
from intake_bot.service.signing import without_tokens
from intake_bot.store.outbox import Letter

#: Characters of an edited letter.
LONGEST = 20_000


def text_of(raw: bytes) -> str:
    """The plain text of a letter."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def shown(letter: Letter) -> bytes | None:
    """The octets of a letter as others than its recipient may read them; None once erased.

    A letter to the desk may hold signed links, which act in the name of its recipient: their tokens are left out.
    """
    if letter.raw is None or letter.audience == "person":
        return letter.raw
    text = text_of(letter.raw)
    readable = without_tokens(text)
    return letter.raw if readable == text else with_text(letter.raw, readable)


def version(letter: Letter) -> str:
    """The SHA-256 of a letter in hexadecimal, by which a form tells which words were read; "" once erased."""
    return hashlib.sha256(letter.raw).hexdigest() if letter.raw is not None else ""


def new_words(text: str) -> str:
    """What a person wrote in the place of a letter, with plain line ends. Raises StoreError for nothing or too much."""
    text = text.replace("\r\n", "\n")
    if not text.strip() or len(text) > LONGEST:
        raise StoreError(
            "a letter needs words, and fewer than 20,000 characters: shorten or complete it",
            "une lettre demande des mots, et moins de 20 000 caractères : raccourcissez-la ou complétez-la",
            field="text",
        )
    return text


def with_text(raw: bytes, text: str) -> bytes:
    """The letter with another text."""
    old = message_from_bytes(raw, policy=policy.SMTP)
    new = EmailMessage(policy=policy.SMTP)
    for name, value in old.items():
        if not name.lower().startswith(("content-", "mime-version")):
            new[name] = value
    new.set_content(text.rstrip() + "\n", cte="quoted-printable")
    new.add_alternative(html_body(text), subtype="html", cte="quoted-printable")
    return new.as_bytes()
