"""The sentences of a derivation, English and French, keyed by the code of the step or of the reading.

Names in braces are facts of the step, rendered by explanation.py: dates in full, instants with their zone.
"""

from collections.abc import Mapping

#: English, French.
Sentence = tuple[str, str]

KINDS: Mapping[str, Sentence] = {
    "identity": ("identity", "l'identité"),
    "mandate": ("the agent's mandate", "le mandat"),
    "heir": ("the heir's quality", "la qualité d'héritier"),
    "clarification": ("the scope of the request", "la portée de la demande"),
}

RULE_SET: Sentence = ("Rule set: {name}.", "Jeu de règles : {name}.")

STEPS: Mapping[str, Sentence] = {
    "received": (
        "Received on {at}.",
        "Reçue le {at}.",
    ),
    "received_joint": (
        "First received by a joint controller on {at}, by this controller on {own}; the earliest receipt counts "
        "(GDPR 26(3)).",
        "Reçue d'abord par un responsable conjoint le {at}, par ce responsable le {own} ; la réception la plus "
        "ancienne compte (RGPD 26, par. 3).",
    ),
    "clock_month": (
        "Clock: one month from receipt ({source}).",
        "Délai : un mois à compter de la réception ({source}).",
    ),
    "clock_immediate_stop_then_month": (
        "Clock: processing for direct marketing stops immediately; one month only bounds the answer ({source}).",
        "Délai : la prospection cesse immédiatement ; le mois ne borne que la réponse ({source}).",
    ),
    "clock_without_undue_delay": (
        "Clock: processing based on the consent stops immediately, without undue delay; no statutory date ({source}).",
        "Délai : le traitement fondé sur le consentement cesse immédiatement, sans retard injustifié ; aucune date "
        "légale ({source}).",
    ),
    "clock_month_by_analogy": (
        "Clock: the law sets no period; one month by analogy with GDPR 12(3) ({source}).",
        "Délai : la loi n'en fixe pas ; un mois par analogie avec le RGPD 12, par. 3 ({source}).",
    ),
    "clock_date_in_letter": (
        "Clock: the date set in the authority's letter ({source}).",
        "Délai : la date fixée par la lettre de l'autorité ({source}).",
    ),
    "clock_72h": (
        "Clock: elapsed hours, through weekends, public holidays and changes of the hour ({source}).",
        "Délai : heures écoulées, week-ends, jours fériés et changements d'heure compris ({source}).",
    ),
    "clock_none": (
        "Clock: no statutory period ({source}).",
        "Délai : aucun délai légal ({source}).",
    ),
    "month": (
        "One month from {start}, that day not counted, ends on the same date (Reg. 1182/71 art. 3(1), 3(2)(c)): {to}.",
        "Un mois depuis le {start}, ce jour non compté, finit au même quantième (règl. 1182/71 art. 3, par. 1 "
        "et 2, c) : {to}.",
    ),
    "month_clamped": (
        "One month from {start}, that day not counted: the month after has no {wanted}, so its last day "
        "(Reg. 1182/71 art. 3(1), 3(2)(c)): {to}.",
        "Un mois depuis le {start}, ce jour non compté : le mois suivant n'a pas de {wanted}, donc son dernier jour "
        "(règl. 1182/71 art. 3, par. 1 et 2, c) : {to}.",
    ),
    "suspended": (
        "Question about {kind} on {on}: the clock stops (last counted day).",
        "Question sur {kind} le {on} : le délai est suspendu (dernier jour compté).",
    ),
    "suspended_extended": (
        "Question about {kind} on {on}, after the extension: only the extended period stops.",
        "Question sur {kind} le {on}, après la prolongation : seul le délai prolongé est suspendu.",
    ),
    "resumed": (
        "Sufficient answer about {kind} on {on}: suspended since {asked}, {days} day(s) added.",
        "Réponse suffisante sur {kind} le {on} : suspension depuis le {asked}, {days} jour(s) ajouté(s).",
    ),
    "resumed_extended": (
        "Sufficient answer about {kind} on {on}: suspended since {asked}, {days} day(s) added to the extended period.",
        "Réponse suffisante sur {kind} le {on} : suspension depuis le {asked}, {days} jour(s) ajouté(s) au délai "
        "prolongé.",
    ),
    "restarted": (
        "Sufficient answer about {kind} on {on}: the month begins anew on that day (UK GDPR art. 12A).",
        "Réponse suffisante sur {kind} le {on} : le mois recommence ce jour-là (UK GDPR art. 12A).",
    ),
    "still_open": (
        "Answer about {kind} on {on}; another question is open, the clock stays stopped.",
        "Réponse sur {kind} le {on} ; une autre question reste ouverte, le délai reste suspendu.",
    ),
    "insufficient": (
        "Insufficient answer on {on}: the question stays open, the clock stays stopped (EDPB 01/2022 s.5.3).",
        "Réponse insuffisante le {on} : la question reste ouverte, le délai reste suspendu (CEPD 01/2022, 5.3).",
    ),
    "insufficient_ignored": (
        "Insufficient answer on {on} while the clock was running: no effect.",
        "Réponse insuffisante le {on} alors que le délai courait : sans effet.",
    ),
    "question_nested": (
        "Question about {kind} on {on} while the clock stood still: overlapping days count once.",
        "Question sur {kind} le {on} pendant la suspension : les jours communs ne comptent qu'une fois.",
    ),
    "question_repeated": (
        "Question about {kind} repeated on {on}: no further effect.",
        "Question sur {kind} répétée le {on} : sans autre effet.",
    ),
    "question_late": (
        "Question about {kind} on {on}, after the period ended on {end}: suspends nothing.",
        "Question sur {kind} le {on}, après la fin du délai le {end} : ne suspend rien.",
    ),
    "question_no_pause": (
        "Question about {kind} on {on}: this right needs none, it suspends nothing (GDPR 21(3), 7(3)).",
        "Question sur {kind} le {on} : ce droit n'en appelle aucune, elle ne suspend rien (RGPD 21, par. 3, et 7, "
        "par. 3).",
    ),
    "clarification_no_pause": (
        "Question about {kind} on {on}: suspends nothing by default (the suspension is for identity only).",
        "Question sur {kind} le {on} : ne suspend rien par défaut (la suspension ne vaut que pour l'identité).",
    ),
    "answer_without_question": (
        "Answer about {kind} on {on} to no open question: no effect.",
        "Réponse sur {kind} le {on} sans question ouverte : sans effet.",
    ),
    "notice_valid": (
        "Extension notice on {at}, within the first month: valid (GDPR 12(3)).",
        "Avis de prolongation le {at}, dans le premier mois : valable (RGPD 12, par. 3).",
    ),
    "notice_late": (
        "Extension notice on {at}, after the first month ended on {end}: late, no extension (GDPR 12(3)).",
        "Avis de prolongation le {at}, après la fin du premier mois le {end} : tardif, pas de prolongation (RGPD 12, "
        "par. 3).",
    ),
    "notice_repeated": (
        "Another extension notice on {at}: a period is extended only once, no effect.",
        "Autre avis de prolongation le {at} : un délai n'est prolongé qu'une fois, sans effet.",
    ),
    "notice_without_effect": (
        "Extension notice on {at}: this period cannot be extended, no effect.",
        "Avis de prolongation le {at} : ce délai ne peut être prolongé, sans effet.",
    ),
    "notice_premature": (
        "Extension notice dated {on}, before the receipt: not about this request, no effect.",
        "Avis de prolongation daté du {on}, avant la réception : étranger à cette demande, sans effet.",
    ),
    "paused_total": (
        "Suspension: {days} day(s) in all; last day before any roll: {to}.",
        "Suspension : {days} jour(s) en tout ; dernier jour avant report : {to}.",
    ),
    "roll": (
        "{from} is not a working day ({skipped}): the period ends on the next working day, {to} "
        "(Reg. 1182/71 art. 3(4)).",
        "Le {from} n'est pas un jour ouvrable au sens du règlement ({skipped}) : le délai expire le jour ouvrable "
        "suivant, {to} (règl. 1182/71 art. 3, par. 4).",
    ),
    "roll_none": ("{on} is a working day: no roll.", "Le {on} est un jour ouvrable : pas de report."),
    "roll_extended": (
        "{from} is not a working day ({skipped}): the extended period ends on the next working day, {to}.",
        "Le {from} n'est pas un jour ouvrable au sens du règlement ({skipped}) : le délai prolongé expire le jour "
        "ouvrable suivant, {to}.",
    ),
    "roll_extended_none": ("{on} is a working day: no roll.", "Le {on} est un jour ouvrable : pas de report."),
    "due": (
        "End of the first period: {on}, 23:59:59 ({zone}).",
        "Fin du premier délai : {on}, 23:59:59 ({zone}).",
    ),
    "effective_none": (
        "The clock stands still until a sufficient answer: no date binds.",
        "Le délai est suspendu jusqu'à une réponse suffisante : aucune date n'oblige.",
    ),
    "extension_none": (
        "No extension exists for this right.",
        "Aucune prolongation n'existe pour ce droit.",
    ),
    "extension_minor": (
        "No extension: the data were collected from a minor (Loi 78-17 art. 51 II).",
        "Pas de prolongation : données collectées auprès d'un mineur (loi 78-17 art. 51 II).",
    ),
    "extended": (
        "{months} months from the same start, pauses included: {to}.",
        "{months} mois depuis le même départ, suspensions comprises : {to}.",
    ),
    "extended_binds": ("Extended period: {on}.", "Délai prolongé : {on}."),
    "extended_possible": (
        "Extension, if notified with reasons by {by} (prudently by {prudent}): {on}.",
        "Prolongation, si elle est notifiée avec ses motifs au plus tard le {by} (par prudence le {prudent}) : {on}.",
    ),
    "effective": ("Date that binds: {on}, 23:59:59 ({zone}).", "Date qui oblige : {on}, 23:59:59 ({zone})."),
    "safe": (
        "Safe date, earliest over every stricter reading: {on}.",
        "Date sûre, la plus proche de toutes les lectures plus strictes : {on}.",
    ),
    "backstop": (
        "Backstop for the erasure that the withdrawal brings along: {on}.",
        "Butoir pour l'effacement qu'entraîne le retrait : {on}.",
    ),
    "letter_date": (
        "Date in the letter: {at}. Never rolled forward.",
        "Date de la lettre : {at}. Jamais reportée.",
    ),
    "letter_without_date": (
        "The date in the letter is not recorded yet: a person reads it now.",
        "La date de la lettre n'est pas encore saisie : une personne la lit maintenant.",
    ),
    "hours": ("{hours} elapsed hours later: {at}.", "{hours} heures écoulées plus tard : {at}."),
    "no_date": ("No date runs.", "Aucune date ne court."),
}

