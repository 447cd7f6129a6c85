"""The language of a person's own text, among the 24 official languages of the Union.

The byte n-gram model of py3langid (BSD), restricted to these languages: on the corpus it errs less than the
176-language model of fastText, most of all on Maltese, Irish, Estonian and one-liners (docs/classifier.md).
"""

import re
from collections.abc import Iterable
from itertools import groupby
from string import ascii_lowercase

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from intake_bot.classifier.labels import LANGUAGES
from intake_bot.classifier.sentences import split
from intake_bot.classifier.windows import normalise

#: The controller's language, for mails with hardly a word in them.
DEFAULT = "fr"
#: Letters that a text needs to be judged by itself; a shorter one is read with the next.
ENOUGH_LETTERS = 12
#: Fewer of them ("Stop", "ok") are a word of too many languages.
TOO_FEW_LETTERS = 6
#: Languages that nobody writes without a letter of their alphabet; the model knows too few short Latin words.
_ALPHABETS = {"bg": re.compile("[\u0400-\u04ff]"), "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]")}
#: Both are written in Latin letters too: words that no other language of the Union has, two of which decide.
_LATIN_LETTERS = {
    "bg": re.compile(
        r"\b(?:molya|iskam|lichni(?:te)?|dannite|zdrave[iy]te|blagodarya|iztri[iy]te|vsi[ck]hki(?:te)?|vashata|vashite"
        r"|moyata|izpratite|izpratete|zayavka|potrebitel|lichna|poveche)\b"
    ),
    "el": re.compile(
        r"\b(?:parakalo|parakalw|thelo|thelw|dedomena|prosopik[ao]|proswpik[ao]|diagraps[ei]te|diagrafi|kalispera"
        r"|kalimera|efxaristo|efharisto|euxaristo|euxaristw|efxaristw|logariasmou?s?|exete|steilete|antigrafo|geia"
        r"|matho|mathw|stoixeia|stoicheia|systimata|zitw)\b"
    ),
}
#: A body with fewer letters is read with a subject of its own: below "Please delete my data" stands "Thanks".
FEW_LETTERS = 60
#: The subject of an answer was written by others (mail/phrases.py knows their prefixes; here any short word will do).
_REPLY = re.compile(r"\s*[^\W\d_]{1,6}(?:\[\d+\])?\s?:")
#: The letters of each language beyond a to z. In a short text a word with another one speaks against it, names apart.
_LETTERS = {
    "cs": "áčďéěíňóřšťúůýž",
    "da": "åæéø",
    "de": "äéöüß",
    "en": "éï",
    "es": "áçéíñóúü",
    "et": "äõöšüž",
    "fi": "äåöšž",
    "fr": "àâæçèéêëîïñôùûüÿœ",
    "ga": "áéíóú",
    "hr": "ćčđšž",
    "hu": "áéíóöőúüű",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mt": "àèìòùċġħż",
    "nl": "áàäâçéèêëíïóöúü",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíóôõúü",
    "ro": "âăîșşțţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sv": "äåàéö",
}
#: Words of short mails that neighbours spell otherwise: one of them tells Croatian from Slovenian, Czech from Slovak.
_TELLING = {
    lang: frozenset(words.split())
    for lang, words in {
        "cs": """chci chtěl děkuji jsem který mého mých nepište opravte pošlete pozdravem prosím příspěvku smazat smažte
            zmrazte""",
        "da": "hej hvad ikke jeg mine og oplysninger skal slet tak venligst",
        "en": "and dear delete deletion please remove thanks the you your",
        "hr": """brisanje brisanju brisanjem gdje lijep molim obrada obrade obradi obradu obrisati obrišem podataka
            popisa pošaljite poštovani pravo privola privole privolu uvijek zahtjev želim što""",
        "sk": """chcel chcem ktorý meno mojich nepíšte pošlite pozdravom prosím príspevku príspevok som vymazať zmazať
            zmažte ďakujem""",
        "sl": """brisanja dostop dostopa kaj kdaj kje lep naslov podatkov popravite pošljite pozdravljeni pravica
            soglasja soglasje zahteva zahtevam želim""",
        "sv": "hej inte jag och radera ska tack uppgifter vad vill vänligen",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+")
#: A text with more letters tells its language by itself.
MANY_LETTERS = 200
#: Own text comes first, signatures and notices last.
MAX_CHARACTERS = 1000

_NOISE = re.compile(r"\S+@\S+|\bwww\b\S*|https?\S+|[\d_#*|<>\[\]{}=+/\\-]+")
_LETTER = re.compile(r"[^\W\d_]")
#: What a program writes below a mail, by the word for sending or for fetching and the name of the product.
_PROGRAM = re.compile(
    r"\b(?:sent|get|gesendet|holen sie sich|envoyé|télécharge|obten|obter|enviad|descarg|inviat|scarica|ottieni"
    r"|verzonden|verstuurd|download|wysłan|pobierz|skicka|hämta|ladda ned|sendt|hent|lähetetty|hanki|odeslán|odoslan"
    r"|získa|stáhn|stiahn|trimis|obțin|descărca|изпратен|изтегл|στάλθηκε|απεστάλη|λήψη|poslan|preuzm|prenes|saadetud|nosūtīt|iegūst"
    r"|išsiųst|gauki|mibgħut|seolta|outlook f)|küld|letölt",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"iphone|ipad|\bios\b|outlook|android|galaxy|samsung|huawei|xiaomi|yahoo|proton|bluemail|\bmail f|blackberry",
    re.IGNORECASE,
)
_PROGRAM_LINE = 80
#: A line that is drawn opens a signature, unless sentences follow.
_DELIMITERS = frozenset({"--", "—", "——"})
_SENTENCE = re.compile(r"[^\W\d_]{2,} +[^\W\d_]{2,}[.!?;]\s*$", re.MULTILINE)
#: Confidentiality notices are often in another language than the mail; each stem is that of "confidential".
_NOTICE = re.compile(
    r"confiden|vertraulich|vertrouwelijk|poufn|důvěrn|dôvern|riservat|bizalmas|luottamuksel|konfidenc|konfidents|"
    r"εμπιστευτικ|поверител|zaupn|povjerljiv|fortrolig|sekretess|kunfidenz|faoi rún|sent from|envoyé de|gesendet",
    re.IGNORECASE,
)
#: For whom a notice is: with "confidential" it makes a paragraph a notice, wherever it stands.
_ADDRESSEE = re.compile(
    r"addressee|recipient|empfänger|adress?[aáā]t|destinat[aáæ]|geadresseerd|ontvanger|mot?tag|příjem|príjem|odbiorc"
    r"|címzett|vastaanott|saaja|saņēmēj|gavėj|naslovn|prejemnik|primatelj|получател|παραλήπτ|riċevit|faighteoir",
    re.IGNORECASE,
)


class LanguageDetector:
    """Names the language of texts; loaded once."""

    def __init__(self, identifier: LanguageIdentifier) -> None:
        self._identifier = identifier

    @classmethod
    def load(cls) -> "LanguageDetector":
        """Reads the bundled model and restricts it to the official languages."""
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages(LANGUAGES)
        return cls(identifier)

    def detect(self, body: str, subject: str = "", forwarded: str = "") -> str:
        """The language (ISO 639-1) of the first text that has enough letters, read with those before it if short.

        What programs and companies add to a mail counts only when there is nothing else in any text.
        """
        texts = [body, subject, forwarded]
        if ENOUGH_LETTERS <= _letters(body) < FEW_LETTERS and subject and not _REPLY.match(subject):
            texts = [f"{body}\n\n{subject}\n\n{body}", forwarded]  # twice: programs and forms write subjects too
        read = _first_words(_without_additions(text) for text in texts)
        if _letters(read) < TOO_FEW_LETTERS:
            read = _first_words(texts)
        if _letters(read) < TOO_FEW_LETTERS:
            return next((lang for lang, letter in _ALPHABETS.items() if letter.search(read)), DEFAULT)
        foreign = any(letter.search(read) for letter in _ALPHABETS.values())
        for lang, words in _LATIN_LETTERS.items():
            if not foreign and len(set(words.findall(read.lower()))) > 1:
                return lang
        ranked = [str(lang) for lang, _ in self._identifier.rank(read)]
        return _likeliest([lang for lang in ranked if lang not in _ALPHABETS or _ALPHABETS[lang].search(read)], read)


def _likeliest(ranked: list[str], text: str) -> str:
    """The first of ranked languages; in a short text the first whose letters and words speak least against it."""
    if _letters(text) > MANY_LETTERS:
        return ranked[0]
    words = _WORD.findall(text.lower()) if _letters(text) < 2 * FEW_LETTERS else []  # the body may stand there twice
    told = {lang: len(_TELLING.get(lang, frozenset()).intersection(words)) for lang in ranked}
    return min(ranked, key=lambda lang: (_foreign_words(text, lang), -told[lang]))


def _foreign_words(text: str, lang: str) -> int:
    """How many words, capitalised ones left out, have a letter that the language does not have."""
    if lang in _ALPHABETS:
        return 0
    letters = {*ascii_lowercase, *_LETTERS[lang]}
    return sum(word[0].islower() and not letters.issuperset(word.lower()) for word in _WORD.findall(text))


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


def _first_words(texts: Iterable[str]) -> str:
    """The own words of the first texts that have enough letters together."""
    read = ""
    for text in texts:
        read = f"{read} {_own_words(text)}".strip()
        if _letters(read) >= ENOUGH_LETTERS:
            break
    return read


def _own_words(text: str) -> str:
    """The text without addresses, numbers and what follows a confidentiality notice; not shouted."""
    text = text[: 4 * MAX_CHARACTERS]
    kept: list[str] = []
    for start, end in split(text):
        sentence = text[start:end]
        if kept and _NOTICE.search(sentence) and _letters(" ".join(kept)) >= ENOUGH_LETTERS:
            break
        kept.append(normalise(sentence))
    return _NOISE.sub(" ", " ".join(kept))[:MAX_CHARACTERS]


def _without_additions(text: str) -> str:
    """The text without lines of programs, paragraphs that are notices, and a signature with which it begins."""
    lines = [line for line in text[: 4 * MAX_CHARACTERS].splitlines() if not _is_of_a_program(line)]
    paragraphs = ["\n".join(group) for blank, group in groupby(lines, lambda line: not line.strip()) if not blank]
    if paragraphs and paragraphs[0].partition("\n")[0].strip() in _DELIMITERS and not _SENTENCE.search(paragraphs[0]):
        del paragraphs[0]
    return "\n\n".join(part for part in paragraphs if not (_NOTICE.search(part) and _ADDRESSEE.search(part)))


def _is_of_a_program(line: str) -> bool:
    return len(line) < _PROGRAM_LINE and "@" not in line and bool(_PROGRAM.search(line) and _PRODUCT.search(line))
