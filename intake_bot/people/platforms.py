"""Request platforms and mandate companies, recognised by the domain of the sender or by their name in the text.

Requests through a platform are valid where person and address are identifiable (EDPB Guidelines 01/2022); what has to
be there is the mandate (décret 2019-536 art. 77). No link is ever fetched. Table: data/platforms.toml.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intake_bot import resources
from intake_bot.errors import IntakeError

KINDS = frozenset({"mandate", "generator", "portal"})


@dataclass(frozen=True, slots=True)
class Platform:
    """One service. Only kind `mandate` acts for the person; with the others the person asks."""

    name: str
    domains: tuple[str, ...]
    kind: str

    @property
    def acts_for_another(self) -> bool:
        return self.kind == "mandate"


def platform_of(address: str) -> Platform | None:
    """The platform in whose domain, or below it, an address lies."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return next((item for item in platforms() if any(_within(domain, own) for own in item.domains)), None)


def platforms_named(text: str) -> tuple[Platform, ...]:
    """The platforms whose domain stands in a text: a sign for the DPO, not proof of anything."""
    hosts = {match.lower() for match in re.findall(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", text[:20_000])}
    return tuple(item for item in platforms() if any(_within(host, own) for own in item.domains for host in hosts))


def _within(domain: str, own: str) -> bool:
    return domain == own or domain.endswith(f".{own}")


def platforms() -> tuple[Platform, ...]:
    """All platforms of the shipped table."""
    return _load(resources.data_dir() / "platforms.toml")


@cache
def _load(path: Path) -> tuple[Platform, ...]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["platform"]
        found = tuple(Platform(item["name"], tuple(item["domains"]), item["kind"]) for item in tables)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise IntakeError(f"the table of platforms {path} cannot be read: {error}") from error
    wrong = [item.name for item in found if item.kind not in KINDS]
    if wrong:
        raise IntakeError(f"{path}: unknown kind of {', '.join(wrong)}")
    return found
