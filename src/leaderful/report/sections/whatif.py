"""What if: scenarios on simulated people, against the same people without them; not a forecast."""

from __future__ import annotations

from collections import Counter
from typing import Final

from leaderful.measures.findings import Finding
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Section
from leaderful.report.sections.whatif_effects import overview_grid
from leaderful.report.sections.whatif_scenario import scenario_figure
from leaderful.report.sections.whatif_seeded import seeded_figure
from leaderful.report.sections.whatif_words import (
    Apart,
    effects,
    indicator_name,
    point_axis,
    runs,
    scaled,
    scenarios,
    size,
    title_of,
    verdict,
)
from leaderful.report.wording import counted, sentence, short_system, whole

SIMULATED = (
    "Nobody real did, said or felt what is shown inside this frame. Invented people meet by rules "
    "that put the framework's ideas to work; most of the rates of these rules are assumed. It is an aid to thinking "
    "and not a forecast."
)
_HEADLINES = (("share_taken", "all"), ("trust", "across"), ("heard", "all"), ("share_taken", "across"))
_SURE: Final[tuple[Apart, ...]] = ("higher", "lower")
_SHOWN = 3
_OPEN = 3
"""Scenarios up to which each stands open; of more, the first figure tells enough, and each opens from its title."""


def whatif_section(material: Material) -> Section | None:
    """Return the section on simulated scenarios; None where none was run."""
    run = scenarios(material)
    if not run:
        return None
    folded = len(run) > _OPEN
    alone = len(run) == 1
    each = [scenario_figure(material, name, place + 1, folded=folded, alone=alone) for place, name in enumerate(run)]
    whole_ = [_overview(material, run)] if len(run) > 1 else []
    seeded = seeded_figure(material)
    return Section(
        id="what-if",
        name="What if (simulated)",
        heading="What if: simulated, not a forecast",
        simulated=SIMULATED,
        lead=(_lead(material, run),),
        figures=(*whole_, *each, *(() if seeded is None else (seeded,))),
        questions=(
            "Which of these would we expect to work here, and what do we know that the simulation does not?",
            "Where the simulation surprises us: is the rule behind it wrong, or our picture of how we work?",
            "What is the smallest real trial that would tell us more than any further run?",
        ),
    )


def _lead(material: Material, run: list[str]) -> str:
    one = next(iter(effects(material, run[0]).values()))
    seeded: list[Finding] = material.own.get("whatif.seeded", [])
    people = sum(int(f.estimate or 0) for f in seeded)
    where = short_system(str(one.detail["system"]))
    made = f"{whole(people)} invented people of {where}" if people else f"Invented people of {where}"
    return (
        f"{made} lived through the same weeks twice: once as they were, and once with something changed. Every chance "
        "that the change does not touch fell alike both times. So what differs follows from the change, in the "
        f"simulation. {counted(len(run), 'scenario was', 'scenarios were')} tried in this way."
    )


def _overview(material: Material, run: list[str]) -> Figure:
    """Return the figure that sets the scenarios side by side, in the order in which they were run."""
    found = {name: effects(material, name) for name in run}
    keys = [key for key in _HEADLINES if any(key in of_one for of_one in found.values())][:_SHOWN]
    columns = [_column(key, [of_one[key] for of_one in found.values() if key in of_one]) for key in keys]
    rows = []
    for of_one in found.values():
        title = title_of(next(iter(of_one.values())))
        rows.append((title, [_cell(of_one.get(key), title, key) for key in keys]))
    first = [of_one[keys[0]] for of_one in found.values() if keys[0] in of_one]
    one = next(iter(found[run[0]].values()))
    return Figure(
        id="what-if-overview",
        title=_overview_title(first, indicator_name(*keys[0])),
        subtitle="Each scenario against the same people without it, over the last 13 weeks. A dot is the mean "
        "difference, its line where at least nineteen in twenty pairs of runs lie, and the dashed line no difference. "
        "A share that goes from 60\u00a0% to 65\u00a0% is 5 points higher.",
        body=tag("div", cells(columns, rows), class_="made-up"),
        caption=f"n = {runs(one)}. Simulated people of {short_system(str(one.detail['system']))}.",
        method="what-if",
        cannot="Which of these to do. What a change costs, whether it could be brought about and what else would come "
        "of it are not in the simulation. The sizes hang on assumed rates; look at the direction and how sure it is.",
        grids=(overview_grid(material, run, keys),),
    )


def _column(key: tuple[str, str], found: list[Finding]) -> Column:
    axis = point_axis(found)
    about = (
        f"{axis.marks[0][1]} to {axis.marks[-1][1]} {'points' if found[0].detail['unit'] == 'share' else 'per cent'}"
    )
    return Column(name=indicator_name(*key), about=about, range=Range(low=axis.low, high=axis.high, reference=0.0))


def _cell(finding: Finding | None, title: str, key: tuple[str, str]) -> Cell:
    if finding is None:
        return Cell(words="not followed")
    estimate, lower, upper = scaled(finding)
    words = f"{sentence(verdict(finding))}: {size(finding)}"
    spoken = f"{title}; {indicator_name(*key)}: {words}"
    if finding.lower is None:
        return Cell(estimate=estimate, words=words, spoken=spoken)
    return Cell(estimate=estimate, lower=lower, upper=upper, words=words, spoken=spoken)


def _overview_title(found: list[Finding], indicator: str) -> str:
    """Return with how many scenarios the indicator surely ends higher, with how many lower, and with how many not."""
    said = Counter(verdict(finding) for finding in found)
    named = f"{indicator[:1].lower()}{indicator[1:]}"
    one_way = next((way for way in _SURE if said[way] == len(found)), None)
    if one_way is not None:
        return f"The {named} ends {one_way} in {'both' if len(found) == 2 else f'all {len(found)}'} scenarios"
    sure = [f"{way} in {said[way]}" for way in _SURE if said[way]]
    if not sure:
        return f"In none of {len(found)} scenarios does the {named} surely end higher or lower"
    rest = len(found) - sum(said[way] for way in _SURE)
    end = f"; in {rest} there is no sure difference" if rest else ""
    return f"The {named} ends {' and '.join(sure)} of {len(found)} scenarios{end}"
