"""Who a cell of a mail or chat log names: mail addresses within whatever stands round them, or codes."""

from __future__ import annotations

import polars as pl

_NOT = r"\s<>;,:\"'()\[\]|\\#"
_ADDRESS = rf"[^{_NOT}]+@[^{_NOT}]*[^{_NOT}.]"
_AUTOMATIC = (
    r"(?i)^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer[-_.]?daemon|postmaster|bounces?|notifications?|alerts?|"
    r"auto(?:mated|matic|reply|responder)?|listserv|majordomo|microsoftexchange[0-9a-f]+)(?:[-+_.][^@]*)?@"
)
"""Addresses that programs write from; the list is ours."""


def split_named(cells: pl.Series) -> pl.Series:
    """Return the addresses of each cell as a list; where a cell holds none, the parts between ; or else commas.

    Names before addresses may hold commas, so a cell with an address is not cut at them.
    """
    frame = cells.to_frame("cell")
    cell = pl.col("cell")
    separator = pl.when(cell.str.contains(";", literal=True)).then(pl.lit(";")).otherwise(pl.lit(","))
    parts = cell.str.split(separator).list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "")
    )
    addresses = cell.str.extract_all(_ADDRESS)
    return frame.select(pl.when(addresses.list.len() > 0).then(addresses).otherwise(parts)).to_series()


def count_nameless(cells: pl.Series) -> int:
    """Return how many parts of cells with addresses have none themselves, as where a list is named by its name."""
    frame = cells.drop_nulls().to_frame("cell")
    mark = pl.when(pl.col("cell").str.contains(r"[<;]")).then(pl.lit(";")).otherwise(pl.lit(","))
    parts = frame.filter(pl.col("cell").str.contains("@", literal=True)).select(pl.col("cell").str.split(mark))
    each = parts.to_series().explode().str.strip_chars()
    return int(((each != "") & ~each.str.contains("@", literal=True)).sum())


def is_automatic(who: pl.Series) -> pl.Series:
    """Tell which addresses programs write from."""
    return who.str.contains(_AUTOMATIC).fill_null(value=False)
