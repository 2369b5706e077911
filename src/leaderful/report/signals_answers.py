"""What stands out in what people answered, each from a finding that passed a test set beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.signal import Signal
from leaderful.report.wording import listed, sentence, share, within

RELIABLE = 0.70
"""Alpha from which a scale's items are taken to hang together: a convention (Nunnally 1978), not a law."""
MOST_NAMED = 3
"""Scales that one sentence names; of more it says how many they are."""


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
            board, practice = share(teeth["board"] or 0.0), share(teeth["practitioner"] or 0.0)
            yield Signal(
                kind="zip closed at the top only",
                brief=f"{a} and {b} are joined at the top only: {board} of board members have a working tie across "
                f"that they trust, and {practice} of practitioners.",
                text=f"Between {a} and {b} the zip is closed at the top only: {board} of board members have a working "
                f"tie across that they trust, and {practice} of practitioners.",
                anchor="zip",
            )


def _one_sided(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "ties.asymmetry", "pair"):
        if finding.detail.get("one_sided"):
            text = f"{one_sided(material, finding)}."
            yield Signal(kind="one-sided trust", text=text, anchor="between")


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
            text = (
                f"{material.called(finding.unit)} stands apart: {share(finding.estimate)} of its people work with "
                f"another body at least monthly, against {share(finding.detail['others'])} elsewhere."
            )
            yield Signal(kind="silo", text=text, anchor="between")


def _connectors(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "cog_jam.sole_connector", "body"):
        if finding.estimate:
            alone = listed([material.called(code) for code in finding.detail["bodies"]])
            connector = material.called(finding.unit)
            text = f"{connector} is the only link that people reported between {alone} and the rest."
            yield Signal(kind="sole connector", text=text, anchor="cogs")


def _unreliable(material: Material) -> Iterator[Signal]:
    """Yield one signal on all scales that do not hang together, so that it takes one line however many they are."""
    names = {scale.id: scale.name for scale in material.item_scales}
    told = [finding for finding in _latest(material, "scale.alpha", "system") if finding.upper is not None]
    loose = [within(names[f.detail["scale"]]) for f in told if f.upper is not None and f.upper < RELIABLE]
    if loose:
        scales = listed(loose) if len(loose) <= MOST_NAMED else f"{len(loose)} of {len(told)} item scales"
        text = f"The statements on {scales} do not hang together here: read them one by one, not as one score."
        yield Signal(kind="unreliable scale", text=text, anchor="levels")


def _divided(material: Material) -> Iterator[Signal]:
    for finding in _latest(material, "disagreement.board_and_practice", "system"):
        if finding.status == "ok":
            text = f"{divided(material, finding)}."
            kind = "boards and practitioners see it differently"
            yield Signal(kind=kind, text=text, anchor="disagreements")


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
        text = f"{listed(names)} cannot be shown without giving people away. What they said counts in the whole."
        yield Signal(kind="too small to show", text=text, anchor="silent")


def hidden_bodies(material: Material) -> set[str]:
    """Return the bodies of which neither who answered nor what they said is shown, to protect people."""
    measures = ("response.rate", "scale.score")
    own = [f for measure in measures for f in material.of_kind(measure, "body", material.latest_wave)]
    return {f.unit for f in own if f.status == "suppressed"} - {f.unit for f in own if f.status == "ok"}


LOOKS: tuple[Callable[[Material], Iterator[Signal]], ...] = (
    _closed_at_top,
    _one_sided,
    _silos,
    _connectors,
    _unreliable,
    _divided,
    _hidden,
)
