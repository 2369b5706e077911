"""Change between waves, with people followed through mergers, and what redrawing alone changes."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from small_studies import SYSTEM, body, drawn, person, pick, said, study, succession

from leaderful import disclosure
from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.scale_change import scale_changes
from leaderful.measures.scales import scales
from leaderful.measures.units import parents
from leaderful.measures.words import compare
from leaderful.study import Study

WAVES = {"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)}
MERGED = date(2025, 9, 1)
LAST = date(2025, 8, 31)


def scored(scores, *, wave):
    """Rows of people who give every item of a scale their score."""
    return [row for who, score in scores.items() for row in said(who, [score] * 4, wave=wave)]


def merging(before, after, *, people=None):
    """A and B become C between the waves; D stands throughout. People are named for their body."""
    bodies = [
        body("A", valid_to=LAST),
        body("B", valid_to=LAST),
        body("C", valid_from=MERGED),
        body("D", sector="voluntary"),
    ]
    names = sorted({*before, *after})
    made = [person(name, name[0].upper(), tier="board" if name.endswith("9") else "manager") for name in names]
    return study(
        bodies,
        people or made,
        [*scored(before, wave="w1"), *scored(after, wave="w2")],
        successions=[succession("A", "C", MERGED), succession("B", "C", MERGED)],
        waves=WAVES,
    )


def test_everybody_in_both_waves_is_the_paired_t_test():
    """D: 2, 3, 1 then 3, 5, 4. Changes of 1, 2 and 3: mean 2, s 1, se 1 / sqrt(3) with 2 degrees of freedom."""
    made = merging({"d1": 2, "d2": 3, "d3": 1}, {"d1": 3, "d2": 5, "d3": 4})
    one = pick(scale_changes(made), "scale.change", "D")
    assert (one.estimate, one.n, one.wave) == (pytest.approx(2.0), 3, "w1>w2")
    assert one.lower == pytest.approx(2 - t.ppf(0.975, 2) / 3**0.5)
    assert one.upper == pytest.approx(2 + t.ppf(0.975, 2) / 3**0.5)
    assert (one.detail["before"], one.detail["after"], one.detail["paired"]) == (2.0, 4.0, 3)
    assert one.detail["footprint"] == []
    assert one.detail["verdict"] == compare(2.0, 1 / 3**0.5, df=2) == "probably higher"
    assert (one.detail["n_before"], one.detail["n_after"], one.detail["people"]) == (3, 3, 3)


def test_nobody_in_both_waves_is_two_samples():
    """1, 3, 5 then 4, 5: means 3 and 4.5, variances 4 and 0.5, so se² = 4/3 + 0.5/2."""
    made = merging({"d1": 1, "d2": 3, "d3": 5}, {"d4": 4, "d5": 5})
    one = pick(scale_changes(made), "scale.change", "D")
    assert one.estimate == pytest.approx(1.5)
    assert one.detail["se"] == pytest.approx((4 / 3 + 0.25) ** 0.5)
    assert (one.n, one.detail["paired"], one.detail["people"]) == (5, 0, 2)


def test_one_person_in_both_waves_counts_once():
    made = merging({"d1": 2, "d2": 4}, {"d2": 5, "d3": 3})
    one = pick(scale_changes(made), "scale.change", "D")
    assert (one.n, one.detail["paired"], one.estimate) == (3, 1, pytest.approx(1.0))


@pytest.fixture(scope="module")
def merged():
    """A scores 2 and 2, B 4, 4, 4 and 4; in C afterwards 3, 3, 4, 4, 5 and 5. D stays at 3."""
    before = {"a1": 2, "a2": 2, "b1": 4, "b2": 4, "b3": 4, "b4": 4, "d1": 3, "d9": 3}
    after = {"a1": 3, "a2": 3, "b1": 4, "b2": 4, "b3": 5, "b4": 5, "d1": 3, "d9": 3}
    return merging(before, after)


def test_a_merged_body_is_set_against_all_that_it_was(merged):
    """Pooled before (2 * 2 + 4 * 4) / 6 = 10/3, after 24/6 = 4: the change is 2/3, though A rose by 2 to C."""
    one = pick(scale_changes(merged), "scale.change", "C")
    assert one.estimate == pytest.approx(2 / 3)
    assert one.detail["footprint"] == ["A", "B"]
    assert (one.n, one.detail["paired"]) == (6, 6)
    changes = np.array([1, 1, 0, 0, 1, 1])
    assert one.detail["se"] == pytest.approx(changes.std(ddof=1) / 6**0.5)


def test_the_fewest_people_behind_a_merged_body_are_those_of_its_smallest_part(merged):
    assert pick(scale_changes(merged), "scale.change", "C").detail["people"] == 2


def test_redrawing_alone_moves_each_predecessor(merged):
    """A was 2 and B 4, together 10/3: A's people see 4/3 more and B's 2/3 less, and nobody changed their mind."""
    found = scale_changes(merged)
    one, other = (pick(found, "scale.redrawn", unit) for unit in ("A", "B"))
    assert (one.estimate, other.estimate) == (pytest.approx(4 / 3), pytest.approx(-2 / 3))
    assert (one.detail["successor"], one.detail["own"], one.n, one.detail["people"]) == ("C", 2.0, 6, 2)
    assert one.detail["pooled"] == pytest.approx(10 / 3)
    assert not [row for row in unframe(found) if (row.measure, row.unit) == ("scale.redrawn", "D")]


def test_systems_tiers_and_sectors_pool_the_redrawn_bodies(merged):
    """All 8 people, 26/8 before and 30/8 after; the sector of C is that of A and B."""
    found = scale_changes(merged)
    system = pick(found, "scale.change", SYSTEM)
    assert (system.estimate, system.n, system.detail["footprint"]) == (pytest.approx(0.5), 8, ["A", "B"])
    assert pick(found, "scale.change", "nhs").estimate == pytest.approx(2 / 3)
    assert pick(found, "scale.change", "voluntary").estimate == 0.0
    assert (pick(found, "scale.change", "manager").n, pick(found, "scale.change", "board").status) == (7, "ok")


def test_one_person_at_each_end_is_a_change_without_an_interval(merged):
    one = pick(scale_changes(merged), "scale.change", "board")
    assert (one.estimate, one.lower, one.detail["verdict"]) == (0.0, None, "cannot tell apart")
    assert "at least two" in one.detail["no_interval"]


def test_a_list_that_was_brought_up_to_date_gives_the_same_change(merged):
    """Everybody of A and B is now on the list as of C: which of the two they were of cannot be told."""
    people = merged.table("people").with_columns(pl.col("body").replace({"A": "C", "B": "C"}))
    current = replace(merged, tables={**merged.tables, "people": people})
    one, other = (pick(scale_changes(made), "scale.change", "C") for made in (merged, current))
    assert (one.estimate, one.n, one.detail["se"]) == (other.estimate, other.n, other.detail["se"])
    assert scale_changes(current).filter(measure="scale.redrawn").is_empty()


def test_a_split_body_cannot_be_followed_but_its_people_can():
    made = study(
        [body("A", valid_to=LAST), body("B", valid_from=MERGED), body("C", valid_from=MERGED)],
        [person("a", "A"), person("b", "B"), person("c", "C")],
        [*scored({"a": 2}, wave="w1"), *scored({"b": 3, "c": 5, "a": 2}, wave="w2")],
        successions=[succession("A", "B", MERGED, kind="split"), succession("A", "C", MERGED, kind="split")],
        waves=WAVES,
    )
    found = scale_changes(made)
    for unit in ("B", "C"):
        one = pick(found, "scale.change", unit)
        assert (one.status, one.n) == ("undefined", None)
        assert "cannot be followed" in one.reason
    assert pick(found, "scale.change", SYSTEM).estimate == pytest.approx(10 / 3 - 2)


def test_a_body_that_takes_another_over_keeps_its_name():
    made = study(
        [body("A"), body("B", valid_to=LAST)],
        [person("a", "A"), person("b", "B")],
        [*scored({"a": 2, "b": 4}, wave="w1"), *scored({"a": 3, "b": 5}, wave="w2")],
        successions=[succession("B", "A", MERGED, kind="acquisition")],
        waves=WAVES,
    )
    found = scale_changes(made)
    one = pick(found, "scale.change", "A")
    assert (one.estimate, one.detail["before"], one.detail["footprint"]) == (1.0, 3.0, ["A", "B"])
    assert pick(found, "scale.redrawn", "A").estimate == 1.0
    assert pick(found, "scale.redrawn", "B").estimate == -1.0


def test_a_new_name_is_no_redrawing():
    made = study(
        [body("A", valid_to=LAST), body("C", valid_from=MERGED)],
        [person("a", "A"), person("b", "A")],
        [*scored({"a": 2, "b": 4}, wave="w1"), *scored({"a": 3, "b": 4}, wave="w2")],
        successions=[succession("A", "C", MERGED, kind="rename")],
        waves=WAVES,
    )
    found = scale_changes(made)
    assert pick(found, "scale.change", "C").estimate == 0.5
    assert found.filter(measure="scale.redrawn").is_empty()


def test_bodies_that_were_asked_once_are_left_out_of_both_ends():
    """N begins after the first wave and nobody came before it; three people would come out by subtraction."""
    made = study(
        [body("A"), body("N", valid_from=MERGED)],
        [*(person(f"a{k}", "A") for k in range(4)), *(person(f"n{k}", "N") for k in range(3))],
        [
            *scored({f"a{k}": 3 for k in range(4)}, wave="w1"),
            *scored({f"a{k}": 4 for k in range(4)} | {f"n{k}": 1 for k in range(3)}, wave="w2"),
        ],
        waves=WAVES,
    )
    found = scale_changes(made)
    one = pick(found, "scale.change", SYSTEM)
    assert (one.estimate, one.n, one.detail["n_after"], one.detail["people"]) == (1.0, 4, 4, 3)
    new = pick(found, "scale.change", "N")
    assert (new.status, new.reason) == ("insufficient", "nobody has a score in the earlier wave")


def test_three_waves_are_compared_one_with_the_next():
    waves = {"w1": date(2024, 1, 1), "w3": date(2026, 1, 1), "w2": date(2025, 1, 1)}
    rows = [row for k, wave in enumerate(("w1", "w2", "w3")) for row in scored({"a": 2 + k, "b": 1 + k}, wave=wave)]
    made = study([body("A")], [person("a", "A"), person("b", "A")], rows, waves=waves)
    assert set(scale_changes(made)["wave"]) == {"w1>w2", "w2>w3"}


def test_a_scale_asked_once_has_no_change():
    rows = [
        *said("a", [4, 4, 4, 4]),
        *said("a", [4, 4, 2, 4], scale="SHP", wave="w2"),
        *said("a", [3, 3, 3, 3], wave="w2"),
    ]
    made = study([body("A")], [person("a", "A")], rows, waves=WAVES)
    assert {one.detail["scale"] for one in unframe(scale_changes(made))} == {"MOT"}


def test_changes_are_those_of_the_scores_of_both_waves():
    made = drawn(waves=("w1", "w2"), bodies=4, teams=3)
    found, score = scale_changes(made), scales(made)
    for unit in (SYSTEM, "B0", "B3", "board", "nhs"):
        one = pick(found, "scale.change", unit, scale="MOT")
        first, last = (pick(score, "scale.score", unit, scale="MOT", wave=wave) for wave in ("w1", "w2"))
        assert one.estimate == pytest.approx(last.estimate - first.estimate)
        assert (one.detail["n_before"], one.detail["n_after"]) == (first.n, last.n)


def test_the_same_people_make_a_sharper_change_than_strangers():
    """Whoever answers twice has their own mind twice: renamed in the second wave, they are strangers."""
    rng = np.random.default_rng(4)
    minds = {f"a{k:02}": int(rng.integers(1, 5)) for k in range(40)}
    later = {who: mind + int(rng.random() < 0.5) for who, mind in minds.items()}
    same = study(
        [body("A")],
        [person(who, "A") for who in minds],
        [*scored(minds, wave="w1"), *scored(later, wave="w2")],
        waves=WAVES,
    )
    strangers = {f"x{who}": mind for who, mind in later.items()}
    other = study(
        [body("A")],
        [person(who, "A") for who in (*minds, *strangers)],
        [*scored(minds, wave="w1"), *scored(strangers, wave="w2")],
        waves=WAVES,
    )
    one, two = (pick(scale_changes(made), "scale.change", "A") for made in (same, other))
    assert one.estimate == two.estimate
    assert one.upper - one.lower < 0.5 * (two.upper - two.lower)
    assert one.detail["verdict"] == "higher"


@settings(max_examples=5)
@given(st.permutations(["A", "B", "C", "D"]))
def test_other_names_of_bodies_change_nothing_but_the_names(names):
    made = merging(
        {"a1": 2, "a2": 3, "b1": 4, "b2": 5, "d1": 3, "d2": 1}, {"a1": 3, "a2": 3, "b1": 4, "c1": 5, "d1": 3, "d2": 2}
    )
    new = dict(zip("ABCD", names, strict=True))
    held = made.tables
    tables = {
        **held,
        "bodies": held["bodies"].with_columns(pl.col("id").replace(new)),
        "people": held["people"].with_columns(pl.col("body").replace(new)),
        "successions": held["successions"].with_columns(pl.col("predecessor", "successor").replace(new)),
    }
    order = ["measure", "unit_kind", "unit"]
    was = scale_changes(made).with_columns(pl.col("unit").replace(new)).sort(order)
    now = scale_changes(replace(made, tables=tables)).sort(order)
    columns = [*order, "estimate", "lower", "upper", "n", "status"]
    assert was.select(columns).equals(now.select(columns))


def test_changes_pass_disclosure_control():
    made = drawn(waves=("w1", "w2"), bodies=4, teams=4)
    shown = disclosure.protect(
        scale_changes(made),
        people=["scale"],
        others=[],
        asked=("scale",),
        parents=parents(made),
    )
    assert pick(shown, "scale.change", SYSTEM, scale="MOT").status == "ok"


def test_one_wave_has_no_change():
    made = study([body("A")], [person("a", "A")], said("a", [4, 4, 4, 4]))
    assert scale_changes(made).height == 0
    assert scale_changes(Study(name="Empty", system=SYSTEM, as_at=date(2026, 3, 31))).schema == SCHEMA
