"""What the desk passes on as an attachment: each attached mail opens the case of its own sender.

The person wrote to somebody of ours, so that the clock runs from there (GDPR arts 12(3), 26(3)). Our own servers and
our own ledger are believed on when that was; the date that the mail claims drives the safe date alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.intake import Decision, Disposition, Facts
from intake_bot.cases.letters import OutgoingLetter
from intake_bot.config import Settings
from intake_bot.law.calendars import FIRST_YEAR
from intake_bot.mail.authentication import Authentication, Outcome
from intake_bot.mail.forwards import attached_octets, received_by
from intake_bot.mail.identity import content_identity
from intake_bot.mail.inbound import InboundMessage
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.mailboxes import MailboxSettings
from intake_bot.service import keeping
from intake_bot.service.letterbox import Letterbox, Thread
from intake_bot.service.opening import Openings, Origin
from intake_bot.service.reading import Glance, Reader
from intake_bot.service.retrieval import found, likely
from intake_bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Inner:
    """An attached mail: what it says by itself, when we received it, and the earlier receipt that it claims."""

    glance: Glance
    content_key: bytes
    claimed: datetime | None


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of a forward: `opened` with what is kept of each, `decision` as the ledger tells it."""

    decision: Decision
    opened: tuple[tuple[Case, Glance], ...]
    case: Case | None  # that the ledger's line names
    letters: tuple[OutgoingLetter, ...]


class DeskForwards:
    """Opens the cases of mails that the desk attached, and answers whoever passed them on."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, reader: Reader, openings: Openings,
        letterbox: Letterbox,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._reader = reader
        self._openings = openings
        self._letterbox = letterbox
        self._identity_key = store.keyring.index_key("content")

    def read(self, outer: InboundMessage, whole: bytes) -> tuple[Inner, ...]:
        """The mails attached to a mail, from its octets. Slow: outside the transaction."""
        return tuple(self._inner(outer, octets) for octets in attached_octets(whole))

    def _inner(self, outer: InboundMessage, octets: bytes) -> Inner:
        message = parse(Fetched(outer.position, octets, None, len(octets)))
        content_key = content_identity(message, self._identity_key)
        hop = received_by(octets, self._mailbox.trusted_hops)
        earlier = self._store.ledger.passed(content_key)
        witnesses = [hop, clock.from_text(earlier["received_at"]) if earlier else None]
        received = min([outer.received_at, *(item for item in witnesses if item is not None)])
        claim = message.claimed_date
        trusted = any(witnesses) or claim is None or claim.year < FIRST_YEAR or claim >= received
        message = replace(message, received_at=received, receipt_disagrees=False)
        glance = self._reader.glance(message, duplicate=False, named=True)
        # Whoever made the attachment wrote its header, the results of our server included: they prove nothing here.
        unknown = Authentication(Outcome.UNKNOWN, signs=glance.authentication.signs)
        return Inner(replace(glance, authentication=unknown), content_key, None if trusted else claim)

    def apply(self, facts: Facts, decision: Decision, inners: Sequence[Inner]) -> Passed:
        """Open what is new, in the caller's transaction, and answer in the thread of the forward."""
        opened: list[tuple[Case, Glance]] = []
        answered: dict[str, Case] = {}
        letters: list[OutgoingLetter] = []
        for inner in inners:
            case = self._known(inner)
            fresh = case is None
            if case is None:
                case, written = self._open(inner, facts.message.sender.address)
                opened.append((case, inner.glance))
                letters += written
            if case.id not in answered:
                answered[case.id] = case
                letters += self._answer(facts.message, case, opened=fresh)
        if not opened:
            decision = Decision(Disposition.DESK, ("desk_forward_known",), case_id=next(iter(answered), None))
        return Passed(decision, tuple(opened), opened[0][0] if opened else None, tuple(letters))

    def _known(self, inner: Inner) -> Case | None:
        """The case to which an attached mail belongs already: as a mail of the person, or as one of our letters."""
        store, message = self._store, inner.glance.message
        earlier = store.ledger.passed(inner.content_key)
        if earlier and earlier["case_id"]:
            return store.cases.case(earlier["case_id"])
        if not message.message_id:
            return None
        letter = store.outbox.by_message_id(message.message_id)
        if letter is not None:
            return store.cases.case(letter.case_id) if letter.case_id else None
        # Passed on before: the ledger's line is that of the other forward. A Message-ID alone proves nothing.
        for case_id, kind in store.correspondence.thread([message.message_id]):
            if kind == "received" and store.correspondence.participates(case_id, message.sender.address):
                return store.cases.case(case_id)
        return None

    def _open(self, inner: Inner, forwarder: str) -> tuple[Case, list[OutgoingLetter]]:
        store, glance = self._store, inner.glance
        facts = self._reader.facts(glance, duplicate=False)
        decision = found(facts, "desk_forward", likely(glance.verdict))
        origin = Origin(forwarder, inner.claimed, tell=forwarder != self._settings.dpo_email)
        case, letters = self._openings.apply(facts, decision, glance, silent=False, origin=origin)
        earlier = store.ledger.passed(inner.content_key)
        if earlier is not None:  # it came to us before, and was taken for nothing
            store.ledger.assign(earlier["id"], str(decision.disposition), decision.reasons, case.id)
        return case, letters

    def _answer(self, outer: InboundMessage, case: Case, *, opened: bool) -> list[OutgoingLetter]:
        french = self._settings.desk_language == "fr"
        if opened:
            text = (
                "Le message joint a ouvert ce dossier, à confirmer. Rien ne part vers la personne avant votre accord ; "
                "répondez « OK », ou « DROIT ... »."
                if french
                else "The attached mail opened this case, to be confirmed. Nothing goes to the person before you say "
                "so; reply “OK”, or “RIGHT ...”."
            )
        else:
            text = (
                "Le message joint appartient déjà à ce dossier : rien n'a été ouvert."
                if french
                else "The attached mail belongs to this case already: nothing was opened."
            )
        letter = self._letterbox.notify(
            case, self._mailbox, text, ("desk_forward" if opened else "desk_forward_known",), kind="desk_reply",
            to=outer.sender.address, reply=Thread(outer.message_id, outer.references),
        )  # fmt: skip
        return [letter] if letter else []

    def keep(self, passed: Passed, ledger_id: int) -> None:
        """Keep the text of each attached mail in its case; the ledger's line of the forward explains them all."""
        for case, glance in passed.opened:
            keeping.keep(self._store, case, glance, ledger_id, role="request")
