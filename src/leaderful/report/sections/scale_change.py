"""How item scales moved since the round before, on the same bodies at both ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.measures.words import Verdict, compare_several
from leaderful.report.bodies import in_order, shown
from leaderful.report.figures.profile import change_axis, profile_legend, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import (
    Row,
    bracketed,
    by_scale,
    by_unit,
    found,
    most,
    reading,
    tier_names,
    tiers_of,
)
from leaderful.report.wording import counted, listed, points, sentence, whole, within

_SAME = "cannot tell apart"
_SURE = ("higher", "lower")
_VERDICTS = ("higher", "probably higher", "probably lower", "lower")


def change_figure(material: Material, chosen: Sequence[Row]) -> Figure | None:
    """Return the figure on change since the round before; None where there is none."""
    wave = _wave(material)
    changes = by_scale(material, "scale.change", wave=wave) if wave else {}
    told = [row for row in chosen if row.scale.id in changes]
    if not told:
        return None
    before = wave.split(">")[0]
    earlier = material.wave_names.get(before, before)
    tiers = tiers_of(material, "scale.change", wave=wave)
    of_tiers = by_unit(material, "scale.change", "tier", wave=wave)
    verdicts = _verdicts(told, changes)
    readings = {row.scale.id: reading(changes[row.scale.id]) for row in told}
    lines = {row.scale.id: [(t, reading(of_tiers.get((t, row.scale.id)))) for t in tiers] for row in told}
    axis = change_axis([*readings.values(), *(r for each in lines.values() for _, r in each)])
    legend = profile_legend(tiers, tier_names(), everyone="everyone, with the 95 % interval", reference="no change")
    drawn = [
        tag(
            "div",
            tag("div", row.scale.name, tag("small", row.warned), class_="q"),
            profile_row(
                readings[row.scale.id],
                lines[row.scale.id],
                axis,
                spoken=_spoken(row, changes[row.scale.id], earlier, verdicts),
            ),
            _words(changes[row.scale.id], verdicts.get(row.scale.id)),
            class_=f"strip {row.level or 'pressure'}",
        )
        for row in told
    ]
    return Figure(
        id="scale-change",
        title=_title(told, verdicts, earlier),
        subtitle="Mean score now less the mean then, for everyone and for each tier. Both ends are the same bodies: "
        "where bodies were merged or renamed, the earlier answers of all of them are pooled.",
        body=join([legend, _axis(axis), tag("div", *drawn, class_="strips")]),
        caption=f"n = up to {whole(most(changes.values()))} people in either round, of whom "
        f"{whole(max((int(f.detail.get('paired', 0)) for f in changes.values()), default=0))} answered both. "
        f"{_redrawn_words(material, wave)}The words allow for {counted(len(told), 'item scale', 'item scales')} being "
        "looked at (Holm's correction): an interval may leave out no change, and the two rounds still cannot be told "
        "apart.",
        method="scale-change",
        cannot="Why anything moved, and whether those who answered only once moved too. A change for all people "
        "together can hide bodies that moved in opposite directions: the table has them.",
        grids=(_grid(material, told, wave), *_redrawn(material, told, wave)),
        folded=not any(verdicts.get(row.scale.id) in _SURE for row in told if not row.scattered),
    )


def _wave(material: Material) -> str:
    """Return the name of the change that ends in the latest round; empty where there is none."""
    waves = material.findings.filter(pl.col("measure") == "scale.change")["wave"].unique(maintain_order=True)
    return next((str(wave) for wave in waves if wave.endswith(f">{material.latest_wave}")), "")


def _axis(axis: Axis) -> Markup:
    return tag("div", strip_axis(axis, unit="points of the score"), class_="axis")


def _verdicts(told: Sequence[Row], changes: Mapping[str, Finding]) -> dict[str, Verdict]:
    """Return in words how each item scale stands to what it was, allowing for how many are looked at."""
    known = {row.scale.id: changes[row.scale.id] for row in told if changes[row.scale.id].detail.get("se")}
    words = compare_several([(f.estimate or 0.0, f.detail["se"], f.detail["df"]) for f in known.values()])
    return dict(zip(known, words, strict=True))


def _words(change: Finding, verdict: Verdict | None) -> Markup:
    if change.estimate is None:
        return tag("div", tag("b", shown(change, _then_now)), class_="v")
    return tag(
        "div",
        tag("b", sentence(verdict or "no interval")),
        tag("small", f"{points(change.estimate, places=2)} {bracketed(change.lower, change.upper, places=2)}"),
        tag("small", _then_now(change)),
        class_="v",
    )


def _then_now(change: Finding) -> str:
    return f"from {change.detail['before']:.1f} to {change.detail['after']:.1f}"


def _spoken(row: Row, change: Finding, earlier: str, verdicts: Mapping[str, Verdict]) -> str:
    if change.estimate is None:
        return f"{row.scale.name}: change since {earlier} {reading(change).word}"
    ends = bracketed(change.lower, change.upper, places=2)
    verdict = verdicts.get(row.scale.id, "no interval")
    return f"{row.scale.name}: {points(change.estimate, places=2)} since {earlier} {ends}; {verdict}"


def _title(told: Sequence[Row], verdicts: Mapping[str, Verdict], earlier: str) -> str:
    names: dict[str, list[str]] = {}
    for row in told:
        if row.scale.id in verdicts and not row.scattered:
            names.setdefault(verdicts[row.scale.id], []).append(within(row.scale.name))
    parts = [
        f"{listed(names[verdict])} {'is' if len(names[verdict]) == 1 else 'are'} {verdict}"
        for verdict in _VERDICTS
        if verdict in names
    ]
    same = len(names.get(_SAME, []))
    if not parts:
        return f"No score can be told apart from what it was in {earlier}"
    return "; ".join(
        [
            f"Since {earlier}, {parts[0]}",
            *parts[1:],
            *([f"{counted(same, 'other', 'others')} cannot be told apart from then"] * bool(same)),
        ]
    )


def _redrawn_words(material: Material, wave: str) -> str:
    """Return which bodies were redrawn between the rounds."""
    parts: dict[str, list[str]] = {}
    for finding in found(material, "scale.redrawn", "body", wave=wave):
        if "successor" in finding.detail and finding.unit not in parts.setdefault(finding.detail["successor"], []):
            parts[finding.detail["successor"]].append(finding.unit)
    names = {heir: listed([material.called(one) for one in in_order(material, parts[heir])]) for heir in sorted(parts)}
    return "".join(f"{material.called(heir)} stands where {former} stood. " for heir, former in names.items())


def _grid(material: Material, told: Sequence[Row], wave: str) -> Grid:
    tiers, sectors = tier_names(), {sector.id: sector.name for sector in framework().sectors}
    of_bodies = by_unit(material, "scale.change", "body", wave=wave)
    units = [("system", material.system, "Everyone")]
    units += [("tier", tier, tiers[tier]) for tier in tiers_of(material, "scale.change", wave=wave)]
    units += [("sector", sector, name) for sector, name in sectors.items()]
    units += [("body", body, material.called(body)) for body in in_order(material, {body for body, _ in of_bodies})]
    by_kind = {
        kind: by_unit(material, "scale.change", kind, wave=wave) for kind in ("system", "tier", "sector", "body")
    }
    return Grid(
        caption="Change by item scale, tier, sector and body",
        columns=(
            "People of",
            "Item scale",
            "Then",
            "Now",
            "Change",
            "95 % interval",
            "In words, alone",
            "n",
            "Bodies pooled",
        ),
        rows=tuple(
            (name, row.scale.name, *_cells(material, by_kind[kind][unit, row.scale.id]))
            for kind, unit, name in units
            for row in told
            if (unit, row.scale.id) in by_kind[kind]
        ),
        numeric=frozenset({2, 3, 4, 7}),
        sortable=False,
    )


def _cells(material: Material, change: Finding) -> tuple[str, ...]:
    if change.estimate is None:
        word = shown(change, _then_now)
        why = word if change.status == "suppressed" else change.reason
        return (word, word, word, word, why, word, word)
    return (
        f"{change.detail['before']:.2f}",
        f"{change.detail['after']:.2f}",
        points(change.estimate, places=2),
        bracketed(change.lower, change.upper, places=2)[1:-1],
        change.detail["verdict"],
        whole(change.n or 0),
        listed([material.called(body) for body in change.detail["footprint"]]) or "none",
    )


def _redrawn(material: Material, told: Sequence[Row], wave: str) -> tuple[Grid, ...]:
    """Return the table of what redrawing bodies alone changed; nothing where none was redrawn."""
    changed = by_unit(material, "scale.redrawn", "body", wave=wave)
    rows = tuple(
        (
            material.called(body),
            row.scale.name,
            shown(changed[body, row.scale.id], lambda f: material.called(f.detail["successor"])),
            shown(changed[body, row.scale.id], lambda f: f"{f.detail['own']:.2f}"),
            shown(changed[body, row.scale.id], lambda f: f"{f.detail['pooled']:.2f}"),
            shown(changed[body, row.scale.id], lambda f: points(f.estimate or 0.0, places=2)),
            shown(changed[body, row.scale.id], lambda f: bracketed(f.lower, f.upper, places=2)[1:-1]),
        )
        for body in in_order(material, {body for body, _ in changed})
        for row in told
        if (body, row.scale.id) in changed
    )
    if not rows:
        return ()
    return (
        Grid(
            caption="What redrawing bodies changed although nobody changed their mind",
            columns=(
                "Body then",
                "Item scale",
                "Now part of",
                "Own mean",
                "Mean of all",
                "Difference",
                "95 % interval",
            ),
            rows=rows,
            numeric=frozenset({3, 4, 5}),
            sortable=False,
        ),
    )
