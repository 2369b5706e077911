"""Moments of leadership: how many openings are taken, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.moments_behaviours import behaviours
from leaderful.measures.moments_frame import BOUNDARIES, KINDS, REFLECTIONS, moment_rows, period
from leaderful.measures.moments_learning import learning
from leaderful.measures.moments_model import model
from leaderful.measures.units import PARENTS
from leaderful.statistics.means import cluster_mean
from leaderful.statistics.two_samples import score_interval
from leaderful.study import Study


def moments(study: Study) -> pl.DataFrame:
    """Return which moments of leadership were taken, and what goes with a moment being taken.

    Parameters
    ----------
    study
        Reads ``moments``, ``people``, ``bodies`` and ``successions``, and what diarists answered: ``waves``,
        ``responses`` and ``relations``.

    Returns
    -------
    polars.DataFrame
        Findings; none without moments. The wave is the months of the diaries (``2025-09/2026-03``). n counts
        moments and ``people`` the diarists behind them.

        ``moments.taken`` (system, opener, tier, boundary, level, body, reflections)
            Share of moments in which the conversation moved towards doing something together, with a cluster-robust
            interval cut to 0 and 1, a diarist being a cluster. ``count`` of them were taken. The tier and body are the
            diarist's. The boundary is ``within-body``, ``across-bodies`` (of one sector) or ``across-sectors``. The
            level is that of the widest-reaching body that was there. Reflections are the entries of the same diary
            with a reflection that went before: ``0``, ``1-2`` or ``3+``.
        ``moments.model`` (system, for each ``term``, and ``tier`` where that is the term)
            Odds ratio of a moment being taken, from one logistic model; see Notes. ``points`` is the difference in
            percentage points between ``share_high`` and ``share_low``, the mean probabilities at a ``high`` and a
            ``low`` value of the term, with ``points_lower`` and ``points_upper``; ``p`` and ``p_holm`` over the terms;
            ``stands_out`` where p_holm is below 0.005; ``evidence`` says what the term was taken from; ``left_out``
            counts the moments without all terms. ``people`` of a tier or of moments across bodies are the diarists of
            the side with fewer of them. ``undefined`` for a term that the moments cannot tell apart.
        ``moments.behaviours`` (behaviour)
            Share of taken moments in which the diarist used it less that of lost ones, with a cluster-robust interval.
            ``a_count`` of ``a_n`` taken and ``b_count`` of ``b_n`` lost moments; ``p``, ``p_holm`` and a ``verdict``.
        ``moments.learning`` (system)
            Odds ratio of a moment being taken for twice as many reflections before it (each counted with one more),
            within a diary: the diary's mean and the months since the first moment are in the model.

    Notes
    -----
    The terms are the trust that the diarist gives, 1 to 4, to the other bodies that were there (where fewer than half
    of the moments across bodies have it, the diarist's score on shared motivation, 1 to 5), their scores on role
    understanding and on reflexivity, whether the moment was across bodies, and their tier. Answers are those of the
    latest wave that opened before the moment and in which the diarist gave them. Trust in bodies speaks of moments
    across bodies alone. Low and high are one standard deviation below and above the mean. At least ten diarists, and
    five moments of the rarer kind for each term, are wanted; both are ours. Where terms separate taken from lost
    moments the method is Firth's, and nothing stands out.

    A diary tells what its writer noticed and thought worth noting. None of this says what would happen if trust or
    anything else were raised.

    References
    ----------
    Bell RM, McCaffrey DF (2002) Survey Methodology 28:169-181.
    MacKinnon JG, Nielsen MØ, Webb MD (2023) Journal of Econometrics 232:272-299,
    doi:10.1016/j.jeconom.2022.04.001.
    Firth D (1993) Biometrika 80:27-38, doi:10.1093/biomet/80.1.27.
    Mundlak Y (1978) Econometrica 46:69-85, doi:10.2307/1913646: the mean of the diary beside its entries.

    Examples
    --------
    Two diarists note two moments each; three of the four were taken.

    >>> from datetime import date, datetime
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> study = Study(name="Two", system="X", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": "A", "scale": "organisation", "sector": "nhs"}]),
    ...     "people": full("people", [{"id": who, "body": "A", "tier": "manager"} for who in "ab"]),
    ...     "moments": full("moments", [
    ...         {"id": f"m{k}", "person": "aabb"[k], "time": datetime(2026, 1, 1 + k), "opener": "surprise",
    ...          "taken": k > 0} for k in range(4)])})
    >>> moments(study).filter(pl.col("measure") == "moments.taken").select("unit", "estimate", "n").rows()[:2]
    [('X', 0.75, 4), ('surprise', 0.75, 4)]
    """
    rows = moment_rows(study)
    if rows.is_empty():
        return frame([])
    when = period(rows)
    found = [
        *_taken(study.system, when, rows),
        *model(study, when, rows),
        *behaviours(when, rows),
        *learning(study.system, when, rows),
    ]
    return frame(found)


def moment_parents(study: Study) -> pl.DataFrame:
    """Return which units of moments add up to the system, as disclosure control needs it.

    Parameters
    ----------
    study
        Reads ``moments``, ``people``, ``bodies`` and ``successions``.

    Returns
    -------
    polars.DataFrame
        Columns as those of `leaderful.measures.units.parents`. Openers, tiers, boundaries, levels, bodies and
        numbers of reflections each add up to the system, in the months of the diaries.

    Examples
    --------
    >>> from datetime import date
    >>> moment_parents(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    rows = moment_rows(study)
    if rows.is_empty():
        return PARENTS.to_frame()
    links = [
        {"wave": period(rows), "unit_kind": kind, "unit": unit, "parent_kind": "system", "parent": study.system}
        for kind in KINDS
        for unit in rows[kind].drop_nulls().unique().sort()
    ]
    return pl.DataFrame(links, schema=PARENTS)


def _taken(system: str, when: str, rows: pl.DataFrame) -> Iterator[Finding]:
    yield _share("system", system, when, rows)
    for kind in KINDS:
        for unit in _in_order(kind, rows[kind].drop_nulls().unique()):
            yield _share(kind, unit, when, rows.filter(pl.col(kind) == unit))


def _in_order(kind: str, units: pl.Series) -> list[str]:
    """Return units in the order of the framework, and bodies by code."""
    f = framework()
    orders: dict[str, tuple[str, ...]] = {
        "opener": tuple(each.id for each in f.openers),
        "tier": tuple(each.id for each in f.tiers),
        "level": tuple(each.id for each in f.levels),
        "boundary": BOUNDARIES,
        "reflections": REFLECTIONS,
    }
    there = set(units)
    return [unit for unit in orders.get(kind, tuple(sorted(there))) if unit in there]


def _share(kind: str, unit: str, when: str, rows: pl.DataFrame) -> Finding:
    taken = rows["taken"].to_numpy().astype(float)
    diarists = np.unique(rows["person"].to_numpy().astype(str), return_inverse=True)[1]
    people, count = int(diarists.max()) + 1, int(taken.sum())
    found = cluster_mean(taken, diarists)
    lower, upper = found.lower, found.upper
    if found.reason:
        # Nothing differs between diarists: the interval is that of as many independent moments as there are diarists.
        lower, upper = (float(end[0]) for end in score_interval(np.array([found.mean * people]), np.array([people])))
    return Finding(
        measure="moments.taken",
        construct="moments",
        level="micro",
        unit_kind=kind,
        unit=unit,
        wave=when,
        estimate=found.mean,
        lower=max(lower, 0.0),
        upper=min(upper, 1.0),
        n=len(taken),
        method="cluster-robust-share-of-moments",
        detail={"count": count, "people": people},
    )
