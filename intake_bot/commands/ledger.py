"""ledger, set-aside, store and audit: that nothing was lost and nothing was changed."""

from dataclasses import replace
from typing import Annotated

import typer

from intake_bot import clock
from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, out
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.mail.imap import ImapMailbox
from intake_bot.mail.inbound import FolderRole, Position
from intake_bot.mail.mailbox import Fetched
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service import application
from intake_bot.service.outcome import Outcome
from intake_bot.service.pipeline import Passage, Pipeline
from intake_bot.store.ledger import position_of
from intake_bot.store.store import Store

ledger = typer.Typer(no_args_is_help=True, help="The account of every mail that was seen.")
set_aside = typer.Typer(no_args_is_help=True, help="Mails that could not be processed: kept, shown, replayable.")
store_app = typer.Typer(no_args_is_help=True, help="The database.")
audit = typer.Typer(no_args_is_help=True, help="Proof that nothing was changed.")


@ledger.command("check")
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Do not compare with the server.")] = False,
    json: JsonOption = False,
) -> None:
    """Prove that every UID has exactly one explained outcome and that the sums agree. Exit code 1 otherwise."""
    settings = context.settings()
    with context.opened(settings) as store:
        accounts = store.ledger.accounts()
        counts = store.ledger.counts()
        problems = store.ledger.orphans()
        for account in accounts:
            if account.missing:
                problems.append(f"{account.folder}: UIDs {list(account.missing[:20])} are not explained")
        waiting, unasked = 0, ""
        if not offline and settings.mailbox.imap is not None:
            waiting, found, unasked = _compare(settings, store)
            problems += found
    ok = not problems and not unasked
    result = {
        "ok": ok,
        "folders": [
            {
                "mailbox": item.mailbox, "folder": item.folder, "uidvalidity": item.uidvalidity,
                "watermark": item.watermark, "before_start": item.before_start, "explained": item.explained,
                "vanished": item.vanished, "expired": item.expired, "missing": list(item.missing),
            }
            for item in accounts
        ],
        "outcomes": counts,
        "waiting": waiting,
        "problems": problems,
        "server_not_asked": unasked,
    }  # fmt: skip
    if json:
        context.print_json(result)
    else:
        _show(result)
    if not ok:
        raise typer.Exit(1)


def _show(result: dict[str, object]) -> None:
    folders = result["folders"]
    assert isinstance(folders, list)
    for item in folders:
        out.print(
            f"{item['mailbox']}/{item['folder']}: up to UID {item['watermark']}: {item['before_start']} before the "
            f"first start, {item['explained']} explained, {item['vanished']} vanished, {len(item['missing'])} missing",
            markup=False,
        )
    outcomes = result["outcomes"]
    assert isinstance(outcomes, dict)
    for name, count in outcomes.items():
        out.print(f"{count:8}  {name}")
    problems = result["problems"]
    assert isinstance(problems, list)
    for problem in problems:
        out.print(problem, style="red", markup=False)
    unasked = result["server_not_asked"]
    if unasked:
        out.print(f"The server could not be asked: {unasked}. Ask again, or leave it out with --offline.",
                  style="red", markup=False)  # fmt: skip
    if problems:
        out.print("The ledger does not add up.")
    else:
        out.print("Every mail that the ledger knows is explained." if unasked else "Every mail is explained.")


def _compare(settings: Settings, store: Store) -> tuple[int, list[str], str]:
    """What the server holds against what the ledger knows: (mails not yet read, problems, why it was not asked)."""
    assert settings.mailbox.imap is not None
    box = ImapMailbox(settings.mailbox.imap)
    waiting, problems, unasked = 0, [], ""
    try:
        for folder, _ in box.folders():
            state = box.examine(folder)
            row = store.ledger.folder(settings.mailbox.name, folder, state.uidvalidity)
            if row is None:
                problems.append(f"{folder}: not read yet under its present UIDVALIDITY")
                continue
            known = store.ledger.positions(settings.mailbox.name, folder, state.uidvalidity)
            uids = box.uids_after(folder, row["first_uid"] - 1)
            unexplained = [uid for uid in uids if uid <= row["watermark"] and uid not in known]
            waiting += sum(uid > row["watermark"] for uid in uids)
            if unexplained:
                problems.append(f"{folder}: on the server but without an outcome: UIDs {unexplained[:20]}")
    except IntakeError as error:
        unasked = str(error)
    finally:
        box.close()
    return waiting, problems, unasked


