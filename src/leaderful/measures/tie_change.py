"""How ties moved between waves, with what was said about and by merged bodies pooled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.scale_change import METHOD, verdict_of
from leaderful.measures.scale_rows import number
from leaderful.measures.tie_contrasts import corrected_p
from leaderful.measures.tie_followed import TieSides, tie_sides
from leaderful.measures.tie_means import CONSTRUCTS, FEWEST_CLUSTERS
from leaderful.measures.ties_frame import INDICATORS, MONTHLY
from leaderful.measures.waves import Wave, joined, pairs
from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Whole
from leaderful.statistics.paired_change import PairedChange, paired_change
from leaderful.study import Study

OUTSIDE = "outside"
SEVERAL = "several bodies took over from those before it, so what it receives cannot be followed; see the system"


def tie_changes(study: Study) -> pl.DataFrame:
    """Return how far bodies came to be trusted, valued, respected and understood more or less than a wave before.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies``, ``successions`` and ``waves``.

    Returns
    -------
    polars.DataFrame
        Findings, without rows for a study with fewer than two waves. The wave is ``w1>w2``. All are
        ``ties.change``, asked ``indicator``:

        trust, value, respect, role (system, body)
            Mean answer of the later wave less that of the earlier, each as in `leaderful.measures.ties.ties`; of
            a body, what it receives from others. n counts the answers of the later wave.
        outside (system)
            Share of people who work at least monthly with any other body, later less earlier: ``b_count`` of
            ``b_n`` people less ``a_count`` of ``a_n``. n counts the people of the later wave.

        ``detail`` has the means ``before`` and ``after``, how many answers each rests on (``n_before``,
        ``n_after``), how many were given in both waves by the same person about the same body
        (``paired``), the bodies of the earlier wave that were pooled (``footprint``), the ``verdict`` in words,
        ``se``, ``df`` and the ``clusters``. Of a body ``p`` is that of no change, and ``p_holm`` corrects it for all
        bodies of the indicator. ``people`` is the fewest that any part of the comparison rests on, and
        ``rests_on`` names the means of each wave that would give a hidden change away.

    Notes
    -----
    Both ends of a change are the same bodies. Where bodies merged, were taken over or took a new name
    between the waves, what was said about and by any of them counts as about and by their successor. Who spoke
    of several of them counts once, with the mean; what one of them said of another is left out of both
    waves. So are raters whose body has respondents in one wave only, and bodies that are spoken
    of in one wave only: these have no change of their own. A body that took over a part only has an ``undefined``
    change; what is said of it counts in that of the system.

    An answer that the same person gave twice about the same body is one pair: the covariance of the two is used,
    see `leaderful.statistics.paired_change.paired_change`, for shares as for means. Raters are clustered by
    their bodies where five or more spoke in each wave, and each person stands alone with fewer, as in
    `leaderful.measures.ties.ties`. Nothing is flagged, and there is no cut-off.

    Examples
    --------
    Two people of A say how far they respect B, and say it again a year later: 2 and 3, then 3 and 4.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> said = [("w1", "p", 2), ("w1", "q", 3), ("w2", "p", 3), ("w2", "q", 4)]
    >>> study = Study(name="Two", system="S", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": body, "kind": "nhs-trust", "system": "S"} for body in "AB"]),
    ...     "people": full("people", [{"id": who, "body": "A", "tier": "manager"} for who in "pq"]),
    ...     "waves": full("waves", [{"id": f"w{k}", "opens": date(2024 + k, 4, 1)} for k in (1, 2)]),
    ...     "relations": full("relations", [{"person": who, "wave": wave, "about_kind": "body", "about": "B",
    ...                                      "question": "body-respect", "answer": answer}
    ...                                     for wave, who, answer in said])})
    >>> found = tie_changes(study).filter(pl.col("detail").str.contains("respect"))
    >>> found.select("unit_kind", "unit", "wave", "estimate", "n").rows()
    [('body', 'B', 'w1>w2', 1.0, 2), ('system', 'S', 'w1>w2', 1.0, 2)]
    """
    return frame(finding for waves in pairs(study) for finding in _between(study, *waves))


def _between(study: Study, earlier: Wave, later: Wave) -> Iterator[Finding]:
    sides = tie_sides(study, earlier, later)
    waves = (earlier, later)
    for indicator in INDICATORS:
        given = sides.rows.filter(pl.col(indicator).is_not_null())
        twice = given.filter("kept").group_by("about").agg(pl.col("later").n_unique() == 2).filter("later")["about"]
        given = given.with_columns(pl.col("kept") & pl.col("about").is_in(twice.implode()))
        if len(twice):
            yield from _bodies(sides, given, indicator, waves)
            yield _system(study, sides, given, indicator, waves)
    yield from _outside(study, sides, waves)


def _bodies(sides: TieSides, given: pl.DataFrame, indicator: str, waves: tuple[Wave, Wave]) -> Iterator[Finding]:
    """Yield the change of what each body receives that is spoken of in both waves."""
    spoken = given.filter(pl.col("kept").any().over("about")).sort("about")
    compared = []
    for (label,), rows in spoken.group_by("about", maintain_order=True):
        mark = sides.footprints.get(str(label))
        heirs = mark.heirs if mark else (str(label),)
        if len(heirs) == 1:
            compared.append((heirs[0], rows, *_compare(_answers(rows, indicator))))
        else:
            yield from (_cannot(heir, indicator, waves) for heir in heirs)
    p = np.array([_p(found) for _, _, found, _ in compared])
    for (body, rows, found, clustered), one, holm in zip(compared, p, corrected_p(p), strict=True):
        about = {"p": number(one), "p_holm": number(holm), "footprint": sides.pooled(set(rows["about"]))}
        rests = _rests(indicator, "body", {(code, later) for code, later in rows.select("code", "later").rows()}, waves)
        yield _change(indicator, "body", body, waves, found, about | _behind(rows) | clustered | rests)


def _system(study: Study, sides: TieSides, given: pl.DataFrame, indicator: str, waves: tuple[Wave, Wave]) -> Finding:
    kept = given.filter("kept")
    found, clustered = _compare(_answers(given, indicator))
    about = {"footprint": sides.pooled(set(kept["body"]) | set(kept["about"]))}
    rests = _rests(indicator, "system", {(study.system, later) for later in (False, True)}, waves)
    return _change(indicator, "system", study.system, waves, found, about | _behind(given) | clustered | rests)


def _outside(study: Study, sides: TieSides, waves: tuple[Wave, Wave]) -> Iterator[Finding]:
    """Yield the change of the share of people who work at least monthly with another body."""
    like = sides.asked.filter("like")
    if like.is_empty():
        return
    monthly = sides.rows.filter(pl.col("contact") >= MONTHLY)
    meeting = monthly.filter("kept").select("later", "person", value=pl.lit(1.0)).unique()
    people = (
        like.join(meeting, on=["later", "person"], how="left")
        .with_columns(pl.col("value").fill_null(0.0), about=pl.lit(""))
        .sort("later", "person")
    )
    found, clustered = _compare(people)
    count = [int(people.filter(later=after)["value"].sum()) for after in (False, True)]
    size = [found.n_before, found.n_after]
    every = [sides.asked.filter(later=after).height for after in (False, True)]
    some = [monthly.filter(later=after)["person"].n_unique() for after in (False, True)]
    apart = [abs(all_ - n) for all_, n in zip([*every, *some], [*size, *count], strict=True)]
    apart += [abs(e - s - n + c) for e, s, n, c in zip(every, some, size, count, strict=True)]
    about = {
        "people": _fewest([*size, *apart]),
        "a_count": count[0],
        "a_n": size[0],
        "b_count": count[1],
        "b_n": size[1],
        "footprint": sides.pooled(set(like["body"])),
    }
    rests = _rests(OUTSIDE, "system", {(study.system, later) for later in (False, True)}, waves)
    yield _change(OUTSIDE, "system", study.system, waves, found, about | clustered | rests)


def _answers(given: pl.DataFrame, indicator: str) -> pl.DataFrame:
    """Return one value for each wave, person and footprint: the mean of what they said of its parts."""
    return (
        given.filter("kept")
        .sort("later", "person", "about", "code")
        .group_by("later", "person", "body", "about", maintain_order=True)
        .agg(value=pl.col(indicator).mean())
    )


def _compare(values: pl.DataFrame) -> tuple[PairedChange, dict[str, Any]]:
    """Return the change of values that persons of bodies gave about others, and how they were clustered."""
    sides = [values.filter(later=after) for after in (False, True)]
    by_body = min(side["body"].n_unique() for side in sides) >= FEWEST_CLUSTERS
    coded = values.select(
        "later",
        "value",
        id=pl.struct("person", "about").rank("dense").cast(pl.Int64),
        cluster=pl.col("body" if by_body else "person").rank("dense").cast(pl.Int64) - 1,
    )
    before, after = (coded.filter(later=after) for after in (False, True))
    numbers: list[Floats] = [side["value"].to_numpy() for side in (before, after)]
    ids: list[Whole] = [side["id"].to_numpy() for side in (before, after)]
    clusters = (before["cluster"].to_numpy(), after["cluster"].to_numpy())
    found = paired_change(*numbers, *ids, clusters=clusters)
    return found, {"clusters": found.clusters, "clustered_by": "bodies" if by_body else "persons"}


def _behind(rows: pl.DataFrame) -> dict[str, Any]:
    """Return the fewest raters of a wave that are in the comparison, or would come out as those who are not."""
    return {"people": _fewest(rows.group_by("later", "kept").agg(pl.col("person").n_unique())["person"].to_list())}


def _fewest(counts: list[int]) -> int:
    return min(count for count in counts if count)


def _p(found: PairedChange) -> float:
    """Return the p of no change; not a number where there is no interval."""
    if number(found.lower) is None:
        return float("nan")
    return float(2 * t.sf(abs(found.change) / found.se, found.df))


def _rests(indicator: str, kind: str, units: set[tuple[str, bool]], waves: tuple[Wave, Wave]) -> dict[str, Any]:
    """Return the means from which the change could be worked out: units, and whether in the later wave."""
    return {"rests_on": [[f"ties.{indicator}", kind, unit, waves[later].id] for unit, later in sorted(units)]}


def _change(
    indicator: str, kind: str, unit: str, waves: tuple[Wave, Wave], found: PairedChange, about: dict[str, Any]
) -> Finding:
    why = {"no_interval": found.reason} if found.reason else {}
    detail = {
        "before": found.before,
        "after": found.after,
        "n_before": found.n_before,
        "n_after": found.n_after,
        "paired": found.paired,
        "verdict": verdict_of(found),
        "se": number(found.se),
        "df": number(found.df),
    }
    return _finding(
        indicator,
        kind,
        unit,
        waves,
        detail | about | why,
        estimate=found.change,
        lower=number(found.lower),
        upper=number(found.upper),
        n=found.n_after,
    )


def _cannot(body: str, indicator: str, waves: tuple[Wave, Wave]) -> Finding:
    return _finding(indicator, "body", body, waves, {}, status="undefined", reason=SEVERAL)


def _finding(
    indicator: str, kind: str, unit: str, waves: tuple[Wave, Wave], about: dict[str, Any], **figures: Any
) -> Finding:
    construct = CONSTRUCTS.get(indicator, "connectedness")
    return Finding(
        measure="ties.change",
        construct=construct,
        level=framework().construct(construct).level,
        unit_kind=kind,
        unit=unit,
        wave=joined(*waves),
        method=METHOD,
        detail={"indicator": indicator} | about,
        **figures,
    )
