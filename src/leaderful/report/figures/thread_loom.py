"""The golden thread, drawn as threads that hang from their goals and run down the scales.

Every thread is handed on at its full width to the bodies of a scale. The part that carry it runs on as gold; the part
that drop it frays and ends there. Where nobody carries it the thread is broken, and goes on further down only where
it reaches other bodies past that scale. A purpose with nobody above it begins in mid-air, under a ring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from leaderful.report.markup import join, number, tag

_WASHES = {"macro": "#eaf0f9", "meso": "#e7f3f2", "micro": "#faf2e2"}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A row of the drawing: bodies of one scale, or of two that lie side by side."""

    name: str
    level: str


@dataclass(frozen=True, kw_only=True)
class Knot:
    """What becomes of one goal at one scale: how many bodies carry it, drop it, hold it orphaned or are silent."""

    carried: int = 0
    dropped: int = 0
    orphaned: int = 0
    silent: int = 0

    @property
    def said(self) -> int:
        """Bodies that the thread reaches, or starts from, and that have spoken."""
        return self.carried + self.dropped

    @property
    def part(self) -> float:
        """The share of those that carry it."""
        return self.carried / self.said if self.said else 0.0


@dataclass(frozen=True, kw_only=True)
class Strand:
    """One goal: its number, its short name and its knots, one for each row."""

    code: str
    name: str
    knots: tuple[Knot, ...]


@dataclass(frozen=True, kw_only=True)
class Loom:
    """Measurements of one drawing, in its own units."""

    name: str
    width: int
    gutter: int
    """Room for the names of scales at the left; without any they stand above each row."""
    most: int
    """Threads side by side."""
    widest: int
    """No column is wider than this."""
    row: int
    gap: int
    head: int
    rope: float
    letters: int
    line: int
    indent: float
    """From the left edge of a column to the thread."""
    beside: float
    """From the thread to the words."""

    def column(self, threads: int) -> float:
        """Return the width of a column."""
        return min(self.widest, (self.width - self.gutter) / threads)


WIDE = Loom(
    name="wide", width=1000, gutter=140, most=6, widest=172, row=78, gap=26, head=84, rope=28, letters=19, line=16,
    indent=8, beside=14,
)  # fmt: skip
NARROW = Loom(
    name="narrow", width=372, gutter=0, most=3, widest=124, row=72, gap=24, head=104, rope=18, letters=15, line=15,
    indent=4, beside=13,
)  # fmt: skip

_THIN = 2.4
"""Width of a thread that passes a scale by, and the least that is drawn of one that is carried."""


def thread_loom(scales: Sequence[Scale], strands: Sequence[Strand], *, loom: Loom, label: str) -> Markup:
    """Return the drawing for one width of page, in as many sheets as the threads need."""
    sheets = [strands[first : first + loom.most] for first in range(0, len(strands), loom.most)]
    column = loom.column(min(len(strands), loom.most))
    drawn = [
        _sheet(scales, part, loom, column, f"{label}, {part[0].code} to {part[-1].code}" if len(sheets) > 1 else label)
        for part in sheets
    ]
    return tag("div", *drawn, class_=f"loom {loom.name}-only")


def thread_patterns() -> Markup:
    """Return the twist of the gold and the hatching of the silent, which a page needs once."""
    gold = tag("rect", width=7, height=9, fill="#b8860b")
    twists = tag("path", d="M-1 5.5L8 .5M-1 14.5L8 9.5", stroke="#7d5c07", stroke_width=1.3)
    twist = tag("pattern", gold, twists, id="thread-twist", width=7, height=9, patternUnits="userSpaceOnUse")
    lines = tag("path", d="M-1 7L7 -1M3 9L9 3", stroke="#8b949e", stroke_width=1.6)
    ground = tag("rect", width=6, height=6, fill="#fff")
    pattern = tag("pattern", ground, lines, id="thread-hatch", width=6, height=6, patternUnits="userSpaceOnUse")
    return tag("svg", tag("defs", twist, pattern), width=0, height=0, aria_hidden="true", style="position:absolute")


