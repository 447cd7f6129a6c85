"""The outbox: letters that wait, exactly as they would go out; approve, edit, reject."""

from starlette.responses import Response

from intake_bot.cases.events import EventType, NewEvent
from intake_bot.desk.desk import Desk
from intake_bot.desk.mails import letter_view
from intake_bot.desk.refused import Refused, refused
from intake_bot.desk.roles import Permission
from intake_bot.desk.visit import Visit
from intake_bot.errors import IntakeError, StoreError
from intake_bot.service import letter_edit
from intake_bot.service.letterbox import COLLEAGUE_QUESTION
from intake_bot.store.outbox import Letter, LetterStatus, not_editable

#: Letters of one page.
SHOWN = 25

#: What is said of an approval where the letter does not leave with the next sweep.
_APPROVED = {"off": "approved_off", "dry": "approved_dry"}


def outbox(visit: Visit) -> Response:
    """The letters that wait for a person."""
    desk = visit.desk
    letters = [letter_view(desk.store.outbox.find(item)) for item in desk.register.waiting_letters(SHOWN)]
    refs = desk.register.references([view.letter.case_id for view in letters if view.letter.case_id])
    for view in letters:
        visit.saw("letter", case_id=view.letter.case_id, detail=view.letter.id)
    return visit.page("outbox", letters=letters, refs=refs, count=desk.register.count_waiting_letters(), shown=SHOWN)


def letter_page(visit: Visit) -> Response:
    """One letter, whatever became of it. What is written to the desk is for those who answer for letters."""
    letter = visit.desk.store.outbox.find(visit.path("letter"))
    if letter.audience != "person" and letter.kind != COLLEAGUE_QUESTION:
        visit.require(Permission.LETTERS)
    return _letter(visit, letter)


def _letter(visit: Visit, letter: Letter, refused: Refused | None = None) -> Response:
    visit.saw("letter", case_id=letter.case_id, detail=letter.id)
    refs = visit.desk.register.references([letter.case_id] if letter.case_id else [])
    status = refused.status if refused else 200
    return visit.page("letter", status=status, refused=refused, view=letter_view(letter), refs=refs)


def decide(visit: Visit) -> Response:
    """Take the word of a person on a letter: approve, edit or reject."""
    item, choice, desk = visit.path("letter"), visit.path("choice"), visit.desk
    try:
        done = decide_letter(
            desk, item, choice, visit.account.name, text=visit.field("text"), version=visit.field("version")
        )
    except IntakeError as error:
        return _letter(visit, desk.store.outbox.find(item), refused(visit, error, choice, ("text",)))
    back = visit.field("back")
    return visit.go(back if back.startswith(("/case/", "/outbox")) else "/outbox", done)


def decide_letter(desk: Desk, item: str, choice: str, actor: str, *, text: str = "", version: str | None = None) -> str:
    """What was done, as a code of NOTICES: approved, edited or rejected. `version`: of the words that were read.

    Raises StoreError when the letter does not wait, or has other words by now.
    """
    store = desk.store
    with store.transaction():
        if version is not None and version != letter_edit.version(store.outbox.find(item)):
            raise StoreError(
                "the words of this letter were changed meanwhile: read it again before you decide",
                "le texte de cette lettre a été changé entre-temps : relisez-la avant de décider",
            )
        if choice == "approve":
            letter = store.outbox.approve(item, actor, desk.now(), mode=desk.settings.send_mode)
            _record(desk, letter, EventType.LETTER_APPROVED, actor)
            return _APPROVED.get(desk.settings.send_mode, "approved")
        if choice == "reject":
            letter = store.outbox.reject(item, actor, desk.now())
            _record(desk, letter, EventType.LETTER_REJECTED, actor)
            return "rejected"
        if choice != "edit":
            raise StoreError(
                "this is no decision on a letter: approve, change or reject it",
                "ce n’est pas une décision sur une lettre : approuvez-la, changez-la ou écartez-la",
                aside=choice,
            )
        return _edit(desk, store.outbox.find(item), actor, text)


def _edit(desk: Desk, letter: Letter, actor: str, text: str) -> str:
    if letter.raw is None or letter.status is not LetterStatus.HELD:
        raise not_editable(letter)
    text = letter_edit.new_words(text)
    if text.strip() != letter_edit.text_of(letter.raw).strip():
        desk.store.outbox.replace(letter.id, letter_edit.with_text(letter.raw, text))
        _record(desk, letter, EventType.NOTED, actor, {"edited": letter.id})
    return "edited"


def _record(desk: Desk, letter: Letter, kind: EventType, actor: str, extra: dict[str, str] | None = None) -> None:
    if letter.case_id:
        payload = {"letter": letter.id, "kind": letter.kind, **(extra or {})}
        desk.store.cases.append(letter.case_id, [NewEvent(kind, actor, desk.now(), payload)])
