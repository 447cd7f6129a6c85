"""run, backfill, import, classify: mails in, cases out."""

import io
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TextIO
from zoneinfo import ZoneInfo

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, notes, out
from intake_bot.commands.desk import serve
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.service import application
from intake_bot.service.clockwork import Clockwork
from intake_bot.service.daemon import Companion, Daemon
from intake_bot.service.dispatch import Dispatch
from intake_bot.service.importing import Importer
from intake_bot.store.store import Store


def run(
    once: Annotated[bool, typer.Option("--once", help="Poll once, send what is due, and end.")] = False,
    console: Annotated[
        bool | None,
        typer.Option("--console/--no-console", help="Serve the DPO's console too. [default: INTAKE_CONSOLE]"),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read the mailbox, open cases, send letters, remind: all the time, until SIGTERM.

    The first start reads new mail only; older requests are found by `backfill`.
    """
    if once and console:
        raise IntakeError("--once ends by itself and serves no console: leave one of the two out")
    settings = context.settings()
    must_have_mailbox(settings)
    served = settings.console if console is None else console
    with context.opened(settings, prepare=True) as store:
        companions = {"console": lambda stop: serve(settings, store, stop=stop)} if served and not once else {}
        daemon = build_daemon(settings, store, _printer(json), companions=companions)
        if once:
            taken = daemon.once()
            if not json:
                notes.print(f"{taken} mails taken.")
        else:
            daemon.run()


def _printer(json: bool) -> Callable[[Any], None]:
    if json:
        return lambda outcome: context.print_json(outcome.to_json())
    return lambda outcome: None


def must_have_mailbox(settings: Settings) -> None:
    """Before anything is made in the state directory. Raises IntakeError."""
    if not any(mailbox.imap for mailbox in settings.mailboxes):
        raise IntakeError("no mailbox is configured: set INTAKE_IMAP_HOST, INTAKE_IMAP_USER and INTAKE_IMAP_PASSWORD")


def build_daemon(
    settings: Settings,
    store: Store,
    on_outcome: Callable[[Any], None],
    on_stage: Callable[[str], None] = lambda stage: None,
    companions: Mapping[str, Companion] | None = None,
) -> Daemon:
    """The daemon with all its parts. `on_stage` is told each stage boundary: fetched, parsed, committed,
    smtp_accepted, marked_sent; `companions` run beside the intake. Raises ModelMissing."""
    classifier = application.load_classifier(settings)
    pipelines = {
        mailbox.name: application.build_pipeline(
            settings, mailbox, store, classifier, on_stage=lambda stage, position: on_stage(stage)
        )
        for mailbox in settings.mailboxes
    }
    dispatch = Dispatch(settings, store, on_stage=lambda stage, letter: on_stage(stage))
    clockwork = Clockwork(settings, store)
    return Daemon(settings, store, pipelines, dispatch, clockwork, on_outcome=on_outcome, companions=companions)


def backfill(
    since: Annotated[datetime, typer.Option(help="The first day to read, YYYY-MM-DD.", formats=["%Y-%m-%d"])],
    json: JsonOption = False,
) -> None:
    """Find old requests in the mailbox. Their cases say "found, answer unknown"; nothing is sent or escalated."""
    settings = context.settings()
    must_have_mailbox(settings)
    start = since.replace(tzinfo=ZoneInfo(settings.controller.zone)).astimezone(UTC)
    with context.opened(settings, prepare=True) as store:
        classifier = application.load_classifier(settings)
        counts: dict[str, int] = {}
        for mailbox in settings.mailboxes:
            intake = application.build_intake(settings, mailbox, store, classifier)
            try:
                with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=notes, transient=True) as bar:
                    task = bar.add_task("reading")
                    for outcome in intake.backfill(start):
                        counts[outcome.disposition] = counts.get(outcome.disposition, 0) + 1
                        bar.update(task, description=f"{sum(counts.values())} mails read")
                        if json:
                            context.print_json(outcome.to_json())
            finally:
                intake.close()
    _summary(counts, json)


def import_(
    path: Annotated[Path, typer.Argument(help="An .eml, a folder of them, an mbox or a Maildir; recursively.")],
    as_received: Annotated[
        bool, typer.Option("--as-received", help="Treat each mail as arriving now: letters are written.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; show what would happen.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --as-received and INTAKE_SEND_MODE=live: I mean it.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take mails from files, by the same way as live ones.

    Like backfill by default: cases say "found, answer unknown" and nothing is sent. Needs no IMAP or SMTP key.
    Exit code 1 when a file could not be read; a mail that could not be processed is set aside, and kept.
    """
    settings = context.settings()
    if not path.exists():
        raise IntakeError(f"{path} does not exist")
    if as_received and settings.send_mode == "live" and not (yes or dry_run):
        raise IntakeError(
            "INTAKE_SEND_MODE=live would answer these mails for real: add --yes if you mean it, or --dry-run"
        )
    if dry_run:
        with application.scratch(settings) as (scratch, store):
            counts, unreadable = _import(scratch, store, path, as_received, json)
    else:
        with context.opened(settings, prepare=True) as store:
            counts, unreadable = _import(settings, store, path, as_received, json)
    _summary(counts, json)
    if unreadable:
        raise typer.Exit(1)


def _import(settings: Settings, store: Store, path: Path, as_received: bool, json: bool) -> tuple[dict[str, int], int]:
    """How many mails had which disposition, and how many files could not be read."""
    classifier = application.load_classifier(settings)
    pipeline = application.build_pipeline(settings, settings.mailbox, store, classifier)
    importer = Importer(store, pipeline)
    counts: dict[str, int] = {}
    unreadable = 0
    for line in importer.run(path, as_received=as_received):
        counts[line["disposition"]] = counts.get(line["disposition"], 0) + 1
        unreadable += line["reasons"] == ["unreadable_file"]
        if json:
            context.print_json(line)
        elif line["disposition"] != "RECORD":
            said = line["error"] or ", ".join(line["rights"])
            out.print(f"{line['disposition']:10} {line['case'] or '':10} {line['path']}  {said}", markup=False)
    notes.print(f"{sum(counts.values())} mails; {importer.count.skipped} files that are not mail were skipped.")
    return counts, unreadable


def _summary(counts: dict[str, int], json: bool) -> None:
    if not json:
        for name, count in sorted(counts.items()):
            out.print(f"{count:6}  {name}")


def classify(
    path: Annotated[
        str,
        typer.Argument(
            help="A file with a text (its first line may be `Subject: ...`) or JSON lines; - for standard input."
        ),
    ] = "-",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read {id, subject, body} lines, write one verdict a line.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what the classifier says: labels, probabilities, language, the sentences that say so.

    Touches no case and no mailbox.
    """
    from intake_bot.service import classification

    stream = _standard_input() if path == "-" else _open(path)
    if jsonl:
        if bad := classification.jsonl(stream, sys.stdout):
            notes.print(f"{bad} bad lines: their answers say why.", markup=False)
        return
    verdict = classification.of_text(stream.read())
    if json:
        typer.echo(verdict.to_json())
        return
    out.print(f"route {verdict.route}, language {verdict.lang}, labels: {', '.join(verdict.labels) or 'none'}")
    for label, score in sorted(verdict.scores.items(), key=lambda item: -item[1])[:5]:
        out.print(f"  {score:6.3f}  {label}")
    for item in verdict.evidence:
        out.print(f"  {item.label}: {' '.join(item.text.split())}", markup=False)


def _standard_input() -> TextIO:
    """Standard input as UTF-8: a mark at its start or one bad octet must not end the run."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    return sys.stdin


def _open(path: str) -> TextIO:
    try:
        return Path(path).open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise IntakeError(f"{path} cannot be read: {error.strerror}") from error


def deadline(
    ref: Annotated[str, typer.Argument(help="The reference of a case, such as 2026-0042.")] = "",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read request lines from standard input, write their dates.")
    ] = False,
    lang: Annotated[str, typer.Option(help="fr or en.")] = "fr",
) -> None:
    """Show how the dates of a case follow from the law, step by step; or compute dates for JSON lines."""
    from intake_bot.law.jsonl import deadline_jsonl

    if jsonl:
        for line in deadline_jsonl(_standard_input()):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    if not ref:
        raise IntakeError("name a case (intake-bot deadline 2026-0042), or give lines with --jsonl")
    from intake_bot.cases.case import deadline as computed
    from intake_bot.cases.wording import LANGUAGES, right_name
    from intake_bot.law.deadlines import explain

    if lang not in LANGUAGES:
        raise IntakeError(f"--lang {lang} is not known: {', '.join(LANGUAGES)}")
    settings = context.settings()
    with context.opened(settings) as store:
        case = store.cases.case_by_ref(ref)
        if case is None:
            raise IntakeError(f"no case {ref}: see `intake-bot cases`")
        for item in case.rights:
            out.print(f"[bold]{right_name(item.right, lang)}[/] ({item.status})")
            out.print(explain(computed(case, item), lang), markup=False)
            out.print("")
