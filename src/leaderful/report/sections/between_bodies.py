"""What bodies receive from the others, how sectors stand to the NHS in it, and which bodies keep to themselves."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.bodies import (
    cell_of,
    in_order,
    latest,
    mean_words,
    named,
    of_whole,
    sector_name,
    share_interval,
    shown,
)
from leaderful.report.figures.cells import Column, Range, cells
from leaderful.report.figures.marks import SECTORS
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import between, counted, listed, points, share, whole, within

_RECEIVED = (
    ("ties.trust", "Trust", "reliable, open, of one purpose"),
    ("ties.value", "Value", "influence, involvement, resources"),
    ("ties.respect", "Respect", "for it and what it does"),
    ("ties.role", "Role", "understood by others"),
)
_BROUGHT = (
    ("influence", "Influence", "that it brings"),
    ("involvement", "Involvement", "time and effort"),
    ("resources", "Resources", "money, space, skill"),
    ("trust", "Trust", "that it gets"),
)
_SURE = 0.05
_WAYS = ("lower", "higher")
_LEAST_AXIS = 0.5
"""An axis of gaps is at least this long each way, so that a small one does not look large."""


def received_figure(material: Material) -> Figure | None:
    """Return what each body receives from people of other bodies."""
    found = {measure: {f.unit: f for f in latest(material, measure, "body")} for measure, *_ in _RECEIVED}
    bodies = in_order(material, [unit for of in found.values() for unit in of])
    if not bodies:
        return None
    columns = [
        Column(name=name, about=about, range=Range(low=1.0, high=4.0, reference=_mean(material, measure)))
        for measure, name, about in _RECEIVED
    ]
    rows = [
        (
            named(material, body),
            [
                cell_of(found[m].get(body), mean_words, about=f"{material.called(body)}, {name.lower()}")
                for m, name, _ in _RECEIVED
            ],
        )
        for body in bodies
    ]
    most = max((f.n or 0 for f in found["ties.trust"].values() if f.estimate is not None), default=0)
    return Figure(
        id="received",
        title=_received_title(material),
        subtitle="What people of other bodies say of each body, from 1 to 4, with 95 % intervals. The dashed line is "
        "the mean of all answers. Bodies stand by sector and name; this is no ranking.",
        body=tag("div", cells(columns, rows), class_="micro"),
        caption=f"n = up to {whole(most)} answers about one body; the table has each. Intervals allow for people of "
        "one body seeing things alike, wherever five bodies or more spoke. They say how sure the mean is, and not how "
        "much people differ.",
        method="ties",
        cannot="What a body brings, as opposed to what others see of it. A body that works with few is seen by few.",
        grids=(_received_grid(material, bodies, found),),
        folded=True,
    )


def _mean(material: Material, measure: str) -> float | None:
    mean = of_whole(material, measure)
    return mean.estimate if mean is not None else None


def _received_title(material: Material) -> str:
    means = [(name.lower(), _mean(material, measure)) for measure, name, _ in _RECEIVED[:3]]
    told = [f"{name} of {mean:.1f}" for name, mean in means if mean is not None]
    if not told:
        return "What bodies receive from the others cannot be shown"
    return f"On a scale of 1 to 4 bodies get {listed(told)} from the others, on the whole"


def _received_grid(material: Material, bodies: list[str], found: dict[str, dict[str, Finding]]) -> Grid:
    rows = []
    for body in bodies:
        said = [
            text
            for measure, *_ in _RECEIVED
            for text in (
                shown(found[measure].get(body), lambda f: f"{f.estimate:.2f}"),
                shown(found[measure].get(body), _interval),
            )
        ]
        rows.append((material.called(body), *said, shown(found["ties.trust"].get(body), lambda f: whole(f.n or 0))))
    names = [text for _, name, _ in _RECEIVED for text in (name, "95 % interval")]
    return Grid(
        caption="What each body receives from the others",
        columns=("Body", *names, "n, answers on trust"),
        rows=tuple(rows),
        numeric=frozenset({1, 3, 5, 7, 9}),
        sortable=False,
    )


def _interval(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return "none"
    return between(finding.lower, finding.upper, places=2)


def equality_figure(material: Material) -> Figure | None:
    """Return how each sector's bodies are seen, less how NHS bodies are."""
    found = {(f.unit, f.detail["indicator"]): f for f in latest(material, "equality.gap", "sector")}
    sectors = [sector for sector in SECTORS if any(sector == unit for unit, _ in found)]
    if not sectors:
        return None
    ends = [abs(end) for f in found.values() for end in (f.lower, f.upper, f.estimate) if end is not None]
    far = max([_LEAST_AXIS, *ends])
    columns = [
        Column(name=name, about=about, range=Range(low=-far, high=far, reference=0.0)) for _, name, about in _BROUGHT
    ]
    rows = [
        (
            sector_name(sector),
            [
                cell_of(
                    found.get((sector, key)),
                    _gap_words,
                    about=f"{sector_name(sector)}, {name.lower()}, against the NHS",
                )
                for key, name, _ in _BROUGHT
            ],
        )
        for sector in sectors
    ]
    known = [f for f in found.values() if f.estimate is not None]
    return Figure(
        id="equality",
        title=_equality_title(found),
        subtitle="Mean of what people of all bodies say about bodies of the sector, less what they say about NHS "
        "bodies, on a scale of 1 to 4. Left of the dashed line is less than the NHS, right is more.",
        body=tag("div", cells(columns, rows), class_="meso"),
        caption=f"{counted(len(known), 'comparison', 'comparisons')}, each with its 95 % interval; the words allow for "
        "there being so many (p below 0.05 after Holm's correction), so an interval may leave out no difference and "
        "the two still cannot be told apart. It is about these bodies, and not about others of their sectors.",
        method="equality",
        cannot="Whether partners are equal: only how what they bring is seen. Nor whether they ought to bring as much.",
        grids=(_equality_grid(sectors, found),),
        folded=not any(_stands(f) in _WAYS for f in known),
    )


