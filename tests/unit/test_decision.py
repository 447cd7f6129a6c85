"""The decision table: each row, and that no input is without one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot import clock
from intake_bot.cases.intake import Decision, Disposition, Facts, Relation, ThreadMatch, decide
from intake_bot.classifier.verdict import Verdict
from intake_bot.mail.inbound import DeliveryReport, FolderRole, InboundMessage, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mail.screening import Reason, Screening
from intake_bot.rights import Right


def message(role: FolderRole = FolderRole.INBOX, **changes: Any) -> InboundMessage:
    raw = b"From: Anna <anna@person.example>\r\nSubject: Hello\r\nMessage-ID: <a@b>\r\n\r\nA text\r\n"
    parsed = parse(Fetched(Position("default", "INBOX", 1, 1, role), raw, clock.now(), len(raw)))
    return replace(parsed, **changes)


def verdict(route: str, opened: tuple[str, ...] = (), reviewed: tuple[str, ...] = ()) -> Verdict:
    return Verdict(opened, dict.fromkeys(reviewed or opened, 0.9), "fr", route, (), opened, reviewed or opened, "1")  # type: ignore[arg-type]


def facts(**changes: Any) -> Facts:
    base = Facts(message=message(), screening=Screening(), verdict=verdict("none"))
    return replace(base, **changes)


OPEN = verdict("open", ("access",))
FAILED = DeliveryReport("delivery-status", "failed", "5.1.1", "x@y", "<z@z>")

ROWS: list[tuple[str, Facts, Disposition, dict[str, Any]]] = [
    ("nothing for us", facts(), Disposition.RECORD, {}),
    ("request", facts(verdict=OPEN), Disposition.OPEN_CASE, {"rights": (Right.ACCESS,), "acknowledge": True}),
    ("band", facts(verdict=verdict("review", (), ("access",))), Disposition.REVIEW,
     {"rights": (), "unconfirmed": (Right.ACCESS,), "acknowledge": False}),
    ("band beside a request", facts(verdict=verdict("open", ("access",), ("access", "erasure"))),
     Disposition.OPEN_CASE, {"rights": (Right.ACCESS,), "unconfirmed": (Right.ERASURE,)}),
    ("sent folder", facts(message=message(FolderRole.SENT), verdict=OPEN), Disposition.OWN, {}),
    ("delivered twice", facts(duplicate=True, verdict=OPEN), Disposition.DUPLICATE, {"acknowledge": False}),
    ("own", facts(own=True, verdict=OPEN), Disposition.OWN, {}),
    ("desk", facts(thread=ThreadMatch(Relation.DESK, "c", True), verdict=OPEN), Disposition.DESK, {}),
    ("passed on by the desk", facts(desk_forward=True, internal_sender=True, verdict=OPEN), Disposition.REVIEW,
     {"forwarded": True, "rights": (), "acknowledge": False}),
    ("passed on in a thread", facts(desk_forward=True, thread=ThreadMatch(Relation.COLLEAGUE, "c", True)),
     Disposition.FOLLOW_UP, {"forwarded": False}),
    ("report", facts(message=message(report=FAILED), verdict=OPEN), Disposition.REPORT, {}),
    ("reply", facts(thread=ThreadMatch(Relation.CASE, "c", True), verdict=OPEN), Disposition.FOLLOW_UP,
     {"case_id": "c", "unconfirmed": (Right.ACCESS,)}),
    ("reply without news", facts(thread=ThreadMatch(Relation.CASE, "c", True, frozenset({Right.ACCESS})), verdict=OPEN),
     Disposition.FOLLOW_UP, {"unconfirmed": ()}),
    ("demand in a closed thread", facts(thread=ThreadMatch(Relation.CASE, "c", False), verdict=OPEN),
     Disposition.REVIEW, {}),
    ("thanks in a closed thread", facts(thread=ThreadMatch(Relation.CASE, "c", False)), Disposition.FOLLOW_UP, {}),
    ("colleague", facts(thread=ThreadMatch(Relation.COLLEAGUE, "c", True), verdict=OPEN), Disposition.FOLLOW_UP, {}),
    ("chaser", facts(thread=ThreadMatch(Relation.CHASER, "c", True), verdict=OPEN), Disposition.FOLLOW_UP,
     {"page": True}),
    ("stranger with a reference", facts(thread=ThreadMatch(Relation.UNCONFIRMED, "c", True), verdict=OPEN),
     Disposition.REVIEW, {"acknowledge": False}),
    ("robot with a reference", facts(thread=ThreadMatch(Relation.UNCONFIRMED, "c", True),
                                     screening=Screening((Reason.AUTO_SUBMITTED,))), Disposition.RECORD, {}),
    ("unreadable", facts(message=message(unreadable="encrypted")), Disposition.REVIEW, {}),
    ("no classifier", facts(verdict=None, verdict_missing="classifier_off"), Disposition.REVIEW, {}),
    ("no classifier, robot", facts(verdict=None, verdict_missing="classifier_off",
                                   screening=Screening((Reason.LIST,))), Disposition.RECORD, {}),
    ("an old mail", facts(verdict=OPEN, before_start=True), Disposition.REVIEW, {"acknowledge": False}),
]  # fmt: skip

HOLDS = [
    facts(verdict=verdict("open", ("post_mortem",))),
    facts(verdict=verdict("open", ("erasure", "post_mortem"))),
    facts(verdict=verdict("open", ("regulator_letter",))),
    facts(verdict=verdict("open", ("breach_report",))),
    facts(verdict=verdict("open", ("privacy_complaint", "access"))),
    facts(verdict=verdict("open", ("privacy_question",))),
    *(facts(verdict=OPEN, signs=(sign,)) for sign in ("minor", "formal_notice", "distress")),
    facts(verdict=OPEN, forwarded_only=True),
    facts(verdict=OPEN, internal_sender=True),
    facts(verdict=OPEN, client_sender=True),
    facts(verdict=OPEN, message=message(senders=())),
    *(
        facts(verdict=OPEN, screening=Screening((reason,)))
        for reason in (
            Reason.DMARC_FAIL, Reason.REPLY_TO_DIFFERS, Reason.ROLE_MAILBOX, Reason.JUNK_FOLDER, Reason.NO_REPLY,
            Reason.LIST, Reason.AUTO_SUBMITTED, Reason.NULL_RETURN_PATH, Reason.PRECEDENCE,
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given_facts", "expected", "fields"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row(given_facts: Facts, expected: Disposition, fields: dict[str, Any]) -> None:
    decision = decide(given_facts)
    assert decision.disposition is expected
    for name, value in fields.items():
        assert getattr(decision, name) == value


@pytest.mark.parametrize("given_facts", HOLDS)
def test_hold_is_a_case_without_a_letter(given_facts: Facts) -> None:
    decision = decide(given_facts)
    assert decision.disposition is Disposition.HOLD
    assert not decision.acknowledge
    assert decision.page


def test_suppressed_response_stops_the_acknowledgement_only() -> None:
    decision = decide(facts(verdict=OPEN, screening=Screening((Reason.RESPONSE_SUPPRESSED,))))
    assert (decision.disposition, decision.acknowledge) == (Disposition.OPEN_CASE, False)
    assert "response_suppressed" in decision.reasons


LABELS = [str(right) for right in Right if right is not Right.RECIPIENTS_NOTIFICATION]


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    labels = tuple(draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=4)))
    route = "none" if not labels else draw(st.sampled_from(["open", "review"]))
    found = verdict(route, labels if route == "open" else (), labels) if draw(st.booleans()) else None
    return Facts(
        message=message(draw(st.sampled_from(list(FolderRole))), unreadable=draw(st.sampled_from(["", "tnef"])),
                        report=draw(st.sampled_from([None, FAILED]))),
        screening=Screening(tuple(draw(st.lists(st.sampled_from(list(Reason)), unique=True, max_size=3)))),
        thread=ThreadMatch(draw(st.sampled_from(list(Relation))), "case", draw(st.booleans())),
        verdict=found,
        verdict_missing="" if found else "classifier_failed",
        desk_forward=draw(st.booleans()),
        duplicate=draw(st.booleans()), own=draw(st.booleans()), internal_sender=draw(st.booleans()),
        signs=tuple(draw(st.lists(st.sampled_from(["minor", "distress"]), unique=True))),
    )  # fmt: skip


@given(any_facts())
def test_nobody_is_answered_who_may_not_be(given_facts: Facts) -> None:
    decision: Decision = decide(given_facts)
    if decision.acknowledge:
        assert given_facts.screening.may_answer
        assert decision.disposition is Disposition.OPEN_CASE
        assert not given_facts.signs
    assert decision.reasons
    known = given_facts.duplicate or given_facts.own or given_facts.message.report
    sent = given_facts.message.position.role is FolderRole.SENT
    in_thread = given_facts.thread.relation is not Relation.NONE
    request = given_facts.verdict is not None and given_facts.verdict.route != "none"
    if request and not (known or sent or in_thread):
        # Suppressing the answer never drops the request.
        assert decision.disposition in (Disposition.OPEN_CASE, Disposition.HOLD, Disposition.REVIEW)
