"""The opening of a case: an earlier receipt that a passed-on request claims drives the safe date from the start."""

from datetime import UTC, datetime

import pytest

from intake_bot.cases.casefile import opening
from intake_bot.cases.folding import fold
from intake_bot.cases.intake import Decision, Disposition, Facts
from intake_bot.classifier.verdict import Verdict
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mail.screening import Screening
from intake_bot.rights import Right

RECEIVED = datetime(2027, 3, 25, 9, tzinfo=UTC)
IDENTITY = {"id": "c", "ref": "2027-0001", "mailbox": "default", "controller": "octoop"}
ASKS = Verdict(("access",), {"access": 0.9}, "en", "open", (), ("access",), ("access",), "1")


def facts(claimed: str, **changes: bool) -> Facts:
    raw = (
        "From: Client <boss@grand.example>\r\nSubject: Fwd: my data\r\nMessage-ID: <a@b>\r\n\r\nFor you.\r\n\r\n"
        "---------- Forwarded message ---------\r\nFrom: Ada <ada@example.com>\r\n"
        f"Date: {claimed}\r\nSubject: my data\r\nTo: boss@grand.example\r\n\r\nA copy of my data, please.\r\n"
    ).encode()
    message = parse(Fetched(Position("default", "INBOX", 1, 1, FolderRole.INBOX), raw, RECEIVED, len(raw)))
    return Facts(message=message, screening=Screening(), verdict=ASKS, **changes)


@pytest.mark.parametrize(
    ("claimed", "changes", "safe"),
    [
        ("Fri, 26 Feb 2027 10:00 +0100", {"forwarded_only": True}, "2027-03-26"),
        ("Fri, 26 Feb 2027 10:00 +0100", {"client_sender": True}, "2027-03-26"),
        ("Fri, 26 Feb 2027 10:00 +0100", {"internal_sender": True}, "2027-03-26"),
        ("Fri, 26 Feb 2027 10:00 +0100", {}, "2027-04-26"),  # she encloses an old mail of ours
        ("Thu, 3 Mar 2005 10:00 +0100", {"forwarded_only": True}, "2027-04-26"),  # before every calendar
        ("Fri, 26 Mar 2027 10:00 +0100", {"forwarded_only": True}, "2027-04-26"),  # later than it came
    ],
)
def test_a_claimed_receipt_drives_the_safe_date(claimed: str, changes: dict[str, bool], safe: str) -> None:
    decision = Decision(Disposition.HOLD, ("forwarded_only",), (Right.ACCESS,))
    told = facts(claimed, **changes)
    assert told.message.forwarded[0].date is not None
    event = opening(
        told, decision, at=RECEIVED, zone="Europe/Paris", jurisdiction="FR", silent=False, authentication={}
    )
    case = fold(None, [event], identity=IDENTITY)
    assert (str(case.safe_on), str(case.due_on)) == (safe, "2027-04-26")
