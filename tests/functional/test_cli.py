"""The command line: what it prints, how it ends, and that it never ends in a traceback."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leaderful import __version__, jobs
from leaderful.framework import pages

COMMAND = [sys.executable, "-c", "from leaderful.cli import main; main()"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study's folder; tests copy it before they damage it."""
    folder = tmp_path_factory.mktemp("studies") / "sunny"
    list(jobs.new(folder, "QWO", as_at=None))
    return folder


@pytest.fixture
def damaged(study, tmp_path):
    """Return a copy of the study in which one file was changed by a function of its lines."""

    def damage(name, change):
        folder = tmp_path / "damaged"
        folder.mkdir()
        for file in study.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        content = change(folder.joinpath(name).read_text(encoding="utf-8-sig").splitlines())
        folder.joinpath(name).write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
        return folder

    return damage


def test_help_names_every_command(leaderful):
    code, out, err = leaderful("--help")
    assert (code, err) == (0, "")
    for command in (
        "demo",
        "new",
        "check",
        "run",
        "form",
        "import",
        "export",
        "simulate",
        "experiment",
        "framework",
        "england",
    ):
        assert f"  {command}" in out
    for words in (["demo"], ["new"], ["check"], ["run"], ["framework"], ["framework", "show"], ["england", "show"]):
        code, out, _ = leaderful(*words, "--help")
        assert code == 0 and "Usage: leaderful" in out


def test_without_a_command_the_help_is_shown(leaderful):
    _, out, err = leaderful()
    assert "Usage: leaderful" in out + err


def test_version(leaderful):
    assert leaderful("--version") == (0, f"leaderful {__version__}\n", "")


@pytest.mark.parametrize("words", [["demo"], ["new", "{folder}"], ["england", "show"]], ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("icb", "as_at", "told"),
    [
        ("Narnia", "2026-04-01", ["'Narnia' is not an integrated care board on 2026-04-01", "england systems"]),
        ("QHMM", "2026-04-01", ["Did you mean", "QHM (NHS North East and North Cumbria"]),
        ("", "2026-04-01", ["is not an integrated care board"]),
        ("QHM", "2022-06-30", ["before integrated care boards began on 1 July 2022", "2022-07-01"]),
        ("QHM", "2099-01-01", ["2099-01-01 is after"]),
        ("D7T5G", "2026-03-31", ["began on 2026-04-01", "QH8", "QJG", "QM7"]),
        ("QH8", "2026-04-01", ["ended on 2026-03-31", "D7T5G"]),
    ],
)
def test_a_system_that_is_not_there(leaderful, tmp_path, words, icb, as_at, told):
    words = [word.format(folder=tmp_path / "new") for word in words]
    out = ["--out", tmp_path / "new"] if words == ["demo"] else []
    named = [icb] if words[0] == "england" else ["--icb", icb]
    code, printed, err = leaderful(*words, *named, "--as-at", as_at, *out)
    assert (code, printed) == (3, "")
    assert err.startswith("leaderful: ") and all(text in err for text in told)
    assert not (tmp_path / "new").exists()


def test_a_date_that_is_none_is_refused_with_its_format(leaderful):
    code, _, err = leaderful("demo", "--as-at", "1 April 2026")
    assert code == 2 and "%Y-%m-%d" in err


def test_new_check_and_run(leaderful, tmp_path):
    folder = tmp_path / "Größe und Maß 統合" / "a study with spaces"
    code, out, err = leaderful("new", folder, "--icb", "West Yorkshire")
    assert (code, err) == (0, "")
    assert "NHS West Yorkshire" in out and f"leaderful check {shlex.quote(str(folder))}" in out
    code, out, err = leaderful("check", folder)
    assert (code, err) == (0, "")
    assert "bodies: " in out or "bodies.csv: " in out
    assert " 0 not kept" in out
    code, out, err = leaderful("run", folder, "--out", tmp_path / "näher" / "out put")
    assert (code, err) == (0, "")
    assert sorted(file.name for file in (tmp_path / "näher" / "out put").iterdir()) == [
        "findings.csv", "findings.parquet", "manifest.json", "report.html"
    ]  # fmt: skip
    assert str(tmp_path / "näher" / "out put" / "report.html") in out
    assert not (folder / "results").exists()


