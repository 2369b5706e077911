"""The laboratory from the command line: what it writes, what the report shows of it, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from leaderful import laboratory
from leaderful.errors import StudyNotFoundError
from leaderful.measures.findings import SCHEMA
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.whatif import Plan, whatif

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
QUICK = ("--weeks", "30", "--draws", "2", "--seeds", "1")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with people of its own, to be simulated."""
    folder = tmp_path_factory.mktemp("laboratory") / "plain"
    shutil.copytree(EXAMPLES / "plain", folder)
    return folder


def test_steps_and_scenarios_are_listed(leaderful):
    code, out, err = leaderful("simulate", "--steps")
    assert (code, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()] == [
        "shocks", "cascade", "encounters", "openings", "response", "consequence", "reflection", "ties", "observation"
    ]  # fmt: skip
    code, out, err = leaderful("simulate", "--list")
    assert (code, err) == (0, "")
    assert {"crisis", "crisis-with-maintenance", "jammed-cog", "merger-of-two-icbs"} <= {
        line.split()[0] for line in out.splitlines()
    }


def test_a_system_of_public_data_is_simulated_and_reported(leaderful, tmp_path):
    code, out, err = leaderful(
        "simulate", "--icb", "QWO", "--part", "0.005", "--scenario", "crisis", *QUICK, "--out", tmp_path / "lab"
    )
    assert code == 0, err
    assert "simulated; not a forecast" in out and "of memory" in out
    assert "Assumed:" not in out and len(out.splitlines()) < 16
    assert "points of 100 (no interval)" in out and "2 pairs of runs." in out
    found = pl.read_parquet(tmp_path / "lab" / "whatif.parquet")
    assert found.schema == SCHEMA
    assert set(found["measure"]) == {"whatif.effect", "whatif.course", "whatif.seeded"}
    page = (tmp_path / "lab" / "report.html").read_text(encoding="utf-8")
    assert 'id="what-if"' in page and "not a forecast" in page


def test_what_a_study_was_simulated_with_stands_in_its_next_report(leaderful, study, tmp_path):
    for scenario in ("jammed-cog", "crisis", "crisis"):
        code, _, err = leaderful("simulate", study, "--scenario", scenario, *QUICK)
        assert code == 0, err
    kept = pl.read_parquet(study / "laboratory" / "whatif.parquet")
    assert set(kept.filter(pl.col("measure") == "whatif.effect")["unit"]) == {"jammed-cog", "crisis"}
    assert kept.filter(pl.col("measure") == "whatif.effect").is_unique().all()
    code, _, err = leaderful("run", study, "--out", tmp_path / "results")
    assert code == 0, err
    assert 'id="what-if"' in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    held = json.loads((tmp_path / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert held["inputs"]["laboratory/whatif.parquet"] == "private"
    assert "laboratory/propositions.parquet" not in held["inputs"]
    code, _, err = leaderful("check", study)
    assert code == 0, err


def test_all_of_england_is_simulated_in_part(leaderful, tmp_path):
    code, out, err = leaderful(
        "simulate", "--england", "--part", "0.0005", "--scenario", "pooled-budgets", "--weeks", "26", "--out", tmp_path
    )
    assert code == 0, err
    seeded = pl.read_parquet(tmp_path / "whatif.parquet").filter(pl.col("measure") == "whatif.seeded")
    assert seeded.height == 36
    assert "no interval" in out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--scenario", "crisis"], 7, "Name one of: the folder of a study, --icb with a code, or --england"),
        (["--icb", "QWO", "--england", "--scenario", "crisis"], 7, "Name one of"),
        (["--icb", "QWO", "--scenario", "no-such.toml"], 5, "no-such.toml"),
        (["--icb", "QWO", "--scenario", "crysis"], 3, "neither a packaged scenario nor a file. Did you mean crisis?"),
        (["--icb", "QWO"], 2, "--list"),
        (["--icb", "QWO", "--scenario", "crisis", "--scenario", "crisis"], 7, "Two scenarios are called crisis"),
        (["--icb", "Narnia", "--scenario", "crisis"], 3, "is not an integrated care board"),
        (["--icb", "QWO", "--part", "2", "--scenario", "crisis"], 2, "--part"),
    ],
)
def test_what_cannot_be_simulated_is_answered_in_words(leaderful, tmp_path, words, code, told):
    found, out, err = leaderful("simulate", *words, "--out", tmp_path / "none")
    assert (found, out) == (code, "")
    assert told in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "none").exists()


def test_what_people_are_made_from_is_told_on_demand(leaderful, tmp_path):
    words = ("--icb", "QWO", "--part", "0.002", "--scenario", "crisis", *QUICK)
    code, out, err = leaderful("simulate", *words, "--details", "--out", tmp_path)
    assert (code, err) == (0, "")
    assert "Assumed:" in out and "NHS trusts:" in out


def test_a_synthetic_study_says_whom_to_simulate(leaderful, tmp_path):
    code, out, err = leaderful("synthesise", tmp_path / "made")
    assert (code, out) == (2, "") and "--icb" in err and "--england" not in err


