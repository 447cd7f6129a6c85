"""What the acts refuse, told to a French and to an English reader: whole sentences, no codes, nothing untranslated."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from intake_bot.errors import IntakeError
from tests.integration.casework.house import House
from tests.support.language import problems

Deed = Callable[[House], object]


def _extended(house: House) -> object:
    case = house.open("access")
    house.advised(case, "extend")
    house.work.extend(case.ref, "Carl", reason="r", as_role="controller")
    house.advised(case, "extend")
    return house.work.extend(case.ref, "Carl", reason="r", as_role="controller")


def _late(house: House) -> object:
    case = house.open("access")
    house.advised(case, "extend")
    house.later(days=40)
    return house.work.extend(case.ref, "Carl", reason="r", as_role="controller")


def _promised(house: House) -> object:
    case = house.open("access")
    house.advised(case, "extend")
    return house.work.extend(case.ref, "Carl", reason="r", until=date(2028, 1, 1), as_role="controller")


def _asked(house: House) -> object:
    case = house.open("access")
    house.work.suspend(case.ref, "Dora", reason="doubt")
    return house.work.answer(case.ref, "Dora", "access", purposes=["account"], delivery="d")


def _stopped_in_part(house: House) -> object:
    case = house.open("withdraw_consent")
    house.work.confirm_stop(case.ref, "Dora", "mailing tool")
    house.advised(case, "partly")
    return house.work.answer(case.ref, "Carl", "withdraw_consent", "partly", grounds=["independent_basis"], reason="r",
                             as_role="controller")  # fmt: skip


def _ended(house: House) -> object:
    case = house.open("access", "erasure")
    house.work.record_search(case.ref, "Dora", "CRM", "nothing")
    house.work.answer(case.ref, "Dora", "access", "nothing_held")
    return house.work.deliver(case.ref, "Dora", right="access", in_account=True)


def _answered_again(house: House) -> object:
    case = house.open("access", "erasure")
    house.work.answer(case.ref, "Dora", "access", "withdrawn", reason="said so")
    return house.work.add_right(case.ref, "Dora", "access")


def _destroyed(house: House) -> object:
    case = house.open("access")
    house.work.not_a_request(case.ref, "Dora", reason="a sale")
    return house.work.reopen(case.ref, "Dora", reason="r")


def _admin(house: House) -> object:
    case = house.open("access", "erasure", sender="ada@grand.example")
    house.work.record_action(case.ref, "Dora", "CRM", done="deleted", rights=["erasure"])
    return house.work.answer(case.ref, "Dora", "erasure", done="all")


def _refused_with(house: House, right: str, *grounds: str) -> object:
    case = house.open(right)
    house.advised(case, "refuse")
    return house.work.refuse(case.ref, "Carl", right, grounds=grounds, reason="r", as_role="controller")


def _in_part(house: House) -> object:
    case = house.open("access")
    house.advised(case, "partly")
    return house.work.answer(
        case.ref, "Carl", "access", "partly", grounds=["rights_of_others"], reason="r", done="x", as_role="controller"
    )


def _merge(*rights: str, status: str = "open", sender: str = "ada@example.com", **more: str) -> Deed:
    def deed(house: House) -> object:
        first, second = house.open("access"), house.open(*rights, status=status, sender=sender)
        return house.work.merge(first.ref, "Dora", more.get("into", second.ref))

    return deed


def _client(client: str, rights: str = "erasure") -> Deed:
    return lambda house: house.work.client_letter(house.open(rights).ref, "Dora", what="delete", client=client)


def _ask(letter: str, **more: object) -> Deed:
    return lambda house: house.work.ask_identity(house.open("erasure").ref, "Dora", letter, reason="r", **more)  # type: ignore[arg-type]


#: What is refused -> the field that it belongs to.
DEEDS: dict[str, tuple[Deed, str]] = {
    "extended already": (_extended, "rights"),
    "too late to extend": (_late, "rights"),
    "promised too far": (_promised, "until"),
    "never extended": (
        lambda h: h.work.extend(h.open("objection_marketing").ref, "C", reason="r", as_role="controller"), "rights"),
    "identity open": (_asked, ""),
    "delivery after the end": (_ended, "right"),
    "asked again": (_answered_again, "right"),
    "content destroyed": (_destroyed, ""),
    "risks of erasing": (_admin, "despite"),
    "no ground": (lambda h: _refused_with(h, "access"), "grounds"),
    "wrong ground": (lambda h: _refused_with(h, "access", "legal_duty"), "grounds"),
    "ground of a part": (lambda h: _refused_with(h, "access", "rights_of_others"), "grounds"),
    "irrefusable": (lambda h: _refused_with(h, "objection_marketing", "unfounded"), "grounds"),
    "ground with a grant": (
        lambda h: h.work.answer(h.open("access").ref, "D", "access", "granted", grounds=["unfounded"]), "grounds"),
    "no outcome": (lambda h: h.work.answer(h.open("access").ref, "D", "access", "perhaps"), "outcome"),
    "no answer": (lambda h: h.work.answer(h.open("access").ref, "D", "access", "merged"), ""),
    "matter": (lambda h: h.work.answer(h.open("privacy_question").ref, "D", "privacy_question"), "right"),
    "not done": (lambda h: h.work.answer(h.open("erasure").ref, "D", "erasure", done="x"), ""),
    "not stopped": (lambda h: h.work.answer(h.open("withdraw_consent").ref, "D", "withdraw_consent"), ""),
    "stopped in part, nothing said": (_stopped_in_part, "done"),
    "access without purposes": (lambda h: h.work.answer(h.open("access").ref, "D", "access"), "purposes"),
    "access in part without purposes": (_in_part, "purposes"),
    "recipients without purposes": (
        lambda h: h.work.answer(h.open("recipients_notification").ref, "D", "recipients_notification", done="x"),
        "purposes"),
    "no such purpose": (
        lambda h: h.work.answer(h.open("access").ref, "D", "access", purposes=["blog"], delivery="d"), "purposes"),
    "nothing said": (lambda h: h.work.answer(h.open("portability").ref, "D", "portability"), "done"),
    "no search": (lambda h: h.work.answer(h.open("access").ref, "D", "access", "nothing_held"), ""),
    "other right": (lambda h: h.work.answer(h.open("access").ref, "D", "erasure", done="x"), "rights"),
    "no right": (lambda h: h.work.answer(h.open("access").ref, "D", "privacy", done="x"), "rights"),
    "fee for a stop": (
        lambda h: h.work.charge_fee(h.open("objection_marketing").ref, "C", "objection_marketing", amount="5",
                                    reason="r", as_role="controller"), "right"),
    "fee of nothing": (
        lambda h: h.work.charge_fee(h.open("access").ref, "C", "access", amount="", reason="r", as_role="controller"),
        "amount"),
    "closed too early": (lambda h: h.work.close(h.open("access").ref, "D"), ""),
    "specification": (lambda h: h.work.request_specification(h.open("erasure").ref, "D", reason="r"), ""),
    "suspends nothing": (lambda h: h.work.suspend(h.open("access").ref, "D", event="x_y", reason="r"), "event"),
    "answers nothing": (lambda h: h.work.resume(h.open("access").ref, "D", event="x_y"), "event"),
    "nothing asked": (lambda h: h.work.resume(h.open("access").ref, "D"), ""),
    "no fact": (lambda h: h.work.record_fact(h.open("access").ref, "D", "x_y", h.now()), "fact"),
    "fact in the future": (
        lambda h: h.work.record_fact(h.open("access").ref, "D", "minor_at_collection", h.now() + timedelta(days=2)),
        "at"),
    "right in the future": (
        lambda h: h.work.add_right(h.open("access").ref, "D", "erasure", received_at=h.now() + timedelta(days=2)),
        "received_at"),
    "no rights": (lambda h: h.work.correct(h.open("access").ref, "D", []), "rights"),
    "empty note": (lambda h: h.work.note(h.open("access").ref, "D", " "), "text"),
    "not held": (lambda h: h.work.release(h.open("access").ref, "D"), ""),
    "no address": (lambda h: h.work.choose_addressee(h.open("access").ref, "D", "x", reason="r"), "address"),
    "advice on nothing": (lambda h: h.work.record_advice(h.open("access").ref, "D", "x_y", "a"), "about"),
    "no system": (lambda h: h.work.record_search(h.open("access").ref, "D", " ", "x"), "system"),
    "no stop": (lambda h: h.work.confirm_stop(h.open("access").ref, "D", "CRM"), ""),
    "no recipient": (lambda h: h.work.notify_recipient(h.open("erasure").ref, "D", "x_y"), "recipient"),
    "nobody to tell": (lambda h: h.work.notify_recipient(h.open("access").ref, "D", "hosting"), "rights"),
    "colleague": (lambda h: h.work.ask_colleague(h.open("access").ref, "D", "x@far.example", "q"), "to"),
    "no question": (lambda h: h.work.ask_colleague(h.open("access").ref, "D", "x@far.example", ""), "question"),
    "nothing to give": (lambda h: h.work.deliver(h.open("access").ref, "D"), "files"),
    "no right to give": (lambda h: h.work.deliver(h.open("erasure").ref, "D", in_account=True), "right"),
    "which right": (lambda h: h.work.deliver(h.open("access", "portability").ref, "D", in_account=True), "right"),
    "not verified": (lambda h: h.work.deliver(h.open("access").ref, "D", files=[("a.csv", b"a")]), ""),
    "empty file": (lambda h: h.work.deliver(h.open("access").ref, "D", files=[("a.csv", b"")]), "files"),
    "split all": (lambda h: h.work.split(h.open("access").ref, "D", ["access"], reason="r"), "rights"),
    "split nothing": (lambda h: h.work.split(h.open("access").ref, "D", [], reason="r"), "rights"),
    "unknown case": (_merge("access", into="2026-9999"), "into"),
    "two addresses": (_merge("access", sender="bob@example.com"), "same_person"),
    "nothing in common": (_merge("erasure"), "into"),
    "to be confirmed": (_merge("access", status="unconfirmed"), "into"),
    "with itself": (_merge("access", into="2026-0001"), "into"),
    "no client": (_client("Nobody"), "client"),
    "no arrangement": (_client("Petit Client"), "client"),
    "client not needed": (_client("Grand Client", "access"), "despite"),
    "document for erasure": (_ask("id_document"), "letter"),
    "heir": (_ask("heir"), "letter"),
    "no identity letter": (_ask("x_y"), "letter"),
    "no addressee": (lambda h: h.work.request_specification(
        h.open("access", hold=["internal_sender"], sender="x@octoop.com").ref, "D", reason="r"), ""),
    "no act": (lambda h: h.work.preview("x_y"), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", DEEDS)
def test_a_refusal_is_told_in_the_words_of_its_reader(house: House, name: str) -> None:
    deed, field = DEEDS[name]
    with pytest.raises(IntakeError) as caught:
        deed(house)
    french, english = caught.value.said("fr"), caught.value.said("en")
    assert french != english
    assert problems(french, "fr") == [], french
    assert problems(english, "en") == [], english
    assert caught.value.field == field
