"""Whole pages: hostile names, hidden findings, and systems of which little is known."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from test_markup import HOSTILE

from leaderful import jobs
from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.report.report import write_report
from leaderful.study import Study
from made_material import make_material
from page_reader import read_report

PACKAGED = [question for question in framework().crosswalk if question.packaged]
LEADING = [question for question in PACKAGED if question.constructs]
SECTIONS = ["structure", "public-evidence", "differences", "change", "outcomes", "thread", "own-evidence", "methods"]


def elements(root):
    return {(e.tag, tuple(sorted(e.attrs))) for e in root.everything()}


def sections(root):
    return [section.attrs["id"] for section in root.all("section")]


def change(study, **tables):
    return replace(study, tables=dict(study.tables) | tables)


@pytest.fixture(scope="module")
def page(material):
    return read_report(write_report(material))


def test_the_report_of_a_real_system_is_whole(page):
    assert sections(page) == SECTIONS
    assert [e.attrs["href"][1:] for e in page.all("nav")[0].all("a")] == SECTIONS
    assert page.all("h1")[0].text == "North East and North Cumbria"
    assert all(figure.having("cannot") for figure in page.under("content").all("figure"))
    assert len(page.under("spread").having("strip")) == len(LEADING) == 6
    assert len(page.under("pressure").having("strip")) == len(PACKAGED) - 6
    assert len(page.under("changes").having("card")) == len(PACKAGED)
    assert not page.having("hidden-value")
    maps = [svg for svg in page.all("svg") if "gov" in (svg.attrs.get("class") or "").split()]
    wide, narrow = ([e.attrs["data-group"] for e in one.having("box")] for one in maps)
    assert sorted(wide) == sorted(set(wide)) == sorted(narrow)


def test_headings_go_down_one_step_at_a_time(page):
    steps = [int(e.tag[1]) for e in page.everything() if e.tag in ("h1", "h2", "h3", "h4")]
    assert steps[0] == 1 and steps.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(steps))


def test_every_drawing_is_named_or_said_to_be_decoration(page):
    for svg in page.all("svg"):
        assert svg.attrs.get("aria-label") or svg.attrs.get("aria-hidden") == "true"


def test_values_of_a_panel_can_be_told_apart(page):
    for svg in (svg for figure in ("changes", "flow", "health") for svg in page.under(figure).all("svg")):
        marks = [text.text for text in svg.all("text") if text.attrs.get("x") == "29"]
        assert marks and len(set(marks)) == len(marks)
        ends = [text for text in svg.all("text") if text.attrs.get("y") == "122"]
        assert len({text.attrs["x"] for text in ends}) == len(ends) >= 2


# Names that try to be something else


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12] or "empty")
def test_a_hostile_name_stays_a_name(material, page, text):
    bodies = material.bodies.with_columns(name=pl.lit(text))
    names = dict.fromkeys(material.system_names, text)
    withheld = pl.col("status") != "ok"
    findings = material.findings.with_columns(
        reason=pl.when(withheld & (text != "")).then(pl.lit(text)).otherwise("reason")
    )
    hostile = replace(
        material, name=text, bodies=bodies, system_names=names, findings=findings, region=text, history=(text,),
        gaps=(text,), version=text,
    )  # fmt: skip
    written = write_report(hostile)
    root = read_report(written)
    assert sections(root) == SECTIONS
    assert elements(root) <= elements(page) | {("svg", ())}
    assert not root.all("img")
    assert root.all("h1")[0].text == text
    assert text in root.under("structure").text
    if set(text) & set("<>\"'"):
        assert text not in written


def test_a_hostile_study_is_measured_and_shown(qhm, make, page):
    text = HOSTILE[2]
    ties = qhm.table("ties").with_columns(basis=pl.lit(text))
    bodies = qhm.table("bodies").with_columns(name=text + pl.col("id"))
    written = write_report(make(replace(change(qhm, ties=ties, bodies=bodies), name=text)))
    root = read_report(written)
    assert elements(root) <= elements(page)
    assert text not in written and text in root.under("governance-map").text


# Hidden findings


def hide(findings: pl.DataFrame, chosen: pl.Expr) -> pl.DataFrame:
    """Make findings rest on eight people, and let the one guard of the house hide them."""
    about_people = pl.col("measure").str.starts_with("published") & (pl.col("unit_kind") == "system")
    few = findings.with_columns(n=pl.when(about_people & chosen).then(8).otherwise(pl.col("n")))
    return jobs.protect(few, Study(name="Nobody", system="", as_at=date(2026, 4, 1)))


def asks(question: str) -> pl.Expr:
    return pl.col("detail").str.json_path_match("$.question") == question


def test_a_hidden_question_is_shown_as_hidden_in_strip_card_and_table(material):
    findings = hide(material.findings, asks("Q7h"))
    hidden = findings.filter(pl.col("status") == "suppressed")
    assert set(hidden["measure"]) >= {"published.percent", "published.difference", "published.change"}
    root = read_report(write_report(replace(material, findings=findings)))
    name = next(question.name for question in framework().crosswalk if question.id == "Q7h")

    strips = root.under("spread").having("strip")
    (strip,) = [strip for strip in strips if name in strip.text]
    assert len(strips) == len(LEADING)
    assert [e.text for e in strip.having("hidden-value")] == ["hidden", "hidden"]
    assert not strip.all("circle") and not any(c.isdigit() for c in strip.text.replace("Q7h", "").replace(name, ""))

    (row,) = [tr for tr in root.under("spread").all("tr") if name in tr.text]
    cells = [td.text for td in row.all("td")]
    assert cells == ["hidden"] * len(cells) and len(cells) > 6
    assert len(row.having("hidden-value")) == len(cells)

    (card,) = [card for card in root.under("changes").having("card") if name in card.text]
    assert [e.text for e in card.having("hidden-value")] == ["hidden"] and not card.all("svg")
    (row,) = [tr for tr in root.under("changes").all("tr") if name in tr.text]
    assert [td.text for td in row.all("td")[1:]] == ["hidden"] * 7


def test_a_row_of_another_source_or_a_later_year_does_not_displace_the_survey(material):
    """A user's own row that reuses a question's id, or one question of a newer year, leaves the rest standing."""
    own = material.findings.filter((pl.col("measure") == "published.percent") & (pl.col("unit_kind") == "system"))
    other = own.head(4).with_columns(
        detail=pl.col("detail").str.replace("nhs-staff-survey", "other", literal=True), estimate=pl.lit(5.0)
    )
    newer = own.filter(asks("Q3f") & (pl.col("wave") == "2024")).with_columns(wave=pl.lit("2025"))
    assert newer.height == 1 and other.height == 4
    plain = write_report(material)
    assert write_report(replace(material, findings=pl.concat([material.findings, other]))) == plain
    root = read_report(write_report(replace(material, findings=pl.concat([material.findings, newer]))))
    assert len(root.under("spread").having("strip")) == len(LEADING)


def test_a_hidden_question_on_pressure_is_shown_as_hidden(material):
    root = read_report(write_report(replace(material, findings=hide(material.findings, asks("Q12a")))))
    (strip,) = [strip for strip in root.under("pressure").having("strip") if "Q12a" in strip.text]
    assert "hidden" in strip.text
    assert not [strip for strip in root.under("spread").having("strip") if "hidden" in strip.text]


def test_when_all_is_hidden_the_page_says_so_and_shows_no_number(material):
    root = read_report(write_report(replace(material, findings=hide(material.findings, pl.lit(True)))))
    section = root.under("public-evidence")
    assert "hidden so that no small group of people can be made out" in section.text
    assert len(section.having("strip")) == len(PACKAGED)
    assert not section.all("circle")
    facts = {dt.text: dd for dt, dd in zip(root.all("dt"), root.all("dd"), strict=True)}
    assert facts["Staff who answered"].having("hidden-value")
    assert len(root.under("changes").having("card")) == len(root.under("changes").having("hidden-value")) / 8
    assert "nothing is claimed" in root.text


def test_a_hidden_count_of_structure_is_shown_as_hidden(material):
    counts = pl.col("measure").is_in(["structure.employers", "structure.funders"])
    blank = pl.lit(None, dtype=pl.Float64)
    findings = material.findings.with_columns(
        estimate=pl.when(counts).then(blank).otherwise(pl.col("estimate")),
        status=pl.when(counts).then(pl.lit("suppressed")).otherwise(pl.col("status")),
        reason=pl.when(counts).then(pl.lit("hidden")).otherwise(pl.col("reason")),
        detail=pl.when(counts).then(pl.lit("{}")).otherwise(pl.col("detail")),
    )
    root = read_report(write_report(replace(material, findings=findings)))
    facts = {dt.text: dd.text for dt, dd in zip(root.all("dt"), root.all("dd"), strict=True)}
    assert facts["Employers"] == "hidden"
    strips = root.under("fragmentation").having("strip")
    assert ["hidden" in strip.text for strip in strips] == [False, False, True, True]
    assert len(root.under("fragmentation").all("table")[0].having("hidden-value")) == 2


# Little is known


def test_no_published_figures_and_the_reason(qhm, make):
    root = read_report(write_report(make(change(qhm, published=qhm.table("published").clear()))))
    assert sections(root) == SECTIONS
    assert "no trust of this system is in the published tables" in root.under("public-evidence").text
    assert "The reason: no trust of this system" in root.under("change").text
    assert root.under("shares").having("strip")  # England's shares stand whatever the system
    assert "nothing is claimed about how its people lead" in root.text


def test_trusts_elsewhere_only(qhm, make):
    others = qhm.table("bodies").with_columns(
        kind=pl.when(pl.col("kind") == "nhs-trust").then(pl.lit("care-provider")).otherwise(pl.col("kind"))
    )
    root = read_report(write_report(make(change(qhm, bodies=others))))
    assert "no NHS trust of this system has published figures here" in root.under("public-evidence").text
    assert "no NHS trust has figures in both years" in root.under("change").text


def test_one_trust(qhm, make):
    trusts = qhm.table("bodies").filter(pl.col("kind") == "nhs-trust")["id"].to_list()
    first = qhm.table("published").filter(pl.col("body").is_in(trusts))["body"].sort()[0]
    root = read_report(
        write_report(make(change(qhm, published=qhm.table("published").filter(pl.col("body") == first))))
    )
    assert "in 1 NHS trust," in root.under("spread").text
    assert "1 trust surveyed in both years" in root.under("changes").text
    assert sections(root) == SECTIONS


def test_a_small_base_is_hidden_and_not_averaged_in(qhm, make):
    published = qhm.table("published")
    chosen = (pl.col("question") == "Q7h") & (pl.col("base") > 0)
    few = published.with_columns(base=pl.when(chosen).then(9).otherwise(pl.col("base")))
    root = read_report(write_report(make(change(qhm, published=few))))
    name = next(question.name for question in framework().crosswalk if question.id == "Q7h")
    assert not [s for s in root.under("spread").having("strip") if name in s.text and s.all("circle")]


def test_without_england_nothing_is_compared(qhm):
    material = make_material(qhm, with_england=False)
    assert material.england.is_empty()
    root = read_report(write_report(material))
    assert sections(root) == SECTIONS
    assert "England's findings, which a system is set against, are missing" in root.under("public-evidence").text
    assert "England's findings are missing" in root.under("differences").text
    assert "middle half of England" not in root.under("fragmentation").all("h3")[0].text
    assert "more than most" not in root.under("fragmentation").text
    for figure in ("flow", "social-care"):
        assert (
            "most of England" not in root.under(figure).text
            and "middle half" not in root.under(figure).all("h3")[0].text
        )


def test_a_system_of_one_body(qhm, make):
    one = qhm.table("bodies").filter(pl.col("id") == "QHM")
    alone = {name: qhm.table(name).clear() for name in ("ties", "published", "outcomes", "successions")}
    root = read_report(write_report(make(change(qhm, bodies=one, **alone))))
    assert "1 body in 1 sectors" not in root.text
    assert sections(root) == SECTIONS
    assert [len(svg.having("box")) for svg in root.all("svg") if "gov" in (svg.attrs.get("class") or "")] == [1, 1]
    assert "fewer" in root.under("fragmentation").all("h3")[0].text


def test_a_system_of_nobody(qhm, make):
    none = {name: rows.clear() for name, rows in qhm.tables.items()}
    root = read_report(write_report(make(change(qhm, **none))))
    assert "No public list holds the bodies of this system on this date." in root.text
    assert sections(root) == SECTIONS


def test_tiny_numbers(qhm, make):
    published = qhm.table("published").with_columns(percent=pl.col("percent") * 1e-6)
    outcomes = qhm.table("outcomes").with_columns(value=pl.col("value") * 1e-9)
    root = read_report(write_report(make(change(qhm, published=published, outcomes=outcomes))))
    assert "0.0\u00a0%" in root.under("spread").text
    assert not re.search(r"\de-?\d", root.text)


def test_bodies_that_have_ended_are_not_drawn(qhm, make):
    last = date(2025, 3, 31)
    ended = pl.col("kind") == "police-force"
    bodies = qhm.table("bodies").with_columns(valid_to=pl.when(ended).then(last).otherwise(pl.col("valid_to")))
    root = read_report(write_report(make(change(qhm, bodies=bodies))))
    boxes = {box.attrs["data-group"] for box in root.under("governance-map").having("box")}
    assert "police-force" not in boxes and "council" in boxes


def test_bodies_of_a_kind_share_one_box_whatever_their_sector(qhm, make):
    bodies = qhm.table("bodies").with_row_index().with_columns(
        sector=pl.when((pl.col("kind") == "gp-practice") & (pl.col("index") % 3 == 0))
        .then(pl.lit("private-care")).otherwise(pl.col("sector"))
    ).drop("index")  # fmt: skip
    root = read_report(write_report(make(change(qhm, bodies=bodies))))
    wide = next(svg for svg in root.all("svg") if "wide-only" in (svg.attrs.get("class") or ""))
    boxes = [box for box in wide.having("box") if box.attrs["data-group"] == "gp-practice"]
    assert len(boxes) == 1
    practices = qhm.table("bodies").filter(pl.col("kind") == "gp-practice").height
    assert len(boxes[0].all("title")) == practices


def test_an_unknown_system_in_the_study_is_named(qhm, make):
    from leaderful.errors import UnknownNameError

    with pytest.raises(UnknownNameError, match=r"set system in study\.toml"):
        jobs.material(replace(qhm, system=""), frame([]), None)
    with pytest.raises(UnknownNameError, match="Q99"):
        make(Study(name="x", system="Q99", as_at=qhm.as_at))


def test_a_finding_that_is_undefined_gives_its_reason(material):
    gone = Finding(
        measure="outcome.health_index", unit_kind="system", unit="QHM", method="m", status="undefined",
        reason="the index was not made that year", detail={"name": "Health Index"},
    )  # fmt: skip
    kept = material.findings.filter(pl.col("measure") != "outcome.health_index")
    root = read_report(write_report(replace(material, findings=pl.concat([kept, frame([gone])]))))
    assert (
        "No figure can be given for Health Index, because the index was not made that year."
        in root.under("outcomes").text
    )
