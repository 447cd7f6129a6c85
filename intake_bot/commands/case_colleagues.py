"""case REF ask: a question to a colleague about a case."""

from typing import Annotated

import typer

from intake_bot.commands.case_acts import DPO, PreviewOption, Ref, Role, act
from intake_bot.commands.casework import app
from intake_bot.commands.context import AsOption, JsonOption


@app.command("ask")
def ask(
    ref: Ref, name: AsOption,
    to: Annotated[str, typer.Option(help="The colleague's address: of an internal domain, or of an account.")],
    question: Annotated[str, typer.Option(help="What you ask; it leaves as you write it.")],
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask a colleague by mail; the answer comes back to the case and changes nothing by itself."""
    act("ask_colleague", ref, name, role, preview=preview, json=json, to=to, question=question)
