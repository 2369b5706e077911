"""How services and health fare in a system: shown beside its leadership, never as its effect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, detail, frame
from leaderful.measures.outcome_months import WINDOW, MonthlySeries
from leaderful.measures.structure import standing
from leaderful.measures.words import compare
from leaderful.study import Study

NOTE = "Context beside the evidence on leadership: it does not show that leadership caused it, or did not."
ICB, COUNCIL = "integrated-care-board", "council"

MONTHS = "outcome-months"
MONTHS_CHANGE = "outcome-months-change"
AS_PUBLISHED = "outcome-as-published"
COUNCILS_MEDIAN = "outcome-councils-median"


class Described(Protocol):
    """What the measure must know about one outcome; the packaged catalogue has it for each."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def interval(self) -> str: ...
    @property
    def caveat(self) -> str: ...
    @property
    def body_kind(self) -> tuple[str, ...]: ...


def outcomes(study: Study, catalogue: Mapping[str, Described], *, england: pl.DataFrame | None = None) -> pl.DataFrame:
    r"""Return the outcomes of a system and its bodies: the latest figure and how it changed.

    Parameters
    ----------
    study
        Reads ``outcomes``, ``bodies`` and ``successions``.
    catalogue
        What each outcome is, by id, such as ``leaderful.england.outcome_catalogue()``. An outcome that
        is not in it is taken as published, without an interval.
    england
        Findings of this measure for England as a study. With them, ``detail`` of each finding gains
        ``england``: the median and the middle half of England's systems, or of its bodies. No place
        in an order is given.

    Returns
    -------
    polars.DataFrame
        Findings with ``unit_kind`` ``system`` (figures of its ICB) or ``body``:

        ``outcome.<id>``
            The latest figure. A monthly outcome is pooled over the twelve months that end with the
            latest, :math:`\sum_t n_t y_t / \sum_t n_t` with the base :math:`n_t` as weight; ``n`` is
            the number of months. Else the latest year's figure as published, and ``n`` is 1.
        ``outcome.<id>.change_year``
            Change from the twelve months (or the year) before.
        ``outcome.<id>.change_run``
            Change from the first twelve months (or year) of the series.
        ``outcome.<id>.councils``
            For a system: the median over its councils in their latest year; ``n`` is the number of
            councils, ``detail`` has the range, each council's figure and those without one. A council
            that lies in several systems counts whole in each.

        ``detail`` of every finding has name, unit, direction, caveat, source and ``note``; that of
        ``outcome.<id>`` the whole series, and that of a change the standard error and the ``verdict`` in
        words of `leaderful.measures.words.compare`. That of a monthly ``outcome.<id>`` also has
        ``lowest`` and ``highest``, the months of its window between which all others lie, ``months_of``, the
        twelve that a whole window has, and ``noise``. ``no_interval`` says why there is no interval and is
        empty where there is one.

    Notes
    -----
    A change between twelve-month windows is the mean, over the calendar months that both windows
    have, of the difference between them, so that seasons cancel:
    :math:`\sum_{m \in M} (y_{m,2} - y_{m,1}) / |M|`. At least eight such months are wanted.

    Monthly counts are complete, not sampled. Their interval is for what lies behind the months and
    comes from how the months move by themselves (`leaderful.statistics.monthly`); it is wider than a
    binomial interval because counts are over-dispersed. A series too short for that, or one whose months
    hang together too closely (`leaderful.statistics.monthly.MonthlyNoise.too_close`), has a figure and
    no interval; its changes have no standard error and ``verdict`` None. The Health Index and the social
    care figures are published without an interval or the numbers to make one: theirs is left empty.

    ``insufficient``: no figure; too few months in common; no figure a year earlier; or a system that
    took part of a divided area, for which only figures after the division are used. Nothing here is
    a test of an effect of leadership: the figures have many causes, and systems differ in age,
    illness, poverty and in what their hospitals report.

    Examples
    --------
    >>> from leaderful.study.tables import TABLES
    >>> def filled(name, **columns):
    ...     return pl.concat([TABLES[name].empty(), pl.DataFrame(columns)], how="diagonal_relaxed")
    >>> study = Study(name="Example", system="QHM", as_at=date(2024, 4, 1), tables={
    ...     "bodies": filled("bodies", id=["QHM"], kind=["integrated-care-board"], system=["QHM"]),
    ...     "outcomes": filled("outcomes", body=["QHM", "QHM"], measure=["index", "index"],
    ...                        period=[date(2020, 1, 1), date(2021, 1, 1)],
    ...                        period_end=[date(2020, 12, 31), date(2021, 12, 31)], value=[95.0, 96.5])})
    >>> for row in outcomes(study, {}).select("measure", "wave", "estimate").rows():
    ...     print(row)
    ('outcome.index', '2021', 96.5)
    ('outcome.index.change_year', '2020 to 2021', 1.5)
    ('outcome.index.change_run', '2020 to 2021', 1.5)
    """
    bodies = standing(study.table("bodies"), study.as_at)
    table = study.table("outcomes").sort("measure", "body", "period")
    found: list[Finding] = []
    for system in _systems(study, bodies):
        inside = bodies.filter(pl.col("system") == system)
        successions = study.table("successions").filter(pl.col("effective") <= study.as_at)
        rows = _of_its_area(table.filter(pl.col("body").is_in(inside["id"].to_list())), system, successions)
        kinds = dict(inside.select("id", "kind").iter_rows()) | {system: ICB}
        for (measure, body), series in rows.partition_by("measure", "body", as_dict=True).items():
            unit = ("system" if body == system else "body", str(body))
            found.extend(_of_series(str(measure), unit, series, catalogue.get(str(measure)), kinds[str(body)]))
        found.extend(_of_councils(system, inside, rows, catalogue))
        found.extend(_missing(system, rows, successions, catalogue))
    return _beside_england(frame(found), england)


