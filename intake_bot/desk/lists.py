"""Cases as lines of a list: what the page needs to tell them apart, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, RightStatus
from intake_bot.desk import mails
from intake_bot.desk.desk import Desk
from intake_bot.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Line:
    """A case with who wrote and about what; both empty where there is no mail or its content was erased."""

    case: Case
    who: str
    subject: str
    days: int | None  # until the safe date, negative when it passed
    age: int  # days since receipt

    @property
    def urgency(self) -> str:
        """late, soon (five days), or calm: how the line is marked."""
        if self.case.status is CaseStatus.CLOSED or self.days is None:
            return "calm"
        return "late" if self.days < 0 else "soon" if self.days <= 5 else "calm"

    @property
    def due_at(self) -> datetime | None:
        """The instant (aware) that binds where the law counts hours (article 33), None where it counts days."""
        return min((item.due_at for item in self.case.running if item.due_at), default=None)

    @property
    def rights(self) -> list[tuple[str, bool]]:
        """(code, whether it waits for confirmation) of the rights to show."""
        closed = self.case.status is CaseStatus.CLOSED
        return [
            (str(item.right), item.status is RightStatus.UNCONFIRMED)
            for item in self.case.rights
            if closed or item.running
        ]


def lines(desk: Desk, case_ids: Iterable[str]) -> list[Line]:
    """The lines of cases, in the order of the ids."""
    today = desk.today()
    found = []
    for case_id in case_ids:
        case = desk.store.cases.case(case_id)
        if case is None:
            continue
        who, subject = mails.sender_line(desk.store, case_id)
        days = (case.safe_on - today).days if case.safe_on else None
        age = (today - clock.local_date(case.received_at, case.zone)).days
        found.append(Line(case, who, subject, days, age))
    return found


def seen(visit: Visit, page: str, shown: Iterable[Line]) -> None:
    """Log that the lines of a page were seen."""
    refs = " ".join(line.case.ref for line in shown)
    if refs:
        visit.saw("list", detail=f"{page}: {refs}")
