"""Change of ties since the round before: what the figure and its sentences say is what the findings hold."""

from __future__ import annotations

from dataclasses import replace

from answered_findings import CHANGE, finding
from leaderful.measures.findings import Finding
from leaderful.report.sections.between import between_section
from tied_findings import hide, material, page_of, ties, without_value

MOVED = {"trust": 0.3, "value": 0.01, "respect": -0.3, "role": 0.0}


def change(indicator: str, kind: str, unit: str, by: float, se: float = 0.05) -> Finding:
    detail = {
        "indicator": indicator,
        "before": 3.0,
        "after": 3.0 + by,
        "n_before": 300,
        "n_after": 400,
        "paired": 90,
        "verdict": "higher" if by > 0 else "lower",
        "se": se,
        "df": 60.0,
        "p_holm": 0.012,
        "footprint": ["E"] if kind == "system" else [],
    }
    return finding("ties.change", kind, unit, by, wave=CHANGE, n=400, detail=detail)


def changes(moved: dict[str, float] = MOVED) -> list[Finding]:
    made = [change(key, "system", "XX1", by) for key, by in moved.items()]
    made += [change(key, "body", body, by) for key, by in moved.items() for body in "AB"]
    outside = change("outside", "system", "XX1", 0.002)
    shares = {"before": 0.6, "after": 0.602}
    made.append(replace(outside, detail=outside.detail | shares))
    zip_ = {"before": 0.2, "after": 0.35, "verdict": "higher", "se": 0.04, "pairs": 3, "people": 90, "footprint": []}
    made.append(finding("zip.change", "system", "XX1", 0.15, wave=CHANGE, detail=zip_))
    return made


def page(findings):
    own = material(findings)
    return page_of(own, between_section(own))


def rows(root, caption):
    (found,) = [t for t in root.all("table") if t.all("caption") and t.all("caption")[0].text == caption]
    return [[cell.text for cell in tr.children] for tr in found.all("tbody")[0].all("tr")]


def test_the_title_names_what_moved_after_correction():
    figure = page([*ties(), *changes()]).under("tie-change")
    title = figure.all("h3")[0].text
    assert title == "Since Autumn, trust and the closure of the zip are higher; respect is lower"
    assert "Older Beta is counted with what took over" in figure.text
    assert "up to 400 answers now and 300 then; the same people gave 90 of them in both rounds" in figure.text


def test_what_stands_out_alone_need_not_among_several():
    """p of 2.2 standard errors with 60 degrees of freedom is 0.03; times six it is 0.19."""
    found = changes({"trust": 0.11, "value": 0.0, "respect": 0.0, "role": 0.0})
    found = [without_value(f, "undefined") if f.measure == "zip.change" else f for f in found]
    title = page([*ties(), *found]).under("tie-change").all("h3")[0].text
    assert title == "Since Autumn, trust is probably higher"
    assert rows(page([*ties(), *found]), "Change of ties over all bodies")[0][5] == "probably higher"


def test_shares_are_in_points_and_answers_are_not():
    table = rows(page([*ties(), *changes()]), "Change of ties over all bodies")
    assert [row[:4] for row in table[:1]] == [["Trust", "3.00", "3.30", "+0.30"]]
    assert table[4][:5] == ["Working with another body", "60\xa0%", "60\xa0%", "+0.2 points", "−9.8 to 10.2"]
    assert table[5][:5] == ["The zip closed", "20\xa0%", "35\xa0%", "+15.0 points", "5.0 to 25.0"]


def test_bodies_stand_in_the_table_by_sector_and_name():
    table = rows(page([*ties(), *changes()]), "Change of what each body receives from the others")
    assert [row[0] for row in table] == ["Zeta Trust"] * 4 + ["Alpha Council"] * 4
    assert [row[1] for row in table[:4]] == ["Trust", "Value", "Respect", "Role understood"]
    assert table[0][4:] == ["+0.30", "0.20 to 0.40", "higher", "0.012", "400"]


def test_hidden_and_missing_values_are_words_and_no_figures():
    root = page([*ties(), *hide(changes(), "ties.change")])
    assert "3.30" not in root.under("tie-change").text
    assert set(rows(root, "Change of ties over all bodies")[0][1:]) == {"hidden"}
    assert set(rows(root, "Change of what each body receives from the others")[0][2:]) == {"hidden"}
    all_hidden = page([*ties(), *hide(hide(changes(), "ties.change"), "zip.change")])
    assert all_hidden.under("tie-change").all("h3")[0].text == "How ties changed since Autumn cannot be shown"


def test_one_round_has_no_figure_on_change():
    assert not [e for e in page(ties()).everything() if e.attrs.get("id") == "tie-change"]
