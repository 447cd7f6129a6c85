"""Mails that could not be processed: shown with what went wrong, to be replayed by the administrator."""

from starlette.responses import Response

from intake_bot import clock
from intake_bot.desk.refusals import PageNotFound
from intake_bot.desk.visit import Visit, download
from intake_bot.service.scanning import scanned

#: What went wrong, by the stage in which it did: (French, English). The raw error stands beside it.
WHY = {
    "fetch": (
        "Le serveur de courriel a annoncé ce message sans en donner le contenu : rien n’a pu être lu.",
        "The mail server announced this mail and gave no content: nothing could be read.",
    ),
    "process": (
        "Le programme a reçu ce message, mais n’a pas su le traiter, même en recommençant. Quelqu’un doit le lire.",
        "The program received this mail but could not process it, even when it tried again. Somebody has to read it.",
    ),
}

#: Characters of an original that the page shows.
GLIMPSE = 3_000


def set_aside(visit: Visit) -> Response:
    """What is set aside."""
    items = [
        {
            "id": row["id"],
            "why": visit.say(*WHY.get(row["stage"], WHY["process"])),
            "detail": row["error"],
            "received_at": clock.from_text(row["received_at"]),
            "since": clock.from_text(row["recorded_at"]),
            "place": f"{row['folder']} {row['uid']}",
            "kept": bool(row["kept"]),
        }
        for row in visit.desk.store.ledger.set_aside_items()
    ]
    return visit.page("set_aside", items=items)


def original(visit: Visit) -> Response:
    """The octets of one, as a file."""
    item = visit.path("item")
    _, raw = visit.desk.store.ledger.set_aside_raw(item)
    if raw is None:
        raise PageNotFound
    visit.saw("set_aside", detail=item)
    return download(scanned(visit.desk.settings, raw), f"{item}.eml", "message/rfc822")
