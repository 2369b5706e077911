"""Levels: what the figures and their sentences say is what the findings hold."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answered_findings import (
    CHANGE,
    SCALES,
    TIERS,
    changed,
    everything,
    finding,
    hide,
    material,
    page_of,
    strip_of,
    title,
    without,
)
from leaderful.framework import ItemScale, framework
from leaderful.framework.entries import Item
from leaderful.report import signals
from leaderful.report.sections.disagreements import disagreements_section
from leaderful.report.sections.levels import levels_section
from leaderful.report.sections.silent import silent_section


def levels(findings, **changed):
    own = material(findings, **changed)
    return page_of(own, levels_section(own))


def test_nobody_asked_leaves_the_section_out():
    assert levels_section(material([])) is None
    only_rates = [f for f in everything() if f.measure == "response.rate"]
    assert levels_section(material(only_rates)) is None


def test_the_title_counts_sides_and_takes_lower_as_good_where_it_is():
    # CGP 3.7-3.9 is good; SHP 2.95-3.15 holds the middle; ACC 3.5-3.7 is tension, so the other side; REF is no score
    root = levels(everything())
    assert (
        title(root, "profile")
        == "On 1 of 3 item scales answers lean to the good side, on 1 to the other side and on 1 to neither"
    )
    assert "lower is better" in strip_of(root, "profile", "Accountability tension").text
    calm = changed(everything(), "scale.score", lambda f: replace(f, estimate=2.4, lower=2.3, upper=2.5), scale="ACC")
    assert title(levels(calm), "profile").startswith("On 2 of 3 item scales answers lean to the good side")


def test_a_row_draws_the_mean_and_every_tier_where_they_lie():
    scored = changed(
        everything(), "scale.score", lambda f: replace(f, estimate=4.2, lower=4.0, upper=4.4), unit="board"
    )
    drawing = strip_of(levels(scored), "profile", "Common-good").all("svg")[0]
    # 1 to 5 is 0 % to 100 %: 3.8 lies at 70 %, 4.2 at 80 %, 4.0 to 4.4 at 75 % to 85 %
    (dot,) = drawing.all("circle", fill="var(--level)")
    assert dot.attrs["cx"] == "70%"
    placed = [svg.attrs["x"] for svg in drawing.all("svg") if svg.attrs.get("overflow")]
    assert placed == ["80%", "70%", "70%", "70%"]
    thin = drawing.all("line", stroke="#8b949e")
    assert (thin[0].attrs["x1"], thin[0].attrs["x2"]) == ("75%", "85%") and len(thin) == len(TIERS)
    assert "Board 4.2 (4.0\u00a0to\u00a04.4)" in drawing.attrs["aria-label"]


def test_hidden_and_missing_scores_say_so_and_draw_nothing():
    hidden = changed(everything(), "scale.score", hide, scale="SHP", unit_kind="system")
    row = strip_of(levels(hidden), "profile", "Shared purpose")
    assert row.having("hidden-value") and not row.all("circle", fill="var(--level)")
    assert "hidden" in row.all("svg")[0].attrs["aria-label"]
    tier = changed(everything(), "scale.score", hide, scale="SHP", unit="board")
    drawing = strip_of(levels(tier), "profile", "Shared purpose").all("svg")[0]
    assert [text.text for text in drawing.all("text")] == ["hidden"]
    none = changed(everything(), "scale.score", lambda f: without(f, "insufficient", "nobody answered"), unit="board")
    assert "too few answers" in strip_of(levels(none), "profile", "Shared purpose").all("svg")[0].text


def test_a_split_becomes_a_mark_and_a_question():
    split = changed(
        everything(),
        "scale.consensus",
        lambda f: replace(f, estimate=0.4, detail=f.detail | {"split": True}),
        scale="SHP",
        unit_kind="system",
    )
    root = levels(split)
    assert "Split 40\u00a0% far off" in strip_of(root, "profile", "Shared purpose").text
    assert "On shared purpose people are split: what do those" in root.under("levels").having("discuss")[0].text
    assert "split" not in levels(everything()).under("levels").having("discuss")[0].text


def test_splits_within_bodies_are_asked_about_but_not_all_listed():
    root = levels(
        changed(everything(), "scale.consensus", lambda f: replace(f, detail=f.detail | {"split": True}), unit="A")
    )
    asked = root.under("levels").having("discuss")[0].text
    assert asked.count("Within Zeta Trust people are split") == 3
    assert "marks 1 more split:" in asked


def test_reliability_in_words_with_the_first_reason_and_all_of_them_in_the_table():
    root = levels(everything())
    assert title(root, "reliability") == (
        "On 3 of 4 item scales the statements hang together well enough to be one score; on 3 an average may stand "
        "for a body"
    )
    firm = strip_of(root, "reliability", "Common-good").having("v")[0].text
    assert "Hangs together" in firm and "alpha 0.85 (0.75\u00a0to\u00a00.95)" in firm and "averaged by body" in firm
    loose = strip_of(root, "reliability", "Reflexivity").having("v")[0].text
    assert "Does not hang together" in loose
    unfit = strip_of(root, "reliability", "Shared purpose")
    assert "not averaged by body: agreement within them is 0.52, below 0.70" in unfit.text
    assert "too alike" not in unfit.text
    (row,) = [r for r in root.under("reliability").all("tr") if "Shared purpose" in r.text]
    assert "agreement within them is 0.52, below 0.70; they are too alike" in row.text


@pytest.mark.parametrize(
    ("estimate", "lower", "upper", "words"),
    [
        (0.80, 0.72, 0.88, "Hangs together"),
        (0.75, 0.65, 0.85, "Probably hangs together"),
        (0.65, 0.55, 0.75, "Cannot be told"),
        (0.60, 0.50, 0.69, "Does not hang together"),
        (-0.40, -0.90, 0.10, "Does not hang together"),
    ],
)
def test_alpha_in_words(estimate, lower, upper, words):
    alpha = changed(
        everything(), "scale.alpha", lambda f: replace(f, estimate=estimate, lower=lower, upper=upper), scale="SHP"
    )
    row = strip_of(levels(alpha), "reliability", "Shared purpose")
    assert row.all("b")[0].text == words
    for line in row.all("line"):
        assert 0 <= float(line.attrs["x1"].rstrip("%")) <= 100


def test_change_says_what_moved_and_who_was_redrawn():
    root = levels(everything())
    figure = root.under("scale-change")
    assert title(root, "scale-change") == (
        "Since Autumn, common-good purpose is higher; 2 others cannot be told apart from then"
    )
    assert "Beta Trust stands where Old Beta and Older Beta stood." in figure.text
    words = strip_of(root, "scale-change", "Common-good").having("v")[0].text
    assert words == "Higher+0.30 (0.20\u00a0to\u00a00.40)from 3.5 to 3.8"
    redrawn = figure.all("table")[1]
    assert redrawn.all("caption")[0].text == "What redrawing bodies changed although nobody changed their mind"
    assert len(redrawn.all("tbody")[0].all("tr")) == 2 * len(SCALES)
    assert "as-ordered" in figure.all("table")[0].attrs["class"]


def test_a_change_that_may_be_chance_among_so_many_is_not_told():
    # p of 0.06 / 0.025 on 30 degrees of freedom is 0.023: alone "higher", but four are looked at
    def near(f):
        return replace(f, estimate=0.06, lower=0.009, upper=0.111, detail=f.detail | {"se": 0.025, "verdict": "higher"})

    root = levels(changed(everything(), "scale.change", near, scale="CGP"))
    assert title(root, "scale-change") == (
        "Since Autumn, common-good purpose is probably higher; 2 others cannot be told apart from then"
    )
    none = changed(everything(), "scale.change", lambda f: replace(near(f), estimate=0.04), scale="CGP")
    calm = levels(none)
    assert title(calm, "scale-change") == "No score can be told apart from what it was in Autumn"
    assert {page.under("scale-change").tag for page in (calm, root)} == {"details"}
    assert levels(everything()).under("scale-change").tag == "figure"


def test_without_a_round_before_there_is_no_change():
    once = [f for f in everything() if f.wave != CHANGE]
    assert not [e for e in levels(once).everything() if e.attrs.get("id") == "scale-change"]


def test_a_change_that_cannot_be_followed_gives_its_reason():
    lost = changed(
        everything(),
        "scale.change",
        lambda f: without(f, "undefined", "several bodies took over"),
        unit="C",
        scale="CGP",
    )
    assert "several bodies took over" in levels(lost).under("scale-change").text


def test_bodies_stand_by_sector_and_name_and_only_where_averaged():
    root = levels(everything())
    figure = root.under("levels-by-body")
    table = figure.having("of-scales")[0]
    assert [th.text for th in table.all("th", scope="rowgroup")] == ["NHS", "Local government"]
    assert [th.text for th in table.all("th", scope="row")] == ["Beta Trust", "Zeta Trust", "Alpha Council"]
    # SHP is not justified and REF does not hang together, so two columns are left
    assert [th.text for th in table.all("th", scope="col")] == ["Body", "Common-good purpose", "Accountability tension"]
    assert [li.text for li in figure.all("ul")[0].all("li")] == [
        "Shared purpose: agreement within them is 0.52, below 0.70; they are too alike",
        "Reflexivity: its statements do not hang together",
    ]
    # only B lies apart: 4.8 and 4.6 against 3.8 and 3.6
    assert title(root, "levels-by-body") == "Of 6 means of bodies, 2 lie apart from everyone taken together"
    filled = [len(row.all("rect", fill="var(--level)")) for row in table.all("tr") if row.all("td")]
    assert filled == [0, 0, 2]


def test_the_tables_of_bodies_cannot_be_sorted_into_a_ranking():
    figure = levels(everything()).under("levels-by-body")
    assert all("as-ordered" in (table.attrs.get("class") or "") for table in figure.all("table"))


def test_a_hidden_body_is_hatched_and_not_drawn():
    hidden = changed(changed(everything(), "scale.shrunken", hide, unit="A"), "scale.score", hide, unit="A")
    table = levels(hidden).under("levels-by-body").having("of-scales")[0]
    (row,) = [r for r in table.all("tr") if "Zeta Trust" in r.text]
    assert len(row.having("hidden-value")) == 2 and not row.all("rect")


def test_no_scale_averaged_draws_no_means():
    none = changed(
        everything(), "scale.icc", lambda f: replace(f, detail=f.detail | {"justified": False, "reasons": ["alike"]})
    )
    figure = levels(none).under("levels-by-body")
    assert not figure.having("of-scales")
    assert (
        figure.all("h3")[0].text == "On no item scale may people be averaged by body, so no means of bodies are drawn"
    )


def test_shares_of_variance_start_where_the_part_before_ends():
    root = levels(everything())
    assert title(root, "where-scores-differ") == (
        "At a best guess, 78\u00a0% of the differences on the typical item scale lie between persons, 10\u00a0% "
        "between bodies and 12\u00a0% between teams"
    )
    drawing = strip_of(root, "where-scores-differ", "Shared purpose").all("svg")[0]
    bars = [(rect.attrs["x"], rect.attrs["width"]) for rect in drawing.all("rect")]
    assert bars == [("0%", "10%"), ("10%", "12%"), ("22%", "78%")]
    # bodies 10 % (0 to 20) from 0, teams 12 % (2 to 22) from 10
    long = [line for line in drawing.all("line") if line.attrs["y1"] == line.attrs["y2"]]
    assert [(line.attrs["x1"], line.attrs["x2"]) for line in long] == [("0%", "20%"), ("12%", "32%")]


def test_a_part_of_which_little_can_be_told_is_not_in_the_title():
    wide = changed(everything(), "scale.variance_share", lambda f: replace(f, lower=0.0, upper=0.9), part="body")
    assert "between bodies" not in title(levels(wide), "where-scores-differ")


def test_an_added_scale_with_other_answers_has_an_axis_of_its_own():
    added = ItemScale(
        id="ADD",
        name="Added scale",
        definition="Something else.",
        ours=True,
        constructs=("trust",),
        high_means="more",
        items=(Item(id="ADD1"), Item(id="ADD2")),
        lowest=0,
        highest=10,
        items_needed=1,
    )
    scored = finding("scale.score", "system", "XX1", 5.0, lower=4.0, upper=6.0, detail={"scale": "ADD", "sd": 1.0})
    own = material(everything())
    root = levels([*everything(), replace(scored, level="micro")], item_scales=(*own.item_scales, added))
    axes = [
        svg.attrs["aria-label"]
        for svg in root.under("profile").all("svg")
        if "Axis" in (svg.attrs.get("aria-label") or "")
    ]
    assert axes == ["Axis in scores from 1 to 5, from 1 to 5", "Axis in scores from 0 to 10, from 0 to 10"]
    row = strip_of(root, "profile", "Added scale")
    assert row.all("circle", fill="var(--level)")[0].attrs["cx"] == "50%"


STATUSES = ("ok", "suppressed", "undefined", "insufficient", "absent")


def spoilt(finding, status):
    """The finding as it is where nothing, or little, can be said; none where it is absent."""
    if status == "ok" or (status != "suppressed" and finding.measure == "scale.icc"):
        return [finding]
    if status == "absent":
        return []
    return [hide(finding) if status == "suppressed" else without(finding, status, "too little is known")]


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.booleans())
def test_whatever_is_missing_the_page_still_reads(seed, by_measure):
    chance = Random(seed)
    of_measure = {measure: chance.choice(STATUSES) for measure in sorted({f.measure for f in everything()})}
    left = [
        kept
        for f in everything()
        for kept in spoilt(f, of_measure[f.measure] if by_measure else chance.choice(STATUSES))
    ]
    own = material(left)
    page_of(own, levels_section(own), silent_section(own), disagreements_section(own))


def test_every_item_scale_of_the_framework_is_one_row():
    made = [
        f
        for s in framework().item_scales
        for f in [finding("scale.score", "system", "XX1", 3.4, detail={"scale": s.id, "sd": 1.0})]
    ]
    rate = [f for f in everything() if f.measure == "response.rate"]
    root = levels([*rate, *made], item_scales=framework().item_scales)
    assert len(root.under("profile").having("strip")) == len(framework().item_scales) == 13
    assert len(root.under("profile").having("macro")) == 1


def loose_scales(*scales: str) -> list[str]:
    findings = everything()
    for scale in scales:
        findings = changed(findings, "scale.alpha", lambda f: replace(f, lower=0.1, upper=0.6), scale=scale)
    return [each.text for each in signals.signals(material(findings)) if each.kind == "unreliable scale"]


def test_scales_that_do_not_hang_together_take_one_line_of_the_first_screen():
    assert loose_scales("SHP") == [
        "The statements on shared purpose and reflexivity do not hang together here: read them one by one, not as one "
        "score."
    ]
    (every,) = loose_scales(*(f.detail["scale"] for f in everything() if f.measure == "scale.alpha"))
    assert every.startswith("The statements on 4 of 4 item scales do not hang together here")
