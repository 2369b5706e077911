"""Whether the members of a group answer alike: r_wg, r_wg(j) and the average deviation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from leaderful.statistics.answers import Answers, Booleans, Floats
from leaderful.statistics.group_spread import Codes, GroupSpread, Whole, group_spread

Null: TypeAlias = Literal["uniform", "slight-skew"]

_SLIGHT_SKEW = np.array([0.05, 0.15, 0.20, 0.35, 0.25])
"""Shares of the five answers when people lean a little towards the high end (LeBreton and Senter 2008)."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Agreement within one group.

    Parameters
    ----------
    estimate
        NaN where it is undefined.
    n
        Number of persons with at least one answer.
    out_of_range
        Whether answers are more spread than the null expects, so that r_wg leaves 0 to 1.
    reason
        Why the estimate is undefined; empty otherwise.
    """

    estimate: float
    n: int
    out_of_range: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class GroupAgreement:
    """Agreement within each of many groups; entry g is the group of code g.

    Parameters
    ----------
    n
        Number of persons with at least one answer, shape (groups,).
    means
        Mean answer to each item, shape (groups, items); NaN where nobody answered.
    mean_variances
        Mean over the items of the variances of the answers, each over n - 1, shape (groups,); NaN
        where an item has fewer than two answers.
    rwg_j
        Shape (groups,); NaN where undefined. With one item it is r_wg.
    ad_m
        Average deviation from the mean, in the unit of the answers, shape (groups,); NaN where
        undefined.
    out_of_range
        Whether the mean variance is above that of the null, shape (groups,).
    options, null
        What `rwg_j` was computed with.
    """

    n: Whole
    means: Floats
    mean_variances: Floats
    rwg_j: Floats
    ad_m: Floats
    out_of_range: Booleans
    options: int
    null: Null

    def against(self, null: Null) -> GroupAgreement:
        """Return the same with r_wg(j) set against another null.

        Examples
        --------
        >>> import numpy as np
        >>> found = agreement_by_group(np.array([[3.0], [4.0]]), np.array([0, 0]))
        >>> found.rwg_j.tolist(), found.against("slight-skew").rwg_j.round(3).tolist()
        ([0.75], [0.627])
        """
        expected = null_variance(self.options, null=null)
        return replace(
            self,
            rwg_j=_rwg_j(self.mean_variances / expected, self.means.shape[1]),
            out_of_range=self.mean_variances > expected,
            null=null,
        )


def null_variance(options: int, *, null: Null) -> float:
    """Return the variance of answers that are given without any agreement.

    Uniform: ``(options**2 - 1) / 12``. Slight skew: the variance of five options chosen by 5, 15, 20,
    35 and 25 percent, 1.34.

    Parameters
    ----------
    options
        Number of answers to choose from, 2 or more; whole numbers in a row.
    null
        ``uniform`` or ``slight-skew``. The latter is known here for five options only.

    Returns
    -------
    float
        In squared steps of the answers.

    Raises
    ------
    ValueError
        When options are fewer than two, or the null is not known for them.

    References
    ----------
    LeBreton JM, Senter JL (2008) Organizational Research Methods 11:815-852,
    doi:10.1177/1094428106296642.

    Examples
    --------
    >>> null_variance(5, null="uniform"), round(null_variance(5, null="slight-skew"), 2)
    (2.0, 1.34)
    """
    if options < 2:
        raise ValueError(f"options is {options}; two or more answers to choose from are wanted")
    if null == "uniform":
        return (options**2 - 1) / 12
    if null != "slight-skew":
        raise ValueError(f"null is {null!r}; uniform or slight-skew is wanted")
    if options != len(_SLIGHT_SKEW):
        raise ValueError(f"the slight-skew null is known for 5 options, not for {options}; use uniform")
    steps = np.arange(len(_SLIGHT_SKEW))
    return float(_SLIGHT_SKEW @ steps**2 - (_SLIGHT_SKEW @ steps) ** 2)


def rwg(answers: Floats, *, options: int = 5, null: Null = "uniform") -> Agreement:
    """Return r_wg, the agreement of one group on one item.

    ``r_wg = 1 - s² / σ²_E``, with s² over n - 1 and σ²_E from `null_variance`. It is 1 when all
    answers are alike, 0 when they spread as the null does, and below 0 when they spread more.

    Parameters
    ----------
    answers
        Shape (persons,), NaN where there is no answer.
    options
        Number of answers to choose from, such as 5 for 1 to 5.
    null
        How people would answer who do not agree at all; see `null_variance`.

    Returns
    -------
    Agreement
        Undefined with fewer than two answers. A value below 0 is reported as it is and flagged.

    Raises
    ------
    ValueError
        As in `null_variance`, or when answers are further apart than the options allow.

    References
    ----------
    James LR, Demaree RG, Wolf G (1984) Journal of Applied Psychology 69:85-98,
    doi:10.1037/0021-9010.69.1.85.

    Examples
    --------
    The variance of 3, 4, 4 and 5 is 2/3, and that of the null 2.

    >>> import numpy as np
    >>> round(rwg(np.array([3.0, 4.0, 4.0, 5.0])).estimate, 3)
    0.667
    """
    if answers.ndim != 1:
        raise ValueError(f"answers have shape {answers.shape}; those of one item are wanted, see rwg_j for several")
    return rwg_j(answers[:, None], options=options, null=null)


def rwg_j(answers: Answers, *, options: int = 5, null: Null = "uniform") -> Agreement:
    """Return r_wg(j), the agreement of one group on the J items of a scale.

    With q = s̄² / σ²_E, s̄² the mean of the variances of the items over n - 1::

        r_wg(j) = J (1 - q) / (J (1 - q) + q)

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer. Each variance is over the persons who
        answered that item. Reversing an item changes nothing.
    options, null
        As in `rwg`.

    Returns
    -------
    Agreement
        Undefined where an item has fewer than two answers, and at q = J / (J - 1), where the formula
        divides by zero. For q above 1 the value leaves 0 to 1 (below 0 at first, above 1 beyond that
        point): it is reported as it is and flagged, and says only that there is no agreement.

    Raises
    ------
    ValueError
        As in `rwg`.

    Notes
    -----
    r_wg(j) rises with the number of items and rests on what the null is taken to be. The customary
    0.70 is a convention (LeBreton and Senter 2008).

    References
    ----------
    James LR, Demaree RG, Wolf G (1984) Journal of Applied Psychology 69:85-98,
    doi:10.1037/0021-9010.69.1.85.
    LeBreton JM, Senter JL (2008) Organizational Research Methods 11:815-852,
    doi:10.1177/1094428106296642.

    Examples
    --------
    Variances 1/3 and 1, so q = (2/3) / 2 = 1/3 and r_wg(j) = 2 (2/3) / (2 (2/3) + 1/3) = 0.8.

    >>> import numpy as np
    >>> round(rwg_j(np.array([[4.0, 2.0], [4.0, 3.0], [5.0, 4.0]])).estimate, 3)
    0.8
    """
    found = agreement_by_group(answers, np.zeros(len(answers), np.int64), options=options, null=null)
    return _alone(found, found.rwg_j, "the answers spread so far that the formula divides by zero")


def ad_m(answers: Answers) -> Agreement:
    """Return AD_M(J), the average deviation of one group about the mean of each item.

    ``AD_j = sum over persons of |x_ij - x̄_j| / n_j``, and AD_M(J) is the mean of AD_j over the items.
    It is 0 when all answers are alike, and needs no null.

    Parameters
    ----------
    answers
        As in `rwg_j`.

    Returns
    -------
    Agreement
        In the unit of the answers. Undefined where an item has fewer than two answers. `out_of_range`
        is always false.

    Raises
    ------
    ValueError
        When answers are not an array of persons by items.

    References
    ----------
    Burke MJ, Finkelstein LM, Dusig MS (1999) Organizational Research Methods 2:49-68,
    doi:10.1177/109442819921004.

    Examples
    --------
    About the mean 3 the answers 1, 3 and 5 deviate by 2, 0 and 2.

    >>> import numpy as np
    >>> round(ad_m(np.array([[1.0], [3.0], [5.0]])).estimate, 3)
    1.333
    """
    spread = group_spread(answers, np.zeros(len(answers), np.int64))
    estimate, n = (float(_ad_m(spread)[0]), int(spread.people[0])) if len(answers) else (np.nan, 0)
    return Agreement(estimate=estimate, n=n, out_of_range=False, reason=_FEW if np.isnan(estimate) else "")


def agreement_by_group(answers: Answers, groups: Codes, *, options: int = 5, null: Null = "uniform") -> GroupAgreement:
    """Return r_wg(j) and AD_M(J) of many groups at once, each exactly as `rwg_j` and `ad_m` have it.

    Parameters
    ----------
    answers
        As in `rwg_j`.
    groups
        Number of the group of each person, shape (persons,), counted from 0; -1 leaves a person out.
    options, null
        As in `rwg`.

    Returns
    -------
    GroupAgreement
        For the groups 0 to the highest code, NaN where undefined.

    Raises
    ------
    ValueError
        As in `rwg`, or when groups are not codes of that kind.

    Notes
    -----
    Two passes over the answers, in any order of persons, and memory for a handful of numbers per
    group and item.

    Examples
    --------
    >>> import numpy as np
    >>> answers = np.array([[4.0, 2.0], [4.0, 3.0], [5.0, 4.0], [1.0, 1.0]])
    >>> agreement_by_group(answers, np.array([0, 0, 0, 1])).rwg_j.round(3).tolist()
    [0.8, nan]
    """
    expected = null_variance(options, null=null)
    spread = group_spread(answers, groups)
    if spread.counts.any() and _widest(answers) > options - 1:
        raise ValueError(f"answers are further apart than {options} options in a row can be; check options")
    variances = np.where(spread.counts < 2, np.nan, spread.squares / np.maximum(spread.counts - 1, 1)).mean(axis=1)
    return GroupAgreement(
        n=spread.people,
        means=spread.means,
        mean_variances=variances,
        rwg_j=_rwg_j(variances / expected, spread.counts.shape[1]),
        ad_m=_ad_m(spread),
        out_of_range=variances > expected,
        options=options,
        null=null,
    )


_FEW = "an item has fewer than two answers"
_ZERO = 1e-9
"""Closer to zero than this is zero: nothing but rounding keeps the divisor of r_wg(j) from it."""


def _rwg_j(ratio: Floats, items: int) -> Floats:
    """Return r_wg(j) for the ratio of the mean variance to that of the null."""
    below = items * (1 - ratio) + ratio
    zero = np.abs(below) < _ZERO
    return np.where(zero, np.nan, items * (1 - ratio) / np.where(zero, 1.0, below))


def _ad_m(spread: GroupSpread) -> Floats:
    items = np.where(spread.counts < 2, np.nan, spread.distances / np.maximum(spread.counts, 1))
    return np.asarray(items.mean(axis=1))


def _alone(found: GroupAgreement, values: Floats, otherwise: str) -> Agreement:
    """Return the only group there is, or nobody."""
    if not len(values):
        return Agreement(estimate=np.nan, n=0, out_of_range=False, reason=_FEW)
    estimate, few = float(values[0]), bool(np.isnan(found.mean_variances[0]))
    reason = _FEW if few else otherwise if np.isnan(estimate) else ""
    return Agreement(estimate=estimate, n=int(found.n[0]), out_of_range=bool(found.out_of_range[0]), reason=reason)


def _widest(answers: Answers) -> float:
    """Return how far apart two answers are at most."""
    return float(np.nanmax(answers) - np.nanmin(answers))
