"""Scores, reliability, agreement and what the silent could change, worked by hand on small studies."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from small_studies import SCALES, SYSTEM, body, drawn, person, pick, said, study

from leaderful import disclosure
from leaderful.framework import Item
from leaderful.framework.instruments import AddedInstrument
from leaderful.measures.answers import answers, person_scores
from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.scales import scales
from leaderful.measures.units import parents
from leaderful.study import Study

EVEN = {1: [1, 1, 1, 1], 2: [2, 2, 2, 2], 3: [3, 3, 3, 3], 4: [4, 4, 4, 4], 5: [5, 5, 5, 5]}


@pytest.fixture(scope="module")
def two_bodies():
    """A: scores 1, 3 and 5; B: 4 and 4, with one person silent and one who answered two items only."""
    people = [
        *(person(f"a{k}", "A", tier="board" if k == 1 else "manager") for k in (1, 3, 5)),
        *(person(f"b{k}", "B") for k in range(4)),
    ]
    responses = [row for k in (1, 3, 5) for row in said(f"a{k}", EVEN[k])]
    responses += [*said("b0", [4, 4, 4, None]), *said("b1", EVEN[4]), *said("b2", [2, 2, None, None])]
    return study([body("A"), body("B", sector="voluntary"), body("C")], [*people, person("c", "C")], responses)


@pytest.fixture(scope="module")
def found(two_bodies):
    return scales(two_bodies)


@pytest.fixture(scope="module")
def many():
    return drawn(bodies=8, teams=5, size=6)


@pytest.fixture(scope="module")
def of_many(many):
    return scales(many)


def only(findings, *measures):
    return unframe(findings.filter(pl.col("measure").is_in(measures)))


# Person scores


def test_a_person_needs_three_of_four_items(two_bodies):
    scores = dict(person_scores(two_bodies, "w1").select("person", "MOT").iter_rows())
    assert scores == {"a1": 1.0, "a3": 3.0, "a5": 5.0, "b0": 4.0, "b1": 4.0, "b2": None}


def test_reversed_items_are_turned_round():
    """SHP3 is reversed: 4, 5, 6 - 2 and 3 have the mean 16 / 4."""
    assert [item.reversed for item in SCALES["SHP"].items] == [False, False, True, False]
    made = study([body("A")], [person("p", "A")], said("p", [4, 5, 2, 3], scale="SHP"))
    assert person_scores(made, "w1")["SHP"].to_list() == [4.0]


def test_person_scores_carry_the_units(two_bodies):
    assert person_scores(two_bodies, "w1").columns == [
        "person",
        "system",
        "place",
        "body",
        "team",
        "tier",
        "sector",
        "body-tier",
        "MOT",
    ]


# Scores of units


def test_the_score_of_a_body_is_the_mean_of_its_people(found):
    """1, 3 and 5: mean 3, sd 2, and with persons as clusters 3 ± t(2) 2 / sqrt(3), cut to 1 to 5."""
    one = pick(found, "scale.score", "A")
    assert (one.estimate, one.n) == (3.0, 3)
    assert one.detail["se"] == pytest.approx(2 / 3**0.5)
    assert one.detail["df"] == pytest.approx(2)
    told = {key: value for key, value in one.detail.items() if key not in ("se", "df")}
    assert told == {"scale": "MOT", "sd": 2.0, "unable": 0, "clusters": 3, "clustered_by": "persons"}
    assert 3 - t.ppf(0.975, 2) * 2 / 3**0.5 < 1
    assert (one.lower, one.upper) == (1.0, 5.0)
    assert (one.construct, one.level) == ("shared_motivation", "meso")


def test_an_interval_inside_the_scale_is_that_of_the_mean():
    """Scores 2, 3, 3 and 4: mean 3, sd sqrt(2/3), half the interval t(3) sqrt(2/3) / 2."""
    made = study(
        [body("A")],
        [person(f"p{k}", "A") for k in range(4)],
        [row for k, score in enumerate((2, 3, 3, 4)) for row in said(f"p{k}", EVEN[score])],
    )
    one = pick(scales(made), "scale.score", "A")
    half = t.ppf(0.975, 3) * (2 / 3) ** 0.5 / 2
    assert (one.lower, one.upper) == (pytest.approx(3 - half), pytest.approx(3 + half))


def test_what_people_were_not_able_to_say_is_counted(found):
    """One answer of b0 and two of b2 are missing; b3, who is silent, is not counted."""
    one = pick(found, "scale.score", "B")
    assert (one.estimate, one.n, one.detail["unable"]) == (4.0, 2, 3)


def test_people_of_one_mind_have_no_interval_and_it_says_why(found):
    one = pick(found, "scale.score", "B")
    assert (one.lower, one.upper) == (None, None)
    assert "do not differ" in one.detail["no_interval"]


def test_a_body_tier_and_sector_of_the_silent_is_named(found):
    silent = pick(found, "scale.score", "C")
    assert (silent.status, silent.reason, silent.n) == ("insufficient", "nobody answered", None)
    assert pick(found, "scale.score", "A/board").estimate == 1.0
    assert not [one for one in only(found, "scale.score") if one.unit == "C/manager"]


def test_too_few_items_are_another_reason_than_silence():
    made = study(
        [body("A"), body("B")], [person("a", "A"), person("b", "B")], [*said("a", [4, 4]), *said("b", EVEN[3])]
    )
    assert pick(scales(made), "scale.score", "A").reason == "nobody answered enough of its items"


def test_a_scale_that_was_not_asked_is_not_there(found):
    assert {one.detail["scale"] for one in unframe(found)} == {"MOT"}


def test_clusters_are_bodies_from_ten_on_else_teams_else_persons(of_many):
    ten = scales(drawn(bodies=10, teams=1, size=4))
    assert pick(ten, "scale.score", SYSTEM, scale="MOT").detail["clustered_by"] == "bodies"
    assert pick(ten, "scale.score", "B0", scale="MOT").detail["clustered_by"] == "persons"
    system, a_body, team = (pick(of_many, "scale.score", unit, scale="MOT").detail for unit in (SYSTEM, "B0", "T00"))
    assert (system["clustered_by"], system["clusters"]) == ("teams", 40)
    assert (a_body["clustered_by"], a_body["clusters"]) == ("teams", 5)
    assert team["clustered_by"] == "persons"


def test_without_teams_a_few_bodies_are_still_clusters():
    made = drawn(bodies=6, teams=1, size=5)
    people = made.table("people").with_columns(team=pl.lit(None, dtype=pl.String))
    without = replace(made, tables={**made.tables, "people": people})
    assert pick(scales(without), "scale.score", SYSTEM, scale="MOT").detail["clustered_by"] == "bodies"


def test_colleagues_who_are_alike_widen_the_interval():
    """Eighteen teams of like-minded people: their interval beside the one that takes people for strangers."""
    found = scales(drawn(bodies=3, teams=6, size=8, spread=1.0, silent=0.0))
    one = pick(found, "scale.score", SYSTEM, scale="MOT")
    as_strangers = t.ppf(0.975, one.n - 1) * one.detail["sd"] / one.n**0.5
    assert one.upper - one.estimate > 1.5 * as_strangers


@pytest.mark.parametrize("kind", ["body", "team", "tier", "sector", "place", "body-tier"])
def test_n_of_units_adds_up(of_many, kind):
    for scale in ("MOT", "SHP"):
        rows = [one for one in only(of_many, "scale.score") if one.unit_kind == kind and one.detail["scale"] == scale]
        total = pick(of_many, "scale.score", SYSTEM, scale=scale)
        assert sum(one.n or 0 for one in rows) == total.n
        assert sum(one.n * one.estimate for one in rows if one.n) == pytest.approx(total.n * total.estimate)


# Shrunken


def test_shrunken_means_lie_between_their_own_and_all(of_many, many):
    centre = person_scores(many, "w1")["MOT"].mean()
    for one in only(of_many, "scale.shrunken"):
        if one.detail["scale"] == "MOT" and one.unit_kind == "team":
            raw = pick(of_many, "scale.score", one.unit, scale="MOT")
            assert one.detail["raw"] == pytest.approx(raw.estimate)
            assert 0 < one.detail["weight"] < 1
            assert abs(one.estimate - centre) < abs(one.detail["raw"] - centre) + 0.1


def test_shrunken_means_say_whether_to_average(of_many):
    for kind in ("team", "body"):
        justified = pick(of_many, "scale.icc", SYSTEM, scale="MOT", between=kind).detail["justified"]
        told = {
            one.detail["justified"]
            for one in only(of_many, "scale.shrunken")
            if (one.unit_kind, one.detail["scale"]) == (kind, "MOT")
        }
        assert told == {justified}


def test_one_body_cannot_be_shrunken():
    made = study(
        [body("A")], [person(f"p{k}", "A") for k in range(3)], [r for k in range(3) for r in said(f"p{k}", EVEN[k + 2])]
    )
    one = pick(scales(made), "scale.shrunken", "A")
    assert (one.status, one.detail["raw"]) == ("undefined", 3.0)
    assert one.reason


# Reliability


def test_alpha_by_hand():
    """Answers (1,1,1,2), (3,3,3,2), (5,5,5,5): item variances 4, 4, 4 and 3; totals 5, 11 and 20.

    The total has the mean 12 and the variance (49 + 1 + 64) / 2 = 57, so alpha = 4/3 (1 - 15 / 57).
    """
    given = {"p": [1, 1, 1, 2], "q": [3, 3, 3, 2], "r": [5, 5, 5, 5], "s": [4, 4, 4, None]}
    made = study([body("A")], [person(id, "A") for id in given], [r for id, a in given.items() for r in said(id, a)])
    one = pick(scales(made), "scale.alpha", SYSTEM)
    assert one.estimate == pytest.approx(4 / 3 * (1 - 15 / 57))
    assert (one.n, one.detail["complete"], one.detail["incomplete"]) == (3, 3, 1)
    omega = pick(scales(made), "scale.omega", SYSTEM)
    assert (omega.status, omega.n) == ("undefined", 3)


def test_an_unreliable_scale_is_told_from_a_reliable_one(many):
    """The answers to SHP are shuffled within each item, so that they no longer belong to a person."""
    by_item = many.table("responses").partition_by("item", maintain_order=True)
    shuffled = [
        rows.with_columns(pl.col("answer").shuffle(seed=k)) if rows["item"][0].startswith("SHP") else rows
        for k, rows in enumerate(by_item)
    ]
    made = replace(many, tables={**many.tables, "responses": pl.concat(shuffled)})
    found = scales(made)
    assert pick(found, "scale.alpha", SYSTEM, scale="SHP").upper < 0.5
    assert pick(found, "scale.alpha", SYSTEM, scale="MOT").lower > 0.6


# Agreement and justification


def test_agreement_by_hand():
    """Team T: items 4 and 4 of everybody but one item with 3, 4, 5: variances 0, 0, 0, 1, so q = 1/8.

    r_wg(4) = 4 (7/8) / (4 (7/8) + 1/8) = 28/29. Team U: 1 and 5 on every item, variance 8, q = 4: out of
    range, 0 in the median. AD_M is (0 + 0 + 0 + 2/3) / 4 = 1/6 and 2.
    """
    given = {"a": [4, 4, 4, 3], "b": [4, 4, 4, 4], "c": [4, 4, 4, 5], "d": [1, 1, 1, 1], "e": [5, 5, 5, 5]}
    people = [person(id, "A", team="T" if id in "abc" else "U") for id in given] + [person("f", "A", team="V")]
    made = study([body("A")], people, [r for id, a in given.items() for r in said(id, a)] + said("f", EVEN[2]))
    one = pick(scales(made), "scale.agreement", SYSTEM, between="team")
    assert one.estimate == pytest.approx((28 / 29 + 0) / 2)
    assert one.detail["units"] == 2
    assert one.detail["share_070"] == 0.5
    assert one.detail["out_of_range"] == 1
    assert one.detail["ad_m_median"] == pytest.approx((1 / 6 + 2) / 2)
    skewed = 0.25 / 1.34
    assert one.detail["skewed_median"] == pytest.approx(4 * (1 - skewed) / (4 * (1 - skewed) + skewed) / 2)
    assert one.n == 5


def test_icc_and_its_justification_by_hand():
    """Teams (1, 2), (3, 4), (5, 5): the doctest of the formula is elsewhere; here F and what follows.

    Means 1.5, 3.5 and 5, grand mean 10/3: MSB = 2 (121/36 + 1/36 + 100/36) / 2 = 222/36, MSW = 1/3.
    """
    people = [person(f"p{k}", "A", team=f"T{k // 2}") for k in range(6)]
    made = study([body("A")], people, [r for k, s in enumerate((1, 2, 3, 4, 5, 5)) for r in said(f"p{k}", EVEN[s])])
    one = pick(scales(made), "scale.icc", SYSTEM, between="team")
    between, inside = 222 / 36, 1 / 3
    assert one.estimate == pytest.approx((between - inside) / (between + inside))
    assert one.detail["F"] == pytest.approx(between / inside)
    assert one.detail["icc2"] == pytest.approx(1 - inside / between)
    assert (one.detail["df1"], one.detail["df2"], one.detail["groups"], one.detail["k_mean"]) == (2, 3, 3, 2.0)
    assert one.detail["justified"] is True
    assert one.detail["reasons"] == []


def test_teams_that_do_not_differ_are_not_averaged():
    rows = scales(drawn(bodies=5, teams=4, size=5, spread=0.0))
    one = pick(rows, "scale.icc", SYSTEM, scale="MOT", between="team")
    assert one.detail["justified"] is False
    assert any("chance" in reason for reason in one.detail["reasons"])
    assert any("reliability" in reason for reason in one.detail["reasons"])


def test_teams_of_one_have_no_icc_and_it_says_so():
    people = [person(f"p{k}", "A", team=f"T{k}") for k in range(4)]
    made = study([body("A")], people, [r for k in range(4) for r in said(f"p{k}", EVEN[k + 1])])
    found = scales(made)
    one = pick(found, "scale.icc", SYSTEM, between="team")
    assert (one.status, one.reason, one.detail["justified"]) == ("undefined", "no group has two people", False)
    assert pick(found, "scale.agreement", SYSTEM, between="team").status == "undefined"


# Where the variance lies


def test_shares_of_variance_add_up_and_find_where_people_differ():
    apart = scales(drawn(bodies=8, teams=5, size=8, spread=1.0))
    alike = scales(drawn(bodies=8, teams=5, size=8, spread=0.0))
    for rows, least, most in ((apart, 0.35, 1.0), (alike, 0.0, 0.1)):
        parts = {one.detail["part"]: one for one in only(rows, "scale.variance_share") if one.detail["scale"] == "MOT"}
        assert set(parts) == {"person", "team", "body", "place"}
        assert sum(one.estimate for one in parts.values()) == pytest.approx(1)
        assert least <= parts["team"].estimate <= most
        assert (parts["body"].detail["groups"], parts["team"].detail["groups"]) == (8, 40)


def test_places_that_divide_bodies_are_no_part(many):
    people = many.table("people").with_columns(
        place=pl.Series([f"L{k % 2}" for k in range(many.table("people").height)])
    )
    found = scales(replace(many, tables={**many.tables, "people": people}))
    one = pick(found, "scale.variance_share", SYSTEM, scale="MOT", part="place")
    assert one.status == "undefined"
    assert "several places" in one.reason
    assert pick(found, "scale.variance_share", SYSTEM, scale="MOT", part="body").status == "ok"


def test_parts_that_do_not_exist_are_not_there(found):
    parts = {one.detail["part"] for one in only(found, "scale.variance_share")}
    assert parts == {"person", "body"}


# Consensus


def test_consensus_by_hand():
    """Five people answer 1, 3, 3, 4 and 5 to every item: the median is 3, and 1 and 5 are outside 2 to 4."""
    made = study(
        [body("A")],
        [person(f"p{k}", "A") for k in range(5)],
        [r for k, s in enumerate((1, 3, 3, 4, 5)) for r in said(f"p{k}", EVEN[s])],
    )
    one = pick(scales(made), "scale.consensus", "A")
    assert (one.estimate, one.n, one.detail["count"], one.detail["people"]) == (0.4, 20, 8, 5)
    assert (one.detail["median"], one.detail["split"]) == ([3.0] * 4, True)


def test_between_two_medians_the_kinder_one_counts():
    """1, 2, 4 and 4: the median lies between 2 and 4. About 2, both 4s are outside; about 4, both others."""
    made = study(
        [body("A")],
        [person(f"p{k}", "A") for k in range(4)],
        [r for k, s in enumerate((1, 2, 3, 4)) for r in said(f"p{k}", EVEN[s])],
    )
    one = pick(scales(made), "scale.consensus", "A")
    assert one.detail["median"] == [2.5] * 4
    assert (one.estimate, one.detail["split"]) == (0.25, False)


def test_consensus_does_not_depend_on_which_way_an_item_is_asked():
    high = study(
        [body("A")],
        [person(f"p{k}", "A") for k in range(6)],
        [r for k, s in enumerate((1, 1, 2, 4, 5, 5)) for r in said(f"p{k}", EVEN[s])],
    )
    low = study(
        [body("A")],
        [person(f"p{k}", "A") for k in range(6)],
        [r for k, s in enumerate((5, 5, 4, 2, 1, 1)) for r in said(f"p{k}", EVEN[s])],
    )
    one, other = (pick(scales(made), "scale.consensus", "A").estimate for made in (high, low))
    assert one == other == pytest.approx(0.5)


# The silent


def test_poststratified_by_hand():
    """A has 1 of the board (score 1) and 2 managers of 4 asked (3 and 5): (1 * 1 + 4 * 4) / 5 = 3.4."""
    people = [
        person("x", "A", tier="board"),
        *(person(f"m{k}", "A") for k in range(4)),
        person("e", "A", tier="executive"),
    ]
    made = study([body("A")], people, [*said("x", EVEN[1]), *said("m0", EVEN[3]), *said("m1", EVEN[5])])
    one = pick(scales(made), "scale.poststratified", "A")
    assert one.estimate == pytest.approx(3.4)
    assert (one.detail["raw"], one.detail["cells_empty"]) == (3.0, 1)
    assert one.detail["covered"] == pytest.approx(5 / 6)


def test_bounds_by_hand(found):
    """B: mean 4 of two people, two without a score: (8 + 2 * 1) / 4 and (8 + 2 * 5) / 4; their sd is 0."""
    one = pick(found, "scale.bounds", "B")
    assert (one.estimate, one.lower, one.upper, one.detail["silent"]) == (4.0, 2.5, 4.5, 2)
    assert (one.detail["likely_lower"], one.detail["likely_upper"]) == (4.0, 4.0)


@settings(max_examples=6)
@given(st.integers(1, 6), st.sampled_from(["board", "manager"]))
def test_a_person_who_does_not_answer_changes_no_estimate_beyond_its_bounds(more, tier):
    made = drawn(bodies=2, teams=2, size=5, scales=("MOT",))
    new = pl.DataFrame([person(f"new{k}", "B0", tier=tier) for k in range(more)], schema=made.table("people").schema)
    wider = replace(made, tables={**made.tables, "people": pl.concat([made.table("people"), new])})
    before, after = scales(made), scales(wider)
    for unit in (SYSTEM, "B0"):
        was, now = (pick(rows, "scale.bounds", unit) for rows in (before, after))
        assert (now.estimate, now.n, now.detail["silent"]) == (was.estimate, was.n, was.detail["silent"] + more)
        assert now.lower <= was.lower <= was.upper <= now.upper
        weighted = pick(after, "scale.poststratified", unit)
        assert now.lower <= weighted.estimate <= now.upper
    unmoved = ["scale.poststratified", "scale.bounds"]
    moved = before.join(
        after,
        on=["measure", "unit_kind", "unit", "estimate", "lower", "upper", "n", "detail"],
        how="anti",
        nulls_equal=True,
    )
    assert set(moved["measure"]) <= set(unmoved)


# What must change nothing


def same(one, other):
    """Whether two frames of findings hold the same figures, in whatever order."""
    order = ["measure", "unit_kind", "unit", "detail"]
    one, other = (
        frame.with_columns(pl.col("detail").str.replace_all(r"\d+\.\d+(e-?\d+)?", "x")).sort(order)
        for frame in (one, other)
    )
    assert one.drop("estimate", "lower", "upper").equals(other.drop("estimate", "lower", "upper"))
    for column in ("estimate", "lower", "upper"):
        np.testing.assert_allclose(one[column].to_numpy(), other[column].to_numpy(), rtol=1e-5, atol=1e-6)


@settings(max_examples=3)
@given(st.integers(0, 10_000))
def test_other_names_and_another_order_of_people_change_nothing(seed):
    made = drawn(bodies=3, teams=3, size=5)
    rng = np.random.default_rng(seed)
    people = made.table("people").sample(fraction=1, shuffle=True, seed=seed)
    names = dict(zip(people["id"], (f"x{k}" for k in rng.permutation(people.height)), strict=True))
    tables = {
        **made.tables,
        "people": people.with_columns(pl.col("id").replace_strict(names)),
        "responses": made.table("responses")
        .sample(fraction=1, shuffle=True, seed=seed)
        .with_columns(pl.col("person").replace_strict(names)),
    }
    same(scales(made), scales(replace(made, tables=tables)))


def test_other_names_of_bodies_change_nothing_but_the_names():
    made = drawn(bodies=3, teams=3, size=5)
    names = {"B0": "Z", "B1": "Y", "B2": "X"}
    tables = {
        **made.tables,
        "bodies": made.table("bodies").with_columns(pl.col("id").replace(names)),
        "people": made.table("people").with_columns(pl.col("body").replace(names)),
    }
    renamed = scales(made).with_columns(pl.col("unit", "detail").str.replace_many(list(names), list(names.values())))
    same(renamed, scales(replace(made, tables=tables)))


def test_reversing_an_item_twice_changes_nothing():
    """An instrument whose items are all reversed, answered the other way round, says the same."""
    scale = SCALES["MOT"]
    turned = scale.model_copy(
        update={"id": "TUR", "items": tuple(Item(id=f"TUR{k}", reversed=True) for k in range(1, 5))}
    )
    made = drawn(scales=("MOT",))
    rows = made.table("responses").with_columns(
        item=pl.col("item").str.replace("MOT", "TUR"), answer=6 - pl.col("answer")
    )
    other = replace(made, instruments=(added(turned),), tables={**made.tables, "responses": rows})
    found = scales(other).with_columns(pl.col("detail").str.replace("TUR", "MOT"))
    same(scales(made), found)


def added(*held):
    return AddedInstrument(
        id="ADD",
        name="Added",
        version="1",
        source="made up",
        licence="MIT",
        items_may_be_stored=True,
        answers=(),
        item_scales=held,
        file="add.toml",
        digest="",
    )


def test_an_added_instrument_is_scored_on_its_own_range():
    """Items from 0 to 6, one reversed: 6, 5 and 6 - 1 have the mean 16/3; bounds are 0 and 6."""
    items = (Item(id="VIG1"), Item(id="VIG2"), Item(id="VIG3", reversed=True))
    scale = SCALES["MOT"].model_copy(update={"id": "VIG", "items": items, "lowest": 0, "highest": 6, "items_needed": 2})
    rows = [{"person": "p", "wave": "w1", "item": f"VIG{k}", "answer": a} for k, a in ((1, 6), (2, 5), (3, 1))]
    made = replace(study([body("A")], [person("p", "A"), person("q", "A")], rows), instruments=(added(scale),))
    found = scales(made)
    assert pick(found, "scale.score", "A").estimate == pytest.approx(16 / 3)
    one = pick(found, "scale.bounds", "A")
    assert (one.lower, one.upper) == (pytest.approx(8 / 3), pytest.approx((16 / 3 + 6) / 2))


def test_nothing_asked_is_nothing_found():
    made = Study(name="Empty", system=SYSTEM, as_at=date(2026, 3, 31))
    assert scales(made).height == 0
    assert scales(made).schema == SCHEMA
    without_people = study([body("A")], [], [])
    assert scales(without_people).height == 0


def test_a_wave_of_relations_alone_has_no_scales():
    relations = [
        {"person": "p", "wave": "w1", "about_kind": "body", "about": "B", "question": "body-contact", "answer": 2}
    ]
    made = study([body("A"), body("B")], [person("p", "A")], [], relations=relations)
    assert scales(made).height == 0
    assert answers(made, "w1").scales == ()


def test_people_who_were_able_to_say_nothing_have_no_score():
    made = study([body("A")], [person("p", "A")], said("p", [None, None, None, None]))
    assert {(one.measure, one.status) for one in unframe(scales(made)) if one.status == "ok"} == set()


def test_findings_pass_disclosure_control(many, of_many):
    """Every measure adds up as disclosure control needs it; at this size teams of six are hidden."""
    shown = disclosure.protect(
        of_many,
        people=["scale"],
        others=[],
        asked=("scale", "between", "part"),
        parents=parents(many),
    )
    teams = shown.filter(measure="scale.score", unit_kind="team")
    assert set(teams["status"]) == {"suppressed"}
    assert pick(shown, "scale.score", SYSTEM, scale="MOT").status == "ok"
