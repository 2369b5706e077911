"""Lists of who was at which meeting: a row for each person and meeting, or a column for each meeting."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from leaderful.errors import BadValuesError, WrongColumnsError
from leaderful.study.importing.gatherings import PARTS, make_parts
from leaderful.study.importing.grids import Grid, plain
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.messages import add_channel
from leaderful.study.importing.people import Context, add_person
from leaderful.study.importing.times import add_times, read_heading
from leaderful.study.importing.zones import moments_in_utc
from leaderful.study.log import MOST_NAMED

MARKS = {
    **dict.fromkeys(("x", "✓", "✔", "☑", "y", "yes", "1", "p", "present", "attended", "in attendance", "true"), True),
    **dict.fromkeys(
        ("✗", "✘", "☐", "n", "no", "0", "-", "–", "a", "absent", "apologies", "apols", "ap", "false"), False
    ),
    **dict.fromkeys(("sent apologies", "did not attend", "dna", "not present", "n/a"), False),
}
"""What marks on a list of attendance mean; the mapping may say more."""


def read_attendance(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    """Return who was at which meeting, as parts without the number of their account."""
    add_person(grid, source, context, parent=None)
    return _listed(grid, source) if source.time else _crossed(grid, source)


def _listed(grid: Grid, source: Source) -> pl.DataFrame:
    """Read a row for each person and meeting; rows of those who were not there are left out by the mapping."""
    assert source.id is not None
    add_times(grid, source)
    add_channel(grid, source)
    at = pl.col("time").dt.strftime("%Y-%m-%dT%H:%M")
    which = (
        pl.col(grid.at(source.id.column, "id.column")).fill_null("") if source.id.column else pl.lit(source.id.constant)
    )
    key = pl.concat_str(pl.lit("attendance"), which, at, separator="\n")
    return _parts(grid.frame.with_columns(key=key))


def _crossed(grid: Grid, source: Source) -> pl.DataFrame:
    """Read a column for each meeting, whose heading is its day; other columns are not looked at."""
    assert source.id is not None
    add_channel(grid, source)
    days = _days(grid, source)
    long = grid.frame.unpivot(list(days), index=["line", "person", "channel"], variable_name="at", value_name="mark")
    there = _there(long, grid, source)
    columns = pl.DataFrame(
        {"at": list(days), "local": list(days.values())}, schema={"at": pl.String(), "local": pl.Datetime("us")}
    )
    utc, _ = moments_in_utc(columns["local"], source.zone)
    key = pl.format("attendance\n{}\n{}", pl.lit(source.id.constant), pl.col("local").dt.strftime("%Y-%m-%dT%H:%M"))
    return _parts(there.join(columns.with_columns(time=utc, key=key), on="at", how="left", maintain_order="left"))


def _days(grid: Grid, source: Source) -> dict[str, datetime]:
    """Return the local time of each column that is a meeting."""
    assert source.person is not None
    who = grid.at(source.person.column, "person.column")
    read = {str(n): read_heading(name, source) for n, name in enumerate(grid.names)}
    days = {position: at for position, at in read.items() if at is not None and position != who}
    if not days:
        raise WrongColumnsError(
            f"{grid.place}: no column of {grid.sheet.label} has a day as its name, such as 2026-03-02; "
            "where every row has a day of its own, name the column of days with time"
        )
    if len(set(days.values())) < len(days):
        raise WrongColumnsError(
            f"{grid.place}: two columns of {grid.sheet.label} are the same day; write the time of day beside it"
        )
    return days


def _there(long: pl.DataFrame, grid: Grid, source: Source) -> pl.DataFrame:
    """Return the cells that say somebody was there; a mark nobody has explained is a problem."""
    known = {**MARKS, **{" ".join(mark.split()).lower(): there for mark, there in source.marks.items()}}
    marks = plain(long["mark"])
    meant = marks.replace_strict(known, default=None, return_dtype=pl.Boolean)
    wrong = long.filter(marks.is_not_null() & meant.is_null())
    text = "a mark that says neither that somebody was there nor that they were not; say what it means under marks"
    for line, position in wrong.head(MOST_NAMED).select("line", "at").iter_rows():
        grid.log.add(BadValuesError, text, row=line, column=grid.names[int(position)][:60])
    if wrong.height > MOST_NAMED:
        grid.log.add(BadValuesError, f"the same in {wrong.height - MOST_NAMED:,} further cells")
    return long.filter(meant.fill_null(value=False))


def _parts(frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.rename({"person": "who"})
    return make_parts(named, account=0, sends=False, automatic=False).select(PARTS.names())
