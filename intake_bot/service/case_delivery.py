"""Giving a person their data (GDPR arts 15(3), 20(1)): an encrypted archive to the verified address, or in the account.

The archive lies under a key of its own and is gone three months later (law/retention.py); hash and manifest remain. Its
password is told once to the person who acts, and kept nowhere: it reaches the data subject by another channel.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from intake_bot.cases import names
from intake_bot.cases.case import Case, Outcome, RequestedRight, deadline
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.identity import DISCLOSING
from intake_bot.rights import Right
from intake_bot.service.answer_rules import identity_open
from intake_bot.service.archive import Member, encrypted, members, new_password
from intake_bot.service.letterbox import Thread
from intake_bot.service.office import Effect, Office
from intake_bot.service.verified_address import verified_address
from intake_bot.store.attachments import DocumentKind

#: The kind of the letter that carries the archive.
DELIVERY = "delivery"

#: English, French, and the commands that help.
NOT_VERIFIED = (
    "no address of this person is verified, and personal data go to no other (GDPR 5(1)(f), 12(6)). Ask who writes "
    "and wait for the answer, or say how an address was verified (“Choose whom to write to”), or hand the data over in "
    "the account",
    "aucune adresse de cette personne n’est vérifiée, et aucune donnée personnelle ne part vers une autre (RGPD, "
    "art. 5(1)(f) et 12(6)). Demandez qui écrit et attendez la réponse, ou dites comment une adresse a été vérifiée "
    "(« Choisir à qui l’on écrit »), ou remettez les données dans le compte",
    "ask-identity; choose-addressee --verified; deliver --in-account",
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
            raise IntakeError(
                "give files, or say that the data are in the account: one of the two",
                "donnez des fichiers, ou dites que les données sont dans le compte : l’un des deux",
                field="files",
            )
        inside = members(files)
        self._must_fit_a_mail(inside)
        with self._store.cases.attempt():
            case = self._case(ref)
            item = self._disclosing(case, right)
            codes = self._check(case, [item], Action.DELIVER, as_role)
            self._must_be_settled(case, item)
            if in_account:
                payload = {"how": "account", "rights": codes, "note": note}
                return Effect(self._append(case, (EventType.DELIVERED, actor, payload)))
            return self._send(case, item, actor, inside, note)

    def delivery_address(self, ref: str, right: Right | str = "") -> str:
        """Where an archive of this case would go, "" when no address is verified. Raises IllegalTransition."""
        case = self._case(ref)
        return self._verified(case, self._disclosing(case, right).right)

    def _send(self, case: Case, item: RequestedRight, actor: str, inside: Sequence[Member], note: str) -> Effect:
        address = self._verified(case, item.right)
        if not address:
            raise IllegalTransition(NOT_VERIFIED[0], NOT_VERIFIED[1], aside=NOT_VERIFIED[2])
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
            raise IllegalTransition(
                "data are given under access or portability only (GDPR 15(3), 20(1)): add the right first",
                "des données ne se remettent qu’au titre de l’accès ou de la portabilité (RGPD, art. 15(3) et 20(1)) : "
                "ajoutez d’abord le droit",
                field="right", aside="add-right",
            )  # fmt: skip
        if len(found) > 1:
            raise IntakeError(
                f"under which right? The case holds {names.rights(item.right for item in found)[1]}",
                f"au titre de quel droit ? Le dossier porte sur : {names.rights(item.right for item in found)[0]}",
                field="right", aside=", ".join(item.right for item in found),
            )  # fmt: skip
        return found[0]

    def _must_be_settled(self, case: Case, item: RequestedRight) -> None:
        if item.running and deadline(case, item).suspended:
            raise identity_open()
        if not item.running and item.outcome not in (Outcome.GRANTED, Outcome.PARTLY):
            right, outcome = names.right(item.right), names.outcome(str(item.outcome))
            raise IllegalTransition(
                f"{right[1]} ended as {outcome[1]}: nothing is given; reopen the case first",
                f"{right[0]} a pour issue {outcome[0]} : rien n’est remis ; rouvrez d’abord le dossier",
                field="right",
            )

    def _must_fit_a_mail(self, inside: Sequence[Member]) -> None:
        most = self._settings.delivery_max_mb
        size = sum(len(member.content) for member in inside)
        if any(not member.content for member in inside):
            empty = next(item.name for item in inside if not item.content)
            raise IntakeError(
                f"{empty} is empty: choose the file again", f"{empty} est vide : choisissez de nouveau le fichier",
                field="files",
            )  # fmt: skip
        if size > most * 1_000_000:
            raise too_large(size, most)


def too_large(size: int, most: int) -> IntakeError:
    """What to do with more octets than a mail may carry."""
    return IntakeError(
        f"the files have {size / 1e6:.1f} MB and a mail may carry {most} MB: give them in several deliveries, or in "
        "the account",
        f"les fichiers font {size / 1e6:.1f} Mo et un courriel en porte {most} au plus : remettez-les en plusieurs "
        "fois, ou dans le compte",
        field="files", aside="INTAKE_DELIVERY_MAX_MB; deliver --in-account",
    )  # fmt: skip
