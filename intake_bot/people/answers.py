"""Whether a reply settles the identity question that was asked: by itself only where the ladder's row 8 or 14 asked.

A reply in the thread of the case, from the registered address, authenticated and saying yes is what CONFIRM asked for.
Everything else goes to the DPO with what agreed and what did not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intake_bot.law.identity import Step
from intake_bot.mail.authentication import Authentication, Outcome
from intake_bot.mail.inbound import InboundMessage
from intake_bot.people.directory import Details, Person, agreement, plain

#: Characters of a reply in which yes or no is looked for: the answer comes first.
_SCOPE = 400

_YES = re.compile(
    r"\b(?:oui|c est (?:bien )?moi|je (?:vous )?confirme|confirme|yes|it is me|it s me|i (?:hereby )?confirm|confirmed|"
    r"ja|"
    r"ich bin es|ich bestatige|si|soy yo|confirmo|"
    r"sono io|confermo|dat ben ik|ik bevestig|sim|sou eu|tak|to ja|potwierdzam)\b"
)
_NO = re.compile(
    r"\b(?:non|ce n est pas moi|je n ai (?:rien|pas|jamais)|no|not me|i did not|i didn t|never asked|nein|"
    r"nicht von mir|"
    r"no (?:soy|fui) yo|non sono (?:io|stato|stata)|nee|niet van mij|nao|nao fui eu|nie)\b"
)


#: What agrees with an answer or stands against it, in French and English, for the DPO.
_WORDS = {
    "registered_address": ("écrit depuis l'adresse enregistrée", "written from the registered address"),
    "other_address": ("écrit depuis une autre adresse que celle enregistrée", "written from another address"),
    "authenticated": ("expéditeur authentifié", "sender authenticated"),
    "not_authenticated": ("expéditeur non authentifié", "sender not authenticated"),
    "says_yes": ("dit oui", "says yes"),
    "says_no": ("dit n'avoir rien demandé", "says that nothing was asked for"),
    "no_clear_yes": ("pas de oui clair", "no clear yes"),
    "shared_mailbox": ("adresse partagée", "shared mailbox"),
    "reply_to_differs": ("la réponse irait à une autre adresse", "the answer would go to another address"),
    "several_from": ("plusieurs expéditeurs", "several senders"),
    "display_name_address": ("une autre adresse dans le nom affiché", "another address in the display name"),
    "lookalike_domain": ("domaine ressemblant à un autre", "domain that looks like another"),
    "sender_differs": ("Sender différent de From", "Sender differs from From"),
    "reference": ("référence exacte", "reference agrees"),
    "name": ("nom concordant", "name agrees"),
    "phone": ("téléphone concordant", "phone agrees"),
    "client": ("entreprise concordante", "company agrees"),
    "nobody_found": ("personne au répertoire", "nobody in the directory"),
}


def worded(codes: Iterable[str], lang: str) -> str:
    """Codes of a judgement in words, separated by commas; a code without words as it is."""
    return ", ".join(_WORDS.get(code, (code, code))[0 if lang == "fr" else 1] for code in codes)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reply says of the question. Codes only; the words of the reply stay in the vault."""

    settled: bool  # the identity is established, by itself
    denied: bool  # the person of the registered address says that they asked for nothing: told to the DPO at once
    agreed: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def for_dpo(self) -> bool:
        return not self.settled


def judge(
    asked: Step, record: Person | None, message: InboundMessage, authentication: Authentication, details: Details,
    *, shared_mailbox: bool = False,
) -> Judgement:  # fmt: skip
    """Judge a reply that threading has matched to the case.

    `record` is the person whose data is asked for, None where nobody was found; `details` are those of the reply.
    """
    agreed: list[str] = []
    against: list[str] = []

    def note(good: bool, code: str, otherwise: str) -> None:
        (agreed if good else against).append(code if good else otherwise)

    text = plain(message.new_text[:_SCOPE])
    denied = bool(_NO.search(text)) and not _YES.search(text)
    registered = record.address if record is not None else ""
    note(bool(registered) and message.sender.address == registered, "registered_address", "other_address")
    note(authentication.outcome in {Outcome.PASS, Outcome.INTERNAL}, "authenticated", "not_authenticated")
    note(bool(_YES.search(text)) and not _NO.search(text), "says_yes", "says_no" if denied else "no_clear_yes")
    if authentication.signs:
        against.extend(authentication.signs)
    if shared_mailbox:
        against.append("shared_mailbox")
    if record is None:
        against.append("nobody_found")
    else:
        agreed += [code for code in agreement(record, details) if code != "address"]
    settled = asked is Step.CONFIRM and record is not None and not against
    return Judgement(settled, denied, tuple(agreed), tuple(against))
