"""Who carries conversations on: how far that rests on a few people, and on which tiers and bodies; never who."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from leaderful.measures.findings import Finding
from leaderful.measures.travel_record import DAY, WAITING, WINDOW, Record
from leaderful.measures.travel_rows import Mean, not_told, over_windows, told
from leaderful.measures.travel_spread import window
from leaderful.networks.temporal_betweenness import temporal_betweenness
from leaderful.statistics.blocks import Floats

CARRIED = "share-of-temporal-betweenness"
TOP = 0.05
"""Part of the people who are taken to carry most. Ours."""
MOST_WINDOWS = 4
MOST_PEOPLE, LEAST_PEOPLE = 400, 32
_EFFORT, _PLACES = 60_000_000, 500_000
NOBODY = "nobody carries anything on from one conversation to another"
FEW = "a twentieth of the people would be fewer than {fewest}"


def carriers(record: Record) -> Iterator[Finding]:
    """Yield ``travel.carriers`` of the system, and ``travel.carried`` of each tier and body."""
    starts = record.starts(MOST_WINDOWS, places=_PLACES)
    sources = _sources(record, len(starts))
    carried = np.stack([_betweenness(record, int(start), sources) for start in starts])
    totals = carried.sum(axis=1, keepdims=True)
    told_of = carried[totals[:, 0] > 0] / totals[totals[:, 0] > 0]
    about = {"days": WINDOW, "waiting": WAITING, "windows": len(told_of), "sources": min(sources, record.size)}
    yield _top(record, told_of, about)
    for kind in ("tier", "body"):
        for name in record.names[kind]:
            yield _of_unit(record, kind, name, told_of, about)


def _sources(record: Record, windows: int) -> int:
    """Return from how many people conversations are followed in each window."""
    steps = windows * (record.size + len(record.network.members) * WINDOW // max(record.days, WINDOW))
    return int(np.clip(_EFFORT // max(steps, 1), LEAST_PEOPLE, MOST_PEOPLE))


def _betweenness(record: Record, start: int, sources: int) -> Floats:
    network = window(record, start)
    few = sources if sources < record.size else None
    found = temporal_betweenness(network, kind="foremost", delta=WAITING * DAY, sources=few, seed=record.seed)
    return np.asarray(np.maximum(found.values, 0.0), dtype=np.float64)


def _top(record: Record, shares: Floats, about: dict[str, Any]) -> Finding:
    top = int(np.ceil(TOP * record.size))
    where = ("carriers", "system", record.system, CARRIED)
    if top < record.fewest:
        return not_told(record, *where, record.size, FEW.format(fewest=record.fewest), about)
    if not len(shares):
        return not_told(record, *where, record.size, NOBODY, about, undefined=True)
    held = np.sort(shares, axis=1)[:, -top:].sum(axis=1)
    return told(record, *where, _mean(held), record.size, about | {"top": top})


def _of_unit(record: Record, kind: str, name: str, shares: Floats, about: dict[str, Any]) -> Finding:
    own = record.of(kind, name)
    n = int(own.sum())
    more = about | {"of_people": n / record.size, "rests_on": [["travel.reach", kind, name, record.wave]]}
    if not len(shares):
        return not_told(record, "carried", kind, name, CARRIED, n, NOBODY, more, undefined=True)
    return told(record, "carried", kind, name, CARRIED, _mean(shares[:, own].sum(axis=1)), n, more)


def _mean(values: Floats) -> Mean:
    """Return the mean over windows, with their spread alone."""
    return over_windows(values[:, None], np.ones(1))
