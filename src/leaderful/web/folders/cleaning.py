"""Texts typed on a page, made such as a study's files can hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Final

import polars as pl

from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.study.codes import FAULT

_UNSEEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffd}]"
_CATEGORIES: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
_OUTSIDE: Final = r"^[/\\~]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)"
_LEADS_OUTSIDE: Final = r"[/\\~:]|\.\."


def cleaned(study: StudyTables) -> StudyTables:
    """Return a study without characters that cannot be seen, with every plan's file named as lying in the folder."""
    tables = {name: _without_unseen(name, rows) for name, rows in study.tables.items()}
    if "documents" in tables:
        file = pl.col("file")
        inside = pl.when(file.str.contains(_OUTSIDE)).then(file.str.replace_all(_LEADS_OUTSIDE, "-")).otherwise(file)
        tables["documents"] = tables["documents"].with_columns(file=inside)
    return replace(study, name=_name(study.name), tables=tables)


def _without_unseen(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose texts hold no character that no file may hold, and nothing a spreadsheet leaves behind."""
    texts = [pl.col(column.name) for column in TABLES[name].columns if column.type == "text"]
    clear = [text.str.replace_all(_UNSEEN, " ") for text in texts]
    return rows.with_columns(
        pl.when(~text.str.contains(FAULT)).then(text).otherwise(pl.format("‘{}’", text)) for text in clear
    )


def _name(name: str) -> str:
    seen = "".join(" " if unicodedata.category(letter) in _CATEGORIES else letter for letter in name)
    return re.sub(r" +", " ", seen).strip() or "A study"
