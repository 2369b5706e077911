"""No reader who calculates can make out a small cell of a protected table.

The readers here know everything that is shown and how it adds up. They are written apart from the
module: they set up their own unknowns and search with their own programmes or by trying every table.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy.optimize import Bounds, LinearConstraint, milp

from leaderful.disclosure import HIDDEN, Rule, protect_table
from leaderful.errors import DisclosureError

DOCS = Path(__file__).parents[2] / "docs" / "explanation" / "disclosure.md"
DEFAULT = Rule()
examples = settings(deadline=None, derandomize=True, max_examples=30)
few_examples = settings(examples, max_examples=10)


def table(counts: np.ndarray) -> tuple[pl.DataFrame, list[str]]:
    dimensions = [f"d{axis}" for axis in range(counts.ndim)]
    rows = [(*(f"c{at:02}" for at in place), int(counts[place])) for place in np.ndindex(counts.shape)]
    return pl.DataFrame(rows, schema=[*dimensions, "count"], orient="row"), dimensions


def released(counts: np.ndarray, rule: Rule = DEFAULT) -> np.ndarray:
    """The protected table with its margins as an array; NaN where hidden."""
    cells, dimensions = table(counts)
    out = protect_table(cells, dimensions=dimensions, rule=rule)
    return out["count"].cast(pl.Float64).fill_null(float("nan")).to_numpy().reshape([n + 1 for n in counts.shape])


def small_tables(most: int = 4, dimensions: int = 2) -> st.SearchStrategy[np.ndarray]:
    cell = st.one_of(st.integers(0, 8), st.integers(0, 60))
    shapes = st.tuples(*[st.integers(1, most)] * dimensions)
    return shapes.flatmap(
        lambda shape: st.lists(cell, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))).map(
            lambda cells: np.array(cells).reshape(shape)
        )
    )


def inner_sums(shape: tuple[int, ...]) -> np.ndarray:
    """For each cell of the table with margins, which inner cells it sums: by definition, not by lines."""
    places = list(np.ndindex(shape))
    return np.array(
        [
            [all(e in (n, i) for e, n, i in zip(end, shape, place, strict=True)) for place in places]
            for end in np.ndindex(tuple(n + 1 for n in shape))
        ],
        dtype=float,
    )


def widths(seen: np.ndarray, known_zero: np.ndarray | None = None) -> list[float]:
    """How far each hidden cell can move, for a reader whose unknowns are the inner cells alone."""
    shape = tuple(n - 1 for n in seen.shape)
    sums, flat = inner_sums(shape), seen.ravel()
    known = ~np.isnan(flat)
    top = np.full(sums.shape[1], 5000.0) if known_zero is None else np.where(known_zero.ravel(), 0.0, 5000.0)
    rules = [LinearConstraint(sums[known], flat[known], flat[known])] if known.any() else []
    found = []
    for cell in np.flatnonzero(~known):
        ends = [
            milp(sign * sums[cell], integrality=np.ones(top.size), bounds=Bounds(0, top), constraints=rules).fun
            for sign in (1, -1)
        ]
        found.append(-ends[1] - ends[0])
    return found


def test_a_table_worked_by_hand() -> None:
    # 3 is small; its row and its column need one more each, and those two need the fourth corner.
    seen = released(np.array([[3, 20, 31], [25, 40, 52], [70, 81, 90]]))
    hide = np.isnan(seen)
    assert np.argwhere(hide).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_margins_have_empty_labels_and_everything_hidden_looks_alike() -> None:
    cells, dimensions = table(np.array([3, 20, 40]))
    out = protect_table(cells, dimensions=dimensions)
    assert out["d0"].to_list() == ["c00", "c01", "c02", None]
    assert out["count"].to_list() == [None, None, 40, 63]
    assert out["reason"].to_list() == [HIDDEN, HIDDEN, "", ""]
    assert out["status"].to_list() == ["suppressed", "suppressed", "ok", "ok"]


def test_a_zero_is_hidden_unless_everybody_knows_it() -> None:
    cells, dimensions = table(np.array([[30, 0], [25, 41]]))
    assert protect_table(cells, dimensions=dimensions).filter(d0="c00")["count"].to_list() == [None, None, 30]
    never = pl.DataFrame({"d0": ["c00"], "d1": ["c01"]})
    out = protect_table(cells, dimensions=dimensions, impossible=never)
    assert out["count"].to_list() == [30, 0, 30, 25, 41, 66, 55, 41, 96]


def test_a_missing_combination_counts_nobody() -> None:
    cells, dimensions = table(np.array([[30, 0], [25, 41]]))
    whole = protect_table(cells, dimensions=dimensions)
    assert_frame_equal(protect_table(cells.filter(pl.col("count") > 0), dimensions=dimensions), whole)


def test_totals_under_ten_are_hidden_though_their_cells_are_not_small() -> None:
    seen = released(np.array([[9], [30], [40]]))
    assert np.isnan(seen[0, 1])


def test_an_empty_table_shows_nothing() -> None:
    assert np.isnan(released(np.zeros((2, 2)))).all()


@examples
@given(small_tables())
def test_no_reader_can_bound_a_hidden_cell(counts: np.ndarray) -> None:
    assert min(widths(released(counts)), default=5) >= 5


@few_examples
@given(small_tables(most=3, dimensions=3))
def test_no_reader_can_bound_a_hidden_cell_in_three_dimensions(counts: np.ndarray) -> None:
    assert min(widths(released(counts)), default=5) >= 5


@few_examples
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_trying_every_table_does_not_find_a_hidden_cell(cells: list[int]) -> None:
    seen = released(np.array(cells).reshape(2, 2)).ravel()
    tables = np.stack(np.meshgrid(*[np.arange(30)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    a, b, c, d = tables.T
    whole = np.stack([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d], axis=1)
    fits = whole[((whole == seen) | np.isnan(seen)).all(axis=1)]
    hidden = fits[:, np.isnan(seen)]
    assert (np.ptp(hidden, axis=0) >= 5).all()


@examples
@given(small_tables(most=3), st.data())
def test_known_zeros_do_not_help_a_reader(counts: np.ndarray, data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=counts.size, max_size=counts.size))
    never = np.array(flags).reshape(counts.shape)
    counts = np.where(never, 0, counts)
    cells, dimensions = table(counts)
    impossible = cells.filter(pl.Series(never.ravel())).select(dimensions)
    out = protect_table(cells, dimensions=dimensions, impossible=impossible)
    seen = out["count"].cast(pl.Float64).fill_null(float("nan")).to_numpy().reshape([n + 1 for n in counts.shape])
    assert (seen[:-1, :-1][never] == 0).all()
    assert min(widths(seen, never), default=5) >= 5


@examples
@given(small_tables())
def test_what_is_shown_of_a_table_is_true_and_large_enough(counts: np.ndarray) -> None:
    seen = released(counts)
    truth = (inner_sums(counts.shape) @ counts.ravel()).reshape(seen.shape)
    open_cells = ~np.isnan(seen)
    assert (seen[open_cells] == truth[open_cells]).all()
    assert np.nanmin(seen[:-1, :-1], initial=5) >= 5
    assert min(np.nanmin(seen[-1], initial=10), np.nanmin(seen[:, -1], initial=10)) >= 10


@examples
@given(small_tables())
def test_a_table_without_small_cells_is_released_whole(counts: np.ndarray) -> None:
    assert not np.isnan(released(counts + 10)).any()


@few_examples
@given(small_tables(most=3), st.integers(10, 13), st.integers(5, 7), st.integers(0, 3), st.integers(0, 2))
def test_a_higher_rule_hides_at_least_as_much(counts: np.ndarray, people: int, cell: int, p: int, c: int) -> None:
    loose, tight = released(counts, Rule(people, cell)), released(counts, Rule(people + p, cell + c))
    assert np.isnan(tight[np.isnan(loose)]).all()


@examples
@given(small_tables(most=3), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(counts: np.ndarray, random: object) -> None:
    cells, dimensions = table(counts)
    order = list(range(cells.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    whole = protect_table(cells, dimensions=dimensions)
    assert_frame_equal(protect_table(cells[order], dimensions=dimensions), whole)


@pytest.mark.parametrize(
    ("cells", "dimensions", "message"),
    [
        ({"a": ["x"], "count": [4]}, [], "give 1 to 3 dimensions"),
        ({"a": ["x"], "count": [4]}, ["a"] * 4, "give 1 to 3 dimensions"),
        ({"a": [], "count": []}, ["a"], "a table of 0 cells"),
        ({"a": ["x", None], "count": [4, 4]}, ["a"], "needs a category in all of"),
        ({"a": ["x", "x"], "count": [4, 4]}, ["a"], "each combination once"),
        ({"a": ["x", "y"], "count": [4, -1]}, ["a"], "an empty or a negative cell"),
        ({"a": ["x", "y"], "count": [4, None]}, ["a"], "an empty or a negative cell"),
    ],
)
def test_a_table_that_is_no_table_is_refused(
    cells: dict[str, list[object]], dimensions: list[str], message: str
) -> None:
    schema = {"a": pl.String, "count": pl.Int64}
    with pytest.raises(DisclosureError, match=message):
        protect_table(pl.DataFrame(cells, schema=schema), dimensions=dimensions)


def test_people_in_an_impossible_cell_are_refused() -> None:
    cells, dimensions = table(np.array([30, 20]))
    with pytest.raises(DisclosureError, match="listed in `impossible` counts people"):
        protect_table(cells, dimensions=dimensions, impossible=pl.DataFrame({"d0": ["c01"]}))


def test_the_documented_price_is_the_price() -> None:
    random = np.random.default_rng(2026)
    hidden = small = size = 0
    for _ in range(40):
        counts = random.geometric(1 / 16, size=(5, 4)) - 1
        truth = (inner_sums(counts.shape) @ counts.ravel()).reshape(6, 5)
        bound = np.full((6, 5), 10)
        bound[:-1, :-1] = 5
        small += int((truth < bound).sum())
        hidden += int(np.isnan(released(counts)).sum())
        size += truth.size
    stated = re.search(r"([\d.]+) % of cells were small themselves and a further ([\d.]+) %", DOCS.read_text("utf-8"))
    assert stated is not None
    assert [f"{small / size:.1%}", f"{(hidden - small) / size:.1%}"] == [f"{share}%" for share in stated.groups()]
