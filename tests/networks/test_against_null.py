"""A statistic beside chance: counts by hand, and p-values that are as small as they say and no smaller."""

from functools import partial

import numpy as np
import pytest

from leaderful.networks.against_null import against_null
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_carriers import carriers
from leaderful.networks.temporal_nulls import interval_shuffle, partner_shuffle, partner_shuffle_outside, time_shuffle

TALKS = TemporalNetwork.from_pairs([1, 2], [0, 1], [1, 2], nodes=3, directed=False)
LABELS = np.repeat(np.arange(3), 5)
NULLS = {
    "time": time_shuffle,
    "interval": interval_shuffle,
    "partner": partial(partner_shuffle, labels=LABELS),
    "outside": partial(partner_shuffle_outside, labels=LABELS),
}


def numbered(_, /, *, rng):
    """Not a null of any kind: one network with a time that the draws are known by."""
    return TemporalNetwork.from_pairs([int(rng.integers(10))], [0], [1], nodes=3, directed=False)


def test_counts_by_hand():
    found = against_null(TALKS, lambda network: np.array([network.times[0], 7.0]), numbered, draws=99, seed=1)
    drawn = found.sample[:, 0]
    assert found.sample.shape == (99, 2)
    assert set(drawn) <= set(range(10))
    assert found.observed.tolist() == [1, 7]
    assert found.expected.tolist() == pytest.approx([drawn.mean(), 7])
    assert found.ratio.tolist() == pytest.approx([1 / drawn.mean(), 1])
    assert found.p_low.tolist() == pytest.approx([(1 + (drawn <= 1).sum()) / 100, 1])
    assert found.p_high.tolist() == pytest.approx([(1 + (drawn >= 1).sum()) / 100, 1])
    assert found.p_two_sided[0] == pytest.approx(min(1, 2 * found.p_low[0]))
    assert (found.lower[0], found.upper[0]) == tuple(np.quantile(drawn, [0.025, 0.975]))
    assert (found.draws, found.undefined.tolist()) == (99, [0, 0])


def test_fewer_draws_are_the_first_of_more():
    few, more = (against_null(TALKS, lambda one: one.times[:1], numbered, draws=draws, seed=3) for draws in (5, 9))
    assert few.sample.tolist() == more.sample[:5].tolist()


def test_what_is_undefined_stays_so():
    def odd(network):
        time = float(network.times[0])
        return np.array([np.nan if time > 4 else time, np.nan if network.events == 1 else 1.0, 0.0])

    found = against_null(TALKS, odd, numbered, draws=50, seed=1)
    lost = int(np.isnan(found.sample[:, 0]).sum())
    assert 10 < lost < 40
    assert found.undefined.tolist() == [lost, 50, 0]
    assert found.expected[0] == pytest.approx(np.nanmean(found.sample[:, 0]))
    assert found.p_high[0] == pytest.approx((1 + (found.sample[:, 0] >= 1).sum()) / (51 - lost))
    assert np.isnan([found.expected[1], found.p_low[1], found.p_two_sided[1], found.ratio[1], found.ratio[2]]).all()
    assert found.p_two_sided[2] == 1
    never = against_null(TALKS, lambda _: np.array(np.nan), numbered, draws=2, seed=1)
    assert np.isnan([never.p_low, never.p_high, never.p_two_sided, never.ratio]).all()


def test_draws_must_be_positive():
    with pytest.raises(ValueError, match=r"draws is 0; 1 or more"):
        against_null(TALKS, lambda one: one.times, time_shuffle, draws=0, seed=1)


def made_up(seed, *, events=60):
    """Fifteen nodes in three labels, meetings of two to four, some pairs again and again."""
    rng = np.random.default_rng(seed)
    often = [rng.choice(15, size=size, replace=False).tolist() for size in rng.integers(2, 5, 18)]
    groups = [often[at] for at in rng.integers(0, 18, events)]
    return TemporalNetwork.from_events(np.sort(rng.integers(0, 2000, events)), groups, nodes=15)


