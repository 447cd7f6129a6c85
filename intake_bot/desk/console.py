"""The console: routes, who may use each, sessions, forms that only our own pages can post, strict headers."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from intake_bot.desk.desk import Desk
from intake_bot.desk.headers import Headers, small
from intake_bot.desk.refusals import NotAllowed, PageNotFound
from intake_bot.desk.roles import Permission
from intake_bot.desk.unsent import unsent
from intake_bot.desk.visit import Handler, Visit, read_form
from intake_bot.errors import IllegalTransition, IntakeError, NotFound, StoreError
from intake_bot.service.listening import TITLE
from intake_bot.store.accounts import Session

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One route: `need` is None where no session is asked for.

    `files`: its form brings files. `stale`: answers where its form was posted without the secret it was given.
    """

    method: str
    path: str
    handler: Handler
    need: Permission | None
    files: bool = False
    stale: Handler | None = None


def cookie_name(desk: Desk) -> str:
    """__Host- binds the cookie to this host and to https; browsers refuse that prefix over http."""
    return "__Host-desk" if desk.secure else "desk"


def create(desk: Desk) -> FastAPI:
    """The application, ready for an ASGI server."""
    from intake_bot.desk import api, routes

    application = FastAPI(
        title=TITLE, version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        description="Rights requests: cases, letters and figures. Every call needs a bearer token made in the console.",
    )  # fmt: skip
    application.state.desk = desk
    application.include_router(api.router(desk), prefix="/api/v1")
    for page in routes.PAGES:
        application.router.routes.append(_route(desk, page))
    application.add_exception_handler(404, _nothing)
    application.add_exception_handler(405, _nothing)
    hosts = {urlsplit(desk.url).hostname or "", desk.settings.console_host, "127.0.0.1", "localhost"}
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts - {"", "0.0.0.0"}))  # noqa: S104
    application.add_middleware(Headers, secure=desk.secure)
    return application


async def _nothing(request: Request, error: Exception) -> Response:
    """No such address (404), or it does not take this method (405)."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": str(error.detail)}, error.status_code, error.headers)
    return PlainTextResponse(error.detail, error.status_code, error.headers)


def _route(desk: Desk, page: Page) -> Route:
    async def endpoint(request: Request) -> Response:
        loop = asyncio.get_running_loop()
        fields: dict[str, list[str]] = {}
        files: dict[str, tuple[str, bytes]] = {}
        # What strangers send is read into memory where it is small only.
        if page.method == "POST" and (
            small(request.scope) or await loop.run_in_executor(desk.pool, _session, desk, request) is not None
        ):
            fields, files = await read_form(request, files=page.files)
        work = lambda: _serve(desk, page, request, fields, files)  # noqa: E731
        return await loop.run_in_executor(desk.pool, work)

    return Route(page.path, endpoint, methods=[page.method], name=f"{page.method} {page.path}")


def _session(desk: Desk, request: Request) -> Session | None:
    token = request.cookies.get(cookie_name(desk), "")
    return desk.sign_in.session(token, desk.now()) if token else None


def _serve(
    desk: Desk, page: Page, request: Request, fields: dict[str, list[str]], files: dict[str, tuple[str, bytes]]
) -> Response:
    session = _session(desk, request)
    visit = Visit(desk, request, session, _language(desk, request, session), desk.now(), fields, files)
    if page.need is not None and session is None:
        if page.method == "POST":
            text = visit.say("Reconnectez-vous, puis recommencez.", "Sign in again, then repeat.")
            title, next_page = visit.say("Session terminée", "Session ended"), quote(_back(visit), safe="")
            shown = unsent(visit) if _same_origin(visit) else []
            return visit.page(
                "unsent", status=401, title=title, text=text, typed=shown, back=f"/sign-in?next={next_page}",
                way=visit.say("Se connecter", "Sign in"),
            )  # fmt: skip
        return RedirectResponse(f"/sign-in?next={quote(_local(request))}", 303)
    if page.method == "POST" and not (_same_origin(visit) and _secret_fits(visit)):
        return _refused_form(visit, page)
    return _answered(visit, page)


def _refused_form(visit: Visit, page: Page) -> Response:
    """A form from elsewhere; or one of ours, whose secret is that of another session or too old."""
    title, ours = visit.say("Formulaire refusé", "Form refused"), _same_origin(visit)
    if ours and page.stale is not None:
        return page.stale(visit)
    if not ours:
        text = visit.say("Ce formulaire ne vient pas d’une page ouverte par vous.",
                         "This form does not come from a page that you opened.")  # fmt: skip
        return visit.page("problem", status=403, title=title, text=text, back="/")
    text = visit.say("Ce formulaire était ouvert depuis trop longtemps, ou dans une autre session.",
                     "This form was open for too long, or in another session.")  # fmt: skip
    # The address of a form without a session shows it again.
    back = _back(visit) if page.need is not None else visit.request.url.path
    way = visit.say("Ouvrir la page de nouveau", "Open the page again")
    return visit.page("unsent", status=403, title=title, text=text, typed=unsent(visit), back=back, way=way)


def _answered(visit: Visit, page: Page) -> Response:
    try:
        if page.need is not None:
            visit.require(page.need)
        return page.handler(visit)
    except NotAllowed:
        text = visit.say("Votre rôle ne le permet pas.", "Your role does not allow this.")
        return visit.page("problem", status=403, title=visit.say("Pas permis", "Not allowed"), text=text, back="/")
    except (PageNotFound, NotFound):
        text = visit.say("Rien ne se trouve à cette adresse.", "There is nothing under this address.")
        return visit.page("problem", status=404, title=visit.say("Introuvable", "Not found"), text=text,
                          back=_back(visit) if _has_case(visit) else "/")  # fmt: skip
    except (IllegalTransition, StoreError) as error:
        title = visit.say("Ce n’est pas possible maintenant", "That cannot be done now")
        return visit.page("problem", status=409, title=title, text=error.said(visit.lang), back=_back(visit))
    except IntakeError as error:
        title = visit.say("Cela n’a pas abouti", "That did not work")
        return visit.page("problem", status=400, title=title, text=error.said(visit.lang), back=_back(visit))


def _back(visit: Visit) -> str:
    """The case that an address names; without one, the first page."""
    ref = visit.request.path_params.get("ref")
    return f"/case/{quote(ref, safe='')}" if ref else "/"


def _has_case(visit: Visit) -> bool:
    ref = visit.request.path_params.get("ref")
    return bool(ref) and visit.session is not None and visit.desk.store.cases.case_by_ref(str(ref)) is not None


def _same_origin(visit: Visit) -> bool:
    """Whether a form was posted by a page of this origin, as far as the browser says."""
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return not origin or urlsplit(origin).netloc == request.headers.get("host")


def _secret_fits(visit: Visit) -> bool:
    """Whether a form repeats the secret of the session, or where there is none, that of the page it stands on."""
    wanted = visit.session.csrf if visit.session else visit.request.cookies.get("entry", "")
    return bool(wanted) and secrets.compare_digest(wanted.encode(), visit.field("csrf").encode())


def _language(desk: Desk, request: Request, session: Session | None) -> str:
    if session is not None and session.account.lang in ("fr", "en"):
        return session.account.lang
    for part in request.headers.get("accept-language", "").split(","):
        code = part.strip()[:2].lower()
        if code in ("fr", "en"):
            return code
    return desk.settings.desk_language


def _local(request: Request) -> str:
    """Path and query of a request, for coming back after the sign-in."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
