"""The zip between bodies: hand-worked, against direct counting, and with truths planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tie_studies import DAY, TIERS, draw, engaged, make, pick, staffed

from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.tie_parents import tie_parents
from leaderful.measures.zip_ranges import closure, reached
from leaderful.measures.zip_teeth import resampled, resampled_together, shuffled, teeth
from leaderful.measures.zips import zips
from leaderful.study import Study


def two(a, b, a_size, b_size, *, declared=(("A", "B"),)):
    sizes = {"A": a_size, "B": b_size}
    said = engaged("A", "B", a, sizes) + engaged("B", "A", b, sizes)
    return make({"A": "nhs", "B": "nhs"}, staffed(sizes), said, declared=declared)


def test_teeth_are_those_of_the_less_engaged_end():
    found = zips(two((4, 3, 2, 0), (2, 5, 1, 0), (4, 4, 4, 10), (4, 5, 5, 10)))
    pair = {one.detail["tier"]: one for one in unframe(found) if one.measure == "zip.tooth" and one.unit_kind == "pair"}
    # Engagement of A is 4/4, 3/4, 2/4, 0/10 and of B 2/4, 5/5, 1/5, 0/10.
    assert [pair[tier].estimate for tier in TIERS] == [0.5, 0.75, 0.2, 0.0]
    manager = pair["manager"]
    assert {key: manager.detail[key] for key in ("a", "b", "a_count", "a_n", "b_count", "b_n", "people")} == {
        "a": 0.5, "b": 0.2, "a_count": 2, "a_n": 4, "b_count": 1, "b_n": 5, "people": 4,
    }  # fmt: skip
    assert manager.n == 9
    one = pick(found, "zip.closure", "A|B")
    assert one.estimate == pytest.approx((0.5 + 0.75 + 0.2) / 4)
    assert (one.n, one.detail["people"], one.detail["tiers"]) == (46, 22, list(TIERS))
    depth = pick(found, "zip.depth", "A|B")
    # 0.5 and 0.75 hold, 0.2 does not.
    assert (depth.estimate, depth.detail["lowest"], depth.detail["order"]) == (2.0, "executive", list(TIERS))
    assert pick(found, "zip.top_heaviness", "A|B").estimate == 0.5
    # The system is the mean over its one declared pair.
    assert pick(found, "zip.closure", "S").estimate == one.estimate
    assert (pick(found, "zip.closure", "S").n, pick(found, "zip.closure", "S").detail["people"]) == (46, 46)


def test_engagement_needs_a_working_tie_and_trust_of_three():
    study = two((2, 2, 2, 2), (2, 2, 2, 2), (2, 2, 2, 2), (2, 2, 2, 2))
    low = study.table("relations").with_columns(
        answer=pl.when((pl.col("question") == "body-reliable") & pl.col("person").str.starts_with("A-board"))
        .then(2)
        .otherwise("answer")
    )
    found = zips(Study(name="Low", system="S", as_at=DAY, tables={**study.tables, "relations": low}))
    assert pick(found, "zip.tooth", "A|B", tier="board").estimate == 0.0
    assert pick(found, "zip.tooth", "A|B", tier="executive").estimate == 1.0


def test_a_tier_without_people_is_left_out():
    found = zips(two((2, 0, 3, 4), (2, 1, 3, 4), (4, 0, 4, 4), (4, 2, 4, 4)))
    assert pick(found, "zip.closure", "A|B").detail["tiers"] == ["board", "manager", "practitioner"]
    # 0.5, 0.75 and 1 hold: three of the three tiers.
    assert pick(found, "zip.depth", "A|B").estimate == 3.0
    boardless = zips(two((0, 0, 3, 4), (0, 1, 3, 4), (0, 0, 4, 4), (0, 2, 4, 4)))
    for measure in ("zip.depth", "zip.top_heaviness"):
        one = pick(boardless, measure, "A|B")
        assert (one.status, one.n) == ("insufficient", None)
        assert "board" in one.reason
    alone = zips(two((0, 0, 0, 4), (0, 0, 0, 4), (0, 0, 0, 4), (0, 0, 0, 4)))
    assert pick(alone, "zip.closure", "A|B").status == "insufficient"
    assert pick(alone, "zip.tooth", "A|B").estimate == 1.0
    assert alone.filter((pl.col("measure") == "zip.closure") & (pl.col("unit") == "S")).is_empty()


def test_partners_are_declared_or_both_speak_of_each_other():
    ten, few = (3, 3, 2, 2), (2, 2, 2, 2)
    found = zips(two((1, 1, 1, 1), (1, 1, 1, 1), ten, ten, declared=()))
    assert pick(found, "zip.closure", "A|B").detail["declared"] is False
    assert pick(found, "zip.closure", "S").detail["basis"] == "found"
    assert zips(two((1, 1, 1, 1), (1, 1, 1, 1), ten, few, declared=())).is_empty()
    silent = zips(two((1, 1, 1, 1), (0, 0, 0, 0), ten, (0, 0, 0, 0)))
    assert [(one.measure, one.unit, one.status) for one in unframe(silent)] == [("zip.closure", "A|B", "insufficient")]


def test_the_system_is_the_mean_over_declared_pairs_only():
    study = draw(2, bodies=5, per_tier=4)
    found = zips(study)
    closures = [one for one in unframe(found) if one.measure == "zip.closure" and one.unit_kind == "pair"]
    declared = [one for one in closures if one.detail["declared"]]
    assert 0 < len(declared) <= len(closures)
    whole = pick(found, "zip.closure", "S")
    assert whole.estimate == pytest.approx(np.mean([one.estimate for one in declared]))
    assert whole.n == sum(one.n for one in declared)
    for tier in TIERS:
        parts = [one for one in unframe(found) if one.detail.get("tier") == tier and one.detail.get("declared")]
        mine = pick(found, "zip.tooth", "S", tier=tier)
        assert mine.estimate == pytest.approx(np.mean([one.estimate for one in parts]))
        assert mine.n == sum(one.n for one in parts)
    under = tie_parents(study).filter((pl.col("unit_kind") == "pair") & (pl.col("parent_kind") == "system"))
    assert sorted(under["unit"]) == sorted(one.unit for one in declared)


def test_samples_keep_to_bodies_and_tiers():
    study = draw(3, bodies=4, per_tier=6)
    found = teeth(study, "w1")
    drawn = np.concatenate([part for _, part in resampled(found, seed=1)], axis=1)
    together = np.array(list(resampled_together(found, seed=1)))
    assert drawn.shape == together.shape == (1000, len(found.pairs), 4)
    # Both ways of drawing are the same distribution for a pair.
    np.testing.assert_allclose(drawn.mean(axis=0), together.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), together.std(axis=0), atol=0.03)
    # The binomial that is drawn: mean e, variance e (1 - e) / n.
    share, n = found.shares[0, 0, 0], found.asked[0, 0, 0]
    once = np.random.default_rng(1).binomial(n, share, 100_000) / n
    assert once.std() == pytest.approx(np.sqrt(share * (1 - share) / n), rel=0.02)


def test_shuffles_keep_the_people_and_only_move_their_tiers():
    found = teeth(draw(3, bodies=4, per_tier=6, top_only=False), "w1")
    whole = found.engaged.sum(axis=2) / found.asked.sum(axis=2)
    drawn = np.array(list(shuffled(found, seed=1)))
    # Each tier is as engaged as the whole body on average; a tooth is at most that of the lesser end.
    assert (drawn.mean(axis=0) <= whole.min(axis=1)[:, None] + 0.03).all()
    # Each tier keeps its number of people, so that shares stay sixths.
    np.testing.assert_allclose(drawn * 6, np.rint(drawn * 6), atol=1e-9)


def test_what_is_made_of_teeth():
    rows = np.array(
        [[0.5, 0.4, 0.2, 0.9], [0.2, 0.9, 0.9, 0.9], [0.5, np.nan, 0.4, 0.3], [np.nan, 0.5, np.nan, np.nan]]
    )
    np.testing.assert_allclose(closure(rows), [0.5, 0.725, 0.4, np.nan])
    assert reached(rows)[:3].tolist() == [2.0, 0.0, 3.0]


def test_a_zip_closed_only_at_the_top_is_found():
    found = zips(draw(7, per_tier=15, top_only=True))
    flagged = [one.unit for one in unframe(found) if one.detail.get("closed_only_at_top") is True]
    assert flagged == ["B03|B04"]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_planted_closes_no_zip_at_the_top(seed):
    found = zips(draw(seed, bodies=8, per_tier=4, engaged=0.5))
    assert not [one.unit for one in unframe(found) if one.detail.get("closed_only_at_top") is True]


def test_shuffling_tiers_finds_no_tier_where_tiers_do_not_matter():
    p = [pick(zips(draw(seed, bodies=5, per_tier=6)), "zip.closure", "S").detail["p"] for seed in range(20)]
    assert np.mean(np.array(p) < 0.2) < 0.5
    assert min(p) >= 2 / 400
    planted = pick(zips(two((10, 0, 0, 0), (10, 0, 0, 0), (10,) * 4, (10,) * 4)), "zip.closure", "A|B")
    # All the engaged are on one tier at both ends, so that teeth meet: chance spreads and separates them.
    assert planted.estimate == 0.25
    assert planted.detail["p"] < 0.05
    assert planted.detail["null_upper"] <= 0.25


def test_intervals_hold_their_estimates_and_are_the_same_each_time():
    study = draw(9, bodies=5, per_tier=5)
    found = zips(study)
    known = found.filter(pl.col("status") == "ok")
    assert ((known["lower"] <= known["estimate"]) & (known["estimate"] <= known["upper"])).all()
    shares = known.filter(pl.col("measure").is_in(["zip.tooth", "zip.closure"]))
    assert (shares["lower"] >= 0).all() and (shares["upper"] <= 1).all()
    assert zips(study).equals(found)
    # Where nobody or everybody is engaged the interval is still no point.
    sure = zips(two((3, 0, 3, 0), (3, 0, 3, 0), (3, 3, 3, 3), (3, 3, 3, 3)))
    for tier, estimate in (("board", 1.0), ("practitioner", 0.0)):
        one = pick(sure, "zip.tooth", "A|B", tier=tier)
        assert one.estimate == estimate
        assert one.upper - one.lower > 0.2


def test_the_interval_of_a_mean_over_pairs_is_not_below_the_truth():
    """Both ends alike everywhere: the mean of the lesser shares is too low, and the interval allows for it."""
    held = 0
    for seed in range(20):
        one = pick(
            zips(draw(seed, bodies=7, per_tier=8, engaged=0.5, spread=0.0, noise=0.0, mean=4.0)), "zip.closure", "S"
        )
        assert one.estimate < 0.5
        held += one.lower <= 0.5 <= one.upper
    assert held >= 17


@settings(max_examples=15)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=2, max_size=2))
def test_reversing_the_ends_changes_nothing(numbers):
    size = (3, 3, 3, 3)
    one, other = zips(two(*numbers, size, size)), zips(two(*reversed(numbers), size, size))
    for measure in ("zip.closure", "zip.depth", "zip.top_heaviness"):
        assert pick(one, measure, "A|B").estimate == pytest.approx(pick(other, measure, "A|B").estimate)
    for tier in TIERS:
        mine, yours = (pick(found, "zip.tooth", "A|B", tier=tier) for found in (one, other))
        assert (mine.estimate, mine.detail["a"]) == (yours.estimate, yours.detail["b"])


def test_a_study_without_relations_has_no_findings():
    assert zips(Study(name="Empty", system="S", as_at=DAY)).equals(pl.DataFrame(schema=SCHEMA))
