"""The words for rights, dates and lists in the languages of the letters (French and English)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from intake_bot.law.retention import Period
from intake_bot.rights import Right

LANGUAGES = ("fr", "en")

RIGHTS: dict[str, dict[Right, str]] = {
    "fr": {
        Right.ACCESS: "droit d'accès (article 15 du RGPD)",
        Right.RECTIFICATION: "droit de rectification (article 16 du RGPD)",
        Right.ERASURE: "droit à l'effacement (article 17 du RGPD)",
        Right.RESTRICTION: "droit à la limitation du traitement (article 18 du RGPD)",
        Right.RECIPIENTS_NOTIFICATION: "information sur les destinataires (article 19 du RGPD)",
        Right.PORTABILITY: "droit à la portabilité (article 20 du RGPD)",
        Right.OBJECTION: "droit d'opposition (article 21, paragraphe 1, du RGPD)",
        Right.OBJECTION_MARKETING: "opposition à la prospection (article 21, paragraphes 2 et 3, du RGPD)",
        Right.AUTOMATED_DECISION: "décision automatisée (article 22 du RGPD)",
        Right.WITHDRAW_CONSENT: "retrait du consentement (article 7, paragraphe 3, du RGPD)",
        Right.POST_MORTEM: "données d'une personne décédée (loi Informatique et Libertés, articles 84 à 86)",
        Right.PRIVACY_QUESTION: "question sur la protection des données",
        Right.PRIVACY_COMPLAINT: "réclamation relative à la protection des données",
        Right.REGULATOR_LETTER: "courrier d'une autorité de contrôle",
        Right.BREACH_REPORT: "signalement d'une violation de données",
    },
    "en": {
        Right.ACCESS: "right of access (Article 15 GDPR)",
        Right.RECTIFICATION: "right to rectification (Article 16 GDPR)",
        Right.ERASURE: "right to erasure (Article 17 GDPR)",
        Right.RESTRICTION: "right to restriction of processing (Article 18 GDPR)",
        Right.RECIPIENTS_NOTIFICATION: "information on recipients (Article 19 GDPR)",
        Right.PORTABILITY: "right to data portability (Article 20 GDPR)",
        Right.OBJECTION: "right to object (Article 21(1) GDPR)",
        Right.OBJECTION_MARKETING: "objection to direct marketing (Article 21(2)-(3) GDPR)",
        Right.AUTOMATED_DECISION: "automated decision (Article 22 GDPR)",
        Right.WITHDRAW_CONSENT: "withdrawal of consent (Article 7(3) GDPR)",
        Right.POST_MORTEM: "data of a person who has died (French Act 78-17, Articles 84 to 86)",
        Right.PRIVACY_QUESTION: "question about data protection",
        Right.PRIVACY_COMPLAINT: "complaint about data protection",
        Right.REGULATOR_LETTER: "letter from a supervisory authority",
        Right.BREACH_REPORT: "report of a data breach",
    },
}

MONTHS: dict[str, tuple[str, ...]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def right_name(right: Right, lang: str) -> str:
    """The right with its article, in French or English."""
    return RIGHTS[lang][right]


def format_date(value: date, lang: str) -> str:
    """A calendar date in words: "1er décembre 2026", "1 December 2026"."""
    day = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{day} {MONTHS[lang][value.month - 1]} {value.year}"


#: Numbers that letters write out: no period is longer than six years.
_NUMBERS = {
    "fr": ("un", "deux", "trois", "quatre", "cinq", "six"),
    "en": ("one", "two", "three", "four", "five", "six"),
}
_UNITS = {
    "fr": {"year": ("an", "ans"), "month": ("mois", "mois"), "day": ("jour", "jours")},
    "en": {"year": ("year", "years"), "month": ("month", "months"), "day": ("day", "days")},
}


def format_period(value: Period, lang: str) -> str:
    """A period of years, months or days in words: "cinq ans", "18 months"."""
    if value.months:
        unit, count = ("month", value.months) if value.months % 12 else ("year", value.months // 12)
    else:
        unit, count = "day", value.days
    number = _NUMBERS[lang][count - 1] if 0 < count <= len(_NUMBERS[lang]) else str(count)
    return f"{number} {_UNITS[lang][unit][count != 1]}"


def format_instant(value: datetime, zone: str, lang: str) -> str:
    """An instant in local time with its zone, where an hour counts."""
    local = value.astimezone(ZoneInfo(zone))
    joint = "à" if lang == "fr" else "at"
    return f"{format_date(local.date(), lang)} {joint} {local:%H:%M} ({zone})"


def listed(items: Sequence[str], lang: str) -> str:
    """ "a, b and c" in the language."""
    if len(items) < 2:
        return "".join(items)
    joint = " et " if lang == "fr" else " and "
    return ", ".join(items[:-1]) + joint + items[-1]


REASONS: dict[str, tuple[str, str]] = {
    "request": ("demande reconnue", "request recognised"),
    "review_band": ("demande possible, à confirmer", "possible request, to be confirmed"),
    "unconfirmed_reply": ("réponse d'un expéditeur inconnu du dossier", "reply from a sender unknown to the case"),
    "closed_thread": ("nouvelle demande dans un dossier clos", "new demand in a closed case"),
    "in_thread": ("réponse dans le dossier", "reply in the case"),
    "chaser": ("relance", "reminder of the person"),
    "colleague_answer": ("réponse d'un collègue", "answer of a colleague"),
    "classifier_off": ("classement désactivé", "classification is off"),
    "classifier_failed": ("le classement a échoué", "the classification failed"),
    "post_mortem": ("personne décédée", "a person who has died"),
    "privacy_question": ("question", "question"),
    "privacy_complaint": ("réclamation", "complaint"),
    "regulator_letter": ("courrier d'une autorité", "letter of an authority"),
    "breach_report": ("violation de données", "data breach"),
    "minor": ("mineur", "a minor"),
    "agent": ("quelqu'un agit pour une autre personne", "somebody acts for another person"),
    "deceased": ("il s'agit d'une personne décédée", "it is about a person who has died"),
    "relayed": ("demande transmise pour une autre personne", "passed on for another person"),
    "company_asks": ("une entreprise demande en son nom", "a company asks in its own name"),
    "identity_confirmed": ("identité confirmée par la réponse", "identity confirmed by the reply"),
    "identity_denied": ("la personne dit n'avoir rien demandé", "the person says that nothing was asked for"),
    "identity_not_settled": (
        "réponse à la question d'identité, à juger",
        "answer to the identity question, to be judged",
    ),
    "cannot_identify_prepared": ("identité toujours inconnue", "identity still unknown"),
    "formal_notice": ("mise en demeure", "formal notice"),
    "automatic_text": ("le texte est celui d'un automate", "the text is that of a robot"),
    "automatic_subject": ("l'objet est celui d'un automate", "the subject is that of a robot"),
    "feedback_id": ("envoyé par un service de diffusion", "sent through a mailing service"),
    "impostor": ("l'expéditeur imite quelqu'un d'autre", "the sender imitates somebody else"),
    "distress": ("menace ou détresse", "threat or distress"),
    "forwarded_only": ("la demande est dans un message transféré", "the request stands in a forwarded mail"),
    "internal_sender": ("expéditeur interne", "internal sender"),
    "client_sender": ("expéditeur chez un client", "sender of a client"),
    "no_sender": ("pas d'expéditeur", "no sender"),
    "dmarc_fail": ("expéditeur non authentifié", "sender not authenticated"),
    "reply_to_differs": ("adresse de réponse différente", "other reply address"),
    "role_mailbox": ("adresse générique", "role mailbox"),
    "junk_folder": ("trouvé dans les indésirables", "found in the junk folder"),
    "budget_sender": ("déjà assez d'accusés de réception à cette adresse", "enough acknowledgements to this address"),
    "budget_total": ("trop d'accusés de réception en une heure", "too many acknowledgements in an hour"),
    "recent_letter": ("une lettre est partie il y a quelques minutes", "a letter went out minutes ago"),
    "unusable_address": ("adresse inutilisable pour une lettre", "address unusable for a letter"),
    "before_start": ("ancien message", "an old mail"),
    "desk_command": ("votre réponse", "your reply"),
    "desk_command_refused": ("votre réponse", "your reply"),
    "delivery_failed": ("remise impossible", "delivery failed"),
    "message_id_reused": ("Message-ID déjà vu avec un autre contenu", "Message-ID seen with other content"),
    "missed_request": ("demande manquée, retrouvée par sondage", "missed request, found by the weekly sample"),
    "named_by_person": ("désigné par une personne", "named by a person"),
    "desk_forward": ("transmis par le bureau en pièce jointe", "passed on by the desk as an attachment"),
    "desk_forward_known": ("le message joint est déjà connu", "the attached mail is known already"),
    "receipt_disagrees": ("les dates de réception divergent", "the dates of receipt disagree"),
}


def reason(code: str, lang: str) -> str:
    """A reason code in words; the code itself where no words are kept for it."""
    found = REASONS.get(code)
    return found[0 if lang == "fr" else 1] if found else code.replace("_", " ")


_RETENTION = {
    "last_review_text": ("dossiers sans demande effacés", "cases without a request erased"),
    "last_case_archive": ("dossiers archivés effacés", "archived cases erased"),
    "last_case_content": ("dossiers allégés de leurs messages", "cases trimmed of their mails"),
    "last_case_active": ("dossiers mis aux archives", "cases moved to the archive"),
    "last_id_unasked": ("pièces d'identité non demandées effacées", "identity documents sent unasked erased"),
    "last_id_checked": ("pièces d'identité effacées", "identity documents erased"),
    "last_mandate": ("mandats effacés", "mandates erased"),
    "last_disclosed_file": ("fichiers remis effacés", "disclosed files erased"),
    "last_mail_identifiers": ("messages rendus anonymes", "mails made anonymous"),
    "last_mail_record": ("lignes du registre des messages effacées", "lines of the mail ledger erased"),
    "last_logs": ("lignes de journaux effacées", "log lines erased"),
    "last_desk_letters": ("points et alarmes anciens effacés", "old digests and alarms erased"),
    "last_set_aside": ("messages mis de côté effacés", "set-aside mails erased"),
    "last_problems": ("ÉCHECS de l'effacement (intake-bot purge)", "FAILED erasures (intake-bot purge)"),
    "duties": (
        "dossiers dont des copies restent dans les boîtes (intake-bot duties list)",
        "cases with copies left in mailboxes (intake-bot duties list)",
    ),
    "identity_documents": (
        "pièces d'identité à contrôler (intake-bot documents list)",
        "identity documents to check (intake-bot documents list)",
    ),
    "suppression_unconfirmed": (
        "oppositions que l'outil d'envoi n'a pas confirmées (intake-bot suppression export)",
        "objections that the mailing tool has not confirmed (intake-bot suppression export)",
    ),
}


def retention_lines(counts: Mapping[str, int], lang: str) -> list[str]:
    """What the last purge did and what waits for a person, one line each; what has no words is left out."""
    column = 0 if lang == "fr" else 1
    return [f"{words[column]}{' :' if column == 0 else ':'} {counts[name]}" for name, words in _RETENTION.items()
            if counts.get(name)]  # fmt: skip
