"""No message ever repeats a private cell, whatever is wrong with the file around it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.study import Study
from leaderful.study.tables import TABLES

SETTINGS = 'format_version = 1\nname = "North"\nsystem = "QHM"\nas_at = 2026-03-31\n'
GOOD = {
    "bodies": "id,name,kind,scale,sector,system\nQHM,North,integrated-care-board,system,nhs,QHM\n",
    "waves": "id,opens\nw1,2026-01-05\n",
    "people": "id,body,team,tier,place,consent_network\np1,QHM,,board,,yes\np2,QHM,,manager,,no\n",
    "responses": "person,wave,item,answer\np1,w1,CGP1,4\np2,w1,CGP1,3\n",
    "relations": "person,wave,about_kind,about,question,answer\np1,w1,person,p2,person-trust,4\n",
    "interactions": "id,time,participants,sender,channel\ni1,2026-01-05T10:00,p1;p2,p1,call\n",
    "moments": "id,person,time,with_bodies,with_tiers,opener,behaviours,taken,went_on_to,reflection,consent_text\n"
    "m1,p1,2026-01-05T10:00,QHM,board,surprise,clarifying,yes,QHM,thoughts,no\n",
}
PRIVATE = [name for name in GOOD if TABLES[name].private]
SENTINELS = (
    "zqsecretzq",
    "73319.5",
    "73319",
    "1.73319E+21",
    "31/03/7331",
    "7331-03-31",
    "73,319",
    "73319%",
    "zq;secret",
)


def texts(folder: Path) -> str:
    receipts = Study.open(folder).receipts
    return "\n".join(receipt.text(limit=10_000) for receipt in receipts)


def leaks(said: str, sentinel: str) -> bool:
    return any(part.casefold() in said.casefold() for part in sentinel.split(";") if len(part) > 2)


@st.composite
def broken_files(draw: st.DrawFn) -> tuple[str, bytes, str]:
    """Draw a private table with a sentinel in a private cell and breakage around it."""
    name, sentinel = draw(st.sampled_from(PRIVATE)), draw(st.sampled_from(SENTINELS))
    header, *rows = [line.split(",") for line in GOOD[name].splitlines()]
    position = draw(st.sampled_from([i for i, c in enumerate(header) if TABLES[name].column(c).private]))
    row = list(draw(st.sampled_from(rows)))
    row[position] = draw(st.sampled_from([sentinel, f" {sentinel}", f'"{sentinel}"', f'"{sentinel}', f"{sentinel}\0"]))
    match draw(st.integers(0, 6)):
        case 1:
            row.insert(draw(st.integers(0, len(row))), "x")  # what follows moves to the right
        case 2:
            del row[0]  # and to the left
        case 3:
            header = row  # an answer where the header should be
        case 4:
            rows.append(row)  # twice
        case 5:
            header = [*header, sentinel]
        case 6:
            row[draw(st.integers(0, len(row) - 1))] = "zzz"
    lines = [header, *rows, row]
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    content = "\n".join(delimiter.join(cells) for cells in lines)
    encoding = draw(st.sampled_from(["utf-8", "utf-16", "cp1252"]))
    return name, content.encode(encoding), sentinel


@settings(max_examples=80, deadline=None)
@given(broken_files())
def test_a_sentinel_in_a_private_cell_is_never_told(drawn: tuple[str, bytes, str]) -> None:
    name, content, sentinel = drawn
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "study.toml").write_text(SETTINGS)
        for table, good in GOOD.items():
            (folder / f"{table}.csv").write_text(good)
        (folder / f"{name}.csv").write_bytes(content)
        said = texts(folder)
    assert not leaks(said, sentinel)


@pytest.mark.parametrize(("table", "column"), [(t, c.name) for t in PRIVATE for c in TABLES[t].columns if c.private])
@pytest.mark.parametrize("sentinel", SENTINELS)
def test_each_private_column_keeps_its_secret(tmp_path: Path, table: str, column: str, sentinel: str) -> None:
    for name, good in GOOD.items():
        (tmp_path / f"{name}.csv").write_text(good)
    header, first, *rest = GOOD[table].splitlines()
    cells = first.split(",")
    cells[header.split(",").index(column)] = f'"{sentinel}"'
    (tmp_path / f"{table}.csv").write_text("\n".join([header, ",".join(cells), *rest]) + "\n")
    (tmp_path / "study.toml").write_text(SETTINGS)
    said = texts(tmp_path)
    assert not leaks(said, sentinel)
    if TABLES[table].column(column).type not in ("text", "code"):
        assert "not kept" in said
        assert f"column {column}" in said
