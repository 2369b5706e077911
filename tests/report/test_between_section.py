"""Between bodies: what the figures and their sentences say is what the findings hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_markup import HOSTILE

from leaderful.report.figures.trust_matrix import STATES
from leaderful.report.sections.between import between_section
from tied_findings import (
    BODIES,
    everything,
    exactly,
    gaps,
    hide,
    looks_to,
    material,
    page_of,
    space,
    ties,
    whole_network,
    without_value,
)

ORDER = ["Beta Trust", "Zeta Trust", "Alpha Council", "Good Neighbours"]


def between(findings, **changed):
    own = material(findings, **changed)
    return page_of(own, between_section(own))


def title(root, figure):
    return root.under(figure).all("h3")[0].text


def matrix(root):
    """The cells of the matrix by who speaks and of whom."""
    (table,) = root.under("trust-matrix").having("of-trust")
    (head,) = table.all("thead")
    columns = [th.having("up")[0].text for th in head.all("th")[1:]]
    rows = {tr.all("th")[0].text: tr.all("td") for tr in table.all("tbody")[0].all("tr")}
    assert columns == list(rows)
    return {(row, column): cell for row, cells in rows.items() for column, cell in zip(columns, cells, strict=True)}


def table(root, caption):
    (found,) = [t for t in root.all("table") if t.all("caption") and t.all("caption")[0].text == caption]
    return [[cell.text for cell in tr.children] for tr in found.all("tbody")[0].all("tr")]


def words(root, name):
    """What the network's table says of one thing."""
    (row,) = [tr for tr in root.under("network").having("told")[0].all("tr") if tr.children[0].text == name]
    return row.children[1].text, row.children[2].text


def changed(findings, measure, change, unit=""):
    return [change(f) if f.measure == measure and unit in ("", f.unit) else f for f in findings]


def test_nobody_asked_about_other_bodies_leaves_the_section_out():
    assert between_section(material([])) is None
    assert between_section(material(space())) is None


# The matrix


def test_bodies_stand_by_sector_and_name_and_never_by_trust():
    assert [row for row, column in matrix(between(ties())) if column == ORDER[0]] == ORDER


def test_a_cell_holds_the_mean_of_the_row_about_the_column_with_its_number():
    cells = matrix(between(ties()))
    assert cells["Zeta Trust", "Alpha Council"].text == "3.4 n 40"
    assert cells["Alpha Council", "Zeta Trust"].text == "2.1 n 40"


def test_the_state_of_a_tie_is_marked_as_seen_from_the_row():
    cells = matrix(between(ties()))

    def mark(row, column):
        return [svg.attrs["aria-label"] for svg in cells[row, column].all("svg")]

    # only C reports the tie with A; D could not be asked; C and D were asked and neither reports one
    assert mark("Zeta Trust", "Alpha Council") == mark("Alpha Council", "Zeta Trust") == [STATES["confirmed"]]
    assert mark("Beta Trust", "Zeta Trust") == ["only the body in the row reports it"] == [STATES["given"]]
    assert mark("Zeta Trust", "Beta Trust") == ["only the body in the column reports it"]
    assert mark("Alpha Council", "Good Neighbours") == [STATES["silent"]]
    assert mark("Beta Trust", "Good Neighbours") == [STATES["absent"]]


def test_a_hidden_cell_says_so_and_one_that_nobody_answered_says_that():
    cells = matrix(between(ties()))
    hidden = cells["Beta Trust", "Alpha Council"]
    assert hidden.text == "hidden" and hidden.attrs["class"] == "kept" and not hidden.all("svg")
    assert cells["Good Neighbours", "Alpha Council"].text == "no answer"
    assert cells["Alpha Council", "Alpha Council"].attrs["class"] == "own"


def test_more_trust_is_a_darker_tint_of_one_hue():
    cells = matrix(between(ties()))
    by_trust = sorted((float(c.text.split()[0]), c.attrs["style"]) for c in cells.values() if "n 40" in c.text)
    tints = [tuple(map(int, style[len("background:rgb(") : -1].split(","))) for _, style in by_trust]
    assert len(set(tints)) == len(tints) == 5
    for channel in range(3):
        assert [tint[channel] for tint in tints] == sorted((tint[channel] for tint in tints), reverse=True)


