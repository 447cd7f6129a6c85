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
from intake_bot.classifier.corpus import Mail, read_set
from intake_bot.classifier.labels import INDEX, LANGUAGES
from intake_bot.classifier.learning import Lesson, School
from intake_bot.classifier.metrics import Figures
from intake_bot.classifier.redaction import Redactor, common_words, installed_models
from intake_bot.classifier.verdict import Verdict
from intake_bot.config import Settings
from intake_bot.errors import IntakeError
from intake_bot.keys import PREFIX
from intake_bot.resources import data_dir, models_dir
from intake_bot.service.classification import cut
from intake_bot.store.learning import Week
from intake_bot.store.store import Store

#: Weeks that are shown side by side; the ledger keeps mails of no case for 13 months.
WEEKS = 26
#: Characters of a mail that are learned from.
LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail whose reading a person judged, without personal details, and what the classifier said when it came."""

    mail: Mail
    verdict: Verdict | None

    @property
    def read_well(self) -> bool:
        """Whether the classifier said then what the person said."""
        said = frozenset(self.verdict.labels) if self.verdict else frozenset()
        return said == self.mail.nearest(said)


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
        return self._store.learning.weeks(self._now() - timedelta(weeks=WEEKS))

    def judged(self, report: Callable[[str], None]) -> list[Judged]:
        """The judged mails that are still kept. Their personal details are gone."""
        ids = self._store.learning.judged()
        if not ids:
            return []
        report(f"opening {len(ids)} judged cases and taking personal details out")
        redactor = Redactor(common_words(read_set(self._corpus / "train")), installed_models())
        return [found for case_id in ids for found in self._of_case(case_id, redactor)]

    def _of_case(self, case_id: str, redactor: Redactor) -> Iterator[Judged]:
        said = judgement(self._store.cases.events(case_id))
        mail = next((mail for mail in self._store.correspondence.mails(case_id) if mail["role"] == "request"), None)
        content = mail["content"] if mail else None
        if said is None or not content or not str(content.get("text") or content.get("new_text", "")).strip():
            return
        case = self._store.cases.case(case_id)
        lang = case.lang if case and case.lang in LANGUAGES else "en"
        yield Judged(redactor.mail(_labelled(case_id, lang, content, said), _names(content)), verdict_of(content))

    def school(self, report: Callable[[str], None]) -> School:
        """The shipped model, ready to be measured and to learn. Raises ModelMissing."""
        return School(models_dir() / "rights", models_dir() / "base", self._settings.state_dir / "learning", report)

    def figures(self, found: list[Judged], report: Callable[[str], None]) -> Figures:
        """How the classifier in place reads the judged mails today."""
        school = self.school(report)
        school.take(self._settings.learned_dir)
        return school.figures([item.mail for item in found])

    def must_be_on(self) -> None:
        """Raises IntakeError when the administrator has not switched learning on."""
        if not self._settings.learn:
            raise IntakeError(f"learning is off: the administrator switches it on with {PREFIX}LEARN=on")

    def retrain(self, found: list[Judged], report: Callable[[str], None]) -> Lesson:
        """Teach the head, compare, and put it in place unless it is worse somewhere. The service chain records it.

        Raises IntakeError when learning is off or too little was judged; ModelMissing.
        """
        self.must_be_on()
        lesson = self.school(report).lesson([item.mail for item in found], self._corpus, cut)
        if not lesson.refused:
            learning.keep(lesson, self._settings.learned_dir)
            self._record({"action": "learned", "version": lesson.version, "mails": len(found)})
        return lesson

    def forget(self) -> bool:
        """Back to the classifier that was shipped. True when something had been learned."""
        if not learning.drop(self._settings.learned_dir):
            return False
        self._record({"action": "learning_forgotten"})
        return True

    def _record(self, payload: dict[str, Any]) -> None:
        with self._store.transaction():
            self._store.cases.record_service(NewEvent(EventType.SERVICE, "administrator", self._now(), payload))


def _labelled(case_id: str, lang: str, content: dict[str, Any], said: Judgement) -> Mail:
    """The mail as one of the corpus: what a person said are its labels, what nobody said weighs nothing."""
    labels = frozenset(str(right) for right in said.rights if str(right) in INDEX)
    doubtful = frozenset(str(right) for right in said.doubtful if str(right) in INDEX)
    subject = str(content.get("subject") or "")
    new, forwarded = cut(subject, str(content.get("text") or content.get("new_text", ""))[:LIMIT])
    body = "\n\n".join(part for part in (new, forwarded) if part)
    return Mail(case_id, lang, subject, body, labels, (labels | doubtful,) if doubtful else ())


def _names(content: dict[str, Any]) -> Iterator[str]:
    """The names and addresses of everyone whom the headers of a mail name."""
    for field in ("senders", "reply_to", "to", "cc"):
        for item in content.get(field) or ():
            yield from (str(item.get("name", "")), str(item.get("address", "")))


def as_json(week: Week) -> dict[str, Any]:
    """A week as plain data."""
    return asdict(replace(week, confidence=round(week.confidence, 3) if week.confidence is not None else None))
