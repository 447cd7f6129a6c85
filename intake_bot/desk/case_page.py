"""One case: rights with their clocks explained, mails, letters, timeline, and what can be done."""

from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus, deadline
from intake_bot.cases.events import Event, EventType
from intake_bot.desk import actions, deliver, mails, packs, words
from intake_bot.desk.mails import letter_view
from intake_bot.desk.preview import preview
from intake_bot.desk.refusals import NotAllowed, PageNotFound
from intake_bot.desk.refused import act_again, refused_act
from intake_bot.desk.rendering import short_date, short_instant
from intake_bot.desk.review import find, scores
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit, download
from intake_bot.errors import IntakeError, KeyDestroyed
from intake_bot.law.deadlines import explain
from intake_bot.rights import Right
from intake_bot.service import undelivered
from intake_bot.service.scanning import scanned
from intake_bot.store.accounts import AccessEntry

#: Lines of the access log that a case shows.
ACCESSES = 15

#: Facts that stand elsewhere on the page, or mean nothing to a reader.
_SILENT = frozenset(
    {
        "row",
        "rows",
        "human",
        "ask_at",
        "codes",
        "salt",
        "message_id",
        "letter",
        "document",
        "model_version",
        "scores",
        "folder",
    }
)
_OF_LETTERS = frozenset({"status", "mode", "lang"})

#: Groups of a value that may also be the words of a person.
_FREE = frozenset({"about", "how", "content", "status"})

#: The words of the values of a fact.
_GROUPS = {
    "kind": "kind", "printed": "kind", "step": "kind", "asks": "right",
    "rights": "right", "right": "right", "outcome": "outcome", "event": "clock", "fact": "clock",
    "answer_to": "clock",
    "about": "about", "how": "how", "content": "content", "status": "status",
}  # fmt: skip


def case_page(visit: Visit) -> Response:
    """The page of a case."""
    case, desk = find(visit), visit.desk
    visit.saw("case", case_id=case.id)
    events = list(desk.store.cases.events(case.id))
    kept = mails.views(desk.store, desk.register, case.id)
    opening: dict[str, Any] = dict(events[0].payload or {}) if events else {}
    return visit.page(
        "case",
        case=case,
        rights=[_right(visit, case, item.right) for item in case.rights],
        events=[(event, facts(event, visit)) for event in reversed(events)],
        mails=list(reversed(kept)),
        letters=[letter_view(letter) for letter in reversed(desk.store.outbox.all(case_id=case.id))],
        opening=opening,
        scores=scores(next((mail.verdict for mail in kept if mail.verdict), None)),
        groups=actions.offered(visit, case),
        desk=desk,
        asked=[str(item.right) for item in case.running],
        accesses=_folded(desk.accounts.accesses(case_id=case.id, limit=200))[:ACCESSES],
        erased=any(event.payload is None for event in events),
        unread=case.hold == ("unread_reply",),
        alarms=undelivered.lost(desk.store, case.id, (*undelivered.LOST, EventType.LETTER_UNCERTAIN)),
        deliverable=deliver.possible(case, visit.account.role),
        reviewable=case.status is CaseStatus.UNCONFIRMED,
    )


def _right(visit: Visit, case: Case, code: Right) -> dict[str, Any]:
    item = case.right(code)
    assert item is not None
    found = deadline(case, item)
    return {"item": item, "deadline": found, "explanation": explain(found, visit.lang).split("\n")}


def _folded(entries: list[AccessEntry]) -> list[tuple[AccessEntry, int]]:
    """One line per person and act: the last time, and how often."""
    found: dict[tuple[str, str], tuple[AccessEntry, int]] = {}
    for entry in entries:
        last, times = found.get((entry.account, entry.action), (entry, 0))
        found[entry.account, entry.action] = (last, times + 1)
    return list(found.values())


def facts(event: Event, visit: Visit) -> list[tuple[str, str]]:
    """The payload of an event as short lines: names and values in words."""
    payload = event.payload or {}
    if event.type is EventType.OPENED:
        return [(words.word("fact", "note", visit.lang), payload["note"])] if payload.get("note") else []
    if event.type is EventType.IDENTITY_DECIDED and "outcome" in payload:
        payload = {**payload, "step": payload["outcome"], "outcome": None}
    silent = _OF_LETTERS | _SILENT if str(event.type).startswith("letter_") else _SILENT
    if payload.get("printed"):
        silent = silent | {"body"}  # a letter to print: the page shows it whole
    return [
        (words.word("fact", name, visit.lang), _value(name, value, visit)[:600])
        for name, value in payload.items()
        if name not in silent and value not in (None, "", [], {}, False)
    ]


