"""The ladder in the flow: one first letter, no oracle, the clock from the sending, answers, reminder and notice."""

import re
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy

import pytest

from intake_bot.service.casework import open_casework
from intake_bot.service.identification import reminders_due
from intake_bot.service.letter_edit import text_of
from intake_bot.service.suppression import Suppression
from tests.integration.identity.conftest import DPO, House, body, to_people, written

ACCESS = "Bonjour, je voudrais une copie de mes données.\n"

#: Rows 12 to 15a and 14a: an address that nobody knows, and what the directory says of the details.
STRANGERS = [
    ("12", ""),
    ("13", "Je m'appelle Anne Double."),
    ("14", "Ma facture est FA-2025-0002."),
    ("14a", "Ma facture est FA-2025-0001."),
    ("15", "Ma facture est FA-2025-0003."),
]


def sent_id(received: object) -> str:
    raw: bytes = received.raw  # type: ignore[attr-defined]
    return next(line[12:].decode().strip() for line in raw.split(b"\r\n") if line.startswith(b"Message-ID: "))


def neutral(raw: bytes) -> bytes:
    """A letter without what differs by its nature: reference, ids, tokens and dates."""
    for pattern, put in (
        (rb"\d{4}-\d{4}\b", b"REF"), (rb"[0-9a-f]{32}", b"TOKEN"), (rb"boundary=\"[^\"]+\"", b"BOUNDARY"),
        (rb"--=+\d+==", b"--BOUNDARY"), (rb"<\d+@mail.test>", b"<ID>"),
    ):  # fmt: skip
        raw = re.sub(pattern, put, raw)
    return raw


def test_a_known_and_authenticated_person_is_asked_nothing(house: House) -> None:
    outcome = house.take(written("paul@home.test", ACCESS))
    assert [letter.kind for letter in to_people(outcome)] == ["acknowledgement"]
    decision = house.decisions(outcome)[0]
    assert (decision["row"], decision["registered"]) == ("11", ["A-3"])
    assert "Paul" not in str(decision)
    assert "paul@" not in str(decision)


def test_the_first_letter_is_no_oracle(house: House) -> None:
    rows = []
    for row, words in STRANGERS:
        outcome = house.take(written("autre@mail.test", f"{ACCESS}{words}\n", "Demande"))
        house.now.later(days=2)  # beyond the budgets of one address
        rows.append((row, house.decisions(outcome)[0]["row"]))
        (letter,) = to_people(outcome)
        assert (letter.kind, letter.recipient) == ("supplementary", "autre@mail.test")
    assert all(wanted == found for wanted, found in rows), rows
    kept = {
        (item.kind, item.status, item.legal_effect) for item in house.store.outbox.all() if item.audience == "person"
    }
    assert kept == {("supplementary", "queued", False)}, "the same pace for all"
    assert house.addressed() == {"autre@mail.test"}


def test_identical_bytes_at_one_moment(house: House) -> None:
    found = set()
    for number, (_, words) in enumerate(STRANGERS):
        outcome = house.take(written(f"autre{number}@mail.test", f"{ACCESS}{words}\n", "Demande"))
        (letter,) = to_people(outcome)
        found.add(neutral(letter.raw).replace(f"autre{number}@".encode(), b"autre@"))
    assert len(found) == 1


def test_nothing_is_asked_without_a_word_in_the_configuration(make: Callable[..., House]) -> None:
    house = make(IDENTITY_LETTERS="")
    outcome = house.take(written("autre@mail.test", ACCESS))
    assert [letter.kind for letter in to_people(outcome)] == ["acknowledgement"]
    assert house.decisions(outcome)[0]["row"] == "12"
    house.send()
    assert house.clock_events(outcome) == []


def test_the_clock_stands_still_only_once_the_question_left(make: Callable[..., House]) -> None:
    house = make(SEND_MODE="approve")
    outcome = house.take(written("autre@mail.test", ACCESS))
    house.send()
    assert house.clock_events(outcome) == [], "held for approval: nobody was asked"
    held = next(item for item in house.store.outbox.all() if item.audience == "person")
    house.now.later(days=2)
    house.store.outbox.approve(held.id, "dpo", house.now(), mode="approve")
    house.send()
    assert house.clock_events(outcome) == ["id_requested"]
    case = house.store.cases.all()[0]
    assert case.due_on is None, "no binding date runs while the answer is awaited"
    assert case.safe_on is not None


