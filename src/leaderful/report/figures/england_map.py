"""England's systems as a map, with one of them picked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from markupsafe import Markup

from leaderful.report.markup import number, tag

Ring = Sequence[tuple[int, int]]


class Outline(Protocol):
    """A system's outline on a flat map with north up: rings of (right, down)."""

    @property
    def code(self) -> str: ...
    @property
    def rings(self) -> Sequence[Ring]: ...
    @property
    def divided_between(self) -> Sequence[str]: ...
    @property
    def complete(self) -> bool: ...


_WIDTH = 336.0


def england_map(outlines: Sequence[Outline], *, chosen: str, names: Mapping[str, str], label: str) -> Markup:
    """Return the map with the chosen system filled, and hatched the areas it shares along an unknown line."""
    across = max(x for outline in outlines for ring in outline.rings for x, _ in ring)
    down = max(y for outline in outlines for ring in outline.rings for _, y in ring)
    scale = _WIDTH / across
    picked = {outline.code: _part(outline, chosen) for outline in outlines}
    ordered = sorted(outlines, key=lambda outline: (picked[outline.code] != "", outline.code))
    shapes = [_shape(o, scale, picked[o.code], names.get(o.code, o.code)) for o in ordered]
    halo = _halo([outline for outline in outlines if picked[outline.code]], scale)
    return tag(
        "svg",
        _hatching(),
        *shapes,
        *halo,
        viewBox=f"-2 -2 {number(_WIDTH + 4)} {number(down * scale + 4)}",
        width="100%",
        role="img",
        aria_label=label,
    )


def _part(outline: Outline, chosen: str) -> str:
    """Return what of the chosen system an outline shows: all it surely holds, a shared area, or nothing."""
    if outline.code == chosen:
        return "own"
    return "shared" if chosen in outline.divided_between else ""


def _shape(outline: Outline, scale: float, picked: str, name: str) -> Markup:
    fill = {"own": "#0d6e68", "shared": "url(#hatch)", "": "#e6e9ed"}[picked]
    return tag(
        "path",
        tag("title", name),
        d="".join(_ring(ring, scale) for ring in outline.rings),
        fill=fill,
        fill_rule="evenodd",
        stroke="#0a4f4a" if picked else "#ffffff",
        stroke_width=1.2 if picked else 0.8,
        stroke_linejoin="round",
    )


def _ring(ring: Ring, scale: float) -> str:
    return "M" + "L".join(f"{number(x * scale, 1)} {number(y * scale, 1)}" for x, y in ring) + "z"


def _hatching() -> Markup:
    return tag(
        "defs",
        tag(
            "pattern",
            tag("rect", width=6, height=6, fill="#dcedeb"),
            tag("path", d="M0 6L6 0", stroke="#0d6e68", stroke_width=1.6),
            id="hatch",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        ),
    )


def _halo(chosen: Sequence[Outline], scale: float) -> list[Markup]:
    """Return a ring around a system too small to find by its colour."""
    points = [point for outline in chosen for ring in outline.rings for point in ring]
    if not points:
        return []
    xs, ys = [x * scale for x, _ in points], [y * scale for _, y in points]
    across = max(max(xs) - min(xs), max(ys) - min(ys))
    if across > 34:
        return []
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [tag("circle", cx=x, cy=y, r=across / 2 + 12, fill="none", stroke="#0a4f4a", stroke_width=1.6)]
