"""The models behind published percentages: fitted, kept in a finding, and read back from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t

from leaderful.measures.findings import Finding, unframe
from leaderful.statistics.blocks import Floats
from leaderful.statistics.multiple import benjamini_hochberg
from leaderful.statistics.proportions import percent_of_logit
from leaderful.statistics.random_effects import Components, Fit, three_level, two_level
from leaderful.statistics.shrinkage import Shrunken, shrink

THREE_LEVEL = "three-level-reml"
TWO_LEVEL = "two-level-reml"


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A model of logits: its components, and the kinds of trust it has a mean for (none: one mean)."""

    components: Components
    kinds: tuple[str, ...]
    method: str

    def as_detail(self) -> dict[str, Any]:
        """Return the model as JSON-able values, at full precision."""
        model = self.components
        return {
            "kinds": list(self.kinds),
            "beta": model.beta.tolist(),
            "beta_cov": model.beta_cov.tolist(),
            "tau2_between": model.between,
            "tau2_within": model.within,
            "tau2_cov": model.variance_cov.tolist(),
            "method": self.method,
        }

    def predict(self, rows: pl.DataFrame) -> Shrunken:
        """Return the shrunken systems and bodies of rows with columns y, v, system and type."""
        return shrink(*_arrays(rows), self.components, X=covariates(rows, self.kinds))

    def covers(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows whose kind of trust the model knows."""
        return rows.filter(pl.col("type").is_in(self.kinds)) if self.kinds else rows


def read_model(held: dict[str, Any]) -> Model:
    """Return the model that `Model.as_detail` wrote."""
    return Model(
        components=Components(
            beta=np.array(held["beta"]),
            beta_cov=np.array(held["beta_cov"]),
            between=held["tau2_between"],
            within=held["tau2_within"],
            variance_cov=np.array(held["tau2_cov"]),
        ),
        kinds=tuple(held["kinds"]),
        method=held["method"],
    )


def read_models(england: pl.DataFrame | None) -> dict[tuple[str, str, str, str], Model]:
    """Return the models in England's findings by measure, source, question and wave."""
    if england is None:
        return {}
    held = england.filter(
        (pl.col("unit_kind") == "england")
        & (pl.col("status") == "ok")
        & pl.col("measure").is_in(["published.mean", "published.mean.adjusted", "published.change"])
    )
    return {
        (kept.measure, kept.detail["source"], kept.detail["question"], kept.wave): read_model(kept.detail["model"])
        for kept in unframe(held)
    }


def fit_england(rows: pl.DataFrame, *, adjusted: bool) -> tuple[Model, Fit]:
    """Fit trusts within systems, with one mean or with one for each kind of trust."""
    kinds = tuple(rows["type"].unique().sort()) if adjusted else ()
    y, v, systems = _arrays(rows)
    fit = three_level(y, v, systems, X=covariates(rows, kinds))
    return Model(components=fit.components, kinds=kinds, method=THREE_LEVEL), fit


def fit_own(rows: pl.DataFrame) -> tuple[Model, Fit]:
    """Fit the trusts of one system around their own mean."""
    y, v, _ = _arrays(rows)
    fit = two_level(y, v)
    return Model(components=fit.components, kinds=(), method=TWO_LEVEL), fit


def covariates(rows: pl.DataFrame, kinds: tuple[str, ...]) -> Floats | None:
    """Return one column for each kind of trust, 1 where a row is of it; None for one mean of all."""
    if not kinds:
        return None
    return np.column_stack([(rows["type"] == kind).cast(pl.Float64).to_numpy() for kind in kinds])


def _arrays(rows: pl.DataFrame) -> tuple[Floats, Floats, np.ndarray[Any, Any]]:
    return rows["y"].to_numpy(), rows["v"].to_numpy(), rows["system"].to_numpy()


def as_percent(logit: float, se: float, *, df: float = math.inf) -> dict[str, float]:
    """Return estimate and 95 % interval in percent of a logit with its standard error."""
    half = float(t.isf(0.025, df)) * se
    return {
        "estimate": percent_of_logit(logit),
        "lower": percent_of_logit(logit - half),
        "upper": percent_of_logit(logit + half),
    }


def as_points(start: float, shift: float, se: float, *, df: float = math.inf) -> dict[str, float]:
    """Return a shift of logits as percentage points from the percentage whose logit is `start`."""
    base = percent_of_logit(start)
    return {key: value - base for key, value in as_percent(start + shift, se, df=df).items()}


def with_q(findings: Iterable[Finding]) -> list[Finding]:
    """Give each finding that compares its q-value among the questions of its unit, measure and wave."""
    findings = list(findings)
    families: dict[tuple[str, str, str], list[int]] = {}
    for place, finding in enumerate(findings):
        if "verdict" in finding.detail:
            families.setdefault((finding.measure, finding.unit, finding.wave), []).append(place)
    for places in families.values():
        q = benjamini_hochberg(np.array([_p_value(findings[place].detail) for place in places]))
        for place, value in zip(places, q.tolist(), strict=True):
            findings[place] = replace(findings[place], detail=findings[place].detail | {"q": value})
    return findings


def _p_value(about: dict[str, Any]) -> float:
    se, df = about["logit_se"], about.get("df", math.inf)
    if se == 0:
        return float(about["logit"] == 0)
    return float(2 * t.sf(abs(about["logit"]) / se, df))
