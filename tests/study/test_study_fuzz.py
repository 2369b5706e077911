"""Any bytes at all give a receipt, never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leaderful.errors import LeaderfulError
from leaderful.study import Study
from leaderful.study.reading import read_table
from leaderful.study.tables import TABLES
from leaderful.study.writing import table_bytes

NAMES = ["bodies", "ties", "responses", "interactions", "moments", "outcomes"]


def receipt_in_order(content: bytes, name: str, suffix: str) -> None:
    table = TABLES[name]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{name}.{suffix}"
        file.write_bytes(content)
        frame, receipt = read_table(file, table)
    assert frame.schema == table.schema
    assert 0 <= receipt.kept == frame.height <= receipt.read
    assert bool(receipt.rejected) <= bool(receipt.problems)
    assert all(issubclass(p.kind, LeaderfulError) and p.message for p in receipt.problems)
    assert receipt.text()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400))
@example(content=b"\xff\xfe\x00")
@example(content=b"\xef\xbb\xbf")
@example(content=b'"')
def test_any_bytes_as_csv(name: str, content: bytes) -> None:
    receipt_in_order(content, name, "csv")


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(content=st.text(alphabet='a1E05.,;"\n\r\t -/:+%é\0\ufffdyes2026T', max_size=300), width=st.integers(0, 12))
def test_any_text_under_a_right_header(name: str, content: str, width: int) -> None:
    header = ",".join(column.name for column in TABLES[name].columns)
    rows = content.replace("/", "," * width)
    receipt_in_order(f"{header}\n{rows}".encode(), name, "csv")


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.lists(st.text(max_size=12), min_size=5, max_size=5), max_size=5))
def test_any_cells(cells: list[list[str]]) -> None:
    header = ["id", "name", "kind", "starts", "ends"]
    stream = pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row").write_csv()
    receipt_in_order(stream.encode(), "shocks", "csv")


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 700), damage=st.binary(min_size=1, max_size=20))
def test_any_damage_to_parquet(place: int, damage: bytes) -> None:
    whole = table_bytes(pl.DataFrame({"id": ["w1"] * 3, "name": ["a", None, "b"]}), "parquet")
    receipt_in_order(whole[:place] + damage + whole[place + len(damage) :], "waves", "parquet")


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_settings(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "study.toml").write_bytes(content)
        with pytest.raises(LeaderfulError):
            Study.open(Path(place))
