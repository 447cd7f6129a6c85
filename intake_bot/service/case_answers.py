"""How a requested right ends: granted, partly, refused, nothing held, and the rest. Each answer is a letter with what
the law demands (GDPR 12(3)-(4), 15-22), prepared with the decision; nothing here is ever done by the bot itself.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from intake_bot import clock
from intake_bot.cases.case import Case, Outcome, RequestedRight, deadline
from intake_bot.cases.events import EventType
from intake_bot.cases.policy import Purpose
from intake_bot.cases.recipients import Recipient
from intake_bot.cases.transitions import ADVICE, ASKED, BY_OUTCOME, DPO, GROUND, SEARCH
from intake_bot.errors import IllegalTransition
from intake_bot.law import grounds as law_grounds
from intake_bot.rights import Right
from intake_bot.service.answer_rules import grounds_given, must_be_ready, must_fit, outcome_of
from intake_bot.service.case_records import ART_19, Records
from intake_bot.service.dossier import Dossier, last_question
from intake_bot.service.identification import asked_for
from intake_bot.service.knowledge import load_policy
from intake_bot.service.office import Effect, Written, reason_given

#: The letter of a granted right.
GRANTED_LETTERS: dict[Right, str] = {
    Right.ACCESS: "answer_access",
    Right.RECTIFICATION: "answer_rectification",
    Right.ERASURE: "answer_erasure",
    Right.RESTRICTION: "answer_restriction",
    Right.RECIPIENTS_NOTIFICATION: "answer_recipients",
    Right.PORTABILITY: "answer_portability",
    Right.OBJECTION: "answer_objection",
    Right.OBJECTION_MARKETING: "answer_stop",
    Right.WITHDRAW_CONSENT: "answer_stop",
    Right.AUTOMATED_DECISION: "answer_automated_decision",
    Right.POST_MORTEM: "answer_post_mortem",
}

OUTCOME_LETTERS: dict[Outcome, str] = {
    Outcome.PARTLY: "partial_refusal",
    Outcome.REFUSED: "refusal",
    Outcome.NOTHING_HELD: "nothing_held",
    Outcome.CANNOT_IDENTIFY: "cannot_identify",
}


class Answers(Records):
    """Acts that end a right, and the ones on the case that follow from it."""

    def answer(
        self,
        ref: str,
        actor: str,
        right: Right | str,
        outcome: Outcome | str = Outcome.GRANTED,
        *,
        done: str = "",
        kept: str = "",
        purposes: Sequence[str] = (),
        delivery: str = "",
        grounds: Sequence[str] = (),
        reason: str = "",
        despite: str = "",
        as_role: str = DPO,
    ) -> Effect:
        """End one right with its outcome, and write the letter. All texts are in words for the person.

        granted: `done` (what was done); access instead: `purposes` (codes of policy.toml) and `delivery` (how the copy
        reaches the person); recipients: `purposes` too. partly: `done`, `grounds`, `reason`, and for access `purposes`.
        refused: `grounds`, `reason`. nothing_held: after a recorded search. cannot_identify: after a question.
        withdrawn, handled: `reason`; handled with `done` also answers a question. `kept`: what stays, why, until when.
        partly and refused: role controller, after the DPO's advice by another person. `despite`: why an erasure goes
        first though a risk is shown.

        Raises IllegalTransition, IntakeError for a missing text or a ground outside the list.
        """
        with self._store.cases.attempt():
            case, result = self._case(ref), outcome_of(outcome)
            item = self._rights(case, [right])[0]
            dossier = self._dossier(case)
            texts = {"done": done, "kept": kept, "delivery": delivery, "reason": reason}
            must_fit(item, result)
            found = grounds_given(item, result, grounds)
            given = self._given(dossier, item, actor, result, reason, found)
            self._check(case, [item], BY_OUTCOME[result], as_role, given)
            must_be_ready(case, item, result, dossier, texts, purposes)
            risks = self._risks(case, item, result, despite)
            context = self._context(case, item, result, texts, found, purposes)
            payload = {
                "outcome": str(result),
                "rights": [str(item.right)],
                "grounds": [str(g) for g in found],
                "purposes": list(purposes),
                "despite": despite,
                **texts,
            }
            facts: list[tuple[EventType, str, dict[str, Any]]] = [(EventType.ANSWERED, actor, payload)]
            if result in (Outcome.PARTLY, Outcome.REFUSED):
                about = "partly" if result is Outcome.PARTLY else "refuse"
                facts.insert(
                    0,
                    (
                        EventType.DECIDED,
                        actor,
                        {"about": about, "rights": [str(item.right)], "reason": reason, "grounds": payload["grounds"]},
                    ),
                )
            warnings = (*risks, *self._late(case, item, result), *self._untold_warnings(case, item, result))
            case = self._append(case, *facts)
            kind = letter_kind(item.right, result, texts)
            written = self._letter(case, kind, context, actor=actor) if kind else Written()
            return written.effect(self._fresh(case), *warnings)

    def refuse(
        self, ref: str, actor: str, right: Right | str, *, grounds: Sequence[str], reason: str, as_role: str
    ) -> Effect:
        """Refuse a right whole: the controller's decision after the DPO's advice. `answer` with outcome refused."""
        return self.answer(ref, actor, right, Outcome.REFUSED, grounds=grounds, reason=reason, as_role=as_role)

    def _given(
        self,
        dossier: Dossier,
        item: RequestedRight,
        actor: str,
        result: Outcome,
        reason: str,
        found: tuple[law_grounds.Ground, ...],
    ) -> tuple[str, ...]:
        given = list(reason_given(reason))
        about = {Outcome.PARTLY: "partly", Outcome.REFUSED: "refuse"}.get(result, "")
        advisers = dossier.advisers(about, item.right) | (
            dossier.advisers("refuse", item.right) if about else frozenset()
        )
        given += [ADVICE] if about and advisers - {actor} else []
        given += [GROUND] if found else []
        given += [SEARCH] if dossier.searched(item.right) else []
        given += [ASKED] if last_question(item.clock_events) else []
        return tuple(given)

    def _risks(self, case: Case, item: RequestedRight, result: Outcome, despite: str) -> tuple[str, ...]:
        if item.right is not Right.ERASURE or result not in (Outcome.GRANTED, Outcome.PARTLY):
            return ()
        risks = self._risks_of_erasing(case)
        if risks and not despite.strip():
            raise IllegalTransition(
                f"{' '.join(pair[1] for pair in risks)} Say why the erasure goes first, or wait",
                f"{' '.join(pair[0] for pair in risks)} Dites pourquoi l’effacement passe avant, ou attendez",
                field="despite",
                aside="despite",
            )
        return self._worded(risks)

    def _late(self, case: Case, item: RequestedRight, result: Outcome) -> tuple[str, ...]:
        """GDPR 12(4): a refusal is due within the first month; the extension sentence is not in 12(4)."""
        today = clock.local_date(self._now(), case.zone)
        first = deadline(case, item).due_on
        if result not in (Outcome.PARTLY, Outcome.REFUSED) or first is None or today <= first:
            return ()
        return (
            self._say(
                f"Refus tardif : il devait partir dans le premier mois ({first}), même en cas de prolongation.",
                f"A late refusal: it was due within the first month ({first}), even after an extension.",
            ),
        )

    def _untold_warnings(self, case: Case, item: RequestedRight, result: Outcome) -> tuple[str, ...]:
        if result not in (Outcome.GRANTED, Outcome.PARTLY):
            return ()
        missing = self.untold(case, item.right)
        names = ", ".join(row.code for row in missing)
        return (
            (
                self._say(
                    f"Destinataires non prévenus (article 19) : {names}.", f"Recipients not told (Article 19): {names}."
                ),
            )
            if missing
            else ()
        )

    def _context(
        self,
        case: Case,
        item: RequestedRight,
        result: Outcome,
        texts: dict[str, str],
        found: tuple[law_grounds.Ground, ...],
        purposes: Sequence[str],
    ) -> dict[str, Any]:
        policy, dossier = load_policy(), self._dossier(case)
        chosen = policy.find(purposes)
        told = self._told(dossier, case, item.right)
        asked = last_question(item.clock_events)
        return {
            "right": item.right,
            "rights": [item.right],
            "post_mortem": item.right is Right.POST_MORTEM,
            "question": asked_for(asked.type, [item.right]) if asked else "",
            "asked_on": clock.local_date(asked.at, case.zone) if asked else None,
            "grounds": [law_grounds.WORDS[ground] for ground in found],
            "purposes": list(chosen),
            "policy": policy,
            "recipients": self._disclosed(item.right, chosen, told),
            "told": told,
            "searches": [str(fact.payload["system"]) for fact in dossier.searches(item.right)],
            "stopped_on": self._stopped_on(dossier, item, case),
            "suppressed": self._store.suppression.holds(dossier.chosen_addressee or dossier.sender),
            **texts,
        }

    def _told(self, dossier: Dossier, case: Case, right: Right) -> list[Recipient]:
        """Who was told of a right; of all rights that have to be told, where the recipients are asked for (art. 19)."""
        whole = right is Right.RECIPIENTS_NOTIFICATION
        rights = [item.right for item in case.rights if item.right in ART_19] if whole else [right]
        told = {code for each in rights for code in dossier.notified(each)}
        return [row for row in self.recipients().all if row.code in told]

    def _disclosed(self, right: Right, purposes: Sequence[Purpose], told: Sequence[Recipient]) -> list[Recipient]:
        """Who receives data of these purposes. Art. 19 asks who did: authorities and lawyers only where told."""
        table = self.recipients()
        found = table.of_purposes(tuple(row.code for row in purposes))
        if right is Right.RECIPIENTS_NOTIFICATION:
            return [row for row in table.all if row in told or (row in found and row.notified)]
        return list(found)

    def _stopped_on(self, dossier: Dossier, item: RequestedRight, case: Case) -> date | None:
        stops = [fact for fact in dossier.of(EventType.STOP_CONFIRMED) if fact.concerns(item.right)]
        return clock.local_date(clock.from_text(stops[-1].payload["at"]), case.zone) if stops else None


def letter_kind(right: Right, outcome: Outcome, texts: dict[str, str]) -> str:
    """The letter that an outcome owes the person; "" for none."""
    if outcome is Outcome.GRANTED:
        return GRANTED_LETTERS[right]
    if outcome is Outcome.HANDLED:
        question = right in (Right.PRIVACY_QUESTION, Right.PRIVACY_COMPLAINT)
        return "answer_question" if question and texts["done"].strip() else ""
    return OUTCOME_LETTERS.get(outcome, "")
