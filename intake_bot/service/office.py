"""What every act on a case shares: finding it, checking the move, recording it, writing its letter, the preview."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from intake_bot import clock
from intake_bot.cases import names, transitions
from intake_bot.cases.case import Case, RequestedRight
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.letters import Letters, OutgoingLetter
from intake_bot.cases.transitions import Action
from intake_bot.config import Settings
from intake_bot.errors import IllegalTransition, IntakeError, NotFound
from intake_bot.mailboxes import MailboxSettings
from intake_bot.rights import Right
from intake_bot.service.dossier import Dossier
from intake_bot.service.letter_edit import text_of
from intake_bot.service.letterbox import Letterbox, Thread
from intake_bot.store.outbox import LetterStatus
from intake_bot.store.store import Store

#: Why a case was held although its sender is not the person who asks: nobody is written to before a person chooses.
OTHERS = frozenset({"internal_sender", "client_sender", "forwarded_only", "no_sender", "relayed"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act did: the case after it, the letters that it wrote, and what the person who acted should know.

    `printed`: letters to print and post, for a person of whom no mail address is known; kept as a note of the case.
    `password` opens the archive of a delivery. `other` is the second case of a split or a merge. Warnings are sentences
    in the language of the desk.
    """

    case: Case
    letters: tuple[OutgoingLetter, ...] = ()
    warnings: tuple[str, ...] = ()
    other: Case | None = None
    printed: "tuple[Draft, ...]" = ()
    password: str = ""  # of an archive: told this once, kept nowhere


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would go out; `recipient` is "" for one to print."""

    kind: str
    lang: str
    recipient: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Written:
    """The one letter of an act: in the outbox, or printed."""

    letters: tuple[OutgoingLetter, ...] = ()
    printed: tuple[Draft, ...] = ()
    warnings: tuple[str, ...] = ()

    def effect(self, case: Case, *warnings: str) -> Effect:
        return Effect(case, self.letters, (*warnings, *self.warnings), printed=self.printed)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do. Nothing was written."""

    letters: tuple[Draft, ...]
    warnings: tuple[str, ...]


class _Undo(Exception):
    """Takes a preview back."""


