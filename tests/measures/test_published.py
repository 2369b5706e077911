"""Published percentages: a made-up England whose answers are known by another route."""

import numpy as np
import polars as pl
import pytest
from published_england import SYSTEMS, england, icb, make, only, pick, row, trust
from scipy.special import expit, logit
from scipy.stats import binomtest, false_discovery_control, norm, t

from leaderful.framework import framework
from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.published import system_percentages
from leaderful.statistics.proportions import logit_percent
from leaderful.statistics.random_effects import three_level
from leaderful.statistics.share_intervals import share_interval

SHARES = ("share_between_systems", "share_between_bodies", "share_sampling")


@pytest.fixture(scope="module")
def study():
    return england()


@pytest.fixture(scope="module")
def found(study):
    return system_percentages(study)


def rows_of(study, question, year):
    return (
        study.table("published")
        .filter(question=question, year=year)
        .join(study.table("bodies"), left_on="body", right_on="id")
    )


def test_findings_are_tidy_and_unique(found):
    assert found.schema == SCHEMA
    assert found["status"].unique().to_list() == ["ok"]
    keys = [(f.measure, f.unit_kind, f.unit, f.wave, f.detail["question"]) for f in unframe(found)]
    assert len(keys) == len(set(keys))
    assert ((found["lower"] <= found["estimate"]) & (found["estimate"] <= found["upper"])).all()


def test_shares_are_those_of_the_model_and_add_to_one(study, found):
    rows = rows_of(study, "Q3f", 2024)
    y, v = logit_percent(rows["percent"].to_numpy(), rows["base"].to_numpy().astype(float))
    fit = three_level(y, v, rows["system"].to_numpy())
    for name, share in zip(SHARES, ("between", "within", "sampling"), strict=True):
        one = pick(found, name, question="Q3f", wave="2024")
        assert one.estimate == pytest.approx(getattr(fit.shares, share), abs=1e-9)
        assert (one.lower, one.upper) == pytest.approx(share_interval(fit, share), abs=1e-6)
        assert (one.n, one.detail["systems"]) == (rows.height, 20)
        assert (one.unit_kind, one.unit, one.construct) == ("england", "england", "leaderful_agency")
    for suffix in ("", ".adjusted"):
        parts = [pick(found, name + suffix, question="Q14b", wave="2021").estimate for name in SHARES]
        assert sum(parts) == pytest.approx(1)


def test_mean_is_on_the_percent_scale_with_a_t_interval(found):
    one = pick(found, "mean", question="Q3f", wave="2024")
    half = t.isf(0.025, 19) * one.detail["logit_se"]
    ends = one.detail["logit"] + np.array([0, -half, half])
    np.testing.assert_allclose([one.estimate, one.lower, one.upper], 100 * expit(ends))
    assert one.n == one.detail["base"]


def test_kinds_of_trust_hide_differences_between_systems():
    """Large differences between kinds swamp those between systems until they are allowed for."""
    many = system_percentages(england(seed=4, between=0.04, within=0.005, questions=("Q3f",), years=(2024,)))
    plain, adjusted = (pick(many, f"share_between_systems{suffix}", wave="2024") for suffix in ("", ".adjusted"))
    assert plain.estimate < 0.3
    assert adjusted.estimate > 0.6
    held = pick(many, "mean.adjusted", wave="2024").detail["model"]
    effects = dict(zip(held["kinds"], held["beta"], strict=True))
    assert effects["ambulance"] == pytest.approx(effects["acute"] - 1, abs=0.15)
    assert effects["community"] == pytest.approx(effects["acute"] + 0.4, abs=0.15)


