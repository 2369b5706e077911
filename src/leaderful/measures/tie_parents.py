"""Which pairs of bodies add up to which units, as disclosure control needs it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from leaderful.measures.tie_followed import tie_sides
from leaderful.measures.ties_frame import body_ties, declared_pairs
from leaderful.measures.units import PARENTS
from leaderful.measures.waves import Wave, joined, pairs, waves
from leaderful.measures.zip_teeth import basis_of, teeth
from leaderful.study import Study


def tie_parents(study: Study) -> pl.DataFrame:
    """Return which pairs of bodies add up to which units, wave by wave.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies``, ``waves`` and declared ``ties``.

    Returns
    -------
    polars.DataFrame
        Columns as those of `parents`: ``wave``, ``unit_kind``, ``unit``, ``parent_kind``, ``parent``. What
        people of A say of B (pair A>B) adds up to B and to the pair of their sectors; bodies that are spoken
        of, and pairs of sectors, to the sector spoken of; bodies and sectors to the system; and the zips of
        pairs A|B to that of the system, where it is the mean of them. In a change between two waves
        (``w1>w2``) bodies and declared pairs add up to the system.

    Examples
    --------
    >>> from datetime import date
    >>> tie_parents(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).columns
    ['wave', 'unit_kind', 'unit', 'parent_kind', 'parent']
    """
    by_wave = (rows for wave in waves(study) for rows in _of_wave(study, wave.id))
    changes = (rows for sides in pairs(study) for rows in _of_change(study, *sides))
    return pl.concat([PARENTS.to_frame(), *by_wave, *changes])


def _of_wave(study: Study, wave: str) -> Iterator[pl.DataFrame]:
    ties = body_ties(study, wave)
    pair = (pl.col("source") + ">" + pl.col("target")).alias("unit")
    yield _links(wave, "pair", ties.select(pair), "body", ties["target"])
    sectors = study.table("bodies").select("id", "sector").drop_nulls()
    spoken = ties.join(sectors, left_on="target", right_on="id").rename({"sector": "about"})
    known = spoken.join(sectors, left_on="source", right_on="id")
    known = known.with_columns(pair, between=pl.col("sector") + ">" + pl.col("about")).sort("between", "unit")
    yield _links(wave, "pair", known.select("unit"), "sector-pair", known["between"])
    between = known.select("about", unit="between").unique().sort("unit")
    yield _links(wave, "sector-pair", between.select("unit"), "sector", between["about"])
    bodies = spoken.select("about", unit="target").unique().sort("unit")
    yield _links(wave, "body", bodies.select("unit"), "sector", bodies["about"])
    yield _links(wave, "sector", spoken.select(unit="about").unique().sort("unit"), "system", study.system)
    yield _links(wave, "body", ties.select(unit="target").unique().sort("unit"), "system", study.system)
    found = teeth(study, wave)
    zips = found.pairs.filter(basis_of(found)[0]).select(unit=pl.col("a") + "|" + pl.col("b"))
    yield _links(wave, "pair", zips, "system", study.system)


def _of_change(study: Study, earlier: Wave, later: Wave) -> Iterator[pl.DataFrame]:
    wave = joined(earlier, later)
    spoken = tie_sides(study, earlier, later).rows.select(unit="about").unique().sort("unit")
    yield _links(wave, "body", spoken, "system", study.system)
    declared = pl.DataFrame(
        {"unit": [f"{a}|{b}" for a, b in sorted(declared_pairs(study))]}, schema={"unit": pl.String}
    )
    yield _links(wave, "pair", declared, "system", study.system)


def _links(wave: str, kind: str, units: pl.DataFrame, parent_kind: str, parents: pl.Series | str) -> pl.DataFrame:
    parent = pl.lit(parents) if isinstance(parents, str) else parents.alias("parent")
    named = {"wave": pl.lit(wave), "unit_kind": pl.lit(kind), "parent_kind": pl.lit(parent_kind), "parent": parent}
    return units.with_columns(**named).select(PARENTS.names())
