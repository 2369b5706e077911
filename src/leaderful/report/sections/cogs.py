"""What jams when one cog jams: what each body's removal takes from all the others, and who stands between whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import NO_VALUE, in_order, latest, named, sector_name, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.figures.cog_wheels import Wheel, cog_wheels
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.between_network import PROVISIONAL
from leaderful.report.signals import signals
from leaderful.report.wording import counted, listed, share, whole, within

_RISES = (
    ("cog_jam.distance", "Longer ways round", "closeness of all others that is lost"),
    ("cog_jam.fragmentation", "Cut apart", "pairs of others that lose every way"),
)
_ROLES = (
    ("coordinator", "Coordinator", "all three of one sector"),
    ("gatekeeper", "Gatekeeper", "between its own sector and another"),
    ("itinerant", "Itinerant", "between two of another sector"),
    ("liaison", "Liaison", "between two other sectors"),
)
_LEAST_RISE_AXIS = 0.10
_LEAST_SHOWN = 0.01
"""Bodies whose loss costs less than this are counted and not drawn."""
_MOST_WHEELS = 5
"""Cogs drawn behind one connector; the others are counted."""


def cogs_section(material: Material) -> Section | None:
    """Return the section on what jams when one cog jams; None where there is no network of bodies."""
    if not any(latest(material, "cog_jam.distance", "body")):
        return None
    figures = (_alone(material), _removal(material), _roles(material))
    return Section(
        id="cogs",
        name="Cogs",
        heading="If one cog jams, what stops?",
        lead=(
            "A system is like a set of cogs: if one jams, others stop with it. Here each body is taken out in turn, on "
            "paper, to see how much harder it becomes for all the others to reach each other.",
            *(signal.text for signal in signals(material) if signal.anchor == "cogs"),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Where one body alone joins others to the rest: what second tie would cost least and hold best?",
            "Which people carry the ties of the body that you could least do without, and who would step in for them?",
            "Is the body in between asked to be there, and given time for it?",
        ),
    )


def _removal(material: Material) -> Figure:
    found = {measure: {f.unit: f for f in latest(material, measure, "body")} for measure, *_ in _RISES}
    bodies = in_order(material, [unit for of in found.values() for unit in of])
    far = _furthest(f for of in found.values() for f in of.values())
    columns = [Column(name=name, about=about, range=Range(low=0.0, high=far)) for _, name, about in _RISES]
    rows = [
        (
            named(material, body),
            [_rise(found[m].get(body), f"{material.called(body)}, {name.lower()}") for m, name, _ in _RISES],
        )
        for body in bodies
        if _worth_a_row([of.get(body) for of in found.values()])
    ]
    every = [f for of in found.values() for f in of.values()]
    drawn = len(rows)
    return Figure(
        id="removal",
        title=_removal_title(material, every),
        subtitle="What the other bodies lose when one is taken out, in per cent of what they have. Grey is what "
        "taking out a body with as many ties would cost if ties fell by chance. Bodies stand by sector and name.",
        body=tag(
            "div",
            *([cells(columns, rows)] if rows else []),
            _left_out(
                len(bodies) - drawn,
                drawn,
                "Taking out the {}body costs the others less than 1 % of what they have.",
                "Taking out any of the {}bodies costs the others less than 1 % of what they have.",
            ),
            class_="meso",
        ),
        caption=f"{_standing(every)} Counts of reported ties, which have no interval. “Beyond chance” asks for "
        "p of 0.05 or less after a correction for all bodies, and for a loss of 2 points or more: a rule of this "
        "project, not validated.",
        method="cog-jam",
        cannot="What would happen in truth: when a body drops out, others make new ties. Only ties between bodies "
        "count, and not what flows along them.",
        grids=(_removal_grid(material, bodies, found),),
    )


def _worth_a_row(found: Sequence[Finding | None]) -> bool:
    """Whether a body's loss costs anything to speak of, or cannot be shown."""
    return any(f is None or f.estimate is None or f.estimate >= _LEAST_SHOWN for f in found)


def _left_out(count: int, drawn: int, one: str, many: str) -> Markup:
    if not count:
        return Markup("")
    other = "other " if drawn else ""
    return tag("p", one.format(other) if count == 1 else many.format(f"{count} {other}"))


def _furthest(findings: Iterable[Finding]) -> float:
    ends = [_LEAST_RISE_AXIS]
    for finding in findings:
        ends += [finding.estimate or 0.0, finding.detail.get("random_upper", 0.0)]
    return float(max(ends))


def _rise(finding: Finding | None, about: str) -> Cell:
    words = shown(finding, _rise_words)
    if finding is None or finding.estimate is None:
        return Cell(words=words)
    band = (float(finding.detail["random_lower"]), float(finding.detail["random_upper"]))
    return Cell(
        estimate=finding.estimate,
        band=band,
        words=words,
        spoken=f"{about}: {words}; by chance {100 * band[0]:.0f} to {share(band[1])}",
    )


