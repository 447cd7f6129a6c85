"""The console: routes, who may use each, sessions, forms that only our own pages can post, strict headers."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from intake_bot.desk.desk import Desk
from intake_bot.desk.headers import Headers
from intake_bot.desk.refusals import NotAllowed, PageNotFound
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Handler, Visit, read_form
from intake_bot.errors import IllegalTransition, IntakeError, NotFound, StoreError
from intake_bot.service.listening import TITLE
from intake_bot.store.accounts import Session

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One route: `need` is None where no session is asked for."""

    method: str
    path: str
    handler: Handler
    need: Permission | None


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
    hosts = {urlsplit(desk.url).hostname or "", desk.settings.console_host, "127.0.0.1", "localhost"}
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts - {"", "0.0.0.0"}))  # noqa: S104
    application.add_middleware(Headers, secure=desk.secure)
    return application


async def _nothing(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        from starlette.responses import JSONResponse

        return JSONResponse({"detail": str(getattr(error, "detail", "not found"))}, 404)
    return PlainTextResponse("Not found", 404)


def _route(desk: Desk, page: Page) -> Route:
    async def endpoint(request: Request) -> Response:
        fields, files = await read_form(request) if page.method == "POST" else ({}, {})
        work = lambda: _serve(desk, page, request, fields, files)  # noqa: E731
        return await asyncio.get_running_loop().run_in_executor(desk.pool, work)

    return Route(page.path, endpoint, methods=[page.method], name=f"{page.method} {page.path}")


def _serve(
    desk: Desk, page: Page, request: Request, fields: dict[str, list[str]], files: dict[str, tuple[str, bytes]]
) -> Response:
    now = desk.now()
    token = request.cookies.get(cookie_name(desk), "")
    session = desk.sign_in.session(token, now) if token else None
    visit = Visit(desk, request, session, _language(desk, request, session), now, fields, files)
    if page.need is not None and session is None:
        if page.method == "POST":
            return visit.page("problem", status=401, title=visit.say("Session terminée", "Session ended"),
                              text=visit.say("Reconnectez-vous, puis recommencez.", "Sign in again, then repeat."),
                              back="/sign-in")  # fmt: skip
        return RedirectResponse(f"/sign-in?next={quote(_local(request))}", 303)
    if page.method == "POST" and not _ours(visit):
        return visit.page(
            "problem", status=403, title=visit.say("Formulaire refusé", "Form refused"),
            text=visit.say("Ce formulaire ne vient pas d’une page ouverte par vous.",
                           "This form does not come from a page that you opened."), back="/",
        )  # fmt: skip
    return _answered(visit, page)


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
        return visit.page("problem", status=404, title=visit.say("Introuvable", "Not found"), text=text, back="/")
    except (IllegalTransition, StoreError) as error:
        title = visit.say("Ce n’est pas possible maintenant", "That cannot be done now")
        return visit.page("problem", status=409, title=title, text=error.said(visit.lang), back=_back(visit))
    except IntakeError as error:
        title = visit.say("Cela n’a pas abouti", "That did not work")
        return visit.page("problem", status=400, title=title, text=error.said(visit.lang), back=_back(visit))


def _back(visit: Visit) -> str:
    """The page of a form: the address without its last step."""
    path = visit.request.url.path
    return path.rsplit("/", 1)[0] or "/"


def _ours(visit: Visit) -> bool:
    """Whether a form was posted by a page of ours: same origin, and the secret of the session where there is one."""
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    wanted = visit.session.csrf if visit.session else request.cookies.get("entry", "")
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
