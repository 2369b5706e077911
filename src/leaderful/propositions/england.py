"""The field tests that England's public evidence can be put to: P9 and P12, between NHS trusts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import polars as pl

from leaderful.propositions.field import Outcome, findings, tested
from leaderful.propositions.registry import registry
from leaderful.propositions.rows import Rows, SilentError
from leaderful.study import Study

TRUST: Final = "nhs-trust"
NOT_ASKED: Final = "no public figure asks about this in every system alike"
_MASTERS: Final = ("structure.employers", "structure.funders", "structure.regulators")


def public_evidence(england: Study, structure: pl.DataFrame, population: Mapping[str, int]) -> pl.DataFrame:
    """Return what England's public evidence says of each proposition that it can speak to.

    Parameters
    ----------
    england
        A study of all of England: reads ``bodies`` and ``published`` (NHS Staff Survey).
    structure
        Findings ``structure.employers``, ``structure.funders`` and ``structure.regulators`` of every system.
    population
        People who live in each system, by its code.

    Returns
    -------
    polars.DataFrame
        ``proposition.england``, one row for each of P1 to P13, as ``proposition.field`` of `field`, n and ``people``
        counting trusts; ``insufficient`` for the propositions that no public figure speaks to.

    Notes
    -----
    Systems and trusts are not people: what holds between them need not hold within them (Robinson 1950,
    doi:10.2307/2087176). Both tests use answers to questions near to what is claimed and not of it; ``limits`` says so.

    Examples
    --------
    Without any figures nothing can be said.

    >>> from datetime import date
    >>> from leaderful.measures.findings import frame
    >>> found = public_evidence(Study(name="England", system="", as_at=date(2026, 3, 31)), frame([]), {})
    >>> found.height, found["status"].unique().to_list()
    (13, ['insufficient'])
    """
    made: dict[str, Callable[[], Rows]] = {
        "P9": partial(_capacity_and_improvement, england),
        "P12": partial(_fragmentation_and_improvement, england, structure, population),
    }
    outcomes = [
        Outcome(proposition=test.id, test=None, silent=NOT_ASKED)
        if test.england is None
        else tested(test.id, test.england, made[test.id])
        for test in registry().tests
    ]
    return findings("proposition.england", outcomes)


def _capacity_and_improvement(england: Study) -> Rows:
    """P9: later change of Q3f by earlier change of Q3i, trust by trust."""
    capacity = _percent(england, "Q3i", 2022).join(_percent(england, "Q3i", 2021), on="body", suffix="_before")
    improved = _percent(england, "Q3f", 2024).join(_percent(england, "Q3f", 2023), on="body", suffix="_before")
    rows = (
        _trusts(england)
        .join(capacity.select("body", predictor=pl.col("percent") - pl.col("percent_before")), on="body")
        .join(improved.select("body", outcome=pl.col("percent") - pl.col("percent_before")), on="body")
    )
    return Rows(frame=rows, adjusted=("type",))


def _fragmentation_and_improvement(england: Study, structure: pl.DataFrame, population: Mapping[str, int]) -> Rows:
    """P12: Q3f by how many employers, funders and regulators the trust's system has."""
    counted = structure.filter(pl.col("measure").is_in(_MASTERS), pl.col("unit_kind") == "system", status="ok")
    if counted.is_empty():
        raise SilentError("the employers, funders and regulators of systems are not counted")
    masters = counted.group_by(cluster="unit").agg(predictor=pl.col("estimate").sum().log(2))
    lived = pl.DataFrame(
        list(population.items()), schema={"cluster": pl.String, "population": pl.Float64}, orient="row"
    ).with_columns(pl.col("population").log(2))
    rows = (
        _trusts(england)
        .join(_percent(england, "Q3f", 2024).rename({"percent": "outcome"}), on="body")
        .join(masters, on="cluster", how="left", maintain_order="left")
        .join(lived, on="cluster", how="left", maintain_order="left")
    )
    return Rows(frame=rows, adjusted=("population", "type"))


def _trusts(england: Study) -> pl.DataFrame:
    return (
        england.table("bodies")
        .filter(pl.col("kind") == TRUST)
        .select(body="id", cluster="system", type=pl.col("type").fill_null("not stated"))
        .unique("body", keep="first", maintain_order=True)
        .sort("body")
    )


def _percent(england: Study, question: str, year: int) -> pl.DataFrame:
    return england.table("published").filter(question=question, year=year).select("body", "percent").sort("body")
