"""demo: the whole way of forty mails, on a mail server inside this process."""

import tempfile
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from intake_bot import resources
from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, notes, out
from intake_bot.commands.mail import build_daemon
from intake_bot.config import Settings, load
from intake_bot.errors import IntakeError
from intake_bot.mail.connection import is_loopback
from intake_bot.service import application
from intake_bot.service.embedded import EmbeddedMail
from intake_bot.service.outcome import Outcome
from intake_bot.store.store import Store


def demo(json: JsonOption = False) -> None:
    """Show the main job: mails arrive over IMAP, become cases with due dates, are answered over SMTP.

    Everything happens on this machine, on a mail server inside the process; your .env is not read.
    """
    with tempfile.TemporaryDirectory(prefix="intake-bot-demo-") as folder, EmbeddedMail() as server:
        settings = demo_settings(server, Path(folder))
        application.prepare_state(settings)
        store = application.open_store(settings)
        try:
            outcomes = _run(settings, store, server, quiet=json)
            if json:
                context.print_json(_as_json(outcomes, store, server))
            else:
                _show(outcomes, server)
        finally:
            store.close()


def demo_settings(server: EmbeddedMail, state_dir: Path) -> Settings:
    """Settings for the server inside this process. Raises IntakeError for any server that is not loopback."""
    environment = {
        "INTAKE_IMAP_HOST": server.host, "INTAKE_IMAP_PORT": str(server.imap_port), "INTAKE_IMAP_TLS": "none",
        "INTAKE_IMAP_USER": server.user, "INTAKE_IMAP_PASSWORD": server.password,
        "INTAKE_SMTP_HOST": server.host, "INTAKE_SMTP_PORT": str(server.smtp_port), "INTAKE_SMTP_TLS": "none",
        "INTAKE_MAIL_ADDRESS": "info@octoop.com", "INTAKE_DPO_EMAIL": "dpo@octoop.com",
        "INTAKE_SEND_MODE": "live", "INTAKE_STATE_DIR": str(state_dir), "INTAKE_ENV_FILE": "",
    }  # fmt: skip
    settings = load(environment=environment)
    imap, smtp = settings.mailbox.imap, settings.mailbox.smtp
    if imap is None or smtp is None or not (is_loopback(imap.host) and is_loopback(smtp.host)):
        raise IntakeError("the demo talks to servers on this machine only")
    return replace(settings, log_format="text")


def _run(settings: Settings, store: Store, server: EmbeddedMail, *, quiet: bool) -> list[tuple[str, Outcome]]:
    files = sorted((resources.data_dir() / "demo").glob("*.eml"))
    if not files:
        raise IntakeError("the demo mails are missing: install the package again")
    outcomes: list[Outcome] = []
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=notes, transient=True, disable=quiet
    ) as progress:
        task = progress.add_task("loading the classifier")
        daemon = build_daemon(settings, store, outcomes.append)
        daemon.once()  # the first start notes where new mail begins
        for file in files:
            progress.update(task, description=f"delivering {file.name}")
            server.deliver(file.read_bytes())
        progress.update(task, description="the daemon reads, decides and answers")
        daemon.once()
    return list(zip((file.name for file in files), outcomes, strict=True))


def _as_json(outcomes: list[tuple[str, Outcome]], store: Store, server: EmbeddedMail) -> dict[str, Any]:
    from intake_bot.commands.cases import summary

    return {
        "mails": [{**outcome.to_demo_json(), "path": name} for name, outcome in outcomes],
        "cases": [summary(case) for case in store.cases.all()],
        "letters": [
            {"to": list(item.recipients), "subject": _subject(item.raw), "text": _text(item.raw)}
            for item in server.sent
        ],
    }


def _show(outcomes: list[tuple[str, Outcome]], server: EmbeddedMail) -> None:
    table = Table("mail", "verdict", "rights", "case", "due", "letter to the person", box=None, pad_edge=False)
    for name, outcome in outcomes:
        to_person = [letter.kind for letter in outcome.letters if letter.audience == "person"]
        due: date | None = outcome.case.due_on if outcome.case else None
        table.add_row(
            name.removesuffix(".eml"),
            outcome.disposition,
            ", ".join(outcome.rights) or "-",
            outcome.case.ref if outcome.case else "-",
            str(due) if due else "-",
            ", ".join(to_person) or "-",
        )
    out.print(table)
    people = [item for item in server.sent if "dpo@octoop.com" not in item.recipients]
    out.print(f"\n{len(server.sent)} letters left by SMTP: {len(people)} to people, the rest to the DPO.")
    example = next((item for item in people), None)
    if example is not None:
        out.print(f"\n[bold]One acknowledgement[/], to {', '.join(example.recipients)}:\n")
        out.print(f"Subject: {_subject(example.raw)}\n", markup=False)
        out.print(_text(example.raw), markup=False)
    out.print(
        "OPEN_CASE: a request, acknowledged. HOLD: a person answers. REVIEW: the DPO confirms, the clock runs. "
        "RECORD: nothing for us.\nNext: intake-bot init, fill in .env, intake-bot check, intake-bot run."
    )


def _subject(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=policy.default)["Subject"])


def _text(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""
