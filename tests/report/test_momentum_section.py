"""The section on momentum: what the verdict, the drawing and the sentence say is one thing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from answered_findings import material, page_of, rows, title
from leaderful.report.figures.weeks import LARGE, SMALL, Course, Stretch, weeks_panel
from leaderful.report.sections.momentum import momentum_section
from leaderful.report.signals_moments import fading_shocks
from moment_findings import change, half, hide, scale_change
from page_reader import read


def page(findings):
    own = material(findings)
    return page_of(own, momentum_section(own))


FADING = (
    "After “Winter incident” meetings across bodies first rose 1.8-fold, and that is fading: half of the rise was gone "
    "after 6 weeks (4 to 9)"
)


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([change("fading", 1.6), half()], FADING),
        (
            [change("fading", 0.6), half(jump=0.5)],
            "After “Winter incident” meetings across bodies first fell to 50\xa0% of what they were, and that is "
            "fading: half of the fall was gone after 6 weeks (4 to 9)",
        ),
        (
            [change("maintained", 1.6), half(None)],
            "After “Winter incident” meetings across bodies rose 1.6-fold in the first eight weeks, and that has "
            "lasted: no fading can be seen in 12 weeks",
        ),
        (
            [change("cannot say", 1.6), half(upper=None)],
            "After “Winter incident” meetings across bodies rose 1.6-fold; whether that lasts cannot be said",
        ),
        (
            [change("no change", 1.1), half(None)],
            "Meetings across bodies before and after “Winter incident” cannot be told apart",
        ),
    ],
)
def test_the_title_says_the_verdict(findings, said):
    assert title(page(findings), "momentum-1") == said


def test_a_signal_speaks_of_what_stands_out_alone():
    (one,) = fading_shocks(material([change("fading", 1.6), half()]))
    assert (one.kind, one.text, one.anchor) == ("fading shock", f"{FADING}.", "momentum")
    (lasts,) = fading_shocks(material([change("maintained", 1.6), half(None)]))
    assert lasts.kind == "shock that lasts"
    quiet = [
        [change("no change", 1.1), half(None)],
        [change("cannot say", 1.6), half(upper=None)],
        [change("fading", 1.6, stands_out=False), half()],
        [change("fading", 1.6, since="Earlier"), half()],
        [change("fading", 1.6, part="within-bodies"), half(part="within-bodies")],
        [hide(change("fading", 1.6)), hide(half())],
    ]
    assert not [signal for findings in quiet for signal in fading_shocks(material(findings))]


def test_the_table_and_the_words_hold_what_was_found():
    found = [change("fading", 1.6), half(), change("no change", 1.0, "within-bodies"), half(None, part="within-bodies")]
    root = page(found)
    assert rows(root, "Interactions around the shock") == [
        ["Between bodies", "1.60", "1.40 to 1.80", "0.000", "6.0", "4.0 to 9.0", "fading"],
        ["Within bodies", "1.00", "0.80 to 1.20", "0.000", *["cannot be worked out"] * 2, "cannot tell apart"],
    ]
    text = root.under("momentum-1").text
    assert (
        "n = 2,500 between bodies and 2,500 within bodies, in 10 weeks before and 12 weeks after 10 November 2025"
        in text
    )
    assert "their level is taken as flat" in text


def test_hidden_changes_are_words_and_no_drawing():
    root = page([hide(change("fading", 1.6)), hide(half())])
    assert title(root, "momentum-1") == "What became of meetings across bodies after “winter” cannot be shown"
    assert not root.having("weeks")
    assert "hidden" in root.under("momentum-1").text


def test_two_shocks_too_close_say_so():
    why = "Second began less than 8 weeks after, and the two cannot be told apart"
    poor = replace(change("fading", 1.6), estimate=None, lower=None, upper=None, status="insufficient", reason=why)
    assert why in page([poor]).under("momentum-1").text


def stretch(first, length, count):
    return Stretch(first=first, length=length, count=count, fitted=count, lower=count - 5, upper=count + 5)


def drawn(sheet, *, fitted=True, half_life=6.0, name="Winter"):
    weeks = [stretch(week, 1, 50.0) for week in range(-10, 0)]
    weeks += [stretch(week, 1, 90.0) for week in range(8)] + [stretch(8, 4, 70.0)]
    course = Course(stretches=weeks, fitted=fitted, half_life=half_life, shock=name, spoken="weeks")
    (svg,) = read(str(weeks_panel(course, sheet))).all("svg")
    return svg


@pytest.mark.parametrize("sheet", [LARGE, SMALL])
def test_weeks_lie_where_they_were_counted(sheet):
    svg = drawn(sheet)
    dots = [(float(c.attrs["cx"]), float(c.attrs["cy"])) for c in svg.all("circle")]
    assert len(dots) == 18
    steps = {round(b[0] - a[0], 2) for a, b in pairwise(dots)}
    assert max(steps) - min(steps) < 0.05
    before, after = dots[0][1], dots[-1][1]
    marks = {t.text: float(t.attrs["y"]) for t in svg.all("text") if t.text in ("0", "100")}
    foot = sheet.height - 26
    assert (foot - before) / (foot - after) == pytest.approx(50 / 90, rel=0.01)
    assert "0" in marks
    (bar,) = [line for line in svg.all("line") if line.attrs.get("class") == "stretch"]
    assert float(bar.attrs["x2"]) - float(bar.attrs["x1"]) == pytest.approx(4 * min(steps) - 4, abs=0.3)


def test_the_interval_is_always_drawn_and_the_line_only_where_there_is_a_change():
    classes = [p.attrs["class"] for p in drawn(LARGE).all("path")]
    assert sorted(classes) == ["fit", "fit", "fit-band", "fit-band"]
    unchanged = drawn(LARGE, fitted=False, half_life=None).all("path")
    assert [p.attrs["class"] for p in unchanged] == ["fit-band", "fit-band"]


@pytest.mark.parametrize("sheet", [LARGE, SMALL])
@pytest.mark.parametrize("weeks", [0.6, 3.0, 11.5])
def test_words_stay_on_the_sheet(sheet, weeks):
    svg = drawn(
        sheet, half_life=weeks, name="The long winter of several critical incidents in every hospital of the area"
    )
    for text in svg.all("text"):
        wide = 0.6 * float(text.attrs["font-size"]) * len(text.text)
        at = float(text.attrs["x"])
        start = {"end": at - wide, "middle": at - wide / 2}.get(text.attrs.get("text-anchor"), at)
        assert start > -2, text.text
        assert start + wide < sheet.width + 2, text.text


def test_item_scales_are_set_side_by_side_over_the_shock():
    root = page([scale_change("CGP", 0.3), scale_change("SHP", 0.0)])
    assert title(root, "momentum-scales-1") == (
        "Between the rounds before and after “Winter incident”, common-good purpose is higher"
    )
    assert rows(root, "Item scales before and after the shock")[1] == [
        "Shared purpose",
        "3.00",
        "3.00",
        "0.00",
        "−0.04 to 0.04",
        "cannot tell apart",
        "160",
    ]
    quiet = page([scale_change("CGP", 0.0)])
    assert title(quiet, "momentum-scales-1").startswith("No item scale can surely be told apart")


def test_no_shocks_no_section():
    assert momentum_section(material([])) is None
