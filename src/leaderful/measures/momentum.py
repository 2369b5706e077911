"""Momentum: what comes with a shock, and whether it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, Status, frame, unframe
from leaderful.measures.momentum_series import PARTS, Record, Weeks, around, record
from leaderful.measures.scale_change import scale_changes
from leaderful.measures.scale_rows import number
from leaderful.measures.waves import joined, pairs
from leaderful.statistics.interrupted import FEWEST, Interruption, interrupted
from leaderful.statistics.multiple import holm
from leaderful.study import Study

STANDS_OUT = 0.01
"""Corrected p-value below which a change at a shock stands out. Ours."""

METHOD = "interrupted-weeks"


@dataclass(frozen=True, kw_only=True)
class Shock:
    """A shock, and the shocks next to it in time."""

    id: str
    name: str
    starts: date
    since: str
    """Name of the shock before it; empty where there is none."""
    since_day: date | None
    until: str
    until_day: date | None

    @property
    def wave(self) -> str:
        """The day on which it began, as findings state it."""
        return self.starts.isoformat()


def momentum(study: Study) -> pl.DataFrame:
    """Return what changed at each declared shock, and whether it lasted.

    Parameters
    ----------
    study
        Reads ``shocks`` and ``interactions``, ``people``, ``bodies`` and ``successions``; and what
        `leaderful.measures.scale_change.scale_changes` reads.

    Returns
    -------
    polars.DataFrame
        Findings; none without shocks. The unit is the shock and the wave the day on which it began.

        ``momentum.change_at_shock`` (shock; ``part`` between-bodies or within-bodies)
            Interactions a week in the first eight weeks, as a ratio of those before. n counts interactions, and
            ``people`` the distinct people who took part, before or after, whichever are fewer. ``p``, and ``p_holm``
            over all shocks and parts; ``verdict`` (maintained, fading, cannot say, no change); ``stands_out`` where
            p_holm is below 0.01; ``weeks_before``, ``weeks_after``, ``trend``, ``autocorrelation``, ``dispersion``;
            ``since``, the name of an earlier shock at which the weeks before begin; and ``series``: for each stretch
            of weeks its first week, its length, interactions a week, and their fitted level with its interval.
        ``momentum.half_life`` (shock; ``part``)
            Weeks after which half of the change of the first week was gone, with a profile interval whose lower end is
            0 where it may have gone at once, and which has no ``upper`` where no end is in sight (``unbounded``).
            ``jump`` is the ratio of the first week, with ``jump_lower`` and ``jump_upper``. ``undefined`` where there
            is no change, or none of it can be seen to fade (with the ``half_life_lower``).
        ``momentum.scale_change`` (shock; ``scale``)
            Change of an item scale's mean over the system between the waves on either side, where the shock is the
            only one between them.

    Notes
    -----
    Weeks are counted from the day on which the shock began. Weeks with more than two days outside the record are
    left out, and so is what lies beyond a neighbouring shock: two shocks cannot be told apart with fewer than eight
    weeks between them. An interaction is between bodies when its people are of two or more. Stretches are single
    weeks where ten people took part in five interactions, or nobody in any; else they are as long as that needs. The
    model, its tests and its limits are those of `leaderful.statistics.interrupted.interrupted`. That a shock is entered
    after the fact, perhaps because something was seen to change, is not allowed for.

    Examples
    --------
    >>> from datetime import date
    >>> momentum(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    declared = shocks(study)
    if not declared:
        return frame([])
    return frame([*_of_interactions(study, declared), *_of_scales(study, declared)])


def shocks(study: Study) -> list[Shock]:
    """Return the declared shocks in order, each with its neighbours in time."""
    rows = study.table("shocks").sort("starts", "id").select("id", "name", "starts").rows()
    found = []
    for place, (code, name, starts) in enumerate(rows):
        _, since, since_day = rows[place - 1] if place else ("", "", None)
        _, until, until_day = rows[place + 1] if place + 1 < len(rows) else ("", "", None)
        found.append(
            Shock(
                id=code,
                name=name,
                starts=starts,
                since=since,
                since_day=since_day,
                until=until,
                until_day=until_day,
            )
        )
    return found


def _of_interactions(study: Study, declared: list[Shock]) -> Iterator[Finding]:
    if study.table("interactions").is_empty():
        return
    kept = record(study)
    asked = [(shock, part) for shock in declared for part in PARTS]
    weeks = [around(kept, part, shock.starts, since=shock.since_day, until=shock.until_day) for shock, part in asked]
    found = [interrupted(each.counts.astype(float), each.before) for each in weeks]
    p = np.array([one.p for one in found])
    known = ~np.isnan(p)
    corrected = np.full(len(p), np.nan)
    corrected[known] = holm(p[known])
    for (shock, part), each, one, p_holm in zip(asked, weeks, found, corrected.tolist(), strict=True):
        yield _change(kept, shock, part, each, one, p_holm)
        yield _half_life(shock, part, each, one)


def _change(kept: Record, shock: Shock, part: str, weeks: Weeks, found: Interruption, p_holm: float) -> Finding:
    common = _common(shock, part, weeks)
    if found.reason:
        return _none("momentum.change_at_shock", shock, weeks, common, _why(kept, shock, found))
    detail = common | {
        "verdict": found.verdict,
        "p": found.p,
        "p_holm": p_holm,
        "stands_out": p_holm < STANDS_OUT,
        "trend": found.trend,
        "autocorrelation": found.autocorrelation,
        "dispersion": found.dispersion,
        "series": _series(weeks, found),
    }
    return _finding("momentum.change_at_shock", shock, weeks, detail, found.early, found.early_lower, found.early_upper)


def _half_life(shock: Shock, part: str, weeks: Weeks, found: Interruption) -> Finding:
    name = "momentum.half_life"
    detail = _common(shock, part, weeks) | {
        "rests_on": [["momentum.change_at_shock", "shock", shock.id, shock.wave]],
    }
    if found.reason:
        return _none(name, shock, weeks, detail, "nothing can be said of the change, so neither of its end")
    if found.verdict == "no change":
        why = "the weeks after the shock cannot be told from those before, so that there is nothing to fade"
        return _none(name, shock, weeks, detail, why, status="undefined")
    detail |= {
        "verdict": found.verdict,
        "jump": found.jump,
        "jump_lower": found.jump_lower,
        "jump_upper": found.jump_upper,
    }
    if np.isinf(found.half_life):
        why = "no fading can be seen in the weeks that were observed"
        detail |= {"half_life_lower": number(found.half_life_lower)}
        return _none(name, shock, weeks, detail, why, status="undefined")
    detail |= {"unbounded": bool(np.isinf(found.half_life_upper))}
    return _finding(name, shock, weeks, detail, found.half_life, found.half_life_lower, found.half_life_upper)


def _common(shock: Shock, part: str, weeks: Weeks) -> dict[str, Any]:
    return {
        "part": part,
        "name": shock.name,
        "people": weeks.people,
        "weeks_before": weeks.before,
        "weeks_after": len(weeks.counts) - weeks.before,
        "since": shock.since,
    }


def _why(kept: Record, shock: Shock, found: Interruption) -> str:
    """Return why a shock has no change, naming a neighbour where that is the reason."""
    if found.before < FEWEST and shock.since_day is not None and shock.since_day >= kept.first:
        return f"{shock.since} began less than {FEWEST} weeks before, and the two cannot be told apart"
    if found.after < FEWEST and shock.until_day is not None and shock.until_day <= kept.last:
        return f"{shock.until} began less than {FEWEST} weeks after, and the two cannot be told apart"
    return found.reason


def _series(weeks: Weeks, found: Interruption) -> list[list[float]]:
    """Return each stretch: first week, length, interactions a week, and their fitted level with its interval."""
    rows = []
    for first, length in weeks.stretches:
        at = slice(first + weeks.before, first + weeks.before + length)
        means = [round(float(each[at].mean()), 1) for each in (weeks.counts, found.fitted, found.lower, found.upper)]
        rows.append([first, length, *means])
    return rows


def _finding(
    name: str, shock: Shock, weeks: Weeks, detail: dict[str, Any], estimate: float, lower: float, upper: float
) -> Finding:
    return Finding(
        measure=name,
        construct="momentum",
        unit_kind="shock",
        unit=shock.id,
        wave=shock.wave,
        estimate=estimate,
        lower=number(lower),
        upper=number(upper),
        n=int(weeks.counts.sum()),
        method=METHOD,
        detail=detail,
    )


def _none(
    name: str, shock: Shock, weeks: Weeks, detail: dict[str, Any], reason: str, *, status: Status = "insufficient"
) -> Finding:
    return Finding(
        measure=name,
        construct="momentum",
        unit_kind="shock",
        unit=shock.id,
        wave=shock.wave,
        n=int(weeks.counts.sum()),
        method=METHOD,
        status=status,
        reason=reason,
        detail=detail,
    )


def _of_scales(study: Study, declared: list[Shock]) -> Iterator[Finding]:
    """Yield how item scales moved between the two waves that lie on either side of a single shock."""
    spans = [
        (joined(earlier, later), between[0])
        for earlier, later in pairs(study)
        if len(between := [shock for shock in declared if earlier.opens < shock.starts <= later.opens]) == 1
    ]
    if not spans:
        return
    changes = scale_changes(study).filter(pl.col("unit_kind") == "system")
    for wave, shock in spans:
        for change in unframe(changes.filter(pl.col("wave") == wave, pl.col("measure") == "scale.change")):
            told = ("scale", "before", "after", "paired", "se", "df", "people", "verdict")
            detail = {key: change.detail[key] for key in told if key in change.detail}
            resting = {"rests_on": [["scale.change", "system", change.unit, wave]], "name": shock.name, "waves": wave}
            yield Finding(
                measure="momentum.scale_change",
                construct="momentum",
                unit_kind="shock",
                unit=shock.id,
                wave=shock.wave,
                estimate=change.estimate,
                lower=change.lower,
                upper=change.upper,
                n=change.n,
                method=change.method,
                status=change.status,
                reason=change.reason,
                detail=detail | resting,
            )
