"""Every letter says all that law.md 4 demands of it, in French and in English, and nothing of what it forbids."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from intake_bot.cases.case import Case
from intake_bot.service.letter_edit import text_of
from intake_bot.service.office import Effect
from tests.integration.casework.house import House

COMMON = {
    "fr": ["iiiData SAS", "délégué à la protection des données (info@octoop.com)", "Référence du dossier : 2026-0001"],
    "en": ["iiiData SAS", "Data Protection Officer (info@octoop.com)", "Case reference: 2026-0001"],
}
#: GDPR 12(4): complaint to an authority (77) and judicial remedy (79), with where to turn.
REMEDIES = {
    "fr": ["CNIL", "https://www.cnil.fr/fr/plaintes", "3 place de Fontenoy", "du pays où vous résidez", "article 77",
           "tribunal compétent", "article 79", "une personne réexaminera"],
    "en": ["CNIL", "https://www.cnil.fr/fr/plaintes", "3 place de Fontenoy", "country where you live", "Article 77",
           "competent court", "Article 79", "a person will look at our position again"],
}  # fmt: skip
COMPLAINT = {"fr": ["CNIL", "tribunal compétent"], "en": ["CNIL", "competent court"]}
NONE: dict[str, list[str]] = {"fr": [], "en": []}
#: Never: a rolled-up period in days, the policy as a ground, threats, requests for documents.
FORBIDDEN = ["30 jours", "30 days", "notre politique", "our policy", "réputé", "deemed", "passeport", "passport"]

Make = Callable[[House, Case], Effect]


def decided(about: str, act: Callable[[House, Case], Effect]) -> Make:
    def make(house: House, case: Case) -> Effect:
        house.advised(case, about)
        return act(house, case)

    return make


def executed(right: str, **told: object) -> Make:
    def make(house: House, case: Case) -> Effect:
        house.work.record_action(case.ref, "Dora", "CRM", done="done")
        house.work.notify_recipient(case.ref, "Dora", "hosting") if right != "recipients_notification" else None
        return house.work.answer(case.ref, "Dora", right, done="It was done on Monday.", **told)  # type: ignore[arg-type]

    return make


def granted(right: str, **told: object) -> Make:
    return lambda house, case: house.work.answer(case.ref, "Dora", right, done="It was done on Monday.", **told)  # type: ignore[arg-type]


def stopped(right: str) -> Make:
    def make(house: House, case: Case) -> Effect:
        house.store.suppression.record("ada@example.com", case.id, house.time)
        house.work.confirm_stop(case.ref, "Dora", "mailing tool")
        house.work.notify_recipient(case.ref, "Dora", "emailing")
        return house.work.answer(case.ref, "Dora", right)

    return make


def listed(house: House, case: Case) -> Effect:
    """Recipients told of an erasure in the same case; one of them gets no data of the purpose that applies."""
    for code in ("hosting", "telephony"):
        house.work.notify_recipient(case.ref, "Dora", code, rights=["erasure"])
    return house.work.answer(case.ref, "Dora", "recipients_notification", done="Here.", purposes=["newsletter"])


def unlisted(right: str) -> Make:
    """A stop that an act in another system proves; no address is on the list."""

    def make(house: House, case: Case) -> Effect:
        house.work.record_action(case.ref, "Dora", "site", done="taken down", rights=[right])
        return house.work.answer(case.ref, "Dora", right, done="Your testimonial is gone.")

    return make


def searched(house: House, case: Case) -> Effect:
    house.work.record_search(case.ref, "Dora", "customer database", "nothing")
    return house.work.answer(case.ref, "Dora", "access", "nothing_held")


def unidentified(event: str = "id_requested", right: str = "access") -> Make:
    def make(house: House, case: Case) -> Effect:
        house.work.suspend(case.ref, "Dora", event=event, reason="unknown address")
        house.later(days=20)
        return house.work.answer(case.ref, "Dora", right, "cannot_identify")

    return make


def closed(outcome: str) -> Make:
    def make(house: House, case: Case) -> Effect:
        if outcome == "refused":
            house.advised(case, "refuse")
            house.work.refuse(case.ref, "Carl", "access", grounds=["excessive"], reason="r", as_role="controller")
        else:
            house.work.answer(case.ref, "Dora", "access", "withdrawn", reason="she wrote so")
        return house.work.close(case.ref, "Dora")

    return make


def reopened(house: House, case: Case) -> Effect:
    closed("withdrawn")(house, case)
    return house.work.reopen(case.ref, "Dora", reason="she wrote again")


def lifted(house: House, case: Case) -> Effect:
    executed("restriction")(house, case)
    return house.work.lift_restriction(case.ref, "Dora", lifts_on=date(2026, 11, 20), reason="The data were checked.")


def after_acknowledgement(act: Make) -> Make:
    def make(house: House, case: Case) -> Effect:
        house.work.confirm(case.ref, "Dora")
        house.store.outbox.settle(house.letters(case)[0].id, _sent(), now=house.time)
        return act(house, case)

    return make


def _sent() -> object:
    from intake_bot.store.outbox import LetterStatus

    return LetterStatus.SENT


def controller(right: str, outcome: str, ground: str, **told: object) -> Make:
    about = "partly" if outcome == "partly" else "refuse"
    return decided(about, lambda house, case: house.work.answer(
        case.ref, "Carl", right, outcome, grounds=[ground], reason="Because of the invoices of 2025.",
        as_role="controller", **told))  # type: ignore[arg-type]  # fmt: skip


ROWS: dict[str, tuple[tuple[str, ...], Make, dict[str, list[str]], dict[str, list[str]]]] = {
    # kind: rights, how it comes about, the phrases that all its kind share, its own
    "specification": (("access",), lambda h, c: h.work.request_specification(
        c.ref, "Dora", reason="Ten years of mail."),
        NONE, {"fr": ["considérant 63", "Ten years of mail.", "tout :", "ne suspend pas", "2 décembre 2026",
                      "pas à vous justifier"],
               "en": ["recital 63", "Ten years of mail.", "everything:", "does not stop the period", "2 December 2026",
                      "need not give reasons"]}),
    "extension": (("access",), decided("extend", lambda h, c: h.work.extend(
        c.ref, "Carl", reason="Three requests over ten years.", sooner="your account data", as_role="controller")),
        REMEDIES, {"fr": ["Three requests over ten years.", "2 décembre 2026", "2 février 2027", "12, paragraphe 3",
                          "une seule fois", "Avant cette date : your account data"],
                   "en": ["Three requests over ten years.", "2 December 2026", "2 February 2027", "12(3)", "once",
                          "Before that date: your account data"]}),
    "fee": (("access",), decided("fee", lambda h, c: h.work.charge_fee(
        c.ref, "Carl", "access", amount="40 EUR", reason="The tenth this month.", as_role="controller")),
        REMEDIES, {"fr": ["40 EUR", "The tenth this month.", "12, paragraphe 5", "limiter votre demande", "la retirer",
                          "Rien ne vous est facturé sans votre accord"],
                   "en": ["40 EUR", "The tenth this month.", "12(5)", "narrow your request", "withdraw it",
                          "charged nothing unless you agree"]}),
    "refusal": (("erasure",), controller("erasure", "refused", "legal_duty"), REMEDIES, {
        "fr": ["Because of the invoices of 2025.", "17(3)(b)", "obligation légale", "12, paragraphe 4", "Une personne"],
        "en": ["Because of the invoices of 2025.", "17(3)(b)", "legal obligation", "12(4)", "A person"]}),
    "partial_refusal": (("access",), controller("access", "partly", "rights_of_others", done="You get all else.",
                                                delivery="in your account", kept="Names of others.",
                                                purposes=["newsletter"]), REMEDIES, {
        "fr": ["Because of the invoices of 2025.", "You get all else.", "in your account", "15(4)", "12, paragraphe 4",
               "Names of others.", "D'où elles viennent", "envoi de courriels", "Espace économique européen",
               "article 22", "rectification ou l'effacement"],
        "en": ["Because of the invoices of 2025.", "You get all else.", "in your account", "15(4)", "12(4)",
               "Names of others.", "Where they come from", "e-mail campaign", "European Economic Area",
               "Article 22", "rectification or erasure"]}),
    "nothing_held": (("access",), searched, REMEDIES, {
        "fr": ["15, paragraphe 1", "customer database", "Une personne a recherché", "ancienne adresse",
               "N'envoyez pas de pièce d'identité"],
        "en": ["15(1)", "customer database", "A person searched", "former address",
               "Do not send an identity document"]}),
    "cannot_identify": (("access",), unidentified(), {
        lang: [text for text in REMEDIES[lang] if "réexaminera" not in text and "look at" not in text]
        for lang in REMEDIES}, {"fr": ["11, paragraphe 2", "12, paragraphes 2 et 4", "depuis votre compte"],
                                "en": ["11(2)", "12(2) and (4)", "from your account"]}),
    "cannot_identify an agent": (("access",), unidentified("mandate_requested"), COMPLAINT, {
        "fr": ["vous a chargé de cette demande", "le mandat en pièce jointe"],
        "en": ["entrusted you with this request", "the mandate as an attachment"]}),
    "cannot_identify an heir": (("post_mortem",), unidentified("heir_proof_requested", "post_mortem"), COMPLAINT, {
        "fr": ["article 85", "acte de notoriété"], "en": ["Article 85", "acte de notoriété"]}),
    "refusal post mortem": (("post_mortem",), controller("post_mortem", "refused", "contrary_directives"), COMPLAINT, {
        "fr": ["Because of the invoices of 2025.", "3 place de Fontenoy", "articles 84 à 86"],
        "en": ["Because of the invoices of 2025.", "3 place de Fontenoy", "Articles 84 to 86"]}),
    "partial_refusal post mortem": (("post_mortem",), controller(
        "post_mortem", "partly", "third_party_rights", done="The account is closed."), COMPLAINT, {
        "fr": ["The account is closed.", "articles 84 à 86"], "en": ["The account is closed.", "Articles 84 to 86"]}),
    "answer_access": (("access",), lambda h, c: h.work.answer(
        c.ref, "Dora", "access", purposes=["newsletter", "account"], delivery="by a secure link"), COMPLAINT, {
        # 15(1): (a) purposes, (b) categories, (c) recipients, (d) retention, (e) rights, (f) complaint, (g) source,
        # (h) automated decisions; 15(2) transfers; 15(3) copy
        "fr": ["Création et utilisation du compte", "adresse électronique", "LinkedIn, Facebook, Instagram",
               "durée du contrat, puis 5 ans", "rectification ou l'effacement", "portabilité", "D'où elles viennent",
               "article 22", "Espace économique européen", "by a secure link", "gratuite", "consentement (article 6",
               "aucune donnée n'est jointe"],
        "en": ["Creation and use of the account", "e-mail address", "LinkedIn, Facebook, Instagram",
               "duration of the contract, then 5 years", "rectification or erasure", "portability",
               "Where they come from", "Article 22", "European Economic Area", "by a secure link", "free of charge",
               "consent (Article 6", "no data are attached"]}),
    "answer_rectification": (("rectification",), executed("rectification", kept="Invoices."), COMPLAINT, {
        "fr": ["It was done on Monday.", "article 19", "hébergeur", "la liste des destinataires", "Invoices."],
        "en": ["It was done on Monday.", "Article 19", "hosting provider", "the list of the recipients",
               "Invoices."]}),
    "answer_erasure": (("erasure",), executed("erasure", kept="Invoices until 2035."), COMPLAINT, {
        "fr": ["It was done on Monday.", "article 19", "hébergeur", "Invoices until 2035.", "jusqu'à quand",
               "liste d'opposition"],
        "en": ["It was done on Monday.", "Article 19", "hosting provider", "Invoices until 2035.", "until when",
               "suppression list"]}),
    "answer_restriction": (("restriction",), executed("restriction"), COMPLAINT, {
        "fr": ["It was done on Monday.", "article 19", "article 18, paragraphe 3", "avant de la lever"],
        "en": ["It was done on Monday.", "Article 19", "Article 18(3)", "before we lift it"]}),
    "answer_recipients": (("recipients_notification", "erasure"), listed, COMPLAINT, {
        "fr": ["article 19", "envoi de courriels", "nous avons prévenu", "hébergeur", "prestataire de téléphonie"],
        "en": ["Article 19", "e-mail campaign", "these were told", "hosting provider", "telephone provider"]}),
    "answer_portability": (("portability",), granted("portability", delivery="a CSV file by secure link"), COMPLAINT, {
        "fr": ["article 20", "lisible par machine", "a CSV file", "fournies", "directement à un autre organisme"],
        "en": ["Article 20", "machine-readable", "a CSV file", "provided", "directly to another organisation"]}),
    "answer_objection": (("objection",), granted("objection"), COMPLAINT, {
        "fr": ["21, paragraphe 1", "nous cessons", "It was done on Monday."],
        "en": ["21(1)", "we stop", "It was done on Monday."]}),
    "answer_stop": (("objection_marketing",), stopped("objection_marketing"), COMPLAINT, {
        "fr": ["depuis le 5 novembre 2026", "21, paragraphe 3", "liste d'opposition", "envoi de courriels"],
        "en": ["since 5 November 2026", "21(3)", "suppression list", "e-mail campaign"]}),
    "answer_stop withdrawal": (("withdraw_consent",), stopped("withdraw_consent"), COMPLAINT, {
        "fr": ["depuis le 5 novembre 2026", "7, paragraphe 3", "ne remet pas en cause"],
        "en": ["since 5 November 2026", "7(3)", "does not affect the lawfulness"]}),
    "answer_stop testimonial": (("withdraw_consent",), unlisted("withdraw_consent"), COMPLAINT, {
        "fr": ["Your testimonial is gone.", "7, paragraphe 3"], "en": ["Your testimonial is gone.", "7(3)"]}),
    "answer_automated_decision": (("automated_decision",), granted("automated_decision"), COMPLAINT, {
        "fr": ["article 22", "Une personne a examiné", "contester"], "en": ["Article 22", "A person has", "contest"]}),
    "answer_post_mortem": (("post_mortem",), granted("post_mortem"), COMPLAINT, {
        "fr": ["articles 84 à 86", "justificatif, gratuit", "condoléances"],
        "en": ["Articles 84 to 86", "free of charge", "condolences"]}),
    "answer_question": (("privacy_question",), lambda h, c: h.work.answer(
        c.ref, "Dora", "privacy_question", "handled", reason="answered", done="Here is why."), COMPLAINT,
        {"fr": ["Here is why."], "en": ["Here is why."]}),
    "restriction_lifted": (("restriction",), lifted, REMEDIES, {
        "fr": ["18, paragraphe 3", "20 novembre 2026", "The data were checked.", "avant de lever"],
        "en": ["18(3)", "20 November 2026", "The data were checked.", "before we lift"]}),
    "client_informed": (("erasure",), lambda h, c: h.work.inform_of_client(
        c.ref, "Dora", client="Grand Client", informed=True), COMPLAINT, {
        "fr": ["article 26", "Grand Client et nous", "l'un ou à l'autre", "le délai ne change pas", "2 décembre 2026"],
        "en": ["Article 26", "Grand Client and we", "either of us", "the period does not change", "2 December 2026"]}),
    "closure": (("access",), closed("withdrawn"), COMPLAINT, {
        "fr": ["demande retirée par vous", "rouvrira le dossier", "cinq ans"],
        "en": ["withdrawn by you", "reopen the case", "five years"]}),
    "closure after a refusal": (("access",), closed("refused"), REMEDIES, {
        "fr": ["refusé", "rouvrira le dossier"], "en": ["refused", "reopen the case"]}),
    "reopening": (("access",), reopened, COMPLAINT, {
        "fr": ["garde sa date de réception", "2 décembre 2026"],
        "en": ["keeps its date of receipt", "2 December 2026"]}),
    "misread": (("access",), after_acknowledgement(lambda h, c: h.work.not_a_request(
        c.ref, "Dora", reason="sales", passed_to="our sales team")), NONE, {
        "fr": ["mal compris", "transmis à our sales team", "reste acquise"],
        "en": ["misread", "passed on to our sales team", "still counts"]}),
    "corrected_understanding": (("access",), after_acknowledgement(lambda h, c: h.work.correct(
        c.ref, "Dora", ["erasure"])), NONE, {
        "fr": ["droit à l'effacement", "Nous ne retenons plus", "droit d'accès", "garde sa date", "2 décembre 2026"],
        "en": ["right to erasure", "We no longer take it", "right of access", "keeps its date", "2 December 2026"]}),
}  # fmt: skip


#: What a letter must not say, in its own case: name of the row -> French and English.
NEVER = {
    "cannot_identify an heir": ["RGPD", "GDPR"],
    "refusal post mortem": ["RGPD", "GDPR"],
    "partial_refusal post mortem": ["RGPD", "GDPR"],
    "answer_post_mortem": ["RGPD", "GDPR"],
    "cannot_identify an agent": ["les vôtres", "be yours"],
    "answer_recipients": ["LinkedIn", "justice", "lawyers", "autorités publiques", "public authorities"],
    "answer_stop testimonial": ["liste d'opposition", "suppression list", "prospection", "marketing"],
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", ROWS)
def test_a_letter_says_what_the_law_demands(house: House, name: str, lang: str) -> None:
    rights, make, shared, own = ROWS[name]
    effect = make(house, house.open(*rights, lang=lang))
    (letter,) = effect.letters
    assert letter.kind == name.split(maxsplit=1)[0] and letter.lang == lang
    message = message_from_bytes(letter.raw, policy=policy.default)
    text = " ".join(text_of(letter.raw).split())
    missing = [phrase for phrase in (*COMMON[lang], *shared[lang], *own[lang]) if phrase not in text]
    assert not missing, text
    found = [word for word in FORBIDDEN if word in text.lower()] + [w for w in NEVER.get(name, ()) if w in text]
    assert not found, text
    assert "2026-0001" in str(message["Subject"])
    assert ("2 novembre 2026" if lang == "fr" else "2 November 2026") in text


def test_the_letter_to_a_client_tells_the_least(house: House) -> None:
    case = house.open("erasure", sender="ada@grand.example", text="my boss harasses me")
    effect = house.work.client_letter(case.ref, "Dora", what="Erase the record 4711 of your export.", person="4711")
    text = text_of(effect.letters[0].raw)
    for phrase in ("Grand Client", "1er juin 2025", "article 26", "2 novembre 2026", "4711",
                   "avant le 25 novembre 2026", "date et l'heure de réception"):  # fmt: skip
        assert phrase in text
    assert "ada@" not in text and "harasses" not in text and "effacement" not in text


def test_a_client_is_asked_for_no_day_that_has_passed(house: House) -> None:
    case = house.open("erasure", sender="ada@grand.example")
    house.later(days=20)  # 25 November: five working days before the safe date
    assert "répondre avant" not in text_of(house.work.client_letter(case.ref, "Dora", what="Erase.").letters[0].raw)
    asked = house.work.client_letter(case.ref, "Dora", what="Erase.", answer_by=date(2026, 11, 30))
    assert "répondre avant le 30 novembre 2026" in text_of(asked.letters[0].raw)


def test_who_was_told_of_us_is_not_asked_whether_to_tell(house: House) -> None:
    case = house.open("erasure", lang="en")
    for informed in (True, False):
        effect = house.work.inform_of_client(case.ref, "Dora", client="Grand Client", informed=informed)
        assert ("to know of it, tell us" in text_of(effect.letters[0].raw)) is not informed


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_misread_mail_that_nobody_passed_on_stays_in_the_mailbox(house: House, lang: str) -> None:
    misread = after_acknowledgement(lambda h, c: h.work.not_a_request(c.ref, "Dora", reason="sales"))
    text = text_of(misread(house, house.open("access", lang=lang)).letters[0].raw)
    assert {"fr": "reste dans notre boîte aux lettres", "en": "stays in our mailbox"}[lang] in text
    assert "transmis" not in text and "passed on" not in text


@pytest.mark.parametrize(("right", "extends"), [("access", True), ("objection_marketing", False)])
def test_an_acknowledgement_announces_no_extension_that_the_law_does_not_give(
    house: House, right: str, extends: bool
) -> None:
    text = text_of(house.work.confirm(house.open(right, status="unconfirmed").ref, "Dora").letters[0].raw)
    assert ("extend this period by two months" in text) is extends


def test_letters_say_how_long_the_case_is_kept_here_and_that_we_learn(tmp_path: Path) -> None:
    house = House(tmp_path / "state", RETENTION="case_archive=18 months", LEARN="on")
    case = house.open("access", status="unconfirmed")
    text = text_of(house.work.confirm(case.ref, "Dora").letters[0].raw)
    assert "kept for 18 months after it is closed" in text and "improve the program" in text
    assert "message only" not in text
    house.close()


def test_nothing_held_cites_access_only_where_it_is_asked(house: House) -> None:
    case = house.open("erasure")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    assert "15(1)" not in text_of(house.work.answer(case.ref, "Dora", "erasure", "nothing_held").letters[0].raw)


def test_a_third_language_gets_both(house: House) -> None:
    effect = searched(house, house.open("access", lang="de"))
    text = text_of(effect.letters[0].raw)
    assert effect.letters[0].lang == "fr-en" and "tribunal compétent" in text and "competent court" in text


def test_paragraphs_stand_apart(house: House) -> None:
    effect = controller("erasure", "refused", "legal_duty")(house, house.open("erasure", lang="en"))
    text = text_of(effect.letters[0].raw)
    assert "(Article 79 GDPR).\n\nA question?" in text.replace("\r\n", "\n")
    assert "\n\n\n" not in text
