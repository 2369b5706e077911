"""Outcomes beside: hand-worked figures, what is said when there is none, and England's spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.england.evidence import outcome_catalogue
from leaderful.england.evidence import outcomes as packaged
from leaderful.measures.findings import SCHEMA, Finding, unframe
from leaderful.measures.outcomes import NOTE, outcomes
from leaderful.statistics.monthly import monthly_noise
from leaderful.study import Study
from leaderful.study.tables import TABLES


@dataclass(frozen=True)
class About:
    name: str = "Seen in time"
    unit: str = "percent"
    direction: str = "high"
    interval: str = "monthly"
    caveat: str = "none"
    body_kind: tuple[str, ...] = ("integrated-care-board", "nhs-trust")


WAITS = {"waits": About()}


def _filled(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = TABLES[name].schema
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def _study(
    rows: list[dict[str, Any]],
    *,
    system: str = "QHM",
    as_at: date = date(2026, 3, 31),
    kinds: dict[str, tuple[str, str]] | None = None,
    successions: list[dict[str, Any]] | None = None,
) -> Study:
    standing = {system: ("integrated-care-board", system)} if kinds is None else kinds
    bodies = [{"id": id, "kind": kind, "system": where} for id, (kind, where) in standing.items()]
    tables = {
        "bodies": _filled("bodies", bodies),
        "outcomes": _filled("outcomes", rows),
        "successions": _filled("successions", successions or []),
    }
    return Study(name="Test", system=system, as_at=as_at, tables=tables)


def _months(
    values: dict[date, float],
    *,
    body: str = "QHM",
    measure: str = "waits",
    base: dict[date, float] | None = None,
) -> list[dict[str, Any]]:
    return [
        {"body": body, "measure": measure, "period": month, "value": value, "base": (base or {}).get(month)}
        for month, value in values.items()
    ]


def _month(number: int) -> date:
    """Return the month that many months after January 2022."""
    return date(2022 + number // 12, number % 12 + 1, 1)


def _by_measure(study: Study, catalogue: Any = WAITS, **kwargs: Any) -> dict[tuple[str, str], Finding]:
    return {(f.measure, f.unit): f for f in unframe(outcomes(study, catalogue, **kwargs))}


def _noisy(months: int, seed: int = 1) -> dict[date, float]:
    draws = np.random.default_rng(seed).normal(size=months)
    return {_month(i): float(70 + 5 * np.cos(i * np.pi / 6) + i / 20 + draws[i]) for i in range(months)}


def test_latest_figure_is_pooled_over_twelve_months_by_base() -> None:
    values = {_month(i): 60.0 if i < 12 else 70.0 + (i % 2) for i in range(36)}
    base = {month: 1000.0 if month.month % 2 else 3000.0 for month in values}
    found = _by_measure(_study(_months(values, base=base)))["outcome.waits", "QHM"]
    # six months of 70 with base 1,000 and six of 71 with base 3,000
    assert found.estimate == pytest.approx((70 * 6000 + 71 * 18000) / 24000)
    assert (found.wave, found.n, found.unit_kind, found.construct) == ("2024-01/2024-12", 12, "system", "")
    assert len(found.detail["series"]) == 36
    assert found.detail["note"] == NOTE


def test_change_compares_the_same_calendar_months_only() -> None:
    values = _noisy(36)
    for gone in (_month(25), _month(26), _month(15)):  # February and March 2024, April 2023
        del values[gone]
    found = _by_measure(_study(_months(values)))
    year, run = found["outcome.waits.change_year", "QHM"], found["outcome.waits.change_run", "QHM"]
    matched = [m for m in range(12) if m not in (1, 2, 3)]
    assert year.estimate == pytest.approx(np.mean([values[_month(24 + m)] - values[_month(12 + m)] for m in matched]))
    assert (year.n, year.wave) == (9, "2023-01/2023-12 to 2024-01/2024-12")
    matched = [m for m in range(12) if m not in (1, 2)]
    assert run.estimate == pytest.approx(np.mean([values[_month(24 + m)] - values[_month(m)] for m in matched]))
    assert run.wave == "2022-01/2022-12 to 2024-01/2024-12"


def test_interval_and_words_follow_the_noise_of_the_months() -> None:
    values = _noisy(36)
    found = _by_measure(_study(_months(values)))["outcome.waits.change_year", "QHM"]
    months = np.arange(2022 * 12, 2025 * 12)
    noise = monthly_noise(months, np.array(list(values.values())), (months[-1] - months) // 12)
    weights = np.repeat([0.0, -1 / 12, 1 / 12], 12)
    margin = noise.margin(noise.error(months, weights))
    assert found.estimate is not None
    assert (found.lower, found.upper) == pytest.approx((found.estimate - margin, found.estimate + margin))
    assert found.detail["verdict"] == ("cannot tell apart" if found.lower < 0 < found.upper else "higher")


def test_percentages_do_not_leave_their_scale() -> None:
    values = {_month(i): 99.0 + (i % 5) / 5 for i in range(36)}
    found = _by_measure(_study(_months(values)))["outcome.waits", "QHM"]
    assert found.upper is not None and found.upper <= 100


def test_short_series_has_a_figure_no_interval_and_no_change() -> None:
    found = _by_measure(_study(_months(dict(list(_noisy(30).items())[-6:]))))
    level, change = found["outcome.waits", "QHM"], found["outcome.waits.change_year", "QHM"]
    assert (level.status, level.n, level.lower, level.upper) == ("ok", 6, None, None)
    assert level.detail["no_interval"] == "6 months are too few to say how months vary by themselves"
    assert change.status == "insufficient"
    assert change.reason == "fewer than eight calendar months are in both twelve-month windows"


def test_months_that_hang_together_too_closely_have_figures_and_no_interval() -> None:
    values = {_month(i): float(50 + 10 * np.sin(2 * np.pi * i / 31)) for i in range(41)}
    found = _by_measure(_study(_months(values)))
    reason = "the months hang together too closely to say how far they vary by themselves"
    for name in ("outcome.waits", "outcome.waits.change_year", "outcome.waits.change_run"):
        one = found[name, "QHM"]
        assert (one.status, one.lower, one.upper, one.detail["no_interval"]) == ("ok", None, None, reason)
        assert one.estimate is not None
    noise = found["outcome.waits", "QHM"].detail["noise"]
    assert noise["correlation"] > 0.94 or noise["df"] < 3
    change = found["outcome.waits.change_year", "QHM"].detail
    assert (change["verdict"], change["se"], change["df"]) == (None, None, None)


def test_range_of_the_months_is_that_of_the_latest_window() -> None:
    values = _noisy(36)
    values[_month(3)], values[_month(25)], values[_month(30)] = 5.0, 61.0, 97.0
    del values[_month(28)]
    level = _by_measure(_study(_months(values)))["outcome.waits", "QHM"]
    assert (level.n, level.detail["months_of"]) == (11, 12)
    assert (level.detail["lowest"], level.detail["highest"]) == (61.0, 97.0)


def _years(values: dict[int, float], body: str, measure: str) -> list[dict[str, Any]]:
    return [
        {
            "body": body,
            "measure": measure,
            "period": date(year, 4, 1),
            "period_end": date(year + 1, 3, 31),
            "value": value,
        }
        for year, value in values.items()
    ]


def test_published_years_are_shown_without_interval_or_words() -> None:
    rows = _years({2018: 40.0, 2021: 43.0, 2022: 42.5}, "QHM", "index")
    found = _by_measure(_study(rows), {"index": About(interval="none")})
    level = found["outcome.index", "QHM"]
    assert (level.wave, level.estimate, level.lower, level.n) == ("2022-23", 42.5, None, 1)
    assert level.detail["series"] == [["2018-19", 40.0], ["2021-22", 43.0], ["2022-23", 42.5]]
    assert found["outcome.index.change_year", "QHM"].estimate == -0.5
    run = found["outcome.index.change_run", "QHM"]
    assert (run.estimate, run.wave, run.lower, run.detail.get("verdict")) == (
        2.5,
        "2018-19 to 2022-23",
        None,
        None,
    )


def test_no_change_over_a_year_is_made_from_a_gap_of_two() -> None:
    found = _by_measure(_study(_years({2019: 40.0, 2021: 43.0}, "QHM", "index")), {})
    assert found["outcome.index.change_year", "QHM"].reason == "no figure a year before 2021-22"
    alone = _by_measure(_study(_years({2021: 43.0}, "QHM", "index")), {})
    assert alone["outcome.index.change_run", "QHM"].reason == "2021-22 stands alone"


def test_councils_are_summed_up_by_median_range_and_who_is_missing() -> None:
    kinds = {"QHM": ("integrated-care-board", "QHM")} | {f"E{i}": ("council", "QHM") for i in range(1, 6)}
    rows = [row for i, value in ((1, 40.0), (2, 44.0), (3, 60.0)) for row in _years({2022: value}, f"E{i}", "care")]
    rows += _years({2021: 99.0}, "E4", "care")  # its latest year is not the others' latest
    found = _by_measure(_study(rows, kinds=kinds), {"care": About(interval="none", body_kind=("council",))})
    median = found["outcome.care.councils", "QHM"]
    assert (median.estimate, median.n, median.wave, median.lower) == (44.0, 3, "2022-23", None)
    assert (median.detail["lowest"], median.detail["highest"]) == (40.0, 60.0)
    assert median.detail["without_figure"] == ["E4", "E5"]
    assert found["outcome.care", "E1"].unit_kind == "body"
    assert ("outcome.care", "QHM") not in found


def _split(successor: str) -> dict[str, Any]:
    return {"predecessor": "QNQ", "successor": successor, "kind": "split", "effective": date(2026, 4, 1)}


@pytest.mark.parametrize(("as_at", "status"), [(date(2026, 3, 31), "ok"), (date(2026, 4, 1), "insufficient")])
def test_figures_from_before_a_divided_area_joined_are_not_those_of_the_system(as_at: date, status: str) -> None:
    study = _study(_months(_noisy(36), body="QRL"), system="QRL", as_at=as_at, successions=[_split("QRL")])
    found = _by_measure(study)["outcome.waits", "QRL"]
    assert found.status == status
    if status == "insufficient":
        assert found.reason == "its area includes part of QNQ, whose figures cannot be divided"


def test_figures_from_after_the_division_are_used() -> None:
    values = {_month(51 + i): 70.0 + i for i in range(3)}  # from April 2026
    rows = _months(_noisy(36), body="QRL") + _months(values, body="QRL")
    study = _study(rows, system="QRL", as_at=date(2026, 7, 1), successions=[_split("QRL")])
    found = _by_measure(study)["outcome.waits", "QRL"]
    assert (found.estimate, found.n) == (71.0, 3)


def test_system_without_figures_says_so_for_every_outcome_of_its_kind() -> None:
    catalogue = {"waits": About(), "care": About(body_kind=("council",))}
    found = _by_measure(_study([]), catalogue)
    assert set(found) == {("outcome.waits", "QHM")}
    assert found["outcome.waits", "QHM"].reason == "the study holds no figure of it for this system"


def test_body_that_closed_is_not_shown() -> None:
    study = _study(
        _months(_noisy(36), body="RXX"),
        kinds={"QHM": ("integrated-care-board", "QHM"), "RXX": ("nhs-trust", "QHM")},
    )
    closed = study.table("bodies").with_columns(valid_to=pl.when(pl.col("id") == "RXX").then(pl.lit(date(2023, 1, 1))))
    after = Study(name="T", system="QHM", as_at=study.as_at, tables={**study.tables, "bodies": closed})
    assert ("outcome.waits", "RXX") in _by_measure(study)
    assert ("outcome.waits", "RXX") not in _by_measure(after)


def test_england_gives_the_median_and_middle_half_and_no_place() -> None:
    kinds = {f"Q{i}": ("integrated-care-board", f"Q{i}") for i in range(5)}
    values = {0: 10.0, 1: 20.0, 2: 30.0, 3: 50.0, 4: 90.0}
    rows = [row for i, value in values.items() for row in _years({2022: value}, f"Q{i}", "index")]
    england = outcomes(_study(rows, system="", kinds=kinds), {})
    assert england.filter(measure="outcome.index").height == 5
    own = _study([row for row in rows if row["body"] == "Q1"], system="Q1")
    found = _by_measure(own, {}, england=england)["outcome.index", "Q1"]
    assert found.detail["england"] == {"median": 30.0, "lower_quartile": 20.0, "upper_quartile": 50.0, "n": 5}
    assert not [key for key in found.detail if "rank" in key or "place" in key]


def test_a_union_made_of_whole_predecessors_has_everything_at_the_new_date() -> None:
    catalogue = outcome_catalogue()
    rows = packaged(["Z9B2Z"])
    merger = {"predecessor": "QMJ", "successor": "Z9B2Z", "kind": "merger", "effective": date(2026, 4, 1)}
    study = _study(rows.to_dicts(), system="Z9B2Z", as_at=date(2026, 4, 1), successions=[merger])
    frame = outcomes(study, catalogue)
    assert frame.schema == SCHEMA
    found = {f.measure: f for f in unframe(frame)}
    of_icbs = [f"outcome.{id}" for id, about in catalogue.items() if "integrated-care-board" in about.body_kind]
    assert len(of_icbs) == 9
    assert all(found[measure].status == "ok" for measure in of_icbs)
    assert "rebuilt from its predecessors QMJ and QRV" in found["outcome.health_index"].detail["source"]
    stay = found["outcome.still_in_hospital"]
    assert stay.estimate == pytest.approx(54.0, abs=0.05)
    assert 47 < stay.detail["lowest"] < stay.estimate < stay.detail["highest"] < 58
    assert stay.lower is None and "too closely" in stay.detail["no_interval"]
    waits = found["outcome.ae_within_four_hours"]
    assert (waits.n, waits.wave) == (10, "2024-08/2025-07")


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), order=st.randoms(use_true_random=False), length=st.integers(24, 48))
def test_order_of_rows_is_nothing_and_intervals_hold_their_estimate(seed: int, order: Any, length: int) -> None:
    rows = _months(_noisy(length, seed))
    shuffled = list(rows)
    order.shuffle(shuffled)
    first, second = outcomes(_study(rows), WAITS), outcomes(_study(shuffled), WAITS)
    assert first.equals(second)
    for finding in unframe(first):
        if finding.lower is not None and finding.estimate is not None and finding.upper is not None:
            assert finding.lower <= finding.estimate <= finding.upper


def test_a_year_that_starts_on_the_29th_of_february_has_no_year_before() -> None:
    rows = [
        {"body": "QHM", "measure": "index", "period": start, "value": value}
        for start, value in ((date(2020, 2, 29), 95.0), (date(2024, 2, 29), 96.0))
    ]
    found = _by_measure(_study(rows), {})
    assert found["outcome.index.change_year", "QHM"].status == "insufficient"
    assert found["outcome.index.change_run", "QHM"].estimate == 1.0


def test_two_rows_within_a_month_count_as_one_month_weighted_by_base() -> None:
    whole = _months(_noisy(24))
    last = whole[-1]
    parts = [
        last | {"value": 40.0, "base": 1.0},
        last | {"value": 80.0, "base": 3.0, "period": last["period"].replace(day=2)},
    ]
    one = _by_measure(_study([*whole[:-1], last | {"value": 70.0, "base": 4.0}]))["outcome.waits", "QHM"]
    two = _by_measure(_study([*whole[:-1], *parts]))["outcome.waits", "QHM"]
    assert (two.estimate, two.n) == (one.estimate, one.n) == (pytest.approx(one.estimate), 12)
