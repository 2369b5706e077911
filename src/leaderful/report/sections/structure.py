"""Who is in the system, how they are joined, and how many masters they have."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import BodyKind
from leaderful.report.figures.governance import NARROW, WIDE, Group, Link, governance_map
from leaderful.report.figures.marks import SECTORS, mark
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.fragmentation import fragmentation_figure, masters_figure
from leaderful.report.wording import day, listed, whole, within

_METHOD = "structure"
_NOT_LISTED = (
    "Charities, care providers and community groups have no public list that names their system, so most are not drawn."
)
_NOT_DECLARED = "Bodies that the system did not list are not drawn."
_BETWEEN_PEOPLE = (
    "Teams and people: no public record shows what happens between them.",
    "Teams and people: what they say of each other is shown further up.",
)
"""What is written beside the micro level where nobody was asked, and where people were."""


def structure_section(material: Material) -> Section:
    """Return the section on structure."""
    return Section(
        id="structure",
        name="Who is in it",
        heading="Separate ladders of accountability, and what joins them",
        lead=(
            "The NHS answers upwards to NHS England and the Department of Health and Social Care; councils answer "
            "to their voters and to another ministry, and the police to theirs. The system is where these "
            "ladders meet.",
            *material.gaps,
        ),
        figures=(_governance(material), *_against_england(material)),
        questions=(
            "Which of these lines do people here feel every week, and which exist on paper only?",
            "Where two lines meet in one body, who helps it when they pull apart?",
            "Which partner is missing from this map because no list holds it?",
        ),
    )


def _against_england(material: Material) -> tuple[Figure, ...]:
    """Return what is set against England's systems; a system that is made up has no place among them."""
    return (fragmentation_figure(material), masters_figure(material)) if material.outlines else ()


def _governance(material: Material) -> Figure:
    groups, links = _groups(material), _links(material)
    down = sum(link.count for link in links if not link.across)
    across = sum(link.count for link in links if link.across)
    total = material.of_system("structure.bodies")
    bodies = int(total.estimate) if total and total.estimate is not None else 0
    label = f"Governance map: {down} vertical ties and {across} horizontal ties between {len(groups)} groups of bodies"
    return Figure(
        id="governance-map",
        title=f"{whole(down)} ties of accountability run down to these bodies, and {whole(across)} ties of partnership "
        "run across",
        subtitle="Hierarchy runs downwards (solid, with arrows), partnership across (gold, dashed). Each small mark "
        "is one body; a box holds all bodies of a kind. Point at a box, or move to it with the keyboard, "
        "to follow its ties.",
        body=join(
            [
                _sector_legend(groups),
                *(
                    governance_map(
                        groups, links, sheet=s, label=label, between_people=_BETWEEN_PEOPLE[bool(material.latest_wave)]
                    )
                    for s in (WIDE, NARROW)
                ),
            ]
        ),
        caption=f"n = {whole(bodies)} bodies and {whole(down + across)} ties that stand on {day(material.as_at)}; "
        f"a count of {'public lists' if material.outlines else 'what the system declares'}, not a sample. "
        f"{_standing_words(material)}",
        method=_METHOD,
        cannot="Whether a tie is used, trusted or liked. A line in law says nothing about what happens between the "
        f"people at its two ends. {_NOT_LISTED if material.outlines else _NOT_DECLARED}",
        grids=(_group_grid(groups, links), _body_grid(material), _tie_grid(material)),
    )


def _groups(material: Material) -> list[Group]:
    kinds = {kind.id: kind for kind in framework().body_kinds}
    inside = material.bodies.filter(material.bodies["system"] == material.system)
    joined = {
        end for f in material.own.get("structure.tie_group", []) for end in (f.detail["source"], f.detail["target"])
    }
    above = material.bodies.filter(material.bodies["system"].is_null())
    groups = [
        _single(body, kinds[body["kind"]]) for body in above.sort("id").iter_rows(named=True) if body["id"] in joined
    ]
    for (kind,), rows in inside.group_by(["kind"], maintain_order=True):
        each = sorted(rows.select("name", "sector").iter_rows())
        names = tuple(str(name) for name, _ in each)
        scale, sector = (Counter(sorted(rows[column])).most_common(1)[0][0] for column in ("scale", "sector"))
        described = kinds[str(kind)]
        several = len(names) > 1
        groups.append(
            Group(
                id=described.id,
                heading=f"{len(names)} {within(described.plural)}" if several else names[0],
                short=f"{len(names)} {within(described.plural)}" if several else described.short,
                kind=described.id,
                scale=str(scale),
                sector=str(sector),
                names=names,
                sectors=tuple(str(one) for _, one in each),
            )
        )
    order = {kind: place for place, kind in enumerate(kinds)}
    return sorted(groups, key=lambda group: (order[group.kind], group.id))


