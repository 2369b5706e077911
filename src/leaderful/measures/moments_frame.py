"""Moments of leadership as a frame that every measure of them reads: who was there, and what went before."""

from __future__ import annotations

import polars as pl

from leaderful.framework import framework
from leaderful.measures.lineage import kin
from leaderful.study import Study

BOUNDARIES = ("within-body", "across-bodies", "across-sectors")
"""Which boundary a moment crosses: none, that of bodies of one sector, or that of sectors."""

REFLECTIONS = ("0", "1-2", "3+")
"""How many entries of the same diary with a reflection went before."""

KINDS = ("opener", "tier", "boundary", "level", "body", "reflections")
"""Kinds of unit that the moments of a system fall into, which are also columns of `moment_rows`."""


def moment_rows(study: Study) -> pl.DataFrame:
    """Return one row for each moment, by diarist and time.

    Columns: person, body and tier of the diarist, time, taken, opener, behaviours, others (the other bodies that
    were there), boundary, level (of the widest-reaching body that was there), earlier (entries of the same diary with
    a reflection that went before) and reflections (the same in groups).

    Bodies are those that stand on the study's date, so that a body which was merged since is its successor. A team
    counts as the body that its people are of. A list of which nothing was ticked holds nobody, and no behaviour.
    """
    called, teams = _called(study), _teams(study)
    home = pl.col("body").replace(called)
    rows = (
        study.table("moments")
        .join(study.table("people").select("body", "team", "tier", person="id"), on="person")
        .sort("person", "time", "id")
        .with_columns(body=home, there=pl.col("with_bodies").fill_null([]))
    )
    others = pl.element().replace(called).replace(teams)
    rows = rows.with_columns(others=pl.col("there").list.eval(others).list.unique().list.sort()).with_columns(
        others=pl.col("others").list.set_difference(pl.concat_list("body")).list.sort(),
        earlier=pl.col("reflection").is_not_null().cast(pl.Int64).cum_sum().over("person")
        - pl.col("reflection").is_not_null().cast(pl.Int64),
    )
    return rows.with_columns(
        boundary=_boundary(study),
        level=_level(study),
        behaviours=pl.col("behaviours").fill_null([]),
        reflections=pl.when(pl.col("earlier") == 0)
        .then(pl.lit(REFLECTIONS[0]))
        .when(pl.col("earlier") < 3)
        .then(pl.lit(REFLECTIONS[1]))
        .otherwise(pl.lit(REFLECTIONS[2])),
    ).select(
        *("id", "person", "body", "tier", "time", "taken", "opener", "behaviours", "others"),
        *("boundary", "level", "earlier", "reflections"),
    )


def period(rows: pl.DataFrame) -> str:
    """Return the months from the first moment to the last: 2025-09/2026-03."""
    first, last = (rows["time"].dt.strftime("%Y-%m").sort()[place] for place in (0, -1))
    return str(first) if first == last else f"{first}/{last}"


def current_bodies(study: Study) -> dict[str, str]:
    """Return the body that stands on the study's date in place of each that does not, where it is one."""
    codes = study.table("bodies")["id"].to_list()
    return {old: new for old, new in kin(study, codes, study.as_at).items() if new is not None}


def _called(study: Study) -> dict[str, str]:
    return current_bodies(study)


def _teams(study: Study) -> dict[str, str]:
    """Return the body of each team whose people are all of one."""
    people = study.table("people").drop_nulls("team").with_columns(body=pl.col("body").replace(_called(study)))
    of = people.group_by("team").agg(bodies=pl.col("body").n_unique(), body=pl.col("body").first()).sort("team")
    return dict(of.filter(pl.col("bodies") == 1, pl.col("team") != pl.col("body")).select("team", "body").iter_rows())


def _boundary(study: Study) -> pl.Expr:
    sectors = dict(study.table("bodies").select("id", "sector").drop_nulls().iter_rows())
    own = pl.col("body").replace_strict(sectors, default=None, return_dtype=pl.String)
    there = pl.col("others").list.eval(pl.element().replace_strict(sectors, default=None, return_dtype=pl.String))
    return (
        pl.when(pl.col("others").list.len() == 0)
        .then(pl.lit(BOUNDARIES[0]))
        .when(there.list.drop_nulls().list.set_difference(pl.concat_list(own)).list.len() > 0)
        .then(pl.lit(BOUNDARIES[2]))
        .otherwise(pl.lit(BOUNDARIES[1]))
    )


def _level(study: Study) -> pl.Expr:
    """Return the level of the widest-reaching body in the room; the diarist stands for their team, if they have one."""
    order = {scale.id: place for place, scale in enumerate(framework().scales)}
    levels = {place: scale.level for place, scale in enumerate(framework().scales)}
    reach = {
        body: order[scale] for body, scale in study.table("bodies").select("id", "scale").iter_rows() if scale in order
    }
    own = pl.coalesce("team", "body").replace_strict(reach, default=None, return_dtype=pl.Int64)
    there = pl.col("there").list.eval(pl.element().replace_strict(reach, default=None, return_dtype=pl.Int64))
    widest = pl.min_horizontal(own, there.list.min())
    return widest.replace_strict(levels, default=None, return_dtype=pl.String)
