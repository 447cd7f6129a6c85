"""Grounds, policy, recipients, clients: what the tables say, checked against law.md 4.1 and 6.2."""

import tomllib
from dataclasses import dataclass
from datetime import date

import pytest

from intake_bot import resources
from intake_bot.cases import clientele
from intake_bot.cases.clientele import Standing, must_allow, named_in, need
from intake_bot.cases.policy import advise, policy_from
from intake_bot.cases.recipients import recipients_from
from intake_bot.errors import IllegalTransition, IntakeError
from intake_bot.law.grounds import ACROSS, GROUNDS, NEVER, WORDS, Ground, check, grounds_of
from intake_bot.people.clients import Client
from intake_bot.rights import Right

POLICY = policy_from(tomllib.loads((resources.data_dir() / "policy.toml").read_text("utf-8")), "policy.toml")
RECIPIENTS = recipients_from(tomllib.loads((resources.data_dir() / "recipients.toml").read_text("utf-8")), "r.toml")


def test_every_ground_has_words_in_both_languages_with_its_article() -> None:
    for ground in Ground:
        assert WORDS[ground].text("fr").count("(") == WORDS[ground].text("fr").count(")")
        assert "rticle" in WORDS[ground].text("fr") and "rticle" in WORDS[ground].text("en").replace("art.", "article")
    assert {item for items in GROUNDS.values() for item in items} == set(Ground)


@pytest.mark.parametrize(
    ("right", "ground"),
    [
        (Right.ACCESS, "legal_claims"), (Right.ACCESS, "no_erasure_ground"), (Right.RECTIFICATION, "legal_duty"),
        (Right.OBJECTION_MARKETING, "compelling"), (Right.OBJECTION_MARKETING, "unfounded"),
        (Right.WITHDRAW_CONSENT, "excessive"), (Right.PORTABILITY, "legal_duty"), (Right.PRIVACY_QUESTION, "unfounded"),
    ],
)  # fmt: skip
def test_a_ground_of_another_right_is_no_ground(right: Right, ground: str) -> None:
    with pytest.raises(IntakeError, match="no ground against"):
        check(right, [ground], whole=True)


@pytest.mark.parametrize(("right", "ground"), [(Right.ERASURE, "legal_duty"), (Right.OBJECTION, "compelling")])
def test_a_ground_of_the_list_is(right: Right, ground: str) -> None:
    assert check(right, [ground], whole=True) == (Ground(ground),)


@pytest.mark.parametrize(
    ("right", "ground"),
    [
        (Right.ACCESS, "rights_of_others"),
        (Right.WITHDRAW_CONSENT, "independent_basis"),
        (Right.RECTIFICATION, "opinion"),
    ],
)
def test_what_limits_an_answer_never_refuses_it_whole(right: Right, ground: str) -> None:
    assert check(right, [ground], whole=False)
    with pytest.raises(IntakeError, match="partly"):
        check(right, [ground], whole=True)


def test_a_refusal_without_ground_is_none() -> None:
    with pytest.raises(IntakeError, match="needs a ground"):
        check(Right.ACCESS, [], whole=True)
    assert grounds_of(Right.OBJECTION_MARKETING) == ()
    assert set(ACROSS) <= set(GROUNDS[Right.ACCESS]) and Right.OBJECTION_MARKETING in NEVER


#: law.md 6.2: object, marketing, withdraw, portability.
BY_HAND = {
    "account": "disputed no no yes", "subscription": "disputed no no yes", "invoicing": "no no no contract_data",
    "refunds": "no no no yes", "prospecting": "yes yes no no", "support": "yes no no no",
    "newsletter": "no yes yes yes", "webinars": "yes if_follow_up no no", "contests": "no no yes yes",
    "traffic": "no no yes rarely", "statistics": "no no yes rarely", "reviews": "no no yes yes",
    "affiliation": "no no yes yes",
}  # fmt: skip


def test_the_policy_is_that_of_the_law_paper() -> None:
    found = {
        item.code: " ".join(item.rules[name] for name in ("object", "marketing", "withdraw", "portability"))
        for item in POLICY.purposes
    }
    assert found == BY_HAND
    assert [item.code for item in POLICY.purposes if item.role == "sole"] == ["traffic"]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("right", list(Right))