@pytest.mark.parametrize("between", [0.15, 0.0])
def test_a_system_alone_with_england_equals_its_place_in_england(between):
    """Also where the variance between systems is estimated as zero."""
    study = england(between=between, years=(2024,))
    found = system_percentages(study)
    assert (pick(found, "share_between_systems", question="Q3f").estimate == 0) == (between == 0)
    for system in SYSTEMS:
        bodies = study.table("bodies").filter(system=system)["id"].to_list()
        wanted = found.filter(
            ((pl.col("unit") == system) & (pl.col("unit_kind") == "system"))
            | (pl.col("unit").is_in(bodies) & (pl.col("unit_kind") == "body"))
        )
        alone = system_percentages(only(study, system), england=found)
        assert alone.height == wanted.height
        both = zip(*(sorted(unframe(frame), key=identity) for frame in (alone, wanted)), strict=True)
        for one, other in both:
            assert identity(one) == identity(other)
            np.testing.assert_allclose(
                [one.estimate, one.lower, one.upper], [other.estimate, other.lower, other.upper], atol=1e-8
            )
            assert one.detail.get("verdict") == other.detail.get("verdict")
            assert one.detail.get("q") == pytest.approx(other.detail.get("q"), abs=1e-8)
            assert one.detail["raw"] == pytest.approx(other.detail["raw"]) if "raw" in one.detail else True


def identity(finding):
    return (finding.measure, finding.unit_kind, finding.unit, finding.wave, finding.detail["question"])


def test_differences_verdicts_and_q_values_agree(found):
    differences = [one for one in unframe(found) if one.measure.startswith("published.difference")]
    assert {one.detail["verdict"] for one in differences} >= {"higher", "lower", "cannot tell apart"}
    families = {}
    for one in differences:
        assert (one.detail["verdict"] == "higher") == (one.lower > 0)
        assert (one.detail["verdict"] == "lower") == (one.upper < 0)
        mean, effect = logit(one.detail["mean"] / 100), one.detail["logit"]
        assert one.estimate == pytest.approx(100 * (expit(mean + effect) - expit(mean)))
        families.setdefault((one.measure, one.unit, one.wave), []).append(one)
    for family in families.values():
        assert {one.detail["question"] for one in family} == {"Q3f", "Q14b"}
        p = [2 * norm.sf(abs(one.detail["logit"]) / one.detail["logit_se"]) for one in family]
        np.testing.assert_allclose([one.detail["q"] for one in family], false_discovery_control(p))


def test_differences_are_from_the_mean_and_adjusted_from_that_of_like_trusts(study, found):
    mean = pick(found, "mean", question="Q3f", wave="2024").estimate
    held = pick(found, "mean.adjusted", question="Q3f", wave="2024").detail["model"]
    effects = dict(zip(held["kinds"], held["beta"], strict=True))
    for system in SYSTEMS:
        one = pick(found, "difference", question="Q3f", wave="2024", unit=system)
        place = pick(found, "percent", question="Q3f", wave="2024", unit=system)
        assert one.detail["mean"] == pytest.approx(mean)
        assert one.estimate == pytest.approx(place.estimate - mean)
        kinds = study.table("bodies").filter(system=system, kind="nhs-trust")["type"]
        like = 100 * expit(np.mean([effects[kind] for kind in kinds]))
        adjusted = pick(found, "difference.adjusted", question="Q3f", wave="2024", unit=system)
        assert adjusted.detail["mean"] == pytest.approx(like)


def test_predictions_are_drawn_to_the_mean_and_small_systems_more(study, found):
    mean = pick(found, "mean", question="Q3f", wave="2024").detail["logit"]
    small, large = (pick(found, "percent", question="Q3f", wave="2024", unit=SYSTEMS[k]) for k in (0, 7))
    assert (small.detail["organisations"], large.detail["organisations"]) == (1, 8)
    assert small.detail["weight"] < large.detail["weight"] < 1
    for body in study.table("bodies").filter(kind="nhs-trust")["id"].to_list()[:20]:
        one = pick(found, "percent", question="Q3f", wave="2024", unit=body)
        level = pick(found, "percent", question="Q3f", wave="2024", unit=one.detail["system"])
        ends = sorted([one.detail["raw"], level.estimate])
        assert ends[0] - 0.02 <= one.estimate <= ends[1] + 0.02
    own = abs(logit(small.detail["raw"] / 100) - mean)
    assert abs(small.detail["logit"] - mean) < own


def test_raw_percentage_of_a_system_counts_every_person_once(study, found):
    rows = rows_of(study, "Q3f", 2022).filter(system="Q05")
    one = pick(found, "percent", question="Q3f", wave="2022", unit="Q05")
    assert one.n == rows["base"].sum()
    assert one.detail["raw"] == pytest.approx((rows["percent"] * rows["base"]).sum() / rows["base"].sum())


