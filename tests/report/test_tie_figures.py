"""Drawings of ties: names never cover each other, and what is drawn lies where it should."""

from __future__ import annotations

from itertools import pairwise
from textwrap import wrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.report.figures.cells import Range
from leaderful.report.figures.cog_wheels import gear
from leaderful.report.figures.shares import Part, split_bar
from leaderful.report.figures.tie_map import NARROW, WIDE, Seat, Tie, seated, tie_map
from leaderful.report.figures.trust_matrix import HIGHEST, LOWEST, STATES, matrix_legend, state_mark
from page_reader import read

WORDS = st.sampled_from(["NHS", "Integrated", "Care", "Board", "Northumberland,", "and", "of", "Partnership", "Trust"])
NAMES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
TABLES = st.sampled_from([WIDE, NARROW])


def seats(names):
    return [Seat(body=str(place), name=name, sector="nhs", spoken="no ties") for place, name in enumerate(names)]


@settings(max_examples=60)
@given(st.lists(NAMES, min_size=1, max_size=60), TABLES)
def test_names_around_the_table_never_cover_each_other_or_leave_the_sheet(names, table):
    around = seats(names)
    places, height = seated(around, table)
    assert len(set(places.values())) == len(names)
    for right in (False, True):
        side = sorted((places[s.body][1], s) for s in around if (places[s.body][0] >= table.width / 2) == right)
        edges = [
            (y - lines * table.line / 2, y + lines * table.line / 2)
            for y, s in side
            for lines in (len(wrap(s.name, table.letters)),)
        ]
        assert all(top >= 0 and bottom <= height for top, bottom in edges)
        assert all(above[1] < below[0] for above, below in pairwise(edges))
    for x, _ in places.values():
        assert table.width / 2 - table.half <= x <= table.width / 2 + table.half
        # what is left beside a seat holds a line of letters, each at most 0.62 of the letter size wide on average
        assert min(x, table.width - x) - table.radius - 7 >= 0.5 * table.letters * table.font


def test_a_body_sits_in_the_same_place_whatever_its_ties():
    around = seats(["One", "Two", "Three", "Four"])
    tie = Tie(a="0", b="2", state="confirmed", trust=3.0, reach=0.5)
    with_tie, without = (read(str(tie_map(around, ties, table=WIDE, label="m"))) for ties in ([tie], []))
    boxes = [[(t.attrs["x"], t.attrs["y"]) for t in one.all("text")] for one in (with_tie, without)]
    assert boxes[0] == boxes[1]


@given(st.floats(1, 4), st.floats(1, 4))
def test_more_trust_is_a_thicker_line(one, other):
    ties = [
        Tie(a="0", b="1", state="confirmed", trust=one, reach=None),
        Tie(a="0", b="2", state="confirmed", trust=other, reach=None),
    ]
    drawing = read(str(tie_map(seats(["A", "B", "C"]), ties, table=WIDE, label="m")))
    lines = [p for p in drawing.all("path") if "data-target" in p.attrs]
    width = {line.attrs["data-target"]: float(line.attrs["style"].split(":")[1]) for line in lines}
    assert (width["1"] - width["2"]) * (one - other) >= 0
    assert all(0.6 < w <= 4.01 for w in width.values())


def test_marks_of_states_differ_and_are_all_explained():
    assert len({str(state_mark(state)) for state in STATES}) == len(STATES)
    legend = read(str(matrix_legend())).text
    assert all(words in legend for words in STATES.values())
    assert f"{LOWEST:.0f} not at all" in legend and f"{HIGHEST:.0f} fully" in legend


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5))
def test_parts_of_a_whole_fill_the_bar_without_gap(weights):
    total = sum(weights)
    parts = [
        Part(name=f"p{k}", about="", share=weight / total, lower=None, upper=None, fill="#fff")
        for k, weight in enumerate(weights)
    ]
    rects = read(str(split_bar(parts))).having("split")[0].all("rect")
    places = [(float(r.attrs["x"][:-1]), float(r.attrs["width"][:-1])) for r in rects]
    assert places[0][0] == 0 and sum(places[-1]) == pytest.approx(100, abs=0.05)
    assert all(a + w == pytest.approx(b, abs=0.05) for (a, w), (b, _) in pairwise(places))


@given(st.floats(-5, 5))
def test_a_value_beyond_the_ends_is_drawn_at_the_end(value):
    place = float(Range(low=-1, high=3).at(value)[:-1])
    assert 2 <= place <= 98
    assert place == pytest.approx(2 + 96 * (min(max(value, -1), 3) + 1) / 4, abs=0.01)


@given(st.integers(5, 20), st.floats(5, 80))
def test_a_cog_is_round_and_has_as_many_teeth_as_it_should(teeth, radius):
    wheel = read(str(gear(0, 0, radius, teeth, "cog"))).all("path")[0].attrs["d"]
    points = [tuple(map(float, point.split())) for point in wheel[1:-1].split("L")]
    far = [(x * x + y * y) ** 0.5 for x, y in points]
    assert len(points) == 4 * teeth
    assert sum(distance == pytest.approx(radius, abs=0.02) for distance in far) == 2 * teeth
    assert max(far) <= radius + 0.02
