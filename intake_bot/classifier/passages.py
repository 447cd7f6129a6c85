"""The passages of a mail that the encoder reads one by one: the subject, then the windows of the body."""

from intake_bot.classifier.forms import chosen
from intake_bot.classifier.sentences import split
from intake_bot.classifier.windows import bounded, normalise, windows


def passages(subject: str, body: str) -> list[str]:
    """Normalised passages of a mail, at least one; the same ones that the pipeline makes at run time."""
    found = [normalise(part) for text in (subject, body) for part in _windows(text)]
    return [text for text in found if text] or [""]


def _windows(text: str) -> list[str]:
    text = chosen(text)
    kept, _ = bounded(windows(split(text)))
    return [text[window.start : window.end] for window in kept]
