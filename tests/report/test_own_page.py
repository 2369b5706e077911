"""The page of a system whose people were asked: its first screen, what is folded, what is not seen yet."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from markupsafe import Markup

from answered_findings import everything, finding, hide, material
from leaderful.framework import framework
from leaderful.measures.findings import frame
from leaderful.report import signals
from leaderful.report.opening import facts, known, sure, unknown
from leaderful.report.opening_own import facts_own, known_own, sure_own
from leaderful.report.page import Figure, Page, Section, render
from leaderful.report.report import write_report
from leaderful.report.sections.own_evidence import own_evidence_section
from leaderful.report.sections.structure import _single
from leaderful.report.signal import Signal
from leaderful.report.signals import HEADS, under_heads
from moment_findings import taken
from page_reader import read_report


def between_bodies():
    trust = finding("ties.trust", "system", "XX1", 3.27, detail={"people": 80})
    counts = {"confirmed": 5, "confirmable": 7, "one_sided": 2, "partner_silent": 0}
    return [trust, finding("ties.confirmed", "system", "XX1", 5 / 7, detail=counts)]


def page_of(findings, **changed):
    own = material(findings, **changed)
    standing = {"scale": "team", "standing": "", "basis": "", "valid_from": None, "system": "XX1"}
    bodies = own.bodies.with_columns(*(pl.lit(value).alias(name) for name, value in standing.items()))
    return read_report(write_report(replace(own, bodies=bodies)))


def test_the_first_screen_counts_people_and_ties_as_the_sections_do():
    own = material([*everything(), *between_bodies()])
    assert facts_own(own) == (
        ("People who answered", "80"),
        ("Of those asked", "80\u00a0%"),
        ("Ties that both ends confirm", "5 of 7"),
        ("Trust, from 1 to 4", "3.3"),
    )
    assert known_own(own).startswith("In Spring, 80 of 100 people answered (80\u00a0%), from 3 bodies")
    assert sure_own(own).startswith("On 3 of 4 item scales (statements on one theme) the answers hang together")
    assert "on 3 of 4, people of one body agree" in sure_own(own)


def test_hidden_figures_of_the_first_screen_say_so_and_missing_ones_too():
    kept = dict(facts_own(material([hide(f) for f in [*everything(), *between_bodies()]])))
    assert all("hidden" in value for value in kept.values())
    assert dict(facts_own(material(everything())))["Trust, from 1 to 4"] == "not known"


def test_only_public_evidence_is_called_public():
    root = page_of([*everything(), *between_bodies()])
    (kicker,) = root.having("kicker")
    assert kicker.text.startswith("Collaborative leadership in an Integrated Care System, from its own people.")
    names = [h3.text for h3 in root.under("methods").all("h3")]
    assert "Counts of structure" in names and "Item scales and their scores" in names
    assert "Published percentages" not in names
    assert "a count of what the system declares, not a sample" in root.under("governance-map").text
    assert "no public record" not in root.under("governance-map").text


# What is folded


def figure(**changed):
    about = {"title": "What it shows", "subtitle": "What is drawn", "caption": "n = 12.", "cannot": "Why."}
    return Figure(**{"id": "one", "body": Markup("<p>drawn</p>"), "method": "m"} | about | changed)


def page_with(*figures):
    ends = Section(id="methods", name="Methods", heading="Methods", body=Markup('<p id="method-m">m</p>'))
    section = Section(id="s", name="S", heading="S", figures=figures)
    about = {"title": "T", "kicker": "", "known": "", "sure": "", "unknown": "", "facts": (), "map": Markup("")}
    return read_report(render(Page(**about, map_note="", sections=(section, ends))))


def test_a_folded_figure_stands_below_the_others_with_its_title_alone_until_it_is_opened():
    root = page_with(figure(folded=True), figure(id="two", title="What matters"))
    told = [e.attrs["id"] for e in root.under("s").everything() if e.attrs.get("id") in ("one", "two")]
    assert told == ["two", "one"]
    fold = root.under("one")
    assert fold.tag == "details" and "open" not in fold.attrs
    assert [h3.text for h3 in fold.children[0].all("h3")] == ["What it shows"]
    (drawn,) = fold.all("figure")
    assert root.under(drawn.attrs["aria-labelledby"]).text == "What it shows"
    for part in ("What is drawn", "drawn", "n = 12.", "What this cannot tell you"):
        assert part in drawn.text
    assert "Look closer" in root.under("s").text


def test_nothing_invites_a_closer_look_where_nothing_is_folded():
    assert "Look closer" not in page_with(figure()).text


def test_methods_are_shut_until_one_asks_and_stand_in_the_page():
    root = page_of(everything())
    methods = root.under("methods").having("method")
    assert len(methods) > 5 and {one.tag for one in methods} == {"details"}
    assert all(one.all("p")[0].text for one in methods)


# What is not seen yet


def test_a_study_whose_people_were_asked_is_told_what_is_seen_and_what_is_not():
    listed = replace(finding("structure.bodies", "system", "XX1", 3.0), construct="fragmentation")
    own = material([*everything(), listed])
    section = own_evidence_section(own)
    asked = {f.construct for f in everything() if f.construct}
    total = len(framework().constructs)
    unseen = total - len(asked) - 1 - elsewhere(asked)
    assert section.heading == f"{unseen} of {total} ideas of the framework are not seen yet"
    told = " ".join(section.lead)
    assert f"On {len(asked)} ideas people here have spoken for themselves." in told
    assert "For 1 other there is only a sign from outside" in told
    assert "a diary of moments" in told and "who met whom, and when" in told
    assert "No public source records that" not in told and "about people's own employer" not in told
    assert "a second round of asking" not in told


def elsewhere(asked):
    spoken = {*asked, "fragmentation"}
    return sum("staff-survey" in one.evidence for one in framework().constructs if one.id not in spoken)


def test_a_second_round_is_asked_for_only_where_there_was_none():
    once = [f for f in everything() if f.measure not in ("scale.change", "scale.redrawn")]
    assert "a second round of asking" in " ".join(own_evidence_section(material(once)).lead)


def test_without_own_answers_it_says_what_only_these_can_show():
    section = own_evidence_section(replace(material([]), findings=frame([])))
    assert "can only be seen with your own evidence" in section.heading
    assert "No public source records that" in " ".join(section.lead)


# What stands out, under its heads


def test_every_sentence_of_the_first_screen_has_a_head():
    rooms = Path(signals.__file__).parent.glob("signals_*.py")
    used = {anchor for room in rooms for anchor in re.findall(r'anchor="([a-z]+)"', room.read_text(encoding="utf-8"))}
    assert used == {anchor for _, anchors in HEADS for anchor in anchors}


def test_sentences_stand_under_their_heads_in_the_order_of_these():
    silent, travel, zips = (Signal(kind="a kind", text=each, anchor=each) for each in ("silent", "travel", "zip"))
    assert under_heads([silent, travel, zips]) == (
        ("Working together", (zips,)),
        ("Conversations and moments", (travel,)),
        ("Read with care", (silent,)),
    )


def test_a_sentence_leads_to_the_part_that_shows_it_and_says_which():
    page = page_of([*everything(), *between_bodies()])
    links = page.having("heads")[0].all("a")
    names = {section.attrs["id"]: section.all("h2")[0].text for section in page.all("section")}
    assert links and all(link.attrs["href"][1:] in names for link in links)
    assert all(link.attrs["aria-label"].startswith("See ") for link in links)


def test_without_a_round_of_asking_the_first_screen_says_what_there_is():
    held = finding("structure.bodies", "system", "XX1", 3.0, detail={"kind": {"council": 1, "team": 2}})
    lists = material([replace(held, wave="2026-04-01"), *taken()])
    assert known(lists).startswith("The study names 3 bodies here: 1 council and 2 others.")
    assert known(lists).endswith("100 people kept diaries of 200 moments.")
    assert sure(lists, [], "").startswith("Nobody was asked what they think")
    assert "whether moments of leadership are taken" not in unknown(lists)
    assert "whether conversations cross boundaries" in unknown(lists)
    assert [name for name, _ in facts(lists, [], "")] == ["Bodies", "Employers", "Councils"]


# Names where there is little room


@pytest.mark.parametrize(
    ("id", "name", "kind", "short"),
    [
        ("CQC", "Care Quality Commission", "regulator", "CQC"),
        ("DHSC", "Department of Health and Social Care", "ministry", "DHSC"),
        ("XRG", "Example Regulator", "regulator", "Example Regulator"),
        ("XNB", "Example National Board", "nhs-england", "Example National Board"),
        ("NHSE", "NHS England", "nhs-england", "NHS England"),
        ("Y63", "North East and Yorkshire", "nhs-region", "Region"),
    ],
)
def test_a_code_stands_for_a_name_only_where_it_is_made_of_its_initials(id, name, kind, short):
    kinds = {one.id: one for one in framework().body_kinds}
    body = {"id": id, "name": name, "kind": kind, "scale": "national", "sector": "nhs"}
    assert _single(body, kinds[kind]).short == short
