"""missed: the weekly sample of mails that were no request, drawn, listed and judged."""

from typing import Annotated, Any

import typer

from intake_bot import clock
from intake_bot.cases.reminders import week_of
from intake_bot.commands import cases, context
from intake_bot.commands.context import AsOption, JsonOption, notes, out
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.mail.imap import ImapMailbox
from intake_bot.service import application
from intake_bot.service.missed import MissedRequests, Shown
from intake_bot.store.store import Store

app = typer.Typer(no_args_is_help=True, help="Missed requests: a weekly sample of mails that were no request.")


@app.command("draw")
def draw(json: JsonOption = False) -> None:
    """Draw the sample of this week, if the daemon has not, and fetch its mails from the mailbox (read-only)."""
    settings = context.settings()
    if not settings.missed_sample:
        raise IntakeError("the sample is off: set INTAKE_MISSED_SAMPLE to the number of mails a week")
    with context.opened(settings) as store:
        missed = MissedRequests(settings, store)
        today = clock.local_date(clock.now(), settings.controller.zone)
        drawn = missed.draw(today)
        fetched = _fetch(settings, store, missed)
        found = [str(item.status) for item in store.missed.of_week(week_of(today))]
    counts = {status: found.count(status) for status in dict.fromkeys(found)}
    if json:
        context.print_json({"week": week_of(today), "drawn": drawn, "fetched": fetched, "sample": counts})
        return
    said = "was drawn before" if drawn is None else f"is drawn: {drawn} mails"
    out.print(f"The sample of {week_of(today)} {said}; {fetched} fetched now.")
    for status, count in counts.items():
        out.print(f"{count:6}  {status}")


def _fetch(settings: Settings, store: Store, missed: MissedRequests) -> int:
    if settings.mailbox.imap is None:
        notes.print("No IMAP host is set: the mails cannot be fetched.")
        return 0
    box = ImapMailbox(settings.mailbox.imap)
    try:
        return missed.fetch(box)
    finally:
        box.close()


@app.command("list")
def list_(
    text: Annotated[bool, typer.Option("--text", help="Also the text of each mail. It holds personal data.")] = False,
    json: JsonOption = False,
) -> None:
    """List the sampled mails that wait to be judged, the most probable first."""
    settings = context.settings()
    with context.opened(settings) as store:
        found = MissedRequests(settings, store).waiting()
    if json:
        context.print_json([_line(item, text=text) for item in found])
        return
    for item in found:
        scores = ", ".join(f"{label} {score:.2f}" for label, score in item.scores[:3]) or "all below 0.01"
        at = clock.local_date(item.message.received_at, settings.controller.zone)
        out.print(f"{item.sample.id}  received {at}  {scores}  {item.message.subject}", markup=False)
        if text:
            out.print(f"{item.message.new_text}\n", markup=False)
    if not found:
        out.print("No sampled mail waits to be judged.")


def _line(item: Shown, *, text: bool) -> dict[str, Any]:
    sample = item.sample
    line: dict[str, Any] = {
        "id": sample.id, "week": sample.week, "stratum": sample.stratum, "score": sample.score,
        "scores": dict(item.scores), "received_at": clock.to_text(item.message.received_at),
        "subject": item.message.subject,
    }  # fmt: skip
    return line | ({"text": item.message.new_text} if text else {})


@app.command("judge")
def judge(
    item: Annotated[str, typer.Argument(help="The id of a sampled mail, see `missed list`.")],
    name: AsOption,
    request: Annotated[
        bool | None, typer.Option("--request/--no-request", help="Whether it is a request.", show_default=False)
    ] = None,
    right: Annotated[
        list[str] | None, typer.Option(help="What is asked for; the most probable right by default.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say whether a sampled mail is a request. If so, an unconfirmed case opens with the original receipt."""
    if request is None:
        raise IntakeError("say what it is: --request or --no-request")
    settings = context.settings()
    with context.opened(settings) as store:
        missed = MissedRequests(settings, store)
        if not request:
            missed.no_request(item, name)
            case = None
        else:
            retrieval = application.build_retrieval(settings, settings.mailbox, store, None)
            case = missed.request(item, name, retrieval, rights=cases.listed(right or [])).case
    if json:
        context.print_json({"id": item, "request": request, "case": cases.summary(case) if case else None})
    elif case is None:
        out.print("Noted: not a request. Its text is destroyed.")
    else:
        out.print(f"Case {case.ref} is {case.status}; safe date {case.safe_on or '-'}.")
