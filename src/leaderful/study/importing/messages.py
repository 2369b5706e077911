"""Logs of mail and chat: who wrote to whom, when. Columns that the mapping does not name are never looked at."""

from __future__ import annotations

import polars as pl

from leaderful.study.importing.addresses import count_nameless, is_automatic, split_named
from leaderful.study.importing.gatherings import PARTS, Account, largest_of, make_parts
from leaderful.study.importing.grids import Grid, leave_out
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.people import Context, add_codes, pseudonyms
from leaderful.study.importing.times import add_times
from leaderful.study.tables import TABLES

CHANNELS = TABLES["interactions"].column("channel").allowed


def read_messages(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    """Return who sent and got each message, as parts without the number of their account.

    Rows with the same message id are one message, as logs have one row for each recipient. Without a
    column for it, rows with the same sender, time and channel are.
    """
    assert source.person is not None
    add_times(grid, source)
    add_channel(grid, source)
    sender = pl.Series("sender", split_named(grid.frame[grid.at(source.person.column, "person.column")]).list.first())
    grid.frame = grid.frame.with_columns(sender)
    leave_out(grid, grid.frame["sender"].is_null(), "no sender, as with reports of delivery")
    _add_recipients(grid, source)
    leave_out(grid, grid.frame["recipients"].list.len() == 0, "no recipient")
    named = grid.at(source.id.column, "id.column") if source.id and source.id.column else ""
    parts = pl.concat([_parts(grid, "sender", named), _parts(grid, "recipients", named)])
    return parts.with_columns(pseudonyms(parts["who"], source.person, grid, context).alias("who"))


def add_channel(grid: Grid, source: Source) -> None:
    """Give each row its channel, where the mapping says it."""
    if source.channel is None:
        grid.frame = grid.frame.with_columns(channel=pl.lit(None, dtype=pl.String))
    else:
        add_codes(grid, "channel", source.channel, {each: each for each in CHANNELS}, required=False)


def account_of(grid: Grid, source: Source) -> Account:
    """Return what became of the rows of a sheet before they were set beside the people of the study."""
    return Account(
        label=grid.log.file,
        kind=source.kind,
        read=grid.read,
        largest=largest_of(source),
        keyed=source.person is not None and source.person.pseudonym == "hash",
        log=grid.log,
        left_out=grid.left_out,
    )


def _add_recipients(grid: Grid, source: Source) -> None:
    columns = [grid.frame[grid.at(name, "recipients")] for name in source.recipients]
    lists = [split_named(cells).fill_null([]).alias(str(n)) for n, cells in enumerate(columns)]
    joined = pl.DataFrame(lists).select(pl.concat_list(pl.all()).list.unique(maintain_order=True).alias("recipients"))
    grid.frame = grid.frame.with_columns(joined.to_series())
    nameless = sum(count_nameless(cells) for cells in columns)
    if nameless:
        grid.log.notes.append(f"recipients without an address, such as lists and rooms: {nameless:,}; not read")


def _parts(grid: Grid, column: str, named: str) -> pl.DataFrame:
    """Return one row for each sender or recipient, under the key of the message."""
    sender = pl.col("sender").str.to_lowercase()
    same = [sender, pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f"), pl.col("channel").fill_null("")]
    by_row = pl.concat_str(pl.lit("message"), *same, separator="\n")
    by_id = pl.concat_str(pl.lit("message"), sender, pl.col(named), separator="\n") if named else None
    key = pl.coalesce(by_id, by_row) if by_id is not None else by_row
    frame = grid.frame.select(
        "line", "time", "channel", key=key, who=pl.col(column), sends=pl.lit(column == "sender"), sender="sender"
    )
    exploded = frame.explode("who") if column == "recipients" else frame
    automatic = is_automatic(exploded["sender"]).alias("automatic")
    return make_parts(exploded.with_columns(automatic), account=0).select(PARTS.names())