def test_percentages_are_turned_round_where_the_crosswalk_says(study, found):
    assert framework().question("Q14b").turned
    rows = rows_of(study, "Q14b", 2024)
    one = pick(found, "percent", question="Q14b", wave="2024", unit=rows["body"][0])
    assert one.detail["turned"] is True
    assert one.detail["raw"] == pytest.approx(100 - rows["percent"][0])
    assert one.construct == framework().question("Q14b").constructs[0]
    turned = study.table("published").filter(question="Q14b").with_columns(percent=100 - pl.col("percent"))
    same = system_percentages(
        make(
            study.table("bodies").to_dicts(),
            turned.with_columns(question=pl.lit("Q3f")).to_dicts(),
        )
    )
    for measure in ("mean", "share_between_systems"):
        plain = pick(same, measure, question="Q3f", wave="2024")
        other = pick(found, measure, question="Q14b", wave="2024")
        assert plain.estimate == pytest.approx(other.estimate, abs=1e-6)


def test_a_question_the_crosswalk_does_not_know_is_context():
    bodies = [icb("QHM"), *(trust(code, "QHM") for code in ("R01", "R02", "R03"))]
    rows = [row(code, 40.0 + k, 500, question="Q99z") for k, code in enumerate(("R01", "R02", "R03"))]
    one = pick(system_percentages(make(bodies, rows, system="QHM")), "percent", unit="R01")
    assert (one.construct, one.level, one.detail["turned"], one.detail["raw"]) == ("", "", False, 40.0)


def test_order_of_rows_does_not_matter(study, found):
    mixed = make(
        study.table("bodies").sample(fraction=1, shuffle=True, seed=1).to_dicts(),
        study.table("published").sample(fraction=1, shuffle=True, seed=2).to_dicts(),
    )
    assert system_percentages(mixed).equals(found)


def test_bodies_outside_the_model_keep_their_raw_percentage(study, found):
    bodies = [
        *study.table("bodies").to_dicts(),
        {"id": "NLX", "kind": "social-enterprise", "system": "Q01"},
        trust("R99", None, "acute"),
    ]
    extra = [row("NLX", 55.0, 400), row("R99", 60.0, 2000), row("Q01", 75.0, 120)]
    more = system_percentages(make(bodies, [*study.table("published").to_dicts(), *extra]))
    for code, percent, base, why in (
        ("NLX", 55.0, 400, "not an NHS trust"),
        ("R99", 60.0, 2000, "its system is not known or not this one"),
        ("Q01", 75.0, 120, "not an NHS trust"),
    ):
        one = pick(more, "percent", wave="2024", unit=code, unit_kind="body")
        ends = binomtest(round(base * percent / 100), base).proportion_ci(method="wilson")
        assert (one.estimate, one.n, one.detail["outside"]) == (percent, base, why)
        assert (one.lower, one.upper) == pytest.approx((100 * ends.low, 100 * ends.high))
    mean = pick(more, "mean", question="Q3f", wave="2024")
    assert mean.estimate == pick(found, "mean", question="Q3f", wave="2024").estimate
    assert mean.detail["left_out"] == {"not an NHS trust": 2, "its system is not known or not this one": 1}


def test_fewer_than_ten_people_are_hidden_and_change_nothing(study, found):
    bodies = [*study.table("bodies").to_dicts(), trust("R98", "Q01", "acute")]
    small = [row("R98", 77.7778, 9)]
    more = system_percentages(make(bodies, [*study.table("published").to_dicts(), *small]))
    hidden = pick(more, "percent", unit="R98")
    assert (hidden.status, hidden.reason) == ("suppressed", "fewer than 10 people answered")
    assert (hidden.estimate, hidden.lower, hidden.upper, hidden.n) == (None, None, None, None)
    assert set(hidden.detail) == {"source", "question", "turned", "constructs"}
    for unit_kind in ("system", "england"):
        frames = (frame.filter(unit_kind=unit_kind).drop("detail") for frame in (more, found))
        assert next(frames).equals(next(frames))
    ten = system_percentages(make(bodies, [*study.table("published").to_dicts(), row("R98", 70.0, 10)]))
    assert pick(ten, "percent", unit="R98").n == 10


