"""What nulls keep, and that all networks a null may lead to come to be equally likely."""

from collections import Counter
from functools import partial
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from temporal_by_hand import events_of, few_events

from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_contacts import alike, contacts
from leaderful.networks.temporal_nulls import interval_shuffle, partner_shuffle, partner_shuffle_outside, time_shuffle


def rng(seed):
    return np.random.default_rng(seed)


def made_of(network, null, seed, **options):
    made = null(network, rng=rng(seed), **options)
    assert (made.nodes, made.times.dtype, made.offsets.dtype) == (network.nodes, np.int64, np.int64)
    assert made.members.dtype == np.int32
    return made


def timelines(network):
    """Times of each set of members, in order."""
    found = {}
    for time, members, _ in events_of(network):
        found.setdefault(frozenset(members), []).append(time)
    return found


def labelled(network, seed):
    return rng(seed).integers(0, 3, network.nodes)


def composition(network, labels):
    """Time, labels of members in order, and direction of each event."""
    return [(time, sorted(labels[list(members)].tolist()), one) for time, members, one in events_of(network)]


def taking_part(network, *, which=lambda _: True):
    """In how many sets of members each node is."""
    return Counter(node for members in timelines(network) if which(members) for node in members)


SEEDS = st.integers(0, 2**32 - 1)
MANY = few_events(most_nodes=8, most_events=14, last_time=12)


@settings(max_examples=200, deadline=None)
@given(MANY, SEEDS)
def test_time_shuffle_keeps_who_meets_whom_how_often_and_all_times(network, seed):
    made = made_of(network, time_shuffle, seed)
    assert made.times.tolist() == network.times.tolist()
    assert Counter(event[1:] for event in events_of(made)) == Counter(event[1:] for event in events_of(network))


@settings(max_examples=200, deadline=None)
@given(MANY, SEEDS)
def test_interval_shuffle_keeps_first_last_and_intervals_of_each_contact(network, seed):
    made = made_of(network, interval_shuffle, seed)
    before, after = timelines(network), timelines(made)
    assert before.keys() == after.keys()
    for members, times in before.items():
        assert (after[members][0], after[members][-1]) == (times[0], times[-1])
        assert sorted(np.diff(after[members])) == sorted(np.diff(times))
    for members in before:  # who sends the first, the second and so on
        was, now = ([event[1:] for event in events_of(one) if set(event[1]) == members] for one in (network, made))
        assert was == now


@settings(max_examples=300, deadline=None)
@given(MANY, SEEDS)
def test_partner_shuffle_keeps_times_labels_and_numbers_of_contacts(network, seed):
    labels = labelled(network, seed)
    made = made_of(network, partner_shuffle, seed, labels=labels)
    assert composition(made, labels) == composition(network, labels)
    assert taking_part(made) == taking_part(network)
    assert sorted(timelines(made).values()) == sorted(timelines(network).values())


@settings(max_examples=300, deadline=None)
@given(MANY, SEEDS)
def test_partner_shuffle_outside_keeps_what_crosses_and_how_often(network, seed):
    labels = labelled(network, seed)
    made = made_of(network, partner_shuffle_outside, seed, labels=labels)

    def crosses(members):
        return len(set(labels[list(members)].tolist())) > 1

    for (time, members, one), (time_2, members_2, one_2) in zip(events_of(network), events_of(made), strict=True):
        assert (time, len(members), one, crosses(members)) == (time_2, len(members_2), one_2, crosses(members_2))
        assert crosses(members) or members == members_2
        shape, shape_2 = (sorted(Counter(labels[list(row)].tolist()).values()) for row in (members, members_2))
        assert shape == shape_2
    assert taking_part(made) == taking_part(network)
    assert taking_part(made, which=crosses) == taking_part(network, which=crosses)
    assert sorted(timelines(made).values()) == sorted(timelines(network).values())


def test_contacts_by_hand():
    network = TemporalNetwork.from_events(
        [1, 2, 3, 4, 5], [[3, 1], [0, 1, 2], [1, 3], [2, 0, 1], [0, 3]], nodes=4, senders=[3, None, 1, None, None]
    )
    found = contacts(network)
    assert found.members.tolist() == [0, 3, 1, 3, 0, 1, 2]
    assert found.offsets.tolist() == [0, 2, 4, 7]
    assert found.of_event.tolist() == [1, 2, 1, 2, 0]
    assert found.events.tolist() == [1, 2, 2]
    assert found.members[found.seats].tolist() == network.members.tolist()


