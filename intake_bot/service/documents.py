"""Identity documents: recorded check, immediate deletion with a certificate, and the duty to clear the mailboxes."""

from datetime import datetime

from intake_bot import clock
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.errors import IntakeError
from intake_bot.store.attachments import Document, DocumentKind
from intake_bot.store.duties import Duty, DutyReason
from intake_bot.store.store import Store

RESULTS = ("matches", "does_not_match", "not_needed")


class IdentityDocuments:
    """What a DPO does with documents that were set apart."""

    def __init__(self, store: Store, *, now: clock.Clock = clock.now) -> None:
        self._store = store
        self._now = now

    def waiting(self, case_id: str | None = None) -> list[Document]:
        """Identity documents that are still kept, oldest first."""
        kept = self._store.documents.kept(DocumentKind.IDENTITY)
        return [item for item in kept if case_id in (None, item.case_id)]

    def look(self, item: str, actor: str) -> tuple[Document, bytes]:
        """A document and its octets, for a download, never inline. That it was opened, by whom, is on the case.

        Raises NotFound, StoreError once it is erased.
        """
        document, now = self._store.documents.find(item), self._now()
        octets = self._store.documents.open(item, actor, now)
        note = {"text": "an identity document was opened", "document": item}
        self._store.cases.append(document.case_id, [NewEvent(EventType.NOTED, actor, now, note)])
        return document, octets

    def record_check(self, case_id: str, *, document_type: str, result: str, actor: str) -> list[Duty]:
        """The check is done: type, result, by and when remain; the bot's copies are destroyed at once.

        `document_type` in words ("carte d'identité"), without its number. Returns the duties of the case that wait:
        copies in mailboxes. Raises IntakeError for an unknown result or when no document is kept.
        """
        if result not in RESULTS:
            raise IntakeError(
                "this is no result of a check: the document matches, does not match, or was not needed",
                "ce n’est pas le résultat d’un contrôle : la pièce correspond, ne correspond pas, ou était inutile",
                field="result", aside=f"{result}; known: {', '.join(RESULTS)}",
            )  # fmt: skip
        if sum(sign.isdigit() for sign in document_type) > 3:
            raise IntakeError(
                "say which kind of document it was, without its number (GDPR 5(1)(c))",
                "dites quel genre de pièce c’était, sans son numéro (RGPD, art. 5(1)(c))",
                field="document_type",
            )
        store, now = self._store, self._now()
        documents = self.waiting(case_id)
        if not documents:
            raise IntakeError(
                "no identity document is kept for this case: there is nothing to check",
                "aucune pièce d’identité n’est gardée pour ce dossier : il n’y a rien à contrôler",
            )
        certificate = {"why": "identity checked", "documents": document_type, "by": actor}
        with store.transaction():
            payload = {
                "kind": "identity_check", "system": "identity check", "document_type": document_type,
                "result": result, "by": actor, "at": clock.to_text(now), "rights": [],
            }  # fmt: skip
            store.cases.append(case_id, [NewEvent(EventType.ACTION_RECORDED, actor, now, payload)])
            store.retention.erase_documents(case_id, [item.id for item in documents], certificate, now, actor=actor)
            self._open_duty(case_id, now)
        store.retention.destroy_doomed()
        store.expiry.clean()
        return store.duties.waiting(case_id)

    def _open_duty(self, case_id: str, now: datetime) -> None:
        mails = self._store.documents.mails_with(case_id, DocumentKind.IDENTITY)
        self._store.duties.open(case_id, DutyReason.IDENTITY_CHECKED, clock.to_text(now), mails, now)

    def confirm_removed(self, duty: str, actor: str) -> Duty:
        """A person has removed the copies that a duty lists. Raises NotFound."""
        now = self._now()
        with self._store.transaction():
            done = self._store.duties.done(duty, actor, now)
            note = {"text": "the copies in mailboxes were removed", "duty": duty, "count": done.count}
            self._store.cases.append(done.case_id, [NewEvent(EventType.NOTED, actor, now, note)])
        return done