def test_advice_names_its_source_and_refuses_nothing(right: Right, lang: str) -> None:
    found = advise(POLICY, right, lang)
    assert len(found) == 13
    assert all(line.applies in ("yes", "no", "ask") and line.text and line.source == POLICY.source for line in found)


def test_an_objection_of_a_user_who_is_no_party_is_for_the_dpo() -> None:
    (line,) = advise(POLICY, Right.OBJECTION, "en", ["account"])
    assert line.applies == "ask" and "do not reject" in line.text


def test_policy_errors_name_row_and_word() -> None:
    with pytest.raises(IntakeError, match="purpose x needs"):
        policy_from({"purposes": {"x": {}}}, "p.toml")
    with pytest.raises(IntakeError, match="no purpose blog"):
        POLICY.find(["blog"])


def test_recipients_are_the_categories_of_the_policy() -> None:
    assert {row.code for row in RECIPIENTS.all} == {
        "social_networks", "public_authorities", "regulated_professions", "payment", "telephony", "chat", "hosting",
        "emailing", "webinars", "published",
    }  # fmt: skip
    assert [row.code for row in RECIPIENTS.all if not row.notified] == ["public_authorities", "regulated_professions"]
    assert RECIPIENTS.find("social_networks").text("en") == (
        "social networks linked to the account: LinkedIn, Facebook, Instagram"
    )
    purposes = {item.code for item in POLICY.purposes}
    assert all(set(row.purposes) <= purposes for row in RECIPIENTS.all)
    with pytest.raises(IntakeError, match="no recipient"):
        RECIPIENTS.find("nobody")


@dataclass
class Told:
    """One row of the table of the default: who has to hear."""

    rights: tuple[Right, ...]
    left: bool
    needed: bool


JOINT = Client("Grand Client", ("grand.example",), "dpo@grand.example", date(2025, 6, 1), (("*", "both"),))


@pytest.mark.parametrize(
    "row",
    [
        Told((Right.ACCESS,), False, False), Told((Right.PRIVACY_COMPLAINT,), False, False),
        Told((Right.ERASURE,), True, False), Told((Right.ERASURE,), False, True),
        Told((Right.ACCESS, Right.RECTIFICATION), False, True),
    ],
)  # fmt: skip
def test_an_employer_hears_only_what_it_must(row: Told) -> None:
    assert need(JOINT, row.rights, left=row.left).needed is row.needed


def test_no_letter_without_client_arrangement_contact_or_need() -> None:
    with pytest.raises(IllegalTransition, match="no client"):
        must_allow(None, None, "")
    with pytest.raises(IllegalTransition, match="arrangement"):
        must_allow(Client("New", ("n.example",), "x@n.example"), None, "")
    with pytest.raises(IllegalTransition, match="contact"):
        must_allow(Client("New", ("n.example",), "", date(2026, 1, 1)), None, "")
    with pytest.raises(IllegalTransition, match="not needed"):
        must_allow(JOINT, need(JOINT, [Right.ACCESS]), "")
    must_allow(JOINT, need(JOINT, [Right.ACCESS]), "the client holds the only copy")


def test_clients_are_recognised_by_their_whole_name() -> None:
    assert named_in("Je travaille chez GRAND CLIENT, à Lyon.", ["Grand Client", "Client"]) == ("Grand Client", "Client")
    assert named_in("Grand Clientèle", ["Grand Client"]) == ()
    assert clientele.who_answers(JOINT, [Right.ACCESS]) == ((Right.ACCESS, "both"),)


@pytest.mark.parametrize(
    ("contract", "running"), [("running", True), ("2026-11-23", True), ("2026-11-22", False), ("", False)]
)
def test_running_contracts(contract: str, running: bool) -> None:
    assert Standing(contract=contract).running(date(2026, 11, 23)) is running


def test_the_only_administrator() -> None:
    assert Standing(("a@x.example",)).only_administrator("A@x.example")
    assert not Standing(("a@x.example", "b@x.example")).only_administrator("a@x.example")
