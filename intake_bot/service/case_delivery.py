"""Giving a person their data (GDPR arts 15(3), 20(1)): an encrypted archive to the verified address, or in the account.

The archive lies under a key of its own and is gone three months later (law/retention.py); hash and manifest remain. Its
password is told once to the person who acts, and kept nowhere: it reaches the data subject by another channel.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from intake_bot.cases.case import Case, Outcome, RequestedRight, deadline
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.identity import DISCLOSING
from intake_bot.rights import Right
from intake_bot.service.archive import Member, encrypted, members, new_password
from intake_bot.service.letterbox import Thread
from intake_bot.service.office import Effect, Office
from intake_bot.service.verified_address import verified_address
from intake_bot.store.attachments import DocumentKind

#: The kind of the letter that carries the archive.
DELIVERY = "delivery"

NOT_VERIFIED = (
    "no address of this person is verified, and personal data go to no other (GDPR 5(1)(f), 12(6)). Ask who writes "
    "(ask-identity) and wait for the answer, or say how an address was verified (choose-addressee --verified), or hand "
    "the data over in the account (deliver --in-account)"
)


class Delivery(Office):
    """The act of giving data."""

    def deliver(
        self, ref: str, actor: str, *, right: Right | str = "", files: Sequence[tuple[str, bytes]] = (),
        in_account: bool = False, note: str = "", as_role: str = DPO,
    ) -> Effect:  # fmt: skip
        """Send files as an encrypted archive to the verified address, or record that they were given in the account.

        `files`: names and octets. `right`: access or portability, where the case holds both. `Effect.password` is told
        this once. Raises IllegalTransition where the law lets nobody give them so; IntakeError for no files, files
        with an account, or more than DELIVERY_MAX_MB.
        """
        if in_account == bool(files):
            raise IntakeError("give files, or say that the data are in the account (in_account): one of the two")
        inside = members(files)
        self._must_fit_a_mail(inside)
        with self._store.cases.attempt():
            case = self._case(ref)
            item = self._disclosing(case, right)
            names = self._check(case, [item], Action.DELIVER, as_role)
            self._must_be_settled(case, item)
            if in_account:
                payload = {"how": "account", "rights": names, "note": note}
                return Effect(self._append(case, (EventType.DELIVERED, actor, payload)))
            return self._send(case, item, actor, inside, note)

    def delivery_address(self, ref: str, right: Right | str = "") -> str:
        """Where an archive of this case would go, "" when no address is verified. Raises IllegalTransition."""
        case = self._case(ref)
        return self._verified(case, self._disclosing(case, right).right)

    def _send(self, case: Case, item: RequestedRight, actor: str, inside: Sequence[Member], note: str) -> Effect:
        address = self._verified(case, item.right)
        if not address:
            raise IllegalTransition(NOT_VERIFIED)
        password, name = new_password(), f"{case.ref}.zip"
        archive = encrypted(inside, password)
        document = self._store.documents.keep(
            case.id, DocumentKind.DISCLOSED, archive, filename=name, received_at=self._now()
        )
        manifest = [member.manifest() for member in inside]
        payload: dict[str, Any] = {
            "how": "mail", "rights": [str(item.right)], "address": address, "document": document,
            "sha256": hashlib.sha256(archive).hexdigest(), "size": len(archive), "manifest": manifest, "note": note,
        }  # fmt: skip
        case = self._append(case, (EventType.DELIVERED, actor, payload))
        mailbox = self._mailbox(case)
        context = {**self._common(case, mailbox), "right": item.right, "archive": name, "files": manifest}
        dossier = self._dossier(case)
        thread = Thread(dossier.message_id) if address == dossier.sender else Thread()
        letter = self._letterbox.to_person(
            DELIVERY, case, mailbox, address, context, thread, legal_effect=True, approved_by=actor,
            attachment=document,
        )  # fmt: skip
        told = self._say(
            "Le mot de passe n'est montré qu'une fois : donnez-le par une autre voie, jamais dans un courriel à cette "
            "adresse.",
            "The password is shown this once: tell it by another channel, never in a mail to this address.",
        )
        return Effect(self._fresh(case), (letter,), (told, *self._mode_warnings()), password=password)

    def _verified(self, case: Case, right: Right) -> str:
        address = verified_address(self._dossier(case), right, self._store.correspondence.mails(case.id))
        return "" if address in self._mailbox(case).own_addresses else address

    def _disclosing(self, case: Case, right: Right | str) -> RequestedRight:
        """The right under which data are given."""
        held = [item for item in case.rights if item.right in DISCLOSING]
        found = self._rights(case, [right]) if right else held
        if not found or found[0].right not in DISCLOSING:
            raise IllegalTransition("data are given under access or portability only: add the right first (add-right)")
        if len(found) > 1:
            raise IntakeError(f"under which right? The case holds {', '.join(item.right for item in found)}")
        return found[0]

    def _must_be_settled(self, case: Case, item: RequestedRight) -> None:
        if item.running and deadline(case, item).suspended:
            raise IllegalTransition("the question who the person is stands open: record its answer first (resume)")
        if not item.running and item.outcome not in (Outcome.GRANTED, Outcome.PARTLY):
            raise IllegalTransition(f"{item.right} ended as {item.outcome}: nothing is given; reopen the case first")

    def _must_fit_a_mail(self, inside: Sequence[Member]) -> None:
        most = self._settings.delivery_max_mb
        size = sum(len(member.content) for member in inside)
        if any(not member.content for member in inside):
            raise IntakeError(f"{next(item.name for item in inside if not item.content)} is empty")
        if size > most * 1_000_000:
            raise IntakeError(too_large(size, most))


def too_large(size: int, most: int) -> str:
    """What to do with more octets than a mail may carry."""
    return (
        f"the files have {size / 1e6:.1f} MB and a mail may carry {most} MB (INTAKE_DELIVERY_MAX_MB): give them in "
        "several deliveries, or in the account (deliver --in-account)"
    )
