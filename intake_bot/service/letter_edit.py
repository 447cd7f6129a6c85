"""Other words in a letter that waits: text and HTML are made anew, every header stays."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from intake_bot.cases.letters import html_body


def text_of(raw: bytes) -> str:
    """The plain text of a letter."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


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
