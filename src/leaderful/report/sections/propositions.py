"""The propositions: what each claims, and what the field and the laboratory say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.verdicts import CONTRADICTED, SUPPORTED
from leaderful.report.markup import hidden
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.propositions_rows import LABORATORY, Side, claims, effect_words, share_words
from leaderful.report.wording import counted, day, listed, sentence, whole

_SIDES = (
    ("proposition.field", "In the field", "evidence of this study; to the right, as claimed"),
    ("proposition.england", "Across England", "public evidence; to the right, as claimed"),
    (LABORATORY, "In the laboratory", "how many sets of assumed rates it holds with, none to all"),
)


def propositions_section(material: Material) -> Section | None:
    """Return the section on the propositions; None where none was tested."""
    sides = _sides(material)
    if not sides:
        return None
    return Section(
        id="propositions",
        name=_name(sides),
        heading="Propositions: which claims hold up, as far as can be told",
        lead=(f"The framework makes thirteen claims. {_put_to(sides)}", _contradicted(sides)),
        figures=(_figure(sides),),
        questions=(
            "Which of these claims did we take for granted, and what does “cannot say” mean for what we do next?",
            "Where field and laboratory part: what happens here that the rules leave out?",
            "What evidence could we gather within a year that might prove one of these claims wrong?",
        ),
    )


def _name(sides: Sequence[Side]) -> str:
    """Return what the section is called in the list of contents, which owns up to what is simulated."""
    simulated = [side.simulated for side in sides]
    if not any(simulated):
        return "Propositions"
    return "Propositions (simulated)" if all(simulated) else "Propositions (partly simulated)"


def _put_to(sides: Sequence[Side]) -> str:
    simulated, real = (any(side.simulated is kind for side in sides) for kind in (True, False))
    if simulated and real:
        return "Each was put to evidence and, apart from that, to simulated people under many assumed rates."
    if simulated:
        return "Each was put to simulated people under many assumed rates, and none to evidence from here."
    return "Each was put to evidence."


def _sides(material: Material) -> list[Side]:
    """Return where claims were tested; public evidence only where it can say anything at all."""
    sides = []
    for measure, name, about in _SIDES:
        found: list[Finding] = material.own.get(measure, [])
        silent = measure == "proposition.england" and not any(f.estimate is not None for f in found)
        if found and not silent:
            sides.append(Side(measure=measure, name=name, about=about, found={f.unit: f for f in found}))
    return sides


def _title(sides: Sequence[Side]) -> str:
    told = [f"{side.name[:1].lower()}{side.name[1:]} {_counts(side)}" for side in sides]
    return f"Of {len(framework().propositions)} claims: {'; '.join(told)}. The rest cannot be told"


def _counts(side: Side) -> str:
    """Return how many claims are supported and contradicted."""
    told = Counter(side.verdict(claim.id) for claim in framework().propositions)
    if not told[SUPPORTED] + told[CONTRADICTED]:
        return "none is supported or contradicted"
    return f"{told[SUPPORTED]} supported, {told[CONTRADICTED]} contradicted"


def _contradicted(sides: Sequence[Side]) -> str:
    """Return which claims are contradicted, said as plainly as support would be."""
    told = []
    for side in sides:
        against = [
            f"{claim.id} ({claim.name.lower()})"
            for claim in framework().propositions
            if side.verdict(claim.id) == CONTRADICTED
        ]
        if against:
            be = "is" if len(against) == 1 else "are"
            told.append(f"{side.name[:1].lower()}{side.name[1:]} {listed(against)} {be} contradicted")
    if not told:
        return "No claim is contradicted. That is not support: see how many cannot be told."
    return f"{sentence(listed(told))}."


def _figure(sides: Sequence[Side]) -> Figure:
    return Figure(
        id="propositions-verdicts",
        title=_title(sides),
        subtitle=_subtitle(sides),
        body=claims(sides),
        caption=_caption(sides),
        method="propositions",
        cannot="Whether a claim is true. In the field, things that go together need not bring each other about, and "
        "bodies of one kind may share more than what was measured. The laboratory shows what follows from rules that "
        "were written with these claims in mind; it can show that a claim does not follow, and never that it holds "
        "among real people.",
        grids=tuple(_grid(side) for side in sides),
    )


def _subtitle(sides: Sequence[Side]) -> str:
    parts = ["A dot is the estimate and its line the 95 % interval."]
    if any(not side.simulated for side in sides):
        parts.append(
            "In evidence, right of the dashed line is the way that was claimed, and each strip has its own scale."
        )
    if any(side.simulated for side in sides):
        parts.append(
            "In the laboratory the strip runs from none to all of the sets of assumed rates that were tried, and the "
            "dashed line is half of them."
        )
    return " ".join(parts)


def _caption(sides: Sequence[Side]) -> str:
    found = [(side, finding) for side in sides for finding in side.found.values()]
    dates = sorted({str(finding.detail["registered"]) for _, finding in found if "registered" in finding.detail})
    when = f" on {listed([day(date.fromisoformat(each)) for each in dates])}" if dates else ""
    allowed = ""
    for side in sides:
        tested = max((int(finding.detail.get("tested", 0)) for finding in side.found.values()), default=0)
        if tested:
            allowed += (
                f" {side.name} the verdicts allow for {counted(tested, 'claim', 'claims')} being tested at once "
                "(Holm's correction); the intervals drawn are of each alone."
            )
    return (
        "What is tested, and from when on a claim counts as supported or contradicted, was written down"
        f"{when}, before any evidence was looked at.{_changed(sides)}{allowed}"
    )


def _changed(sides: Sequence[Side]) -> str:
    """Return which tests were changed after something had been run; nothing where none was."""
    named = [unit for side in sides for unit, finding in side.found.items() if finding.detail.get("changed")]
    if not named:
        return ""
    were = "that of" if len(named) == 1 else "those of"
    be = "was" if len(named) == 1 else "were"
    return f" Of the laboratory's tests {were} {listed(named)} {be} changed after trial runs."


def _grid(side: Side) -> Grid:
    figures = (
        ("Holds in", "n", "Median effect", "Nine in ten lie between")
        if side.simulated
        else ("Effect", "n", "p", "p, all")
    )
    return Grid(
        caption=f"The claims {side.name[:1].lower()}{side.name[1:]}",
        columns=("Claim", "Verdict", *figures, "Why"),
        rows=tuple(
            (f"{claim.id} {claim.name}", side.verdict(claim.id), *_cells(side, side.found.get(claim.id)))
            for claim in framework().propositions
        ),
        numeric=frozenset({3, 4} if side.simulated else {3, 4, 5}),
    )


def _cells(side: Side, finding: Finding | None) -> tuple[str, ...]:
    """Return the figures of a verdict as a table has them, and the reason for it."""
    if finding is None:
        return ("", "", "", "", "not tested")
    if finding.estimate is None:
        return (hidden() if finding.status == "suppressed" else "", "", "", "", finding.reason)
    told = finding.detail
    why = str(told["why"])
    if side.simulated:
        ends = f"{told['low5']:.3g} to {told['high95']:.3g}"
        return (share_words(finding), whole(finding.n or 0), f"{told['median']:.3g}", ends, why)
    return (effect_words(finding), whole(finding.n or 0), f"{told['p']:.3f}", f"{told['p_adjusted']:.3f}", why)
