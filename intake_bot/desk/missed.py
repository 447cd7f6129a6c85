"""Missed requests: the weekly sample of mails that were no request, each to be judged by a person."""

from datetime import timedelta

from starlette.responses import Response

from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.refused import Refused, refused
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError, NotFound
from intake_bot.rights import Right

#: Mails of one page; the next ones appear as these are judged.
SHOWN = 25

#: How far back the estimate of this page looks.
YEAR = timedelta(days=365)


def missed(visit: Visit) -> Response:
    """The mails that wait, the most probable first."""
    return _page(visit)


def _page(visit: Visit, refused: Refused | None = None) -> Response:
    found = visit.desk.missed.waiting()
    shown = found[:SHOWN]
    if shown:
        visit.saw("missed", detail=" ".join(item.sample.id for item in shown))
    estimate = visit.desk.missed.estimate(visit.now - YEAR)
    return visit.page("missed", status=refused.status if refused else 200, refused=refused, shown=shown,
                      count=len(found), estimate=estimate, all_rights=list(map(str, Right)),
                      size=visit.desk.settings.missed_sample)  # fmt: skip


def judge(visit: Visit) -> Response:
    """Take the word of a person on one mail."""
    item, choice, desk, actor = visit.path("item"), visit.path("choice"), visit.desk, visit.account.name
    if choice == "no_request":
        desk.missed.no_request(item, actor)
        return visit.go("/missed", "sample_no_request")
    if choice != "request":
        raise PageNotFound
    try:
        result = desk.missed.request(item, actor, desk.retrieval, rights=visit.fields("rights"))
    except NotFound:
        raise
    except IntakeError as error:
        return _page(visit, refused(visit, error, item, ("rights",)))
    return visit.go(f"/case/{result.case.ref}", "sample_request")
