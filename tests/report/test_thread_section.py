"""The thread as the report shows it: as wide as it is carried, broken where it is dropped, silent where silent."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import answered_findings
from leaderful.framework import framework
from leaderful.measures.findings import frame, unframe
from leaderful.measures.thread import thread
from leaderful.report.figures.thread_loom import NARROW, WIDE, Knot, Scale, Strand, thread_loom
from leaderful.report.page import Page, render
from leaderful.report.sections.methods import methods_section
from leaderful.report.sections.thread import thread_section
from leaderful.report.sections.thread_goals import full
from leaderful.report.signals_thread import LOOKS
from page_reader import read, read_report
from thread_studies import link, study

BODIES = ["N1", "S", "P1", "O1", "O2", "O3", "O4", "H1", "T1"]
TIES = [("N1", "S"), *(("S", body) for body in BODIES[2:8]), ("O1", "T1")]
SAID = [
    ("n", "N1", "SDG3"),
    ("s", "S", "n"),
    ("p", "P1", "s"),
    ("o1", "O1", "s"),
    ("o2", "O2", "SDG4"),
    ("o3", "O3", "SDG4"),
    ("h", "H1", "s SDG13"),
]
PLAN = {"id": "d", "body": "O4", "title": "Plan for <all>", "file": "plan.pdf"}
READ = [
    link("l1", "O4", "SDG3", quote="We will act & learn.", confidence=0.91, page=7, document="d", reason="health"),
    link("l2", "O4", "SDG8", quote="Jobs matter.", confidence=0.6, stance="mentions", decision=None, document="d"),
    link("l3", "S", "SDG10", quote="Tackle inequalities", stance=None, decision="refused"),
]


def material(of, *, more=()):
    """What a report on a study is written from: its thread, and findings on people where there are any."""
    return answered_findings.material(
        [*unframe(thread(of)), *more],
        bodies=of.table("bodies"),
        system=of.system,
        former_names=dict(of.table("bodies").select("id", "name").iter_rows()),
    )


def page(own):
    section = thread_section(own)
    assert section is not None
    about = dict.fromkeys(("kicker", "known", "sure", "unknown", "map", "map_note"), "")
    return read_report(render(Page(title="Testshire", facts=(), sections=(section, methods_section(own)), **about)))


def signals(own):
    return [(one.kind, one.text) for look in LOOKS for one in look(own)]


@pytest.fixture(scope="module")
def broken():
    return material(study(BODIES, TIES, SAID, links=READ, documents=[PLAN]))


@pytest.fixture(scope="module")
def root(broken):
    return page(broken)


def test_there_is_no_section_where_nobody_declares_anything():
    assert thread_section(material(study(["S"]))) is None


def test_the_section_says_who_is_silent_and_which_goals_nobody_declares(root):
    words = root.under("thread").text
    assert "8 of 9 bodies have said which goals or purposes they serve. 1 other is silent, and silence is not" in words
    assert "Nobody has declared goals 1, 2, 5, 6" in words
    assert len(root.under("thread").having("discuss")) == 1


def test_the_title_says_how_many_goals_break_and_where(root):
    (title, *_) = root.under("thread-loom").all("h3")
    assert title.text == "The one goal carried here is dropped by some: SDG 3 most often at organisation scale (by 2)"


def test_titles_change_with_what_is_found():
    whole = [("n", "N1", "SDG3"), ("s", "S", "n")]
    assert page(material(study(["N1", "S"], [("N1", "S")], whole))).under("thread-loom").all("h3")[0].text == (
        "1 goal is carried here, and no body that has spoken drops it"
    )
    orphan = [("n", "N1", "p"), ("p", "S", "SDG3")]
    assert page(material(study(["N1", "S"], [("N1", "S")], orphan))).under("thread-loom").all("h3")[0].text == (
        "No goal is carried from above here"
    )


def test_every_body_that_spoke_has_a_row_of_marks_and_the_silent_are_hatched(root):
    table = root.under("thread-bodies").having("of-thread")[0]
    rows = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in table.all("tr") if row.all("td")}
    goals = [head.text for head in table.all("thead")[0].all("th")][1:]
    assert goals == [full(goal) for goal in ("SDG3", "SDG4", "SDG13")]
    assert rows["Body O2"] == ["dropped", "orphaned", "absent"]
    assert rows["Body H1"] == ["carried", "absent", "orphaned"]
    assert rows["Body O4"] == ["carriedplan", "absent", "absent"]
    assert rows["Body T1"] == ["nothing declared"]


def test_the_table_says_all_in_words(root):
    rows = [[cell.text for cell in row.children] for row in root.under("thread-bodies").all("tr")]
    assert ["Body O4", "Organisation", "carried (by its plan)", "absent", "absent"] in rows
    assert ["Body T1", "Team", "nothing declared", "nothing declared", "nothing declared"] in rows
    assert ["Body H1", full("SDG3"), "what h says", "carried", "Body S → Body N1"] in rows


def test_passages_are_quoted_with_document_page_stance_and_decision(root):
    figure = root.under("thread-passages")
    assert figure.all("h3")[0].text == "Plans suggest 3 links to goals: 1 confirmed, 1 still open and 1 refused"
    quotes = [quote.text for quote in figure.having("quote")]
    assert quotes[0].startswith("We will act & learn.")
    assert "Body O4 · Plan for <all>, page 7 · commits to it · sure to 91\u00a0% · confirmed" in quotes[0]
    assert "a duty, not a plan" in quotes[2]
    assert "not estimated" in quotes[2]


def test_a_study_of_plans_alone_shows_suggestions_and_claims_nothing():
    own = material(study(["S"], links=[link("l", "S", "SDG3", decision=None)]))
    root = page(own)
    assert root.under("thread-heading").text == "No body has said yet which goals it serves"
    assert [figure.attrs["id"] for figure in root.under("thread").all("details", class_="fold")] == ["thread-passages"]
    assert signals(own) == []


# Declared and felt


def felt(board, practitioner):
    about = {"scale": "CGP", "sd": 0.8}
    means = {"board": board, "practitioner": practitioner}
    scores = [
        answered_findings.finding("scale.score", "tier", tier, mean, detail=about) for tier, mean in means.items()
    ]
    return [*answered_findings.rates(), *scores]


@pytest.mark.parametrize(
    ("board", "practitioner", "words"),
    [
        (4.0, 3.5, "boards feel more of it than practitioners do"),
        (3.5, 3.6, "practitioners probably feel more of it than boards do"),
        (3.5, 3.52, "boards and practitioners cannot be told apart in how far they feel it"),
    ],
)
def test_what_is_felt_stands_beside_what_is_declared_with_words_of_uncertainty(board, practitioner, words):
    own = material(study(BODIES, TIES, SAID), more=felt(board, practitioner))
    (title,) = page(own).under("thread-felt").all("h3")
    assert title.text == f"Of 7 threads that start at a body or reach it, 71\u00a0% are carried; {words}"


def test_a_hidden_tier_is_said_to_be_hidden():
    more = [
        replace(f, estimate=None, lower=None, upper=None, n=None, status="suppressed", reason="hidden")
        if f.unit == "board" and f.measure == "scale.score"
        else f
        for f in felt(4.0, 3.5)
    ]
    figure = page(material(study(BODIES, TIES, SAID), more=more)).under("thread-felt")
    assert "cannot be shown" in figure.all("h3")[0].text
    assert figure.having("hidden-value")


# What stands out


def test_a_break_and_an_orphan_are_told_by_name(broken):
    nobody = "has nobody above who carries it."
    assert signals(broken) == [
        (
            "thread break",
            "SDG 3 (Good Health and Well-being) is carried by Body S. It is dropped by 2 of the 4 bodies that it "
            "reaches at organisation scale: Body O2 and Body O3.",
        ),
        ("orphaned purpose", f"Body O2's purpose “what o2 says” (SDG 4, Quality Education) {nobody}"),
        ("orphaned purpose", f"Body O3's purpose “what o3 says” (SDG 4, Quality Education) {nobody}"),
        ("orphaned purpose", f"Body H1's purpose “what h says” (SDG 13, Climate Action) {nobody}"),
    ]


def test_the_first_screen_says_it_in_fewer_words(broken):
    briefs = [signal.brief for look in LOOKS for signal in look(broken)]
    assert briefs[:2] == [
        "SDG 3 (Good Health and Well-being) is dropped by 2 of the 4 bodies that it reaches at organisation scale.",
        "Body O2 holds a purpose for SDG 4 (Quality Education) that nobody above it carries.",
    ]


def test_many_of_a_kind_are_counted_in_one_sentence():
    goals = [f"SDG{k}" for k in range(4, 8)]
    said = [("s", "S", " ".join(goals)), ("o1", "O1", "SDG8 SDG9"), ("o2", "O2", "SDG11 SDG12")]
    found = signals(material(study(["S", "O1", "O2"], [("S", "O1"), ("S", "O2")], said)))
    assert [kind for kind, _ in found] == ["thread break", "orphaned purpose"]
    assert found[0][1].startswith("4 goals are carried above and dropped by half or more")
    assert found[1][1].startswith(
        "4 purposes of 2 bodies have nobody above who carries their goals: Body O1 and Body O2"
    )


@given(st.sets(st.sampled_from(["SDG3", "SDG10", "SDG17"]), min_size=1), st.sets(st.sampled_from(BODIES)))
def test_nothing_stands_out_where_everybody_who_speaks_carries_all(goals, speaking):
    said = [(f"{body}-{goal}", body, goal) for body in speaking | {"N1"} for goal in goals]
    assert signals(material(study(BODIES, TIES, said))) == []


# The drawing


def drawn(*knots, loom=WIDE):
    scales = [Scale(name=f"Scale {place}", level="meso") for place in range(len(knots))]
    strand = Strand(code="SDG 3", name="Good Health and Well-being", knots=knots)
    return read(str(thread_loom(scales, [strand], loom=loom, label="a thread")))


def gold(root):
    return [float(rect.attrs["width"]) for rect in root.all("rect") if rect.attrs.get("class") == "gold"]


@given(carried=st.integers(1, 40), dropped=st.integers(0, 40), loom=st.sampled_from([WIDE, NARROW]))
def test_gold_is_as_wide_as_the_share_that_carries(carried, dropped, loom):
    root = drawn(Knot(carried=carried, dropped=dropped), loom=loom)
    assert gold(root) == [pytest.approx(max(loom.rope * carried / (carried + dropped), 2.4), abs=0.01)]
    assert bool(root.having("fray")) == bool(dropped)
    said = [text.text for text in root.all("text")]
    assert any(text.startswith(f"{carried} of {carried + dropped}") for text in said)
    assert (f"dropped by {dropped}" in said) == bool(dropped)


def test_a_thread_that_all_drop_ends_and_passes_by_only_to_where_it_goes_on():
    ended = drawn(Knot(carried=2), Knot(dropped=3), Knot())
    assert (len(gold(ended)), len(ended.having("fray")), len(ended.having("past"))) == (1, 3, 0)
    past = drawn(Knot(carried=2), Knot(dropped=3), Knot(carried=1))
    assert (len(gold(past)), len(past.having("past"))) == (2, 1)


def test_two_breaks_in_a_row_both_fray_and_only_a_thin_thread_passes_the_first():
    root = drawn(Knot(carried=1), Knot(dropped=7), Knot(dropped=1))
    assert (len(gold(root)), len(root.having("fray")), len(root.having("past"))) == (1, 8, 1)
    ropes = [path for path in root.having("gold") if path.tag == "path"]
    assert [re.match(r"M([\d.]+) ([\d.]+)", rope.attrs["d"]).groups() for rope in ropes[1:]] == [
        (f"{WIDE.gutter + 8}", f"{WIDE.head + WIDE.row}"),
        (f"{WIDE.gutter + 8 - 2.4:g}", f"{WIDE.head + 2 * WIDE.row + WIDE.gap}"),
    ]


def test_an_orphan_begins_in_mid_air_and_hangs_from_no_goal():
    root = drawn(Knot(), Knot(orphaned=1))
    assert not root.having("gold") and not root.having("past")
    (ring,) = root.having("ring")
    (stray,) = root.having("stray")
    top = WIDE.head + WIDE.row + WIDE.gap
    assert top < float(ring.attrs["cy"]) < top + WIDE.row
    assert re.match(rf"M[\d.]+ {ring.attrs['cy']}V", stray.attrs["d"])


def test_the_silent_are_hatched_and_in_words():
    root = drawn(Knot(carried=1), Knot(silent=4))
    (hush,) = root.having("hush")
    assert float(hush.attrs["y"]) == WIDE.head + WIDE.row
    assert "4 silent" in [text.text for text in root.all("text")]


@pytest.mark.parametrize("loom", [WIDE, NARROW])
def test_all_seventeen_goals_fit_sheet_by_sheet_within_the_width(loom):
    knots = (Knot(carried=12, dropped=12, orphaned=10, silent=348),)
    strands = [Strand(code=f"SDG {g.number}", name=g.short, knots=knots) for g in framework().goals]
    root = read(str(thread_loom([Scale(name="Place and organisation", level="meso")], strands, loom=loom, label="x")))
    assert len(root.all("svg")) == -(-17 // loom.most)
    for svg in root.all("svg"):
        *_, width, height = map(float, svg.attrs["viewbox"].split())
        assert width <= loom.width
        for text in svg.all("text"):
            letters = 7.2 if loom is WIDE else 6.2
            assert float(text.attrs["x"]) + letters * len(text.text) <= width + 8, text.text
            assert float(text.attrs["y"]) <= height


def test_findings_alone_make_the_section(broken):
    again = answered_findings.material(
        unframe(frame(unframe(broken.findings))), bodies=broken.bodies, system=broken.system
    )
    assert page(again).text == page(broken).text
    assert isinstance(broken.findings, pl.DataFrame)
