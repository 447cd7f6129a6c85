"""The pages behind the signed links of notifications. A GET shows and never acts: mail scanners open every link."""

import secrets
from dataclasses import dataclass

from starlette.responses import Response

from intake_bot.cases import refusals, transitions
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.desk.entrance import set_entry
from intake_bot.desk.preview import preview
from intake_bot.desk.refusals import NotAllowed
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError
from intake_bot.service.links import Deed, Link, LinkInvalid, Links, Recipient
from intake_bot.service.office import Effect


class LinkRefused(Exception):
    """Holds the page that says why."""

    def __init__(self, page: Response) -> None:
        super().__init__()
        self.page = page


@dataclass(frozen=True, slots=True)
class Found:
    """A link that may be followed now."""

    link: Link
    case: Case
    recipient: Recipient


def link_page(visit: Visit) -> Response:
    """What the link would do, and a button. Nothing is done, nothing is used up, no session begins."""
    try:
        found = _find(visit)
    except LinkRefused as refused:
        return refused.page
    desk, case = visit.desk, found.case
    last = desk.register.last_event(case.id)
    expected = preview(desk, case.id, lambda: _act(visit, found, reason="-"), visit.lang)
    shows = desk.letterbox.shows_content()
    if shows and expected.letters and visit.request.method == "GET":
        desk.accounts.saw(found.recipient.name, "link_seen", visit.now, case_id=case.id, detail=str(found.link.deed))
    entry = visit.session.csrf if visit.session else visit.request.cookies.get("entry") or secrets.token_urlsafe(24)
    page = visit.page(
        "link", case=case, deed=str(found.link.deed), name=found.recipient.name, expected=expected, shows=shows,
        entry=entry, token=visit.path("token"), last=last, ends_at=found.link.expires_at,
    )  # fmt: skip
    if visit.session is None:
        set_entry(desk, page, entry)
    return page


def follow(visit: Visit) -> Response:
    """Carry the act out in the recipient's name, record how, and use the link up: all in one transaction."""
    try:
        found = _find(visit)
    except LinkRefused as refused:
        return refused.page
    desk, case, link = visit.desk, found.case, found.link
    try:
        with desk.store.transaction():
            if not Links(desk.settings, desk.store).use(link, visit.now):
                return _used(visit, case)
            if visit.field("last") != str(desk.register.last_event(case.id)):
                raise refusals.changed()
            effect = _act(visit, found, reason=visit.field("reason"))
            told = NewEvent(EventType.LINK_USED, found.recipient.name, visit.now, {"act": str(link.deed)})
            desk.store.cases.append(case.id, [told])
            desk.accounts.saw(found.recipient.name, "link", visit.now, case_id=case.id, detail=str(link.deed))
    except IntakeError as error:
        title = visit.say("Ce n’est pas possible maintenant", "That cannot be done now")
        text = f"{error.said(visit.lang).rstrip('.')}. " + visit.say("Rien n’a changé.", "Nothing has changed.")
        return visit.page("problem", status=409, title=title, text=text, back=visit.request.url.path)
    desk.casework.sweep()
    return visit.page("link_done", case=desk.store.cases.case(case.id) or case, deed=str(link.deed), effect=effect)


def _act(visit: Visit, found: Found, *, reason: str) -> Effect:
    work, who = visit.desk.casework, found.recipient
    if who.role not in transitions.ROLES:
        raise NotAllowed
    _must_be_as_told(visit, found.case)
    if found.link.deed is Deed.CONFIRM:
        return work.confirm(found.case.ref, who.name, as_role=who.role)
    return work.not_a_request(found.case.ref, who.name, reason=reason, as_role=who.role)


def _must_be_as_told(visit: Visit, case: Case) -> None:
    """Whether the case is as its notification told it: to be confirmed, or opened by the bot and touched by nobody.

    Raises IllegalTransition.
    """
    case = visit.desk.store.cases.case(case.id) or case
    told = case.status is CaseStatus.UNCONFIRMED or (
        case.status is CaseStatus.OPEN and all(event.actor == "bot" for event in visit.desk.store.cases.events(case.id))
    )
    if not told:
        raise refusals.settled(case.status)
    if "unread_reply" in case.hold:  # the link lifts holds, and its page shows no mail
        raise refusals.unread()


def _find(visit: Visit) -> Found:
    """The link of the address. Raises LinkRefused."""
    links = Links(visit.desk.settings, visit.desk.store)
    try:
        link = links.read(visit.path("token"))
    except LinkInvalid as error:
        title = visit.say("Ce lien n’est pas valable", "This link is not valid")
        text = visit.say(
            "Il a été modifié ou coupé en route. Ouvrez-le depuis le message reçu, ou connectez-vous au bureau des "
            "droits.",
            "It was altered or cut on its way. Open it from the message you received, or go to the desk.",
        )
        raise LinkRefused(visit.page("problem", status=404, title=title, text=text, back="/")) from error
    case, recipient = visit.desk.store.cases.case(link.case_id), links.recipient(link)
    if case is None or recipient is None:
        title = visit.say("Ce lien n’appartient plus à personne du bureau", "This link is nobody's here any more")
        text = visit.say(
            "L’adresse à laquelle il a été envoyé n’agit plus au bureau. Une autre personne peut agir sur le dossier.",
            "The address to which it was sent no longer acts for the desk. Another person can act on the case.",
        )
        raise LinkRefused(visit.page("problem", status=403, title=title, text=text, back="/"))
    if links.used(link):
        raise LinkRefused(_used(visit, case))
    if visit.now >= link.expires_at:
        title = visit.say("Ce lien a expiré", "This link has expired")
        text = visit.say(
            f"Il valait 72 heures. Ouvrez le dossier {case.ref} au bureau des droits, ou répondez au message.",
            f"It was good for 72 hours. Open case {case.ref} in the desk, or answer the message.",
        )
        raise LinkRefused(visit.page("problem", status=410, title=title, text=text, back=f"/case/{case.ref}"))
    return Found(link, case, recipient)


def _used(visit: Visit, case: Case) -> Response:
    title = visit.say("Ce lien a déjà servi", "This link was used already")
    text = visit.say(
        f"Un lien ne sert qu’une fois. Ce qui a été fait se voit dans le dossier {case.ref}.",
        f"A link works once. What was done stands in case {case.ref}.",
    )
    return visit.page("problem", status=410, title=title, text=text, back=f"/case/{case.ref}")
