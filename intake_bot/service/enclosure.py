"""A letter as it leaves, with the archive that it carries. Put together at sending: the letter is kept without it.

So the words of the letter stay as proof for years while the archive goes after three months; the same parts give the
same octets on every resend.
"""

from intake_bot.cases.events import EventType
from intake_bot.cases.letters import enclosing
from intake_bot.errors import StoreError
from intake_bot.rights import Right
from intake_bot.service.dossier import Dossier
from intake_bot.service.verified_address import verified_address
from intake_bot.store.outbox import Letter
from intake_bot.store.store import Store


def whole(store: Store, letter: Letter) -> bytes:
    """The octets that leave. Raises StoreError when the archive was erased, or the address is no longer verified."""
    if letter.raw is None or letter.recipient is None:
        raise StoreError("its content was erased", "son contenu a été effacé")
    if not letter.attachment:
        return letter.raw
    document = store.documents.find(letter.attachment)
    content = store.documents.content(document.id)
    if content is None:
        raise StoreError("the archive that it carries was erased", "l’archive qu’elle porte a été effacée")
    dossier = Dossier(store.cases.events(document.case_id))
    mails = store.correspondence.mails(document.case_id)
    rights = [
        Right(code)
        for fact in dossier.of(EventType.DELIVERED)
        if fact.payload.get("document") == document.id
        for code in fact.payload["rights"]
    ]
    if not rights or any(verified_address(dossier, right, mails) != letter.recipient.lower() for right in rights):
        raise StoreError(
            "its address is no longer verified for this person",
            "son adresse n’est plus vérifiée pour cette personne",
        )
    return enclosing(letter.raw, document.filename, content)