def _gap_words(finding: Finding) -> str:
    return f"{points(finding.estimate or 0.0, places=2)}, {_stands(finding)}"


def _stands(finding: Finding) -> str:
    """Return in words how a gap stands to none, allowing for how many gaps are looked at."""
    p = finding.detail.get("p_holm")
    if finding.estimate is None or p is None:
        return "no interval"
    if p >= _SURE:
        return "cannot tell apart"
    return "lower" if finding.estimate < 0 else "higher"


def _equality_title(found: dict[tuple[str, str], Finding]) -> str:
    names = {key: name.lower() for key, name, _ in _BROUGHT}
    told: dict[tuple[str, str], list[str]] = {}
    for (sector, key), finding in found.items():
        if _stands(finding) in _WAYS:
            told.setdefault((sector, _stands(finding)), []).append(names[key])
    if not told:
        return "In nothing that was asked can a sector be told apart from NHS bodies"
    if len(told) > 2:
        counts = [(way, sum(len(what) for (_, said), what in told.items() if said == way)) for way in _WAYS]
        known = sum(finding.estimate is not None for finding in found.values())
        told_ways = listed([f"{way} in {count}" for way, count in counts if count])
        return f"Of {known} comparisons with NHS bodies, other sectors are seen {told_ways}"
    parts = [
        f"{within(sector_name(s)).removesuffix('s')} bodies {way} in {listed(what)}" for (s, way), what in told.items()
    ]
    return f"Next to NHS bodies, people see {', and '.join(parts)}"


def _equality_grid(sectors: list[str], found: dict[tuple[str, str], Finding]) -> Grid:
    rows = []
    for sector in sectors:
        for key, name, _ in _BROUGHT:
            one = found.get((sector, key))
            rows.append(
                (
                    sector_name(sector),
                    name,
                    shown(one, lambda f: f"{f.detail['here']:.2f}"),
                    shown(one, lambda f: f"{f.detail['nhs']:.2f}"),
                    shown(one, lambda f: points(f.estimate or 0.0, places=2)),
                    shown(one, _interval),
                    shown(one, _stands),
                    shown(one, lambda f: whole(f.detail["bodies"])),
                )
            )
    return Grid(
        caption="How bodies of each sector are seen, against NHS bodies",
        columns=("Sector", "What", "Here", "NHS bodies", "Difference", "95 % interval", "In words", "Bodies"),
        rows=tuple(rows),
        numeric=frozenset({2, 3, 4, 7}),
    )


def apart_figure(material: Material) -> Figure | None:
    """Return how many people of each body work with any other body at least monthly."""
    found = {f.unit: f for f in latest(material, "ties.outside", "body")}
    if not found:
        return None
    bodies = in_order(material, found)
    reference = _mean(material, "ties.outside")
    column = Column(name="People", about="0 to 100 %", range=Range(low=0.0, high=1.0, reference=reference))
    rows = [
        (named(material, body), [cell_of(found[body], _share_words, about=material.called(body))]) for body in bodies
    ]
    return Figure(
        id="apart",
        title=_apart_title(material, reference),
        subtitle="Share of each body's people who work with any other body at least monthly, with its 95 % interval. "
        "The dashed line is the whole system.",
        body=tag("div", cells([column], rows), class_="meso"),
        caption=_apart_caption(material),
        method="ties",
        cannot="Whether working apart is wrong: some work needs no partner. People who answered nothing about other "
        "bodies are not counted.",
        grids=(_apart_grid(material, bodies, found),),
        folded=not any(finding.detail.get("apart") for finding in found.values()),
    )


def _share_words(finding: Finding) -> str:
    return f"{share(finding.estimate or 0.0)} ({share_interval(finding)})"


def _apart_title(material: Material, reference: float | None) -> str:
    silos = in_order(material, [f.unit for f in latest(material, "ties.outside", "body") if f.detail.get("apart")])
    if silos:
        names = listed([material.called(body) for body in silos])
        return f"{names} {'works' if len(silos) == 1 else 'work'} with others far less than the rest do"
    start = "No body that can be shown keeps to itself"
    if reference is None:
        return start
    return f"{start}: {share(reference)} of people work with another body at least monthly"


def _apart_caption(material: Material) -> str:
    found = of_whole(material, "ties.outside")
    if found is None or found.estimate is None:
        return "A body is called apart when it is at least 25 points below the rest and p is below 0.01 (Holm)."
    return (
        f"n = {whole(found.n or 0)} people who answered about other bodies. A body is called apart when it lies at "
        "least 25 points below the rest, with p below 0.01 after Holm's correction: a rule of this project, not "
        "validated."
    )


def _apart_grid(material: Material, bodies: list[str], found: dict[str, Finding]) -> Grid:
    return Grid(
        caption="People who work with another body at least monthly",
        columns=("Body", "Share", "95 % interval", "Elsewhere", "Difference, points", "Called apart", "n"),
        rows=tuple(
            (
                material.called(body),
                shown(found[body], lambda f: share(f.estimate or 0.0)),
                shown(found[body], share_interval),
                shown(found[body], lambda f: share(f.detail["others"]) if "others" in f.detail else "nobody else"),
                shown(found[body], lambda f: points(100 * f.detail.get("difference", 0.0))),
                shown(found[body], lambda f: "yes" if f.detail.get("apart") else "no"),
                shown(found[body], lambda f: whole(f.n or 0)),
            )
            for body in bodies
        ),
        numeric=frozenset({1, 3, 4, 6}),
        sortable=False,
    )
