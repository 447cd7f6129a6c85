"""The figures of a model on a set of labelled mails. Shares are between 0 and 1."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intake_bot.classifier.calibration import Calibration
from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.forms import chosen, ticked_rights
from intake_bot.classifier.labels import INDEX, LABELS, RIGHTS
from intake_bot.classifier.oneliners import rights_of_a_few_words
from intake_bot.classifier.references import RULES

Doubles = npt.NDArray[np.float64]
BINS = 10
#: A language with fewer rights mails is counted with the other small ones.
LARGE = 40


@dataclass(frozen=True)
class LabelFigures:
    """Precision, recall and F1 of one label, and how many mails have it."""

    precision: float
    recall: float
    f1: float
    mails: int


@dataclass(frozen=True)
class Group:
    """A group of mails, by route and by labels."""

    mails: int
    rights: int
    reached: float  # rights mails that reach open or review
    reviewed: float  # mails without any label that reach review or open
    opened: float  # mails without any label that are opened
    macro_f1: float
    exact: float  # label sets equal to a defensible one


@dataclass(frozen=True)
class Reliability:
    """One bin of a reliability table: mean score against observed share."""

    count: int
    score: float
    observed: float


@dataclass(frozen=True)
class Figures:
    """All figures of one model on one set."""

    all: Group
    french_english: Group
    others: Group
    languages: dict[str, Group]
    labels: dict[str, LabelFigures]
    rights_opened: float  # rights mails opened without a person's look
    rights_precision: float  # of the mails given a right, those that have one
    ece_any: float
    ece_labels: float
    reliability_any: tuple[Reliability, ...]
    reliability_labels: tuple[Reliability, ...]
    confusion: dict[str, dict[str, int]]  # missing right -> rights given instead

    @property
    def merit(self) -> float:
        """One number to compare two models by: what is missed weighs most, then labels, then load."""
        group = self.all
        return 3 * group.reached + group.macro_f1 + group.exact - group.reviewed - 5 * group.opened

    def as_json(self) -> dict[str, Any]:
        """Plain data, rounded."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded

    def table(self) -> str:
        """The figures as text."""
        lines = [
            f"{'':18} mails rights reached reviewed opened macroF1 exact",
            *(
                f"{name:18} {g.mails:5} {g.rights:6} {g.reached:7.3f} {g.reviewed:8.3f} {g.opened:6.3f} "
                f"{g.macro_f1:7.3f} {g.exact:5.3f}"
                for name, g in (
                    ("all", self.all),
                    ("French, English", self.french_english),
                    ("others", self.others),
                    *self.languages.items(),
                )
            ),
            "",
            f"{'label':20} precision recall    F1 mails",
            *(f"{k:20} {v.precision:9.3f} {v.recall:6.3f} {v.f1:5.3f} {v.mails:5}" for k, v in self.labels.items()),
            "",
            f"rights opened at once {self.rights_opened:.3f}; precision of any right {self.rights_precision:.3f}",
            f"ECE any right {self.ece_any:.3f}; ECE labels {self.ece_labels:.3f}",
        ]
        return "\n".join(lines)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Outcome:
    """What a model says of one mail, as far as figures need it."""

    mail: Mail
    scores: Doubles
    labels: frozenset[str]
    route: str

    @property
    def truth(self) -> frozenset[str]:
        """The nearest defensible label set."""
        return self.mail.nearest(self.labels)


def outcomes(mails: Sequence[Mail], logits: npt.NDArray[np.float32], calibration: Calibration) -> list[Outcome]:
    """Applies calibration, rule layer and thresholds to the logits (mails, labels) of mails."""
    return [outcome(mail, calibration.probabilities(row), calibration) for mail, row in zip(mails, logits, strict=True)]


def outcome(mail: Mail, scores: dict[str, float], calibration: Calibration) -> Outcome:
    """Labels and route of one mail from its scores."""
    texts = (mail.subject, mail.body)
    referred, called = ([label for text in texts for label in rule(chosen(text))] for rule in RULES)
    referred.extend(rights_of_a_few_words(*texts))
    ticked = {label for text in texts for label in ticked_rights(text)}
    scores = calibration.lifted(scores, referred, called, ticked)
    opened, reviewed = calibration.reaching(scores, "open"), calibration.reaching(scores, "review")
    route = "open" if opened else "review" if reviewed else "none"
    row = np.array([scores[label] for label in LABELS])
    return Outcome(mail, row, frozenset(calibration.reaching(scores, "label")), route)


