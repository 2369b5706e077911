"""Small temporal networks, and every way through them, followed one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from leaderful.networks.temporal import TemporalNetwork


@st.composite
def few_events(draw, *, most_nodes=6, most_events=9, last_time=7):
    """Events of two to four, directed or not, some at the same time."""
    nodes = draw(st.integers(3, most_nodes))
    groups = st.lists(st.integers(0, nodes - 1), min_size=2, max_size=min(4, nodes), unique=True)
    events = draw(st.lists(st.tuples(st.integers(0, last_time), groups, st.booleans()), max_size=most_events))
    return TemporalNetwork.from_events(
        [time for time, _, _ in events],
        [group for _, group, _ in events],
        nodes=nodes,
        senders=[group[0] if directed else None for _, group, directed in events],
    )


def events_of(network):
    """Time, members and whether directed, of each event."""
    rows = zip(network.times, network.offsets[:-1], network.offsets[1:], network.directed, strict=True)
    return [(int(time), tuple(network.members[low:high].tolist()), bool(one)) for time, low, high, one in rows]


def hops_of(network):
    """All single hops: event, time, teller, told."""
    return [
        (event, time, teller, told)
        for event, (time, members, directed) in enumerate(events_of(network))
        for teller in (members[:1] if directed else members)
        for told in members
        if told != teller
    ]


def every_way(network, source, delta):
    """All ways from a source, as lists of hops; none comes back to the source."""
    hops = hops_of(network)
    found, begun = [], [[]]
    while begun:
        way = begun.pop()
        at, now = (way[-1][3], way[-1][1]) if way else (source, None)
        for hop in hops:
            waited = None if now is None else hop[1] - now
            in_time = waited is None or (waited > 0 and (delta is None or waited <= delta))
            if hop[2] == at and hop[3] != source and in_time:
                found.append([*way, hop])
                begun.append(found[-1])
    return found


def betweenness_by_hand(network, kind, delta):
    """Follow all ways, keep the best to each target, and count who stands on them."""
    values = np.zeros(network.nodes)
    for source in range(network.nodes):
        ways = every_way(network, source, delta)
        for target in range(network.nodes):
            there = [way for way in ways if way[-1][3] == target]
            if there and kind == "foremost":
                first = min(way[-1][1] for way in there)
                there = [way for way in there if way[-1][1] == first]
            if there:
                fewest = min(map(len, there))
                best = [way for way in there if len(way) == fewest]
                for way in best:
                    for hop in way[:-1]:
                        values[hop[3]] += 1 / len(best)
    return values / ((network.nodes - 1) * (network.nodes - 2))
