"""Field tests on moments and meetings: P3, P4, P5 and P6."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import norm

from leaderful.measures.moments_evidence import ROOM, evidence
from leaderful.measures.moments_frame import moment_rows
from leaderful.measures.momentum import shocks
from leaderful.measures.momentum_series import around, record
from leaderful.measures.ties_frame import respondents
from leaderful.measures.waves import waves
from leaderful.propositions.rows import Rows, SilentError, partner_shares
from leaderful.statistics.cluster_regression import Slope
from leaderful.statistics.interrupted import interrupted
from leaderful.study import Study

FEWEST = 3
"""Moments with other bodies that a body and tier must have for their share to stand for it. Ours."""


def moments_and_zip(study: Study) -> Rows:
    """P3: change in ties of trust with partner bodies, by the share of moments taken in the same body and tier."""
    asked = [wave for wave in waves(study) if not respondents(study, wave.id).is_empty()]
    if len(asked) < 2:
        raise SilentError("it needs two waves that asked about relations with bodies")
    earlier, later = asked[-2:]
    rows = moment_rows(study).filter(
        pl.col("others").list.len() > 0, pl.col("time").dt.date().is_between(earlier.opens, later.opens, closed="left")
    )
    shares = (
        rows.group_by("body", "tier")
        .agg(predictor=pl.col("taken").mean(), moments=pl.len())
        .filter(pl.col("moments") >= FEWEST)
    )
    if shares.is_empty():
        raise SilentError("no body and tier has three moments with other bodies between the last two waves")
    before = partner_shares(study, earlier).select("person", before="share")
    after = partner_shares(study, later).rename({"body": "cluster"})
    people = after.join(before, on="person", maintain_order="left").with_columns(
        outcome=pl.col("share") - pl.col("before")
    )
    joined = people.join(shares, left_on=["cluster", "tier"], right_on=["body", "tier"], maintain_order="left")
    return Rows(frame=joined, adjusted=("tier",))


def trust_and_moments(study: Study) -> Rows:
    """P4: whether a moment with other bodies was taken, by the trust given to them before."""
    rows = moment_rows(study)
    told = evidence(study, rows)
    if told.trust_from != ROOM:
        raise SilentError("trust in the other bodies was not asked before most of the moments with them")
    joined = rows.join(told.rows.select("id", predictor="trust"), on="id", how="left", maintain_order="left")
    across = joined.filter(pl.col("others").list.len() > 0)
    return Rows(frame=across.with_columns(outcome="taken", cluster="person"), adjusted=("opener", "tier", "boundary"))


def reflection_and_moments(study: Study) -> Rows:
    """P5: whether a moment was taken, by earlier reflections of the same diarist, within diarists."""
    rows = moment_rows(study).with_columns(
        outcome=pl.col("taken").cast(pl.Float64),
        predictor=(1 + pl.col("earlier")).log(2),
        entries=(1 + pl.int_range(pl.len()).over("person")).log(2),
    )
    more = rows.filter(pl.len().over("person") > 1)
    own = [pl.col(name) - pl.col(name).mean().over("person") for name in ("outcome", "predictor", "entries")]
    return Rows(frame=more.with_columns(*own, cluster="person"), adjusted=("entries",))


def rise_at_crisis(study: Study) -> tuple[Slope, int, str]:
    """P6: change at the earliest crisis that can be told, the people behind it, and what became of it."""
    crises = set(study.table("shocks").filter(pl.col("kind") == "crisis")["id"])
    if not crises:
        raise SilentError("no shock of the kind crisis is declared")
    kept = record(study)
    why = ""
    for shock in shocks(study):
        if shock.id not in crises:
            continue
        weeks = around(kept, "between-bodies", shock.starts, since=shock.since_day, until=shock.until_day)
        found = interrupted(weeks.counts.astype(float), weeks.before)
        if not found.reason:
            early, lower, upper = np.log([found.early, found.early_lower, found.early_upper])
            slope = Slope(
                estimate=float(early),
                se=float((upper - lower) / (2 * norm.isf(0.025))),
                df=float("inf"),
                lower=float(lower),
                upper=float(upper),
                p=found.p,
                n=int(weeks.counts.sum()),
                clusters=len(weeks.counts),
                reason="",
            )
            return slope, weeks.people, found.verdict
        why = why or found.reason
    raise SilentError(why)
