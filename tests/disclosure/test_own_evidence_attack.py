"""A reader with the findings of a study and some algebra, who is after the people behind what is hidden."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from leaderful.disclosure.own_evidence import cover_silent, cover_states, cover_weighted, rounded
from leaderful.framework import framework
from leaderful.measures.answers import answers
from leaderful.measures.equality import equality
from leaderful.measures.findings import Finding, detail, frame
from leaderful.measures.followed import follow
from leaderful.measures.response import response
from leaderful.measures.scale_change import scale_changes
from leaderful.measures.scales import scales
from leaderful.measures.ties import ties
from leaderful.measures.waves import waves
from leaderful.measuring import protect
from leaderful.study import TABLES, Study

SYSTEM = "S"
TIERS = ("board", "executive", "manager", "practitioner")
SECTORS = ("nhs", "nhs", "voluntary", "voluntary", "local-government", "local-government")
ITEMS = [item.id for item in next(s for s in framework().item_scales if s.id == "MOT").items]
WAVES = {"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)}


def table(name, rows):
    return pl.DataFrame(rows, schema=TABLES[name].schema)


def study(sizes, *, seed=1, silent=0.1, waves=("w1", "w2"), said=()):
    """Six bodies, two to a sector, three to a place; those of 40 people or more have teams."""
    rng = np.random.default_rng(seed)
    people, responses = [], []
    for b, size in enumerate(sizes):
        for k in range(size):
            team = f"T{b}{k // 4 % 3}" if size >= 40 else None
            code = f"p{b}-{k}"
            people.append({"id": code, "body": f"B{b}", "team": team, "tier": TIERS[k % 4], "place": f"L{b % 2}"})
            for wave in waves:
                if rng.random() >= silent:
                    given = rng.integers(1, 6, len(ITEMS)).tolist()
                    responses += [
                        {"person": code, "wave": wave, "item": item, "answer": answer}
                        for item, answer in zip(ITEMS, given, strict=True)
                    ]
    bodies = [
        {"id": f"B{b}", "kind": "nhs-trust", "scale": "organisation", "sector": SECTORS[b], "system": SYSTEM}
        for b in range(len(sizes))
    ]
    return Study(
        name="Attacked",
        system=SYSTEM,
        as_at=date(2026, 3, 31),
        tables={
            "bodies": table("bodies", bodies),
            "people": table("people", people),
            "responses": table("responses", responses),
            "relations": table("relations", list(said)),
            "waves": table("waves", [{"id": wave, "opens": WAVES[wave]} for wave in waves]),
        },
    )


class Reader:
    """What is shown and hidden of one wave's scores, as sums over people of that wave."""

    def __init__(self, made, safe, wave):
        asked = answers(made, wave)
        self.shown, self.hidden = [], {}
        scored = ~np.isnan(asked.scores["MOT"])
        for kind, units in asked.units.items():
            for code, label in enumerate(units.labels):
                self._place(safe, "scale.score", kind, label, wave, scored & (units.of == code))
        for earlier, later in pairwise(waves(made)):
            if wave not in (earlier.id, later.id):
                continue
            sides = ((earlier, answers(made, earlier.id)), (later, answers(made, later.id)))
            people = follow(made, *sides)
            mine = people.later == (wave == later.id)
            like = people.in_both[people.codes["footprint"]][mine]
            for kind in ("system", "tier", "sector", "body"):
                column = "footprint" if kind == "body" else kind
                for code, label in enumerate(people.labels[column]):
                    members = scored & (people.codes[column][mine] == code) & (like | (kind == "body"))
                    self._place(safe, "scale.change", kind, label, people.wave, members)

    def _place(self, safe, measure, kind, unit, wave, members):
        rows = safe.filter(measure=measure, unit_kind=kind, unit=unit, wave=wave)
        if rows.height and rows["status"].item() == "ok":
            self.shown.append(members.astype(float))
        elif rows.height and rows["status"].item() == "suppressed":
            self.hidden[measure, kind, unit] = members.astype(float)

    def worked_out(self):
        """Hidden groups of fewer than ten whose sum is a combination of sums that are shown."""
        found = []
        for name, members in self.hidden.items():
            if 0 < members.sum() < 10 and self.shown:
                basis = np.array(self.shown).T
                weights, *_ = np.linalg.lstsq(basis, members, rcond=None)
                if np.abs(basis @ weights - members).max() < 1e-8:
                    found.append(name)
        return found