def test_new_does_not_write_over_a_study(leaderful, study):
    before = {file.name: file.read_bytes() for file in study.iterdir()}
    code, out, err = leaderful("new", study, "--icb", "QHM")
    assert (code, out) == (4, "")
    assert "already holds a study" in err and str(study) in err
    assert {file.name: file.read_bytes() for file in study.iterdir()} == before


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_folder_that_holds_no_study(leaderful, tmp_path, command):
    for folder in (tmp_path, tmp_path / "nowhere"):
        code, _, err = leaderful(command, folder)
        assert code == 4 and str(folder) in err and "leaderful new" in err


def _cell(row, column, text):
    """Return a change to one cell of a CSV file whose cells hold no commas."""

    def change(lines):
        at = lines[0].split(",").index(column)
        cells = lines[row - 1].split(",")
        cells[at] = text
        return [*lines[: row - 1], ",".join(cells), *lines[row:]]

    return change


DAMAGE = {
    "no table at all": ("outcomes.csv", lambda _: b"PK\x03\x04\x14\x00\x06\x00", 5, ["outcomes.csv"]),
    "nothing in the file": ("outcomes.csv", lambda _: b"", 5, ["outcomes.csv"]),
    "a column is gone": (
        "ties.csv", lambda lines: [line.split(",", 1)[1] for line in lines], 6, ["ties.csv", "source"]
    ),
    "an unknown kind": ("ties.csv", _cell(2, "kind", "besteht"), 7, ["ties.csv, row 2, column kind"]),
    "a date that is none": ("ties.csv", _cell(3, "valid_from", "31/31/31"), 7, ["ties.csv, row 3, column valid_from"]),
    "a row twice": ("ties.csv", lambda lines: [*lines, lines[-1]], 8, ["ties.csv, row"]),
    "a body that is not there": ("ties.csv", _cell(2, "source", "ZZZZ9"), 8, ["ties.csv, row 2, column source"]),
    "dates the wrong way round": (
        "ties.csv",
        lambda lines: _cell(2, "valid_to", "2024-01-01")(_cell(2, "valid_from", "2025-01-01")(lines)),
        9,
        ["ties.csv, row 2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "change", "exit_code", "told"), DAMAGE.values(), ids=DAMAGE)
def test_check_says_where_and_what_and_ends_with_the_code_of_the_class(
    leaderful, damaged, name, change, exit_code, told
):
    folder = damaged(name, change)
    code, out, err = leaderful("check", folder)
    assert (code, err) == (exit_code, "")
    assert all(text in out for text in told), out[:2000]
    code, out, err = leaderful("run", folder)  # what is in order is measured all the same
    assert (code, err) == (0, "")
    assert all(text in out for text in told)
    assert (folder / "results" / "report.html").stat().st_size > 100_000


def test_settings_that_cannot_be_read(leaderful, damaged):
    folder = damaged("study.toml", lambda lines: [line.replace("as_at = ", "as_at = soon ") for line in lines])
    for command in ("check", "run"):
        code, _, err = leaderful(command, folder)
        assert code == 5 and "study.toml" in err and "line" in err


WRONG_SETTINGS = {
    "no system": ("system", '""', "a report needs one system; set system in study.toml to the code of its ICB"),
    "the code in small letters": ("system", '"qwo"', 'write its code: system = "QWO"'),
    "the name": ("system", '"West Yorkshire"', 'write its code: system = "QWO"'),
    "a trust": ("system", '"RCF"', "'RCF' is not an integrated care board on 2026-04-01"),
    "a system whose bodies these are not": ("system", '"QHM"', "'QHM' is not in column id of bodies.csv"),
    "a system that has ended": ("system", '"QNQ"', "QNQ (NHS Frimley Integrated Care Board) ended on 2026-03-31"),
    "a day not yet known": ("as_at", "2030-01-01", "2030-01-01 is after 2027-03-31"),
    "a day before the bodies": ("as_at", "2022-06-30", "before integrated care boards began"),
    "a system of a hundred thousand letters": ("system", f'"{"x" * 100_000}"', "is not an integrated care board"),
}


@pytest.mark.parametrize(("key", "value", "told"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_a_system_or_date_that_would_make_a_false_report(leaderful, damaged, key, value, told):
    folder = damaged("study.toml", lambda lines: [f"{key} = {value}" if key in line else line for line in lines])
    wanted = 8 if "bodies.csv" in told else 3
    code, out, err = leaderful("check", folder)
    assert (code, err) == (wanted, "")
    assert out.startswith("study.toml: ") and told in out and "x" * 61 not in out
    assert out.count("study.toml: 0 read") == 1
    code, out, err = leaderful("run", folder)
    assert (code, out) == (wanted, "")
    assert err.startswith("leaderful: study.toml: ") and told in err and "x" * 61 not in err
    assert not (folder / "results").exists()


def test_a_date_changed_by_hand_is_noted(leaderful, damaged):
    for day, noted in (("2026-04-01", False), ("2022-07-01", True)):
        folder = damaged("study.toml", lambda lines, day=day: [f"as_at = {day}" if "as_at" in x else x for x in lines])
        code, out, _ = leaderful("check", folder)
        assert code == 0
        text = (
            f"that public lists hold on {day} are not in this study; start a new one with leaderful new --as-at {day}"
        )
        assert (text in out) == noted
        shutil.rmtree(folder)


def test_no_note_on_the_date_of_bodies_that_are_ones_own(leaderful, damaged):
    change = {"as_at": "2022-07-01", "created_from": '"our own lists"'}
    folder = damaged(
        "study.toml",
        lambda lines: [f"{key} = {change[key]}" if (key := x.split(" ")[0]) in change else x for x in lines],
    )
    assert "public lists" not in leaderful("check", folder)[1]


def test_without_bodies_there_is_one_problem_and_no_flood(leaderful, damaged):
    folder = damaged("bodies.csv", lambda lines: lines)
    (folder / "bodies.csv").unlink()
    code, out, err = leaderful("check", folder)
    assert (code, err) == (5, "")
    assert "bodies.csv: the file is not there although study.toml names it" in out
    assert "is not in column id" not in out
    assert "table bodies could not be read and" in out
    assert len(out.splitlines()) < 40


def test_an_output_folder_that_cannot_be_written(leaderful, study, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/leaderful")):
        code, _, err = leaderful("run", study, "--out", out)
        assert code == 4 and f"{out} cannot be written" in err and "--out" in err
        code, _, err = leaderful("new", out / "study", "--icb", "QHM")
        assert code == 4 and str(out) in err


WINDOWS = os.name == "nt"
AS_ANYONE = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if not WINDOWS and os.geteuid() == 0 else []
"""What takes from root the right to write everywhere."""


def as_anyone(*words):
    """Run the command in a process that permissions hold for; return exit code and what it complained of."""
    command = [*AS_ANYONE, *COMMAND, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.skipif(WINDOWS, reason="permissions of another kind")
def test_a_read_only_output_folder(study, tmp_path):
    tmp_path.chmod(0o500)
    try:
        code, err = as_anyone("run", study, "--out", tmp_path / "out")
        again, told = as_anyone("new", tmp_path, "--icb", "QHM")
    finally:
        tmp_path.chmod(0o700)
    assert code == again == 4 and "Permission denied" in err and "Permission denied" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(WINDOWS, reason="permissions of another kind")
@pytest.mark.parametrize("mode", [0o000, 0o400], ids=["nothing", "names only"])
@pytest.mark.parametrize("command", [["check"], ["run"], ["new", "--icb", "QHM"]], ids=lambda words: words[0])
def test_a_folder_that_may_not_be_searched(study, tmp_path, command, mode):
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "study.toml").write_bytes((study / "study.toml").read_bytes())
    folder.chmod(mode)
    try:
        code, err = as_anyone(*command, folder)
        below, told = as_anyone(*command, folder / "below")
    finally:
        folder.chmod(0o700)
    assert code == below == 4
    for text in (err, told):
        assert text.startswith(f"leaderful: {folder}") and "Permission denied" in text


@pytest.mark.skipif(WINDOWS, reason="permissions of another kind")
def test_a_file_that_may_not_be_read_is_told_as_a_problem(tmp_path, damaged):
    folder = damaged("study.toml", lambda lines: lines)
    (folder / "outcomes.csv").chmod(0)
    code, err = as_anyone("check", folder)
    assert (code, err) == (5, "")
    code, err = as_anyone("run", folder, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert "outcomes.csv" not in manifest["inputs"] and "ties.csv" in manifest["inputs"]


@pytest.mark.parametrize("command", [["check"], ["run"], ["new", "--icb", "QHM"]], ids=lambda words: words[0])
def test_a_name_that_no_folder_can_have(leaderful, tmp_path, command):
    code, _, err = leaderful(*command, tmp_path / ("x" * 5000))
    assert code == 4 and "too long" in err


def test_new_fills_an_empty_folder_that_one_stands_in(leaderful, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = leaderful("new", ".", "--icb", "QWO")
    assert (code, err) == (0, "") and "leaderful check ." in out
    assert not list(tmp_path.glob(".*"))
    assert leaderful("check", ".")[0] == 0


def test_new_fills_an_empty_folder_behind_a_link(leaderful, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert leaderful("new", tmp_path / "link", "--icb", "QWO")[0] == 0
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "study.toml").is_file()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    code, _, err = leaderful("new", tmp_path / "circle", "--icb", "QWO")
    assert code == 4 and "cannot be written" in err


def test_what_is_to_be_typed_next_can_be_typed(leaderful, tmp_path):
    folder = tmp_path / "it's $HOME"
    _, out, _ = leaderful("new", folder, "--icb", "QWO")
    command = out.splitlines()[-1].removeprefix("Next: ").split(", then ")[0]
    assert shlex.split(command) == ["leaderful", "check", str(folder)]


def test_a_terminal_without_utf_8(tmp_path):
    folder = tmp_path / "Größe 統合"
    folder.mkdir()
    environment = os.environ | {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"}
    for words, code in ((["new", folder, "--icb", "QWO"], 0), (["new", folder, "--icb", "QWO"], 4)):
        done = subprocess.run([*COMMAND, *map(str, words)], capture_output=True, env=environment, check=False)
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr
        assert b"Gr\\xf6\\xdfe" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words", [["demo", "--icb"], ["new", "{folder}", "--icb"], ["england", "show"], ["framework", "show"]]
)
def test_a_long_word_is_not_repeated_at_length(leaderful, tmp_path, words):
    words = [word.format(folder=tmp_path / "new") for word in words]
    code, _, err = leaderful(*words, "x" * 100_000)
    assert code == 3 and "x" * 60 in err and "x" * 61 not in err


def test_framework_lists_all_that_it_explains(leaderful):
    code, out, err = leaderful("framework")
    assert (code, err) == (0, "")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert len(listed) > 200
    for group, entry, name, _ in pages.listing():
        assert f"\n{group}\n" in out
        assert entry in listed
        code, text, err = leaderful("framework", "show", entry)
        assert (code, err) == (0, "")
        assert name in text and len(text) > len(name) + 20, entry


def test_framework_show_of_what_is_not_there(leaderful):
    code, out, err = leaderful("framework", "show", "trsut")
    assert (code, out) == (3, "") and "trust" in err


@pytest.mark.parametrize(("as_at", "count"), [("2022-07-01", 42), ("2026-03-31", 42), ("2026-04-01", 36)])
def test_england_systems(leaderful, as_at, count):
    code, out, err = leaderful("england", "systems", "--as-at", as_at)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{count} systems on {as_at}" and len(lines) == count + 1
    people = [int(line.split()[-3].replace(",", "")) for line in lines[1:]]
    assert all(line.split()[-2] == "since" and line.split()[-1] <= as_at for line in lines[1:])
    assert sum(people) == pytest.approx(56.5e6, rel=0.01)  # England in mid-2020
    assert any("North East and North Cumbria" in line for line in lines)


def test_england_show(leaderful):
    code, out, err = leaderful("england", "show", "D7T5G")
    assert (code, err) == (0, "")
    assert "D7T5G" in out and "Took over" in out and "None" not in out


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30))
def test_whatever_is_asked_for_there_is_an_answer_or_a_reason(leaderful, text):
    for words in (["framework", "show"], ["england", "show"]):
        code, out, err = leaderful(*words, "--", text)
        assert (code == 0 and out) or (code == 3 and err.startswith("leaderful: "))


def test_a_reader_that_leaves_early_is_no_fault():
    with subprocess.Popen([*COMMAND, "framework"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        complaint = running.stderr.read().decode()
        running.wait(timeout=60)
    assert complaint == ""
    assert running.returncode in (0, 1)
