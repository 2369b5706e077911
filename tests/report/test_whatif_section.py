"""The section on simulated scenarios: said to be simulated, and no surer than its pairs of runs."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from answered_findings import everything, material, page_of, rows, title
from laboratory_findings import courses, effect, effects, propositions, seeded, what_if, whole_page
from leaderful.report.figures.twin_course import LARGE, SMALL, Happening, Line, Twins, twin_course
from leaderful.report.sections.own_evidence import sort_constructs
from leaderful.report.sections.whatif import whatif_section
from leaderful.report.sections.whatif_words import point_axis, size, verdict
from page_reader import read

CRISIS, LICENCE = "crisis", "distributed-licence"


def page(findings):
    own = material(findings)
    return page_of(own, whatif_section(own))


def test_the_section_says_first_that_its_people_are_simulated():
    section = page(what_if()).under("what-if")
    assert section.all("h2")[0].text == "What if: simulated, not a forecast"
    (note,) = section.having("simulated-note")
    assert note.text.startswith("Simulated people. Nobody real did, said or felt")
    assert "not a forecast" in note.text
    marks = [mark.text for mark in section.having("simulated-mark")]
    assert marks == ["Simulated"] * len(section.all("figure"))
    assert "simulated" in (section.attrs["class"] or "").split()


def test_only_what_is_simulated_stands_in_the_frame():
    root = whole_page(what_if())
    assert [section.attrs["id"] for section in root.all("section", class_="simulated")] == ["what-if"]
    (entry,) = [link for link in root.all("a") if link.attrs.get("href") == "#what-if"]
    assert entry.text == "What if (simulated)"


def test_without_scenarios_there_is_no_section():
    assert whatif_section(material(everything())) is None
    assert not whole_page([]).all("section", id="what-if")


@pytest.mark.parametrize(
    ("lower", "estimate", "upper", "holds", "said"),
    [
        (0.02, 0.03, 0.04, 1.0, "higher"),
        (-0.04, -0.03, -0.02, 1.0, "lower"),
        (-0.005, 0.03, 0.05, 0.93, "probably higher"),
        (-0.05, -0.03, 0.005, 0.93, "probably lower"),
        (-0.02, 0.01, 0.05, 0.7, "cannot tell apart"),
        (0.002, 0.004, 0.006, 1.0, "hardly differs"),
        (None, 0.03, None, 1.0, "cannot tell apart"),
        (0.0, 0.0, 0.0, 0.0, "no difference"),
        (None, 0.0, None, 0.0, "cannot tell apart"),
    ],
)
def test_words_are_no_surer_than_the_pairs_of_runs(lower, estimate, upper, holds, said):
    found = effect(LICENCE, "share_taken", estimate, holds=holds)
    assert verdict(replace(found, lower=lower, upper=upper)) == said


def test_large_parts_of_a_count_are_told_without_decimals():
    reach = effect(LICENCE, "heard", 37.2, half=10.0, baseline=60.0, unit="people who hear a conversation")
    assert size(reach) == "+62 per cent (45\xa0to\xa079)"


def test_what_is_simulated_is_no_evidence_on_an_idea():
    tested = [replace(found, construct="role_understanding") for found in [*what_if(), *propositions()]]
    with_, without = (sort_constructs(material(found)) for found in (tested, []))
    assert with_ == without


def test_shares_are_told_in_points_and_counts_in_per_cent():
    assert size(effect(LICENCE, "trust", 0.042)) == "+4.2 points (3.2\xa0to\xa05.2)"
    ties = effect(LICENCE, "ties", -0.6, half=0.3, baseline=12.0, unit="ties per person")
    assert size(ties) == "−5.0 per cent (−7.5\xa0to\xa0−2.5)"
    assert verdict(ties) == "lower"


@pytest.mark.parametrize(
    ("end", "peak", "said"),
    [
        (0.042, 0.05, "the share of moments taken ends higher, +4.2 points (3.2 to 5.2)"),
        (
            0.005,
            0.09,
            "the share of moments taken is first higher, +9.0 points (8.0 to 10.0) around week 12, and cannot be told "
            "apart in the end",
        ),
        (0.005, 0.008, "the share of moments taken cannot be told apart in the end"),
    ],
)
def test_the_title_says_what_was_changed_and_how_sure(end, peak, said):
    root = page([effect(CRISIS, "share_taken", end), effect(CRISIS, "share_taken", peak, term="peak")])
    assert title(root, "what-if-1").replace("\xa0", " ") == f"A crisis strikes and passes: {said}"


def test_the_first_figure_counts_what_is_sure():
    assert title(page(what_if()), "what-if-overview") == (
        "The share of moments taken ends higher in 1 and lower in 1 of 3 scenarios; in 1 there is no sure difference"
    )
    quiet = page([*effects(LICENCE, 0.0), *effects(CRISIS, 0.001)])
    assert title(quiet, "what-if-overview") == (
        "In none of 2 scenarios does the share of moments taken surely end higher or lower"
    )
    both = page([*effects(LICENCE, 0.04), *effects(CRISIS, 0.05)])
    assert title(both, "what-if-overview") == "The share of moments taken ends higher in both scenarios"


def test_other_courses_are_folded_into_their_scenario():
    cards = page(what_if()).under("what-if-1").having("card")
    assert [card.all("h4")[0].text for card in cards] == ["Trust across bodies"]
    assert not page(what_if()).under("what-if-3").having("card")


def test_one_scenario_needs_no_overview_and_many_are_folded():
    one = page(effects(CRISIS, 0.03))
    assert not [e for e in one.everything() if e.attrs.get("id") == "what-if-overview"]
    (all_of_it,) = [e for e in one.all("details") if "All that is different" in e.text]
    assert "open" in all_of_it.attrs
    folded = [e for e in page(what_if()).all("details") if "All that is different" in e.text]
    assert len(folded) == 3 and not any("open" in e.attrs for e in folded)
    many = [replace(f, unit=f"{f.unit}-{k}") for k in range(4) for f in effects(CRISIS, 0.03)]
    assert page(many).under("what-if-4").tag == "details"
    assert page(what_if()).under("what-if-3").tag == "figure"


def test_the_table_holds_every_difference_at_every_time():
    root = page([*effects(CRISIS, 0.004, first=0.09)])
    table = rows(root, "All that was followed: A crisis strikes and passes")
    assert len(table) == 10
    assert table[0] == [
        "Share of moments taken", "50\xa0%", "+0.4", "−0.6 to 1.4", "22 of 32", "cannot tell apart",
        "+0.4 (−0.6 to 1.4)", "+9.0 (8.0 to 10.0), week 12",
    ]  # fmt: skip
    (ties,) = [row for row in table if row[0] == "Number of ties per person"]
    assert ties[1:4] == ["12.0", "+0.4\xa0%", "−2.1 to 2.9\xa0%"]
    assert ties[6:] == ["the runs are too short"] * 2


def test_the_overview_as_a_table():
    table = rows(page(what_if()), "Scenarios against the baseline")
    assert len(table) == 9
    assert table[0][:4] == ["Every tier is free to lead", "Share of moments taken", "50\xa0%", "+4.2"]


def test_what_never_happened_and_what_ran_too_seldom_is_said():
    nothing = replace(
        effect(CRISIS, "trust", 0.0), estimate=None, lower=None, upper=None, status="undefined", reason="nothing"
    )
    seldom = replace(effect(CRISIS, "share_taken", 0.05), lower=None, upper=None, n=4)
    root = page([seldom, nothing])
    table = rows(root, "All that was followed: A crisis strikes and passes")
    assert table[0][:6] == [
        "Share of moments taken", "50\xa0%", "+5.0", "no interval", "4 of 4", "cannot tell apart"
    ]  # fmt: skip
    assert table[1][1:6] == ["cannot be worked out"] * 5


def test_whether_it_could_tip_is_told_run_by_run():
    text = page(effects(LICENCE, 0.04)).under("what-if-1").text
    assert (
        "Could it tip? Across bodies trust has two levels at which it can stay, in 5 of 32 runs (near the lower in 3) "
        "without the scenario, and in 4 of 32 runs (near the lower in 1) with it. Where there are two, a push could "
        "move trust for good. In 2 pairs of runs the scenario moved it from one to the other."
    ) in text
    one = {"regime_baseline": {"across": {"one": 32}}, "regime_scenario": {"across": {"one": 32}}}
    text = page([effect(LICENCE, "share_taken", 0.04, **one)]).under("what-if-1").text
    assert "In every run there is one level to which trust returns" in text


def test_what_was_assumed_is_listed():
    folded = page(what_if()).under("what-if-seeded")
    assert folded.tag == "details"
    assert "7,000 people of Testshire were made up: from what, and what is assumed" in folded.text
    assert "A team has eight people." in folded.text
    assert rows(page(what_if()), "What was simulated") == [["Testshire", "7,000", "61", "42,000", "12.0"]]


def test_every_drawing_is_spoken_and_both_sheets_are_there():
    root = page(what_if())
    figure = root.under("what-if-2")
    drawn = [svg for svg in figure.all("svg") if svg.attrs.get("role") == "img"]
    assert drawn
    assert all(svg.attrs.get("aria-label") for svg in drawn)
    assert {"wide-only", "narrow-only"} <= {e.attrs.get("class") for e in figure.everything()}
    assert "crisis" in [text.text for text in figure.all("text")]


def twins(last=156, *, happenings=(), high=0.6):
    weeks = tuple(float(w) for w in range(0, last + 1, 4))
    flat = tuple(50.0 for _ in weeks)

    def line(middle, half):
        low, high = (tuple(value + end for value in middle) for end in (-half, half))
        return Line(weeks=weeks, middle=middle, low=low, high=high)

    up = tuple(50.0 + high * w / last for w in weeks)
    apart = tuple(high * w / last for w in weeks)
    return Twins(
        baseline=line(flat, 2.0),
        scenario=line(up, 2.0),
        apart=line(apart, 0.2),
        hardly=0.0,
        happenings=happenings,
        weeks=last,
        unit=" %",
        spoken="spoken",
    )


def path(svg, kind, which):
    (found,) = [p for p in svg.all("path") if p.attrs["class"] == f"{kind} {which}"]
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", found.attrs["d"].rstrip("z")) if pair]


def test_the_course_lies_where_its_values_are():
    (svg,) = read(str(twin_course(replace(twins(), apart=None), LARGE))).all("svg")
    base, scenario = path(svg, "line", "base"), path(svg, "line", "with")
    assert len({y for _, y in base}) == 1
    assert scenario[0] == base[0]
    assert scenario[-1][1] < base[-1][1]
    marks = {t.text: float(t.attrs["y"]) - 4 for t in svg.all("text") if t.text.endswith("%")}
    assert marks["50 %"] == pytest.approx(base[0][1], abs=0.01)
    half = path(svg, "band", "base")
    assert half[0][1] < base[0][1] < half[-1][1]


@pytest.mark.parametrize("sheet", [LARGE, SMALL])
@pytest.mark.parametrize("last", [26, 104, 156, 520])
def test_words_stay_on_the_sheet_and_apart(sheet, last):
    long = "the largest trust of the area stops meeting anybody at all for as long as it takes"
    happenings = (Happening(week=2, until=None, words=long), Happening(week=last - 2, until=last, words=long))
    (svg,) = read(str(twin_course(twins(last, happenings=happenings), sheet))).all("svg")
    foot = []
    for text in svg.all("text"):
        wide = 0.5 * float(text.attrs["font-size"]) * len(text.text)
        at = float(text.attrs["x"])
        start = {"end": at - wide, "middle": at - wide / 2}.get(text.attrs.get("text-anchor"), at)
        assert start > -4, text.text
        assert start + wide < sheet.width + 4, text.text
        if text.text.startswith(("start", "week")) or "year" in text.text:
            foot.append((start, start + wide))
    assert len(foot) >= 2
    assert all(one[1] < two[0] for one, two in pairwise(foot))


def test_a_difference_that_nobody_would_notice_is_drawn_small():
    wide = replace(twins(high=0.1), hardly=1.0)
    (svg,) = read(str(twin_course(wide, LARGE))).all("svg")
    marks = {t.text: float(t.attrs["y"]) for t in svg.all("text")}
    scenario = [p for p in svg.all("path") if p.attrs["class"] == "line with"][1]
    ys = [float(pair.split()[1]) for pair in re.split("[ML]", scenario.attrs["d"]) if pair]
    assert {"+1", "−1"} <= set(marks)
    assert max(ys) - min(ys) < 0.11 * (marks["−1"] - marks["0"])


def test_a_course_of_nought_and_a_single_week_can_be_drawn():
    flat = replace(twins(4, high=0.0), happenings=())
    assert "nan" not in str(twin_course(flat, SMALL))
    one = Line(weeks=(0.0,), middle=(0.0,), low=(0.0,), high=(0.0,))
    lines = {"baseline": one, "scenario": one, "apart": one}
    single = Twins(**lines, hardly=0.0, happenings=(), weeks=1, unit="", spoken="s")
    assert "nan" not in str(twin_course(single, LARGE))


def test_the_axis_holds_every_interval():
    axis = point_axis([effect(LICENCE, "trust", 0.9, half=0.08), effect(LICENCE, "trust", -0.001)])
    assert axis.low == -axis.high
    assert axis.high >= 98
    small = point_axis([effect(LICENCE, "trust", 0.001, half=0.001)])
    assert [words for _, words in small.marks] == ["−1.0", "−0.5", "0.0", "+0.5", "+1.0"]


def test_courses_alone_tell_nothing():
    assert whatif_section(material([*courses(CRISIS, 0.01), seeded()])) is None
