"""Answers to one filter after another, and what they add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from leaderful.disclosure.rule import Rule
from leaderful.errors import DisclosureError, UnknownNameError

_Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Population:
    """A group that was asked for: everyone whose value is among those given, in every column given."""

    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def where(cls, filters: Mapping[str, Collection[str]]) -> Population:
        """Return the population of the filters; without any it is everyone."""
        for column, values in filters.items():
            if isinstance(values, str) or not values:
                raise DisclosureError(f"filter {column}: give a list of one or more values, or leave the column out")
        return cls(tuple((column, tuple(sorted(set(values)))) for column, values in sorted(filters.items())))


class Ledger:
    """What was released from one closed round of answers, and what may still be.

    Each release shows some statistic (a count, a mean) of one or more populations. A reader can
    add and subtract what they were shown. A release is refused when some combination of it and all
    earlier ones would leave a statistic of fewer than ``minimum_people`` people.

    Parameters
    ----------
    people
        One row for each person: ``id``, and the columns that can be filtered by, as text. It
        is read inside and never shown.
    rule
        How few is too few.

    Notes
    -----
    Let v_1 ... v_k be the populations as vectors of 0 and 1 over people. What a reader can work out
    is their linear span. The ledger holds as long as every vector in the span but zero touches at least
    ``minimum_people`` people. People whom no release tells apart are taken as one group; among
    the groups that are too small, an integer programme looks for a combination that stays below
    the minimum. This covers differences of two populations, overlaps by inclusion and exclusion, and longer
    chains alike (Chin and Ozsoyoglu 1982, doi:10.1109/TSE.1982.236161, for the audit of sums).
    A search that does not end counts as a refusal.

    Examples
    --------
    >>> people = pl.DataFrame({"id": [str(n) for n in range(30)], "tier": ["board"] * 4 + ["manager"] * 26})
    >>> ledger = Ledger(people)
    >>> ledger.record([Population()])
    >>> ledger.allows([Population.where({"tier": ["manager"]})])
    False
    """

    def __init__(self, people: pl.DataFrame, *, rule: Rule = Rule()) -> None:
        if people["id"].is_duplicated().any() or people["id"].null_count():
            raise DisclosureError("people in a ledger need an id each, once")
        self._people = people
        self._rule = rule
        self._releases: list[tuple[Population, ...]] = []

    def refusal(self, release: Sequence[Population]) -> str:
        """Return why the release is refused, saying nothing of the group; empty when it is allowed."""
        fewest = self._rule.minimum_people
        asked = [self._members(population) for population in release]
        if any(members.sum() < fewest for members in asked):
            return f"a group asked for has fewer than {fewest} people"
        before = [self._members(population) for earlier in self._releases for population in earlier]
        if asked and _isolates(np.array(before + asked), fewest):
            return f"together with what was released it would leave a group of fewer than {fewest} people"
        return ""

    def allows(self, release: Sequence[Population]) -> bool:
        """Say whether the release may be shown."""
        return not self.refusal(release)

    def record(self, release: Sequence[Population]) -> None:
        """Enter a release before it is shown; raise DisclosureError when it may not be."""
        if reason := self.refusal(release):
            raise DisclosureError(f"{reason}; ask for a wider group")
        self._releases.append(tuple(release))

    def rows(self) -> pl.DataFrame:
        """Return the releases as plain rows that hold filters and sizes but no people, to be kept."""
        rows = [
            {"release": number, "population": place, "column": column, "value": value, "n": n}
            for number, release in enumerate(self._releases)
            for place, population in enumerate(release)
            for n in (int(self._members(population).sum()),)
            for column, values in population.filters or (("", ("",)),)
            for value in values
        ]
        schema = {
            "release": pl.Int64,
            "population": pl.Int64,
            "column": pl.String,
            "value": pl.String,
            "n": pl.Int64,
        }
        return pl.DataFrame(rows, schema=schema)

    @classmethod
    def resume(cls, people: pl.DataFrame, rows: pl.DataFrame, *, rule: Rule = Rule()) -> Ledger:
        """Return the ledger that gave `rows`; raise DisclosureError when the people have changed."""
        ledger = cls(people, rule=rule)
        releases: dict[int, list[Population]] = defaultdict(list)
        for (number, _, n), group in rows.group_by("release", "population", "n", maintain_order=True):
            filters: dict[str, list[str]] = defaultdict(list)
            for column, value in group.filter(pl.col("column") != "").select("column", "value").iter_rows():
                filters[column].append(value)
            population = Population.where(filters)
            if ledger._members(population).sum() != n:
                raise DisclosureError(
                    "people have joined, left or moved since these releases; keep a ledger for each round"
                )
            releases[int(number)].append(population)
        ledger._releases = [tuple(populations) for populations in releases.values()]
        return ledger

    def _members(self, population: Population) -> _Mask:
        inside = np.ones(self._people.height, dtype=bool)
        for column, values in population.filters:
            if column == "id" or column not in self._people.columns:
                allowed = ", ".join(name for name in self._people.columns if name != "id")
                raise UnknownNameError(f"{column!r} is no column to filter by; choose among: {allowed}")
            inside &= self._people[column].is_in(values).fill_null(False).to_numpy()
        return inside


def _isolates(populations: _Mask, fewest: int) -> bool:
    """Say whether some combination of the populations touches fewer than `fewest` people."""
    members = populations[:, populations.any(axis=0)].astype(float)
    groups, sizes = np.unique(members, axis=1, return_counts=True)
    small = sizes < fewest
    if not small.any() or np.linalg.matrix_rank(groups[:, ~small]) == np.linalg.matrix_rank(groups):
        return False
    large, rest = csr_array(groups[:, ~small].T), csr_array(groups[:, small].T)
    return any(_lightest(large, rest, sizes[small], group, fewest) for group in range(rest.shape[0]))


def _lightest(large: csr_array, rest: csr_array, sizes: NDArray[np.int64], heaviest: int, fewest: int) -> bool:
    """Say whether a combination touches fewer than `fewest` people and weighs most, namely 1, on one group.

    Unknowns are the weight of each population and, for each group of `rest`, whether it is touched; the
    `large` groups may not be. Any combination can be scaled so that its largest weight is 1, so
    the bound of 1 loses none.
    """
    count, few = rest.shape[1], rest.shape[0]
    chosen, people = rest[[heaviest], :], csr_array(sizes[None, :].astype(float))
    rules = block_array(
        [
            [large, csr_array((large.shape[0], few))],
            [rest, -eye_array(few)],
            [-rest, -eye_array(few)],
            [chosen, None],
            [None, people],
        ],
        format="csr",
    )
    parts = [large.shape[0], 2 * few, 1, 1]
    answer = milp(
        np.zeros(count + few),
        integrality=np.repeat([0, 1], [count, few]),
        bounds=Bounds(np.repeat([-np.inf, 0.0], [count, few]), np.repeat([np.inf, 1.0], [count, few])),
        constraints=LinearConstraint(
            rules, np.repeat([0.0, -np.inf, 1.0, 0.0], parts), np.repeat([0.0, 0.0, 1.0, fewest - 1.0], parts)
        ),
        options={"node_limit": 10_000},
    )
    infeasible = 2
    return bool(answer.status != infeasible)
