"""What chance would bring: the same record with times, partners or the gaps between meetings shuffled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from leaderful.measures.findings import Finding
from leaderful.measures.travel_record import WINDOW, Record
from leaderful.measures.travel_rows import Mean, not_told, told
from leaderful.measures.travel_spread import DAYS, by_day, days_to_hear, drawn, side_by_side, window
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_nulls import interval_shuffle, partner_shuffle, time_shuffle
from leaderful.statistics.blocks import Floats

Shuffle: TypeAlias = Callable[[Record, TemporalNetwork, np.random.Generator], TemporalNetwork]

SHUFFLES: dict[str, Shuffle] = {
    "time-shuffle": lambda _, network, rng: time_shuffle(network, rng=rng),
    "partner-shuffle": lambda record, network, rng: partner_shuffle(network, record.labels["body"], rng=rng),
    "interval-shuffle": lambda _, network, rng: interval_shuffle(network, rng=rng),
}
"""Ways of shuffling a window's interactions."""
SHOWN = "partner-shuffle"
"""The one that the reach by days is set beside: the same meetings with other people of the same bodies."""
AGAINST = "reach-against-shuffles"
MOST_WINDOWS = 2
MOST_PEOPLE, LEAST_PEOPLE = 300, 64
MOST_DRAWS, LEAST_DRAWS = 49, 19
_EFFORT = 2_000_000_000
"""Steps that following conversations through shuffled records may take."""
_PLACES = 100_000
"""Places in interactions that are shuffled at once, or those of one window."""
_NOTHING = "no conversation got anywhere when the record was shuffled"


@dataclass(frozen=True, eq=False, kw_only=True)
class Chance:
    """Statistics of the record (m,) beside those of shuffled ones (draws, m)."""

    observed: Floats
    draws: Floats

    @property
    def expected(self) -> Floats:
        """Their mean when shuffled."""
        return np.asarray(self.draws.mean(axis=0))

    @property
    def range(self) -> Floats:
        """The middle 95 % when shuffled, (2, m)."""
        return np.asarray(np.quantile(self.draws, [0.025, 0.975], axis=0))

    @property
    def p(self) -> Floats:
        """Two-sided p: how often shuffled ones are as far out, the record itself among them."""
        above = (self.draws >= self.observed - 1e-12).sum(axis=0)
        below = (self.draws <= self.observed + 1e-12).sum(axis=0)
        return np.asarray(np.minimum(2 * (1 + np.minimum(above, below)) / (len(self.draws) + 1), 1.0))


def against_chance(record: Record) -> dict[str, Chance]:
    """Return the share of people reached by each of `DAYS` beside each way of shuffling.

    A few windows and a sample of people do, the same for the record and for what is shuffled.
    """
    starts = record.starts(MOST_WINDOWS, places=_PLACES)
    held = [window(record, int(start)) for start in starts]
    steps = len(SHUFFLES) * sum(record.size + len(one.members) for one in held)
    people = drawn(record, int(np.clip(_EFFORT // (LEAST_DRAWS * steps), LEAST_PEOPLE, MOST_PEOPLE)))
    draws = int(np.clip(_EFFORT // (len(people[0]) * steps), LEAST_DRAWS, MOST_DRAWS))

    def statistic(networks: list[TemporalNetwork]) -> Floats:
        shares = []
        for network, start in zip(networks, starts, strict=True):
            parts = [by_day(days) for _, days in days_to_hear(network, int(start), people[0])]
            shares.append(people[1] @ np.concatenate(parts) / people[1].sum() / (record.size - 1))
        return np.asarray(np.mean(shares, axis=0))

    def shuffled(name: str, networks: list[TemporalNetwork], draw: int) -> list[TemporalNetwork]:
        rng = np.random.default_rng([record.seed, list(SHUFFLES).index(name), draw])
        return [SHUFFLES[name](record, network, rng) for network in networks]

    def drawn_by(name: str) -> Floats:
        away = shuffled(name, held, 0)  # all draws begin here, so that they are alike (Besag and Clifford 1989)
        return np.stack(side_by_side(lambda draw: statistic(shuffled(name, away, draw)), range(1, draws + 1)))

    observed = statistic(held)
    return {name: Chance(observed=observed, draws=drawn_by(name)) for name in SHUFFLES}


def ratios(record: Record, found: dict[str, Chance]) -> Iterator[Finding]:
    """Yield ``travel.against_chance``: the reach within the window over what shuffling brings."""
    place = DAYS.index(WINDOW)
    for name, chance in found.items():
        observed, expected = float(chance.observed[place]), float(chance.expected[place])
        lower, upper = (float(end) for end in chance.range[:, place])
        more = {
            "part": name,
            "days": WINDOW,
            "observed": observed,
            "expected": expected,
            "null_lower": lower,
            "null_upper": upper,
            "p": float(chance.p[place]),
            "draws": len(chance.draws),
            "windows": len(record.starts(MOST_WINDOWS, places=_PLACES)),
        }
        if lower <= 0:
            yield not_told(
                record, "against_chance", "system", record.system, AGAINST, record.size, _NOTHING, more, undefined=True
            )
            continue
        ratio = Mean(estimate=observed / expected, lower=observed / upper, upper=observed / lower)
        yield told(record, "against_chance", "system", record.system, AGAINST, ratio, record.size, more)
