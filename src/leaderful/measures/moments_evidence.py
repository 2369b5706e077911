"""What diarists had answered by the time of each moment."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from leaderful.measures.answers import answers
from leaderful.measures.moments_frame import current_bodies
from leaderful.measures.ties_frame import rater_rows
from leaderful.measures.waves import Wave, waves
from leaderful.study import Study

ROOM, MOTIVATION, ROLES, REFLEXIVITY = "relations", "MOT", "ROL", "REF"
"""What trust may be taken from, and the item scales of the other two terms."""

_LEAST_ROOM = 0.5
"""Trust in the bodies that were there is used when this share of the moments across bodies has it. Ours."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One row for each moment, in order: trust, role_understanding and reflexivity, null where not answered before."""

    rows: pl.DataFrame
    trust_from: str
    """``relations``: trust in the other bodies that were there, 1 to 4; ``MOT``: the score on that item scale."""


def evidence(study: Study, rows: pl.DataFrame) -> Evidence:
    """Return what was answered before each of `moment_rows`, by the latest wave in which the diarist answered it."""
    asked = waves(study)
    moments = rows.select("id", "person", "time", "others", across=pl.col("others").list.len() > 0)
    scores = _scores(study, asked)
    told = moments
    for name, scale in (("role_understanding", ROLES), ("reflexivity", REFLEXIVITY), ("motivation", MOTIVATION)):
        known = scores.filter(pl.col("scale") == scale).select("person", "opens", pl.col("value").alias(name))
        told = _before(told, known, by=["person"])
    told = told.join(_room(study, asked, moments), on="id", how="left", maintain_order="left")
    across = told.filter(pl.col("across"))
    of_room = across.height > 0 and across["room"].is_not_null().mean() >= _LEAST_ROOM  # type: ignore[operator]
    trust = pl.col("room") if of_room else pl.col("motivation")
    return Evidence(
        rows=told.select("id", "role_understanding", "reflexivity", trust=trust),
        trust_from=ROOM if of_room else MOTIVATION,
    )


def _scores(study: Study, asked: list[Wave]) -> pl.DataFrame:
    """Return the scores of people by item scale and day on which the wave opened."""
    schema = pl.Schema({"person": pl.String(), "opens": pl.Datetime("us"), "scale": pl.String(), "value": pl.Float64()})
    frames = [schema.to_frame()]
    for wave in asked:
        found = answers(study, wave.id)
        for scale in (MOTIVATION, ROLES, REFLEXIVITY):
            if scale in found.scores:
                values = pl.Series("value", found.scores[scale], nan_to_null=True)
                one = found.people.select("person", opens=pl.lit(wave.opens).cast(pl.Datetime("us")))
                frames.append(one.with_columns(values, scale=pl.lit(scale)).select(schema.names()).drop_nulls("value"))
    return pl.concat(frames)


def _room(study: Study, asked: list[Wave], moments: pl.DataFrame) -> pl.DataFrame:
    """Return the mean trust that the diarist gives to the other bodies that were there; of those rated before."""
    schema = pl.Schema({"person": pl.String(), "other": pl.String(), "opens": pl.Datetime("us"), "trust": pl.Float64()})
    frames = [schema.to_frame()]
    called = current_bodies(study)
    for wave in asked:
        rated = rater_rows(study, wave.id).drop_nulls("trust").with_columns(other=pl.col("about").replace(called))
        means = rated.group_by("person", "other").agg(pl.col("trust").mean()).sort("person", "other")
        opens = pl.lit(wave.opens).cast(pl.Datetime("us")).alias("opens")
        frames.append(means.select("person", "other", opens, "trust"))
    met = moments.select("id", "person", "time", other="others").explode("other").drop_nulls("other")
    found = _before(met, pl.concat(frames), by=["person", "other"]).drop_nulls("trust")
    return found.group_by("id").agg(room=pl.col("trust").mean())


def _before(moments: pl.DataFrame, known: pl.DataFrame, *, by: list[str]) -> pl.DataFrame:
    """Join to each moment what was known by then, keeping the order of the moments."""
    placed = moments.with_row_index("place").with_columns(when=pl.col("time").cast(pl.Datetime("us"))).sort("when")
    found = placed.join_asof(
        known.sort("opens"), left_on="when", right_on="opens", by=by, strategy="backward", check_sortedness=False
    )
    return found.sort("place").drop("place", "when", "opens")