def _single(body: dict[str, str], kind: BodyKind) -> Group:
    """Return the group of one body above the system; its code is its short name where it is made of its initials."""
    initials = "".join(letter for letter in body["name"] if letter.isupper())
    one_of_many = kind.short != kind.name and body["kind"] not in ("ministry", "regulator")
    short = (
        body["name"]
        if len(body["name"]) <= 14
        else body["id"]
        if body["id"] == initials
        else kind.short
        if one_of_many
        else body["name"]
    )
    return Group(
        id=body["id"],
        heading=body["name"],
        short=short,
        kind=body["kind"],
        scale=body["scale"],
        sector=body["sector"],
        names=(body["name"],),
    )


def _links(material: Material) -> list[Link]:
    across = {kind.id: kind.direction == "horizontal" for kind in framework().tie_kinds}
    return [
        Link(
            source=finding.detail["source"],
            target=finding.detail["target"],
            kind=finding.detail["kind"],
            across=across[finding.detail["kind"]],
            count=int(finding.estimate or 0),
        )
        for finding in material.own.get("structure.tie_group", [])
    ]


def _sector_legend(groups: list[Group]) -> Markup:
    named = {sector.id: sector.name for sector in framework().sectors}
    present = [sector for sector in SECTORS if any(group.sector == sector for group in groups)]
    return tag(
        "ul",
        *[
            tag(
                "li",
                tag("svg", mark(sector, 7, 7, 5), width=14, height=14, aria_hidden="true"),
                named[sector],
            )
            for sector in present
        ],
        class_="legend",
    )


def _standing_words(material: Material) -> str:
    standing: Counter[str] = Counter()
    for finding in material.own.get("structure.tie_group", []):
        standing.update(finding.detail.get("standing", {}))
    words = {
        "law": "rest on a law",
        "published": "rest on a publication",
        "declared": "rest on what the system declares",
        "assumed": "are assumed, with the reason in the table",
        "undetermined": "could not be determined",
    }
    parts = [f"{whole(standing[key])} {text}" for key, text in words.items() if standing.get(key)]
    return f"Of the ties, {listed(parts)}." if parts else ""


def _group_grid(groups: list[Group], links: list[Link]) -> Grid:
    headings = {group.id: group.heading for group in groups}

    def others(ends: set[str]) -> str:
        return "; ".join(sorted(headings[end] for end in ends if end in headings)) or "none listed"

    rows = []
    for group in groups:
        above = {link.source for link in links if link.target == group.id and not link.across}
        below = {link.target for link in links if link.source == group.id and not link.across}
        beside = {link.target for link in links if link.source == group.id and link.across}
        beside |= {link.source for link in links if link.target == group.id and link.across}
        rows.append((group.heading, whole(len(group.names)), others(above), others(below), others(beside)))
    return Grid(
        caption="Bodies and their neighbours",
        columns=("Bodies", "Number", "Answer to", "Hold to account", "Joined with"),
        rows=tuple(rows),
        numeric=frozenset({1}),
        anchors=tuple(f"group-{group.id}" for group in groups),
    )


def _body_grid(material: Material) -> Grid:
    words = framework()
    kinds = {kind.id: kind.name for kind in words.body_kinds}
    scales = {scale.id: scale.name for scale in words.scales}
    sectors = {sector.id: sector.name for sector in words.sectors}
    masters = {f.unit: whole(f.estimate or 0) for f in material.own.get("structure.answers_to", [])}
    inside = material.bodies.filter(material.bodies["system"] == material.system).sort("kind", "name")
    return Grid(
        caption="All bodies by name",
        columns=("Body", "Kind", "Scale", "Sector", "Answers to", "Known by"),
        rows=tuple(
            (
                body["name"],
                kinds[body["kind"]],
                scales[body["scale"]],
                sectors[body["sector"]],
                masters.get(body["id"], hidden()),
                "; ".join(part for part in (body["standing"], body["basis"]) if part),
            )
            for body in inside.iter_rows(named=True)
        ),
        numeric=frozenset({4}),
    )


def _tie_grid(material: Material) -> Grid:
    names = {**material.names, **{kind.id: kind.plural for kind in framework().body_kinds}}
    ties = {kind.id: kind.name for kind in framework().tie_kinds}
    return Grid(
        caption="How each tie is known",
        columns=("From", "Tie", "To", "Ties", "Known by"),
        rows=tuple(
            (
                names.get(f.detail["source"], f.detail["source"]),
                ties[f.detail["kind"]],
                names.get(f.detail["target"], f.detail["target"]),
                whole(f.estimate or 0),
                "; ".join([*f.detail["standing"], *f.detail["basis"]]),
            )
            for f in material.own.get("structure.tie_group", [])
        ),
        numeric=frozenset({3}),
    )
