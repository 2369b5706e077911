"""Findings that speak of too few people, or would give them away."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import count
from typing import Any

import numpy as np
import polars as pl

from leaderful.disclosure.blocks import Block, Partition, Unit
from leaderful.disclosure.cover import Mask, climb, rungs
from leaderful.disclosure.resting import Resting, too_few
from leaderful.disclosure.rule import HIDDEN, Rule
from leaderful.errors import DisclosureError

_TIMES = 2
"""How often blocks are gone over for most findings until nothing more is hidden."""


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
    tell: Callable[[float], None] = lambda _: None,
) -> pl.DataFrame:
    """Hide the findings that speak of too few people, and those that would give them away.

    A hidden finding has status ``suppressed``, the reason `HIDDEN`, and neither estimate,
    interval, n nor detail. Rows and columns keep their order.

    Parameters
    ----------
    findings
        Frame with the columns of ``leaderful.measures.findings.SCHEMA``. Four keys of ``detail`` are
        read. ``people``: the persons behind the number, where n counts answers or two ends are set
        side by side; the smaller of it and n is held to the rule. ``count`` (of n), or ``a_count`` of
        ``a_n`` and ``b_count`` of ``b_n``: how many people a share is made of; neither they nor those
        left over may be a small cell. ``rests_on``: lists of measure, unit kind, unit and wave of
        findings from which this one was made; when one of those is hidden, so is this one.
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
        Units that add up to others: columns ``unit_kind``, ``unit``, ``parent_kind``, ``parent`` and,
        where they differ from wave to wave, ``wave``.
        The units of one kind under one parent must share no people. Several partitions of
        one parent (bodies, tiers, places) may be given at once. Findings are set against each other
        within a measure, so units and their parents must carry the same measure name.
    consenting
        Codes of the people who agreed to be named. A finding on any other person (``unit_kind``
        ``person``) is hidden, with the code.
    rule
        How few is too few.
    tell
        Called with how far the work is, 0 to 1.

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
    told = [json.loads(detail) for detail in findings["detail"]]
    unnamed = np.array([row["unit_kind"] == "person" and row["unit"] not in consenting for row in rows], dtype=bool)
    resting = Resting(rows, told, asked)
    partitions = _by_wave(parents) if parents is not None else {}
    questions = _questions(rows, about_people, public, asked).values() if partitions else ()
    blocks = [
        (
            places,
            Block(
                [rows[place] for place in places],
                [part for name in dict.fromkeys(("", wave)) for part in partitions.get(name, ())],
            ),
        )
        for places in questions
        for wave in [rows[places[0]]["wave"]]
    ]

    covered, expected = count(1), len(blocks) * len(rungs(rule)) * _TIMES

    def settle(step: Rule, hidden: Mask) -> Mask:
        small = [
            counted and (row["status"] == "suppressed" or too_few(row["n"], detail, step))
            for row, detail, counted in zip(rows, told, about_people, strict=True)
        ]
        hidden = resting.spread(hidden | unnamed | np.array(small, dtype=bool))
        while True:
            before = hidden.sum()
            for places, block in blocks:
                hidden[places] = block.cover(hidden[places], step)
                tell(min(next(covered) / expected, 1.0))
            hidden = resting.spread(hidden)
            if hidden.sum() == before:
                return hidden

    hide = climb(rule, settle, len(rows))
    tell(1.0)
    return _blank(findings, hide, unnamed, asked)


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


def _by_wave(parents: pl.DataFrame) -> dict[str, list[Partition]]:
    """Return the partitions of each wave; those that hold in every wave under no name."""
    if "wave" not in parents.columns:
        return {"": _partitions(parents)}
    return {str(wave): _partitions(rows) for (wave,), rows in parents.group_by(["wave"], maintain_order=True)}


def _partitions(parents: pl.DataFrame) -> list[Partition]:
    """Return each parent with its units of one kind, after refusing units that contain themselves."""
    grouped: dict[tuple[Unit, str], set[Unit]] = defaultdict(set)
    above: dict[Unit, set[Unit]] = defaultdict(set)
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


def _blank(findings: pl.DataFrame, hidden: Mask, unnamed: Mask, asked: Collection[str]) -> pl.DataFrame:
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
