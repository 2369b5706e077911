"""The section on travel: rings as large as their people, boundaries that stop named, hidden values called so."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.measures.findings import Finding
from leaderful.report.figures.travel_rings import Ring, travel_rings
from leaderful.report.sections.travel import travel_section
from leaderful.report.signals import signals
from leaderful.report.signals_travel import LOOKS
from page_reader import read
from tied_findings import material, page_of, without_value

WAVE = "2025-09-01/2026-03-27"
DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28)


def finding(measure, kind, unit, estimate, **detail):
    ends = detail.pop("ends", (estimate * 0.9, estimate * 1.1))
    about = {"days": 28, "windows": 7, "sources": 400, "waiting": 7}
    return Finding(
        measure=f"travel.{measure}",
        construct="conversational_travel",
        level="micro",
        unit_kind=kind,
        unit=unit,
        wave=WAVE,
        estimate=estimate,
        lower=ends[0],
        upper=ends[1],
        n=detail.pop("n", 400),
        method="m",
        detail=about | detail,
    )


def whole(*, chance=1.0):
    """Findings of the system; chance brings so many times what is reached."""
    curve = [
        finding(
            "curve",
            "system",
            "XX1",
            0.25 * day * day,
            days=day,
            expected=0.25 * day * day * chance,
            null_lower=0.25 * day * day * chance * 0.95,
            null_upper=0.25 * day * day * chance * 1.05,
        )
        for day in DAYS
    ]
    against = {"observed": 0.5, "expected": 0.5, "null_lower": 0.45, "null_upper": 0.55, "p": 0.6, "draws": 49}
    return [
        finding("record", "system", "XX1", 25161.0, left_out=3, unknown=1),
        finding("seen", "system", "XX1", 0.99, count=396),
        finding("reach", "system", "XX1", 0.49),
        *curve,
        *(
            finding("against_chance", "system", "XX1", 1.0, part=part, **against)
            for part in ("time-shuffle", "partner-shuffle", "interval-shuffle")
        ),
        *(finding("outside", "system", "XX1", 0.6, by=by, even=0.9) for by in ("body", "tier", "sector")),
        finding("carriers", "system", "XX1", 0.5, top=20),
        finding("carried", "tier", "board", 0.3, of_people=0.1),
        finding("carried", "body", "A", 0.3, of_people=0.4),
    ]


def pair(unit, share, *, chance=0.2, stops=False):
    null = {"expected": chance, "null_lower": chance * 0.8, "null_upper": chance * 1.2, "p": 0.01, "p_joint": 0.008}
    ratio = {"ratio": share / chance, "ratio_lower": share / chance / 1.2, "ratio_upper": share / chance / 0.8}
    both = finding("crossing", "pair", unit, share, direction="both", round=0.3, stops=stops, **null, **ratio)
    ways = [finding("crossing", "pair", unit, share, direction=way, round=0.3) for way in ("forth", "back")]
    return [both, *ways]


def section(findings):
    own = material(findings)
    return page_of(own, travel_section(own))


def title(root, figure):
    return root.under(figure).all("h3")[0].text


def radii(svg):
    """Radii of the discs, the first day innermost, and of the dashed circle."""
    circles = svg.all("circle")
    discs = sorted(float(c.attrs["r"]) for c in circles if "fill-opacity" in c.attrs)
    (dashed,) = [float(c.attrs["r"]) for c in circles if "stroke-dasharray" in c.attrs]
    return discs, dashed


# The rings


@given(
    people=st.lists(st.floats(0.0, 5000.0), min_size=2, max_size=9).map(sorted),
    chance=st.floats(0.1, 3.0),
)
def test_the_area_of_a_disc_is_its_people_and_all_stay_on_the_sheet(people, chance):
    rings = [Ring(people=p, lower=p * 0.8, upper=p * 1.2, expected=p * chance, words=f"{p}") for p in people]
    (svg,) = read(str(travel_rings(rings, label="rings"))).all("svg")
    discs, dashed = radii(svg)
    if people[-1] > 1:
        unit = discs[-1] ** 2 / people[-1]
        assert [r * r for r in discs] == pytest.approx([p * unit for p in people], rel=0.02, abs=0.5)
        assert dashed == pytest.approx(math.sqrt(people[-1] * chance * unit), abs=0.02)
    width, height = map(float, svg.attrs["viewbox"].split()[2:])
    for circle in svg.all("circle"):
        x, y, r = (float(circle.attrs[name]) for name in ("cx", "cy", "r"))
        assert r <= x and x + r <= width and r <= y + 0.01 and y + r <= height
    heights = [float(t.attrs["y"]) for t in svg.all("text")][::2]
    assert all(high - low >= 39.9 for high, low in pairwise(heights) if high > low)


def test_the_rings_are_read_out_with_their_chance():
    (svg,) = [s for s in section(whole()).under("travel-rings").all("svg") if s.attrs.get("role") == "img"]
    assert "1 week, 12 people" in svg.attrs["aria-label"] and "4 weeks, 196 people" in svg.attrs["aria-label"]
    assert "By chance, by 4 weeks: 186 to 206 people" in svg.attrs["aria-label"]


@pytest.mark.parametrize(
    ("chance", "said"),
    [(1.0, "about what chance"), (0.5, "more than chance"), (2.0, "less than chance")],
)
def test_the_title_of_the_rings_says_how_it_stands_to_chance(chance, said):
    root = section(whole(chance=chance))
    assert title(root, "travel-rings").startswith("Within four weeks a conversation could have reached 196 of 399")
    assert said in title(root, "travel-rings")


# Where conversations stop


def test_a_boundary_where_conversations_stop_is_named_wherever_it_is_told():
    findings = [*whole(), *pair("A|B", 0.004, stops=True), *pair("A|C", 0.21)]
    root = section(findings)
    first = root.under("travel-boundaries").having("cells-row")[0]
    assert first.text.startswith("Alpha Council and Zeta Trust") and "Stops here." in first.text
    (signal,) = [s for look in LOOKS for s in look(material(findings))]
    assert signal.text == (
        "Conversations stop between Alpha Council and Zeta Trust: only 2\u00a0% as many as by chance could get across "
        "directly."
    )
    assert signal in signals(material(findings)) and signal.text == f"{title(root, 'travel-boundaries')}."
    nothing = [s for look in LOOKS for s in look(material([*whole(), *pair("A|B", 0.0, stops=True)]))]
    assert nothing[0].text.endswith("hardly any could get across directly.")


def test_where_nothing_stops_nothing_stands_out():
    findings = [*whole(), *pair("A|B", 0.15), *pair("A|C", 0.21)]
    root = section(findings)
    assert title(root, "travel-boundaries") == "Between no partners that can be shown do conversations surely stop"
    assert not [s for look in LOOKS for s in look(material(findings))]
    assert "Stops here." not in root.under("travel-boundaries").having("cells")[0].text


def test_a_hidden_pair_is_said_to_be_hidden_and_never_to_stop():
    stop = [without_value(f, "suppressed") for f in pair("A|B", 0.0, stops=True)]
    asked = [f.detail["direction"] for f in stop]
    assert asked == ["both", "forth", "back"]
    root = section([*whole(), *stop, *pair("A|C", 0.21)])
    row = root.under("travel-boundaries").having("cells-row")[0]
    assert row.having("hidden-value") and "Stops" not in row.text
    assert "1 pair is not shown" in root.under("travel-boundaries").text


def test_pairs_that_stop_come_first_and_most_others_are_folded_away_by_name():
    units = [f"{a}|{b}" for a in "ABCD" for b in "ABCD" if a < b]
    many = [f for k, unit in enumerate(units * 2) for f in pair(unit if k < 6 else f"{unit[0]}|X{k}", 0.2)]
    root = section([*whole(), *many, *pair("C|D", 0.0, stops=True)])
    folded, shown = root.under("travel-boundaries").having("cells")  # what lies deeper is listed first
    names = [row.having("q")[0].text for row in shown.having("cells-row")]
    assert (len(names), len(folded.having("cells-row"))) == (8, 5)
    assert names[0] == "Beta Trust and Good Neighbours" and "Stops here." in shown.having("cells-row")[0].text
    rest = [*names[1:], *(row.having("q")[0].text for row in folded.having("cells-row"))]
    assert rest == sorted(rest, key=str.casefold)


def test_no_table_of_bodies_can_be_sorted_into_a_ranking():
    root = section([*whole(), *pair("A|B", 0.1)])
    for figure in ("travel-boundaries", "travel-carriers"):
        assert all("as-ordered" in table.attrs["class"] for table in root.under(figure).all("table"))


# The section


def test_without_a_record_the_section_is_left_out():
    assert travel_section(material([])) is None


def test_the_lead_says_what_the_record_holds_and_what_was_left_out():
    text = section(whole()).under("travel").text
    assert "25,161 meetings, calls and messages, 1 September 2025 to 27 March 2026" in text
    assert "99.0\u00a0% are in it at least once" in text
    assert "3 interactions could not be used" in text and "1 participant is not in it" in text
    assert "Nobody read what was said" in text


def test_outside_is_set_against_even_mixing():
    root = section(whole())
    assert title(root, "travel-outside").startswith("60\u00a0% of those reached are outside the sender's own organis")
    assert "less than the 90\u00a0% that even mixing would give" in title(root, "travel-outside")


@pytest.mark.parametrize("status", ["suppressed", "insufficient", "undefined"])
def test_the_travel_section_stands_whatever_cannot_be_shown(status):
    every = [*whole(), *pair("A|B", 0.0, stops=True)]

    def blank(one):
        kept = {key: one.detail[key] for key in ("days", "by", "part", "direction") if key in one.detail}
        return replace(without_value(one, status), detail=kept if status == "suppressed" else one.detail)

    for measure in sorted({f.measure for f in every}):
        section([blank(f) if f.measure == measure else f for f in every])
    root = section([blank(f) for f in every])
    assert not root.under("travel").having("wide-only")
    assert "Conversations stop" not in root.under("travel").text


def test_a_record_that_is_too_short_says_so():
    short = [
        *whole()[:2],
        without_value(whole()[2], "insufficient", "the record is shorter than the 28 days for which"),
    ]
    root = section(short)
    assert "Conversations cannot be followed: the record is shorter than the 28 days" in root.under("travel").text
    assert not root.under("travel").all("figure")
