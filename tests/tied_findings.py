"""Findings on the ties, zips and cogs of four bodies, made by hand, for tests of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

import answered_findings
from answered_findings import finding, rates
from leaderful.disclosure.rule import HIDDEN
from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.page import Page, Section, render
from leaderful.report.sections.methods import methods_section
from page_reader import Element, read_report

BODIES = {
    "A": ("Zeta Trust", "nhs"),
    "B": ("Alpha Council", "local-government"),
    "C": ("Beta Trust", "nhs"),
    "D": ("Good Neighbours", "voluntary"),
}
TIERS = ("board", "executive", "manager", "practitioner")
TRUST = {"A>B": 3.4, "B>A": 2.1, "A>C": 3.0, "C>A": 3.2, "B>D": 3.6}
"""What bodies say of each other; C>B is hidden, D was not asked."""
REACH = {"A>B": 0.6, "B>A": 0.3, "A>C": 0.04, "C>A": 0.55, "B>D": 0.5}


def material(findings: Iterable[Finding], **changed: Any) -> Material:
    """Return what a report on these findings is written from."""
    bodies = pl.DataFrame(
        [{"id": id, "name": name, "kind": "nhs-trust", "sector": sector} for id, (name, sector) in BODIES.items()]
    )
    return answered_findings.material([*rates(), *findings], **{"bodies": bodies} | changed)


def page_of(own: Material, section: Section | None) -> Element:
    """The page that holds a section and the methods it points at."""
    assert section is not None
    about = dict.fromkeys(("kicker", "known", "sure", "unknown", "map", "map_note"), "")
    page = Page(title="Testshire", facts=(), sections=(section, methods_section(own)), **about)
    return read_report(render(page))


def without_value(found: Finding, status: str, reason: str = "") -> Finding:
    """The finding as it is when it may not, or cannot, be given; a hidden one keeps only what was asked."""
    kept = ("part", "tier", "by", "direction", "role", "indicator") if status == "suppressed" else tuple(found.detail)
    return replace(
        found,
        estimate=None,
        lower=None,
        upper=None,
        n=None if status == "suppressed" else found.n,
        status=status,
        reason=HIDDEN if status == "suppressed" else reason or "too little was said",
        detail={key: found.detail[key] for key in kept if key in found.detail},
    )


def hide(findings: Iterable[Finding], measure: str, unit: str = "") -> list[Finding]:
    """The findings with those of a measure hidden, of one unit or of all."""
    return [without_value(f, "suppressed") if f.measure == measure and unit in ("", f.unit) else f for f in findings]


def exactly(measure: str, kind: str, unit: str, estimate: float | None, **rest: Any) -> Finding:
    """A count, which has no interval."""
    return finding(measure, kind, unit, estimate, **{"lower": None, "upper": None} | rest)


def ties() -> list[Finding]:
    """What bodies say of each other, and what of it both ends say."""
    about = {"people": 40, "clusters": 40, "clustered_by": "persons", "sd": 0.5}
    made = [finding("ties.trust", "pair", pair, mean, detail=about) for pair, mean in TRUST.items()]
    made.append(without_value(finding("ties.trust", "pair", "C>B", 3.0), "suppressed"))
    made += [exactly("ties.reach", "pair", pair, part, detail={"count": 20}) for pair, part in REACH.items()]
    made += [
        _state("A|B", "confirmed"),
        _state("A|C", "one-sided", reported="C>A"),
        without_value(_state("B|C", "confirmed"), "suppressed"),
        without_value(_state("B|D", "partner-silent", reported="B>D"), "insufficient"),
        _state("C|D", "absent"),
    ]
    counts = {"confirmed": 2, "confirmable": 3, "one_sided": 1, "partner_silent": 1, "union": 4, "intersection": 2}
    made.append(exactly("ties.confirmed", "system", "XX1", 2 / 3, n=3, detail=counts))
    for measure, mean in (("trust", 3.1), ("value", 2.6), ("respect", 3.0), ("role", 2.4)):
        made.append(finding(f"ties.{measure}", "system", "XX1", mean, detail=about))
        made += [finding(f"ties.{measure}", "body", body, mean, detail=about) for body in "ABC"]
    made.append(_asymmetry("A|B", 1.3, one_sided=True))
    return [*made, *_outside()]


def _state(pair: str, state: str, reported: str = "") -> Finding:
    a, b = pair.split("|")
    detail = {"a": a, "b": b, "state": state, "reported": reported, "people": 40, "a_n": 40, "b_n": 40}
    return exactly("ties.state", "pair", pair, float(state == "confirmed"), detail=detail)


def _asymmetry(pair: str, difference: float, *, one_sided: bool) -> Finding:
    a, b = pair.split("|")
    trust = {"a_trust": 3.4, "b_trust": 3.4 - difference}
    return finding("ties.asymmetry", "pair", pair, difference, detail={"a": a, "b": b, "one_sided": one_sided} | trust)


def _outside() -> list[Finding]:
    about = {"others": 0.9, "difference": 0.0, "difference_lower": -0.1, "difference_upper": 0.1, "count": 36}
    made = [finding("ties.outside", "system", "XX1", 0.9, detail={"count": 108})]
    return made + [finding("ties.outside", "body", body, 0.9, detail=about | {"apart": False}) for body in "ABC"]


def space() -> list[Finding]:
    """How trust splits: half of it belongs to the pair."""
    about = {"bodies": 6, "dyads": 30, "people": 120, "variance": 0.1, "negative": False}
    shares = {"actor": 0.1, "partner": 0.2, "relationship": 0.5, "error": 0.2}
    made = [
        finding("space_between.share", "system", "XX1", part, detail=about | {"part": name})
        for name, part in shares.items()
    ]
    returned = {"generalised": 0.05, "dyadic": 0.4}
    return made + [
        finding(
            "space_between.reciprocity", "system", "XX1", value, detail=about | {"part": name, "out_of_range": False}
        )
        for name, value in returned.items()
    ]


def whole_network(*, p: float = 0.5, named: bool = True) -> list[Finding]:
    """The network in figures: 4 of 6 pairs have a tie."""
    dyads = {"dyads_observed": 6, "dyads_possible": 6, "naive": 4 / 6}
    chance = {"expected": 0.2, "expected_lower": -0.3, "expected_upper": 0.6, "p": p, "by": "sector"}
    groups = [["A", "C"], ["B", "D"]] if named else [[], []]
    about = {"provisional": True}
    return [
        _of_system("density", 4 / 6, dyads),
        _of_system("reciprocity", 0.8, {"mutual": 2, "one_way": 1}),
        *(_of_system("centralisation", 0.3, {"direction": way}) for way in ("in", "out", "undirected")),
        _of_system("ei", -0.4, chance),
        _of_system("assortativity", -0.1, {"by": "sector"}),
        _of_system("core", 0.6, {"core": ["A", "B"] if named else [], "exact": True} | about),
        _of_system("communities", 0.4, {"communities": groups, "agreement": 0.1} | about),
    ]


def _of_system(measure: str, estimate: float, detail: dict[str, Any]) -> Finding:
    return exactly(f"network.{measure}", "system", "XX1", estimate, n=4, detail=detail | {"bodies": 4})


def looks_to() -> list[Finding]:
    """To whom people look for leadership: half upwards."""
    ways = {"up": 0.5, "across": 0.3, "down": 0.2}
    made = [
        finding("plural.direction", "system", "XX1", part, n=200, detail={"direction": way, "people": 80})
        for way, part in ways.items()
    ]
    return [
        *made,
        exactly("plural.outside", "system", "XX1", 0.75, n=60, detail={"count": 45}),
        exactly("plural.decentralisation", "system", "XX1", 0.98),
        exactly("plural.decentralisation", "body", "A", 0.9),
    ]


def gaps(p: float = 0.5, **changed: float) -> list[Finding]:
    """How councils and voluntary bodies are seen against NHS bodies: alike, unless changed by indicator.

    `p` is the corrected p of those that are changed.
    """
    about = {"here": 2.5, "nhs": 2.5, "bodies": 1, "people": 60}
    return [
        finding(
            "equality.gap",
            "sector",
            sector,
            changed.get(name, 0.0),
            detail=about | {"indicator": name, "p_holm": p if name in changed else 1.0},
        )
        for sector in ("local-government", "voluntary")
        for name in ("influence", "involvement", "resources", "trust")
    ]


def zip_of(pair: str, teeth: Iterable[float | None], *, only_at_top: bool = False) -> list[Finding]:
    """The zip of a pair from its teeth, board first; the first end is engaged by a tenth more. None is hidden."""
    made, known = [], []
    for tier, tooth in zip(TIERS, teeth, strict=True):
        detail = {"tier": tier, "a": min((tooth or 0.0) + 0.1, 1.0), "b": tooth or 0.0, "a_n": 20, "b_n": 30}
        one = finding("zip.tooth", "pair", pair, tooth or 0.0, detail=detail | {"people": 20, "declared": True})
        made.append(one if tooth is not None else without_value(one, "suppressed"))
        known.append(tooth)
    seen = [tooth for tooth in known if tooth is not None]
    depth = next((place for place, tooth in enumerate(seen) if tooth < 0.3), len(seen))
    lowest = TIERS[depth - 1] if depth else ""
    null = {"null_lower": 0.2, "null_upper": 0.4, "p": 0.3, "tiers": list(TIERS)}
    made += [
        finding("zip.closure", "pair", pair, sum(seen) / 4, detail=null),
        finding("zip.depth", "pair", pair, float(depth), detail={"lowest": lowest, "order": list(TIERS)}),
        finding("zip.top_heaviness", "pair", pair, seen[0] - seen[-1], detail={"closed_only_at_top": only_at_top}),
    ]
    hidden = {"zip.closure", "zip.depth", "zip.top_heaviness"} if None in known else set()
    return [without_value(f, "suppressed") if f.measure in hidden else f for f in made]


def zip_of_system(teeth: Iterable[float], heavy: float = 0.0) -> list[Finding]:
    """The system's zip from its teeth, board first, and the board's less that of practitioners."""
    about = {"people": 300, "pairs": 3, "basis": "declared"}
    made = [
        finding("zip.tooth", "system", "XX1", tooth, detail=about | {"tier": tier})
        for tier, tooth in zip(TIERS, teeth, strict=True)
    ]
    null = {"null_lower": 0.2, "null_upper": 0.4, "p": 0.3, "tiers": list(TIERS)}
    return [
        *made,
        finding("zip.closure", "system", "XX1", 0.35, detail=about | null),
        finding("zip.top_heaviness", "system", "XX1", heavy, detail=about | {"closed_only_at_top": False}),
    ]


def cogs(*, cut_off: Iterable[str] = ("D",)) -> list[Finding]:
    """What the loss of each body costs the others: that of B a fifth, as it alone joins others to the rest."""
    alone = list(cut_off)
    made = []
    for body in BODIES:
        rise = 0.2 if body == "B" and alone else 0.0
        chance = {"random_mean": 0.02, "random_lower": 0.0, "random_upper": 0.05, "p": 0.01 if rise else 1.0}
        about = {"people": 60, "provisional": False, "beyond_chance": bool(rise)} | chance
        made += [exactly(f"cog_jam.{m}", "body", body, rise, detail=about) for m in ("distance", "fragmentation")]
        joins = {"bodies": alone, "bridges": alone, "sectors": ["voluntary"], "silent": []} if rise else {}
        joins |= {"people": 60, "provisional": False}
        made.append(
            exactly(
                "cog_jam.sole_connector",
                "body",
                body,
                float(len(alone)) if rise else 0.0,
                detail={"bodies": [], "bridges": [], "sectors": [], "silent": []} | joins,
            )
        )
        made += [_role(body, role, 3.0 if (body, role) == ("B", "liaison") else 0.0) for role in _ROLES]
        made += [
            exactly(f"brokerage.{m}", "body", body, 0.5, detail={"provisional": False})
            for m in ("constraint", "effective_size")
        ]
    return made


_ROLES = ("coordinator", "gatekeeper", "itinerant", "liaison")


def _role(body: str, role: str, count: float) -> Finding:
    chance = {"expected": 0.5, "expected_lower": 0.0, "expected_upper": 2.0, "role": role, "provisional": False}
    return exactly("brokerage.role", "body", body, count, detail=chance | {"people": 60})


def everything() -> list[Finding]:
    """All of it."""
    made = [*ties(), *space(), *whole_network(), *looks_to(), *gaps(), *cogs()]
    return [*made, *zip_of("A|B", (0.6, 0.5, 0.4, 0.35)), *zip_of_system((0.5, 0.4, 0.35, 0.3))]