def _systems(study: Study, bodies: pl.DataFrame) -> list[str]:
    if study.system:
        return [study.system]
    return bodies.filter(pl.col("kind") == ICB)["id"].unique().sort().to_list()


def _of_its_area(rows: pl.DataFrame, system: str, successions: pl.DataFrame) -> pl.DataFrame:
    """Leave out figures of the system from before it took part of a divided area."""
    took = successions.filter((pl.col("successor") == system) & (pl.col("kind") == "split"))
    since = took["effective"].max()
    if since is None:
        return rows
    return rows.filter((pl.col("body") != system) | (pl.col("period") >= since))


def _of_series(
    measure: str, unit: tuple[str, str], rows: pl.DataFrame, about: Described | None, kind: str
) -> Iterator[Finding]:
    told = _told(measure, about, rows["source"][-1]) | {"kind": kind}
    if about is not None and about.interval == "monthly":
        yield from _monthly(f"outcome.{measure}", unit, rows, told)
    else:
        yield from _yearly(f"outcome.{measure}", unit, rows, told)


def _told(measure: str, about: Described | None, source: str | None) -> dict[str, Any]:
    """Return what a reader of the outcome must know beside its number."""
    described = {
        "name": about.name if about else measure,
        "unit": about.unit if about else "",
        "direction": about.direction if about else "neutral",
        "caveat": about.caveat if about else "",
    }
    return described | {"source": source or "", "note": NOTE}


