"""The cases of one person: apart, together, linked. No receipt is lost: of two, the earlier binds."""

from collections.abc import Sequence
from typing import Any

from intake_bot import clock
from intake_bot.cases import names, transitions
from intake_bot.cases.case import Case, CaseStatus, RequestedRight, mark_told
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.events import (
    AUTHORITY_DEADLINE,
    CLAIMED_EARLIER_RECEIPT,
    MINOR_AT_COLLECTION,
    RECEIVED_BY_JOINT_CONTROLLER,
)
from intake_bot.rights import Right
from intake_bot.service.office import Effect, Office, reason_given

#: What makes a date earlier or stricter; it survives a merge.
STRICTER = frozenset({RECEIVED_BY_JOINT_CONTROLLER, CLAIMED_EARLIER_RECEIPT, MINOR_AT_COLLECTION, AUTHORITY_DEADLINE})


class Family(Office):
    """Cases of one person: apart, together, linked."""

    def split(self, ref: str, actor: str, rights: Sequence[Right | str], *, reason: str, as_role: str = DPO) -> Effect:
        """Move rights into a case of their own, with their receipt and all that moved their dates. `other` is it.

        Raises IllegalTransition when nothing would stay behind.
        """
        if not rights:
            raise IntakeError(
                "which rights go into a case of their own? Tick them",
                "quels droits vont dans un dossier à part ? Cochez-les",
                field="rights",
            )
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.SPLIT, as_role, reason_given(reason))
            items = self._rights(case, rights)
            if any(not item.running for item in items):
                raise IllegalTransition(
                    "only rights that run can be split off: leave out those that have an outcome",
                    "seuls des droits en cours se séparent : laissez ceux qui ont une issue",
                    field="rights",
                )
            if len(items) >= len(case.running):
                raise IllegalTransition(
                    "one right has to stay: some rights are split off, not all",
                    "un droit doit rester : on sépare des droits, pas tous",
                    field="rights",
                )
            other = self._open_apart(case, items, actor)
            codes = [str(item.right) for item in items]
            moved = {"rights": codes, "to": other.ref, "reason": reason}
            case = self._append(case, (EventType.RIGHT_MOVED, actor, moved))
            return Effect(case, other=other)

    def _open_apart(self, case: Case, items: Sequence[RequestedRight], actor: str) -> Case:
        dossier = self._dossier(case)
        payload = {
            "received_at": clock.to_text(min(item.received_at for item in items)),
            "channel": case.channel,
            "status": str(case.status),
            "hold": list(case.hold),
            "lang": case.lang,
            "zone": case.zone,
            "jurisdiction": case.jurisdiction,
            "rights": [_told(item) for item in items],
            "reasons": list(dossier.opening.get("reasons", ())),
            "message_id": dossier.opening.get("message_id", ""),
            "sender": dossier.opening.get("sender") or {"address": "", "name": ""},
            "split_from": case.ref,
        }
        store = self._store
        key = store.keyring.create()
        opening = NewEvent(EventType.OPENED, actor, self._now(), payload)
        other = store.cases.open_case(key, [opening], mailbox=case.mailbox, controller=case.controller)
        self._copy_people(case, other)
        return self._append(other, (EventType.LINKED, actor, {"case": case.ref, "why": "split"}))

    def _copy_people(self, case: Case, other: Case) -> None:
        dossier = self._dossier(case)
        for address in filter(None, {dossier.sender, dossier.chosen_addressee}):
            self._store.correspondence.add_participant(other.id, address, "person")
        if dossier.chosen_addressee:
            payload = {"address": dossier.chosen_addressee, "reason": f"as in {case.ref}"}
            self._append(other, (EventType.ADDRESSEE_CHOSEN, "bot", payload))

    def merge(self, ref: str, actor: str, into: str, *, same_person: str = "", as_role: str = DPO) -> Effect:
        """The request of `ref` goes on in the case `into`, which keeps the earlier receipt of both; `other` is it.

        Only for the same person and a right that both ask for, while both run. `same_person`: why two addresses are
        one person; needed when they differ. Raises IllegalTransition.
        """
        with self._store.cases.attempt():
            case, kept = self._case(ref), self._case(into, "into")
            transitions.check_case(case, Action.MERGE, as_role)
            self._must_match(case, kept, same_person)
            told = {
                "from": case.ref,
                "received_at": clock.to_text(case.received_at),
                "rights": [_told(item, STRICTER) for item in case.running],
                "same_person": same_person,
            }
            self._copy_people_into(case, kept)
            kept = self._append(kept, (EventType.ABSORBED, actor, told))
            rights = [str(item.right) for item in case.running]
            case = self._append(case, (EventType.MERGED, actor, {"into": kept.ref, "rights": rights}))
            return Effect(case, other=kept)

    def _copy_people_into(self, case: Case, kept: Case) -> None:
        for address in filter(None, {self._dossier(case).sender, self._dossier(case).chosen_addressee}):
            self._store.correspondence.add_participant(kept.id, address, "person")

    def _must_match(self, case: Case, kept: Case, same_person: str) -> None:
        if case.id == kept.id:
            raise _unfit(
                "a case is not merged with itself: name the other one",
                "un dossier ne se joint pas à lui-même : nommez l’autre",
            )
        if kept.status is CaseStatus.CLOSED:
            raise _unfit(
                f"case {kept.ref} is closed: a later request is a new one; link them instead",
                f"le dossier {kept.ref} est clos : une demande plus tardive est une nouvelle demande ; liez-les plutôt",
            )
        if kept.status is not CaseStatus.OPEN and kept.status is not case.status:
            state = names.STATES["case", str(kept.status)]
            raise _unfit(
                f"of {kept.ref}: {state[1]}. Merge it into {case.ref}, or confirm it first",
                f"{kept.ref} : {state[0]}. Joignez-le à {case.ref}, ou confirmez-le d’abord",
            )
        if case.controller != kept.controller:
            raise _unfit(
                "the cases concern two controllers: link them instead",
                "les dossiers concernent deux responsables du traitement : liez-les plutôt",
            )
        common = {item.right for item in case.running} & {item.right for item in kept.running}
        if not common:
            raise _unfit(
                "the cases have no running right in common: link them instead",
                "les dossiers n’ont aucun droit en cours en commun : liez-les plutôt",
            )
        one, two = self._dossier(case).sender, self._dossier(kept).sender
        if (not one or one != two) and not same_person.strip():
            raise _unfit(
                "the cases come from two addresses: say why they are the same person, or link them",
                "les dossiers viennent de deux adresses : dites pourquoi c’est la même personne, ou liez-les",
                "same_person",
            )

    def link(self, ref: str, actor: str, other: str, *, why: str = "", as_role: str = DPO) -> Effect:
        """Note in both cases that they belong together: a later identical request, the same person. No date moves."""
        with self._store.cases.attempt():
            case, second = self._case(ref), self._case(other, "other")
            transitions.check_case(case, Action.LINK, as_role)
            if case.id == second.id:
                raise _unfit(
                    "a case is not linked with itself: name the other one",
                    "un dossier ne se lie pas à lui-même : nommez l’autre",
                    "other",
                )
            case = self._append(case, (EventType.LINKED, actor, {"case": second.ref, "why": why}))
            second = self._append(second, (EventType.LINKED, actor, {"case": case.ref, "why": why}))
            return Effect(case, other=second)


def _unfit(english: str, french: str, field: str = "into") -> IllegalTransition:
    """Two cases that do not go together."""
    return IllegalTransition(english, french, field=field)


def _told(item: RequestedRight, only: frozenset[str] | None = None) -> dict[str, Any]:
    """A right as an opening or a merge tells it, with what moved its dates."""
    return {
        "right": str(item.right),
        "status": str(item.status),
        "received_at": clock.to_text(item.received_at),
        "clock_events": [mark_told(mark) for mark in item.clock_events if only is None or mark.type in only],
    }
