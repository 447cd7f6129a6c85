import pytest

from intake_bot.classifier.references import named, references


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("conformément à l'article 17 du RGPD", "erasure"),
        ("gemäß Art. 15 DSGVO", "access"),
        ("under Article 21 of the GDPR", "objection"),
        ("na podstawie art. 20 RODO", "portability"),
        ("σύμφωνα με το άρθρο 16 του ΓΚΠΔ", "rectification"),
        ("съгласно чл. 18 от ОРЗД", "restriction"),
        ("a GDPR 22. cikke alapján", "automated_decision"),
        ("artikel 7 AVG", "withdraw_consent"),
    ],
)
def test_found(text: str, label: str) -> None:
    start, end = references(text)[label]
    assert text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("en vertu de la loi Informatique et Libertés", "access"),
        ("This is a subject access request.", "access"),
        ("mes directives numériques", "post_mortem"),
        ("j'invoque le droit à l'oubli", "erasure"),
    ],
)
def test_named(text: str, label: str) -> None:
    start, end = named(text)[label]
    assert text[start:end].strip()


@pytest.mark.parametrize(
    "text", ["l'article 17 de notre contrat", "article 170 du RGPD", "chapter 15", "GDPR training, 20 places", ""]
)
def test_not_found(text: str) -> None:
    assert references(text) == {}
    assert named(text) == {}
