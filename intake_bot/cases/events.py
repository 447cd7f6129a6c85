"""The facts of a case, append-only. Everything else that the program shows of a case is derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

SCHEMA_VERSION = 1

#: The chain of facts about the service itself (modes, keys, recomputations), beside the chains of the cases.
SERVICE_CHAIN = "service"


class EventType(StrEnum):
    """Each fact is named as something that happened; the comment says what it does to the case."""

    OPENED = "opened"  # none -> open, unconfirmed or found
    CONFIRMED = "confirmed"  # unconfirmed -> open, holds released
    RIGHT_ADDED = "right_added"  # a further right with its own receipt
    RIGHT_CONFIRMED = "right_confirmed"  # right: unconfirmed -> open
    RIGHT_REMOVED = "right_removed"  # right: -> closed, never was asked for
    NOT_A_REQUEST = "not_a_request"  # -> closed
    HELD = "held"  # an execution is held until a person has read something
    RELEASED = "released"  # the hold is lifted by a person
    FOLLOW_UP_RECEIVED = "follow_up_received"  # no change
    DUPLICATE_RECEIVED = "duplicate_received"  # no change
    COLLEAGUE_ANSWERED = "colleague_answered"  # no change: shown, a person decides whether it answers the right
    COLLEAGUE_ASKED = "colleague_asked"  # no change: a question to a colleague, by a letter of the desk
    COLLEAGUE_REPLIED = "colleague_replied"  # no change: the answer to such a question
    LETTER_WRITTEN = "letter_written"  # no change
    LETTER_APPROVED = "letter_approved"  # no change
    LETTER_REJECTED = "letter_rejected"  # no change
    LETTER_SENT = "letter_sent"  # no change
    LETTER_FAILED = "letter_failed"  # no change: shown as an alarm
    LETTER_UNCERTAIN = "letter_uncertain"  # no change: a person looks whether it arrived
    DELIVERY_FAILED = "delivery_failed"  # no change: a bounce of one of our letters
    CLOCK = "clock"  # an event that moves dates (law.deadlines), named in the payload
    IDENTITY_DECIDED = "identity_decided"  # the ladder's step with its reason
    AUTHENTICATED = "authenticated"  # the sender's authentication results, as evidence
    ADVICE_RECORDED = "advice_recorded"  # the DPO's advice, apart from the decision (art. 38(6))
    ACTION_RECORDED = "action_recorded"  # a search made, data erased, a ticket in another system
    DECIDED = "decided"  # a decision of the controller: a refusal, a fee, an extension (art. 38(6))
    ADDRESSEE_CHOSEN = "addressee_chosen"  # no change: a person chose whom the letters go to
    STOP_CONFIRMED = "stop_confirmed"  # no change: the sending system has stopped (arts 7(3), 21(3))
    RECIPIENT_NOTIFIED = "recipient_notified"  # art. 19
    CLIENT_INFORMED = "client_informed"  # no change: a letter to a joint controller was prepared, with its need
    DELIVERED = "delivered"  # no change: data were sent to the verified address, or given in the account
    ANSWERED = "answered"  # right: -> closed with an outcome
    CLOSED = "closed"  # -> closed
    REOPENED = "reopened"  # closed -> open
    MERGED = "merged"  # -> closed; the other case keeps the earlier receipt
    ABSORBED = "absorbed"  # another case of the same request went on in this one: the earlier receipt binds
    RIGHT_MOVED = "right_moved"  # right: -> closed, it goes on in a case of its own
    LINKED = "linked"  # no change: another case of the same person
    LINK_USED = "link_used"  # no change: what a signed link of a notification did, in whose name
    NOTED = "noted"  # no change
    RECOMPUTED = "recomputed"  # dates moved because a rule set, a holiday table or a profile changed
    ERASED = "erased"  # the content was destroyed at the end of its retention
    SERVICE = "service"  # on the service chain: what an administrator did


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact about to be recorded. `occurred_at` is aware UTC; the payload is sealed in the vault as a whole."""

    type: EventType
    actor: str  # "bot", or the name of a person
    occurred_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded fact. `payload` is None once the key of the case was destroyed."""

    case_id: str
    seq: int
    type: EventType
    schema_version: int
    mailbox: str
    controller: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    payload: Mapping[str, Any] | None