def test_the_title_counts_what_both_ends_confirm():
    assert title(between(ties()), "trust-matrix") == (
        "Both ends confirm 2 of the 3 ties that were reported; trust between bodies is 3.1 on the whole, on a scale of "
        "1 to 4"
    )
    unheard = changed(ties(), "ties.confirmed", lambda f: without_value(f, "insufficient"))
    assert title(between(unheard), "trust-matrix").startswith("No reported tie could be confirmed from both")


def test_the_table_of_pairs_holds_what_the_matrix_cannot():
    rows = {
        (row[0], row[1]): row[2:] for row in table(between(ties()), "What people of each body say of each other body")
    }
    assert rows["Zeta Trust", "Alpha Council"] == ["3.40", "3.30 to 3.50", "40", "60\u00a0%", STATES["confirmed"]]
    assert rows["Beta Trust", "Alpha Council"] == ["hidden", "hidden", "hidden", "no answers", "hidden"]
    (ends,) = table(between(ties()), "Trust at the two ends of each pair")
    assert ends == ["Zeta Trust", "Alpha Council", "3.40", "2.10", "+1.30", "1.20 to 1.40", "one-sided"]


# The share that belongs to the pair


def test_the_headline_is_the_share_of_the_pair_with_its_interval():
    root = between([*ties(), *space()])
    assert title(root, "relational-share") == (
        "50\u00a0% (40 to 60\u00a0%) of the differences in trust belong to the pair, not to who gives or gets it"
    )
    blocks = [float(rect.attrs["width"][:-1]) for rect in root.under("relational-share").having("split")[0].all("rect")]
    assert blocks == pytest.approx([50, 10, 20, 20])


def test_returned_trust_is_claimed_only_where_the_interval_leaves_out_none():
    # dyadic 0.3 to 0.5, generalised -0.05 to 0.15
    text = between([*ties(), *space()]).under("relational-share").text
    assert "the other tends to do so too (correlation 0.40, interval 0.30 to 0.50)" in text
    assert "These answers cannot tell (correlation 0.05, interval −0.05 to 0.15)" in text
    turned = changed(space(), "space_between.reciprocity", lambda f: replace(f, estimate=-0.4, lower=-0.5, upper=-0.3))
    assert "the other tends to trust it less" in between([*ties(), *turned]).under("relational-share").text


def test_too_few_bodies_for_the_model_are_said_to_be_too_few():
    few = [without_value(f, "insufficient", "fewer than 5 bodies have 3 partners or more") for f in space()]
    figure = between([*ties(), *few]).under("relational-share")
    assert "fewer than 5 bodies have 3 partners or more" in figure.text
    assert not figure.having("split")


# The map


def test_every_tie_that_may_be_shown_is_drawn_once_and_no_other():
    root = between(ties())
    for drawing in root.under("tie-map").all("svg")[-2:]:
        paths = [p for p in drawing.all("path") if "tie" in (p.attrs.get("class") or "").split()]
        drawn = {(p.attrs["data-source"], p.attrs["data-target"]): p.attrs["class"].split()[1] for p in paths}
        assert drawn == {("A", "B"): "confirmed", ("A", "C"): "one-sided", ("B", "D"): "partner-silent"}
        assert sorted(box.attrs["data-group"] for box in drawing.having("box")) == sorted(BODIES)
    assert "1 pair is hidden to protect people and not drawn" in root.under("tie-map").text


def test_a_line_is_kept_by_the_filter_when_enough_people_hold_it_at_both_ends():
    # A>B 60 % and B>A 30 %; A>C 4 % and C>A 55 %; of B and D only one end is known
    drawing = between(ties()).under("tie-map").all("svg")[-1]
    kept = {p.attrs["data-source"] + p.attrs["data-target"]: p.attrs["class"].split()[2:] for p in drawing.all("path")
            if p.attrs.get("data-source")}  # fmt: skip
    assert kept == {"AB": ["from-25"], "AC": [], "BD": []}


