"""The governance map: hierarchy downwards, partnership across, by scale and sector.

Bodies of one kind share a box. The columns are the two ladders of accountability, the NHS's and
local government's, with what joins them between; the rows are scales, banded by level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.report.figures.marks import mark
from leaderful.report.markup import number, tag

_CENTRE_KINDS = (
    "united-nations",
    "regulator",
    "integrated-care-partnership",
    "health-and-wellbeing-board",
    "place-partnership",
)
_LEFT_SECTORS = ("nhs", "voluntary", "private-care")
_BANDS = (
    ("macro", "#eaf0f9", "#1f3f77"),
    ("meso", "#e7f3f2", "#0d6e68"),
)
_FIRST = ("ministry", "local-policing-body")
"""Kinds that stand above the others of their scale and column, because they oversee them."""
_LITTLE = 2
_MICRO = ("micro", "#faf2e2", "#8a5a00")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Bodies that share a box: one body above the system, or all of a kind within it."""

    id: str
    heading: str
    short: str
    """The heading where there is little room."""
    kind: str
    scale: str
    sector: str
    names: tuple[str, ...]
    sectors: tuple[str, ...] = ()
    """Sector of each body, in the order of the names; all are of the group's where none is given."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """Ties of one kind between two groups."""

    source: str
    target: str
    kind: str
    across: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Measurements of one drawing, in its own units."""

    name: str
    width: int
    gutter: int
    column: int
    gap: int
    letters: int
    line: int
    dot: float

    def left(self, column: int) -> float:
        """Return the left edge of a column."""
        return self.gutter + column * (self.column + self.gap)


WIDE = Sheet(name="wide", width=1000, gutter=96, column=240, gap=84, letters=27, line=17, dot=2.9)
NARROW = Sheet(name="narrow", width=380, gutter=8, column=104, gap=28, letters=12, line=14, dot=2.3)


@dataclass(frozen=True, kw_only=True)
class _Box:
    group: Group
    lines: tuple[str, ...]
    column: int
    x: float
    y: float
    width: float
    height: float
    title_height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def governance_map(
    groups: Sequence[Group], links: Sequence[Link], *, sheet: Sheet, label: str, between_people: str
) -> Markup:
    """Return the drawing for one width of page; `between_people` is written at the micro level."""
    boxes, bands, height = _lay_out(groups, sheet, between_people)
    placed = {box.group.id: box for box in boxes}
    drawn = [link for link in links if link.source in placed and link.target in placed]
    paths = [_path(route, sheet) for route in _routes(placed, drawn, sheet)]
    return tag(
        "svg",
        _arrowhead(sheet),
        *bands,
        tag("g", *paths),
        *[_draw(box, drawn, sheet) for box in boxes],
        class_=f"gov {sheet.name}-only",
        viewBox=f"0 0 {sheet.width} {number(height)}",
        role="group",
        aria_label=label,
    )


def _column(group: Group) -> int:
    if group.kind in _CENTRE_KINDS:
        return 1
    return 0 if group.sector in _LEFT_SECTORS or group.id == "DHSC" else 2


def _lay_out(groups: Sequence[Group], sheet: Sheet, between_people: str) -> tuple[list[_Box], list[Markup], float]:
    boxes: list[_Box] = []
    bands: list[Markup] = []
    y = 10.0
    for level, wash, ink in _BANDS:
        top = y
        y += 24 if sheet is NARROW else 14
        row, y = _rows(groups, level, y, sheet)
        boxes.extend(row)
        bands.append(_band(level, top, y - top - 6, wash, ink, sheet))
        y += 8
    words = y + (74 if sheet is NARROW else 58)
    row, bottom = _rows(groups, "micro", words, sheet)
    boxes.extend(row)
    bands.append(_micro_band(y, bottom - y - 6, sheet, between_people))
    return boxes, bands, bottom + 4


def _rows(groups: Sequence[Group], level: str, y: float, sheet: Sheet) -> tuple[list[_Box], float]:
    boxes: list[_Box] = []
    for scale in framework().scales:
        if scale.level != level:
            continue
        row, y = _row([group for group in groups if group.scale == scale.id], y, sheet)
        boxes.extend(row)
    return boxes, y


