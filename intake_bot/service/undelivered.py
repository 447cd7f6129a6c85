"""Letters to people that did not arrive: refused, or come back, and none of their kind left since."""

from collections.abc import Sequence

from intake_bot.cases.events import Event, EventType
from intake_bot.store.register import RegisterStore
from intake_bot.store.store import Store

#: What says that a letter did not arrive.
LOST = (EventType.LETTER_FAILED, EventType.DELIVERY_FAILED)


def cases(store: Store) -> list[str]:
    """The ids of the running cases of which a letter to a person did not arrive, the newest loss first.

    Which letter an event speaks of is sealed, so the events of the cases that may be meant are opened.
    """
    candidates = {item for type_ in LOST for item in store.cases.running_with(type_)}
    found = {item: events[-1].occurred_at for item in candidates if (events := lost(store, item))}
    return sorted(found, key=lambda item: found[item], reverse=True)


def lost(store: Store, case_id: str, signs: Sequence[EventType] = LOST) -> list[Event]:
    """The events by which letters to people were lost in a case and that still hold, oldest first.

    One holds until a letter of its kind leaves, or a person decides against the letter. What went to the desk is no
    matter of the person's.
    """
    to_desk, found = RegisterStore(store.database).desk_letters(case_id), dict[str, Event]()
    for event in store.cases.events(case_id):
        kind, letter = str((event.payload or {}).get("kind", "")), _letter(event)
        if event.type in signs and letter not in to_desk:
            found.pop(kind, None)
            found[kind] = event
        elif event.type is EventType.LETTER_SENT:
            found.pop(kind, None)
        elif event.type is EventType.LETTER_REJECTED and kind in found and letter == _letter(found[kind]):
            del found[kind]
    return list(found.values())


def _letter(event: Event) -> str:
    return str((event.payload or {}).get("letter", ""))