WEIGHTS = np.random.default_rng(12).normal(size=15)


def who_follows_whom(network):
    """Two sums that no two networks share: of events that follow soon on each other, and of times."""
    weights = np.add.reduceat(WEIGHTS[network.members], network.offsets[:-1])
    soon = np.exp(-np.diff(network.times) / 30.0)
    return np.array([(weights[1:] * weights[:-1] * soon).sum(), (weights * network.times**0.7).sum()])


@pytest.mark.parametrize("name", NULLS)
def test_p_is_as_small_as_it_says_where_the_null_holds(name):
    # 100 networks drawn from the null, whose p must be below 0.05 in about 5; benchmarks/null_calibration.py
    # takes 1,000. A share of 0.05 ± 0.065 is three standard errors.
    null, base, p = NULLS[name], made_up(7), []
    for seed in range(100):
        drawn = null(base, rng=np.random.default_rng([seed, 11]))
        p.append(against_null(drawn, who_follows_whom, null, draws=40, seed=seed).p_two_sided)
    p = np.array(p)
    assert ((p < 0.05).mean(axis=0) <= 0.115).all()
    assert np.abs(p.mean(axis=0) - 0.5) == pytest.approx([0, 0], abs=0.1)


def test_a_boundary_where_nothing_passes_is_far_below_chance_and_others_are_not():
    # Four labels of twelve; people meet within their own and with all others, but never 0 with 1.
    rng, labels = np.random.default_rng(2), np.repeat(np.arange(4), 12)
    pairs = [(a, b) for a, b in rng.integers(0, 48, (4000, 2)).tolist() if a != b and {labels[a], labels[b]} != {0, 1}]
    inside = [pair for pair in pairs if labels[pair[0]] == labels[pair[1]]]
    across = [pair for pair in pairs if labels[pair[0]] != labels[pair[1]]]
    chosen = [*inside[:200], *across[:150]]
    network = TemporalNetwork.from_events(rng.integers(0, 3000, 350), chosen, nodes=48)

    def met(one):
        ends = np.sort(labels[one.members].reshape(-1, 2), axis=1)
        return np.array([((ends[:, 0] == a) & (ends[:, 1] == b)).sum() for a, b in ((0, 1), (0, 2), (2, 3))])

    found = against_null(network, met, partial(partner_shuffle_outside, labels=labels), draws=199, seed=1)
    assert found.observed[0] == 0
    assert found.lower[0] > 5
    assert (found.p_low[0], found.ratio[0]) == (1 / 200, 0)
    assert found.ratio[1] > 1
    assert found.p_low[1] > 0.05


def test_carriers_are_found_where_planted_and_seldom_otherwise():
    # Node 0 is told once by each of ten, then tells each of ten others; the rest talk at random.
    rng = np.random.default_rng(5)
    planted = [(20 + at, at, 0) for at in range(1, 11)] + [(30 + at, 0, 10 + at) for at in range(1, 11)]
    noise = [(int(time), *rng.choice(np.arange(1, 25), 2, replace=False).tolist()) for time in rng.integers(0, 60, 25)]
    times, tellers, told = zip(*planted, *noise, strict=True)
    network = TemporalNetwork.from_pairs(times, tellers, told, nodes=25, directed=True)
    found = carriers(network, time_shuffle, kind="foremost", draws=99, seed=1)
    assert found.p[0] == 0.01
    assert (found.p[1:] > 0.05).all()
    assert found.betweenness.p_high[0] == 0.01
    smallest = [
        carriers(time_shuffle(network, rng=np.random.default_rng(seed)), time_shuffle, kind="foremost", delta=8,
                 draws=39, seed=seed).p.min()
        for seed in range(60)
    ]  # fmt: skip
    assert np.mean(np.array(smallest) <= 0.05) <= 0.15
    two = TemporalNetwork.from_pairs([1], [0], [1], nodes=2, directed=True)
    assert np.isnan(carriers(two, time_shuffle, kind="foremost", draws=3, seed=1).p).all()
