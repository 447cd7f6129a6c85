"""Giving a person their data from the console: files in, an encrypted archive out, its password shown once."""

from starlette.responses import Response

from intake_bot.cases import transitions
from intake_bot.cases.case import Case
from intake_bot.cases.transitions import Action
from intake_bot.desk.refused import Refused, refused
from intake_bot.desk.review import find
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError
from intake_bot.law.identity import DISCLOSING
from intake_bot.service.office import Effect

#: Files of one delivery; more go into an archive of their own first.
FIELDS = ("file_1", "file_2", "file_3")


def possible(case: Case, role: str) -> bool:
    """Whether a role may give data in this case now."""
    held = any(item.right in DISCLOSING for item in case.rights)
    return held and role in transitions.ROLES and Action.DELIVER in transitions.legal_for(case, role)


def deliver_page(visit: Visit) -> Response:
    """The form, with the address that the archive would go to, or what to do where none is verified."""
    return _page(visit, find(visit))


def _page(visit: Visit, case: Case, refused: Refused | None = None) -> Response:
    visit.saw("case", case_id=case.id)
    rights = [item.right for item in case.rights if item.right in DISCLOSING]
    addresses = {right: visit.desk.casework.delivery_address(case.ref, right) for right in rights}
    return visit.page(
        "deliver", status=refused.status if refused else 200, refused=refused, case=case, addresses=addresses,
        fields=FIELDS, most=visit.desk.settings.delivery_max_mb, possible=possible(case, visit.account.role),
    )  # fmt: skip


def deliver(visit: Visit) -> Response:
    """Send, or record. The password stands on the page that answers, and nowhere else."""
    case = find(visit)
    try:
        effect = _delivered(visit, case)
    except IntakeError as error:
        how = "account" if visit.field("how") == "account" else "mail"
        return _page(visit, case, refused(visit, error, how, ("files", "right", "note")))
    if not effect.password:
        return visit.go(f"/case/{case.ref}", "act")
    return visit.page("delivered", case=case, effect=effect, address=effect.letters[0].recipient)


def _delivered(visit: Visit, case: Case) -> Effect:
    account = visit.account
    return visit.desk.casework.deliver(
        case.ref, account.name, right=visit.field("right"),
        files=[visit.files[name] for name in FIELDS if name in visit.files],
        in_account=visit.field("how") == "account", note=visit.field("note"), as_role=account.role,
    )  # fmt: skip
