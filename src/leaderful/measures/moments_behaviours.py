"""What people do in moments that are taken, against moments that are lost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import number
from leaderful.measures.words import Verdict
from leaderful.statistics.cluster_difference import ClusterDifference, cluster_difference
from leaderful.statistics.multiple import holm


def behaviours(when: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield ``moments.behaviours`` for each behaviour that somebody used, from `moment_rows`."""
    taken = rows["taken"].to_numpy().astype(bool)
    diarists = np.unique(rows["person"].to_numpy().astype(str), return_inverse=True)[1]
    used = {
        each.id: rows["behaviours"].list.contains(each.id).to_numpy().astype(float) for each in framework().behaviours
    }
    used = {behaviour: there for behaviour, there in used.items() if there.any()}
    found = {behaviour: cluster_difference(there, taken, diarists) for behaviour, there in used.items()}
    corrected = _corrected(found)
    people = int(diarists.max()) + 1
    for behaviour, one in found.items():
        yield _finding(when, behaviour, one, used[behaviour], taken, people, corrected.get(behaviour))


def _corrected(found: dict[str, ClusterDifference]) -> dict[str, float]:
    """Return p-values corrected for the behaviours that are looked at together."""
    known = {behaviour: one.p for behaviour, one in found.items() if not np.isnan(one.p)}
    return dict(zip(known, holm(np.array(list(known.values()))).tolist(), strict=True))


def _finding(
    when: str,
    behaviour: str,
    found: ClusterDifference,
    used: np.ndarray[tuple[int], np.dtype[np.float64]],
    taken: np.ndarray[tuple[int], np.dtype[np.bool_]],
    people: int,
    p_holm: float | None,
) -> Finding:
    known = not np.isnan(found.difference)
    detail = {
        "people": people,
        "a_count": int(used[taken].sum()),
        "a_n": int(taken.sum()),
        "b_count": int(used[~taken].sum()),
        "b_n": int((~taken).sum()),
        "p": number(found.p),
        "p_holm": p_holm,
        "verdict": _verdict(found.difference, p_holm),
    }
    return Finding(
        measure="moments.behaviours",
        construct="leadership_behaviours",
        level="micro",
        unit_kind="behaviour",
        unit=behaviour,
        wave=when,
        estimate=number(found.difference),
        lower=number(found.lower),
        upper=number(found.upper),
        n=len(taken),
        method="difference-between-taken-and-lost",
        status="ok" if known else "undefined",
        reason="" if known else f"every moment was {'taken' if taken.all() else 'lost'}",
        detail=detail | ({"no_interval": found.reason} if known and found.reason else {}),
    )


def _verdict(difference: float, p_holm: float | None) -> Verdict:
    if p_holm is None or p_holm >= 0.20:
        return "cannot tell apart"
    if p_holm < 0.05:
        return "higher" if difference > 0 else "lower"
    return "probably higher" if difference > 0 else "probably lower"