def thread_legend() -> Markup:
    """Return what the parts of a thread mean."""
    gold = tag("rect", x=5, y=0, width=12, height=26, class_="gold")
    fray = join(_frays(4, 14, 2, 20, 4))
    ring = (tag("path", d="M11 10V26", class_="stray"), tag("circle", cx=11, cy=7, r=5, class_="ring"))
    hatch = tag("rect", x=7, y=1, width=8, height=24, class_="hush")
    thin = tag("path", d="M11 0V26", class_="past")
    signs = (
        ((gold,), "carried: as wide as the share of bodies that carry it, of those that have spoken"),
        ((fray,), "dropped: carried above, and not here"),
        (ring, "orphaned: begins here, with nobody above who carries it"),
        ((hatch,), "silent: would be reached, and has said nothing"),
        ((thin,), "passes this scale by"),
    )
    return tag(
        "ul",
        *[
            tag("li", tag("svg", *sign, width=22, height=26, class_="loom-sign", aria_hidden="true"), words)
            for sign, words in signs
        ],
        class_="legend",
    )


def _sheet(scales: Sequence[Scale], strands: Sequence[Strand], loom: Loom, column: float, label: str) -> Markup:
    width = loom.width if loom.gutter == 0 else loom.gutter + column * len(strands)
    tops = [loom.head + place * (loom.row + loom.gap) for place in range(len(scales))]
    bands = list(zip(scales, tops, strict=True))
    parts = [_band(scale, top, width, loom) for scale, top in bands]
    for place, strand in enumerate(strands):
        left = loom.gutter + place * column + loom.indent
        parts.append(tag("g", *_heading(strand, left, loom), *_thread(strand, left, tops, loom)))
        parts.extend(_words(knot, left, top, loom) for knot, top in zip(strand.knots, tops, strict=True))
    parts.extend(_band_name(scale, top, loom) for scale, top in bands)
    return tag(
        "svg",
        *parts,
        viewBox=f"0 0 {number(float(width))} {tops[-1] + loom.row + 6}",
        role="img",
        aria_label=label,
        style=f"width:{number(100 * width / loom.width)}%",
    )


def _band(scale: Scale, top: float, width: float, loom: Loom) -> Markup:
    head = loom.gap - 5 if loom.gutter == 0 else 0
    return tag(
        "rect", x=0, y=top - head, width=width, height=loom.row + head, rx=4, fill=_WASHES.get(scale.level, "#eef0f3")
    )


def _band_name(scale: Scale, top: float, loom: Loom) -> Markup:
    """Return the name of a row, after the threads: on a phone they pass behind it."""
    lines = wrap(scale.name, 13) if loom.gutter else [scale.name]
    x, first = (12, top + 20) if loom.gutter else (6, top - loom.gap + 19)
    ground = _WASHES.get(scale.level, "#eef0f3")
    names = [tag("text", line, x=x, y=first + 17 * k, stroke=ground) for k, line in enumerate(lines)]
    return tag("g", *names, class_=f"band {scale.level}")


def _heading(strand: Strand, left: float, loom: Loom) -> list[Markup]:
    names = wrap(strand.name, loom.letters)[:4]
    lines = [tag("text", strand.code, x=left, y=15, class_="said")]
    return lines + [tag("text", line, x=left, y=15 + 15 * (k + 1), class_="small") for k, line in enumerate(names)]


def _thread(strand: Strand, left: float, tops: Sequence[int], loom: Loom) -> Iterator[Markup]:
    """Yield the thread from its goal down: ribbons between scales, gold and frays within, and what stands alone."""
    last = max((place for place, knot in enumerate(strand.knots) if knot.said), default=-1)
    at, width = loom.head - 20.0, _THIN
    for place, (knot, top) in enumerate(zip(strand.knots, tops, strict=True)):
        foot = top + loom.row
        if knot.said:
            yield _handed_on(left, at, width, top, loom)
            yield from _knot(knot, left, top, loom)
        if knot.carried:
            at, width = float(foot), max(loom.rope * knot.part, _THIN)
        elif place < last:
            yield tag("path", d=f"M{number(left - 1.2)} {number(at)}V{foot}", class_="past")
            at, width = float(foot), _THIN
        if knot.silent:
            yield _hush(knot, left, top, loom, open_end=not knot.said and at == top - loom.gap)
        if knot.orphaned:
            yield from _stray(left + (loom.rope / 2 if not knot.said else loom.rope + 5.5), top, loom)


