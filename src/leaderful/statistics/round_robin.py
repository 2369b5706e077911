"""Ratings of everyone by everyone, and the restricted likelihood of their variances.

Rating j by i, averaged over its m_ij indicators, is mean + a_i + b_j + g_ij + e_ij. The variances are held as
theta = (a, b, ab, g, gg) and, with two indicators or more, e: those of actor and partner, their covariance,
that of the relationship, the covariance of g_ij with g_ji, and that of an indicator's error.

The variance of all ratings of a group is V = R + Z G Z'. R links only (i, j) with (j, i), so its inverse is
a pair of n x n matrices: `direct` on the rating itself,
`linked` between it and the one that answers it. Nothing larger than 2n x 2n is formed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats

ACTOR, PARTNER, ACTOR_PARTNER, RELATIONSHIP, DYADIC, ERROR = range(6)
_MEAN_VARIANCE = 10.0
"""Variance given to the mean of a group, as a multiple of all others together; see `_invert_effects`."""
_EFFECTS = np.array([[[1.0, 0], [0, 0]], [[0, 0], [0, 1]], [[0, 1], [1, 0]]])
"""Slopes of G, per node, in the variances of actor and partner and in their covariance."""


@dataclass(frozen=True, eq=False, kw_only=True)
class RoundRobins:
    """Groups of ratings, each padded with missing ratings to the size of the largest."""

    y: Floats
    """Mean rating over indicators less the group's mean, (groups, n, n); 0 where missing."""
    seen: Floats
    """1 where there is a rating, else 0."""
    error_weight: Floats
    """1 / number of indicators, 0 where missing."""
    means: Floats
    """Mean of the ratings of each group."""
    within_squares: float
    """Sum of squares of indicators about the mean of their dyad, less the means of indicators."""
    within_freedom: int

    @property
    def answered(self) -> Floats:
        """1 where both i rates j and j rates i, else 0."""
        return np.asarray(self.seen * _turned(self.seen))

    @property
    def parameters(self) -> int:
        """5, or 6 where the error can be told from the relationship."""
        return 6 if self.within_squares > 0 else 5


def gather(groups: Sequence[Floats]) -> RoundRobins:
    """Return groups of ratings, each (indicators, n, n) with nan where missing, as one block."""
    n = max(group.shape[-1] for group in groups)
    y, seen, weight = (np.zeros((len(groups), n, n)) for _ in range(3))
    means, squares, freedom = np.zeros(len(groups)), 0.0, 0
    for at, group in enumerate(groups):
        size = group.shape[-1]
        adjusted, used = _level_indicators(group)
        counts = (~np.isnan(adjusted)).sum(axis=0)
        there = counts > 0
        mean = np.where(there, np.nansum(adjusted, axis=0) / np.maximum(counts, 1), 0.0)
        squares += float(np.nansum((adjusted - mean) ** 2))
        freedom += int((counts[there] - 1).sum()) - used
        means[at] = mean[there].mean()
        y[at, :size, :size] = np.where(there, mean - means[at], 0.0)
        seen[at, :size, :size] = there
        weight[at, :size, :size] = np.where(there, 1 / np.maximum(counts, 1), 0.0)
    # What rounding leaves of indicators that agree exactly is not error.
    exact = freedom <= 0 or squares <= 1e-20 * float((y**2).sum())
    return RoundRobins(
        y=y,
        seen=seen,
        error_weight=weight,
        means=means,
        within_squares=0.0 if exact else squares,
        within_freedom=max(freedom, 0),
    )


def _level_indicators(group: Floats) -> tuple[Floats, int]:
    """Return ratings less the mean of their indicator, and the degrees of freedom this used.

    The means are those of an additive model of dyads and indicators, so that an indicator asked of
    the better liked only is not taken for a higher one.
    """
    there = (~np.isnan(group)).reshape(len(group), -1).astype(float)
    values = np.nan_to_num(group).reshape(len(group), -1)
    counts = np.maximum(there.sum(axis=0), 1)
    balance = np.diag(there.sum(axis=1)) - (there / counts) @ there.T
    right = (values - there * (values.sum(axis=0) / counts)).sum(axis=1)
    means, _, used, _ = np.linalg.lstsq(balance, right, rcond=1e-10)
    return group - means[:, None, None], int(used)


def _turned(square: Floats) -> Floats:
    return np.swapaxes(square, -1, -2)


