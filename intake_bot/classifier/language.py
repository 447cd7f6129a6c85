"""The language of a person's own text, among the 24 official languages of the Union.

The byte n-gram model of py3langid (BSD), restricted to these languages: on the corpus it errs less than the
176-language model of fastText, most of all on Maltese, Irish, Estonian and one-liners (docs/classifier.md).
"""

import re

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
#: Own text comes first, signatures and notices last.
MAX_CHARACTERS = 1000

_NOISE = re.compile(r"\S+@\S+|\bwww\b\S*|https?\S+|[\d_#*|<>\[\]{}=+/\\-]+")
_LETTER = re.compile(r"[^\W\d_]")
#: Confidentiality notices are often in another language than the mail; each stem is that of "confidential".
_NOTICE = re.compile(
    r"confiden|vertraulich|vertrouwelijk|poufn|důvěrn|dôvern|riservat|bizalmas|luottamuksel|konfidenc|konfidents|"
    r"εμπιστευτικ|поверител|zaupn|povjerljiv|fortrolig|sekretess|kunfidenz|faoi rún|sent from|envoyé de|gesendet",
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

    def detect(self, *texts: str) -> str:
        """The language (ISO 639-1) of the first text that has enough letters, read with those before it if short."""
        read = ""
        for text in texts:
            read = f"{read} {self._own_words(text)}".strip()
            if len(_LETTER.findall(read)) >= ENOUGH_LETTERS:
                break
        if len(_LETTER.findall(read)) < TOO_FEW_LETTERS:
            return next((lang for lang, letter in _ALPHABETS.items() if letter.search(read)), DEFAULT)
        ranked = (str(lang) for lang, _ in self._identifier.rank(read))
        return next(lang for lang in ranked if lang not in _ALPHABETS or _ALPHABETS[lang].search(read))

    @staticmethod
    def _own_words(text: str) -> str:
        """The text without addresses, numbers and what follows a confidentiality notice; not shouted."""
        text = text[: 4 * MAX_CHARACTERS]
        kept: list[str] = []
        for start, end in split(text):
            sentence = text[start:end]
            if kept and _NOTICE.search(sentence) and len(_LETTER.findall(" ".join(kept))) >= ENOUGH_LETTERS:
                break
            kept.append(normalise(sentence))
        return _NOISE.sub(" ", " ".join(kept))[:MAX_CHARACTERS]
