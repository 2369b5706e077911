"""The change of a mean between two occasions on which some of the people are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, Whole, cluster_variance, gather, margin, whole_codes


@dataclass(frozen=True, kw_only=True)
class PairedChange:
    """A change between two means.

    Parameters
    ----------
    before, after
        The means; NaN where nobody has a value.
    change
        After minus before.
    lower, upper
        Interval of the change; NaN where undefined, and `reason` says why.
    se, df
        Standard error of the change and its degrees of freedom.
    n_before, n_after
        Number of values on each occasion.
    paired
        Number of people with a value on both.
    clusters
        Number of clusters with a value on either; without clusters, of people.
    reason
        Why the change or its interval is NaN; empty otherwise.
    """

    before: float
    after: float
    change: float
    lower: float
    upper: float
    se: float
    df: float
    n_before: int
    n_after: int
    paired: int
    clusters: int
    reason: str


def paired_change(
    before: Floats,
    after: Floats,
    before_ids: NDArray[Any],
    after_ids: NDArray[Any],
    *,
    clusters: tuple[Codes, Codes] | None = None,
    confidence: float = 0.95,
) -> PairedChange:
    r"""Return the difference of two means from overlapping samples.

    With n_1 values before and n_2 after, of which those of m people are on both occasions::

        var(ȳ_2 - ȳ_1) = σ_1² / n_1 + σ_2² / n_2 - 2 m σ_12 / (n_1 n_2)

    which is estimated, whatever the overlap, by adding up what each person (or cluster) g leaves over,
    with S_gk the sum of its deviations from the mean of occasion k and f_gk its share of the n_k values::

        se² = Σ_g ( S_g2 / (n_2 √(1 - f_g2)) - S_g1 / (n_1 √(1 - f_g1)) )²

    (CR2), with Bell and McCaffrey's degrees of freedom. Where everybody is on both occasions this is the
    paired t-test, s_d / √n with n - 1 degrees of freedom; where nobody is, it is Welch's standard error,
    √(s_1²/n_1 + s_2²/n_2), with Welch's degrees of freedom at equal variances.

    Parameters
    ----------
    before, after
        Values, shapes (n_1,) and (n_2,), finite.
    before_ids, after_ids
        Who gave each; the same id on both occasions is the same person. No id twice on one occasion.
    clusters
        Codes of the clusters before and after, counted from 0, where people come in clusters. A person
        who moved stays in the cluster of before.
    confidence
        Between 0 and 1.

    Returns
    -------
    PairedChange
        Without an interval where one person or cluster holds all values of an occasion, or where
        nothing differs between people or clusters.

    Raises
    ------
    ValueError
        When shapes do not fit, a value is not finite, an id repeats, or confidence is not between 0 and 1.

    References
    ----------
    Bell RM, McCaffrey DF (2002) Survey Methodology 28:169-181.
    Kish L (1965) Survey Sampling, section 12.4: overlapping samples.
    Pustejovsky JE, Tipton E (2018) Journal of Business and Economic Statistics 36:672-683,
    doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    Three people twice: their changes are 1, 2 and 3, so that s_d = 1 and se = 1 / sqrt(3).

    >>> import numpy as np
    >>> ids = np.array(["a", "b", "c"])
    >>> found = paired_change(np.array([2.0, 3.0, 1.0]), np.array([3.0, 5.0, 4.0]), ids, ids)
    >>> round(found.change, 6), round(found.se, 4), round(found.df, 6), found.paired
    (2.0, 0.5774, 2.0, 3)
    """
    _check(before, after, before_ids, after_ids)
    n1, n2 = len(before), len(after)
    people, person = np.unique(np.concatenate([before_ids, after_ids]), return_inverse=True)
    paired = n1 + n2 - len(people)
    group = person if clusters is None else _of_person(person, clusters, n1, n2)
    means = [float(np.mean(values)) if len(values) else np.nan for values in (before, after)]
    se, df, half = np.nan, np.nan, np.nan
    if n1 and n2:
        se, df, half = _error(before, after, group, confidence)
    change = means[1] - means[0]
    held = len(np.unique(group))
    return PairedChange(
        before=means[0],
        after=means[1],
        change=change,
        lower=change - half,
        upper=change + half,
        se=se,
        df=df,
        n_before=n1,
        n_after=n2,
        paired=paired,
        clusters=held,
        reason=_reason(n1, n2, df, half, "person" if clusters is None else "cluster"),
    )


def _error(before: Floats, after: Floats, group: Whole, confidence: float) -> tuple[float, float, float]:
    """Return standard error, degrees of freedom and half the interval."""
    n1, n2 = len(before), len(after)
    column = np.repeat([0, 1], [n1, n2])
    deviations = np.concatenate([before.mean() - before, after - after.mean()])
    cells = gather(np.zeros_like(group), group, column, deviations, columns=2)
    variance, df = cluster_variance(cells, np.array([[n1, n2]], dtype=float))
    se = np.sqrt(variance)
    size = np.abs(np.concatenate([before, after])).max()
    half = margin(se, df, np.array([size]), confidence)
    return float(se[0]), float(df[0]), float(half[0])


def _of_person(person: Whole, clusters: tuple[Codes, Codes], n1: int, n2: int) -> Whole:
    """Return the cluster of each row; people on both occasions keep that of before."""
    first, second = whole_codes(clusters[0], "clusters before", n1), whole_codes(clusters[1], "clusters after", n2)
    of = np.empty(person.max(initial=-1) + 1, dtype=np.int64)
    of[person[n1:]] = second
    of[person[:n1]] = first
    return of[person]


def _reason(n1: int, n2: int, df: float, half: float, kind: str) -> str:
    if not n1 or not n2:
        return f"nobody has a value {'before' if not n1 else 'after'}" if n1 or n2 else "nobody has a value"
    if np.isnan(df):
        return f"all values of one occasion are from one {kind}; an interval needs at least two on each"
    return f"nothing differs between one {kind} and another" if np.isnan(half) else ""


def _check(before: Floats, after: Floats, before_ids: NDArray[Any], after_ids: NDArray[Any]) -> None:
    for values, ids, when in ((before, before_ids, "before"), (after, after_ids, "after")):
        if values.ndim != 1 or ids.shape != values.shape:
            raise ValueError(
                f"{when} has shape {values.shape} and its ids {ids.shape}; one id for each value is wanted"
            )
        if not np.isfinite(values).all():
            raise ValueError(f"{when} must hold finite numbers; leave people without a value out")
        repeated = len(ids) - len(np.unique(ids))
        if repeated:
            raise ValueError(f"{repeated} of the ids {when} repeat; each person has one value on an occasion")
