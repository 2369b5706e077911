"""Findings that speak of too few people, or would give them away."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import polars as pl

from leaderful.disclosure.cover import Mask, Sums, hide_cells, sum_matrix
from leaderful.disclosure.rule import HIDDEN, Rule
from leaderful.errors import DisclosureError

_Unit = tuple[str, str]
_Partition = tuple[_Unit, tuple[_Unit, ...]]


def protect(
    findings: pl.DataFrame,
    *,
    people: Collection[str],
    others: Collection[str],
    public: Collection[str] = (),
    asked: Collection[str] = (),
    parents: pl.DataFrame | None = None,
    consenting: Collection[str] = (),
    rule: Rule = Rule(),
) -> pl.DataFrame:
    """Hide the findings that speak of too few people, and those that would give them away.

    A hidden finding has status ``suppressed``, the reason `HIDDEN`, and neither estimate,
    interval, n nor detail. Rows and columns keep their order.

    Parameters
    ----------
    findings
        Frame with the columns of ``leaderful.measures.findings.SCHEMA``.
    people, others
        Names of measures whose n counts people, and of those whose n counts something else
        (bodies, months). A name stands for itself and all that begin with it and a dot; the longest
        name wins. A measure in neither is refused, so that a forgotten one cannot slip through.
    public
        Those of `people` whose counts somebody else has published in full. A base that is too small
        is hidden all the same; the rest is not hidden on its account.
    asked
        Keys of ``detail`` that say what was asked and nothing of who answered. They stay on a
        hidden finding, and findings that differ in them are held apart.
    parents
        Units that add up to others: columns ``unit_kind``, ``unit``, ``parent_kind``, ``parent``.
        The units of one kind under one parent must share no people. Several partitions of
        one parent (bodies, tiers, places) may be given at once. Findings are set against each other
        within a measure, so units and their parents must carry the same measure name.
    consenting
        Codes of the people who agreed to be named. A finding on any other person (``unit_kind``
        ``person``) is hidden, with the code.
    rule
        How few is too few.

    Returns
    -------
    polars.DataFrame
        The findings, safe to write out. Protecting them again hides nothing more, provided the
        units add up to their parents; where some people are in no unit it may hide more.

    Raises
    ------
    DisclosureError
        For a measure that is declared nowhere; a finding on people that has an estimate but no
        n; units under one parent that overlap, go in a circle, or cannot be told apart.

    Notes
    -----
    For each question the counts n of the units obey n(parent) = Σ n(unit) + rest. Hidden
    counts are unknowns of that system; a reader can bound each by linear programming over whole
    numbers not below zero. Units are hidden, small ones first, until each of those intervals is at
    least ``minimum_people`` wide. Then no n, and so no mean, follows by subtraction, and every sum of
    hidden units that does follow is over ``minimum_people`` people or more. A rest of 1 to
    ``minimum_people`` - 1 people, in the parent and in no unit, is protected like a hidden unit.
    The rule is that of Fischetti and Salazar (2001, doi:10.1287/mnsc.47.7.1008.9805);
    the choice of units is a linear programme for each, not an optimum over all.

    Examples
    --------
    >>> from leaderful.measures.findings import Finding, frame
    >>> counts = [("system", "S", 82), ("body", "R1", 8), ("body", "R2", 14), ("body", "R3", 60)]
    >>> found = frame(
    ...     Finding(measure="scale.mean", unit_kind=kind, unit=unit, method="mean", estimate=3.5, n=n)
    ...     for kind, unit, n in counts)
    >>> parents = pl.DataFrame({"unit": ["R1", "R2", "R3"]}).with_columns(
    ...     unit_kind=pl.lit("body"), parent_kind=pl.lit("system"), parent=pl.lit("S"))
    >>> protect(found, people=["scale"], others=[], parents=parents)["status"].to_list()
    ['ok', 'suppressed', 'suppressed', 'ok']
    """
    rows = findings.to_dicts()
    about_people = _about_people(findings["measure"].to_list(), people, others)
    _refuse_uncounted(rows, about_people)
    unnamed = [row["unit_kind"] == "person" and row["unit"] not in consenting for row in rows]
    hidden = [
        nameless or (counted and (row["status"] == "suppressed" or _below(row["n"], rule)))
        for row, counted, nameless in zip(rows, about_people, unnamed, strict=True)
    ]
    if parents is not None:
        partitions = _partitions(parents)
        for places in _questions(rows, about_people, public, asked).values():
            block = [rows[place] for place in places]
            for place, also in zip(places, _hidden_units(block, partitions, rule), strict=True):
                hidden[place] |= also
    return _blank(findings, hidden, unnamed, asked)


def _below(n: int | None, rule: Rule) -> bool:
    return n is not None and n < rule.minimum_people


def _under(measure: str, names: Collection[str]) -> int:
    """Length of the longest name that stands for the measure; -1 when none does."""
    return max((len(name) for name in names if f"{measure}.".startswith(f"{name}.")), default=-1)


def _about_people(measures: Sequence[str], people: Collection[str], others: Collection[str]) -> list[bool]:
    told: dict[str, bool] = {}
    for measure in dict.fromkeys(measures):
        as_people, as_others = _under(measure, people), _under(measure, others)
        if as_people == as_others:
            raise DisclosureError(
                f"measure {measure!r}: declare it once, in `people` if its n counts people, else in `others`"
            )
        told[measure] = as_people > as_others
    return [told[measure] for measure in measures]


def _refuse_uncounted(rows: Sequence[dict[str, Any]], about_people: Sequence[bool]) -> None:
    for row, counted in zip(rows, about_people, strict=True):
        if counted and ((row["n"] is None and row["status"] == "ok") or (row["n"] or 0) < 0):
            raise DisclosureError(
                f"{row['measure']} for {row['unit']}: an estimate about people needs n, the number of people "
                "behind it; have the measure state it"
            )


def _partitions(parents: pl.DataFrame) -> list[_Partition]:
    """Return each parent with its units of one kind, after refusing units that contain themselves."""
    grouped: dict[tuple[_Unit, str], set[_Unit]] = defaultdict(set)
    above: dict[_Unit, set[_Unit]] = defaultdict(set)
    columns = ("unit_kind", "unit", "parent_kind", "parent")
    for kind, unit, parent_kind, parent in parents.select(columns).iter_rows():
        grouped[(parent_kind, parent), kind].add((kind, unit))
        above[kind, unit].add((parent_kind, parent))
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(f"{kind} {unit}" for kind, unit in error.args[1]))
        raise DisclosureError(
            f"`parents` goes in a circle through {circle}; a unit cannot be part of itself"
        ) from error
    return [(parent, tuple(sorted(units))) for (parent, _), units in sorted(grouped.items())]


def _questions(
    rows: Sequence[dict[str, Any]],
    about_people: Sequence[bool],
    public: Collection[str],
    asked: Collection[str],
) -> dict[tuple[str, ...], list[int]]:
    """Places of the rows that one reader can set against each other: same construct, wave and question."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, (row, counted) in enumerate(zip(rows, about_people, strict=True)):
        if counted and row["unit_kind"] != "person" and _under(row["measure"], public) < 0:
            groups[row["construct"], row["wave"], _kept(row["detail"], asked)].append(place)
    return groups


