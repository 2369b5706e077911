"""Temporal networks made anew by chance: what each keeps of the one observed, and what it leaves to chance."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.temporal import Nodes, TemporalNetwork, Times
from leaderful.networks.temporal_contacts import Parts, alike, by_label, contacts, redeal


class Null(Protocol):
    """Makes a network by chance from another. What one made from the second is like is the same as for the first."""

    def __call__(self, network: TemporalNetwork, /, *, rng: np.random.Generator) -> TemporalNetwork:
        """Return the network made."""
        ...


def time_shuffle(network: TemporalNetwork, *, rng: np.random.Generator) -> TemporalNetwork:
    """Deal the times of all events out again among all events.

    *Keeps* who meets whom and how often, who sends, and how many events there are at each time. *Leaves to chance*
    when each set of nodes meets, and so order, bursts, rhythm, when a contact began and ended. A ratio to this null
    says how much further things travel because of when contacts happen.

    Parameters
    ----------
    network
        Events among n nodes.
    rng
        Source of chance.

    Returns
    -------
    TemporalNetwork
        All orders of events are equally likely. A node may come to be at several events at the same time.

    Notes
    -----
    Times among the events of one pair only would change nothing: the pair would have met at the same times. In the
    naming of Gauvin and others this is P[w, t], known as permuted times, here for groups of any size.

    References
    ----------
    Gauvin L, Génois M, Karsai M and others (2022) SIAM Review 64:763-830, doi:10.1137/19M1242252.
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_events([1, 2, 5], [[0, 1], [0, 1], [1, 2, 3]], nodes=4)
    >>> made = time_shuffle(talks, rng=np.random.default_rng(5))
    >>> made.times.tolist(), made.members.tolist()
    ([1, 2, 5], [0, 1, 1, 2, 3, 0, 1])
    """
    return _rearranged(network, network.times, rng.permutation(network.events))


def interval_shuffle(network: TemporalNetwork, *, rng: np.random.Generator) -> TemporalNetwork:
    """Put the intervals between the events of each contact in random order.

    *Keeps* for each set of nodes its first and last event, how often it met, who sent the first, the second and
    so on, and how long it waited between events, bursts among that. *Leaves to chance* the order of those
    intervals, and with it whether what one contact does follows on what another did. A ratio to this null says
    how far conversations follow on each other beyond the habits of each contact by itself.

    Parameters
    ----------
    network
        Events among n nodes.
    rng
        Source of chance.

    Returns
    -------
    TemporalNetwork
        For each contact all orders of its intervals are equally likely. Contacts with one or two events stay as
        they are.

    References
    ----------
    Gauvin L, Génois M, Karsai M and others (2022) SIAM Review 64:763-830, doi:10.1137/19M1242252.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([0, 1, 9], [0, 1, 0], [1, 0, 1], nodes=2, directed=False)
    >>> interval_shuffle(talks, rng=np.random.default_rng(4)).times.tolist()
    [0, 8, 9]
    """
    of_event = contacts(network).of_event
    order = np.argsort(of_event, kind="stable")
    held = of_event[order]
    times = network.times[order]
    follows = np.flatnonzero(held[1:] == held[:-1])
    gaps = np.diff(times)[follows]
    shuffled = gaps[np.lexsort((rng.random(len(gaps)), held[follows]))]
    steps = np.zeros(network.events, dtype=np.int64)
    steps[follows + 1] = shuffled
    passed = np.cumsum(steps)
    first = np.flatnonzero(np.diff(held, prepend=-1))
    which = np.cumsum(np.diff(held, prepend=-1) != 0) - 1
    made = np.empty(network.events, dtype=np.int64)
    made[order] = times[first][which] + passed - passed[first][which]
    again = np.argsort(made, kind="stable")
    return _rearranged(network, made[again], again)


def partner_shuffle(
    network: TemporalNetwork, labels: NDArray[np.int64], *, rng: np.random.Generator
) -> TemporalNetwork:
    """Deal out again, within each label, who takes part in which contact.

    A contact, a set of nodes with all its events, is dealt as one: whoever takes a place in it takes part in
    each of its events. *Keeps* all times, which labels meet when and in what numbers, how often the same nodes
    meet again, and the number of contacts of each node; places change hands only between contacts alike in size and
    number of events. *Leaves to chance* who of a label takes part: circles of close contacts, and who links the label
    to others. A ratio to this null says how much further things travel because of who it is within each label.

    Parameters
    ----------
    network
        Events among n nodes.
    labels
        Shape (n,), integers; any number is a label like any other.
    rng
        Source of chance.

    Returns
    -------
    TemporalNetwork
        Nodes are never twice in an event, and no two contacts have the same nodes.

    Raises
    ------
    ValueError
        When there are not as many labels as nodes.

    Notes
    -----
    Contacts are alike when sizes fall in the same of 2, 3 to 4, 5 to 8, ... and numbers of events in the same of 1,
    2 to 3, 4 to 7, ..., so that the number of events of a node is kept nearly. The deal is a chain of random swaps,
    ten for each place, each as likely as the one that undoes it; where it has not run long enough to forget where it
    began, `against_null` is still exact.

    References
    ----------
    Gauvin L, Génois M, Karsai M and others (2022) SIAM Review 64:763-830, doi:10.1137/19M1242252, for link
    shuffling that keeps the times of each link together.
    Fosdick BK, Larremore DB, Nishimura J, Ugander J (2018) SIAM Review 60:315-355, doi:10.1137/16M1087175, for
    what swaps of this kind draw from.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_events([1, 2], [[0, 2], [1, 3]], nodes=4)
    >>> made = partner_shuffle(talks, np.array([0, 0, 1, 1]), rng=np.random.default_rng(2))
    >>> made.times.tolist(), made.members.tolist()
    ([1, 2], [1, 2, 0, 3])
    """
    _check_labels(network, labels)
    held = contacts(network)
    classes = alike(held)
    ranks = np.unique(labels, return_inverse=True)[1]
    each = Parts(
        starts=np.arange(len(held.members) + 1),
        contact=held.of_seat,
        names=held.members.astype(np.int64),
        strata=ranks[held.members] * (classes.max(initial=0) + 1) + classes[held.of_seat],
    )
    return _with_members(network, redeal(held, each, rng)[held.seats])


def partner_shuffle_outside(
    network: TemporalNetwork, labels: NDArray[np.int64], *, rng: np.random.Generator
) -> TemporalNetwork:
    """Deal out again, among all labels, which labels meet in each contact that crosses labels.

    The members that a contact has of one label are dealt as one, and a contact with all its events: three from
    one label who meet two from another are two groups, and either changes places with another group of as many in a
    contact alike, whatever its label, but not with one whose label the contact has already. *Keeps* all times,
    which contacts cross labels and which do not, from how many labels and how many from each, how often the same
    nodes meet again, and the number of contacts, and of those that cross, of each node. *Leaves to chance* which labels
    a contact joins. Held against this null, what passes between two labels is compared with what would if contacts
    across were spread regardless of label.

    Parameters
    ----------
    network
        Events among n nodes.
    labels
        Shape (n,), integers; any number is a label like any other.
    rng
        Source of chance.

    Returns
    -------
    TemporalNetwork
        Nodes are never twice in an event, and no two contacts have the same nodes. Contacts within one label stay as
        they are.

    Raises
    ------
    ValueError
        When there are not as many labels as nodes.

    Notes
    -----
    Contacts are alike as in `partner_shuffle`, and the chain is of the same kind. For events of two it is the swap of
    ends that keeps degrees, among those that cross.

    References
    ----------
    Gauvin L, Génois M, Karsai M and others (2022) SIAM Review 64:763-830, doi:10.1137/19M1242252.

    Examples
    --------
    Two contacts from label 0, one of them to label 1 and one to 2, and one within label 0, which stays.

    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_events([1, 2, 3], [[0, 2], [1, 3], [0, 1]], nodes=4)
    >>> made = partner_shuffle_outside(talks, np.array([0, 0, 1, 2]), rng=np.random.default_rng(1))
    >>> made.members.tolist()
    [1, 3, 0, 2, 0, 1]
    """
    _check_labels(network, labels)
    labels = labels.astype(np.int64)
    held = by_label(contacts(network), labels)
    names, contact = labels[held.members], held.of_seat
    starts = np.flatnonzero((np.diff(names, prepend=0) != 0) | (np.diff(contact, prepend=-1) != 0))
    sizes = np.diff(starts, append=len(names))
    classes = alike(held)[contact[starts]]
    crossing = sizes < np.diff(held.offsets)[contact[starts]]
    blocks = Parts(
        starts=np.append(starts, len(names)),
        contact=contact[starts],
        names=names[starts],
        strata=np.where(crossing, sizes * (classes.max(initial=0) + 1) + classes, -1),
    )
    return _with_members(network, redeal(held, blocks, rng)[held.seats])


def _check_labels(network: TemporalNetwork, labels: NDArray[np.int64]) -> None:
    if labels.shape != (network.nodes,):
        raise ValueError(f"labels have shape {labels.shape}; one for each of {network.nodes} nodes is wanted")


def _rearranged(network: TemporalNetwork, times: Times, order: NDArray[np.int64]) -> TemporalNetwork:
    """Return the events in another order, at these times."""
    sizes = np.diff(network.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.repeat(network.offsets[:-1][order] - offsets[:-1], sizes) + np.arange(len(network.members))
    return TemporalNetwork(
        nodes=network.nodes,
        times=times,
        offsets=offsets,
        members=network.members[places],
        directed=network.directed[order],
    )


def _with_members(network: TemporalNetwork, members: Nodes) -> TemporalNetwork:
    return TemporalNetwork(
        nodes=network.nodes,
        times=network.times,
        offsets=network.offsets,
        members=members,
        directed=network.directed,
    )
