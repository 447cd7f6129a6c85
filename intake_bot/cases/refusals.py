"""Why a move of cases/transitions.py is refused, in words: what was to be done, what forbids it, what to do instead."""

from collections.abc import Iterable, Mapping, Sequence

from intake_bot.cases import names
from intake_bot.cases.names import Pair
from intake_bot.errors import IllegalTransition, IntakeError, RoleForbids

#: What a move needs beside the role.
NEEDS: Mapping[str, Pair] = {
    "reason": ("une raison", "a reason"),
    "ground": ("un motif de la liste fermée de ce droit", "a ground of the closed list of this right"),
    "advice": (
        "l’avis du DPO sur ce point, consigné avant par une autre personne que celle qui décide",
        "the DPO's advice on it, recorded before by another person than the one who decides",
    ),
    "search": ("une recherche consignée pour ce droit", "a recorded search for this right"),
    "released": (
        "qu’une personne ait lu ce qui met le dossier en attente : levez d’abord l’attente",
        "that a person has read what the hold is about: release it first",
    ),
    "answered": ("que chaque droit ait une issue : répondez d’abord", "that every right has an outcome: answer first"),
    "asked": (
        "qu’une question d’identité ait été posée avant, et consignée",
        "that an identity question was asked before, and recorded",
    ),
}

#: The rules that the rows of the table rest on, in French.
SOURCES: Mapping[str, str] = {
    "GDPR 5(1)(c): what was kept is destroyed": "RGPD, art. 5(1)(c) : ce qui était gardé est détruit",
    "one right, one clock": "un droit, un délai",
    "same person, same right, still open: the earlier receipt binds": (
        "même personne, même droit, encore ouvert : la réception la plus ancienne compte"
    ),
    "a later identical request is a new one": "une demande identique plus tardive est une nouvelle demande",
    "GDPR 32(4): within the house only": "RGPD, art. 32(4) : en interne seulement",
    "GDPR 5(1)(f)": "RGPD, art. 5(1)(f)",
    "GDPR 26(1)": "RGPD, art. 26(1)",
    "GDPR 26(1)-(2)": "RGPD, art. 26(1) et (2)",
    "GDPR 12(4): no closing for silence": "RGPD, art. 12(4) : le silence ne clôt rien",
    "a case of a backfill: how it was answered then": "dossier retrouvé : dites quelle réponse a été donnée",
    "closing is not extinction": "clore n’est pas éteindre",
    "GDPR recital 63: suspends nothing": "RGPD, considérant 63 : ne suspend rien",
    "GDPR 12(6), décret 2019-536 art. 77": "RGPD, art. 12(6) ; décret 2019-536, art. 77",
    "décret 2019-536 art. 77": "décret 2019-536, art. 77",
    "GDPR 26(3), Loi 78-17 art. 51 II": "RGPD, art. 26(3) ; loi 78-17, art. 51 II",
    "GDPR 12(3), 38(6)": "RGPD, art. 12(3) et 38(6)",
    "GDPR 38(6), 39(1)(a)": "RGPD, art. 38(6) et 39(1)(a)",
    "GDPR 5(2)": "RGPD, art. 5(2)",
    "GDPR 5(2), 12(3)": "RGPD, art. 5(2) et 12(3)",
    "GDPR 19": "RGPD, art. 19",
    "GDPR 7(3), 21(3): recorded is not stopped": "RGPD, art. 7(3) et 21(3) : consigner n’est pas arrêter",
    "GDPR 15(3), 20(1), 5(1)(f)": "RGPD, art. 15(3), 20(1) et 5(1)(f)",
    "GDPR 12(3)": "RGPD, art. 12(3)",
    "GDPR 12(4), 38(6)": "RGPD, art. 12(4) et 38(6)",
    "GDPR 15(1)": "RGPD, art. 15(1)",
    "GDPR 11(2), 12(2), 12(4)": "RGPD, art. 11(2), 12(2) et 12(4)",
    "the person said so": "la personne l’a dit",
    "matters that are no right": "affaires qui ne sont pas un droit",
    "GDPR 12(5)(a), 38(6)": "RGPD, art. 12(5)(a) et 38(6)",
    "GDPR 18(3)": "RGPD, art. 18(3)",
}

#: The field of a form that fulfils a need; some acts name their reason by what it is.
_FIELDS: Mapping[str, str] = {"reason": "reason", "ground": "grounds"}
_REASON_FIELDS: Mapping[str, str] = {"record_advice": "advice", "client_letter": "what"}