@pytest.mark.parametrize(
    "sizes", [(36, 4, 3, 51, 59, 47), (5, 5, 2, 44, 48, 29), (46, 55, 7, 6, 35, 4), (40, 40, 5, 30, 40, 40), (60,) * 6]
)
def test_no_hidden_score_is_a_combination_of_those_shown(sizes):
    """Over places, sectors, tiers, teams and bodies, and over what changes say of each of their waves."""
    made = study(sizes)
    safe = protect(pl.concat([scales(made), scale_changes(made)]), made)
    for wave in WAVES:
        assert Reader(made, safe, wave).worked_out() == []


def test_a_small_body_is_not_what_its_place_or_sector_leaves_over():
    """B2 has 5 people; its sector has B3 beside it, its place B0 and B4: of each, another or the whole goes too."""
    made = study([40, 40, 5, 30, 40, 40], waves=("w1",))
    safe = protect(scales(made), made).filter(measure="scale.score", status="suppressed")
    hidden = set(safe.select("unit_kind", "unit").rows())
    assert ("body", "B2") in hidden
    assert hidden & {("body", "B3"), ("sector", "local-government")}
    assert hidden & {("body", "B0"), ("body", "B4"), ("place", "L0")}
    assert Reader(made, protect(scales(made), made), "w1").worked_out() == []


def test_a_change_does_not_show_what_its_own_waves_hide():
    """B4, the next smallest in the first wave, is hidden there beside B2, B5 in the second: a change has both."""
    made = study([60, 60, 5, 60, 30, 30], silent=0.0)
    away = (pl.col("wave") == "w1") & pl.col("person").str.contains("^p4-[0-5]$")
    away = away | ((pl.col("wave") == "w2") & pl.col("person").str.contains("^p5-[0-5]$"))
    kept = made.table("responses").filter(~away)
    bodies = made.table("bodies").with_columns(sector=pl.lit("nhs"))
    people = made.table("people").with_columns(place=pl.lit("L"))
    made = replace(made, tables={**made.tables, "responses": kept, "bodies": bodies, "people": people})
    safe = protect(pl.concat([scales(made), scale_changes(made)]), made)
    hidden = {
        wave: set(safe.filter(measure="scale.score", unit_kind="body", wave=wave, status="suppressed")["unit"])
        for wave in WAVES
    }
    assert hidden == {"w1": {"B2", "B4"}, "w2": {"B2", "B5"}}
    changes = safe.filter(measure="scale.change", unit_kind="body", status="suppressed")
    assert set(changes["unit"]) == {"B2", "B4", "B5"}
    for wave in WAVES:
        assert Reader(made, safe, wave).worked_out() == []


# What squares say


def solved(safe):
    """Means of the two hidden bodies that fit the spread between bodies: guesses that are whole numbers of answers.

    With n, mean and sd of the system, F between bodies and every other body, a reader has n_1 m_1 + n_2 m_2 and
    n_1 (m_1 - m)^2 + n_2 (m_2 - m)^2, and tries n_1 = 1 ... 9.
    """
    rows = [row | {"told": detail(row)} for row in safe.filter(wave="w1").iter_rows(named=True)]
    whole = next(row for row in rows if (row["measure"], row["unit_kind"]) == ("scale.score", "system"))
    spread = next(row["told"] for row in rows if row["measure"] == "scale.icc" and row["told"]["between"] == "body")
    shown = [row for row in rows if (row["measure"], row["unit_kind"], row["status"]) == ("scale.score", "body", "ok")]
    n, m = whole["n"], whole["estimate"]
    ratio = spread["F"] * spread["df1"] / spread["df2"]
    squares = (n - 1) * whole["told"]["sd"] ** 2 * ratio / (1 + ratio)
    squares -= sum(row["n"] * (row["estimate"] - m) ** 2 for row in shown)
    left = n - sum(row["n"] for row in shown)
    off = n * m - sum(row["n"] * row["estimate"] for row in shown) - left * m
    found = []
    for small in range(1, 10):
        a = small + small**2 / (left - small)
        b, c = -2 * off * small / (left - small), off**2 / (left - small) - squares
        if b * b >= 4 * a * c:
            for sign in (1, -1):
                mean = m + (-b + sign * np.sqrt(b * b - 4 * a * c)) / (2 * a)
                answered = small * mean * len(ITEMS)
                if 1 <= mean <= 5 and abs(answered - round(answered)) < 1e-6:
                    found.append((small, round(mean, 6)))
    return found


