"""Learning from the DPO: the readings that persons judged, how the classifier fares on them, and a lesson from them.

The texts are opened from the vault one by one, stripped of personal details at once, and never written anywhere else.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from intake_bot import clock
from intake_bot.cases.casefile import verdict_of
from intake_bot.cases.events import EventType, NewEvent
from intake_bot.cases.judgement import Judgement, judgement
from intake_bot.classifier import learning
from intake_bot.classifier.corpus import Mail, present
from intake_bot.classifier.labels import INDEX, LANGUAGES
from intake_bot.classifier.learning import Lesson, School
from intake_bot.classifier.lesson import read_card
from intake_bot.classifier.metrics import Figures
from intake_bot.classifier.redaction import Redactor, common_words, installed_models
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.keys import PREFIX
from intake_bot.resources import data_dir, models_dir
from intake_bot.service import drift
from intake_bot.service.classification import cut
from intake_bot.store.learning import Week
from intake_bot.store.store import Store

#: How far back the weeks are shown.
SPAN = timedelta(weeks=26)
#: Characters of a mail that are learned from.
LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail whose reading a person judged, without personal details, and what the classifier said when it came."""

    mail: Mail
    verdict: Verdict | None

    @property
    def misread(self) -> bool:
        """Whether the classifier said something else then than the person; it said nothing where it did not run."""
        said = frozenset(self.verdict.labels) if self.verdict else self.mail.labels
        return said != self.mail.nearest(said)


class Learning:
    """What one installation learns from its persons."""

    def __init__(
        self, settings: Settings, store: Store, *, corpus: Path | None = None, now: clock.Clock = clock.now
    ) -> None:
        """`corpus`: the mails that never change; data/corpus when None."""
        self._settings = settings
        self._corpus = corpus or data_dir() / "corpus"
        self._store = store
        self._now = now

    def weeks(self) -> list[Week]:
        """The last weeks, oldest first: what was read, shown, corrected, and how sure the classifier was."""
        return drift.weeks(self._settings, self._store, self._now(), SPAN)

    def judged(self, report: Callable[[str], None]) -> list[Judged]:
        """The judged mails that are still kept, without personal details. Raises ModelMissing without the corpus, which
        says what ordinary words are."""
        ids = self._store.learning.judged()
        if not ids:
            return []
        models = installed_models()
        entities = f"entities of {', '.join(sorted(models))} and patterns" if models else "patterns; no spaCy entities"
        report(f"opening {len(ids)} judged cases, taking personal details out ({entities})")
        redactor = Redactor(common_words(present(self._corpus, "train")), models)
        return [found for case_id in ids for found in self._of_case(case_id, redactor)]

    def _of_case(self, case_id: str, redactor: Redactor) -> Iterator[Judged]:
        said = judgement(self._store.cases.events(case_id))
        mail = next((mail for mail in self._store.correspondence.mails(case_id) if mail["role"] == "request"), None)
        content = mail["content"] if mail else None
        if said is None or not content or not _text(content).strip():
            return
        case = self._store.cases.case(case_id)
        lang = case.lang if case and case.lang in LANGUAGES else "en"
        labelled = _labelled(case_id, lang, content, said)
        if labelled.labels:  # art. 19 alone has no label: nobody asks for it in words of its own
            redacted = redactor.mail(labelled, _names(content, "senders", "reply_to"), _names(content, "to", "cc"))
            yield Judged(redacted, verdict_of(content))

    def _school(self, report: Callable[[str], None]) -> School:
        model, work = models_dir(), self._settings.state_dir / "learning"
        return School(model / "rights", model / "base", work, report, self._settings.learned_dir)

    def figures(self, found: list[Judged], report: Callable[[str], None]) -> Figures:
        """How the classifier as it was shipped reads the judged mails: it saw none of them. Raises ModelMissing."""
        return self._school(report).figures([item.mail for item in found])

    def must_be_on(self) -> None:
        """Raises IntakeError when the administrator has not switched learning on."""
        if not self._settings.learn:
            raise IntakeError(f"learning is off: the administrator switches it on with {PREFIX}LEARN=on")

    def retrain(self, found: list[Judged], report: Callable[[str], None]) -> Lesson:
        """Teach the head, compare, and put it in place unless it is worse somewhere. The service chain records it.

        A former lesson with a mail that is no longer kept is forgotten first. Raises IntakeError when learning is off
        or too little was judged; ModelMissing.
        """
        self.must_be_on()
        if set(read_card(self._settings.learned_dir).get("taught", ())) - {item.mail.id for item in found}:
            report("the former lesson holds mails that are no longer kept: it is forgotten")
            self.forget()
        lesson = self._school(report).lesson([item.mail for item in found], self._corpus, cut)
        if not lesson.refused:
            with self._store.transaction():
                self._record({"action": "learned", "version": lesson.version, "mails": len(found)})
                learning.keep(lesson, self._settings.learned_dir)
        return lesson

    def forget(self) -> bool:
        """Back to the classifier that was shipped. True when something had been learned."""
        if not learning.drop(self._settings.learned_dir):
            return False
        with self._store.transaction():
            self._record({"action": "learning_forgotten"})
        return True

    def _record(self, payload: dict[str, Any]) -> None:
        self._store.cases.record_service(NewEvent(EventType.SERVICE, "administrator", self._now(), payload))


def _text(content: dict[str, Any]) -> str:
    return str(content.get("text") or content.get("new_text") or "")


def _labelled(case_id: str, lang: str, content: dict[str, Any], said: Judgement) -> Mail:
    """The mail as one of the corpus: what a person said are its labels, what nobody said weighs nothing."""
    labels = frozenset(str(right) for right in said.rights if str(right) in INDEX)
    doubtful = frozenset(str(right) for right in said.doubtful if str(right) in INDEX)
    subject = str(content.get("subject") or "")
    new, forwarded = cut(subject, _text(content)[:LIMIT])
    body = "\n\n".join(part for part in (new, forwarded) if part)
    return Mail(case_id, lang, subject, body, labels, (labels | doubtful,) if doubtful else ())


def _names(content: dict[str, Any], *fields: str) -> Iterator[str]:
    """The names and addresses in these headers of a mail."""
    for field in fields:
        for item in content.get(field) or ():
            yield from (str(item.get("name", "")), str(item.get("address", "")))


def as_json(week: Week) -> dict[str, Any]:
    """A week as plain data."""
    return asdict(replace(week, confidence=round(week.confidence, 3) if week.confidence is not None else None))
