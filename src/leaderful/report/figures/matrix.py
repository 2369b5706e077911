"""A quiet table of many small cells, its rows in groups; it keeps the order it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.report.figures.strips import Axis
from leaderful.report.markup import number, tag

_MIDDLE = 6


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows that belong together under a name: each has a name and its cells."""

    name: str
    rows: tuple[tuple[Markup, tuple[Markup, ...]], ...]


def matrix(caption: str, corner: str, columns: Sequence[Markup], groups: Sequence[Group], *, kind: str) -> Markup:
    """Return the table in a region of its own that scrolls sideways where it must."""
    head = tag("tr", tag("th", corner, scope="col"), *columns)
    bodies = [
        tag(
            "tbody",
            tag("tr", tag("th", group.name, scope="rowgroup", colspan=1 + len(columns)), class_="group"),
            *[tag("tr", tag("th", name, scope="row"), *cells) for name, cells in group.rows],
        )
        for group in groups
    ]
    table = tag("table", tag("caption", caption), tag("thead", head), *bodies, class_=f"matrix as-ordered {kind}")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=caption)


def small_strip(lower: float, upper: float, axis: Axis) -> Markup:
    """Return the drawing of an interval about a value of reference, filled where it lies apart from that."""
    apart = not lower <= axis.reference <= upper
    start, end = (axis.part(_inside(value, axis)) for value in (lower, upper))
    middle = axis.at(axis.reference)
    return tag(
        "svg",
        tag("line", x1=middle, x2=middle, y1=0, y2=2 * _MIDDLE, stroke="#8b949e", stroke_dasharray="2 2"),
        tag(
            "rect",
            x=f"{number(start)}%",
            width=f"{number(end - start)}%",
            y=_MIDDLE - 3,
            height=6,
            rx=1,
            fill="var(--level)" if apart else "#fff",
            stroke="var(--level)",
            stroke_width=1.2,
        ),
        width="100%",
        height=2 * _MIDDLE,
        aria_hidden="true",
    )


def small_bar(part: float) -> Markup:
    """Return the drawing of a share as a bar."""
    return tag(
        "svg",
        tag("rect", x="0%", y=0, width="100%", height=5, fill="#e3e6ea"),
        tag("rect", x="0%", y=0, width=f"{number(100 * part)}%", height=5, fill="#59636f"),
        width="100%",
        height=5,
        aria_hidden="true",
    )


def _inside(value: float, axis: Axis) -> float:
    """Return the value no further than the axis goes."""
    return min(max(value, axis.low), axis.high)
