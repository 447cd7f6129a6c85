from pathlib import Path

import pytest

from intake_bot.classifier.classifier import Classifier
from intake_bot.classifier.labels import LABELS
from intake_bot.errors import ModelMissing

ERASURE = "Bonjour,\n\nMerci de supprimer mon compte et toutes mes données personnelles de vos fichiers.\n\nPaul"
CHATTER = (
    "Nous préparons le salon de septembre avec l'équipe commerciale. La commande de kakémonos est partie hier. "
    "Le stand fait douze mètres carrés et la sono est comprise. Pouvez-vous confirmer l'heure de la réunion de lundi ? "
)


@pytest.mark.parametrize(
    ("subject", "body", "label"),
    [
        ("", ERASURE, "erasure"),
        ("Data request", "Please send me a copy of all the personal data you hold about me.", "access"),
        ("", "Quiero que dejéis de llamarme para venderme cosas.", "objection_marketing"),
        ("Datenübertragung", "Bitte übertragen Sie meine Daten in einem maschinenlesbaren Format.", "portability"),
        ("SUPPRESSION", "SUPPRIMEZ MOI DE VOS FICHIERS !!!!!", "erasure"),
    ],
)
def test_rights_are_found(classifier: Classifier, subject: str, body: str, label: str) -> None:
    verdict = classifier.classify(subject, body)
    assert label in verdict.labels
    assert verdict.route in ("open", "review")
    assert tuple(verdict.scores) == LABELS
    assert verdict.model_version == classifier.version


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Facture", "Bonjour, pouvez-vous me renvoyer la facture du mois de mars ? Merci."),
        ("Demo", "Hello, could we have a demo of your scheduling tool next week?"),
        ("", ""),
        ("", "   \n \n"),
    ],
)
def test_other_mail_is_left_alone(classifier: Classifier, subject: str, body: str) -> None:
    assert classifier.classify(subject, body).route == "none"


def test_evidence_is_a_slice_of_the_field(classifier: Classifier) -> None:
    verdict = classifier.classify("Demande", f"{CHATTER}\n\n{ERASURE}\n\n{CHATTER}")
    body = f"{CHATTER}\n\n{ERASURE}\n\n{CHATTER}"
    found = next(item for item in verdict.evidence if item.label == "erasure")
    assert found.text == {"subject": "Demande", "body": body}[found.field][found.start : found.end]
    assert "supprimer mon compte" in found.text
    assert "kakémonos" not in found.text


def test_long_mail_does_not_hide_the_request(classifier: Classifier) -> None:
    assert "erasure" in classifier.classify("Salon", CHATTER * 5 + ERASURE + "\n\n" + CHATTER * 5).labels


def test_forwarded_text_counts(classifier: Classifier) -> None:
    verdict = classifier.classify("TR: demande", "Pour suite à donner.", ERASURE)
    assert "erasure" in verdict.labels


def test_an_explicit_reference_reaches_review(classifier: Classifier) -> None:
    verdict = classifier.classify("", "Vous connaissez l'article 20 du RGPD, je compte sur vous.")
    assert "portability" in verdict.reviewed
    assert any("article 20" in item.text for item in verdict.evidence if item.label == "portability")


def test_a_sentence_too_weak_for_review_is_no_evidence_beside_a_reference(classifier: Classifier) -> None:
    body = f"{CHATTER}\n\nVotre courrier cite l'article 20 du RGPD.\n\n{CHATTER}"
    verdict = classifier.classify("Salon", body)
    assert [item.text for item in verdict.evidence if item.label == "portability"] == ["article 20"]


def test_same_text_same_verdict(classifier: Classifier) -> None:
    first = classifier.classify("Demande", ERASURE)
    classifier.classify("x", CHATTER * 3)
    assert classifier.classify("Demande", ERASURE) == first


@pytest.mark.parametrize("body", ["\ud800 broken", "🙂" * 50, "x" * 300_000, "a\x00b", "مرحبا", "\u2028\u2029"])
def test_any_text_is_answered(classifier: Classifier, body: str) -> None:
    assert classifier.classify(body[:50], body).route in ("open", "review", "none")


def test_language_is_that_of_the_new_text(classifier: Classifier) -> None:
    assert classifier.classify("Re: your invoice", "Jekk jogħġbok ħassru d-data tiegħi.").lang == "mt"


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train"):
        Classifier.load(tmp_path)


def test_the_pipeline_round_trips(classifier: Classifier, tmp_path: Path) -> None:
    classifier.pipeline.to_disk(tmp_path / "rights")
    copy = Classifier.load(tmp_path / "rights")
    assert copy.classify("", ERASURE).scores == classifier.classify("", ERASURE).scores
