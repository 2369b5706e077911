"""Whether ties stay within groups or cross them."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, Floats, Integers, check_groups, check_ties


@dataclass(frozen=True, kw_only=True)
class ExternalInternal:
    """An E-I index, and what it would be if groups had nothing to do with ties."""

    estimate: float
    expected: float
    lower: float
    upper: float
    """95 % of the permuted labels give an index from `lower` to `upper`."""
    p: float
    """Two-sided: how often permuted labels are at least as far from `expected`."""


def ei_index(adjacency: Adjacency, groups: NDArray[Any], *, draws: int, seed: int) -> ExternalInternal:
    """Return the E-I index beside its expectation when groups are dealt out at random.

    ``(E - I) / (E + I)``, with E the ties between groups and I those within: from -1, all ties stay
    within, to 1, all cross. With groups of n_g among n nodes, labels at random give exactly::

        expected = 1 - 2 Σ n_g (n_g - 1) / (n (n - 1))

    Its spread is that of `draws` random permutations of the labels, ties held.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, directed or not.
    groups
        Shape (n,): the group of each node, of any type.
    draws
        Number of permutations, 1 or more.
    seed
        Start of the random draws.

    Returns
    -------
    ExternalInternal
        All nan without ties. With a single group, or each node its own, labels cannot fall any other
        way: lower, upper and estimate are the same and p is 1.

    Raises
    ------
    ValueError
        When the table is no table of ties, or groups or draws are of the wrong number.

    References
    ----------
    Krackhardt D, Stern RN (1988) Social Psychology Quarterly 51:123-140, doi:10.2307/2786835.

    Examples
    --------
    Two pairs, each tied within: by chance two of three ties would cross.

    >>> import numpy as np
    >>> ties = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=bool)
    >>> found = ei_index(ties, np.array(["a", "a", "b", "b"]), draws=99, seed=1)
    >>> found.estimate, round(found.expected, 4)
    (-1.0, 0.3333)
    """
    size = check_ties(adjacency)
    labels = check_groups(groups, size)
    if draws < 1:
        raise ValueError(f"draws is {draws}; 1 or more is wanted")
    sources, targets = np.nonzero(adjacency)
    if not len(sources):
        return ExternalInternal(estimate=nan, expected=nan, lower=nan, upper=nan, p=nan)
    counts = np.bincount(labels)
    expected = 1 - 2 * float((counts * (counts - 1)).sum()) / (size * (size - 1))
    estimate = _index(labels, sources, targets)
    rng = np.random.default_rng(seed)
    drawn = np.array([_index(rng.permutation(labels), sources, targets) for _ in range(draws)])
    far = np.abs(drawn - expected) >= abs(estimate - expected) - 1e-12
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return ExternalInternal(
        estimate=estimate,
        expected=expected,
        lower=float(lower),
        upper=float(upper),
        p=(1 + int(far.sum())) / (draws + 1),
    )


def _index(labels: Integers, sources: Integers, targets: Integers) -> float:
    return float(2 * np.mean(labels[sources] != labels[targets]) - 1)


def assortativity(adjacency: Adjacency, groups: NDArray[Any]) -> float:
    """Return Newman's assortativity by group: how far ties seek out their own group.

    With e_gh the share of ties that go from group g to h, and a and b its row and column sums::

        r = (Σ e_gg - Σ a_g b_g) / (1 - Σ a_g b_g)

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, directed or not.
    groups
        Shape (n,): the group of each node, of any type.

    Returns
    -------
    float
        1 when all ties stay within, 0 when groups do not matter given how many ties each has, negative
        when ties cross more often; nan without ties, or when all of them run within one group.

    Raises
    ------
    ValueError
        When the table is no table of ties, or groups are of the wrong number.

    References
    ----------
    Newman MEJ (2003) Physical Review E 67:026126, doi:10.1103/PhysRevE.67.026126.

    Examples
    --------
    >>> import numpy as np
    >>> ties = np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=bool)
    >>> assortativity(ties, np.array([1, 1, 2, 2])), assortativity(ties, np.array([1, 2, 1, 2]))
    (1.0, -1.0)
    """
    labels = check_groups(groups, check_ties(adjacency))
    sources, targets = np.nonzero(adjacency)
    if not len(sources):
        return nan
    kinds = int(labels.max()) + 1
    mixing: Floats = np.zeros((kinds, kinds))
    np.add.at(mixing, (labels[sources], labels[targets]), 1.0)
    mixing /= len(sources)
    by_chance = float(mixing.sum(axis=1) @ mixing.sum(axis=0))
    return (float(np.trace(mixing)) - by_chance) / (1 - by_chance) if by_chance < 1 - 1e-12 else nan
