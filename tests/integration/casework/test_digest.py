"""The digest of a house with cases in every state: what it names, in both languages."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from intake_bot.cases.events import EventType, NewEvent
from intake_bot.service.clockwork import Clockwork
from tests.integration.casework.house import RECEIVED, House

WORDS = {
    "en": ("Suspended", "since 5 November 2026", "can still be extended", "until 2 December 2026", "came back"),
    "fr": ("Suspendus", "depuis le 5 novembre 2026", "Prolongation de deux", "jusqu'au 2 décembre 2026", "revenues"),
}


@pytest.mark.parametrize("lang", WORDS)
def test_it_names_what_stands_still_what_can_be_extended_and_what_came_back(lang: str, tmp_path) -> None:
    house = House(tmp_path / "state", DPO_EMAIL="dpo@octoop.com", DESK_LANGUAGE=lang)
    asked, due, gone = house.open("access"), house.open("erasure"), house.open("objection_marketing")
    house.work.suspend(asked.ref, "Dora", reason="unknown address", at=house.time)
    lost = {"letter": "0" * 12, "kind": "acknowledgement", "action": "failed", "status": "5.1.1"}
    house.store.cases.append(gone.id, [NewEvent(EventType.DELIVERY_FAILED, "bot", house.time, lost)])
    house.time = RECEIVED + timedelta(days=22)
    letter = Clockwork(house.settings, house.store, now=house.now).write_digest(house.time.date())
    assert letter is not None
    text = message_from_bytes(letter.raw, policy=policy.default).get_body(("plain",)).get_content()
    for word in WORDS[lang]:
        assert word in text, text
    stopped, extendable = text.index(WORDS[lang][0]), text.index(WORDS[lang][2])
    assert asked.ref in text[stopped:extendable] and due.ref not in text[stopped:extendable]
    assert due.ref in text[extendable:] and asked.ref in text[extendable:], "a question does not move the prudent date"
    assert gone.ref in text[text.index(WORDS[lang][4]) :]
    house.store.close()