def test_a_study_without_people_is_told_to_name_its_system(leaderful, tmp_path):
    leaderful("new", tmp_path / "new", "--icb", "QWO")
    code, _, err = leaderful("simulate", tmp_path / "new", "--scenario", "crisis")
    assert code == 7 and "--icb" in err


def test_a_damaged_file_of_the_laboratory_is_named(leaderful, study, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(study, folder)
    (folder / "laboratory").mkdir(exist_ok=True)
    (folder / "laboratory" / "whatif.parquet").write_bytes(b"no findings")
    code, _, err = leaderful("run", folder)
    assert code == 5 and "whatif.parquet cannot be read as findings" in err


def test_an_experiment_writes_its_tables_and_goes_on_where_it_stopped(leaderful, tmp_path):
    design = tmp_path / "small.toml"
    design.write_text(
        'name = "a small experiment"\nscenarios = ["crisis"]\nweeks = 20\nburn_in = 20\nseeds = 2\n'
        "[seeding]\nsmall = 200\n"
        '[draws]\nmethod = "latin-hypercube"\nn = 3\nparameters = ["b_trust", "opening"]\n',
        encoding="utf-8",
    )
    code, out, err = leaderful("experiment", design, "--workers", "1")
    assert code == 0, err
    assert "12 runs" in out
    first = (tmp_path / "small" / "runs.parquet").read_bytes()
    kept = sorted((tmp_path / "small" / "units").iterdir())
    kept[0].unlink()
    code, _, err = leaderful("experiment", design, "--workers", "1")
    assert code == 0, err
    assert (tmp_path / "small" / "runs.parquet").read_bytes() == first


def test_an_unknown_key_of_a_design_is_named(leaderful, tmp_path):
    design = tmp_path / "wrong.toml"
    design.write_text('name = "wrong"\nweaks = 20\nseeds = 2\n[seeding]\nsmall = 200\n', encoding="utf-8")
    code, _, err = leaderful("experiment", design)
    assert code == 3 and "Did you mean weeks?" in err


def test_the_propositions_of_a_study_stand_in_its_next_report(leaderful, study, tmp_path):
    code, out, err = leaderful("propositions", study)
    assert code == 0, err
    said = [line.split()[0] for line in out.splitlines() if line.startswith("P")]
    assert said == [f"P{number}" for number in range(1, 14)]
    kept = pl.read_parquet(study / "laboratory" / "propositions.parquet")
    assert kept.group_by("measure").len().sort("measure").rows() == [
        ("proposition.england", 13), ("proposition.field", 13), ("proposition.laboratory", 13)
    ]  # fmt: skip
    code, _, err = leaderful("run", study, "--out", tmp_path / "results")
    assert code == 0, err
    assert 'id="propositions"' in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    with (study / "outcomes.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    code, out, err = leaderful("run", study, "--out", tmp_path / "again")
    assert code == 0, err
    assert "Run leaderful propositions again" in out + err
    shown = pl.read_parquet(tmp_path / "again" / "findings.parquet")["measure"].to_list()
    assert "proposition.field" not in shown and "proposition.laboratory" in shown


def test_a_synthetic_study_is_in_order_and_keeps_its_truth(leaderful, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('weeks = 6\nwaves = [{ id = "w1", week = 5 }]\n[response]\nrate = 0.5\n', encoding="utf-8")
    words = ("synthesise", tmp_path / "made", "--icb", "QWO", "--part", "0.002", "--plan", plan, "--scenario", "crisis")
    code, out, err = leaderful(*words)
    assert code == 0, err
    assert "made up" in out
    assert pl.read_parquet(tmp_path / "made" / "truth" / "truth.parquet").schema == SCHEMA
    code, out, err = leaderful("check", tmp_path / "made")
    assert (code, err) == (0, "")
    assert "synthetic = true" in (tmp_path / "made" / "study.toml").read_text(encoding="utf-8")
    code, out, err = leaderful(*words)
    assert out == "", "it ran before it refused"
    assert code == 4 and str(tmp_path / "made") in err


def test_a_rate_that_there_is_not_is_named_before_anything_runs(leaderful, study):
    code, _, err = leaderful("calibrate", study, "--free", "trust_gian")
    assert code == 3 and "Did you mean trust_gain" in err


def test_nothing_is_told_of_what_lies_between_bodies_where_there_is_one_body_only():
    plan = Plan(weeks=26, burn_in=0, draws=1, seeds=1)
    found = whatif(mixed_system(60, seed=1), laboratory.scenarios(["crisis"]), name="a made-up system", plan=plan)
    within = found.filter(~pl.col("detail").str.contains('"part": ?"across"'))
    assert within.height < found.height
    told = "\n".join(laboratory.told(within))
    assert "across bodies" in "\n".join(laboratory.told(found))
    assert "across bodies" not in told and "trust" in told


def test_findings_that_cannot_be_kept_are_refused_before_anything_runs(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(laboratory, "whatif", lambda *_, **__: pytest.fail("it ran before it refused"))
    ready = laboratory.Seeded(system=mixed_system(60, seed=1), name="a made-up system", study=None)
    with pytest.raises(StudyNotFoundError, match="cannot be written"):
        laboratory.simulate(
            ready,
            (),
            plan=Plan(),
            out=tmp_path / "file",
            threads=1,
            progress=lambda done, of: None,  # noqa: ARG005
        )
