"""The map of ties: bodies sit around a table by sector and name, and lines join those that work together.

Places depend on the list of bodies alone, so that a body sits where it sat the last time. Names stand
at equal heights at the two sides, where none can cover another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from leaderful.report.figures.marks import mark
from leaderful.report.markup import join, number, tag

REACHES = (0.25, 0.50)
"""Shares of people, at the end with fewer, from which a line is kept when thin ones are left out."""

_ROUND = 2.6
"""How round the table is: 2 is an ellipse, more is nearer a rectangle."""
_BETWEEN = 8
"""Least distance between the names of two neighbours."""
_PULL = 0.8
"""How far lines bend towards the middle of the table."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A body at the table: its name, its sector, and what is said of it."""

    body: str
    name: str
    sector: str
    spoken: str
    note: str = ""
    """Written under the name, such as that its ties are hidden."""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A line between two bodies: who reports it, how far they trust, how many people it holds at the weaker end."""

    a: str
    b: str
    state: str
    trust: float | None
    reach: float | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Measurements of one drawing, in its own units."""

    name: str
    width: int
    half: int
    """Half the width of the table."""
    step: int
    tall: int
    letters: int
    line: int
    font: float
    radius: float


WIDE = Table(name="wide", width=940, half=232, step=46, tall=430, letters=28, line=17, font=13.5, radius=8)
NARROW = Table(name="narrow", width=380, half=62, step=50, tall=300, letters=17, line=13, font=11, radius=6)


def tie_map(seats: Sequence[Seat], ties: Sequence[Tie], *, table: Table, label: str) -> Markup:
    """Return the drawing for one width of page."""
    places, height = seated(seats, table)
    middle = (table.width / 2, height / 2)
    lines = [_line(tie, places, middle) for tie in sorted(ties, key=lambda tie: tie.trust or 0.0)]
    return tag(
        "svg",
        tag("g", *lines),
        *[_seat(seat, places[seat.body], table) for seat in seats],
        class_=f"ties-map {table.name}-only",
        viewBox=f"0 0 {table.width} {number(height)}",
        role="group",
        aria_label=label,
    )


def seated(seats: Sequence[Seat], table: Table) -> tuple[dict[str, tuple[float, float]], float]:
    """Return where each body sits, down the right side and up the left, and how high the drawing is."""
    right = (len(seats) + 1) // 2
    most = max((len(_lines(seat, table)) for seat in seats), default=1)
    height = max(table.tall, right * max(table.step, most * table.line + _BETWEEN))
    places = {}
    for place, seat in enumerate(seats):
        on_right = place < right
        count, at = (right, place) if on_right else (len(seats) - right, len(seats) - 1 - place)
        y = height * (at + 0.5) / count
        away = table.half * (1 - abs(2 * y / height - 1) ** _ROUND) ** (1 / _ROUND)
        places[seat.body] = (table.width / 2 + (away if on_right else -away), y)
    return places, height


def filter_choices() -> Markup:
    """Return the choice of which lines are drawn; it works by style alone."""
    choices = [("all", "all ties")]
    choices += [(f"{reach * 100:.0f}", f"at least {reach * 100:.0f} % of people at both ends") for reach in REACHES]
    inputs = [
        tag("label", Markup(f'<input type="radio" name="reach" value="{value}"{first}>'), words)
        for (value, words), first in zip(choices, (" checked", "", ""), strict=True)
    ]
    return tag("fieldset", tag("legend", "Show"), *inputs, class_="choices")


def map_legend() -> Markup:
    """Return what the lines mean."""
    signs = (
        (_sign("confirmed", 3.4), "both ends report the tie; the thicker, the more trust"),
        (_sign("one-sided", 2), "one end reports it, the other does not"),
        (_sign("partner-silent", 2), "one end reports it, the other could not be asked"),
    )
    return tag("ul", *[tag("li", drawing, words) for drawing, words in signs], class_="legend")


def _sign(state: str, width: float) -> Markup:
    line = tag("path", d="M1 7H33", class_=f"tie {state}", style=f"stroke-width:{number(width)}")
    return tag("svg", line, width=34, height=14, aria_hidden="true", class_="ties-sign")


def _line(tie: Tie, places: Mapping[str, tuple[float, float]], middle: tuple[float, float]) -> Markup:
    (x1, y1), (x2, y2) = places[tie.a], places[tie.b]
    bend_x = (x1 + x2) / 2 + _PULL * (middle[0] - (x1 + x2) / 2)
    bend_y = (y1 + y2) / 2 + _PULL * (middle[1] - (y1 + y2) / 2)
    held = [f"from-{reach * 100:.0f}" for reach in REACHES if tie.reach is not None and tie.reach >= reach]
    width = 0.7 + 1.1 * (tie.trust - 1) if tie.trust is not None else 1.0
    return tag(
        "path",
        d=f"M{number(x1)} {number(y1)}Q{number(bend_x)} {number(bend_y)} {number(x2)} {number(y2)}",
        class_=" ".join(["tie", tie.state, *held]),
        style=f"stroke-width:{number(width)}",
        data_source=tie.a,
        data_target=tie.b,
    )


def _lines(seat: Seat, table: Table) -> list[str]:
    return [*wrap(seat.name, table.letters), *([seat.note] if seat.note else [])]


def _seat(seat: Seat, place: tuple[float, float], table: Table) -> Markup:
    x, y = place
    right = x >= table.width / 2
    lines = _lines(seat, table)
    far = x + (table.radius + 7) * (1 if right else -1)
    top = y - (len(lines) - 1) * table.line / 2 + table.font * 0.35
    drawn = [
        tag(
            "text",
            line,
            x=far,
            y=top + at * table.line,
            text_anchor="start" if right else "end",
            font_size=table.font,
            class_="note" if seat.note and at == len(lines) - 1 else False,
        )
        for at, line in enumerate(lines)
    ]
    # What is read aloud of the link is its label, so a note that is not part of the name stands outside it.
    name, note = (drawn[:-1], drawn[-1]) if seat.note else (drawn, Markup(""))
    halo = tag("circle", cx=x, cy=y, r=table.radius + 3, class_="halo")
    link = tag(
        "a", join([halo, mark(seat.sector, x, y, table.radius)]), Markup(" ").join(name), href=f"#tied-{seat.body}",
        aria_label=f"{seat.name}: {seat.spoken}",
    )  # fmt: skip
    return tag("g", link, note, class_="box", data_group=seat.body)
