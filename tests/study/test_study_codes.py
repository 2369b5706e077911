# ruff: noqa: E501
"""Codes that spreadsheets change, and what they were."""

from __future__ import annotations

import pytest

from leaderful.study.codes import is_changed, original, shown_by_spreadsheets


@pytest.mark.parametrize(
    "code",
    ["1E05", "1E+05", "1.00E+05", "9.9e-3", "2.0", "100.00", "01-Mar", "1-Mar-26", "Mar-01", "sep 26", "01/03/2026", "2026-03-01 00:00:00"],
)  # fmt: skip
def test_forms_that_only_a_spreadsheet_writes(code: str) -> None:
    assert is_changed(code)


@pytest.mark.parametrize(
    "code",
    ["QHM", "S0E4D", "E08000037", "06H", "01E05", "12E3", "100000", "RX1", "2026", "2026-03", "w1", "MAR1", "Q7a", "1.5", "Y63"],
)  # fmt: skip
def test_forms_that_codes_have(code: str) -> None:
    assert not is_changed(code)


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("1.00E+05", "01E05"),
        ("1E+05", "01E05"),
        ("1e05", "01E05"),
        ("100000", "01E05"),
        ("6H", "06H"),
        ("7", "007"),
        ("7.0", "007"),
        ("01-Mar", "MAR1"),
        ("1-Mar", "MAR1"),
        ("12-Sep", "SEPT12"),
        ("1.23E+11", "123456789012"),
    ],
)
def test_the_one_code_that_fits_is_found(shown: str, code: str) -> None:
    known = ["01E05", "06H", "007", "MAR1", "SEPT12", "123456789012", "RX1", "QHM"]
    assert original(shown, shown_by_spreadsheets(known)) == code


def test_nothing_is_guessed_when_none_or_several_fit() -> None:
    shown = shown_by_spreadsheets(["01E05", "001E5", "06H"])
    assert original("1.00E+05", shown) is None
    assert original("2.00E+05", shown) is None
    assert original("06H", shown) is None
