"""When each node first hears what another knows, and when it must pass on for another still to hear."""

from __future__ import annotations

from typing import Final

import numpy as np

from leaderful.networks.temporal import TemporalNetwork, Times
from leaderful.networks.temporal_course import course
from leaderful.networks.temporal_spread import Spread, each_block, workers_for

NEVER: Final = -(2**63)
"""In place of a time, where there is no way."""


def earliest_arrival(
    network: TemporalNetwork,
    sources: Times,
    *,
    delta: int | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> Times:
    """Return when each node first hears what each source knows.

    A way goes through events at times t_1 < t_2 < ... < t_k, the source a giver at the first and the node a
    taker at the last, each node on the way a taker at one event and a giver at the next, and with a waiting
    limit ``t_(i + 1) - t_i <= delta``. The arrival is the smallest t_k. The source may begin at any of its
    events. A way may come back to a node: one who is told again can carry it on for as long again.

    Parameters
    ----------
    network
        Events among n nodes.
    sources
        Shape (k,), integers, each node at most once.
    delta
        Waiting limit, in the unit of times; None for no limit.
    start, stop
        Only events with ``start <= time < stop`` count; None for no limit.

    Returns
    -------
    Times
        Shape (k, n), in the unit of times; ``NEVER`` where there is no way, and for the source itself.

    Raises
    ------
    ValueError
        When `delta` is not positive, or a source is no node or given twice.

    References
    ----------
    Wu H, Cheng J, Huang S, Ke Y, Lu Y, Xu Y (2014) Path problems in temporal graphs. Proceedings of the VLDB
    Endowment 7:721-732, doi:10.14778/2732939.2732945.

    Examples
    --------
    Node 0 meets 1, 1 meets 2 at once and 3 later: what 0 says goes on only in the second meeting.

    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 5, 9], [0, 1, 1], [1, 2, 3], nodes=4, directed=False)
    >>> found = earliest_arrival(talks, np.array([0]))
    >>> [None if time == NEVER else time for time in found[0].tolist()]
    [None, 5, None, 9]
    >>> (earliest_arrival(talks, np.array([0]), delta=3) == NEVER)[0].tolist()
    [True, False, True, True]
    """
    return _first_heard(network.window(start, stop), check_nodes(sources, network.nodes), delta, backward=False)


def latest_departure(
    network: TemporalNetwork,
    targets: Times,
    *,
    delta: int | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> Times:
    """Return the last time at which each node can begin a way that ends with each target.

    Ways are those of `earliest_arrival`; the departure is the largest t_1.

    Parameters
    ----------
    network
        Events among n nodes.
    targets
        Shape (k,), integers, each node at most once.
    delta
        Waiting limit, in the unit of times; None for no limit.
    start, stop
        Only events with ``start <= time < stop`` count; None for no limit.

    Returns
    -------
    Times
        Shape (k, n), in the unit of times; ``NEVER`` where there is no way, and for the target itself.

    Raises
    ------
    ValueError
        When `delta` is not positive, or a target is no node or given twice.

    References
    ----------
    Wu H, Cheng J, Huang S, Ke Y, Lu Y, Xu Y (2014) Path problems in temporal graphs. Proceedings of the VLDB
    Endowment 7:721-732, doi:10.14778/2732939.2732945.

    Examples
    --------
    Whoever wants node 2 to hear must tell node 1 before 1 meets 2 for the last time.

    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 9, 9], [0, 1, 0], [1, 2, 1], nodes=3, directed=False)
    >>> latest_departure(talks, np.array([2]))[0, :2].tolist()
    [5, 9]
    """
    found = _first_heard(network.window(start, stop), check_nodes(targets, network.nodes), delta, backward=True)
    # Times change their sign as they run backwards; NEVER, the smallest integer there is, does not.
    np.negative(found, out=found)
    return found


def _first_heard(network: TemporalNetwork, sources: Times, delta: int | None, *, backward: bool) -> Times:
    events = course(network, delta=delta, backward=backward)
    arrivals = np.full((network.nodes, len(sources)), NEVER, dtype=np.int64)

    def note(state: Spread, _: int) -> None:
        state.run(0, events.events, arrivals)

    each_block(events, sources, note, workers=workers_for(events, len(sources)))
    return arrivals.T


def check_nodes(nodes: Times, size: int) -> Times:
    """Return the nodes as integers; refuse what is no node, and a node that comes twice."""
    if nodes.ndim != 1 or (nodes.size and nodes.dtype.kind not in "iu"):
        raise ValueError(f"nodes are of type {nodes.dtype} and shape {nodes.shape}; one row of integers is wanted")
    if nodes.size and (nodes.min() < 0 or nodes.max() >= size):
        raise ValueError(f"nodes run from {nodes.min()} to {nodes.max()}; from 0 to {size - 1} is wanted")
    if len(np.unique(nodes)) < len(nodes):
        raise ValueError("a node is given twice; each is followed once")
    return nodes.astype(np.int64)
