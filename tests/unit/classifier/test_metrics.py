import numpy as np
import pytest

from intake_bot.classifier.baseline import keyword_labels
from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.labels import INDEX, LABELS
from intake_bot.classifier.metrics import Outcome, expected_calibration_error, measure, reliability


def outcome(truth: set[str], found: dict[str, float], route: str, lang: str = "fr", **more: object) -> Outcome:
    scores = np.zeros(len(LABELS))
    for label, score in found.items():
        scores[INDEX[label]] = score
    mail = Mail("m", lang, "", "text", frozenset(truth), **more)  # type: ignore[arg-type]
    return Outcome(mail, scores, frozenset(label for label, score in found.items() if score >= 0.5), route)


def test_routes_and_labels() -> None:
    figures = measure(
        [
            outcome({"access"}, {"access": 0.9}, "open"),
            outcome({"erasure"}, {"access": 0.6, "erasure": 0.2}, "review"),
            outcome({"erasure"}, {}, "none", lang="de"),
            outcome(set(), {"access": 0.3}, "review"),
            outcome(set(), {}, "none"),
        ]
    )
    assert figures.all.reached == pytest.approx(2 / 3)
    assert figures.all.reviewed == 0.5
    assert figures.all.opened == 0
    assert figures.all.exact == pytest.approx(3 / 5)
    assert figures.labels["access"].precision == 0.5
    assert figures.labels["erasure"].recall == 0
    assert figures.confusion == {"erasure": {"access": 1, "none": 1}}
    assert figures.languages["de"].reached == 0
    assert figures.french_english.mails == 4
    assert "erasure" in figures.table()


def test_a_defensible_answer_is_right() -> None:
    accept = (frozenset({"objection_marketing"}),)
    item = outcome({"withdraw_consent"}, {"objection_marketing": 0.9}, "open", accept=accept)
    assert measure([item]).all.exact == 1


def test_reliability() -> None:
    scores, observed = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 0.0, 1.0, 0.0])
    bins = reliability(scores, observed)
    assert (bins[0].count, bins[9].count) == (2, 2)
    assert expected_calibration_error(bins) == pytest.approx((2 * 0.05 + 2 * 0.45) / 4)
    assert expected_calibration_error(reliability(np.array([]), np.array([]))) == 0


def test_keyword_baseline() -> None:
    assert keyword_labels(Mail("m", "en", "", "Please delete my account", frozenset())) == {"erasure"}
