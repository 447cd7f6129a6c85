"""recompute: which dates move because a rule set, a holiday table or a profile changed."""

from typing import Annotated

import typer
from rich.table import Table

from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.service.recomputation import Recomputation, shifts


def recompute(
    apply: Annotated[bool, typer.Option("--apply", help="Write the new dates and log each.")] = False,
    name: Annotated[str, typer.Option("--as", help="Your name; needed with --apply.", metavar="NAME")] = "",
    why: Annotated[str, typer.Option(help="What changed: the new rule set, the holiday, the profile.")] = "",
    json: JsonOption = False,
) -> None:
    """List every open case whose dates move under today's rules, before and after. Changes nothing without --apply."""
    if apply and not name:
        raise IntakeError("--apply needs --as NAME: it is recorded with what moves")
    with context.opened(context.settings()) as store:
        work = Recomputation(store)
        pairs = work.moved()
        moved = [item for before, after in pairs for item in shifts(before, after)]
        if apply:
            work.apply(pairs, name, why)
    if json:
        rows = [{"case": i.ref, "right": i.right, "date": i.name, "before": i.before or None, "after": i.after or None}
                for i in moved]  # fmt: skip
        context.print_json({"cases": len(pairs), "applied": apply, "moved": rows})
        return
    table = Table("case", "right", "date", "before", "after", box=None)
    for item in moved:
        table.add_row(item.ref, item.right, item.name, item.before or "-", item.after or "-")
    out.print(table if moved else "No date moves.")
    if pairs:
        done = "changed and logged" if apply else "would move; `recompute --apply --as NAME` writes the new dates"
        out.print(f"{len(pairs)} cases {done}.")
