"""case REF ACTION: everything that a person does to a case. What is legal, and for whom, is in cases/transitions.py."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from intake_bot.commands import cases, context
from intake_bot.commands.casework import app
from intake_bot.commands.context import AsOption, JsonOption, out
from intake_bot.errors import IntakeError
from intake_bot.service.casework import open_casework
from intake_bot.service.office import Draft, Effect, Preview, draft

Ref = Annotated[str, typer.Argument(help="The reference, such as 2026-0042.")]
Role = Annotated[str, typer.Option("--role", help="As what you act: dpo, deputy, controller or agent.")]
Rights = Annotated[list[str] | None, typer.Option("--right", help="Only these rights; repeat it, or use commas.")]
OneRight = Annotated[str, typer.Option("--right", help="The right, such as access or erasure.")]
Reason = Annotated[str, typer.Option(help="Why, in words; where a letter goes out, in words for the person.")]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Show the letter as it would go out; change nothing.")]
When = Annotated[str, typer.Option(help="When: YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time. Now by default.")]
DPO = "dpo"


def act(action: str, ref: str, name: str, role: str, *, preview: bool = False, json: bool = False, **told: Any) -> None:
    """Carry an act out, or show what it would write. `told`: the arguments of the act of the same name."""
    given = {key: value for key, value in told.items() if value is not None}
    settings = context.settings()
    with context.opened(settings) as store:
        work = open_casework(settings, store)
        if preview:
            return show_preview(work.preview(action, ref, name, as_role=role, **given), json)
        effect: Effect = getattr(work, action)(ref, name, as_role=role, **given)
    show_effect(effect, json)


def show_effect(effect: Effect, json: bool) -> None:
    """What an act did: JSON, or the case, its letters and warnings in words."""
    if json:
        other = cases.summary(effect.other) if effect.other else None
        letters = [{"kind": item.kind, "lang": item.lang, "to": item.recipient} for item in effect.letters]
        printed = [{"kind": item.kind, "subject": item.subject, "body": item.body} for item in effect.printed]
        password = {"password": effect.password} if effect.password else {}
        context.print_json({"case": cases.summary(effect.case), "other": other, "letters": letters,
                            "printed": printed, "warnings": list(effect.warnings), **password})  # fmt: skip
        return
    for case in filter(None, (effect.case, effect.other)):
        rights = ", ".join(f"{item.right} {item.outcome or item.status}" for item in case.rights)
        held = f", held: {', '.join(case.hold)}" if case.hold else ""
        dates = f"due {case.due_on or '-'}, safe date {case.safe_on or '-'}"
        out.print(f"Case {case.ref} is {case.status}{held}: {rights}; {dates}.", markup=False)
    for item in (*(draft(letter) for letter in effect.letters), *effect.printed):
        _show(item)
    if effect.password:
        out.print(f"\nPassword: {effect.password}", markup=False)
    for warning in effect.warnings:
        out.print(f"! {warning}", markup=False)


def show_preview(found: Preview, json: bool) -> None:
    """The letters that an act would write."""
    if json:
        letters = [{"kind": i.kind, "lang": i.lang, "to": i.recipient, "subject": i.subject, "body": i.body}
                   for i in found.letters]  # fmt: skip
        context.print_json({"letters": letters, "warnings": list(found.warnings)})
        return
    for item in found.letters:
        _show(item)
    if not found.letters:
        out.print("No letter would be written.")
    for warning in found.warnings:
        out.print(f"! {warning}", markup=False)


def _show(item: Draft) -> None:
    out.print(f"\n--- {item.kind} ({item.lang}) to {item.recipient or 'be printed'}\nSubject: {item.subject}\n",
              markup=False)  # fmt: skip
    out.print(item.body, markup=False)


def listed(items: list[str] | None) -> list[str]:
    """Items given by repeating an option or with commas."""
    return cases.listed(items or [])


def moment(text: str) -> datetime | None:
    """The instant of a local day or time, None for nothing given. Raises IntakeError."""
    return cases.parse_day(text, context.settings().controller.zone) if text else None


def day(text: str) -> date | None:
    """A local day, None for nothing given. Raises IntakeError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise IntakeError(f"{text} is not a day: write YYYY-MM-DD") from error


def required(option: str, value: date | None) -> date:
    """The value of an option that has to name a day or a moment. Raises IntakeError for an empty one."""
    if value is None:
        raise IntakeError(f"{option} is empty: name the day, YYYY-MM-DD")
    return value


# -- reading and correcting ----------------------------------------------------------------------------------------


@app.command("confirm")
def confirm(ref: Ref, name: AsOption, right: Rights = None, role: Role = DPO, preview: PreviewOption = False,
            json: JsonOption = False) -> None:  # fmt: skip
    """It is a request: the case opens and the acknowledgement is prepared if none was written."""
    act("confirm", ref, name, role, preview=preview, json=json, rights=listed(right))


