"""What was typed into a form that could not be taken: its page shows it again, so that nobody types it twice."""

from intake_bot.desk import words
from intake_bot.desk.visit import Visit

#: Kinds of fields in which a person writes; the others are chosen again at a glance.
_WRITTEN = frozenset({"line", "area", "mail", "moment", "day"})

#: Fields that are never shown: secrets, and what only the program reads.
_NEVER = frozenset({"csrf", "password", "code", "step", "once", "next"})


def unsent(visit: Visit) -> list[tuple[str, str]]:
    """(name in words, text) of what was written in the form of this visit, in its order. Files are none of it."""
    chosen = {
        item.name for action in visit.desk.actions.values() for item in action.fields if item.kind not in _WRITTEN
    }
    return [
        (words.word("fact", name, visit.lang), text)
        for name, texts in visit.form.items()
        if name not in chosen | _NEVER
        for text in texts
        if text.strip()
    ]
