"""The weekly sample of mails that were no request: which are drawn, and what the judgements say of all of them. Pure.

Half of a sample are the mails that came nearest to review: what was missed is most likely there. The others are spread
over bands of the score, so that the estimate knows of the whole. GDPR art. 5(2): it has to be shown, not only believed,
that nothing is missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake_bot import clock

#: The stratum of the highest scores: drawn whole.
HIGHEST = "highest"
#: The other strata: name and the lowest score in it. The ledger keeps scores from a hundredth on.
BANDS: tuple[tuple[str, float], ...] = (("likely", 0.1), ("doubtful", 0.03), ("faint", 0.01), ("none", 0.0))
STRATA = (HIGHEST, *(name for name, _ in BANDS))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mail that may be drawn. `score` is the highest over all labels; `order` a keyed hash, the same at each draw."""

    ledger_id: int
    score: float
    order: bytes


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a week: how many mails it has, and those that were drawn."""

    name: str
    population: int
    drawn: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One stratum over some weeks: mails in it, drawn, judged, and found to be requests."""

    name: str
    population: int
    sampled: int
    judged: int
    missed: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the judgements say. `per_thousand` is None before any judgement; it speaks for `covered` of `population`."""

    sampled: int
    judged: int
    missed: int
    population: int
    covered: int
    per_thousand: float | None


def draw(candidates: Iterable[Candidate], size: int) -> tuple[Stratum, ...]:
    """The strata of a week with `size` mails drawn, fewer when there are fewer. The same input, the same sample."""
    ranked = sorted(candidates, key=lambda item: (-item.score, item.order))
    half = (size + 1) // 2
    found = [Stratum(HIGHEST, len(ranked[:half]), tuple(ranked[:half]))]
    bands: dict[str, list[Candidate]] = {name: [] for name, _ in BANDS}
    for item in ranked[half:]:
        bands[next(name for name, lowest in BANDS if item.score >= lowest)].append(item)
    shares = _shares([len(inside) for inside in bands.values()], size - half)
    for (name, inside), share in zip(bands.items(), shares, strict=True):
        chosen = sorted(inside, key=lambda item: item.order)[:share]
        found.append(Stratum(name, len(inside), tuple(chosen)))
    return tuple(found)


def _shares(sizes: Sequence[int], count: int) -> list[int]:
    """`count` spread evenly over strata of these sizes; what one cannot give, the others do."""
    shares = [0] * len(sizes)
    while count and any(share < size for share, size in zip(shares, sizes, strict=True)):
        for at, size in enumerate(sizes):
            if count and shares[at] < size:
                shares[at] += 1
                count -= 1
    return shares


def estimate(tallies: Iterable[Tally]) -> Estimate:
    """Missed requests per 1,000 mails that were no request: the share of each stratum, weighted by its size.

    The simple stratified estimate; a stratum of which nothing was judged says nothing and is left out.
    """
    known = list(tallies)
    judged = [item for item in known if item.judged]
    covered = sum(item.population for item in judged)
    expected = sum(item.population * item.missed / item.judged for item in judged)
    return Estimate(
        sampled=sum(item.sampled for item in known),
        judged=sum(item.judged for item in known),
        missed=sum(item.missed for item in known),
        population=sum(item.population for item in known),
        covered=covered,
        per_thousand=1000 * expected / covered if covered else None,
    )


def begins(week: date, zone: str) -> datetime:
    """The instant (UTC) at which the ISO week of a day begins locally."""
    monday = week - timedelta(days=week.weekday())
    return clock.utc(datetime.combine(monday, time.min, ZoneInfo(zone)))


def monday_of(key: str) -> date:
    """The first day of a week by its key, "2026-W48"."""
    year, _, week = key.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1)
