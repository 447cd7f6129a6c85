"""Acts, roles, states and outcomes in the words of the desk: (French, English) by code, for what a person reads."""

from collections.abc import Iterable, Mapping

from intake_bot.cases import wording
from intake_bot.rights import Right

Pair = tuple[str, str]  # French, English

#: The acts of cases/transitions.py, as the forms of templates/console/actions.toml title them.
ACTS: Mapping[str, Pair] = {
    "confirm": ("Confirmer la demande", "Confirm the request"),
    "correct": ("Corriger les droits", "Correct the rights"),
    "not_a_request": ("Ce n’est pas une demande", "It is not a request"),
    "add_right": ("Ajouter un droit", "Add a right"),
    "split": ("Séparer des droits", "Split rights off"),
    "merge": ("Joindre à un dossier", "Merge into a case"),
    "link": ("Lier à un dossier", "Link to a case"),
    "note": ("Ajouter une note", "Add a note"),
    "ask_colleague": ("Interroger un collègue", "Ask a colleague"),
    "hold": ("Mettre en attente", "Put on hold"),
    "release": ("J’ai lu : lever l’attente", "I have read it: lift the hold"),
    "choose_addressee": ("Choisir à qui l’on écrit", "Choose whom to write to"),
    "request_specification": ("Demander une précision", "Ask what it is about"),
    "suspend": ("Une question d’identité a été posée", "An identity question was asked"),
    "resume": ("La réponse est arrivée", "The answer arrived"),
    "record_fact": ("Un fait change la date", "A fact moves the date"),
    "extend": ("Prolonger de deux mois", "Extend by two months"),
    "record_advice": ("Donner l’avis du DPO", "Give the DPO’s advice"),
    "record_search": ("Consigner une recherche", "Record a search"),
    "record_action": ("Consigner une action", "Record an action"),
    "notify_recipient": ("Informer un destinataire (art. 19)", "Tell a recipient (art. 19)"),
    "confirm_stop": ("Confirmer l’arrêt des envois", "Confirm that sending stopped"),
    "answer": ("Répondre : accordé", "Answer: granted"),
    "answer_partly": ("Répondre en partie", "Answer in part"),
    "refuse": ("Refuser", "Refuse"),
    "nothing_held": ("Répondre : aucune donnée détenue", "Answer: nothing is held"),
    "cannot_identify": ("Répondre : identification impossible", "Answer: cannot identify"),
    "withdraw": ("La personne a retiré sa demande", "The person withdrew the request"),
    "handle": ("Affaire traitée (ce n’est pas un droit)", "Matter dealt with (no right)"),
    "deliver": ("Remettre les données", "Deliver the data"),
    "charge_fee": ("Annoncer des frais", "Announce a fee"),
    "lift_restriction": ("Lever une limitation", "Lift a restriction"),
    "client_letter": ("Écrire au client responsable conjoint", "Write to the joint controller"),
    "inform_of_client": ("Dire à la personne qui lui répondra (art. 26)", "Tell the person who answers (art. 26)"),
    "close": ("Clore le dossier", "Close the case"),
    "reopen": ("Rouvrir le dossier", "Reopen the case"),
}

ROLES: Mapping[str, Pair] = {
    "dpo": ("délégué à la protection des données", "data protection officer"),
    "deputy": ("suppléant", "deputy"),
    "controller": ("responsable du traitement", "controller"),
    "agent": ("agent", "agent"),
    "management": ("direction", "management"),
}

#: Whole clauses: what a move concerns, and its state.
STATES: Mapping[tuple[str, str], Pair] = {
    ("case", "unconfirmed"): ("le dossier est à confirmer", "the case is to be confirmed"),
    ("case", "open"): ("le dossier est ouvert", "the case is open"),
    ("case", "found"): ("le dossier a été retrouvé dans d’anciens messages", "the case was found among old mails"),
    ("case", "closed"): ("le dossier est clos", "the case is closed"),
    ("right", "unconfirmed"): ("le droit est à confirmer", "the right is to be confirmed"),
    ("right", "open"): ("le droit est ouvert", "the right is open"),
    ("right", "closed"): ("le droit a déjà une issue", "the right has an outcome already"),
}

OUTCOMES: Mapping[str, Pair] = {
    "granted": ("accordé", "granted"),
    "partly": ("accordé en partie", "granted in part"),
    "refused": ("refusé", "refused"),
    "nothing_held": ("aucune donnée détenue", "nothing held"),
    "cannot_identify": ("identification impossible", "cannot identify"),
    "withdrawn": ("retiré", "withdrawn"),
    "not_a_request": ("pas une demande", "not a request"),
    "merged": ("joint à un autre dossier", "merged"),
    "handled": ("traité", "handled"),
}

#: What became of a letter.
LETTERS: Mapping[str, Pair] = {
    "held": ("attend votre accord", "waits for you"),
    "queued": ("va partir", "about to leave"),
    "claimed": ("en cours d’envoi", "being sent"),
    "sent": ("envoyée", "sent"),
    "written": ("écrite (essai)", "written (dry run)"),
    "rejected": ("écartée", "rejected"),
    "failed": ("refusée par le serveur", "refused by the server"),
    "uncertain": ("envoi incertain", "uncertain"),
}


def quoted(pair: Pair) -> Pair:
    """The words between the quotation marks of each language."""
    return f"«\u00a0{pair[0]}\u00a0»", f"“{pair[1]}”"


def act(code: str) -> Pair:
    """An act by its title, quoted."""
    return quoted(ACTS[code])


def acts(codes: Iterable[str]) -> Pair:
    """Acts one after another, quoted; "rien" and "nothing" for none."""
    return _listed((act(code) for code in codes), ("rien", "nothing"))


def right(code: Right) -> Pair:
    """A right with its article, quoted."""
    return quoted((wording.right_name(code, "fr"), wording.right_name(code, "en")))


def rights(codes: Iterable[Right]) -> Pair:
    """Rights one after another, quoted; "aucun droit" and "no right" for none."""
    return _listed((right(code) for code in codes), ("aucun droit", "no right"))


def outcome(code: str) -> Pair:
    """An outcome, quoted."""
    return quoted(OUTCOMES[code])


def _listed(pairs: Iterable[Pair], none: Pair) -> Pair:
    found = list(pairs)
    return (", ".join(pair[0] for pair in found), ", ".join(pair[1] for pair in found)) if found else none
