"""One row for each claim: the claim, the verdicts side by side, what they rest on, and how they were reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from markupsafe import Markup

from leaderful.framework import Proposition, framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.verdicts import (
    CANNOT_SAY,
    CONTRADICTED,
    HIDDEN,
    effect_strip,
    share_strip,
    verdict_legend,
    verdict_mark,
)
from leaderful.report.markup import hidden, tag
from leaderful.report.wording import day, points, sentence, share, signed, whole

LABORATORY = "proposition.laboratory"
ENGLAND = "proposition.england"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One place where claims are tested, with what was found there by claim."""

    measure: str
    name: str
    about: str
    found: dict[str, Finding]

    @property
    def simulated(self) -> bool:
        """Whether nobody real is behind it."""
        return self.measure == LABORATORY

    @property
    def public(self) -> bool:
        """Whether it counts trusts and not people."""
        return self.measure == ENGLAND

    def verdict(self, claim: str) -> str:
        """Return the verdict on a claim, by the registered rule; one without a finding cannot be told."""
        finding = self.found.get(claim)
        if finding is None:
            return CANNOT_SAY
        return HIDDEN if finding.status == "suppressed" else str(finding.detail["verdict"])


def claims(sides: Sequence[Side]) -> Markup:
    """Return all claims with what each side says of them."""
    heads = [
        tag(
            "span",
            tag("b", side.name),
            *([tag("span", "Simulated", class_="simulated-mark")] if side.simulated else []),
            tag("small", side.about),
        )
        for side in sides
    ]
    head = tag("div", tag("span", ""), *heads, class_="claims-head")
    rows = [_claim(claim, sides) for claim in framework().propositions]
    legend = verdict_legend(effects=any(not side.simulated for side in sides))
    return legend + tag("div", head, *rows, class_="claims", style=f"--sides:{len(sides)}")


def _claim(claim: Proposition, sides: Sequence[Side]) -> Markup:
    return tag(
        "div",
        tag("div", tag("b", f"{claim.id} {claim.name}"), tag("p", claim.definition), class_="q"),
        *[_verdict(claim, side) for side in sides],
        _tested(claim, sides),
        class_="claim",
        id=f"proposition-{claim.id}",
    )


def _verdict(claim: Proposition, side: Side) -> Markup:
    verdict, finding = side.verdict(claim.id), side.found.get(claim.id)
    said = hidden() if verdict == HIDDEN else tag("b", sentence(verdict))
    where = f"{side.name} (simulated)" if side.simulated else side.name
    return tag(
        "div",
        tag("small", where, class_="of"),
        tag("div", verdict_mark(verdict), said, class_="said"),
        _strip(claim, side, finding),
        tag("small", _words(side, finding)),
        class_="side",
    )


def _strip(claim: Proposition, side: Side, finding: Finding | None) -> Markup:
    """Return the drawing of an estimate with its interval; nothing where there is none."""
    if finding is None or finding.estimate is None or finding.lower is None or finding.upper is None:
        return Markup()
    spoken = f"{claim.id}, {side.name.lower()}: {side.verdict(claim.id)}. {_words(side, finding)}"
    if side.simulated:
        return share_strip(finding.estimate, finding.lower, finding.upper, spoken=spoken)
    way = int(finding.detail["claim_direction"])
    lower, upper = sorted((way * finding.lower, way * finding.upper))
    smallest = float(finding.detail["smallest"])
    return effect_strip(way * finding.estimate, lower, upper, smallest=smallest, spoken=spoken)


def _words(side: Side, finding: Finding | None) -> str:
    if finding is None:
        return "Not tested."
    if finding.estimate is None:
        return f"{sentence(finding.reason)}."
    if side.simulated:
        return f"Holds with {share_words(finding)} of {whole(finding.n or 0)} sets of assumed rates"
    against = f". {sentence(finding.detail['why'])}" if finding.detail["verdict"] == CONTRADICTED else ""
    return f"{effect_words(finding)}, n\u00a0=\u00a0{whole(finding.n or 0)}{against}"


