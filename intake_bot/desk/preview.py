"""What an action would do, by doing it and taking it back: the letter shown is the letter that would go out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from intake_bot.cases.case import Case
from intake_bot.desk.desk import Desk
from intake_bot.desk.mails import LetterView, letter_view
from intake_bot.errors import IntakeError
from intake_bot.service.letterbox import COLLEAGUE_QUESTION
from intake_bot.service.office import Draft, Effect


class _TakenBack(Exception):
    """Ends the transaction of a preview."""


@dataclass(slots=True)
class Preview:
    """The case and the letters to persons as they would be; `refused` says why nothing would happen."""

    case: Case | None = None
    letters: list[LetterView] = field(default_factory=list)
    printed: tuple[Draft, ...] = ()  # to print and to post: of this person no mail address is known
    warnings: tuple[str, ...] = ()
    refused: str = ""
    error: IntakeError | None = None


def preview(desk: Desk, case_id: str, act: Callable[[], Effect], lang: str) -> Preview:
    """Run an action in a transaction that is rolled back. The action may write to the store only.

    `lang`: of the reader, for the reason of a refusal.
    """
    found, store = Preview(), desk.store
    try:
        with store.transaction():
            before = {letter.id for letter in store.outbox.all(case_id=case_id)}
            effect = act()
            found.warnings, found.printed = effect.warnings, effect.printed
            found.case = store.cases.case(case_id)
            found.letters = [
                letter_view(letter)
                for letter in store.outbox.all(case_id=case_id)
                if letter.id not in before and (letter.audience == "person" or letter.kind == COLLEAGUE_QUESTION)
            ]
            raise _TakenBack
    except _TakenBack:
        pass
    except IntakeError as error:
        found = Preview(refused=error.said(lang), error=error)
    return found
