"""Change across years, from the same trusts in both."""

import numpy as np
import polars as pl
import pytest
from published_england import SYSTEMS, england, icb, make, only, pick, row, trust
from scipy.special import expit, logit
from scipy.stats import t

from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.statistics.proportions import logit_percent
from leaderful.statistics.random_effects import three_level


@pytest.fixture(scope="module")
def study():
    return england(questions=("Q3f", "Q14b"))


@pytest.fixture(scope="module")
def found(study):
    return changes(study)


def test_waves_are_year_on_year_and_first_to_last(found):
    assert found.schema == SCHEMA
    assert set(found["wave"]) == {"2021-2022", "2022-2024", "2021-2024"}
    assert found.filter(unit_kind="england").height == 6
    assert found.filter(unit_kind="system").height == 6 * len(SYSTEMS)


def test_known_drift_is_found_and_turned_questions_turn(found):
    """Logits were made to rise by 0.1 a step; Q14b enters turned round and so falls."""
    for wave, steps in (("2021-2022", 1), ("2021-2024", 2)):
        up, down = (pick(found, "change", question=q, wave=wave, unit="england") for q in ("Q3f", "Q14b"))
        assert up.detail["logit"] == pytest.approx(0.1 * steps, abs=0.03)
        assert down.detail["logit"] == pytest.approx(-0.1 * steps, abs=0.03)
        assert (up.detail["verdict"], down.detail["verdict"]) == ("higher", "lower")


def test_england_is_the_model_of_changes_within_trusts(study, found):
    rows = study.table("published").filter(question="Q3f")
    first, last = (rows.filter(year=year).sort("body") for year in (2021, 2024))
    assert first["body"].equals(last["body"])
    y, v = zip(
        *(logit_percent(part["percent"].to_numpy(), part["base"].to_numpy() * 1.0) for part in (first, last)),
        strict=True,
    )
    fit = three_level(y[1] - y[0], v[1] + v[0], np.array([body[1:4] for body in first["body"]]))
    one = pick(found, "change", question="Q3f", wave="2021-2024", unit="england")
    assert one.detail["logit"] == pytest.approx(fit.components.beta[0], abs=1e-9)
    assert one.detail["logit_se"] == pytest.approx(fit.components.beta_cov[0, 0] ** 0.5, rel=1e-6)
    assert one.detail["model"]["tau2_within"] == pytest.approx(fit.components.within, abs=1e-9)


def test_points_start_from_all_people_of_the_matched_trusts(study, found):
    one = pick(found, "change", question="Q3f", wave="2021-2024", unit="Q06")
    rows = study.table("published").filter(pl.col("body").str.starts_with("RQ06"), question="Q3f")
    first, last = rows.filter(year=2021), rows.filter(year=2024)
    start = np.average(first["percent"], weights=first["base"])
    assert one.detail["start"] == pytest.approx(start, abs=0.01)
    assert one.detail["raw"] == pytest.approx(np.average(last["percent"], weights=last["base"]) - start)
    assert (one.n, one.detail["matched"], one.detail["unmatched"]) == (last["base"].sum(), 7, 0)
    at = logit(one.detail["start"] / 100)
    assert one.estimate == pytest.approx(100 * expit(at + one.detail["logit"]) - one.detail["start"])


def test_a_system_alone_with_england_equals_its_place_in_england(study, found):
    for system in SYSTEMS:
        alone = changes(only(study, system), england=found)
        wanted = found.filter(unit=system)
        assert alone.select("wave", "unit", "n", "status").equals(wanted.select("wave", "unit", "n", "status"))
        for column in ("estimate", "lower", "upper"):
            np.testing.assert_allclose(alone[column], wanted[column], atol=1e-8)


def test_what_is_particular_to_a_trust_cancels_out():
    """Trusts far apart that all rise alike: the change is sharp although the levels are not."""
    rng = np.random.default_rng(2)
    codes = [f"R{k:02}" for k in range(10)]
    levels = rng.normal(0, 1, 10)
    published = [
        row(code, float(100 * expit(level + 0.2 * (year == 2024))), 5000, year=year)
        for code, level in zip(codes, levels, strict=True)
        for year in (2021, 2024)
    ]
    study = make([icb("QHM"), *(trust(code, "QHM") for code in codes)], published, system="QHM")
    one = pick(changes(study), "change")
    assert one.detail["logit"] == pytest.approx(0.2, abs=0.002)
    assert one.detail["verdict"] == "higher"
    spread = [pick(system_percentages(study), "percent", unit="QHM", wave=year) for year in ("2021", "2024")]
    assert spread[0].upper > spread[1].lower, "levels alone could not tell the years apart"


