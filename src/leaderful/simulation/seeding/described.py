"""Say in words what a seeding made, from what, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.simulation.system import ACROSS_BODIES, LAYER, LAYERS, TIERS, System

_SMALL = 5


def describe(system: System) -> str:
    """Return what a seeded system holds, in lines for people to read.

    Of a study's own people neither kinds of bodies nor tiers are counted, and no count below five is shown, nor one
    from which it follows.
    """
    return "\n".join(_lines(system))


def summary(system: System) -> str:
    """Return how large a seeded system is, in one line."""
    peopled = len(np.unique(system.body))
    ties = seeded_ties(system)
    crossing = float((ties["ties"] * ties["across"].fill_null(0)).sum() / max(system.ties, 1))
    return (
        f"{system.size:,} people in {peopled:,} bodies, {2 * system.ties / max(system.size, 1):.1f} ties each; "
        f"{crossing:.0%} of ties join two bodies."
    )


def seeded_people(system: System) -> pl.DataFrame:
    """Return how many people of each kind of body and tier were seeded: columns kind, bodies, people and each tier."""
    kinds = system.bodies["kind"].to_numpy()
    rows = pl.DataFrame({"kind": kinds[system.body], "tier": system.tier})
    tiers = [(pl.col("tier") == place).sum().alias(tier) for place, tier in enumerate(TIERS)]
    people = rows.group_by("kind").agg(pl.len().alias("people"), *tiers)
    bodies = system.bodies.group_by("kind").agg(pl.len().alias("bodies"))
    found = bodies.join(people, on="kind", how="left").with_columns(pl.exclude("kind").fill_null(0).cast(pl.Int64))
    return found.select("kind", "bodies", "people", *TIERS).sort("people", "kind", descending=[True, False])


def seeded_ties(system: System) -> pl.DataFrame:
    """Return the ties seeded in each layer: columns layer, ties, degree (ties a person) and across (a share)."""
    marks = system.mark[system.partner >= 0]
    layer, across = marks & np.uint8(LAYER), (marks & np.uint8(ACROSS_BODIES)) > 0
    count = np.bincount(layer, minlength=len(LAYERS))
    crossing = np.bincount(layer, weights=across, minlength=len(LAYERS))
    return pl.DataFrame(
        {
            "layer": LAYERS,
            "ties": count.astype(np.int64),
            "degree": 2 * count / max(system.size, 1),
            "across": [crossing[each] / count[each] if count[each] else None for each in range(len(LAYERS))],
        },
        schema_overrides={"across": pl.Float64},
    )


def _lines(system: System) -> Iterator[str]:
    told = system.levers.get("seeding", {})
    ties = seeded_ties(system)
    total, days = int(ties["ties"].sum()), ", ".join(told.get("as_at", []))
    yield (
        f"{system.size:,} people in {system.bodies.height:,} bodies of {len(system.systems):,} "
        f"{'system' if len(system.systems) == 1 else 'systems'}{f', as at {days}' if days else ''}."
    )
    crossing = float((ties["ties"] * ties["across"].fill_null(0)).sum() / max(total, 1))
    yield f"{total:,} ties, {2 * total / max(system.size, 1):.1f} for each person; {crossing:.0%} cross bodies."
    for layer, _, degree, across in ties.iter_rows():
        crossed = "" if across is None else f", {across:.0%} across bodies"
        yield f"  {layer:<9} {degree:>5.1f} for each person{crossed}"
    if told.get("from") != "study":
        yield from _kinds(system)
    for name, count in _shown(told.get("counts", {})).items():
        yield f"  {name}: {count}"
    yield from (f"From: {each}" for each in told.get("sources", []))
    yield from (f"Assumed: {each}" for each in told.get("assumed", []))


def _kinds(system: System) -> Iterator[str]:
    names = {kind.id: kind.plural for kind in framework().body_kinds}
    for kind, bodies, people, *tiers in seeded_people(system).iter_rows():
        shares = ", ".join(f"{name} {count:,}" for name, count in zip(TIERS, tiers, strict=True))
        yield f"  {names[kind]}: {bodies:,} with {people:,} people{f' ({shares})' if people else ''}"


def _shown(counts: dict[str, int]) -> dict[str, str]:
    """Return counts in words; those of one thing add up to a known total, so a small one hides the next as well."""
    hidden = set()
    for thing in {name.partition(":")[0] for name in counts}:
        parts = sorted((count, name) for name, count in counts.items() if name.partition(":")[0] == thing)
        if parts[0][0] < _SMALL:
            small = sum(count < _SMALL for count, _ in parts)
            hidden |= {name for _, name in parts[: max(2, small)]}
    return {
        name: f"fewer than {_SMALL}" if count < _SMALL else "not shown" if name in hidden else f"{count:,}"
        for name, count in counts.items()
    }
