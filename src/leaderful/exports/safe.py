"""Text that stays text wherever it is opened."""

from __future__ import annotations

import re

import polars as pl

from leaderful.writing import FORMULA_STARTS

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOST = "\ufffd"


def legible(text: str) -> str:
    """Return text with a sign of loss in place of each character that XML cannot hold."""
    return _NO_XML.sub(_LOST, text)


def legible_table(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table in which every text can be held by XML."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    return table.with_columns(pl.col(name).str.replace_all(_NO_XML.pattern, _LOST) for name in texts)


def no_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table in which text that a spreadsheet would run has an apostrophe before it."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    runs = rf"^[{re.escape(''.join(FORMULA_STARTS))}]"
    return table.with_columns(
        pl.when(pl.col(name).str.contains(runs)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    )
