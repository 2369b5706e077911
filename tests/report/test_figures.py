"""Figures: what is drawn lies where it should, and nothing is left out or drawn over."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.framework import framework
from leaderful.report.figures.england_map import england_map
from leaderful.report.figures.governance import NARROW, WIDE, Group, Link, governance_map
from leaderful.report.figures.lines import Panel, Point, line_panel
from leaderful.report.figures.marks import SECTORS, mark
from leaderful.report.figures.strips import (
    Share,
    Strip,
    count_axis,
    difference_axis,
    hidden_row,
    share_row,
    strip_axis,
    strip_row,
)

LEGAL = st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def parse(drawing):
    return ElementTree.fromstring(str(drawing))


def part(text):
    assert text.endswith("%")
    return float(text[:-1])


def path_points(d):
    """The corner points of a path of absolute M, L and C commands."""
    numbers = [float(n) for n in NUMBER.findall(d)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


# Strips

values = st.floats(-300, 300) | st.floats(-0.01, 0.01) | st.just(0.0) | st.floats(-9000, 9000)


@st.composite
def strips(draw):
    low, middle, high = sorted(draw(st.lists(values, min_size=3, max_size=3)))
    england = tuple(sorted(draw(st.lists(values, max_size=42))))
    half = (england[len(england) // 4], england[3 * len(england) // 4]) if england else (0.0, 0.0)
    return Strip(estimate=middle, lower=low, upper=high, england=england, middle_half=half, spoken="a row")


@settings(max_examples=40)
@given(st.lists(strips(), min_size=1, max_size=5))
def test_every_mark_of_a_strip_is_on_the_row(rows):
    axis = difference_axis(rows)
    half_width = axis.high
    assert half_width > 0
    for row in rows:
        drawn = parse(strip_row(row, axis))
        for element in drawn.iter():
            for name in ("x", "x1", "x2", "cx"):
                if element.get(name):
                    assert -0.01 <= part(element.get(name)) <= 100.01
        (band,) = drawn.findall("rect")
        assert part(band.get("x")) + part(band.get("width")) <= 100.02
        (dot,) = drawn.findall("circle")
        assert part(dot.get("cx")) == pytest.approx(50 + 50 * row.estimate / half_width, abs=0.006)
        ticks = [line for line in drawn.findall("line") if line.get("stroke") == "#8b949e"]
        assert [part(tick.get("x1")) for tick in ticks] == pytest.approx(
            [50 + 50 * value / half_width for value in row.england], abs=0.006
        )


@settings(max_examples=40)
@given(st.lists(strips(), min_size=1, max_size=5))
def test_the_axis_of_strips_has_a_few_ticks_apart(rows):
    axis = difference_axis(rows)
    half_width = axis.high
    ticks = parse(strip_axis(axis, unit="points")).findall("text")
    places = [part(tick.get("x")) for tick in ticks]
    words = [tick.text for tick in ticks]
    assert 3 <= len(ticks) <= 9 and len(ticks) % 2 == 1
    assert places[0] == 0 and places[-1] == 100 and words[len(words) // 2] == "England"
    assert all(later - earlier >= 12.4 for earlier, later in pairwise(places))
    assert len(set(words)) == len(words)
    shown = [float(w.replace("−", "-").replace("England", "0")) for w in words]
    assert [50 + 50 * value / half_width for value in shown] == pytest.approx(places, abs=0.01)


def test_reach_holds_the_furthest_row_and_no_more_than_needed():
    row = Strip(estimate=1, lower=-4.2, upper=6, england=(-3.0, 7.1), middle_half=(0, 1), spoken="")
    axis = difference_axis([row])
    assert (axis.low, axis.high) == (-8.0, 8.0)
    assert difference_axis([replace(row, alike=(-5.0, -9.0, -1.0))]).low == -10.0


def test_an_axis_of_counts_starts_at_nought_and_holds_every_row():
    row = Strip(estimate=176, lower=176, upper=176, england=(20.0, 560.0), middle_half=(90, 200), spoken="")
    axis = count_axis([row], reference=190)
    assert (axis.low, axis.high) == (0.0, 600.0)
    assert [words for _, words in axis.marks] == ["0", "200", "400", "600"]
    assert axis.part(300) == 50
    assert count_axis([replace(row, estimate=0, upper=0, england=())], reference=0).high == 1
    assert count_axis([replace(row, upper=61_000)], reference=0).high == 80_000


def test_a_strip_says_what_it_shows_and_a_hidden_one_that_it_is_hidden():
    row = Strip(estimate=0, lower=-1, upper=1, england=(0.5,), middle_half=(0, 0.5), spoken='A "B" & <C>')
    assert parse(strip_row(row, difference_axis([row]))).get("aria-label") == 'A "B" & <C>'
    kept_back = parse(hidden_row("<Trust>", "Q1"))
    assert [span.text for span in kept_back.iter("span")] == ["hidden", "hidden"]
    assert {span.get("class") for span in kept_back.iter("span")} == {"hidden-value"}
    assert kept_back.find("div").text == "<Trust>"
    assert not list(kept_back.iter("circle"))


@settings(max_examples=40)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_the_parts_of_a_share_bar_make_a_whole(one, two, lower, upper, slim):
    between, rest = min(one, two), max(one, two)
    parts = (between, rest - between, 1 - rest)
    lower, upper = min(lower, between), max(upper, between)
    drawn = parse(share_row(Share(parts=parts, lower=lower, upper=upper, spoken="shares"), slim=slim))
    rects = drawn.findall("rect")
    widths = [part(rect.get("width")) for rect in rects]
    starts = [part(rect.get("x")) for rect in rects]
    assert sum(widths) == pytest.approx(100, abs=0.02)
    assert starts == pytest.approx([0, widths[0], widths[0] + widths[1]], abs=0.02)
    assert widths == pytest.approx([100 * value for value in parts], abs=0.01)
    whisker = drawn.findall("line")[0]
    assert [part(whisker.get(x)) for x in ("x1", "x2")] == pytest.approx([100 * lower, 100 * upper], abs=0.01)


# Lines


@st.composite
def panels(draw):
    scale = draw(st.sampled_from((1e-4, 0.01, 1.0, 100.0, 1e5)))
    amounts = st.floats(0, 1).map(lambda value: round(value, 6) * scale)
    count = draw(st.integers(1, 24))
    three = st.tuples(amounts, amounts, amounts).map(sorted)
    own = [
        Point(at=2000 + k, value=m, lower=low, upper=high)
        for k, (low, m, high) in enumerate(draw(three) for _ in range(count))
    ]
    england = [(2000 + k, draw(amounts)) for k in range(count)] if draw(st.booleans()) else []
    span = draw(st.sampled_from((None, 12.0)))
    ticks = [(float(p.at), str(p.at)) for p in (own[0], own[-1])]
    return Panel(points=tuple(own), england=tuple(england), ticks=tuple(ticks), unit="", spoken="a line", span=span)


@settings(max_examples=40)
@given(panels())
def test_a_line_stays_on_its_panel_and_its_axis_has_values_apart(panel):
    drawn = parse(line_panel(panel))
    width, height = (float(n) for n in drawn.get("viewBox").split()[2:])
    for path in drawn.findall("path"):
        assert all(-0.01 <= x <= width and -0.01 <= y <= height for x, y in path_points(path.get("d")))
    marks = [text for text in drawn.findall("text") if text.get("text-anchor") == "end" and text.get("x") == "29"]
    heights, words = [float(m.get("y")) for m in marks], [m.text for m in marks]
    assert 1 <= len(marks) <= 5
    assert len(set(words)) == len(words)
    assert all(earlier - later >= 15 for earlier, later in pairwise(heights))
    dots = drawn.findall("circle")
    assert len(dots) == (len(panel.points) if len(panel.points) <= 8 else 0)


def test_a_line_shows_more_as_higher():
    points = tuple(Point(at=year, value=value, lower=value, upper=value) for year, value in ((2021, 1.0), (2022, 2.0)))
    panel = Panel(points=points, england=(), ticks=((2021, "2021"), (2022, "2022")), unit="", spoken="")
    first, second = parse(line_panel(panel)).findall("circle")
    assert float(second.get("cy")) < float(first.get("cy"))
    assert float(second.get("cx")) > float(first.get("cx"))


# Marks and the map


def test_each_sector_has_a_mark_and_a_colour_of_its_own():
    assert set(SECTORS) == {sector.id for sector in framework().sectors}
    assert (
        len({colour for colour, _ in SECTORS.values()}) == len({shape for _, shape in SECTORS.values()}) == len(SECTORS)
    )
    for sector in SECTORS:
        drawn = parse(mark(sector, 10, 10, 5, "<name>"))
        assert drawn.find("title").text == "<name>"
        if drawn.tag == "path" and "h" not in drawn.get("d"):
            assert all(max(abs(x - 10), abs(y - 10)) <= 6.01 for x, y in path_points(drawn.get("d")))


def test_the_map_picks_out_one_system_and_hatches_what_it_shares(material):
    drawn = parse(england_map(material.outlines, chosen="QHM", names=material.system_names, label="Map <of> England"))
    filled = [path.find("title").text for path in drawn.findall("path") if path.get("fill") == "#0d6e68"]
    assert filled == [material.system_names["QHM"]]
    assert len(drawn.findall("path")) == len(material.outlines)
    left, top, width, height = (float(n) for n in drawn.get("viewBox").split())
    for path in drawn.findall("path"):
        assert all(left <= x <= left + width and top <= y <= top + height for x, y in path_points(path.get("d")))


# The governance map

KINDS = [kind.id for kind in framework().body_kinds]
SCALES = ("global", "national", "region", "system", "place", "neighbourhood", "organisation")


@st.composite
def maps(draw):
    names = st.text(LEGAL, max_size=60) | st.sampled_from(("<b>", "x" * 400, "", 'A "quoted" trust', "&"))
    groups = [
        Group(
            id=f"G{k}",
            heading=draw(names),
            short=draw(names),
            kind=draw(st.sampled_from(KINDS)),
            scale=draw(st.sampled_from(SCALES)),
            sector=draw(st.sampled_from(list(SECTORS))),
            names=tuple(draw(st.lists(names.filter(bool), min_size=1, max_size=80))),
        )
        for k in range(draw(st.integers(1, 9)))
    ]
    ids = st.sampled_from([group.id for group in groups])
    ties = draw(st.lists(st.tuples(ids, ids, st.booleans()), max_size=20, unique=True))
    links = [Link(source=a, target=b, kind="funds", across=across, count=1) for a, b, across in ties]
    return groups, links


def boxes_of(drawn):
    rects = {box.get("data-group"): box.find("rect") for box in drawn.findall("g[@class='box']")}
    return {id: tuple(float(rect.get(name)) for name in ("x", "y", "width", "height")) for id, rect in rects.items()}


def touches(point, box):
    """Whether a point lies on the edge of a box."""
    (px, py), (x, y, width, height) = point, box
    inside = x - 0.02 <= px <= x + width + 0.02 and y - 0.02 <= py <= y + height + 0.02
    return inside and min(abs(px - x), abs(px - x - width), abs(py - y), abs(py - y - height)) <= 0.02


@settings(max_examples=30)
@given(maps(), st.sampled_from((WIDE, NARROW)))
def test_the_governance_map_draws_all_and_nothing_over_another(made, sheet):
    groups, links = made
    check_map(groups, links, sheet)


def check_map(groups, links, sheet):
    drawn = parse(governance_map(groups, links, sheet=sheet, label="map", between_people="Teams and people"))
    boxes = boxes_of(drawn)
    assert len(list(drawn.iter("a"))) == len(groups) and set(boxes) == {group.id for group in groups}
    _, _, width, height = (float(n) for n in drawn.get("viewBox").split())
    for x, y, wide, high in boxes.values():
        assert x >= 0 and y >= 0 and x + wide <= width and y + high <= height
    for one, other in combinations(boxes.values(), 2):
        apart_x = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        apart_y = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
        assert apart_x or apart_y, "two boxes overlap"
    for group in groups:
        (drawn_box,) = [box for box in drawn.findall("g[@class='box']") if box.get("data-group") == group.id]
        assert drawn_box.find("a").get("href") == f"#group-{group.id}"
        dots = [e for e in drawn_box if e.find("title") is not None]
        assert [e.find("title").text or "" for e in dots] == ([] if len(group.names) == 1 else list(group.names))
    ties = [path for path in drawn.iter("path") if path.get("data-source")]
    assert [(path.get("data-source"), path.get("data-target")) for path in ties] == [
        (link.source, link.target) for link in links
    ]
    for path, link in zip(ties, links, strict=True):
        assert (path.get("marker-end") is None) == link.across
        points = path_points(path.get("d"))
        assert touches(points[0], boxes[link.source]), "a tie does not start at its source"
        assert touches(points[-1], boxes[link.target]), "a tie does not end at its target"


@pytest.mark.parametrize("sheet", [WIDE, NARROW], ids=lambda sheet: sheet.name)
def test_the_map_of_a_real_system(material, sheet):
    from leaderful.report.sections.structure import _groups, _links

    groups, links = _groups(material), _links(material)
    assert sum(len(group.names) for group in groups if group.kind == "nhs-trust") == 11
    check_map(groups, links, sheet)


@pytest.mark.parametrize("scale", [scale.id for scale in framework().scales])
def test_a_body_of_any_scale_is_drawn_with_its_ties(scale):
    def group(id, reach):
        return Group(id=id, heading=id, short=id, kind="team", scale=reach, sector="nhs", names=(id,))

    check_map(
        [group("A", "organisation"), group("B", scale)],
        [Link(source="A", target="B", kind="oversees", across=False, count=1)],
        WIDE,
    )


def test_ministries_above_other_national_bodies_of_their_column():
    def group(id, kind):
        sector = "national-government"
        return Group(id=id, heading=id, short=id, kind=kind, scale="national", sector=sector, names=(id,))

    groups = [group("A", "nhs-england"), group("B", "ministry")]
    drawn = parse(governance_map(groups, [], sheet=WIDE, label="", between_people=""))
    boxes = boxes_of(drawn)
    assert boxes["A"][0] == boxes["B"][0]
    assert boxes["B"][1] < boxes["A"][1]
