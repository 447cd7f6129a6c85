"""The keyword baseline: what a mail rule with a list of words would find. Only a yardstick for the reports."""

import re
from collections.abc import Sequence

from intake_bot.classifier.corpus import Mail

_STEMS = {
    "access": r"access|accès|auskunft|acceso|accesso|inzage|dostęp|acesso|acces\b|copie|copy|kopie",
    "rectification": r"rectif|correct|berichtig|corregir|rettific|sprostow|corrig|modifi|oprav",
    "erasure": r"delet|eras|supprim|effac|lösch|elimin|borr|cancell|usun|usuń|verwijder|wissen|șterge|apag|vymaz|izbri",
    "restriction": r"restrict|limit|einschränk|beperk|ogranicz|zablok|gel[ée]|freeze",
    "portability": r"portab|übertrag|overdra|przenies|export",
    "objection": r"object|oppos|widersp|oponer|bezwaar|sprzeciw",
    "objection_marketing": r"unsubscribe|désabonn|désinscri|abbestell|newsletter|marketing|démarch|prospect|werbung",
    "automated_decision": r"automat|algorithm|algoritm",
    "withdraw_consent": r"withdraw|retir|widerruf|revoc|intrek|wycof|consent|consentement|einwillig",
    "post_mortem": r"décéd|décès|deceas|died|verstorb|fallecid|zmarł|overled|mort\b|heir|héritier",
    "privacy_question": r"dpo\b|privacy|rgpd|gdpr|dsgvo|datenschutz|confidentialité|hébergé",
    "privacy_complaint": r"complain|plainte|cnil|beschwerde|denuncia|reclamo|skarg|klacht",
    "regulator_letter": r"supervisory authority|autorité de contrôle|mise en demeure|saisine|cnil",
    "breach_report": r"breach|leak|fuite|violation de données|vulnerab|datenpanne|vulnérab",
}
_PATTERNS = {label: re.compile(stems, re.IGNORECASE) for label, stems in _STEMS.items()}


def keyword_labels(mail: Mail) -> frozenset[str]:
    """The labels of which a stem is found in subject or body."""
    return frozenset(label for label, pattern in _PATTERNS.items() if pattern.search(mail.text))


def keyword_figures(mails: Sequence[Mail]) -> dict[str, float]:
    """Share of rights mails that get any label, share of mails without label that do, exact label sets."""
    rights = [mail for mail in mails if mail.has_right]
    nothing = [mail for mail in mails if not mail.labels]
    exact = sum(keyword_labels(mail) == mail.nearest(keyword_labels(mail)) for mail in mails)
    return {
        "reached": sum(bool(keyword_labels(mail)) for mail in rights) / max(1, len(rights)),
        "reviewed": sum(bool(keyword_labels(mail)) for mail in nothing) / max(1, len(nothing)),
        "exact": exact / max(1, len(mails)),
    }
