"""purge, keep, forget, keyring, suppression, documents, duties: what is erased, handed on, or for a person to clear."""

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake_bot import clock
from intake_bot.commands import context
from intake_bot.commands.context import AsOption, JsonOption, notes, out
from intake_bot.errors import IntakeError, NotFound
from intake_bot.service.documents import RESULTS, IdentityDocuments
from intake_bot.service.forgetting import Forgetting
from intake_bot.service.retention import Retention, Step
from intake_bot.service.scanning import scanned
from intake_bot.service.suppression import COLUMNS, Suppression
from intake_bot.store.attachments import readable_name
from intake_bot.store.durable import replace_durably
from intake_bot.store.masterkey import MasterKeyFile
from intake_bot.store.store import Store

keyring = typer.Typer(no_args_is_help=True, help="The keys of everything that is kept.")
suppression = typer.Typer(no_args_is_help=True, help="Who gets no marketing mail any more.")
documents = typer.Typer(no_args_is_help=True, help="Identity documents, kept apart until they are checked.")
duties = typer.Typer(no_args_is_help=True, help="Copies in mailboxes that a person is to remove.")


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Explain what would be erased; write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Erase what is past its time, by destroying keys; `run` does this every night.

    After more than 45 days without a purge `run` waits for this command: the clock of the machine may be wrong.
    The register line, a verifying chain and the keyed hash of each mail remain. Exit code 1 when a step failed.
    """
    settings = context.settings()
    with context.opened(settings) as store:
        retention = Retention(settings, store)
        today = clock.local_date(clock.now(), settings.controller.zone)
        if dry_run:
            _show_plan(retention.plan(today), json)
            return
        report = retention.purge(today)
        if not store.marks.has("purge", today.isoformat()):
            store.retention.report(today, {**report.done, "problems": len(report.problems)}, clock.now())
    if json:
        context.print_json(report.to_json())
    else:
        for name, count in report.done.items():
            out.print(f"{count:8}  {name}")
        out.print("Erased." if report.done else "Nothing was due.")
        for problem in report.problems:
            notes.print(problem, style="red", markup=False)
    if report.problems:
        raise typer.Exit(1)


def _show_plan(steps: list[Step], json: bool) -> None:
    if json:
        context.print_json([step.to_json() for step in steps])
        return
    for step in steps:
        due = f"due {step.due_on}" if step.due_on else "due"
        where = f" of {step.ref}" if step.ref else ""
        out.print(f"{step.action} {step.count} {step.what}{where}, {due}: {step.reason}", markup=False)
    out.print("Nothing was written." if steps else "Nothing is due.")


def keep(
    ref: Annotated[str, typer.Argument(help="The reference of the case.")],
    name: AsOption,
    reason: Annotated[str, typer.Option(help="What is pending: a dispute, a complaint, an inquiry.")] = "",
    end: Annotated[bool, typer.Option("--end", help="It is over: the schedule counts again.")] = False,
) -> None:
    """Keep a case beyond its time while a dispute or an inquiry is pending (GDPR art. 17(3)(e), 18(1)(c)).

    Nothing of it is trimmed, archived or erased until `keep REF --end`; both are recorded in the case.
    """
    if not end and not reason.strip():
        raise IntakeError("say what is pending: --reason")
    with context.opened(context.settings()) as store:
        case = store.cases.case_by_ref(ref)
        if case is None:
            raise NotFound(f"no case {ref}: see `intake-bot cases`")
        if store.retention.erased_at(case.id):
            raise IntakeError(f"the content of case {ref} was destroyed already")
        if end:
            store.retention.release(case.id, name, clock.now())
        else:
            store.retention.hold(case.id, name, reason.strip(), clock.now())
    out.print(f"Case {ref} is {'kept by the schedule again' if end else 'kept until `keep --end`'}.", markup=False)


def forget(
    address: Annotated[str, typer.Argument(help="The mail address of the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without it what is held is only shown.")] = False,
    name: AsOption = "administrator",
    json: JsonOption = False,
) -> None:
    """Show and erase what the bot itself holds about a person; what must be kept is named with the reason.

    Copies in mailboxes are not touched: `duties list` names them.
    """
    settings = context.settings()
    with context.opened(settings) as store:
        forgetting = Forgetting(settings, store)
        found = forgetting.forget(address, name) if yes else forgetting.holdings(address)
    if json:
        context.print_json([item.to_json() for item in found])
        return
    done = {"erase": "erased", "trim": "trimmed", "keep": "kept"} if yes else {}
    for item in found:
        where = f" {item.ref}" if item.ref else ""
        out.print(f"{done.get(item.action, item.action)}: {item.count} {item.what}{where}: {item.why}", markup=False)
    if not found:
        out.print("Nothing is held about this address.")
    elif not yes:
        out.print("Nothing was written; --yes erases what may be erased.")


# -- keyring -------------------------------------------------------------------------------------------------------


@keyring.command("rotate")
def rotate() -> None:
    """Wrap every key under a new master key. Killed at any point, the keyring still opens.

    A running daemon follows by itself. Back up the new master key afterwards and destroy the copies of the old one.
    """
    settings = context.settings()
    if settings.master_key_command:
        raise IntakeError(
            "the master key comes from INTAKE_MASTER_KEY_COMMAND: write what it prints into a file (0600), name it in "
            "INTAKE_MASTER_KEY_FILE and empty INTAKE_MASTER_KEY_COMMAND, rotate, store the new key where the command "
            "reads it, then set the command again and delete the file"
        )
    with context.opened(settings) as store:
        count = MasterKeyFile(settings.master_key_file).rotate(store.keyring)
    out.print(f"{count} keys are wrapped under the new master key in {settings.master_key_file}.", markup=False)
    out.print("Back it up now, and run `keyring backup` again: the older backup needs the older master key.")


@keyring.command("backup")
def backup(path: Annotated[Path, typer.Argument(help="The copy; an older one there is replaced.")]) -> None:
    """Copy the keyring, replacing the older copy. Keep no generations: an old keyring brings back what was erased."""
    settings = context.settings()
    with context.opened(settings) as store:
        count = store.keyring.backup(path)
    out.print(f"{count} keys copied to {path}. The master key is not in it: keep that apart.", markup=False)


# -- suppression list ----------------------------------------------------------------------------------------------


@suppression.command("export")
def export(
    path: Annotated[Path | None, typer.Argument(help="The CSV file; standard output when left out.")] = None,
) -> None:
    """Write the addresses that no mailing tool has confirmed, as CSV. Import them there, then `import-confirm`."""
    settings = context.settings()
    now = clock.now()
    with context.opened(settings) as store:
        suppression_list = Suppression(settings, store)
        suppression_list.collect(now)
        count = suppression_list.export(now, lambda text: _hand_over(path, text))
    notes.print(f"{count} addresses. Delete the file once it is imported, then: intake-bot suppression import-confirm")


def _hand_over(path: Path | None, text: str) -> None:
    """Write the list whole or not at all, readable by its owner only. Raises IntakeError."""
    if path is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    # A pipe of the shell, such as /dev/stdout, has no neighbour that could take its place.
    fresh = path if path.exists() and not path.is_file() else path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if fresh != path:
            replace_durably(fresh, path)
    except OSError as error:
        raise IntakeError(
            f"{path} cannot be written ({error.strerror}): nothing counts as exported; name another file"
        ) from error
    finally:
        if fresh != path:
            fresh.unlink(missing_ok=True)


@suppression.command("import-confirm")
def import_confirm(
    name: AsOption,
    path: Annotated[Path | None, typer.Argument(help="CSV of what was taken in; left out: all exported.")] = None,
) -> None:
    """Record that the mailing tool took the list in. The addresses are destroyed here; a keyed hash remains."""
    settings = context.settings()
    addresses = _addresses(path) if path else None
    with context.opened(settings) as store:
        count = Suppression(settings, store).confirm(addresses, name, clock.now())
    out.print(f"{count} entries confirmed.")


def _addresses(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise IntakeError(f"{path} cannot be read: {error}") from error
    cells = [line.replace(";", ",").partition(",")[0].strip().strip('"').lstrip("'") for line in lines]
    return [cell for cell in cells if cell and cell.lower() != COLUMNS[0]]


# -- documents and duties ------------------------------------------------------------------------------------------


def _refs(store: Store, case_id: str) -> str:
    case = store.cases.case(case_id)
    return case.ref if case else "-"


@documents.command("list")
def documents_list(json: JsonOption = False) -> None:
    """List the identity documents that wait for a check. None is opened."""
    settings = context.settings()
    with context.opened(settings) as store:
        rows = [
            {"id": item.id, "case": _refs(store, item.case_id), "received": clock.to_text(item.received_at),
             "asked": item.asked, "type": item.content_type, "size": item.size}
            for item in IdentityDocuments(store).waiting()
        ]  # fmt: skip
    if json:
        context.print_json(rows)
        return
    for row in rows:
        asked = "asked for" if row["asked"] else "not asked for"
        out.print(f"{row['id']}  {row['case']}  {str(row['received'])[:10]}  {row['type']}, {asked}", markup=False)
    if not rows:
        out.print("No identity document is kept.")


@documents.command("save")
def documents_save(
    item: Annotated[str, typer.Argument(help="Its id, see `documents list`.")],
    folder: Annotated[Path, typer.Argument(help="Where to write it (mode 0600); delete it after the look.")],
    name: AsOption,
) -> None:
    """Write a document to a file for a look. That it was opened is recorded on the case."""
    settings = context.settings()
    with context.opened(settings) as store:
        document = store.documents.find(item)
        path = folder / f"{document.id}-{readable_name(document)}"
        octets = scanned(settings, store.documents.content(item) or b"")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(octets)
            # Recorded last: what could not be written, nobody has opened.
            IdentityDocuments(store).look(item, name)
        except BaseException:
            path.unlink()
            raise
    out.print(f"Wrote {path} ({document.content_type}). Delete it after the look.", markup=False)


@documents.command("check")
def documents_check(
    ref: Annotated[str, typer.Argument(help="The reference of the case.")],
    document_type: Annotated[str, typer.Option("--type", help="Which kind of document, without its number.")],
    result: Annotated[str, typer.Option(help=f"One of: {', '.join(RESULTS)}.")],
    name: AsOption,
) -> None:
    """Record the check of identity: type, result, by and when remain, the bot's copies are destroyed at once."""
    settings = context.settings()
    with context.opened(settings) as store:
        case = store.cases.case_by_ref(ref)
        if case is None:
            raise IntakeError(f"no case {ref}")
        waiting = IdentityDocuments(store).record_check(case.id, document_type=document_type, result=result, actor=name)
    out.print("Recorded; the copies held by the bot are destroyed.")
    if waiting:
        out.print("Copies remain in mailboxes: intake-bot duties list")


