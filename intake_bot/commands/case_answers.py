"""case REF ACTION: how a right and a case end, and letters to a joint controller."""

from pathlib import Path
from typing import Annotated

import typer

from intake_bot.commands import context
from intake_bot.commands.case_acts import (
    DPO,
    OneRight,
    PreviewOption,
    Reason,
    Ref,
    Rights,
    Role,
    act,
    day,
    listed,
    required,
)  # fmt: skip
from intake_bot.commands.casework import app
from intake_bot.commands.context import AsOption, JsonOption
from intake_bot.errors import IntakeError
from intake_bot.service.case_delivery import too_large

Done = Annotated[str, typer.Option(help="What was done, in words for the person.")]
Kept = Annotated[str, typer.Option(help="What is kept, why and until when, in words for the person.")]
Ground = Annotated[list[str] | None, typer.Option(help="Ground of the closed list of the right; repeat it.")]


@app.command("answer")
def answer(
    ref: Ref, name: AsOption, right: OneRight,
    outcome: Annotated[str, typer.Option(help="granted, partly, nothing_held, cannot_identify, withdrawn or handled.")]
    = "granted",
    done: Done = "", kept: Kept = "",
    purpose: Annotated[list[str] | None, typer.Option(help="Access, recipients: purposes that apply.")] = None,
    delivery: Annotated[str, typer.Option(help="Access, portability: how the copy reaches the person.")] = "",
    ground: Ground = None, reason: Reason = "",
    despite: Annotated[str, typer.Option(help="Why an erasure goes first though a risk is shown.")] = "",
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """End a right with its outcome and write the letter. partly needs --role controller, a ground and a reason."""
    act("answer", ref, name, role, preview=preview, json=json, right=right, outcome=outcome, done=done, kept=kept,
        purposes=listed(purpose), delivery=delivery, grounds=listed(ground), reason=reason,
        despite=despite)  # fmt: skip


@app.command("deliver")
def deliver(
    ref: Ref, name: AsOption,
    file: Annotated[list[Path] | None, typer.Option(help="A file to send in an encrypted archive; repeat it.")] = None,
    in_account: Annotated[bool, typer.Option("--in-account", help="No file: the data are in the account.")] = False,
    right: Annotated[str, typer.Option(help="access or portability, where the case holds both.")] = "",
    text: Annotated[str, typer.Option(help="A note for the desk.")] = "",
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Send the data of an access or portability request to the verified address, or record them as in the account.

    The archive (ZIP, AES-256) gets a password that is shown once: tell it by another channel, never in a mail.
    """
    act("deliver", ref, name, role, preview=preview, json=json, files=_read(file or []), in_account=in_account,
        right=right, note=text)  # fmt: skip


def _read(paths: list[Path]) -> list[tuple[str, bytes]]:
    """Files with their names; too large ones are refused before they are read. Raises IntakeError."""
    most = context.settings().delivery_max_mb
    try:
        size = sum(path.stat().st_size for path in paths)
        if size > most * 1_000_000:
            raise too_large(size, most)
        return [(path.name, path.read_bytes()) for path in paths]
    except OSError as error:
        raise IntakeError(f"{error.filename} cannot be read: {error.strerror}") from error


@app.command("refuse")
def refuse(ref: Ref, name: AsOption, right: OneRight, reason: Reason, ground: Ground = None, role: Role = "controller",
           preview: PreviewOption = False, json: JsonOption = False) -> None:  # fmt: skip
    """Refuse a right whole: the controller decides after the DPO's advice, with a ground of the closed list."""
    act("refuse", ref, name, role, preview=preview, json=json, right=right, grounds=listed(ground), reason=reason)


@app.command("charge-fee")
def charge_fee(
    ref: Ref, name: AsOption, right: OneRight, reason: Reason,
    amount: Annotated[str, typer.Option(help="The amount with its currency.")],
    role: Role = "controller", preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Announce a fee (manifestly unfounded or excessive only); the person may narrow or withdraw."""
    act("charge_fee", ref, name, role, preview=preview, json=json, right=right, amount=amount, reason=reason)


@app.command("lift-restriction")
def lift_restriction(
    ref: Ref, name: AsOption, reason: Reason,
    on: Annotated[str, typer.Option(help="The day on which it is lifted: YYYY-MM-DD, not before tomorrow.")],
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Tell the person before a restriction is lifted (GDPR 18(3))."""
    act("lift_restriction", ref, name, role, preview=preview, json=json, lifts_on=required("--on", day(on)),
        reason=reason)  # fmt: skip


@app.command("close")
def close(
    ref: Ref, name: AsOption, reason: Reason = "",
    no_letter: Annotated[bool, typer.Option("--no-letter", help="Write no closure letter.")] = False,
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Close a case whose rights all have an outcome; a case of a backfill with --reason."""
    act("close", ref, name, role, preview=preview, json=json, reason=reason, letter=not no_letter)


@app.command("reopen")
def reopen(
    ref: Ref, name: AsOption, reason: Reason, right: Rights = None,
    no_letter: Annotated[bool, typer.Option("--no-letter", help="Do not tell the person.")] = False,
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Open a closed case again; its receipt and dates stay."""
    act("reopen", ref, name, role, preview=preview, json=json, reason=reason, rights=listed(right),
        letter=not no_letter)  # fmt: skip


@app.command("client-letter")
def client_letter(
    ref: Ref, name: AsOption,
    what: Annotated[str, typer.Option(help="What the client is to do or to tell, in words for it.")],
    client: Annotated[str, typer.Option(help="Its name in INTAKE_CLIENTS_FILE; by default the one recognised.")] = "",
    person: Annotated[str, typer.Option(help="By what it finds the record; empty names nobody.")] = "",
    left: Annotated[bool, typer.Option("--left", help="The person says that they have left the client.")] = False,
    despite: Annotated[str, typer.Option(help="Why the client is told although that is not needed.")] = "",
    answer_by: Annotated[str, typer.Option(help="Answer before this day: YYYY-MM-DD.")] = "",
    right: Rights = None, role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Prepare the letter to a joint controller. It always waits for `outbox approve`."""
    act("client_letter", ref, name, role, preview=preview, json=json, what=what, client=client, person=person,
        left=left, despite=despite, answer_by=day(answer_by), rights=listed(right))  # fmt: skip


@app.command("inform-of-client")
def inform_of_client(
    ref: Ref, name: AsOption, client: Annotated[str, typer.Option(help="Its name in INTAKE_CLIENTS_FILE.")] = "",
    informed: Annotated[bool, typer.Option("--informed", help="The client was told.")] = False,
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Tell the person who answers what under the arrangement (GDPR 26)."""
    act("inform_of_client", ref, name, role, preview=preview, json=json, client=client, informed=informed)
