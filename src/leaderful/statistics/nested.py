"""The restricted likelihood of nested random intercepts, from the sums of groups.

The covariance of nested random intercepts is compound symmetric within compound symmetric, so that one
sweep from the lowest groups to the root gives its determinant and the quadratic form. With weights in
units of 1 / residual variance, a node of weight w and mean m whose own intercept has variance ratio r
(to the residual) passes w / (1 + r w) and m on to its parent, and log(1 + r w) to the log-determinant;
what its children differ goes to the quadratic form. A second sweep, downwards, gives the slopes.
The cost is that of the groups, not of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Whole


@dataclass(frozen=True, eq=False)
class Tree:
    """What the likelihood needs to know of values in nested groups.

    Lowest groups of one size and one parent are alike to the likelihood, and are kept as one cell.
    """

    n: int
    inside: float
    """Sum of squares within the lowest groups."""
    centre: float
    """What was taken off all values."""
    counts: Floats
    """Number of lowest groups in each cell."""
    sizes: Floats
    """Number of values in each group of a cell."""
    means: Floats
    """Mean of the group means of a cell."""
    spreads: Floats
    """Sum of squares of the group means of a cell."""
    parents: tuple[Whole, ...]
    """Of the cells, and of the groups of each higher grouping; the last is the root, number 0."""


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The restricted log-likelihood at given variance ratios, with the best residual variance and mean."""

    height: float
    slope: Floats
    """Of the height in the ratios."""
    residual: float
    mean: float
    weight: float
    """Precision of the mean, times the residual variance."""


def plant(values: Floats, groupings: list[Whole]) -> Tree:
    """Return the tree of values in nested groups, coded 0, 1, ... without gaps, from lowest to highest."""
    lowest = groupings[0]
    sizes = np.bincount(lowest)
    centre = float(values.mean())
    away = values - centre
    means = _sums(lowest, away) / sizes
    inside = float(np.sum((away - means[lowest]) ** 2))
    above = [*groupings[1:], np.zeros_like(lowest)]
    parents = [_parents(child, parent) for child, parent in zip(groupings, above, strict=True)]
    keys, cell = np.unique(parents[0] * (sizes.max() + 1) + sizes, return_inverse=True)
    counts = np.bincount(cell)
    cell_means = _sums(cell, means) / counts
    return Tree(
        n=len(values),
        inside=inside,
        centre=centre,
        counts=counts.astype(float),
        sizes=(keys % (sizes.max() + 1)).astype(float),
        means=cell_means,
        spreads=_sums(cell, (means - cell_means[cell]) ** 2),
        parents=(keys // (sizes.max() + 1), *parents[1:]),
    )


def _sums(groups: Whole, rows: Floats) -> Floats:
    return np.asarray(np.bincount(groups, rows), dtype=np.float64)


def _parents(child: Whole, parent: Whole) -> Whole:
    out = np.empty(child.max() + 1, dtype=np.int64)
    out[child] = parent
    return out


def likelihood(tree: Tree, ratios: Floats) -> Likelihood:
    """Return the restricted log-likelihood at variance ratios, one for each grouping, and its slopes."""
    stages, logdet, quadratic, weight, mean = _up(tree, ratios)
    freedom = tree.n - 1
    residual = quadratic / freedom
    height = -0.5 * (freedom * (np.log(2 * np.pi * residual) + 1) + logdet + np.log(weight / tree.n))
    return Likelihood(
        float(height), _down(tree, ratios, stages, 1 / residual, weight), residual, mean + tree.centre, weight
    )


@dataclass(frozen=True, eq=False)
class _Stage:
    """One grouping on the way up: arrays over its nodes (cells, for the lowest)."""

    before: Floats
    """Weight before the intercept of the node."""
    shrink: Floats
    """1 + ratio * before."""
    weight: Floats
    """Weight passed to the parent, over all groups of a cell."""
    away: Floats
    """Mean of the node less that of its parent."""


def _up(tree: Tree, ratios: Floats) -> tuple[list[_Stage], float, float, float, float]:
    """Return the stages, log-determinant, quadratic form, and weight and mean of the root."""
    before, counts, means = tree.sizes, tree.counts, tree.means
    shrink = 1 + ratios[0] * before
    weight = before / shrink
    quadratic = tree.inside + float(np.sum(weight * tree.spreads))
    logdet = float(np.sum(counts * np.log(shrink)))
    weight = counts * weight
    stages = []
    for k, parent in enumerate(tree.parents):
        total = _sums(parent, weight)
        above = _sums(parent, weight * means) / total
        away = means - above[parent]
        quadratic += float(np.sum(weight * away**2))
        stages.append(_Stage(before, shrink, weight, away))
        if k + 1 < len(ratios):
            before, means = total, above
            shrink = 1 + ratios[k + 1] * before
            weight = before / shrink
            logdet += float(np.log(shrink).sum())
    return stages, logdet, quadratic, float(total[0]), float(above[0])


def _down(tree: Tree, ratios: Floats, stages: list[_Stage], scale: float, weight: float) -> Floats:
    """Return the slopes of the height, from those in the weight and mean of each node, root first."""
    slope = np.empty(len(ratios))
    by_weight, by_mean, total = np.array([1 / weight]), np.zeros(1), np.array([weight])
    for k in range(len(ratios) - 1, -1, -1):
        stage, parent = stages[k], tree.parents[k]
        pull = by_mean[parent] / total[parent]
        passed = by_weight[parent] + (pull + scale * stage.away) * stage.away
        if k == 0:
            weights = stage.before / stage.shrink
            passed = tree.counts * passed + scale * tree.spreads
            slope[0] = -0.5 * float(np.sum(weights * (tree.counts - weights * passed)))
            break
        slope[k] = -0.5 * float(np.sum(stage.weight * (1 - stage.weight * passed)))
        by_mean = stage.weight * (pull + 2 * scale * stage.away)
        by_weight = passed / stage.shrink**2 + ratios[k] / stage.shrink
        total = stage.before
    return slope
