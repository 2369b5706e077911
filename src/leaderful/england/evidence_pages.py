"""The reference page of the packaged outcomes, from the catalogue and the tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import polars as pl

from leaderful.england.evidence import Outcome, outcome_catalogue, outcome_table

_INTRO = """# Outcomes beside

Figures on how services and health fare in the area of a system. The report shows them beside the
evidence on leadership, as context and never as its effect:
see [why they are there and what not to conclude](../explanation/outcomes-beside.md).

The `id` is the `measure` of the [`outcomes` table](tables.md) of a study. A study may hold others of its own.
"""
_GOOD = {"high": "higher is better", "low": "lower is better", "neutral": "neither way is better by itself"}
_INTERVAL = {
    "monthly": "complete monthly counts; an interval comes from how the months move",
    "none": "published without an interval, and shown without one",
}


def docs_pages() -> dict[str, str]:
    """Return the generated page on outcomes, by its path under docs/."""
    held = {
        measure: (bodies, first, last)
        for measure, bodies, first, last in outcome_table()
        .group_by("measure")
        .agg(pl.col("body").n_unique(), pl.col("period").min(), pl.col("period_end").max())
        .iter_rows()
    }
    lines = [_INTRO]
    by_publication = groupby(outcome_catalogue().values(), key=lambda outcome: outcome.publication)
    for publication, entries in by_publication:
        lines.append(f"## {publication}\n")
        for entry in entries:
            bodies, first, last = held[entry.id]
            lines.extend(_entry(entry))
            lines.append(f"| packaged | {bodies} bodies, {first:%B %Y} to {last:%B %Y} |\n")
    return {"reference/outcomes.md": "\n".join(lines)}


def _entry(entry: Outcome) -> Iterator[str]:
    yield f"### `{entry.id}`: {entry.name}\n"
    yield f"{entry.definition}\n"
    yield f"Mind: {entry.caveat}\n"
    yield "| | |\n|---|---|"
    yield f"| unit | {entry.unit} |"
    yield f"| direction | {_GOOD[entry.direction]} |"
    yield f"| period | {entry.period} |"
    yield f"| interval | {_INTERVAL[entry.interval]} |"
    yield f"| bodies | {', '.join(entry.body_kind)} |"
    yield f"| publisher | {entry.publisher}; {entry.licence} |"
