"""Published percentages as rows for the models: turned the right way, with their system and standing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.statistics.proportions import logit_percent
from leaderful.study import Study

MINIMUM_PEOPLE = 10
"""Figures on fewer people are hidden and enter no model."""

NOT_STATED = "not-stated"
"""Kind of trust where the bodies table gives none."""

LEFT_OUT = {
    "hidden": f"fewer than {MINIMUM_PEOPLE} people answered",
    "outside": "not an NHS trust",
    "undetermined": "its system is not known or not this one",
    "unknown": "not among the bodies of the study",
}
"""Why a row enters no model, by standing."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A published question and what the framework says of it."""

    source: str
    id: str
    constructs: tuple[str, ...]
    level: str
    turned: bool

    def finding(self, measure: str, *, wave: str, unit_kind: str, unit: str, **what: Any) -> Finding:
        """Return a finding about this question; its detail says which question and whether it is turned."""
        about = {
            "source": self.source,
            "question": self.id,
            "turned": self.turned,
            "constructs": list(self.constructs),
        }
        return Finding(
            measure=measure,
            construct=self.constructs[0] if self.constructs else "",
            level=self.level,
            wave=wave,
            unit_kind=unit_kind,
            unit=unit,
            detail=about | what.pop("detail", {}),
            **what,
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """The rows of one question in one year."""

    question: Question
    year: int
    rows: pl.DataFrame

    def finding(self, name: str, unit_kind: str, unit: str, **what: Any) -> Finding:
        """Return the finding ``published.<name>`` of this question and year."""
        return self.question.finding(f"published.{name}", wave=str(self.year), unit_kind=unit_kind, unit=unit, **what)

    def insufficient(self, name: str, unit_kind: str, unit: str, *, method: str, reason: str) -> Finding:
        """Return the finding that there is too little evidence, with what was left out."""
        about = {"left_out": self.left_out}
        return self.finding(name, unit_kind, unit, method=method, status="insufficient", reason=reason, detail=about)

    @cached_property
    def model_rows(self) -> pl.DataFrame:
        """Rows of NHS trusts whose system is known, which the models are fitted to."""
        return self.rows.filter(pl.col("standing") == "trust")

    @property
    def left_out(self) -> dict[str, int]:
        """How many rows enter no model, by reason."""
        counts = self.rows.filter(pl.col("standing") != "trust")["standing"].value_counts(sort=True, name="n")
        found = dict(counts.iter_rows())
        return {LEFT_OUT[standing]: found[standing] for standing in LEFT_OUT if standing in found}


def published_parts(study: Study) -> Iterator[Part]:
    """Yield the published rows question by question and year by year, in order."""
    rows = _rows(study)
    for (source, question, year), part in rows.partition_by(
        "source", "question", "year", as_dict=True, maintain_order=True
    ).items():
        yield Part(question=_question(source, question), year=year, rows=part)


def _rows(study: Study) -> pl.DataFrame:
    bodies = study.table("bodies").select(pl.col("id").alias("body"), "kind", "type", "system")
    at_home = pl.col("system").is_not_null() & (pl.col("system") != "")
    if study.system:
        at_home = at_home & (pl.col("system") == study.system)
    turned = [entry.id for entry in framework().crosswalk if entry.turned]
    turn = (pl.col("source") == "nhs-staff-survey") & pl.col("question").is_in(turned)
    rows = (
        study.table("published")
        .join(bodies, on="body", how="left")
        .with_columns(
            percent=pl.when(turn).then(100 - pl.col("percent")).otherwise(pl.col("percent")),
            type=pl.col("type").fill_null(NOT_STATED).replace("", NOT_STATED),
            standing=pl.when(pl.col("base") < MINIMUM_PEOPLE)
            .then(pl.lit("hidden"))
            .when(pl.col("kind").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("kind") != "nhs-trust")
            .then(pl.lit("outside"))
            .when(~at_home.fill_null(value=False))
            .then(pl.lit("undetermined"))
            .otherwise(pl.lit("trust")),
        )
        .sort("source", "question", "year", "body")
    )
    y, v = logit_percent(rows["percent"].to_numpy(), rows["base"].to_numpy().astype(float))
    return rows.with_columns(y=y, v=v)


def _question(source: str, question: str) -> Question:
    """Return what the crosswalk says; a question it does not know is context, shown as published."""
    known = {entry.id: entry for entry in framework().crosswalk} if source == "nhs-staff-survey" else {}
    entry = known.get(question)
    constructs = entry.constructs if entry else ()
    level = framework().construct(constructs[0]).level if constructs else ""
    return Question(
        source=source,
        id=question,
        constructs=constructs,
        level="" if level == "cross" else level,
        turned=entry.turned if entry else False,
    )


def raw_percent(rows: pl.DataFrame) -> float:
    """Return the percentage of all people in the rows, each body weighted by its base."""
    return float(np.average(rows["percent"].to_numpy(), weights=rows["base"].to_numpy()))
