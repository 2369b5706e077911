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
        alone = changes(only(study, system), england=found).filter(measure="published.change")
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
    found = changes(study)
    assert set(found["measure"]) == {"published.change", "published.change.own"}
    one, own = pick(found, "change"), pick(found, "change.own")
    assert (own.estimate, own.lower, own.upper) == (one.estimate, one.lower, one.upper), "the same model"
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
    for given, names in ((None, ("change", "change.own")), (found, ("change", "change.own", "change.difference"))):
        got = changes(once, england=given)
        assert got.height == len(names)
        for name in names:
            one = pick(got, name)
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


def flat(study, system):
    """The study of one system in which nothing moved: every year is as the first."""
    rows = study.table("published").filter(pl.col("body").str.starts_with(f"R{system}"))
    first = rows.filter(year=2021).select("body", "question", "percent", "base")
    still = rows.drop("percent", "base").join(first, on=["body", "question"]).select(rows.columns)
    return make(study.table("bodies").filter(system=system).to_dicts(), still.to_dicts(), system=system)


def test_england_has_neither_an_own_change_nor_a_difference(found):
    assert set(found["measure"]) == {"published.change"}


def test_own_change_is_not_drawn_towards_england(study, found):
    """Nothing moved in Q07 while England rose: its drawn change says higher, its own says what happened."""
    got = changes(flat(study, "Q07"), england=found)
    drawn, own = (pick(got, name, question="Q3f", wave="2021-2024") for name in ("change", "change.own"))
    assert drawn.detail["verdict"] == "higher" and drawn.detail["weight"] < 0.5
    assert "England's change" in drawn.detail["note"]
    assert own.estimate == pytest.approx(0, abs=1e-9)
    assert (own.detail["verdict"], own.method, own.detail["df"]) == ("cannot tell apart", "two-level-reml", 7)
    assert own.detail["raw_first"] == own.detail["raw_last"] and own.detail["raw"] == 0


def test_raw_percentages_are_of_all_who_answered_in_matched_trusts(found):
    bodies = [icb("QHM"), *(trust(code, "QHM") for code in ("R1", "R2", "R3"))]
    published = [row("R1", 40.0, 1000, year=2021), row("R1", 50.0, 3000), row("R2", 60.0, 3000, year=2021),
                 row("R2", 70.0, 1000), row("R3", 99.0, 9000)]  # fmt: skip
    own = pick(changes(make(bodies, published, system="QHM"), england=found), "change.own")
    assert own.detail["raw_first"] == pytest.approx((40 * 1000 + 60 * 3000) / 4000)
    assert own.detail["raw_last"] == pytest.approx((50 * 3000 + 70 * 1000) / 4000)
    assert own.detail["raw"] == pytest.approx(0)
    assert (own.n, own.detail["matched"], own.detail["unmatched"]) == (4000, 2, 1)


@pytest.mark.parametrize("with_england", [False, True])
def test_one_trust_speaks_of_itself_alone(found, with_england):
    published = [row("R1", 50.0, 900, year=2021), row("R1", 55.0, 800)]
    single = make([icb("QHM"), trust("R1", "QHM")], published, system="QHM")
    own = pick(changes(single, england=found if with_england else None), "change.own")
    d = np.log(440.5 / 360.5) - np.log(450.5 / 450.5)
    se = (1 / 440.5 + 1 / 360.5 + 2 / 450.5) ** 0.5
    assert (own.detail["logit"], own.detail["logit_se"]) == pytest.approx((d, se))
    ends = 100 * expit(d + np.array([0, -1, 1]) * 1.959964 * se) - 50
    assert (own.estimate, own.lower, own.upper) == pytest.approx(tuple(ends), abs=1e-5)
    assert (own.method, own.detail["matched"], "df" in own.detail) == ("one-trust", 1, False)
    assert own.detail["note"] == "One NHS trust has figures in both years: this speaks of R1 alone."


def test_difference_is_the_shrunken_effect_by_matrices(study):
    """Systems that drift apart, so that there is something to shrink; the effect by its textbook formula."""
    rng = np.random.default_rng(4)
    pull = {system: rng.normal(0, 0.15) for system in SYSTEMS}
    rows = [
        one if one["year"] == 2021 else
        one | {"percent": float(100 * expit(logit(one["percent"] / 100) + pull[one["body"][1:4]]))}
        for one in study.table("published").filter(question="Q3f").to_dicts() if one["year"] != 2022
    ]  # fmt: skip
    whole = make(study.table("bodies").to_dicts(), rows)
    england_found = changes(whole)
    model = pick(england_found, "change", unit="england").detail["model"]
    assert model["tau2_between"] > 0.005
    for system in ("Q00", "Q07", "Q12"):
        got = changes(only(whole, system), england=england_found)
        one, change = pick(got, "change.difference"), pick(got, "change")
        mine = pl.DataFrame(rows).filter(pl.col("body").str.starts_with(f"R{system}")).sort("body")
        (y0, v0), (y1, v1) = (
            logit_percent(part["percent"].to_numpy(), part["base"].to_numpy() * 1.0)
            for part in (mine.filter(year=2021), mine.filter(year=2024))
        )
        a, beta = model["tau2_between"], model["beta"][0]
        V = np.diag(v0 + v1 + model["tau2_within"]) + a
        effect = a * np.linalg.solve(V, y1 - y0 - beta).sum()
        assert one.detail["logit"] == pytest.approx(effect, abs=1e-9)
        expected = 100 * expit(logit(one.detail["start"] / 100) + beta)
        assert one.detail["expected"] == pytest.approx(expected)
        assert one.estimate == pytest.approx(100 * expit(logit(expected / 100) + effect) - expected)
        assert change.estimate == pytest.approx(one.detail["expected"] - one.detail["start"] + one.estimate)
        assert one.detail["weight"] == pytest.approx(a * np.linalg.inv(V).sum(), rel=1e-6)
        assert (one.n, one.detail["matched"]) == (change.n, change.detail["matched"])
        assert one.unit_kind == "system" and 0 <= one.detail["q"] <= 1


def test_verdicts_match_the_intervals(study, found):
    for one in unframe(pl.concat([found, changes(only(study, "Q07"), england=found)])):
        assert (one.detail["verdict"] == "higher") == (one.lower > 0)
        assert (one.detail["verdict"] == "lower") == (one.upper < 0)
        assert 0 <= one.detail["q"] <= 1
