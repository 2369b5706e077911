"""How far conversations get, how fast, and how much of that is outside one's own body, tier and sector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.measures.findings import Finding
from leaderful.measures.travel_chance import Chance
from leaderful.measures.travel_record import LABELLED, WAITING, WINDOW, Record
from leaderful.measures.travel_rows import Mean, in_tens, not_told, over_windows, told
from leaderful.measures.travel_spread import DAYS, Followed
from leaderful.statistics.blocks import Floats

REACH = "reach-over-windows"
SHOWN = (7, 14, WINDOW)
"""Days by which the reach of the system is a finding of its own."""
FEWEST = 10
"""People of a unit whose conversations must be followed for its reach to be told; ours."""
NOBODY = "nobody is reached whose {by} is known"
FEW = "the conversations of too few of its people were followed"


def about(followed: Followed) -> dict[str, Any]:
    """Return what every finding on travel says of how it was made."""
    return {"windows": len(followed.reached), "sources": len(followed.sources), "waiting": WAITING}


def reaches(record: Record, followed: Followed) -> Iterator[Finding]:
    """Yield ``travel.reach`` of the system by each of `SHOWN`, and of each body and tier within the window."""
    share = followed.reached / (record.size - 1)
    for day in SHOWN:
        mean = over_windows(share[:, :, DAYS.index(day)], followed.weights)
        more = about(followed) | {"days": day, "reached": mean.estimate * (record.size - 1)}
        yield told(record, "reach", "system", record.system, REACH, mean, record.size, more)
    whole = share[:, :, DAYS.index(WINDOW)]
    for kind in ("body", "tier"):
        for name in record.names[kind]:
            yield _of_unit(record, followed, whole, kind, name)


def _of_unit(record: Record, followed: Followed, share: Floats, kind: str, name: str) -> Finding:
    everyone = record.of(kind, name)
    own = everyone[followed.sources]
    size = int(everyone.sum())
    more = about(followed) | {"days": WINDOW, "sources": int(own.sum())}
    more |= {"people": in_tens(int((everyone & record.seen).sum()))}
    if own.sum() < min(FEWEST, size):
        return not_told(record, "reach", kind, name, REACH, size, FEW, more)
    mean = over_windows(share[:, own], followed.weights[own])
    more |= {"reached": mean.estimate * (record.size - 1)}
    return told(record, "reach", kind, name, REACH, mean, size, more)


def curve(record: Record, followed: Followed, chance: Chance) -> Iterator[Finding]:
    """Yield ``travel.curve``: the mean number of people reached by each of `DAYS`, beside chance."""
    others = record.size - 1
    beside = np.vstack([chance.expected, chance.range])
    for place, day in enumerate(DAYS):
        share = over_windows(followed.reached[:, :, place] / others, followed.weights)
        mean = Mean(estimate=share.estimate * others, lower=share.lower * others, upper=share.upper * others)
        # chance is worked out on fewer people and windows, so it is told as it stands to the same of the record
        scale = mean.estimate / chance.observed[place] if chance.observed[place] > 0 else float(others)
        named = zip(("expected", "null_lower", "null_upper"), beside[:, place], strict=True)
        more = about(followed) | {"days": day, "share": share.estimate, "draws": len(chance.draws)}
        more |= {name: float(value * scale) for name, value in named}
        yield told(record, "curve", "system", record.system, REACH, mean, record.size, more)


def outside(record: Record, followed: Followed) -> Iterator[Finding]:
    """Yield ``travel.outside``: of those reached, the share outside one's own body, tier and sector."""
    for by in LABELLED:
        own = record.labels[by][followed.sources]
        known = own >= 0
        n = int((record.labels[by] >= 0).sum())
        more = about(followed) | {"by": by, "days": WINDOW}
        into = followed.into[by][:, known]
        everyone = into.sum(axis=2)
        beyond = everyone - np.take_along_axis(into, own[known][None, :, None], axis=2)[:, :, 0]
        weights = followed.weights[known]
        if not everyone.sum():
            why = NOBODY.format(by=by)
            yield not_told(
                record, "outside", "system", record.system, "outside-of-reached", n, why, more, undefined=True
            )
            continue
        more |= {"even": _even(record, by, own[known], everyone, weights)}
        mean = over_windows(_ratio(beyond, everyone, weights), weights)
        yield told(record, "outside", "system", record.system, "outside-of-reached", mean, n, more)


def _ratio(part: Floats, whole: Floats, weights: Floats) -> Floats:
    """Return values (windows, people) whose weighted mean is Σ part / Σ whole and which vary as that does."""
    total = weights.sum()
    share = (part @ weights).sum() / (whole @ weights).sum()
    mean = (whole @ weights).sum() / total / len(whole)
    return np.asarray(share + (part - share * whole) / mean)


def _even(record: Record, by: str, own: NDArray[np.int64], everyone: Floats, weights: Floats) -> float:
    """Return the share outside if those whom each person reaches were anybody else of the study."""
    sizes = np.bincount(record.labels[by][record.labels[by] >= 0], minlength=len(record.names[by]))
    others = (sizes.sum() - sizes[own]) / max(sizes.sum() - 1, 1)
    heard = everyone.sum(axis=0) * weights
    return float((others * heard).sum() / heard.sum())
