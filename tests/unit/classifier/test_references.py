import pytest

from intake_bot.classifier.labels import LANGUAGES
from intake_bot.classifier.references import named, references

ARTICLES = {
    "15": "access",
    "16": "rectification",
    "17": "erasure",
    "18": "restriction",
    "20": "portability",
    "21": "objection",
    "22": "automated_decision",
    "7": "withdraw_consent",
}
#: How people cite an article, and article 7(3), in each language.
CITATIONS = {
    "bg": ("чл. {n} от ОРЗД", "член {n} от Общия регламент относно защитата на данните", "чл. 7, параграф 3 ОРЗД"),
    "cs": ("čl. {n} GDPR", "článek {n} obecného nařízení", "podle čl. 7 odst. 3 GDPR"),
    "da": ("artikel {n} i GDPR", "databeskyttelsesforordningens artikel {n}", "GDPR artikel 7, stk. 3"),
    "de": ("Art. {n} DSGVO", "Artikel {n} der Datenschutz-Grundverordnung", "Art. 7 Abs. 3 DS-GVO"),
    "el": ("άρθρο {n} του ΓΚΠΔ", "ΑΡΘΡΟ {n} GDPR", "άρθρο 7 παρ. 3 ΓΚΠΔ"),
    "en": ("Article {n} of the GDPR", "art. {n} UK GDPR", "Article 7(3) GDPR"),
    "es": ("artículo {n} del RGPD", "art. {n} del Reglamento General de Protección de Datos", "artículo 7.3 RGPD"),
    "et": ("isikuandmete kaitse üldmääruse artikkel {n}", "IKÜM artikli {n} alusel", "IKÜM artikli 7 lõige 3"),
    "fi": ("GDPR:n {n} artiklaan", "tietosuoja-asetuksen {n} artiklan", "tietosuoja-asetuksen 7 artiklan 3 kohta"),
    "fr": ("l’article {n} du RGPD", "art. {n} du règlement général", "article 7, paragraphe 3, du RGPD"),
    "ga": ("Airteagal {n} den RGCS", "faoi Airteagal {n} GDPR", "Airteagal 7(3) den RGCS"),
    "hr": ("članak {n}. GDPR-a", "čl. {n}. Opće uredbe o zaštiti podataka", "članak 7. stavak 3. GDPR-a"),
    "hu": ("a GDPR {n}. cikke", "az általános adatvédelmi rendelet {n}. cikkének", "GDPR 7. cikk (3) bekezdés"),
    "it": ("articolo {n} del GDPR", "art. {n} Reg. UE 2016/679", "art. 7, par. 3, GDPR"),
    "lt": ("BDAR {n} straipsniu", "BDAR {n} str.", "BDAR 7 straipsnio 3 dalis"),
    "lv": ("VDAR {n}. pants", "Regulas 2016/679 {n}. pantu", "VDAR 7. panta 3. punkts"),
    "mt": ("l-Artikolu {n} tal-GDPR", "Artikolu {n} tar-Regolament Ġenerali", "l-Artikolu 7(3) tal-GDPR"),
    "nl": ("artikel {n} AVG", "art. {n} van de verordening gegevensbescherming", "artikel 7, lid 3, AVG"),
    "pl": ("art. {n} RODO", "artykuł {n} rozporządzenia 2016/679", "art. 7 ust. 3 RODO"),
    "pt": ("artigo {n}.º do RGPD", "art. {n} do Regulamento Geral", "artigo 7.º, n.º 3, do RGPD"),
    "ro": ("articolul {n} din RGPD", "art. {n} din Regulamentul (UE) 679/2016", "art. 7 alin. (3) GDPR"),
    "sk": ("čl. {n} GDPR", "článok {n} všeobecného nariadenia", "čl. 7 ods. 3 GDPR"),
    "sl": ("{n}. člen GDPR", "po {n}. členu Splošne uredbe", "tretji odstavek 7. člena GDPR"),
    "sv": ("artikel {n} i GDPR", "dataskyddsförordningens artikel {n}", "artikel 7.3 GDPR"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_article_in_every_language(lang: str) -> None:
    *forms, withdrawal = CITATIONS[lang]
    for form in forms:
        for number, label in ARTICLES.items():
            assert list(references(form.format(n=number))) == [label], form.format(n=number)
    assert list(references(withdrawal)) == ["withdraw_consent"]


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
        ("Art. 15ff. DSGVO", "access"),
        ("Art.15DSGVO", "access"),
        ("article 17 du règlement (UE) 2016/679", "erasure"),
        ("Artikel 17 der Verordnung über den Schutz meiner Daten", "erasure"),
        ("GDPR. " + "Dear all, as I wrote in March, and again in May, " * 3 + "article 15 of the Regulation", "access"),
        ("the second item rests on Article 17 of the Regulation", "erasure"),
        ("l'article 17 du règlement et l'article 51 de la loi du 6 janvier 1978", "erasure"),
        ("Article 17 GDPR, and not Regulation (EC) No 261/2004", "erasure"),
        ("1. Artikel 15 DSGVO", "access"),
    ],
)
def test_found(text: str, label: str) -> None:
    assert list(references(text)) == [label]
    start, end = references(text)[label]
    assert text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Pursuant to articles 15, 17 and 21 of the GDPR", {"access", "erasure", "objection"}),
        ("Artt. 15, 17 DSGVO", {"access", "erasure"}),
        ("Art. 15 Abs. 1, Art. 17 Abs. 1 und 18 DSGVO", {"access", "erasure", "restriction"}),
        ("artigos 15.º e 17.º do RGPD", {"access", "erasure"}),
        ("čl. 15 a 17 GDPR", {"access", "erasure"}),
        ("15. in 17. člen GDPR", {"access", "erasure"}),
        ("BDAR 15 ir 18 str.", {"access", "restriction"}),
        ("articles 12(3), 17(1)(c) GDPR", {"erasure"}),
        ("articles 15, 16, 17, 18 and 20 GDPR", {"access"}),
        ("arts. 15 to 22 GDPR", set()),
        ("artt. 13 e 15-22 GDPR", set()),
        ("artículos 15 a 22 del RGPD", set()),
    ],
)
def test_lists_count_and_ranges_do_not(text: str, labels: set[str]) -> None:
    assert set(references(text)) == labels


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
    "text",
    [
        "l'article 17 de notre contrat",
        "article 170 du RGPD",
        "chapter 15",
        "GDPR training, 20 places",
        "Article 7 of Regulation (EC) No 261/2004, and my personal data",
        "Artikel 7 der Verordnung (EG) Nr. 261/2004",
        "l'article 16 du règlement (UE) 2022/2065",
        "article 17 du règlement de copropriété, avec mes données",
        "l'article 22 du règlement intérieur, RGPD compris",
        "ship article 17 in size regular",
        "artikel 17 på fakturan saknas och fraktavgiften är fel",
        "Artikel 17 noch diese Woche, unsere Verordnung der Ärztin liegt bei",
        "see str. 20 of regulation",
        "article 20 of regulation about parking",
        "article 20: above average",
        "",
    ],
)
def test_not_found(text: str) -> None:
    assert references(text) == {}
    assert named(text) == {}
