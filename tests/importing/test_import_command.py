"""The import command: a draft to correct, an import by it, exit codes, and the key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from survey_products import csv_file, make_study, microsoft_forms

Run = Callable[..., tuple[int, str, str]]


def test_from_export_to_study_by_the_commands_that_are_printed(leaderful: Run, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file, key = microsoft_forms(tmp_path), tmp_path / "key.txt"
    code, out, _ = leaderful("import", tmp_path / "study", file, "--guess")
    mapping = tmp_path / "Working together(1-3).mapping.toml"
    assert code == 0 and mapping.is_file() and "52 of 52 items found" in out and "--dry-run" in out
    code, _, err = leaderful("import", tmp_path / "study", file, "--guess")
    assert code == 4 and "may be corrected by hand" in err
    code, _, err = leaderful("import", tmp_path / "study", file, "--mapping", mapping)
    assert code == 7 and "--new-key FILE" in err
    code, out, _ = leaderful("import", tmp_path / "study", file, "--mapping", mapping, "--new-key", key, "--dry-run")
    assert code == 0 and out.endswith("Nothing was written.\n")
    code, out, _ = leaderful("import", tmp_path / "study", file, "--mapping", mapping, "--key", key)
    assert code == 0 and out.endswith("Written: people.csv, responses.csv\n") and "156 new" in out
    code, out, _ = leaderful("import", tmp_path / "study", file, "--mapping", mapping, "--key", key)
    assert code == 0 and "156 there already" in out and out.endswith("Nothing was written.\n")
    assert leaderful("check", tmp_path / "study")[0] == 0


def test_rows_that_are_not_in_order_give_their_exit_code_and_the_rest_is_kept(leaderful: Run, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [["person", "body", "tier", "CGP1"], ["k1", "RTD", "board", 4], ["k2", "RTD", "board", 9]]
    file = csv_file(tmp_path / "a.csv", rows)
    leaderful("import", tmp_path / "study", file, "--guess", "--mapping", tmp_path / "m.toml")
    code, out, _ = leaderful("import", tmp_path / "study", file, "--mapping", tmp_path / "m.toml")
    assert code == 7 and "a.csv, row 3, column CGP1" in out and "1 new" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "say --guess"), (["--mapping", "m.toml", "--key", "a", "--new-key", "b"], "one of --key and --new-key")],
)
def test_what_does_not_go_together_is_a_wrong_command(
    words: list[str], said: str, leaderful: Run, tmp_path: Path
) -> None:
    make_study(tmp_path / "study")
    code, _, err = leaderful("import", tmp_path / "study", tmp_path / "a.csv", *words)
    assert code == 2 and said in " ".join(err.split())


def test_a_mapping_that_is_not_there_is_named_with_what_to_do(leaderful: Run, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "a.csv", [["person", "CGP1"], ["k1", 4]])
    code, _, err = leaderful("import", tmp_path / "study", file, "--mapping", tmp_path / "m.toml")
    assert code == 5 and "m.toml cannot be read" in err and "--guess" in err
