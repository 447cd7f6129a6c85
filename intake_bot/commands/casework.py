"""case: show one, or open one that came by post, phone or at the counter."""

from typing import Annotated

import typer

from intake_bot import clock
from intake_bot.cases.case import CaseStatus, RightStatus
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.commands import cases, context
from intake_bot.commands.context import AsOption, JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.rights import Right

app = typer.Typer(no_args_is_help=True, help="One case: see it, act on it, or open one that came by another channel.")

CHANNELS = ("post", "phone", "counter", "web", "chat", "mail")


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
        raise IntakeError(f"--channel {channel} is not known: {', '.join(CHANNELS)}")
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
