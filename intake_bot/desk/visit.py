"""One request to a page: who asks, in which language, with which form. Every page is a function of a visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from intake_bot.desk.desk import Desk
from intake_bot.desk.notices import NOTICES
from intake_bot.desk.refusals import NotAllowed
from intake_bot.desk.roles import NAMES, Permission, Role, may
from intake_bot.store.accounts import Account, Session


@dataclass(slots=True)
class Visit:
    """A request with what the pages need of it."""

    desk: Desk
    request: Request
    session: Session | None
    lang: str
    now: datetime
    form: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)  # field -> (file name, content)

    @property
    def account(self) -> Account:
        assert self.session is not None
        return self.session.account

    @property
    def today(self) -> date:
        return self.desk.today()

    def say(self, french: str, english: str) -> str:
        return french if self.lang == "fr" else english

    def may(self, permission: Permission) -> bool:
        return self.session is not None and may(self.account.role, permission)

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed."""
        if not self.may(permission):
            raise NotAllowed

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "").strip()

    def queries(self, name: str) -> list[str]:
        return [value for value in self.request.query_params.getlist(name) if value]

    def field(self, name: str) -> str:
        """A form field, without white space at its ends."""
        return next(iter(self.form.get(name, ())), "").strip()

    def fields(self, name: str) -> list[str]:
        return [value for value in self.form.get(name, ()) if value]

    def number(self, name: str, default: int, highest: int = 1_000_000) -> int:
        """A whole number in the query, the default for anything else."""
        text = self.query(name)
        return min(int(text), highest) if text.isascii() and text.isdigit() and len(text) < 10 else default

    def saw(self, action: str, *, case_id: str | None = None, detail: str = "") -> None:
        """Write into the access log that this person saw something."""
        self.desk.accounts.saw(self.account.name, action, self.now, case_id=case_id, detail=detail)

    # -- answers -----------------------------------------------------------------------------------------------

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page from a template."""
        notice = NOTICES.get(self.query("done"))
        account = self.session.account if self.session else None
        html = self.desk.pages.render(
            template,
            self.lang,
            self.desk.zone,
            self.today,
            {
                "account": account,
                "role_name": NAMES[Role(account.role)][0 if self.lang == "fr" else 1] if account else "",
                "csrf": self.session.csrf if self.session else "",
                "can": lambda permission: self.may(Permission(permission)),
                "notice": self.say(*notice) if notice else "",
                "here": self.request.url.path,
                "send_mode": self.desk.settings.send_mode,
                **context,
            },
        )
        return HTMLResponse(html, status)

    def go(self, path: str, done: str = "") -> Response:
        """Send the browser to another page after a form, with a notice there."""
        address, _, part = path.partition("#")
        mark = "&" if "?" in address else "?"
        target = f"{address}{mark}done={quote(done)}" if done else address
        return RedirectResponse(target + (f"#{part}" if part else ""), status_code=303)


Handler = Callable[[Visit], Response]


async def read_form(request: Request, *, files: bool) -> tuple[dict[str, list[str]], dict[str, tuple[str, bytes]]]:
    """The fields and files of a posted form; a file is refused (400) unless the form of the page has some (`files`)."""
    fields: dict[str, list[str]] = {}
    found: dict[str, tuple[str, bytes]] = {}
    async with request.form(max_files=3 if files else 0, max_fields=300, max_part_size=1_000_000) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read()
                if content:
                    found[name] = (value.filename or "", content)
            else:
                fields.setdefault(name, []).append(value)
    return fields, found


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file that the browser saves and never shows (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)[-100:]
    encoded = quote(name[-150:], safe="")
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{encoded}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
