"""The engine and the day-by-day simulator agree on 10,000 random requests."""

import random
from datetime import UTC, datetime, timedelta

from intake_bot.law.deadlines import ClockEvent, ClockInput, compute
from intake_bot.rights import Right
from tests.unit.law.simulator import Story, Way, live, safest

RIGHTS = [
    "access", "erasure", "rectification", "restriction", "portability", "objection", "automated_decision",
    "recipients_notification", "post_mortem", "objection_marketing",
]  # fmt: skip
TYPES = [
    "id_requested", "id_received", "id_insufficient", "mandate_requested", "mandate_received", "extension_notice",
    "received_by_joint_controller", "clarification_requested", "clarification_received", "minor_at_collection",
    "header_date", "read_by_dpo",
]  # fmt: skip
WEIGHTS = [8, 8, 1, 3, 3, 6, 1, 1, 1, 1, 1, 1]


def random_story(rng: random.Random) -> Story:
    """Receipts over five years at any minute; events anywhere, and often around the ends of the two periods."""
    received = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 365 * 5))
    events = []
    for _ in range(rng.choice([0, 1, 2, 2, 3, 4, 5, 7])):
        days = rng.choice([rng.uniform(-2, 40), rng.uniform(27, 36), rng.uniform(40, 130), rng.uniform(88, 96)])
        at = received + timedelta(seconds=round(days * 86400))
        type_ = rng.choices(TYPES, WEIGHTS)[0]
        if type_ == "received_by_joint_controller":
            at = received + timedelta(seconds=rng.randrange(-5 * 86400, 5 * 86400))
        events.append((type_, at))
    return Story(rng.choice(RIGHTS), received, rng.choice(["FR", "FR", "FR", "FR-ALS", "FR-972", "FR-974"]), events)


def test_engine_agrees_with_the_simulator_on_ten_thousand_random_requests() -> None:
    rng = random.Random(1182)
    suspended = extended = late = 0
    for _ in range(10_000):
        story = random_story(rng)
        events = tuple(ClockEvent(type_, at) for type_, at in story.events)
        deadline = compute(ClockInput(Right(story.right), story.received, "Europe/Paris", story.place, events))
        ending = live(story, Way(), story.place)
        assert (
            deadline.due_on,
            deadline.extended_due_on,
            deadline.effective_due_on,
            deadline.extension_valid,
            deadline.suspended,
        ) == ending, story
        assert deadline.safe_on == safest(story), story
        suspended += ending.suspended
        extended += ending.valid is True
        late += ending.valid is False
    assert min(suspended, extended, late) > 500, "the random requests must reach every state"
