"""Bodies and ties as one network: who says that they work with whom, and who is formally tied to whom."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from leaderful.exports import columns
from leaderful.exports.about import about_network
from leaderful.exports.contents import Contents
from leaderful.exports.safe import legible_table
from leaderful.exports.tables import bodies_table, formal_ties_table, ties_table

REPORTED, HIDDEN, FORMAL = "reported", "hidden", "formal"
"""Layers of ties."""
WORKS_WITH = "works-with"
LEAST_REACH = 0.10
"""A body reports a tie when this share of its respondents work with the other. Ours, as in the measures."""
MEASURES = (*(shown.measure for shown in (*columns.ABOUT_BODIES, *columns.ABOUT_TIES)), "ties.state")


@dataclass(frozen=True, kw_only=True)
class Network:
    """Bodies (``code`` first) and directed ties (``source``, ``target``, ``layer``, ``kind`` first).

    Isolates are among the bodies. A value that is hidden, or was never asked for, is null. Columns that
    are null throughout are left out.
    """

    bodies: pl.DataFrame
    ties: pl.DataFrame
    about: dict[str, str]


def network(contents: Contents) -> Network:
    """Return the network of an export: bodies that stand, and those that a tie of the round shown speaks of.

    A tie is ``reported`` when a tenth of one body's respondents or more work with the other, or the state of
    the pair says so, and ``hidden`` when both are hidden. One that is known not to be there is left out.
    These are the ties of the measures ``network``, as far as they can be shown.
    """
    ties = pl.concat([_reported(ties_table(contents)), _formal(formal_ties_table(contents))], how="diagonal")
    spoken = pl.concat([ties["source"], ties["target"]]).implode()
    bodies = bodies_table(contents).filter(pl.col("current") | pl.col("code").is_in(spoken))
    return Network(
        bodies=_written(bodies.rename({"name": "label"})),
        ties=_written(ties),
        about=about_network(contents, MEASURES),
    )


def _reported(ties: pl.DataFrame) -> pl.DataFrame:
    direction = pl.col("source") + ">" + pl.col("target")
    by_state = (pl.col("state") == "confirmed") | (pl.col("state_reported") == direction).fill_null(False)
    there = (
        pl.when(pl.col("reach_status") == "ok")
        .then(pl.col("reach") >= LEAST_REACH)
        .when(pl.col("state").is_not_null())
        .then(by_state)
    )
    layered = ties.with_columns(
        layer=there.replace_strict({True: REPORTED}, default=HIDDEN, return_dtype=pl.String), there=there
    )
    kept = layered.filter(pl.col("there").fill_null(True)).with_columns(kind=pl.lit(WORKS_WITH))
    first = ("source", "target", "layer", "kind")
    return kept.select(*first, pl.exclude(*first, "there", "source_name", "target_name"))


def _formal(ties: pl.DataFrame) -> pl.DataFrame:
    return ties.drop("source_name", "target_name").with_columns(layer=pl.lit(FORMAL))


def _written(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with days as text and without columns that say nothing."""
    days = [name for name, dtype in table.schema.items() if dtype == pl.Date]
    said = [name for name in table.columns if name in _ALWAYS or not table[name].is_null().all()]
    return legible_table(table.with_columns(pl.col(name).dt.to_string("iso") for name in days).select(said))


_ALWAYS = ("code", "label", "kind", "sector", "source", "target", "layer")