_CONFIRM: Pair = ("Confirmez d’abord la demande. ", "Confirm the request first. ")
#: The step from a state to one in which the act is possible: (subject, state, state wanted) -> what to do first.
_FIRST: Mapping[tuple[str, str, str], Pair] = {
    ("case", "unconfirmed", "open"): _CONFIRM,
    ("case", "found", "open"): _CONFIRM,
    ("right", "unconfirmed", "open"): _CONFIRM,
    ("case", "closed", "open"): ("Rouvrez d’abord le dossier. ", "Reopen the case first. "),
    ("right", "closed", "open"): (
        "Pour y revenir, clôturez le dossier, puis rouvrez-le pour ce droit. ",
        "To come back to it, close the case, then reopen it for this right. ",
    ),
    ("right", "open", "closed"): ("Cela ne se fait qu’après l’issue. ", "This is done after the outcome only. "),
}


def not_now(subject: str, state: str, action: str, elsewhere: Iterable[str], possible: Sequence[str]) -> IntakeError:
    """The state does not allow the act. `elsewhere`: the states that do; `possible`: what may be done now."""
    wanted = next((item for item in ("open", "closed") if item in set(elsewhere)), "")
    first, act, known = _FIRST.get((subject, state, wanted), ("", "")), names.act(action), names.acts(possible)
    where = names.STATES[subject, state]
    return IllegalTransition(
        f"{act[1]} is not possible: {where[1]}. {first[1]}Possible now: {known[1]}.",
        f"{act[0]} n’est pas possible : {where[0]}. {first[0]}Possible maintenant : {known[0]}.",
        aside=", ".join(possible) or "nothing",
    )


def not_yours(action: str, roles: Iterable[str], role: str, source: str, possible: Sequence[str]) -> IntakeError:
    """The act is for other roles. `possible`: what this role may do now."""
    act, known, mine = names.act(action), names.acts(possible), names.ROLES[role]
    allowed = [names.ROLES[item] for item in sorted(roles)]
    french, english = _because(source)
    return RoleForbids(
        f"{act[1]} is for the {' or the '.join(item[1] for item in allowed)}, not for the {mine[1]}{english}. "
        f"You may now: {known[1]}.",
        f"{act[0]} revient à ces rôles : {', '.join(item[0] for item in allowed)} ; le vôtre est : {mine[0]}{french}. "
        f"Vous pouvez maintenant : {known[0]}.",
        aside=", ".join(possible) or "nothing",
    )


def lacking(action: str, missing: Sequence[str], source: str) -> IntakeError:
    """The act needs something that is not there."""
    act, (french, english) = names.act(action), _because(source)
    fields = (_REASON_FIELDS.get(action, "reason") if need == "reason" else _FIELDS.get(need, "") for need in missing)
    return IllegalTransition(
        f"{act[1]} needs {'; and '.join(NEEDS[need][1] for need in missing)}{english}.",
        f"{act[0]} demande {' ; et '.join(NEEDS[need][0] for need in missing)}{french}.",
        field=next(filter(None, fields), ""),
    )


def settled(status: str) -> IntakeError:
    """Somebody dealt with the case after the page, or the link, was made."""
    where = names.STATES["case", status]
    return IllegalTransition(
        f"{where[1]}, and somebody has dealt with it meanwhile: look at the case first",
        f"{where[0]}, et quelqu’un s’en est occupé entre-temps : voyez d’abord le dossier",
    )


def changed() -> IntakeError:
    """Something happened to the case that the page does not show."""
    return IllegalTransition(
        "the case has changed since you opened this page: look again before you decide",
        "le dossier a changé depuis l’ouverture de cette page : regardez-le de nouveau avant de décider",
    )


def unread() -> IntakeError:
    """The person wrote after the notification whose link is followed."""
    return IllegalTransition(
        "the person has written again, and nobody has read it yet: read it in the case first",
        "la personne a écrit de nouveau, et son message n’a pas été lu : lisez-le d’abord dans le dossier",
    )


def unknown_role(role: str, known: Iterable[str]) -> IntakeError:
    """Nobody has such a role."""
    return IntakeError("this role is not known", "ce rôle n’est pas connu", aside=f"{role}; known: {', '.join(known)}")


def _because(source: str) -> Pair:
    return (f" ({SOURCES[source]})", f" ({source})") if source else ("", "")
