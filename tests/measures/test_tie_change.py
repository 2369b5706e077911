"""Change of ties between waves: by hand with a merger, under other names, and where it may not be shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from tie_studies import draw, pick
from waved_studies import LAST, MERGED, drawn_twice, merging, relabelled, waved

from leaderful.measures.findings import unframe
from leaderful.measures.tie_change import tie_changes
from leaderful.measures.ties import ties
from leaderful.measures.words import compare
from leaderful.measuring import protect
from leaderful.statistics.multiple import holm

PEOPLE = {"a1": ("A", "board"), "b1": ("B", "board"), "d1": ("D", "board"), "d2": ("D", "board")}
RESPECT = {
    "w1": [("a1", "D", 2), ("b1", "D", 4), ("d1", "A", 1), ("d1", "B", 3), ("d2", "A", 2), ("a1", "B", 4)],
    "w2": [("a1", "D", 3), ("b1", "D", 3), ("d1", "C", 3), ("d2", "C", 4)],
}


def respecting(rows, **rest):
    said = {wave: [(who, of, "body-respect", answer) for who, of, answer in given] for wave, given in rows.items()}
    about = {"bodies": merging(), "people": PEOPLE, "successions": [("A", "C"), ("B", "C")]} | rest
    return tie_changes(waved(about["bodies"], about["people"], said, successions=about["successions"]))


def of(found, unit, indicator="respect"):
    return pick(found, "ties.change", unit, indicator=indicator)


def test_what_is_said_about_merged_bodies_is_pooled():
    """d1 said 1 of A and 3 of B, so 2 of both; d2 said 2. Of C they say 3 and 4: up by 1 and 2, s 0.7071, se 0.5."""
    one = of(respecting(RESPECT), "C")
    assert (one.detail["before"], one.detail["after"], one.estimate) == (2.0, 3.5, 1.5)
    assert (one.n, one.detail["n_before"], one.detail["paired"]) == (2, 2, 2)
    assert (one.detail["se"], one.detail["df"]) == (pytest.approx(0.5), pytest.approx(1))
    assert one.lower == pytest.approx(1.5 - 0.5 * t.ppf(0.975, 1))
    assert one.detail["verdict"] == compare(1.5, 0.5, df=1) == "cannot tell apart"
    assert one.detail["footprint"] == ["A", "B"]
    assert (one.wave, one.construct, one.level) == ("w1>w2", "respect", "micro")
    # What A's one rater said of B is no longer a tie; whoever knows both waves could work it out.
    assert one.detail["people"] == 1
    rests = [["ties.respect", "body", *where] for where in (("A", "w1"), ("B", "w1"), ("C", "w2"))]
    assert one.detail["rests_on"] == rests


def test_what_merged_bodies_say_is_pooled():
    """Of D, A says 2 and B 4, then C's two say 3 and 3: no change on the whole, of 1 and -1, se 1."""
    one = of(respecting(RESPECT), "D")
    assert (one.estimate, one.detail["se"], one.n) == (0.0, pytest.approx(1.0), 2)
    assert (one.detail["footprint"], one.detail["people"]) == ([], 2)
    assert one.detail["p"] == pytest.approx(1.0)


def test_the_system_is_made_of_its_bodies():
    """2, 2, 2, 4 then 3, 4, 3, 3: from 2.5 to 3.25; changes 1, 2, 1, -1 have s² = 4.75 / 3, and se = s / 2."""
    found = respecting(RESPECT)
    one = of(found, "S")
    assert (one.estimate, one.n) == (0.75, 4)
    assert one.n == of(found, "C").n + of(found, "D").n
    assert one.detail["se"] == pytest.approx((4.75 / 3) ** 0.5 / 2)
    assert (one.detail["clustered_by"], one.detail["clusters"]) == ("persons", 4)
    assert one.detail["footprint"] == ["A", "B"]
    assert one.detail["rests_on"] == [["ties.respect", "system", "S", wave] for wave in ("w1", "w2")]


