"""A temporal network: events at known times, each among two or more nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

Times = NDArray[np.int64]
Nodes = NDArray[np.int32]

LARGEST_TIME: Final = 2**62 - 1
"""Times lie within this of zero, so that differences of times never overflow."""

_FINE, _TOO_FEW, _OUTSIDE, _TWICE = range(4)


@dataclass(frozen=True, eq=False, kw_only=True)
class TemporalNetwork:
    """Events in order of time among nodes 0 to n - 1.

    An event is a set of two or more nodes at one integer time, in any unit. In an undirected event all
    exchange what they know; in a directed one, only what the first knows passes, to all the others.

    What is heard at a time can be carried on only at a later one: nodes bring to an event what they knew
    before its time, so that two events at the same time never follow each other.

    Parameters
    ----------
    nodes
        Number of nodes n, those without events among them.
    times
        Shape (e,), ascending.
    offsets
        Shape (e + 1,). The members of event i are ``members[offsets[i]:offsets[i + 1]]``.
    members
        Nodes, each at most once in an event; the first is the sender where the event is directed.
    directed
        Shape (e,). True where what the first member knows passes to the others and nothing else does.

    Raises
    ------
    ValueError
        When times are not ascending, an event has fewer than two members or one twice, a member is no
        node, or shapes do not fit.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_events([9, 12, 10], [[0, 1], [1, 2, 3], [2, 3]], nodes=4)
    >>> talks.times.tolist(), talks.members.tolist()
    ([9, 10, 12], [0, 1, 2, 3, 1, 2, 3])
    >>> talks.window(10, 12).events
    1
    """

    nodes: int
    times: Times
    offsets: Times
    members: Nodes
    directed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Refuse what is no temporal network."""
        _check_shapes(self)
        if len(self.times) and (self.times[1:] < self.times[:-1]).any():
            raise ValueError("times are not ascending; take from_events or from_pairs, which put events in order")
        if len(self.times) and (self.times[0] < -LARGEST_TIME or self.times[-1] > LARGEST_TIME):
            raise ValueError(f"times run from {self.times[0]} to {self.times[-1]}; within ±(2^62 - 1) is wanted")
        event, fault = _first_fault(self.nodes, self.offsets, self.members)
        if fault != _FINE:
            held = int(self.offsets[event + 1] - self.offsets[event])
            raise ValueError(f"the event at time {self.times[event]} {_wrong(fault, held, self.nodes)}")

    @classmethod
    def from_events(
        cls,
        times: Sequence[int] | Times,
        groups: Sequence[Sequence[int]],
        *,
        nodes: int,
        senders: Sequence[int | None] | None = None,
    ) -> TemporalNetwork:
        """Return the network of events in any order; an event with a sender is directed, from it to the rest."""
        groups = list(groups) if senders is None else [_sender_first(*one) for one in zip(groups, senders, strict=True)]
        sizes = np.fromiter(map(len, groups), np.int64, len(groups))
        members = np.fromiter(chain.from_iterable(groups), np.int64, int(sizes.sum()))
        directed = [sender is not None for sender in senders] if senders is not None else [False] * len(groups)
        return _in_order(nodes, _integers(times), sizes, members, np.array(directed, dtype=np.bool_))

    @classmethod
    def from_pairs(
        cls,
        times: Sequence[int] | Times,
        sources: Sequence[int] | NDArray[np.integer[Any]],
        targets: Sequence[int] | NDArray[np.integer[Any]],
        *,
        nodes: int,
        directed: bool,
    ) -> TemporalNetwork:
        """Return the network of events of two in any order: directed from source to target, or not at all."""
        when = _integers(times)
        if not len(when) == len(sources) == len(targets):
            raise ValueError(f"{len(when)} times, {len(sources)} sources, {len(targets)} targets; as many are wanted")
        members = np.stack([_integers(sources), _integers(targets)], axis=1).reshape(-1)
        sizes = np.full(len(when), 2, dtype=np.int64)
        return _in_order(nodes, when, sizes, members, np.full(len(when), directed, dtype=np.bool_))

    @property
    def events(self) -> int:
        """Number of events."""
        return len(self.times)

    def window(self, start: int | None = None, stop: int | None = None) -> TemporalNetwork:
        """Return the events from `start` on and before `stop`, among the same nodes; None is no limit."""
        if start is None and stop is None:
            return self
        first = 0 if start is None else int(np.searchsorted(self.times, start))
        last = self.events if stop is None else max(first, int(np.searchsorted(self.times, stop)))
        low, high = self.offsets[first], self.offsets[last]
        return TemporalNetwork(
            nodes=self.nodes,
            times=self.times[first:last],
            offsets=self.offsets[first : last + 1] - low,
            members=self.members[low:high],
            directed=self.directed[first:last],
        )


