"""What the bot itself holds about an address: shown, erased where the law lets it, kept with the reason where not.

For requests about the bot's own data (GDPR arts 15, 17). It knows addresses by keyed hash only, so that it finds what
belongs to an address, never a list of addresses.
"""

from dataclasses import asdict, dataclass
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case, CaseStatus
from intake_bot.config import Settings
from intake_bot.mail.mailbox import Fetched
from intake_bot.mail.message import parse
from intake_bot.service.missed import MissedRequests
from intake_bot.store.attachments import DocumentKind
from intake_bot.store.ledger import position_of
from intake_bot.store.store import Store

_RUNNING = (
    "kept: the request is being answered (GDPR art. 12(3); art. 17(3)(b)); it ends with its closure and the schedule"
)
_PROOF = (
    "kept: reference, rights, outcomes, events and letters prove the answer and serve legal claims (GDPR arts 5(2), "
    "17(3)(e)) until the end of the archive"
)
_SUPPRESSED = "kept: without the keyed hash marketing would begin again (GDPR arts 17(1)(c), 21(3)); it names nobody"
_ASIDE = "kept: it may be a request that nobody has read; replay it first (intake-bot set-aside replay)"
_SAMPLED = "drawn to find missed requests, kept until a person judges them, at most two weeks"
_DISPUTE = "kept: a dispute or an inquiry is pending (GDPR art. 17(3)(e))"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that is held about an address, and what `forget` does with it."""

    what: str  # case | documents | mails | samples | suppression | set_aside
    ref: str
    count: int
    action: str  # erase | trim | keep
    why: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Forgetting:
    """Finds and erases by address."""

    def __init__(self, settings: Settings, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._settings = settings
        self._store = store
        self._now = now

    def holdings(self, address: str) -> list[Holding]:
        """Everything that is held about an address. Writes nothing."""
        store = self._store
        found = [item for case in self._cases(address) for item in self._of_case(case)]
        samples = len(store.missed.from_address(address))
        if samples:
            found.append(Holding("samples", "", samples, "erase", _SAMPLED))
        mails = store.expiry.identified(address)["mails"]
        if mails:
            why = "keyed hashes of sender and Message-ID of mails that concern no case"
            found.append(Holding("mails", "", mails, "erase", why))
        entries = store.suppression.entries_of(address)
        if entries:
            found.append(Holding("suppression", "", len(entries), "keep", _SUPPRESSED))
        aside = self._set_aside(address)
        if aside:
            found.append(Holding("set_aside", "", aside, "keep", _ASIDE))
        return found

    def _cases(self, address: str) -> list[Case]:
        ids = dict.fromkeys(self._store.correspondence.case_ids_of(address))
        return [case for case_id in ids if (case := self._store.cases.case(case_id)) is not None]

    def _of_case(self, case: Case) -> list[Holding]:
        store = self._store
        found = []
        documents = store.documents.of_case(case.id, kept_only=True)
        unasked = [item for item in documents if item.kind is DocumentKind.IDENTITY and not item.asked]
        if unasked:
            found.append(Holding("documents", case.ref, len(unasked), "erase", "sent without being asked for"))
        closed = store.retention.closed_cases(case.id)
        if case.status is not CaseStatus.CLOSED:
            found.append(Holding("case", case.ref, 1, "keep", _RUNNING))
        elif not closed:
            found.append(Holding("case", case.ref, 1, "keep", "its content is erased; the register line names nobody"))
        elif closed[0].on_hold:
            found.append(Holding("case", case.ref, 1, "keep", _DISPUTE))
        elif closed[0].no_request:
            found.append(Holding("case", case.ref, 1, "erase", "was no request: nothing has to be proved"))
        elif not closed[0].trimmed:
            found.append(Holding("case", case.ref, 1, "trim", "bodies and attachments are erased now; " + _PROOF))
        else:
            found.append(Holding("case", case.ref, 1, "keep", _PROOF))
        return found

    def _set_aside(self, address: str) -> int:
        """Mails set aside that the address sent: they are opened one by one, since nothing about them is indexed."""
        count = 0
        for row in self._store.ledger.set_aside_items():
            if not row["kept"]:
                continue
            _, raw = self._store.ledger.set_aside_raw(row["id"])
            message = parse(Fetched(position_of(row), raw, None, len(raw or b"")))
            count += any(sender.address == address.lower() for sender in message.senders)
        return count

    def forget(self, address: str, actor: str) -> list[Holding]:
        """Erase what may be erased. Returns everything that was found, with what was done or why it was kept."""
        store, now = self._store, self._now()
        found = self.holdings(address)
        for item in found:
            case = store.cases.case_by_ref(item.ref) if item.ref else None
            certificate = {"rule": "forget", "why": "asked for by the person (GDPR art. 17)"}
            if item.what == "samples":
                MissedRequests(self._settings, store, now=self._now).forget(address)
            elif item.what == "mails" and item.action == "erase":
                store.expiry.strip_address(address)
            elif case is None or item.action == "keep":
                continue
            elif item.what == "documents":
                ids = [
                    document.id
                    for document in store.documents.of_case(case.id, kept_only=True)
                    if document.kind is DocumentKind.IDENTITY and not document.asked
                ]
                store.retention.erase_documents(case.id, ids, certificate, now, actor=actor)
            elif item.action == "trim":
                store.retention.trim(case.id, certificate, now, actor=actor)
            else:
                store.retention.erase(case.id, certificate, now, actor=actor)
        store.expiry.clean()
        return found