def _monthly(measure: str, unit: tuple[str, str], rows: pl.DataFrame, told: dict[str, Any]) -> Iterator[Finding]:
    rows = _by_month(rows)
    series = MonthlySeries(rows)
    latest = series.latest()
    low, high = (0.0, 100.0 if told["unit"] == "percent" else np.inf)
    margin = latest.margin
    noise = series.noise
    lowest, highest = series.latest_range()
    yield Finding(
        measure=measure,
        unit_kind=unit[0],
        unit=unit[1],
        wave=latest.window,
        method=MONTHS,
        estimate=latest.value,
        lower=None if margin is None else max(low, latest.value - margin),
        upper=None if margin is None else min(high, latest.value + margin),
        n=latest.months,
        detail=told
        | {
            "series": [[f"{month:%Y-%m}", value] for month, value in rows.select("period", "value").iter_rows()],
            "lowest": lowest,
            "highest": highest,
            "months_of": WINDOW,
            "no_interval": series.why_no_interval,
            "noise": None
            if noise is None
            else {"deviation": noise.deviation, "correlation": noise.correlation, "df": noise.df},
        },
    )
    for name, window in (("change_year", 1), ("change_run", series.first_window())):
        yield _change_of_months(f"{measure}.{name}", unit, series, window, told)


def _by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a month: figures of parts of a month are pooled, weighted by their bases."""
    weight = pl.col("base").fill_null(1.0)
    return (
        rows.group_by(pl.col("period").dt.truncate("1mo"), maintain_order=True)
        .agg(
            value=(pl.col("value") * weight).sum() / weight.sum(),
            base=pl.when(pl.col("base").is_null().all()).then(None).otherwise(pl.col("base").sum()),
        )
        .sort("period")
    )


def _change_of_months(
    measure: str, unit: tuple[str, str], series: MonthlySeries, window: int, told: dict[str, Any]
) -> Finding:
    change = series.change(window)
    common: dict[str, Any] = {
        "measure": measure,
        "unit_kind": unit[0],
        "unit": unit[1],
        "method": MONTHS_CHANGE,
    }
    if change is None:
        reason = "fewer than eight calendar months are in both twelve-month windows"
        return Finding(**common, wave=series.latest().window, status="insufficient", reason=reason, detail=told)
    verdict = None
    if change.error is not None and change.df is not None:
        verdict = compare(change.value, change.error, df=change.df)
    return Finding(
        **common,
        wave=change.window,
        estimate=change.value,
        lower=None if change.margin is None else change.value - change.margin,
        upper=None if change.margin is None else change.value + change.margin,
        n=change.months,
        detail=told | {"se": change.error, "df": change.df, "verdict": verdict, "no_interval": series.why_no_interval},
    )


def _yearly(measure: str, unit: tuple[str, str], rows: pl.DataFrame, told: dict[str, Any]) -> Iterator[Finding]:
    """Yield the latest figure as published, and how far it is from the year before and the first."""
    common: dict[str, Any] = {"unit_kind": unit[0], "unit": unit[1], "method": AS_PUBLISHED}
    starts, values = rows["period"].to_list(), rows["value"].to_list()
    labels = [_label(*ends) for ends in rows.select("period", "period_end").iter_rows()]
    told = told | {"no_interval": "published without an interval"}
    series = [list(pair) for pair in zip(labels, values, strict=True)]
    yield Finding(
        measure=measure, **common, wave=labels[-1], estimate=values[-1], n=1, detail=told | {"series": series}
    )
    last = starts[-1]
    same_day_before = (last.year - 1, last.month, last.day)
    year_before = [i for i, start in enumerate(starts) if (start.year, start.month, start.day) == same_day_before]
    for name, earlier in (("change_year", year_before), ("change_run", [0] if len(starts) > 1 else [])):
        if earlier:
            change = round(values[-1] - values[earlier[0]], 9)
            wave = f"{labels[earlier[0]]} to {labels[-1]}"
            yield Finding(measure=f"{measure}.{name}", **common, wave=wave, estimate=change, n=2, detail=told)
        else:
            reason = f"no figure a year before {labels[-1]}" if name == "change_year" else f"{labels[-1]} stands alone"
            yield Finding(
                measure=f"{measure}.{name}",
                **common,
                wave=labels[-1],
                status="insufficient",
                reason=reason,
                detail=told,
            )


def _label(start: date, end: date | None) -> str:
    """Return a period as people write it: 2021 for a calendar year, 2022-23 for a financial one."""
    if end is None:
        return start.isoformat()
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    if (start.month, start.day, end.month, end.day) == (4, 1, 3, 31) and end.year == start.year + 1:
        return f"{start.year}-{end.year % 100:02d}"
    return f"{start.isoformat()}/{end.isoformat()}"


def _of_councils(
    system: str, inside: pl.DataFrame, rows: pl.DataFrame, catalogue: Mapping[str, Described]
) -> Iterator[Finding]:
    """Yield the median over the system's councils of each outcome that councils have."""
    councils = inside.filter(pl.col("kind") == COUNCIL)["id"].unique().sort().to_list()
    theirs = rows.filter(pl.col("body").is_in(councils))
    for measure in theirs["measure"].unique().sort().to_list():
        figures = theirs.filter((pl.col("measure") == measure) & (pl.col("period") == _latest(theirs, measure)))
        values = dict(figures.select("body", "value").sort("body").iter_rows())
        yield Finding(
            measure=f"outcome.{measure}.councils",
            unit_kind="system",
            unit=system,
            wave=_label(figures["period"][0], figures["period_end"][0]),
            method=COUNCILS_MEDIAN,
            estimate=float(np.median(list(values.values()))),
            n=len(values),
            detail=_told(measure, catalogue.get(measure), figures["source"][0])
            | {
                "kind": COUNCIL,
                "lowest": min(values.values()),
                "highest": max(values.values()),
                "councils": values,
                "without_figure": [council for council in councils if council not in values],
                "no_interval": "all councils of the system, not a sample of them",
            },
        )


