"""The build of the packaged evidence, on a small folder that is worked by hand or by plain loops."""

from __future__ import annotations

import calendar
import json
import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leaderful.errors import BadValuesError
from leaderful.receipts import Receipt

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from build_england_evidence import build
from evidence_boundaries import project


def _write(folder: Path, name: str, lines: list[str]) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _days(month: int) -> list[date]:
    return [date(2024, month, day) for day in range(1, calendar.monthrange(2024, month)[1] + 1)]


def _daily() -> list[tuple[str, date, int, int]]:
    """Ready and left, by the codes of 2022; each oddity stands once."""
    rows = []
    for month in (1, 2, 3):
        for day in _days(month):
            rows.append(("E54000028", day, 100 + day.day, 40 if day.weekday() < 5 else 30))
            rows.append(("E54000027", day, 300, 150))
            rows.append(("E54000052", day, 10 if month == 1 else 90, 5 if month == 1 else 45))
    odd = {
        ("E54000028", date(2024, 1, 3)): (0, 0),  # nothing sent
        ("E54000028", date(2024, 1, 9)): (110, 0),  # half of it sent
        ("E54000028", date(2024, 1, 10)): (900, 40),  # far above the month
        ("E54000028", date(2024, 1, 12)): (41, 42),  # more left than could
    }
    rows = [(code, day, *odd.get((code, day), (ready, left))) for code, day, ready, left in rows]
    # the second ICB sends 23 of 29 days of February, under four fifths
    return [row for row in rows if not (row[0] == "E54000027" and row[1].month == 2 and row[1].day > 23)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _write(
        tmp_path,
        "england/icb_2022.csv",
        [
            "ods_code,ons_code,population_mid2020",
            "QMJ,E54000028,1000",
            "QRV,E54000027,3000",
            "QXU,E54000063,2000",
            "QNX,E54000064,1000",
            "QKS,E54000032,1000",
        ],
    )
    _write(
        tmp_path,
        "england/icb_succession_2026.csv",
        [
            "predecessor_ods_code,successor_ods_code,kind,effective,population_share",
            "QMJ,Z9B2Z,merger,2026-04-01,",
            "QRV,Z9B2Z,merger,2026-04-01,",
            "QXU,S9B9J,split,2026-04-01,",
            "QNX,S9B9J,merger,2026-04-01,",
            "QXU,QKS,split,2026-04-01,",
        ],
    )
    _write(tmp_path, "england/utla_to_icb_2022.csv", ["utla_ons_code", "E06000001", "E06000066", "E06000063"])
    _write(tmp_path, "england/ods/etr.csv", ["RAA,ONE,Y56,QMJ", "RBB,TWO,Y56,QRV"])
    wests = {"E54000028": -2.0, "E54000027": -1.9, "E54000063": -1.8, "E54000064": -1.7, "E54000032": -1.6}
    features = [
        {"properties": {"ICB23CD": code}, "geometry": {"type": "Polygon", "coordinates": [_square(west)]}}
        for code, west in wests.items()
    ]
    _write(tmp_path, "england/icb_2023.geojson", [json.dumps({"features": features})])
    daily = _daily()
    _write(
        tmp_path,
        "outcomes/not_meeting_criteria_to_reside_daily_by_icb.csv",
        ["icb22_code,date,do_not_meet_criteria_to_reside", *(f"{c},{d},{r}" for c, d, r, _ in daily)],
    )
    _write(
        tmp_path,
        "outcomes/discharges_daily_by_icb.csv",
        [
            "icb22_code,date,discharged_by_1700,discharged_between_1701_2359,discharged_total",
            *(f"{c},{d},NA,NA,{left}" for c, d, _, left in daily),
        ],
    )
    _emergency(tmp_path)
    _write(
        tmp_path,
        "outcomes/health_index_by_icb.csv",
        [
            "icb22_code,icb22_name,year,overall_score,healthy_people_domain,healthy_lives_domain,healthy_places_domain",
            "E54000028,A,2021,90,91,92,93",
            "E54000027,B,2021,98,99,100,101",
            "E54000052,C,2021,110,NA,110,110",
        ],
    )
    _social_care(tmp_path)
    _survey(tmp_path)
    return tmp_path


def _square(west: float) -> list[list[float]]:
    return [[west, 52.0], [west, 52.1], [west + 0.1, 52.1], [west + 0.1, 52.0], [west, 52.0]]


def _emergency(folder: Path) -> None:
    head = "total_attendances,attendances_over_4hours,total_emergency_admissions,date"
    icbs = [
        "E54000028,1000,100,50,April 2023",  # its trust sent no waits
        "E54000027,3000,900,50,April 2023",
        "E54000052,500,50,5,April 2023",
        *("E54000028,1100,330,60,", "E54000027,3100,310,50,", "E54000052,600,60,5,"),
    ]
    rows = icbs[:3] + [f"{row}{month}" for month in ("January 2024", "January 2025") for row in icbs[3:]]
    _write(folder, "outcomes/ae_monthly_by_icb.csv", [f"icb22_code,{head}", *rows])
    trusts = [
        "RAA,1000,NA,50,April 2023",
        "RBB,3000,900,50,April 2023",
        "RBB,0,0,0,May 2023",
        "RAA,1100,330,60,January 2024",
    ]
    _write(folder, "outcomes/ae_monthly_by_trust.csv", [f"nhs_trust22_code,{head}", *trusts])


def _social_care(folder: Path) -> None:
    rows = [
        "2022-23,E06000001,One,ASC2,0.41",
        "2022-23,E06000063,New,ASC2,NA",
        "2022-23,E06000001,One,ASC5,",
        "2019-20,E10000027,Somerset,ASC2,0.39",
        "2019-20,E10000006,Cumbria,ASC2,0.40",
        "2015-16,E06000001,One,ASC6,800",
        "2016-17,E06000001,One,ASC6,1600",
        "2016-17,E06000001,One,ASC5,much",
    ]
    head = "Financial year,Local authority code,Local authority name,Code,Value"
    _write(folder, "outcomes/adult_social_care_by_utla.csv", [head, *rows])


def _survey(folder: Path) -> None:
    _write(
        folder,
        "staff_survey/organisations.csv",
        [
            "ods_code,name,benchmarking_group",
            "RAA,One,Acute",
            "R1F1,W,Acute",
            "R1F2,W,Ambulance",
            "00L,N,CCGs",
        ],
    )
    _write(
        folder,
        "staff_survey/staff_survey_2021_2024.csv",
        [
            "ods_code,year,question,percent,base",
            "RAA,2024,Q3f,55.5,1000",
            "R1F1,2024,Q3f,60,300",
            "R1F2,2024,Q3f,20,100",
            "00L,2021,Q3f,80,55",
        ],
    )


@pytest.fixture
def built(folder: Path, tmp_path: Path) -> tuple[Path, dict[str, Receipt]]:
    tables = tmp_path / "tables"
    return tables, {receipt.source: receipt for receipt in build(folder, tables)}


def _value(table: pl.DataFrame, body: str, measure: str, period: date) -> tuple[float, float]:
    row = table.row(
        by_predicate=(pl.col("body") == body) & (pl.col("measure") == measure) & (pl.col("period") == period),
        named=True,
    )
    return row["value"], row["base"]


def test_hospital_months_equal_plain_loops_over_the_days(built: tuple[Path, dict[str, Receipt]]) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet")
    left_out = {date(2024, 1, day) for day in (3, 9, 10, 12)}
    kept = [row for row in _daily() if row[0] == "E54000028" and row[1].month == 1 and row[1] not in left_out]
    ready, left = sum(row[2] for row in kept), sum(row[3] for row in kept)
    january = date(2024, 1, 1)
    assert _value(table, "QMJ", "ready_to_leave", january) == pytest.approx((ready / 27, 27))
    assert _value(table, "QMJ", "ready_to_leave_rate", january) == pytest.approx((ready / 27 / 1000 * 1e5, 1000))
    assert _value(table, "QMJ", "discharges", january) == pytest.approx((left / 27, 27))
    assert _value(table, "QMJ", "still_in_hospital", january) == pytest.approx((100 * (ready - left) / ready, ready))


def test_thin_and_low_months_are_left_out_and_counted(built: tuple[Path, dict[str, Receipt]]) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet").filter(measure="discharges")
    assert table.filter(body="QRV")["period"].dt.month().to_list() == [1, 3]
    assert table.filter(body="QXU")["period"].dt.month().to_list() == [2, 3]
    receipt = built[1]["discharges_daily_by_icb.csv"]
    assert receipt.read == len(_daily())
    assert receipt.rejected == 4 + 23 + 31
    assert receipt.notes[:3] == (
        "4 days look unreported: nothing sent, or far from the month's usual",
        "1 months with under 80% of their days reported",
        "1 months under half of the ICB's middle month, as when a hospital is not in the count",
    )


def test_older_codes_of_surrey_are_joined_by_hand_and_not_by_the_newer_list(
    built: tuple[Path, dict[str, Receipt]],
) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet")
    assert _value(table, "QXU", "ae_within_four_hours", date(2023, 4, 1)) == pytest.approx((90.0, 500))


def test_untold_waits_and_repeated_months_are_left_out(built: tuple[Path, dict[str, Receipt]]) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet").filter(measure="ae_within_four_hours")
    held = {(body, period) for body, period in table.select("body", "period").iter_rows()}
    first, second = date(2023, 4, 1), date(2024, 1, 1)
    assert held == {
        *{("QRV", first), ("QXU", first), ("RBB", first)},
        *{("QMJ", second), ("QRV", second), ("QXU", second), ("RAA", second), ("Z9B2Z", second)},
    }
    # 70 % of 1,100 and 90 % of 3,100
    assert _value(table, "Z9B2Z", "ae_within_four_hours", second) == pytest.approx((100 * 3560 / 4200, 4200))
    icbs, trusts = built[1]["ae_monthly_by_icb.csv"], built[1]["ae_monthly_by_trust.csv"]
    assert (icbs.read, icbs.kept) == (9, 5)
    assert "January 2025 left out: every figure in it repeats January 2024" in icbs.notes
    assert (trusts.read, trusts.kept) == (4, 2)


def test_index_of_a_union_is_weighted_by_people_and_sums_are_added(
    built: tuple[Path, dict[str, Receipt]],
) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet")
    value, base = _value(table, "Z9B2Z", "health_index", date(2021, 1, 1))
    assert (value, base) == ((90 * 1000 + 98 * 3000) / 4000, None)
    parts = [_value(table, body, "discharges", date(2024, 1, 1))[0] for body in ("QMJ", "QRV")]
    assert _value(table, "Z9B2Z", "discharges", date(2024, 1, 1)) == pytest.approx((sum(parts), 27))
    february = (pl.col("body") == "Z9B2Z") & (pl.col("period") == date(2024, 2, 1))
    assert table.filter(february).is_empty()
    assert not set(table["body"]) & {"S9B9J", "QKS"}
    assert table.filter(body="QXU", measure="health_index").is_empty()


def test_social_care_keeps_same_areas_and_refuses_other_counts(
    built: tuple[Path, dict[str, Receipt]],
) -> None:
    table = pl.read_parquet(built[0] / "outcomes.parquet").filter(pl.col("measure").str.starts_with("asc"))
    assert table.select("body", "measure", "period", "period_end", "value").rows() == [
        ("E06000001", "asc_quality_of_life", date(2022, 4, 1), date(2023, 3, 31), 0.41),
        ("E06000001", "asc_requests_served", date(2016, 4, 1), date(2017, 3, 31), 1600.0),
        ("E06000066", "asc_quality_of_life", date(2019, 4, 1), date(2020, 3, 31), 0.39),
    ]
    receipt = built[1]["adult_social_care_by_utla.csv"]
    assert (receipt.read, receipt.kept, receipt.worst) == (8, 3, BadValuesError)
    assert [(problem.row, problem.column) for problem in receipt.problems] == [(9, "Value")]
    assert "much" not in receipt.text()


def test_survey_joins_parts_and_leaves_out_ccgs(built: tuple[Path, dict[str, Receipt]]) -> None:
    table = pl.read_parquet(built[0] / "staff_survey.parquet")
    assert table.rows() == [
        ("R1F", "nhs-staff-survey", "Q3f", 2024, 50.0, 400),
        ("RAA", "nhs-staff-survey", "Q3f", 2024, 55.5, 1000),
    ]
    receipt = built[1]["staff_survey_2021_2024.csv"]
    assert (receipt.read, receipt.kept) == (4, 2)
    assert "1 rows left out: clinical commissioning groups, abolished on 1 July 2022" in receipt.notes


def test_map_unites_squares_and_marks_the_divided_one(built: tuple[Path, dict[str, Receipt]]) -> None:
    book = json.loads((built[0] / "boundaries.json").read_text(encoding="utf-8"))
    changes = book["changes_2026"]
    assert set(book["shapes_2022"]) == {"QMJ", "QRV", "QXU", "QNX", "QKS"}
    assert changes["ended"] == ["QMJ", "QNX", "QRV"]
    assert changes["shapes"]["QXU"]["divided_between"] == ["QKS", "S9B9J"]
    assert changes["shapes"]["S9B9J"]["lacks"] == changes["shapes"]["QKS"]["lacks"] == ["QXU"]
    corners = changes["shapes"]["Z9B2Z"]["rings"][0]
    assert min(x for x, _ in corners) == 0  # the westernmost of the squares
    assert max(corners)[0] == pytest.approx(137, abs=1)  # 0.2 degrees of longitude at 52° N, in 100 m


def test_same_input_gives_same_bytes(folder: Path, built: tuple[Path, dict[str, Receipt]], tmp_path: Path) -> None:
    again = tmp_path / "again"
    build(folder, again)
    for file in sorted(again.iterdir()):
        assert file.read_bytes() == (built[0] / file.name).read_bytes(), file.name


@pytest.mark.parametrize(
    ("longitude", "latitude", "easting", "northing"),
    [
        (-2.38572, 53.32473, 374405, 380936),
        (-0.51742, 52.06308, 501732, 241559),
        (-0.70072, 51.39695, 490486, 167236),
        (-1.13691, 51.74705, 459681, 205725),
    ],
)
def test_projection_is_near_published_grid_references(
    longitude: float, latitude: float, easting: int, northing: int
) -> None:
    found = project(np.array([[longitude, latitude]]))[0]
    # the shift between WGS84 and the grid's own datum is left out: about 100 m east and 80 m north or less
    assert np.hypot(*(found - [easting, northing])) < 200


def test_projection_keeps_shapes() -> None:
    step = 1e-5
    here, east, north = project(np.array([[-4.0, 54.0], [-4.0 + step, 54.0], [-4.0, 54.0 + step]]))
    across, up = east - here, north - here
    assert across @ up == pytest.approx(0, abs=1e-4)
    # metres of one degree at 54° N on the ellipsoid: 65,578 along, 111,303 up; both take the same scale
    assert np.hypot(*across) / (65_578 * step) == pytest.approx(np.hypot(*up) / (111_303 * step), rel=1e-4)