def _rise_words(finding: Finding) -> str:
    return f"{share(finding.estimate or 0.0)}{', beyond chance' if finding.detail['beyond_chance'] else ''}"


def _removal_title(material: Material, found: Sequence[Finding]) -> str:
    beyond = in_order(material, [f.unit for f in found if f.estimate is not None and f.detail["beyond_chance"]])
    if beyond:
        names = listed([material.called(body) for body in beyond])
        return f"Taking out {names} would cost the others more than chance explains"
    if any(f.estimate is not None for f in found):
        return "No body's loss would cost the others more than chance explains"
    return "What the loss of a body would cost the others cannot be said here"


def _standing(found: Sequence[Finding]) -> str:
    """Return what stands in the way of naming bodies: few answers, or an answer that may change."""
    reasons = sorted({f.reason for f in found if f.status in NO_VALUE})
    if any(f.detail.get("provisional") for f in found if f.estimate is not None):
        return PROVISIONAL
    return f"Withheld: {listed(reasons)}." if reasons else ""


def _removal_grid(material: Material, bodies: Sequence[str], found: dict[str, dict[str, Finding]]) -> Grid:
    rows = []
    for body in bodies:
        said = [
            text
            for measure, *_ in _RISES
            for one in (found[measure].get(body),)
            for text in (
                shown(one, lambda f: _tenths(f.estimate or 0.0)),
                shown(one, lambda f: f"{_tenths(f.detail['random_lower'])} to {_tenths(f.detail['random_upper'])}"),
                shown(one, lambda f: "yes" if f.detail["beyond_chance"] else "no"),
            )
        ]
        rows.append((material.called(body), *said, shown(found[_RISES[0][0]].get(body), lambda f: whole(f.n or 0))))
    names = [text for _, name, _ in _RISES for text in (name, "By chance", "Beyond chance")]
    return Grid(
        caption="What the others lose when a body is taken out",
        columns=("Body", *names, "n, people behind its ties"),
        rows=tuple(rows),
        numeric=frozenset({1, 4, 7}),
        sortable=False,
    )


def _tenths(part: float) -> str:
    return f"{100 * part:.1f} %"


def _alone(material: Material) -> Figure | None:
    found = {f.unit: f for f in latest(material, "cog_jam.sole_connector", "body")}
    alone = [body for body in in_order(material, found) if found[body].estimate]
    if not alone:
        return None
    bodies = len(found)
    return Figure(
        id="sole-connectors",
        title=_alone_title(material, alone, found),
        subtitle="The large cog stands for all bodies that would still reach each other; those at the right turn only "
        "through the one between, as far as people reported.",
        body=join([_wheels(material, body, found[body], bodies) for body in alone]),
        caption=f"{_standing(list(found.values()))} {_silent_words(material, [found[body] for body in alone])}".strip(),
        method="cog-jam",
        cannot="Whether the bodies at the right have other ties that nobody was there to report.",
        grids=(_alone_grid(material, alone, found),),
    )


def _alone_title(material: Material, alone: Sequence[str], found: dict[str, Finding]) -> str:
    if len(alone) > 1:
        return f"{len(alone)} bodies are each the only reported link between others and the rest"
    cut = counted(int(found[alone[0]].estimate or 0), "body", "bodies")
    return f"{material.called(alone[0])} is the only reported link between {cut} and the rest"


def _wheels(material: Material, body: str, finding: Finding, bodies: int) -> Markup:
    cut = in_order(material, finding.detail["bodies"])
    wheels = [Wheel(name=material.called(code), sector=material.sectors.get(code, "")) for code in cut[:_MOST_WHEELS]]
    if len(cut) > _MOST_WHEELS:
        wheels.append(Wheel(name=f"and {len(cut) - _MOST_WHEELS} more", sector=""))
    rest = f"{counted(bodies - len(cut) - 1, 'other body', 'other bodies')}"
    names = listed([wheel.name for wheel in wheels])
    label = f"{material.called(body)} stands alone between {rest} and {names}"
    return tag(
        "div",
        cog_wheels(Wheel(name=material.called(body), sector=material.sectors.get(body, "")), rest, wheels, label=label),
        class_="cogs-drawing",
    )


def _silent_words(material: Material, found: Sequence[Finding]) -> str:
    silent = in_order(material, [code for f in found for code in f.detail["silent"]])
    if not silent:
        return ""
    names = listed([material.called(code) for code in silent])
    return f"Of {names} nobody answered: they may have ties that are not seen."


