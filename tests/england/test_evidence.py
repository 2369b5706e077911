"""The packaged evidence: what it holds, how it was joined, and the map."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib import resources
from itertools import combinations

import polars as pl
import pytest
from shapely.geometry import MultiPolygon, Point, Polygon

from leaderful.england.evidence import (
    Shape,
    boundaries,
    outcome_catalogue,
    outcome_table,
    outcomes,
    published,
)
from leaderful.england.evidence_pages import docs_pages
from leaderful.errors import UnknownNameError
from leaderful.framework import framework
from leaderful.study.tables import TABLES

BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)
ICBS = sorted(boundaries(BEFORE))

# Square kilometres of the published outlines, by an equal-area projection that the map does not use.
# fmt: off
AREAS = {
    "QYG": 2993.2, "QNC": 2720.4, "QOC": 3488.5, "QJM": 5941.3, "QK1": 2551.7, "QWU": 2076.7, "QGH": 3925.0,
    "QMM": 5756.7, "QJG": 4103.5, "QHG": 1603.3, "QM7": 2579.7, "QH8": 1994.1, "QRV": 371.0, "QMJ": 235.4,
    "QMF": 322.9, "QKK": 349.2, "QWE": 296.7, "QKS": 3740.9, "QNQ": 601.2, "QT6": 3564.2, "QJK": 6715.0,
    "QSL": 3457.0, "QUY": 982.8, "QOX": 3869.7, "QVV": 2656.9, "QRL": 4031.2, "QR1": 2658.2, "QU9": 5010.0,
    "QE1": 4995.7, "QHM": 13650.6, "QOQ": 10670.2, "QWO": 3072.8, "QHL": 445.7, "QUE": 3474.6, "QOP": 1276.8,
    "QJ2": 2629.8, "QPM": 2369.8, "QT1": 2162.7, "QF7": 1554.2, "QUA": 356.9, "QXU": 1529.4, "QNX": 3794.4,
}
# fmt: on


@pytest.mark.parametrize("name", ["published", "outcomes"])
def test_tables_are_as_a_study_describes_them(name: str) -> None:
    frame = published(["RTF", "QHM"]) if name == "published" else outcome_table()
    table = TABLES[name]
    assert frame.schema == table.schema
    assert not frame.select(table.key).is_duplicated().any()
    required = [column.name for column in table.columns if column.required]
    assert frame.select(required).null_count().row(0) == (0,) * len(required)


def test_staff_survey_has_sixteen_packaged_questions_in_four_years() -> None:
    rows = published(["RTF"])
    assert rows["year"].unique().sort().to_list() == [2021, 2022, 2023, 2024]
    assert rows.height == 16 * 4
    known = {question.id for question in framework().crosswalk if question.packaged}
    assert set(rows["question"]) == known


def test_parts_of_isle_of_wight_are_one_trust_weighted_by_people() -> None:
    parts = [(47.9815, 1467), (44.2192, 139), (44.0487, 296), (48.0337, 333)]
    row = published(["R1F"]).filter(question="Q11c", year=2021).row(0, named=True)
    assert row["base"] == sum(base for _, base in parts)
    assert row["percent"] == pytest.approx(sum(p * b for p, b in parts) / row["base"], abs=1e-4)
    assert published(["R1F1", "00L", "0AR"]).is_empty()


def test_every_outcome_is_in_the_catalogue_and_the_catalogue_has_no_other() -> None:
    catalogue = outcome_catalogue()
    assert set(catalogue) == set(outcome_table()["measure"])
    kinds = {kind.id for kind in framework().body_kinds}
    assert all(set(outcome.body_kind) <= kinds for outcome in catalogue.values())
    percent = [id for id, outcome in catalogue.items() if outcome.unit == "percent"]
    assert outcome_table().filter(pl.col("measure").is_in(percent))["value"].is_between(0, 100).all()
    assert set(catalogue) == {
        line.split("`")[1] for line in docs_pages()["reference/outcomes.md"].splitlines() if line.startswith("### ")
    }


@pytest.mark.parametrize("measure", ["health_index", "ae_within_four_hours", "still_in_hospital"])
def test_every_icb_of_2022_has_figures_under_its_ods_code(measure: str) -> None:
    held = set(outcomes(ICBS).filter(measure=measure)["body"])
    assert held == set(ICBS)


def test_codes_of_surrey_and_sussex_were_not_swapped() -> None:
    index = outcomes(["QXU", "QNX"]).filter(measure="health_index", period=date(2015, 1, 1))
    assert dict(index.select("body", "value").iter_rows()) == {"QXU": 112.1, "QNX": 104.4}


def test_months_that_repeat_the_year_before_and_untold_waits_are_not_there() -> None:
    waits = outcomes([*ICBS, "RTF", "RC9"]).filter(measure="ae_within_four_hours")
    assert not set(waits["period"]) & {date(2025, 2, 1), date(2025, 3, 1)}
    frimley = waits.filter(body="QNQ")
    assert frimley["period"].min() == date(2023, 6, 1)
    assert frimley["value"].max() < 90  # it would be 100 where no waits were sent
    assert waits.filter(body="RC9")["period"].min() == date(2023, 6, 1)
    assert waits.filter(body="QYG")["period"].min() == date(2022, 4, 1)


def test_union_of_whole_predecessors_is_rebuilt_and_says_so() -> None:
    rows = outcomes(["QMJ", "QRV", "Z9B2Z"]).filter(period=date(2024, 7, 1))
    by = {
        (body, measure): (value, base)
        for body, measure, value, base in rows.select("body", "measure", "value", "base").iter_rows()
    }
    for measure in ("ready_to_leave", "discharges"):
        assert by["Z9B2Z", measure][0] == pytest.approx(by["QMJ", measure][0] + by["QRV", measure][0])
    for measure in ("ae_within_four_hours", "still_in_hospital", "ready_to_leave_rate"):
        parts = [by[body, measure] for body in ("QMJ", "QRV")]
        base = sum(part[1] for part in parts)
        assert by["Z9B2Z", measure] == pytest.approx((sum(v * b for v, b in parts) / base, base))
    assert rows.filter(body="Z9B2Z")["source"].str.ends_with("rebuilt from its predecessors QMJ and QRV").all()


def test_systems_that_took_part_of_a_divided_area_have_no_series_of_their_own() -> None:
    assert outcomes(["S1Y5D", "D7T5G", "T6Y0W", "S9B9J", "S0E4D"]).is_empty()


def test_councils_of_the_same_area_keep_their_figures_and_divided_ones_do_not() -> None:
    quality = outcomes(["E06000066", "E06000063", "E06000064", "E10000006", "E06000060"]).filter(
        measure="asc_quality_of_life"
    )
    assert set(quality["body"]) == {"E06000066", "E06000060"}
    assert quality.filter(body="E06000060").height == 6


def _outline(shape: Shape) -> Polygon | MultiPolygon:
    outline: Polygon | MultiPolygon = Polygon()
    for ring in shape.rings:
        outline = outline.symmetric_difference(Polygon(ring))
    return outline


def _edges(shape: Shape) -> Counter[frozenset[tuple[int, int]]]:
    return Counter(frozenset(pair) for ring in shape.rings for pair in zip(ring, (*ring[1:], ring[0]), strict=True))


def test_map_has_the_icbs_of_each_date() -> None:
    assert len(boundaries(BEFORE)) == 42
    after = boundaries(AFTER)
    assert len([shape for shape in after.values() if not shape.divided_between]) == 36
    assert {code for code, shape in after.items() if shape.divided_between} == {"QM7", "QJG", "QNQ"}
    assert after["QNQ"].divided_between == ("QRL", "S0E4D", "S9B9J")
    incomplete = {code for code, shape in after.items() if not shape.complete and not shape.divided_between}
    assert incomplete == {"S1Y5D", "D7T5G", "T6Y0W", "S9B9J", "S0E4D", "QRL"}
    assert all(bool(shape.note) != shape.complete for shape in after.values())


def test_there_is_no_map_before_icbs() -> None:
    with pytest.raises(UnknownNameError, match="no ICBs on 2022-06-30: they began on 2022-07-01"):
        boundaries(date(2022, 6, 30))


@pytest.mark.parametrize("as_at", [BEFORE, AFTER])
def test_rings_are_simple_lie_on_the_map_and_hold_their_label(as_at: date) -> None:
    for shape in boundaries(as_at).values():
        assert all(Polygon(ring).is_valid and len(ring) >= 3 for ring in shape.rings), shape.code
        assert all(0 <= x <= 6600 and 0 <= y <= 6600 for ring in shape.rings for x, y in ring), shape.code
        assert _outline(shape).contains(Point(shape.label)), shape.code


def test_areas_are_within_two_percent_of_the_published_outlines() -> None:
    shapes = boundaries(BEFORE)
    drawn = {code: _outline(shape).area / 100 for code, shape in shapes.items()}
    assert set(drawn) == set(AREAS)
    for code, area in AREAS.items():
        assert drawn[code] == pytest.approx(area, rel=0.02), code
    assert sum(drawn.values()) == pytest.approx(sum(AREAS.values()), rel=0.002)


def test_neighbours_share_their_border_corner_by_corner() -> None:
    shapes = boundaries(BEFORE)
    edges = {code: _edges(shape) for code, shape in shapes.items()}
    every = sum(edges.values(), Counter())
    assert max(every.values()) == 2
    shared = {frozenset((a, b)) for a, b in combinations(edges, 2) if edges[a].keys() & edges[b].keys()}
    for pair in (
        ("QHM", "QE1"),
        ("QHM", "QOQ"),
        ("QJK", "QT6"),
        ("QMJ", "QRV"),
        ("QNQ", "QXU"),
        ("QUA", "QHL"),
    ):
        assert frozenset(pair) in shared
    assert frozenset(("QHM", "QT6")) not in shared
    overlap = sum(_outline(shapes[a]).intersection(_outline(shapes[b])).area for a, b in map(tuple, shared))
    assert overlap < 0.0005 * sum(AREAS.values()) * 100


def test_union_loses_the_border_between_its_parts_and_nothing_else() -> None:
    before, after = boundaries(BEFORE), boundaries(AFTER)
    parts = _edges(before["QMJ"]) + _edges(before["QRV"])
    assert set(_edges(after["Z9B2Z"])) == {edge for edge, times in parts.items() if times == 1}
    assert after["Z9B2Z"].complete


def test_packaged_files_are_small() -> None:
    folder = resources.files("leaderful.england") / "tables"
    for name, limit in (
        ("boundaries.json", 150_000),
        ("outcomes.parquet", 250_000),
        ("staff_survey.parquet", 150_000),
    ):
        with resources.as_file(folder / name) as file:
            assert 0 < file.stat().st_size < limit
