"""The section on the propositions: what contradicts a claim is said as plainly as what supports it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answered_findings import everything, hide, material, page_of, rows, title
from laboratory_findings import claim, propositions, whole_page
from leaderful.framework import framework
from leaderful.measures.findings import unframe
from leaderful.propositions.results import packaged
from leaderful.report.figures.verdicts import VERDICTS, effect_strip, share_strip, verdict_mark
from leaderful.report.sections.propositions import propositions_section
from leaderful.report.sections.propositions_rows import effect_words
from page_reader import read


def page(findings):
    own = material(findings)
    return page_of(own, propositions_section(own))


def packaged_findings():
    return unframe(packaged())


def sides(root, claim_):
    return [side.text for side in root.under(f"proposition-{claim_}").having("side")]


def test_all_thirteen_stand_in_order_with_both_verdicts():
    root = page(propositions())
    claims = root.having("claim")
    assert [one.attrs["id"] for one in claims] == [f"proposition-P{k}" for k in range(1, 14)]
    for one, entry in zip(claims, framework().propositions, strict=True):
        assert entry.definition in one.text
        assert entry.rests_on.sense in one.text
        assert len(one.having("side")) == 2
    field, laboratory = sides(root, "P8")
    assert "Contradicted" in field
    assert "The effect lies the other way" in field
    assert "+0.22 (0.12 to 0.32) points of shared purpose, n\xa0=\xa0240" in field
    assert "Supported" in laboratory
    assert "Holds with 90\xa0% (84 to 96\xa0%) of 240 sets of assumed rates" in laboratory


def test_the_title_counts_and_contradictions_are_named_first():
    root = page(propositions())
    assert title(root, "propositions-verdicts") == (
        "Of 13 claims: in the field 2 supported, 1 contradicted; in the laboratory 10 supported, 1 contradicted. The "
        "rest cannot be told"
    )
    assert (
        "In the field P8 (accountability) is contradicted and in the laboratory P10 (conflict) is contradicted."
        in root.under("propositions").text
    )


def test_no_contradiction_is_not_called_support():
    text = page([claim("field", "P1", "supported", 0.3)]).under("propositions").text
    assert "No claim is contradicted. That is not support" in text


def test_a_side_without_findings_is_said_to_be_untested():
    root = page([claim("laboratory", "P1", "supported", 0.9)])
    assert title(root, "propositions-verdicts").startswith("Of 13 claims: in the laboratory 1 supported")
    assert len(sides(root, "P1")) == 1
    assert "Not tested." in sides(root, "P2")[0]
    assert [table.all("caption")[0].text for table in root.all("table")] == ["The claims in the laboratory"]


def test_public_evidence_stands_between_them_where_it_can_speak():
    silent = [claim("england", f"P{k}", "cannot say", None) for k in range(1, 14)]
    assert len(sides(page([*propositions(), *silent]), "P12")) == 2
    speaks = [*silent[:11], claim("england", "P12", "contradicted", 0.2), silent[12]]
    root = page([*propositions(), *speaks])
    assert len(sides(root, "P12")) == 3
    assert "Across England" in sides(root, "P12")[1]
    assert "across England 0 supported, 1 contradicted" in title(root, "propositions-verdicts")
    assert "240 trusts in" in root.under("proposition-P12").text


def test_why_nothing_can_be_said_is_said():
    root = page(propositions())
    assert "Cannot say" in sides(root, "P2")[0]
    assert "The study has nothing in moments." in sides(root, "P2")[0]
    assert rows(root, "The claims in the field")[1] == [
        "P2 Distributed leadership", "cannot say", "", "", "", "", "the study has nothing in moments"
    ]  # fmt: skip
    unregistered = claim("field", "P2", "cannot say", None)
    del unregistered.detail["test"]
    assert "The study has nothing in moments." in page([unregistered]).under("proposition-P2").having("tested")[0].text


def test_a_hidden_effect_is_hidden():
    root = page([hide(claim("field", "P1", "supported", 0.3)), claim("field", "P2", "supported", 0.3)])
    text = sides(root, "P1")[0]
    assert "hidden" in text
    assert "0.3" not in text
    assert rows(root, "The claims in the field")[0][1:3] == ["hidden", "hidden"]


def test_how_each_was_tested_stands_beside_it():
    root = page(propositions())
    field, laboratory = [entry.text for entry in root.under("proposition-P1").having("tested")[0].all("dd")][1:]
    assert field.startswith("Score on shared purpose (SHP), by share of goals carried")
    assert "Smallest effect worth speaking of: 0.2 points of shared purpose. Registered on 23 November 2026." in field
    assert "p = 0.004, 0.031 allowing for the 4 that could be tested; 240 people in 12 groups." in field
    assert "Bodies differ in other ways too." in field
    assert "It could fail: Turnover may drown it." in laboratory
    assert "120 sets of assumed rates, 2 runs with each, on a small made-up system." in laboratory
    assert (
        "Median effect 0.031; nine in ten lie between 0.004 and 0.084. More below: in 80\xa0% of draws." in laboratory
    )
    caption = root.under("propositions-verdicts").text
    assert "In the field the verdicts allow for 4 claims being tested at once (Holm's correction)" in caption


def middle(svg):
    (dot,) = read(str(svg)).all("circle")
    return float(dot.attrs["cx"].rstrip("%"))


@pytest.mark.parametrize(("way", "estimate", "right"), [(1, 0.3, True), (-1, 0.3, False), (-1, -0.3, True)])
def test_right_of_the_line_is_the_way_that_was_claimed(way, estimate, right):
    root = page([claim("field", "P1", "supported", estimate, claim_direction=way)])
    (svg,) = [s for s in root.under("proposition-P1").all("svg") if s.attrs.get("role") == "img"]
    (dot,) = svg.all("circle")
    assert (float(dot.attrs["cx"].rstrip("%")) > 50) is right


def test_strips_lie_where_their_values_are():
    assert middle(effect_strip(0.0, -0.1, 0.1, smallest=0.05, spoken="s")) == 50
    assert middle(effect_strip(0.1, 0.05, 0.2, smallest=0.05, spoken="s")) == 73
    assert middle(effect_strip(0.0, 0.0, 0.0, smallest=0.0, spoken="s")) == 50
    (worth,) = read(str(effect_strip(0.01, -0.01, 0.03, smallest=0.1, spoken="s"))).all("svg")[0].all("svg")
    assert worth.attrs["x"] == "96%"
    assert middle(share_strip(0.5, 0.4, 0.6, spoken="s")) == 50
    assert middle(share_strip(1.0, 0.9, 1.0, spoken="s")) == 96


def test_marks_are_told_apart_by_shape_and_need_no_colour():
    marks = [str(verdict_mark(verdict)) for verdict in VERDICTS]
    assert len(set(marks)) == 3
    fills = {shape.attrs.get("fill") for mark in marks for shape in read(mark).everything()} - {None}
    assert fills <= {"#1b2430", "#fff", "none"}


@pytest.mark.parametrize(
    ("estimate", "half", "said"),
    [(0.31, 0.1, "+0.31 (0.21 to 0.41)"), (12.0, 5.0, "+12 (7 to 17)"), (-0.0042, 0.001, "−0.004 (−0.005 to −0.003)")],
)
def test_effects_are_written_to_two_digits(estimate, half, said):
    assert effect_words(claim("field", "P1", "supported", estimate, half, effect_unit="")) == said


@pytest.mark.parametrize(
    ("tested", "name"),
    [
        (["field"], "Propositions"),
        (["field", "laboratory"], "Propositions (partly simulated)"),
        (["laboratory"], "Propositions (simulated)"),
    ],
)
def test_the_list_of_contents_owns_up_to_what_is_simulated(tested, name):
    assert propositions_section(material([claim(side, "P1", "supported", 0.9) for side in tested])).name == name


def test_only_where_something_was_tested():
    assert propositions_section(material(everything())) is None
    assert not whole_page([]).all("section", id="propositions")
    assert whole_page(propositions()).under("propositions").having("claim")


def test_an_effect_without_an_interval_has_no_strip():
    one = replace(claim("field", "P1", "cannot say", 0.3), lower=None, upper=None)
    root = page([one])
    assert not [s for s in root.under("proposition-P1").all("svg") if s.attrs.get("role") == "img"]
    assert "+0.30 points of shared purpose, n\xa0=\xa0240" in sides(root, "P1")[0]


def test_laboratory_tests_that_were_changed_after_trials_say_so():
    text = page(packaged_findings()).under("propositions").text
    assert "Of the laboratory's tests those of P11 and P12 were changed after trial runs." in text
    assert "Changed after trial runs: Twenty trial draws looked at" in text
    unchanged = page([f for f in packaged_findings() if f.unit not in ("P11", "P12")]).under("propositions").text
    assert "changed after trial runs" not in unchanged.lower()
