"""Search: by reference, by address through its keyed hash, by name in the opened content of the newest cases."""

import re
import unicodedata
from dataclasses import dataclass

from starlette.responses import Response

from intake_bot.desk import lists
from intake_bot.desk.desk import Desk
from intake_bot.desk.visit import Visit

#: Cases whose content is opened for a name at once, and on demand: content is sealed, so nothing indexes it.
FIRST, FURTHER = 400, 20_000
SHOWN = 50

_REFERENCE = re.compile(r"\d{1,4}(-\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Found:
    """Case ids, how they were found, and where a search by name stopped ("" when it saw all).

    By reference there is at most one more than a page shows; else `ids` are all.
    """

    ids: list[str]
    by: str  # reference | address | name
    opened: int = 0
    below: str = ""


def search(visit: Visit) -> Response:
    """The page of search, with results where something was asked."""
    asked, below = visit.query("q")[:200], visit.query("below")[:12]
    found = find(visit.desk, asked, below) if asked else None
    shown = lists.lines(visit.desk, found.ids[:SHOWN]) if found else []
    if found:
        visit.saw("search", detail=f"{found.by}: {' '.join(line.case.ref for line in shown)}")
    return visit.page("search", asked=asked, found=found, lines=shown, further=FURTHER)


def find(desk: Desk, asked: str, below: str = "") -> Found:
    """The cases for a question; `below` goes on with a search by name below that reference."""
    if "@" in asked and " " not in asked.strip("<> "):
        return Found(desk.store.correspondence.case_ids_of(asked.strip("<> ")), "address")
    if _REFERENCE.fullmatch(asked):
        return Found(desk.register.refs_like(asked, SHOWN + 1), "reference")
    return _by_name(desk, asked, below)


def _by_name(desk: Desk, asked: str, below: str) -> Found:
    wanted = plain(asked).split()
    limit = FURTHER if below else FIRST
    candidates = desk.register.before(below, limit)
    ids = [case_id for case_id, _ in candidates if wanted and _speaks_of(desk, case_id, wanted)]
    return Found(ids, "name", len(candidates), candidates[-1][1] if len(candidates) == limit else "")


def _speaks_of(desk: Desk, case_id: str, wanted: list[str]) -> bool:
    for mail in desk.store.correspondence.mails(case_id):
        content = mail["content"]
        if content is None:
            continue
        people = " ".join(
            f"{item['name']} {item['address']}"
            for name in ("senders", "reply_to", "cc")
            for item in content.get(name, [])
        )
        text = plain(f"{people} {content.get('subject', '')} {content.get('new_text', '')[:5000]}")
        if all(word in text for word in wanted):
            return True
    return False


def plain(text: str) -> str:
    """Without accents and case: "Élodie" is found by "elodie"."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
