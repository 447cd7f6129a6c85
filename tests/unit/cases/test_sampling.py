"""The weekly sample: half the highest scores, the rest over the bands, the same for a week; and what it estimates."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_bot.cases.sampling import BANDS, HIGHEST, STRATA, Candidate, Tally, begins, draw, estimate, monday_of

MAILS = st.lists(st.floats(0, 1), max_size=80).map(
    lambda scores: [Candidate(number, score, bytes([number * 37 % 251])) for number, score in enumerate(scores)]
)


@given(mails=MAILS, size=st.integers(0, 30), shuffled=st.randoms())
def test_a_draw_is_as_large_as_it_can_be_and_the_same_in_any_order(mails: list[Candidate], size: int, shuffled) -> None:  # type: ignore[no-untyped-def]
    found = draw(mails, size)
    drawn = [item.ledger_id for stratum in found for item in stratum.drawn]
    assert len(drawn) == len(set(drawn)) == min(size, len(mails))
    assert tuple(stratum.name for stratum in found) == STRATA
    assert sum(stratum.population for stratum in found) == len(mails)
    highest = {item.score for item in found[0].drawn}
    rest = [item.score for item in mails if item.ledger_id not in {one.ledger_id for one in found[0].drawn}]
    assert not highest or not rest or min(highest) >= max(rest)
    again = list(mails)
    shuffled.shuffle(again)
    assert [sorted(item.ledger_id for item in stratum.drawn) for stratum in draw(again, size)] == [
        sorted(item.ledger_id for item in stratum.drawn) for stratum in found
    ]


def test_half_are_the_highest_and_the_rest_is_spread() -> None:
    scores = [0.2] * 5 + [0.05] * 20 + [0.02] * 20 + [0.0] * 200
    found = draw([Candidate(n, score, n.to_bytes(2, "big")) for n, score in enumerate(scores)], 20)
    counts = {stratum.name: (stratum.population, len(stratum.drawn)) for stratum in found}
    assert counts == {HIGHEST: (10, 10), "likely": (0, 0), "doubtful": (15, 4), "faint": (20, 3), "none": (200, 3)}
    assert [name for name, _ in BANDS] == list(counts)[1:]


def test_each_stratum_weighs_as_much_as_it_has_mails() -> None:
    found = estimate([Tally(HIGHEST, 10, 10, 10, 2), Tally("none", 990, 5, 5, 0), Tally("faint", 500, 3, 0, 0)])
    assert (found.sampled, found.judged, found.missed) == (18, 15, 2)
    assert (found.population, found.covered) == (1500, 1000)
    assert found.per_thousand == pytest.approx(2.0)
    assert estimate([]).per_thousand is None


def test_a_week_begins_on_monday_local_time() -> None:
    assert begins(date(2026, 11, 26), "Europe/Paris") == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert monday_of("2026-W48") == date(2026, 11, 23)
