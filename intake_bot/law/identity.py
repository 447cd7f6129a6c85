"""The identity ladder: what may be asked of the person before a right is acted on. One table, first match wins, pure.

GDPR art. 12(6): "where the controller has reasonable doubts concerning the identity of the natural person making the
request [...] the controller may request the provision of additional information necessary to confirm the identity".
No doubt, no question. Décret 2019-536 art. 77: identity "by any means"; a question that is necessary suspends the
period of art. 12(3), an agent proves the mandate, its duration and its object. The words of each row stand in
identity_wording.py; docs/identity.md explains the order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake_bot.law import identity_wording
from intake_bot.rights import Right


class Step(StrEnum):
    """What the ladder asks for, lightest first."""

    NOTHING = "nothing"
    CONFIRM = "confirm"  # one word from the registered address, or a login
    SUPPLEMENTARY = "supplementary"  # one or two facts that are already held
    MANDATE = "mandate"  # the agent's mandate: object, duration
    HEIR = "heir"  # the heir's own identity and quality
    ID = "id"  # an identity document: only ever on a DPO's recorded decision
    HUMAN = "human"  # a person decides, nothing is asked by itself


class AskAt(StrEnum):
    """Which address the question goes to."""

    NOBODY = "nobody"
    SENDER = "sender"  # the address that wrote
    REGISTERED = "registered"  # the address on file, never the one of Reply-To
    CHOSEN = "chosen"  # the one that the DPO chooses


#: Kind of the letter that asks -> the event of the clock that its sending is (décret 2019-536 arts 77, 124).
CLOCK_OF: Mapping[str, str] = {
    "confirm": "id_requested",
    "supplementary": "id_requested",
    "id_document": "id_requested",
    "mandate": "mandate_requested",
    "heir": "heir_proof_requested",
}


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """Everything that the table looks at. What nobody has found out yet is False."""

    right: Right
    searched: bool = True  # a directory was asked; False: none is configured, or it did not answer
    sender_known: bool = False  # From is the registered address of one person
    authenticated: bool = False  # the domain of From vouches for the mail (mail.authentication: PASS or INTERNAL)
    reply_to_differs: bool = False
    compromise_signs: bool = False  # "send it to this other address", a bank change, a look-alike
    role_mailbox: bool = False  # contact@, a shared account
    agent: bool = False  # a lawyer, an association, a request platform
    mandate_proved: bool = False  # a person has checked the mandate
    heir: bool = False  # a relative, heir or executor of somebody who died
    heir_question_approved: bool = False  # a person read the letter and wants the heir's proof asked for
    minor: bool = False
    several_matches: bool = False  # homonyms
    in_account: bool = False  # made inside the logged-in account
    relayed: bool = False  # a client, employer or colleague passes on a person's request
    company_asks: bool = False  # a company asks for "our user's data" in its own name
    client_domain: bool = False  # the registered address lies in a client's (an employer's) domain
    says_left: bool = False  # the person says that they have left that employer
    registered_alive: bool = True  # no letter to the registered address bounced
    details_match: bool = False  # the details given fit exactly one record
    data_found: bool = False  # anything at all under the identifiers given
    identified: bool = False  # an earlier question was answered and found sufficient
    question_failed: bool = False  # an earlier question got no sufficient answer
    impersonation_suspected: bool = False  # a concrete suspicion, recorded by a person
    id_decided: bool = False  # the DPO recorded the decision to ask for a document, with its reason
    disputed_fact: bool = False  # the accuracy of the fact to rectify is contested
    mailing_withdrawal: bool = False  # a consent withdrawn for the writing address: newsletter, prospecting, trackers


@dataclass(frozen=True, slots=True)
class IdentityStep:
    """The row that applied: what is asked, why, where, and what happens next."""

    step: Step
    row: str  # the number in docs/identity.md
    letter: str = ""  # kind of the letter, "" for none
    ask_at: AskAt = AskAt.NOBODY
    human: bool = False  # a person looks before anything further happens

    @property
    def automatic(self) -> bool:
        """Whether the question may go out by itself where the configuration allows it."""
        return self.step in {Step.CONFIRM, Step.SUPPLEMENTARY, Step.MANDATE}

    @property
    def suspends(self) -> bool:
        """Whether the question, once sent, suspends the period of art. 12(3) (décret 2019-536 art. 77 para 3)."""
        return self.step in {Step.CONFIRM, Step.SUPPLEMENTARY, Step.MANDATE, Step.HEIR, Step.ID}

    def reason(self, lang: str) -> str:
        """Why, in French or English: the recorded doubt (or its absence)."""
        return identity_wording.ROWS[self.row].reason(lang)

    def what_to_do(self, lang: str) -> str:
        """What happens next, in French or English, for the DPO."""
        return identity_wording.ROWS[self.row].action(lang)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    number: str
    applies: Callable[[IdentityFacts], bool]
    step: Step
    letter: str = ""
    ask_at: AskAt = AskAt.NOBODY
    human: bool = False


#: Stops that concern the address itself: acted on, whoever asks (art. 21(3); art. 7(3)).
_STOPS = frozenset({Right.OBJECTION_MARKETING})
#: Matters that nobody needs to prove an identity for.
_NO_RIGHT = frozenset({Right.BREACH_REPORT, Right.REGULATOR_LETTER, Right.PRIVACY_COMPLAINT})
#: A wrong answer discloses personal data.
DISCLOSING = frozenset({Right.ACCESS, Right.PORTABILITY})
#: A wrong answer discloses or destroys.
HARMFUL = DISCLOSING | {Right.ERASURE}


def _stop(facts: IdentityFacts) -> bool:
    withdrawal = facts.right is Right.WITHDRAW_CONSENT and facts.mailing_withdrawal
    return facts.right in _STOPS or facts.right is Right.PRIVACY_QUESTION or withdrawal


def _deceased(facts: IdentityFacts) -> bool:
    return facts.heir or facts.right is Right.POST_MORTEM


def _doubtful(facts: IdentityFacts) -> bool:
    """Something speaks against the sender being who the registered address says."""
    return not facts.authenticated or facts.reply_to_differs or facts.compromise_signs


def _employer_reads(facts: IdentityFacts) -> bool:
    return facts.client_domain and (facts.says_left or not facts.sender_known)


def _failed(facts: IdentityFacts) -> bool:
    return facts.question_failed or (facts.impersonation_suspected and facts.right in DISCLOSING)


def _may_ask_id(facts: IdentityFacts) -> bool:
    return _failed(facts) and facts.right in DISCLOSING and facts.id_decided


def _unmatched(number: str, applies: Callable[[IdentityFacts], bool], step: Step = Step.SUPPLEMENTARY) -> Row:
    """Rows for an address that we do not know: all send the same letter, so that it tells nothing (no oracle)."""
    return Row(number, applies, step, "supplementary", AskAt.SENDER)


#: The order is explained in docs/identity.md: 5 stands before 4, 16 and 14a before 8, 17 and 11 before 10.
TABLE: tuple[Row, ...] = (
    Row("1", _stop, Step.NOTHING),
    Row("2", lambda facts: facts.right in _NO_RIGHT, Step.NOTHING, human=True),
    Row("3", lambda facts: facts.company_asks, Step.HUMAN, human=True),
    Row("3b", lambda facts: facts.relayed, Step.HUMAN, ask_at=AskAt.CHOSEN, human=True),
    Row("5a", lambda facts: _deceased(facts) and facts.heir_question_approved, Step.HEIR, "heir", AskAt.CHOSEN, True),
    Row("5", _deceased, Step.HUMAN, ask_at=AskAt.CHOSEN, human=True),
    Row("4", lambda facts: facts.agent and not facts.mandate_proved, Step.MANDATE, "mandate", AskAt.SENDER),
    Row("6", lambda facts: facts.minor, Step.HUMAN, ask_at=AskAt.CHOSEN, human=True),
    Row("7", lambda facts: facts.in_account and not facts.compromise_signs, Step.NOTHING),
    Row("7a", lambda facts: facts.identified, Step.NOTHING),
    Row("16", _may_ask_id, Step.ID, "id_document", AskAt.CHOSEN, True),
    Row("16a", _failed, Step.HUMAN, ask_at=AskAt.CHOSEN, human=True),
    Row("18", lambda facts: not facts.searched and not facts.in_account, Step.HUMAN, ask_at=AskAt.CHOSEN, human=True),
    Row("14a", _employer_reads, Step.SUPPLEMENTARY, "supplementary", AskAt.SENDER, True),
    Row(
        "8",
        lambda facts: (facts.sender_known or facts.in_account) and _doubtful(facts),
        Step.CONFIRM, "confirm", AskAt.REGISTERED,
    ),
    Row(
        "9",
        lambda facts: facts.sender_known and facts.role_mailbox and facts.right in HARMFUL,
        Step.CONFIRM, "confirm", AskAt.REGISTERED,
    ),
    Row(
        "17",
        lambda facts: facts.sender_known and facts.disputed_fact and facts.right is Right.RECTIFICATION,
        Step.NOTHING, human=True,
    ),
    Row("11", lambda facts: facts.sender_known and facts.right in DISCLOSING, Step.NOTHING),
    Row("10", lambda facts: facts.sender_known or facts.in_account, Step.NOTHING),
    _unmatched("13", lambda facts: facts.several_matches),
    _unmatched("12", lambda facts: not facts.data_found and not facts.details_match),
    _unmatched("14", lambda facts: facts.details_match and facts.registered_alive, Step.CONFIRM),
    _unmatched("15", lambda facts: facts.details_match),
    _unmatched("15a", lambda facts: True),
)  # fmt: skip


def next_step(facts: IdentityFacts) -> IdentityStep:
    """The first row that applies. There is always one."""
    row = next(row for row in TABLE if row.applies(facts))
    return IdentityStep(row.step, row.number, row.letter, row.ask_at, row.human)


#: Lightest first; a person comes last, because then nothing is asked by itself.
_WEIGHT = (Step.NOTHING, Step.CONFIRM, Step.SUPPLEMENTARY, Step.MANDATE, Step.HEIR, Step.ID, Step.HUMAN)


def combined(steps: Iterable[IdentityStep]) -> IdentityStep:
    """The one step of a mail with several rights: the heaviest, so that one letter asks everything once.

    Rights whose own step is NOTHING are acted on meanwhile. Raises ValueError without steps.
    """
    return max(steps, key=lambda item: _WEIGHT.index(item.step))
