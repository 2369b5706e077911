"""The rows that a field test is made on, and the steps that several tests share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from leaderful.measures.answers import person_scores
from leaderful.measures.moments_frame import current_bodies
from leaderful.measures.ties_frame import declared_pairs, rater_rows, respondents
from leaderful.measures.waves import Wave, waves
from leaderful.measures.zip_teeth import engaging
from leaderful.statistics.cluster_regression import Slope, cluster_regression
from leaderful.study import Study

LEAST_HALF = 3
"""Scores that the mean of half a body needs. Ours."""
NO_PARTNERS = "no two bodies with people are declared partners"


class SilentError(Exception):
    """The evidence cannot be tested; the message says why, in words that end a sentence."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a field test is fitted to."""

    frame: pl.DataFrame
    """outcome, predictor, cluster and person, one row for each unit of analysis."""
    adjusted: tuple[str, ...] = ()
    """Columns of the frame that are allowed for; those of text by a column for each word but the first."""

    @property
    def complete(self) -> pl.DataFrame:
        """The rows with nothing missing."""
        return self.frame.drop_nulls(["outcome", "predictor", "cluster", *self.adjusted])

    def fit(self) -> Slope:
        """Return the coefficient of the predictor."""
        rows = self.complete
        beside = [column for name in self.adjusted for column in _columns(rows[name])]
        return cluster_regression(
            rows["outcome"].cast(pl.Float64).to_numpy(),
            rows["predictor"].cast(pl.Float64).to_numpy(),
            np.column_stack(beside) if beside else np.empty((rows.height, 0)),
            rows["cluster"].rank("dense").cast(pl.Int64).to_numpy() - 1,
        )


def _columns(values: pl.Series) -> list[np.ndarray]:
    """Return a column as it is where it holds numbers, and one for each word but the first where it holds words."""
    if values.dtype != pl.String:
        return [values.cast(pl.Float64).to_numpy()]
    return [(values == word).cast(pl.Float64).to_numpy() for word in values.unique().sort().to_list()[1:]]


def waves_with(study: Study, scales: Sequence[str]) -> list[tuple[Wave, pl.DataFrame]]:
    """Return the waves that asked all of some scales, earliest first, each with its `person_scores`."""
    found = [(wave, person_scores(study, wave.id)) for wave in waves(study)]
    return [(wave, scores) for wave, scores in found if set(scales) <= set(scores.columns)]


def latest(study: Study, scales: Sequence[str]) -> tuple[Wave, pl.DataFrame]:
    """Return the last wave that asked all of some scales, with its `person_scores`."""
    found = waves_with(study, scales)
    if not found:
        raise SilentError(f"no wave asked {' and '.join(scales)}")
    return found[-1]


def halves(study: Study, scores: pl.DataFrame, means: Mapping[str, str]) -> pl.DataFrame:
    """Return one half of each body's people, with the mean scores of the other half by new names.

    What people say of two things goes together in each of them; with halves, drawn by the study's seed, nobody is on
    both sides. A mean needs `LEAST_HALF` scores.
    """
    placed = scores.drop_nulls("body").sort("person")
    chance = np.random.default_rng(study.seed).random(placed.height)
    drawn = placed.with_columns(pl.Series("chance", chance)).with_columns(
        telling=pl.col("chance").rank("ordinal").over("body") * 2 <= pl.len().over("body")
    )
    told = (
        drawn.filter("telling")
        .group_by("body")
        .agg(
            pl.when(pl.col(scale).count() >= LEAST_HALF).then(pl.col(scale).mean()).alias(name)
            for scale, name in means.items()
        )
    )
    others = drawn.filter(~pl.col("telling")).drop("telling", "chance")
    return others.join(told, on="body", how="left", maintain_order="left")


def standing_bodies(study: Study, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Name in some columns the body that stands on the study's date in place of each that does not."""
    called = current_bodies(study)
    return frame.with_columns(pl.col(column).replace(called) for column in columns)


def partner_shares(study: Study, wave: Wave) -> pl.DataFrame:
    """Return the share of the partners of their body with which each relation respondent has a working tie of trust.

    Columns: person, body, tier, share.
    """
    pairs = declared_pairs(study)
    if not pairs:
        raise SilentError(NO_PARTNERS)
    both = [*pairs, *((b, a) for a, b in pairs)]
    partners = pl.DataFrame(both, schema={"body": pl.String, "about": pl.String}, orient="row")
    rows = standing_bodies(study, rater_rows(study, wave.id).filter(engaging()), "body", "about")
    engaged = rows.select("person", "body", "about").unique().join(partners, on=["body", "about"])
    held = engaged.group_by("person").agg(held=pl.len())
    offered = partners.group_by("body").agg(offered=pl.len())
    people = standing_bodies(study, respondents(study, wave.id), "body")
    return (
        people.join(offered, on="body")
        .join(held, on="person", how="left", maintain_order="left")
        .select("person", "body", "tier", share=pl.col("held").fill_null(0) / pl.col("offered"))
        .sort("person")
    )
