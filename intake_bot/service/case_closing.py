"""What comes before and after an answer: a fee announced, a restriction lifted, the case closed and opened again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from intake_bot import clock
from intake_bot.cases import names, transitions
from intake_bot.cases.case import Case, CaseStatus, Outcome
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import ADVICE, DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.rights import Right
from intake_bot.service.answer_rules import MATTERS
from intake_bot.service.letterbox import STOPS
from intake_bot.service.office import Effect, Office, reason_given


class Closing(Office):
    """Acts around the answers."""

    def charge_fee(self, ref: str, actor: str, right: Right | str, *, amount: str, reason: str, as_role: str) -> Effect:
        """Announce a reasonable fee before charging it (GDPR 12(5)(a)): manifestly unfounded or excessive only.

        `amount` with its currency; the person may narrow or withdraw. The controller's decision after the DPO's advice.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            item = self._rights(case, [right])[0]
            if item.right in STOPS or item.right in MATTERS:
                raise IllegalTransition(
                    f"{names.right(item.right)[1]} is free of charge always (GDPR 12(5)): answer without a fee",
                    f"{names.right(item.right)[0]} est toujours gratuit (RGPD, art. 12(5)) : répondez sans frais",
                    field="right",
                )
            if not amount.strip():
                raise IntakeError(
                    "which amount? It has to be announced (GDPR 12(5)(a))",
                    "quel montant ? Il doit être annoncé (RGPD, art. 12(5)(a))",
                    field="amount",
                )
            advised = self._dossier(case).advisers("fee", item.right) - {actor}
            given = (*reason_given(reason), *((ADVICE,) if advised else ()))
            codes = self._check(case, [item], Action.CHARGE_FEE, as_role, given)
            decision = {"about": "fee", "rights": codes, "amount": amount, "reason": reason}
            case = self._append(case, (EventType.DECIDED, actor, decision))
            context = {"rights": [item.right], "amount": amount, "reason": reason}
            return self._letter(case, "fee", context, actor=actor).effect(self._fresh(case))

    def lift_restriction(self, ref: str, actor: str, *, lifts_on: date, reason: str, as_role: str = DPO) -> Effect:
        """Tell the person before a restriction is lifted (GDPR 18(3)). `lifts_on`: local day, not before tomorrow."""
        with self._store.cases.attempt():
            case = self._case(ref)
            item = self._rights(case, [Right.RESTRICTION])[0]
            codes = self._check(case, [item], Action.LIFT_RESTRICTION, as_role, reason_given(reason))
            if item.outcome not in (Outcome.GRANTED, Outcome.PARTLY):
                raise IllegalTransition(
                    "no restriction was granted in this case: there is none to lift",
                    "aucune limitation n’a été accordée dans ce dossier : il n’y en a pas à lever",
                )
            if lifts_on <= clock.local_date(self._now(), case.zone):
                raise IllegalTransition(
                    "the person is told before the restriction is lifted (GDPR 18(3)): not before tomorrow",
                    "la personne l’apprend avant que la limitation soit levée (RGPD, art. 18(3)) : pas avant demain",
                    field="lifts_on",
                )
            done = {"kind": "restriction_lifted", "system": "", "rights": codes, "on": str(lifts_on), "reason": reason}
            case = self._append(case, (EventType.ACTION_RECORDED, actor, done))
            context = {"lifts_on": lifts_on, "reason": reason}
            return self._letter(case, "restriction_lifted", context, actor=actor).effect(self._fresh(case))

    # -- the case ----------------------------------------------------------------------------------------------

    def close(self, ref: str, actor: str, *, reason: str = "", letter: bool = True, as_role: str = DPO) -> Effect:
        """Close a case whose rights all have an outcome; a case of a backfill with `reason` (how it was answered).

        Writes the closure letter, except for a backfill, for matters that are no right, and without `letter`.
        Closing is not extinction: a later answer of the person reopens.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.CLOSE, as_role, reason_given(reason))
            silent = case.status is CaseStatus.FOUND
            facts: list[tuple[EventType, str, dict[str, Any]]] = []
            if case.running:
                codes = [str(item.right) for item in case.running]
                facts.append((EventType.ANSWERED, actor, {"outcome": "handled", "rights": codes, "reason": reason}))
            case = self._append(case, *facts, (EventType.CLOSED, actor, {"reason": reason}))
            shown = [item for item in case.rights if item.right not in MATTERS and item.outcome not in _GONE]
            if silent or not letter or not shown:
                return Effect(case)
            refused = [item for item in shown if item.outcome in _AGAINST]
            context = {"outcomes": [(item.right, str(item.outcome)) for item in shown], "refused": bool(refused)}
            return self._letter(case, "closure", context, actor=actor, legal_effect=False).effect(self._fresh(case))

    def reopen(
        self,
        ref: str,
        actor: str,
        *,
        reason: str,
        rights: Sequence[Right | str] = (),
        letter: bool = True,
        as_role: str = DPO,
    ) -> Effect:
        """Open a closed case again: these rights, or all that were asked for. Their receipt and dates stay.

        Writes the reopening letter. Raises IllegalTransition where the content was destroyed or nothing is left.
        """
        with self._store.cases.attempt():
            case = self._case(ref)
            transitions.check_case(case, Action.REOPEN, as_role, reason_given(reason))
            if self._dossier(case).opening == {}:
                raise IllegalTransition(
                    f"the content of case {case.ref} was destroyed: open a new case and link it",
                    f"le contenu du dossier {case.ref} a été détruit : ouvrez un nouveau dossier et liez-le",
                )
            named = self._rights(case, rights) if rights else [i for i in case.rights if i.outcome not in _GONE]
            if not named:
                raise IllegalTransition(
                    "none of its rights can run again: name one, or open a new case",
                    "aucun de ses droits ne peut reprendre : nommez-en un, ou ouvrez un nouveau dossier",
                    field="rights",
                )
            codes = [str(item.right) for item in named]
            case = self._append(case, (EventType.REOPENED, actor, {"rights": codes, "reason": reason}))
            shown = [item.right for item in named if item.right not in MATTERS]
            if not letter or not shown:
                return Effect(case)
            context = {"rights": shown, "due_on": case.due_on, "overdue": self._overdue(case)}
            return self._letter(case, "reopening", context, actor=actor, legal_effect=False).effect(self._fresh(case))

    def _overdue(self, case: Case) -> bool:
        return case.due_on is not None and case.due_on < clock.local_date(self._now(), case.zone)


#: Outcomes of rights that the person has not asked for here.
_GONE = frozenset({Outcome.MERGED, Outcome.NOT_A_REQUEST})
#: Outcomes against the person: the closure repeats complaint and remedy (GDPR 12(4)).
_AGAINST = frozenset({Outcome.PARTLY, Outcome.REFUSED, Outcome.CANNOT_IDENTIFY, Outcome.NOTHING_HELD})
