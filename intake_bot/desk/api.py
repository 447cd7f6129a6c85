"""The JSON API: the same reads and actions as the pages, with a bearer token that acts for its account."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, deadline
from intake_bot.desk import actions, exports, figures
from intake_bot.desk.desk import Desk
from intake_bot.desk.mails import letter_view
from intake_bot.desk.outbox import decide_letter
from intake_bot.desk.refusals import NotAllowed
from intake_bot.desk.roles import Permission, may
from intake_bot.errors import IntakeError, NotFound, RoleForbids
from intake_bot.law.deadlines import explain
from intake_bot.rights import Right
from intake_bot.service import letter_edit
from intake_bot.store.accounts import Account
from intake_bot.store.register import Filter

T = TypeVar("T")
Ref = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{4,9}$", description="The reference of a case, such as 2026-0042.")]
Values = Mapping[str, str | list[str]]


class RightOut(BaseModel):
    """One requested right. Dates are local days of the acting controller, ISO 8601."""

    right: str
    status: str
    outcome: str | None
    clock: str
    due_on: str | None
    extended_due_on: str | None
    effective_due_on: str | None
    safe_on: str | None
    due_at: str | None
    rule_set: str


class CaseOut(BaseModel):
    """A case without personal data. Instants are UTC."""

    ref: str
    status: str
    hold: list[str]
    lang: str
    channel: str
    received_at: str
    closed_at: str | None
    due_on: str | None
    safe_on: str | None
    rights: list[RightOut]


class ActOut(CaseOut):
    """A case after an act."""

    warnings: list[str] = Field(description="What whoever acted should know, in the language of the desk.")


class CasePage(BaseModel):
    """Some cases, and how many match in all."""

    count: int
    cases: list[CaseOut]


class EventOut(BaseModel):
    """A fact of a case; its content stays in the console."""

    seq: int
    type: str
    actor: str
    occurred_at: str


class CaseDetail(CaseOut):
    """A case with its facts, the letters by id, and how each date follows from the law."""

    events: list[EventOut]
    letters: list[str]
    actions: list[str] = Field(description="What the role of the token may do now.")
    explanations: dict[str, list[str]]


class LetterOut(BaseModel):
    """A letter as it goes out, without the tokens of signed links. `sha256` names its words; empty once erased."""

    id: str
    case: str | None
    kind: str
    lang: str
    status: str
    to: str | None
    subject: str
    text: str
    sha256: str


class Problem(BaseModel):
    """Why something was not done."""

    detail: str


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "no valid bearer token"},
    403: {"model": Problem, "description": "the role of the token does not allow this"},
    404: {"model": Problem, "description": "nothing under this reference"},
    409: {"model": Problem, "description": "the case or letter does not allow this now; the detail says why"},
}


class Door:
    """Finds the account of a bearer token and runs work on the threads of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self.desk.pool, work)
        except NotFound as error:
            raise HTTPException(404, "nothing under this reference") from error
        except (RoleForbids, NotAllowed) as error:
            raise HTTPException(403, str(error)) from error
        except IntakeError as error:
            raise HTTPException(409, str(error)) from error

    def needs(self, permission: Permission) -> Callable[..., Awaitable[Account]]:
        """A dependency: the account of the token, when its role has the permission."""
        bearer = HTTPBearer(auto_error=False, description="A token made under “My account” in the console.")

        async def account(found: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Account:
            token, desk = found.credentials if found else "", self.desk
            owner = await self.run(lambda: desk.accounts.by_token(token, desk.now())) if token else None
            if owner is None:
                raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"})
            if not may(owner.role, permission):
                raise HTTPException(403, f"the role {owner.role} does not allow this")
            return owner

        return account

    def case(self, ref: str) -> Case:
        case = self.desk.store.cases.case_by_ref(ref)
        if case is None:
            raise NotFound(f"no case {ref}")
        return case


def router(desk: Desk) -> APIRouter:
    """All endpoints of version 1."""
    door = Door(desk)
    out = APIRouter(responses=_PROBLEMS)
    _reads(out, door)
    _acts(out, door)
    return out


def _reads(out: APIRouter, door: Door) -> None:
    desk = door.desk

    @out.get("/cases", summary="Cases by safe date")
    async def cases(
        account: Annotated[Account, Depends(door.needs(Permission.CASES))],
        status: Annotated[list[CaseStatus] | None, Query()] = None,
        right: Right | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> CasePage:
        wanted = Filter(statuses=tuple(map(str, status or ())), right=str(right) if right else "")

        def work() -> CasePage:
            ids = desk.register.ids(wanted, limit=limit, offset=offset)
            found = [case for case in map(desk.store.cases.case, ids) if case is not None]
            return CasePage(count=desk.register.count(wanted), cases=[CaseOut(**summary(case)) for case in found])

        return await door.run(work)

    @out.get("/cases/{ref}", summary="One case with its facts and dates explained")
    async def case(
        ref: Ref, account: Annotated[Account, Depends(door.needs(Permission.CASES))], lang: Literal["fr", "en"] = "en"
    ) -> CaseDetail:
        return await door.run(lambda: _detail(door, ref, account, lang))

    @out.get("/letters", summary="Letters that wait for a person")
    async def letters(account: Annotated[Account, Depends(door.needs(Permission.LETTERS))]) -> list[LetterOut]:
        def work() -> list[LetterOut]:
            return [letter_json(desk, account, item) for item in desk.register.waiting_letters(100)]

        return await door.run(work)

    @out.get("/register", summary="The register, one line per right, naming nobody")
    async def register(account: Annotated[Account, Depends(door.needs(Permission.EXPORT))]) -> list[dict[str, Any]]:
        def work() -> list[dict[str, Any]]:
            desk.accounts.saw(account.name, "export", desk.now(), detail="api")
            return exports.lines(sorted(desk.store.cases.all(), key=lambda case: case.ref))

        return await door.run(work)

    @out.get("/figures", summary="Counts and durations of the last days; no personal data")
    async def numbers(
        account: Annotated[Account, Depends(door.needs(Permission.FIGURES))], days: Literal["30", "90", "365"] = "90"
    ) -> dict[str, Any]:
        return await door.run(lambda: figures.collect(desk, int(days)))


def _acts(out: APIRouter, door: Door) -> None:
    desk = door.desk

    @out.post("/cases/{ref}/actions/{action}", summary="Do something to a case; fields as the form of the console")
    async def act(
        ref: Ref,
        action: Annotated[str, Path(pattern=r"^[a-z_]{2,40}$")],
        account: Annotated[Account, Depends(door.needs(Permission.CASES))],
        fields: Annotated[dict[str, str | list[str]], Body(description="Values by field name.")],
    ) -> ActOut:
        def work() -> ActOut:
            case, known = door.case(ref), desk.actions.get(action)
            if known is None:
                raise NotFound(f"no action {action}")
            values = actions.parsed(desk, known, case, _lists(fields))
            effect = actions.run(desk, case, known, account.name, account.role, values)
            return ActOut(**summary(desk.store.cases.case(case.id) or case), warnings=list(effect.warnings))

        return await door.run(work)

    @out.post("/letters/{letter}/{choice}", summary="Approve, reject or edit a letter that waits")
    async def decide(
        letter: Annotated[str, Path(pattern=r"^[0-9a-f]{1,32}$")],
        choice: Literal["approve", "reject", "edit"],
        account: Annotated[Account, Depends(door.needs(Permission.LETTERS))],
        text: Annotated[str, Body(max_length=letter_edit.LONGEST, description="The new words, for edit.")] = "",
        sha256: Annotated[
            str | None,
            Body(pattern="^[0-9a-f]{64}$", description="Of the letter as you read it: refused when it has changed."),
        ] = None,
    ) -> LetterOut:
        def work() -> LetterOut:
            decide_letter(desk, letter, choice, account.name, text=text, version=sha256)
            return letter_json(desk, account, letter)

        return await door.run(work)


def _lists(fields: Values) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def _detail(door: Door, ref: str, account: Account, lang: str) -> CaseDetail:
    desk, case = door.desk, door.case(ref)
    desk.accounts.saw(account.name, "case", desk.now(), case_id=case.id, detail="api")
    return CaseDetail(
        **summary(case),
        events=[
            EventOut(seq=item.seq, type=str(item.type), actor=item.actor, occurred_at=clock.to_text(item.occurred_at))
            for item in desk.store.cases.events(case.id)
        ],
        letters=[letter.id for letter in desk.store.outbox.all(case_id=case.id)],
        actions=[action.code for action in actions.possible(desk, case, account.role)],
        explanations={str(item.right): explain(deadline(case, item), lang).split("\n") for item in case.rights},
    )


def letter_json(desk: Desk, account: Account, item: str) -> LetterOut:
    """A letter as the API shows it, and the line of the access log that says so."""
    view = letter_view(desk.store.outbox.find(item))
    letter = view.letter
    desk.accounts.saw(account.name, "letter", desk.now(), case_id=letter.case_id, detail=letter.id)
    refs = desk.register.references([letter.case_id]) if letter.case_id else {}
    return LetterOut(
        id=letter.id, case=refs.get(letter.case_id or ""), kind=letter.kind, lang=letter.lang,
        status=str(letter.status), to=letter.recipient, subject=view.subject, text=view.text,
        sha256=view.version,
    )  # fmt: skip


def summary(case: Case) -> dict[str, Any]:
    """A case as the API shows it."""
    return {
        "ref": case.ref,
        "status": str(case.status),
        "hold": list(case.hold),
        "lang": case.lang,
        "channel": case.channel,
        "received_at": clock.to_text(case.received_at),
        "closed_at": _text(case.closed_at),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "safe_on": case.safe_on.isoformat() if case.safe_on else None,
        "rights": [
            {
                "right": str(item.right),
                "status": str(item.status),
                "outcome": str(item.outcome) if item.outcome else None,
                "clock": item.clock,
                "due_on": item.due_on.isoformat() if item.due_on else None,
                "extended_due_on": item.extended_due_on.isoformat() if item.extended_due_on else None,
                "effective_due_on": item.effective_due_on.isoformat() if item.effective_due_on else None,
                "safe_on": item.safe_on.isoformat() if item.safe_on else None,
                "due_at": _text(item.due_at),
                "rule_set": item.rule_set,
            }
            for item in case.rights
        ],
    }


def _text(value: datetime | None) -> str | None:
    return clock.to_text(value) if value else None
