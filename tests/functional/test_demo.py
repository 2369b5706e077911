"""The whole way from packaged data to a report, for every system of England."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from leaderful import england, jobs, laboratory
from leaderful.measures.findings import Finding, frame, unframe
from leaderful.report.files import write_files
from leaderful.study import Study
from page_reader import read_report

COMMAND = [sys.executable, "-c", "from leaderful.cli import main; main()"]
PRIVATE = {"people", "responses", "relations", "interactions", "moments"}
OLD, NEW = date(2026, 3, 31), date(2026, 4, 1)
SECTIONS = ["structure", "public-evidence", "differences", "change", "outcomes", "thread", "own-evidence", "methods"]
RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the command writes, run once as a user would."""
    out = tmp_path_factory.mktemp("demo") / "first"
    done = subprocess.run([*COMMAND, "demo", "--out", out], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(out / "report.html") in done.stdout
    return out


def test_the_same_bytes_again_in_another_folder(demo, tmp_path):
    laboratory.demo("north east and north cumbria", as_at=None, folder=tmp_path / "second")
    assert {file.name for file in demo.iterdir()} == {
        "report.html", "findings.csv", "findings.parquet", "manifest.json"
    }  # fmt: skip
    for file in demo.iterdir():
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes(), file.name


def test_the_manifest_holds_the_hash_of_every_input_and_output(demo, tmp_path):
    manifest = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in demo.iterdir()}
    del hashes["manifest.json"]
    assert manifest["outputs"] == hashes
    list(jobs.new(tmp_path / "study", "QHM", as_at=None))
    tables = {
        file.name: "private" if file.stem in PRIVATE else hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (tmp_path / "study").iterdir()
        if file.suffix in (".csv", ".parquet", ".toml")
    }
    tables["england findings"] = hashlib.sha256(england.spread_file(NEW)).hexdigest()
    assert manifest["inputs"] == tables
    assert (manifest["system"], manifest["as_at"], manifest["seed"]) == ("QHM", "2026-04-01", 1)
    study = jobs.public_study("QHM", NEW)
    rows = {name: {"read": table.height, "kept": table.height} for name, table in study.tables.items()}
    assert {name: manifest["rows"][name] for name in rows} == rows


def test_findings_are_written_twice_and_whole(demo):
    kept = pl.read_parquet(demo / "findings.parquet")
    rows = list(csv.DictReader(io.StringIO((demo / "findings.csv").read_text(encoding="utf-8"))))
    assert len(rows) == kept.height > 1000
    assert list(rows[0]) == kept.columns
    for row, finding in zip(rows, kept.iter_rows(named=True), strict=True):
        assert row["measure"] == finding["measure"] and row["status"] == finding["status"]
        assert (float(row["estimate"]) if row["estimate"] else None) == finding["estimate"]
        assert not any(row[name].startswith(RUNS_IN_A_SPREADSHEET) for name in row if kept.schema[name] == pl.String)
    unframe(kept)


def test_text_that_a_spreadsheet_would_run_is_made_safe(tmp_path):
    evil = ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "fine", ' "=1"']
    found = [Finding(measure="m", unit_kind="body", unit=text, method="m", estimate=-1.5, wave=text) for text in evil]
    written = write_files(tmp_path, page="", findings=frame(found), about={}, receipts=())
    rows = list(csv.DictReader(io.StringIO(written.findings.read_bytes().decode(), newline="")))
    assert [row["unit"].removeprefix("'") for row in rows] == evil
    assert not any(cell.startswith(RUNS_IN_A_SPREADSHEET) for row in rows for cell in (row["unit"], row["wave"]))
    assert {row["estimate"] for row in rows} == {"-1.5"}


@pytest.mark.parametrize(
    ("code", "day"),
    [(code, day) for day in (OLD, NEW) for code in england.icbs(day)["code"].sort()],
    ids=lambda value: str(value),
)
def test_every_system_has_a_report(code, day, tmp_path):
    written = jobs.demo(code, as_at=day, folder=tmp_path)
    root = read_report(written.report.read_text(encoding="utf-8"))
    assert [section.attrs["id"] for section in root.all("section")] == SECTIONS
    name = dict(england.icbs(day).select("code", "name").iter_rows())[code]
    assert root.all("h1")[0].text and root.all("h1")[0].text in name
    assert [receipt for receipt in written.receipts if receipt.problems] == []
    facts = {dt.text: dd.text for dt, dd in zip(root.all("dt"), root.all("dd"), strict=True)}
    shown = [facts[fact].removeprefix("at least ") for fact in ("Bodies on public lists", "Employers", "Councils")]
    assert all(int(count.replace(",", "")) > 0 for count in shown)
    maps = [svg for svg in root.all("svg") if "gov" in (svg.attrs.get("class") or "").split()]
    drawn = [sorted(box.attrs["data-group"] for box in one.having("box")) for one in maps]
    assert drawn[0] == drawn[1] == sorted(set(drawn[0]))


