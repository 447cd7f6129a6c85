"""What the engine is told: a request, the events of its life, and the timeline that the law makes of them.

Instants are aware datetimes of any zone; they become calendar dates of the acting controller's zone, because the law
counts local dates (GDPR 12(3), Regulation 1182/71) and because 22:30 UTC is the next day in Paris in summer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake_bot.errors import InvalidDeadlineInput
from intake_bot.rights import Right

RECEIVED_BY_JOINT_CONTROLLER = "received_by_joint_controller"
#: The person claims an earlier request that nobody finds: it drives the safe date until the DPO rules.
CLAIMED_EARLIER_RECEIPT = "claimed_earlier_receipt"
MINOR_AT_COLLECTION = "minor_at_collection"
AUTHORITY_DEADLINE = "authority_deadline"
EXTENSION_NOTICE = "extension_notice"

IDENTITY = "identity"
MANDATE = "mandate"
HEIR = "heir"
CLARIFICATION = "clarification"
#: Verifying an agent's authority or an heir's quality is identity information too (décret 2019-536 arts 77, 124).
IDENTITY_KINDS = frozenset({IDENTITY, MANDATE, HEIR})

#: Event type -> what it asks for.
QUESTIONS: Mapping[str, str] = {
    "id_requested": IDENTITY,
    "mandate_requested": MANDATE,
    "heir_proof_requested": HEIR,
    "clarification_requested": CLARIFICATION,
}
#: Event type -> the question to which it is a sufficient answer.
ANSWERS: Mapping[str, str] = {
    "id_received": IDENTITY,
    "mandate_received": MANDATE,
    "heir_proof_received": HEIR,
    "clarification_received": CLARIFICATION,
}
#: An insufficient answer leaves the question open (EDPB 01/2022 s.5.3, example). It is told, and moves nothing.
INSUFFICIENT: Mapping[str, str] = {
    "id_insufficient": IDENTITY,
    "mandate_insufficient": MANDATE,
    "heir_proof_insufficient": HEIR,
}

#: At one instant a question comes before its answer, and both before a notice.
_ORDER = {
    type_: rank
    for rank, type_ in enumerate((*QUESTIONS, *INSUFFICIENT, *ANSWERS, EXTENSION_NOTICE))
}  # fmt: skip


#: A sender's Date header may claim 1970; beyond these years a calendar breaks.
_FIRST_INSTANT_YEAR, _LAST_INSTANT_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened in a case. `at` is an aware instant; of an authority's deadline it is that deadline.

    `letter`: the id of the letter that asked or gave notice, "" where none did; it moves no date.
    Raises InvalidDeadlineInput when naive or of an impossible year.
    """

    type: str
    at: datetime
    letter: str = ""

    def __post_init__(self) -> None:
        _check_instant(self.at, self.type)


@dataclass(frozen=True, slots=True)
class ClockInput:
    """One requested right, its receipt (aware instant), the acting controller's IANA zone and jurisdiction.

    Raises InvalidDeadlineInput when the receipt is naive or the zone is unknown.
    """

    right: Right
    received_at: datetime
    tz: str
    jurisdiction: str
    events: tuple[ClockEvent, ...] = field(default=())

    def __post_init__(self) -> None:
        _check_instant(self.received_at, "receipt")
        zone(self.tz)


def _check_instant(at: datetime, what: str) -> None:
    if at.utcoffset() is None:
        raise InvalidDeadlineInput(
            f"the time {at.isoformat()} has no zone",
            f"l’heure {at.isoformat()} n’a pas de fuseau horaire",
            aside=what,
        )
    if not _FIRST_INSTANT_YEAR <= at.year <= _LAST_INSTANT_YEAR:
        raise InvalidDeadlineInput(
            "this date is impossible: correct its year",
            "cette date est impossible : corrigez l’année",
            field="at",
            aside=f"{what} at {at.isoformat()}",
        )


class Mark(NamedTuple):
    """An event that may move a date, at its local date. Sorts in the order in which it happened."""

    at: datetime
    rank: int
    type: str
    day: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """The facts of a request, whatever the order in which its events were told and however often."""

    right: Right
    zone: ZoneInfo
    #: The earliest receipt by any joint controller, GDPR 26(3): the person may address either.
    received_at: datetime
    own_receipt_at: datetime
    claimed_at: datetime | None
    received_on: date
    marks: tuple[Mark, ...]
    #: Notices dated before the receipt: they cannot concern this request.
    premature: tuple[Mark, ...]
    minor: bool
    authority_at: datetime | None

    def local(self, instant: datetime) -> datetime:
        """The same instant on the acting controller's clock."""
        return instant.astimezone(self.zone)

    def local_date(self, instant: datetime) -> date:
        """The acting controller's calendar date of an instant."""
        return instant.astimezone(self.zone).date()


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises InvalidDeadlineInput."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidDeadlineInput(f"{name!r} is not an IANA time zone") from None


def timeline(request: ClockInput) -> Timeline:
    """Sort, deduplicate and place the events on the local calendar. Events of other types change nothing.

    Receipt is arrival at an official channel of any joint controller; the earliest counts (unsettled, safest). Of two
    authority deadlines the earlier counts.
    """
    local = zone(request.tz)
    own = received = request.received_at.astimezone(UTC)
    claimed = authority = None
    minor = False
    marks: set[Mark] = set()
    for event in request.events:
        rank = _ORDER.get(event.type)
        if rank is not None:
            marks.add(Mark(event.at.astimezone(UTC), rank, event.type, event.at.astimezone(local).date()))
        elif event.type == RECEIVED_BY_JOINT_CONTROLLER:
            received = min(received, event.at.astimezone(UTC))
        elif event.type == CLAIMED_EARLIER_RECEIPT:
            claimed = min(claimed or event.at, event.at)
        elif event.type == AUTHORITY_DEADLINE:
            authority = min(authority or event.at, event.at)
        elif event.type == MINOR_AT_COLLECTION:
            minor = True
    received_on = received.astimezone(local).date()
    premature = {mark for mark in marks if mark.type == EXTENSION_NOTICE and mark.day < received_on}
    return Timeline(
        right=request.right,
        zone=local,
        received_at=received,
        own_receipt_at=own,
        claimed_at=claimed,
        received_on=received_on,
        marks=tuple(sorted(marks - premature)),
        premature=tuple(sorted(premature)),
        minor=minor,
        authority_at=authority,
    )
