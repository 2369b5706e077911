"""Cycles in the hierarchy of governance: vertical ties that lead back to where they start."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

MOST_CYCLES = 100
"""After this many cycles every tie still caught in one is reported at once."""


@dataclass(frozen=True, kw_only=True)
class VerticalTie:
    """A vertical tie between two bodies and the days on which it holds."""

    line: int
    source: str
    target: str
    kind: str
    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """Ties that lead back to where they start, all valid on `day`; the last in the file is left out."""

    ties: tuple[VerticalTie, ...]
    day: date

    @property
    def last(self) -> VerticalTie:
        """The tie that stands last in the file."""
        return max(self.ties, key=lambda tie: tie.line)


def find_cycles(ties: Iterable[VerticalTie]) -> list[Cycle]:
    """Return cycles, a shortest one first, until leaving out the last tie of each leaves none.

    All vertical kinds count together. Ties form a cycle when there is a day on which all of them
    hold, so each first day of a tie is looked at; between those days no tie begins.
    """
    knot = _peel(list(ties))
    cycles: list[Cycle] = []
    for day in sorted({tie.start for tie in knot}):
        left_out = {cycle.last for cycle in cycles}
        valid = _peel([tie for tie in knot if tie.start <= day <= tie.end and tie not in left_out])
        while valid:
            found = _shortest(valid) if len(cycles) < MOST_CYCLES else [valid[-1]]
            cycle = Cycle(ties=tuple(found), day=day)
            cycles.append(cycle)
            valid = _peel([tie for tie in valid if tie != cycle.last])
    return cycles


def _peel(ties: list[VerticalTie]) -> list[VerticalTie]:
    """Take away, again and again, ties from where none leads to and ties to where none leads from."""
    while True:
        sources, targets = {tie.source for tie in ties}, {tie.target for tie in ties}
        core = [tie for tie in ties if tie.source in targets and tie.target in sources]
        if len(core) == len(ties):
            return core
        ties = core


def _shortest(ties: Sequence[VerticalTie]) -> list[VerticalTie]:
    """Return a shortest cycle, from its first tie in the file; of equals, through the first body by code."""
    leaving: dict[str, list[VerticalTie]] = defaultdict(list)
    for tie in ties:
        leaving[tie.source].append(tie)
    best: list[VerticalTie] = []
    for body in sorted(leaving):
        cycle = _back_to(body, leaving, longest=len(best) - 1 if best else len(leaving))
        if cycle:
            best = cycle
    first = min(range(len(best)), key=lambda index: best[index].line)
    return best[first:] + best[:first]


def _back_to(body: str, leaving: dict[str, list[VerticalTie]], *, longest: int) -> list[VerticalTie]:
    """Return a shortest way from `body` back to itself of at most `longest` ties, or nothing."""
    ways: deque[tuple[VerticalTie, ...]] = deque([()])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        if len(way) == longest:
            return []
        for tie in leaving[way[-1].target if way else body]:
            if tie.target == body:
                return [*way, tie]
            if tie.target not in seen:
                seen.add(tie.target)
                ways.append((*way, tie))
    return []
