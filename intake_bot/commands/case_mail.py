"""case from-mail: a mail in which a person found a request opens its case, with the receipt that it had."""

from typing import Annotated

import typer

from intake_bot.commands import cases, context
from intake_bot.commands.casework import app
from intake_bot.commands.context import AsOption, JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.mail.imap import ImapMailbox
from intake_bot.rights import Right
from intake_bot.service import application


@app.command("from-mail")
def from_mail(
    message_id: Annotated[str, typer.Argument(help="Its Message-ID, with or without angle brackets.")],
    name: AsOption,
    folder: Annotated[str, typer.Option(help="Look in this folder only; any folder of the mailbox.")] = "",
    right: Annotated[
        list[str] | None, typer.Option(help="What is asked for; by default what the classifier holds for likely.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Open an unconfirmed case for a mail that lies in the mailbox. The clock starts at the receipt of the mail.

    The mailbox is only read. A mail that belongs to a case opens nothing: the command says which case.
    """
    try:
        rights = [Right(code) for code in cases.listed(right or [])]
    except ValueError as error:
        raise IntakeError(f"{error}: the rights are {', '.join(Right)}") from error
    settings = context.settings()
    if settings.mailbox.imap is None:
        raise IntakeError("no mailbox is configured: set INTAKE_IMAP_HOST, INTAKE_IMAP_USER and INTAKE_IMAP_PASSWORD")
    with context.opened(settings, prepare=True) as store:
        classifier = None if rights else application.load_classifier(settings)
        retrieval = application.build_retrieval(settings, settings.mailbox, store, classifier)
        box = ImapMailbox(settings.mailbox.imap)
        try:
            mail = retrieval.find(box, message_id, folder)
        finally:
            box.close()
        result = retrieval.take(mail, actor=name, reason="named_by_person", rights=rights)
    case = result.case
    if json:
        context.print_json({"opened": result.opened, "case": cases.summary(case)})
    elif result.opened:
        out.print(f"Case {case.ref} is {case.status}; received {case.received_at:%Y-%m-%d %H:%M} UTC, "
                  f"safe date {case.safe_on or '-'}. Confirm or correct it.")  # fmt: skip
    else:
        out.print(f"This mail belongs to case {case.ref} already ({case.status}); nothing was opened.")