def test_raters_and_bodies_of_one_wave_only_are_left_out():
    """E answers and is spoken of in the later wave only: nothing changes but who could be worked out."""
    rows = {**RESPECT, "w2": [*RESPECT["w2"], ("e1", "D", 1), ("e2", "D", 1), ("d1", "E", 4)]}
    found = respecting(rows, people=PEOPLE | {"e1": ("E", "board"), "e2": ("E", "board")})
    plain = respecting(RESPECT)
    for unit in ("C", "D", "S"):
        assert (of(found, unit).estimate, of(found, unit).n) == (of(plain, unit).estimate, of(plain, unit).n)
    assert not [one for one in unframe(found) if one.unit == "E"]
    assert of(found, "D").detail["people"] == 2


def test_a_body_that_took_over_a_part_cannot_be_followed_but_counts_in_the_system():
    """A became B and C. D says 2 of A, then 3 of B and 4 of C: for the system from 2 to 3.5."""
    bodies = {"A": {"valid_to": LAST}, "B": {"valid_from": MERGED}, "C": {"valid_from": MERGED}, "D": {}}
    rows = {"w1": [("d1", "A", 2), ("d2", "A", 2)], "w2": [("d1", "B", 3), ("d1", "C", 4)]}
    found = respecting(rows, bodies=bodies, successions=[("A", "B"), ("A", "C")])
    for unit in ("B", "C"):
        assert (of(found, unit).status, of(found, unit).n) == ("undefined", None)
    assert (of(found, "S").estimate, of(found, "S").n) == (1.5, 1)
    assert "no_interval" in of(found, "S").detail


def test_the_share_that_works_outside_its_body():
    """a1 met only b1's body: after the merger that is nobody. Of 4 then d1 alone, of 4 now a1, d1 and d2."""
    said = {
        "w1": [("a1", "B", 4), ("b1", "D", 1), ("d1", "A", 2), ("d2", "A", 1)],
        "w2": [("a1", "D", 2), ("b1", "D", 1), ("d1", "C", 3), ("d2", "C", 2)],
    }
    rows = {wave: [(who, about, "body-contact", k) for who, about, k in given] for wave, given in said.items()}
    found = tie_changes(waved(merging(), PEOPLE, rows, successions=[("A", "C"), ("B", "C")]))
    one = of(found, "S", "outside")
    assert (one.detail["a_count"], one.detail["a_n"], one.detail["b_count"], one.detail["b_n"]) == (1, 4, 3, 4)
    assert (one.estimate, one.n, one.construct) == (0.5, 4, "connectedness")
    # Changes 1, 0, 0, 1: mean 0.5, s² = 1 / 3, se = s / 2.
    assert one.detail["se"] == pytest.approx((1 / 3) ** 0.5 / 2)
    # ties.outside of w1 counts a1 as well, so that the one person would come out.
    assert one.detail["people"] == 1
    assert not [one for one in unframe(found) if one.detail["indicator"] == "outside" and one.unit_kind == "body"]


def test_without_mergers_it_is_the_difference_of_the_means_of_the_two_waves():
    study = drawn_twice(3)
    whole, found = ties(study), tie_changes(study)
    for body in ("B00", "B03"):
        for indicator in ("trust", "value"):
            one = of(found, body, indicator)
            then, now = (
                next(f for f in unframe(whole) if (f.measure, f.unit, f.wave) == (f"ties.{indicator}", body, wave))
                for wave in ("w1", "w2")
            )
            assert (one.n, one.detail["n_before"]) == (now.n, then.n)
            assert one.estimate == pytest.approx(now.estimate - then.estimate)
            assert one.detail["clustered_by"] == "bodies"
    then, now = (
        next(f for f in unframe(whole) if (f.measure, f.unit, f.wave) == ("ties.outside", "S", wave))
        for wave in ("w1", "w2")
    )
    assert of(found, "S", "outside").detail["b_n"] == now.n


def test_p_is_corrected_for_all_bodies_of_an_indicator():
    found = [one for one in unframe(tie_changes(drawn_twice(4))) if one.unit_kind == "body"]
    trust = [one.detail for one in found if one.detail["indicator"] == "trust"]
    assert [one["p_holm"] for one in trust] == pytest.approx(holm(np.array([one["p"] for one in trust])))
    assert len(trust) == 7  # eight bodies of which two became one


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 50), order=st.permutations(range(9)))
def test_other_names_and_another_order_change_nothing(seed, order):
    study = drawn_twice(seed, per_tier=2)
    codes = study.table("bodies")["id"].to_list()
    bodies = {code: f"X{order[k]}" for k, code in enumerate(codes)}
    people = {code: f"q{(k * 7919 + seed) % 1009}" for k, code in enumerate(study.table("people")["id"])}
    plain = unframe(tie_changes(study))
    other = {
        (one.unit, one.detail["indicator"]): one for one in unframe(tie_changes(relabelled(study, bodies, people)))
    }
    assert len(plain) == len(other) == 2 * 8 + 1  # trust and value of seven bodies and the system, and outside
    for one in plain:
        same = other[bodies.get(one.unit, one.unit), one.detail["indicator"]]
        assert (one.n, one.detail["people"], one.detail["paired"]) == (
            same.n, same.detail["people"], same.detail["paired"],
        )  # fmt: skip
        assert (one.estimate, one.lower, one.upper) == pytest.approx((same.estimate, same.lower, same.upper))


