"""What is declared of a common purpose, beside what people say that they feel of it."""

from __future__ import annotations

from math import hypot, inf

from scipy.stats import norm

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.measures.words import compare
from leaderful.report.bodies import cell_of, mean_words, shown
from leaderful.report.figures.cells import Column, Range, cells
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.thread_goals import bounds, continuity
from leaderful.report.wording import counted, share, whole

SCALE = "CGP"
_ENDS = ("board", "practitioner")
_DECLARED = Column(name="Declared", about="share of threads carried", range=Range(low=0.0, high=1.0))
_FELT = Column(name="Felt", about="1 strongly disagree to 5 strongly agree", range=Range(low=1.0, high=5.0))


def felt_figure(material: Material) -> Figure | None:
    """Return continuity by scale beside the common-good purpose that people of each tier feel."""
    felt = _felt(material)
    declared = _declared(material)
    if not felt or not declared:
        return None
    tiers = {tier.id: tier.name for tier in sorted(framework().tiers, key=lambda tier: tier.order)}
    scales = {scale.id: scale.name for scale in framework().scales}
    above = [
        (scales[reach], [cell_of(f, _carried, about=f"{scales[reach]}, declared")]) for reach, f in declared.items()
    ]
    below = [
        (tiers[tier], [cell_of(felt[tier], mean_words, about=f"{tiers[tier]}, felt")]) for tier in tiers if tier in felt
    ]
    people = sum(f.n or 0 for f in felt.values())
    body = [
        tag("h4", "Declared, by scale of the bodies", class_="band-title"),
        cells([_DECLARED], above),
        tag("h4", "Felt, by tier of the people", class_="band-title"),
        cells([_FELT], below),
    ]
    wave = material.wave_names.get(material.latest_wave, material.latest_wave)
    return Figure(
        id="thread-felt",
        title=_title(material, felt),
        subtitle="Above, the share of threads that are carried, of those that start at a body or reach it, all goals "
        "together; the line and the brackets show what it could be if the silent spoke. Below, how far people say that "
        "their own work serves the common good, with 95 % intervals.",
        body=tag("div", join(body), class_="micro"),
        caption=f"n = {counted(sum(f.n or 0 for f in declared.values()), 'thread', 'threads')} that reach or start at "
        f"a body, and {whole(people)} people who answered the statements on common-good purpose in {wave}. The two "
        "have different units and are not to be subtracted.",
        method="thread",
        cannot="Whether people feel it because it is declared. Tiers are not scales: a practitioner may work for a "
        "body of any scale. The statements have not been validated.",
        grids=(_grid(declared, felt, scales, tiers),),
    )


def _felt(material: Material) -> dict[str, Finding]:
    found = material.of_kind("scale.score", "tier", material.latest_wave) if material.latest_wave else []
    return {f.unit: f for f in found if f.detail.get("scale") == SCALE}


def _declared(material: Material) -> dict[str, Finding]:
    found = [f for f in material.own.get("thread.continuity", []) if f.unit_kind == "system" and "reach" in f.detail]
    return {f.detail["reach"]: f for f in found if f.estimate is not None}


def _title(material: Material, felt: dict[str, Finding]) -> str:
    whole_thread = material.of_system("thread.continuity")
    start = "What is declared, and what is felt"
    if whole_thread is not None and whole_thread.estimate is not None:
        threads = f"{whole(whole_thread.n or 0)} threads that start at a body or reach it"
        start = f"Of {threads}, {share(whole_thread.estimate)} are carried"
    ends = [felt.get(tier) for tier in _ENDS]
    if any(f is None or f.estimate is None or f.lower is None or f.upper is None for f in ends):
        return f"{start}; whether boards and practitioners feel it alike cannot be shown"
    board, practice = (f for f in ends if f is not None)
    difference = (board.estimate or 0.0) - (practice.estimate or 0.0)
    verdict = compare(difference, hypot(_se(board), _se(practice)), df=inf)
    if verdict == "cannot tell apart":
        return f"{start}; boards and practitioners cannot be told apart in how far they feel it"
    words = {
        "higher": "boards feel more of it than practitioners do",
        "probably higher": "boards probably feel more of it than practitioners do",
        "lower": "practitioners feel more of it than boards do",
        "probably lower": "practitioners probably feel more of it than boards do",
    }
    return f"{start}; {words[verdict]}"


def _se(finding: Finding) -> float:
    """Return the standard error that a symmetric interval of 95 % would have; the wider side counts."""
    middle = finding.estimate or 0.0
    half = max(middle - (finding.lower or 0.0), (finding.upper or 0.0) - middle)
    return half / float(norm.isf(0.025))


def _carried(finding: Finding) -> str:
    return f"{continuity(finding)} ({bounds(finding)})"


def _grid(
    declared: dict[str, Finding], felt: dict[str, Finding], scales: dict[str, str], tiers: dict[str, str]
) -> Grid:
    rows = [("Declared", scales[reach], continuity(f), bounds(f), whole(f.n or 0)) for reach, f in declared.items()]
    rows += [
        (
            "Felt",
            tiers[tier],
            shown(f, mean_words),
            shown(f, lambda _: "in brackets"),
            shown(f, lambda f: whole(f.n or 0)),
        )
        for tier, f in felt.items()
    ]
    return Grid(
        caption="Declared and felt",
        columns=("What", "Scale or tier", "Value", "Bounds or interval", "n"),
        rows=tuple(rows),
        numeric=frozenset({4}),
        sortable=False,
    )
