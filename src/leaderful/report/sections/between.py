"""What sits between bodies: trust, ties that both ends confirm, and how they are joined."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, latest, of_whole, sector_legend, sector_name, shown, sign
from leaderful.report.figures.trust_matrix import (
    ABSENT,
    CONFIRMED,
    GIVEN,
    GOT,
    SILENT,
    STATES,
    Trust,
    matrix_legend,
    trust_matrix,
)
from leaderful.report.markup import hidden, join
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.between_bodies import apart_figure, equality_figure, received_figure
from leaderful.report.sections.between_map import map_figure
from leaderful.report.sections.between_network import network_figure
from leaderful.report.sections.between_shares import looks_to_figure, relational_figure
from leaderful.report.sections.tie_change import tie_change_figure
from leaderful.report.signals import signals
from leaderful.report.wording import between, points, share, whole, within

_ONE_SIDED = "one-sided"


def between_section(material: Material) -> Section | None:
    """Return the section on what sits between bodies; None where nobody was asked about other bodies."""
    if not any(latest(material, "ties.trust", "pair")):
        return None
    figures = (
        _matrix(material),
        map_figure(material),
        apart_figure(material),
        relational_figure(material),
        equality_figure(material),
        received_figure(material),
        tie_change_figure(material),
        network_figure(material),
        looks_to_figure(material),
    )
    return Section(
        id="between",
        name="Between bodies",
        heading="What sits between bodies",
        lead=(
            "People were asked about the other bodies they work with: how often, how far they trust and respect them, "
            "what they bring. Each answer is about a body and not about a person, and what one end says is set "
            "beside what the other end says.",
            *(signal.text for signal in signals(material) if signal.anchor == "between"),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Where one end reports a tie and the other does not: who would have to speak with whom to find out why?",
            "Choose the pair that matters most for the people you serve. What would make its trust grow by one step?",
            "Whose view of the others do you know least about, and how would you ask?",
        ),
    )


def _states(material: Material) -> dict[tuple[str, str], str]:
    """Return the state of each tie that may be shown, as seen from each of its ends."""
    seen: dict[tuple[str, str], str] = {}
    for finding in latest(material, "ties.state", "pair"):
        state = finding.detail.get("state")
        if not state:
            continue
        a, b = finding.unit.split("|")
        for row, column in ((a, b), (b, a)):
            seen[row, column] = _seen_from(row, column, state, finding)
    return seen


def _seen_from(row: str, column: str, state: str, finding: Finding) -> str:
    if state == _ONE_SIDED:
        return GIVEN if finding.detail["reported"] == f"{row}>{column}" else GOT
    return {"confirmed": CONFIRMED, "partner-silent": SILENT, "absent": ABSENT}[str(state)]


def _matrix(material: Material) -> Figure:
    found = {_ends(f): f for f in latest(material, "ties.trust", "pair")}
    states = _states(material)
    bodies = in_order(material, [body for ends in (*found, *states) for body in ends])
    cells = {
        ends: _trust(found.get(ends), states.get(ends, "")) for row in bodies for ends in ((row, c) for c in bodies)
    }
    return Figure(
        id="trust-matrix",
        title=_title(material),
        subtitle="Each cell is the mean trust of people in the row in the body in the column, from 1 (not at all) to 4 "
        "(fully), over three answers: it can be relied on, it is open with us, it shares our purpose. The "
        "darker, the more trust. The mark says whether both ends report the tie at all.",
        body=join(
            [
                sector_legend(material.sectors.get(body, "") for body in bodies),
                matrix_legend(),
                trust_matrix(
                    bodies,
                    {body: (sign(material, body), material.called(body)) for body in bodies},
                    cells,
                    label="Matrix of trust between bodies; it scrolls sideways",
                ),
            ]
        ),
        caption=_caption(material),
        method="ties",
        cannot="Why trust is high or low, or whether it is deserved. A mean hides differences within a body. A body "
        "that was not asked is silent, which is neither trust nor distrust.",
        grids=(_pair_grid(material, bodies, found), _two_ends_grid(material), _sector_grid(material)),
    )


def _ends(finding: Finding) -> tuple[str, str]:
    row, column = finding.unit.split(">")
    return row, column


def _trust(finding: Finding | None, state: str) -> Trust:
    spoken = STATES.get(state, "")
    if finding is None or finding.estimate is None:
        kept = finding is not None and finding.status == "suppressed"
        return Trust(hidden=kept, state=state, spoken=spoken)
    return Trust(mean=finding.estimate, n=finding.n or 0, state=state, spoken=spoken)


def _title(material: Material) -> str:
    mean, confirmed = of_whole(material, "ties.trust"), of_whole(material, "ties.confirmed")
    trust = (
        f"trust between bodies is {mean.estimate:.1f} on the whole, on a scale of 1 to 4"
        if mean is not None and mean.estimate is not None
        else "trust between bodies has no mean that can be shown"
    )
    if confirmed is None or confirmed.estimate is None:
        return f"No reported tie could be confirmed from both of its ends; {trust}"
    both, asked = confirmed.detail["confirmed"], confirmed.detail["confirmable"]
    ties = f"all {whole(asked)}" if both == asked > 1 else f"{whole(both)} of the {whole(asked)}"
    return f"Both ends confirm {ties} ties that were reported; {trust}"


def _caption(material: Material) -> str:
    wave = material.wave_names.get(material.latest_wave, material.latest_wave)
    mean = of_whole(material, "ties.trust")
    if mean is None or mean.lower is None or mean.upper is None:
        return f"{wave}."
    return (
        f"{wave}; n = {whole(mean.n or 0)} answers of {whole(mean.detail['people'])} people. The mean of all answers "
        f"lies at {mean.estimate:.2f} (95 % interval {between(mean.lower, mean.upper, places=2)}); the interval of "
        "each cell is in the table. A body reports a tie when at least two of its people, and a tenth of those who "
        "answered, work with the other: a rule of this project, not validated."
    )


def _pair_grid(material: Material, bodies: list[str], found: dict[tuple[str, str], Finding]) -> Grid:
    reached = {_ends(f): f for f in latest(material, "ties.reach", "pair")}
    states = _states(material)
    kept = {f.unit for f in latest(material, "ties.state", "pair") if f.status == "suppressed"}
    pairs = [(row, column) for row in bodies for column in bodies if (row, column) in {**found, **reached}]
    return Grid(
        caption="What people of each body say of each other body",
        columns=("Who speaks", "Of whom", "Trust", "95 % interval", "n", "Work with it", "The tie"),
        rows=tuple(
            (
                material.called(row),
                material.called(column),
                shown(found.get((row, column)), lambda f: f"{f.estimate:.2f}"),
                shown(found.get((row, column)), _interval),
                shown(found.get((row, column)), lambda f: whole(f.n or 0)),
                shown(reached.get((row, column)), lambda f: share(f.estimate or 0.0)),
                _tie_words(states, kept, row, column),
            )
            for row, column in pairs
        ),
        numeric=frozenset({2, 4, 5}),
    )


def _tie_words(states: dict[tuple[str, str], str], kept: set[str], row: str, column: str) -> str:
    if f"{min(row, column)}|{max(row, column)}" in kept:
        return hidden()
    return STATES.get(states.get((row, column), ""), "not known")


def _interval(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return "too few people for one"
    return between(finding.lower, finding.upper, places=2)


def _two_ends_grid(material: Material) -> Grid:
    rows = []
    for finding in latest(material, "ties.asymmetry", "pair"):
        a, b = finding.unit.split("|")
        rows.append(
            (
                material.called(a),
                material.called(b),
                shown(finding, lambda f: f"{f.detail['a_trust']:.2f}"),
                shown(finding, lambda f: f"{f.detail['b_trust']:.2f}"),
                shown(finding, lambda f: points(f.estimate or 0.0, places=2)),
                shown(finding, _interval),
                shown(finding, lambda f: "one-sided" if f.detail["one_sided"] else "not called one-sided"),
            )
        )
    return Grid(
        caption="Trust at the two ends of each pair",
        columns=("One body", "The other", "Its trust", "Trust it gets", "Difference", "95 % interval", "In words"),
        rows=tuple(sorted(rows)),
        numeric=frozenset({2, 3, 4}),
    )


def _sector_grid(material: Material) -> Grid:
    found = {_ends(f): f for f in latest(material, "ties.trust", "sector-pair")}
    return Grid(
        caption="Trust between sectors",
        columns=("Who speaks", "Of whom", "Trust", "95 % interval", "n"),
        rows=tuple(
            (
                sector_name(speaks),
                within(sector_name(of)),
                shown(found[speaks, of], lambda f: f"{f.estimate:.2f}"),
                shown(found[speaks, of], _interval),
                shown(found[speaks, of], lambda f: whole(f.n or 0)),
            )
            for speaks, of in sorted(found)
        ),
        numeric=frozenset({2, 4}),
    )
