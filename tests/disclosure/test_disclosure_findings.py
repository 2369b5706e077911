"""No reader who calculates can make out a small group behind hidden findings.

The readers here know everything that is shown and how it adds up. They are written apart from the
module: they set up their own unknowns and search with their own programmes or by trying every table.
"""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy.optimize import Bounds, LinearConstraint, milp

from leaderful.disclosure import HIDDEN, Rule, protect
from leaderful.errors import DisclosureError
from leaderful.measures.findings import SCHEMA, Finding, frame

examples = settings(deadline=None, derandomize=True, max_examples=30)


def finding(unit: str, n: int | None, *, kind: str = "body", measure: str = "scale.mean", **more: object) -> Finding:
    values: dict[str, object] = {"estimate": 3.5, "lower": 3.0, "upper": 4.0, "method": "mean", **more}
    return Finding(measure=measure, unit_kind=kind, unit=unit, n=n, **values)  # type: ignore[arg-type]


def under(*pairs: tuple[str, str]) -> pl.DataFrame:
    """Parents from pairs such as ("body R1", "system S")."""
    rows = [(*unit.split(" ", 1), *parent.split(" ", 1)) for unit, parent in pairs]
    return pl.DataFrame(rows, schema=["unit_kind", "unit", "parent_kind", "parent"], orient="row")


def guard(findings: list[Finding], parents: pl.DataFrame | None = None, **more: object) -> pl.DataFrame:
    options: dict[str, object] = {"people": ["scale"], "others": ["structure"], "parents": parents, **more}
    return protect(frame(findings), **options)  # type: ignore[arg-type]


def shown(protected: pl.DataFrame) -> list[str]:
    return protected.filter(pl.col("status") == "ok")["unit"].to_list()


def system(*counts: int, whole: int | None = None) -> tuple[list[Finding], pl.DataFrame]:
    units = [f"R{place}" for place in range(len(counts))]
    total = finding("S", sum(counts) if whole is None else whole, kind="system")
    parts = [finding(unit, n) for unit, n in zip(units, counts, strict=True)]
    return [total, *parts], under(*((f"body {unit}", "system S") for unit in units))


def test_ten_people_are_shown_and_nine_are_not() -> None:
    out = guard([finding("ten", 10), finding("nine", 9, detail={"raters": 9})])
    assert shown(out) == ["ten"]
    nine = out.row(1, named=True)
    assert (nine["status"], nine["reason"], nine["detail"]) == ("suppressed", HIDDEN, "{}")
    assert [nine[name] for name in ("estimate", "lower", "upper", "n")] == [None] * 4
    assert out.schema == SCHEMA


def test_the_count_behind_an_insufficient_finding_is_hidden_too() -> None:
    bare = {"estimate": None, "lower": None, "upper": None, "status": "insufficient", "reason": "3 answered"}
    out = guard([finding("few", 3, **bare), finding("many", 40, **bare), finding("uncounted", None, **bare)])
    assert out["status"].to_list() == ["suppressed", "insufficient", "insufficient"]
    assert out["n"].to_list() == [None, 40, None]


def test_what_does_not_count_people_is_left_alone() -> None:
    bodies = [finding("S", 3, measure="structure.bodies", detail={"kind": {"nhs-trust": 3}})]
    assert_frame_equal(guard(bodies), frame(bodies))


def test_a_measure_nobody_declared_is_refused() -> None:
    with pytest.raises(DisclosureError, match=r"measure 'scales\.mean': declare it once"):
        guard([finding("R1", 40, measure="scales.mean")])
    with pytest.raises(DisclosureError, match="declare it once"):
        guard([finding("R1", 40)], others=["scale"])


def test_the_longest_name_of_a_measure_decides() -> None:
    rows = [finding("E", 6, measure="scale.share.between"), finding("R1", 6)]
    assert guard(rows, others=["scale.share"])["status"].to_list() == ["ok", "suppressed"]


@pytest.mark.parametrize("n", [None, -1])
def test_an_estimate_on_people_needs_their_number(n: int | None) -> None:
    with pytest.raises(DisclosureError, match=r"scale\.mean for R1: an estimate about people needs n"):
        guard([finding("R1", n)])


def test_one_hidden_unit_takes_the_smallest_other_with_it() -> None:
    assert shown(guard(*system(8, 30, 14, 60))) == ["S", "R1", "R3"]


def test_equals_are_decided_by_order() -> None:
    assert shown(guard(*system(8, 20, 20, 20))) == ["S", "R2", "R3"]


def test_two_hidden_units_of_nine_people_together_are_not_enough() -> None:
    assert shown(guard(*system(4, 5, 14, 60))) == ["S", "R3"]
    assert shown(guard(*system(4, 6, 14, 60))) == ["S", "R2", "R3"]


