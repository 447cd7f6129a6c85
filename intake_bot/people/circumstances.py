"""In which quality somebody writes: agent, heir, former employee, relayer. Table: data/people/circumstances.toml.

A circumstance is an input of the identity ladder and shown to the DPO with the words that say so. It opens, closes and
refuses nothing by itself.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from intake_bot import resources
from intake_bot.cases.signs import alternation, plain
from intake_bot.errors import IntakeError

AGENT = "agent"
DECEASED = "deceased"
HEIR = "heir"
LEFT_EMPLOYER = "left_employer"
DIVERSION = "diversion"
RELAYED = "relayed"
COMPANY_ASKS = "company_asks"
MAILINGS = "mailings"
OTHER_CONSENTS = "other_consents"
ALL = (AGENT, DECEASED, HEIR, LEFT_EMPLOYER, DIVERSION, RELAYED, COMPANY_ASKS, MAILINGS, OTHER_CONSENTS)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One circumstance with the words that tell of it, lower-cased and without accents."""

    code: str
    words: str


@lru_cache(maxsize=32)  # one mail is asked for several times while its batch (at most 16) is read and decided
def circumstances(text: str) -> tuple[Circumstance, ...]:
    """The circumstances in a text, each once, in the order of ALL. Looks at the first 20,000 characters."""
    prepared = plain(text)
    found = ((code, _patterns(_path())[code].search(prepared)) for code in ALL)
    return tuple(Circumstance(code, match[0]) for code, match in found if match)


def codes(text: str) -> frozenset[str]:
    """The codes alone."""
    return frozenset(item.code for item in circumstances(text))


def about_mailings(seen: Collection[str]) -> bool:
    """Whether a withdrawal of consent in a text with these codes concerns mailings or trackers, and nothing else."""
    return MAILINGS in seen and OTHER_CONSENTS not in seen


def _path() -> Path:
    return resources.data_dir() / "people" / "circumstances.toml"


@cache
def _patterns(path: Path) -> dict[str, re.Pattern[str]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {code: alternation(table[code]) for code in ALL}
    except (OSError, KeyError, re.error, tomllib.TOMLDecodeError) as error:
        raise IntakeError(f"the table {path} cannot be read: {error}") from error
