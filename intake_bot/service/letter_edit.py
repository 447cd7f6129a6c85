"""Other words in a letter that waits: text and HTML are made anew, every header stays."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from intake_bot.cases.letters import html_body
from intake_bot.errors import StoreError

#: Characters of an edited letter.
LONGEST = 20_000


def text_of(raw: bytes) -> str:
    """The plain text of a letter."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


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
