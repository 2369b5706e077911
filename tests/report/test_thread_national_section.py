"""What national plans speak of, as the report of a real system shows it."""

from __future__ import annotations

from datetime import date

import pytest

import answered_findings
from leaderful import england, jobs
from leaderful.measures.findings import Finding, frame
from leaderful.report.page import Page, render
from leaderful.report.sections.methods import methods_section
from leaderful.report.sections.thread import thread_section
from leaderful.report.sections.thread_national import headline, of_national
from page_reader import read_report

WAVE = "2026-04-01"
TEXT = {"title": "Text <a>", "dated": "May 2025", "passages": 90, "tagged": 60, "joined": False}
DATES = [TEXT, TEXT | {"title": "Text b", "dated": "", "passages": 10, "tagged": 5, "joined": True}]


def finding(measure, kind, unit, estimate, n, **rest):
    return Finding(measure=measure, unit_kind=kind, unit=unit, wave=WAVE, method="m", estimate=estimate, n=n, **rest)


def suggested(goal, n, **stances):
    detail = {"goal": goal, "open": n, "stances": {"open": stances}}
    return finding("thread.suggested", "body", "X24", float(n), n, detail=detail)


def precision(unit, right, n, lower, upper):
    kind = "england" if unit == "england" else "goal"
    return finding("thread.precision", kind, unit, right / n, n, lower=lower, upper=upper, detail={"count": right})


def passage(goal, quote):
    detail = {
        "goal": goal, "part": quote, "document": "Text <a>", "page": None, "quote": quote, "stance": "commits",
        "decision": "open", "why": "Words that point to it: care.",
    }  # fmt: skip
    return finding("thread.passage", "body", "X24", 0.9, 1, detail=detail)


READ = finding("thread.read", "body", "X24", 65.0, 100, detail={"documents": DATES})
SPOKEN = [
    READ,
    suggested("SDG3", 60, commits=20, mentions=10, drops=1),
    suggested("SDG17", 10, commits=10),
    suggested("SDG1", 2, mentions=2),
    precision("england", 36, 60, 0.47, 0.71),
    precision("SDG3", 8, 9, 0.5, 0.9),
    precision("SDG17", 4, 8, 0.2, 0.8),
    passage("SDG17", "We will work <together>."),
    passage("SDG3", "Care will come first."),
]


def material(spread, **about):
    return answered_findings.material([], england=frame(spread), outlines=about.pop("outlines", [object()]), **about)


def page(own):
    about = dict.fromkeys(("kicker", "known", "sure", "unknown", "map", "map_note"), "")
    sections = (thread_section(own), methods_section(own))
    return read_report(render(Page(title="Testshire", facts=(), sections=sections, **about)))


@pytest.fixture(scope="module")
def root():
    return page(material(SPOKEN))


def test_a_made_up_system_has_no_national_plans():
    assert thread_section(material(SPOKEN, outlines=())) is None


def test_the_first_sentence_says_what_is_known_and_the_next_what_to_do(root):
    lead, todo, *_ = [paragraph.text for paragraph in root.under("thread").all("p")]
    assert lead.startswith(
        "National plans speak of SDG 3 (Good Health and Well-being) far more than of any other goal."
    )
    assert "The bodies here have not said which goals they serve" in lead
    assert todo.startswith("What to do next: ") and "leaderful plans" in todo


def test_bars_are_as_long_as_their_counts_and_the_line_is_what_may_be_right(root):
    three, seventeen = root.under("thread-national").having("stances")[-2:]
    widths = {rect.attrs["class"]: float(rect.attrs["width"].rstrip("%")) for rect in three.all("rect")}
    assert widths == pytest.approx({
        "commits": 98 * 20 / 60, "mentions": 98 * 10 / 60, "drops": 98 / 60, "unread": 98 * 29 / 60
    }, abs=0.01)  # fmt: skip
    line = seventeen.all("line")[0]
    ends = [float(line.attrs[end].rstrip("%")) for end in ("x1", "x2")]
    assert ends == pytest.approx([98 * 2 / 60, 98 * 8 / 60], abs=0.01)
    assert three.attrs["role"] == "img" and "29 stance not read" in three.attrs["aria-label"]


