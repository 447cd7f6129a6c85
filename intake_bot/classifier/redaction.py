"""Personal details taken out of a mail before anything is learned from it: spaCy entities and patterns -> stand-ins.

What makes a mail a request are its ordinary words. Names, addresses, numbers and links say who asks; each is replaced
by one plain word, so that a sentence stays a sentence. Numbers of articles and laws stay: "art. 17", "2016/679".
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, get_installed_models

from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.pieces import WORDS, Pieces
from intake_bot.classifier.references import LAW

#: What stands in for an entity, by its label.
STAND_INS = {"PER": "Name", "LOC": "Place", "ORG": "Company", "MAIL": "name@mail.example", "URL": "www.site.example",
             "NUMBER": "000"}  # fmt: skip
#: Labels of spaCy's models, in the words above.
_MODEL_LABELS = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC", "ORG": "ORG"}

#: Numbers of laws that requests cite: GDPR, the directives on data protection and e-privacy, Loi 78-17.
_NO_LAW = r"(?!2016/679|95/46|2002/58|78-17)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("MAIL", re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,255}")),
    ("URL", re.compile(r"(?:https?://|www\.)[^\s<>\"]+")),
    ("PER", re.compile(r"(?<![\w@.])@\w{2,}")),  # a handle of a social network
    ("NUMBER", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b")),  # an IBAN (ISO 13616)
    # An order, a VAT number, an account: three figures or more, letters among them.
    (
        "NUMBER",
        re.compile(rf"(?<![\w/.\-]){_NO_LAW}(?=\w)(?=(?:[\w.\-/]{{0,30}}?\d){{3}})[\w.\-/]{{0,60}}\d[\w\-/]{{0,60}}"),
    ),
    # A telephone number, a card: figures in groups.
    ("NUMBER", re.compile(rf"(?<![\w/]){_NO_LAW}\+?\(?\d[\d \u00a0.()/\-]{{5,40}}\d")),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ADDRESS = re.compile(r"\S+@\S+")
_NAMES = r"((?:[^\W\d_a-zà-öø-ÿ][\w'’\-]*\.?[ \u00a0]?){1,3})"
_TITLED = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Maître|Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Sig\.?(?:ra)?|Signora?|"
    rf"Sra?\.?|Señora?|Senhora?|Dhr\.?|Mevr\.?|Pani?|Pan|Κ\.|г-н|г-жа)\.?[ \u00a0]+{_NAMES}"
)
#: "My name is ..." in the languages most written here; the name may be in small letters.
_INTRODUCED = re.compile(
    r"\b(?:my name is|je m['’]appelle|mon nom est|ich hei(?:ß|ss)e|mein name ist|mi chiamo|me llamo|mi nombre es|"
    r"chamo-me|o meu nome é|ik heet|mijn naam is|nazywam się|jmenuji se|volám sa|mă numesc|ime mi je|nimeni on|"
    r"jag heter|jeg hedder|a nevem)[ \u00a0]+((?:[^\W\d_][\w'’\-]*[ \u00a0]?){1,2})",
    re.IGNORECASE,
)


class Redactor:
    """Replaces names, places, companies, addresses, links and numbers. Not thread-safe.

    `common`: the words that ordinary mail uses, as `common_words` finds them; a capitalised word that is none of them
    is taken for a name. `models`: pipelines of spaCy with entities, by language; `installed_models` finds them.
    """

    def __init__(self, common: frozenset[str], models: Mapping[str, Language] | None = None) -> None:
        self._common = common
        self._models = dict(models or {})
        self._plain = spacy.blank("xx")

    def mail(self, mail: Mail, senders: Iterable[str] = (), others: Iterable[str] = ()) -> Mail:
        """The mail without personal details. `senders`, `others`: names and addresses that its headers name.

        What is rare of a name goes however it is written. A sender's name that is a word too (Rose) goes where it is
        capitalised; of the others it stays: "Data Protection Officer" is addressed in every other request.
        """
        known = {part for name in senders for part in _parts(name)}
        rare = {
            part for part in known | {part for name in others for part in _parts(name)} if self._rare(part, mail.lang)
        }
        names = ({part.lower() for part in rare}, {part.title() for part in known - rare if not LAW.fullmatch(part)})
        return replace(
            mail,
            subject=self.text(mail.subject, mail.lang, *names),
            body=self.text(mail.body, mail.lang, *names),
        )

    def text(self, text: str, lang: str, rare: Iterable[str] = (), capitalised: Iterable[str] = ()) -> str:
        """The text with a stand-in for each entity; `rare` goes in any case, `capitalised` as it is written."""
        with self._plain.memory_zone():
            model = self._models.get(lang, self._plain)
            doc = model(Pieces(model.vocab, WORDS)(text))
            parts, at = [], 0
            for span in self._entities(doc, lang, rare, capitalised):
                parts += [text[at : span.start_char], STAND_INS[span.label_]]
                at = span.end_char
            return "".join([*parts, text[at:]])

    def _entities(self, doc: Doc, lang: str, rare: Iterable[str], capitalised: Iterable[str]) -> list[Span]:
        """Entities of the spaCy model, if there is one, and of the patterns; of two that overlap the longer one."""
        found = [
            Span(doc, span.start, span.end, _MODEL_LABELS[span.label_])
            for span in doc.ents
            if span.label_ in _MODEL_LABELS
        ]
        places = [(label, *match.span()) for label, pattern in _PATTERNS for match in pattern.finditer(doc.text)]
        places += [("PER", *match.span(1)) for rule in (_TITLED, _INTRODUCED) for match in rule.finditer(doc.text)]
        places += [("PER", *place) for place in self._unusual(doc.text, lang)]
        spans = (doc.char_span(start, end, label, alignment_mode="expand") for label, start, end in places)
        found += [span for span in spans if span is not None]
        for names, attribute in ((rare, "LOWER"), (capitalised, "TEXT")):
            matcher = PhraseMatcher(doc.vocab, attr=attribute)
            matcher.add("PER", [Pieces(doc.vocab, WORDS)(name) for name in names])
            found += matcher(doc, as_spans=True)
        doc.set_ents(filter_spans(found))
        return list(doc.ents)

    def _unusual(self, text: str, lang: str) -> Iterable[tuple[int, int]]:
        """Capitalised words that ordinary mail does not use."""
        for match in _WORD.finditer(text):
            if match.group()[0].isupper() and self._rare(match.group(), lang):
                yield match.span()

    def _rare(self, word: str, lang: str) -> bool:
        """Whether it is no word of ordinary mail, nor the name of a law, nor made of such words."""
        parts = re.split(r"['’\-]", word)
        return not LAW.fullmatch(word) and not self._usual(word, lang) and not all(self._usual(p, lang) for p in parts)

    def _usual(self, word: str, lang: str) -> bool:
        lower = word.lower()
        return word in self._common or lower in self._common or (lang == "de" and f"de:{lower}" in self._common)


def common_words(mails: Iterable[Mail]) -> frozenset[str]:
    """The words that ordinary mail uses: in small letters, acronyms as they are, German nouns as "de:...".

    A word is common when three mails write it small and not nearly all others capitalise it, as they do with a name, or
    when a hundred mails have it; an acronym when ten do; a German noun when three German mails do.
    """
    small, capital, acronyms, german = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for mail in mails:
        found = {
            part
            for word in _WORD.findall(_ADDRESS.sub(" ", mail.text))
            for part in {word, *re.split(r"['’\-]", word)}
            if part
        }
        acronyms.update(word for word in found if word.isupper())
        lower = {word for word in found if word[0].islower()}
        upper = {word.lower() for word in found if word[0].isupper() and not word.isupper()}
        small.update(lower)
        (german if mail.lang == "de" else capital).update(upper - lower)
    words = {
        word
        for word, count in (small + capital).items()
        if count >= 100 or (small[word] >= 3 and small[word] >= 0.1 * count)
    }
    words |= {word for word, count in acronyms.items() if count >= 10}
    return frozenset(words | {f"de:{word}" for word, count in german.items() if count >= 3})


def installed_models() -> dict[str, Language]:
    """spaCy pipelines with entity recognition that are installed beside the program, one a language."""
    models: dict[str, Language] = {}
    for name in sorted(get_installed_models()):
        pipeline = spacy.load(name)
        if "ner" in pipeline.pipe_names:
            models.setdefault(str(pipeline.lang), pipeline)
    return models


def _parts(name: str) -> list[str]:
    """The words of a name or of the local part of an address, short ones left out."""
    local = name.partition("@")[0]
    return [part for part in re.split(r"[\W\d_]+", local) if len(part) >= 3]
