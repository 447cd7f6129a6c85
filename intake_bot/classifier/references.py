"""Explicit references to a right: article numbers of the GDPR and names of rights fixed by law.

A reference may raise a score into the review band, never lower one: who cites an article deserves a person's eye.
"""

import re

#: Names that only the GDPR has, in 24 languages.
_GDPR = (
    r"(?<![^\W\d_])(?:gdpr(?:[-:'’]\w{1,5})?|r\.?[gġ]\.?p\.?d\.?|ds-?gvo|avg\b|rodo\b|орзд|γκπδ|гкпд|bdar|vdar|"
    r"rgcs|ogpd|ik[üu]m(?:[-:]?\w{1,3})?\b|orzd|ouzp|2016/679|679/2016|"
    r"tietosuoja-?asetu\w*|isikuandmete kaitse\w*|üldmäärus\w*|opć\w+ uredb\w*|splo[šs]n\w+ uredb\w*|"
    r"[\w-]{0,20}(?:daten|data|privacy|gegevens)[\w-]{0,20}(?:verordnung|verordening|f[öo]rordning)\w*)"
)
#: What doctors, houses and shops write too in German, English and French.
_ANY_RULE = r"(?<![^\W\d_])(?:r[èe]glements?\b|regulations?\b|verordnung\b)"
_REGULATION = (
    rf"(?:{_ANY_RULE}|(?<![^\W\d_])(?:reglement\w*|reglament\w*|regolament\w*|regulament\w*|regul(?:as?|ā|ai|u)\b|"
    r"verordening|nařízení|nariaden\w+|rozporządzeni\w+|регламент\w*|κανονισμ\w*|rendelet\w*|määrus\w*|"
    r"f[öo]rordning\w*|rialach\w*))"
)
#: How the law of an article is called, in 24 languages.
LAW = re.compile(f"{_GDPR}|{_REGULATION}", re.IGNORECASE)
_GENERAL = r"(?:g[ée]n[ée]ral|allgemein)\w*"
#: What makes such a rule the regulation on data protection: the Union, an adjective, data, Loi 78-17 beside it, and the
#: capital of a law in English.
_OF_DATA = re.compile(
    rf"\b(?:EU|UE)\b|{_ANY_RULE}\s+(?:{_GENERAL}|europ)|(?:{_GENERAL}|europ\w+)\s+(?:\w+\s+)?{_ANY_RULE}|"
    r"(?<![^\W\d_])(?:data\b|daten|donn[ée]es|privacy|informatique et libert|6 janvier 1978)|"
    r"(?-i:\bthe Regulation\b)",
    re.IGNORECASE,
)
_IS_GDPR = re.compile(_GDPR, re.IGNORECASE)
_IS_ANY_RULE = re.compile(_ANY_RULE, re.IGNORECASE)
#: Behind an article: a regulation with another number (those on data are 2016/679 and 2018/1725), or of a house.
_ANOTHER_LAW = re.compile(
    rf"[^;!?]{{0,30}}?{_REGULATION}(?:\s*\(?(?:(?:CE|EG|EC|WE|ES|EK|EY|EÜ|KE|ЕО|ΕΚ|EU|UE|ЕС|ΕΕ)\b\)?)?\s*"
    r"(?:n[°ºor]?\.?\s*)?(?!2016/679|679/2016|2018/1725)\d+/\d{2,4}|[^.;!?]{0,25}?(?:int[ée]rieur|copropri|condomin))",
    re.IGNORECASE,
)