def alone(percents, *, base=2000):
    codes = [f"R{k:02}" for k in range(len(percents))]
    bodies = [icb("QHM"), *(trust(code, "QHM", "acute") for code in codes)]
    return system_percentages(
        make(bodies, [row(code, x, base) for code, x in zip(codes, percents, strict=True)], system="QHM")
    )


def test_a_system_without_england_is_the_mean_of_its_trusts():
    percents = np.array([50.0, 55, 61, 58])
    found = alone(percents)
    y, _ = logit_percent(percents, np.full(4, 2000.0))
    one = pick(found, "percent", unit="QHM")
    # Bases are alike, so the mean is all but the plain mean and its error that of the plain mean.
    assert one.detail["logit"] == pytest.approx(y.mean(), abs=1e-3)
    assert one.detail["logit_se"] == pytest.approx(y.std(ddof=1) / 2, rel=1e-3)
    ends = y.mean() + np.array([-1, 1]) * t.isf(0.025, 3) * y.std(ddof=1) / 2
    assert (one.lower, one.upper) == pytest.approx(100 * expit(ends), abs=0.02)
    assert (one.method, one.n) == ("two-level-reml", 8000)
    within, sampling = (pick(found, name, unit="QHM") for name in ("share_between_bodies", "share_sampling"))
    assert within.estimate + sampling.estimate == pytest.approx(1)
    assert within.unit_kind == "system"


def test_two_trusts_give_a_wide_mean_and_no_share():
    found = alone([50.0, 60.0])
    one = pick(found, "percent", unit="QHM")
    assert one.upper - one.lower > 60
    share = pick(found, "share_between_bodies", unit="QHM")
    assert (share.status, share.reason) == ("insufficient", "2 NHS trusts; a share of variance needs 3")


def test_one_trust_is_insufficient_and_speaks_for_itself():
    found = alone([50.0])
    for name in ("percent", "share_between_bodies", "share_sampling"):
        one = pick(found, name, unit="QHM")
        assert one.status == "insufficient"
        assert one.reason.startswith("one NHS trust only")
    own = pick(found, "percent", unit="R00")
    assert (own.estimate, own.method) == (50.0, "raw-wilson")
    assert own.detail["outside"] == "no model could be fitted"


def test_one_trust_with_england_is_drawn_to_the_mean(study, found):
    one = pick(system_percentages(only(study, "Q00"), england=found), "difference", question="Q3f", wave="2024")
    assert one.status == "ok"
    assert one.detail["organisations"] == 1


def test_a_system_without_figures_is_insufficient(study, found):
    bodies = [*study.table("bodies").to_dicts(), icb("Q77")]
    more = system_percentages(make(bodies, study.table("published").to_dicts()))
    one = pick(more, "percent", question="Q3f", wave="2024", unit="Q77")
    assert one.reason == "no NHS trust of this system has published figures here"
    lonely = make([icb("Q77"), trust("R50", None)], [row("R50", 50.0, 900)], system="Q77")
    for given in (None, found):
        assert pick(system_percentages(lonely, england=given), "percent", unit="Q77").status == "insufficient"


def test_an_england_of_two_systems_is_insufficient():
    bodies = [icb("QA"), icb("QB"), *(trust(f"R{k}", "QA" if k < 2 else "QB", "acute") for k in range(4))]
    found = system_percentages(make(bodies, [row(f"R{k}", 50.0 + k, 900) for k in range(4)]))
    one = pick(found, "share_between_systems")
    assert (one.status, one.reason) == (
        "insufficient",
        "2 groups; variance between groups needs at least 3",
    )
    assert pick(found, "percent", unit="R0").estimate == 50.0


def test_nothing_published_gives_no_findings():
    assert system_percentages(make([icb("QHM")], [], system="QHM")).height == 0


def test_a_kind_of_trust_england_does_not_know_is_left_out_of_the_adjusted_set(study, found):
    own = only(study, "Q05")
    bodies = own.table("bodies").with_columns(type=pl.lit("new-kind"))
    other = make(bodies.to_dicts(), own.table("published").to_dicts(), system="Q05")
    more = system_percentages(other, england=found)
    assert pick(more, "difference", question="Q3f", wave="2024").status == "ok"
    assert pick(more, "difference.adjusted", question="Q3f", wave="2024").status == "insufficient"
