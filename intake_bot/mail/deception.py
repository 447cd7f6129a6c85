"""Signs that a mail pretends to come from somebody else: named, shown to the DPO, never proof of anything."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import idna

from intake_bot import resources
from intake_bot.mail.authentication_results import organisation
from intake_bot.mail.inbound import InboundMessage

REPLY_TO_DIFFERS = "reply_to_differs"
LOOKALIKE_DOMAIN = "lookalike_domain"
DISPLAY_NAME_ADDRESS = "display_name_address"
SEVERAL_FROM = "several_from"
SENDER_DIFFERS = "sender_differs"

#: Names that stand for any domain (RFC 2606): nobody imitates one by bearing it.
_RESERVED = frozenset({"example", "localhost", "invalid"})
_ADDRESS = re.compile(r"[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


@dataclass(frozen=True, slots=True)
class Confusables:
    """The table data/people/confusables.toml."""

    letters: dict[int, str]
    pairs: tuple[tuple[str, str], ...]
    providers: frozenset[str]


@cache
def confusables() -> Confusables:
    """The table of what looks alike, read once. Raises OSError or TOMLDecodeError where the file is broken."""
    table = tomllib.loads((resources.data_dir() / "people" / "confusables.toml").read_text(encoding="utf-8"))
    letters = {ord(sign): letter for letter, signs in table["letters"].items() for sign in signs}
    pairs = tuple((pair, letter) for letter, pair in table["pairs"].items())
    return Confusables(letters, pairs, frozenset(table["providers"]["domains"]))


def signs_of(message: InboundMessage, known_domains: Iterable[str] = ()) -> tuple[str, ...]:
    """The signs in the header of a mail. `known_domains`: ours and our clients', in lower case. Never raises."""
    sender = message.sender
    found = []
    if any(item.address and item.address != sender.address for item in message.reply_to):
        found.append(REPLY_TO_DIFFERS)
    if len({item.address for item in message.senders}) > 1 or len(message.header_all("from")) > 1:
        found.append(SEVERAL_FROM)
    if names_other_address(sender.name, sender.address):
        found.append(DISPLAY_NAME_ADDRESS)
    if lookalike(sender.domain, known_domains):
        found.append(LOOKALIKE_DOMAIN)
    if message.sender_header is not None and message.sender_header.domain not in {"", sender.domain}:
        found.append(SENDER_DIFFERS)
    return tuple(found)


def names_other_address(name: str, address: str) -> bool:
    """Whether a display name shows an address that is not the sender's: "jeanne@client.example" <x@evil.example>."""
    plain = unicodedata.normalize("NFKC", name[:300]).lower()
    shown = {re.sub(r"\s", "", item).replace("(at)", "@").replace("[at]", "@") for item in _ADDRESS.findall(plain)}
    return any(item != address for item in shown)


def lookalike(domain: str, known_domains: Iterable[str]) -> str:
    """The known domain that this one imitates, "" when it imitates none or is one of them (or below one)."""
    shown = _shown(domain)
    if "." not in shown or shown in confusables().providers:
        return ""
    known = [item.lower() for item in known_domains if item]
    if any(shown == item or shown.endswith(f".{item}") for item in known):
        return ""
    return next((item for item in known if _imitates(shown, item)), "")


def _imitates(shown: str, known: str) -> bool:
    """Same to the eye, the same name under another ending, our name with additions, or a letter or two apart."""
    one, other = skeleton(organisation(shown)), skeleton(organisation(known))
    if one == other:
        return True
    name, own = one.partition(".")[0], other.partition(".")[0]
    if len(own) < 5 or own in _RESERVED:
        return False
    if own in {name, *re.split(r"[-_.]", skeleton(shown).rpartition(".")[0])}:
        return True
    return abs(len(name) - len(own)) < 2 and distance(name, own) <= (1 if len(own) < 10 else 2)


@lru_cache(maxsize=4_096)
def skeleton(domain: str) -> str:
    """The domain as the eye takes it: compatibility forms, accents, foreign letters and digits made Latin."""
    table = confusables()
    folded = unicodedata.normalize("NFKD", domain.lower())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign)).translate(table.letters)
    for pair, single in table.pairs:
        plain = plain.replace(pair, single)
    return plain


def distance(one: str, other: str) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour."""
    one, other = one[:64], other[:64]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != against))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _shown(domain: str) -> str:
    """The domain in the letters that a program shows, from its form on the wire (xn--...)."""
    labels = []
    for label in domain.lower().rstrip(".")[:255].split("."):
        try:
            labels.append(idna.ulabel(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)
