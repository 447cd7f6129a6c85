"""Whether a reply settles the identity question that was asked: by itself only where the ladder's row 8 or 14 asked.

A reply in the thread of the case, from the registered address, authenticated and saying yes is what CONFIRM asked for.
Everything else goes to the DPO with what agreed and what did not.
"""

import re
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
    if record is not None:
        agreed += [code for code in agreement(record, details) if code != "address"]
    settled = asked is Step.CONFIRM and record is not None and not against
    return Judgement(settled, denied, tuple(agreed), tuple(against))
