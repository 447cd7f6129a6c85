"""Authentication-Results (RFC 8601): which of them our receiving server wrote, and what they say.

A header is believed by where it stands. Servers write on top, so whatever a stranger put into the mail stands below the
Received line by which our side took it over. Forged fields with our own name further down are not looked at.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authres import AuthenticationResultsHeader

#: The anchor for servers that write no authserv-id (Exchange Online): the topmost field of the header, if it has none.
TOPMOST = "topmost"

MAX_VALUE = 8_000  # characters of one field; a longer one is not believed

_NAME = "authentication-results"
#: Fields that an author's program writes; our server's stand above all of them.
_AUTHORED = frozenset({"from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type"})
#: Fields that a server may write between its Received line and its results, where it puts them below.
_BETWEEN = re.compile(
    r"received-spf|return-path|delivered-to|(?:dmarc|dkim|arc)-filter|x-(?:google|gm|received|spam|rspamd|original-to)[\w-]*|arc-[\w-]+"
)
_SERVER = re.compile(r"^\s*([^\s;=()]+)(?:\s+\d+)?\s*(?:;|$)")
_RESULT = re.compile(r"^\s*[A-Za-z][\w-]*(?:\s*/\s*\d+)?\s*=\s*[A-Za-z]")
_FROM = re.compile(r"^\s*from\s+(\S{1,255})", re.I)
_BY = re.compile(r"(?:^|\s)by\s+(\S{1,255})", re.I)
_PEER = re.compile(r"\(([^()\s]*)\s*\[(?:IPv6:)?([0-9a-fA-F:.%]+)\]")
_BRACKETED = re.compile(r"[\[(](?:IPv6:)?([0-9a-fA-F:.]{3,45})(?:%\w+)?[\])]")
#: Second levels below a country under which names are sold ("co.uk", "asso.fr"); the frequent ones.
_SECOND_LEVELS = frozenset(
    {"ac", "asso", "co", "com", "edu", "gouv", "gov", "ltd", "ne", "net", "nom", "or", "org", "plc"}
)
#: Methods that speak for the whole mail.
_POLICIES = frozenset({"dmarc", "compauth"})
#: Hosts of Exchange Online by which mail of other tenants reaches ours.
_OUTBOUND = "outbound.protection.outlook.com"


@dataclass(frozen=True, slots=True)
class Result:
    """One method of one field: `result` and properties in lower case, such as ("header.from", "client.example")."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> bool:
        return self.result in {"fail", "hardfail"}

    def value(self, name: str) -> str:
        return next((value for key, value in self.properties if key == name), "")


@dataclass(frozen=True, slots=True)
class Results:
    """What our server found. `anchor` is "" when none of its fields is there; `ignored` counts those of others."""

    anchor: str
    results: tuple[Result, ...]
    ignored: int


def results_of(headers: Sequence[tuple[str, str]], anchor: str, trusted_hops: Sequence[str] = ()) -> Results:
    """The results that the anchor vouches for: authserv-ids separated by commas, `topmost`, or "". Never raises.

    Above the Received line of the outside all fields with our id count together. Directly below it, where Gmail and the
    milters of Postfix write (they insert at position 1, after Postfix's own line), the topmost counts if none stood
    above; what follows may be the stranger's, so only its DMARC failures do: nobody forges those against himself.
    """
    names = {item.strip().lower() for item in anchor.split(",") if item.strip()}
    edge, end = _bounds(headers, trusted_hops)
    ours = _with_names(headers[:end], names)
    if names == {TOPMOST}:
        ours = ours[:1] if ours and ours[0][0] < edge else []
    above = [item for item in ours if item[0] < edge]
    believed = above or ours[:1]
    doubtful = ours[len(believed) :]
    results = [result for _, _, value in believed for result in read(value)]
    results += [item for _, _, value in doubtful for item in read(value) if item.method in _POLICIES and item.failed]
    total = sum(name == _NAME for name, _ in headers)
    return Results(believed[0][1] if believed else "", tuple(results), total - len(believed))


def _with_names(headers: Sequence[tuple[str, str]], names: set[str]) -> list[tuple[int, str, str]]:
    """Index, server and value of the fields with one of the names; for `topmost` the first, if it has none."""
    fields = [(index, authserv_id(value), value) for index, (name, value) in enumerate(headers) if name == _NAME]
    if names == {TOPMOST}:
        return [(index, TOPMOST, value) for index, server, value in fields[:1] if server == ""]
    return [(index, server, value) for index, server, value in fields if server and server in names]


