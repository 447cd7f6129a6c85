"""From a mail to the facts of the identity ladder: authentication, directory, circumstances, platforms, clients."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from intake_bot import resources
from intake_bot.law.identity import IdentityFacts
from intake_bot.mail import deception
from intake_bot.mail.authentication import Authentication, Outcome
from intake_bot.mail.inbound import InboundMessage
from intake_bot.people import circumstances as words
from intake_bot.people.clients import Clients
from intake_bot.people.directory import Details, Directory, Lookup, look_up
from intake_bot.people.entities import Entity, Reader
from intake_bot.people.platforms import Platform, platform_of
from intake_bot.rights import Right


@dataclass(frozen=True, slots=True)
class Identification:
    """What is known of who writes, for the ladder and for the DPO's page. Holds personal data: sealed with the case."""

    lookup: Lookup
    details: Details
    entities: tuple[Entity, ...]
    circumstances: tuple[words.Circumstance, ...]
    platform: Platform | None
    client: str  # the client in whose domain the registered address lies, ""


#: Nothing was looked up: the DPO searches.
UNSEARCHED = Identification(Lookup(), Details(), (), (), None, "")

#: Circumstances in which a person chooses whom to write to, before any letter goes out (docs/identity.md).
HOLDING = (words.AGENT, words.DECEASED, words.RELAYED, words.COMPANY_ASKS)


def holding_signs(sender: str, text: str) -> tuple[str, ...]:
    """The codes of HOLDING that a mail shows, a request platform that acts for others being an agent."""
    seen = words.codes(text)
    platform = platform_of(sender)
    if platform is not None and platform.acts_for_another:
        seen |= {words.AGENT}
    return tuple(code for code in HOLDING if code in seen)


class Identifier:
    """Identifies the writers of mails. `directories` may be empty: the DPO then searches."""

    def __init__(self, directories: Sequence[Directory] = (), clients: Clients | None = None) -> None:
        self._directories = directories
        self.clients = clients or Clients()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.clients.names)

    def prepare(self) -> None:
        """Load now what the first mail would load."""
        _ = self._reader

    def identify(self, message: InboundMessage) -> Identification:
        """Look up and read one mail. Never raises for a directory that fails: the lookup then says so."""
        text = f"{message.subject}\n{message.new_text}"
        entities = self._reader.read(text)
        details = self._reader.details(message, entities)
        lookup = look_up(self._directories, message.sender.address, details)
        record = lookup.registered[0] if lookup.registered else lookup.match
        client = self.clients.of_address(record.address) if record and record.address else None
        return Identification(
            lookup,
            details,
            entities,
            words.circumstances(text),
            platform_of(message.sender.address),
            client.name if client else "",
        )


def facts_for(
    right: Right, message: InboundMessage, authentication: Authentication, found: Identification, *, minor: bool = False
) -> IdentityFacts:
    """The facts of one right of a fresh mail. What only a person or a later answer can tell stays False."""
    seen = {item.code for item in found.circumstances}
    lookup = found.lookup
    known = lookup.known
    agent = words.AGENT in seen or (found.platform is not None and found.platform.acts_for_another)
    signs = set(authentication.signs)
    return IdentityFacts(
        right=right,
        searched=lookup.searched,
        sender_known=bool(lookup.registered),
        authenticated=authentication.outcome in {Outcome.PASS, Outcome.INTERNAL},
        reply_to_differs=deception.REPLY_TO_DIFFERS in signs,
        compromise_signs=words.DIVERSION in seen
        or bool(signs - {deception.REPLY_TO_DIFFERS, deception.SENDER_DIFFERS}),
        role_mailbox=is_role_mailbox(message.sender.address)
        or bool(known and known.shared)
        or len(lookup.registered) > 1,
        agent=agent,
        heir=words.DECEASED in seen,
        minor=minor,
        several_matches=len(lookup.matches) > 1,
        relayed=words.RELAYED in seen,
        company_asks=words.COMPANY_ASKS in seen and words.RELAYED not in seen,
        client_domain=bool(found.client),
        says_left=words.LEFT_EMPLOYER in seen,
        registered_alive=lookup.match is None or lookup.match.alive,
        details_match=lookup.match is not None,
        data_found=lookup.found,
        mailing_withdrawal=words.about_mailings(seen),
    )


def is_role_mailbox(address: str) -> bool:
    """Whether the local part names a function, not a person: contact@, sales@ (data/people/role_mailboxes.toml)."""
    return address.partition("@")[0].partition("+")[0].lower() in _role_names()


@cache
def _role_names() -> frozenset[str]:
    path = resources.data_dir() / "people" / "role_mailboxes.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["names"])
