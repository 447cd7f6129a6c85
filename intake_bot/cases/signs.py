"""Words that leave a mail to a person, mark a reminder (data/signs.toml) or betray a robot (data/automatic.toml)."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from intake_bot import resources

#: Characters of a mail that are looked at: signs stand early, and a hostile text must not cost time.
SCOPE = 20_000

#: The words of a program, not of a person: a sign like the others.
AUTOMATIC = "automatic_text"

#: Signs that hold a letter back.
HOLDING = ("minor", "formal_notice", "distress", AUTOMATIC)

#: Characters in which an absence note begins. Further down a person tells of an absence.
_NOTE = 500

#: Combining characters, which are left out; all lie below U+1F000.
_COMBINING = {code: None for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))}


def plain(text: str) -> str:
    """Lower case, without accents, on one line, for matching."""
    lowered = text[:SCOPE].lower().replace("\u2019", "'")
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFKD", lowered).translate(_COMBINING)
    return " ".join(lowered.split())


def alternation(items: Sequence[str]) -> re.Pattern[str]:
    """Any of some expressions. Those that begin at a word share that condition: most positions fail it at once."""
    words = [item.removeprefix(r"\b") for item in items if item.startswith(r"\b")]
    others = [f"(?:{item})" for item in items if not item.startswith(r"\b")]
    if words:
        others.append(rf"\b(?:{'|'.join(f'(?:{item})' for item in words)})")
    return re.compile("|".join(others))


@cache
def _patterns(path: Path) -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {sign: alternation(items) for sign, items in table.items()}


@cache
def _automatic(path: Path) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What an absence note says, and what other robots say, in all languages together."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {kind: [item for items in languages.values() for item in items] for kind, languages in table.items()}
    others = [item for kind, items in words.items() if kind != "away" for item in items]
    return alternation(words["away"]), alternation(others)


def found(text: str) -> tuple[str, ...]:
    """The signs in a text, in the order of the table."""
    prepared = plain(text)
    return tuple(
        sign for sign, pattern in _patterns(resources.data_dir() / "signs.toml").items() if pattern.search(prepared)
    )


def automatic(text: str) -> bool:
    """Whether the new text of a mail speaks as a program does: an absence note, a support desk's receipt, a mailing.

    For mails that ask for something: a robot that repeats a request must not be answered (RFC 3834 2), and its header
    may say nothing.
    """
    prepared = plain(text)
    away, others = _automatic(resources.data_dir() / "automatic.toml")
    return bool(away.search(prepared[:_NOTE]) or others.search(prepared))
