"""What becomes of a mail: one decision table, first match wins, every reason kept. Pure.

The table is TABLE at the end of the module; docs/design.md explains its order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from intake_bot.classifier.verdict import Verdict
from intake_bot.mail.inbound import FolderRole, InboundMessage
from intake_bot.mail.screening import Screening
from intake_bot.rights import ACKNOWLEDGED, URGENT, Right


class Disposition(StrEnum):
    """The one named outcome of a mail."""

    DUPLICATE = "DUPLICATE"  # the same mail was passed before
    OWN = "OWN"  # written by us, or by a colleague from our address
    DESK = "DESK"  # the DPO or a desk account answers one of our notifications
    REPORT = "REPORT"  # delivery report or disposition notification
    FOLLOW_UP = "FOLLOW_UP"  # belongs to a case
    OPEN_CASE = "OPEN_CASE"  # a request: case and acknowledgement
    HOLD = "HOLD"  # a case and a word to the DPO at once, no letter by itself
    REVIEW = "REVIEW"  # an unconfirmed case: the clock runs, the DPO decides
    RECORD = "RECORD"  # nothing for us: only the ledger knows
    SET_ASIDE = "SET_ASIDE"  # could not be processed: kept, shown, replayable


#: Dispositions that make a case of their own.
OPENING = frozenset({Disposition.OPEN_CASE, Disposition.HOLD, Disposition.REVIEW})


class Relation(StrEnum):
    """How a mail relates to the cases that are there."""

    NONE = "none"
    CASE = "case"  # refers to a message of the case and its sender belongs to it
    ASKED = "asked"  # a colleague answers a question that the desk asked
    COLLEAGUE = "colleague"  # refers to the case, sent from an internal domain
    UNCONFIRMED = "unconfirmed"  # refers to the case, but the sender does not belong to it
    DESK = "desk"  # answers one of our notifications, from a desk address
    CHASER = "chaser"  # no reference, but the same person presses for the same right of an open case


@dataclass(frozen=True, slots=True)
class ThreadMatch:
    """The result of threading."""

    relation: Relation = Relation.NONE
    case_id: str | None = None
    case_open: bool = False
    case_rights: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the table looks at."""

    message: InboundMessage
    screening: Screening
    thread: ThreadMatch = ThreadMatch()
    verdict: Verdict | None = None
    verdict_missing: str = ""  # why there is no verdict: "classifier_off", "classifier_failed"
    forwarded_only: bool = False  # the right stands in a forwarded part, not in the new text
    duplicate: bool = False
    own: bool = False
    authenticated: bool = False  # the domain of From vouches for the mail, or it was sent inside our tenant
    internal_sender: bool = False
    client_sender: bool = False
    signs: tuple[str, ...] = ()  # minor, formal_notice, distress: answered by a person
    desk_forward: bool = False  # the desk attached a mail and sent it to the desk's address
    before_start: bool = False  # received before the first start: an old mail that came to light


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a mail with all its reasons."""

    disposition: Disposition
    reasons: tuple[str, ...]
    rights: tuple[Right, ...] = ()  # as labelled: the clock runs, the case says so
    unconfirmed: tuple[Right, ...] = ()  # only in the review band
    acknowledge: bool = False
    forwarded: bool = False  # what counts are the mails attached to it
    page: bool = False  # a person is told at once, not with the next digest
    case_id: str | None = field(default=None)


def decide(facts: Facts) -> Decision:
    """The first row of TABLE that applies, with the reasons of the screening added."""
    for row in TABLE:
        decision = row(facts)
        if decision is not None:
            return decision
    return Decision(Disposition.RECORD, _reasons(facts, "not_a_request"))


def _reasons(facts: Facts, *own: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *(str(reason) for reason in facts.screening.reasons))))


def _rights(labels: tuple[str, ...]) -> tuple[Right, ...]:
    return tuple(right for right in Right if right in labels)


def _sent_folder(facts: Facts) -> Decision | None:
    if facts.message.position.role is not FolderRole.SENT:
        return None
    return Decision(Disposition.OWN, _reasons(facts, "sent_folder"), case_id=facts.thread.case_id)


def _duplicate(facts: Facts) -> Decision | None:
    return Decision(Disposition.DUPLICATE, _reasons(facts, "same_content")) if facts.duplicate else None


def _own(facts: Facts) -> Decision | None:
    if not facts.own:
        return None
    return Decision(Disposition.OWN, _reasons(facts, "own_mail"), case_id=facts.thread.case_id)


def _desk(facts: Facts) -> Decision | None:
    if facts.thread.relation is not Relation.DESK:
        return None
    return Decision(Disposition.DESK, _reasons(facts, "desk_reply"), case_id=facts.thread.case_id)


def _desk_forward(facts: Facts) -> Decision | None:
    if not facts.desk_forward or facts.thread.relation is not Relation.NONE:
        return None
    return Decision(Disposition.REVIEW, _reasons(facts, "desk_forward"), forwarded=True)


def _report(facts: Facts) -> Decision | None:
    report = facts.message.report
    return Decision(Disposition.REPORT, _reasons(facts, report.kind)) if report else None


def _follow_up(facts: Facts) -> Decision | None:
    thread = facts.thread
    if thread.relation in (Relation.ASKED, Relation.COLLEAGUE):
        return Decision(Disposition.FOLLOW_UP, _reasons(facts, "colleague_answer"), case_id=thread.case_id)
    if thread.relation is Relation.CHASER:
        return Decision(Disposition.FOLLOW_UP, _reasons(facts, "chaser"), case_id=thread.case_id, page=True)
    if thread.relation is not Relation.CASE:
        return None
    asked = _rights(facts.verdict.reviewed) if facts.verdict and facts.verdict.route != "none" else ()
    if not thread.case_open and asked and not facts.screening.automatic:
        # A reply in a closed thread that contains a demand is a new request (GDPR art. 12(3)).
        return Decision(Disposition.REVIEW, _reasons(facts, "closed_thread"), unconfirmed=asked, case_id=thread.case_id)
    fresh = tuple(right for right in asked if right not in thread.case_rights)
    return Decision(Disposition.FOLLOW_UP, _reasons(facts, "in_thread"), unconfirmed=fresh, case_id=thread.case_id)


def _unconfirmed_reply(facts: Facts) -> Decision | None:
    if facts.thread.relation is not Relation.UNCONFIRMED:
        return None
    if facts.screening.automatic and (facts.verdict is None or facts.verdict.route == "none"):
        return None
    rights = _rights(facts.verdict.reviewed) if facts.verdict and facts.verdict.route != "none" else ()
    return Decision(
        Disposition.REVIEW, _reasons(facts, "unconfirmed_reply"), unconfirmed=rights, case_id=facts.thread.case_id
    )


def _unreadable(facts: Facts) -> Decision | None:
    if not facts.message.unreadable or (facts.verdict is not None and facts.verdict.route == "open"):
        return None
    rights = _rights(facts.verdict.reviewed) if facts.verdict else ()
    return Decision(Disposition.REVIEW, _reasons(facts, f"unreadable_{facts.message.unreadable}"), unconfirmed=rights)


def _unclassified(facts: Facts) -> Decision | None:
    if facts.verdict is not None:
        return None
    if facts.screening.automatic:
        return Decision(Disposition.RECORD, _reasons(facts, facts.verdict_missing))
    return Decision(Disposition.REVIEW, _reasons(facts, facts.verdict_missing))


def _request(facts: Facts) -> Decision | None:
    verdict = facts.verdict
    if verdict is None or verdict.route == "none":
        return None
    labelled = _rights(tuple({*verdict.labels, *verdict.opened}))
    band = tuple(right for right in _rights(verdict.reviewed) if right not in labelled)
    urgent = bool(URGENT.intersection(_rights(verdict.reviewed)))
    if verdict.route == "review":
        return Decision(Disposition.REVIEW, _reasons(facts, "review_band"), unconfirmed=(*labelled, *band), page=urgent)
    if facts.before_start:
        return Decision(
            Disposition.REVIEW, _reasons(facts, "before_start"), unconfirmed=(*labelled, *band), page=urgent
        )
    holds = hold_reasons(facts, labelled)
    if holds:
        return Decision(Disposition.HOLD, _reasons(facts, *holds), labelled, band, page=True)
    return Decision(
        Disposition.OPEN_CASE,
        _reasons(facts, "request"),
        labelled,
        band,
        acknowledge=facts.screening.may_answer,
        page=urgent,
    )


def hold_reasons(facts: Facts, rights: tuple[Right, ...]) -> tuple[str, ...]:
    """Why no letter goes out by itself although a request was found (docs/design.md, HOLD)."""
    reasons = [str(right) for right in rights if right not in ACKNOWLEDGED and right is not Right.PRIVACY_QUESTION]
    if not any(right in ACKNOWLEDGED for right in rights) and Right.PRIVACY_QUESTION in rights:
        reasons.append(str(Right.PRIVACY_QUESTION))
    reasons += facts.signs
    if facts.forwarded_only:
        reasons.append("forwarded_only")
    if facts.internal_sender:
        reasons.append("internal_sender")
    if facts.client_sender:
        reasons.append("client_sender")
    if not facts.message.sender.address:
        reasons.append("no_sender")
    reasons += [str(reason) for reason in facts.screening.reasons if reason.holds or reason.automatic]
    return tuple(dict.fromkeys(reasons))


TABLE: tuple[Callable[[Facts], Decision | None], ...] = (
    _sent_folder,
    _duplicate,
    _own,
    _desk,
    _desk_forward,
    _report,
    _follow_up,
    _unconfirmed_reply,
    _unreadable,
    _unclassified,
    _request,
)
