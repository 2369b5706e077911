"""How few people are too few, and what is said in place of what is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from leaderful.errors import DisclosureError

HIDDEN = "hidden so that no small group of people can be made out"
"""The reason on everything hidden, whatever the cause."""

FEWEST_PEOPLE = 10
RUNGS = (FEWEST_PEOPLE, 12, 15, 20, 30, 50, 100)
"""Smallest groups that a study may choose; one between two of them hides what the larger does."""
SMALLEST_CELL = 5


@dataclass(frozen=True)
class Rule:
    """How few people are too few: no statistic below `minimum_people`, no cell below `smallest_cell`.

    Both can be raised, never lowered. Raising either hides at least what was hidden before.
    """

    minimum_people: int = FEWEST_PEOPLE
    smallest_cell: int = SMALLEST_CELL

    def __post_init__(self) -> None:
        for name, floor in (("minimum_people", FEWEST_PEOPLE), ("smallest_cell", SMALLEST_CELL)):
            given = getattr(self, name)
            if given < floor:
                raise DisclosureError(
                    f"{name} is {given}; it can be raised above {floor} but not lowered: leave it out"
                )
