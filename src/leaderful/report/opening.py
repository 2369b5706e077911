"""The first screen: what is known, how sure, what is not known, and a few figures."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.markup import hidden
from leaderful.report.material import Material
from leaderful.report.sections.asked import Asked, hidden_questions
from leaderful.report.sections.own_evidence import sort_constructs
from leaderful.report.wording import counted, listed, sentence, whole, within

_NAMED = ("gp-practice", "primary-care-network", "nhs-trust", "council")
"""Kinds of body that the first sentence counts one by one."""

_PUBLIC = ("Public lists name", "Charities and care providers are on no such list. ")
_DECLARED = ("The study names", "")
"""Where the bodies come from, of a real system and of one that is made up, and who is not among them."""

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
    lists, rest = _PUBLIC if material.outlines else _DECLARED
    held = "".join(f" {words}" for words in lived(material))
    return (
        f"{lists} {counted(int(bodies.estimate), 'body', 'bodies')} here: {listed([*named, *more])}. {maybe}{rest}"
        f"Nobody is in charge of them all.{held}"
    )


def lived(material: Material) -> tuple[str, ...]:
    """Return in words what a study holds besides answers: purposes, meetings and diaries."""
    told = []
    declared, record = material.of_system("thread.declared"), material.of_system("travel.record")
    taken = material.of_system("moments.taken")
    if declared and declared.n and declared.detail["count"]:
        said = whole(declared.detail["count"])
        told.append(f"{said} of {whole(declared.n)} bodies, national ones among them, have said what they are for.")
    if record and record.estimate is not None:
        told.append(f"The record holds {whole(record.estimate)} meetings, calls and messages.")
    if taken and taken.status == "ok":
        told.append(f"{whole(taken.detail['people'])} people kept diaries of {whole(taken.n or 0)} moments.")
    return tuple(told)


def sure(material: Material, rows: list[Asked], year: str) -> str:
    """Return the sentence on what staff say, and how surely it speaks of the whole system."""
    if not rows and lived(material):
        return (
            "Nobody was asked what they think, so nothing is said of it. What was declared, recorded or noted is "
            "counted as it stands in the study, and may not be all."
        )
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
    open_ones = ["whether partners trust each other"]
    if "travel.record" not in material.own:
        open_ones.append("whether conversations cross boundaries")
    if "moments.taken" not in material.own:
        open_ones.append("whether moments of leadership are taken")
    who = "no public source" if material.outlines else "nothing here"
    return (
        f"{sentence(listed(open_ones))}: {who} says. {only_own} of {len(framework().constructs)} ideas of the "
        "framework can only be seen with your own evidence."
    )


def facts(material: Material, rows: list[Asked], year: str) -> tuple[tuple[str, str], ...]:
    """Return a few figures by name."""
    bodies = material.of_system("structure.bodies")
    kinds = bodies.detail["kind"] if bodies and bodies.status == "ok" else None
    none = hidden() if hidden_questions(material, year) else "none"
    people = whole(max(row.percent.n or 0 for row in rows)) if rows else none
    least = "at least " if material.unplaced else ""
    counts = (
        ("Employers", _value(material.of_system("structure.employers"), least)),
        ("Councils", whole(kinds.get("council", 0)) if kinds else "not known"),
    )
    if not material.outlines:
        return (("Bodies", _value(bodies, least)), *counts)
    return (
        ("People, mid-2020", f"{material.population / 1e6:.2f} million"),
        ("Bodies on public lists", _value(bodies, least)),
        *counts,
        ("Staff who answered", people),
    )


def _value(finding: Finding | None, least: str) -> str:
    if finding and finding.status == "suppressed":
        return hidden()
    return f"{least}{whole(finding.estimate)}" if finding and finding.estimate is not None else "not known"
