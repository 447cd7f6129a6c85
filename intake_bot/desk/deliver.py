"""Giving a person their data from the console: files in, an encrypted archive out, its password shown once."""

import secrets

from starlette.responses import Response

from intake_bot.cases import transitions
from intake_bot.cases.case import Case
from intake_bot.cases.transitions import Action
from intake_bot.desk.refused import Refused, refused
from intake_bot.desk.review import find
from intake_bot.desk.visit import Visit
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.identity import DISCLOSING
from intake_bot.service.office import Effect

#: The mark of a form that delivered.
_MARK = "delivery_form"

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
        once=secrets.token_urlsafe(18),
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
    """Once for each form: a second click or a reload would send another archive, under another password."""
    account, store = visit.account, visit.desk.store
    with store.transaction():
        _take(visit, visit.field("once"))
        return visit.desk.casework.deliver(
            case.ref, account.name, right=visit.field("right"),
            files=[visit.files[name] for name in FIELDS if name in visit.files],
            in_account=visit.field("how") == "account", note=visit.field("note"), as_role=account.role,
        )  # fmt: skip


def _take(visit: Visit, key: str) -> None:
    """Use the key of a form up, with what it delivers. Raises IntakeError without one, IllegalTransition when used."""
    if not key:
        raise IntakeError(
            "the form came back incomplete: send this one", "le formulaire est revenu incomplet : envoyez celui-ci"
        )
    if not visit.desk.store.marks.set(_MARK, key[:64], visit.now):
        raise IllegalTransition(
            "the data were delivered already, by this form. The password stood on the page that answered; whoever has "
            "lost it delivers again, with the form below",
            "les données ont déjà été remises par ce formulaire. Le mot de passe figurait sur la page de réponse ; si "
            "vous l’avez perdu, remettez-les à nouveau par le formulaire ci-dessous",
        )
