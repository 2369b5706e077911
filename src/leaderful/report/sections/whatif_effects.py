"""What a scenario changes in the end: a dot with its interval for each indicator, and all of them as a table."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.profile import TIERS, Reading, profile_legend, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Grid
from leaderful.report.sections.by_scale import tier_names
from leaderful.report.sections.whatif_words import (
    END,
    PEAK,
    YEAR,
    effects,
    holding,
    indicator_name,
    is_share,
    level,
    point_axis,
    scaled,
    size,
    title_of,
    verdict,
)
from leaderful.report.wording import points, sentence, signed

_ROWS = (
    ("share_taken", "all"),
    ("share_taken", "across"),
    ("trust", "all"),
    ("trust", "across"),
    ("understanding", "all"),
    ("purpose", "all"),
    ("reflexivity", "all"),
    ("closure", "all"),
    ("heard", "all"),
    ("ties", "all"),
    ("ties", "across"),
    ("encounters", "all"),
)
"""What is drawn; everything that was followed is in the table."""


def effects_panel(material: Material, scenario: str) -> Markup:
    """Return the differences in the end as rows, those of shares apart from those of counts."""
    found = effects(material, scenario)
    chosen = [found[key] for key in _ROWS if key in found]
    tiers = _tiers(found)
    parts = [_legend(tuple(tiers))] if chosen else []
    for heading, unit, of_kind in (
        ("On a scale of 0 to 100", "points", [f for f in chosen if is_share(f)]),
        ("Counts, against the baseline", "per cent", [f for f in chosen if not is_share(f)]),
    ):
        if of_kind:
            axis = point_axis([*of_kind, *tiers.values()] if unit == "points" else of_kind)
            rows = [_row(f, _under(f, tiers), axis) for f in of_kind]
            ruler = tag("div", strip_axis(axis, unit=unit), class_="axis")
            parts += [tag("h4", heading, class_="band-title"), ruler, tag("div", *rows, class_="strips")]
    return tag("div", join(parts), class_="made-up")


def _tiers(found: dict[tuple[str, str], Finding]) -> dict[str, Finding]:
    """Return the differences of the share of moments taken by tier."""
    return {tier: found["share_taken", tier] for tier in TIERS if ("share_taken", tier) in found}


def _under(finding: Finding, tiers: dict[str, Finding]) -> dict[str, Finding]:
    return tiers if (finding.detail["indicator"], finding.detail["part"]) == ("share_taken", "all") else {}


def _legend(tiers: tuple[str, ...]) -> Markup:
    return profile_legend(
        tiers,
        tier_names(),
        everyone="mean difference, and where at least nineteen in twenty pairs of runs lie",
        reference="no difference",
    )


def _row(finding: Finding, tiers: dict[str, Finding], axis: Axis) -> Markup:
    name = indicator_name(str(finding.detail["indicator"]), str(finding.detail["part"]))
    said = verdict(finding)
    under = [(tier, _reading(each)) for tier, each in tiers.items()]
    by_tier = "".join(f"; {tier_names()[tier].lower()}: {verdict(each)}" for tier, each in tiers.items())
    was = f"{level(finding, float(finding.detail['baseline']))} without it"
    return tag(
        "div",
        tag("div", name, tag("small", was), class_="q"),
        profile_row(_reading(finding), under, axis, spoken=f"{name}: {said}, {size(finding)}{by_tier}"),
        tag("div", tag("b", sentence(said)), tag("small", size(finding)), class_="v"),
        class_="strip",
    )


def _unit(finding: Finding) -> str:
    return "" if is_share(finding) else "\u00a0%"


def _interval(finding: Finding) -> str:
    if finding.lower is None:
        return "no interval"
    _, lower, upper = scaled(finding)
    return f"{signed(lower, 1)} to {signed(upper, 1)}{_unit(finding)}"


def _reading(finding: Finding) -> Reading:
    estimate, lower, upper = scaled(finding)
    if finding.lower is None:
        return Reading(estimate=estimate)
    return Reading(estimate=estimate, lower=lower, upper=upper)


def scenario_grid(material: Material, scenario: str) -> Grid:
    """Return everything that was followed in a scenario as a table, a row for each indicator and part."""
    by_term = {term: effects(material, scenario, term, known=False) for term in (END, YEAR, PEAK)}
    return Grid(
        caption=f"All that was followed: {title_of(next(iter(by_term[END].values())))}",
        columns=(
            "Indicator",
            "Without",
            "Last 13 weeks",
            "95 % interval",
            "Runs of one sign",
            "In words",
            "After a year",
            "At its furthest",
        ),
        rows=tuple(
            (indicator_name(*key), *_cells(end), *(_brief(by_term[term].get(key)) for term in (YEAR, PEAK)))
            for key, end in by_term[END].items()
        ),
        numeric=frozenset({1, 2}),
    )


def overview_grid(material: Material, chosen: Sequence[str], keys: Sequence[tuple[str, str]]) -> Grid:
    """Return some indicators of several scenarios in the end as a table."""
    rows = []
    for scenario in chosen:
        found = effects(material, scenario)
        rows += [(title_of(found[key]), indicator_name(*key), *_cells(found[key])) for key in keys if key in found]
    columns = ("Scenario", "Indicator", "Without", "Difference", "95 % interval", "Runs of one sign", "In words")
    return Grid(caption="Scenarios against the baseline", columns=columns, rows=tuple(rows), numeric=frozenset({2, 3}))


def _cells(finding: Finding) -> tuple[str, ...]:
    """Return a difference as a table has it: the baseline, the difference, its interval, how many runs, and words."""
    return (
        shown(finding, lambda f: level(f, float(f.detail["baseline"]))),
        shown(finding, lambda f: f"{points(scaled(f)[0])}{_unit(f)}"),
        shown(finding, _interval),
        shown(finding, holding),
        shown(finding, lambda f: verdict(f)),
    )


def _brief(finding: Finding | None) -> str:
    """Return a difference of another time in one cell, with its week where it was looked for."""
    if finding is None:
        return "the runs are too short"
    week = f", week {finding.detail['week']}" if finding.detail["term"] == PEAK and finding.estimate is not None else ""
    return shown(finding, lambda f: f"{points(scaled(f)[0])}{_unit(f)} ({_interval(f)}){week}")
