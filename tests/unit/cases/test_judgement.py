from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake_bot import clock
from intake_bot.cases.events import Event, EventType
from intake_bot.cases.judgement import Judgement, judgement
from intake_bot.rights import Right

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
RECEIVED, LATER = clock.to_text(AT), clock.to_text(AT + timedelta(days=2))
Said = tuple[str, str, dict[str, Any]]


def events(*rights: str, said: tuple[Said, ...] = ()) -> list[Event]:
    """A case that the bot opened with these rights, and what was said of it since, an hour apart."""
    opening = {"received_at": RECEIVED, "rights": [{"right": code, "status": "open"} for code in rights]}
    facts: list[Said] = [("opened", "bot", opening), *said]
    return [
        Event("c", seq, EventType(kind), 1, "default", "octoop", actor, AT + timedelta(hours=seq), AT, payload)
        for seq, (kind, actor, payload) in enumerate(facts)
    ]


@pytest.mark.parametrize(
    ("rights", "said", "asked", "doubtful"),
    [
        (["access"], [("confirmed", "Dora", {"rights": []})], {"access"}, set()),
        (["access", "erasure"], [("confirmed", "Dora", {"rights": ["access"]})], {"access"}, {"erasure"}),
        (
            ["access"],
            [
                ("right_added", "Dora", {"right": "erasure", "received_at": RECEIVED, "status": "open"}),
                ("right_removed", "Dora", {"rights": ["access"]}),
                ("confirmed", "Dora", {"rights": ["erasure"], "reason": ""}),
            ],
            {"erasure"},
            set(),
        ),
        (
            ["access"],
            [
                ("right_added", "Dora", {"right": "erasure", "received_at": LATER, "status": "open"}),
                ("confirmed", "Dora", {"rights": []}),
            ],
            {"access"},
            set(),
        ),
        (["access", "objection"], [("answered", "Dora", {"outcome": "granted", "rights": ["objection"]})],
         {"objection"}, {"access"}),
        (["access", "objection"], [("confirmed", "Dora", {"rights": []}),
                                   ("answered", "Dora", {"outcome": "not_a_request", "rights": ["objection"]})],
         {"access"}, set()),
        (["access", "erasure"], [("right_removed", "Dora", {"rights": ["erasure"]}),
                                 ("reopened", "Dora", {"rights": ["erasure"], "reason": "misread"})],
         {"erasure"}, {"access"}),
        (["access"], [("right_confirmed", "Dora", {"rights": ["portability"]}), ("confirmed", "Dora", {})],
         {"access"}, set()),
    ],
)  # fmt: skip
def test_what_a_person_said_counts(rights: list[str], said: list[Said], asked: set[str], doubtful: set[str]) -> None:
    found = judgement(events(*rights, said=tuple(said)))
    assert found == Judgement(frozenset(map(Right, asked)), frozenset(map(Right, doubtful)))


@pytest.mark.parametrize(
    "said",
    [
        [],
        [("answered", "bot", {"outcome": "granted", "rights": []})],
        [("noted", "Dora", {"text": "read"})],
        [("answered", "Dora", {"outcome": "handled", "rights": ["access"], "reason": "by post"})],
        [("reopened", "Dora", {"rights": [], "reason": "again"})],
        [("right_removed", "Dora", {"rights": ["access"]})],
        [("confirmed", "Dora", {}), ("not_a_request", "Dora", {"reason": "sales"})],
    ],
)
def test_without_a_word_of_a_person_or_without_a_right_it_teaches_nothing(said: list[Said]) -> None:
    assert judgement(events("access", said=tuple(said))) is None


def test_what_was_erased_teaches_nothing() -> None:
    found = events("access", said=(("confirmed", "Dora", {}),))
    erased = [Event(*(getattr(item, name) for name in item.__slots__[:-1]), None) for item in found]
    assert judgement(erased) is None
