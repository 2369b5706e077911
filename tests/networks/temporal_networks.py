"""Temporal networks for the tests of this room, and ways through them followed hop by hop in plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from leaderful.networks.temporal import TemporalNetwork


@st.composite
def talks(draw, *, nodes=8, events=24, times=14):
    """Events among two to five, directed or not, many of them at the same times."""
    size = draw(st.integers(2, nodes))
    groups = draw(
        st.lists(st.lists(st.integers(0, size - 1), min_size=2, max_size=5, unique=True), min_size=0, max_size=events)
    )
    latest = draw(st.integers(0, times))
    when = [draw(st.integers(-2, latest)) for _ in groups]
    senders = [draw(st.sampled_from([None, None, *group])) for group in groups]
    return TemporalNetwork.from_events(when, groups, nodes=size, senders=senders)


def waits():
    return st.none() | st.integers(1, 6)


def hops(network):
    """Every (giver, taker, time)."""
    found = set()
    for event, time in enumerate(network.times.tolist()):
        members = network.members[network.offsets[event] : network.offsets[event + 1]].tolist()
        for giver in members[:1] if network.directed[event] else members:
            found |= {(giver, taker, time) for taker in members if taker != giver}
    return found


def follow(network, source, *, delta=None):
    """Return all hops of ways from the source, by trying every hop after every other."""
    by_giver = {node: set() for node in range(network.nodes)}
    for hop in hops(network):
        by_giver[hop[0]].add(hop)
    waiting = list(by_giver[source])
    met = set(waiting)
    while waiting:
        _, at, then = waiting.pop()
        for hop in by_giver[at] - met:
            if then < hop[2] and (delta is None or hop[2] - then <= delta):
                met.add(hop)
                waiting.append(hop)
    return met


def first_heard(network, source, *, delta=None):
    """Return the earliest arrival at each node, None where there is none and for the source."""
    found = [None] * network.nodes
    for _, taker, time in follow(network, source, delta=delta):
        if taker != source and (found[taker] is None or time < found[taker]):
            found[taker] = time
    return found


def last_begun(network, target, *, delta=None):
    """Return the latest departure from each node: the last hop of its own from which the target is met."""
    every = hops(network)
    after = {
        hop: {o for o in every if o[0] == hop[1] and hop[2] < o[2] and (delta is None or o[2] - hop[2] <= delta)}
        for hop in every
    }
    leads = {hop for hop in every if hop[1] == target}
    while more := {hop for hop in every - leads if after[hop] & leads}:
        leads |= more
    return [
        None if node == target else max((time for giver, _, time in leads if giver == node), default=None)
        for node in range(network.nodes)
    ]


def random_talks(nodes, events, seed, *, span=1000, largest=2, directed=0.0):
    rng = np.random.default_rng(seed)
    groups = [rng.choice(nodes, size=rng.integers(2, largest + 1), replace=False).tolist() for _ in range(events)]
    senders = [group[0] if rng.random() < directed else None for group in groups]
    return TemporalNetwork.from_events(rng.integers(0, span, events), groups, nodes=nodes, senders=senders)
