"""Published percentages of bodies: shrunken where a model holds them, else as published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leaderful.measures.findings import Finding
from leaderful.measures.published_model import Model, as_percent
from leaderful.measures.published_rows import LEFT_OUT, Part
from leaderful.statistics.proportions import wilson

RAW = "raw-wilson"


def body_percentages(part: Part, model: Model | None) -> Iterator[Finding]:
    """Yield a percentage for every body: shrunken where a model holds it, else as published."""
    inside = part.model_rows if model else part.model_rows.clear()
    units = model.predict(inside) if model and len(inside) else None
    places = {body: k for k, body in enumerate(inside["body"])}
    for row in part.rows.iter_rows(named=True):
        if row["standing"] == "hidden":
            yield part.finding(
                "percent",
                "body",
                row["body"],
                method=RAW,
                status="suppressed",
                reason=LEFT_OUT["hidden"],
            )
        elif units is not None and model and row["body"] in places:
            k = places[row["body"]]
            logit, se = float(units.units.estimate[k]), float(units.units.se[k])
            about = {
                "raw": row["percent"],
                "weight": float(units.unit_weights[k]),
                "system": row["system"],
                "logit": logit,
                "logit_se": se,
            }
            yield part.finding(
                "percent",
                "body",
                row["body"],
                method=model.method,
                n=row["base"],
                detail=about,
                **as_percent(logit, se),
            )
        elif row["standing"] != "unknown":
            yield _raw_body(part, row)


def _raw_body(part: Part, row: dict[str, Any]) -> Finding:
    lower, upper = wilson(row["percent"], row["base"])
    outside = LEFT_OUT.get(row["standing"], "no model could be fitted")
    return part.finding(
        "percent",
        "body",
        row["body"],
        method=RAW,
        n=row["base"],
        estimate=row["percent"],
        lower=lower,
        upper=upper,
        detail={"raw": row["percent"], "system": row["system"] or "", "outside": outside},
    )
