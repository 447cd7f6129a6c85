"""outbox: letters that wait for a person."""

import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Annotated

import typer

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.commands import context
from intake_bot.commands.context import AsOption, JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.service import letter_edit
from intake_bot.store.outbox import Letter, LetterStatus
from intake_bot.store.store import Store

app = typer.Typer(no_args_is_help=True, help="Letters: see, approve, edit or reject those that wait.")

Item = Annotated[str, typer.Argument(help="The id of a letter, see `outbox list`.")]


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that are settled.")] = False,
    json: JsonOption = False,
) -> None:
    """List the letters that wait for a word: held, failed, uncertain; and those on their way."""
    settings = context.settings()
    waiting = (
        LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.CLAIMED, LetterStatus.FAILED, LetterStatus.UNCERTAIN,
    )  # fmt: skip
    with context.opened(settings) as store:
        letters = store.outbox.all(statuses=() if every else waiting)
        refs = {case.id: case.ref for case in store.cases.all()}
    if json:
        context.print_json(
            [
                {
                    "id": item.id, "case": refs.get(item.case_id or ""), "kind": item.kind, "lang": item.lang,
                    "audience": item.audience, "status": str(item.status), "to": item.recipient,
                    "created_at": clock.to_text(item.created_at), "attempts": item.attempts, "error": item.error,
                }
                for item in letters
            ]
        )  # fmt: skip
        return
    for item in letters:
        ref = refs.get(item.case_id or "", "-")
        out.print(
            f"{item.id}  {item.status:9} {item.kind:18} {item.lang:6} case {ref}  {item.error or ''}", markup=False
        )
    if not letters:
        out.print("No letter waits.")


@app.command("show")
def show(item: Item) -> None:
    """Print a letter as it goes out, without the tokens of signed links."""
    with context.opened(context.settings()) as store:
        letter = store.outbox.find(item)
    raw = letter_edit.shown(letter)
    if raw is None:
        raise IntakeError("the content of this letter was erased")
    message = message_from_bytes(raw, policy=policy.default)
    for name in ("From", "To", "Subject", "Reply-To"):
        if message[name]:
            out.print(f"{name}: {message[name]}", markup=False)
    if letter.attachment:
        out.print("With the encrypted archive of a delivery, put in when the letter leaves.")
    body = message.get_body(("plain",))
    out.print("\n" + (body.get_content() if body else ""), markup=False)


@app.command("approve")
def approve(
    item: Annotated[str, typer.Argument(help="The id of a letter, or `all` for every held acknowledgement.")],
    name: AsOption,
) -> None:
    """Release a letter: it goes out with the next sweep of the daemon."""
    settings = context.settings()
    with context.opened(settings) as store:
        held = store.outbox.all(statuses=(LetterStatus.HELD,))
        wanted = [letter.id for letter in held if letter.kind == "acknowledgement"] if item == "all" else [item]
        for identifier in wanted:
            with store.transaction():
                letter = store.outbox.approve(identifier, name, clock.now(), mode=settings.send_mode)
                _record(store, letter, EventType.LETTER_APPROVED, name)
        out.print(f"{len(wanted)} released.")
        if settings.send_mode == "off":
            out.print("INTAKE_SEND_MODE=off: nothing leaves until sending is on.")
        if settings.send_mode == "dry":
            out.print("INTAKE_SEND_MODE=dry: it is written to a file and never leaves.")


@app.command("edit")
def edit(
    item: Item,
    name: AsOption,
    file: Annotated[str, typer.Option(help="A text file with the new words; - for standard input.")],
) -> None:
    """Change the words of a held letter. Subject, recipient and Message-ID stay."""
    with context.opened(context.settings()) as store:
        letter = store.outbox.find(item)
        if letter.raw is None:
            raise IntakeError("the content of this letter was erased")
        old = letter_edit.text_of(letter.raw)
        new = letter_edit.new_words(sys.stdin.read() if file == "-" else _read(file))
        if new.strip() == old.strip():
            out.print("Nothing changed.")
            return
        with store.transaction():
            store.outbox.replace(item, letter_edit.with_text(letter.raw, new))
            _record(store, letter, EventType.NOTED, name, {"edited": item})
    out.print("Changed; it still waits for `outbox approve`.")


def _read(file: str) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise IntakeError(f"{file} cannot be read as UTF-8 text: {error}") from error


@app.command("reject")
def reject(item: Item, name: AsOption) -> None:
    """Decide against a letter. It is kept with the case and never sent."""
    with context.opened(context.settings()) as store, store.transaction():
        letter = store.outbox.reject(item, name, clock.now())
        _record(store, letter, EventType.LETTER_REJECTED, name)
    out.print("Rejected.")


def _record(store: Store, letter: Letter, kind: EventType, actor: str, extra: dict[str, str] | None = None) -> None:
    if letter.case_id:
        payload = {"letter": letter.id, "kind": letter.kind, **(extra or {})}
        store.cases.append(letter.case_id, [NewEvent(kind, actor, clock.now(), payload)])
