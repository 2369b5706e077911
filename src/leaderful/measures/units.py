"""Which units a person belongs to in a wave, and which units add up to which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations

import polars as pl

from leaderful.errors import UnknownNameError
from leaderful.measures.lineage import kin, standing
from leaderful.measures.waves import ANSWERED, joined, pairs, waves
from leaderful.study import Study

KINDS = ("system", "place", "body", "team", "tier", "sector", "body-tier")
"""Kinds of unit, which are also the columns of `memberships`."""

SMALLER = ("team", "body-tier", "body", "place", "tier", "sector")
"""Kinds of unit that may lie within each other, the smaller first."""

MEMBERSHIPS = pl.Schema({name: pl.String() for name in ("person", *KINDS)})
PARENTS = pl.Schema({name: pl.String() for name in ("wave", "unit_kind", "unit", "parent_kind", "parent")})


def memberships(study: Study, wave: str) -> pl.DataFrame:
    """Return the units of each person who was asked in a wave, or answered in it.

    Parameters
    ----------
    study
        Reads ``people``, ``bodies``, ``successions``, ``waves`` and who answered.
    wave
        Code of the wave.

    Returns
    -------
    polars.DataFrame
        One row for each person, in the order of ``people``: ``person``, ``system``, ``place``, ``body``,
        ``team``, ``tier``, ``sector`` and ``body-tier`` (``RTF/board``). The system is the study's; in a
        study of several it is that of the body.

    Raises
    ------
    UnknownNameError
        When the study has no such wave.

    Notes
    -----
    ``people`` holds one body for each person, and a wave looks at bodies as they stood on the day it
    opened. A person whose body stands then belongs to it. Where it does not stand, and one other body
    stands in its place (its successor, or its predecessor in a wave before the change), the person
    belongs to that one if they answered, or if the list of people has nobody of that body: it was then
    not brought up to date. Where several bodies stand in its place the person counts in no body, and
    only if they answered. A body outside its dates that has no successions keeps those who answered.
    """
    opens = _opens(study, wave)
    people = study.table("people")
    stands = standing(study, opens)
    moved = kin(study, people["body"].unique().to_list(), opens)
    staffed = set(people["body"].unique())
    placing = [
        (home, home, True)
        if home in stands
        else (home, moved.get(home, home), home in moved and moved[home] is not None and moved[home] not in staffed)
        for home in sorted(staffed)
    ]
    placed = pl.DataFrame(placing, schema={"home": pl.String, "body": pl.String, "asked": pl.Boolean}, orient="row")
    return (
        people.rename({"id": "person", "body": "home"})
        .join(placed, on="home", how="left", maintain_order="left")
        .join(_answered(study, wave), on="person", how="left", maintain_order="left")
        .filter(pl.col("asked") | pl.col("answered").fill_null(False))
        .join(_bodies(study), on="body", how="left", maintain_order="left")
        .join(_bodies(study).select(home="body", home_sector="sector"), on="home", how="left", maintain_order="left")
        .with_columns(
            pl.lit(study.system).alias("system") if study.system else pl.col("system"),
            sector=pl.coalesce("sector", "home_sector"),
        )
        .with_columns((pl.col("body") + "/" + pl.col("tier")).alias("body-tier"))
        .select(MEMBERSHIPS.names())
    )


def parents(study: Study) -> pl.DataFrame:
    """Return which units add up to which, wave by wave, as disclosure control needs it.

    Parameters
    ----------
    study
        Read as by `memberships`.

    Returns
    -------
    polars.DataFrame
        ``wave``, ``unit_kind``, ``unit``, ``parent_kind``, ``parent``. Teams add up to their body, or to
        the system where their people are of several bodies; places, bodies, tiers and sectors to the
        system; bodies to their sector, and to their place where all their people are of one; tiers of a
        body to the body and to the tier. Of a body in several places, the teams and tiers that are in one
        add up to it. Besides, every unit is a part of each other in which all its people happen to be. A
        change between two waves (``w1>w2``) has the units of both that add up to the system, and the bodies
        of sectors of the later.

    Notes
    -----
    Wave by wave, because a team whose body was merged has one parent before and another after. Use the
    rows of a wave with the findings of that wave.
    """
    by_wave = {wave.id: _parents(memberships(study, wave.id)) for wave in waves(study)}
    frames = [rows.select(pl.lit(wave).alias("wave"), pl.all()) for wave, rows in by_wave.items()]
    for earlier, later in pairs(study):
        both = pl.concat([by_wave[earlier.id], by_wave[later.id]])
        rows = pl.concat([both.filter(pl.col("parent_kind") == "system"), _bodies_of_sectors(by_wave[later.id])])
        frames.append(rows.unique(maintain_order=True).select(pl.lit(joined(earlier, later)).alias("wave"), pl.all()))
    return pl.concat([PARENTS.to_frame(), *frames])


def _bodies_of_sectors(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("unit_kind") == "body", pl.col("parent_kind") == "sector")


def _parents(people: pl.DataFrame) -> pl.DataFrame:
    """Return the parents of the units of one wave."""
    nested = _links(people, "team", "body")
    spanning = _links(people, "team", "system").join(nested, on="unit", how="anti", maintain_order="left")
    above = [_links(people, kind, "system") for kind in ("place", "body", "tier", "sector")]
    cells = [_links(people, "body-tier", parent) for parent in ("body", "tier")]
    known = pl.concat([nested, spanning, *above, *cells, *_across(people, "place"), *_across(people, "sector")])
    return pl.concat([known, _within(people, known)])


def _across(people: pl.DataFrame, parent: str) -> Iterator[pl.DataFrame]:
    """Yield the bodies that lie within one place or sector, and the teams and tiers that do but not through a body."""
    whole = _links(people, "body", parent)
    yield whole
    for kind in ("team", "body-tier"):
        told = _links(people, kind, "body").filter(pl.col("parent").is_in(whole["unit"].implode()))
        yield _links(people, kind, parent).join(told, on="unit", how="anti", maintain_order="left")


def _within(people: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return which units happen to lie within another of any kind, without being known to add up to it.

    Whoever draws up the list of people could make a team of all of a tier but one. Of two units with the same people
    the one of the smaller kind is the part.
    """
    pairs = [_links(people, kind, parent) for kind, parent in permutations(SMALLER, 2)]
    sizes = pl.concat(
        people.drop_nulls(kind).group_by(unit=kind).len("people").select(pl.lit(kind).alias("kind"), "unit", "people")
        for kind in SMALLER
    )
    found = pl.concat(pairs).join(known, on=known.columns, how="anti", maintain_order="left")
    found = found.join(sizes, left_on=["unit_kind", "unit"], right_on=["kind", "unit"], maintain_order="left")
    found = found.join(
        sizes, left_on=["parent_kind", "parent"], right_on=["kind", "unit"], suffix="_above", maintain_order="left"
    )
    rank = {kind: place for place, kind in enumerate(SMALLER)}
    first = pl.col("unit_kind").replace_strict(rank) < pl.col("parent_kind").replace_strict(rank)
    smaller = pl.col("people") < pl.col("people_above")
    return found.filter(smaller | ((pl.col("people") == pl.col("people_above")) & first)).select(known.columns)


