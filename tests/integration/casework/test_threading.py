"""A reply and its case: what runs there, and what is asked anew."""

from datetime import timedelta

from intake_bot.cases.intake import Relation, ThreadMatch
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.rights import Right
from intake_bot.service.threading import match
from tests.integration.casework.house import PERSON, RECEIVED, House


def reply(house: House, status: str = "open") -> ThreadMatch:
    """How a reply of the person stands to a case about access, answered, and erasure, running."""
    case = house.open("access", "erasure", status=status)
    if status == "open":
        house.work.record_search(case.ref, "Dora", "CRM", "nothing")
        house.work.answer(case.ref, "Dora", "access", "nothing_held")
    house.store.correspondence.add_thread_key("<m1@example.com>", case.id, "received")
    raw = f"From: {PERSON}\r\nIn-Reply-To: <m1@example.com>\r\nSubject: Re: Hi\r\n\r\nMy data again.\r\n".encode()
    at = RECEIVED + timedelta(days=5)
    message = parse(Fetched(Position("default", "INBOX", 1, 9, FolderRole.INBOX), raw, at, len(raw)))
    return match(house.store, message, internal=False, desk_addresses=frozenset(), trusted=True)


def test_a_right_that_was_answered_is_asked_anew(house: House) -> None:
    found = reply(house)
    assert (found.relation, found.case_open) == (Relation.CASE, True)
    assert found.case_rights == {Right.ERASURE}


def test_what_is_asked_in_a_case_of_a_backfill_is_a_new_request(house: House) -> None:
    assert not reply(house, "found").case_open
