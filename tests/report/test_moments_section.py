"""The section on moments: beads as full as the share, titles that say what was found, and no more."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answered_findings import material, page_of, rows, title
from leaderful.report.figures.beads import BEADS, bead_row
from leaderful.report.figures.profile import Reading
from leaderful.report.sections.moments import moments_section
from leaderful.report.signals_moments import conditions
from moment_findings import behaviours, everything, hide, learning, model, taken, term
from page_reader import read


def page(findings):
    own = material(findings)
    return page_of(own, moments_section(own))


def filled(drawing):
    """How many beads are filled, the one that is filled in part counted by its area."""
    whole = len([c for c in drawing.all("circle") if c.attrs["class"] == "bead taken"])
    parts = [p.attrs["d"] for p in drawing.all("path") if p.attrs["class"] == "part"]
    return whole + sum((float(re.match(r"M(-?[\d.]+)", d)[1]) / 6.2 + 1) / 2 for d in parts)


@given(share=st.floats(0, 1))
def test_beads_are_filled_as_far_as_the_share_goes(share):
    drawn = read(str(bead_row(Reading(estimate=share, lower=0.0, upper=1.0), spoken="x")))
    assert len(drawn.all("circle")) == BEADS
    assert filled(drawn) == pytest.approx(BEADS * share, abs=0.01)


def test_the_interval_is_drawn_where_it_lies():
    drawn = read(str(bead_row(Reading(estimate=0.5, lower=0.42, upper=0.61), spoken="x")))
    line = next(one for one in drawn.all("line") if one.attrs["class"] == "whisker")
    assert (line.attrs["x1"], line.attrs["x2"]) == ("42%", "61%")


def test_a_hidden_share_has_hatched_beads_and_the_word():
    findings = [hide(one) if one.unit == "crisis" else one for one in everything()]
    figure = page(findings).under("moments-taken")
    (strip,) = [s for s in figure.having("strip") if s.text.startswith("Crisis")]
    assert {c.attrs["class"] for c in strip.all("circle")} == {"bead kept"}
    assert "hidden" in strip.text


def test_every_group_of_moments_stands_with_its_numbers():
    root = page(everything())
    assert title(root, "moments-taken") == "53\xa0% of the moments in diaries were taken"
    figure = root.under("moments-taken")
    assert [h.text for h in figure.having("band-title")] == ["What opened it", "Who was there", "Whose diary"]
    assert "n = 200 moments in 100 diaries, September 2025 to March 2026" in figure.text
    table = rows(root, "Moments taken")
    assert ["Who was there", "Several sectors", "66\xa0%", "56 to 76\xa0%", "100", "50"] in table


def test_bodies_stand_by_sector_and_name_and_cannot_be_sorted():
    root = page(everything())
    assert [row[0] for row in rows(root, "Moments taken, by the body of the diary's writer")] == [
        "Zeta Trust",
        "Alpha Council",
    ]
    (table,) = [t for t in root.all("table") if t.all("caption") and "by the body" in t.all("caption")[0].text]
    assert table.attrs["class"] == "as-ordered"


def test_the_title_of_the_model_names_what_goes_with_moments_taken():
    root = page(everything())
    assert title(root, "moments-model") == (
        "Moments are taken more often where people understand partners' roles better: 72\xa0% against 50\xa0%"
    )
    figure = root.under("moments-model").text
    assert "n = 120 moments in 90 diaries. Left out are 80 moments" in figure
    assert "Trust in the other bodies there" in figure
    assert "Board's diary" in figure
    assert rows(root, "What goes with a moment being taken")[1] == [
        "Understanding partners' roles",
        "72\xa0%",
        "50\xa0%",
        "+22.0",
        "1.50",
        "1.30 to 1.70",
        "0.000",
    ]


def test_a_condition_that_goes_with_fewer_moments_is_said_so():
    findings = [*taken(), term("role_understanding", -20.0, 0.001)]
    assert "less often where people understand partners' roles better: 30\xa0% against 50\xa0%" in title(
        page(findings), "moments-model"
    )


def test_where_nothing_goes_with_it_the_titles_say_so():
    quiet = [term("trust", 4.0, 0.9), term("role_understanding", 12.0, 0.06)]
    root = page([*taken(), *quiet, *behaviours(), learning(1.1)])
    assert title(root, "moments-model") == "No condition that was asked about goes surely with moments being taken"
    assert title(root, "moments-behaviours") == "What people did in moments taken and lost cannot surely be told apart"
    assert title(root, "moments-learning").endswith("cannot be told apart")
    assert {d.attrs.get("id") for d in root.having("fold")} >= {"moments-behaviours", "moments-learning"}
    assert "Probably more often" in root.under("moments-model").text


def test_without_a_model_the_reason_is_given():
    poor = [
        replace(one, estimate=None, lower=None, upper=None, status="insufficient", reason="there are too few")
        for one in model()
    ]
    root = page([*taken(), *poor])
    assert title(root, "moments-model") == "In which conditions moments are taken more often cannot be said"
    assert "There are too few" in root.under("moments-model").text


def test_hidden_findings_are_words_and_no_figures():
    root = page([hide(one) for one in everything()])
    assert title(root, "moments-taken") == "How many moments were taken cannot be shown"
    for caption in ("Moments taken", "What goes with a moment being taken", "Behaviours in moments taken and lost"):
        for row in rows(root, caption):
            assert set(row[1:]) <= {"hidden", *row[:2]}, row


def test_behaviours_speak_in_the_title_from_the_stricter_bound_on():
    def told(p):
        return title(page([*taken(), *behaviours(p)]), "moments-behaviours")

    assert told(0.005) == "In moments that were taken people noted supporting more often than in those that were lost"
    assert told(0.03).endswith("cannot surely be told apart")
    assert rows(page([*taken(), *behaviours(0.03)]), "Behaviours in moments taken and lost")[1] == [
        "Supporting",
        "30\xa0%",
        "10\xa0%",
        "+20.0",
        "15.0 to 25.0",
        "higher",
    ]


def test_learning_is_said_within_diaries():
    root = page(everything())
    assert title(root, "moments-learning") == (
        "Within a diary, moments are taken more often the more reflections went before"
    )
    assert "1.40 times as high (1.20 to 1.60)" in root.under("moments-learning").text


def test_signals_speak_from_conditions_that_stand_out_alone():
    (one,) = conditions(material(everything()))
    assert one.kind == "condition that raises moments taken"
    assert (
        one.text
        == "Moments are taken more often where people understand partners' roles better: 72\xa0% against 50\xa0%."
    )
    assert not list(conditions(material([*taken(), term("trust", 20.0, 0.02)])))
    assert not list(conditions(material([hide(f) for f in everything()])))


def test_no_diaries_no_section():
    assert moments_section(material([])) is None
