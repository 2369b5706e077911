"""Who is silent: shares as counted, ranges as computed, and small groups hidden."""

from __future__ import annotations

from dataclasses import replace

from answered_findings import changed, everything, finding, hide, material, page_of, strip_of, title
from leaderful.report.sections.silent import silent_section


def silent(findings, **about):
    own = material(findings, **about)
    return page_of(own, silent_section(own))


def rate(findings, unit, count, n):
    def counted(f):
        return replace(f, estimate=count / n, n=n, detail=f.detail | {"count": count})

    return changed(findings, "response.rate", counted, unit=unit)


def rows_of(root):
    """The cells of each row of the table of who answered, by the row's name."""
    table = root.under("who-answered").having("of-shares")[0]
    return {tr.all("th")[0].text: [td.text for td in tr.all("td")] for tr in table.all("tr") if tr.all("td")}


def test_nobody_asked_leaves_the_section_out():
    assert silent_section(material([])) is None


def test_the_title_gives_the_whole_and_the_ends_of_the_tiers():
    root = silent(rate(rate(everything(), "board", 24, 25), "practitioner", 10, 25))
    assert title(root, "who-answered") == (
        "80\u00a0% of those asked answered: from 40\u00a0% of practitioners to 96\u00a0% of board members"
    )
    assert (
        title(silent(everything()), "who-answered") == "80\u00a0% of those asked answered, and each tier about as often"
    )


def test_a_hidden_whole_is_not_given_away_by_the_title():
    root = silent(changed(everything(), "response.rate", hide, unit_kind="system"))
    assert title(root, "who-answered") == "How many of those asked answered cannot be shown"
    assert rows_of(root)["Everyone who was asked"][0] == "hidden"


def test_the_matrix_has_every_body_by_tier_and_says_where_nobody_was_asked():
    found = rows_of(silent(everything()))
    assert list(found) == ["Everyone who was asked", "Beta Trust", "Zeta Trust", "Alpha Council"]
    whole, cell = "75\u00a0%of 20", "83\u00a0%of 12"
    assert found["Zeta Trust"] == [whole, cell, cell, cell, cell, whole]
    assert found["Beta Trust"] == [whole, *["nobody asked"] * 4, whole]


def test_small_groups_are_hatched():
    small = changed(everything(), "response.rate", hide, unit="A/board")
    root = silent(small)
    assert rows_of(root)["Zeta Trust"][1] == "hidden"
    cells = root.under("who-answered").having("of-shares")[0].having("hidden-value")
    assert len(cells) == 1
    assert "“Hidden” protects people" in root.under("who-answered").text
    assert "“Hidden” protects people" not in silent(everything()).under("who-answered").text


def test_a_part_that_was_not_asked_has_no_column():
    one = [f for f in everything() if f.detail.get("part") != "relations"]
    assert len(rows_of(silent(one))["Zeta Trust"]) == 5
    two = [f for f in everything() if f.detail.get("part") != "items"]
    assert len(rows_of(silent(two))["Zeta Trust"]) == 5
    assert "answered the questions about partners" in silent(two).under("who-answered").text


def test_bars_are_as_long_as_the_share():
    root = silent(rate(everything(), "A", 9, 20))
    row = next(tr for tr in root.under("who-answered").having("of-shares")[0].all("tr") if "Zeta Trust" in tr.text)
    assert row.all("td")[0].all("rect")[1].attrs["width"] == "45%"


def test_nobody_can_sort_bodies_by_how_they_answered():
    assert all(
        "as-ordered" in table.attrs.get("class", "")
        for table in silent(everything()).under("who-answered").all("table")
    )


def test_ranges_lie_within_each_other_and_the_title_has_the_furthest():
    # scores 3.8, 3.05, 3.6, 3.4, each 0.2 plausible and 0.7 possible; only 3.8 - 0.7 stays above the middle, 3
    root = silent(everything())
    assert title(root, "could-move") == (
        "If those who are silent see things clearly differently, scores could move by up to 0.2 points, and by 0.7 at "
        "the very most"
    )
    assert "On 1 of 4 item scales the mean would stay on its side of the middle" in root.under("silent").text
    row = strip_of(root, "could-move", "Common-good")
    worst, plausible = row.all("svg")[0].all("rect")
    # 3.1 to 4.5 of 1 to 5 is 52.5 % to 87.5 %; 3.6 to 4.0 is 65 % to 75 %
    assert (worst.attrs["x"], worst.attrs["width"]) == ("52.5%", "35%")
    assert (plausible.attrs["x"], plausible.attrs["width"]) == ("65%", "10%")
    assert row.all("circle")[0].attrs["cx"] == "70%"
    assert [small.text for small in row.having("v")[0].all("small")] == [
        "plausible 3.6 to 4.0",
        "possible 3.1 to 4.5",
        "weighted 3.8",
    ]


def test_nobody_silent_leaves_nothing_to_move():
    def whole(f):
        detail = f.detail | {"silent": 0, "likely_lower": f.estimate, "likely_upper": f.estimate}
        return replace(f, lower=f.estimate, upper=f.estimate, detail=detail)

    root = silent(changed(everything(), "scale.bounds", whole))
    assert title(root, "could-move") == "Everybody answered: no score could move"
    assert "nothing here could move" in root.under("silent").text


def test_a_single_answer_has_no_plausible_range():
    def single(f):
        return replace(f, detail=f.detail | {"likely_lower": None, "likely_upper": None})

    row = strip_of(silent(changed(everything(), "scale.bounds", single, scale="CGP")), "could-move", "Common-good")
    assert "plausible range cannot be worked out" in row.text
    assert len(row.all("rect")) == 1


def test_hidden_bounds_are_not_drawn():
    root = silent(changed(everything(), "scale.bounds", hide))
    assert title(root, "could-move") == "How far scores could move cannot be shown"
    assert not root.under("could-move").having("strip")[0].all("rect")


def test_what_was_hard_to_judge_is_named_only_where_it_stands_out():
    assert "No item scale stands out" in title(silent(everything()), "not-able-to-say")
    hard = changed(everything(), "response.unable", lambda f: replace(f, estimate=0.2), scale="SHP")
    assert title(silent(hard), "not-able-to-say") == (
        "People found shared purpose hardest to judge: 20\u00a0% were not able to say"
    )


def test_a_body_of_which_nothing_is_shown_is_named_as_hidden():
    rates_only = changed(everything(), "response.rate", hide, unit="A")
    assert "Zeta Trust cannot be shown" not in silent(rates_only).under("silent").text
    both = changed(rates_only, "scale.score", hide, unit="A")
    assert "Zeta Trust cannot be shown without giving people away" in silent(both).under("silent").text


def test_teams_have_a_table_of_their_own():
    team = finding(
        "response.rate", "team", "T1", 0.5, n=20, lower=None, upper=None, detail={"part": "items", "count": 10}
    )
    root = silent([*everything(), team], former_names={"T1": "Night team"})
    tables = root.under("who-answered").all("table")
    assert [table.all("caption")[0].text for table in tables][-1] == "By team"
    assert "Night team50\u00a0% (10)20nobody asked0" in tables[-1].text.replace("\n", "")