def _hush(knot: Knot, left: float, top: int, loom: Loom, *, open_end: bool) -> Markup:
    """Return the hatching of the silent: beside the thread, or in its place where nobody there has spoken."""
    if knot.said:
        return tag("rect", x=left + loom.rope + 2, y=top + 4, width=7, height=loom.row - 8, class_="hush")
    start = top - loom.gap if open_end else top + 4
    return tag("rect", x=left, y=start, width=loom.rope, height=top + loom.row - 4 - start, class_="hush")


def _handed_on(left: float, at: float, width: float, top: int, loom: Loom) -> Markup:
    """Return the ribbon from where the thread was last held to its full width at the next scale."""
    start = left - _THIN if width == _THIN else left
    middle, end = (at + top) / 2, start + width
    far = left + loom.rope
    d = (
        f"M{number(start)} {number(at)}C{number(start)} {number(middle)} {number(left)} {number(middle)} "
        f"{number(left)} {top}H{number(far)}C{number(far)} {number(middle)} {number(end)} {number(middle)} "
        f"{number(end)} {number(at)}z"
    )
    return tag("path", d=d, class_="gold")


def _knot(knot: Knot, left: float, top: int, loom: Loom) -> Iterator[Markup]:
    held = max(loom.rope * knot.part, _THIN) if knot.carried else 0.0
    if held:
        yield tag("rect", x=left, y=top - 0.5, width=held, height=loom.row + 1.0, class_="gold")
    if knot.dropped:
        yield from _frays(left + held, left + loom.rope, top, top + loom.row * 0.62, min(knot.dropped, 6))


def _frays(left: float, right: float, top: float, foot: float, count: int) -> list[Markup]:
    """Return the ends of a torn part: fewer where fewer drop it, of unequal lengths, bending away."""
    strands = max(count, 2)
    step = (right - left) / strands
    ends = []
    for place in range(strands):
        x = left + step * (place + 0.5)
        length = (foot - top) * (0.62, 1.0, 0.74, 0.9, 0.55, 0.82)[place % 6]
        away = x + step * (place + 1 - strands / 2) * 0.55 + 2
        ends.append(
            tag(
                "path",
                d=f"M{number(x)} {number(top)}C{number(x)} {number(top + length * 0.6)} {number(away)} "
                f"{number(top + length * 0.7)} {number(away)} {number(top + length)}",
                stroke_width=number(min(step * 0.62, 4.0)),
                class_="fray",
            )
        )
    return ends


def _stray(x: float, top: int, loom: Loom) -> Iterator[Markup]:
    ring = top + 18
    yield tag("path", d=f"M{number(x)} {ring}V{top + loom.row}", class_="stray")
    yield tag("circle", cx=x, cy=ring, r=5, class_="ring")


def _words(knot: Knot, left: float, top: int, loom: Loom) -> Markup:
    lines = [
        (f"{knot.carried} of {knot.said}{' carry' if loom.gutter else ''}", "said") if knot.said else ("", ""),
        (f"dropped by {knot.dropped}", "") if knot.dropped else ("", ""),
        (f"{knot.orphaned} orphaned", "") if knot.orphaned else ("", ""),
        (f"{knot.silent} silent", "small") if knot.silent else ("", ""),
    ]
    told = [(text, kind) for text, kind in lines if text]
    x, first = left + loom.rope + loom.beside, top + 20
    return tag(
        "g",
        *[
            tag("text", text, x=x, y=first + loom.line * k, class_=kind or "plain")
            for k, (text, kind) in enumerate(told)
        ],
    )
