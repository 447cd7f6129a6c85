"""Who really sent a mail, as far as our receiving server could tell. Evidence, kept with the case.

"From" is not identity by itself: an address counts as the person's only if its domain authenticates and no Reply-To
leads elsewhere (GDPR art. 12(6), "reasonable doubts"). What is absent is unknown, never passed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intake_bot.mail import deception
from intake_bot.mail.authentication_results import TOPMOST, Result, Results, authserv_id, results_of
from intake_bot.mail.inbound import InboundMessage


class Outcome(StrEnum):
    """What the receiving server's results amount to."""

    PASS = "pass"  # noqa: S105 - the domain of From vouches for the mail
    FAIL = "fail"  # it disowns the mail
    UNKNOWN = "unknown"  # no results, none that we trust, or none that concern the domain of From
    INTERNAL = "internal"  # sent inside our own tenant, where nothing is signed


@dataclass(frozen=True, slots=True)
class Authentication:
    """The results as evidence. Methods hold the RFC 8601 result in lower case, "" when there is none."""

    outcome: Outcome
    dmarc: str = ""
    spf: str = ""
    dkim: str = ""
    arc: str = ""
    anchor: str = ""  # the anchor that matched: an authserv-id, "topmost", or "" for none
    aligned: bool = False  # checked by us: DMARC, DKIM or SPF passed for the domain of From
    signs: tuple[str, ...] = ()  # of deception.py

    @property
    def failed(self) -> bool:
        return self.outcome is Outcome.FAIL

    @property
    def pretends(self) -> bool:
        """Whether From imitates a domain of ours or of a client, or its name shows another address than it has."""
        return not {deception.LOOKALIKE_DOMAIN, deception.DISPLAY_NAME_ADDRESS}.isdisjoint(self.signs)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the sealed event; no address in them."""
        return {
            "outcome": str(self.outcome),
            "dmarc": self.dmarc,
            "spf": self.spf,
            "dkim": self.dkim,
            "arc": self.arc,
            "anchor": self.anchor,
            "aligned": self.aligned,
            "signs": list(self.signs),
        }


def authenticate(
    message: InboundMessage, anchor: str, own_addresses: frozenset[str], *,
    trusted_hops: Sequence[str] = (), internal_domains: Iterable[str] = (), client_domains: Iterable[str] = (),
) -> Authentication:  # fmt: skip
    """What our receiving server says of a mail, whatever the mail says of itself. Never raises.

    `anchor` is the literal authserv-id of that server (several separated by commas), `topmost` for Exchange Online,
    which writes none, or "" when nobody configured it: then the outcome is UNKNOWN. `trusted_hops` are our servers as
    they name themselves in Received, where a gateway stands before the mailbox.
    """
    own = {address.rpartition("@")[2] for address in own_addresses} | {domain.lower() for domain in internal_domains}
    signs = deception.signs_of(message, (*sorted(own), *client_domains))
    if not anchor.strip():
        return Authentication(Outcome.UNKNOWN, signs=signs)
    found = results_of(message.headers, anchor, trusted_hops)
    domain = message.sender.domain
    if _internal(message, anchor, found, own):
        return Authentication(Outcome.INTERNAL, anchor=found.anchor or TOPMOST, signs=signs)
    dmarc, spf, dkim = _dmarc(found), _worst(found, "spf"), _dkim(found, domain)
    alone = deception.SEVERAL_FROM not in signs and bool(domain)
    by_dmarc = dmarc == "pass" and any(_dmarc_covers(item, domain) for item in _of(found, "dmarc"))
    by_part = _spf_aligned(found, domain) or _dkim_aligned(found, domain)
    aligned = alone and (by_dmarc or by_part)
    return Authentication(
        _outcome(dmarc, spf, dkim, aligned=aligned, compauth=_worst(found, "compauth")),
        dmarc,
        spf,
        dkim,
        _worst(found, "arc"),
        found.anchor,
        aligned,
        signs,
    )


def disowned(message: InboundMessage, trusted_hops: Sequence[str] = ()) -> bool:
    """Whether the topmost results disown the mail, whoever wrote them: nobody forges a failure against himself.

    For mailboxes without an anchor, where nothing that speaks for the sender is believed.
    """
    name = authserv_id(message.header("authentication-results"))
    return name is not None and authenticate(message, name or TOPMOST, frozenset(), trusted_hops=trusted_hops).failed


def anchor_report(messages: Iterable[InboundMessage], anchor: str, trusted_hops: Sequence[str] = ()) -> dict[str, int]:
    """How many mails carry results under which anchor, for `check`: the anchor itself, "none", and what else is there.

    The other names come as "other: NAME" ("other: (no name)" for a field without one), so that an administrator sees
    what to configure. They are names of the topmost field only and may have been written by a stranger.
    """
    counts: Counter[str] = Counter()
    for message in messages:
        found = results_of(message.headers, anchor, trusted_hops) if anchor.strip() else None
        if found is not None and found.anchor:
            counts[found.anchor] += 1
            continue
        top = message.header("authentication-results")
        counts[f"other: {_server_name(top)}" if top else "none"] += 1
    return dict(counts.most_common())


def _server_name(value: str) -> str:
    name = authserv_id(value)
    return "(unreadable)" if name is None else name[:80] or "(no name)"


def _outcome(dmarc: str, spf: str, dkim: str, *, aligned: bool, compauth: str) -> Outcome:
    """FAIL on an explicit failure only: a domain without any policy is unknown, however little it proves."""
    if dmarc == "fail" or compauth == "fail":
        return Outcome.FAIL
    if spf == "fail" and dkim == "fail":
        return Outcome.FAIL
    if aligned and dmarc in {"pass", "bestguesspass", "none", ""}:
        return Outcome.PASS
    return Outcome.UNKNOWN


def _of(found: Results, method: str) -> list[Result]:
    return [item for item in found.results if item.method == method]


def _worst(found: Results, method: str) -> str:
    """The result of a method; where it is there twice and differs, the one that says less for the sender."""
    results = [item.result for item in _of(found, method)]
    for result in ("fail", "hardfail"):
        if result in results:
            return "fail"
    return next((result for result in results if result != "pass"), results[0] if results else "")


def _dmarc(found: Results) -> str:
    return _worst(found, "dmarc")


def _dkim(found: Results, domain: str) -> str:
    """A mail may be signed several times: one signature that holds is enough, and first of all the domain's own."""
    results = [item.result for item in _of(found, "dkim")]
    return "pass" if "pass" in results or _dkim_aligned(found, domain) else _worst(found, "dkim")


