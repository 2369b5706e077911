"""What is made of the teeth of a zip, and the middle of what samples of people give for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.measures.zip_teeth import TIERS
from leaderful.statistics.blocks import Floats

CLOSED_FROM = 0.30
"""A tooth below this share does not hold; see ``zip.depth``. Ours."""
FEWEST_TIERS = 2
TOP, BOTTOM = 0, len(TIERS) - 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Limits:
    """Lower and upper ends, the first axis; then pairs where there are any, and tiers for `tooth`."""

    tooth: Floats
    closure: Floats
    depth: Floats
    top: Floats

    @classmethod
    def of(cls, drawn: Floats, centre: Floats, slack: Floats) -> Limits:
        """Return the limits of teeth drawn many times, (draws, ..., tiers); see `Teeth` for centre and slack."""
        return cls(
            tooth=ends(drawn, centre, above=slack),
            closure=ends(closure(drawn), closure(centre), above=closure(slack)),
            depth=percentiles(reached(drawn)),
            top=ends(
                drawn[..., TOP] - drawn[..., BOTTOM],
                centre[..., TOP] - centre[..., BOTTOM],
                below=slack[..., BOTTOM],
                above=slack[..., TOP],
                lowest=-1.0,
            ),
        )

    def at(self, pair: int) -> Limits:
        """Return the limits of one pair."""
        return Limits(
            tooth=self.tooth[:, pair], closure=self.closure[:, pair], depth=self.depth[:, pair], top=self.top[:, pair]
        )


def ends(drawn: Floats, centre: Floats, *, above: Floats, below: Floats | float = 0.0, lowest: float = 0.0) -> Floats:
    """Return the middle 95 % of draws moved to their centre, and widened by what the centre itself may be off."""
    lower, upper = percentiles(drawn - drawn.mean(axis=0) + centre)
    return np.asarray(np.clip(np.stack([lower - below, upper + above]), lowest, 1.0))


def percentiles(drawn: Floats) -> Floats:
    """Return the middle 95 % of draws, the first axis; where one draw is not a number, none is."""
    known = ~np.isnan(drawn[0])
    return np.where(known, np.quantile(np.where(known, drawn, 0.0), [0.025, 0.975], axis=0), np.nan)


def closure(teeth: Floats) -> Floats:
    """Return the mean tooth over tiers, the last axis; not a number with fewer than two tiers."""
    known = ~np.isnan(teeth)
    count = known.sum(axis=-1)
    total = np.where(known, teeth, 0.0).sum(axis=-1)
    return np.where(count >= FEWEST_TIERS, total / np.maximum(count, 1), np.nan)


def reached(teeth: Floats) -> Floats:
    """Return how many tiers are reached from the top, the last axis, without a tooth that does not hold."""
    known = ~np.isnan(teeth)
    holds = np.cumprod(np.where(known, teeth >= CLOSED_FROM, 1), axis=-1)
    return np.asarray((holds * known).sum(axis=-1), dtype=float)