def _row(groups: Sequence[Group], y: float, sheet: Sheet) -> tuple[list[_Box], float]:
    boxes: list[_Box] = []
    bottoms = [y, y, y]
    for group in sorted(groups, key=lambda group: group.kind not in _FIRST):
        column = _column(group)
        box = _box(group, column, bottoms[column], sheet)
        boxes.append(box)
        bottoms[column] = box.y + box.height + 12
    return boxes, max(bottoms) + (12 if boxes else 0)


def _box(group: Group, column: int, y: float, sheet: Sheet) -> _Box:
    lines = _lines(group.short if sheet is NARROW else group.heading, sheet.letters)
    title_height = len(lines) * sheet.line + 9
    rows = 0 if len(group.names) == 1 else -(-len(group.names) // _per_row(sheet))
    height = title_height + (rows * sheet.dot * 2.6 + 7 if rows else 0)
    return _Box(
        group=group,
        lines=lines,
        column=column,
        x=sheet.left(column),
        y=y,
        width=sheet.column,
        height=height,
        title_height=title_height,
    )


def _lines(text: str, letters: int) -> tuple[str, ...]:
    """Return the text in lines; a word that is little too long keeps its line rather than being broken."""
    lines = wrap(text, letters, break_long_words=False)
    return tuple(piece for line in lines for piece in wrap(line, letters + _LITTLE))


def _per_row(sheet: Sheet) -> int:
    return int((sheet.column - 16) // (sheet.dot * 2.6))


def _draw(box: _Box, links: Sequence[Link], sheet: Sheet) -> Markup:
    group = box.group
    text_x = box.x + 24 if sheet is WIDE else box.x + 18
    # A space between the lines: read aloud they are one name.
    title = Markup(" ").join(
        tag("text", line, x=text_x, y=box.y + 18 + place * sheet.line, class_="count")
        for place, line in enumerate(box.lines)
    )
    sign = mark(group.sector, box.x + (13 if sheet is WIDE else 10), box.y + 13.5, 5.2 if sheet is WIDE else 4.4)
    link = tag("a", sign, title, href=f"#group-{group.id}", aria_label=_spoken(group, links, sheet))
    edge = tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=3)
    return tag("g", edge, link, *_dots(box, sheet), class_="box", data_group=group.id)


def _dots(box: _Box, sheet: Sheet) -> list[Markup]:
    names = box.group.names
    if len(names) == 1:
        return []
    sectors = box.group.sectors or (box.group.sector,) * len(names)
    step, per_row = sheet.dot * 2.6, _per_row(sheet)
    left, top = box.x + 8 + sheet.dot, box.y + box.title_height + sheet.dot
    return [
        mark(
            sector,
            left + step * (place % per_row),
            top + step * (place // per_row),
            sheet.dot,
            name,
        )
        for place, (name, sector) in enumerate(zip(names, sectors, strict=True))
    ]


def _spoken(group: Group, links: Sequence[Link], sheet: Sheet) -> str:
    shortened = sheet is NARROW and group.short != group.heading
    name = f"{group.short}, {group.heading}" if shortened else group.heading
    into = sum(link.target == group.id and not link.across for link in links)
    out = sum(link.source == group.id and not link.across for link in links)
    across = sum(group.id in (link.source, link.target) and link.across for link in links)
    return f"{name}: ties from above {into}, ties downwards {out}, ties across {across}"


@dataclass(frozen=True, kw_only=True)
class _Route:
    """The course of one link: its two ends and how far its curve bends, or a straight line between neighbours."""

    link: Link
    start: tuple[float, float]
    end: tuple[float, float]
    bends: tuple[float, float] | None


def _routes(placed: Mapping[str, _Box], links: Sequence[Link], sheet: Sheet) -> list[_Route]:
    """Return the course of each link; ends on one side of a box stand apart, in the order of the other ends."""
    ports = _ports(placed, links)
    routes = []
    for index, link in enumerate(links):
        source, target = placed[link.source], placed[link.target]
        if _neighbours(source, target):
            x = source.x + source.width / 2
            downwards = source.y < target.y
            first = source.y + source.height if downwards else source.y
            last = target.y if downwards else target.y + target.height
            routes.append(_Route(link=link, start=(x, first), end=(x, last), bends=None))
            continue
        x1, x2 = _edge(source, _side(source, target)), _edge(target, _side(target, source))
        start, end = (x1, ports[index, "source"]), (x2, ports[index, "target"])
        if source.column == target.column:
            reach = min(sheet.gap * 0.62, 12 + abs(end[1] - start[1]) * 0.09)
            bend = x1 + reach if _side(source, target) == "right" else x1 - reach
            routes.append(_Route(link=link, start=start, end=end, bends=(bend, bend)))
        else:
            routes.append(_Route(link=link, start=start, end=end, bends=((x1 + x2) / 2, (x1 + x2) / 2)))
    return routes


def _ports(placed: Mapping[str, _Box], links: Sequence[Link]) -> dict[tuple[int, str], float]:
    """Return how high each end of each link stands on its box."""
    sides: dict[tuple[str, str], list[tuple[float, int, str]]] = defaultdict(list)
    for index, link in enumerate(links):
        source, target = placed[link.source], placed[link.target]
        if not _neighbours(source, target):
            sides[link.source, _side(source, target)].append((target.middle, index, "source"))
            sides[link.target, _side(target, source)].append((source.middle, index, "target"))
    ports = {}
    for (id, _), ends in sides.items():
        box = placed[id]
        step = (box.height - 8) / (len(ends) + 1)
        for place, (_, index, end) in enumerate(sorted(ends), start=1):
            ports[index, end] = box.y + 4 + step * place
    return ports


def _side(box: _Box, other: _Box) -> str:
    if box.column == other.column:
        return "left" if box.column == 2 else "right"
    return "right" if other.column > box.column else "left"


def _edge(box: _Box, side: str) -> float:
    return box.x + box.width if side == "right" else box.x


def _neighbours(source: _Box, target: _Box) -> bool:
    """Whether two boxes stand one above the other with nothing between them."""
    upper, lower = sorted((source, target), key=lambda box: box.y)
    return source.column == target.column and lower.y - (upper.y + upper.height) < 40


def _path(route: _Route, sheet: Sheet) -> Markup:
    (x1, y1), (x2, y2) = route.start, route.end
    if route.bends is None:
        d = f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"
    else:
        first, last = route.bends
        d = (
            f"M{number(x1)} {number(y1)}C{number(first)} {number(y1)} "
            f"{number(last)} {number(y2)} {number(x2)} {number(y2)}"
        )
    return tag(
        "path",
        d=d,
        class_="tie across" if route.link.across else "tie",
        marker_end=False if route.link.across else f"url(#arrow-{sheet.name})",
        data_source=route.link.source,
        data_target=route.link.target,
    )


def _arrowhead(sheet: Sheet) -> Markup:
    return tag(
        "defs",
        tag(
            "marker",
            tag("path", d="M0 0L7 3.5L0 7z", fill="#6d7887"),
            id=f"arrow-{sheet.name}",
            viewBox="0 0 7 7",
            refX=7,
            refY=3.5,
            markerWidth=6,
            markerHeight=6,
            orient="auto",
        ),
    )


def _band(level: str, top: float, height: float, wash: str, ink: str, sheet: Sheet) -> Markup:
    return tag(
        "g",
        tag("rect", x=0, y=top, width=sheet.width, height=height, fill=wash, rx=4),
        tag(
            "text",
            level.capitalize(),
            x=12 if sheet is WIDE else 8,
            y=top + (26 if sheet is WIDE else 17),
            fill=ink,
        ),
        class_="band",
    )


def _micro_band(top: float, height: float, sheet: Sheet, between_people: str) -> Markup:
    level, wash, ink = _MICRO
    words = wrap(between_people, 100 if sheet is WIDE else 38)
    x, first = (sheet.gutter, top + 31) if sheet is WIDE else (8, top + 35)
    lines = [tag("text", line, x=x, y=first + place * 16, style="font-weight:400") for place, line in enumerate(words)]
    return tag(
        "g",
        tag(
            "rect",
            x=0.75,
            y=top,
            width=sheet.width - 1.5,
            height=height,
            fill=wash,
            rx=4,
            stroke=ink,
            stroke_dasharray="5 4",
        ),
        tag(
            "text",
            level.capitalize(),
            x=12 if sheet is WIDE else 8,
            y=top + (31 if sheet is WIDE else 17),
            fill=ink,
        ),
        *lines,
        class_="band",
    )
