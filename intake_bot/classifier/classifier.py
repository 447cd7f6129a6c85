"""The classifier of the program: a mail's subject and new text -> a verdict."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from intake_bot.classifier import sentences as _sentences  # registers rights_sentences
from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.component import Passage, RightsEncoder
from intake_bot.classifier.forms import chosen, ticked_rights
from intake_bot.classifier.head import Floats
from intake_bot.classifier.labels import INDEX
from intake_bot.classifier.language import LanguageDetector
from intake_bot.classifier.lesson import UNVERSIONED, lesson_beside, read_card
from intake_bot.classifier.oneliners import rights_of_a_few_words
from intake_bot.classifier.pieces import Pieces
from intake_bot.classifier.references import RULES
from intake_bot.classifier.verdict import Evidence, Field, Route, Verdict
from intake_bot.errors import ModelMissing
from intake_bot.resources import models_dir

#: Text of a field that is looked at, in characters; about a hundred printed pages.
MAX_CHARACTERS = 200_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
FIELDS: tuple[Field, Field] = ("subject", "body")
assert _sentences.rights_sentences


@dataclass(frozen=True)
class _Reading:
    """The three texts of a mail, read."""

    docs: Mapping[str, Doc]
    cited: Mapping[str, Mapping[str, tuple[int, int]]]  # of each text, the first reference to a label
    scores: Mapping[str, float]
    whole: Floats  # what the mail as a whole adds to the logit of each label


class Classifier:
    """Finds rights requests in the text of mails. Loaded once, used for every mail; not thread-safe."""

    def __init__(self, pipeline: Language, languages: LanguageDetector, version: str) -> None:
        self.pipeline = pipeline
        self._pieces = Pieces(pipeline.vocab)
        self.version = version
        self._languages = languages
        component = pipeline.get_pipe("rights_encoder")
        assert isinstance(component, RightsEncoder)
        self.component = component

    @classmethod
    def load(cls, path: Path | None = None, learned: Path | None = None) -> "Classifier":
        """The classifier of a folder, models/rights by default. Raises ModelMissing and says what to do.

        `learned`: a folder with the head that `intake-bot learn` taught beside this very model. One that was taught
        beside another model is left out, and so is a folder that is not there.
        """
        folder = path or models_dir() / "rights"
        if not (folder / "config.cfg").is_file():
            raise ModelMissing
        pipeline = spacy.load(folder)
        version = str(read_card(folder).get("version", UNVERSIONED))
        if lesson := lesson_beside(version, learned):
            component = pipeline.get_pipe("rights_encoder")
            assert isinstance(component, RightsEncoder)
            component.take(*lesson)
            version = str(read_card(learned)["version"])
        return cls(pipeline, LanguageDetector.load(), version)

    @property
    def calibration(self) -> Calibration:
        """The thresholds in force."""
        return self.component.calibration

    def classify(self, subject: str, body: str, forwarded: str = "") -> Verdict:
        """The verdict on a person's new text. Offsets of the evidence are code points into the texts given.

        The forwarded text counts for the scores, and bears no evidence, which names subject and body only.
        Text past MAX_CHARACTERS and the middle windows of a very long mail (see windows.MAX_WINDOWS) are not read.
        """
        with self.pipeline.memory_zone():  # the words of a mail are forgotten with it
            return self._verdict({"subject": subject, "body": body, "forwarded": forwarded})

    def _verdict(self, texts: Mapping[str, str]) -> Verdict:
        reading = self._read(texts)
        scores = reading.scores
        opened, reviewed = (self.calibration.reaching(scores, name) for name in ("open", "review"))
        route: Route = "open" if opened else "review" if reviewed else "none"
        return Verdict(
            labels=self.calibration.reaching(scores, "label"),
            scores=scores,
            lang=self._languages.detect(texts["body"], texts["subject"], texts["forwarded"]),
            route=route,
            evidence=tuple(found for label in reviewed for found in self._evidence(reading, label)),
            opened=opened,
            reviewed=reviewed,
            model_version=self.version,
        )

    def _read(self, texts: Mapping[str, str]) -> _Reading:
        read = (self._pieces(chosen(_LONE_SURROGATE.sub("\ufffd", text[:MAX_CHARACTERS]))) for text in texts.values())
        docs = dict(zip(texts, self.pipeline.pipe(read), strict=True))
        passages = [passage for doc in docs.values() for passage in doc._.passages]
        whole = self.component.whole(passages)
        scores = self.calibration.probabilities(self.component.logits(passages, whole))
        found = {name: [rule(doc.text) for rule in RULES] for name, doc in docs.items()}  # long texts take seconds
        referred, called = ([label for part in rules for label in part] for rules in zip(*found.values(), strict=True))
        referred.extend(rights_of_a_few_words(*texts.values()))
        ticked = {label for text in texts.values() for label in ticked_rights(text[:MAX_CHARACTERS])}
        lifted = self.calibration.lifted(scores, referred, called, ticked)
        cited = {name: {**names, **articles} for name, (articles, names) in found.items()}
        return _Reading(docs, cited, lifted, whole)

    def _evidence(self, reading: _Reading, label: str) -> list[Evidence]:
        """The sentence of the strongest passage that speaks most for the label, and an explicit reference.

        None from what was passed on; nor, where there is a reference, a passage too weak for review by itself.
        """
        referred = list(_referred(reading, label))
        passages = [(name, passage) for name, doc in reading.docs.items() for passage in doc._.passages]
        strongest = max(passages, key=lambda found: float(found[1].logits[INDEX[label]]), default=None)
        if strongest is None or strongest[0] not in FIELDS:
            return referred
        field, passage, whole = strongest[0], strongest[1], float(reading.whole[INDEX[label]])
        if referred and not self._reviews(label, float(passage.logits[INDEX[label]]) + whole):
            return referred
        text = reading.docs[field].text
        start, end = self._sentence(passage, text, label, whole)
        further = (item for item in referred if item.field != field or not start <= item.start < end)
        return [Evidence(label, field, text[start:end], start, end), *further]

    def _reviews(self, label: str, logit: float) -> bool:
        return self.calibration.probability(label, logit) >= self.calibration.labels[label].review

    def _sentence(self, passage: Passage, text: str, label: str, whole: float) -> tuple[int, int]:
        """The sentence that carries the label alone, or the whole passage when none does."""
        window = passage.window
        if len(window.sentences) == 1:
            return window.sentences[0]
        weights = self.component.sentence_logits(passage, text, label)
        best = max(range(len(weights)), key=weights.__getitem__)
        return window.sentences[best] if self._reviews(label, weights[best] + whole) else (window.start, window.end)


def _referred(reading: _Reading, label: str) -> Iterator[Evidence]:
    """The first explicit reference to the label in the subject and in the body."""
    for field in FIELDS:
        start, end = reading.cited[field].get(label, (-1, -1))
        if start >= 0:
            yield Evidence(label, field, reading.docs[field].text[start:end], start, end)
