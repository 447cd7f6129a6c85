"""The desk by mail: a reply to a notification, in one word or line, does what the console does.

A command counts only in answer to one of our letters (its Message-ID cannot be guessed), from a desk address, and when
the sender is authenticated. What is unclear changes nothing and is answered so; nor does a word on what the person asks
for once the person has written again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from intake_bot import clock
from intake_bot.cases import refusals, signs
from intake_bot.cases.case import Case
from intake_bot.cases.events import EventType
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.mail.inbound import InboundMessage
from intake_bot.mailboxes import MailboxSettings
from intake_bot.rights import Right
from intake_bot.service.casework import Casework, Effect
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.threading import references_of
from intake_bot.store.store import Store

#: French words for the rights, without accents, beside their codes.
FRENCH = {
    "acces": Right.ACCESS, "rectification": Right.RECTIFICATION, "effacement": Right.ERASURE,
    "suppression": Right.ERASURE, "limitation": Right.RESTRICTION, "portabilite": Right.PORTABILITY,
    "opposition": Right.OBJECTION, "prospection": Right.OBJECTION_MARKETING, "consentement": Right.WITHDRAW_CONSENT,
    "retrait": Right.WITHDRAW_CONSENT, "deces": Right.POST_MORTEM, "question": Right.PRIVACY_QUESTION,
    "plainte": Right.PRIVACY_COMPLAINT, "violation": Right.BREACH_REPORT, "decision": Right.AUTOMATED_DECISION,
}  # fmt: skip

#: English words for the rights whose codes nobody would type.
ENGLISH = {
    "marketing": Right.OBJECTION_MARKETING, "consent": Right.WITHDRAW_CONSENT,
    "recipients": Right.RECIPIENTS_NOTIFICATION, "automated": Right.AUTOMATED_DECISION, "death": Right.POST_MORTEM,
    "complaint": Right.PRIVACY_COMPLAINT, "authority": Right.REGULATOR_LETTER, "breach": Right.BREACH_REPORT,
}  # fmt: skip

#: First words of a command -> its name. Longer ones first, so that "not a request" is not read as "no".
COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:not a request|pas une demande)\b"), "not_a_request"),
    (re.compile(r"(?:ok|confirm|confirmer|confirme|d'accord)\b"), "confirm"),
    (re.compile(r"(?:rights?|droits?)\b"), "correct"),
    (re.compile(r"(?:extend|prolonger|prolonge)\b"), "extend"),
    (re.compile(r"(?:verified|verifiee?|identite verifiee)\b"), "verified"),
    (re.compile(r"note\b"), "note"),
)

#: Commands that are a yes: with more on their line they may be a no ("OK, je regarde demain").
BARE = frozenset({"confirm", "verified"})

#: Commands on what the person asks for: they speak of the mail that was told, not of one that came after it.
JUDGEMENTS = frozenset({"confirm", "correct", "not_a_request"})

#: What may stand beside a bare command: courtesy and punctuation. A question mark asks.
COURTESY = re.compile(
    r"\b(?:merci(?: beaucoup| bien| a vous| d'avance)?|thanks|thank you|bonjour|bonsoir|hello|hi|bonne journee"
    r"|(?:bien )?cordialement|bien a vous|(?:kind |best )?regards)\b|[\s.,;:!()\"'*_\u2013\u2014\u2026-]"
)

#: Answers to the desk in an hour after which what changes nothing is not answered any more.
REFUSALS = 10

HELP = {
    "fr": "Commandes : OK ; DROIT accès effacement ; PAS UNE DEMANDE motif ; PROLONGER motif ; VÉRIFIÉ ; NOTE texte.",
    "en": "Commands: OK; RIGHT access erasure; NOT A REQUEST reason; EXTEND reason; VERIFIED; NOTE text.",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `rest` is what follows it on its line, as written."""

    name: str
    rest: str


def read_command(text: str) -> Command | None:
    """The command in the first line of a reply that is not empty; None when there is none that is known and clear."""
    line = next((line.strip(" >\t") for line in text.split("\n") if line.strip(" >\t")), "")[:2000]
    start = signs.plain(line)
    for pattern, name in COMMANDS:
        found = pattern.match(start)
        if found:
            if name in BARE and COURTESY.sub("", start[found.end() :]):
                return None
            words = len(start[: found.end()].split())
            rest = line.split(None, words)[words:] if len(line.split()) > words else []
            return Command(name, rest[0].strip(" :.,;-") if rest else "")
    return None