def test_contacts_alike_by_hand():
    sizes = [2, 3, 4, 5, 8, 9]
    groups = [list(range(size)) for size in sizes]
    found = alike(contacts(TemporalNetwork.from_events(list(range(6)), groups, nodes=9))).tolist()
    assert [found[0] == one for one in found] == [True, False, False, False, False, False]
    assert (found[1] == found[2], found[3] == found[4], found[2] == found[3], found[4] == found[5]) == (1, 1, 0, 0)
    often = [[node, node + 1] for node, times in enumerate([1, 2, 3, 4, 7, 8]) for _ in range(times)]
    found = alike(contacts(TemporalNetwork.from_events(list(range(25)), often, nodes=9))).tolist()
    assert [found[1] == one for one in found] == [False, True, True, False, False, False]
    assert found[3] == found[4] != found[5]


# Beside the compiled chains, the same moves in plain Python: a state is the set of members of each contact, and
# every move that a chain may make from it is listed. All states so reached must come to be equally likely.


def network_of(state, nodes):
    """Contact i meets once, at time i."""
    return TemporalNetwork.from_events(range(len(state)), [sorted(members) for members in state], nodes=nodes)


def state_of(network):
    return tuple(frozenset(members) for _, members, _ in events_of(network))


def about_one_size(one, other):
    return (len(one) - 1).bit_length() == (len(other) - 1).bit_length()


def exchanged(state, a, b, out, into):
    """The state once some members of contact a and some of contact b have changed places; None where it may not be."""
    new = [*state]
    new[a], new[b] = state[a] - out | into, state[b] - into | out
    sizes_kept = len(new[a]) == len(state[a]) and len(new[b]) == len(state[b])
    return tuple(new) if sizes_kept and len(set(new)) == len(new) else None


def within(state, labels):
    """Every state that one swap of two people of one label leads to."""
    for (a, one), (b, other) in combinations(enumerate(state), 2):
        for x, y in product(one - other, other - one):
            if about_one_size(one, other) and labels[x] == labels[y]:
                yield exchanged(state, a, b, {x}, {y})


def groups_of(members, labels):
    return [{node for node in members if labels[node] == label} for label in {labels[node] for node in members}]


def from_outside(state, labels):
    """Every state that one swap of two groups of as many leads to, each of one label in a contact that crosses."""
    for (a, one), (b, other) in combinations(enumerate(state), 2):
        both = groups_of(one, labels), groups_of(other, labels)
        if min(map(len, both)) < 2 or not about_one_size(one, other):
            continue
        for x, y in product(*both):
            new = exchanged(state, a, b, x, y) if len(x) == len(y) else None
            if new is not None and (len(groups_of(new[a], labels)), len(groups_of(new[b], labels))) == (
                len(both[0]),
                len(both[1]),
            ):
                yield new


def reached(state, labels, moves):
    found, left = {state}, [state]
    while left:
        for new in moves(left.pop(), labels):
            if new is not None and new not in found:
                found.add(new)
                left.append(new)
    return sorted(found, key=lambda one: [sorted(members) for members in one])