def test_the_spread_between_bodies_does_not_give_a_small_one_away():
    made = study([60, 60, 4, 30, 60, 60], waves=("w1",), silent=0.0)
    asked = answers(made, "w1")
    units = asked.units["body"]
    truth = (4, round(float(asked.scores["MOT"][units.of == units.labels.index("B2")].mean()), 6))
    bodies = scales(made).filter(pl.col("unit_kind").is_in(["system", "body"]))
    exact = bodies.with_columns(
        status=pl.when(pl.col("unit").is_in(["B2", "B3"])).then(pl.lit("x")).otherwise("status")
    )
    assert truth in solved(exact)
    assert truth not in solved(protect(bodies, made))


def one(measure, **more):
    return Finding(**{"measure": measure, "unit_kind": "body", "unit": "B0", "method": "m", "wave": "w1", **more})


def test_figures_leave_with_the_decimals_they_are_good_for():
    told = {"sd": 0.98765, "se": 0.12345, "clusters": 7, "p": 0.000123456, "median": [2.5], "scale": "MOT"}
    found = [
        one("scale.score", estimate=3.14159, lower=3.0049, upper=3.3051, n=41, detail=told),
        one("scale.icc", estimate=0.123456, n=41, detail={"F": 3.14159}),
        one("cog_jam.distance", estimate=-0.0001, n=47, detail={"people": 47}),
        one("network.density", estimate=0.123456, n=12, detail={"naive": 0.654321}),
    ]
    score, icc, cog, network = rounded(frame(found), exact=("network",)).to_dicts()
    assert (score["estimate"], score["lower"], score["upper"], score["n"]) == (3.14, 3.0, 3.31, 41)
    assert detail(score) == told | {"sd": 0.99, "se": 0.123, "p": 0.00012}
    assert (icc["estimate"], detail(icc)["F"]) == (0.123, 3.142)
    assert (str(cog["estimate"]), cog["n"], detail(cog)["people"]) == ("0.0", 40, 40)
    assert (network["estimate"], detail(network)["naive"]) == (0.123456, 0.654321)


# What weights say


@pytest.mark.parametrize(("hidden", "shown"), [(0, True), (1, False), (2, False), (3, True), (4, True)])
def test_a_weighted_mean_does_not_settle_two_hidden_tiers(hidden, shown):
    """With 3 of the board (mean 4) and 17 executives (3) of 20 and 20 asked: 63 = 3 b + 17 e, 140 = 20 b + 20 e."""
    tiers = [
        one(
            "scale.score",
            unit_kind="body-tier",
            unit=f"B0/{tier}",
            status="suppressed" if place < hidden else "ok",
            estimate=None if place < hidden else 3.0,
            reason="hidden" if place < hidden else "",
            detail={"scale": "MOT"},
        )
        for place, tier in enumerate(TIERS)
    ]
    weighted = [one("scale.poststratified", estimate=3.5, n=20, detail={"scale": scale}) for scale in ("MOT", "SHP")]
    safe = cover_weighted(frame([*tiers, *weighted])).filter(measure="scale.poststratified")
    assert safe["status"].to_list() == ["ok" if shown else "suppressed", "ok"]
    assert np.linalg.solve([[3, 17], [20, 20]], [63, 140]) == pytest.approx([4, 3])


# What silence says


