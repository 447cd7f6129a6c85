"""cases, case: what is open, and one case with all that the program knows of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.wording import format_date, right_name
from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.store.store import Store


def cases(
    status: Annotated[list[CaseStatus] | None, typer.Option(help="Only these; may be given more than once.")] = None,
    json: JsonOption = False,
) -> None:
    """List cases by safe date, the urgent ones first. Closed ones only with --status closed."""
    settings = context.settings()
    wanted = status or [CaseStatus.UNCONFIRMED, CaseStatus.OPEN, CaseStatus.FOUND]
    with context.opened(settings) as store:
        found = store.cases.all(statuses=wanted)
    if json:
        context.print_json([summary(case) for case in found])
        return
    table = Table("case", "status", "received", "safe date", "due", "rights", box=None)
    for case in found:
        table.add_row(
            case.ref,
            f"{case.status}{' (held)' if case.hold else ''}",
            str(clock.local_date(case.received_at, case.zone)),
            str(case.safe_on or ""),
            str(case.due_on or ""),
            ", ".join(f"{item.right}{'?' if item.status == 'unconfirmed' else ''}" for item in case.rights),
        )
    out.print(table if found else "No such case.")


def summary(case: Case) -> dict[str, Any]:
    """A case without personal data, as JSON shows it."""
    return {
        "ref": case.ref,
        "status": str(case.status),
        "hold": list(case.hold),
        "lang": case.lang,
        "channel": case.channel,
        "received_at": clock.to_text(case.received_at),
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
                "safe_on": item.safe_on.isoformat() if item.safe_on else None,
                "due_at": clock.to_text(item.due_at) if item.due_at else None,
                "rule_set": item.rule_set,
            }
            for item in case.rights
        ],
    }


def show(ref: str, json: bool) -> None:
    """One case: rights with their dates, mails, letters, timeline."""
    settings = context.settings()
    with context.opened(settings) as store:
        case = find(store, ref)
        detail = _detail(store, case)
    if json:
        context.print_json({**summary(case), **detail})
        return
    lang = settings.desk_language
    out.print(f"[bold]{case.ref}[/]  ", end="")
    out.print(f"{case.status}{'  held: ' + ', '.join(case.hold) if case.hold else ''}", markup=False)
    out.print(f"received {format_date(clock.local_date(case.received_at, case.zone), lang)}, by {case.channel}")
    for item in case.rights:
        out.print(
            f"- {right_name(item.right, lang)}: {item.status}, due {item.due_on or '-'}, safe {item.safe_on or '-'}"
        )
    for mail in detail["mails"]:
        out.print(f"\n[bold]{mail['role']}[/] {mail['received_at']} ", end="")
        out.print(mail["subject"], markup=False)
        out.print(mail["text"], markup=False)
    for letter in detail["letters"]:
        out.print(f"\nletter {letter['id']} {letter['kind']} ({letter['lang']}): {letter['status']}")
    out.print("\n[bold]timeline[/]")
    for event in detail["events"]:
        out.print(f"{event['occurred_at'][:19]}Z  {event['type']:20} {event['actor']}", markup=False)
    out.print(f"\nHow the dates follow: intake-bot deadline {case.ref}")


def find(store: Store, ref: str) -> Case:
    """The case with a reference. Raises IntakeError saying where to look."""
    case = store.cases.case_by_ref(ref)
    if case is None:
        raise IntakeError(f"no case {ref}: see `intake-bot cases`, closed ones with --status closed")
    return case


def _detail(store: Store, case: Case) -> dict[str, Any]:
    return {
        "mails": [
            {
                "role": mail["role"],
                "received_at": mail["received_at"],
                "subject": (mail["content"] or {}).get("subject", ""),
                "senders": (mail["content"] or {}).get("senders", []),
                "text": (mail["content"] or {}).get("new_text", "[erased]" if mail["content"] is None else ""),
                "attachments": (mail["content"] or {}).get("attachments", []),
            }
            for mail in store.correspondence.mails(case.id)
        ],
        "letters": [
            {"id": item.id, "kind": item.kind, "lang": item.lang, "status": str(item.status), "to": item.recipient}
            for item in store.outbox.all(case_id=case.id)
        ],
        "events": [
            {
                "seq": event.seq,
                "type": str(event.type),
                "actor": event.actor,
                "occurred_at": clock.to_text(event.occurred_at),
                "payload": event.payload,
            }
            for event in store.cases.events(case.id)
        ],
    }


def parse_day(text: str, zone: str) -> datetime:
    """A local day or instant given by a person, as UTC. Raises IntakeError."""
    from zoneinfo import ZoneInfo

    try:
        value = datetime.fromisoformat(text)
        return clock.utc(value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError) as error:
        raise IntakeError(f"{text} is not a date: write YYYY-MM-DD or YYYY-MM-DDTHH:MM") from error


def listed(items: Sequence[str]) -> list[str]:
    """Items given with commas or repeated options, as one list, each once."""
    return list(dict.fromkeys(part.strip() for item in items for part in item.split(",") if part.strip()))