def test_the_legend_holds_only_stances_that_are_there(root):
    words = root.under("thread-national").having("legend")[0].text
    assert "commits to it" in words and "puts it off" not in words


def test_rare_goals_and_goals_without_a_passage_are_named(root):
    words = root.under("thread-national").text
    assert "Fewer than 5 passages each were tagged with SDG 1." in words
    assert "No passage was tagged with SDG 2, 4, 5, 6," in words


def test_caption_and_limits_give_n_texts_dates_and_how_often_tags_are_right(root):
    words = root.under("thread-national").text
    assert "n = 100 passages of 2 texts by X24, dated 2025; 1 gives no date. 65 were tagged, 72 times" in words
    assert (
        "Of 60 that were read by hand, goals taking turns, 36 were right (60\u00a0%, 95\u00a0% interval 47 to 71)"
        in (words.replace("95 %", "95\u00a0%"))
    )
    assert root.under("method-thread-national")


def test_the_tables_hold_every_number(root):
    rows = [[cell.text for cell in row.children] for row in root.under("thread-national").all("tr")]
    goal = "SDG 3 (Good Health and Well-being)"
    assert [goal, "60", "20", "0", "10", "0", "1", "29", "8 of 9", "30 to 54"] in rows
    assert ["Text b", "X24", "gives no date", "10", "5", "columns ran together: goals only"] in rows


def test_sentences_are_quoted_in_the_order_of_goals(root):
    figure = root.under("thread-national-words")
    quotes = [quote.text for quote in figure.having("quote")]
    assert [quote.split(".")[0] for quote in quotes] == ["Care will come first", "We will work <together>"]
    assert "read as “commits to it” · Text <a>, X24" in quotes[0]


@pytest.mark.parametrize(
    ("tags", "judged", "title"),
    [
        ({"SDG3": 40, "SDG4": 20}, {"SDG3": (0.8, 1.0), "SDG4": (0.5, 1.0)}, "{} more than of any other goal"),
        ({"SDG3": 60, "SDG4": 20}, {"SDG3": (0.8, 1.0), "SDG4": (0.5, 1.0)}, "{} far more than of any other goal"),
        ({"SDG3": 60}, {}, "{}, and of no other goal"),
    ],
)
def test_the_title_goes_no_further_than_the_tags(tags, judged, title):
    rows = [READ, *(suggested(goal, n) for goal, n in tags.items())]
    rows += [precision(goal, 1, 2, lower, upper) for goal, (lower, upper) in judged.items()]
    said = headline(of_national(material(rows)))
    assert said == "National plans speak of " + title.format("SDG 3 (Good Health and Well-being)")


@pytest.mark.parametrize("judged", [[], [precision("SDG3", 1, 2, 0.2, 1.0), precision("SDG4", 1, 2, 0.5, 1.0)]])
def test_where_the_tags_are_too_unsure_no_goal_is_said_to_lead(judged):
    rows = [READ, suggested("SDG3", 60), suggested("SDG4", 20), *judged]
    assert "others may lead" in headline(of_national(material(rows)))


def test_a_real_system_says_it_in_its_own_report():
    day = date(2026, 4, 1)
    study = jobs.public_study("QHM", day)
    findings, spread = jobs.protected(study)
    words = page(jobs.material(study, findings, spread)).under("thread").text
    assert "National plans speak of SDG 3 (Good Health and Well-being) far more than of any other goal" in words
    assert "Core purposes and plans suggest 8 links to goals; a link counts only once somebody confirms it." in words
    assert "by Department of Health and Social Care and NHS England" in words
    assert spread is not None and spread.equals(england.spread(day))