@app.command("correct")
def correct(ref: Ref, name: AsOption, right: Rights = None, reason: Reason = "", role: Role = DPO,
            preview: PreviewOption = False, json: JsonOption = False) -> None:  # fmt: skip
    """These rights were asked for and no others. The person is told when they had read something else."""
    act("correct", ref, name, role, preview=preview, json=json, rights=listed(right), reason=reason)


@app.command("not-a-request")
def not_a_request(
    ref: Ref, name: AsOption, reason: Reason,
    passed_to: Annotated[str, typer.Option(help="Who deals with the mail now, in words for the person.")] = "",
    role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """The mail asks for no right: the case closes, what was kept is destroyed; the register line stays."""
    act("not_a_request", ref, name, role, preview=preview, json=json, reason=reason, passed_to=passed_to)


@app.command("add-right")
def add_right(ref: Ref, name: AsOption, right: OneRight, received: When = "", role: Role = DPO,
              json: JsonOption = False) -> None:  # fmt: skip
    """Add a right that the case missed; it counts from the receipt of the case unless --received says otherwise."""
    act("add_right", ref, name, role, json=json, right=right, received_at=moment(received))


@app.command("split")
def split(ref: Ref, name: AsOption, reason: Reason, right: Rights = None, role: Role = DPO,
          json: JsonOption = False) -> None:  # fmt: skip
    """Move rights into a case of their own, with their receipt and dates."""
    act("split", ref, name, role, json=json, rights=listed(right), reason=reason)


@app.command("merge")
def merge(
    ref: Ref, name: AsOption, into: Annotated[str, typer.Option(help="The reference of the case that stays.")],
    same_person: Annotated[str, typer.Option(help="Why two addresses are one person.")] = "",
    role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """The same request came twice: it goes on in the other case, which keeps the earlier receipt of both."""
    act("merge", ref, name, role, json=json, into=into, same_person=same_person)


@app.command("link")
def link(
    ref: Ref, name: AsOption, other: Annotated[str, typer.Option(help="The reference of the other case.")],
    reason: Reason = "", role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Note that two cases belong together, such as a later request for the same. No date moves."""
    act("link", ref, name, role, json=json, other=other, why=reason)


@app.command("choose-addressee")
def choose_addressee(
    ref: Ref, name: AsOption, address: Annotated[str, typer.Option(help="Where the letters of this case go.")],
    reason: Reason,
    verified: Annotated[str, typer.Option(help="How it was verified to be the person's; else no data go there.")] = "",
    role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Choose whom the letters go to, when somebody else passed the request on or another address was verified."""
    act("choose_addressee", ref, name, role, json=json, address=address, reason=reason, verified=verified)


# -- notes and records ---------------------------------------------------------------------------------------------


@app.command("note")
def note(ref: Ref, name: AsOption, text: Annotated[str, typer.Option(help="The note; never sent to anybody.")],
         role: Role = DPO, json: JsonOption = False) -> None:  # fmt: skip
    """Add a note for the desk."""
    act("note", ref, name, role, json=json, text=text)


@app.command("hold")
def hold(ref: Ref, name: AsOption, reason: Reason, role: Role = DPO, json: JsonOption = False) -> None:
    """Do nothing irreversible in this case until somebody releases it."""
    act("hold", ref, name, role, json=json, reason=reason)


@app.command("release")
def release(ref: Ref, name: AsOption, text: Annotated[str, typer.Option(help="A note about it.")] = "",
            role: Role = DPO, json: JsonOption = False) -> None:  # fmt: skip
    """What the hold was about has been read: the case goes on."""
    act("release", ref, name, role, json=json, note=text)


@app.command("record-advice")
def record_advice(
    ref: Ref, name: AsOption,
    about: Annotated[str, typer.Option(help="What it is about: refuse, partly, extend or fee.")],
    advice: Annotated[str, typer.Option(help="The advice.")],
    right: Rights = None, role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record the DPO's advice before the controller decides (GDPR 38(6))."""
    act("record_advice", ref, name, role, json=json, about=about, advice=advice, rights=listed(right))


@app.command("record-search")
def record_search(
    ref: Ref, name: AsOption, system: Annotated[str, typer.Option(help="Where you searched.")],
    found: Annotated[str, typer.Option(help="What was found.")], right: Rights = None, role: Role = DPO,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Record a search. “Nothing held” goes out only after one."""
    act("record_search", ref, name, role, json=json, system=system, found=found, rights=listed(right))


@app.command("record-action")
def record_action(
    ref: Ref, name: AsOption, system: Annotated[str, typer.Option(help="In which system.")],
    done: Annotated[str, typer.Option(help="What was done.")] = "",
    ticket: Annotated[str, typer.Option(help="Its ticket there.")] = "",
    right: Rights = None, role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record what was done in another system. “Recorded” is not “done”: record it when it is."""
    act("record_action", ref, name, role, json=json, system=system, ticket=ticket, done=done, rights=listed(right))


@app.command("confirm-stop")
def confirm_stop(ref: Ref, name: AsOption, system: Annotated[str, typer.Option(help="What has stopped sending.")],
                 at: When = "", role: Role = DPO, json: JsonOption = False) -> None:  # fmt: skip
    """The sending system has imported the stop: a marketing objection or a withdrawal is carried out."""
    act("confirm_stop", ref, name, role, json=json, system=system, at=moment(at))


@app.command("notify-recipient")
def notify_recipient(
    ref: Ref, name: AsOption, recipient: Annotated[str, typer.Option(help="Its code in data/recipients.toml.")],
    how: Annotated[str, typer.Option(help="By which mail, ticket or call.")] = "",
    impossible: Annotated[str, typer.Option(help="Why telling is impossible or a disproportionate effort.")] = "",
    right: Rights = None, role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record that a recipient was told of a rectification, an erasure or a restriction (GDPR 19)."""
    act("notify_recipient", ref, name, role, json=json, recipient=recipient, how=how, impossible=impossible,
        rights=listed(right))  # fmt: skip


# -- the clock -----------------------------------------------------------------------------------------------------


@app.command("request-specification")
def request_specification(ref: Ref, name: AsOption, reason: Reason, role: Role = DPO, preview: PreviewOption = False,
                          json: JsonOption = False) -> None:  # fmt: skip
    """Ask what an access request is about (large quantity of data only). The clock goes on."""
    act("request_specification", ref, name, role, preview=preview, json=json, reason=reason)


@app.command("ask-identity")
def ask_identity(
    ref: Ref, name: AsOption,
    letter: Annotated[str, typer.Argument(help="confirm, supplementary, mandate, heir or id_document.")],
    reason: Reason,
    compare: Annotated[str, typer.Option(help="What alone is compared on a document, separated by commas.")] = "",
    upload_url: Annotated[str, typer.Option(help="Where a document is left safely; empty: by agreement.")] = "",
    right: Rights = None, role: Role = DPO, preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask the person who they are; --reason is the doubt. The period stands still from when the letter leaves."""
    named = tuple(item.strip() for item in compare.split(",") if item.strip())
    act("ask_identity", ref, name, role, preview=preview, json=json, letter=letter, reason=reason, compare=named,
        upload_url=upload_url, rights=listed(right))  # fmt: skip


@app.command("suspend")
def suspend(
    ref: Ref, name: AsOption, reason: Reason,
    event: Annotated[str, typer.Option(help="id_requested, mandate_requested or heir_proof_requested.")]
    = "id_requested",
    right: Rights = None, at: When = "", role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record that the person was asked who they are; --reason is the doubt. The period stands still meanwhile."""
    act("suspend", ref, name, role, json=json, event=event, rights=listed(right), reason=reason, at=moment(at))


@app.command("resume")
def resume(
    ref: Ref, name: AsOption,
    event: Annotated[str, typer.Option(help="id_received, mandate_received, heir_proof_received, or ..._insufficient.")]
    = "id_received",
    right: Rights = None, at: When = "", text: Annotated[str, typer.Option(help="What was checked; no document.")] = "",
    role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record the answer: sufficient, and the period runs again, or insufficient, and the question stays open."""
    act("resume", ref, name, role, json=json, event=event, rights=listed(right), at=moment(at), note=text)


@app.command("record-fact")
def record_fact(
    ref: Ref, name: AsOption,
    fact: Annotated[str, typer.Option(help="received_by_joint_controller, claimed_earlier_receipt, "
                                      "minor_at_collection or authority_deadline.")],
    at: Annotated[str, typer.Option(help="Its own moment: YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time.")],
    text: Annotated[str, typer.Option(help="How it is known.")] = "", right: Rights = None,
    role: Role = DPO, json: JsonOption = False,
) -> None:  # fmt: skip
    """Record a fact that sets a date or makes it earlier; --at is its own moment."""
    act("record_fact", ref, name, role, json=json, fact=fact, at=required("--at", moment(at)), rights=listed(right),
        note=text)  # fmt: skip


@app.command("extend")
def extend(
    ref: Ref, name: AsOption, reason: Reason, right: Rights = None,
    sooner: Annotated[str, typer.Option(help="What the person gets before that, in words for them.")] = "",
    until: Annotated[str, typer.Option(help="An earlier last day than the law allows: YYYY-MM-DD.")] = "",
    role: Role = "controller", preview: PreviewOption = False, json: JsonOption = False,
) -> None:  # fmt: skip
    """Extend by two months: in time, once, with reasons; the controller decides after the DPO's advice."""
    act("extend", ref, name, role, preview=preview, json=json, reason=reason, rights=listed(right), sooner=sooner,
        until=day(until))  # fmt: skip
