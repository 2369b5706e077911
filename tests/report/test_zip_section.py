"""The zip: teeth are as long as engagement, and the slider sits where the finding says it stops."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.measures.zip_ranges import CLOSED_FROM
from leaderful.measures.zip_teeth import TIERS as MEASURED
from leaderful.report.figures.zip_teeth import LARGE, SMALL, Tooth, zip_drawing
from leaderful.report.sections.zip import zip_section
from leaderful.report.sections.zip_pairs import AT_ONCE, MOST_DRAWN, choose, zips_of_pairs
from leaderful.report.sections.zip_words import HOLDS_FROM, TIERS, tooth_share
from page_reader import read
from tied_findings import material, page_of, without_value, zip_of, zip_of_system

BAR = re.compile(r"M(-?[\d.]+) (-?[\d.]+)h(-?[\d.]+)a([\d.]+) ([\d.]+) 0 0 ([01]) 0 (-?[\d.]+)h(-?[\d.]+)z")
SHARES = st.floats(0.01, 1.0)


def zips(findings):
    own = material(findings)
    return page_of(own, zip_section(own))


def title(root, figure):
    return root.under(figure).all("h3")[0].text


def lengths(drawing, kind):
    """Length of each bar of a kind and whether it points to the right, tier by tier."""
    paths = [p for p in drawing.all("path") if p.attrs["class"] in kind]
    return [
        [
            (abs(float(h)) + float(r), float(h) > 0 or sweep == "1")
            for _, _, h, r, _, sweep, *_ in BAR.findall(p.attrs["d"])
        ]
        for p in paths
    ]


def drawn(teeth, *, reached=None, cut=SMALL):
    (svg,) = read(str(zip_drawing(teeth, reached=reached, cut=cut, label="a zip", holds=0.3))).all("svg")
    return svg


def test_the_tiers_and_the_share_that_holds_are_those_of_the_measure():
    assert HOLDS_FROM == CLOSED_FROM
    assert tuple(tier for tier, _ in TIERS) == MEASURED


# The drawing


@given(left=SHARES, right=SHARES, cut=st.sampled_from([SMALL, LARGE]))
def test_a_tooth_is_filled_as_far_as_its_end_is_engaged(left, right, cut):
    svg = drawn([Tooth(name="Board", left=left, right=right, lower=0.0, upper=1.0)], cut=cut)
    (outlines,) = lengths(svg, ["tooth"])
    (fills,) = lengths(svg, ["fill", "fill weak"])
    assert len(outlines) == len(fills) == 2 * cut.pairs
    assert [length for length, _ in outlines] == pytest.approx([cut.length] * len(outlines), abs=0.02)
    for length, from_left in fills:
        assert length == pytest.approx(cut.length * (left if from_left else right), abs=0.03)
    assert sum(from_left for _, from_left in fills) == cut.pairs


@given(left=SHARES, right=SHARES)
def test_a_tooth_is_pale_unless_both_ends_hold(left, right):
    kinds = {p.attrs["class"] for p in drawn([Tooth(name="Board", left=left, right=right)]).all("path")}
    assert ("fill weak" in kinds) == (min(left, right) < 0.3)


@pytest.mark.parametrize(("left", "right", "side"), [(0.5, 0.8, -1), (0.8, 0.5, 1)])
def test_the_interval_is_drawn_on_the_less_engaged_end(left, right, side):
    svg = drawn([Tooth(name="Board", left=left, right=right, lower=0.4, upper=0.6)])
    (whisker,) = [p for p in svg.all("path") if p.attrs["class"] == "whisker"]
    start, end = map(float, re.match(r"M([\d.]+) [\d.]+H([\d.]+)", whisker.attrs["d"]).groups())
    tape = SMALL.middle + side * (SMALL.length - SMALL.overlap)
    assert start == pytest.approx(tape - side * 0.4 * SMALL.length, abs=0.02)
    assert end == pytest.approx(tape - side * 0.6 * SMALL.length, abs=0.02)


def test_a_hidden_tooth_is_hatched_and_nobodys_is_an_outline():
    svg = drawn([Tooth(name="Board", hidden=True, words="hidden"), Tooth(name="Executive", words="nobody to ask")])
    assert [p.attrs["class"] for p in svg.all("path") if "tooth" in p.attrs["class"]] == [
        "tooth hidden-tooth",
        "tooth no-tooth",
    ]
    assert not lengths(svg, ["fill", "fill weak"])


FOUR = [Tooth(name=name, left=0.5, right=0.5, lower=0.4, upper=0.6) for _, name in TIERS]


@pytest.mark.parametrize("reached", range(5))
def test_tapes_lie_together_above_the_slider_and_part_below(reached):
    svg = drawn(FOUR, reached=reached)
    closed = SMALL.middle - (SMALL.length - SMALL.overlap)
    feet = [
        [float(x) for x, _, _, _, _, sweep, *_ in BAR.findall(p.attrs["d"]) if sweep == "1"]
        for p in svg.all("path")
        if p.attrs["class"] == "tooth"
    ]
    for tier, left in enumerate(feet):
        together = [x == pytest.approx(closed, abs=0.01) for x in left]
        assert all(together) if tier < reached else not any(together)
    (pull,) = [r for r in svg.all("rect") if r.attrs["class"] == "pull"]
    rows = [float(BAR.search(p.attrs["d"]).group(2)) for p in svg.all("path") if p.attrs["class"] == "tooth"]
    assert sum(float(pull.attrs["y"]) > y for y in rows) == reached
    assert float(pull.attrs["y"]) + float(pull.attrs["height"]) <= float(svg.attrs["viewbox"].split()[3])


def test_without_a_depth_no_slider_is_drawn_and_the_tapes_lie_together():
    svg = drawn(FOUR)
    assert not svg.all("rect")
    (edge, _) = [p for p in svg.all("path") if p.attrs["class"] == "cord"]
    assert len({x for x, _ in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", edge.attrs["d"])}) == 1


@given(reached=st.none() | st.integers(0, 4), cut=st.sampled_from([SMALL, LARGE]))
def test_nothing_is_drawn_off_the_sheet_or_over_the_words(reached, cut):
    svg = drawn(FOUR, reached=reached, cut=cut)
    for path in svg.all("path"):
        if path.attrs["class"] != "tape":
            continue
        xs = [float(x) for x, _ in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.attrs["d"])]
        # a word of twelve letters is about seven times as wide as its letters are high
        assert 7 * cut.font <= min(xs) and max(xs) <= cut.width


# The section


def test_without_partners_the_section_is_left_out():
    assert zip_section(material([])) is None


def test_the_title_says_where_the_systems_zip_is_closed_further():
    teeth = (0.5, 0.4, 0.35, 0.3)
    told = {heavy: title(zips(zip_of_system(teeth, heavy)), "system-zip") for heavy in (0.0, 0.2, -0.2)}
    assert told[0.0].endswith(
        "about as far at the top as at the bottom: 50\u00a0% at the board, 30\u00a0% among practitioners"
    )
    assert "further at the top" in told[0.2] and "further at the bottom" in told[-0.2]


@pytest.mark.parametrize(
    ("teeth", "said"),
    [
        ((0.5, 0.4, 0.35, 0.3), "It holds at every tier."),
        ((0.5, 0.4, 0.29, 0.5), "It holds from the board down to executives, and stops there."),
        ((0.3, 0.2, 0.9, 0.9), "It holds at the board and stops there."),
        ((0.2, 0.9, 0.9, 0.9), "It is open from the top."),
    ],
)
def test_the_systems_slider_stops_above_the_first_tooth_that_does_not_hold(teeth, said):
    figure = zips(zip_of_system(teeth)).under("system-zip")
    assert said in figure.text
    assert all(said in svg.attrs["aria-label"] for svg in figure.having("zip") if svg.attrs.get("role") == "img")


def test_a_hidden_tooth_of_the_system_leaves_open_where_it_stops():
    found = [
        without_value(f, "suppressed") if f.detail.get("tier") == "executive" else f for f in zip_of_system((0.5,) * 4)
    ]
    figure = zips(found).under("system-zip")
    assert "Where it stops cannot be shown" in figure.text and not [
        r for r in figure.all("rect") if "pull" in str(r.attrs)
    ]


def test_a_pair_closed_at_the_top_only_is_the_title_and_the_first_card():
    findings = [*zip_of("A|B", (0.6, 0.5, 0.5, 0.5)), *zip_of("B|C", (0.8, 0.4, 0.1, 0.0), only_at_top=True)]
    root = zips(findings)
    assert title(root, "zips") == "Between Alpha Council and Beta Trust the zip is closed at the top only"
    assert "Closed at the top only." in root.under("zips").having("zip-card")[0].text
    assert (
        "Between Alpha Council and Beta Trust the zip is closed at the top only: 80\u00a0% of board"
        in root.under("zip").text
    )


def test_the_left_tape_is_the_body_that_is_named_first():
    # of A|B the first end, A (Zeta Trust), is engaged by a tenth more; Alpha Council is named first
    (card,) = zips(zip_of("A|B", (0.4, 0.4, 0.4, 0.4))).under("zips").having("zip-card")
    assert card.all("h4")[0].text == "Alpha CouncilZeta Trust"
    for fills in lengths(card.having("zip")[0], ["fill"]):
        assert {(round(length / SMALL.length, 2), from_left) for length, from_left in fills} == {
            (0.4, True),
            (0.5, False),
        }


def test_hidden_teeth_hide_where_the_zip_stops_and_keep_their_place():
    (card,) = zips(zip_of("A|B", (0.5, None, 0.4, 0.4))).under("zips").having("zip-card")
    assert "Where it stops cannot be shown." in card.text
    kinds = [p.attrs["class"] for p in card.having("zip")[0].all("path")]
    assert [kind for kind in kinds if kind.startswith("tooth")] == ["tooth", "tooth hidden-tooth", "tooth", "tooth"]
    assert card.having("hidden-value")


def test_the_table_holds_every_pair_with_the_engagement_of_both_ends():
    (table,) = (
        zips([*zip_of("A|B", (0.6, 0.5, 0.4, 0.2)), *zip_of("B|C", (0.5, None, 0.4, 0.4))]).under("zips").all("table")
    )
    rows = {tr.children[0].text: [cell.text for cell in tr.children[1:]] for tr in table.all("tbody")[0].all("tr")}
    assert list(rows) == ["Alpha Council and Beta Trust", "Alpha Council and Zeta Trust"]
    # B|A as A|B: Alpha Council is named first and engaged by 60 % of its 30, Zeta Trust by 70 % of its 20
    row = rows["Alpha Council and Zeta Trust"]
    assert row[0] == "60\u00a0% (50 to 70\u00a0%); 60\u00a0% of 30 and 70\u00a0% of 20"
    assert row[4:] == ["42\u00a0% (32 to 52\u00a0%)", "managers", "+40 (30 to 50)"]
    other = rows["Alpha Council and Beta Trust"]
    assert other[1] == "hidden" and other[4:] == ["hidden"] * 3


def test_a_declared_pair_with_a_silent_end_is_in_the_table_and_not_drawn():
    silent = without_value(zip_of("A|D", (0.5,) * 4)[4], "insufficient", "nobody at one end answered")
    root = zips([*zip_of("A|B", (0.5,) * 4), silent])
    assert len(root.under("zips").having("zip-card")) == 1
    assert "too few answers" in root.under("zips").all("table")[0].text


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)).filter(lambda p: p[0] < p[1]), unique=True, max_size=40),
    st.data(),
)
def test_pairs_that_are_drawn_are_few_and_leave_out_none_that_stands_out(pairs, data):
    findings, flagged = [], set()
    for a, b in pairs:
        unit, only = f"{a:02}|{b:02}", data.draw(st.booleans()) and len(flagged) < MOST_DRAWN
        flagged |= {unit} if only else set()
        findings += zip_of(unit, (0.8, 0.5, 0.4, 0.1), only_at_top=only)
    found = zips_of_pairs(material(findings))
    chosen = ["|".join(pair.bodies) for pair in choose(found)]
    assert len(chosen) == len(set(chosen)) == min(len(pairs), MOST_DRAWN)
    assert flagged == set(chosen[: len(flagged)])
    for part in (chosen[:AT_ONCE], chosen[AT_ONCE:]):
        rest = [unit for unit in part if unit not in flagged]
        assert part == [*sorted(set(part) & flagged), *sorted(rest)]


def test_the_zips_seen_at_once_show_many_bodies_and_the_others_are_folded_away():
    units = [f"{a:02}|{b:02}" for a in range(7) for b in range(a + 1, 7)]
    root = zips([f for unit in units for f in zip_of(unit, (0.5,) * 4)])
    rest, first = root.under("zips").having("zip-cards")  # what lies deeper is listed first
    assert (len(first.having("zip-card")), len(rest.having("zip-card"))) == (AT_ONCE, MOST_DRAWN - AT_ONCE)
    seen = {name.text for card in first.having("zip-card") for name in card.having("named")}
    assert len(seen) == 7
    assert next(s.text for s in root.under("zips").all("summary")) == "6 more zips"


def test_a_tooth_that_just_does_not_hold_is_not_rounded_to_one_that_does():
    assert [tooth_share(value) for value in (0.296, 0.2999, 0.3, 0.294)] == [
        "29.6\u00a0%",
        "29.9\u00a0%",
        "30\u00a0%",
        "29\u00a0%",
    ]


@pytest.mark.parametrize("status", ["suppressed", "insufficient", "undefined"])
def test_the_zip_section_stands_whatever_cannot_be_shown(status):
    every = [*zip_of("A|B", (0.5,) * 4), *zip_of_system((0.5,) * 4)]
    for measure in sorted({f.measure for f in every}):
        zips([without_value(f, status) if f.measure == measure else f for f in every])
    root = zips([without_value(f, status) for f in every])
    assert not root.under("zips").having("zip-card") and not root.under("zip").having("fill")[4:]


def test_other_rounds_are_left_out():
    before = [replace(f, wave="w1") for f in zip_of("B|C", (0.8, 0.1, 0.1, 0.0), only_at_top=True)]
    assert len(zips([*before, *zip_of("A|B", (0.5,) * 4)]).under("zips").having("zip-card")) == 1


def test_every_body_is_seen_where_twelve_pairs_allow_it():
    # by name alone the first twelve of these 21 pairs would be those of bodies 00 and 01
    units = [f"{a:02}|{b:02}" for a in range(7) for b in range(a + 1, 7)]
    found = zips_of_pairs(material([f for unit in units for f in zip_of(unit, (0.5,) * 4)]))
    chosen = choose(found)
    assert len(chosen) == MOST_DRAWN
    assert {body for pair in chosen for body in pair.bodies} == {f"{body:02}" for body in range(7)}