@set_aside.command("list")
def list_(json: JsonOption = False) -> None:
    """List what is set aside, oldest first."""
    settings = context.settings()
    with context.opened(settings) as store:
        rows = store.ledger.set_aside_items()
    if json:
        names = ("id", "stage", "error", "received_at", "recorded_at", "mailbox", "folder", "uid")
        context.print_json([{name: row[name] for name in names} for row in rows])
        return
    for row in rows:
        out.print(f"{row['id']}  since {row['recorded_at'][:16]}Z  at {row['stage']}: {row['error']}", markup=False)
    if not rows:
        out.print("Nothing is set aside.")


@set_aside.command("show")
def show(item: Annotated[str, typer.Argument(help="Its id, see `set-aside list`.")]) -> None:
    """Print the original of a mail that is set aside. It may hold personal data."""
    settings = context.settings()
    with context.opened(settings) as store:
        _, raw = store.ledger.set_aside_raw(item)
    if raw is None:
        raise IntakeError("no content was received for this mail: `set-aside replay` asks the server again")
    typer.echo(raw.decode("utf-8", "replace"))


@set_aside.command("replay")
def replay(item: Annotated[str, typer.Argument(help="Its id, or `all`.")] = "all", json: JsonOption = False) -> None:
    """Process again what is set aside, with today's program. Letters follow SEND_MODE."""
    settings = context.settings()
    with context.opened(settings) as store:
        classifier = application.load_classifier(settings)
        boxes = {box.name: box for box in settings.mailboxes}
        pipelines = {name: application.build_pipeline(settings, box, store, classifier) for name, box in boxes.items()}
        wanted = [row["id"] for row in store.ledger.set_aside_items()] if item == "all" else [item]
        for identifier in wanted:
            row, _ = store.ledger.set_aside_raw(identifier)
            box = boxes.get(row["mailbox"], settings.mailbox)  # the first one stands for mails imported from files
            outcome = _replay(store, pipelines[box.name], box, identifier)
            if json:
                context.print_json(outcome.to_json())
            else:
                out.print(f"{identifier}: {outcome.disposition} {outcome.error}", markup=False)


def _replay(store: Store, pipeline: Pipeline, box: MailboxSettings, item: str) -> Outcome:
    """Take one mail as it was received: the periods run from its receipt (GDPR art. 12(3)), not from the replay."""
    row, raw = store.ledger.set_aside_raw(item)
    place, received = position_of(row), clock.from_text(row["received_at"])
    folder = store.ledger.folder(place.mailbox, place.folder, place.uidvalidity)
    if folder is not None:
        place = replace(place, role=FolderRole(folder["role"]))
    raw = raw if raw is not None else _again(box, place)
    if raw is None:
        missing = "the server has no content of it at its place (folder, UIDVALIDITY, UID)"
        return Outcome(place.path, "", "SET_ASIDE", (row["stage"],), error=missing)
    passage = Passage(
        row["source"],
        silent=row["source"] != "live",
        started_at=clock.from_text(folder["started_at"]) if folder is not None else None,
    )
    outcome = pipeline.take(Fetched(place, raw, received, len(raw)), passage)
    if outcome.disposition != "SET_ASIDE":
        with store.transaction():
            store.retention.doom(store.ledger.replayed(item), clock.now())
        store.retention.destroy_doomed()
    return outcome


def _again(box: MailboxSettings, place: Position) -> bytes | None:
    """The octets as the server has them; None when the place is in no mailbox of ours or means another mail now."""
    if box.imap is None or box.name != place.mailbox:
        return None
    server = ImapMailbox(box.imap)
    try:
        if server.examine(place.folder).uidvalidity != place.uidvalidity:
            return None
        return server.fetch_whole(place.folder, place.uid)
    finally:
        server.close()


@store_app.command("rebuild")
def rebuild() -> None:
    """Recreate everything that is derived from the events, and say which cases had differed."""
    settings = context.settings()
    with context.opened(settings) as store:
        changed = store.cases.rebuild()
    out.print(f"Differed: {', '.join(changed)}" if changed else "Nothing differed.")


@audit.command("verify")
def verify(json: JsonOption = False) -> None:
    """Verify the chain of every case, the heads and the daily anchors. Exit code 1 when something was changed."""
    settings = context.settings()
    with context.opened(settings) as store:
        count, problems = store.audit.verify()
        anchor = store.audit.last_anchor()
    if json:
        head = anchor.head.hex() if anchor else None
        context.print_json({"ok": not problems, "events": count, "problems": problems, "anchor": head})
    else:
        for problem in problems:
            out.print(problem, style="red", markup=False)
        out.print(f"{count} events checked, {len(problems)} problems.")
        if anchor:
            out.print(f"Anchor of {anchor.day}: {anchor.head.hex()[:32]} (compare it with the digest of that day)")
    if problems:
        raise typer.Exit(1)
