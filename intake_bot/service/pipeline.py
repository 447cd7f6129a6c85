"""The one way of a mail through the program, shared by run, import, backfill and demo.

fetched -> parsed -> glanced at (screening, verdict) -> decided -> committed: ledger, case, events and letters in one
transaction. A mail that fails is tried again, then set aside; it never stops the queue.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake_bot import clock
from intake_bot.cases.case import Case
from intake_bot.cases.intake import OPENING, Decision, Disposition, Facts, Relation, decide
from intake_bot.cases.letters import Letters
from intake_bot.cases.ports import Fence, LedgerEntry
from intake_bot.config import Settings
from intake_bot.errors import EmptyPayload, IntakeError, LeaseLost, MailboxError
from intake_bot.mail.identity import content_identity
from intake_bot.mail.inbound import InboundMessage, Position
from intake_bot.mail.mailbox import Fetched, FolderState
from intake_bot.mail.message import parse
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.identification import Identifier
from intake_bot.service import keeping
from intake_bot.service.desk_forwards import DeskForwards, Inner, Passed
from intake_bot.service.followup import FollowUps
from intake_bot.service.letterbox import Letterbox
from intake_bot.service.opening import Openings
from intake_bot.service.outcome import Outcome
from intake_bot.service.reading import Classifies, Glance, Reader
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


@dataclass(slots=True)
class _Ready:
    """A mail on its way to the transaction."""

    fetched: Fetched
    passage: Passage
    content_key: bytes = b""
    duplicate: bool = False
    decision: Decision | None = None
    glance: Glance | None = None
    facts: Facts | None = None
    original: bytes | None = None
    inners: tuple[Inner, ...] = ()  # of a mail that the desk passed on
    error: Exception | None = None

    @property
    def before_start(self) -> bool:
        """An old mail that was moved here. Servers keep seconds, and clocks differ: an hour is left for that."""
        started, arrived = self.passage.started_at, self.fetched.internal_date
        return started is not None and arrived is not None and arrived < started - timedelta(hours=1)


class Pipeline:
    """Takes mails of one mailbox."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
        *, now: clock.Clock = clock.now, on_stage: Stage = no_stage, identifier: Identifier | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._classifier = classifier
        self._now = now
        self._stage = on_stage
        self._reader = Reader(settings, mailbox, store, classifier, identifier)
        self.letterbox = Letterbox(settings, store, Letters(settings.templates_dir), now)
        self._openings = Openings(settings, mailbox, store, self.letterbox, now)
        self._forwards = DeskForwards(settings, mailbox, store, self._reader, self._openings, self.letterbox)
        self._follow_ups = FollowUps(settings, store, self.letterbox, now)
        self._identity_key = store.keyring.index_key("content")

    def take(self, fetched: Fetched, passage: Passage) -> Outcome:
        """Take one mail to its committed outcome. Raises only what concerns the service, never the mail."""
        return self.take_all([(fetched, passage)])[0]

    def take_all(
        self, mails: Sequence[tuple[Fetched, Passage]], *, stop: Callable[[], bool] = lambda: False
    ) -> list[Outcome]:
        """Take some mails in one transaction: one write to disk for all. A mail that fails is taken by itself.

        On `stop` only those are taken that were looked at already: the first ones, at least one.

        What is slow (parsing, classifying, fetching an original) happens before the transaction, so that other
        writers do not wait for it.
        """
        ready: list[_Ready] = []
        for fetched, passage in mails:
            if ready and stop():
                break
            ready.append(self._ready(fetched, passage))
        mails = mails[: len(ready)]
        failed = next((item.error for item in ready if item.error), None)
        if failed is not None:  # it is parsed and fetched again: not while other writers wait
            return self._one_by_one(mails, failed)
        try:
            with self._store.transaction():
                outcomes = self._settle_all(ready)
        except (LeaseLost, MailboxError, MemoryError):
            raise
        except Exception as error:
            return self._one_by_one(mails, error)
        for fetched, _ in mails:
            self._stage("committed", fetched.position)
        return outcomes

    def _one_by_one(self, mails: Sequence[tuple[Fetched, Passage]], error: Exception) -> list[Outcome]:
        """Mails one of which failed: each in a transaction of its own, so that the failing one is found out."""
        if len(mails) == 1:
            return [self._failed(*mails[0], error)]
        return [self.take(fetched, passage) for fetched, passage in mails]

    def _ready(self, fetched: Fetched, passage: Passage) -> "_Ready":
        """Everything that can be done before the transaction. A failure is kept and dealt with in its turn."""
        self._stage("fetched", fetched.position)
        item = _Ready(fetched, passage)
        if fetched.raw is None:
            item.error = EmptyPayload()
            return item
        try:
            message = parse(fetched, trusted_hops=self._mailbox.trusted_hops)
            if passage.received_at is not None:
                message = replace(message, received_at=passage.received_at, receipt_disagrees=False)
            self._stage("parsed", fetched.position)
            item.content_key = content_identity(message, self._identity_key)
            item.duplicate = self._store.ledger.passed(item.content_key) is not None
            item.glance = self._reader.glance(message, duplicate=item.duplicate, silent=passage.silent)
            item.decision = self._decide(item, forwards=not passage.silent)
            item.original = self._original(fetched, item.decision, passage)
            if item.decision.forwarded:
                item.inners = self._forwards.read(message, item.original) if item.original else ()
                item.decision = self._decide(item)
                item.original = None if item.inners else self._original(fetched, item.decision, passage)
        except (LeaseLost, MailboxError, MemoryError):
            raise
        except Exception as error:
            item.error = error
        return item

    def _decide(self, item: "_Ready", *, forwards: bool = False) -> Decision:
        """`forwards`: what the desk attaches may count although it was not read yet."""
        assert item.glance is not None
        item.facts = self._reader.facts(
            item.glance, duplicate=item.duplicate, before_start=item.before_start,
            forwards=forwards or bool(item.inners),
        )  # fmt: skip
        return decide(item.facts)

    def _settle_all(self, ready: Sequence["_Ready"]) -> list[Outcome]:
        """Commit in order. What was decided before is decided again once a mail before it touched a case."""
        outcomes: list[Outcome] = []
        touched = False
        for item in ready:
            outcomes.append(self._settle(item, again=touched))
            touched = touched or outcomes[-1].case is not None
        self._advance(ready[-1].fetched, ready[-1].passage)  # UIDs ascend: the last one passes them all
        return outcomes

    def _settle(self, item: "_Ready", *, again: bool) -> Outcome:
        earlier = self._store.ledger.passed(item.content_key)
        if again or item.decision is None or (earlier is not None) != item.duplicate:
            item.duplicate = earlier is not None
            item.decision = self._decide(item)
        decision = item.decision
        if earlier is not None and decision.disposition is Disposition.DUPLICATE:
            decision = replace(decision, case_id=earlier["case_id"])
        return self._commit(item, decision)

    def _advance(self, fetched: Fetched, passage: Passage) -> None:
        if passage.state is not None:
            self._store.ledger.advance(self._mailbox.name, passage.state, fetched.position.uid, passage.fence)

    def _failed(self, fetched: Fetched, passage: Passage, error: Exception) -> Outcome:
        """Try a mail again, as often as ATTEMPTS; then set it aside, where a person sees it."""
        if isinstance(error, EmptyPayload):
            return self._set_aside(fetched, passage, str(error), "fetch")
        problem = f"{type(error).__name__}: {error}" if isinstance(error, IntakeError) else type(error).__name__
        count = self._store.ledger.attempt(fetched.position, problem[:120])
        log.warning("mail failed", extra={"uid": fetched.position.uid, "attempt": count, "error": problem[:120]})
        if count < ATTEMPTS:
            return self.take(fetched, passage)
        return self._set_aside(fetched, passage, problem, "process")

    def _original(self, fetched: Fetched, decision: Decision, passage: Passage) -> bytes | None:
        """The original octets, for what becomes or belongs to a case; review keeps text only (GDPR art. 5(1)(c))."""
        keeps = {Disposition.OPEN_CASE, Disposition.HOLD, Disposition.FOLLOW_UP}
        if not (decision.disposition in keeps or decision.forwarded) or fetched.truncated:
            return None
        if not fetched.partial:
            return fetched.raw
        return passage.fetch_whole() if passage.fetch_whole else None

    def _commit(self, item: "_Ready", decision: Decision) -> Outcome:
        assert item.glance is not None
        assert item.facts is not None
        message, facts = item.glance.message, item.facts
        case: Case | None
        passed: Passed | None = None
        if decision.forwarded:
            passed = self._forwards.apply(facts, decision, item.inners)
            decision, case, letters = passed.decision, passed.case, list(passed.letters)
        elif decision.disposition in OPENING:
            case, letters = self._openings.apply(facts, decision, item.glance, silent=item.passage.silent)
        else:
            case, letters = self._follow_ups.apply(
                facts, decision, self._mailbox, item.glance, silent=item.passage.silent
            )
        case_id = case.id if case else decision.case_id
        if decision.disposition is not Disposition.DUPLICATE and self._reused(message):
            decision = replace(decision, reasons=(*decision.reasons, "message_id_reused"))
        entry = keeping.ledger_entry(
            self._store, item.glance, decision, content_key=item.content_key, case_id=case_id,
            source=item.passage.source,
        )  # fmt: skip
        ledger_id = self._store.ledger.add(entry)
        if passed is not None:
            self._forwards.keep(passed, ledger_id)
        elif case is not None and decision.disposition in (*OPENING, Disposition.FOLLOW_UP):
            self._keep(case, item, decision, ledger_id)
        return Outcome(
            path=message.position.path,
            message_id=message.message_id,
            disposition=str(decision.disposition),
            reasons=decision.reasons,
            case=self._store.cases.case(case_id) if case_id else None,
            rights=tuple(str(right) for right in (*decision.rights, *decision.unconfirmed)),
            letters=tuple(letters),
            lang=facts.verdict.lang if facts.verdict else "",
        )

    def _reused(self, message: InboundMessage) -> bool:
        if not message.message_id:
            return False
        return self._store.ledger.seen_message_id(self._store.keyring.index("message-id", message.message_id))

    def _keep(self, case: Case, item: "_Ready", decision: Decision, ledger_id: int) -> None:
        assert item.glance is not None
        assert item.facts is not None
        colleague = item.facts.thread.relation in (Relation.ASKED, Relation.COLLEAGUE)
        if colleague and self._store.retention.erased_at(case.id):
            return  # what the case held was destroyed: nothing new begins there
        role = "request" if decision.disposition in OPENING else "colleague" if colleague else "follow_up"
        keeping.keep(self._store, case, item.glance, ledger_id, role=role, original=item.original)

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
            self._advance(fetched, passage)
        log.error("mail set aside", extra={"uid": fetched.position.uid, "error": error[:120]})
        return Outcome(fetched.position.path, "", str(Disposition.SET_ASIDE), (stage,), error=error[:200])
