"""Ties between bodies: hand-worked, by another road, and with truths planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from tie_studies import DAY, TRUST, draw, make, pick

from leaderful import disclosure
from leaderful.measures.findings import ASKED, SCHEMA, unframe
from leaderful.measures.tie_parents import tie_parents
from leaderful.measures.ties import ties
from leaderful.measures.ties_frame import rater_rows
from leaderful.measures.units import parents
from leaderful.study import Study

BODIES = {"A": "nhs", "B": "nhs", "C": "local-government"}


def staff(**sizes):
    return {f"{body}{k:02d}": (body, "manager") for body, size in sizes.items() for k in range(size)}


def contacts(body, about, answers):
    return [(f"{body}{k:02d}", about, "body-contact", answer) for k, answer in enumerate(answers)]


def trusts(body, about, answers):
    return [(f"{body}{k:02d}", about, question, answer) for k, answer in enumerate(answers) for question in TRUST]


def flags(frame, key):
    return [one.unit for one in unframe(frame) if one.detail.get(key) is True]


def test_trust_received_is_the_mean_over_raters():
    said = [*trusts("A", "C", (4, 2)), *trusts("B", "C", (3,)), *trusts("C", "A", (1,))]
    found = ties(make(BODIES, staff(A=2, B=1, C=1), said))
    body = pick(found, "ties.trust", "C")
    # (4 + 2 + 3) / 3; three persons stand alone: sd 1, se 1/sqrt(3), t(2) 4.3027, cut to the answers 1 to 4.
    assert (body.estimate, body.n, body.detail["people"], body.detail["clustered_by"]) == (3.0, 3, 3, "persons")
    assert body.detail["sd"] == pytest.approx(1.0)
    assert (body.lower, body.upper) == (1.0, 4.0)
    pair = pick(found, "ties.trust", "A>C")
    assert (pair.estimate, pair.n) == (3.0, 2)
    assert pick(found, "ties.trust", "nhs>local-government").estimate == 3.0
    assert pick(found, "ties.trust", "S").estimate == pytest.approx((4 + 2 + 3 + 1) / 4)
    single = pick(found, "ties.trust", "B>C")
    assert (single.lower, single.upper, bool(single.detail["no_interval"])) == (None, None, True)


def test_raters_are_clustered_by_body_from_five_bodies_on():
    codes = [f"B{k}" for k in range(6)]
    rng = np.random.default_rng(3)
    answers = {code: rng.integers(1, 5, 8) for code in codes[1:]}
    people = {f"{code}{k:02d}": (code, "manager") for code in codes for k in range(8)}
    said = [row for code in codes[1:] for row in trusts(code, "B0", answers[code].tolist())]
    found = pick(ties(make(dict.fromkeys(codes, "nhs"), people, said)), "ties.trust", "B0")
    # Five clusters of one size: the t interval of the five means, widened by nothing.
    means = np.array([answers[code].mean() for code in codes[1:]])
    half = 2.7764451052 * means.std(ddof=1) / np.sqrt(5)
    assert (found.detail["clusters"], found.detail["clustered_by"]) == (5, "bodies")
    assert found.estimate == pytest.approx(means.mean())
    assert (found.lower, found.upper) == pytest.approx((means.mean() - half, means.mean() + half))


def test_a_silent_partner_never_counts_as_disagreement():
    said = [
        *contacts("A", "B", (3, 3, 0)),
        *contacts("B", "A", (3, 3)),  # confirmed
        *contacts("A", "C", (3, 3, 3)),  # C has no respondent
        *contacts("A", "D", (1, 1, 1)),
        *contacts("D", "A", (0, 0)),  # A alone says so
        *contacts("B", "E", (4, 4)),  # E has one respondent, who can report no tie
        *contacts("E", "D", (2,)),
        *contacts("B", "D", (1, 0)),  # one person is no tie
    ]
    sectors = dict.fromkeys("ABCDE", "nhs")
    found = ties(make(sectors, staff(A=3, B=2, C=2, D=2, E=1), said, declared=[("A", "E"), ("B", "C")]))
    states = {one.unit: one for one in unframe(found.filter(pl.col("measure") == "ties.state"))}
    assert {unit: (one.detail["state"], one.estimate) for unit, one in states.items()} == {
        "A|B": ("confirmed", 1.0),
        "A|C": ("partner-silent", None),
        "A|D": ("one-sided", 0.0),
        "B|D": ("absent", 0.0),
        "B|E": ("partner-silent", None),
    }
    assert states["A|D"].detail["reported"] == "A>D"
    assert (states["A|D"].n, states["A|D"].detail["people"]) == (5, 2)
    assert (states["A|C"].n, states["A|C"].detail["people"], states["A|C"].status) == (3, 3, "insufficient")
    whole = pick(found, "ties.confirmed")
    assert (whole.estimate, whole.n) == (0.5, 3)
    assert {key: whole.detail[key] for key in ("confirmable", "one_sided", "partner_silent", "union")} == {
        "confirmable": 2,
        "one_sided": 1,
        "partner_silent": 2,
        "union": 4,
    }


def test_reach_counts_those_who_work_with_a_body_among_those_who_answered():
    said = [*contacts("A", "B", (3, 0, 1)), *contacts("A", "C", (None, None, None, 2))]
    one = pick(ties(make(BODIES, staff(A=5, B=1, C=1), said)), "ties.reach", "A>B")
    # Of five people of A four answered; two of them work with B. Wilson's interval of 2 of 4.
    assert (one.estimate, one.n, one.detail["count"]) == (0.5, 4, 2)
    assert (one.lower, one.upper) == pytest.approx((0.1500, 0.8500), abs=1e-4)


def test_who_keeps_to_itself_is_set_against_the_rest():
    codes = [f"B{k}" for k in range(4)]
    people = {f"{code}{k:02d}": (code, "manager") for code in codes for k in range(40)}
    ring = dict(zip(codes, codes[1:] + codes[:1], strict=True))
    monthly = {"B0": 4, "B1": 34, "B2": 33, "B3": 32}
    said = [
        row for code in codes for row in contacts(code, ring[code], [2] * monthly[code] + [1] * (40 - monthly[code]))
    ]
    found = ties(make(dict.fromkeys(codes, "nhs"), people, said))
    alone = pick(found, "ties.outside", "B0")
    assert (alone.estimate, alone.n, alone.detail["count"]) == (0.1, 40, 4)
    assert alone.detail["others"] == pytest.approx(99 / 120)
    assert alone.detail["difference"] == pytest.approx(0.1 - 99 / 120)
    assert flags(found, "apart") == ["B0"]
    # Bodies and the system add up, so that a hidden body cannot be found from the others.
    assert pick(found, "ties.outside", "S").detail["count"] == sum(monthly.values())


def test_asymmetry_is_welchs_and_turns_with_the_ends():
    rng = np.random.default_rng(1)
    one, two = rng.integers(3, 5, 12), rng.integers(1, 4, 15)
    said = [*trusts("A", "B", one.tolist()), *trusts("B", "A", two.tolist())]
    found = pick(ties(make(BODIES, staff(A=12, B=15), said)), "ties.asymmetry", "A|B")
    other = ttest_ind(one, two, equal_var=False)
    interval = other.confidence_interval()
    assert found.estimate == pytest.approx(one.mean() - two.mean())
    assert (found.lower, found.upper, found.detail["p"]) == pytest.approx((interval.low, interval.high, other.pvalue))
    assert (found.n, found.detail["people"]) == (27, 12)
    assert found.detail["one_sided"] is (other.pvalue < 0.01 and abs(found.estimate) >= 1)
    swap = {"A": "B", "B": "A"}
    swapped = [(swap[who[0]] + who[1:], swap[about], question, answer) for who, about, question, answer in said]
    turned = pick(ties(make(BODIES, staff(A=15, B=12), swapped)), "ties.asymmetry", "A|B")
    assert turned.estimate == pytest.approx(-found.estimate)
    assert (turned.lower, turned.upper) == pytest.approx((-found.upper, -found.lower))


def test_few_raters_make_no_asymmetry():
    found = ties(make(BODIES, staff(A=9, B=12), [*trusts("A", "B", [4] * 9), *trusts("B", "A", [1] * 12)]))
    one = pick(found, "ties.asymmetry", "A|B")
    assert (one.status, one.estimate, "one_sided" in one.detail) == ("insufficient", None, False)
    same = ties(make(BODIES, staff(A=12, B=12), [*trusts("A", "B", [4] * 12), *trusts("B", "A", [1] * 12)]))
    one = pick(same, "ties.asymmetry", "A|B")
    assert (one.estimate, one.lower, one.detail["p"], one.detail["one_sided"]) == (3.0, None, None, False)


def test_planted_truths_are_found_and_nothing_else():
    found = ties(draw(11, silo=True, one_sided=True))
    assert flags(found, "apart") == ["B00"]
    assert flags(found, "one_sided") == ["B01|B02"]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_planted_raises_nothing(seed):
    found = ties(draw(seed, bodies=10, spread=0.15))
    assert flags(found, "apart") == flags(found, "one_sided") == []


def renamed(study, people, bodies):
    """Give people and bodies other codes."""

    def other(table, column, names):
        return table.with_columns(pl.col(column).replace_strict(names, default=pl.col(column)))

    tables = dict(study.tables)
    tables["people"] = other(other(tables["people"], "id", people), "body", bodies).sort("id")
    tables["bodies"] = other(tables["bodies"], "id", bodies).sort("id")
    tables["relations"] = other(other(tables["relations"], "person", people), "about", bodies)
    tables["ties"] = other(other(tables["ties"], "source", bodies), "target", bodies)
    return Study(name="Renamed", system=study.system, as_at=DAY, seed=study.seed, tables=tables)


def units(frame, names=None):
    """Return estimates by measure and unit, the unit with its bodies renamed; an asymmetry with a before b."""
    found = {}
    for one in unframe(frame):
        mark = next((mark for mark in "|>" if mark in one.unit), None)
        if names is None or one.unit_kind not in ("body", "pair"):
            key, turned = one.unit, False
        else:
            codes = [names[code] for code in (one.unit.split(mark) if mark else [one.unit])]
            turned = mark == "|" and codes != sorted(codes)
            key = (mark or "").join(reversed(codes) if turned else codes)
        sign = -1 if turned and one.measure == "ties.asymmetry" and one.estimate else 1
        found[one.measure, key] = (one.status, None if one.estimate is None else round(sign * one.estimate, 9), one.n)
    return found


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.randoms())
def test_relabelling_changes_nothing(seed, random):
    study = draw(seed, bodies=5, per_tier=3)
    codes = [f"B{k:02d}" for k in range(5)]
    others = [f"R{k}" for k in random.sample(range(1, 40), 5)]
    ids = study.table("people")["id"].to_list()
    bodies = dict(zip(codes, others, strict=True))
    people = dict(zip(ids, random.sample([f"q{k:05d}" for k in range(len(ids))], len(ids)), strict=True))
    assert units(ties(renamed(study, people, bodies))) == units(ties(study), bodies)


def test_the_order_of_rows_changes_no_byte():
    study = draw(4, bodies=5, per_tier=4)
    tables = {name: table.sample(fraction=1.0, shuffle=True, seed=2) for name, table in study.tables.items()}
    assert ties(Study(name="Shuffled", system="S", as_at=DAY, tables=tables)).equals(ties(study))


def test_someone_who_says_nothing_adds_to_those_asked_and_to_no_mean():
    said = [*contacts("A", "B", (3, 3)), *trusts("A", "B", (4, 2))]
    before = ties(make(BODIES, staff(A=2, B=1), said))
    after = ties(make(BODIES, staff(A=3, B=1), [*said, ("A02", "B", "body-contact", None)]))
    assert pick(after, "ties.trust", "A>B") == pick(before, "ties.trust", "A>B")
    assert pick(after, "ties.reach", "A>B").n == pick(before, "ties.reach", "A>B").n + 1


def test_a_study_without_relations_has_no_findings():
    empty = ties(Study(name="Empty", system="S", as_at=DAY))
    assert (empty.height, empty.schema) == (0, SCHEMA)
    assert ties(make(BODIES, staff(A=2), ())).is_empty()


def test_findings_pass_disclosure_with_their_parents():
    study = draw(5, bodies=6, per_tier=4, engaged=0.5)
    found = ties(study)
    wave = pl.concat([parents(study), tie_parents(study)]).filter(pl.col("wave") == "w1").drop("wave").unique()
    shown = disclosure.protect(found, people=["ties"], others=["ties.confirmed"], asked=ASKED, parents=wave)
    few = [one for one in unframe(shown) if one.status == "ok" and one.measure != "ties.confirmed"]
    assert few
    assert all(min(one.n, one.detail.get("people", one.n)) >= 10 for one in few)
    hidden = {one.unit for one in unframe(shown) if one.measure == "ties.trust" and one.status == "suppressed"}
    for one in few:
        if one.measure == "ties.asymmetry":
            assert not hidden & {f"{one.detail['a']}>{one.detail['b']}", f"{one.detail['b']}>{one.detail['a']}"}


def test_means_are_those_of_the_rows():
    study = draw(8, bodies=6, per_tier=5, engaged=0.6)
    rows = rater_rows(study, "w1")
    found = ties(study)
    for body in ("B00", "B03"):
        mine = rows.filter(pl.col("about") == body)
        assert pick(found, "ties.value", body).estimate == pytest.approx(mine["value"].mean())
        assert pick(found, "ties.value", body).n == mine["value"].count()
