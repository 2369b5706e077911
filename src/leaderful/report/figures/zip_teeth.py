"""The zip between two bodies, drawn as a zip: tiers from the board down, a row of teeth from each end.

A tooth of full length would be all people of a tier engaged with the other body; its filled part is the
share that is. Where a tier holds, the two tapes lie together and the teeth interlock; below the last that is
reached from the top sits the slider, and the tapes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi

from markupsafe import Markup

from leaderful.report.markup import join, number, tag


@dataclass(frozen=True, kw_only=True)
class Tooth:
    """One tier: how far each end is engaged, and the interval of the less engaged one; hidden, or nobody there."""

    name: str
    left: float | None = None
    right: float | None = None
    lower: float = 0.0
    upper: float = 0.0
    hidden: bool = False
    words: str = ""
    """Written beside the tooth."""
    small: str = ""
    """Written under those words."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Measurements of one drawing, in its own units."""

    width: int
    middle: float
    """Where the line between the two tapes runs."""
    row: float
    """Height of a tier."""
    pairs: int
    """Teeth that each end has in a tier."""
    length: float
    """Length of a tooth."""
    overlap: float
    """How far the tips of closed teeth lie past the middle."""
    parting: float
    """How far the tapes lie apart, each, at the foot of an open zip."""
    tape: float
    font: float
    gap: float


LARGE = Cut(
    width=470, middle=306, row=90, pairs=3, length=104, overlap=45, parting=60, tape=26, font=17, gap=2.4
)  # fmt: skip
SMALL = Cut(
    width=270, middle=184, row=50, pairs=3, length=52, overlap=22, parting=26, tape=12, font=12, gap=1.4
)  # fmt: skip

_HEAD, _FOOT, _PULL = 0.3, 0.3, 0.75
"""Height above the first tier, and below the last without and with the slider, in tiers."""


def zip_drawing(teeth: Sequence[Tooth], *, reached: int | None, cut: Cut, label: str, holds: float) -> Markup:
    """Return the zip; `reached` tiers are closed from the top, and the slider sits under them.

    Where `reached` is None nothing is known of where the zip stops: the tapes lie together and no slider is drawn.
    `holds` is the share from which a tooth holds, marked on each.
    """
    top = cut.row * _HEAD + cut.font * 0.4
    height = top + cut.row * (len(teeth) + (_PULL if reached == len(teeth) else _FOOT))
    course = _Course(cut=cut, top=top, count=len(teeth), reached=reached)
    rows = [_tier(tooth, place, course, holds) for place, tooth in enumerate(teeth)]
    return tag(
        "svg",
        _tapes(course, height),
        *rows,
        *([_slider(course)] if reached is not None else []),
        viewBox=f"0 0 {cut.width} {number(height)}",
        class_="zip",
        role="img",
        aria_label=label,
    )


def hatching() -> Markup:
    """Return the pattern of hidden teeth, which a page needs once."""
    lines = tag("path", d="M-1 7L7 -1M3 9L9 3", stroke="#c3c9d1", stroke_width=2.6)
    ground = tag("rect", width=6, height=6, fill="#fff")
    pattern = tag("pattern", ground, lines, id="zip-hatch", width=6, height=6, patternUnits="userSpaceOnUse")
    return tag("svg", tag("defs", pattern), width=0, height=0, aria_hidden="true", style="position:absolute")


def zip_legend() -> Markup:
    """Return what the teeth mean."""
    tooth = tag("path", d=_bar(-1, 1, 2, 10, 32), class_="tooth")
    half = _bar(-1, 1, 2, 10, 19)
    interval = tag("path", d="M4 7H29M4 3V11M29 3V11", class_="whisker")
    signs = (
        ((tooth, tag("path", d=half, class_="fill")), "share of the tier's people who are engaged"),
        ((tooth, tag("path", d=_bar(-1, 1, 2, 10, 8), class_="fill weak")), "too few for the tooth to hold"),
        ((interval,), "95 % interval of the less engaged end"),
        ((tag("path", d=_bar(-1, 1, 2, 10, 32), class_="tooth hidden-tooth"),), "hidden to protect people"),
    )
    drawn = [
        tag("li", tag("svg", *sign, width=34, height=14, aria_hidden="true", class_="zip"), words)
        for sign, words in signs
    ]
    return tag("ul", *drawn, class_="legend")


@dataclass(frozen=True, kw_only=True)
class _Course:
    """How the two tapes run: together down to the slider, then apart."""

    cut: Cut
    top: float
    count: int
    reached: int | None

    @property
    def slider(self) -> float:
        """Height of the line at which the tapes part."""
        return self.top + self.cut.row * (self.count if self.reached is None else self.reached)

    def apart(self, y: float) -> float:
        """Return how far each tape lies from where it is when closed."""
        if self.reached is None or y <= self.slider:
            return 0.0
        whole = max(self.cut.row * 2.6, 1.0)
        part = min((y - self.slider) / whole, 1.0)
        return self.cut.parting * (1 - cos(pi * part)) / 2

    def edge(self, y: float, side: int) -> float:
        """Return where the inner edge of the tape lies; side is -1 left or 1 right."""
        return self.cut.middle + side * (self.cut.length - self.cut.overlap + self.apart(y))


def _tapes(course: _Course, height: float) -> Markup:
    cut = course.cut
    heights = [height * step / 48 for step in range(49)]
    drawn = []
    for side in (-1, 1):
        inner = [(course.edge(y, side), y) for y in heights]
        outer = [(x + side * cut.tape, y) for x, y in reversed(inner)]
        seam = [(x + side * cut.tape * 0.68, y) for x, y in inner]
        drawn.append(tag("path", d=f"{_points(inner + outer)}z", class_="tape"))
        cord = [(x + side * cut.tape * 0.12, y) for x, y in inner]
        drawn.append(tag("path", d=_points(cord), class_="cord", stroke_width=cut.tape * 0.24))
        drawn.append(tag("path", d=_points(seam), class_="stitch"))
    return join(drawn)