@dataclass(frozen=True, eq=False)
class Pairs:
    """A matrix over ratings that links each only with itself and with the one that answers it."""

    direct: Floats
    linked: Floats

    def times(self, rows: Floats) -> Floats:
        """Return this times ratings, (..., groups, n, n)."""
        return np.asarray(self.direct * rows + self.linked * _turned(rows))

    def then(self, other: Pairs) -> Pairs:
        """Return this times another."""
        return Pairs(
            self.direct * other.direct + self.linked * _turned(other.linked),
            self.direct * other.linked + self.linked * _turned(other.direct),
        )

    def cross(self) -> Floats:
        """Return the symmetric part of Z' S Z, S being this."""
        linked = (self.linked + _turned(self.linked)) / 2
        n = linked.shape[-1]
        eye = np.eye(n)
        out = np.empty((*linked.shape[:-2], 2 * n, 2 * n))
        out[..., :n, :n] = eye * self.direct.sum(axis=-1)[..., None] + linked
        out[..., n:, n:] = eye * self.direct.sum(axis=-2)[..., None] + linked
        out[..., :n, n:] = self.direct + eye * linked.sum(axis=-1)[..., None]
        out[..., n:, :n] = _turned(out[..., :n, n:])
        return out


def _blocks(matrix: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the blocks whose traces are those of matrix times the slopes of G."""
    n = matrix.shape[-1] // 2
    return matrix[:, :n, :n], matrix[:, n:, n:], 2 * matrix[:, :n, n:]


def _sums(rows: Floats) -> Floats:
    """Return Z' y: what each gives, then what each gets."""
    return np.concatenate([rows.sum(axis=-1), rows.sum(axis=-2)], axis=-1)


class Solved:
    """What the inverse of V makes of the ratings at one theta; `loglik` is minus infinity where V is no variance."""

    def __init__(self, data: RoundRobins, theta: Floats) -> None:
        self.data = data
        self.theta = np.r_[theta, 0.0] if len(theta) == 5 else theta
        self.loglik = -np.inf
        if np.isfinite(theta).all() and self._invert_pairs() and self._invert_effects():
            self.loglik = self._height()

    def _invert_pairs(self) -> bool:
        data = self.data
        own = np.where(data.seen > 0, self.theta[RELATIONSHIP] + self.theta[ERROR] * data.error_weight, 1.0)
        between = self.theta[DYADIC] * data.answered
        self.determinant = own * _turned(own) - between**2
        if own.min() <= 0 or self.determinant.min() <= 0 or (self.data.parameters == 6 and self.theta[ERROR] <= 0):
            return False
        self.direct = data.seen * _turned(own) / self.determinant
        self.linked = -between / self.determinant
        return True

    def _invert_effects(self) -> bool:
        a, b, ab = self.theta[:3]
        n = self.direct.shape[-1]
        self.M = Pairs(self.direct, self.linked).cross()
        # The restricted likelihood does not change when any multiple of 11' is added to V, which the effects of
        # actors carry here. It frees the search from a limit that only the variance of the mean would set.
        G = self._effects_variance()
        G[:n, :n] += _MEAN_VARIANCE * np.abs(self.theta).sum()
        inner = np.eye(2 * n) + G @ self.M
        sign, self.inner_log = np.linalg.slogdet(inner)
        if (sign <= 0).any() or (min(a, b, a * b - ab**2) < 0 and not self._is_variance(G)):
            return False
        self.K = np.linalg.solve(inner, G)
        return True

    def _effects_variance(self) -> Floats:
        """Return G, the variance of the effects of actors and partners."""
        a, b, ab = self.theta[:3]
        return np.kron(np.array([[a, ab], [ab, b]]), np.eye(self.direct.shape[-1]))

    def _is_variance(self, G: Floats) -> bool:
        """Say whether V is positive definite although the variances of actor and partner are not."""
        values, vectors = np.linalg.eigh(self.M)
        half = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        return bool((np.linalg.eigvalsh(_turned(half) @ G @ half) > -1 + 1e-9).all())

    def _height(self) -> float:
        data = self.data
        self.ones = self._solve(data.seen)
        self.weight = self.ones.sum(axis=(-1, -2))
        self.shift = (self.ones * data.y).sum(axis=(-1, -2)) / self.weight
        self.q = self.project(data.y)
        pairs = 0.5 * np.log(self.determinant).sum()
        total = pairs + self.inner_log.sum() + np.log(self.weight).sum() + (data.y * self.q).sum()
        if self.data.parameters == 6:
            error = self.theta[ERROR]
            total += data.within_freedom * np.log(error) + data.within_squares / error
        return float(-0.5 * total)

    def _solve(self, rows: Floats) -> Floats:
        """Return V^-1 times ratings, (..., groups, n, n)."""
        inverse = Pairs(self.direct, self.linked)
        near = inverse.times(rows)
        u = (self.K @ _sums(near)[..., None])[..., 0]
        n = rows.shape[-1]
        effects = u[..., :n, None] + u[..., None, n:]
        return np.asarray(near - inverse.times(effects))

    def project(self, rows: Floats) -> Floats:
        """Return P times ratings: V^-1 less what the means of the groups take."""
        solved = self._solve(rows)
        share = solved.sum(axis=(-1, -2)) / self.weight
        return np.asarray(solved - self.ones * share[..., None, None])

    def slopes(self) -> tuple[Floats, Floats]:
        """Return the slope of the log-likelihood and its average information (Gilmour et al. 1995)."""
        data, q = self.data, self.q
        gives, gets = q.sum(axis=-1), q.sum(axis=-2)
        moved = np.stack([
            data.seen * gives[..., None],
            data.seen * gets[..., None, :],
            data.seen * (gets[..., None] + gives[..., None, :]),
            q,
            data.answered * _turned(q),
            data.error_weight * q,
        ])[: self.data.parameters]  # fmt: skip
        score = 0.5 * ((moved * q).sum(axis=(1, 2, 3)) - self._traces()[: self.data.parameters])
        flat = moved.reshape(self.data.parameters, -1)
        shape = 0.5 * flat @ self.project(moved).reshape(self.data.parameters, -1).T
        if self.data.parameters == 6:
            error = self.theta[ERROR]
            score[ERROR] += 0.5 * (data.within_squares / error - data.within_freedom) / error
            shape[ERROR, ERROR] += 0.5 * data.within_squares / error**3
        return score, (shape + shape.T) / 2

    def _pair_slopes(self) -> list[Pairs]:
        """Return the slopes of R in the relationship, its covariance and the error."""
        data = self.data
        none = np.zeros_like(data.seen)
        every = [Pairs(data.seen, none), Pairs(none, data.answered), Pairs(data.error_weight, none)]
        return every[: self.data.parameters - 3]

    def _traces(self) -> Floats:
        """Return the trace of P times each slope of V."""
        T = self.effects_precision()
        effects = [float(np.trace(part, axis1=-2, axis2=-1).sum()) for part in _blocks(T)]
        inverse = Pairs(self.direct, self.linked)
        pairs = []
        for slope in self._pair_slopes():
            mean = (self.ones * slope.times(self.ones)).sum(axis=(-1, -2)) / self.weight
            inner = inverse.then(slope)
            pairs.append(inner.direct.sum() - (self.K * inner.then(inverse).cross()).sum() - mean.sum())
        return np.array(effects + pairs)

    def information(self) -> Floats:
        """Return the expected information, half the trace of P V_k P V_l."""
        T, eye = self.effects_precision(), np.eye(self.direct.shape[-1])
        halves = [T @ np.kron(effect, eye) for effect in _EFFECTS]
        out = np.zeros((self.data.parameters, self.data.parameters))
        out[:3, :3] = [[(one * _turned(other)).sum() for other in halves] for one in halves]
        slopes = self._pair_slopes()
        for k, slope in enumerate(slopes):
            traces = [float(np.trace(part, axis1=-2, axis2=-1).sum()) for part in _blocks(self._between(slope))]
            out[:3, 3 + k] = out[3 + k, :3] = traces
            out[3 + k, 3:] = [self._among(slope, other) for other in slopes]
        if self.data.parameters == 6:
            out[ERROR, ERROR] += self.data.within_freedom / self.theta[ERROR] ** 2
        return out / 2

    def _between(self, slope: Pairs) -> Floats:
        """Return Z' P V_k P Z for a slope of R."""
        inverse, c = Pairs(self.direct, self.linked), self.weight[:, None, None]
        keep = np.eye(self.K.shape[-1]) - self.K @ self.M
        moved = slope.times(self.ones)
        z = _sums(self.ones)[:, :, None]
        x = _sums(self._solve(moved))[:, :, None]
        own = (self.ones * moved).sum(axis=(-1, -2))[:, None, None]
        crossed = inverse.then(slope).then(inverse).cross()
        fixed = (x @ _turned(z) + z @ _turned(x)) / c - z @ _turned(z) * own / c**2
        return np.asarray(_turned(keep) @ crossed @ keep - fixed)

    def _among(self, one: Pairs, other: Pairs) -> float:
        """Return the trace of P V_k P V_l for two slopes of R."""
        inverse, c = Pairs(self.direct, self.linked), self.weight
        first, second = inverse.then(one), inverse.then(other)
        both = first.then(second)
        left, right = self.K @ first.then(inverse).cross(), self.K @ second.then(inverse).cross()
        inside = both.direct.sum() - 2 * (self.K * both.then(inverse).cross()).sum() + (left * _turned(right)).sum()
        moved, across = one.times(self.ones), other.times(self.ones)
        mean = 2 * (moved * self._solve(across)).sum(axis=(-1, -2)) / c
        mean -= (self.ones * moved).sum(axis=(-1, -2)) * (self.ones * across).sum(axis=(-1, -2)) / c**2
        return float(inside - mean.sum())

    def effects_precision(self) -> Floats:
        """Return Z' P Z, (groups, 2n, 2n)."""
        mean = _sums(self.ones)
        fixed = mean[:, :, None] * mean[:, None, :] / self.weight[:, None, None]
        return np.asarray(self.M - self.M @ self.K @ self.M - fixed)

    def effects(self) -> tuple[Floats, Floats]:
        """Return predicted effects of actors, then partners, (groups, 2n), and the variances of their error."""
        G = self._effects_variance()
        spread = G - G @ self.effects_precision() @ G
        return _sums(self.q) @ G, np.diagonal(spread, axis1=-2, axis2=-1)