def _integers(values: Sequence[int] | NDArray[np.integer[Any]]) -> Times:
    found = np.asarray(values)
    if found.size and found.dtype.kind not in "iu":
        raise ValueError(f"times and nodes are of type {found.dtype}; integers are wanted")
    return found.astype(np.int64, copy=False).reshape(-1)


def _sender_first(group: Sequence[int], sender: int | None) -> list[int]:
    if sender is None:
        return list(group)
    if sender not in group:
        raise ValueError(f"sender {sender} is not among the members of its event; each sender is one of them")
    return [sender, *(node for node in group if node != sender)]


def _in_order(nodes: int, times: Times, sizes: Times, members: Times, directed: NDArray[np.bool_]) -> TemporalNetwork:
    """Return the network of events of these sizes, put in order of time; those of one time keep their order."""
    if len(times) != len(sizes):
        raise ValueError(f"{len(times)} times and {len(sizes)} groups; as many are wanted")
    if len(members) and (members.min() < 0 or members.max() >= nodes):
        raise ValueError(f"members run from {members.min()} to {members.max()}; nodes from 0 to {nodes - 1} are wanted")
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    if (times[1:] < times[:-1]).any():
        order = np.argsort(times, kind="stable")
        moved = np.concatenate([[0], np.cumsum(sizes[order])])
        members = members[np.repeat(offsets[order] - moved[:-1], sizes[order]) + np.arange(len(members))]
        times, offsets, directed = times[order], moved, directed[order]
    return TemporalNetwork(
        nodes=nodes, times=times, offsets=offsets, members=members.astype(np.int32), directed=directed
    )


def _check_shapes(network: TemporalNetwork) -> None:
    wanted = {"times": np.int64, "offsets": np.int64, "members": np.int32, "directed": np.bool_}
    for name, kind in wanted.items():
        held = getattr(network, name)
        if held.ndim != 1 or held.dtype != kind:
            raise ValueError(
                f"{name} is of type {held.dtype} and shape {held.shape}; one row of {kind.__name__} is wanted"
            )
    events = len(network.times)
    if len(network.offsets) != events + 1 or len(network.directed) != events:
        raise ValueError(
            f"{events} times, {len(network.offsets)} offsets and {len(network.directed)} directions; "
            "an offset more than times and a direction for each are wanted"
        )
    if network.offsets[0] != 0 or network.offsets[-1] != len(network.members):
        raise ValueError(
            f"offsets run from {network.offsets[0]} to {network.offsets[-1]}; "
            f"from 0 to the number of members, {len(network.members)}, is wanted"
        )


@njit(cache=True)
def _first_fault(nodes: int, offsets: Times, members: Nodes) -> tuple[int, int]:
    """Return the first event that is not in order, and what is wrong with it."""
    for event in range(len(offsets) - 1):
        if offsets[event + 1] - offsets[event] < 2:
            return event, _TOO_FEW
    seen = np.full(nodes, -1, dtype=np.int64)
    for event in range(len(offsets) - 1):
        for at in range(offsets[event], offsets[event + 1]):
            node = members[at]
            if node < 0 or node >= nodes:
                return event, _OUTSIDE
            if seen[node] == event:
                return event, _TWICE
            seen[node] = event
    return 0, _FINE


def _wrong(fault: int, held: int, nodes: int) -> str:
    if fault == _TOO_FEW:
        return f"has {held} members; two or more are wanted"
    if fault == _OUTSIDE:
        return f"has a member that is no node; nodes from 0 to {nodes - 1} are wanted"
    return "has a member twice; each node is a member once"
