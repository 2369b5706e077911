"""Change of the zip between waves: by hand with a merger, under other names, and where it may not be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tie_studies import TIERS, draw, engaged, pick, staffed
from waved_studies import drawn_twice, merging, relabelled, waved

from leaderful.measures.findings import unframe
from leaderful.measures.tie_change import tie_changes
from leaderful.measures.ties import ties
from leaderful.measures.zip_change import zip_changes
from leaderful.measures.zips import zips
from leaderful.measuring import protect

SIZES = {"D": (4, 4, 4, 4), "E": (4, 4, 4, 4)}


def pair(before, after, *, sizes=SIZES, bodies=("D", "E"), **rest):
    """D and E, engaged with each other as given for (D, E) in each wave."""
    said = {
        wave: engaged("D", "E", numbers[0], sizes) + engaged("E", "D", numbers[1], sizes)
        for wave, numbers in (("w1", before), ("w2", after))
    }
    return waved({body: {} for body in bodies}, staffed(sizes), said, **{"declared": [("D", "E")]} | rest)


def test_closure_of_the_later_wave_less_that_of_the_earlier():
    """Teeth 2/4, 1/4, 0, 0 then 4/4, 2/4, 1/4, 1/4: from 3/16 to 8/16."""
    made = pair([(2, 1, 0, 0), (4, 4, 0, 4)], [(4, 2, 1, 1), (4, 4, 4, 4)])
    found = zip_changes(made)
    one, whole = pick(found, "zip.change", "D|E"), pick(found, "zip.change", "S")
    assert (one.detail["before"], one.detail["after"], one.estimate) == (3 / 16, 8 / 16, 5 / 16)
    assert (one.n, one.detail["people"], one.detail["tiers"], one.wave) == (32, 16, list(TIERS), "w1>w2")
    assert (whole.estimate, whole.n, whole.detail["people"], whole.detail["pairs"]) == (5 / 16, 32, 32, 1)
    assert one.detail["rests_on"] == [["zip.closure", "pair", "D|E", wave] for wave in ("w1", "w2")]
    closures = {f.wave: f.estimate for f in unframe(zips(made)) if (f.measure, f.unit) == ("zip.closure", "D|E")}
    assert one.estimate == closures["w2"] - closures["w1"]
    assert -1 <= one.lower <= one.estimate <= one.upper <= 1


def test_only_tiers_that_both_waves_have_are_compared():
    """E's board is silent in the later wave: executives to practitioners have 1/4, 0, 0 and 2/4, 1/4, 1/4."""
    made = pair([(2, 1, 0, 0), (4, 4, 0, 4)], [(4, 2, 1, 1), (4, 4, 4, 4)])
    silent = (pl.col("wave") == "w2") & pl.col("person").str.starts_with("E-board")
    relations = made.table("relations").filter(~silent)
    made = replace(made, tables={**made.tables, "relations": relations})
    found = zip_changes(made)
    one, whole = pick(found, "zip.change", "D|E"), pick(found, "zip.change", "S")
    assert one.detail["tiers"] == list(TIERS[1:])
    assert (one.detail["before"], one.detail["after"]) == (pytest.approx(1 / 12), pytest.approx(4 / 12))
    assert one.n == 24
    # The zip of w1 has the board too: what it is made of is in neither mean alone.
    assert ["zip.closure", "pair", "D|E", "w1"] in whole.detail["rests_on"]
    one_tier = made.table("relations").filter(~silent & ~pl.col("person").str.contains("executive|manager"))
    alone = zip_changes(replace(made, tables={**made.tables, "relations": one_tier}))
    assert [(f.unit, f.status) for f in unframe(alone)] == [("D|E", "insufficient")]


def test_merged_bodies_are_taken_together_and_have_no_pair_of_their_own():
    """A and B became C. Of A's two practitioners one is engaged with D, of B's two none; of D's two, one with A,
    the other with B: 1/4 and 2/2, as at the board, so that the tooth was 1/4. Of C's four then two: 2/4."""
    sizes = {"A": (2, 0, 0, 2), "B": (2, 0, 0, 2), "D": (2, 0, 0, 2)}
    both = {f"D-{tier}-0{k}": about for tier in ("board", "practitioner") for k, about in enumerate("AB")}
    before = engaged("A", "D", (1, 0, 0, 1), sizes) + engaged("B", "D", (0, 0, 0, 0), sizes)
    before += [
        (who, about, question, 3) for who, about in both.items() for question in ("body-contact", "body-reliable")
    ]
    after = engaged("A", "D", (1, 0, 0, 1), sizes) + engaged("B", "D", (1, 0, 0, 1), sizes)
    after += [(who, "C", question, 3) for who in both for question in ("body-contact", "body-reliable")]
    made = waved(
        merging(),
        staffed(sizes),
        {"w1": before, "w2": after},
        successions=[("A", "C"), ("B", "C")],
        declared=[("C", "D")],
    )
    (one,) = unframe(zip_changes(made))
    assert (one.unit_kind, one.detail["before"], one.detail["after"]) == ("system", 0.25, 0.5)
    assert (one.n, one.detail["footprint"], one.detail["people"]) == (12, ["A", "B"], 12)


