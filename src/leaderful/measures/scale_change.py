"""How scores moved between waves, with people followed through mergers and splits of their bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import polars as pl

from leaderful.framework import ItemScale
from leaderful.measures.answers import Floats, Whole, answers
from leaderful.measures.clustering import cluster
from leaderful.measures.findings import Finding, Status, frame
from leaderful.measures.followed import Followed, Footprint, follow
from leaderful.measures.scale_rows import number, rows_of, scale_finding
from leaderful.measures.waves import waves
from leaderful.measures.words import Verdict, compare
from leaderful.statistics.paired_change import PairedChange, paired_change
from leaderful.study import Study

METHOD = "difference-on-like-footprint"
Clusters: TypeAlias = tuple[Whole, list[str]]
KINDS = ("system", "tier", "sector")
SEVERAL = "several bodies took over from those before it, so its people cannot be followed; see the system and tiers"


def scale_changes(study: Study) -> pl.DataFrame:
    """Return how scores moved from each wave to the next, and what redrawing bodies alone changed.

    Parameters
    ----------
    study
        Reads ``people``, ``bodies``, ``successions``, ``waves`` and ``responses``.

    Returns
    -------
    polars.DataFrame
        Findings, without rows for a study with fewer than two waves. The wave is ``w1>w2``. For each
        item scale (``detail`` ``scale``) that both waves asked, and each system, tier, sector and body:

        ``scale.change``
            Mean of the later wave less that of the earlier. ``detail`` has the means ``before`` and
            ``after``, how many people have a score in each (``n_before``, ``n_after``) and in both
            (``paired``), the bodies of the earlier wave that were pooled because they were redrawn
            (``footprint``), the ``verdict`` in words, ``se`` and ``df``, and the ``clusters`` behind the
            interval. n counts the people with a score in either wave, and ``people`` the fewest that any
            part of the comparison rests on.

        For each body of the earlier wave that was redrawn with others:

        ``scale.redrawn``
            Mean of all the bodies that were redrawn together less its own, both in the earlier wave: what
            its people would see change although nobody changed their mind. ``detail`` has the
            ``successor``. n counts the people of all those bodies.

    Notes
    -----
    Both ends of a change are the same bodies. Where bodies merged, were taken over or took a new name
    between the waves, the people of all of them are pooled in the earlier wave and set against those of
    the successor. A body that took over a part only cannot be followed, and its change is ``undefined``;
    its people still count in the change of their system, tier and sector. There, bodies that
    were not asked in one of the waves are left out of both. A person who is in both waves is one person: the
    covariance of their two scores is used, see `leaderful.statistics.paired_change.paired_change`.

    Examples
    --------
    >>> from datetime import date
    >>> scale_changes(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    asked = ((wave, answers(study, wave.id)) for wave in waves(study))
    found: list[Finding] = []
    for earlier, later in pairwise(asked):
        people = follow(study, earlier, later)
        clusters = {kind: _clusters(people, kind) for kind in (*KINDS, "body")}
        both = [scale for scale in earlier[1].scales if scale.id in later[1].scores]
        for scale in both:
            values = np.concatenate([earlier[1].scores[scale.id], later[1].scores[scale.id]])
            found += _changes(people, scale, values, clusters)
            found += _bodies(people, scale, values, clusters["body"])
            found += _redrawn(people, scale, values)
    return frame(found)


def _changes(people: Followed, scale: ItemScale, values: Floats, by_kind: dict[str, Clusters]) -> Iterator[Finding]:
    """Yield the change of systems, tiers and sectors, over the footprints that were asked in both waves."""
    of = people.codes["footprint"]
    scored, like = ~np.isnan(values), people.in_both[of]
    for kind in KINDS:
        units = people.codes[kind]
        clusters, names = by_kind[kind]
        left_out = {unit: people.later[rows] for unit, rows in rows_of(units, scored & ~like)}
        for unit, rows in rows_of(units, scored & like):
            if 0 < people.later[rows].sum() < len(rows):
                found = _compare(people, values, rows, clusters)
                pooled = {body for mark in np.unique(of[rows]) for body in people.footprints[mark].pooled}
                others = np.bincount(left_out.get(unit, people.later[:0]), minlength=2).tolist()
                yield _change(
                    people, scale, kind, people.labels[kind][unit], found, sorted(pooled), names[unit], others
                )


def _bodies(people: Followed, scale: ItemScale, values: Floats, by_team: Clusters) -> Iterator[Finding]:
    """Yield the change of each body that stands in the later wave."""
    of = people.codes["footprint"]
    clusters, names = by_team
    for unit, rows in rows_of(of, ~np.isnan(values)):
        heirs, later = people.footprints[unit].heirs, people.later[rows]
        if len(heirs) > 1:
            yield from (_none(people, scale, heir, "undefined", SEVERAL) for heir in heirs)
        elif heirs and later.any() and not later.all():
            found = _compare(people, values, rows, clusters)
            pooled = people.footprints[unit].pooled
            parts = _parts(people, rows[~later]).values() if len(pooled) > 1 else ()
            yield _change(people, scale, "body", heirs[0], found, list(pooled), names[unit], parts)
        elif heirs:
            wave = "earlier" if later.all() else "later"
            why = f"nobody has a score in the {wave} wave"
            yield _none(people, scale, heirs[0], "insufficient", why, people=len(rows))


def _redrawn(people: Followed, scale: ItemScale, values: Floats) -> Iterator[Finding]:
    """Yield, for each body that was redrawn with others, what that alone changed."""
    person, of_body = people.codes["person"], people.codes["body"]
    for unit, rows in rows_of(people.codes["footprint"], ~np.isnan(values) & ~people.later):
        mark = people.footprints[unit]
        parts = _parts(people, rows)
        if len(mark.heirs) != 1 or len(mark.pooled) < 2:
            continue
        for body in sorted(set(parts) & set(mark.pooled)):
            own = rows[of_body[rows] == people.labels["body"].index(body)]
            if len(own) < len(rows):
                found = paired_change(values[own], values[rows], person[own], person[rows])
                yield _of_redrawing(people, scale, body, mark, found, min(parts.values()))


def _parts(people: Followed, rows: Whole) -> dict[str, int]:
    """Return how many of the people in these rows are of each body; those of none are under an empty name."""
    bodies, counts = np.unique(people.codes["body"][rows], return_counts=True)
    labels = (*people.labels["body"], "")  # the last stands for the code -1
    return {labels[body]: n for body, n in zip(bodies.tolist(), counts.tolist(), strict=True)}


def _clusters(people: Followed, kind: str) -> Clusters:
    codes = people.codes
    units = codes["footprint" if kind == "body" else kind]
    return cluster(
        kind,
        units,
        bodies=codes["footprint"],
        teams=codes["team"],
        persons=codes["person"],
        size=int(units.max(initial=-1)) + 1,
    )


def _compare(people: Followed, values: Floats, rows: Whole, clusters: Whole) -> PairedChange:
    before, after = rows[~people.later[rows]], rows[people.later[rows]]
    person = people.codes["person"]
    return paired_change(
        values[before], values[after], person[before], person[after], clusters=(clusters[before], clusters[after])
    )


def _change(
    people: Followed,
    scale: ItemScale,
    kind: str,
    unit: str,
    found: PairedChange,
    pooled: list[str],
    clustered_by: str,
    others: Iterable[int],
) -> Finding:
    """Return a change; `others` are groups of people who would come out if it were set against other findings."""
    why = {"no_interval": found.reason} if found.reason else {}
    return scale_finding(
        "scale.change",
        scale,
        wave=people.wave,
        unit_kind=kind,
        unit=unit,
        method=METHOD,
        estimate=found.change,
        lower=number(found.lower),
        upper=number(found.upper),
        n=found.n_before + found.n_after - found.paired,
        detail={
            "before": found.before,
            "after": found.after,
            "n_before": found.n_before,
            "n_after": found.n_after,
            "paired": found.paired,
            "footprint": pooled,
            "verdict": verdict_of(found),
            "se": number(found.se),
            "df": number(found.df),
            "clusters": found.clusters,
            "clustered_by": clustered_by,
            "people": min(found.n_before, found.n_after, *(n for n in others if n)),
            "rests_on": _scores(people, kind, pooled if kind == "body" and pooled else [unit], unit),
        }
        | why,
    )


def _scores(people: Followed, kind: str, before: list[str], after: str) -> list[list[str]]:
    """Return the scores that a comparison would give away: of the units before, and of the one after if any."""
    earlier, later = people.wave.split(">")
    return [
        *(["scale.score", kind, unit, earlier] for unit in before),
        *([["scale.score", kind, after, later]] if after else []),
    ]


def verdict_of(found: PairedChange) -> Verdict:
    """Return the change in words; without an interval nothing can be told."""
    if number(found.lower) is None:
        return "cannot tell apart"
    return compare(found.change, found.se, df=found.df)


def _of_redrawing(
    people: Followed, scale: ItemScale, body: str, mark: Footprint, found: PairedChange, fewest: int
) -> Finding:
    """Return what a body's people would see change because they are counted with others."""
    why = {"no_interval": found.reason} if found.reason else {}
    return scale_finding(
        "scale.redrawn",
        scale,
        wave=people.wave,
        unit_kind="body",
        unit=body,
        method="pooled-footprint-less-own",
        estimate=found.change,
        lower=number(found.lower),
        upper=number(found.upper),
        n=found.n_after,
        detail={
            "successor": mark.heirs[0],
            "own": found.before,
            "pooled": found.after,
            "people": fewest,
            "rests_on": _scores(people, "body", list(mark.pooled), ""),
        }
        | why,
    )


def _none(followed: Followed, scale: ItemScale, body: str, status: Status, reason: str, **told: int) -> Finding:
    return scale_finding(
        "scale.change",
        scale,
        wave=followed.wave,
        unit_kind="body",
        unit=body,
        method=METHOD,
        status=status,
        reason=reason,
        detail=dict(told),
    )
