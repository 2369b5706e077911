"""The first screen of a study whose people were asked: who answered, how far it can be trusted, what stands out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leaderful.measures.findings import Finding
from leaderful.report.markup import hidden
from leaderful.report.material import Material
from leaderful.report.signals_answers import RELIABLE, hidden_bodies
from leaderful.report.wording import counted, share, whole


def known_own(material: Material) -> str:
    """Return the sentence on who answered."""
    rate = answered(material)
    bodies = [
        f for f in of_wave(material, "response.rate") if f.unit_kind == "body" and f.detail.get("part") == "items"
    ]
    wave = material.wave_names.get(material.latest_wave, material.latest_wave)
    if rate is None or rate.estimate is None or rate.n is None:
        asked = counted(len(bodies), "body", "bodies")
        return f"In {wave} people of {asked} were asked; how many answered cannot be shown."
    return (
        f"In {wave}, {whole(rate.detail['count'])} of {whole(rate.n)} people answered ({share(rate.estimate)}), from "
        f"{counted(len(bodies), 'body', 'bodies')} with nobody in charge of them all."
    )


def sure_own(material: Material) -> str:
    """Return the sentence on how far answers can be read as scores and averages."""
    alphas = [f for f in of_wave(material, "scale.alpha") if f.estimate is not None]
    firm = [f for f in alphas if (f.estimate or 0.0) >= RELIABLE]
    by_body = [f for f in of_wave(material, "scale.icc") if f.detail.get("between") == "body" and f.status == "ok"]
    averaged = [f for f in by_body if f.detail["justified"]]
    return (
        f"On {len(firm)} of {counted(len(alphas), 'item scale', 'item scales')} (statements on one theme) the "
        "answers hang together well enough to be one score; "
        f"on {len(averaged)} of {len(alphas)}, people of one body agree enough for its average to stand for it. "
        "The questionnaire has not been validated."
    )


def unknown_own(material: Material) -> str:
    """Return the sentence on who is silent and what stays hidden."""
    rate = answered(material)
    silent = rate.n - int(rate.detail["count"]) if rate is not None and rate.n is not None else None
    who = (
        f"What the {whole(silent)} people who did not answer think" if silent else "What those who did not answer think"
    )
    bodies = len(hidden_bodies(material))
    kept = f" {counted(bodies, 'body is', 'bodies are')} hidden to protect people." if bodies else ""
    return f"{who}, and why anything here is as it is: answers show where to look, not causes.{kept}"


def facts_own(material: Material) -> tuple[tuple[str, str], ...]:
    """Return a few figures by name."""
    rate = answered(material)
    confirmed = next(of_wave(material, "ties.confirmed"), None)
    trust = next((f for f in of_wave(material, "ties.trust") if f.unit_kind == "system"), None)
    return (
        ("People who answered", whole(rate.detail["count"]) if rate and rate.status == "ok" else hidden()),
        ("Of those asked", _value(rate, lambda f: share(f.estimate or 0.0))),
        ("Ties that both ends confirm", _of(confirmed)),
        ("Trust, from 1 to 4", _value(trust, lambda f: f"{f.estimate:.1f}")),
    )


def answered(material: Material) -> Finding | None:
    """Return the share of people asked who answered the latest round, where it may be shown."""
    rates = (f for f in of_wave(material, "response.rate") if f.unit_kind == "system")
    return next((f for f in rates if f.detail.get("part") == "items"), None)


def of_wave(material: Material, measure: str) -> Iterator[Finding]:
    """Return the findings of a measure in the latest round of asking."""
    return (f for f in material.own.get(measure, []) if f.wave == material.latest_wave)


def _of(confirmed: Finding | None) -> str:
    return _value(confirmed, lambda f: f"{whole(f.detail['confirmed'])} of {whole(f.detail['confirmable'])}")


def _value(finding: Finding | None, write: Callable[[Finding], str]) -> str:
    if finding is not None and finding.status == "suppressed":
        return hidden()
    return write(finding) if finding is not None and finding.estimate is not None else "not known"