def test_answers_of_bodies_add_up_to_those_of_the_system():
    found = [one for one in unframe(tie_changes(drawn_twice(5))) if one.detail["indicator"] != "outside"]
    for indicator in ("trust", "value"):
        mine = [one for one in found if one.detail["indicator"] == indicator]
        assert sum(one.n for one in mine if one.unit_kind == "body") == next(o.n for o in mine if o.unit == "S")


def shown(study):
    every = pl.concat([ties(study), tie_changes(study)])
    return {
        (one.measure, one.unit, one.wave, one.detail.get("indicator")): one.status
        for one in unframe(protect(every, study))
        if one.unit_kind in ("body", "system")
    }


def test_a_change_is_hidden_with_the_means_it_is_made_of_and_not_alone():
    """Six people speak of B00 in the later wave, which hides its mean there, and so its change and another."""
    study = drawn_twice(6)
    relations = study.table("relations")
    about = (pl.col("about") == "B00") & (pl.col("wave") == "w2")
    few = relations.filter(about)["person"].unique().sort()[:6].implode()
    tables = {**study.tables, "relations": relations.filter(~about | pl.col("person").is_in(few))}
    kept = shown(study.__class__(name="Few", system="S", as_at=study.as_at, seed=6, tables=tables))
    bodies = [key for key in kept if key[0] == "ties.change" and key[1] != "S" and key[3] == "trust"]
    hidden = [key for key in bodies if kept[key] == "suppressed"]
    assert kept["ties.change", "B00", "w1>w2", "trust"] == "suppressed"
    assert 2 <= len(hidden) < len(bodies)
    for _, body, *_ in bodies:
        means = [kept.get(("ties.trust", body, wave, None)) for wave in ("w1", "w2")]
        assert "suppressed" not in means or kept["ties.change", body, "w1>w2", "trust"] == "suppressed"


def test_a_change_that_would_give_away_a_few_who_are_left_out_is_hidden():
    """Four people of a body that answered once speak of B00: its change and that of the system leave them out."""
    study = drawn_twice(7)
    late = full_of_new(study, 4)
    kept, many = shown(late), shown(full_of_new(study, 12))
    for unit in ("B00", "S"):
        assert kept["ties.change", unit, "w1>w2", "trust"] == "suppressed"
        assert many["ties.change", unit, "w1>w2", "trust"] == "ok"
    assert kept["ties.change", "B01", "w1>w2", "trust"] == "ok"


def full_of_new(study, size):
    """The study with a body whose people answered in the later wave only, about B00."""
    one = study.table("bodies").filter(id="B00").with_columns(id=pl.lit("N"))
    names = [f"n{k}" for k in range(size)]
    staff = study.table("people").head(size).with_columns(id=pl.Series(names), body=pl.lit("N"))
    said = study.table("relations").filter(pl.col("question") == "body-reliable").head(size)
    said = said.with_columns(person=pl.Series(names), wave=pl.lit("w2"), about=pl.lit("B00"))
    added = {"bodies": one, "people": staff, "relations": said}
    tables = {name: pl.concat([rows, added[name]]) if name in added else rows for name, rows in study.tables.items()}
    return study.__class__(name="New", system="S", as_at=study.as_at, seed=7, tables=tables)


def test_one_wave_has_no_change():
    assert tie_changes(draw(1, bodies=4, per_tier=2)).is_empty()
    only = {"w1": [("d1", "A", "body-respect", 1)]}
    assert tie_changes(waved(merging(), PEOPLE, only, waves={"w1": date(2025, 3, 1)})).is_empty()
