"""How services and health fare in the same area: context, never an effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.figures.lines import Panel, Point, line_panel
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.wording import between, counted, listed, period, sentence

_MONTHLY = ("outcome.ae_within_four_hours", "outcome.still_in_hospital", "outcome.ready_to_leave_rate")
_YEARLY = (
    "outcome.health_index",
    "outcome.health_index_people",
    "outcome.health_index_lives",
    "outcome.health_index_places",
)

_SEVERAL = 3
"""Councils from which on a median and a range are shown."""
_ABOVE, _BELOW = "above the middle half", "below the middle half"
_IN_WORDS = {
    ("outcome.ae_within_four_hours", _ABOVE): "more A&E patients are seen within four hours",
    ("outcome.ae_within_four_hours", _BELOW): "fewer A&E patients are seen within four hours",
    ("outcome.still_in_hospital", _ABOVE): "more of those ready to leave hospital are still there",
    ("outcome.still_in_hospital", _BELOW): "fewer of those ready to leave hospital are still there",
}


def outcomes_section(material: Material) -> Section:
    """Return the section on outcomes."""
    figures = [_flow(material), _health(material), _councils(material)]
    return Section(
        id="outcomes",
        name="Outcomes alongside",
        heading="Alongside: how services and health fare in the same area",
        lead=(
            "These figures stand here so that nobody has to look them up, and so that a conversation about leadership "
            "does not forget what it is for. They do not measure leadership, and nothing here shows that leadership "
            "moved them.",
            *_reasons(material),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Which of these would people from all sectors agree to be judged on together?",
            "Which is moved mostly by things that no partner here controls?",
        ),
    )


def _reasons(material: Material) -> tuple[str, ...]:
    """Return why figures are missing, each reason once."""
    missing: dict[str, list[str]] = defaultdict(list)
    for measure in (*_MONTHLY, *_YEARLY):
        for finding in material.own.get(measure, []):
            if finding.unit_kind == "system" and finding.status != "ok":
                missing[finding.reason].append(str(finding.detail.get("name", measure)))
    return tuple(
        f"No figure can be given for {'; '.join(names)}, because {reason}." for reason, names in missing.items()
    )


def _flow(material: Material) -> Figure | None:
    found = [f for f in (material.of_system(measure) for measure in _MONTHLY) if f and f.status == "ok"]
    if not found:
        return None
    cards = [_card(material, finding) for finding in found]
    return Figure(
        id="flow",
        title=_flow_title(found),
        subtitle="Month by month: this area in colour, the median of England's systems dashed in grey.",
        body=tag("div", *cards, class_="cards meso"),
        caption=f"n = {listed([str(len(f.detail['series'])) for f in found])} months. Complete counts by month, pooled "
        "over the latest twelve; a count that is complete needs no interval, so the range of its months is given.",
        method="outcomes",
        cannot=_caveats(found),
        grids=(_grid(material, found, "Flow through hospitals, latest twelve months"),),
    )


def _health(material: Material) -> Figure | None:
    found = [f for f in (material.of_system(measure) for measure in _YEARLY) if f and f.status == "ok"]
    if not found:
        return None
    cards = [_card(material, finding) for finding in found]
    latest = found[0].wave
    return Figure(
        id="health",
        title=_health_title(found[0]),
        subtitle="Health Index and its three parts, 100 is England in 2015: this area in colour, the median of "
        "England's systems dashed in grey.",
        body=tag("div", *cards, class_="cards meso"),
        caption=f"n = {len(found[0].detail['series'])} years to {latest}; the index is published without an interval.",
        method="outcomes",
        cannot=_caveats(found),
        grids=(_grid(material, found, f"Health Index {latest}"),),
    )


def _councils(material: Material) -> Figure | None:
    found = sorted(
        (
            f
            for measure, findings in material.own.items()
            if measure.endswith(".councils")
            for f in findings
            if f.status == "ok"
        ),
        key=lambda f: f.measure,
    )
    if not found:
        return None
    councils = max(f.n or 0 for f in found)
    missing = sorted({council for f in found for council in f.detail["without_figure"]})
    without = f" No figure for {listed([material.names.get(code, code) for code in missing])}." if missing else ""
    return Figure(
        id="social-care",
        title=f"Adult social care in {counted(councils, 'council', 'councils')} here, beside England's systems",
        subtitle="Measures of adult social care, as published for each council. No council is named, because the "
        "table is not a ranking.",
        body=_plain_table(_council_grid(found, councils)),
        caption="Published by council without an interval; a council that lies in several systems counts whole in each "
        f"of them.{without}",
        method="outcomes",
        cannot="How many people are behind each figure: the publication does not say, so no interval can be given.",
    )


def _council_grid(found: Sequence[Finding], councils: int) -> Grid:
    """Return the table of councils; the middle and the range of fewer than three would say nothing."""
    several = councils >= _SEVERAL
    rows = [
        (
            f"{f.detail['name']} ({f.detail['unit']})",
            f.wave,
            _figure(f.estimate or 0.0),
            *([f"{_figure(f.detail['lowest'])} to {_figure(f.detail['highest'])}"] if several else []),
            _england_words(f),
            str(f.n),
        )
        for f in found
    ]
    here = ("Median here", "Range here") if several else ("Here",)
    return Grid(
        caption="Adult social care by council",
        columns=("Measure", "Year", *here, "Elsewhere", "Councils"),
        rows=tuple(rows),
    )


def _caveats(found: Sequence[Finding]) -> str:
    """Return the caveats of several outcomes, each sentence once."""
    sentences = [part for f in found for part in str(f.detail["caveat"]).rstrip(".").split(". ")]
    return " ".join(f"{part}." for part in dict.fromkeys(sentences) if "ithout an interval" not in part)


def _plain_table(grid: Grid) -> Markup:
    head = tag("tr", *[tag("th", column, scope="col") for column in grid.columns])
    body = [tag("tr", tag("th", row[0], scope="row"), *[tag("td", cell) for cell in row[1:]]) for row in grid.rows]
    return tag(
        "div",
        tag("table", tag("caption", grid.caption), tag("thead", head), tag("tbody", *body)),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=grid.caption,
    )


def _card(material: Material, finding: Finding) -> Markup:
    name = str(finding.detail["name"])
    series, ticks = _series(finding), _ticks(finding)
    panel = Panel(
        points=tuple(Point(at=at, value=value, lower=value, upper=value) for at, value in series),
        england=_england_series(material, finding.measure, {at for at, _ in series}),
        ticks=ticks,
        unit="",
        spoken=f"{name}: from {_figure(series[0][1])} in {ticks[0][1]} to {_figure(series[-1][1])} in {ticks[-1][1]}",
    )
    return tag(
        "div",
        tag("h4", name),
        line_panel(panel),
        tag(
            "p",
            tag("b", _figure(finding.estimate or 0.0)),
            f" {finding.detail['unit']}, {period(finding.wave)}{_months_words(finding)}",
        ),
        tag("p", _england_words(finding)),
        class_="card",
    )


def _months_words(finding: Finding) -> str:
    """Return how far the months of the latest twelve lie apart, and how many of them there are."""
    lowest, highest = finding.detail.get("lowest"), finding.detail.get("highest")
    if lowest is None or highest is None:
        return ""
    some = f", {finding.n} of 12 months" if (finding.n or 12) < 12 else ""
    return f"{some}; months from {_figure(lowest)} to {_figure(highest)}"


def _england_series(material: Material, measure: str, places: set[float]) -> tuple[tuple[float, float], ...]:
    by_place: dict[float, list[float]] = defaultdict(list)
    for finding in material.spread.get(measure, []):
        if finding.unit_kind != "system" or finding.status != "ok":
            continue
        for at, value in _series(finding):
            if at in places:
                by_place[at].append(value)
    return tuple((at, median(values)) for at, values in sorted(by_place.items()))


def _england_words(finding: Finding) -> str:
    spread = finding.detail.get("england")
    if not spread:
        return "England's spread is not known"
    middle = f"{_figure(spread['lower_quartile'])} to {_figure(spread['upper_quartile'])}"
    return f"England's systems: median {_figure(spread['median'])}, middle half {middle}"


def _grid(material: Material, found: Sequence[Finding], caption: str) -> Grid:
    rows = []
    for finding in found:
        change = material.of_system(f"{finding.measure}.change_year")
        rows.append(
            (
                str(finding.detail["name"]),
                period(finding.wave),
                f"{_figure(finding.estimate or 0.0)} {finding.detail['unit']}",
                _interval(finding),
                _england_words(finding),
                _figure_signed(change.estimate) if change and change.estimate is not None else "not known",
                _interval(change) if change else "",
            )
        )
    return Grid(
        caption=caption,
        columns=(
            "Measure",
            "Period",
            "Here",
            "95 % interval",
            "England",
            "Change in a year",
            "95 % interval of change",
        ),
        rows=tuple(rows),
    )


def _interval(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return str(finding.detail.get("no_interval", "")) or "none"
    return between(finding.lower, finding.upper)


def _flow_title(found: Sequence[Finding]) -> str:
    placed = {
        f.measure: _place(f.estimate, f.detail["england"])
        for f in found
        if f.estimate is not None and f.detail.get("england")
    }
    if not placed:
        return "Flow through hospitals in this area"
    told = [_IN_WORDS[measure, place] for measure, place in placed.items() if (measure, place) in _IN_WORDS]
    if not told:
        return "Flow through hospitals here is like that of the middle half of England's systems"
    return f"{sentence(listed(told))} than in most of England's systems"


def _health_title(finding: Finding) -> str:
    spread = finding.detail.get("england")
    if not spread or finding.estimate is None:
        return "The Health Index of this area"
    place = _place(finding.estimate, spread)
    return f"On the Health Index, health here was {place} of England's systems in {finding.wave}"


def _place(value: float, spread: dict[str, float]) -> str:
    if value > spread["upper_quartile"]:
        return _ABOVE
    return _BELOW if value < spread["lower_quartile"] else "within the middle half"


def _series(finding: Finding) -> list[tuple[float, float]]:
    """Return the series of an outcome as places on the axis of years, with their values."""
    monthly = finding.measure in _MONTHLY
    return [(_at(label, monthly=monthly), value) for label, value in finding.detail["series"]]


def _at(label: str, *, monthly: bool) -> float:
    """Return where a period begins: 2024-07 in the middle of 2024, while 2022-23 begins with 2022."""
    return int(label[:4]) + ((int(label[5:7]) - 1) / 12 if monthly else 0.0)


def _ticks(finding: Finding) -> tuple[tuple[float, str], ...]:
    labels = [label for label, _ in finding.detail["series"]]
    monthly = finding.measure in _MONTHLY
    ends = dict.fromkeys((labels[0], labels[-1]))
    return tuple((_at(label, monthly=monthly), period(label) if monthly else label) for label in ends)


def _figure(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 2 else f"{value:,.1f}"


def _figure_signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{_figure(abs(value))}"
