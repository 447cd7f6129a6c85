"""From a mail to the facts that the decision table looks at: screening, authentication, threading, verdict."""

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from intake_bot.cases import signs
from intake_bot.cases.intake import Facts, Relation, ThreadMatch
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.mail.authentication import Authentication, Outcome, authenticate, disowned
from intake_bot.mail.inbound import FolderRole, InboundMessage
from intake_bot.mail.phrases import FORWARD_SUBJECT, REPLY_SUBJECT
from intake_bot.mail.screening import OwnAddresses, Reason, Screening, screen
from intake_bot.mailboxes import MailboxSettings
from intake_bot.people.circumstances import AGENT
from intake_bot.people.identification import Identification, Identifier, holding_signs
from intake_bot.service import threading
from intake_bot.service.identity_answers import vouches
from intake_bot.store.store import Store

log = logging.getLogger(__name__)


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
    identified: Identification | None = None  # None: nobody was looked up


class Reader:
    """Reads mails for one mailbox."""

    def __init__(
        self, settings: Settings, mailbox: MailboxSettings, store: Store, classifier: Classifies | None,
        identifier: Identifier | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._mailbox = mailbox
        self._store = store
        self._classifier = classifier
        self._identifier = identifier or Identifier()
        self._clients = self._identifier.clients
        self._own = OwnAddresses(
            addresses=mailbox.own_addresses,
            domains=frozenset({mailbox.address.rpartition("@")[2]}),
            internal_domains=frozenset(mailbox.internal_domains),
        )

    def glance(self, message: InboundMessage, *, duplicate: bool, silent: bool = False, named: bool = False) -> Glance:
        """Screen, authenticate, classify and look up who writes, each only where the answer can matter.

        `named`: a person says that it is a request, so that it concerns us whatever the classifier says.
        """
        authentication = authenticate(
            message,
            self._mailbox.authserv_id,
            self._mailbox.own_addresses,
            trusted_hops=self._mailbox.trusted_hops,
            internal_domains=self._mailbox.internal_domains,
            client_domains=self._clients.domains,
        )
        screening = screen(message, self._own)
        anchored = bool(self._mailbox.authserv_id.strip())
        if authentication.failed or not (anchored or screening.automatic or not disowned(message)):
            screening = screening.plus(Reason.DMARC_FAIL)
        if authentication.pretends:
            screening = screening.plus(Reason.IMPOSTOR)
        sent = message.position.role is FolderRole.SENT
        verdict, missing, forwarded_only = None, "", False
        if not (duplicate or sent or message.report):
            verdict, missing, forwarded_only = self._verdict(message)
        glance = Glance(message, screening, authentication, verdict, missing, forwarded_only)
        wanted = not (duplicate or sent or message.report or silent) and (named or self._concerns_us(glance))
        return replace(glance, identified=self._identify(message)) if wanted else glance

    def _concerns_us(self, glance: Glance) -> bool:
        """Whether a mail may open a case or belong to one: of the others nobody is looked up (GDPR art. 5(1)(c))."""
        if glance.verdict is None or glance.verdict.route != "none" or glance.message.unreadable:
            return True
        return bool(self._store.correspondence.thread(threading.references_of(glance.message)))

    def _identify(self, message: InboundMessage) -> Identification | None:
        try:
            return self._identifier.identify(message)
        except Exception as error:
            # A failing directory must not stop the queue: the DPO searches.
            log.error("nobody could be looked up", extra={"error": type(error).__name__})
            return None

    def facts(self, glance: Glance, *, duplicate: bool, before_start: bool = False, forwards: bool = False) -> Facts:
        """The facts that the decision table looks at: the glance beside the cases that are there now.

        `forwards`: what the desk attaches may be looked at.
        """
        message, verdict = glance.message, glance.verdict
        trusted = glance.authentication.outcome is not Outcome.FAIL
        domain = message.sender.domain
        internal = domain in self._mailbox.internal_domains
        vouched = glance.authentication.outcome in (Outcome.PASS, Outcome.INTERNAL)
        thread = threading.match(
            self._store, message, internal=internal, desk_addresses=self._settings.desk_addresses, trusted=trusted,
            authenticated=vouched,
        )  # fmt: skip
        if thread.relation is Relation.UNCONFIRMED and self._vouched(thread, glance):
            thread = replace(thread, relation=Relation.CASE)
        forward = forwards and self._desk_forward(glance)
        own = not forward and self._is_own(message, glance.screening, verdict)
        found: tuple[str, ...] = ()
        if verdict is not None and verdict.route != "none":
            found = self._signs(message)
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
            desk_forward=forward,
            before_start=before_start,
            own=own,
            authenticated=vouched,
            internal_sender=(internal or message.sender.address in self._settings.desk_addresses) and not own,
            client_sender=self._clients.of_address(message.sender.address) is not None,
            signs=tuple(sign for sign in found if sign != "chaser"),
        )

    def _desk_forward(self, glance: Glance) -> bool:
        """Whether the DPO, the deputy or management sent a mail as an attachment to the desk's address, for certain."""
        message = glance.message
        if message.sender.address not in self._settings.desk_addresses or message.report:
            return False
        if glance.authentication.outcome not in (Outcome.PASS, Outcome.INTERNAL) or glance.screening.automatic:
            return False
        addressed = {*message.delivered_to, *(item.address for item in (*message.to, *message.cc))}
        return self._mailbox.desk_address in addressed and any(not part.inline for part in message.forwarded)

    def _signs(self, message: InboundMessage) -> tuple[str, ...]:
        """Signs that leave a mail to a person, and those of a reminder. An agent may be asked for the mandate."""
        text = f"{message.subject}\n{message.new_text}"
        known = tuple(sign for sign in signs.found(text) if sign in (*signs.HOLDING, "chaser"))
        known += (signs.AUTOMATIC,) if signs.automatic(_own_words(message)) else ()
        asked = "mandate" in self._settings.identity_letters
        quality = (sign for sign in holding_signs(message.sender.address, text) if not (asked and sign == AGENT))
        return tuple(dict.fromkeys((*known, *quality)))

    def _vouched(self, thread: ThreadMatch, glance: Glance) -> bool:
        if thread.case_id is None or glance.identified is None or glance.screening.automatic:
            return False
        return vouches(self._store, thread.case_id, glance.authentication, glance.identified)

    def _verdict(self, message: InboundMessage) -> tuple[Verdict | None, str, bool]:
        if self._classifier is None:
            return None, "classifier_off", False
        forwarded = "\n\n".join(f"{part.subject}\n{part.text}".strip() for part in message.forwarded)
        try:
            own = self._classifier.classify(message.subject, message.unsigned_text)
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


def _own_words(message: InboundMessage) -> str:
    """New text and subject; the subject of an answer or a forward is the words of somebody else."""
    subject = message.subject
    if REPLY_SUBJECT.match(subject) or FORWARD_SUBJECT.match(subject):
        return message.new_text
    return f"{subject[:200]}\n{message.new_text}"