def rights_in(text: str) -> list[Right]:
    """The rights that a command names, by code or by French word. Raises IntakeError on a word that is no right."""
    found = []
    for word in re.split(r"[\s,;+]+", signs.plain(text)):
        if word in ("et", "and", ""):
            continue
        right = FRENCH.get(word) or ENGLISH.get(word) or (Right(word) if word in set(Right) else None)
        if right is None:
            raise IntakeError(
                f"“{word}” is no right: write {', '.join((*(code for code in Right if '_' not in code), *ENGLISH))}",
                f"« {word} » n’est pas un droit : écrivez {', '.join(FRENCH)}",
            )
        found.append(right)
    return found


class DeskMail:
    """Carries out what the desk answers by mail, and answers in the thread."""

    def __init__(self, settings: Settings, store: Store, letterbox: Letterbox, now: clock.Clock) -> None:
        self._settings = settings
        self._letterbox = letterbox
        self._casework = Casework(settings, store, letterbox, now)
        self._store = store
        self._outbox = store.outbox
        self._now = now

    def answer(
        self, case: Case, message: InboundMessage, mailbox: MailboxSettings, *, authenticated: bool
    ) -> OutgoingLetter | None:
        """Do what the reply says, in the caller's transaction, and say what was done or why not.

        What changes nothing is answered so at most REFUSALS times an hour: a robot that answers for the desk, and says
        so nowhere, would else write with us for ever (RFC 3834 2).
        """
        lang = self._settings.desk_language
        french = lang == "fr"
        command = read_command(message.new_text)
        done = False
        if not authenticated:
            text = "Expéditeur non authentifié : rien n'a changé." if french else "Sender not authenticated: no change."
        elif command is None:
            text = ("Commande non reconnue : rien n'a changé. " if french else "Not understood: no change. ") + HELP[
                lang
            ]
        else:
            try:
                if command.name in JUDGEMENTS:
                    self._must_be_as_told(case, message)
                effect = self._act(command, case.ref, message.sender.address)
                done = True
                text = ("Fait. " if french else "Done. ") + " ".join(effect.warnings)
            except IntakeError as error:
                text = ("Rien n'a changé : " if french else "No change: ") + error.said(lang)
        if not done and self._refused_enough():
            return None
        reason = "desk_command" if done else "desk_command_refused"
        return self._letterbox.notify(case, mailbox, text.strip(), (reason,), kind="desk_reply")

    def _refused_enough(self) -> bool:
        since = self._now() - timedelta(hours=1)
        return self._outbox.count_to(self._settings.dpo_email, "desk_reply", since) >= REFUSALS

    def _must_be_as_told(self, case: Case, message: InboundMessage) -> None:
        """Whether the person has not written since the letter that is answered. Raises IllegalTransition."""
        letters = (self._outbox.by_message_id(item) for item in references_of(message))
        told = next((letter.created_at for letter in letters if letter and letter.case_id == case.id), None)
        if told and any(
            event.type is EventType.FOLLOW_UP_RECEIVED
            and event.occurred_at > told
            and not (event.payload or {}).get("automatic")
            for event in self._store.cases.events(case.id)
        ):
            raise refusals.unread()

    def _act(self, command: Command, ref: str, sender: str) -> Effect:
        role = self._role(sender)
        work = self._casework
        acts: dict[str, Callable[[], Effect]] = {
            "confirm": lambda: work.confirm(ref, sender, as_role=role),
            "correct": lambda: work.correct(ref, sender, rights_in(command.rest), as_role=role),
            "not_a_request": lambda: work.not_a_request(ref, sender, reason=command.rest or "-", as_role=role),
            "extend": lambda: work.extend(ref, sender, reason=command.rest, as_role=role),
            "verified": lambda: work.resume(ref, sender, event="id_received", as_role=role),
            "note": lambda: work.note(ref, sender, command.rest, as_role=role),
        }
        return acts[command.name]()

    def _role(self, sender: str) -> str:
        """Management decides as the controller; the deputy acts as the DPO's deputy."""
        if sender == self._settings.dpo_email:
            return "dpo"
        return "deputy" if sender == self._settings.deputy_email else "controller"
