"""Findings that one reader can set against each other, and the people whose counts tie them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from leaderful.disclosure.cover import Mask, Sums, cover, sum_matrix
from leaderful.disclosure.rule import Rule
from leaderful.errors import DisclosureError

Unit = tuple[str, str]
Partition = tuple[Unit, tuple[Unit, ...]]


class Block:
    """Findings of one construct, wave and question, as cells of a table of counts.

    Two measures of the same people (a mean and a shrunken mean) share one cell, so that what is
    hidden in one is hidden in the other.
    """

    def __init__(self, rows: Sequence[dict[str, Any]], partitions: Sequence[Partition]) -> None:
        self._values: list[float] = []
        self._cells: dict[tuple[Any, ...], int] = {}
        self._series: dict[str, dict[Unit, int]] = defaultdict(dict)
        self._place = np.array([self._cell(row) for row in rows], dtype=np.int64)
        published = len(self._values)
        sums = _unit_sums(self._values, self._series.values(), partitions)
        rests = np.arange(len(self._values)) >= published
        self._sums = Sums(np.array(self._values, dtype=float), sum_matrix(sums, len(self._values)), fixed=rests)

    def cover(self, hidden: Mask, step: Rule) -> Mask:
        """Say of each finding whether it must be hidden, given those that are and how the units add up."""
        counted = self._place >= 0
        cells = np.isnan(self._sums.values) | (self._sums.values < step.minimum_people)
        cells[self._place[counted & hidden]] = True
        cells = cover(self._sums, cells, step.minimum_people)
        hidden = hidden.copy()
        hidden[counted] |= cells[self._place[counted]]
        return hidden

    def _cell(self, row: Mapping[str, Any]) -> int:
        """Return the number of the finding's cell; -1 where nothing is counted."""
        unit, source = (row["unit_kind"], row["unit"]), row["measure"]
        if row["n"] is None and row["status"] != "suppressed":
            return -1
        key = (unit, row["n"]) if row["n"] is not None else (unit, source)
        cell = self._cells.setdefault(key, len(self._values))
        if cell == len(self._values):
            self._values.append(np.nan if row["n"] is None else row["n"])
        if self._series[source].setdefault(unit, cell) != cell:
            raise DisclosureError(
                f"{row['measure']} has several findings for {row['unit_kind']} {row['unit']} in wave "
                f"{row['wave']!r}; name the keys of detail that tell them apart in `asked`"
            )
        return cell


def _unit_sums(
    values: list[float], series: Collection[Mapping[Unit, int]], partitions: Sequence[Partition]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return the sums as (total, parts), adding to `values` the people of a parent in none of its units."""
    below: dict[Unit, list[tuple[Unit, ...]]] = defaultdict(list)
    for parent, units in partitions:
        below[parent].append(units)
    sums: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}
    for found in series:
        for parent, units in partitions:
            parts = tuple(dict.fromkeys(part for unit in units for part in _present(unit, found, below)))
            if parent not in found or not parts or (found[parent], parts) in sums:
                continue
            rest = values[found[parent]] - sum(values[part] for part in parts)
            if rest < 0:
                raise DisclosureError(
                    f"the units under {parent[0]} {parent[1]} count more people than it does; units that "
                    "share people do not add up: leave them out of `parents`"
                )
            sums[found[parent], parts] = (len(values),) if rest > 0 else ()
            values.extend([rest] if rest > 0 else [])
    return [(total, (*parts, *rest)) for (total, parts), rest in sums.items()]


def _present(unit: Unit, found: Mapping[Unit, int], below: Mapping[Unit, Sequence[tuple[Unit, ...]]]) -> list[int]:
    """Cells that stand for the unit: its own or, without a finding, those of its only partition."""
    if unit in found:
        return [found[unit]]
    partitions = below.get(unit, ())
    return [cell for part in partitions[0] for cell in _present(part, found, below)] if len(partitions) == 1 else []