OTHER_READING: Sentence = (
    "Other reading ({reading}): {due}; if extended: {extended}.",
    "Autre lecture ({reading}) : {due} ; si prolongé : {extended}.",
)

NO_DATE: Sentence = ("no date", "aucune date")

READINGS: Mapping[str, Sentence] = {
    "no_pause": ("no question suspends", "aucune question ne suspend"),
    "pause_less_one_day": ("only the whole days between count", "seuls les jours pleins intermédiaires comptent"),
    "restart_on_identity": (
        "the month restarts with the answer, as in the UK",
        "le mois recommence avec la réponse, comme au Royaume-Uni",
    ),
    "clarification_pause": (
        "the scope question suspends, EDPB 01/2022 s.5.3, large quantity of data",
        "la question de portée suspend, CEPD 01/2022, 5.3, grande quantité de données",
    ),
    "clarification_no_pause": ("the scope question does not suspend", "la question de portée ne suspend pas"),
    "extension_from_first_month": (
        "two months after the first month instead of three from receipt",
        "deux mois après le premier mois au lieu de trois depuis la réception",
    ),
    "notice_by_unrolled_date": (
        "extension notice only by the date before the roll",
        "avis de prolongation seulement jusqu'à la date avant report",
    ),
    "minor_extension": ("12(3) allows the extension", "le par. 3 de l'art. 12 permet la prolongation"),
    "national_holidays_only": ("local holidays do not count", "les jours fériés locaux ne comptent pas"),
    "own_receipt": ("own receipt only", "seule la réception par ce responsable compte"),
    "claimed_earlier_receipt": ("the claimed earlier receipt", "la réception antérieure alléguée"),
    "no_period": ("no period at all", "aucun délai"),
    "one_month_backstop": ("one-month backstop, erasure under 17(1)(b)", "butoir d'un mois, effacement art. 17, 1, b"),
    "next_full_hour": ("counted from the next full hour", "compté depuis l'heure pleine suivante"),
    "two_working_days": ("at least two working days", "au moins deux jours ouvrables"),
}
