"""What is measured in a temporal network, beside the same in networks made by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.adjacency import Floats, Integers
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_nulls import Null


@dataclass(frozen=True, eq=False, kw_only=True)
class NullComparison:
    """A statistic observed, beside what it is by chance. Each but the last two has the shape of the statistic."""

    observed: Floats
    expected: Floats
    """Mean over draws."""
    lower: Floats
    upper: Floats
    """95 % of draws lie from `lower` to `upper`."""
    ratio: Floats
    """Observed over expected; nan where nothing is expected."""
    p_two_sided: Floats
    p_low: Floats
    """How often chance gives as little, or less."""
    p_high: Floats
    """How often chance gives as much, or more."""
    undefined: Integers
    """Draws in which the statistic is nan, which are left out."""
    sample: Floats
    """Every draw, shape (draws, ...)."""
    draws: int


def against_null(
    network: TemporalNetwork,
    statistic: Callable[[TemporalNetwork], NDArray[Any]],
    null: Null,
    *,
    draws: int,
    seed: int,
) -> NullComparison:
    """Set a statistic of a network against the same in networks that a null makes of it.

    With s the observed value, B draws and s* the statistic in them (Phipson and Smyth 2010)::

        p_low       = (1 + #{s* <= s}) / (B + 1)
        p_high      = (1 + #{s* >= s}) / (B + 1)
        p_two_sided = min(1, 2 min(p_low, p_high))

    Parameters
    ----------
    network
        Events among n nodes.
    statistic
        Takes a network and returns an array of any fixed shape; nan where it is undefined.
    null
        Such as `time_shuffle`, or ``functools.partial(partner_shuffle, labels=labels)``.
    draws
        Number of networks made, 1 or more. Draw i is the same however many there are.
    seed
        Start of the random draws.

    Returns
    -------
    NullComparison
        nan where the statistic is undefined in the network, or in every draw.

    Raises
    ------
    ValueError
        When `draws` is not positive.

    Notes
    -----
    From the network one first is made by the null, and every draw is made from that one. Since each null is as likely
    to lead back as forth, the network observed is then one among its draws like any other, if it came about by the
    null: the test is exact even where a null made of swaps forgets slowly where it began (Besag and Clifford 1989).

    References
    ----------
    Besag J, Clifford P (1989) Biometrika 76:633-642, doi:10.1093/biomet/76.4.633.
    Phipson B, Smyth GK (2010) Statistical Applications in Genetics and Molecular Biology 9:39,
    doi:10.2202/1544-6115.1585.

    Examples
    --------
    One calls two others in turn, always the first right before the second. How often does a call to the second follow
    on one to the first within a minute?

    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> from leaderful.networks.temporal_nulls import time_shuffle
    >>> times = np.sort(np.concatenate([np.arange(8) * 60, np.arange(8) * 60 + 1]))
    >>> calls = TemporalNetwork.from_pairs(times, [0] * 16, [1, 2] * 8, nodes=3, directed=True)
    >>> def in_turn(network):
    ...     called = network.members.reshape(-1, 2)[:, 1]
    ...     return np.array(((called[::2] == 1) & (called[1::2] == 2)).sum())
    >>> found = against_null(calls, in_turn, time_shuffle, draws=199, seed=1)
    >>> float(found.observed), bool(1.5 < found.expected < 2.5), float(found.p_high)
    (8.0, True, 0.005)
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}; 1 or more is wanted")
    observed = np.asarray(statistic(network), dtype=float)
    first, *streams = np.random.SeedSequence(seed).spawn(draws + 1)
    middle = null(network, rng=np.random.default_rng(first))
    sample = np.stack([
        np.asarray(statistic(null(middle, rng=np.random.default_rng(stream))), dtype=float) for stream in streams
    ])  # fmt: skip
    return _compare(observed, sample)


def _compare(observed: Floats, sample: Floats) -> NullComparison:
    lost = np.isnan(sample)
    empty = lost.all(axis=0)
    filled = np.where(empty, 0.0, sample)
    expected, lower, upper = (
        np.where(empty, np.nan, part)
        for part in (np.nanmean(filled, axis=0), *np.nanquantile(filled, [0.025, 0.975], axis=0))
    )
    # Draws that come to the same statistic must tie, whatever rounding makes of them.
    near = 1e-10 * np.fmax(np.abs(observed), np.abs(np.nan_to_num(sample)).max(axis=0))
    undefined = np.isnan(observed) | empty
    count = 1 + (~lost).sum(axis=0)
    low = (1 + (sample <= observed + near).sum(axis=0)) / count
    high = (1 + (sample >= observed - near).sum(axis=0)) / count
    both = np.minimum(2 * np.minimum(low, high), 1.0)
    p_low, p_high, p_two_sided = (np.where(undefined, np.nan, p) for p in (low, high, both))
    ratio = np.full(observed.shape, np.nan)
    np.divide(observed, expected, out=ratio, where=expected != 0)
    return NullComparison(
        observed=observed,
        expected=expected,
        lower=lower,
        upper=upper,
        ratio=ratio,
        p_two_sided=p_two_sided,
        p_low=p_low,
        p_high=p_high,
        undefined=np.asarray(lost.sum(axis=0), dtype=np.int64),
        sample=sample,
        draws=len(sample),
    )
