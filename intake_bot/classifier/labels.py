"""The fourteen labels of the model, in the order of its outputs, and the groups in which they are counted."""

from intake_bot.rights import Right

#: Recipients' notification (art. 19) follows from other rights; nobody asks for it in words of its own.
LABELS: tuple[str, ...] = tuple(right.value for right in Right if right is not Right.RECIPIENTS_NOTIFICATION)
INDEX: dict[str, int] = {label: index for index, label in enumerate(LABELS)}

#: A mail with one of these is a rights request: it must reach open or review.
RIGHTS: tuple[str, ...] = (
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "objection_marketing",
    "automated_decision",
    "withdraw_consent",
    "post_mortem",
)

LANGUAGES: tuple[str, ...] = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""The official languages of the European Union (ISO 639-1)."""