def test_the_list_of_neighbours_says_what_the_map_shows():
    rows = table(between(ties()), "Who is tied to whom")
    # body, sector, ties shown, confirmed, pairs hidden, neighbours
    assert rows == [
        ["Beta Trust", "NHS", "1", "0", "1", "Zeta Trust (one end only)"],
        ["Zeta Trust", "NHS", "2", "1", "0", "Beta Trust (one end only); Alpha Council"],
        ["Alpha Council", "Local government", "2", "1", "1", "Zeta Trust; Good Neighbours (other end not asked)"],
        ["Good Neighbours", "Voluntary and community", "1", "0", "0", "Alpha Council (other end not asked)"],
    ]


def test_the_map_leads_from_each_body_to_its_row():
    root = between(ties())
    for anchor in root.under("tie-map").all("svg")[-2].all("a"):
        row = root.under(anchor.attrs["href"][1:])
        assert anchor.attrs["aria-label"].startswith(row.children[0].text)


# What bodies receive, and how sectors are seen


def test_received_answers_are_drawn_where_they_lie():
    root = between(ties())
    (row,) = [r for r in root.under("received").having("cells-row") if "Zeta Trust" in r.text]
    trust = row.having("cell")[0]
    # 1 to 4 runs from 2 % to 98 %: 3.1 lies at 2 + 96 * 2.1 / 3 = 69.2 %
    (dot,) = trust.all("circle")
    assert float(dot.attrs["cx"][:-1]) == pytest.approx(69.2)
    assert trust.all("svg")[0].attrs["aria-label"] == "Zeta Trust, trust: 3.1 (3.0 to 3.2)"
    hidden = between(hide(ties(), "ties.trust", "A")).under("received")
    (row,) = [r for r in hidden.having("cells-row") if "Zeta Trust" in r.text]
    assert row.having("cell")[0].all("circle") == [] and row.having("cell")[0].having("hidden-value")


def test_tables_of_bodies_cannot_be_sorted_into_a_ranking():
    root = between(ties())
    for figure in ("received", "apart"):
        assert root.under(figure).all("table")[0].attrs["class"] == "as-ordered"


def test_a_sector_is_called_lower_only_where_p_is_small_after_correction():
    # every interval leaves out no difference; whether words follow depends on p for all comparisons together
    root = between([*ties(), *gaps(p=0.01, influence=-0.3, resources=-0.2)])
    cells = [c.all("span")[0].text for c in root.under("equality").having("cells-row")[0].having("cell")]
    assert cells == ["−0.30, lower", "0.00, cannot tell apart", "−0.20, lower", "0.00, cannot tell apart"]
    assert title(root, "equality") == (
        "Next to NHS bodies, people see local government bodies lower in influence and resources, and voluntary and "
        "community bodies lower in influence and resources"
    )
    unsure = between([*ties(), *gaps(p=0.05, influence=-0.3)])
    cell = unsure.under("equality").having("cells-row")[0].having("cell")[0]
    assert cell.all("span")[0].text == "−0.30, cannot tell apart"
    assert title(unsure, "equality").startswith("In nothing that was asked")
    assert "fold" in unsure.under("equality").attrs["class"] and "class" not in root.under("equality").attrs


def test_many_gaps_are_counted_among_those_that_can_be_shown():
    found = hide(gaps(p=0.01, influence=-0.3, trust=0.3), "equality.gap", "voluntary")
    found += [
        replace(f, unit="police", estimate=-0.3, detail=f.detail | {"p_holm": 0.01}) for f in found if f.estimate == 0.0
    ]
    told = title(between([*ties(), *found]), "equality")
    # four of local government, of which influence is lower and trust higher, and two of the police, lower
    assert told == "Of 6 comparisons with NHS bodies, other sectors are seen lower in 3 and higher in 1"