class Office:
    """The common ground of the acts; `Casework` puts them together."""

    def __init__(self, settings: Settings, store: Store, letterbox: Letterbox, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._letterbox = letterbox
        self._letters = Letters(settings.templates_dir)
        self._now = now

    # -- showing first -----------------------------------------------------------------------------------------

    def preview(self, action: str, *args: Any, **arguments: Any) -> Preview:
        """What the act of this name would write with these arguments. It is carried out and taken back.

        Raises what the act raises; IntakeError for a name that is no act.
        """
        method = getattr(self, action, None) if not action.startswith("_") and action != "preview" else None
        if method is None:
            raise IntakeError(
                "this is no act on a case", "ce n’est pas un acte sur un dossier", aside=f"{action} is no act"
            )
        letters: tuple[Draft, ...] = ()
        warnings: tuple[str, ...] = ()
        with suppress(_Undo), self._store.cases.attempt():
            effect: Effect = method(*args, **arguments)
            letters = (*(draft(letter) for letter in effect.letters), *effect.printed)
            warnings = effect.warnings
            raise _Undo
        return Preview(letters, warnings)

    # -- cases -------------------------------------------------------------------------------------------------

    def _case(self, ref: str, field: str = "") -> Case:
        case = self._store.cases.case_by_ref(ref)
        if case is None:
            raise NotFound(
                f"no case {ref}: look for its reference among the cases, closed ones included",
                f"aucun dossier {ref} : cherchez sa référence parmi les dossiers, y compris clos",
                field=field,
                aside="`intake-bot cases`, closed ones with --status closed",
            )
        return case

    def _dossier(self, case: Case) -> Dossier:
        return Dossier(self._store.cases.events(case.id))

    def _rights(self, case: Case, codes: Iterable[Right | str]) -> list[RequestedRight]:
        """The named rights of the case, all that run when none is named. Raises IntakeError on one it has not."""
        found = []
        for code in codes:
            right = right_of(code)
            item = case.right(right)
            if item is None:
                wanted, held = names.right(right), names.rights(item.right for item in case.rights)
                raise IllegalTransition(
                    f"case {case.ref} does not hold {wanted[1]} but {held[1]}; add it first",
                    f"le dossier {case.ref} ne porte pas sur {wanted[0]} mais sur : {held[0]} ; ajoutez-le d’abord",
                    field="rights",
                )
            found.append(item)
        found = found or list(case.running)
        if not found:
            raise IllegalTransition(
                f"no right of case {case.ref} runs any more; reopen it first",
                f"plus aucun droit du dossier {case.ref} n’est en cours ; rouvrez-le d’abord",
            )
        return found

    def _check(
        self, case: Case, items: Sequence[RequestedRight], action: Action, role: str, given: Iterable[str] = ()
    ) -> list[str]:
        """Check the move for each right; their codes for the payload. Raises IllegalTransition."""
        for item in items:
            transitions.check_right(case, item, action, role, given)
        return [str(item.right) for item in items]

    def _append(self, case: Case, *facts: tuple[EventType, str, dict[str, Any]]) -> Case:
        now = self._now()
        return self._store.cases.append(
            case.id, [NewEvent(kind, actor, now, payload) for kind, actor, payload in facts]
        )

    def _fresh(self, case: Case) -> Case:
        found = self._store.cases.case(case.id)
        assert found is not None
        return found

    def _say(self, french: str, english: str) -> str:
        """In the language of the desk."""
        return french if self._settings.desk_language == "fr" else english

    # -- letters -----------------------------------------------------------------------------------------------

    def _mailbox(self, case: Case) -> MailboxSettings:
        return next((box for box in self._settings.mailboxes if box.name == case.mailbox), self._settings.mailbox)

    def addressee(self, case: Case) -> str:
        """Who the letters of a case go to: the address that a person chose, else the one that wrote.

        "" when nobody may be written to by itself: no address, one of our own, or a mail that somebody else passed on.
        """
        dossier = self._dossier(case)
        if dossier.chosen_addressee:
            return dossier.chosen_addressee
        relayed = OTHERS & {*case.hold, *dossier.opening.get("reasons", ())}
        own = dossier.sender in self._mailbox(case).own_addresses
        return "" if relayed or own else dossier.sender

    def _letter(
        self, case: Case, kind: str, context: dict[str, Any], *, actor: str, legal_effect: bool = True
    ) -> Written:
        """The letter of an act to the person, approved by the act itself. Printed where no mail address is known.

        Raises IllegalTransition when a person has to choose the addressee first.
        """
        address = self.addressee(case)
        mailbox = self._mailbox(case)
        whole = {**self._common(case, mailbox), **context}
        if address:
            thread = Thread(self._dossier(case).message_id)
            return Written(
                (
                    self._letterbox.to_person(
                        kind, case, mailbox, address, whole, thread, legal_effect=legal_effect, approved_by=actor
                    ),
                ),
                warnings=self._mode_warnings(),
            )
        if case.channel == "mail":
            raise no_addressee()
        lang, rendered = self._letters.render_for(kind, case.lang, whole)
        self._append(
            case, (EventType.NOTED, actor, {"printed": kind, "subject": rendered.subject, "body": rendered.body})
        )
        told = self._say("Lettre à imprimer et à poster aujourd'hui.", "A letter to print and to post today.")
        return Written(printed=(Draft(kind, lang, "", rendered.subject, rendered.body),), warnings=(told,))

    def _common(self, case: Case, mailbox: MailboxSettings) -> dict[str, Any]:
        """What every letter of a case names."""
        return {
            "ref": case.ref,
            "received_on": clock.local_date(case.received_at, case.zone),
            "controller": self._settings.controller_of(mailbox),
            "archived_for": self._settings.archived_for,
            # The GDPR does not apply to the dead (recital 27): complaint and remedy are those of the French act.
            "post_mortem": {item.right for item in case.rights} == {Right.POST_MORTEM},
        }

    def _mode_warnings(self) -> tuple[str, ...]:
        mode = self._settings.send_mode
        if mode not in ("off", "dry"):
            return ()
        return (
            self._say(
                f"SEND_MODE={mode} : la lettre ne part pas, la personne n'apprend rien.",
                f"SEND_MODE={mode}: the letter does not leave, the person learns nothing.",
            ),
        )

    def _hold_letter(self, letter: OutgoingLetter) -> None:
        """Keep a letter back until a person approves it, whatever SEND_MODE."""
        found = self._store.outbox.by_message_id(letter.message_id)
        if found is not None and found.status is LetterStatus.QUEUED:
            self._store.outbox.settle(found.id, LetterStatus.HELD, now=self._now())

    def _unaddressed(self) -> tuple[str, ...]:
        """The warning that nobody can be written to yet."""
        return (
            self._say(
                "Aucun destinataire : choisissez à qui l'on écrit, avant d'écrire.",
                "No addressee: choose whom to write to before writing.",
            ),
        )


def draft(letter: OutgoingLetter) -> Draft:
    """A letter as text."""
    subject = str(message_from_bytes(letter.raw, policy=policy.default)["Subject"])
    return Draft(letter.kind, letter.lang, letter.recipient, subject, text_of(letter.raw))


def right_of(code: Right | str) -> Right:
    """The right of a code. Raises IntakeError naming the codes to the command line."""
    try:
        return Right(code)
    except ValueError as error:
        raise IntakeError(
            "this is no right: choose one of the list", "ce n’est pas un droit : choisissez-en un de la liste",
            field="rights", aside=f"{code} is no right: {', '.join(Right)}",
        ) from error  # fmt: skip


def in_the_future(field: str = "at") -> IntakeError:
    """What is recorded has happened."""
    return IntakeError(
        "this lies in the future: give the time at which it happened",
        "cette date est dans le futur : donnez le moment où cela s’est passé",
        field=field,
    )


def no_mail_address(address: str, field: str) -> IntakeError:
    """What was typed is no mail address."""
    return IntakeError(
        f"“{address}” is no mail address: write it as name@example.com",
        f"« {address} » n’est pas une adresse de courriel : écrivez-la comme nom@example.com",
        field=field,
    )


def no_addressee() -> IllegalTransition:
    """A letter is owed, and nobody may be written to by itself."""
    return IllegalTransition(
        "the letter has no addressee: somebody else passed the request on, or no address is known (GDPR 5(1)(f)). "
        "First choose whom to write to",
        "la lettre n’a pas de destinataire : quelqu’un d’autre a transmis la demande, ou aucune adresse n’est connue "
        "(RGPD, art. 5(1)(f)). Choisissez d’abord à qui l’on écrit",
        aside="choose-addressee",
    )


def reason_given(reason: str) -> tuple[str, ...]:
    """The need that a reason fulfils, if there is one."""
    return (transitions.REASON,) if reason.strip() else ()