def _dmarc_covers(item: Result, domain: str) -> bool:
    """DMARC spoke about the domain that we read in From: two programs may read a broken From differently."""
    return _bare(item.value("header.from")) == domain


def _spf_aligned(found: Results, domain: str) -> bool:
    return _worst(found, "spf") == "pass" and all(
        is_aligned(_bare(item.value("smtp.mailfrom")), domain) for item in _of(found, "spf")
    )


def _dkim_aligned(found: Results, domain: str) -> bool:
    passed = (item for item in _of(found, "dkim") if item.result == "pass")
    return any(is_aligned(_bare(item.value("header.d") or item.value("header.i")), domain) for item in passed)


def _bare(value: str) -> str:
    return value.strip().strip('"<>').rpartition("@")[2].rstrip(".").lower()


def is_aligned(authenticated: str, domain: str) -> bool:
    """Relaxed alignment (RFC 7489 3.1) without a list of public suffixes: the same domain, or one below the other.

    Sisters (a.example.com, b.example.com) are not aligned here although DMARC takes them; then DMARC itself says pass.
    """
    if not authenticated or "." not in authenticated or "." not in domain:
        return False
    return authenticated == domain or domain.endswith(f".{authenticated}") or authenticated.endswith(f".{domain}")


def _internal(message: InboundMessage, anchor: str, found: Results, own: set[str]) -> bool:
    """Mail inside one Exchange Online tenant: no SPF is looked up, and the server says AuthAs Internal.

    Exchange takes X-MS-Exchange-Organization-* out of whatever comes from outside (header firewall). A mail from
    outside also carries an SPF result, and its From may not be of our domains.
    """
    if anchor.strip().lower() != TOPMOST or message.sender.domain not in own or _of(found, "spf"):
        return False
    said = {value.strip().lower() for value in message.header_all("x-ms-exchange-organization-authas")}
    return said == {"internal"} and len(message.senders) == 1 and _worst(found, "dmarc") != "fail"
