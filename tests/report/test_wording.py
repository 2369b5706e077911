"""Numbers and lists as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.report.wording import (
    between,
    counted,
    day,
    listed,
    percent,
    period,
    points,
    sentence,
    short_system,
    whole,
)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (whole(41233), "41,233"),
        (whole(0.4), "0"),
        (percent(58.93), "58.9\u00a0%"),
        (percent(100), "100.0\u00a0%"),
        (points(-1.26), "−1.3"),
        (points(1.26), "+1.3"),
        (points(-0.04), "0.0"),
        (points(0.04), "0.0"),
        (points(0.0), "0.0"),
        (points(-0.126, places=2), "−0.13"),
        (points(-0.004, places=2), "0.00"),
        (between(-1.25, 3.41), "−1.2 to 3.4"),
        (between(-0.04, 0.04), "0.0 to 0.0"),
        (between(0.123, 0.456, places=2), "0.12 to 0.46"),
        (listed([]), ""),
        (listed(["a"]), "a"),
        (listed(["a", "b"]), "a and b"),
        (listed(["a", "b", "c"], last="or"), "a, b or c"),
        (day(date(2026, 4, 1)), "1 April 2026"),
        (period("2024-08/2025-07"), "August 2024 to July 2025"),
        (period("2021"), "2021"),
        (period("2022-23"), "2022-23"),
        (period("2024-08-01/2025-07-31"), "2024-08-01 to 2025-07-31"),
        (counted(1, "trust", "trusts"), "1 trust"),
        (counted(0, "trust", "trusts"), "0 trusts"),
        (counted(1200, "trust", "trusts"), "1,200 trusts"),
        (short_system("NHS North East and North Cumbria Integrated Care Board"), "North East and North Cumbria"),
        (short_system("NHS Kent ICB"), "Kent"),
        (short_system("Kent"), "Kent"),
        (sentence("police forces"), "Police forces"),
        (sentence(""), ""),
    ],
)
def test_wording(written, wanted):
    assert written == wanted


@given(st.floats(-1e6, 1e6))
def test_signs_are_those_of_people(value):
    for text in (points(value), between(value, value)):
        assert "-" not in text
        assert "−0.0" not in text and "+0.0" not in text


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_a_list_names_every_part(parts):
    assert listed(parts).replace(" and ", ", ").split(", ") == parts


@given(st.text())
def test_a_period_that_is_none_is_left_alone(label):
    assert period(label).replace(" to ", "/") == label.replace(" to ", "/") or any(
        part[:4].isdigit() and part[5:].isdigit() for part in label.split("/")
    )
