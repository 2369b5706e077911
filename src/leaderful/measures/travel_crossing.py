"""Where conversations stop: how much gets straight from one partner body to another, beside what chance would carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import poisson

from leaderful.measures.findings import Finding
from leaderful.measures.travel_record import DAY, WAITING, WINDOW, Record
from leaderful.measures.travel_rows import Mean, in_tens, over_windows, told
from leaderful.measures.travel_spread import Followed, side_by_side, window
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_nulls import partner_shuffle_outside
from leaderful.networks.temporal_straight import Crossings, straight_crossings
from leaderful.statistics.blocks import Floats

Whole: TypeAlias = NDArray[np.int64]

CROSSING = "crossing-against-spread-contacts"
STOPS_BELOW = 0.5
"""Conversations are said to stop where surely less than this part of what chance would carry gets across. Ours."""
CERTAIN = 0.01
"""And where p, corrected for all pairs of partners, is below this. Ours."""
FEWEST_ACROSS = 5
"""Where some people get across, but fewer than this of a body, the share would tell of these few."""
MOST_PEOPLE = 40
"""People of a body whose conversations are followed to each partner."""
MOST_WINDOWS = 4
_PLACES = 100_000
"""Places in interactions that are dealt out anew at once, or those of one window."""
_NEARLY_NOTHING = 0.05
"""Part of what a pair carries on average that is added to what it carries, so that nothing has a logarithm too."""
FIRST_DRAWS, DRAWS = 49, 119
"""Contacts are dealt out anew so often; more often only where the first leave it open that some pair is one where
conversations stop. Further out than any pair in any draw has then a corrected p of 1 in 120."""
_BOTH, _FORTH, _BACK = "both", "forth", "back"


@dataclass(frozen=True, eq=False, kw_only=True)
class Boundaries:
    """How much gets across between partners, window by window, and when outside contacts are dealt out anew."""

    pairs: Whole
    """(m, 2) bodies, by their number."""
    rows: Crossings
    shares: Floats
    """(windows, rows) share of the other body that each source reaches."""
    weights: Floats
    """(rows,) with which the shares of a pair make up the share of its ordered pairs of people."""
    null: Floats
    """(draws, m) share of ordered pairs of people, over all windows."""

    @property
    def observed(self) -> Floats:
        """(m,) share of ordered pairs of people, one at each side, over all windows."""
        return _of_pairs(self.shares.mean(axis=0) * self.weights, self.rows, len(self.pairs))

    @property
    def open(self) -> bool:
        """Whether some pair is so far below chance that conversations may stop there."""
        low = np.quantile(self.null, 0.025, axis=0)
        return bool(((low > 0) & (self.observed < STOPS_BELOW * low)).any())

    def corrected(self) -> Floats:
        """Return p of each pair carrying so little, corrected for all pairs, (m,).

        Each pair is put on a scale of its own, of logarithms of what it carries over its mean, with mean 0 and spread 1
        over draws and record together. Its p is the share of draws, the record among them, in which any pair lies as
        low: the single-step method of Westfall and Young.
        """
        every = np.vstack([self.observed, self.null])
        mean = every.mean(axis=0)
        logs = np.log(every / np.where(mean > 0, mean, 1.0) + _NEARLY_NOTHING)
        spread = logs.std(axis=0)
        z = np.where(spread > 0, (logs - logs.mean(axis=0)) / np.where(spread > 0, spread, 1.0), np.inf)
        lowest = z.min(axis=1)
        return np.asarray((lowest[:, None] <= z[0] + 1e-12).mean(axis=0))


def boundaries(record: Record, partners: list[tuple[str, str]]) -> Boundaries | None:
    """Return what crosses between partner bodies with people; None where there are none."""
    codes = {name: code for code, name in enumerate(record.names["body"])}
    pairs = np.array([(codes[a], codes[b]) for a, b in partners if a in codes and b in codes], dtype=np.int64)
    starts = record.starts(MOST_WINDOWS, places=_PLACES)
    if not len(pairs) or not len(starts):
        return None
    held = [window(record, int(start)) for start in starts]
    labels = record.labels["body"]
    sources = _some_of_each(record)

    def crossed(networks: list[TemporalNetwork]) -> list[Crossings]:
        return [straight_crossings(one, labels, pairs, sources, delta=WAITING * DAY) for one in networks]

    found = crossed(held)
    rows = found[0]
    mine, across = _sides(rows, pairs, labels)
    sizes = np.bincount(labels[labels >= 0], minlength=len(codes))
    followed = np.bincount(labels[sources], minlength=len(codes))
    weights = 1.0 / (2 * followed[mine])

    def shares(networks: list[Crossings]) -> Floats:
        return np.stack([one.reached / sizes[across] for one in networks])

    # what is dealt out begins one deal away from the record, so that all of them are alike (Besag and Clifford 1989)
    start = np.random.default_rng(record.seed)
    away = [partner_shuffle_outside(one, labels, rng=start) for one in held]

    def dealt_out(draw: int) -> Floats:
        rng = np.random.default_rng([record.seed, draw])
        anew = crossed([partner_shuffle_outside(one, labels, rng=rng) for one in away])
        return _of_pairs(shares(anew).mean(axis=0) * weights, rows, len(pairs))

    first = side_by_side(dealt_out, range(FIRST_DRAWS))
    made = Boundaries(pairs=pairs, rows=rows, shares=shares(found), weights=weights, null=np.stack(first))
    if not made.open:
        return made
    return replace(made, null=np.stack([*first, *side_by_side(dealt_out, range(FIRST_DRAWS, DRAWS))]))


def crossings(record: Record, found: Boundaries, followed: Followed) -> Iterator[Finding]:
    """Yield ``travel.crossing`` of each pair of partners: both ways together, and each way."""
    sizes = np.bincount(record.labels["body"][record.labels["body"] >= 0])
    seen = np.bincount(record.labels["body"][record.seen & (record.labels["body"] >= 0)], minlength=len(sizes))
    against = _against(found) | {"p_groups": few_groups(record, found.pairs)}
    for place, (a, b) in enumerate(found.pairs.tolist()):
        names = record.names["body"]
        unit = f"{names[a]}|{names[b]}"
        about: dict[str, Any] = {
            "people": in_tens(int(min(seen[a], seen[b]))),
            "days": WINDOW,
            "waiting": WAITING,
            "windows": len(found.shares),
            "rests_on": [["travel.reach", "body", names[body], record.wave] for body in (a, b)],
        }
        n = int(sizes[a] + sizes[b])
        beside = {name: values[place] for name, values in against.items()}
        for direction, sides in ((_BOTH, (a, b)), (_FORTH, (a,)), (_BACK, (b,))):
            more = about | {"direction": direction, "round": _any_way(record, followed, (a, b), sides)}
            if direction == _BOTH:
                more |= _told_beside(beside, about["people"], record.fewest) | {"draws": len(found.null)}
            if any(0 < _getting_across(record, found, place, side) < FEWEST_ACROSS for side in sides):
                more["people"] = 0
            yield told(record, "crossing", "pair", unit, CROSSING, _mean(record, found, place, sides), n, more)


def _told_beside(beside: dict[str, float], people: int, fewest: int) -> dict[str, Any]:
    """Return what chance would carry, how what gets across stands to it, and whether conversations stop here."""
    expected, lower, upper = (beside[name] for name in ("expected", "null_lower", "null_upper"))
    ratio: dict[str, float | None] = {"ratio": None, "ratio_lower": None, "ratio_upper": None}
    stops = False
    if lower > 0:
        observed = beside["observed"]
        ratio = {"ratio": observed / expected, "ratio_lower": observed / upper, "ratio_upper": observed / lower}
        sure = max(beside["p_joint"], beside["p_groups"]) < CERTAIN
        stops = people >= fewest and observed / lower < STOPS_BELOW and sure
    return {name: float(value) for name, value in beside.items() if name != "observed"} | ratio | {"stops": bool(stops)}


def _against(found: Boundaries) -> dict[str, Floats]:
    low, high = np.quantile(found.null, [0.025, 0.975], axis=0)
    return {
        "observed": found.observed,
        "expected": found.null.mean(axis=0),
        "null_lower": low,
        "null_upper": high,
        "p": (1 + (found.null <= found.observed + 1e-12).sum(axis=0)) / (1 + len(found.null)),
        "p_joint": found.corrected(),
    }


def _mean(record: Record, found: Boundaries, place: int, sides: tuple[int, ...]) -> Mean:
    """Return the share of ordered pairs of people that a conversation crosses, from people of some sides."""
    rows = (found.rows.pair == place) & np.isin(record.labels["body"][found.rows.source], sides)
    return over_windows(found.shares[:, rows], found.weights[rows])


def few_groups(record: Record, pairs: Whole) -> Floats:
    """Return p of so few different groups of people meeting across each pair of bodies, (m,), corrected for all pairs.

    The same people who meet every week are one group: dealing out each of their meetings by itself, as the shuffles do,
    would take one standing meeting more or less for many. The count is held against a Poisson one with the mean
    that bodies' own numbers of groups would give.
    """
    network, bodies = record.network, record.labels["body"]
    marks = np.random.default_rng(0).integers(1, 2**63, size=record.size, dtype=np.uint64)
    of_group = np.unique(np.add.reduceat(marks[network.members], network.offsets[:-1]), return_inverse=True)[1]
    group = np.repeat(of_group, np.diff(network.offsets))
    known = bodies[network.members] >= 0
    ends = np.unique(np.column_stack([group[known], bodies[network.members][known]]), axis=0)
    there = csr_array(
        (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(group.max() + 1, len(record.names["body"]))
    )
    together = (there.T @ there).toarray()
    np.fill_diagonal(together, 0.0)
    own, (a, b) = together.sum(axis=1), pairs.T
    beyond = [np.maximum(own.sum() - own[side], 1.0) for side in (a, b)]
    expected = own[a] * own[b] * (1 / beyond[0] + 1 / beyond[1]) / 2
    return np.asarray(np.minimum(poisson.cdf(together[a, b], expected) * len(pairs), 1.0))


def _getting_across(record: Record, found: Boundaries, place: int, side: int) -> float:
    """Return about how many people of one side get anything straight across; exactly where all are followed."""
    labels = record.labels["body"]
    rows = (found.rows.pair == place) & (labels[found.rows.source] == side)
    across = int(found.shares[:, rows].any(axis=0).sum())
    return across * float((labels == side).sum()) / max(int(rows.sum()), 1)


def _any_way(record: Record, followed: Followed, pair: tuple[int, int], sides: tuple[int, ...]) -> float:
    """Return the same share where conversations may go round by people of other bodies."""
    bodies = record.labels["body"][followed.sources]
    sizes = np.bincount(record.labels["body"][record.labels["body"] >= 0])
    parts = []
    for one in sides:
        other = pair[1] if one == pair[0] else pair[0]
        parts.append(followed.into["body"][:, bodies == one, other].mean() / sizes[other])
    return float(np.mean(parts))


def _some_of_each(record: Record) -> Whole:
    """Return up to `MOST_PEOPLE` people of each body, drawn at random."""
    labels = record.labels["body"]
    order = np.random.default_rng(record.seed).permutation(record.size)
    chosen = [order[labels[order] == code][:MOST_PEOPLE] for code in range(len(record.names["body"]))]
    return np.sort(np.concatenate(chosen))


def _sides(rows: Crossings, pairs: Whole, labels: Whole) -> tuple[Whole, Whole]:
    """Return the body of each row's source, and the body at the other side."""
    mine = labels[rows.source]
    ends = pairs[rows.pair]
    return mine, np.where(ends[:, 0] == mine, ends[:, 1], ends[:, 0])


def _of_pairs(values: Floats, rows: Crossings, pairs: int) -> Floats:
    return np.bincount(rows.pair, weights=values, minlength=pairs).astype(np.float64)
