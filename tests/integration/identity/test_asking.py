"""What a person asks that the ladder does not, and what `check` says of the receiving server."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.service import health
from intake_bot.service.casework import open_casework
from tests.integration.identity.conftest import House, arrived, body, written
from tests.integration.identity.test_flow import ACCESS, sent_id
from tests.support.dovecot import DovecotServer
from tests.support.service import environment, settings


def test_a_question_of_a_person_leaves_and_suspends(make: Callable[..., House]) -> None:
    house = make(IDENTITY_LETTERS="")
    outcome = house.take(written("autre@mail.test", ACCESS))
    assert outcome.case is not None
    work = open_casework(house.settings, house.store, house.now)
    effect = work.ask_identity(outcome.case.ref, "Dora", "supplementary", reason="unknown address")
    assert [letter.kind for letter in effect.letters] == ["supplementary"]
    assert house.clock_events(outcome) == [], "decided is not asked"
    house.send()
    assert house.clock_events(outcome) == ["id_requested"]
    assert house.decisions(outcome)[-1]["reason"] == "unknown address"


def test_a_document_is_the_last_resort(make: Callable[..., House]) -> None:
    house = make(IDENTITY_LETTERS="supplementary")
    outcome = house.take(written("autre@mail.test", ACCESS))
    assert outcome.case is not None
    work, ref = open_casework(house.settings, house.store, house.now), outcome.case.ref
    with pytest.raises(IllegalTransition, match="last resort"):
        work.ask_identity(ref, "Dora", "id_document", reason="two facts disagree", compare=["name"])
    house.send()
    with pytest.raises(IllegalTransition, match="compared"):
        work.ask_identity(ref, "Dora", "id_document", reason="two facts disagree")
    with pytest.raises(IllegalTransition, match="reason"):
        work.ask_identity(ref, "Dora", "id_document", reason=" ", compare=["name"])
    effect = work.ask_identity(ref, "Dora", "id_document", reason="two facts disagree", compare=["nom"])
    assert "two facts disagree" in body(effect.letters[0])
    assert house.decisions(outcome)[-1]["row"] == "16"


def test_what_nobody_may_ask(make: Callable[..., House]) -> None:
    house = make(IDENTITY_LETTERS="supplementary")
    text = "Supprimez mon compte. J'ai quitté Grand Client, facture FA-2025-0001.\n"
    outcome = house.take(written("jeanne@private.test", text))
    house.send()
    assert outcome.case is not None
    work, ref = open_casework(house.settings, house.store, house.now), outcome.case.ref
    with pytest.raises(IllegalTransition, match="disclosed"):
        work.ask_identity(ref, "Dora", "id_document", reason="doubt", compare=["name"])
    with pytest.raises(IllegalTransition, match="died"):
        work.ask_identity(ref, "Dora", "heir", reason="doubt")
    with pytest.raises(IllegalTransition, match="employer"):
        work.ask_identity(ref, "Dora", "confirm", reason="doubt")
    with pytest.raises(IntakeError, match="no identity question"):
        work.ask_identity(ref, "Dora", "passport", reason="doubt")


def test_a_question_that_bounced_suspends_nothing(house: House) -> None:
    outcome = house.take(written("autre@mail.test", ACCESS))
    question = next(item for item in house.send() if item.recipients == ("autre@mail.test",))
    assert house.clock_events(outcome) == ["id_requested"]
    house.now.later(hours=1)
    report = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.test\r\nTo: info@example.test\r\nSubject: Undelivered\r\n"
        b"Message-ID: <dsn@mx.example.test>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nfailed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example.test\r\n\r\nFinal-Recipient: rfc822; autre@mail.test\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + sent_id(question).encode()
        + b"\r\n\r\n--b--\r\n"
    )
    assert house.take(report, result="").disposition == "REPORT"
    assert house.clock_events(outcome) == []
    case = house.store.cases.all()[0]
    assert case.due_on is not None, "nobody was asked: the period runs"


def test_check_names_the_anchor_that_matched(dovecot: DovecotServer, tmp_path: Path) -> None:
    user = dovecot.new_user()
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    dovecot.deliver([arrived(written(f"p{number}@home.test", ACCESS), at=at) for number in range(3)], user, "INBOX")
    for name, level, text in (
        ("mx.example.test", "ok", "mx.example.test (3)"),
        ("other.test", "warn", "other: mx.example.test (3)"),
        ("", "ok", "other: mx.example.test (3)"),
    ):
        found = settings(environment(tmp_path / "state", imap=dovecot, user=user, AUTHSERV_ID=name))
        (finding,) = list(health._anchors(found.mailbox))
        assert (finding.level, text in finding.text) == (level, True), finding
