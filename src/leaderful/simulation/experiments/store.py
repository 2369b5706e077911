"""Where finished units of work are kept: each in a file of its own, named by all that its numbers depend on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from leaderful.errors import StudyNotFoundError
from leaderful.writing import write_over


class Store:
    """A folder of finished units.

    A file's name is a hash of everything that its rows follow from, so that results of a changed design are
    never taken for those of this one, and a file that is there need not be made again. Files appear whole.
    """

    def __init__(self, folder: Path, schema: Mapping[str, type[pl.DataType]]) -> None:
        self._folder = folder
        self._schema = dict(schema)

    def read(self, key: str) -> pl.DataFrame | None:
        """Return the rows of a unit, or None where it is not finished: not there, cut short, or of other columns."""
        path = self._path(key)
        try:
            frame = pl.read_parquet(io.BytesIO(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (PolarsError, ValueError):  # a disk that was full or a machine that went down left half of it
            return None
        except OSError as error:
            raise StudyNotFoundError(f"{path} cannot be read: {error.strerror}. Name another folder.") from None
        return frame if dict(frame.schema) == self._schema else None

    def write(self, key: str, frame: pl.DataFrame) -> None:
        """Keep the rows of a finished unit, whole or not at all."""
        held = io.BytesIO()
        frame.select(list(self._schema)).write_parquet(held)
        write_over({self._path(key): held.getvalue()})

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.parquet"