@duties.command("list")
def duties_list(json: JsonOption = False) -> None:
    """List the copies in mailboxes that a person is to remove: folder, date, Message-ID."""
    settings = context.settings()
    with context.opened(settings) as store:
        found = store.duties.waiting()
        refs = {item.case_id: _refs(store, item.case_id) for item in found}
    if json:
        context.print_json(
            [
                {"id": item.id, "case": refs[item.case_id], "reason": str(item.reason),
                 "copies": [[copy.folder, copy.received_at, copy.message_id] for copy in item.copies]}
                for item in found
            ]
        )  # fmt: skip
        return
    for item in found:
        out.print(f"{item.id}  {refs[item.case_id]}  {item.reason}", markup=False)
        for copy in item.copies:
            out.print(f"    {copy.folder}  {copy.received_at[:16]}Z  {copy.message_id}", markup=False)
    out.print("Remove them, then: intake-bot duties done ID --as NAME" if found else "No copy waits to be removed.")


@duties.command("done")
def duties_done(item: Annotated[str, typer.Argument(help="Its id.")], name: AsOption) -> None:
    """Confirm that the copies of a duty are gone from the mailboxes."""
    settings = context.settings()
    with context.opened(settings) as store:
        done = IdentityDocuments(store).confirm_removed(item, name)
    out.print(f"Recorded: {done.count} copies removed by {done.done_by}.", markup=False)
