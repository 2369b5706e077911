"""What people said on each item scale, by level and tier, and what these figures can carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.profile import profile_legend, profile_row, score_axis
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.by_scale import (
    LEVELS,
    Row,
    bracketed,
    by_scale,
    by_unit,
    most,
    n_of,
    ranges,
    reading,
    rows,
    tier_names,
    tiers_of,
    with_interval,
)
from leaderful.report.sections.scale_bodies import bodies_figure
from leaderful.report.sections.scale_change import change_figure
from leaderful.report.sections.scale_reliability import reliability_figure
from leaderful.report.sections.scale_variance import variance_figure
from leaderful.report.signals import signals
from leaderful.report.wording import counted, listed, share, whole, within

MANY_SPLITS = 3
"""More splits than this are counted, not listed."""


def levels_section(material: Material) -> Section | None:
    """Return the section on the item scales; None where no item was asked."""
    chosen = rows(material)
    if not chosen:
        return None
    figures = (
        _profile(material, chosen),
        reliability_figure(material, chosen),
        change_figure(material, chosen),
        bodies_figure(material, chosen),
        variance_figure(material, chosen),
    )
    return Section(
        id="levels",
        name="Levels",
        heading="What people see at each level of the system",
        lead=(
            "People who work in the system were asked how far they agree with statements on the common good (macro), "
            "on how organisations work together (meso) and on what happens between people (micro). "
            f"{framework().instrument.note}",
            *(signal.text for signal in signals(material) if signal.anchor == "levels"),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=tuple(_questions(material, chosen)),
    )


def _profile(material: Material, chosen: Sequence[Row]) -> Figure:
    tiers = tiers_of(material, "scale.score")
    of_tiers = by_unit(material, "scale.score", "tier")
    agreement = by_scale(material, "scale.consensus")
    parts = [
        profile_legend(
            tiers,
            tier_names(),
            everyone="everyone who answered, with the 95 % interval",
            reference="the middle of the scale",
        )
    ]
    for (low, high), same in ranges(chosen):
        axis = score_axis(low, high)
        parts.append(tag("div", strip_axis(axis, unit=f"scores from {low} to {high}"), class_="axis"))
        for level, name in LEVELS:
            inside = [row for row in same if row.level == level]
            drawn = [_row(row, axis, tiers, of_tiers, agreement.get(row.scale.id)) for row in inside]
            parts.append(band(level, name, drawn))
    return Figure(
        id="profile",
        title=_profile_title(chosen),
        subtitle="Mean scores of everyone who answered, and of each tier. Answers run from 1, strongly disagree, to 5, "
        "strongly agree, and are turned round where a statement was put the other way, so that to the right is more "
        "of what the name says.",
        body=join(parts),
        caption=f"n = up to {whole(most(row.score for row in chosen))} people in "
        f"{material.wave_names.get(material.latest_wave, material.latest_wave)}. Intervals allow for people of one "
        "body answering alike. Far off is an answer more than one point from the typical (median) answer; “split” "
        "stands where a third or more are, and “agreed” otherwise, the rule of SCIROCCO's consensus rounds.",
        method="scales",
        cannot="Whether a score is good enough: the middle of the scale is no norm. Nor whether one item scale is "
        "truly higher than another: some statements are easier to agree with. Nor what those who did not answer think, "
        "nor why people answered as they did.",
        grids=(_profile_grid(chosen, tiers, of_tiers, agreement),),
    )


def band(level: str, name: str, drawn: Sequence[Markup]) -> Markup:
    """Return the rows of one level under its name; nothing where there are none."""
    if not drawn:
        return Markup("")
    title = tag("p", name, class_="band-title")
    return tag("div", title, tag("div", *drawn, class_="strips"), class_=level or "pressure")


def _row(
    row: Row,
    axis: Axis,
    tiers: Sequence[str],
    of_tiers: Mapping[tuple[str, str], Finding],
    agreement: Finding | None,
) -> Markup:
    lines = [(tier, reading(of_tiers.get((tier, row.scale.id)))) for tier in tiers]
    words = tag("b", hidden())
    if row.score.estimate is not None:
        words = tag("b", f"{row.score.estimate:.1f}") + tag("span", f" {_ends(row.score)}")
    elif row.score.status != "suppressed":
        words = tag("small", row.score.reason)
    return tag(
        "div",
        tag("div", row.scale.name, tag("small", row.about), class_="q"),
        profile_row(reading(row.score), lines, axis, spoken=_spoken(row, of_tiers, tiers)),
        tag("div", words, _agreement_words(agreement), *_warning(row.scattered), class_="v"),
        class_="strip",
    )


def _ends(finding: Finding) -> str:
    return bracketed(finding.lower, finding.upper)


def _agreement_words(agreement: Finding | None) -> Markup:
    if agreement is None or agreement.status != "ok" or agreement.estimate is None:
        return tag("small", "agreement: ", shown(agreement, n_of))
    outside = f"{share(agreement.estimate)} far off"
    if agreement.detail["split"]:
        return tag("small", tag("span", "Split", class_="chip"), f" {outside}")
    return tag("small", f"Agreed: {outside}")


def _warning(scattered: bool) -> tuple[Markup, ...]:
    return (tag("small", tag("span", "Not one score", class_="chip"), " read its statements one by one"),) * scattered


def _spoken(row: Row, of_tiers: Mapping[tuple[str, str], Finding], tiers: Sequence[str]) -> str:
    names = tier_names()
    told = [(f"{row.scale.name}, everyone", row.score)]
    told += [(names[tier], of_tiers[tier, row.scale.id]) for tier in tiers if (tier, row.scale.id) in of_tiers]
    return "; ".join(f"{name} {_heard(finding)}" for name, finding in told)


def _heard(finding: Finding) -> str:
    if finding.estimate is None:
        return reading(finding).word
    return f"{finding.estimate:.1f} {_ends(finding)}"


def _profile_title(chosen: Sequence[Row]) -> str:
    """Return the sentence that says on which side of the middle answers lie, of scales that are one score."""
    told = [row for row in chosen if not row.scattered and row.direction != "neutral"]
    sides = [side(row) for row in told]
    if not any(sides):
        return "What people said on each item scale"
    good, other, unsure = (sides.count(name) for name in ("good", "other", "unsure"))
    scales = counted(len(told), "item scale", "item scales")
    parts = [f"On {good if good < len(told) else 'all'} of {scales} answers lean to the good side"]
    parts += [f"on {other} to the other side"] if other else []
    parts += [f"on {unsure} to neither"] if unsure else []
    return listed(parts)


def side(row: Row) -> str:
    """Return whether the mean surely lies on the good side of the middle answer; nothing where it is not shown."""
    middle = (row.scale.lowest + row.scale.highest) / 2
    if row.score.lower is None or row.score.upper is None:
        return ""
    if row.score.lower <= middle <= row.score.upper:
        return "unsure"
    return "good" if (row.score.lower > middle) == (row.direction == "high") else "other"


def _profile_grid(
    chosen: Sequence[Row],
    tiers: Sequence[str],
    of_tiers: Mapping[tuple[str, str], Finding],
    agreement: Mapping[str, Finding],
) -> Grid:
    names, levels = tier_names(), {"": "across", "macro": "macro", "meso": "meso", "micro": "micro"}
    return Grid(
        caption="Mean scores by item scale and tier",
        columns=(
            "Item scale",
            "Level",
            "Everyone",
            "Standard deviation",
            "n",
            *(names[tier] for tier in tiers),
            "Answers far off",
        ),
        rows=tuple(
            (
                row.scale.name,
                levels[row.level],
                shown(row.score, with_interval),
                shown(row.score, lambda f: f"{f.detail['sd']:.2f}" if f.detail.get("sd") is not None else "none"),
                shown(row.score, n_of),
                *(shown(of_tiers.get((tier, row.scale.id)), with_interval) for tier in tiers),
                shown(agreement.get(row.scale.id), lambda f: share(f.estimate or 0.0)),
            )
            for row in chosen
        ),
        numeric=frozenset(range(2, 6 + len(tiers))),
    )


def _questions(material: Material, chosen: Sequence[Row]) -> Iterator[str]:
    yield "Which of these would the people you work with not have expected? Whom could you ask about it?"
    yield "Where a tier answers differently from the others: what does it see that they do not?"
    names = {row.scale.id: within(row.scale.name) for row in chosen}
    split = [names[id] for id, f in by_scale(material, "scale.consensus").items() if f.detail.get("split")]
    if split:
        yield f"On {listed(split)} people are split: what do those on one side see that those on the other do not?"
    bodies = sorted(
        (material.called(unit), names[scale])
        for (unit, scale), f in by_unit(material, "scale.consensus", "body").items()
        if f.detail.get("split")
    )
    for body, scale in bodies[:MANY_SPLITS]:
        yield f"Within {body} people are split on {scale}: would they say so in one room?"
    if len(bodies) > MANY_SPLITS:
        rest = len(bodies) - MANY_SPLITS
        yield f"The table by body marks {counted(rest, 'more split', 'more splits')}: which of them matters to you?"
