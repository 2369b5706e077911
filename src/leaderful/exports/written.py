"""Every format an export can be had in, and the files it consists of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from leaderful.exports.contents import Contents
from leaderful.exports.folders import csv_folder, parquet_folder
from leaderful.exports.gexf import gexf
from leaderful.exports.graphml import graphml
from leaderful.exports.kumu import kumu
from leaderful.exports.pajek import pajek
from leaderful.exports.r_files import r_files
from leaderful.exports.workbook import workbook

Format = Literal["xlsx", "csv", "parquet", "graphml", "gexf", "kumu", "pajek", "r"]
FORMATS: tuple[Format, ...] = get_args(Format)

NAMES: dict[Format, str] = {
    "xlsx": "leaderful.xlsx",
    "csv": "csv",
    "parquet": "parquet",
    "graphml": "network.graphml",
    "gexf": "network.gexf",
    "kumu": "kumu.json",
    "pajek": "pajek",
    "r": "r",
}
"""What an export is called when nobody says; those without an ending are folders."""

_FILES: dict[Format, Callable[[Contents], bytes]] = {
    "xlsx": workbook,
    "graphml": graphml,
    "gexf": gexf,
    "kumu": kumu,
}
_FOLDERS: dict[Format, Callable[[Contents], dict[str, bytes]]] = {
    "csv": csv_folder,
    "parquet": parquet_folder,
    "pajek": pajek,
    "r": r_files,
}


def export_files(format: Format, contents: Contents) -> dict[str, bytes]:
    """Return the files of an export by their names in its folder; a single file has no name of its own.

    The same contents give the same bytes.
    """
    if format in _FILES:
        return {"": _FILES[format](contents)}
    return _FOLDERS[format](contents)