def _kept(detail: str, asked: Collection[str]) -> str:
    return json.dumps({k: v for k, v in json.loads(detail).items() if k in asked}, sort_keys=True, ensure_ascii=False)


def _hidden_units(rows: Sequence[dict[str, Any]], partitions: Sequence[_Partition], rule: Rule) -> list[bool]:
    """Say of each row whether it must be hidden, given how the units add up.

    Two measures of the same people (a mean and a shrunken mean) share one cell, so that what is
    hidden in one is hidden in the other.
    """
    values: list[float] = []
    cells: dict[tuple[Any, ...], int] = {}
    series: dict[str, dict[_Unit, int]] = defaultdict(dict)
    place: list[int | None] = []
    for row in rows:
        unit, source = (row["unit_kind"], row["unit"]), row["measure"]
        if row["n"] is None and row["status"] != "suppressed":
            place.append(None)
            continue
        key = (unit, row["n"]) if row["n"] is not None else (unit, source)
        cell = cells.setdefault(key, len(values))
        if cell == len(values):
            values.append(np.nan if row["n"] is None else row["n"])
        if series[source].setdefault(unit, cell) != cell:
            raise DisclosureError(
                f"{row['measure']} has several findings for {row['unit_kind']} {row['unit']} in wave "
                f"{row['wave']!r}; name the keys of detail that tell them apart in `asked`"
            )
        place.append(cell)
    published = len(values)
    suppressed = [cell for row, cell in zip(rows, place, strict=True) if row["status"] == "suppressed"]
    sums = _unit_sums(values, series.values(), partitions)
    rests = np.arange(len(values)) >= published
    known = Sums(np.array(values, dtype=float), sum_matrix(sums, len(values)), fixed=rests)
    given = np.isin(np.arange(len(values)), [cell for cell in suppressed if cell is not None])

    def too_few(step: Rule) -> Mask:
        return given | np.isnan(known.values) | (known.values < step.minimum_people)

    hidden = hide_cells(known, Rule(minimum_people=rule.minimum_people), too_few, lambda step: step.minimum_people)
    return [cell is not None and bool(hidden[cell]) for cell in place]


def _unit_sums(
    values: list[float], series: Collection[Mapping[_Unit, int]], partitions: Sequence[_Partition]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return the sums as (total, parts), adding to `values` the people of a parent in none of its units."""
    below: dict[_Unit, list[tuple[_Unit, ...]]] = defaultdict(list)
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


def _present(unit: _Unit, found: Mapping[_Unit, int], below: Mapping[_Unit, Sequence[tuple[_Unit, ...]]]) -> list[int]:
    """Cells that stand for the unit: its own or, without a finding, those of its only partition."""
    if unit in found:
        return [found[unit]]
    partitions = below.get(unit, ())
    return [cell for part in partitions[0] for cell in _present(part, found, below)] if len(partitions) == 1 else []


def _blank(
    findings: pl.DataFrame, hidden: Sequence[bool], unnamed: Sequence[bool], asked: Collection[str]
) -> pl.DataFrame:
    mask = pl.Series(hidden, dtype=pl.Boolean)
    details = [
        _kept(detail, asked) if hide else detail for detail, hide in zip(findings["detail"], hidden, strict=True)
    ]
    return findings.with_columns(
        *(pl.when(mask).then(None).otherwise(pl.col(name)).alias(name) for name in ("estimate", "lower", "upper", "n")),
        pl.when(pl.Series(unnamed, dtype=pl.Boolean)).then(pl.lit("")).otherwise(pl.col("unit")).alias("unit"),
        pl.when(mask).then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status"),
        pl.when(mask).then(pl.lit(HIDDEN)).otherwise(pl.col("reason")).alias("reason"),
        pl.Series("detail", details, dtype=pl.String),
    )