def test_a_yes_from_the_registered_address_settles(house: House) -> None:
    asked = house.take(written("paul@home.test", ACCESS), result="")
    assert house.decisions(asked)[0]["row"] == "8"
    assert [(item.kind, item.recipient) for item in to_people(asked)] == [("confirm", "paul@home.test")]
    question = next(item for item in house.send() if item.recipients == ("paul@home.test",))
    house.now.later(days=3)
    reply = written("paul@home.test", "Oui, c'est moi.\n", "RE: Est-ce bien vous ?", In_Reply_To=sent_id(question))
    outcome = house.take(reply)
    assert outcome.disposition == "FOLLOW_UP"
    assert house.clock_events(asked) == ["id_requested", "id_received"]
    last = house.decisions(asked)[-1]
    assert (last["row"], last["settled"]) == ("7a", True)
    case = house.store.cases.all()[0]
    assert case.due_on == date(2026, 12, 28), "a month from the receipt and the three days of the answer, rolled"


@pytest.mark.parametrize(
    ("text", "result", "against"),
    [
        ("Oui, c'est moi.\n", "", "not_authenticated"),
        ("Non, je n'ai rien demandé.\n", "pass", "says_no"),
        ("Voici ma réponse.\n", "pass", "no_clear_yes"),
    ],
)
def test_anything_else_goes_to_the_dpo(house: House, text: str, result: str, against: str) -> None:
    asked = house.take(written("paul@home.test", ACCESS), result="")
    question = next(item for item in house.send() if item.recipients == ("paul@home.test",))
    house.now.later(days=1)
    reply = written("paul@home.test", text, "RE: Est-ce bien vous ?", In_Reply_To=sent_id(question))
    outcome = house.take(reply, result=result)
    assert house.clock_events(asked) == ["id_requested"]
    last = house.decisions(asked)[-1]
    assert last["settled"] is False
    assert against in list(last["against"])  # type: ignore[call-overload]
    assert [letter.recipient for letter in outcome.letters] == [DPO]
    assert "nswer to the identity question" in body(outcome.letters[0])


def test_the_registered_address_speaks_up_for_a_stranger(house: House) -> None:
    """Row 14: the first letter says to write from the address on file; a reply from there belongs to the case."""
    asked = house.take(written("autre@mail.test", f"{ACCESS}Ma facture est FA-2025-0002.\n"))
    question = next(item for item in house.send() if item.recipients == ("autre@mail.test",))
    house.now.later(days=1)
    reply = written("paul@home.test", "Oui, c'est bien moi.\n", "RE: demande", In_Reply_To=sent_id(question))
    outcome = house.take(reply)
    assert (outcome.disposition, outcome.case and outcome.case.ref) == ("FOLLOW_UP", asked.case and asked.case.ref)
    assert house.clock_events(asked) == ["id_requested", "id_received"]


def test_the_employer_is_never_written_to(house: House) -> None:
    text = f"{ACCESS}J'ai quitté Grand Client. Je m'appelle Jeanne Martin, facture FA-2025-0001.\n"
    outcome = house.take(written("jeanne@private.test", text))
    decision = house.decisions(outcome)[0]
    assert (decision["row"], decision["human"], decision["client"]) == ("14a", True, "Grand Client")
    house.send()
    assert house.addressed() == {"jeanne@private.test"}
    assert not any("jeanne@client.test" in item.recipients for item in house.sink.received)


def test_one_reminder_then_a_notice_for_the_dpo(house: House) -> None:
    outcome = house.take(written("autre@mail.test", ACCESS))
    house.send()
    house.now.later(days=6)
    assert reminders_due(house.store.cases.all(), house.now()) == []
    house.now.later(days=1)
    for _ in range(3):
        house.tick()
        house.now.later(days=1)
    kinds = [item.kind for item in house.store.outbox.all() if item.audience == "person"]
    assert kinds == ["supplementary", "identity_reminder"]
    house.now.later(days=17)  # before the safe date, 23 December
    house.tick()
    house.tick()
    letters = [item for item in house.store.outbox.all() if item.audience == "person"]
    assert [(item.kind, item.status) for item in letters[2:]] == [("cannot_identify", "held")]
    case = house.store.cases.all()[0]
    assert (case.status, case.ref) == ("open", outcome.case and outcome.case.ref), "silence closes nothing"


