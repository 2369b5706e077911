"""Whether the statements of an item scale hang together, and whether people may be averaged into bodies and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.profile import Reading, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import Row, by_scale, most, n_of, reading, with_interval
from leaderful.report.signals_answers import RELIABLE
from leaderful.report.wording import counted, listed, sentence, share, whole

_UNITS = (("body", "body", "bodies"), ("team", "team", "teams"))
_AXIS = Axis(
    low=0.0,
    high=1.0,
    marks=((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (RELIABLE, f"{RELIABLE:.2f}"), (1.0, "1")),
    reference=RELIABLE,
)


def reliability_figure(material: Material, chosen: Sequence[Row]) -> Figure | None:
    """Return the figure on reliability and averaging; None where neither was looked at."""
    alphas = by_scale(material, "scale.alpha")
    if not alphas:
        return None
    units = {between: by_scale(material, "scale.icc", between=between) for between, _, _ in _UNITS}
    told = [row for row in chosen if row.scale.id in alphas]
    return Figure(
        id="reliability",
        title=_title(told, alphas, units["body"]),
        subtitle=f"How far the statements of an item scale hang together (alpha, from 0 to 1; the dashed line at "
        f"{RELIABLE:.2f} is the usual convention), and whether people of one body or one team agree enough, and "
        "differ enough from those of others, for their average to mean something.",
        body=join(
            [
                tag("div", strip_axis(_AXIS, unit="alpha"), class_="axis"),
                tag("div", *[_row(row, alphas[row.scale.id], units) for row in told], class_="strips"),
            ]
        ),
        caption=f"n = up to {whole(most(alphas.values()))} people who answered every statement of an item scale. "
        f"Averaging needs agreement within (median r_wg(j) of 0.70 or more), difference between (F test, p below "
        "0.05) and means that can be told apart (ICC(2) of 0.60 or more). All of these cut-offs are conventions.",
        method="reliability",
        cannot="Whether an item scale measures what its name says: statements can hang together and miss the point. "
        "This questionnaire has not been validated.",
        grids=(_grid(told, material, units),),
        folded=True,
    )


def _title(told: Sequence[Row], alphas: Mapping[str, Finding], by_body: Mapping[str, Finding]) -> str:
    firm = [row for row in told if (alphas[row.scale.id].estimate or 0.0) >= RELIABLE]
    averaged = [f for f in by_body.values() if f.detail.get("justified")]
    scales = counted(len(told), "item scale", "item scales")
    start = f"On {len(firm)} of {scales} the statements hang together well enough to be one score"
    return f"{start}; on {len(averaged)} an average may stand for a body" if by_body else start


def _row(row: Row, alpha: Finding, units: Mapping[str, Mapping[str, Finding]]) -> Markup:
    figures = shown(alpha, lambda f: f"alpha {with_interval(f)}")
    return tag(
        "div",
        tag("div", row.scale.name, tag("small", row.scale.id), class_="q"),
        profile_row(_within(reading(alpha)), (), _AXIS, spoken=_spoken(row, alpha)),
        tag(
            "div", tag("b", shown(alpha, _verdict)), tag("small", figures), *_averaging(row.scale.id, units), class_="v"
        ),
        class_=f"strip {row.level or 'pressure'}",
    )


def _within(reading: Reading) -> Reading:
    """Return a reading no further than the axis goes: alpha may be below nought."""

    def clip(value: float | None) -> float | None:
        return None if value is None else max(value, 0.0)

    return Reading(
        estimate=clip(reading.estimate), lower=clip(reading.lower), upper=clip(reading.upper), word=reading.word
    )


def _verdict(alpha: Finding) -> str:
    estimate = alpha.estimate or 0.0
    lower = estimate if alpha.lower is None else alpha.lower
    upper = estimate if alpha.upper is None else alpha.upper
    if lower >= RELIABLE:
        return "Hangs together"
    if upper < RELIABLE:
        return "Does not hang together"
    return "Probably hangs together" if estimate >= RELIABLE else "Cannot be told"


def _spoken(row: Row, alpha: Finding) -> str:
    if alpha.estimate is None:
        return f"{row.scale.name}: alpha {reading(alpha).word}"
    return f"{row.scale.name}: {_verdict(alpha).lower()}, alpha {with_interval(alpha)}"


def _averaging(scale: str, units: Mapping[str, Mapping[str, Finding]]) -> list[Markup]:
    """Return in words whether people may be averaged, and what speaks against it first; the table has all."""
    there = [(name, units[between][scale]) for between, name, _ in _UNITS if scale in units[between]]
    fit = [name for name, f in there if f.detail.get("justified")]
    said = [tag("small", f"averaged by {listed(fit)}")] if fit else []
    for name, finding in there:
        if finding.status == "suppressed":
            said.append(tag("small", f"averaging by {name}: ", hidden()))
        elif name not in fit:
            said.append(tag("small", f"not averaged by {name}: {finding.detail['reasons'][0]}"))
    return said


def _grid(told: Sequence[Row], material: Material, units: Mapping[str, Mapping[str, Finding]]) -> Grid:
    alphas, omegas = by_scale(material, "scale.alpha"), by_scale(material, "scale.omega")
    agreed = {between: by_scale(material, "scale.agreement", between=between) for between, _, _ in _UNITS}
    there = [unit for unit in _UNITS if units[unit[0]]]
    columns = ["Item scale", "Alpha", "Omega", "n"]
    for _, name, many in there:
        columns += [f"{sentence(many)}", f"r_wg(j) in {many}", f"ICC(1), {many}", f"ICC(2), {many}", f"By {name}"]
    return Grid(
        caption="Reliability, agreement and whether averaging is justified",
        columns=tuple(columns),
        rows=tuple(
            (
                row.scale.name,
                shown(alphas[row.scale.id], with_interval),
                shown(omegas.get(row.scale.id), with_interval),
                shown(alphas[row.scale.id], n_of),
                *(
                    cell
                    for between, _, _ in there
                    for cell in _cells(agreed[between].get(row.scale.id), units[between].get(row.scale.id))
                ),
            )
            for row in told
        ),
        numeric=frozenset(place for place, column in enumerate(columns) if place and not column.startswith("By ")),
    )


def _cells(agreed: Finding | None, icc: Finding | None) -> tuple[str, ...]:
    return (
        shown(icc, lambda f: whole(f.detail["groups"])),
        shown(agreed, lambda f: f"{f.estimate:.2f}; {share(f.detail['share_070'])} at 0.70 or more"),
        shown(icc, with_interval),
        shown(icc, lambda f: f"{f.detail['icc2']:.2f}" if f.detail["icc2"] is not None else "cannot be worked out"),
        shown(
            icc, lambda f: "averaged" if f.detail["justified"] else f"not averaged: {'; '.join(f.detail['reasons'])}"
        ),
    )
