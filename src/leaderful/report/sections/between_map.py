"""The map of ties, and the list of who is tied to whom that says the same in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from leaderful.report.bodies import in_order, latest, of_whole, sector_legend, sector_name
from leaderful.report.figures.tie_map import NARROW, WIDE, Seat, Tie, filter_choices, map_legend, tie_map
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import counted, whole

_WORDS = {"confirmed": "", "one-sided": " (one end only)", "partner-silent": " (other end not asked)"}
"""What is added to a neighbour's name; only these states are ties."""


@dataclass
class _Tied:
    """What is known of one body's ties."""

    ties: list[tuple[str, str]] = field(default_factory=list)
    """Neighbour and state."""
    kept: int = 0
    """Pairs that are hidden."""

    def of(self, state: str) -> int:
        return sum(found == state for _, found in self.ties)


def map_figure(material: Material) -> Figure | None:
    """Return the map of ties between bodies; None where no pair of bodies has a state."""
    tied = _tied(material)
    if not tied:
        return None
    bodies = in_order(material, tied)
    ties = _ties(material)
    seats = [
        Seat(
            body=body,
            name=material.called(body),
            sector=material.sectors.get(body, ""),
            spoken=_spoken(tied[body]),
            note="ties hidden" if tied[body].kept and not tied[body].ties else "",
        )
        for body in bodies
    ]
    label = f"Map of {counted(len(ties), 'tie', 'ties')} between {counted(len(seats), 'body', 'bodies')}"
    return Figure(
        id="tie-map",
        title=_title(material, bodies, ties),
        subtitle="Bodies sit around a table by sector and name, at the same place each time. Point at a body, or move "
        "to it with the keyboard, to follow its ties; choose below to leave out ties that few people hold.",
        body=tag(
            "div",
            sector_legend(seat.sector for seat in seats),
            map_legend(),
            filter_choices(),
            *[tie_map(seats, ties, table=table, label=label) for table in (WIDE, NARROW)],
            class_="ties micro",
        ),
        caption=_caption(material, tied),
        method="ties",
        cannot="How good or useful a tie is, and whether a missing one is missed. Bodies nobody asked about are not "
        "here. Two bodies that sit far apart are not further from each other in any other sense.",
        grids=(_grid(material, bodies, tied),),
    )


def _tied(material: Material) -> dict[str, _Tied]:
    tied: dict[str, _Tied] = defaultdict(_Tied)
    for finding in latest(material, "ties.state", "pair"):
        state = str(finding.detail.get("state", ""))
        for body, other in _both_ways(finding.unit):
            tied[body].kept += finding.status == "suppressed"
            if state in _WORDS:
                tied[body].ties.append((other, state))
    return dict(tied)


def _both_ways(unit: str) -> tuple[tuple[str, str], tuple[str, str]]:
    a, b = unit.split("|")
    return (a, b), (b, a)


def _ties(material: Material) -> list[Tie]:
    trust, reach = (
        {f.unit: f.estimate for f in latest(material, measure, "pair") if f.estimate is not None}
        for measure in ("ties.trust", "ties.reach")
    )
    ties = []
    for finding in latest(material, "ties.state", "pair"):
        state = str(finding.detail.get("state", ""))
        if state not in _WORDS:
            continue
        (a, b), _ = _both_ways(finding.unit)
        ends = (f"{a}>{b}", f"{b}>{a}")
        given = [trust[end] for end in ends if end in trust]
        held = [reach[end] for end in ends if end in reach]
        ties.append(
            Tie(
                a=a,
                b=b,
                state=state,
                trust=sum(given) / len(given) if given else None,
                reach=min(held) if len(held) == 2 else None,
            )
        )
    return ties


def _title(material: Material, bodies: list[str], ties: list[Tie]) -> str:
    start = f"{counted(len(bodies), 'body', 'bodies')}, {counted(len(ties), 'tie', 'ties')} that can be shown"
    alone = [f for f in latest(material, "cog_jam.sole_connector", "body") if f.estimate]
    if alone:
        names = ", ".join(material.called(f.unit) for f in alone[:2])
        return f"{start}: some bodies reach the rest through {names} alone"
    if any(f.status == "ok" for f in latest(material, "cog_jam.sole_connector", "body")):
        return f"{start}: no body is reached through one other body alone"
    return start


def _caption(material: Material, tied: dict[str, _Tied]) -> str:
    density = of_whole(material, "network.density")
    dense = (
        f"Of {whole(density.detail['dyads_observed'])} pairs that somebody could speak for, "
        f"{whole(round((density.estimate or 0.0) * density.detail['dyads_observed']))} have a tie. "
        if density is not None and density.estimate is not None
        else ""
    )
    kept = sum(one.kept for one in tied.values()) // 2
    hides = f"{counted(kept, 'pair is', 'pairs are')} hidden to protect people and not drawn. " if kept else ""
    return (
        f"{dense}{hides}A line is as thick as the mean trust of its two ends, as far as it may be shown. Every line "
        "says only that enough people report the tie."
    )


def _spoken(tied: _Tied) -> str:
    kept = f", {tied.kept} pairs hidden" if tied.kept else ""
    return f"{counted(len(tied.ties), 'tie', 'ties')}, {tied.of('confirmed')} of them confirmed by both ends{kept}"


def _grid(material: Material, bodies: list[str], tied: dict[str, _Tied]) -> Grid:
    rows = []
    for body in bodies:
        one = tied[body]
        states = dict(one.ties)
        neighbours = [f"{material.called(other)}{_WORDS[states[other]]}" for other in in_order(material, states)]
        rows.append(
            (
                material.called(body),
                sector_name(material.sectors.get(body, "")),
                whole(len(one.ties)),
                whole(one.of("confirmed")),
                whole(one.kept),
                "; ".join(neighbours) or "none that can be shown",
            )
        )
    return Grid(
        caption="Who is tied to whom",
        columns=("Body", "Sector", "Ties shown", "Confirmed by both ends", "Pairs hidden", "Neighbours"),
        rows=tuple(rows),
        numeric=frozenset({2, 3, 4}),
        anchors=tuple(f"tied-{body}" for body in bodies),
    )
