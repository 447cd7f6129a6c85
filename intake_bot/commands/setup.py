"""init and check: a new installation, and whether it is well."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from intake_bot import keys
from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, notes, out
from intake_bot.config import given_state_dir, settings_file
from intake_bot.errors import IntakeError
from intake_bot.service import application, health


def init(
    path: Annotated[
        Path | None,
        typer.Argument(help="The file to write. [default: that of --env-file, else of INTAKE_ENV_FILE, else .env]"),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the file instead of writing it.")] = False,
) -> None:
    """Prepare a new installation: a commented .env, the state directory and the master key.

    Nothing that is there already is changed. Fill in the file, then run `intake-bot check`. A state directory that
    INTAKE_STATE_DIR names in the environment is written into the file, so that later commands find it.
    """
    if show:
        typer.echo(keys.example(), nl=False)
        return
    path = path or settings_file(context.options.env_file)
    if path.exists():
        notes.print(f"{path} is there already and stays as it is.", markup=False)
    else:
        path.touch(mode=0o600)
        path.write_text(keys.example(given_state_dir()), encoding="utf-8")
        out.print(
            f"Wrote {path} (readable by you only). Fill in INTAKE_MAIL_ADDRESS, the mailbox (", end="", markup=False
        )
        out.print("INTAKE_IMAP_...), sending (INTAKE_SMTP_...) and INTAKE_DPO_EMAIL.")
    context.options.env_file = path
    settings = context.settings()
    if application.prepare_state(settings):
        out.print(f"Made the master key {settings.master_key_file}.", markup=False)
        out.print(
            "Back it up now, apart from the database, for instance in a password manager. Without it nothing that is "
            "kept can be read. Back up keyring.sqlite by replacing the older copy, never by keeping generations: an "
            "old keyring brings back what was erased."
        )
    with context.opened(settings):
        out.print(f"The state directory is {settings.state_dir.resolve()}.", markup=False)
    option = f"--env-file {shlex.quote(str(path))} " if path != settings_file() else ""
    out.print(f"Next: intake-bot {option}check", markup=False)


def check(
    probe_plus: Annotated[
        bool, typer.Option("--probe-plus", help="Also send one mail to ADDRESS+TOKEN and see whether it arrives.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check everything that `run` needs: settings, IMAP, SMTP, store, keys, model, templates, clock.

    Exit code 0 when all is well, 1 when something fails; a warning does not fail.
    """
    try:
        settings = context.settings()
    except IntakeError as error:
        findings = [health.Finding("settings", "fail", str(error))]
    else:
        findings = health.check(settings)
        if probe_plus:
            findings.append(health.probe_plus(settings))
    if json:
        context.print_json({"ok": not health.failed(findings), "findings": [item.to_json() for item in findings]})
    else:
        marks = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[red]FAIL[/]"}
        for item in findings:
            out.print(f"{marks[item.level]} {item.part}: ", end="")
            out.print(item.text, markup=False)
    if health.failed(findings):
        raise typer.Exit(1)