@pytest.mark.parametrize(("silent", "shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_bounds_do_not_count_one_to_four_silent_people(silent, shown):
    found = frame([one("scale.bounds", estimate=3.0, lower=2.9, upper=3.1, n=40, detail={"silent": silent})])
    assert (cover_silent(found)["status"] == "ok").to_list() == [shown]


def test_how_many_were_asked_is_hidden_for_both_parts_of_the_questionnaire():
    """38 of 40 answered the items: the 2 are hidden, and so must the 40 be beside the 25 of the other part."""
    found = frame(
        [
            one("response.rate", status="suppressed", reason="hidden", detail={"part": "items"}),
            one("response.rate", estimate=0.625, n=40, detail={"part": "relations", "count": 25}),
            one("response.rate", estimate=0.625, n=40, unit="B1", detail={"part": "relations", "count": 25}),
        ]
    )
    assert (cover_silent(found)["status"] == "ok").to_list() == [False, False, True]
    assert cover_silent(found)["detail"][1] == '{"part": "relations"}'


def test_that_nobody_of_a_few_answered_is_not_told():
    """Of B2 five were asked and of B3 thirty; no one answered. Of five people that says what each of them did."""
    made = study([40, 40, 5, 30, 40, 40], waves=("w1",), silent=0.0)
    kept = made.table("responses").filter(~pl.col("person").str.contains("^p[23]-"))
    made = replace(made, tables={**made.tables, "responses": kept})
    safe = protect(pl.concat([scales(made), response(made)]), made).filter(measure="scale.score", unit_kind="body")
    assert dict(safe.select("unit", "status").iter_rows()) == dict.fromkeys(["B0", "B1", "B4", "B5"], "ok") | {
        "B2": "suppressed",
        "B3": "insufficient",
    }


# What ties say


def rating(people, about, *, answer=3):
    questions = ("body-contact", "body-reliable", "body-influence")
    return [
        {"person": who, "wave": "w1", "about_kind": "body", "about": about, "question": question, "answer": answer}
        for who in people
        for question in questions
    ]


@pytest.fixture(scope="module")
def rated():
    """Everybody speaks of B0 and B1, forty of B3 and only six of B2, which with B3 is the voluntary sector."""
    codes = [f"p{b}-{k}" for b in (0, 1, 4, 5) for k in range(40)]
    said = [
        *rating(codes, "B0", answer=4),
        *rating(codes, "B3"),
        *rating(codes[:6], "B2", answer=1),
        *rating(codes, "B4", answer=2),
        *rating(codes, "B5", answer=2),
        *rating(codes, "B1", answer=4),
    ]
    return study([40] * 6, waves=("w1",), silent=0.0, said=said)


def test_what_few_people_said_is_not_what_a_sector_leaves_over(rated):
    """Of the voluntary sector less B3 the six who spoke of B2 are left, in each measure that sums over sectors."""
    safe = protect(pl.concat([ties(rated), equality(rated)]), rated)
    trust = {
        (row["unit_kind"], row["unit"]): row["status"]
        for row in safe.filter(measure="ties.trust").iter_rows(named=True)
    }
    assert trust["body", "B2"] == "suppressed"
    assert "suppressed" in {trust["body", "B3"], trust["sector", "voluntary"]}
    for pair in ("nhs>voluntary",):
        ends = [trust["pair", f"{a}>B3"] for a in ("B0", "B1")]
        assert "suppressed" in {trust["sector-pair", pair], *ends}
    gap = safe.filter(pl.col("measure") == "equality.gap", pl.col("unit") == "voluntary")
    shown = gap.filter(pl.col("detail").str.contains('"indicator": "trust"'))["status"].item()
    assert shown == trust["sector", "voluntary"]


@pytest.mark.parametrize(("hidden", "shown"), [(0, True), (1, False), (2, False), (3, True)])
def test_counts_of_ties_do_not_give_the_state_of_a_few_pairs_away(hidden, shown):
    """Ten ties of which nine are seen to be confirmed, and ten returned reports, say what the tenth is."""
    states = [
        one("ties.state", unit_kind="pair", unit=f"A|B{k}", status="suppressed", reason="hidden") for k in range(hidden)
    ]
    counts = [
        one(measure, unit_kind="system", estimate=1.0, n=12, detail={"mutual": 10})
        for measure in ("ties.confirmed", "network.reciprocity", "network.density")
    ]
    safe = cover_states(frame([*states, *counts])).filter(unit_kind="system")
    assert (safe["status"] == "ok").to_list() == [shown] * 3
    assert all(("mutual" in json.loads(told)) is shown for told in safe["detail"])