def test_only_declared_partners_are_compared():
    assert zip_changes(pair([(2, 2, 2, 2)] * 2, [(2, 2, 2, 2)] * 2, declared=())).is_empty()


def test_the_system_is_the_mean_of_its_pairs_and_counts_their_people():
    study = drawn_twice(2, bodies=6)
    found = zip_changes(study)
    parts = [one for one in unframe(found) if one.unit_kind == "pair"]
    whole = pick(found, "zip.change", "S")
    assert len(parts) < whole.detail["pairs"]
    assert not [one for one in parts if "M" in one.unit]
    assert whole.n >= sum(one.n for one in parts)
    plain = replace(study, tables={**study.tables, "ties": study.table("ties").filter(~pl.any_horizontal(
        pl.col("source", "target") == "M"
    ))})  # fmt: skip
    found = zip_changes(plain)
    parts = [one for one in unframe(found) if one.unit_kind == "pair"]
    whole = pick(found, "zip.change", "S")
    assert whole.estimate == pytest.approx(np.mean([one.estimate for one in parts]))
    assert (whole.n, whole.detail["pairs"]) == (sum(one.n for one in parts), len(parts))


def test_a_zip_that_closed_is_told_and_one_that_stayed_is_not():
    sizes = {"D": (20, 20, 20, 20), "E": (20, 20, 20, 20)}
    low, high = [(4, 4, 4, 4)] * 2, [(14, 14, 14, 14)] * 2
    closed = pick(zip_changes(pair(low, high, sizes=sizes)), "zip.change", "D|E")
    assert (closed.detail["verdict"], closed.lower > 0) == ("higher", True)
    opened = pick(zip_changes(pair(high, low, sizes=sizes)), "zip.change", "D|E")
    assert (opened.detail["verdict"], opened.estimate) == ("lower", -closed.estimate)
    same = pick(zip_changes(pair(low, low, sizes=sizes)), "zip.change", "D|E")
    assert (same.estimate, same.detail["verdict"]) == (0.0, "cannot tell apart")
    assert same.lower < 0 < same.upper


def test_other_names_and_another_order_change_no_estimate():
    study = drawn_twice(8, bodies=5, per_tier=2)
    codes = study.table("bodies")["id"].to_list()
    bodies = {code: f"X{len(codes) - k}" for k, code in enumerate(codes)}
    people = {code: f"q{k}" for k, code in enumerate(study.table("people")["id"].reverse())}
    other = {one.unit: one for one in unframe(zip_changes(relabelled(study, bodies, people)))}
    plain = unframe(zip_changes(study))
    assert len(plain) == len(other) > 3
    for one in plain:
        unit = "|".join(sorted(bodies[code] for code in one.unit.split("|"))) if one.unit_kind == "pair" else one.unit
        assert (one.n, one.detail["people"]) == (other[unit].n, other[unit].detail["people"])
        assert one.estimate == pytest.approx(other[unit].estimate)


def test_the_same_seed_gives_the_same_bytes():
    study = drawn_twice(9, bodies=4, per_tier=2)
    assert zip_changes(study).equals(zip_changes(study))


def test_a_change_is_hidden_with_its_closures():
    study = drawn_twice(10, bodies=6, per_tier=30)
    few = study.table("people").filter(pl.col("body") == "B00", pl.col("tier") == "board")["id"][:26].implode()
    gone = (pl.col("wave") == "w2") & pl.col("person").is_in(few)
    study = replace(study, tables={**study.tables, "relations": study.table("relations").filter(~gone)})
    every = pl.concat([ties(study), tie_changes(study), zips(study), zip_changes(study)])
    kept = {
        (one.measure, one.unit, one.wave): one.status
        for one in unframe(protect(every, study))
        if one.measure in ("zip.closure", "zip.change")
    }
    changes = [unit for measure, unit, _ in kept if measure == "zip.change" and "|" in unit]
    assert {kept["zip.change", unit, "w1>w2"] for unit in changes} == {"ok", "suppressed"}
    for unit in changes:
        closures = {kept["zip.closure", unit, wave] for wave in ("w1", "w2")}
        if "suppressed" in closures:
            assert kept["zip.change", unit, "w1>w2"] == "suppressed"
        assert "B00" not in unit or kept["zip.change", unit, "w1>w2"] == "suppressed"


def test_one_wave_has_no_change_of_the_zip():
    assert zip_changes(draw(1, bodies=4, per_tier=2)).is_empty()
