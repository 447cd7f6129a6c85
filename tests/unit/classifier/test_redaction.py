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
        ("hello my name is sarah jones and please delete", "hello my name is Name and please delete"),
        ("Bonjour Monsieur,\n\nJe vous demande", "Bonjour Monsieur,\n\nJe vous demande"),
        ("me opongo, Me demande", "me opongo, Me demande"),
        ("", ""),
    ],
)
def test_personal_details_are_replaced(redactor: Redactor, text: str, expected: str) -> None:
    assert redactor.text(text, "fr") == expected


def test_names_of_the_headers_go_however_they_are_written(redactor: Redactor) -> None:
    mail = Mail("1", "en", "BELVAL", "hello, belval here. thanks, Q. Belval", frozenset())
    said = redactor.mail(mail, ["Quentin Belval", "q.belval@mail.example"])
    assert (said.subject, said.body) == ("Name", "hello, Name here. thanks, Name. Name")


def test_a_sender_who_is_called_like_a_word_takes_no_words_away(redactor: Redactor) -> None:
    mail = Mail("1", "en", "", "please order the account. thanks, Order", frozenset())
    assert redactor.mail(mail, ["Order Please"]).body == "please order the account. thanks, Name"


def test_those_who_are_addressed_take_no_words_away(redactor: Redactor) -> None:
    mail = Mail("1", "fr", "", "je demande de supprimer mes données au titre du RGPD, Belval", frozenset())
    said = redactor.mail(mail, (), ["Service Données RGPD", "rgpd@mail.example", "Ida Belval"])
    assert said.body == "je demande de supprimer mes données au titre du RGPD, Name"


def test_entities_of_an_installed_spacy_model_are_replaced_too() -> None:
    model = spacy.blank("fr")
    ruler = model.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "LOC", "pattern": "lilas"}, {"label": "MISC", "pattern": "tél"}])  # type: ignore[attr-defined]
    assert Redactor(COMMON, {"fr": model}).text("je demande aux lilas mon tél", "fr") == "je demande aux Place mon tél"


def test_common_words_are_written_small_somewhere() -> None:
    mails = [Mail(str(n), "fr", "", "Belval demande une copie", frozenset()) for n in range(3)]
    mails += [Mail(str(n), "de", "", "meine Daten", frozenset()) for n in range(3)]
    mails += [Mail(str(n), "fr", "CNIL", "rose.rose@mail.example Rose", frozenset()) for n in range(10)]
    mails += [Mail(str(n), "en", "", "Instagram", frozenset()) for n in range(100)]
    expected = ["demande", "une", "copie", "meine", "de:daten", "CNIL", "instagram"]
    assert common_words(mails) == frozenset(expected)


@pytest.mark.parametrize(
    "text", ["1" * 20_000, "a1-" * 7_000, "1.5 " * 5_000, "@" * 20_000, "a@" * 10_000, "A " * 10_000, "_" * 20_000]
)
def test_hostile_text_comes_to_an_end(redactor: Redactor, text: str) -> None:
    assert len(redactor.text(text, "fr")) <= 5 * len(text)
