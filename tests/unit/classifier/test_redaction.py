import pytest
import spacy

from intake_bot.classifier.corpus import Mail
from intake_bot.classifier.redaction import Redactor, common_words

COMMON = frozenset(
    [
        "bonjour",
        "je",
        "vous",
        "demande",
        "de",
        "supprimer",
        "mes",
        "données",
        "au",
        "titre",
        "du",
        "mon",
        "tél",
        "rue",
        "des",
        "lilas",
        "né",
        "le",
        "loi",
        "art",
        "hello",
        "please",
        "delete",
        "my",
        "account",
        "thanks",
        "number",
        "order",
        "and",
        "the",
        "write",
        "to",
        "me",
        "at",
        "monsieur",
    ]
)


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(COMMON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour, je vous demande de supprimer mes données.", "Bonjour, je vous demande de supprimer mes données."),
        ("Write to me at ada.b@mail.example please", "Write to me at name@mail.example please"),
        ("mon tél +33 6 39 98 00 00", "mon tél 000"),
        ("number FR76 3000 6000 0112 3456", "number 000"),
        ("order AB-2231/7 and the account", "order 000 and the account"),
        ("Bonjour Monsieur Quentin Belval, thanks", "Bonjour Monsieur Name, thanks"),
        ("thanks Zoë O’Shaughnessy", "thanks Name Name"),
        ("12 rue des Lilas, Grenoble", "12 rue des Lilas, Name"),
        ("né le 12/03/1984", "né le 000"),
        ("https://x.example/u?id=7 and @zoe_b", "www.site.example and Name"),
        ("Règlement 2016/679, art. 17, loi 78-17", "Règlement 2016/679, art. 17, loi 78-17"),
        ("RGPD art. 15, GDPR", "RGPD art. 15, GDPR"),
        ("", ""),
    ],
)
def test_personal_details_are_replaced(redactor: Redactor, text: str, expected: str) -> None:
    assert redactor.text(text, "fr") == expected


def test_names_of_the_headers_go_however_they_are_written(redactor: Redactor) -> None:
    mail = Mail("1", "en", "ROSE", "hello, rose here. thanks, fields", frozenset())
    said = redactor.mail(mail, ["Rose Fields", "r.fields@mail.example"])
    assert (said.subject, said.body) == ("Name", "hello, Name here. thanks, Name")


def test_entities_of_an_installed_spacy_model_are_replaced_too() -> None:
    model = spacy.blank("fr")
    ruler = model.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "LOC", "pattern": "lilas"}, {"label": "MISC", "pattern": "tél"}])  # type: ignore[attr-defined]
    assert Redactor(COMMON, {"fr": model}).text("je demande aux lilas mon tél", "fr") == "je demande aux Place mon tél"


def test_common_words_stand_uncapitalised_somewhere() -> None:
    mails = [Mail(str(n), "fr", "", "Belval demande une copie", frozenset()) for n in range(3)]
    mails += [Mail(str(n), "de", "", "meine Daten", frozenset()) for n in range(3)]
    assert common_words(mails) == frozenset(["demande", "une", "copie", "meine", "daten"])


@pytest.mark.parametrize(
    "text", ["1" * 20_000, "a1-" * 7_000, "1.5 " * 5_000, "@" * 20_000, "a@" * 10_000, "A " * 10_000]
)
def test_hostile_text_comes_to_an_end(redactor: Redactor, text: str) -> None:
    assert len(redactor.text(text, "fr")) <= 4 * len(text)
