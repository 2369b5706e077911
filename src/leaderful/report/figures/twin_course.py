"""Two courses of a simulation, without and with a scenario, and under them how far they lie apart run by run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from leaderful.report.markup import number, tag


@dataclass(frozen=True, kw_only=True)
class Line:
    """One course: the weeks, the middle of the runs, and the ends between which most of them lie."""

    weeks: tuple[float, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What the scenario does: from which week, until which where it ends, and in a word or two."""

    week: float
    until: float | None
    words: str


@dataclass(frozen=True, kw_only=True)
class Twins:
    """What is drawn; values as percentages or counts, the unit as it stands behind a number."""

    baseline: Line
    scenario: Line
    apart: Line | None
    hardly: float
    """A difference that nobody would notice; smaller ones are not drawn larger than it."""
    happenings: tuple[Happening, ...]
    weeks: int
    """Weeks from the start to the end of the axis."""
    unit: str
    spoken: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Measurements of one drawing, in its own units."""

    width: int
    left: int
    upper: int
    lower: int
    font: float
    ticks: int
    """Most marks along the weeks."""


LARGE = Sheet(width=760, left=52, upper=210, lower=96, font=13, ticks=6)
SMALL = Sheet(width=340, left=42, upper=180, lower=90, font=12, ticks=3)
_RIGHT, _FOOT, _BETWEEN, _ROW = 14, 24, 34, 18
_LETTER = 0.56
"""Width of a letter in parts of its height."""
_YEAR = 52


def twin_course(twins: Twins, sheet: Sheet) -> Markup:
    """Return the drawing: the two courses above, the difference between them below."""
    last = float(twins.weeks)
    head = 6 + _ROW * len(twins.happenings)
    wide = sheet.width - sheet.left - _RIGHT

    def x(week: float) -> float:
        return sheet.left + wide * min(max(week, 0.0), last) / (last or 1.0)

    above = _Pane(sheet, x, head, sheet.upper, (twins.baseline, twins.scenario))
    foot = head + sheet.upper
    parts = [*_happenings(twins.happenings, sheet, x), *above.grid(twins.unit, signed=False)]
    parts += [above.band(twins.baseline, "base"), above.band(twins.scenario, "with")]
    parts += [above.line(twins.baseline, "base"), above.line(twins.scenario, "with")]
    if twins.apart is not None:
        below = _Pane(sheet, x, foot + _BETWEEN, sheet.lower, (twins.apart,), holds=(-twins.hardly, twins.hardly))
        words = tag(
            "text", "with less without", x=sheet.left, y=foot + _BETWEEN - 10, font_size=sheet.font, class_="strong"
        )
        parts += [words, *below.grid("", signed=True), below.band(twins.apart, "with"), below.line(twins.apart, "with")]
        foot += _BETWEEN + sheet.lower
    parts += _weeks(sheet, x, last, foot)
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {sheet.width} {foot + _FOOT}",
        width="100%",
        role="img",
        aria_label=twins.spoken,
        class_="twins",
    )


def twin_legend(*, apart: bool) -> Markup:
    """Return what the lines and bands mean."""

    def sign(kind: str) -> Markup:
        band = tag("rect", x=0, y=2, width=26, height=12, class_=f"band {kind}")
        line = tag("path", d="M0 8L26 8", class_=f"line {kind}")
        return tag("svg", band, line, width=26, height=16, aria_hidden="true", class_="twins")

    entries = [
        tag("li", sign("base"), "without the scenario"),
        tag("li", sign("with"), "with it" if not apart else "with it; below, the difference in each pair of runs"),
        tag("li", "line: the middle run; band: nine in ten runs"),
    ]
    return tag("ul", *entries, class_="legend")


class _Pane:
    """A part of the drawing with its own scale of values."""

    def __init__(
        self,
        sheet: Sheet,
        x: Callable[[float], float],
        top: float,
        height: float,
        lines: Sequence[Line],
        holds: Sequence[float] = (),
    ) -> None:
        self.sheet, self.x, self.top, self.height = sheet, x, top, height
        values = [value for line in lines for value in (*line.low, *line.high)] + list(holds)
        low, high = min(values), max(values)
        margin = 0.06 * (high - low) or 1.0
        self.low, self.high = low - margin, high + margin

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        return self.top + self.height * (self.high - value) / (self.high - self.low)

    def grid(self, unit: str, *, signed: bool) -> list[Markup]:
        """Return the lines of round values with their words."""
        parts: list[Markup] = []
        values, places = _round_values(self.low, self.high, most=5 if self.height > 120 else 3)
        for value in values:
            y = self.y(value)
            nought = {"class_": "nought"} if signed and value == 0 else {"stroke": "#e3e6ea"}
            parts.append(tag("line", x1=self.sheet.left, x2=self.sheet.width - _RIGHT, y1=y, y2=y, **nought))
            shown = f"{abs(value):.{places}f}"
            sign = "+" if signed and value > 0 else "−" if value < 0 else ""
            words = f"{sign}{shown}{unit}"
            parts.append(
                tag("text", words, x=self.sheet.left - 7, y=y + 4, text_anchor="end", font_size=self.sheet.font)
            )
        return parts

    def band(self, line: Line, kind: str) -> Markup:
        """Return the band between the ends of a course."""
        up = self._points(line.weeks, line.high)
        down = self._points(line.weeks, line.low)
        return tag("path", d=f"M{'L'.join([*up, *reversed(down)])}z", class_=f"band {kind}")

    def line(self, line: Line, kind: str) -> Markup:
        """Return the middle of a course."""
        return tag("path", d=f"M{'L'.join(self._points(line.weeks, line.middle))}", class_=f"line {kind}")

    def _points(self, weeks: Sequence[float], values: Sequence[float]) -> list[str]:
        return [f"{number(self.x(w))} {number(self.y(v))}" for w, v in zip(weeks, values, strict=True)]


def _round_values(low: float, high: float, *, most: int) -> tuple[list[float], int]:
    """Return the round values within the ends, and the decimal places that tell them apart."""
    tens = 10.0 ** floor(log10((high - low) / most))
    step = next(tens * part for part in (1, 2, 2.5, 5, 10) if (high - low) / (tens * part) <= most)
    first = ceil(low / step)
    values = [step * k for k in range(first, floor(high / step) + 1)]
    places = max(0, -floor(log10(step) + 1e-9)) + (1 if round(step / 10.0 ** floor(log10(step)), 6) == 2.5 else 0)
    return values, places


def _weeks(sheet: Sheet, x: Callable[[float], float], last: float, foot: float) -> list[Markup]:
    step = next((step for step in (4, 13, 26, _YEAR, 2 * _YEAR) if last / step <= sheet.ticks), 5 * _YEAR)
    parts: list[Markup] = []
    for week in range(0, int(last) + 2, step):
        at, far = x(week), week > last - 0.1 * last
        anchor = "start" if week == 0 else "end" if far else "middle"
        parts.append(tag("line", x1=at, x2=at, y1=foot, y2=foot + 4, stroke="#8b949e"))
        words = _week_words(week)
        parts.append(tag("text", words, x=at, y=foot + 18, text_anchor=anchor, font_size=sheet.font))
    return parts


def _week_words(week: int) -> str:
    if week == 0:
        return "start"
    if week % _YEAR == 0:
        return "1 year" if week == _YEAR else f"{week // _YEAR} years"
    return f"week {week}"


def _happenings(happenings: Sequence[Happening], sheet: Sheet, x: Callable[[float], float]) -> list[Markup]:
    """Return a line for each thing the scenario does, with its words, and a ground for as long as it lasts."""
    parts: list[Markup] = []
    head = 6 + _ROW * len(happenings)
    for place, each in enumerate(happenings):
        at, y = x(each.week), 6 + _ROW * place
        if each.until is not None:
            until = x(each.until)
            parts.append(tag("rect", x=at, y=head, width=max(until - at, 1.0), height=sheet.upper, class_="while"))
        right = at < sheet.width / 2
        room = int((sheet.width - at if right else at) / (_LETTER * sheet.font)) - 1
        words = each.words if len(each.words) <= room else f"{each.words[: room - 1].rstrip()}…"
        parts.append(tag("line", x1=at, x2=at, y1=y + 2, y2=head + sheet.upper, class_="mark"))
        parts.append(
            tag(
                "text",
                words,
                x=at + (6 if right else -6),
                y=y + 13,
                text_anchor="start" if right else "end",
                font_size=sheet.font,
                class_="strong",
            )
        )
    return parts
