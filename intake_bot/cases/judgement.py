"""What persons said of the reading of the mail that opened a case: the rights that it really asks for. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake_bot.cases.events import Event, EventType
from intake_bot.rights import Right

BOT = "bot"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reading that a person stands for."""

    rights: frozenset[Right]  # asked for
    doubtful: frozenset[Right]  # named by the bot, and nobody has said yet whether they are asked for


class _Reading:
    """The rights of the mail, one after the other as persons speak of them."""

    def __init__(self, opening: Mapping[str, Any]) -> None:
        self.received = opening["received_at"]
        self.rights = {Right(item["right"]) for item in opening["rights"]}
        self.named = set(self.rights)  # by anybody, of this mail
        self.sure: set[Right] = set()

    def confirmed(self, payload: Mapping[str, Any]) -> None:
        self.sure |= self._named(payload)

    def removed(self, payload: Mapping[str, Any]) -> None:
        gone = self._named(payload)
        self.rights -= gone
        self.sure -= gone

    def added(self, payload: Mapping[str, Any]) -> None:
        if payload["received_at"] > self.received:  # a later mail asked for it
            return
        for rights in (self.rights, self.named, self.sure):
            rights.add(Right(payload["right"]))

    def reopened(self, payload: Mapping[str, Any]) -> None:
        """A right that is named was asked for after all; without names the case goes on as it was."""
        named = {Right(code) for code in payload.get("rights", ())} & self.named
        self.rights |= named
        self.sure |= named

    def answered(self, payload: Mapping[str, Any]) -> None:
        """An answer says that the right was asked for, unless it says that it was not.

        "Handled" closes a found case with all that the bot saw in it: nobody read it right by right.
        """
        if payload["outcome"] != "handled":
            (self.removed if payload["outcome"] == "not_a_request" else self.confirmed)(payload)

    def _named(self, payload: Mapping[str, Any]) -> set[Right]:
        """The rights that a payload names, all of the mail's when it names none."""
        named = payload.get("rights", ())
        return {Right(code) for code in named} & self.rights if named else set(self.rights)


_WORDS: dict[EventType, Callable[[_Reading, Mapping[str, Any]], None]] = {
    EventType.CONFIRMED: _Reading.confirmed,
    EventType.RIGHT_CONFIRMED: _Reading.confirmed,
    EventType.RIGHT_REMOVED: _Reading.removed,
    EventType.RIGHT_ADDED: _Reading.added,
    EventType.ANSWERED: _Reading.answered,
    EventType.REOPENED: _Reading.reopened,
}


def judgement(events: Iterable[Event]) -> Judgement | None:
    """What persons said of the mail that opened a case; None when nobody did, or once its content was erased.

    "Not a request" destroys the text, so that such a case teaches nothing (docs/classifier.md); its score stays in
    the figures.
    """
    reading: _Reading | None = None
    for event in events:
        if event.payload is None or event.type is EventType.NOT_A_REQUEST:
            return None
        if event.type is EventType.OPENED:
            reading = _Reading(event.payload)
        elif reading is not None and event.actor != BOT and event.type in _WORDS:
            _WORDS[event.type](reading, event.payload)
    if reading is None or not reading.sure:  # nobody but a person makes a right sure
        return None
    return Judgement(frozenset(reading.sure), frozenset(reading.rights - reading.sure))
