"""What people say of other bodies in two waves side by side, each body with those that it was redrawn with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from leaderful.measures.followed import Footprint, redrawn
from leaderful.measures.ties_frame import rater_rows, respondents
from leaderful.measures.waves import Wave
from leaderful.study import Study


@dataclass(frozen=True, kw_only=True, eq=False)
class TieSides:
    """Two waves of what people say of other bodies; `later` tells the waves apart.

    Bodies are named by their footprint: what is said about and by a body that was redrawn between the
    waves is taken as about and by all the bodies that it was redrawn with.
    """

    redrawn: Mapping[str, Footprint]
    """Footprint of each body that was redrawn."""
    asked: pl.DataFrame
    """`respondents` of both waves: later, person, body, tier, and whether the body has some in both (`like`)."""
    rows: pl.DataFrame
    """`rater_rows` of both waves with `later`, the `code` of the body spoken of as it was given, and `kept`:
    the rater's body has respondents in both waves and is not itself the one spoken of."""

    @property
    def footprints(self) -> dict[str, Footprint]:
        """Footprints of redrawn bodies by their label."""
        return {mark.label: mark for mark in self.redrawn.values()}

    def label(self, body: str) -> str:
        """Return the label of a body's footprint."""
        return self.redrawn[body].label if body in self.redrawn else body

    def pooled(self, labels: set[str]) -> list[str]:
        """Return the bodies of the earlier wave that were pooled in these footprints."""
        return sorted({body for label in labels & set(self.footprints) for body in self.footprints[label].pooled})


def tie_sides(study: Study, earlier: Wave, later: Wave) -> TieSides:
    """Return the ties of two waves, by footprint."""
    changed = redrawn(study, earlier, later)
    labels = {body: mark.label for body, mark in changed.items()}
    sides = ((earlier, False), (later, True))
    asked = pl.concat(
        respondents(study, wave.id).select(pl.lit(after).alias("later"), "person", _placed("body", labels), "tier")
        for wave, after in sides
    )
    asked = asked.with_columns(like=pl.col("later").n_unique().over("body") == 2)
    like = asked.filter("like")["body"].unique().implode()
    rows = pl.concat(
        rater_rows(study, wave.id).with_columns(
            pl.lit(after).alias("later"), _placed("body", labels), _placed("about", labels), code="about"
        )
        for wave, after in sides
    )
    kept = pl.col("body").is_in(like) & (pl.col("body") != pl.col("about"))
    return TieSides(redrawn=changed, asked=asked, rows=rows.with_columns(kept=kept))


def _placed(column: str, labels: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).replace(labels)
