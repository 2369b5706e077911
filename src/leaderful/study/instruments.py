"""The instruments a study adds to the packaged one, and what that changes in its table of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.framework import ItemScale, framework
from leaderful.framework.instruments import AddedInstrument, read_instrument, refuse_shared
from leaderful.study.description import Table
from leaderful.study.own_tables import RESPONSES
from leaderful.study.reading import Reading
from leaderful.study.settings import readable

FOLDER = "instruments"
"""The part of a study's folder that holds its instruments, a TOML file each."""


def read_instruments(folder: Path) -> tuple[AddedInstrument, ...]:
    """Read the instruments of a study in the order of their files; raise an error that names the first fault."""
    with readable(folder):
        place = folder / FOLDER
        files = sorted(place.glob("*.toml")) if place.is_dir() else []
    instruments = tuple(read_instrument(file) for file in files if not file.name.startswith("."))
    refuse_shared(instruments)
    return instruments


def all_scales(instruments: Sequence[AddedInstrument]) -> tuple[ItemScale, ...]:
    """Return the packaged item scales and those of the instruments, in the order asked."""
    return (*framework().item_scales, *(scale for each in instruments for scale in each.item_scales))


def responses_table(scales: Sequence[ItemScale]) -> Table:
    """Return the description of a table of answers to these scales: their items, and the widest range of answers."""
    items = tuple(item.id for scale in scales for item in scale.items)
    lowest, highest = min(scale.lowest for scale in scales), max(scale.highest for scale in scales)
    columns = {
        "item": replace(RESPONSES.column("item"), allowed=items),
        "answer": replace(RESPONSES.column("answer"), minimum=lowest, maximum=highest),
    }
    return replace(RESPONSES, columns=tuple(columns.get(column.name, column) for column in RESPONSES.columns))


def check_answers(reading: Reading, scales: Sequence[ItemScale]) -> None:
    """Leave out answers that are outside the range of their own item."""
    answer = reading.table.column("answer")
    for low, high in sorted({(scale.lowest, scale.highest) for scale in scales}):
        if (low, high) == (answer.minimum, answer.maximum):
            continue
        items = [item.id for scale in scales if (scale.lowest, scale.highest) == (low, high) for item in scale.items]
        outside = pl.col("item").is_in(items) & ~pl.col("answer").is_between(low, high)
        reading.leave_out(
            reading.frame.filter(outside).select("line"),
            BadValuesError,
            lambda _, low=low, high=high: (  # type: ignore[misc]
                f"a number that is no answer to this item; answers are {low} to {high}, or an empty cell"
            ),
            column="answer",
        )
