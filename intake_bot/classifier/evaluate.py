"""Evaluation of the installed model on a labelled set, through the same code that the daemon runs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from intake_bot.classifier.baseline import keyword_figures
from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.corpus import Cut, Mail, read_file, read_set, whole
from intake_bot.classifier.labels import LABELS
from intake_bot.classifier.metrics import Figures, Outcome, measure
from intake_bot.classifier.report import html_report
from intake_bot.clock import now, to_text
from intake_bot.resources import data_dir, models_dir

Report = Callable[[str], None]

#: Rows of the error listing in reports.
LISTED = 200


@dataclass(frozen=True)
class Evaluation:
    """Figures of one run, with the errors and the comparison."""

    name: str
    version: str
    figures: Figures
    language: float  # share of mails whose language is right
    baseline: dict[str, float]
    former: dict[str, Any] | None  # DEV figures of the model card, or the last run on this set
    errors: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data for --json."""
        return {
            "set": self.name,
            "version": self.version,
            "figures": self.figures.as_json(),
            "language": round(self.language, 4),
            "keywords": {key: round(value, 4) for key, value in self.baseline.items()},
            "former": self.former,
            "errors": list(self.errors),
        }

    def table(self) -> str:
        """The figures as text."""
        words = self.baseline
        return (
            f"{self.figures.table()}\n\nlanguage right {self.language:.4f}\nkeyword baseline: reached "
            f"{words['reached']:.3f}, reviewed {words['reviewed']:.3f}, exact {words['exact']:.3f}"
        )


def evaluate_command(
    *,
    name: str = "dev",
    corpus: Path | None = None,
    model: Path | None = None,
    cut: Cut = whole,
    json_path: Path | None = None,
    html_path: Path | None = None,
    former: dict[str, Any] | None = None,
    commit: str = "",
    report: Report = print,
) -> Evaluation:
    """Evaluates on `dev`, `test` or a JSON-lines file; `former` is an earlier JSON report to compare with.

    A run on `test` is appended to models/TESTLOG with the commit and its main figures.
    """
    mails = read_named(name, corpus or data_dir() / "corpus")
    classifier = Classifier.load(model)
    evaluation = evaluate(name, mails, classifier, cut, former)
    if json_path:
        json_path.write_text(json.dumps(evaluation.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if html_path:
        html_path.write_text(html_report(evaluation.as_json()), encoding="utf-8")
    if name == "test":
        log_test_run(models_dir() / "TESTLOG", evaluation, commit)
    report(evaluation.table())
    return evaluation


def read_named(name: str, corpus: Path) -> list[Mail]:
    """The mails of a set (train, dev, test) or of a JSON-lines file."""
    path = Path(name)
    return read_file(path) if path.is_file() else read_set(corpus / name)


def evaluate(
    name: str, mails: Sequence[Mail], classifier: Classifier, cut: Cut = whole, former: dict[str, Any] | None = None
) -> Evaluation:
    """Classifies every mail and measures."""
    found, languages, errors = [], 0, []
    for mail in mails:
        new, forwarded = cut(mail.subject, mail.body)
        verdict = classifier.classify(mail.subject, new, forwarded)
        scores = np.array([verdict.scores[label] for label in LABELS])
        item = Outcome(mail, scores, frozenset(verdict.labels), verdict.route)
        found.append(item)
        languages += verdict.lang == mail.lang
        if item.labels != item.truth or (mail.has_right and item.route == "none") or verdict.lang != mail.lang:
            errors.append(_error(item, verdict.lang))
    errors.sort(key=lambda row: -row["weight"])
    return Evaluation(
        name=name,
        version=classifier.version,
        figures=measure(found),
        language=languages / max(1, len(mails)),
        baseline=keyword_figures(mails),
        former=former,
        errors=tuple(errors[:LISTED]),
    )


def _error(item: Outcome, lang: str) -> dict[str, Any]:
    missed = item.mail.has_right and item.route == "none"
    opened = not item.mail.labels and item.route == "open"
    return {
        "id": item.mail.id,
        "lang": item.mail.lang,
        "lang_found": lang,
        "labels": sorted(item.truth),
        "found": sorted(item.labels),
        "route": item.route,
        "weight": 3 * missed + 2 * opened + len(item.labels ^ item.truth) / 10,
        "scores": {label: round(float(p), 3) for label, p in zip(LABELS, item.scores, strict=True) if p >= 0.05},
        "text": f"{item.mail.subject} | {item.mail.body}"[:400],
    }


def log_test_run(path: Path, evaluation: Evaluation, commit: str) -> None:
    """Appends one line for a run on TEST: when, which commit, which model, the figures of the bars."""
    group = evaluation.figures.all
    line = {
        "at": to_text(now()),
        "commit": commit,
        "version": evaluation.version,
        "reached": round(group.reached, 4),
        "reviewed": round(group.reviewed, 4),
        "opened": round(group.opened, 4),
        "macro_f1_fr_en": round(evaluation.figures.french_english.macro_f1, 4),
        "macro_f1_others": round(evaluation.figures.others.macro_f1, 4),
        "exact": round(group.exact, 4),
        "ece_any": round(evaluation.figures.ece_any, 4),
        "ece_labels": round(evaluation.figures.ece_labels, 4),
    }
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def diluted(mails: Sequence[Mail], texts: Sequence[str]) -> list[Mail]:
    """Each mail with unrelated text before and after its body (bar 4); texts are used in turn."""
    return [
        replace(mail, body=f"{texts[2 * i % len(texts)]}\n\n{mail.body}\n\n{texts[(2 * i + 1) % len(texts)]}")
        for i, mail in enumerate(mails)
    ]
