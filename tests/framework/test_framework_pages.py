"""What people read of the framework: complete, linked, and honest about what is ours."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from leaderful.framework import framework
from leaderful.framework.pages import docs_pages, explain, glossary, listing, page_of

PAGES = docs_pages()


def anchors(page: str) -> list[str]:
    return re.findall(r'<a id="([^"]+)"></a>', PAGES[page])


def test_every_construct_has_one_section() -> None:
    assert sorted(anchors("reference/framework.md")) == sorted(c.id for c in framework().constructs)
    sections = PAGES["reference/framework.md"].split("\n### ")[1:]
    for construct, section in zip(framework().constructs, sections, strict=True):
        assert section.startswith(f'<a id="{construct.id}"></a>{construct.name}\n')
        assert construct.definition in section
        assert construct.measures[0].name in section
        assert "not validated" in section


def test_anchors_stand_once_on_their_page() -> None:
    for page in PAGES:
        assert len(anchors(page)) == len(set(anchors(page))), page


def test_links_between_pages_lead_somewhere() -> None:
    followed = 0
    for page, text in PAGES.items():
        for path, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            assert anchor in anchors(target), (page, path, anchor)
            followed += 1
    assert followed > 300


def test_every_entry_has_a_place() -> None:
    for group, id, _, _ in listing():
        page, _, anchor = page_of(group, id).partition("#")
        assert anchor in anchors(page), (group, id)


def test_pages_end_in_one_newline_and_hold_no_gaps() -> None:
    for page, text in PAGES.items():
        assert text.startswith("# "), page
        assert text.endswith("\n"), page
        assert not text.endswith("\n\n"), page
        assert "\n\n\n" not in text, page


def test_headings_go_down_one_step_at_a_time() -> None:
    for page, text in PAGES.items():
        depths = [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]
        assert depths[0] == 1, page
        assert all(after - before <= 1 for before, after in pairwise(depths)), page


def test_table_rows_have_the_columns_of_their_head() -> None:
    for page in ("reference/instrument.md", "reference/staff-survey.md"):
        for table in re.findall(r"(?:^\|.*\|\n)+", PAGES[page], re.M):
            widths = {line.count(" | ") for line in table.splitlines()}
            assert len(widths) == 1, table


def test_instrument_page_holds_every_item_and_the_warning() -> None:
    page = PAGES["reference/instrument.md"]
    assert framework().instrument.note in page
    for item in framework().items:
        mark = "reversed" if item.reversed else ""
        assert f"| {item.id} | {item.text} | {mark} |" in page


def test_glossary_holds_every_construct_and_says_what_is_ours() -> None:
    text = glossary()
    assert PAGES["GLOSSARY.md"] == text
    for construct in framework().constructs:
        assert f"(`{construct.id}`): {construct.definition} Source: " in text
    assert "**Tier** (`tier`): Seniority of a person: board, executive, manager or practitioner. *Ours.*" in text


def test_explain_a_construct() -> None:
    assert explain("turbulence") == (
        "Turbulence (turbulence), among the constructs\n"
        "\n"
        "Shocks that strike a whole system from outside, such as the crash of 2008, austerity,\n"
        "the Brexit vote, COVID-19, war and the change of the climate.\n"
        "\n"
        "Level             macro\n"
        "Direction         neither way is better\n"
        "Evidence          dated shocks\n"
        "Measure           momentum.change_at_shock\n"
        "Proposition       P6 Catalyst\n"
        "                  P9 Austerity\n"
        "Source            Moore, Elliott and Hesselgreaves (2023)\n"
        "                  Ansell, Sørensen and Torfing (2021)\n"
        "Standing          The idea is that of the sources. How it is measured here is ours and\n"
        "                  not validated."
    )


def test_explain_tells_two_things_of_one_name_apart() -> None:
    text = explain("board")
    assert "Board (board), among the tiers" in text
    assert "Board (board), among the kinds of body" in text


def test_explain_a_turned_question_an_item_and_a_source() -> None:
    assert "Turned round      enters as the percentage who did not experience it" in explain("Q14b")
    assert "Speaks to         no construct: shown as pressure on staff" in explain("Q3i")
    assert explain("ACC4") == explain("ACC")
    assert "(reversed)" in explain("ACC4")
    assert "DOI               10.5465/amp.2012.0088" in explain("yukl-2012")


def test_everything_can_be_explained_and_fits_the_terminal() -> None:
    rows = listing()
    for _, id, name, line in rows:
        text = explain(id)
        assert name in text
        assert all(len(each) <= 88 for each in text.splitlines() if "among the" not in each), id
        assert line
        assert "\n" not in line
    assert len(rows) == sum(map(len, framework().groups.values())) + len(framework().sources)
