"""The Social Relations Model by hand, against the closed form, whole matrices and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from leaderful.statistics.relation_search import estimate
from leaderful.statistics.round_robin import Solved, gather
from leaderful.statistics.social_relations import social_relations

PARTS = ("actor", "partner", "relationship")


def simulate(rng, n, *, indicators=1, missing=0.0, actor=0.3, partner=0.2, relationship=0.5, error=0.0):
    """Ratings with generalised reciprocity 0.4 and dyadic reciprocity 0.5."""
    both = 0.4 * (actor * partner) ** 0.5
    effects = rng.multivariate_normal([0, 0], [[actor, both], [both, partner]], n)
    one, other = (np.triu(rng.normal(size=(n, n)), 1) for _ in range(2))
    special = relationship**0.5 * (one + (0.5 * one + 0.75**0.5 * other).T)
    out = 3 + effects[:, :1] + effects[:, 1] + special + error**0.5 * rng.normal(size=(indicators, n, n))
    out[:, rng.random((n, n)) < missing] = np.nan
    out[:, np.eye(n, dtype=bool)] = np.nan
    return out


def closed(ratings):
    """The estimates of Warner, Kenny and Stoto for one complete group, with their effects."""
    n = len(ratings)
    x = np.where(np.eye(n, dtype=bool), 0.0, ratings)
    rows, columns, mean = x.sum(1) / (n - 1), x.sum(0) / (n - 1), x.sum() / (n * (n - 1))
    near, far = (n - 1) ** 2 / (n * (n - 2)), (n - 1) / (n * (n - 2))
    a = near * rows + far * columns - (n - 1) / (n - 2) * mean
    b = near * columns + far * rows - (n - 1) / (n - 2) * mean
    g = x - a[:, None] - b - mean
    pairs = np.triu_indices(n, 1)
    between = 2 * (((g + g.T)[pairs] / 2) ** 2).sum() / ((n - 1) * (n - 2) / 2 - 1)
    within = ((g - g.T)[pairs] ** 2).sum() / 2 / ((n - 1) * (n - 2) / 2)
    special, answer = (between + within) / 2, (between - within) / 2
    less, cross = far * special + answer / (n * (n - 2)), far * answer + special / (n * (n - 2))
    parts = [a @ a / (n - 1) - less, b @ b / (n - 1) - less, a @ b / (n - 1) - cross, special, answer]
    return np.array(parts), a, b


def found(out):
    """The five parameters of a result, in the order of `closed`."""
    variances = [getattr(out, part).variance for part in PARTS]
    return np.array([*variances[:2], out.generalised.covariance, variances[2], out.dyadic.covariance])


def whole_loglik(groups, theta):
    """The restricted log-likelihood, up to a constant, by whole matrices over single answers."""
    rows = [(at, *place) for at, group in enumerate(groups) for place in np.argwhere(np.isfinite(group))]
    at, k, i, j = np.array(rows).T
    y = np.array([groups[a][b, c, d] for a, b, c, d in rows])
    a, b, ab, special, answer, error = theta
    same = at[:, None] == at
    gives, gets, crossed = i[:, None] == i, j[:, None] == j, i[:, None] == j
    V = (
        a * gives
        + b * gets
        + ab * (1.0 * crossed + crossed.T)
        + special * (gives & gets)
        + answer * (crossed & crossed.T)
    )
    V = same * V + error * np.eye(len(y))
    X = np.unique(np.stack([at, k]), axis=1, return_inverse=True)[1][:, None] == np.arange(len(groups) * (k.max() + 1))
    # Only contrasts count: V itself need not be positive definite.
    A = np.linalg.svd(X.astype(float))[0][:, X.shape[1] :]
    inside = A.T @ V @ A
    if np.linalg.eigvalsh(inside)[0] <= 0:
        return -np.inf
    z = A.T @ y
    return -0.5 * (np.linalg.slogdet(inside)[1] + z @ np.linalg.solve(inside, z))


def test_four_nodes_by_hand():
    """Row sums, what each gives, 16, 9, 8, 15; column sums, what each gets, 16, 13, 8, 11; mean 48/12 = 4.

    Actor effects, 3/8 of the row sum + 1/8 of the column sum - 3/2 of the mean:
        6 + 2 - 6 = 2,  27/8 + 13/8 - 6 = -1,  3 + 1 - 6 = -2,  45/8 + 11/8 - 6 = 1.
    Partner effects, the same with rows and columns changed over: 2, 39/8 + 9/8 - 6 = 0, -2, 33/8 + 15/8 - 6 = 0.
    What is left, in pairs (1,2) (1,3) (1,4) (2,3) (2,4) (3,4), one way and the other:
        (-2, 0) (1, 1) (1, -1) (0, 0) (0, 2) (-1, -1)
    Means -1, 1, 0, 0, 1, -1 have squares 4; between pairs 2 * 4 / (3 * 2 / 2 - 1) = 4.
    Differences -2, 0, 2, 0, -2, 0 have squares 12; within pairs 12 / 2 / 3 = 2.
    Relationship variance (4 + 2) / 2 = 3, covariance (4 - 2) / 2 = 1, so dyadic reciprocity 1/3.
    Squares of actor effects 4 + 1 + 4 + 1 = 10: 10/3 - 3 * 3/8 - 1 * 1/8 = 25/12.
    Squares of partner effects 8: 8/3 - 10/8 = 17/12.
    Products 4 + 0 + 4 + 0 = 8: 8/3 - 1 * 3/8 - 3 * 1/8 = 23/12.
    """
    ratings = np.array([[0.0, 4, 5, 7], [5, 0, 1, 3], [5, 2, 0, 1], [6, 7, 2, 0]])
    out = social_relations(ratings, confidence=None)
    np.testing.assert_allclose(found(out), [25 / 12, 17 / 12, 23 / 12, 3, 1], rtol=1e-8)
    shares = [getattr(out, part).share for part in PARTS]
    np.testing.assert_allclose(shares, [25 / 78, 17 / 78, 36 / 78], rtol=1e-8)
    assert out.dyadic.correlation == pytest.approx(1 / 3)
    # 23 / sqrt(25 * 17) is above 1: reported as it is.
    assert out.generalised.correlation == pytest.approx(23 / 425**0.5)
    assert (out.generalised.out_of_range, out.dyadic.out_of_range) == (True, False)
    assert (out.nodes, out.dyads, out.pairs, out.groups, out.indicators, out.error) == (4, 12, 6, 1, 1, None)
    assert out.effects[0].mean == pytest.approx(4)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(4, 14), st.sampled_from([0.0, 0.3]))
def test_complete_group_equals_the_closed_form_even_below_zero(seed, n, actor):
    ratings = simulate(np.random.default_rng(seed), n, actor=actor, partner=0.05)[0]
    out = social_relations(ratings, confidence=None)
    expected, _, _ = closed(ratings)
    np.testing.assert_allclose(found(out), expected, rtol=0, atol=1e-8)
    for part, variance in zip((out.actor, out.partner), expected[:2], strict=True):
        assert part.negative == (variance < 0)
        assert part.share == (0 if variance < 0 else pytest.approx(variance / np.maximum(expected[[0, 1, 3]], 0).sum()))
    assert bool(out.generalised.reason) == (expected[:2].min() <= 0)


def test_groups_of_one_size_equal_the_mean_of_their_closed_forms():
    rng = np.random.default_rng(3)
    groups = [simulate(rng, 6) + shift for shift in (0, 5, -2)]
    out = social_relations(groups, confidence=None)
    np.testing.assert_allclose(found(out), np.mean([closed(group[0])[0] for group in groups], axis=0), atol=1e-8)
    assert [effects.mean for effects in out.effects] == pytest.approx([np.nanmean(group) for group in groups])


def test_complete_indicators_equal_the_closed_form_of_their_mean_and_the_error_of_a_two_way_table():
    """With K indicators the mean holds error / K beside the relationship; error = squares / ((dyads - 1)(K - 1))."""
    ratings = simulate(np.random.default_rng(4), 7, indicators=3, error=0.4) + np.array([0, 1, 2])[:, None, None]
    table = ratings[:, ~np.eye(7, dtype=bool)]
    rest = table - table.mean(0) - table.mean(1)[:, None] + table.mean()
    error = (rest**2).sum() / (41 * 2)
    expected, _, _ = closed(ratings.mean(0))
    expected[3] -= error / 3
    out = social_relations(ratings, confidence=None)
    np.testing.assert_allclose(found(out), expected, atol=1e-8)
    assert out.error.variance == pytest.approx(error)
    assert sum(part.share for part in (out.actor, out.partner, out.relationship, out.error)) == pytest.approx(1)


def test_effects_are_the_closed_ones_drawn_to_zero():
    """G (G + E)^-1 (a, b), with G the variance of true (a, b) and E that of the errors of the closed ones."""
    ratings = simulate(np.random.default_rng(5), 9)[0]
    out = social_relations(ratings, confidence=None)
    (actor, partner, both, special, answer), a, b = closed(ratings)
    G = np.array([[actor, both], [both, partner]])
    own, other = (8 * special + answer) / 63, (8 * answer + special) / 63
    drawn = G @ np.linalg.solve(G + np.array([[own, other], [other, own]]), np.stack([a, b]))
    np.testing.assert_allclose(np.stack([out.effects[0].actor, out.effects[0].partner]), drawn, atol=1e-8)


def test_effects_and_their_errors_are_those_of_whole_matrices_with_dyads_missing():
    """Prediction G Z' P y, and the variance of its error G - G Z' P Z G, all written out."""
    ratings = simulate(np.random.default_rng(6), 8, missing=0.25)
    data = gather([ratings])
    a, b, ab, special, answer = theta = np.array([0.3, 0.2, 0.1, 0.5, 0.2])
    i, j = np.nonzero(np.isfinite(ratings[0]))
    Z = np.column_stack([i[:, None] == np.arange(8), j[:, None] == np.arange(8)]).astype(float)
    G = np.kron(np.array([[a, ab], [ab, b]]), np.eye(8))
    answers = (i[:, None] == j) & (j[:, None] == i)
    V = Z @ G @ Z.T + special * np.eye(len(i)) + answer * answers
    inverse, ones = np.linalg.inv(V), np.ones((len(i), 1))
    P = inverse - inverse @ ones @ ones.T @ inverse / inverse.sum()
    predicted, spread = Solved(data, theta).effects()
    np.testing.assert_allclose(predicted[0], G @ Z.T @ P @ ratings[0][i, j], atol=1e-10)
    np.testing.assert_allclose(spread[0], np.diag(G - G @ Z.T @ P @ Z @ G), atol=1e-10)


def test_likelihood_is_that_of_whole_matrices_with_missing_dyads_and_groups_of_unlike_size():
    rng = np.random.default_rng(7)
    groups = [simulate(rng, n, indicators=2, missing=0.25, error=0.3) for n in (5, 7)]
    data = gather(groups)
    apart = []
    for _ in range(12):
        a, b, special, error = rng.uniform(0.1, 1, 4)
        theta = np.array(
            [a, b, rng.uniform(-0.6, 0.6) * (a * b) ** 0.5, special, rng.uniform(-0.6, 0.6) * special, error]
        )
        apart.append(Solved(data, theta).loglik - whole_loglik(groups, theta))
    np.testing.assert_allclose(apart, apart[0], atol=1e-8)


def test_slopes_and_information_are_those_of_the_likelihood():
    rng = np.random.default_rng(8)
    data = gather([simulate(rng, n, indicators=3, missing=0.2, error=0.4) for n in (5, 6)])
    theta = np.array([0.3, 0.2, 0.05, 0.5, 0.2, 0.4])
    steps = np.eye(6) * 1e-5
    heights = [(Solved(data, theta + step).loglik - Solved(data, theta - step).loglik) / 2e-5 for step in steps]
    score, _ = Solved(data, theta).slopes()
    np.testing.assert_allclose(score, heights, rtol=1e-5)
    # At the truth the average information varies about the expected one, which the ratings do not enter.
    truth = np.array([0.3, 0.2, 0.4 * 0.06**0.5, 0.5, 0.25, 0.4])
    seen = [Solved(gather([simulate(rng, 6, indicators=2, error=0.4)]), truth).slopes()[1] for _ in range(300)]
    expected = Solved(gather([simulate(rng, 6, indicators=2, error=0.4)]), truth).information()
    np.testing.assert_allclose(np.diag(np.mean(seen, axis=0)), np.diag(expected), rtol=0.15)


@pytest.mark.parametrize("seed", [3, 4])
def test_ends_of_an_interval_lie_where_the_whole_likelihood_has_fallen_far_enough(seed):
    groups = [simulate(np.random.default_rng(seed), 8, missing=0.15, actor=0.6, partner=0.5)]
    out = social_relations(groups)
    peak = estimate(gather(groups)).theta
    top = whole_loglik(groups, np.append(peak[:5], 0.0))

    def fallen(theta_of, start):
        best = minimize(lambda free: -whole_loglik(groups, theta_of(free)), start, method="Nelder-Mead",
                        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 4000, "maxfev": 4000})  # fmt: skip
        return top + best.fun

    def by_share(share):
        ratio = share / (1 - share)
        return lambda free: np.array([free[0], free[1], free[2], ratio * (free[0] + free[1]), free[3], 0.0])

    def by_reciprocity(value):
        return lambda free: np.array([*free, value * free[3], 0.0])

    def by_generalised(value):
        return lambda free: np.array([*free[:2], value * np.abs(free[0] * free[1]) ** 0.5, *free[2:], 0.0])

    for end in (out.relationship.lower, out.relationship.upper):
        start = [*(np.maximum(peak[:2], 0.1) * (1 - end)), 0.0, 0.0]
        assert fallen(by_share(end), start) == pytest.approx(1.9207, abs=0.002)
    for end in (out.dyadic.lower, out.dyadic.upper):
        assert fallen(by_reciprocity(end), peak[:4]) == pytest.approx(1.9207, abs=0.002)
    # t with 2 (8 - 1) = 14 degrees of freedom: 2.1448 squared, halved.
    for end in (out.generalised.lower, out.generalised.upper):
        assert fallen(by_generalised(end), peak[[0, 1, 3, 4]]) == pytest.approx(2.3001, abs=0.002)


def test_variances_are_recovered_with_a_quarter_of_dyads_missing():
    rng = np.random.default_rng(10)
    truth = [0.3, 0.2, 0.4 * 0.06**0.5, 0.5, 0.25, 0.3]
    runs = []
    for _ in range(150):
        out = social_relations(simulate(rng, 16, indicators=2, missing=0.25, error=0.3), confidence=None)
        runs.append([*found(out), out.error.variance])
    bias = np.mean(runs, axis=0) / truth - 1
    # Three times the simulation error of the least certain, and far below what an uncorrected row mean gives.
    assert np.abs(bias[[0, 1]]).max() < 0.08, bias
    assert np.abs(bias[[3, 4, 5]]).max() < 0.03, bias
    assert abs(bias[2]) < 0.16, bias


def test_intervals_cover():
    rng = np.random.default_rng(11)
    truth = {"actor": 0.3, "partner": 0.2, "relationship": 0.5}
    runs, hits = 25, dict.fromkeys([*truth, "generalised", "dyadic"], 0)
    for _ in range(runs):
        out = social_relations(simulate(rng, 10, missing=0.2))
        for part, share in truth.items():
            hits[part] += getattr(out, part).lower <= share <= getattr(out, part).upper
        for name, value in (("generalised", 0.4), ("dyadic", 0.5)):
            end = getattr(out, name)
            hits[name] += bool(end.reason) or end.lower <= value <= end.upper
    # 25 runs at 95 % leave fewer than 21 hits seven times in a thousand.
    assert min(hits.values()) >= 21, hits


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.permutations(range(7)), st.floats(0.1, 50), st.floats(-100, 100))
def test_names_units_and_the_way_of_looking_change_nothing_else(seed, order, unit, shift):
    ratings = simulate(np.random.default_rng(seed), 7, missing=0.1, indicators=2, error=0.2)
    out = social_relations(ratings, confidence=None)
    if out.reason:
        return
    order = np.array(order)
    again = social_relations(shift + unit * ratings[:, order][:, :, order], confidence=None)
    np.testing.assert_allclose(found(again) / unit**2, found(out), atol=1e-5)
    np.testing.assert_allclose(again.effects[0].actor / unit, out.effects[0].actor[order], atol=1e-5)
    turned = social_relations(ratings.transpose(0, 2, 1), confidence=None)
    np.testing.assert_allclose(found(turned), found(out)[[1, 0, 2, 3, 4]], atol=1e-6)
    np.testing.assert_allclose(turned.effects[0].partner_se, out.effects[0].actor_se, atol=1e-6)


def test_missing_indicators_are_not_taken_for_low_ones():
    """Squares about dyads and indicators equal those of least squares on dummies of both."""
    rng = np.random.default_rng(12)
    ratings = simulate(rng, 6, indicators=3, error=0.3) + np.array([0, 3, 6])[:, None, None]
    ratings[rng.random(ratings.shape) < 0.3] = np.nan
    k, i, j = np.nonzero(np.isfinite(ratings))
    dummies = np.column_stack([(i * 6 + j)[:, None] == np.arange(36), k[:, None] == np.arange(3)]).astype(float)
    fit, _, rank, _ = np.linalg.lstsq(dummies, ratings[k, i, j], rcond=None)
    data = gather([ratings])
    assert data.within_squares == pytest.approx(((ratings[k, i, j] - dummies @ fit) ** 2).sum())
    assert data.within_freedom == len(k) - rank


def test_silent_nodes_have_no_effect_and_small_groups_are_left_out_and_counted():
    rng = np.random.default_rng(13)
    one = simulate(rng, 9)
    one[:, 2] = np.nan
    out = social_relations([one, simulate(rng, 3), simulate(rng, 5)], confidence=None)
    assert (out.groups, out.left_out, out.nodes) == (2, 1, 14)
    assert np.flatnonzero(np.isnan(out.effects[0].actor)).tolist() == [2]
    assert np.isfinite(out.effects[0].partner).all()
    assert np.isnan(out.effects[1].actor).all()
    assert np.isnan(out.effects[1].mean)
    alone = social_relations([one, simulate(np.random.default_rng(1), 3)], confidence=None)
    np.testing.assert_allclose(found(alone), found(social_relations(one, confidence=None)), atol=1e-10)


def test_indicators_that_agree_exactly_have_no_error():
    ratings = simulate(np.random.default_rng(14), 8)[0]
    out = social_relations(np.stack([ratings, ratings + 1]), confidence=None)
    assert (out.error.variance, out.error.share, out.error.upper) == (0, 0, 0)
    np.testing.assert_allclose(found(out), closed(ratings)[0], atol=1e-8)


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (np.arange(9.0).reshape(3, 3), "4 nodes"),
        (np.full((6, 6), np.nan), "4 nodes"),
        ([], "4 nodes"),
        (np.full((6, 6), 3.0), "do not vary"),
        (np.where(np.triu(np.ones((9, 9))), np.random.default_rng(1).normal(size=(9, 9)), np.nan), "tell the parts"),
        (np.where(np.arange(6)[:, None] == 0, np.arange(36.0).reshape(6, 6), np.nan), "tell the parts"),
    ],
    ids=["three", "nobody", "no groups", "constant", "one way only", "one rater"],
)
def test_what_cannot_be_said_says_why(ratings, reason):
    out = social_relations(ratings)
    assert reason in out.reason
    assert np.isnan([out.actor.variance, out.relationship.share, out.partner.upper, out.dyadic.correlation]).all()


@pytest.mark.parametrize(
    ("ratings", "confidence", "message"),
    [
        (np.zeros((3, 4)), 0.95, r"shape \(3, 4\)"),
        ([np.zeros((5, 5)), np.zeros((2, 5, 5))], 0.95, r"\[1, 2\] indicators"),
        (np.full((5, 5), np.inf), 0.95, "infinite"),
        (np.zeros((5, 5)), 95, "confidence is 95"),
    ],
)
def test_wrong_arguments_are_refused(ratings, confidence, message):
    with pytest.raises(ValueError, match=message):
        social_relations(ratings, confidence=confidence)