def test_both_maps_are_complete():
    assert (england.icbs(OLD).height, england.icbs(NEW).height) == (42, 36)


# England's packaged findings


def numbers(found: pl.DataFrame) -> pl.DataFrame:
    return found.select("measure", "unit_kind", "unit", "wave", "status", "n", "estimate", "lower", "upper", "detail")


def assert_same(one: pl.DataFrame, other: pl.DataFrame) -> None:
    assert one.height == other.height
    whole = pl.col("measure", "unit_kind", "unit", "wave", "status", "n")
    assert one.select(whole).equals(other.select(whole))
    for column in ("estimate", "lower", "upper"):
        both = pl.DataFrame({"one": one[column], "other": other[column]})
        assert both.filter(pl.col("one").is_null() != pl.col("other").is_null()).is_empty()
        apart = both.select((pl.col("one") - pl.col("other")).abs()).drop_nulls().to_series()
        assert apart.filter(apart >= 1e-6).is_empty(), column


def test_the_packaged_findings_are_those_of_a_fresh_measurement():
    fresh, packaged = jobs.measure_england(NEW), england.spread(NEW)
    assert_same(fresh, packaged)
    assert set(packaged["unit_kind"]) == {"england", "system", "body", "goal"}  # the last two of national plans
    assert set(packaged.filter(pl.col("unit_kind") == "system")["unit"]) == set(england.icbs(NEW)["code"])


@pytest.mark.parametrize(("code", "day"), [("QHM", OLD), ("QHM", NEW), ("QOP", OLD), ("QWO", NEW), ("D7T5G", NEW)])
def test_a_system_alone_finds_what_england_found_for_it(code, day):
    measures = ["published.percent", "published.difference", "published.difference.adjusted", "published.change"]
    chosen = (pl.col("unit_kind") == "system") & (pl.col("unit") == code) & pl.col("measure").is_in(measures)
    spread = england.spread(day)
    key = ["measure", "wave", "question"]
    asked = pl.col("detail").str.json_path_match("$.question").alias("question")
    study = jobs.public_study(code, day)
    own = jobs.protect(jobs.measure(study, england_findings=spread), study)
    alone, together = (found.filter(chosen).with_columns(asked).sort(key) for found in (own, spread))
    assert alone.height > 100
    assert alone["question"].equals(together["question"])
    assert_same(alone, together)
    counts = pl.col("measure").str.starts_with("structure.") & (pl.col("unit_kind") == "system")
    here = own.filter(counts & (pl.col("measure") != "structure.ties"))
    assert here.height == 5
    assert_same(here, spread.filter(counts & (pl.col("unit") == code)))


@pytest.mark.parametrize(("question", "low", "high"), [("Q3f", 0.02, 0.08), ("Q14b", 0.2, 0.3)])
def test_how_much_lies_between_systems(question, low, high):
    (share,) = [
        f
        for f in unframe(england.spread(OLD).filter(pl.col("measure") == "published.share_between_systems"))
        if f.detail["question"] == question and f.wave == "2024"
    ]
    assert low < share.estimate < high
    assert 0 <= share.lower <= share.estimate <= share.upper <= 1
    assert share.lower < share.upper


def test_no_finding_on_fewer_than_ten_people_leaves():
    people = pl.col("measure").str.contains_any(["percent", "difference", "change", "mean"])
    for day in (OLD, NEW):
        spread = england.spread(day).filter(people & pl.col("measure").str.starts_with("published"))
        assert spread.filter((pl.col("n") < 10) & (pl.col("status") == "ok")).is_empty()


def test_a_study_in_memory_and_one_on_disk_say_the_same(tmp_path, demo):
    folder = tmp_path / "study"
    list(jobs.new(folder, "QHM", as_at=NEW))
    written = jobs.run(folder, out=None)
    assert written.report.parent == folder / "results"
    plain = jobs.demo("QHM", as_at=None, folder=tmp_path / "plain").report.read_text(encoding="utf-8")
    assert written.report.read_text(encoding="utf-8") == plain
    shown = (demo / "report.html").read_text(encoding="utf-8")
    start = plain.index("<h1"), plain.index('class="facts"')
    assert shown[slice(*start)] == plain[slice(*start)], "what is simulated changes what is said of real evidence"
    assert Study.open(folder).system == "QHM"
    assert not [file for file in Path.cwd().glob("leaderful-demo*") if file.stat().st_mtime > folder.stat().st_mtime]
