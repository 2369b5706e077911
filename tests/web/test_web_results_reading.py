"""A kept report is taken apart into pages that show the same, and carry no style of their own."""

from __future__ import annotations

import re
from datetime import date

import pytest
from web_results import PAGE

from leaderful import jobs
from leaderful.web.results.reading import OPENING, script, take_apart


def test_there_is_a_page_for_the_opening_and_each_section_under_its_name() -> None:
    parts = take_apart(PAGE).parts
    assert [(part.id, part.name) for part in parts.values()] == [
        (OPENING, ""),
        ("zip", "The zip & more"),
        ("methods", "Methods"),
    ]
    assert "<h1>The system</h1>" in parts[OPENING].body
    assert "<nav" not in parts[OPENING].body
    assert "Methods" not in parts["zip"].body


def test_links_lead_to_the_page_that_holds_their_end() -> None:
    parts = take_apart(PAGE).parts
    assert 'href="zip"' in parts[OPENING].body
    assert 'href="zip#teeth"' in parts[OPENING].body
    assert 'href="methods#method-zip"' in parts["zip"].body
    assert 'href="#teeth"' in parts["zip"].body
    assert 'href="#elsewhere"' in parts["methods"].body


def test_styles_stand_in_the_sheet_and_outrank_its_rules() -> None:
    report = take_apart(PAGE)
    assert not [part for part in report.parts.values() if ' style="' in part.body]
    place = re.search(r'id="teeth" data-look="(\d+)"', report.parts["zip"].body)
    assert place is not None
    assert f'[data-look="{place[1]}"]{{--columns:3!important;color:red!important}}' in report.look
    assert report.look.count("width:5%!important") == 1
    assert "--macro: #1f3f77" in report.look


def test_text_that_looks_like_a_mark_stays_as_it_is() -> None:
    assert "id=&#34;zip&#34; and style=&#34;x&#34;" in take_apart(PAGE).parts["zip"].body


def test_the_script_is_the_reports_own() -> None:
    assert "aria-sort" in script()


@pytest.fixture(scope="module")
def public_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    study = jobs.public_study("QHM", date(2026, 4, 1))
    return jobs.report(study, tmp_path_factory.mktemp("public")).report.read_text(encoding="utf-8")


def test_no_word_of_a_real_report_is_lost(public_page: str) -> None:
    report = take_apart(public_page)
    shown = "".join(part.body for part in report.parts.values())
    listed = re.findall(r'^<li><a href="#([^"]+)">', public_page.split('class="contents"')[1], re.MULTILINE)
    assert list(report.parts) == [OPENING, *listed[: len(report.parts) - 1]]
    main = public_page.split('<main id="content">')[1].split("</main>")[0]
    assert len(re.sub(r"<[^>]*>|\s", "", shown)) > len(re.sub(r"<[^>]*>|\s", "", main))
    assert re.sub(r"<[^>]*>|\s", "", main) in re.sub(r"<[^>]*>|\s", "", shown)


def test_every_link_inside_a_real_report_arrives(public_page: str) -> None:
    parts = take_apart(public_page).parts
    for part in parts.values():
        for target in re.findall(r'href="([^":/]*)"', part.body):
            page, _, anchor = target.partition("#")
            assert not page or page in parts, target
            assert not anchor or f'id="{anchor}"' in parts[page or part.id].body, target
        assert ' style="' not in part.body
        assert "<script" not in part.body