def figures(mails: Sequence[Mail], logits: npt.NDArray[np.float32], calibration: Calibration) -> Figures:
    """The figures of a model from its logits (mails, labels)."""
    return measure(outcomes(mails, logits, calibration))


def measure(found: Sequence[Outcome]) -> Figures:
    """The figures of outcomes."""
    by_language: dict[str, list[Outcome]] = defaultdict(list)
    for item in found:
        by_language[item.mail.lang].append(item)
    rights = [item for item in found if item.mail.has_right]
    given = [item for item in found if item.labels & set(RIGHTS)]
    any_score = np.array([item.scores[[INDEX[label] for label in RIGHTS]].max() for item in found])
    any_truth = np.array([float(item.mail.has_right) for item in found])
    settled = np.array([not item.mail.disputed & set(RIGHTS) or item.mail.has_right for item in found])
    pairs = [
        (item.scores[INDEX[label]], float(label in item.mail.labels))
        for item in found
        for label in LABELS
        if label not in item.mail.disputed
    ]
    middle = np.array([pair for pair in pairs if 0.02 < pair[0] < 0.98]).reshape(-1, 2)
    reliability_any = reliability(any_score[settled], any_truth[settled])
    reliability_labels = reliability(middle[:, 0], middle[:, 1])
    return Figures(
        all=group(found),
        french_english=group([item for item in found if item.mail.lang in ("fr", "en")]),
        others=group([item for item in found if item.mail.lang not in ("fr", "en")]),
        languages={lang: group(items) for lang, items in sorted(by_language.items())},
        labels=label_figures(found),
        rights_opened=share(item.route == "open" for item in rights),
        rights_precision=share(bool(item.truth & set(RIGHTS)) for item in given),
        ece_any=expected_calibration_error(reliability_any),
        ece_labels=expected_calibration_error(reliability_labels),
        reliability_any=reliability_any,
        reliability_labels=reliability_labels,
        confusion=confusion(found),
    )


def share(values: Any) -> float:
    """The share of true values; 1 for none at all."""
    items = list(values)
    return sum(items) / len(items) if items else 1.0


def group(found: Sequence[Outcome]) -> Group:
    """The figures of some outcomes."""
    nothing = [item for item in found if not item.mail.labels]
    rights = [item for item in found if item.mail.has_right]
    f1 = [row.f1 for row in label_figures(found).values() if row.mails]
    return Group(
        mails=len(found),
        rights=len(rights),
        reached=share(item.route != "none" for item in rights),
        reviewed=share(item.route != "none" for item in nothing) if nothing else 0.0,
        opened=share(item.route == "open" for item in nothing) if nothing else 0.0,
        macro_f1=sum(f1) / len(f1) if f1 else 1.0,
        exact=share(item.labels == item.truth for item in found),
    )


def label_figures(found: Sequence[Outcome]) -> dict[str, LabelFigures]:
    """Per label, against the nearest defensible label set of each mail."""
    rows = {}
    for label in LABELS:
        hits = sum(label in item.labels and label in item.truth for item in found)
        given = sum(label in item.labels for item in found)
        real = sum(label in item.truth for item in found)
        rows[label] = LabelFigures(
            precision=hits / given if given else 1.0,
            recall=hits / real if real else 1.0,
            f1=2 * hits / (given + real) if given + real else 1.0,
            mails=real,
        )
    return rows


def reliability(scores: Doubles, observed: Doubles) -> tuple[Reliability, ...]:
    """Ten bins of equal width; empty bins have no score."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    rows = []
    for number in range(BINS):
        inside = bins == number
        count = int(inside.sum())
        mean = (float(scores[inside].mean()), float(observed[inside].mean())) if count else (0.0, 0.0)
        rows.append(Reliability(count, *mean))
    return tuple(rows)


def expected_calibration_error(bins: Sequence[Reliability]) -> float:
    """Mean distance of score and observed share, weighted by count."""
    total = sum(row.count for row in bins)
    return sum(row.count * abs(row.score - row.observed) for row in bins) / total if total else 0.0


def confusion(found: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """For mails that lack a label they should have: which labels they were wrongly given instead."""
    table: dict[str, dict[str, int]] = {}
    for item in found:
        for missed in item.truth - item.labels:
            row = table.setdefault(missed, defaultdict(int))
            for wrong in item.labels - item.truth or {"none"}:
                row[wrong] += 1
    return {label: dict(table[label]) for label in LABELS if label in table}
