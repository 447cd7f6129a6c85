"""Review: cases that wait for a yes or no, one after another, with all that speaks for them."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from intake_bot.cases import refusals
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.classifier.verdict import Verdict
from intake_bot.desk import mails
from intake_bot.desk.preview import preview
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.refused import Refused, refused, refused_act
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError
from intake_bot.rights import Right
from intake_bot.store.register import Filter

WAITING = Filter(("unconfirmed",))

#: The fields of the forms of this page.
FIELDS = frozenset({"rights", "reason", "other", "same_person"})

CHOICES = frozenset({"confirm", "correct", "not_a_request", "merge"})


def find(visit: Visit) -> Case:
    """The case that the address names. Raises PageNotFound."""
    case = visit.desk.store.cases.case_by_ref(visit.path("ref"))
    if case is None:
        raise PageNotFound
    return case


def first(visit: Visit) -> Response:
    """The most urgent case that waits, or a word that none does."""
    ids = visit.desk.register.ids(WAITING, limit=1)
    case = visit.desk.store.cases.case(ids[0]) if ids else None
    return visit.go(f"/review/{case.ref}", visit.query("done")) if case else visit.page("review_empty")


def review(visit: Visit) -> Response:
    """One case that waits."""
    case = find(visit)
    if case.status is not CaseStatus.UNCONFIRMED:
        return visit.go(f"/case/{case.ref}", visit.query("done"))
    return _page(visit, case)


def _page(visit: Visit, case: Case, refused: Refused | None = None) -> Response:
    desk = visit.desk
    last = desk.register.last_event(case.id)  # first: what happens while the page is made is not on it
    before, after = desk.register.after(case.id, WAITING)
    kept = mails.views(desk.store, desk.register, case.id)
    opening = next(iter(desk.store.cases.events(case.id)), None)
    payload = (opening.payload if opening else None) or {}
    claimed = desk.store.cases.case(payload["claims_case"]) if payload.get("claims_case") else None
    visit.saw("review", case_id=case.id)
    role = visit.account.role
    expected = preview(desk, case.id, lambda: desk.casework.confirm(case.ref, visit.account.name, as_role=role),
                       visit.lang)  # fmt: skip
    return visit.page(
        "review",
        status=refused.status if refused else 200,
        refused=refused,
        case=case,
        last=last,
        mails=kept,
        reasons=payload.get("reasons", []),
        scores=scores(next((mail.verdict for mail in kept if mail.verdict), None)),
        authentication=payload.get("authentication", {}),
        claimed=claimed,
        others=_others(visit, case, payload),
        expected=expected,
        before=before,
        after=after,
        waiting=desk.register.count(WAITING),
        all_rights=list(map(str, Right)),
        asked=[str(item.right) for item in case.rights],
        ask=desk.actions["ask_colleague"],
        desk=desk,
    )


def scores(verdict: Verdict | None) -> list[tuple[str, float]]:
    """The labels that the classifier took seriously, the likely ones first."""
    if verdict is None:
        return []
    ordered = sorted(verdict.scores.items(), key=lambda item: -item[1])
    return [(label, score) for label, score in ordered if score >= 0.02][:6]


def _others(visit: Visit, case: Case, payload: Mapping[str, Any]) -> list[Case]:
    """Other cases of the same address: this mail may belong to one of them."""
    sender = payload.get("sender")
    address = sender.get("address", "") if isinstance(sender, dict) else ""
    if not address:
        return []
    cases = visit.desk.store.cases
    ids = [item for item in visit.desk.store.correspondence.case_ids_of(address) if item != case.id][:5]
    return [found for found in map(cases.case, ids) if found is not None]


def judge(visit: Visit) -> Response:
    """Take the word of a person on a case, and go on to the next. What is refused shows the page again, filled in."""
    visit.require(Permission.REVIEW)
    case, choice, desk = find(visit), visit.path("choice"), visit.desk
    if choice not in CHOICES:
        raise PageNotFound
    _, after = desk.register.after(case.id, WAITING)
    try:
        with desk.store.transaction():
            _must_be_as_shown(visit)
            _judged(visit, case, choice)
    except IntakeError as error:
        case = find(visit)
        if case.status is CaseStatus.UNCONFIRMED:
            return _page(visit, case, refused(visit, error, choice, FIELDS))
        if choice == "merge":
            return refused_act(visit, case, desk.actions[choice], error, {"into": "other"})
        raise
    desk.casework.sweep()
    return visit.go(f"/review/{after}" if after else "/review", choice)


def _must_be_as_shown(visit: Visit) -> None:
    """Whether the case still waits, and is as the page showed it. Raises IllegalTransition."""
    case = find(visit)
    if case.status is not CaseStatus.UNCONFIRMED:
        raise refusals.settled(case.status)
    if visit.field("last") != str(visit.desk.register.last_event(case.id)):
        raise refusals.changed()


def _judged(visit: Visit, case: Case, choice: str) -> None:
    work, actor, role = visit.desk.casework, visit.account.name, visit.account.role
    if choice == "confirm":
        work.confirm(case.ref, actor, as_role=role)
    elif choice == "correct":
        rights = [Right(code) for code in visit.fields("rights") if code in set(Right)]
        if not rights:
            raise IntakeError("Tick at least one right, or say that it is not a request.",
                              "Cochez au moins un droit, ou dites que ce n’est pas une demande.",
                              field="rights")  # fmt: skip
        work.correct(case.ref, actor, rights, as_role=role)
    elif choice == "not_a_request":
        work.not_a_request(case.ref, actor, reason=visit.field("reason"), as_role=role)
    else:
        work.merge(case.ref, actor, visit.field("other"), same_person=visit.field("same_person"), as_role=role)
