"""Ties between two ends: which are confirmed, and which only look one-sided because an end is silent."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, check_ties


@dataclass(frozen=True, eq=False, kw_only=True)
class Confirmation:
    """The state of each pair of nodes, as tables that are the same in both directions."""

    union: Adjacency
    """At least one end reports the tie."""
    confirmable: Adjacency
    """Both ends answered."""
    confirmed: Adjacency
    """Both ends report the tie: the intersection."""
    one_sided: Adjacency
    """Both ends answered and one of them reports the tie."""
    partner_silent: Adjacency
    """One end reports the tie and the other answered nothing."""

    @property
    def share(self) -> float:
        """Confirmed among the reported ties that could be: confirmed / (confirmed + one-sided); nan without any."""
        confirmed, apart = int(self.confirmed.sum()), int(self.one_sided.sum())
        return confirmed / (confirmed + apart) if confirmed + apart else nan


def confirmation(reports: Adjacency, answered: NDArray[np.bool_]) -> Confirmation:
    """Set what each node reports beside what the other end reports.

    Parameters
    ----------
    reports
        Shape (n, n), boolean: whether i reports a tie with j.
    answered
        Shape (n,), boolean: whether i answered at all. A node that did not reports nothing, which
        never counts as disagreement.

    Returns
    -------
    Confirmation
        ``union`` falls into ``confirmed``, ``one_sided`` and ``partner_silent``, no pair in two of them.

    Raises
    ------
    ValueError
        When the table is no table of ties, `answered` has another size, or a node that did not answer
        reports something.

    References
    ----------
    Stork D, Richards WD (1992) Group & Organization Management 17:193-209,
    doi:10.1177/1059601192172006.

    Examples
    --------
    The first two name each other; both name the third, which is silent.

    >>> import numpy as np
    >>> reports = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool)
    >>> found = confirmation(reports, np.array([True, True, False]))
    >>> found.share, int(found.union.sum()) // 2, int(found.partner_silent.sum()) // 2
    (1.0, 3, 2)
    """
    size = check_ties(reports)
    if answered.shape != (size,):
        raise ValueError(f"answered has shape {answered.shape}; one value for each of {size} nodes is wanted")
    if reports[~answered].any():
        raise ValueError("a node reports a tie and is marked as one that did not answer; mark it as answered")
    union = reports | reports.T
    both = answered[:, None] & answered & ~np.eye(size, dtype=bool)
    return Confirmation(
        union=union,
        confirmable=both,
        confirmed=reports & reports.T,
        one_sided=(reports != reports.T) & both,
        partner_silent=union & ~both,
    )
