"""The identity question as an act of a person: what the ladder does not ask by itself, a DPO decides to ask.

GDPR art. 12(6): only on a reasonable doubt, which is recorded and, for a document, told to the person. The period is
suspended from the moment when the letter leaves (identification.question_left), not from this act.
"""

from collections.abc import Sequence
from typing import Any

from intake_bot.cases.case import Case, RequestedRight
from intake_bot.cases.events import EventType
from intake_bot.cases.transitions import DPO, Action
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.identity import CLOCK_OF, DISCLOSING, Step
from intake_bot.rights import Right
from intake_bot.service.dossier import Dossier
from intake_bot.service.identification import last_decision, shown_rights
from intake_bot.service.office import Effect, Office, reason_given

#: The step that each letter is, and its row where a person decides (docs/identity.md).
STEPS: dict[str, tuple[Step, str]] = {
    "confirm": (Step.CONFIRM, "8"),
    "supplementary": (Step.SUPPLEMENTARY, "15a"),
    "mandate": (Step.MANDATE, "4"),
    "heir": (Step.HEIR, "5a"),
    "id_document": (Step.ID, "16"),
}


class CaseIdentity(Office):
    """Acts on the identity of the person."""

    def ask_identity(
        self, ref: str, actor: str, letter: str, *, reason: str, rights: Sequence[Right | str] = (),
        compare: Sequence[str] = (), upload_url: str = "", as_role: str = DPO,
    ) -> Effect:  # fmt: skip
        """Ask who writes: confirm, supplementary, mandate, heir or id_document, to the addressee of the case.

        `reason`: the doubt, recorded; of an identity document it is told to the person in the letter, with `compare`,
        what alone is compared, and `upload_url` ("" for none). Raises IllegalTransition where the law lets nobody ask
        so, IntakeError for another letter.
        """
        if letter not in STEPS:
            raise IntakeError(
                "this is no identity question: choose one of the list",
                "ce n’est pas une question d’identité : choisissez-en une de la liste",
                field="letter", aside=f"{letter} is no identity question; known: {', '.join(STEPS)}",
            )  # fmt: skip
        with self._store.cases.attempt():
            case = self._case(ref)
            items = self._rights(case, rights)
            codes = self._check(case, items, Action.SUSPEND, as_role, reason_given(reason))
            dossier = self._dossier(case)
            self._must_ask(case, items, letter, dossier, compare)
            step, row = STEPS[letter]
            before = last_decision(dossier)
            known = before.payload if before else {}
            decision = {
                "row": row, "outcome": str(step), "letter": letter, "human": True, "reason": reason, "rights": codes,
                "asks": codes, "registered": list(known.get("registered", ())),
                "matched": list(known.get("matched", ())),
            }  # fmt: skip
            case = self._append(case, (EventType.IDENTITY_DECIDED, actor, decision))
            written = self._letter(case, letter, self._words(case, letter, reason, compare, upload_url), actor=actor,
                                   legal_effect=False)  # fmt: skip
            return written.effect(self._fresh(case))

    def _must_ask(
        self, case: Case, items: Sequence[RequestedRight], letter: str, dossier: Dossier, compare: Sequence[str]
    ) -> None:
        asked = {item.right for item in items}
        if letter == "id_document":
            if not asked <= DISCLOSING:
                raise IllegalTransition(
                    "a document is asked for only where data would be disclosed: access, portability (GDPR 5(1)(c)). "
                    "Ask for a confirmation",
                    "une pièce ne se demande que là où des données seraient communiquées : accès, portabilité (RGPD, "
                    "art. 5(1)(c)). Demandez une confirmation",
                    field="letter",
                )
            if not self._asked_before(dossier):
                raise IllegalTransition(
                    "a document is the last resort: ask for a confirmation or for facts first (GDPR 12(6))",
                    "une pièce est le dernier recours : demandez d’abord une confirmation ou des faits (RGPD, "
                    "art. 12(6))",
                    field="letter",
                )
            if not compare:
                raise IllegalTransition(
                    "say what is compared: the person may cover everything else (GDPR 5(1)(c))",
                    "dites ce qui est comparé : la personne peut cacher tout le reste (RGPD, art. 5(1)(c))",
                    field="compare",
                )
        if letter == "heir" and Right.POST_MORTEM not in asked and "deceased" not in case.hold:
            raise IllegalTransition(
                "an heir's proof is asked for only where somebody has died (Loi 78-17 art. 85): ask another question",
                "la qualité d’héritier ne se demande que si quelqu’un est décédé (loi 78-17, art. 85) : posez une "
                "autre question",
                field="letter",
            )
        before = last_decision(dossier)
        if letter == "confirm" and before and before.payload.get("row") == "14a":
            raise IllegalTransition(
                "the employer reads the registered address: ask for facts at the writing address",
                "l’employeur lit l’adresse enregistrée : demandez des faits à l’adresse qui écrit",
                field="letter",
            )

    def _asked_before(self, dossier: Dossier) -> bool:
        """Whether a lighter question has left (row 16: the last resort)."""
        sent = dossier.of(EventType.LETTER_SENT)
        return any(fact.payload.get("kind") in CLOCK_OF for fact in sent)

    def _words(self, case: Case, letter: str, reason: str, compare: Sequence[str], upload_url: str) -> dict[str, Any]:
        shown = shown_rights(case)
        words: dict[str, Any] = {
            "rights": [item.right for item in shown],
            "due_on": min((item.due_on for item in shown if item.due_on), default=None),
        }
        if letter == "confirm":
            words["shared_mailbox"] = "role_mailbox" in case.hold
        if letter == "id_document":
            words |= {"doubt": reason, "compare": list(compare), "upload_url": upload_url}
        return words
