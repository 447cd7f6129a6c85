"""The letters of the ladder: complete in both languages, light options first, and silent about what is held."""

from datetime import date
from typing import Any

import pytest

from intake_bot import resources
from intake_bot.cases.letters import Controller, Letters, html_body
from intake_bot.cases.wording import LANGUAGES
from intake_bot.errors import IntakeError
from intake_bot.law.identity import TABLE
from intake_bot.rights import Right

CONTROLLER = Controller(
    id="octoop",
    name="iiiData SAS",
    trade_name="OCTOOP",
    address="1 rue de la Paix, 75002 Paris",
    dpo_name="Déléguée",
    dpo_contact="dpo@octoop.example",
    authority_name="CNIL",
    authority_url="https://www.cnil.fr/fr/plaintes",
    authority_address="3 place de Fontenoy, Paris",
    notice_url="https://octoop.example/privacy",
    zone="Europe/Paris",
    jurisdiction="FR",
)
COMMON: dict[str, Any] = {
    "ref": "OCT-2026-00017",
    "received_on": date(2026, 11, 23),
    "due_on": date(2026, 12, 23),
    "controller": CONTROLLER,
    "rights": [Right.ACCESS, Right.ERASURE],
}
EXTRA: dict[str, dict[str, Any]] = {
    "confirm": {"shared_mailbox": False},
    "supplementary": {},
    "mandate": {},
    "heir": {},
    "id_document": {"doubt": "deux éléments se contredisent.", "compare": ["nom", "prénom"], "upload_url": ""},
    "identity_reminder": {"asked_on": date(2026, 11, 24), "question": "supplementary"},
    "identity_not_needed": {"delete_by": date(2026, 11, 30)},
    "stop_recorded": {"stops_on": date(2026, 11, 26), "rights": [Right.OBJECTION_MARKETING, Right.WITHDRAW_CONSENT]},
    "cannot_identify": {"asked_on": date(2026, 11, 24), "question": "identity"},
}
KINDS = sorted(EXTRA)
LETTERS = Letters(resources.templates_dir())