def effect_words(finding: Finding) -> str:
    """Return an effect with its interval and its unit: +0.31 (0.11 to 0.52) points of SHP."""
    estimate, lower, upper = finding.estimate or 0.0, finding.lower, finding.upper
    places = _places([value for value in (estimate, lower, upper) if value is not None])
    ends = "" if lower is None or upper is None else f" ({signed(lower, places)} to {signed(upper, places)})"
    return f"{points(estimate, places=places)}{ends} {_in_words(str(finding.detail.get('effect_unit', '')))}".strip()


def _in_words(unit: str) -> str:
    """Return a unit with the names of item scales in place of their codes: points of shared purpose."""
    names = {scale.id: scale.name for scale in framework().item_scales}
    return " ".join(_within(names[word]) if word in names else word for word in unit.split(" "))


def _within(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def share_words(finding: Finding) -> str:
    """Return a share with its interval: 92 % (86 to 96 %)."""
    if finding.lower is None or finding.upper is None:
        return share(finding.estimate or 0.0)
    return f"{share(finding.estimate or 0.0)} ({100 * finding.lower:.0f} to {share(finding.upper)})"


def _places(values: list[float]) -> int:
    """Return the decimal places that show two digits of the largest value, three at most."""
    largest = max(map(abs, values))
    return min(3, max(0, 1 - floor(log10(largest)))) if largest > 0 else 2


def _tested(claim: Proposition, sides: Sequence[Side]) -> Markup:
    """Return the source of the claim and every test of it, folded away."""
    source = claim.rests_on
    where = f"Moore, Elliott and Hesselgreaves (2023), section “{source.section}”, at “{source.opening}…”"
    entries = [("Rests on", [f"{where}: {source.sense}."])]
    entries += [(side.name, _test(side, side.found.get(claim.id))) for side in sides]
    told = [part for name, texts in entries for part in (tag("dt", name), tag("dd", *[tag("p", t) for t in texts]))]
    return tag("details", tag("summary", "Source, and how it was tested"), tag("dl", *told), class_="tested")


def _test(side: Side, finding: Finding | None) -> list[str]:
    """Return what was registered of a test and what came of it, a paragraph each."""
    if finding is None or "test" not in finding.detail:
        return ["No test of it is registered here." if finding is None else f"{sentence(finding.reason)}."]
    told = finding.detail
    test = [sentence(_stop(told["test"]))]
    if side.simulated:
        test += [
            f"Outcome: {_stop(told['outcome'])}",
            _stop(told["mechanism"]),
            f"It could fail: {_stop(told['could_fail'])}",
        ]
        if told.get("changed"):
            test.append(f"Changed after trial runs: {_stop(told['changed'])}")
    smallest = f"Smallest effect worth speaking of: {told['smallest']:g} {_in_words(str(told['effect_unit']))}."
    when = f"Registered on {day(date.fromisoformat(str(told['registered'])))}."
    came = _came_simulated(finding) if side.simulated else _came(finding, "trusts" if side.public else "people")
    return [
        " ".join([*test, smallest, when]),
        *([came] if came else []),
        *([told["limits"]] if "limits" in told else []),
    ]


def _came(finding: Finding, counted: str) -> str:
    told = finding.detail
    if finding.estimate is None:
        return _stop(sentence(finding.reason)) if finding.reason else ""
    all_ = f"{told['p_adjusted']:.3f} allowing for the {told['tested']} that could be tested"
    return (
        f"{sentence(told['why'])}: p = {told['p']:.3f}, {all_}; {whole(told['people'])} {counted} in "
        f"{whole(told['clusters'])} groups."
    )


def _came_simulated(finding: Finding) -> str:
    told = finding.detail
    if finding.estimate is None:
        return ""
    parts = "".join(f" {sentence(part['says'])}: in {share(part['holds'])} of draws." for part in told["parts"][1:])
    return (
        f"{sentence(told['why'])}. {whole(told['draws'])} sets of assumed rates, {whole(told['seeds'])} runs with each,"
        f" on {told['system']}. Median effect {_two(told['median'])}; nine in ten lie between {_two(told['low5'])} and "
        f"{_two(told['high95'])}.{parts}"
    )


def _two(value: float) -> str:
    return signed(value, _places([value]))


def _stop(text: str) -> str:
    return f"{text.rstrip('.')}."