def test_a_few_people_in_no_unit_are_protected_as_a_hidden_unit() -> None:
    assert shown(guard(*system(30, 14, 60, whole=108))) == ["S", "R0", "R2"]
    assert shown(guard(*system(30, 14, 60, whole=114))) == ["S", "R0", "R1", "R2"]


def test_a_parent_cannot_be_rebuilt_from_its_units() -> None:
    # The hidden trust R1 makes R2 hide, and R2 could be added up from its two tiers.
    findings, parents = system(8, 24, 60)
    tiers = [finding("R1/a", 11, kind="tier"), finding("R1/b", 13, kind="tier")]
    links = pl.concat([parents, under(("tier R1/a", "body R1"), ("tier R1/b", "body R1"))])
    assert shown(guard([*findings, *tiers], links)) == ["S", "R2", "R1/b"]


def test_a_unit_without_a_finding_is_seen_through() -> None:
    findings = [finding("S", 70, kind="system"), finding("T", 40, kind="tier"), finding("U", 22, kind="tier")]
    links = under(("body R", "system S"), ("tier T", "body R"), ("tier U", "body R"))
    assert shown(guard([*findings], links)) == ["S", "T"]  # 8 people are in neither tier


def test_two_measures_of_the_same_people_hide_together() -> None:
    findings, parents = system(8, 14, 60)
    beside = [finding("R1", 14, measure="scale.shrunken"), finding("R2", 60, measure="scale.shrunken")]
    out = guard([*findings, *beside], parents)
    assert out.filter(measure="scale.shrunken")["status"].to_list() == ["suppressed", "ok"]


def test_published_counts_hide_nobody_else_but_small_bases_stay_hidden() -> None:
    assert shown(guard(*system(8, 30, 14, 60), public=["scale"])) == ["S", "R1", "R2", "R3"]


def test_what_a_measure_hid_itself_is_covered_like_the_rest() -> None:
    findings, parents = system(30, 14, 60)
    gone = {"estimate": None, "lower": None, "upper": None, "status": "suppressed", "reason": "ours"}
    out = guard([findings[0], finding("R0", None, **gone), *findings[2:]], parents)
    assert shown(out) == ["S", "R2"]
    assert set(out.filter(status="suppressed")["reason"]) == {HIDDEN}


def test_questions_are_held_apart_and_named_on_hidden_findings() -> None:
    rows = [
        finding(unit, n, kind=kind, detail={"question": question, "note": "x"})
        for question, counts in (("Q1", (8, 14, 60)), ("Q2", (20, 14, 60)))
        for unit, kind, n in zip("SABC", ("system", *["body"] * 3), (sum(counts), *counts), strict=True)
    ]
    links = under(("body A", "system S"), ("body B", "system S"), ("body C", "system S"))
    out = guard(rows, links, asked=["question"])
    assert out["status"].to_list() == ["ok", "suppressed", "suppressed", "ok", "ok", "ok", "ok", "ok"]
    assert out["detail"][1] == '{"question": "Q1"}'
    with pytest.raises(DisclosureError, match=r"several findings for system S .* `asked`"):
        guard(rows, links)


def test_units_that_overlap_are_refused() -> None:
    with pytest.raises(DisclosureError, match="units under system S count more people than it does"):
        guard(*system(30, 40, whole=60))


def test_units_that_contain_themselves_are_refused() -> None:
    with pytest.raises(DisclosureError, match="goes in a circle through"):
        guard([finding("A", 20)], under(("body A", "body B"), ("body B", "body A")))


def test_people_are_named_only_when_they_agreed() -> None:
    rows = [
        finding("p1", 20, kind="person"),
        finding("p2", 20, kind="person"),
        finding("p3", 4, kind="person"),
    ]
    out = guard(rows, consenting=["p1", "p3"])
    assert out["unit"].to_list() == ["p1", "", "p3"]
    assert out["status"].to_list() == ["ok", "suppressed", "suppressed"]
    uncounted = [finding("p4", None, kind="person", measure="structure.place")]
    assert guard(uncounted)["estimate"].to_list() == [None]


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]]:
    """A system divided into bodies, some of them into tiers, and into places across the bodies."""
    sizes = st.one_of(st.integers(1, 12), st.integers(10, 60))
    count: dict[str, int] = {}
    sums: list[tuple[str, list[str]]] = []
    bodies = [f"body B{place}" for place in range(draw(st.integers(1, 4)))]
    for body in bodies:
        tiers = [f"tier {body[5:]}/{place}" for place in range(draw(st.integers(0, 3)))]
        count.update({tier: draw(sizes) for tier in tiers})
        count[body] = sum(count[tier] for tier in tiers) if tiers else draw(sizes)
        sums += [(body, tiers)] if tiers else []
    total = sum(count[body] for body in bodies)
    cuts = sorted(draw(st.lists(st.integers(1, total - 1), max_size=3, unique=True))) if total > 1 else []
    places = {f"place P{at}": n for at, n in enumerate(np.diff([0, *cuts, total]).tolist())}
    count |= {**places, "system S": total}
    sums += [("system S", bodies), ("system S", list(places))]
    links = under(*((part, parent) for parent, parts in sums for part in parts))
    rows = [finding(name.split(" ")[1], n, kind=name.split(" ")[0]) for name, n in count.items()]
    return rows, links, sums


