"""Explicit references to a right: article numbers of the GDPR and names of rights fixed by law.

A reference may raise a score into the review band, never lower one: who cites an article deserves a person's eye.
"""

import re

_LAW = (
    r"(?:gdpr|rgpd|r\.g\.p\.d\.?|dsgvo|ds-gvo|avg|rodo|gdpr-|dsgvo|gdpr-nak|gdpr-i|аvg|орзд|ορзд|γκπδ|гкпд|bdar|vdar|"
    r"ikum[äa]m|iküm|ogpd|orzd|tietosuoja-asetu\w*|dataskyddsf[öo]rordning\w*|databeskyttelsesforordning\w*|"
    r"isik[ua]andmete kaitse\w*|općo[jm] uredb\w*|splo[šs]n\w+ uredb\w*|reglement\w* \(?ue\)?|règlement|regolamento|"
    r"reglamento|regulamento|regulament\w*|verordening|verordnung|regulation|nařízení|nariaden\w+|rozporządzeni\w+|"
    r"регламент\w*|κανονισμ\w*|rendelet\w*|määrus\w*|förordning\w*|forordning\w*|regula\w*|reglament\w*|rialach\w*|"
    r"regolament\w*|2016/679)"
)
_ARTICLE = (
    r"(?:articles?|art\.?|artikel\w*|art[íi]culos?|articol\w*|artigos?|artyku\w+|čl\.?|článk\w+|člen\w*|člank\w*|"
    r"чл\.?|член\w*|άρθρ\w+|αρθρ\w+|artikl\w+|artikla\w*|pant\w*|straipsn\w+|str\.|airteagal|artiklu|cikk\w*)"
)
_CIKK = r"(?:\b(?P<hu>1[5-8]|20|21|22|7)\.\s*(?:cikk|pant|straipsn|artikl|artikel)\w*)"
_NUMBER = rf"(?:\b{_ARTICLE}\s*(?:n[°º]\s*)?(?P<number>1[5-8]|20|21|22|7)\b)|{_CIKK}"
_REFERENCE = re.compile(_NUMBER, re.IGNORECASE)
#: How the law of an article is called, in 24 languages.
LAW = re.compile(_LAW, re.IGNORECASE)
#: How far from the article its law may stand, in characters.
_NEAR = 80

_BY_NUMBER = {
    "15": "access",
    "16": "rectification",
    "17": "erasure",
    "18": "restriction",
    "20": "portability",
    "21": "objection",
    "22": "automated_decision",
    "7": "withdraw_consent",
}

_NAMED = (
    (re.compile(r"informatique\s+et\s+libert[ée]s", re.IGNORECASE), "access"),
    (re.compile(r"directives?\s+(?:anticip[ée]es\s+)?(?:num[ée]riques?|post[- ]mortem)", re.IGNORECASE), "post_mortem"),
    (re.compile(r"subject access request|auskunftsersuchen|droit d.acc[èe]s aux donn", re.IGNORECASE), "access"),
    (re.compile(r"right to be forgotten|droit [àa] l.oubli|recht auf vergessen", re.IGNORECASE), "erasure"),
)


def references(text: str) -> dict[str, tuple[int, int]]:
    """The labels that a text refers to by article and law, each with the span of the first reference."""
    found: dict[str, tuple[int, int]] = {}
    for match in _REFERENCE.finditer(text):
        around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if LAW.search(around):
            number = match.group("number") or match.group("hu")
            found.setdefault(_BY_NUMBER[number], match.span())
    return found


def named(text: str) -> dict[str, tuple[int, int]]:
    """The labels that a text calls by a name fixed by law, each with the span of the first name.

    Weaker than an article: footers and advertisements name rights and laws too.
    """
    found: dict[str, tuple[int, int]] = {}
    for pattern, label in _NAMED:
        if match := pattern.search(text):
            found.setdefault(label, match.span())
    return found


#: The two rules in the order in which Calibration.lifted takes their labels.
RULES = (references, named)
