"""Personal details taken out of a mail before anything is learned from it: spaCy entities and patterns -> stand-ins.

What makes a mail a request are its ordinary words. Names, addresses, numbers and links say who asks; each is replaced
by one plain word, so that a sentence stays a sentence. Numbers of articles and laws stay: "art. 17", "2016/679".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, get_installed_models

from intake_bot.classifier.corpus import Mail
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
    ("NUMBER", re.compile(rf"(?<![\w/]){_NO_LAW}(?=(?:[\w.\-/]*\d){{3}})[\w.\-/]*\d[\w\-/]*")),
    # A telephone number, a card: figures in groups.
    ("NUMBER", re.compile(rf"(?<![\w/]){_NO_LAW}\+?\(?\d[\d \u00a0.()/\-]{{5,}}\d")),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_TITLED = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Maître|Me|Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Sig\.?(?:ra)?|Signora?|"
    r"Sra?\.?|Señora?|Senhora?|Dhr\.?|Mevr\.?|Pani?|Pan|Κ\.|г-н|г-жа)\.?\s+((?:[^\W\d_][\w'’\-]*\.?[ \u00a0]?){1,3})"
)


class Redactor:
    """Replaces names, places, companies, addresses, links and numbers. Not thread-safe.

    `common`: the words, in lower case, that ordinary mail uses; a capitalised word that is none of them is taken for a
    name. `models`: pipelines of spaCy with entities, by language; `installed_models` finds them.
    """

    def __init__(self, common: frozenset[str], models: Mapping[str, Language] | None = None) -> None:
        self._common = common
        self._models = dict(models or {})
        self._plain = spacy.blank("xx")

    def mail(self, mail: Mail, names: Iterable[str] = ()) -> Mail:
        """The mail without personal details. `names`: of the people and addresses that its headers name."""
        known = sorted({part for name in names for part in _parts(name)})
        return replace(
            mail,
            subject=self.text(mail.subject, mail.lang, known),
            body=self.text(mail.body, mail.lang, known),
        )

    def text(self, text: str, lang: str, known: Iterable[str] = ()) -> str:
        """The text with a stand-in for each entity."""
        with self._plain.memory_zone():
            doc = self._models.get(lang, self._plain)(text)
            entities = self._entities(doc, list(known))
            parts, at = [], 0
            for span in entities:
                parts += [text[at : span.start_char], STAND_INS[span.label_]]
                at = span.end_char
            return "".join([*parts, text[at:]])

    def _entities(self, doc: Doc, known: list[str]) -> list[Span]:
        """Entities of the spaCy model, if there is one, and of the patterns; of two that overlap the longer one."""
        found = [
            Span(doc, span.start, span.end, _MODEL_LABELS[span.label_])
            for span in doc.ents
            if span.label_ in _MODEL_LABELS
        ]
        places = [(label, *match.span()) for label, pattern in _PATTERNS for match in pattern.finditer(doc.text)]
        places += [("PER", *match.span(1)) for match in _TITLED.finditer(doc.text)]
        places += [("PER", *place) for place in self._unusual(doc.text)]
        spans = (doc.char_span(start, end, label, alignment_mode="expand") for label, start, end in places)
        found += [span for span in spans if span is not None]
        matcher = PhraseMatcher(doc.vocab, attr="LOWER")
        matcher.add("PER", [self._plain.make_doc(name) for name in known])
        found += matcher(doc, as_spans=True)
        doc.set_ents(filter_spans(found))
        return list(doc.ents)

    def _unusual(self, text: str) -> Iterable[tuple[int, int]]:
        """Capitalised words that ordinary mail does not use."""
        for match in _WORD.finditer(text):
            word = match.group()
            if word[0].isupper() and not self._usual(word.lower()) and not LAW.fullmatch(word):
                yield match.span()

    def _usual(self, word: str) -> bool:
        return word in self._common or all(part in self._common for part in re.split(r"['’\-]", word))


def common_words(mails: Iterable[Mail], least: int = 3) -> frozenset[str]:
    """The words, in lower case, that at least `least` of the mails use in lower case or at all but rarely.

    A name is capitalised wherever it stands, so that only words that also stand uncapitalised are common; German nouns
    are taken as they are written.
    """
    counts: dict[str, int] = {}
    for mail in mails:
        seen = {
            found.lower()
            for match in _WORD.finditer(mail.text)
            for found in (match.group(), *re.split(r"['’\-]", match.group()))
            if found and (found[0].islower() or mail.lang == "de" or match.group().isupper())
        }
        for word in seen:
            counts[word] = counts.get(word, 0) + 1
    return frozenset(word for word, count in counts.items() if count >= least)


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
