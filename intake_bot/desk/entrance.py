"""The pages before the session: sign-in, the one-time link, sign-out."""

import logging
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from intake_bot.desk.console import cookie_name
from intake_bot.desk.desk import Desk
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.signin import ABSOLUTE, PASSWORD_LENGTH, Key, LockedOut, SignInRefused, WeakPassword
from intake_bot.desk.visit import Visit
from intake_bot.store.accounts import Account

log = logging.getLogger(__name__)

#: How long a sign-in form may lie open.
_ENTRY = timedelta(hours=1)


def sign_in_page(visit: Visit) -> Response:
    return RedirectResponse("/", 303) if visit.session else _form(visit)


def _form(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    entry = visit.request.cookies.get("entry") or secrets.token_urlsafe(24)
    wanted = visit.query("next") or visit.field("next")
    page = visit.page(
        "sign_in",
        status=status,
        problem=problem,
        entry=entry,
        next=safe_next(wanted),
        name=visit.field("name"),
        by_link=visit.desk.settings.sign_in_links,
    )
    set_entry(visit.desk, page, entry)
    return page


def too_old(visit: Visit) -> Response:
    """The sign-in form again, with a new secret: the one that was posted had lain open for longer than its own."""
    if visit.session:
        return RedirectResponse("/", 303)
    text = visit.say("Le formulaire était ouvert depuis trop longtemps : remplissez-le de nouveau.",
                     "The form was too old: fill it in again.")  # fmt: skip
    return _form(visit, problem=text, status=403)


def set_entry(desk: Desk, page: Response, entry: str) -> None:
    """Give the browser the secret that a form without a session repeats."""
    page.set_cookie(
        "entry", entry, max_age=int(_ENTRY.total_seconds()), httponly=True, secure=desk.secure, samesite="strict"
    )


def sign_in(visit: Visit) -> Response:
    """Take name, password and code. What was wrong is not said."""
    password = next(iter(visit.form.get("password", ())), "")
    try:
        account, key = visit.desk.sign_in.sign_in(
            visit.field("name"), password, visit.field("code"), _client(visit), visit.now
        )
    except LockedOut as error:
        return _form(visit, problem=_wait(visit, error), status=429)
    except SignInRefused:
        text = visit.say(
            "Nom, mot de passe ou code inexact. Un code ne sert qu’une fois : attendez le suivant.",
            "Wrong name, password or code. A code counts once: wait for the next one.",
        )
        return _form(visit, problem=text, status=401)
    return _enter(visit, account, key, safe_next(visit.field("next")))


def _wait(visit: Visit, error: LockedOut) -> str:
    until = error.until.astimezone(ZoneInfo(visit.desk.zone))
    return visit.say(
        f"Trop d’essais. Réessayez à {until:%H:%M:%S} ({visit.desk.zone}).",
        f"Too many attempts. Try again at {until:%H:%M:%S} ({visit.desk.zone}).",
    )


def ask_link(visit: Visit) -> Response:
    """Send a sign-in link. The answer, and how long it takes, are the same for an address that nobody has."""
    desk = visit.desk
    if not desk.settings.sign_in_links:
        raise PageNotFound
    address, now, client = visit.field("address")[:320], visit.now, _client(visit)
    desk.pool.submit(_send_link, desk, address, client, now)
    title = visit.say("Consultez votre messagerie", "Look at your mail")
    text = visit.say(
        "Si cette adresse est celle d’un compte, un lien lui est envoyé. Il ne sert qu’une fois, pendant un quart "
        "d’heure ; préparez votre application de codes.",
        "If this address is that of an account, a link is being sent to it. It works once, for a quarter of an hour; "
        "have your authenticator at hand.",
    )
    return visit.page("problem", title=title, text=text, back="/sign-in")


def _send_link(desk: Desk, address: str, client: str, now: datetime) -> None:
    try:
        desk.sign_in_links.send(address, client, now)
    except Exception as error:
        log.error("no sign-in link was written", extra={"error": type(error).__name__})


def link_page(visit: Visit) -> Response:
    """The page behind a sign-in link: it asks for the code. A GET uses nothing up: mail scanners open every link."""
    return _link_form(visit)


def _link_form(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    links, token = visit.desk.sign_in_links, visit.path("token")
    if not visit.desk.settings.sign_in_links:
        raise PageNotFound
    if links.read(token, visit.now) is None:
        title = visit.say("Ce lien n’est pas valable", "This link is not valid")
        text = visit.say(
            "Il a servi, a plus d’un quart d’heure ou a été coupé en route. Demandez-en un autre.",
            "It was used, is older than a quarter of an hour or was cut on its way. Ask for another.",
        )
        return visit.page("problem", status=404, title=title, text=text, back="/sign-in")
    entry = visit.request.cookies.get("entry") or secrets.token_urlsafe(24)
    page = visit.page("sign_in_link", status=status, problem=problem, entry=entry, token=token)
    set_entry(visit.desk, page, entry)
    return page


def enter_by_link(visit: Visit) -> Response:
    """Use a sign-in link up, with a code."""
    if not visit.desk.settings.sign_in_links:
        raise PageNotFound
    try:
        account, key = visit.desk.sign_in_links.enter(
            visit.path("token"), visit.field("code"), _client(visit), visit.now
        )
    except LockedOut as error:
        return _link_form(visit, problem=_wait(visit, error), status=429)
    except SignInRefused:
        text = visit.say(
            "Ce code n’est pas le bon. Un code ne sert qu’une fois : attendez le suivant.",
            "That code is not right. A code counts once: wait for the next one.",
        )
        return _link_form(visit, problem=text, status=401)
    return _enter(visit, account, key, "/")


def _client(visit: Visit) -> str:
    return visit.request.client.host if visit.request.client else ""


def _enter(visit: Visit, account: Account, key: Key, target: str) -> Response:
    desk = visit.desk
    desk.accounts.saw(account.name, "sign_in", visit.now)
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        cookie_name(desk), key.token, max_age=int(ABSOLUTE.total_seconds()), path="/", httponly=True,
        secure=desk.secure, samesite="lax",
    )  # fmt: skip
    answer.delete_cookie("entry")
    return answer


def safe_next(target: str) -> str:
    """A page of ours, "/" for anything else: no address of another host gets through."""
    if not target.startswith("/") or target.startswith(("//", "/\\", "/sign-", "/welcome")) or not target.isprintable():
        return "/"
    return "/" if "\\" in target else target


def sign_out(visit: Visit) -> Response:
    token = visit.request.cookies.get(cookie_name(visit.desk), "")
    visit.saw("sign_out")
    visit.desk.accounts.end_session(token)
    answer = RedirectResponse("/sign-in?done=signed_out", 303)
    answer.delete_cookie(cookie_name(visit.desk), path="/", secure=visit.desk.secure, httponly=True, samesite="lax")
    return answer


def welcome_page(visit: Visit) -> Response:
    """The one-time link: choose a password, take the secret into an authenticator. A GET uses nothing up."""
    return _welcome(visit)


def _welcome(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    desk = visit.desk
    account = desk.accounts.invited(visit.path("token"), visit.now)
    if account is None:
        text = visit.say(
            "Ce lien d’invitation a servi, a expiré ou a été coupé en route. "
            "Si vous avez un mot de passe, connectez-vous ; sinon, demandez un nouveau lien à l’administrateur.",
            "This invitation link was used, has expired or was cut on its way. If you have a password, sign in; "
            "otherwise ask the administrator for a new link.",
        )
        title = visit.say("Ce lien n’est pas valable", "This link is not valid")
        return visit.page("problem", status=404, title=title, text=text, back="/sign-in")
    uri = desk.sign_in.provisioning_uri(account)
    secret = desk.sign_in.totp_secret(account)
    drawing = segno.make(uri, error="m").svg_inline(scale=5, border=2, light="white", omitsize=True)
    entry = visit.request.cookies.get("entry") or secrets.token_urlsafe(24)
    page = visit.page(
        "welcome", status=status, problem=problem, entry=entry, token=visit.path("token"), name=account.name,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), length=PASSWORD_LENGTH,
        drawing=Markup(drawing),  # noqa: S704 - made by segno from our own values
    )  # fmt: skip
    set_entry(desk, page, entry)
    return page


def welcome(visit: Visit) -> Response:
    """Use the one-time link up."""
    password = next(iter(visit.form.get("password", ())), "")
    try:
        account, key = visit.desk.sign_in.enrol(
            visit.path("token"), password, visit.field("code"), _client(visit), visit.now
        )
    except WeakPassword:
        text = visit.say(
            f"Au moins {PASSWORD_LENGTH} caractères, et pas votre nom.",
            f"At least {PASSWORD_LENGTH} characters, and not your name.",
        )
        return _welcome(visit, problem=text, status=400)
    except LockedOut as error:
        return _welcome(visit, problem=_wait(visit, error), status=429)
    except SignInRefused:
        text = visit.say("Ce code n’est pas le bon : lisez-le à nouveau.", "That code is not right: read it again.")
        return _welcome(visit, problem=text, status=401)
    return _enter(visit, account, key, "/")
