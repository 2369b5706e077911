"""Ties set against each other: trust that one end does not return, and bodies that keep to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import norm, t

from leaderful.measures.findings import Finding
from leaderful.measures.tie_means import pair_means
from leaderful.measures.ties_frame import MONTHLY
from leaderful.statistics.blocks import Floats
from leaderful.statistics.multiple import holm
from leaderful.statistics.two_samples import Differences, score_interval, share_difference, welch
from leaderful.study import Study

WELCH = "welch-holm"
OUTSIDE = "share-against-the-rest-holm"
CERTAIN = 0.01
"""A flag needs a p below this, after Holm's correction for all that were looked at. Ours."""
ONE_SIDED_FROM = 1.0
"""Trust is called one-sided from a difference of one answer on: "mostly" against "a little". Ours."""
APART_FROM = -0.25
"""A body is called apart when it is at least this far below the share in the rest of the system. Ours."""
FEWEST_PAIRS = 10
"""Pairs are set against how far pairs differ anyhow from this many pairs on. Ours."""
FEWEST_RATERS = 10
"""Two ends are set against each other from this many raters at each on: answers have four steps only. Ours."""


def asymmetries(rows: pl.DataFrame, wave: str) -> Iterator[Finding]:
    """Yield ``ties.asymmetry`` of each pair in which both ends said how far they trust the other."""
    ends = _ends(rows)
    enough = ends.filter(pl.min_horizontal("n", "b_n") >= FEWEST_RATERS)
    difference = welch(*(enough[name].to_numpy() for name in ("mean", "sd", "n", "b_mean", "b_sd", "b_n")))
    corrected = corrected_p(np.maximum(difference.p, _unlike_others(difference)))
    for at, row in enumerate(enough.iter_rows(named=True)):
        estimate = float(difference.estimate[at])
        known = not np.isnan(difference.p[at])
        about = {
            "p": float(difference.p[at]) if known else None,
            "p_holm": float(corrected[at]) if known else None,
            "one_sided": bool(known and corrected[at] < CERTAIN and abs(estimate) >= ONE_SIDED_FROM),
        }
        interval = (float(difference.lower[at]), float(difference.upper[at])) if known else (None, None)
        yield _asymmetry(row, wave, about, estimate, *interval)
    for row in ends.join(enough, on=["a", "b"], how="anti", maintain_order="left").iter_rows(named=True):
        yield _asymmetry(row, wave, {})


def _unlike_others(difference: Differences) -> Floats:
    """Return the p of each difference being one of those that pairs of this study have anyhow.

    Which end is first is arbitrary, so true differences are taken as normal about 0. Their spread is what
    the median of their sizes shows beyond sampling error, so that a few large ones do not hide themselves;
    as it is estimated, t with a degree of freedom for each pair stands for the normal. A sampling error
    below the median is mostly luck, and raised to it.
    """
    if np.count_nonzero(~np.isnan(difference.p)) < FEWEST_PAIRS:
        return np.zeros(len(difference.p))
    se2 = ((difference.upper - difference.lower) / (2 * norm.isf(0.025))) ** 2
    typical = float(np.nanmedian(se2))
    spread2 = max((float(np.median(np.abs(difference.estimate))) / float(norm.isf(0.25))) ** 2 - typical, 0.0)
    z = np.abs(difference.estimate) / np.sqrt(np.fmax(se2, typical) + spread2)
    return np.asarray(2 * t.sf(z, len(z)))


def _ends(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs whose both ends rated the other, a before b: mean, sd and n of a's raters, then of b's."""
    pairs, found = pair_means(rows, "trust")
    values = {"mean": found.mean, "sd": found.sd, "n": found.n.astype(float)}
    one = pairs.with_columns(pl.Series(name, value) for name, value in values.items())
    other = one.rename({"a": "b", "b": "a"} | {name: f"b_{name}" for name in values})
    return one.filter(pl.col("a") < pl.col("b")).join(other, on=["a", "b"]).sort("a", "b")


def outside(study: Study, wave: str, asked: pl.DataFrame, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield ``ties.outside`` of the system and each body, from its `respondents` and their `rater_rows`."""
    meeting = rows.filter(pl.col("contact") >= MONTHLY).select("person").unique()
    bodies = (
        asked.with_columns(outside=pl.col("person").is_in(meeting["person"].implode()))
        .group_by("body")
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("outside").sum().cast(pl.Int64).alias("count"))
        .sort("body")
    )
    n, count = (bodies[name].to_numpy().astype(float) for name in ("n", "count"))
    if bodies.is_empty():
        return
    lower, upper = score_interval(np.append(count, count.sum()), np.append(n, n.sum()))
    yield _outside("system", study.system, wave, count.sum(), n.sum(), lower[-1], upper[-1], {})
    alone = len(n) == 1
    rest = (count.sum() - count, n.sum() - n)
    against = None if alone else share_difference(count, n, *rest)
    corrected = holm(against.p) if against else np.ones(1)
    for at, body in enumerate(bodies["body"]):
        about: dict[str, Any] = {}
        if against is not None:
            apart = corrected[at] < CERTAIN and against.estimate[at] <= APART_FROM
            about = {
                "others": float(rest[0][at] / rest[1][at]),
                "difference": float(against.estimate[at]),
                "difference_lower": float(against.lower[at]),
                "difference_upper": float(against.upper[at]),
                "p": float(against.p[at]),
                "p_holm": float(corrected[at]),
                "apart": bool(apart),
                "rests_on": [["ties.outside", "system", study.system, wave]],
            }
        yield _outside("body", body, wave, count[at], n[at], lower[at], upper[at], about)


def corrected_p(p: Floats) -> Floats:
    """Return p-values corrected by Holm among those that are defined; the others stay undefined."""
    corrected = np.full(len(p), np.nan)
    corrected[~np.isnan(p)] = holm(p[~np.isnan(p)])
    return corrected


def _asymmetry(
    row: dict[str, Any],
    wave: str,
    about: dict[str, Any],
    estimate: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
) -> Finding:
    a, b = row["a"], row["b"]
    few = f"fewer than {FEWEST_RATERS} people at one end said how far they trust the other"
    return Finding(
        measure="ties.asymmetry",
        construct="trust",
        level="micro",
        unit_kind="pair",
        unit=f"{a}|{b}",
        wave=wave,
        estimate=estimate,
        lower=lower,
        upper=upper,
        n=int(row["n"] + row["b_n"]),
        status="insufficient" if estimate is None else "ok",
        reason=few if estimate is None else "",
        method=WELCH,
        detail={
            "a": a,
            "b": b,
            "a_trust": row["mean"],
            "b_trust": row["b_mean"],
            "people": int(min(row["n"], row["b_n"])),
            "rests_on": [["ties.trust", "pair", f"{a}>{b}", wave], ["ties.trust", "pair", f"{b}>{a}", wave]],
            **about,
        },
    )


def _outside(
    kind: str, unit: str, wave: str, count: float, n: float, lower: float, upper: float, about: dict[str, Any]
) -> Finding:
    return Finding(
        measure="ties.outside",
        construct="connectedness",
        level="meso",
        unit_kind=kind,
        unit=unit,
        wave=wave,
        estimate=float(count / n),
        lower=float(lower),
        upper=float(upper),
        n=int(n),
        method=OUTSIDE,
        detail={"count": int(count)} | about,
    )
