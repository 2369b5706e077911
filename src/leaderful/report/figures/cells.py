"""A quiet table of small strips: a row for each unit, a column for each thing that was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.report.markup import Attribute, number, tag

_MIDDLE = 11


@dataclass(frozen=True, kw_only=True)
class Range:
    """The ends that the cells of a column share, with the value that they are set against."""

    low: float
    high: float
    reference: float | None = None

    def at(self, value: float) -> str:
        """Return the place of a value as a coordinate; what lies beyond an end is drawn at it."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return f"{number(2 + 96 * part)}%"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One small strip: its estimate and interval, what chance would bring, and what is written under it."""

    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    band: tuple[float, float] | None = None
    """What chance alone would bring."""
    words: str = ""
    """Written under the strip; instead of it where there is no estimate."""
    spoken: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of cells: its name, what the name means, and the ends of its strips."""

    name: str
    about: str
    range: Range


def cells(columns: Sequence[Column], rows: Sequence[tuple[str, Sequence[Cell]]]) -> Markup:
    """Return the figure: names at the left, under them on a phone the cells."""
    head = tag(
        "div",
        tag("span", ""),
        *[tag("span", tag("b", column.name), tag("small", column.about)) for column in columns],
        class_="cells-head",
    )
    body = [tag("div", tag("div", name, class_="q"), *_row(columns, row), class_="cells-row") for name, row in rows]
    return tag(
        "div", head, *body, class_="cells single" if len(columns) == 1 else "cells", style=f"--columns:{len(columns)}"
    )


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> list[Markup]:
    return [
        tag(
            "div",
            tag("small", column.name, class_="of"),
            *([_drawing(cell, column.range)] if cell.estimate is not None else []),
            tag("span", cell.words),
            class_="cell",
        )
        for column, cell in zip(columns, row, strict=True)
    ]


def _drawing(cell: Cell, ends: Range) -> Markup:
    assert cell.estimate is not None
    return tag(
        "svg",
        tag("line", x1="0%", x2="100%", y1=_MIDDLE, y2=_MIDDLE, stroke="#d7dce2"),
        *([_band(cell.band, ends)] if cell.band else []),
        *([_tick(ends.at(ends.reference))] if ends.reference is not None else []),
        *([_interval(cell.lower, cell.upper, ends)] if cell.lower is not None and cell.upper is not None else []),
        tag("circle", cx=ends.at(cell.estimate), cy=_MIDDLE, r=5, fill="var(--level)", stroke="#fff", stroke_width=1.5),
        width="100%",
        height=2 * _MIDDLE,
        role="img",
        aria_label=cell.spoken,
    )


def _band(band: tuple[float, float], ends: Range) -> Markup:
    low, high = (ends.at(end) for end in band)
    line: dict[str, Attribute] = {"y1": _MIDDLE, "y2": _MIDDLE, "stroke": "#c3c9d1", "stroke_width": 12}
    if low == high:
        return tag("line", x1=low, x2=low, **line | {"y1": _MIDDLE - 6, "y2": _MIDDLE + 6, "stroke_width": 4})
    return tag("line", x1=low, x2=high, **line)


def _tick(place: str) -> Markup:
    return tag("line", x1=place, x2=place, y1=2, y2=20, stroke="#6a7482", stroke_dasharray="2 2")


def _interval(lower: float, upper: float, ends: Range) -> Markup:
    return tag(
        "line",
        x1=ends.at(lower),
        x2=ends.at(upper),
        y1=_MIDDLE,
        y2=_MIDDLE,
        stroke="var(--level)",
        stroke_width=2.6,
    )