def _alone_grid(material: Material, alone: Sequence[str], found: dict[str, Finding]) -> Grid:
    return Grid(
        caption="Bodies that alone join others to the rest",
        columns=("Body", "Joins alone", "Sectors reached only through it", "Ties that alone connect lead to"),
        rows=tuple(
            (
                material.called(body),
                listed([material.called(code) for code in in_order(material, found[body].detail["bodies"])]),
                listed([within(sector_name(sector)) for sector in found[body].detail["sectors"]]) or "none",
                listed([material.called(code) for code in in_order(material, found[body].detail["bridges"])]) or "none",
            )
            for body in alone
        ),
    )


def _roles(material: Material) -> Figure | None:
    found = {(f.unit, f.detail["role"]): f for f in latest(material, "brokerage.role", "body")}
    if not found:
        return None
    bodies = in_order(material, [body for body, _ in found])
    every = list(found.values())
    columns = [
        Column(name=name, about=about, range=Range(low=0.0, high=_most(f for (_, r), f in found.items() if r == role)))
        for role, name, about in _ROLES
    ]
    rows = [
        (
            named(material, body),
            [
                _role_cell(found.get((body, role)), f"{material.called(body)}, {name.lower()}")
                for role, name, _ in _ROLES
            ],
        )
        for body in bodies
        if any(found[end].estimate != 0 for end in found if end[0] == body)
    ]
    drawn = len(rows)
    return Figure(
        id="brokerage",
        title=_roles_title(material, every),
        subtitle="How many pairs of bodies that have no tie with each other are joined by this one, by the sectors of "
        "the three. Grey is what chance would bring if sectors were dealt out at random; each column has its own "
        "scale.",
        body=tag(
            "div",
            *([cells(columns, rows)] if rows else []),
            _left_out(
                len(bodies) - drawn,
                drawn,
                "The {}body stands between no such pair.",
                "The {}bodies stand between no such pair.",
            ),
            class_="meso",
        ),
        caption=f"{_standing(every)} Counts of reported ties, which have no interval. With "
        f"{counted(len(every), 'number', 'numbers')} set against chance, about {whole(len(every) / 40)} would lie "
        "above the grey by chance alone.",
        method="brokerage",
        cannot="Whether a body uses its place: it may pass things on, or hold them up. Nor whether the two others "
        "ought to have a tie of their own.",
        grids=(_roles_grid(material, bodies, found),),
        folded=True,
    )


def _most(findings: Iterable[Finding]) -> float:
    ends = [1.0]
    for finding in findings:
        ends += [finding.estimate or 0.0, finding.detail.get("expected_upper", 0.0)]
    return float(max(ends))


def _role_cell(finding: Finding | None, about: str) -> Cell:
    words = shown(finding, _role_words)
    if finding is None or finding.estimate is None:
        return Cell(words=words)
    band = (float(finding.detail["expected_lower"]), float(finding.detail["expected_upper"]))
    return Cell(
        estimate=finding.estimate,
        band=band,
        words=words,
        spoken=f"{about}: {words}; by chance {_count(band[0])} to {_count(band[1])}",
    )


def _role_words(finding: Finding) -> str:
    above = finding.estimate is not None and finding.estimate > finding.detail["expected_upper"]
    return f"{_count(finding.estimate or 0.0)}{', more than chance' if above else ''}"


def _count(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _roles_title(material: Material, found: Sequence[Finding]) -> str:
    above = [f for f in found if f.estimate is not None and f.estimate > f.detail["expected_upper"]]
    if not any(f.estimate is not None for f in found):
        return "Who stands between others cannot be said here"
    if not above:
        return "No body stands between others of this or that sector more often than chance would bring"
    bodies = in_order(material, [f.unit for f in above])
    if len(bodies) > 3:
        return f"{len(bodies)} bodies stand between others more often than chance would bring"
    names = listed([material.called(body) for body in bodies])
    stand = "stands" if len(bodies) == 1 else "stand"
    return f"{names} {stand} between others more often than chance would bring"


def _roles_grid(material: Material, bodies: Sequence[str], found: dict[tuple[str, str], Finding]) -> Grid:
    constraint, size = (
        {f.unit: f for f in latest(material, f"brokerage.{measure}", "body")}
        for measure in ("constraint", "effective_size")
    )
    rows = []
    for body in bodies:
        said = [
            text
            for role, *_ in _ROLES
            for one in (found.get((body, role)),)
            for text in (shown(one, lambda f: _count(f.estimate or 0.0)), shown(one, _expected))
        ]
        ties = [shown(one.get(body), lambda f: f"{f.estimate:.2f}") for one in (constraint, size)]
        rows.append((material.called(body), *said, *ties))
    names = [text for _, name, _ in _ROLES for text in (name, "By chance")]
    return Grid(
        caption="Who stands between others",
        columns=("Body", *names, "Constraint", "Effective size"),
        rows=tuple(rows),
        numeric=frozenset({1, 3, 5, 7, 9, 10}),
        sortable=False,
    )


def _expected(finding: Finding) -> str:
    return f"{_count(finding.detail['expected_lower'])} to {_count(finding.detail['expected_upper'])}"
