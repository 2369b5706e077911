"""Weeks around a shock: what was counted, the level that was fitted, and when half of the change was gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

from leaderful.report.markup import number, tag


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One or more weeks: the first, counted from the shock, how many, and what a week of them holds."""

    first: float
    length: float
    count: float
    fitted: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is drawn: the stretches, whether a change was seen, and the half-life where there is one."""

    stretches: Sequence[Stretch]
    fitted: bool
    half_life: float | None
    shock: str
    spoken: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Measurements of one drawing, in its own units."""

    width: int
    height: int
    left: int
    font: float
    every: int
    """Weeks from one mark of the axis to the next."""


LARGE = Sheet(width=760, height=260, left=44, font=13, every=4)
SMALL = Sheet(width=340, height=230, left=34, font=12, every=8)
_TOP, _RIGHT, _BOTTOM = 30, 12, 26
_LETTER = 0.62
"""Width of a letter in parts of its height."""


def weeks_panel(course: Course, sheet: Sheet) -> Markup:
    """Return the drawing of a course."""
    place = _Place(course, sheet)
    parts = [*_axes(place), *_shock(course, place)]
    parts += [*_fit(course, place, before=True), *_fit(course, place, before=False)]
    parts += [_counted(stretch, place) for stretch in course.stretches]
    if course.half_life is not None:
        parts += _half(course, course.half_life, place)
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {sheet.width} {sheet.height}",
        width="100%",
        role="img",
        aria_label=course.spoken,
        class_="weeks",
    )


class _Place:
    """Where a week and a count lie on the sheet."""

    def __init__(self, course: Course, sheet: Sheet) -> None:
        self.sheet = sheet
        self.first = min(stretch.first for stretch in course.stretches)
        self.last = max(stretch.first + stretch.length for stretch in course.stretches)
        drawn = [max(s.count, s.upper) for s in course.stretches]
        self.step = _step(max(drawn) or 1.0)
        self.high = max(max(drawn), self.step)

    def x(self, week: float) -> float:
        """Return where a week begins."""
        wide = self.sheet.width - self.sheet.left - _RIGHT
        return self.sheet.left + wide * (week - self.first) / (self.last - self.first)

    def y(self, count: float) -> float:
        """Return how far down a count lies."""
        return _TOP + (self.sheet.height - _TOP - _BOTTOM) * (1 - count / self.high)


def _step(highest: float) -> float:
    """Return the step of an axis of counts with at most five marks above nought."""
    tens = 10.0 ** max(0, floor(log10(highest)))
    return next(tens * part for part in (0.2, 0.25, 0.5, 1, 2) if highest <= 5 * tens * part and tens * part >= 1)


def _axes(place: _Place) -> list[Markup]:
    sheet, parts = place.sheet, []
    count = 0.0
    while count <= place.high * 1.001:
        y = place.y(count)
        parts.append(tag("line", x1=sheet.left, x2=sheet.width - _RIGHT, y1=y, y2=y, stroke="#e3e6ea"))
        words = f"{count:,.0f}"
        parts.append(tag("text", words, x=sheet.left - 6, y=y + 4, text_anchor="end", font_size=sheet.font))
        count += place.step
    week = -(-int(place.first) // sheet.every) * sheet.every
    while week < place.last:
        words = f"{'+' if week > 0 else '−' if week < 0 else ''}{abs(week)}"
        x = place.x(week)
        parts.append(tag("text", words, x=x, y=sheet.height - 6, text_anchor="middle", font_size=sheet.font))
        week += sheet.every
    return parts


def _shock(course: Course, place: _Place) -> list[Markup]:
    """Return the line at which the shock began, with its name on the wider side, shortened to fit."""
    x, sheet = place.x(0), place.sheet
    right = x < sheet.width / 2
    room = (sheet.width - x if right else x) / (_LETTER * sheet.font)
    name = course.shock if len(course.shock) <= room else f"{course.shock[: int(room) - 1].rstrip()}…"
    return [
        tag("line", x1=x, x2=x, y1=8, y2=sheet.height - _BOTTOM, class_="shock"),
        tag(
            "text",
            name,
            x=x + (6 if right else -6),
            y=18,
            text_anchor="start" if right else "end",
            font_size=sheet.font,
            class_="strong",
        ),
    ]


def _fit(course: Course, place: _Place, *, before: bool) -> list[Markup]:
    side = [stretch for stretch in course.stretches if (stretch.first < 0) == before]
    if not side:
        return []
    middles = [place.x(stretch.first + stretch.length / 2) for stretch in side]
    up = [f"{number(x)} {number(place.y(s.upper))}" for x, s in zip(middles, side, strict=True)]
    down = [f"{number(x)} {number(place.y(s.lower))}" for x, s in zip(middles, side, strict=True)]
    line = [f"{number(x)} {number(place.y(s.fitted))}" for x, s in zip(middles, side, strict=True)]
    band = tag("path", d=f"M{'L'.join([*up, *reversed(down)])}z", class_="fit-band")
    return [band, tag("path", d=f"M{'L'.join(line)}", class_="fit")] if course.fitted else [band]


def _counted(stretch: Stretch, place: _Place) -> Markup:
    """Return a dot for a week, and a bar as long as the stretch for several weeks that are told of together."""
    y = place.y(stretch.count)
    if stretch.length == 1:
        return tag("circle", cx=place.x(stretch.first + 0.5), cy=y, r=3.4, class_="week")
    ends = (place.x(stretch.first) + 2, place.x(stretch.first + stretch.length) - 2)
    return tag("line", x1=ends[0], x2=ends[1], y1=y, y2=y, class_="stretch")


def _half(course: Course, weeks: float, place: _Place) -> list[Markup]:
    """Return the line at which half of the change was gone, with its words on a side where they cross no other line."""
    sheet = place.sheet
    if not 0 < weeks < place.last:
        return []
    x, y, foot = place.x(weeks), place.y(_level(course, weeks)), sheet.height - _BOTTOM
    said = f"half gone after {weeks:.0f} weeks" if weeks >= 1.5 else "half gone in a week or so"
    room = max(x - place.x(0), sheet.width - x) - 6
    said = said if _LETTER * sheet.font * len(said) <= room else "half gone"
    right = x + 6 + _LETTER * sheet.font * len(said) < sheet.width
    words = tag(
        "text",
        said,
        x=x + (6 if right else -6),
        y=foot - 8,
        text_anchor="start" if right else "end",
        font_size=sheet.font,
        class_="strong",
    )
    return [tag("line", x1=x, x2=x, y1=y, y2=foot, class_="half"), words]


def _level(course: Course, weeks: float) -> float:
    """Return the fitted level at a time after the shock."""
    after = [stretch for stretch in course.stretches if stretch.first >= 0]
    near = min(after, key=lambda stretch: abs(stretch.first + stretch.length / 2 - weeks))
    return near.fitted
