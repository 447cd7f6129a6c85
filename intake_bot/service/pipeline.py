"""The one way of a mail through the program, shared by run, import, backfill and demo.

fetched -> parsed -> read (screening, thread, verdict) -> decided -> committed: ledger, case, events and letters in one
transaction. A mail that fails is tried again, then set aside; it never stops the queue.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from intake_bot import clock
from intake_bot.cases import casefile
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.cases.intake import OPENING, Decision, Disposition, decide
from intake_bot.cases.letters import Letters, OutgoingLetter
from intake_bot.cases.ports import Fence, KeptMail, LedgerEntry
from intake_bot.config import MailboxSettings, Settings
from intake_bot.errors import IntakeError, LeaseLost, MailboxError
from intake_bot.mail.identity import content_identity
from intake_bot.mail.inbound import InboundMessage, Position
from intake_bot.mail.mailbox import Fetched, FolderState
from intake_bot.mail.message import parse
from intake_bot.service.followup import FollowUps
from intake_bot.service.letterbox import Letterbox, Thread
from intake_bot.service.outcome import Outcome
from intake_bot.service.reading import Classifies, Reader, Reading
from intake_bot.store.store import Store

log = logging.getLogger(__name__)

#: How often a mail is tried before it is set aside.
ATTEMPTS = 3

Stage = Callable[[str, Position], None]


def no_stage(stage: str, position: Position) -> None:
    """The default observer of stages: looks at nothing."""


@dataclass(slots=True)
class Passage:
    """Where a mail comes from and how it is taken."""

    source: str  # live | backfill | import
    silent: bool = False  # backfill: nothing is sent or escalated, the case is `found`
    state: FolderState | None = None  # of the folder whose watermark moves on
    fence: Fence | None = None
    received_at: datetime | None = None  # `import --as-received`: the mail arrives now, whatever its headers say
    started_at: datetime | None = None  # mail received before it is not answered by itself
    fetch_whole: Callable[[], bytes | None] | None = None


class Pipeline:
    """Takes mails of one mailbox."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
        *, now: clock.Clock = clock.now, on_stage: Stage = no_stage, client_domains: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._classifier = classifier
        self._now = now
        self._stage = on_stage
        self._reader = Reader(settings, mailbox, store, classifier, client_domains)
        self.letterbox = Letterbox(settings, store, Letters(settings.templates_dir), now)
        self._follow_ups = FollowUps(settings, store, self.letterbox, now)
        self._identity_key = store.keyring.index_key("content")

    def take(self, fetched: Fetched, passage: Passage) -> Outcome:
        """Take one mail to its committed outcome. Raises only what concerns the service, never the mail."""
        self._stage("fetched", fetched.position)
        if fetched.raw is None:
            return self._set_aside(fetched, passage, "the server announced this mail but gave no content", "fetch")
        for _ in range(ATTEMPTS):
            try:
                return self._process(fetched, passage)
            except (LeaseLost, MailboxError, MemoryError):
                raise
            except Exception as error:
                problem = f"{type(error).__name__}: {error}" if isinstance(error, IntakeError) else type(error).__name__
                count = self._store.ledger.attempt(fetched.position, problem[:120])
                log.warning("mail failed", extra={"uid": fetched.position.uid, "attempt": count, "error": problem})
        return self._set_aside(fetched, passage, problem, "process")

    def _process(self, fetched: Fetched, passage: Passage) -> Outcome:
        message = parse(fetched, trusted_hops=self._mailbox.trusted_hops)
        if passage.received_at is not None:
            message = replace(message, received_at=passage.received_at, receipt_disagrees=False)
        self._stage("parsed", fetched.position)
        content_key = content_identity(message, self._identity_key)
        earlier = self._store.ledger.passed(content_key)
        early = passage.started_at is not None and message.received_at < passage.started_at
        reading = self._reader.read(message, duplicate=earlier is not None, before_start=early)
        decision = decide(reading.facts)
        original = self._original(fetched, decision, passage)
        with self._store.transaction():
            outcome = self._commit(fetched, reading, decision, passage, content_key, original)
            if passage.state is not None:
                self._store.ledger.advance(self._mailbox.name, passage.state, fetched.position.uid, passage.fence)
        self._stage("committed", fetched.position)
        return outcome

    def _original(self, fetched: Fetched, decision: Decision, passage: Passage) -> bytes | None:
        """The original octets, for what becomes or belongs to a case; review keeps text only (law.md 5)."""
        keeps = {Disposition.OPEN_CASE, Disposition.HOLD, Disposition.FOLLOW_UP}
        if decision.disposition not in keeps or fetched.truncated:
            return None
        if not fetched.partial:
            return fetched.raw
        return passage.fetch_whole() if passage.fetch_whole else None

    def _commit(
        self, fetched: Fetched, reading: Reading, decision: Decision, passage: Passage, content_key: bytes,
        original: bytes | None,
    ) -> Outcome:  # fmt: skip
        message = reading.facts.message
        case, letters = self._effects(reading, decision, passage)
        case_id = case.id if case else decision.case_id
        reasons = decision.reasons
        if decision.disposition is not Disposition.DUPLICATE and self._reused(message):
            reasons = (*reasons, "message_id_reused")
        ledger_id = self._store.ledger.add(
            self._entry(message, decision, reasons, passage, content_key, case_id, reading)
        )
        if case is not None and decision.disposition is not Disposition.OWN:
            self._keep(case, reading, decision, ledger_id, original)
        return Outcome(
            path=message.position.path,
            message_id=message.message_id,
            disposition=str(decision.disposition),
            reasons=reasons,
            case=case or (self._store.cases.case(case_id) if case_id else None),
            rights=tuple(str(right) for right in (*decision.rights, *decision.unconfirmed)),
            letters=tuple(letters),
            lang=reading.facts.verdict.lang if reading.facts.verdict else "",
        )

    def _effects(
        self, reading: Reading, decision: Decision, passage: Passage
    ) -> tuple[Case | None, list[OutgoingLetter]]:
        if decision.disposition in OPENING:
            return self._open(reading, decision, passage)
        return self._follow_ups.apply(reading.facts, decision, self._mailbox, silent=passage.silent)

    def _open(self, reading: Reading, decision: Decision, passage: Passage) -> tuple[Case | None, list[OutgoingLetter]]:
        message, store = reading.facts.message, self._store
        controller = self._settings.controller_of(self._mailbox)
        event = casefile.opening(
            reading.facts,
            decision,
            at=self._now(),
            zone=controller.zone,
            jurisdiction=controller.jurisdiction,
            silent=passage.silent,
            authentication=reading.authentication.to_json(),
        )
        key_id = store.keyring.create()
        case = store.cases.open_case(key_id, [event], mailbox=self._mailbox.name, controller=controller.id)
        sender = message.sender.address
        if sender and not reading.facts.internal_sender and decision.disposition is not Disposition.REVIEW:
            store.correspondence.add_participant(case.id, sender, "person")
        elif sender:
            store.correspondence.add_participant(
                case.id, sender, "relay" if reading.facts.internal_sender else "person"
            )
        for message_id in filter(None, (message.message_id,)):
            store.correspondence.add_thread_key(message_id, case.id, "received")
        letters = [] if passage.silent or case.status is CaseStatus.FOUND else self._letters(case, reading, decision)
        return store.cases.case(case.id), letters

    def _letters(self, case: Case, reading: Reading, decision: Decision) -> list[OutgoingLetter]:
        message = reading.facts.message
        letters: list[OutgoingLetter] = []
        against: tuple[str, ...] = ()
        if decision.acknowledge:
            own = self._mailbox.own_addresses
            against = self.letterbox.reasons_against(message.sender.address, own)
            if not against:
                thread = Thread(message.message_id, message.references)
                letters.append(self.letterbox.acknowledge(case, self._mailbox, message.sender.address, thread))
        evidence = [item.text for item in reading.facts.verdict.evidence] if reading.facts.verdict else []
        notice = self.letterbox.notify(
            case,
            self._mailbox,
            casefile.headline(decision, self._settings.desk_language),
            (*decision.reasons, *against),
            urgent=decision.page,
            evidence=evidence,
            letters=", ".join(letter.kind for letter in letters),
        )
        return [*letters, notice] if notice else letters

    def _reused(self, message: InboundMessage) -> bool:
        if not message.message_id:
            return False
        return self._store.ledger.seen_message_id(self._store.keyring.index("message-id", message.message_id))

    def _entry(
        self, message: InboundMessage, decision: Decision, reasons: tuple[str, ...], passage: Passage,
        content_key: bytes, case_id: str | None, reading: Reading,
    ) -> LedgerEntry:  # fmt: skip
        index, verdict = self._store.keyring.index, reading.facts.verdict
        scores = None
        if verdict is not None:
            scores = json.dumps({label: round(score, 4) for label, score in verdict.scores.items() if score >= 0.01})
        return LedgerEntry(
            position=message.position,
            disposition=str(decision.disposition),
            reasons=reasons,
            received_at=message.received_at,
            source=passage.source,
            size=message.size,
            content_key=content_key,
            message_id_key=index("message-id", message.message_id) if message.message_id else None,
            sender_key=index("address", message.sender.address) if message.sender.address else None,
            case_id=case_id,
            route=verdict.route if verdict else None,
            scores=scores,
            lang=verdict.lang if verdict else None,
            model_version=verdict.model_version if verdict else None,
        )

    def _keep(self, case: Case, reading: Reading, decision: Decision, ledger_id: int, original: bytes | None) -> None:
        message = reading.facts.message
        role = "request" if decision.disposition in OPENING else "follow_up"
        mail = KeptMail(
            message.position, role, message.received_at, casefile.kept_content(message, reading.facts.verdict), original
        )
        self._store.correspondence.keep_mail(case.id, self._store.cases.key_of(case.id), mail, ledger_id)

    def _set_aside(self, fetched: Fetched, passage: Passage, error: str, stage: str) -> Outcome:
        entry = LedgerEntry(
            position=fetched.position,
            disposition=str(Disposition.SET_ASIDE),
            reasons=(stage,),
            received_at=fetched.internal_date or self._now(),
            source=passage.source,
            size=fetched.size,
        )
        with self._store.transaction():
            self._store.ledger.set_aside(entry, fetched.raw, error[:200], stage)
            if passage.state is not None:
                self._store.ledger.advance(self._mailbox.name, passage.state, fetched.position.uid, passage.fence)
        self._stage("committed", fetched.position)
        log.error("mail set aside", extra={"uid": fetched.position.uid, "error": error[:120]})
        return Outcome(fetched.position.path, "", str(Disposition.SET_ASIDE), (stage,), error=error[:200])
