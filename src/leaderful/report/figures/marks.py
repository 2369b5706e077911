"""One mark and one colour for each sector, distinct also without colour."""

from __future__ import annotations

from math import cos, pi, sin

from markupsafe import Markup

from leaderful.report.markup import number, tag

SECTORS: dict[str, tuple[str, str]] = {
    "nhs": ("#0a5aa8", "circle"),
    "local-government": ("#b5450b", "square"),
    "voluntary": ("#0b7a55", "triangle"),
    "private-care": ("#9b4f86", "diamond"),
    "police": ("#33407a", "pentagon"),
    "fire": ("#8c1c2c", "triangle-down"),
    "national-government": ("#3c4653", "hexagon"),
    "regulator": ("#6a4c93", "cross"),
    "international": ("#7a6a00", "star"),
}
"""Colour and shape of each sector: dark enough for text on white, apart for colour-blind readers."""

_SIDES = {
    "triangle": (3, -90),
    "triangle-down": (3, 90),
    "diamond": (4, 0),
    "pentagon": (5, -90),
    "hexagon": (6, 0),
}


def mark(sector: str, x: float, y: float, radius: float, title: str = "") -> Markup:
    """Return the mark of a sector centred on (x, y); the title is what a pointer shows."""
    colour, shape = SECTORS.get(sector, ("#3c4653", "circle"))
    inside = (tag("title", title),) if title else ()
    if shape == "circle":
        return tag("circle", *inside, cx=x, cy=y, r=radius, fill=colour)
    return tag("path", *inside, d=_outline(shape, x, y, radius), fill=colour)


def _outline(shape: str, x: float, y: float, radius: float) -> str:
    if shape == "square":
        side = radius * 0.9
        return f"M{number(x - side)} {number(y - side)}h{number(2 * side)}v{number(2 * side)}h{number(-2 * side)}z"
    if shape == "cross":
        arm, half = radius * 1.05, radius * 0.36
        corners = [(half, arm), (half, half), (arm, half), (arm, -half), (half, -half), (half, -arm)]
        around = corners + [(-a, -b) for a, b in corners]
        return _path([(x + a, y + b) for a, b in around])
    if shape == "star":
        spikes = [radius * 1.2 if turn % 2 == 0 else radius * 0.5 for turn in range(10)]
        return _path([_polar(x, y, spike, -90 + 36 * turn) for turn, spike in enumerate(spikes)])
    sides, start = _SIDES[shape]
    return _path([_polar(x, y, radius * 1.15, start + 360 * turn / sides) for turn in range(sides)])


def _polar(x: float, y: float, radius: float, degrees: float) -> tuple[float, float]:
    return x + radius * cos(pi * degrees / 180), y + radius * sin(pi * degrees / 180)


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z"