def _latest(rows: pl.DataFrame, measure: str) -> Any:
    return rows.filter(pl.col("measure") == measure)["period"].max()


def _missing(
    system: str, rows: pl.DataFrame, successions: pl.DataFrame, catalogue: Mapping[str, Described]
) -> Iterator[Finding]:
    """Yield, for each outcome of ICBs that the system lacks, why it does."""
    held = set(rows.filter(pl.col("body") == system)["measure"])
    took = successions.filter((pl.col("successor") == system) & (pl.col("kind") == "split"))
    divided = took["predecessor"].unique().sort().to_list()
    reason = "the study holds no figure of it for this system"
    if divided:
        reason = f"its area includes part of {' and '.join(divided)}, whose figures cannot be divided"
    for measure, about in catalogue.items():
        if ICB in about.body_kind and measure not in held:
            yield Finding(
                measure=f"outcome.{measure}",
                unit_kind="system",
                unit=system,
                method=MONTHS if about.interval == "monthly" else AS_PUBLISHED,
                status="insufficient",
                reason=reason,
                detail=_told(measure, about, None) | {"kind": ICB},
            )


def _beside_england(findings: pl.DataFrame, england: pl.DataFrame | None) -> pl.DataFrame:
    """Add England's median and middle half to the detail of each finding that England has too."""
    if england is None:
        return findings
    key = ["measure", "unit_kind"]
    spread = {
        (measure, unit_kind): {"median": median, "lower_quartile": low, "upper_quartile": high, "n": n}
        for measure, unit_kind, median, low, high, n in england.filter(pl.col("status") == "ok")
        .group_by(key)
        .agg(
            pl.col("estimate").median().alias("median"),
            pl.col("estimate").quantile(0.25, "linear").alias("low"),
            pl.col("estimate").quantile(0.75, "linear").alias("high"),
            pl.len(),
        )
        .iter_rows()
    }
    rows = findings.iter_rows(named=True)
    beside = [_with_england(row, spread.get((row["measure"], row["unit_kind"]))) for row in rows]
    return findings.with_columns(pl.Series("detail", beside, dtype=pl.String))


def _with_england(row: dict[str, Any], spread: dict[str, float] | None) -> str:
    if spread is None:
        return str(row["detail"])
    return json.dumps(detail(row) | {"england": spread}, sort_keys=True, ensure_ascii=False, allow_nan=False)