_ARTICLE = (
    r"(?:articles?|art[ts]?\.?|artikk?el\w*|artikl\w*|artikol\w+|art[íi]culos?|articol\w*|artigos?|artyku\w+|"
    r"чл\.?|член\w*|άρθρ\w+|αρθρ\w+|pant\w*|straipsn\w+|h?airteag\w+|cikk\w*|(?P<slavic>[čc]l\.?|[čc]l[áa]n\w+|[čc]len\w*))"
)
_FIGURE = r"\d{1,2}(?=\b|º|ff?\b|ds-?gvo|rgpd|gdpr)"
_PARAGRAPH = r"(?:\.?º|\.(?!\d))?(?:\s?\(\d\)|\.\d\b|,?\s*(?:abs|par|lid|stk|ust|odst?|al|alin|st)\.?\s*\(?\d\b\)?)?\.?"
_ITEM = _FIGURE + _PARAGRAPH
_WORDS_FOR_AND = (
    "and|et|und|en|e|y|i|och|og|ja|és|oraz|и|και|ir|un|u|și|si|agus|or|ou|oder|eller|sowie|sekä|ainsi que|as well as"
)
_AND = rf"(?:\s*[,;/&+]\s*(?:(?:{_WORDS_FOR_AND})\s+)?|\s+(?:{_WORDS_FOR_AND})\s+)"
#: "Articles 15 to 22" are the rights that there are, in notices and questionnaires; nobody asks for one so.
_NO_RANGE = (
    r"(?!\s*(?:[-–—]|to|through|à|bis|al?|au|až|do|t/m|tot(?: en met)?|till?|по|до|έως|ως|iki|līdz|kuni|go|la|sa)\s*"
    r"(?:1[6-9]|2[0-3])\b)"
)
#: "čl. 15 a 17" is a list, "artículos 15 a 22" a range; "15 in 17" is Slovenian, and English for something else.
_REFERENCE = re.compile(
    rf"\b{_ARTICLE}\s*(?:n[°º]\s*)?(?P<behind>{_ITEM}(?:(?:{_AND}|\s+(?(slavic)(?:a|in)|and)\s+){_ITEM}){{0,9}}){_NO_RANGE}|"
    rf"(?<![\w./:-])(?P<before>{_ITEM}(?:(?:{_AND}|\s+in\s+){_ITEM}){{0,9}})\s*"
    r"(?:(?:cikk|pant|straipsn|artikl[ao])\w*|str\.|(?:artikk?el|[čc]len|[čc]lan)\w*(?!\s*\d))",
    re.IGNORECASE,
)
_EACH = re.compile(f"({_FIGURE}){_PARAGRAPH}", re.IGNORECASE)
_ALONE = re.compile(r"(?<![\w./:+(-])(1[5-8]|2[0-2])\s?\([1-4]\)(?![\w/-])")
#: How far from the article its law may stand, in characters.
_NEAR = 80
#: Of a longer list, which names the rights that there are, the first counts alone: a person looks.
_ASKED_AT_ONCE = 3

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
    cited = list(_REFERENCE.finditer(text))
    named_at_all = bool(cited and _IS_GDPR.search(text))
    for match in cited:
        numbers = _EACH.findall(match["behind"] or match["before"])
        labels = [_BY_NUMBER[number] for number in numbers if number in _BY_NUMBER]
        if labels and _of_the_gdpr(text, *match.span(), named_at_all=named_at_all):
            for label in labels if len(labels) <= _ASKED_AT_ONCE else labels[:1]:
                found.setdefault(label, match.span())
    return found


def articles(text: str) -> set[str]:
    """The labels of the articles that a text cites, whatever the law: enough where it is all that is written.

    "21(2)" by itself is one.
    """
    cited = (match["behind"] or match["before"] for match in _REFERENCE.finditer(text))
    numbers = [number for items in cited for number in _EACH.findall(items)] + _ALONE.findall(text)
    return {_BY_NUMBER[number] for number in numbers if number in _BY_NUMBER}


def _of_the_gdpr(text: str, start: int, end: int, *, named_at_all: bool) -> bool:
    """Whether the law near an article is the GDPR: by name, or a rule on data, or one in a text that names the GDPR."""
    around = text[max(0, start - _NEAR) : end + _NEAR]
    laws = [law[0] for law in LAW.finditer(around)]
    if all(map(_IS_ANY_RULE.fullmatch, laws)) and not (laws and (named_at_all or _OF_DATA.search(around))):
        return False
    another = _ANOTHER_LAW.match(text, end, end + _NEAR)
    return not another or bool(_IS_GDPR.search(text, max(0, start - 12), another.end()))


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
