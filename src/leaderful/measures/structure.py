"""What a system is made of, and how many masters its bodies have.

The paper names four signs of fragmentation: many employers, financial regimes, regulators and
accountability mechanisms. Each is counted here from dated bodies and ties. They are counts of a
list, not samples: they have no interval, and are as right as the list is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.study import Study

METHOD = "count-of-a-dated-list"
NATIONAL, REGIONAL = "nhs-england", "nhs-region"


def structure(study: Study) -> pl.DataFrame:
    """Return what each system of the study is made of and how fragmented its steering is.

    Parameters
    ----------
    study
        Reads ``bodies`` and ``ties`` as they stand on the study's date.

    Returns
    -------
    polars.DataFrame
        Findings. For each system (``unit_kind`` ``system``):

        ``structure.bodies``
            Number of bodies; ``detail`` has it by ``kind``, ``scale``, ``sector`` and ``standing``.
        ``structure.ties``
            Number of ties with an end in the system; ``detail`` has it by ``kind`` and ``standing``.
        ``structure.employers``
            Bodies that employ their own staff (see the body kinds of the framework).
        ``structure.regulators``
            Bodies that regulate at least one body of the system.
        ``structure.funders``
            Bodies that fund or commission at least one body of the system.
        ``structure.accountability``
            Pairs of a body and a vertical kind of tie that reach into the system: each is a way in
            which somebody is held to account. ``detail`` counts them by ``kind`` and has the kinds of
            each body under ``bodies``.

        For each body (``unit_kind`` ``body``):

        ``structure.answers_to``
            Number of bodies with a vertical tie to it; ``detail`` names them with their kinds of tie,
            and n counts those kinds.

        For each pair of groups (``unit_kind`` ``tie-group``), bodies of the system being grouped by
        their kind while a body above it stands alone:

        ``structure.tie_group``
            Number of ties of one kind between them; ``detail`` says how they are known.

        A system without bodies on the date yields ``undefined``.

    Notes
    -----
    A body that divides its area between systems counts once in each. Bodies above systems are
    counted as regulators, funders and overseers but not as bodies of the system. NHS England and
    its regions are one body in law, the regions being an internal division. So where a body of kind
    ``nhs-england`` stands in the study, vertical ties held by a body of kind ``nhs-region`` are counted
    as its own, and a body that both hold ties to answers to one body by the kinds of both. Only
    ``structure.bodies``, ``structure.ties`` and ``structure.tie_group`` keep them apart. All six counts
    are definitions of this project for the fragmentation described by Birrell and Heenan (2018)
    and Moore, Elliott and Hesselgreaves (2023, doi:10.1080/14697017.2023.2261126).

    Examples
    --------
    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> bodies = pl.DataFrame({
    ...     "id": ["QHM", "RTF", "CQC"], "name": ["ICB", "Trust", "Regulator"],
    ...     "kind": ["integrated-care-board", "nhs-trust", "regulator"],
    ...     "scale": ["system", "organisation", "national"],
    ...     "sector": ["nhs", "nhs", "regulator"], "system": ["QHM", "QHM", None]})
    >>> ties = pl.DataFrame({"source": ["CQC", "QHM"], "target": ["RTF", "RTF"],
    ...                      "kind": ["regulates", "commissions"]})
    >>> def full(name, rows):
    ...     return pl.concat([TABLES[name].empty(), rows], how="diagonal")
    >>> study = Study(name="Example", system="QHM", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", bodies), "ties": full("ties", ties)})
    >>> found = structure(study)
    >>> found.filter(pl.col("measure") == "structure.employers")["estimate"].item()
    2.0
    """
    bodies = standing(study.table("bodies"), study.as_at)
    ties = standing(study.table("ties"), study.as_at)
    reaching = _held_in_law(bodies, ties)
    wave = study.as_at.isoformat()
    systems = [study.system] if study.system else _systems(bodies)
    found: list[Finding] = []
    for system in systems:
        inside = bodies.filter(pl.col("system") == system)
        found.extend(_of_system(system, inside, ties, reaching, wave))
        found.extend(_of_bodies(inside, reaching, wave))
        found.extend(_of_tie_groups(system, bodies, ties, wave))
    return frame(found)


def standing(table: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """Keep the rows that hold on the date."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_at)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_at)
    return table.filter(begun & lasting)


def _systems(bodies: pl.DataFrame) -> list[str]:
    return bodies["system"].drop_nulls().unique().sort().to_list()


def _held_in_law(bodies: pl.DataFrame, ties: pl.DataFrame) -> pl.DataFrame:
    """Return the vertical ties, those of regions as ties of NHS England where the study has it."""
    vertical = ties.filter(pl.col("kind").is_in(_vertical_kinds()))
    national = bodies.filter(pl.col("kind") == NATIONAL)["id"].min()
    if national is None:
        return vertical
    regional = pl.col("source").is_in(bodies.filter(pl.col("kind") == REGIONAL)["id"].to_list())
    return vertical.with_columns(source=pl.when(regional).then(pl.lit(national)).otherwise("source"))


def _of_system(
    system: str, inside: pl.DataFrame, ties: pl.DataFrame, vertical: pl.DataFrame, wave: str
) -> Iterator[Finding]:
    def finding(measure: str, estimate: float, construct: str, detail: dict[str, Any]) -> Finding:
        return Finding(
            measure=f"structure.{measure}",
            construct=construct,
            level="macro" if construct else "meso",
            unit_kind="system",
            unit=system,
            wave=wave,
            method=METHOD,
            estimate=estimate,
            n=inside.height,
            detail=detail,
        )

    if inside.is_empty():
        yield Finding(
            measure="structure.bodies",
            level="meso",
            unit_kind="system",
            unit=system,
            wave=wave,
            method=METHOD,
            status="undefined",
            reason="no body of this system stands on the date",
        )
        return
    yield finding("bodies", inside.height, "", _tallies(inside, ("kind", "scale", "sector", "standing")))
    ids = inside["id"].to_list()
    touching = ties.filter(pl.col("source").is_in(ids) | pl.col("target").is_in(ids))
    yield finding("ties", touching.height, "", _tallies(touching, ("kind", "standing")))
    employers = inside.filter(pl.col("kind").is_in(_employer_kinds()))
    yield finding("employers", employers.height, "fragmentation", _tallies(employers, ("kind", "sector")))
    reaching = vertical.filter(pl.col("target").is_in(ids))
    for measure, kinds in (("regulators", ["regulates"]), ("funders", ["funds", "commissions"])):
        sources = reaching.filter(pl.col("kind").is_in(kinds))["source"].unique().sort().to_list()
        yield finding(measure, len(sources), "fragmentation", {"bodies": sources})
    ways = reaching.select("source", "kind").unique().sort("source", "kind")
    holders = dict(ways.group_by("source", maintain_order=True).agg("kind").iter_rows())
    yield finding("accountability", ways.height, "fragmentation", _tallies(ways, ("kind",)) | {"bodies": holders})


def _of_bodies(inside: pl.DataFrame, vertical: pl.DataFrame, wave: str) -> Iterator[Finding]:
    vertical = vertical.filter(pl.col("target").is_in(inside["id"].to_list()))
    above: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source, target, kind in vertical.select("source", "target", "kind").iter_rows():
        above[target][source].add(kind)
    for body, kind in inside.select("id", "kind").sort("id").iter_rows():
        masters = above[body]
        yield Finding(
            measure="structure.answers_to",
            construct="accountability_tension",
            level="meso",
            unit_kind="body",
            unit=body,
            wave=wave,
            method=METHOD,
            estimate=len(masters),
            n=sum(len(kinds) for kinds in masters.values()),
            detail={
                "kind": kind,
                "answers_to": {source: sorted(masters[source]) for source in sorted(masters)},
            },
        )


def _tallies(table: pl.DataFrame, columns: tuple[str, ...]) -> dict[str, dict[str, int]]:
    return {
        column: dict(sorted(Counter(table[column].fill_null("not stated").to_list()).items())) for column in columns
    }


def _of_tie_groups(system: str, bodies: pl.DataFrame, ties: pl.DataFrame, wave: str) -> Iterator[Finding]:
    kinds = dict(bodies.filter(pl.col("system") == system).select("id", "kind").iter_rows())
    above = set(bodies.filter(pl.col("system").is_null() & (pl.col("standing") != "undetermined"))["id"])
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for tie in ties.iter_rows(named=True):
        ends = [kinds.get(end, end if end in above else "") for end in (tie["source"], tie["target"])]
        if all(ends):
            groups[ends[0], ends[1], tie["kind"]].append((tie["standing"] or "not stated", tie["basis"] or ""))
    for (source, target, kind), known in sorted(groups.items()):
        yield Finding(
            measure="structure.tie_group",
            construct="connectedness",
            level="meso",
            unit_kind="tie-group",
            unit=f"{source} {kind} {target}",
            wave=wave,
            method=METHOD,
            estimate=len(known),
            n=len(known),
            detail={
                "system": system,
                "source": source,
                "target": target,
                "kind": kind,
                "standing": dict(sorted(Counter(standing for standing, _ in known).items())),
                "basis": sorted({basis for _, basis in known if basis}),
            },
        )


def _employer_kinds() -> list[str]:
    return [kind.id for kind in framework().body_kinds if kind.employer]


def _vertical_kinds() -> list[str]:
    return [kind.id for kind in framework().tie_kinds if kind.direction == "vertical"]