def _tier(tooth: Tooth, place: int, course: _Course, holds: float) -> Markup:
    cut = course.cut
    top = course.top + place * cut.row
    middle = top + cut.row / 2
    parts = [_said(tooth, middle, cut)]
    if tooth.hidden:
        parts.append(_ghosts(top, course, "tooth hidden-tooth"))
    elif tooth.left is None or tooth.right is None:
        parts.append(_ghosts(top, course, "tooth no-tooth"))
    else:
        parts += [_ghosts(top, course, "tooth"), *_filled(tooth, top, course, holds)]
    return tag("g", *parts)


def _said(tooth: Tooth, middle: float, cut: Cut) -> Markup:
    """Return the words beside a tier: its name and what its tooth is."""
    name = tag("text", tooth.name, x=0, y=middle - cut.font * 0.25, font_size=cut.font, class_="tier")
    words = tag("text", tooth.words, x=0, y=middle + cut.font * 1.0, font_size=cut.font, class_="said")
    if not tooth.small:
        return join([name, words])
    small = tag("text", tooth.small, x=0, y=middle + cut.font * 2.1, font_size=cut.font * 0.8, class_="small")
    return join([name, words, small])


def _bars(top: float, course: _Course) -> list[tuple[int, float, float, float]]:
    """Return each tooth of a tier: its side, its foot at the tape, its upper edge and its height."""
    cut = course.cut
    inset = cut.row * 0.06
    step = (cut.row - 2 * inset) / (2 * cut.pairs)
    bars = []
    for turn in range(2 * cut.pairs):
        side = -1 if turn % 2 == 0 else 1
        y = top + inset + turn * step
        bars.append((side, course.edge(y + step / 2, side), y, step - cut.gap))
    return bars


def _ghosts(top: float, course: _Course, kind: str) -> Markup:
    """Return the outlines of a tier's teeth."""
    outlines = "".join(_bar(side, foot, y, high, course.cut.length) for side, foot, y, high in _bars(top, course))
    return tag("path", d=outlines, class_=kind)


def _filled(tooth: Tooth, top: float, course: _Course, holds: float) -> list[Markup]:
    """Return the filled parts of a tier's teeth, the mark from which they hold, and the interval of the lesser end."""
    assert tooth.left is not None and tooth.right is not None
    cut, bars = course.cut, _bars(top, course)
    share = {-1: tooth.left, 1: tooth.right}
    fills = "".join(
        _bar(side, foot, y, high, cut.length * share[side]) for side, foot, y, high in bars if share[side] > 0
    )
    kind = "fill" if min(tooth.left, tooth.right) >= holds else "fill weak"
    lesser = -1 if tooth.left <= tooth.right else 1
    ends = [bar for bar in bars if bar[0] == lesser]
    _, foot, y, high = ends[len(ends) // 2]
    level = y + high / 2
    low, far = (foot - lesser * cut.length * end for end in (tooth.lower, tooth.upper))
    tall = max(high * 0.5, 3.0)
    whisker = f"M{number(low)} {number(level)}H{number(far)}" + "".join(
        f"M{number(x)} {number(level - tall)}V{number(level + tall)}" for x in (low, far)
    )
    marks = "".join(
        f"M{number(foot - side * cut.length * holds)} {number(y)}v{number(high)}" for side, foot, y, high in bars
    )
    return [
        tag("path", d=fills, class_=kind),
        tag("path", d=marks, class_="holds"),
        tag("path", d=whisker, class_="whisker halo"),
        tag("path", d=whisker, class_="whisker"),
    ]


def _bar(side: int, foot: float, y: float, high: float, length: float) -> str:
    """Return a tooth that points from its tape to the middle, its tip rounded."""
    radius = min(high / 2, length)
    reach = -side * (length - radius)
    sweep = 1 if side < 0 else 0
    return (
        f"M{number(foot)} {number(y)}h{number(reach)}"
        f"a{number(radius)} {number(high / 2)} 0 0 {sweep} 0 {number(high)}h{number(-reach)}z"
    )


def _slider(course: _Course) -> Markup:
    """Return the slider with its pull, under the last tier that is reached."""
    cut = course.cut
    x, y, size = cut.middle, course.slider + cut.row * 0.03, cut.length / 52
    top, foot = y - 5 * size, y + 13 * size
    body = (
        f"M{number(x - 10 * size)} {number(top)}h{number(20 * size)}"
        f"Q{number(x + 13 * size)} {number(y + 4 * size)} {number(x + 16 * size)} {number(foot)}"
        f"Q{number(x + 7 * size)} {number(foot + 1 * size)} {number(x)} {number(y + 7 * size)}"
        f"Q{number(x - 7 * size)} {number(foot + 1 * size)} {number(x - 16 * size)} {number(foot)}"
        f"Q{number(x - 13 * size)} {number(y + 4 * size)} {number(x - 10 * size)} {number(top)}z"
    )
    pull = tag("rect", x=x - 4.5 * size, y=y + 1 * size, width=9 * size, height=24 * size, rx=4 * size, class_="pull")
    eye = tag("rect", x=x - 1.6 * size, y=y + 15 * size, width=3.2 * size, height=6 * size, rx=1.6 * size, class_="eye")
    return tag("g", tag("path", d=body, class_="slider"), pull, eye)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
