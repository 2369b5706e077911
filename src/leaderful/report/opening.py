"""The first screen: what is known, how sure, what is not known, and a few figures."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.markup import hidden
from leaderful.report.material import Material
from leaderful.report.sections.asked import Asked, hidden_questions
from leaderful.report.sections.own_evidence import sort_constructs
from leaderful.report.wording import counted, listed, whole, within

_NAMED = ("gp-practice", "primary-care-network", "nhs-trust", "council")
"""Kinds of body that the first sentence counts one by one."""

_STANDING = (
    ("higher", "stand above England's on"),
    ("probably higher", "probably stand above England's on"),
    ("lower", "stand below England's on"),
    ("probably lower", "probably stand below England's on"),
)


def known(material: Material) -> str:
    """Return the sentence on what public lists hold."""
    bodies = material.of_system("structure.bodies")
    if not (bodies and bodies.estimate):
        return "No public list holds the bodies of this system on this date."
    kinds = {kind.id: kind for kind in framework().body_kinds}
    counts = bodies.detail["kind"]
    named = [
        counted(counts[kind], within(kinds[kind].name), within(kinds[kind].plural))
        for kind in _NAMED
        if counts.get(kind)
    ]
    others = int(bodies.estimate) - sum(counts.get(kind, 0) for kind in _NAMED)
    more = [f"{whole(others)} others"] if others else []
    unplaced = sum(material.unplaced.values())
    maybe = f"Another {counted(unplaced, 'body', 'bodies')} of a divided area may belong here. " if unplaced else ""
    return (
        f"Public lists name {counted(int(bodies.estimate), 'body', 'bodies')} here: {listed([*named, *more])}. {maybe}"
        "Charities and care providers are on no such list. Nobody is in charge of them all."
    )


def sure(rows: list[Asked], year: str) -> str:
    """Return the sentence on what staff say, and how surely it speaks of the whole system."""
    if not rows:
        return "No public survey figure can be given for this system, so nothing is claimed about how its people lead."
    people = max(row.percent.n or 0 for row in rows)
    trusts = max(int(row.percent.detail.get("organisations", 0)) for row in rows)
    start = f"In {year}, {whole(people)} staff of {counted(trusts, 'NHS trust', 'NHS trusts')} answered."
    told = _told([(row.label, row.verdict) for row in rows])
    if not told:
        shared = (
            f"Trusts here differ so much from each other that on none of {len(rows)} questions can anything common to "
            "the whole system be made out"
        )
    else:
        rest = sum(row.verdict == "cannot tell apart" for row in rows)
        end = f"; on {rest} of {len(rows)} nothing common to the whole system can be made out" if rest else ""
        shared = f"Taken together, its trusts {told}{end}"
    alike = _told([(row.label, row.alike_verdict) for row in rows if row.alike_verdict != row.verdict])
    return f"{start} {shared}. {f'Compared only with trusts of their kind, they {alike}.' if alike else ''}".strip()


def _told(verdicts: list[tuple[str, str]]) -> str:
    parts = []
    for verdict, words in _STANDING:
        labels = [f"“{within(label)}”" for label, given in verdicts if given == verdict]
        if labels:
            parts.append(f"{words} {listed(labels)}")
    return listed(parts)


def unknown(material: Material) -> str:
    """Return the sentence on what no public source shows."""
    only_own = len(sort_constructs(material).only_own)
    return (
        "Whether partners trust each other, whether conversations cross boundaries and whether moments of leadership "
        f"are taken: no public source says. {only_own} of {len(framework().constructs)} ideas of the framework can "
        "only be seen with your own evidence."
    )


def facts(material: Material, rows: list[Asked], year: str) -> tuple[tuple[str, str], ...]:
    """Return a few figures by name."""
    bodies = material.of_system("structure.bodies")
    kinds = bodies.detail["kind"] if bodies and bodies.status == "ok" else None
    none = hidden() if hidden_questions(material, year) else "none"
    people = whole(max(row.percent.n or 0 for row in rows)) if rows else none
    least = "at least " if material.unplaced else ""
    return (
        ("People, mid-2020", f"{material.population / 1e6:.2f} million"),
        ("Bodies on public lists", _value(bodies, least)),
        ("Employers", _value(material.of_system("structure.employers"), least)),
        ("Councils", whole(kinds.get("council", 0)) if kinds else "not known"),
        ("Staff who answered", people),
    )


def _value(finding: Finding | None, least: str) -> str:
    if finding and finding.status == "suppressed":
        return hidden()
    return f"{least}{whole(finding.estimate)}" if finding and finding.estimate is not None else "not known"