def read_counts(protected: pl.DataFrame) -> dict[str, int | None]:
    return {f"{row['unit_kind']} {row['unit']}": row["n"] for row in protected.iter_rows(named=True)}


def range_of(name: str, seen: dict[str, int | None], sums: list[tuple[str, list[str]]]) -> tuple[float, float]:
    """What a reader can say of one count: everything is an unknown, what is shown is an equation."""
    names = list(seen)
    rows = [[float(n == total) - float(n in parts) for n in names] for total, parts in sums]
    known = [(name, n) for name, n in seen.items() if n is not None]
    rows += [[float(n == name) for n in names] for name, _ in known]
    right = [0.0] * len(sums) + [float(n) for _, n in known]
    goal = np.array([float(n == name) for n in names])
    found = [
        milp(
            sign * goal,
            integrality=np.ones(len(names)),
            bounds=Bounds(0, 5000),
            constraints=LinearConstraint(rows, right, right),
        )
        for sign in (1, -1)
    ]
    return round(found[0].fun), round(-found[1].fun)


def test_what_two_measures_of_unlike_coverage_would_give_away_is_hidden_and_nothing_else() -> None:
    """One measure speaks of R0 and R1, the other of R0 alone: their rests, if known, would give R1 away."""
    spoken = {"scale.one": {"S": 60, "R0": 15, "R1": 8}, "scale.two": {"S": 60, "R0": 15}}
    rows = [
        finding(unit, n, measure=measure, kind="system" if unit == "S" else "body")
        for measure, counts in spoken.items()
        for unit, n in counts.items()
    ]
    beside = [finding("T", 100, kind="system"), finding("R5", 60), finding("R6", 40)]
    links = under(*((f"body {unit}", "system S") for unit in ("R0", "R1", "R2")), ("body R5", "system T"))
    assert shown(guard([*rows, *beside], links)) == ["T", "R5", "R6"]


@examples
@given(studies())
def test_no_reader_can_bound_a_hidden_count_of_people(
    study: tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]],
) -> None:
    rows, links, sums = study
    seen = read_counts(guard(rows, links))
    for name in (name for name, n in seen.items() if n is None):
        low, high = range_of(name, seen, sums)
        assert high - low >= 10, f"{name} lies between {low} and {high}"


@examples
@given(studies())
def test_no_sum_of_hidden_units_that_can_be_found_is_small(
    study: tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]],
) -> None:
    rows, links, sums = study
    true = read_counts(frame(rows))
    seen = read_counts(guard(rows, links))
    left = [{n: (n == total) - (n in parts) for n in true if seen[n] is None} for total, parts in sums]
    for several in itertools.product((-1, 0, 1), repeat=min(len(left), 6)):
        sum_of = {n: sum(s * row[n] for s, row in zip(several, left, strict=False)) for n in left[0]}
        touched = {n for n, weight in sum_of.items() if weight}
        if touched and len({sum_of[n] for n in touched}) == 1:
            assert sum(true[n] or 0 for n in touched) >= 10, touched


@examples
@given(studies())
def test_what_is_hidden_is_gone_and_what_is_shown_is_unchanged(
    study: tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]],
) -> None:
    rows, links, _ = study
    before, after = frame(rows), guard(rows, links)
    hidden = after["status"] == "suppressed"
    assert_frame_equal(after.filter(~hidden), before.filter(~hidden))
    assert (after.filter(~hidden)["n"] >= 10).all()
    gone = after.filter(hidden)
    assert gone.select("estimate", "lower", "upper", "n").null_count().sum_horizontal().item() == 4 * gone.height
    assert gone.select("reason", "detail").unique().height <= 1


@examples
@given(studies())
def test_protecting_twice_is_protecting_once(
    study: tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]],
) -> None:
    rows, links, _ = study
    once = guard(rows, links)
    assert_frame_equal(protect(once, people=["scale"], others=[], parents=links), once)


@examples
@given(studies(), st.integers(10, 18), st.integers(1, 8))
def test_a_higher_minimum_hides_at_least_as_much(
    study: tuple[list[Finding], pl.DataFrame, list[tuple[str, list[str]]]], lower: int, more: int
) -> None:
    rows, links, _ = study
    loose = shown(guard(rows, links, rule=Rule(minimum_people=lower)))
    tight = shown(guard(rows, links, rule=Rule(minimum_people=lower + more)))
    assert set(tight) <= set(loose)


@examples
@given(st.lists(st.integers(10, 200), min_size=1, max_size=6))
def test_nothing_is_hidden_without_need(counts: list[int]) -> None:
    findings, parents = system(*counts)
    assert_frame_equal(guard(findings, parents), frame(findings))