def test_two_levels_by_hand():
    """Bases so large that only the differences between trusts count."""
    published = [row(code, x, 10**9, year=year) for code, pair in
                 {"R1": (50, 54), "R2": (55, 58), "R3": (60, 65)}.items()
                 for year, x in zip((2021, 2024), pair, strict=True)]  # fmt: skip
    study = make([icb("QHM"), *(trust(code, "QHM") for code in ("R1", "R2", "R3"))], published, system="QHM")
    one = pick(changes(study), "change")
    d = logit([0.54, 0.58, 0.65]) - logit([0.50, 0.55, 0.60])
    se = d.std(ddof=1) / 3**0.5
    assert (one.detail["logit"], one.detail["logit_se"]) == pytest.approx((d.mean(), se), rel=1e-5)
    start = logit(0.55)
    ends = 100 * expit(start + d.mean() + np.array([0, -1, 1]) * t.isf(0.025, 2) * se) - 55
    assert (one.estimate, one.lower, one.upper) == pytest.approx(tuple(ends), abs=1e-4)


def test_trusts_in_one_year_only_are_counted_and_left_out(study, found):
    rows = study.table("published").filter(
        ~((pl.col("body") == "RQ070") & (pl.col("year") == 2024)),
        ~((pl.col("body") == "RQ071") & (pl.col("year") == 2021)),
    )
    fewer = changes(make(study.table("bodies").to_dicts(), rows.to_dicts()))
    one = pick(fewer, "change", question="Q3f", wave="2021-2024", unit="Q07")
    assert (one.detail["matched"], one.detail["unmatched"]) == (6, 2)
    whole = pick(fewer, "change", question="Q3f", wave="2021-2024", unit="england")
    assert whole.detail["unmatched"] == 2
    before = pick(found, "change", question="Q3f", wave="2021-2024", unit="england")
    assert whole.detail["matched"] == before.detail["matched"] - 2


def test_too_few_trusts_is_said(found):
    bodies = [icb("QHM"), trust("R1", "QHM"), trust("R2", "QHM")]
    once = make(bodies, [row("R1", 50.0, 900, year=2021), row("R2", 55.0, 900)], system="QHM")
    for given in (None, found):
        one = pick(changes(once, england=given), "change")
        assert (one.status, one.reason) == ("insufficient", "no NHS trust has figures in both years")
    single = make(bodies[:2], [row("R1", 50.0, 900, year=2021), row("R1", 55.0, 900)], system="QHM")
    one = pick(changes(single), "change")
    assert (one.status, one.reason) == ("insufficient", "one NHS trust only has figures in both years")
    assert pick(changes(single, england=found), "change").status == "ok"


def test_hidden_figures_do_not_enter():
    bodies = [icb("QHM"), *(trust(code, "QHM") for code in ("R1", "R2", "R3"))]
    published = [row(code, 50.0, 900, year=year) for code in ("R1", "R2") for year in (2021, 2024)]
    small = [row("R3", 77.7778, 9, year=2021), row("R3", 60.0, 900)]
    one = pick(changes(make(bodies, published + small, system="QHM")), "change")
    assert (one.detail["matched"], one.detail["unmatched"]) == (2, 1)


def test_an_england_of_two_systems_is_insufficient():
    bodies = [icb("QA"), icb("QB"), *(trust(f"R{k}", "QA" if k < 2 else "QB") for k in range(4))]
    published = [row(f"R{k}", 50.0 + k, 900, year=year) for k in range(4) for year in (2021, 2024)]
    for one in unframe(changes(make(bodies, published))):
        assert (one.status, one.unit_kind) in {("insufficient", "england"), ("insufficient", "system")}


def test_one_year_has_no_change():
    study = make([icb("QHM"), trust("R1", "QHM")], [row("R1", 50.0, 900)], system="QHM")
    assert changes(study).height == 0


def test_verdicts_match_the_intervals(found):
    for one in unframe(found):
        assert (one.detail["verdict"] == "higher") == (one.lower > 0)
        assert (one.detail["verdict"] == "lower") == (one.upper < 0)
        assert 0 <= one.detail["q"] <= 1