def _value(name: str, value: Any, visit: Visit) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{words.word('fact', key, visit.lang)} {item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(name, item, visit) for item in value)
    if value is True:
        return visit.say("oui", "yes")
    text = str(value)
    group = _GROUPS.get(name)
    if group and (text in words.WORDS[group] or group not in _FREE):
        return words.word(group, text, visit.lang)
    if name == "reasons":
        return words.reason(text, visit.lang)
    return _moment(text, visit)


def _moment(text: str, visit: Visit) -> str:
    """A day or an instant as the language writes it; any other text as it is."""
    with suppress(ValueError):
        return short_date(date.fromisoformat(text), visit.lang, visit.today)
    with suppress(ValueError):
        return short_instant(clock.from_text(text), visit.desk.zone, visit.lang, visit.today)
    return text


def act(visit: Visit) -> Response:
    """Do something to a case, or show first what it would do. What is refused shows its form again."""
    case = find(visit)
    action = visit.desk.actions.get(visit.path("action"))
    if action is None:
        raise PageNotFound
    try:
        return _acted(visit, case, action)
    except NotAllowed:
        raise
    except IntakeError as error:
        return refused_act(visit, case, action, error)


def _acted(visit: Visit, case: Case, action: actions.Action) -> Response:
    if visit.field("step") == "change":
        return act_again(visit, case, action)
    values = actions.parsed(visit.desk, action, case, visit.form)
    run = partial(actions.run, visit.desk, case, action, visit.account.name, visit.account.role, values)
    if action.letter and visit.field("step") != "do":
        expected = preview(visit.desk, case.id, run, visit.lang)
        if expected.error is not None:
            raise expected.error
        return visit.page("preview", case=case, action=action, expected=expected,
                          repeated=[(name, value) for name, items in visit.form.items() for value in items
                                    if name not in ("csrf", "step")])  # fmt: skip
    effect = run()
    if effect.warnings or effect.printed:
        return visit.page("done", case=effect.case, action=action, effect=effect)
    return visit.go(f"/case/{case.ref}", "act")


def attachment(visit: Visit) -> Response:
    """One attachment, as a file that no browser opens by itself."""
    case, content, name, media_type = _attachment(visit)
    visit.saw("attachment", case_id=case.id, detail=visit.path("section"))
    return download(scanned(visit.desk.settings, content), name, media_type)


def _attachment(visit: Visit) -> tuple[Case, bytes, str, str]:
    case, section = find(visit), visit.path("section")
    kept = next(
        (mail for mail in visit.desk.store.correspondence.mails(case.id) if mail["id"] == visit.path("mail")), None
    )
    listed = ((kept or {}).get("content") or {}).get("attachments", [])
    item = next((entry for entry in listed if entry["section"] == section), None)
    if kept is None or item is None:
        raise PageNotFound
    content = mails.part(_original(visit, kept["id"]), section)
    if content is None:
        raise PageNotFound
    return case, content, item["filename"] or "attachment", "application/octet-stream"


def original(visit: Visit) -> Response:
    """The octets of a mail as received."""
    case = find(visit)
    ids = {mail["id"] for mail in visit.desk.store.correspondence.mails(case.id)}
    if visit.path("mail") not in ids:
        raise PageNotFound
    content = _original(visit, visit.path("mail"))
    visit.saw("original", case_id=case.id)
    return download(scanned(visit.desk.settings, content), f"{case.ref}.eml", "application/octet-stream")


def _original(visit: Visit, mail_id: str) -> bytes:
    try:
        content = visit.desk.store.correspondence.original(mail_id)
    except KeyDestroyed as error:
        raise PageNotFound from error
    if content is None:
        raise PageNotFound
    return content


def pack(visit: Visit) -> Response:
    """The evidence pack of a case; encrypted when a password is given."""
    case = find(visit)
    content = packs.of_case(visit.desk, case, visit.lang, _password(visit))
    visit.saw("pack", case_id=case.id)
    return download(content, f"evidence-{case.ref}.zip", "application/zip")


def _password(visit: Visit) -> str:
    """The password of a pack as it was typed, "" for none. Raises IntakeError for one of white space only."""
    typed = next(iter(visit.form.get("password", ())), "")
    if typed and not typed.strip():
        raise IntakeError(
            "a password of spaces protects nothing: type another, or leave the field empty",
            "un mot de passe fait d’espaces ne protège rien : saisissez-en un autre ou laissez le champ vide",
            field="password",
        )
    return typed


def service_pack(visit: Visit) -> Response:
    """The evidence pack of the whole service."""
    visit.require(Permission.EXPORT)
    content = packs.of_service(visit.desk, visit.lang, _password(visit))
    visit.saw("service_pack")
    return download(content, f"evidence-service-{visit.today.isoformat()}.zip", "application/zip")