def authserv_id(value: str) -> str | None:
    """The name of the server in lower case, "" for a field that has none, None for one that cannot be read."""
    segments = split(value)
    if segments is None:
        return None
    if _RESULT.match(segments[0]):
        return ""
    found = _SERVER.match(segments[0])
    return found[1].lower() if found else None


def read(value: str) -> tuple[Result, ...]:
    """The results in a field. A part that is no result (Exchange repeats domains there) is left out. Never raises."""
    found = []
    for segment in split(value) or ():
        if not _RESULT.match(segment):
            continue
        try:
            parsed = AuthenticationResultsHeader.parse_value(f"server; {segment.strip()}")
            for item in parsed.results:
                properties = tuple(
                    (f"{entry.type}.{entry.name}".lower(), str(entry.value or "").lower()) for entry in item.properties
                )
                found.append(Result(str(item.method).lower(), str(item.result).lower(), properties))
        except Exception:  # noqa: S112 - a foreign value that the library cannot read says nothing
            continue
    return tuple(found)


def split(value: str) -> list[str] | None:
    """The field without its comments, at its semicolons. None when quotes or brackets do not close, or it is too long.

    A quote counts inside a comment too: servers repeat the envelope sender there, and `"x) ; dmarc=pass"@evil.example`
    must not end the comment.
    """
    if len(value) > MAX_VALUE:
        return None
    segments, depth, quoted, escaped = [""], 0, False, False
    for sign in value:
        if escaped or (sign == "\\" and (depth or quoted)):
            escaped = not escaped
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                return None
            segments[-1] += " "
            continue
        elif sign == ";" and not depth and not quoted:
            segments.append("")
            continue
        if not depth:
            segments[-1] += sign
    return None if depth or quoted or escaped else segments


def _bounds(headers: Sequence[tuple[str, str]], trusted_hops: Sequence[str]) -> tuple[int, int]:
    """The index of the Received line by which our side took the mail over, and where what it wrote surely ends."""
    author = next((index for index, (name, _) in enumerate(headers) if name in _AUTHORED), len(headers))
    edge = _edge(headers[:author], trusted_hops)
    if edge is None:
        return author, author
    for index in range(edge + 1, author):
        name = headers[index][0]
        if name != _NAME and not _BETWEEN.fullmatch(name):
            return edge, index
    return edge, author


def _edge(headers: Sequence[tuple[str, str]], trusted_hops: Sequence[str]) -> int | None:
    """The first Received line from the top that tells of a foreign peer; with trusted hops, the last one they wrote."""
    trusted = {hop.lower().rstrip(".") for hop in trusted_hops}
    last: int | None = None
    for index, value in _received(headers):
        if trusted:
            if _host(_BY, value) not in trusted:
                return index if last is None else last
            last = index
        elif not _inside(value):
            return index
    return last


def _received(headers: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    return ((index, value[:2_000]) for index, (name, value) in enumerate(headers) if name == "received")


def _host(pattern: re.Pattern[str], value: str) -> str:
    found = pattern.search(value)
    return found[1].lower().rstrip(".;") if found else ""


def _inside(value: str) -> bool:
    """Whether a hop stayed on our side: no peer, a private address, or a peer whose verified name is of our domain.

    The name that the peer gave itself (HELO) proves nothing; only Exchange Online, which writes no other, is read so.
    """
    peer, server = _host(_FROM, value), _host(_BY, value)
    if not peer or value.lower().lstrip().startswith("by "):
        return True
    by = _BY.search(value)
    before_by = value[: by.start()] if by else value
    addresses = [_address(found) for found in _BRACKETED.findall(before_by)]
    known = [item for item in addresses if item is not None]
    if known and all(item.is_private or item.is_loopback or item.is_link_local for item in known):
        return True
    if server.endswith(".outlook.com"):
        return peer.endswith(".outlook.com") and not peer.endswith(_OUTBOUND)
    named = _PEER.search(before_by)
    if named and named[1]:
        return same_organisation(named[1].lower().rstrip("."), server)
    return not known and peer == server


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def same_organisation(one: str, other: str) -> bool:
    """Whether two host names share their last two labels, or the last three below a suffix such as "co.uk"."""
    return bool(one) and bool(other) and organisation(one) == organisation(other)


def organisation(host: str) -> str:
    """The last two labels of a host name, three below a short second level: "mx.client.co.uk" gives "client.co.uk"."""
    labels = host.lower().rstrip(".").split(".")
    count = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS else 2
    return ".".join(labels[-count:])
