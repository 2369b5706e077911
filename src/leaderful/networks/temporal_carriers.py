"""Nodes that carry more of what others pass on than chance would have them carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from leaderful.networks.adjacency import Floats
from leaderful.networks.against_null import NullComparison, against_null
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_betweenness import temporal_betweenness
from leaderful.networks.temporal_nulls import Null


@dataclass(frozen=True, eq=False, kw_only=True)
class Carriers:
    """Temporal betweenness of each node beside chance."""

    betweenness: NullComparison
    """Each part of shape (n,); its p are for a node named beforehand."""
    p: Floats
    """Shape (n,): how often any node at all is as far above its own expectation. Of a carrier it is small."""


def carriers(
    network: TemporalNetwork,
    null: Null,
    *,
    kind: Literal["foremost", "shortest"],
    delta: int | None = None,
    sources: int | None = None,
    draws: int,
    seed: int,
) -> Carriers:
    """Find nodes whose temporal betweenness is above what a null gives them.

    With b_0 the betweenness observed, b_1 to b_B that of the draws, and m_v the mean of all B + 1 for node v::

        p_v = #{i from 0 to B: max_u (b_iu - m_u) >= b_0v - m_v} / (B + 1)

    Parameters
    ----------
    network
        Events among n nodes.
    null
        Such as `time_shuffle`, or ``functools.partial(partner_shuffle, labels=labels)``.
    kind, delta, sources
        As in `temporal_betweenness`; with `sources`, the same ones in every network.
    draws
        Number of networks made, 1 or more.
    seed
        Of draws and of sources.

    Returns
    -------
    Carriers
        ``p`` is corrected for looking at every node; nan with fewer than three.

    Raises
    ------
    ValueError
        When `draws`, `delta` or `sources` is not positive, or ways are too many to count.

    Notes
    -----
    When the network came about by the null, p is 0.05 or less for any node in at most 5 % of networks. Excesses are
    not divided by their spread: a node that carries in few networks only would seem far out in each of them.

    References
    ----------
    Westfall PH, Young SS (1993) Resampling-Based Multiple Testing, Wiley, for the largest excess.

    Examples
    --------
    Node 0 hears from each of ten others and goes on to tell each, always in this order.

    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> from leaderful.networks.temporal_nulls import time_shuffle
    >>> others = np.arange(1, 11)
    >>> talks = TemporalNetwork.from_pairs(
    ...     np.arange(20), np.append(others, np.zeros(10, int)), np.append(np.zeros(10, int), others),
    ...     nodes=11, directed=True,
    ... )
    >>> found = carriers(talks, time_shuffle, kind="foremost", draws=99, seed=1)
    >>> float(found.betweenness.observed[0]), float(found.p[0]), float(found.p[1])
    (1.0, 0.01, 1.0)
    """

    def values(one: TemporalNetwork) -> Floats:
        return temporal_betweenness(one, kind=kind, delta=delta, sources=sources, seed=seed).values

    found = against_null(network, values, null, draws=draws, seed=seed)
    every = np.vstack([found.observed, found.sample])
    excess = every - every.mean(axis=0)
    p = (excess.max(axis=1, initial=-np.inf)[:, None] >= excess[0] - 1e-12).mean(axis=0)
    return Carriers(betweenness=found, p=np.where(np.isnan(found.observed), np.nan, p))
