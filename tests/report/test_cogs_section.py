"""Cogs: whose loss is said to matter, and that nobody is named where too few answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leaderful.report.figures.marks import SECTORS
from leaderful.report.sections.cogs import cogs_section
from tied_findings import BODIES, cogs, material, page_of, without_value


def section(findings, **changed):
    own = material(findings, **changed)
    return page_of(own, cogs_section(own))


def title(root, figure):
    return root.under(figure).all("h3")[0].text


def rows(root, figure):
    return {row.having("q")[0].text: row for row in root.under(figure).having("cells-row")}


def test_without_a_network_the_section_is_left_out():
    assert cogs_section(material([])) is None


def test_bodies_whose_loss_costs_something_are_drawn_and_the_others_counted():
    root = section(cogs())
    assert list(rows(root, "removal")) == ["Alpha Council"]
    assert title(root, "removal") == "Taking out Alpha Council would cost the others more than chance explains"
    assert "Taking out any of the 3 other bodies costs the others less than 1 %" in root.under("removal").text
    # all bodies are in the table
    assert len(root.under("removal").all("tbody")[0].all("tr")) == len(BODIES)


def test_a_loss_and_what_chance_would_cost_are_drawn_where_they_lie():
    cell = rows(section(cogs()), "removal")["Alpha Council"].having("cell")[0]
    # the axis runs from 0 (at 2 %) to the largest, 20 % (at 98 %); chance from 0 to 5 %
    (dot,) = cell.all("circle")
    assert dot.attrs["cx"] == "98%"
    band = next(line for line in cell.all("line") if line.attrs.get("stroke") == "#c3c9d1")
    assert (band.attrs["x1"], band.attrs["x2"]) == ("2%", "26%")
    assert "20\u00a0%, beyond chance" in cell.text


def test_a_network_without_a_weak_spot_says_so():
    root = section(cogs(cut_off=()))
    assert title(root, "removal") == "No body's loss would cost the others more than chance explains"
    assert "sole-connectors" not in {e.attrs.get("id") for e in root.everything()}


def test_a_sole_connector_is_drawn_between_the_rest_and_those_it_alone_joins():
    root = section(cogs())
    assert title(root, "sole-connectors") == "Alpha Council is the only reported link between 1 body and the rest"
    (drawing,) = root.under("sole-connectors").having("cogs")
    # four bodies: one between, one behind it, so two others
    assert drawing.attrs["aria-label"] == "Alpha Council stands alone between 2 other bodies and Good Neighbours"
    wheels = [p for p in drawing.all("path") if p.attrs["class"] == "cog"]
    sectors = ("local-government", "voluntary")
    assert [wheel.attrs["style"] for wheel in wheels] == [f"fill:{SECTORS[sector][0]}" for sector in sectors]
    (row,) = root.under("sole-connectors").all("tbody")[0].all("tr")
    assert [cell.text for cell in row.children] == [
        "Alpha Council", "Good Neighbours", "voluntary and community", "Good Neighbours"
    ]  # fmt: skip


def test_behind_a_connector_five_are_drawn_and_the_others_counted():
    codes = [f"X{k}" for k in range(8)]
    names = {code: f"Body {code}" for code in codes} | {id: name for id, (name, _) in BODIES.items()}
    (drawing,) = section(cogs(cut_off=codes), former_names=names).under("sole-connectors").having("cogs")
    assert len([p for p in drawing.all("path") if p.attrs["class"] == "cog"]) == 1 + 5 + 1
    assert drawing.text.endswith("and 3 more")


def test_brokers_are_named_only_above_what_chance_brings():
    root = section(cogs())
    assert title(root, "brokerage") == "Alpha Council stands between others more often than chance would bring"
    assert list(rows(root, "brokerage")) == ["Alpha Council"]
    assert "3, more than chance" in rows(root, "brokerage")["Alpha Council"].text
    assert "The 3 other bodies stand between no such pair." in root.under("brokerage").text
    level = [replace(f, estimate=2.0) if f.measure == "brokerage.role" and f.estimate else f for f in cogs()]
    assert title(section(level), "brokerage").startswith("No body stands between others")


def test_what_rests_on_few_answers_is_provisional_or_withheld():
    shaky = [replace(f, detail=f.detail | {"provisional": True}) for f in cogs()]
    for figure in ("removal", "sole-connectors", "brokerage"):
        assert "Provisional: fewer than 80 %" in section(shaky).under(figure).text
        assert "Provisional" not in section(cogs()).under(figure).text
    few = [without_value(f, "insufficient", "fewer than 65 % of those asked answered") for f in cogs()]
    root = section(few)
    assert "Withheld: fewer than 65 % of those asked answered." in root.under("removal").text
    assert title(root, "removal") == "What the loss of a body would cost the others cannot be said here"
    assert title(root, "brokerage") == "Who stands between others cannot be said here"
    assert not any(root.under(figure).all("circle", fill="var(--level)") for figure in ("removal", "brokerage"))


@pytest.mark.parametrize("status", ["suppressed", "insufficient", "undefined"])
def test_the_cogs_section_stands_whatever_cannot_be_shown(status):
    for measure in sorted({f.measure for f in cogs()}):
        section([without_value(f, status) if f.measure == measure else f for f in cogs()])
