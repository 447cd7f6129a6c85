"""The command line, put together. Every command says what to do when something is wrong; none shows a traceback."""

import io
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from intake_bot import __version__
from intake_bot.commands import (
    case_acts,
    case_answers,
    case_colleagues,
    case_mail,
    cases,
    casework,
    context,
    demo,
    desk,
    learn,
    ledger,
    mail,
    missed,
    outbox,
    recompute,
    retention,
    setup,
    training,
)  # fmt: skip
from intake_bot.errors import IntakeError

app = typer.Typer(
    name="intake-bot",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""Finds GDPR rights requests in a shared inbox, opens tracked cases and keeps their statutory deadlines.

    Start with `intake-bot demo`. For a real mailbox: `init`, fill in .env, `check`, then `run`.""",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"intake-bot {__version__}")
        raise typer.Exit


@app.callback()
def start(
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file instead of .env, as INTAKE_ENV_FILE names one (empty: none).")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command."""
    context.options.env_file = env_file


class CaseGroup(TyperGroup):
    """`case REF` shows a case; `case REF ACTION` and `case new` are commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            if len(args) > 1 and args[1] not in self.commands and not args[1].startswith("-"):
                ctx.fail(f"no action {args[1]}: see intake-bot case --help")
            args = [args[1], args[0], *args[2:]] if len(args) > 1 and args[1] in self.commands else ["show", *args]
        return super().parse_args(ctx, args)


app.command("demo")(demo.demo)
app.command("init")(setup.init)
app.command("check")(setup.check)
app.command("run")(mail.run)
app.command("backfill")(mail.backfill)
app.command("import")(mail.import_)
app.command("classify")(mail.classify)
app.command("deadline")(mail.deadline)
app.command("console")(desk.console)
app.add_typer(desk.user, name="user")
app.command("cases")(cases.cases)
app.command("recompute")(recompute.recompute)
CASE_ACTS = (case_acts, case_answers, case_colleagues, case_mail)  # each adds its acts to the group
app.add_typer(casework.app, name="case", cls=CaseGroup)
app.add_typer(outbox.app, name="outbox")
app.add_typer(ledger.ledger, name="ledger")
app.add_typer(ledger.set_aside, name="set-aside")
app.add_typer(ledger.audit, name="audit")
app.add_typer(ledger.store_app, name="store")
app.add_typer(missed.app, name="missed")
app.command("purge")(retention.purge)
app.command("keep")(retention.keep)
app.command("forget")(retention.forget)
app.add_typer(retention.keyring, name="keyring")
app.add_typer(retention.suppression, name="suppression")
app.add_typer(retention.documents, name="documents")
app.add_typer(retention.duties, name="duties")
app.command("train")(training.train)
app.command("evaluate")(training.evaluate)
app.command("learn")(learn.learn)


def _unusable(error: OSError) -> str:
    """What could not be read, written or reached, and what to look at where it is a file."""
    why = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return why
    return (
        f"{os.fsdecode(error.filename)}: {why}. See whether its folder is there and yours to write in, whether the "
        "name is taken and whether the disk has room."
    )


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 something is wrong (said on standard error), 2 wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")  # what a program reads is UTF-8 (RFC 8259 8.1), whatever the locale
    try:
        app()
    except IntakeError as error:
        context.notes.print(f"[red]{type(error).__name__}:[/] ", end="")
        context.notes.print(str(error), markup=False)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output went away: that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        context.notes.print("[red]Error:[/] ", end="")
        context.notes.print(_unusable(error), markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
