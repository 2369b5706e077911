"""Moments as beads on a string, filled when taken and open when lost; never one bead for one real moment."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.report.figures.profile import Reading
from leaderful.report.markup import number, tag

BEADS = 20
"""Beads on every string, so that each stands for one moment in twenty however many there were."""

_MIDDLE, _UNDER, _TALL, _RADIUS = 11, 25, 32, 6.2


def bead_row(reading: Reading, *, spoken: str) -> Markup:
    """Return one string: beads filled from the left as far as the share goes, and under it the interval."""
    if reading.estimate is None:
        return tag("svg", _string(), *_open_beads("bead kept"), **_frame(spoken))
    beads = [_bead(place, _fullness(place, reading.estimate)) for place in range(BEADS)]
    return tag("svg", _string(), *beads, *_interval(reading), **_frame(spoken))


def bead_legend() -> Markup:
    """Return what the beads mean."""

    def sign(*shapes: Markup) -> Markup:
        return tag("svg", *shapes, width=18, height=14, aria_hidden="true", class_="beads")

    full = tag("circle", cx=9, cy=7, r=5.5, class_="bead taken")
    lost = tag("circle", cx=9, cy=7, r=5.5, class_="bead")
    whisker = tag("path", d="M1 7H17M1 3V11M17 3V11", class_="whisker")
    entries = (
        (sign(full), "taken: the talk moved towards doing something together"),
        (sign(lost), "lost"),
        (sign(whisker), "95 % interval of the share taken"),
    )
    return tag("ul", *[tag("li", drawing, words) for drawing, words in entries], class_="legend")


def _frame(spoken: str) -> dict[str, str | int]:
    return {"width": "100%", "height": _TALL, "role": "img", "aria_label": spoken, "class_": "beads"}


def _string() -> Markup:
    return tag("line", x1="0%", x2="100%", y1=_MIDDLE, y2=_MIDDLE, class_="string")


def _open_beads(kind: str) -> list[Markup]:
    return [tag("circle", cx=_at((place + 0.5) / BEADS), cy=_MIDDLE, r=_RADIUS, class_=kind) for place in range(BEADS)]


def _fullness(place: int, share: float) -> float:
    """Return how full a bead is: the beads before it come first."""
    return min(max(BEADS * share - place, 0.0), 1.0)


def _bead(place: int, full: float) -> Markup:
    """Return a bead that is filled from its left as far as it is full."""
    middle = _at((place + 0.5) / BEADS)
    whole = tag("circle", cx=middle, cy=_MIDDLE, r=_RADIUS, class_="bead taken" if full == 1 else "bead")
    if full in (0.0, 1.0):
        return whole
    edge = _RADIUS * (2 * full - 1)
    rise = (_RADIUS**2 - edge**2) ** 0.5
    large = 1 if full > 0.5 else 0
    part = f"M{number(edge)} {number(-rise)}A{_RADIUS} {_RADIUS} 0 {large} 0 {number(edge)} {number(rise)}z"
    filled = tag("svg", tag("path", d=part, class_="part"), x=middle, y=_MIDDLE, overflow="visible")
    return whole + filled


def _interval(reading: Reading) -> list[Markup]:
    if reading.lower is None or reading.upper is None:
        return []
    ends = (_at(reading.lower), _at(reading.upper))
    line = tag("line", x1=ends[0], x2=ends[1], y1=_UNDER, y2=_UNDER, class_="whisker")
    return [line, *[tag("line", x1=end, x2=end, y1=_UNDER - 4, y2=_UNDER + 4, class_="whisker") for end in ends]]


def _at(part: float) -> str:
    return f"{number(100 * part)}%"
