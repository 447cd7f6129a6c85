"""Words that leave a mail to a person (a minor, a formal notice, distress) or mark a reminder (data/signs.toml)."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from intake_bot import resources

#: Characters of a mail that are looked at: signs stand early, and a hostile text must not cost time.
SCOPE = 20_000

#: Signs that hold a letter back.
HOLDING = ("minor", "formal_notice", "distress")


def plain(text: str) -> str:
    """Lower case, without accents, on one line, for matching."""
    folded = unicodedata.normalize("NFKD", text[:SCOPE].lower().replace("\u2019", "'"))
    return " ".join("".join(sign for sign in folded if not unicodedata.combining(sign)).split())


@cache
def _patterns(path: Path) -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {sign: re.compile("|".join(f"(?:{item})" for item in items)) for sign, items in table.items()}


def found(text: str) -> tuple[str, ...]:
    """The signs in a text, in the order of the table."""
    prepared = plain(text)
    return tuple(
        sign for sign, pattern in _patterns(resources.data_dir() / "signs.toml").items() if pattern.search(prepared)
    )
