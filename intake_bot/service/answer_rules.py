"""What has to be there before a right ends: an outcome that fits it, a ground of its list, the deed, the words."""

from collections.abc import Mapping, Sequence

from intake_bot.cases import names
from intake_bot.cases.case import Case, Outcome, RequestedRight, deadline
from intake_bot.cases.transitions import BY_OUTCOME
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law import grounds as law_grounds
from intake_bot.rights import Right
from intake_bot.service.dossier import Dossier
from intake_bot.service.letterbox import STOPS

#: Answers of these say that something was done, so somebody must have recorded that it was.
EXECUTED = frozenset({Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION}) | STOPS

#: Outcomes that disclose, assert or execute: not while the question who the person is stands open.
_NEEDS_IDENTITY = frozenset({Outcome.GRANTED, Outcome.PARTLY, Outcome.NOTHING_HELD})

#: Matters that are no right: they are handled, not granted.
MATTERS = frozenset({Right.PRIVACY_QUESTION, Right.PRIVACY_COMPLAINT, Right.REGULATOR_LETTER, Right.BREACH_REPORT})


def outcome_of(text: Outcome | str) -> Outcome:
    """The outcome of a code. Raises IntakeError."""
    try:
        return Outcome(text)
    except ValueError as error:
        raise IntakeError(
            "this is no outcome: choose one of the list", "ce n’est pas une issue : choisissez-en une de la liste",
            field="outcome", aside=f"{text} is no outcome: {', '.join(BY_OUTCOME)}",
        ) from error  # fmt: skip


def grounds_given(item: RequestedRight, result: Outcome, given: Sequence[str]) -> tuple[law_grounds.Ground, ...]:
    """The grounds of a refusal, whole or in part; no other outcome takes any. Raises IntakeError."""
    if result in (Outcome.PARTLY, Outcome.REFUSED):
        return law_grounds.check(item.right, given, whole=result is Outcome.REFUSED)
    if given:
        outcome = names.outcome(result)
        raise IntakeError(
            f"the outcome {outcome[1]} takes no ground of refusal: leave the grounds out",
            f"l’issue {outcome[0]} n’a pas de motif de refus : retirez les motifs",
            field="grounds",
        )
    return ()


def must_fit(item: RequestedRight, result: Outcome) -> None:
    """Whether a right can end so at all. Raises IllegalTransition."""
    outcome, right = names.outcome(result), names.right(item.right)
    if result not in BY_OUTCOME:
        merge, no_request = names.act("merge"), names.act("not_a_request")
        raise IllegalTransition(
            f"{outcome[1]} is no answer: it comes of {merge[1]} and {no_request[1]}",
            f"{outcome[0]} n’est pas une réponse : cela vient de {merge[0]} et de {no_request[0]}",
        )
    if (item.right in MATTERS) == (result is Outcome.HANDLED) or result is Outcome.WITHDRAWN:
        return
    fits = ["handle"] if item.right in MATTERS else [act for act in BY_OUTCOME.values() if act != "handle"]
    possible = names.acts(fits)
    raise IllegalTransition(
        f"{right[1]} cannot end as {outcome[1]}: choose {possible[1]}",
        f"{right[0]} ne peut pas avoir pour issue {outcome[0]} : choisissez {possible[0]}",
        field="right", aside=", ".join(code for code, act in BY_OUTCOME.items() if act in fits),
    )  # fmt: skip


def must_be_ready(
    case: Case, item: RequestedRight, result: Outcome, dossier: Dossier, texts: Mapping[str, str],
    purposes: Sequence[str],
) -> None:  # fmt: skip
    """Whether identity, deed and words are there. Raises IllegalTransition, IntakeError for a missing text."""
    if result in _NEEDS_IDENTITY and deadline(case, item).suspended:
        raise identity_open()
    if result not in (Outcome.GRANTED, Outcome.PARTLY):
        return
    if item.right in EXECUTED and not dossier.executed(item.right):
        raise _not_done(item.right)
    _must_name_purposes(item.right, result, purposes)
    if result is Outcome.GRANTED and item.right is Right.ACCESS:
        if not texts["delivery"].strip():
            raise IntakeError(
                "an access answer says how the copy reaches the person (GDPR 15(3)): say how",
                "une réponse d’accès dit comment la copie parvient à la personne (RGPD, art. 15(3)) : dites comment",
                field="delivery", aside="--delivery",
            )  # fmt: skip
    elif not (result is Outcome.GRANTED and item.right in STOPS) and not texts["done"].strip():
        raise IntakeError(
            "what was done? The letter has to say so (GDPR 12(3))",
            "qu’a-t-on fait ? La lettre doit le dire (RGPD, art. 12(3))",
            field="done",
        )


def _must_name_purposes(right: Right, result: Outcome, purposes: Sequence[str]) -> None:
    """Art. 15(4) limits the copy alone: an answer in part owes all of 15(1) too. Raises IntakeError."""
    if purposes:
        return
    if right is Right.ACCESS:
        raise IntakeError(
            "an access answer, in part too, names the purposes that apply (GDPR 15(1)): tick them",
            "une réponse d’accès, même partielle, nomme les finalités qui valent (RGPD, art. 15(1)) : cochez-les",
            field="purposes", aside="--purpose",
        )  # fmt: skip
    if right is Right.RECIPIENTS_NOTIFICATION and result is Outcome.GRANTED:
        raise IntakeError(
            "the recipients follow from the purposes that apply (GDPR 19): tick them",
            "les destinataires découlent des finalités qui valent (RGPD, art. 19) : cochez-les",
            field="purposes", aside="--purpose",
        )  # fmt: skip


def identity_open() -> IllegalTransition:
    """Nothing is disclosed, asserted or executed while nobody knows who asks (GDPR 12(6))."""
    end, answered = names.act("cannot_identify"), names.act("resume")
    return IllegalTransition(
        f"the question who the person is stands open (GDPR 12(6)): record its answer first, {answered[1]}, or end the "
        f"right by {end[1]}",
        f"la question de l’identité de la personne reste ouverte (RGPD, art. 12(6)) : consignez d’abord la réponse, "
        f"{answered[0]}, ou terminez le droit par {end[0]}",
        aside="resume, cannot_identify",
    )


def _not_done(right: Right) -> IllegalTransition:
    code = "confirm_stop" if right in STOPS else "record_action"
    act = names.act(code)
    return IllegalTransition(
        f"nobody recorded that it was done (GDPR 12(3)): first {act[1]}; recorded is not done",
        f"personne n’a consigné que c’est fait (RGPD, art. 12(3)) : d’abord {act[0]} ; consigner n’est pas faire",
        aside=code,
    )
