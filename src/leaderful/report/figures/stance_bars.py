"""How many passages speak of a goal, and what they do with it: one bar for each goal, split by stance."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from leaderful.report.markup import number, tag

STANCES: tuple[tuple[str, str], ...] = (
    ("commits", "commits to it"),
    ("continues", "continues it"),
    ("mentions", "only mentions it"),
    ("defers", "puts it off"),
    ("drops", "drops it, or makes less of it"),
    ("unread", "stance not read: sentences of two columns ran together"),
)
"""Stances in their order, with the words a reader is given."""
_BAR, _TALL, _RULE = 16, 32, 25


def stance_row(
    counts: Mapping[str, int], *, most: int, right: tuple[float, float] | None, spoken: str, widest: float
) -> Markup:
    """Return a bar of counts by stance; under it a line, how many of them may be right."""
    scale = widest / most
    drawn, start = [], 0.0
    for name, _ in STANCES:
        if count := counts.get(name, 0):
            drawn.append(_block(name, start, count * scale))
            start += count * scale
    line = () if right is None else _line(right[0] * scale, right[1] * scale)
    return tag("svg", *drawn, *line, width="100%", height=_TALL, role="img", aria_label=spoken, class_="stances")


def stance_patterns() -> Markup:
    """Return the textures of the stances, which a page needs once."""
    lines = tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", stroke="#1f3f77", stroke_width=2)
    dots = tag("circle", cx=3, cy=3, r=1.3, fill="#1f3f77")
    cross = tag("path", d="M0 0L7 7M7 0L0 7", stroke="#1f3f77", stroke_width=1.1)
    made = [_pattern("continues", 8, lines), _pattern("defers", 6, dots), _pattern("drops", 7, cross)]
    return tag("svg", tag("defs", *made), width=0, height=0, aria_hidden="true", style="position:absolute")


def stance_legend(present: frozenset[str]) -> Markup:
    """Return what the textures mean, of the stances that are there, and what the line under a bar is."""
    signs = [(_block(name, 0.0, 100.0), words) for name, words in STANCES if name in present]
    signs.append((Markup("").join(_line(5.0, 95.0, at=8)), "how many may be right, judging by those read by hand"))
    drawn = [
        tag("li", tag("svg", sign, width=24, height=_BAR, aria_hidden="true", class_="stances"), words)
        for sign, words in signs
    ]
    return tag("ul", *drawn, class_="legend")


def _pattern(name: str, size: int, sign: Markup) -> Markup:
    ground = tag("rect", width=size, height=size, fill="#fff")
    return tag("pattern", ground, sign, id=f"stance-{name}", width=size, height=size, patternUnits="userSpaceOnUse")


def _block(name: str, start: float, wide: float) -> Markup:
    return tag("rect", x=_at(start), width=_at(wide), y=0.5, height=_BAR - 1, class_=name)


def _line(low: float, high: float, *, at: int = _RULE) -> tuple[Markup, ...]:
    ends = [tag("line", x1=_at(end), x2=_at(end), y1=at - 4, y2=at + 4) for end in (low, high)]
    return (tag("line", x1=_at(low), x2=_at(high), y1=at, y2=at), *ends)


def _at(part: float) -> str:
    return f"{number(part)}%"
