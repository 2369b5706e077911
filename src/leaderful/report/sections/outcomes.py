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
from leaderful.report.wording import between, listed, period, sentence

_MONTHLY = ("outcome.ae_within_four_hours", "outcome.still_in_hospital", "outcome.ready_to_leave_rate")
_YEARLY = (
    "outcome.health_index",
    "outcome.health_index_people",
    "outcome.health_index_lives",
    "outcome.health_index_places",
)

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
        name="Outcomes beside",
        heading="Beside it: how services and health fare in the same area",
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
    return tuple(f"No figure for {listed(names)}: {reason}." for reason, names in missing.items())


def _flow(material: Material) -> Figure | None:
    found = [f for f in (material.of_system(measure) for measure in _MONTHLY) if f and f.status == "ok"]
    if not found:
        return None
    cards = [
        _card(
            material,
            finding,
            [(_month(label), value) for label, value in finding.detail["series"]],
            _ticks([label for label, _ in finding.detail["series"]]),
        )
        for finding in found
    ]
    return Figure(
        id="flow",
        title=_flow_title(found),
        subtitle="Month by month: this area in colour, the median of England's systems dashed in grey.",
        body=tag("div", *cards, class_="cards meso"),
        caption=f"n = {listed([str(len(f.detail['series'])) for f in found])} months. Complete counts by month; "
        "intervals of the twelve-month figures come from how the months vary.",
        method="outcomes",
        cannot=_caveats(found),
        grids=(_grid(material, found, "Flow through hospitals, latest twelve months"),),
    )


def _health(material: Material) -> Figure | None:
    found = [f for f in (material.of_system(measure) for measure in _YEARLY) if f and f.status == "ok"]
    if not found:
        return None
    cards = [
        _card(
            material,
            finding,
            [(float(label), value) for label, value in finding.detail["series"]],
            tuple((float(label), label) for label in (finding.detail["series"][0][0], finding.detail["series"][-1][0])),
        )
        for finding in found
    ]
    latest = found[0].wave
    return Figure(
        id="health",
        title=_health_title(found[0]),
        subtitle="Health Index and its three parts, 100 is England in 2015: this area in colour, the median of "
        "England's systems dashed in grey.",
        body=tag("div", *cards, class_="cards meso"),
        caption=f"n = {len(found[0].detail['series'])} years to {latest}. Published without an interval.",
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
    rows = tuple(
        (
            str(f.detail["name"]),
            f.wave,
            f"{_figure(f.estimate or 0.0)} ({f.detail['unit']})",
            f"{_figure(f.detail['lowest'])} to {_figure(f.detail['highest'])}",
            _england_words(f),
            str(f.n),
        )
        for f in found
    )
    grid = Grid(
        caption="Adult social care by council: the median of this system's councils, and their range",
        columns=("Measure", "Year", "Median here", "Range here", "Elsewhere", "Councils"),
        rows=rows,
        numeric=frozenset({5}),
    )
    return Figure(
        id="social-care",
        title=_councils_title(found),
        subtitle="Measures of adult social care for the councils of this system; a council is not named here because "
        "the table is not a ranking.",
        body=_plain_table(grid),
        caption="Published by council without an interval; a council that lies in several systems counts whole in each "
        "of them.",
        method="outcomes",
        cannot="How many people are behind each figure: the publication does not say, so no interval can be given.",
    )


def _councils_title(found: Sequence[Finding]) -> str:
    placed = [_place(f.estimate or 0.0, f.detail["england"]) for f in found if f.detail.get("england")]
    if not placed:
        return "Adult social care in the councils of this area"
    apart = [place for place in placed if place in (_ABOVE, _BELOW)]
    return (
        f"Adult social care: on {len(apart)} of {len(placed)} measures the middle council here lies outside the middle "
        "half of England's systems"
    )


def _caveats(found: Sequence[Finding]) -> str:
    """Return the caveats of several outcomes, each sentence once."""
    sentences = [part for f in found for part in str(f.detail["caveat"]).rstrip(".").split(". ")]
    return ". ".join(dict.fromkeys(sentences)) + "."


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


def _card(
    material: Material,
    finding: Finding,
    series: Sequence[tuple[float, float]],
    ticks: tuple[tuple[float, str], ...],
) -> Markup:
    name = str(finding.detail["name"])
    panel = Panel(
        points=tuple(Point(at=at, value=value, lower=value, upper=value) for at, value in series),
        england=_england_series(material, finding.measure, {at for at, _ in series}),
        ticks=ticks,
        unit="",
        spoken=f"{name}: from {_figure(series[0][1])} in {ticks[0][1]} to {_figure(series[-1][1])} in {ticks[-1][1]}",
    )
    interval = (
        f" ({between(finding.lower, finding.upper)})" if finding.lower is not None and finding.upper is not None else ""
    )
    return tag(
        "div",
        tag("h4", name),
        line_panel(panel),
        tag(
            "p",
            tag("b", f"{_figure(finding.estimate or 0.0)}{interval}"),
            f" {finding.detail['unit']}, {finding.wave}",
        ),
        tag("p", _england_words(finding)),
        class_="card",
    )


def _england_series(material: Material, measure: str, places: set[float]) -> tuple[tuple[float, float], ...]:
    by_place: dict[float, list[float]] = defaultdict(list)
    for finding in material.spread.get(measure, []):
        if finding.unit_kind != "system" or finding.status != "ok":
            continue
        for label, value in finding.detail["series"]:
            at = _month(label) if "-" in label else float(label)
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


def _month(label: str) -> float:
    year, month = label.split("-")
    return int(year) + (int(month) - 1) / 12


def _ticks(labels: Sequence[str]) -> tuple[tuple[float, str], ...]:
    return tuple((_month(label), period(label)) for label in (labels[0], labels[-1]))


def _figure(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 2 else f"{value:,.1f}"


def _figure_signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{_figure(abs(value))}"
