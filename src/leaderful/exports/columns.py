"""The columns of the exported tables, and what each means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from leaderful.measures.findings import ASKED

FINDINGS = {
    "measure": "what was measured; see the measures in this dictionary",
    "construct": "construct of the framework it speaks about; empty for context",
    "level": "macro, meso or micro; empty where none applies",
    "unit_kind": "what sort of unit the row is about",
    "unit": "code of the unit; A>B is what A says of B, A|B is both",
    "unit_name": "name of the unit",
    "wave": "round of asking, year or date; w1>w2 is a change between two rounds",
    **{key: f"what was asked, where the measure has it: {key}" for key in ASKED},
    "estimate": "the figure; empty unless status is ok",
    "lower": "lower end of its 95 % interval; empty where there is none",
    "upper": "upper end of its 95 % interval; empty where there is none",
    "n": "how many people, answers, bodies or months are behind it",
    "status": "ok, suppressed (hidden to protect people), undefined or insufficient",
    "reason": "why there is no figure",
    "method": "how it was made; see the methods",
    "detail": "more, as JSON",
}

BODIES = {
    "code": "code of the body",
    "name": "name of the body",
    "kind": "what sort of body it is",
    "type": "finer sort, where one is published",
    "sector": "sector it belongs to",
    "scale": "how far it reaches",
    "system": "code of the system it belongs to",
    "current": "whether it stands on the date of the export",
    "valid_from": "first day it holds",
    "valid_to": "last day it holds",
    "standing": "how firmly it is known",
    "basis": "how it is known",
}

TIES = {
    "source": "code of the body that speaks",
    "target": "code of the body that is spoken of",
    "source_name": "name of the body that speaks",
    "target_name": "name of the body that is spoken of",
    "wave": "round of asking",
}

STATE = {
    "state": "confirmed, one-sided, absent or partner-silent: whether both ends report that they work together",
    "state_reported": "who says so of whom, where only one end does",
    "state_status": "status of the state; empty where there is none",
    "state_reason": "why the state is not given",
}

PAIRS = {
    "a": "code of one body",
    "b": "code of the other body",
    "a_name": "name of one body",
    "b_name": "name of the other body",
    "wave": "round of asking",
    **STATE,
}

FORMAL = {
    "source": "code of the body the tie starts from",
    "target": "code of the body the tie points to",
    "source_name": "name of the body the tie starts from",
    "target_name": "name of the body the tie points to",
    "kind": "what the tie is",
    "valid_from": "first day it holds",
    "valid_to": "last day it holds",
    "standing": "how firmly it is known",
    "basis": "how it is known",
}

NETWORK = {
    "label": "name of the body",
    "layer": "reported: one body says that it works with the other; hidden: hidden whether it does; formal: on paper",
    "kind": "of a body, what sort it is; of a tie, what it is",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Columns that show one measure: its figure under `column`, then interval, n, status and reason."""

    column: str
    measure: str
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Names and types of the columns."""
        return {
            self.column: pl.Float64,
            f"{self.column}_lower": pl.Float64,
            f"{self.column}_upper": pl.Float64,
            f"{self.column}_n": pl.Int64,
            f"{self.column}_status": pl.String,
            f"{self.column}_reason": pl.String,
        }


ABOUT_BODIES = (
    Shown(column="response", measure="response.rate", asked={"part": "relations"}),
    Shown(column="trust_received", measure="ties.trust"),
    Shown(column="value_received", measure="ties.value"),
    Shown(column="respect_received", measure="ties.respect"),
    Shown(column="role_understood", measure="ties.role"),
    Shown(column="works_outside", measure="ties.outside"),
    Shown(column="fragmentation_on_removal", measure="cog_jam.fragmentation"),
    Shown(column="distance_on_removal", measure="cog_jam.distance"),
    Shown(column="sole_connector_of", measure="cog_jam.sole_connector"),
    Shown(column="constraint", measure="brokerage.constraint"),
    Shown(column="effective_size", measure="brokerage.effective_size"),
)

ABOUT_TIES = (
    Shown(column="reach", measure="ties.reach"),
    Shown(column="trust", measure="ties.trust"),
    Shown(column="value", measure="ties.value"),
    Shown(column="respect", measure="ties.respect"),
    Shown(column="role", measure="ties.role"),
)

ABOUT_PAIRS = (
    Shown(column="trust_difference", measure="ties.asymmetry"),
    Shown(column="zip_closure", measure="zip.closure"),
    Shown(column="zip_depth", measure="zip.depth"),
    Shown(column="zip_top_heaviness", measure="zip.top_heaviness"),
)

_PARTS = {
    "_lower": "lower end of its 95 % interval",
    "_upper": "upper end of its 95 % interval",
    "_n": "n behind it",
    "_status": "its status; empty where there is no finding",
    "_reason": "why it is not given",
}


def explained(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield the columns that show a measure with what they mean."""
    yield shown.column, f"figure of {shown.measure}"
    for end, meaning in _PARTS.items():
        yield f"{shown.column}{end}", f"{shown.column}: {meaning}"
