"""Two shares of the same thing on one line, joined: how often in one kind of moment, and how often in the other."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.report.figures.profile import gridlines
from leaderful.report.figures.strips import Axis
from leaderful.report.markup import tag

_MIDDLE, _TALL = 12, 24


def dumbbell_row(filled: float, hollow: float, axis: Axis, *, spoken: str) -> Markup:
    """Return a filled dot and an open one on the axis, with a bar between them."""
    bar = tag("line", x1=axis.at(filled), x2=axis.at(hollow), y1=_MIDDLE, y2=_MIDDLE, stroke="#aab2bc", stroke_width=4)
    dots = [_dot(axis.at(hollow), taken=False), _dot(axis.at(filled), taken=True)]
    return tag(
        "svg",
        *gridlines(axis, _TALL),
        bar,
        *dots,
        width="100%",
        height=_TALL,
        role="img",
        aria_label=spoken,
        class_="beads",
    )


def dumbbell_legend(filled: str, hollow: str) -> Markup:
    """Return what the two dots mean."""
    entries = [
        tag("li", tag("svg", _dot("9", taken=taken), width=18, height=24, aria_hidden="true", class_="beads"), words)
        for taken, words in ((True, filled), (False, hollow))
    ]
    return tag("ul", *entries, class_="legend")


def _dot(x: str, *, taken: bool) -> Markup:
    return tag("circle", cx=x, cy=_MIDDLE, r=6, class_="bead taken" if taken else "bead")
