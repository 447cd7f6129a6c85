"""case: show one, or open one that came by post, phone or at the counter."""

from typing import Annotated

import typer

from intake_bot import clock
from intake_bot.cases.case import CaseStatus, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.commands import cases, context
from intake_bot.commands.context import AsOption, JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.keys import is_address
from intake_bot.rights import Right
from intake_bot.service.office import no_mail_address

app = typer.Typer(no_args_is_help=True, help="One case: see it, act on it, or open one that came by another channel.")

#: A mail is no channel here: its case has the mail beside it (`case from-mail`), or the ledger would miss it.
CHANNELS = ("post", "phone", "counter", "web", "chat")

#: ISO 639-1.
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka
    kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng
    nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su
    sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905 - a list of 184 literals says no more
)


@app.command("new")
def new(
    channel: Annotated[str, typer.Option(help=f"How it came: {', '.join(CHANNELS)}.")],
    received: Annotated[str, typer.Option(help="When it arrived: YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time.")],
    right: Annotated[list[str], typer.Option(help="The rights; may be given more than once or with commas.")],
    name: AsOption,
    lang: Annotated[str, typer.Option(help="Language of the person (ISO 639-1).")] = "fr",
    address: Annotated[str, typer.Option(help="Mail address of the person, if known.")] = "",
    note: Annotated[str, typer.Option(help="What was asked, in a few words.")] = "",
    json: JsonOption = False,
) -> None:
    """Open a case that came by post, phone or at the counter. The clock starts at its receipt."""
    if channel not in CHANNELS:
        raise IntakeError(
            f"--channel {channel} is not known: {', '.join(CHANNELS)}; for a mail: intake-bot case from-mail MESSAGE-ID"
        )
    if lang not in LANGUAGES:
        raise IntakeError(f"--lang {lang} is no language of ISO 639-1, such as fr, en or de")
    if address and not is_address(address):
        raise no_mail_address(address, "address")
    try:
        rights = [Right(code) for code in cases.listed(right)]
    except ValueError as error:
        raise IntakeError(f"{error}: the rights are {', '.join(Right)}") from error
    if not rights:
        raise IntakeError(f"--right names no right: the rights are {', '.join(Right)}")
    settings = context.settings()
    controller = settings.controller
    moment = cases.parse_day(received, controller.zone)
    if moment > clock.now():
        raise IntakeError(f"--received {received} lies in the future")
    payload = {
        "received_at": clock.to_text(moment),
        "channel": channel,
        "status": str(CaseStatus.OPEN),
        "hold": [],
        "lang": lang,
        "zone": controller.zone,
        "jurisdiction": controller.jurisdiction,
        "rights": [{"right": str(item), "status": str(RightStatus.OPEN)} for item in rights],
        "sender": {"address": address.lower(), "name": ""},
        "note": note,
    }
    with context.opened(settings, prepare=True) as store, store.transaction():
        event = NewEvent(EventType.OPENED, name, clock.now(), payload)
        case = store.cases.open_case(
            store.keyring.create(), [event], mailbox=settings.mailbox.name, controller=controller.id
        )
        if address:
            store.correspondence.add_participant(case.id, address, "person")
    if json:
        context.print_json(cases.summary(case))
    else:
        out.print(f"Case {case.ref} is open; due {case.due_on}, safe date {case.safe_on}.")


@app.command("show")
def show(
    ref: Annotated[str, typer.Argument(help="The reference, such as 2026-0042.")], json: JsonOption = False
) -> None:
    """Show a case with its mails, letters, dates and timeline. `intake-bot case REF` does the same."""
    cases.show(ref, json)