def _links(people: pl.DataFrame, kind: str, parent: str) -> pl.DataFrame:
    """Return the units of one kind that lie within one parent, all their people."""
    parents = people.filter(pl.col(kind).is_not_null()).group_by(kind, maintain_order=True)
    one = parents.agg(pl.col(parent).n_unique().alias("parents"), pl.col(parent).first().alias("parent"))
    return one.filter(pl.col("parents") == 1, pl.col("parent").is_not_null()).select(
        pl.lit(kind).alias("unit_kind"),
        pl.col(kind).alias("unit"),
        pl.lit(parent).alias("parent_kind"),
        pl.col("parent"),
    )


def _opens(study: Study, wave: str) -> date:
    rows = study.table("waves").filter(pl.col("id") == wave)
    if rows.is_empty():
        known = ", ".join(study.table("waves")["id"]) or "none"
        raise UnknownNameError(f"The study has no wave called {wave[:60]!r}. Its waves are: {known}.")
    opens: date = rows["opens"].item()
    return opens


def _answered(study: Study, wave: str) -> pl.DataFrame:
    """Return the people with any row in the wave."""
    rows = [study.table(name).filter(pl.col("wave") == wave).select("person") for name in ANSWERED]
    return pl.concat(rows).unique().with_columns(answered=True)


def _bodies(study: Study) -> pl.DataFrame:
    return study.table("bodies").select("system", "sector", body="id")
