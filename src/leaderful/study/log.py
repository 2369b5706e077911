"""What goes wrong with one file while it is read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leaderful.errors import LeaderfulError
from leaderful.receipts import Problem

MOST_NAMED = 1_000
"""How many rows with the same fault are each named; the rest are counted in one further problem."""


@dataclass(kw_only=True)
class Log:
    """Problems and notes of one file, in the order in which they were found."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, kind: type[LeaderfulError], message: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        """Note one problem."""
        self.problems.append(Problem(file=self.file, row=row, column=column, kind=kind, message=message))

    def add_rows(
        self,
        kind: type[LeaderfulError],
        messages: Sequence[tuple[int, str]],
        *,
        column: str | None = None,
        further: int = 0,
    ) -> None:
        """Note one problem for each (row, message), and one for the `further` rows that are not named."""
        for row, message in messages:
            self.add(kind, message, row=row, column=column)
        if further:
            self.add(kind, f"the same in {further:,} further rows", column=column)
