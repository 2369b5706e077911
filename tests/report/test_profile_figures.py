"""Profiles and bars: marks lie where their numbers say, whatever the numbers."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.report.figures.bars import Block, stack_row
from leaderful.report.figures.matrix import Group, matrix, small_strip
from leaderful.report.figures.profile import TIERS, Reading, change_axis, profile_row, score_axis, share_axis
from leaderful.report.figures.strips import Axis
from leaderful.report.markup import tag
from page_reader import read


def parse(drawing):
    return ElementTree.fromstring(str(drawing))


@pytest.mark.parametrize(
    ("low", "high", "marks", "middle"),
    [
        (1, 5, ["1", "2", "3", "4", "5"], 3),
        (0, 10, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], 5),
        (0, 100, ["0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100"], 50),
        (1, 7, ["1", "2", "3", "4", "5", "6", "7"], 4),
        (1, 2, ["1", "2"], 1.5),
    ],
)
def test_an_axis_of_scores_runs_from_the_lowest_to_the_highest_answer(low, high, marks, middle):
    axis = score_axis(low, high)
    assert [words for _, words in axis.marks] == marks
    assert (axis.part(low), axis.part(high), axis.reference) == (0, 100, middle)


def test_an_axis_of_change_is_even_about_no_change_and_holds_every_row():
    axis = change_axis([Reading(estimate=0.1, lower=-0.35, upper=0.2), Reading(word="hidden")])
    # 0.35 fits within three steps of 0.2, and two of them hold it
    assert [words for _, words in axis.marks] == ["−0.4", "−0.2", "no change", "+0.2", "+0.4"]
    assert axis.part(0) == 50
    assert change_axis([]).marks[1] == (0.0, "no change")


@given(st.floats(0, 1))
def test_an_axis_of_shares_holds_the_furthest(furthest):
    axis = share_axis(furthest)
    assert axis.low == 0 and axis.high >= furthest - 1e-9 and 2 <= len(axis.marks) <= 5


@given(st.lists(st.floats(1, 5), min_size=3, max_size=3).map(sorted), st.integers(0, 4))
def test_every_mark_of_a_profile_is_on_its_row(three, tiers):
    low, middle, high = three
    reading = Reading(estimate=middle, lower=low, upper=high)
    axis = score_axis(1, 5)
    drawn = parse(profile_row(reading, [(tier, reading) for tier in TIERS[:tiers]], axis, spoken="<a> & b"))
    assert drawn.get("aria-label") == "<a> & b"
    height = float(drawn.get("height"))
    for line in drawn.findall("line"):
        assert 0 <= float(line.get("x1").rstrip("%")) <= 100 and float(line.get("y2")) <= height
    placed = drawn.findall("svg")
    assert len(placed) == tiers
    for svg in placed:
        assert float(svg.get("x").rstrip("%")) == pytest.approx(axis.part(middle), abs=0.006)
        assert 4 < float(svg.get("y")) < height - 4


def test_each_tier_has_a_mark_of_its_own():
    axis = score_axis(1, 5)
    reading = Reading(estimate=3.0)
    drawn = parse(profile_row(reading, [(tier, reading) for tier in TIERS], axis, spoken=""))
    shapes = {ElementTree.tostring(svg[0]) for svg in drawn.findall("svg")}
    assert len(shapes) == len(TIERS)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=4))
def test_the_blocks_of_a_stack_make_a_whole(sizes):
    shares = [size / sum(sizes) for size in sizes]
    blocks = [Block(share=s, lower=s / 2, upper=min(1.0, 2 * s), fill="#000") for s in shares]
    drawn = parse(stack_row(blocks, spoken="shares"))
    rects = [(float(r.get("x").rstrip("%")), float(r.get("width").rstrip("%"))) for r in drawn.findall("rect")]
    assert sum(width for _, width in rects) == pytest.approx(100, abs=0.03)
    for (start, width), (following, _) in pairwise(rects):
        assert following == pytest.approx(start + width, abs=0.03)
    assert all(float(line.get("x2").rstrip("%")) <= 100 for line in drawn.findall("line"))


def test_a_small_strip_is_filled_when_it_lies_apart_and_kept_on_its_ground():
    axis = Axis(low=2, high=4, marks=(), reference=3)
    apart, near = parse(small_strip(3.1, 3.3, axis)), parse(small_strip(2.9, 3.1, axis))
    assert (apart.find("rect").get("fill"), near.find("rect").get("fill")) == ("var(--level)", "#fff")
    assert (apart.find("rect").get("x"), apart.find("rect").get("width")) == ("55%", "10%")
    beyond = parse(small_strip(3.5, 9.0, axis)).find("rect")
    assert float(beyond.get("x").rstrip("%")) + float(beyond.get("width").rstrip("%")) == 100


def test_a_matrix_names_its_rows_and_groups_and_scrolls_by_itself():
    group = Group(name="<NHS>", rows=((tag("span", "A & B"), (tag("td", "1"), tag("td", "2"))),))
    columns = [tag("th", name, scope="col") for name in ("one", "two")]
    region = read(matrix("What it is", "Body", columns, [group], kind="k")).children[0]
    assert (region.attrs["class"], region.attrs["tabindex"], region.attrs["aria-label"]) == (
        "scroll",
        "0",
        "What it is",
    )
    (table,) = region.all("table")
    assert "as-ordered" in table.attrs["class"]
    assert table.all("th", scope="rowgroup")[0].attrs["colspan"] == "3"
    assert [cell.text for cell in table.all("tr")[2].children] == ["A & B", "1", "2"]
