"""The contract of a finding: an estimate exactly when ok, else a reason, and the way to a frame and back."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.measures.findings import SCHEMA, STATUSES, Finding, detail, frame, unframe

WHO = {"measure": "structure.bodies", "unit_kind": "system", "unit": "QHM", "method": "count"}


def test_ok_means_an_estimate():
    assert Finding(**WHO, estimate=0.0).status == "ok"
    with pytest.raises(ValueError, match="an estimate exactly when it is ok"):
        Finding(**WHO)


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "ok"])
def test_any_other_status_means_a_reason_and_no_estimate(status):
    assert Finding(**WHO, status=status, reason="because").estimate is None
    with pytest.raises(ValueError, match=f"say why it is {status}"):
        Finding(**WHO, status=status)
    with pytest.raises(ValueError, match="an estimate exactly when it is ok"):
        Finding(**WHO, status=status, reason="because", estimate=1.0)


def test_a_status_that_is_none_of_the_four():
    with pytest.raises(ValueError, match="'fine'; one of ok, suppressed, undefined, insufficient"):
        Finding(**WHO, status="fine", reason="because")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["estimate", "lower", "upper"])
def test_numbers_are_finite(place, bad):
    with pytest.raises(ValueError, match="finite"):
        Finding(**WHO, **({"estimate": 1.0} | {place: bad}))


@pytest.mark.parametrize("bad", [math.nan, {1, 2}, math.inf])
def test_a_detail_that_is_no_json_is_refused(bad):
    with pytest.raises((ValueError, TypeError)):
        Finding(**WHO, estimate=1.0, detail={"a": [bad]}).row()


def test_a_frame_has_the_columns_and_the_order_given():
    found = frame([Finding(**WHO | {"unit": unit}, estimate=1.0) for unit in ("B", "A")])
    assert found.schema == SCHEMA
    assert found["unit"].to_list() == ["B", "A"]
    assert frame([]).schema == SCHEMA


numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
about = {
    "measure": texts, "unit_kind": texts, "unit": texts, "method": texts, "construct": texts, "level": texts,
    "wave": texts, "lower": st.none() | numbers, "upper": st.none() | numbers,
    "n": st.none() | st.integers(0, 2**62), "detail": st.dictionaries(texts, json_like, max_size=4),
}  # fmt: skip
shown = st.fixed_dictionaries(about | {"estimate": numbers, "reason": texts})
not_shown = st.fixed_dictionaries(
    about | {"status": st.sampled_from(STATUSES[1:]), "reason": texts.filter(bool)},
)


@given(st.lists((shown | not_shown).map(lambda given: Finding(**given)), max_size=5))
def test_to_a_frame_and_back(findings):
    assert unframe(frame(findings)) == findings


@given(st.dictionaries(texts, json_like, max_size=4))
def test_a_detail_is_json_with_its_keys_in_order(given_detail):
    row = Finding(**WHO, estimate=1.0, detail=given_detail).row()
    assert detail(row) == given_detail
    assert list(json.loads(row["detail"])) == sorted(given_detail)


def test_a_frame_that_breaks_the_contract_is_refused_on_the_way_back():
    found = frame([Finding(**WHO, estimate=1.0)])
    with pytest.raises(ValueError, match="exactly when it is ok"):
        unframe(found.with_columns(estimate=pl.lit(None, dtype=pl.Float64)))