def test_a_body_that_keeps_to_itself_is_named_in_the_title():
    assert title(between(ties()), "apart").startswith("No body that can be shown keeps to itself: 90\u00a0%")
    silo = changed(ties(), "ties.outside", lambda f: replace(f, estimate=0.4, detail=f.detail | {"apart": True}), "C")
    root = between(silo)
    assert title(root, "apart") == "Beta Trust works with others far less than the rest do"
    assert "Beta Trust stands apart: 40\u00a0% of its people" in root.under("between").text


# The network and leadership


def test_ties_across_sectors_are_called_fewer_only_against_chance():
    across = "Ties across sectors (E-I)"
    value, said = words(between([*ties(), *whole_network(p=0.5)]), across)
    assert value == "−0.40" and "cannot be told apart from chance (0.20, mostly −0.30 to 0.60)" in said
    assert (
        "Fewer ties cross sectors than chance would bring"
        in words(between([*ties(), *whole_network(p=0.01)]), across)[1]
    )


def test_core_and_groups_name_bodies_only_where_enough_answered():
    named = between([*ties(), *whole_network()])
    assert "In the best fit 2 bodies make up the core." in words(named, "A core")[1]
    assert "Beta Trust and Zeta Trust" in words(named, "Groups")[1]
    assert "Provisional: fewer than 80 %" in named.under("network").text
    unnamed = between([*ties(), *whole_network(named=False)])
    assert words(unnamed, "A core")[1].endswith("any network fits a bit.")
    assert "No body is named: too few answered" in words(unnamed, "Groups")[1]


def test_groups_that_are_hardly_there_are_not_named():
    found = changed(whole_network(), "network.communities", lambda f: replace(f, estimate=0.29))
    assert "Below 0.3 groups are not clear, by a common convention, so none is named" in (
        told := words(between([*ties(), *found]), "Groups")[1]
    )
    assert "Zeta Trust" not in told


def test_where_every_pair_has_a_tie_nothing_more_is_said_of_the_network():
    found = changed(whole_network(), "network.density", lambda f: replace(f, estimate=1.0))
    root = between([*ties(), *found])
    assert title(root, "network") == "Every pair of bodies that somebody could speak for has a tie"
    assert "Groups" not in root.under("network").text


def test_an_undefined_figure_of_the_network_says_why():
    found = changed(
        whole_network(), "network.core", lambda f: without_value(f, "undefined", "no two bodies have a tie")
    )
    assert words(between([*ties(), *found]), "A core") == ("cannot be worked out", "No two bodies have a tie.")


def test_the_ways_of_looking_for_leadership_are_in_the_title():
    root = between([*ties(), *looks_to()])
    assert title(root, "looks-to").endswith(
        "upwards in 50\u00a0% of namings, to their own tier in 30\u00a0%, downwards in 20\u00a0%"
    )
    assert (
        "Of the 60 people who were named, 75\u00a0% were named by somebody of another body"
        in root.under("looks-to").text
    )


# Whatever the findings


@pytest.mark.parametrize("status", ["suppressed", "insufficient", "undefined"])
def test_the_section_stands_whatever_cannot_be_shown(status):
    every = everything()
    for measure in sorted({f.measure for f in every}):
        between([without_value(f, status) if f.measure == measure else f for f in every])
    root = between([without_value(f, status) for f in every])
    assert not any(
        root.under(figure).all("circle", fill="var(--level)") for figure in ("received", "equality", "apart")
    )


def test_one_pair_without_an_interval_is_enough():
    root = between([exactly("ties.trust", "pair", "A>B", 3.0, detail={"people": 12})])
    assert "too few people for one" in root.under("trust-matrix").text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12] or "empty")
def test_a_hostile_name_stays_a_name_between_bodies(text):
    own = material(everything())
    root = page_of(own, between_section(replace(own, bodies=own.bodies.with_columns(name=own.bodies["id"] + text))))
    plain = page_of(own, between_section(own))
    assert {e.tag for e in root.everything()} <= {e.tag for e in plain.everything()}
    assert len(root.all("svg")) == len(plain.all("svg"))
