"""From a mail to the facts that the decision table looks at: screening, authentication, threading, verdict."""

from dataclasses import dataclass
from typing import Protocol

from intake_bot.cases import signs
from intake_bot.cases.intake import Facts, Relation
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import MailboxSettings, Settings
from intake_bot.mail.authentication import Authentication, Outcome, authenticate
from intake_bot.mail.inbound import FolderRole, InboundMessage
from intake_bot.mail.screening import OwnAddresses, Reason, Screening, screen
from intake_bot.mail.signature import strip_signature
from intake_bot.service import threading
from intake_bot.store.store import Store


class Classifies(Protocol):
    """What the pipeline needs of a classifier."""

    version: str

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Glance:
    """What a mail says by itself, whatever cases there are: the slow part of reading, done outside a transaction."""

    message: InboundMessage
    screening: Screening
    authentication: Authentication
    verdict: Verdict | None
    verdict_missing: str
    forwarded_only: bool


class Reader:
    """Reads mails for one mailbox."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
        client_domains: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._classifier = classifier
        self._clients = client_domains
        self._own = OwnAddresses(
            addresses=mailbox.own_addresses,
            domains=frozenset({mailbox.address.rpartition("@")[2]}),
            internal_domains=frozenset(mailbox.internal_domains),
        )

    def glance(self, message: InboundMessage, *, duplicate: bool) -> Glance:
        """Screen, authenticate and classify. The classifier is asked only where its answer can matter."""
        authentication = authenticate(
            message,
            self._mailbox.authserv_id,
            self._mailbox.own_addresses,
            trusted_hops=self._mailbox.trusted_hops,
            internal_domains=self._mailbox.internal_domains,
            client_domains=self._clients,
        )
        screening = screen(message, self._own)
        if authentication.outcome is Outcome.FAIL:
            screening = screening.plus(Reason.DMARC_FAIL)
        sent = message.position.role is FolderRole.SENT
        verdict, missing, forwarded_only = None, "", False
        if not (duplicate or sent or message.report):
            verdict, missing, forwarded_only = self._verdict(message)
        return Glance(message, screening, authentication, verdict, missing, forwarded_only)

    def facts(self, glance: Glance, *, duplicate: bool, before_start: bool = False) -> Facts:
        """The facts that the decision table looks at: the glance beside the cases that are there now."""
        message, verdict = glance.message, glance.verdict
        trusted = glance.authentication.outcome is not Outcome.FAIL
        domain = message.sender.domain
        internal = domain in self._mailbox.internal_domains
        thread = threading.match(
            self._store, message, internal=internal, desk_addresses=self._settings.desk_addresses, trusted=trusted
        )
        own = self._is_own(message, glance.screening, verdict)
        found: tuple[str, ...] = ()
        if verdict is not None and verdict.route != "none":
            found = signs.found(f"{message.subject}\n{message.new_text}")
            if thread.relation is Relation.NONE and trusted:
                thread = threading.chaser(self._store, message, verdict.labels, pressing="chaser" in found)
        return Facts(
            message=message,
            screening=glance.screening,
            thread=thread,
            verdict=verdict,
            verdict_missing=glance.verdict_missing,
            forwarded_only=glance.forwarded_only,
            duplicate=duplicate,
            before_start=before_start,
            own=own,
            authenticated=glance.authentication.outcome in (Outcome.PASS, Outcome.INTERNAL),
            internal_sender=internal and not own,
            client_sender=domain in self._clients,
            signs=tuple(sign for sign in found if sign in signs.HOLDING),
        )

    def _verdict(self, message: InboundMessage) -> tuple[Verdict | None, str, bool]:
        if self._classifier is None:
            return None, "classifier_off", False
        body = strip_signature(message.new_text).text
        forwarded = "\n\n".join(f"{part.subject}\n{part.text}".strip() for part in message.forwarded)
        try:
            own = self._classifier.classify(message.subject, body)
            if own.route != "none" or not forwarded:
                return own, "", False
            inner = self._classifier.classify("", forwarded)
        except Exception:
            # A failing model must not stop the queue: a person reviews what it could not read.
            return None, "classifier_failed", False
        return (inner, "", True) if inner.route != "none" else (own, "", False)

    def _is_own(self, message: InboundMessage, screening: Screening, verdict: Verdict | None) -> bool:
        """Our own letters, and mails from our address that ask for nothing; a request typed there is no own mail."""
        if message.message_id and self._store.outbox.by_message_id(message.message_id) is not None:
            return True
        if message.sender.address not in self._mailbox.own_addresses:
            return False
        return screening.automatic or verdict is None or verdict.route == "none"
