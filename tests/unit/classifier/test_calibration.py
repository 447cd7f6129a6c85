from pathlib import Path

import numpy as np
import pytest

from intake_bot.classifier.calibrate import IDENTITY, Budget, calibrate, platt, slopes_and_offsets
from intake_bot.classifier.calibration import Calibration, LabelCalibration
from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.labels import INDEX, LABELS
from intake_bot.errors import ModelMissing


def uniform(review: float = 0.1, label: float = 0.5, opening: float = 0.9) -> Calibration:
    return Calibration({name: LabelCalibration(1.0, 0.0, review, label, opening) for name in LABELS}, review)


def test_probabilities_are_sigmoids() -> None:
    scores = uniform().probabilities(np.zeros(len(LABELS), dtype=np.float32))
    assert set(scores.values()) == {0.5}
    assert tuple(scores) == LABELS


def test_reaching_is_inclusive_and_ordered() -> None:
    scores = dict.fromkeys(LABELS, 0.0) | {"access": 0.5, "erasure": 0.9}
    assert uniform().reaching(scores, "label") == ("erasure", "access")
    assert uniform().reaching(scores, "open") == ("erasure",)


def test_an_unsure_mail_is_lifted_to_review() -> None:
    scores = dict.fromkeys(LABELS, 0.0) | {"access": 0.06, "rectification": 0.05}
    assert uniform().reaching(uniform().lifted(scores), "review") == ("access",)
    assert uniform(review=0.2).lifted(scores) == scores


def test_a_reference_lifts_and_never_lowers() -> None:
    scores = dict.fromkeys(LABELS, 0.0) | {"access": 0.95}
    raised = uniform().lifted(scores, ["erasure", "access"])
    assert (raised["erasure"], raised["access"]) == (0.1, 0.95)


def test_a_name_counts_only_where_the_model_sees_something() -> None:
    nothing = dict.fromkeys(LABELS, 0.0)
    assert uniform().lifted(nothing, named=["access"]) == nothing
    assert uniform().lifted(nothing | {"erasure": 0.06}, named=["access"])["access"] == 0.1


def test_a_tick_reaches_review_and_gives_the_label_where_the_model_sees_something() -> None:
    nothing = dict.fromkeys(LABELS, 0.0)
    assert uniform().lifted(nothing, ticked=["access"]) == nothing | {"access": 0.1}
    assert uniform().lifted(nothing | {"erasure": 0.06}, ticked=["access"])["access"] == 0.5


def test_round_trip(tmp_path: Path) -> None:
    uniform().write(tmp_path / "calibration.json")
    assert Calibration.read(tmp_path / "calibration.json") == uniform()
    with pytest.raises(ModelMissing):
        Calibration.read(tmp_path / "absent.json")


def test_platt_finds_slope_and_offset() -> None:
    generator = np.random.default_rng(1)
    logits = generator.normal(0, 3, 20_000)
    target = (generator.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(float)
    slope, offset = platt(logits, target, np.ones_like(target), IDENTITY, np.zeros(2))
    assert slope == pytest.approx(0.5, abs=0.03)
    assert offset == pytest.approx(-1, abs=0.08)


def test_a_label_with_few_mails_leans_on_the_others() -> None:
    generator = np.random.default_rng(3)
    logits = generator.normal(0, 3, (2_000, 2))
    target = (generator.random(logits.shape) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(float)
    weight = np.ones_like(target)
    weight[20:, 1] = 0.0
    target[:20, 1] = 0.0  # all twenty say no: alone they would put the offset far below
    shared, few = slopes_and_offsets(logits, target, weight)
    assert few == pytest.approx(shared, abs=0.4)


def test_one_threshold_serves_all_labels() -> None:
    generator = np.random.default_rng(4)
    logits = generator.normal(-3, 2, (300, len(LABELS)))
    mails = [Mail(str(n), "en", "", "text", frozenset({LABELS[n % len(LABELS)]} if n % 2 else ())) for n in range(300)]
    assert len({row.label for row in calibrate(logits, mails).labels.values()}) == 1


def test_thresholds_keep_the_budget_and_their_order() -> None:
    generator = np.random.default_rng(2)
    mails, rows = [], []
    for number in range(600):
        labels = frozenset({LABELS[number % len(LABELS)]}) if number % 2 else frozenset[str]()
        row = generator.normal(-4, 1.5, len(LABELS))
        for label in labels:
            row[INDEX[label]] += 10
        mails.append(Mail(str(number), "en", "", "text", labels))
        rows.append(row)
    found = calibrate(np.array(rows), mails, Budget(reviewed=0.05, opened=0.0))
    nothing = [found.probabilities(row) for row, mail in zip(np.array(rows), mails, strict=True) if not mail.labels]
    assert sum(bool(found.reaching(scores, "review")) for scores in nothing) / len(nothing) <= 0.06
    assert not any(found.reaching(scores, "open") for scores in nothing)
    assert all(row.review <= row.label <= row.open for row in found.labels.values())