def body(kind: str, lang: str, **changes: Any) -> str:
    return LETTERS.render(kind, lang, {**COMMON, **EXTRA[kind], **changes}).body


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_renders(kind: str, lang: str) -> None:
    rendered = LETTERS.render(kind, lang, {**COMMON, **EXTRA[kind]})
    assert COMMON["ref"] in rendered.subject
    assert {"fr": ", réf. ", "en": ", ref. "}[lang] in rendered.subject
    assert "dpo@octoop.example" in rendered.body
    assert "iiiData SAS (OCTOOP)" in rendered.body
    assert COMMON["ref"] in rendered.body
    assert {"fr": "23 novembre 2026", "en": "23 November 2026"}[lang] in rendered.body
    for trace in ("{{", "{%", "None", "Right.", "\n\n\n"):
        assert trace not in rendered.body


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_needs_no_date_that_is_not_known(kind: str, lang: str) -> None:
    assert "None" not in body(kind, lang, due_on=None)
    assert "December" not in body(kind, lang, due_on=None)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_name_is_an_error(kind: str) -> None:
    with pytest.raises(IntakeError, match=f"fr/{kind}"):
        LETTERS.render(kind, "fr", {key: value for key, value in COMMON.items() if key != "controller"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_in_another_language_is_bilingual(kind: str) -> None:
    lang, rendered = LETTERS.render_for(kind, "de", {**COMMON, **EXTRA[kind]})
    assert lang == "fr-en"
    assert "(English version)" in rendered.body
    assert "réf. OCT-2026-00017" in rendered.subject


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_lists_are_lists_in_html(kind: str, lang: str) -> None:
    text = body(kind, lang)
    for block in html_body(text).split("\n"):
        if block.startswith("<p>"):
            assert "<br>- " not in block
            assert not block.startswith("<p>- ")


def test_every_letter_of_the_ladder_is_there() -> None:
    for lang in LANGUAGES:
        assert {row.letter for row in TABLE if row.letter} <= set(LETTERS.kinds(lang))
        assert not [kind for kind in LETTERS.kinds(lang) if kind.startswith("_")]


@pytest.mark.parametrize("kind", ["confirm", "supplementary", "mandate", "identity_reminder"])
def test_no_document_is_asked_for_and_none_is_named_first(kind: str) -> None:
    french, english = body(kind, "fr"), body(kind, "en")
    for word in ("passeport", "carte d'identité", "carte nationale"):
        assert word not in french
    assert "passport" not in english
    for text, phrase in ((french, "pièce d'identité"), (english, "identity document")):
        assert text.index("\n- ") < text.rindex(phrase)


def test_a_document_comes_after_the_lighter_ways_and_never_by_mail() -> None:
    for lang, phrase, mail in (
        ("fr", "document d'identité", "Ne l'envoyez pas"),
        ("en", "identity document", "Do not"),
    ):
        text = body("id_document", lang)
        assert text.count("\n- ") == 6  # two rights, three light options, the document last
        assert text.rindex("\n- ") < text.index(phrase) + 200
        assert mail in text
        assert "https://safe.example/1" in body("id_document", lang, upload_url="https://safe.example/1")


@pytest.mark.parametrize("kind", ["supplementary", "mandate", "cannot_identify", "heir"])
def test_a_letter_to_a_stranger_asserts_nothing_about_data_held(kind: str) -> None:
    assert "ni que nous" in body(kind, "fr")
    assert "nor that we hold none" in body(kind, "en")


def test_the_first_letter_is_the_same_but_for_the_reference() -> None:
    for lang in LANGUAGES:
        one, other = body("supplementary", lang), body("supplementary", lang, ref="OCT-2026-00099")
        assert one.replace("OCT-2026-00017", "OCT-2026-00099") == other


def test_a_stop_is_recorded_not_yet_done() -> None:
    french, english = body("stop_recorded", "fr"), body("stop_recorded", "en")
    assert "C'est enregistré ; nos envois à votre adresse cessent au plus tard le 26 novembre 2026" in french
    assert "It is recorded; our mailings to your address stop by 26 November 2026" in english
    assert "article 7, paragraphe 3" in french
    alone = [Right.WITHDRAW_CONSENT]
    for lang, subject in (("fr", "Votre demande d'arrêt est"), ("en", "Your request to stop is")):
        rendered = LETTERS.render("stop_recorded", lang, {**COMMON, **EXTRA["stop_recorded"], "rights": alone})
        assert rendered.subject.startswith(subject)
    assert "(Article 7(3) GDPR)." not in body("stop_recorded", "en", rights=[Right.OBJECTION_MARKETING])


def test_the_notice_of_article_12_4_says_all_that_it_must() -> None:
    for lang, words in (
        ("fr", ("article 77 du RGPD", "article 79 du RGPD", "article 11, paragraphe 2", "CNIL", "Fontenoy")),
        ("en", ("Article 77 GDPR", "Article 79 GDPR", "Article 11(2)", "CNIL", "Fontenoy")),
    ):
        text = body("cannot_identify", lang)
        assert all(word in text for word in words)


def test_the_notice_to_heirs_asks_for_their_proof_under_the_french_act() -> None:
    for lang, act, law in (("fr", "article 85", "RGPD"), ("en", "Article 85", "GDPR")):
        text = body("cannot_identify", lang, question="heir", rights=[])
        assert act in text and "CNIL" in text and "notoriété" in text
        assert law not in text and "les vôtres" not in text and "would be yours" not in text


def test_the_notice_to_an_agent_asks_for_the_mandate() -> None:
    for lang, option, wrong in (
        ("fr", "mandat en pièce jointe", "les vôtres"),
        ("en", "the mandate as an", "be yours"),
    ):
        text = body("cannot_identify", lang, question="mandate")
        assert option in text and "79" in text and "2019-536" in text
        assert wrong not in text and "11" not in text.partition("2019-536")[2].partition("77")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["confirm", "supplementary", "mandate", "id_document", "cannot_identify"])
def test_no_colon_stands_before_a_list_of_nothing(kind: str, lang: str) -> None:
    before = body(kind, lang, rights=[]).split("\n\n")[1]
    assert before.endswith("."), before
    assert body(kind, lang).split("\n\n")[1].endswith(":")


def test_the_letter_to_the_bereaved_has_the_tone_for_it() -> None:
    text = body("heir", "fr", rights=[Right.POST_MORTEM])
    assert "condoléances" in text
    assert "envois" not in text, "nothing records or checks that they stop"
    assert text.index("acte de décès") < text.index("acte de notoriété")
    for word in ("automatique", "au plus tard", "délai", "Bonjour"):
        assert word not in text


def test_the_reminder_repeats_the_options_of_its_question() -> None:
    for question, phrase in (
        ("confirm", "oui, c'est moi"),
        ("mandate", "mandat"),
        ("supplementary", "numéro de facture"),
    ):
        assert phrase in body("identity_reminder", "fr", question=question)


def test_a_stop_does_not_wait_for_the_identity() -> None:
    stop = [Right.ACCESS, Right.OBJECTION_MARKETING]
    assert "n'attendent pas" in body("supplementary", "fr", rights=stop)
    assert "n'attendent pas" not in body("supplementary", "fr")
    assert "nom et votre fonction" in body("confirm", "fr", shared_mailbox=True)