def test_a_stop_is_recorded_at_once_without_a_question(house: House) -> None:
    outcome = house.take(written("autre@mail.test", "Je m'oppose à toute prospection.\n"))
    (letter,) = to_people(outcome)
    assert letter.kind == "acknowledgement", "an acknowledgement in other words, under the same grant"
    assert "opposition est enregistrée" in str(message_from_bytes(letter.raw, policy=policy.default)["Subject"])
    assert house.store.suppression.holds("autre@mail.test")
    assert house.decisions(outcome)[0]["row"] == "1"
    assert outcome.case is not None
    assert outcome.case.running, "recorded is not stopped: the right stays open"


def test_a_withdrawal_in_a_reply_stops_mailings_once_a_person_has_confirmed_it(house: House) -> None:
    outcome = house.take(written("paul@home.test", ACCESS))
    (letter,) = [item for item in house.send() if item.recipients == ("paul@home.test",)]
    house.now.later(days=1)
    reply = {"In-Reply-To": sent_id(letter)}
    house.take(
        written("paul@home.test", "Je retire mon consentement à votre newsletter.\n", "Re: Mes données", **reply)
    )
    suppression = Suppression(house.settings, house.store, now=house.now)
    assert suppression.collect(house.now()) == 0
    assert outcome.case is not None
    open_casework(house.settings, house.store, house.now).confirm(outcome.case.ref, "Dora")
    assert suppression.collect(house.now()) == 1
    assert house.store.suppression.holds("paul@home.test")


def test_a_stop_beside_another_right_is_not_delayed(house: House) -> None:
    text = "Je m'oppose à toute prospection et je voudrais une copie de mes données.\n"
    outcome = house.take(written("autre@mail.test", text))
    assert [letter.kind for letter in to_people(outcome)] == ["supplementary"]
    assert house.store.suppression.holds("autre@mail.test")
    house.send()
    case = house.store.cases.all()[0]
    assert [str(item.right) for item in case.rights if item.clock_events] == ["access"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Mon mari est décédé ; supprimez son compte, s'il vous plaît.\n", "deceased"),
        ("Je vous transmets la demande d'une salariée : une copie de ses données.\n", "relayed"),
        ("We need a copy of the data of our former employee.\n", "company_asks"),
        ("J'ai 14 ans et je voudrais une copie de mes données.\n", "minor"),
    ],
)
def test_circumstances_that_a_person_answers(house: House, text: str, sign: str) -> None:
    outcome = house.take(written("autre@mail.test", text))
    assert outcome.disposition == "HOLD"
    assert sign in outcome.reasons
    assert house.addressed() == set()


def test_an_agent_is_asked_for_the_mandate_once_where_it_is_allowed(make: Callable[..., House]) -> None:
    text = "J'agis en qualité de mandataire de M. Durand, qui souhaite une copie de ses données.\n"
    house = make()
    outcome = house.take(written("agence@mandat.test", text))
    assert [letter.kind for letter in to_people(outcome)] == ["mandate"]
    house.send()
    assert house.clock_events(outcome) == ["mandate_requested"]
    house.now.later(days=27)
    house.tick()
    notice = next(item for item in house.store.outbox.all() if item.kind == "cannot_identify")
    assert notice.raw is not None
    assert "que la personne vous a chargé de cette demande" in " ".join(text_of(notice.raw).split())


def test_an_agent_is_left_to_a_person_otherwise(make: Callable[..., House]) -> None:
    text = "J'agis en qualité de mandataire de M. Durand, qui souhaite une copie de ses données.\n"
    house = make(IDENTITY_LETTERS="confirm,supplementary")
    outcome = house.take(written("agence@mandat.test", text))
    assert (outcome.disposition, house.addressed()) == ("HOLD", set())
    assert "agent" in outcome.reasons