PAIRS = [{0, 4}, {1, 4}, {2, 5}, {0, 6}]
MEETINGS = [{0, 1, 4, 5}, {2, 3, 6}, {4, 5, 2}, {6, 7, 8, 0}]
CASES = {
    "pairs within": (PAIRS, [0, 0, 0, 1, 1, 1, 1], partner_shuffle, within),
    "meetings within": (MEETINGS[:3], [0, 0, 0, 0, 1, 1, 1], partner_shuffle, within),
    "pairs outside": (PAIRS, [0, 0, 1, 1, 2, 2, 3], partner_shuffle_outside, from_outside),
    "groups outside": (
        [{0, 1, 4, 5}, {2, 3, 6, 7}, {4, 5, 8}, {9, 10, 0, 6}, {0, 1}],
        [0, 0, 1, 1, 2, 2, 3, 3, 1, 4, 4],
        partner_shuffle_outside,
        from_outside,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_all_states_are_equally_likely_and_a_draw_of_a_draw_is_as_likely(case):
    contacts_of, labels, null, moves = CASES[case]
    states = reached(tuple(map(frozenset, contacts_of)), labels, moves)
    assert len(states) > 5
    nodes, each = len(labels), max(12, 1500 // len(states))
    generator = rng(1)
    # One draw from each of the states, each as often: what comes out must be as even.
    counts = Counter(
        state_of(null(network_of(state, nodes), labels=np.array(labels), rng=generator))
        for state in states
        for _ in range(each)
    )
    assert set(counts) <= set(states)
    statistic = sum((counts[state] - each) ** 2 / each for state in states)
    assert chi2.sf(statistic, len(states) - 1) > 0.001


@pytest.mark.parametrize("case", CASES)
def test_one_call_forgets_where_it_began(case):
    contacts_of, labels, null, moves = CASES[case]
    start = tuple(map(frozenset, contacts_of))
    states = reached(start, labels, moves)
    network, generator, each = network_of(start, len(labels)), rng(2), 12
    drawn = (state_of(null(network, labels=np.array(labels), rng=generator)) for _ in range(each * len(states)))
    counts = Counter(drawn)
    statistic = sum((counts[state] - each) ** 2 / each for state in states)
    assert chi2.sf(statistic, len(states) - 1) > 0.001


def test_all_orders_of_times_and_intervals_are_equally_likely():
    talks = TemporalNetwork.from_pairs([0, 1, 3, 7, 7], [0, 0, 0, 0, 1], [1, 1, 1, 1, 2], nodes=3, directed=False)
    generator = rng(3)
    counts = Counter(tuple(interval_shuffle(talks, rng=generator).times.tolist()) for _ in range(3000))
    assert len(counts) == 6
    assert chi2.sf(sum((count - 500) ** 2 / 500 for count in counts.values()), 5) > 0.001
    places = Counter(timelines(time_shuffle(talks, rng=generator))[frozenset({1, 2})][0] for _ in range(5000))
    assert chi2.sf(sum((places[time] / 1000 - share) ** 2 * 1000 / share for time, share in
                       ((0, 1), (1, 1), (3, 1), (7, 2))), 3) > 0.001  # fmt: skip


def test_guests_of_one_label_spread_over_all_that_have_guests():
    # Bodies 0 to 5 of ten people, each person with one contact to the next body only.
    labels = np.repeat(np.arange(6), 10)
    people = np.arange(60)
    ring = TemporalNetwork.from_pairs(people, people, (people + 10) % 60, nodes=60, directed=False)

    def between(network):
        ends = labels[network.members].reshape(-1, 2)
        return np.bincount(np.abs(ends[:, 0] - ends[:, 1]), minlength=6)

    assert between(ring).tolist() == [0, 50, 0, 0, 0, 10]
    drawn = np.mean([between(partner_shuffle_outside(ring, labels, rng=rng(seed))) for seed in range(200)], axis=0)
    # Pairs of bodies at distance 1 to 5 number 5, 4, 3, 2, 1 of 15, and 60 contacts fall on them alike.
    assert drawn == pytest.approx([0, 20, 16, 12, 8, 4], abs=0.7)


def test_the_same_seed_gives_the_same_network_and_what_cannot_be():
    network = TemporalNetwork.from_events([1, 2, 3], [[0, 1], [2, 3], [1, 2, 4]], nodes=5)
    labels = np.zeros(5, dtype=np.int64)
    for null in (time_shuffle, interval_shuffle, partial(partner_shuffle, labels=labels)):
        one, again = (null(network, rng=rng(4)) for _ in range(2))
        assert one.members.tobytes() == again.members.tobytes()
    nothing = TemporalNetwork.from_events([], [], nodes=5)
    for null in (time_shuffle, interval_shuffle):
        assert null(nothing, rng=rng(1)).events == 0
    for null in (partner_shuffle, partner_shuffle_outside):
        assert null(nothing, labels=labels, rng=rng(1)).events == 0
        with pytest.raises(ValueError, match="one for each of 5 nodes"):
            null(network, labels=labels[:4], rng=rng(1))
