"""What the laboratory's tests came to: findings from a table of contrasts, and the packaged table."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.propositions.registry import LaboratoryTest, digest, registry
from leaderful.propositions.verdicts import judge_share
from leaderful.statistics.two_samples import score_interval

METHOD: Final = "proposition-latin-hypercube"
TABLE: Final = pl.Schema(
    {
        "draw": pl.Int64(),
        "seed": pl.Int64(),
        "proposition": pl.String(),
        "part": pl.String(),
        "effect": pl.Float64(),
        "margin": pl.Float64(),
    }
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How the parameter space is drawn from.

    Parameters
    ----------
    draws
        Points of a Latin hypercube over the plausible ranges of all parameters.
    seeds
        Runs of each contrast at each point, with seeds of their own.
    burn_in
        Most weeks in which a system comes to its own steady state before anything is changed.
    seed
        Seed of the points and first seed of the runs.
    """

    draws: int
    seeds: int = 2
    burn_in: int = 520
    seed: int = 1


def told(table: pl.DataFrame, plan: Plan, *, name: str) -> pl.DataFrame:
    """Return the findings on a table of contrasts.

    Parameters
    ----------
    table
        Columns of `TABLE`.
    plan
        What it was drawn by.
    name
        What was simulated, in words.

    Returns
    -------
    polars.DataFrame
        ``proposition.laboratory``, one row for each of P1 to P13 (``unit_kind`` ``proposition``). The estimate is the
        share of draws in which every part of the claim holds by its smallest effect, in the mean over seeds, with a
        95 % Wilson interval; n counts draws. ``detail`` has ``verdict`` (supported, contradicted, cannot say),
        ``why``, ``draws``, ``seeds``, ``median``, ``low5`` and ``high95`` of the effect over draws, ``parts`` (what
        the claim says, each with the share of draws in which it holds and its median effect), ``system`` (what was
        simulated), and of the registered test ``test``, ``outcome``, ``claim_direction``, ``smallest``,
        ``effect_unit``, ``mechanism``, ``could_fail``, ``registered`` and ``registry``, and ``changed``, what
        and why, where the test was changed after trial runs.

    Notes
    -----
    The share is of the ranges that are held plausible, evenly, and no probability that a claim is true. What is
    contradicted does not follow from the rules of the model; what is supported follows from them.

    References
    ----------
    McKay MD, Beckman RJ, Conover WJ (1979) Technometrics 21:239-245, doi:10.1080/00401706.1979.10489755.
    Wilson EB (1927) Journal of the American Statistical Association 22:209-212,
    doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    What every draw of a table brings out is supported.

    >>> rows = [(draw, 1, test.id, "it is so", 0.2, 0.1) for test in registry().tests for draw in range(40)]
    >>> found = told(pl.DataFrame(rows, schema=TABLE, orient="row"), Plan(draws=40, seeds=1), name="nobody")
    >>> found["estimate"].unique().to_list(), json.loads(found["detail"][0])["verdict"]
    ([1.0], 'supported')
    """
    means = table.group_by("proposition", "part", "draw", maintain_order=True).agg(
        pl.col("effect").mean(), pl.col("margin").mean()
    )
    return frame(
        _finding(test.id, test.laboratory, means.filter(proposition=test.id), plan, name) for test in registry().tests
    )


def packaged() -> pl.DataFrame:
    """Return the findings of the laboratory on the packaged small system."""
    table, about = _packaged()
    return told(table, Plan(**about["plan"]), name=about["system"])


@cache
def _packaged() -> tuple[pl.DataFrame, dict[str, Any]]:
    folder = resources.files("leaderful.propositions") / "data"
    about: dict[str, Any] = json.loads((folder / "laboratory.json").read_text(encoding="utf-8"))
    return pl.read_parquet(io.BytesIO((folder / "laboratory.parquet").read_bytes())), about


def _finding(proposition: str, test: LaboratoryTest, means: pl.DataFrame, plan: Plan, name: str) -> Finding:
    by_draw = means.group_by("draw").agg((pl.col("margin") > 0).all().alias("holds"))
    count, n = int(by_draw["holds"].sum()), by_draw.height
    ends = score_interval(np.array([float(count)]), np.array([float(n)]))
    lower, upper = (float(end[0]) for end in ends)
    verdict, why = judge_share(lower, upper, registry().laboratory_rule)
    said = means["part"].unique(maintain_order=True).to_list()
    main = means.filter(part=said[0])["effect"].to_numpy()
    low, median, high = np.quantile(main, [0.05, 0.5, 0.95]).tolist()
    return Finding(
        measure="proposition.laboratory",
        construct=next(entry.constructs[0] for entry in framework().propositions if entry.id == proposition),
        unit_kind="proposition",
        unit=proposition,
        method=METHOD,
        estimate=count / n,
        lower=lower,
        upper=upper,
        n=n,
        detail={
            "verdict": verdict,
            "why": why,
            "draws": n,
            "seeds": plan.seeds,
            "median": median,
            "low5": low,
            "high95": high,
            "parts": [_part(says, means.filter(part=says)) for says in said],
            "system": name,
            "test": test.contrast,
            "outcome": test.outcome,
            "claim_direction": test.direction,
            "smallest": test.smallest,
            "effect_unit": test.effect_unit,
            "mechanism": test.mechanism,
            "could_fail": test.could_fail,
            **({"changed": test.changed} if test.changed else {}),
            "registered": registry().registered.isoformat(),
            "registry": digest()[:12],
        },
    )


def _part(says: str, rows: pl.DataFrame) -> dict[str, Any]:
    effects = rows["effect"].to_numpy()
    return {"says": says, "holds": float((rows["margin"] > 0).mean()), "median": float(np.median(effects))}  # type: ignore[arg-type]
