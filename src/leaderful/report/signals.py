"""What stands out in a study's own evidence, as sentences: each from a finding that passed a test set beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.wording import listed, sentence, share, within

RELIABLE = 0.70
"""Alpha from which a scale's items are taken to hang together: a convention (Nunnally 1978), not a law."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One thing that stands out: what kind of thing, the sentence, and where the report shows it."""

    kind: str
    text: str
    anchor: str


def signals(material: Material) -> tuple[Signal, ...]:
    """Return what stands out in the latest round of asking, in the order of the report's sections."""
    found = (_closed_at_top, _one_sided, _silos, _connectors, _unreliable, _divided, _hidden)
    return tuple(signal for look in found for signal in look(material))


def _latest(material: Material, measure: str, unit_kind: str) -> Iterator[Finding]:
    for finding in material.own.get(measure, []):
        if finding.unit_kind == unit_kind and finding.wave == material.latest_wave:
            yield finding


def _closed_at_top(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "zip.top_heaviness", "pair"):
        if finding.detail.get("closed_only_at_top"):
            a, b = (material.called(code) for code in finding.unit.split("|"))
            teeth = {
                f.detail["tier"]: f.estimate for f in _latest(material, "zip.tooth", "pair") if f.unit == finding.unit
            }
            yield Signal(
                kind="zip closed at the top only",
                text=f"Between {a} and {b} the zip is closed at the top only: {share(teeth['board'] or 0.0)} of board "
                f"members have a trusting working tie across, and {share(teeth['practitioner'] or 0.0)} of "
                "practitioners.",
                anchor="zip",
            )


def _one_sided(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "ties.asymmetry", "pair"):
        if finding.detail.get("one_sided"):
            yield Signal(kind="one-sided trust", text=f"{one_sided(material, finding)}.", anchor="between")


def one_sided(material: Material, finding: Finding) -> str:
    """Return in words the pair of which one end trusts more than it is trusted back."""
    ends = sorted((("a", "b"), ("b", "a")), key=lambda ends: -float(finding.detail[f"{ends[0]}_trust"]))
    (more, less), _ = ends
    giver, getter = (material.called(finding.detail[end]) for end in (more, less))
    given, returned = (float(finding.detail[f"{end}_trust"]) for end in (more, less))
    figures = f"{given:.1f} against {returned:.1f} on a scale of 1 to 4"
    return f"{giver} trusts {getter} more than it is trusted back: {figures}"


def _silos(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "ties.outside", "body"):
        if finding.detail.get("apart") and finding.estimate is not None:
            yield Signal(
                kind="silo",
                text=f"{material.called(finding.unit)} stands apart: {share(finding.estimate)} of its people work at "
                f"least monthly with another body, against {share(finding.detail['others'])} elsewhere.",
                anchor="between",
            )


def _connectors(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "cog_jam.sole_connector", "body"):
        if finding.estimate:
            alone = listed([material.called(code) for code in finding.detail["bodies"]])
            yield Signal(
                kind="sole connector",
                text=f"{material.called(finding.unit)} is the only link between the rest and {alone} that people "
                "reported.",
                anchor="cogs",
            )


def _unreliable(material: Material) -> Iterator[Signal]:
    names = {scale.id: scale.name for scale in material.item_scales}
    for finding in _latest(material, "scale.alpha", "system"):
        if finding.upper is not None and finding.upper < RELIABLE:
            yield Signal(
                kind="unreliable scale",
                text=f"The statements on {within(names[finding.detail['scale']])} do not hang together here: read "
                "them one by one, not as one score.",
                anchor="levels",
            )


def _divided(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "disagreement.board_and_practice", "system"):
        if finding.status == "ok":
            yield Signal(
                kind="boards and practitioners see it differently",
                text=f"{divided(material, finding)}.",
                anchor="disagreements",
            )


def divided(material: Material, finding: Finding) -> str:
    """Return in words how boards and practitioners see an item scale, whichever sees more of it."""
    names = {scale.id: scale.name for scale in material.item_scales}
    ends = [("boards", finding.detail["board"]), ("practitioners", finding.detail["practitioner"])]
    (more, most), (less, least) = ends if finding.detail["more"] == "board" else reversed(ends)
    return sentence(
        f"{more} see more of {within(names[finding.detail['scale']])} than {less} do: {most:.1f} against {least:.1f} "
        "on a scale of 1 to 5"
    )


def _hidden(material: Material) -> Iterator[Signal]:
    names = sorted(material.called(body) for body in hidden_bodies(material))
    if names:
        yield Signal(
            kind="too small to show",
            text=f"{listed(names)} cannot be shown without giving people away. What they said counts in the whole.",
            anchor="silent",
        )


def hidden_bodies(material: Material) -> set[str]:
    """Return the bodies of which neither who answered nor what they said is shown, to protect people."""
    measures = ("response.rate", "scale.score")
    own = [f for measure in measures for f in material.of_kind(measure, "body", material.latest_wave)]
    return {f.unit for f in own if f.status == "suppressed"} - {f.unit for f in own if f.status == "ok"}
