"""Interactions week by week around a shock, between bodies and within them."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.weeks import LARGE, SMALL, Course, Stretch, weeks_panel
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.signals_moments import BETWEEN, called, fading, lasting, moved
from leaderful.report.wording import between, counted, day, sentence, whole

PARTS = {BETWEEN: "Between bodies", "within-bodies": "Within bodies"}


def weeks_figure(material: Material, shock: str, place: int) -> Figure | None:
    """Return the figure of a shock's weeks; None where no interactions were recorded."""
    changes = _by_part(material, "momentum.change_at_shock", shock)
    halves = _by_part(material, "momentum.half_life", shock)
    if not changes:
        return None
    change = changes.get(BETWEEN)
    panels = [_panel(changes[part], halves.get(part), name) for part, name in PARTS.items() if part in changes]
    return Figure(
        id=f"momentum-{place + 1}",
        title=_title(change, halves.get(BETWEEN)),
        subtitle="Meetings, calls and messages a week, by weeks from the day on which it began. The band is the 95 % "
        "interval of the fitted level, and the line that level, drawn where there is a change. A bar stands for "
        "several weeks told of together, so that no small group of people can be made out.",
        body=join(panels),
        caption=_caption(changes),
        method="momentum",
        cannot="What brought the change: whatever else began in the same weeks, a season or a new calendar among it, "
        "looks the same. Whether more meetings were better ones. A shock that was declared because something was "
        "seen to change is surer to show a change.",
        grids=(_grid(changes, halves),),
    )


def _by_part(material: Material, measure: str, shock: str) -> dict[str, Finding]:
    return {str(f.detail.get("part")): f for f in material.own.get(measure, []) if f.unit == shock}


def _panel(change: Finding, half: Finding | None, name: str) -> Markup:
    heading = tag("h4", name, class_="band-title")
    if change.estimate is None:
        word = hidden() if change.status == "suppressed" else sentence(change.reason)
        return tag("div", heading, tag("p", word), class_="meso")
    stretches = [Stretch(**dict(zip(_FIELDS, values, strict=True))) for values in change.detail["series"]]
    if not stretches:
        return tag("div", heading, tag("p", hidden()), class_="meso")
    changed = change.detail["verdict"] != "no change"
    course = Course(
        stretches=stretches,
        fitted=changed,
        half_life=half.estimate if half is not None and changed else None,
        shock=str(change.detail["name"]),
        spoken=f"{name}: {_words(change, half)}",
    )
    drawn = [
        tag("div", weeks_panel(course, sheet), class_=f"{kind}-only")
        for sheet, kind in ((LARGE, "wide"), (SMALL, "narrow"))
    ]
    return tag("div", heading, *drawn, tag("p", sentence(_words(change, half)), class_="small"), class_="meso")


_FIELDS = ("first", "length", "count", "fitted", "lower", "upper")


def _words(change: Finding, half: Finding | None) -> str:
    """Return in words how the first weeks stand to those before, and what became of the change."""
    if change.estimate is None or change.lower is None or change.upper is None:
        return "no figures"
    ends = between(change.lower, change.upper, places=2)
    ratio = f"{change.estimate:.2f} times as many in the first eight weeks ({ends})"
    return f"{_verdict(change)}; {ratio}{_half_words(half)}"


def _verdict(change: Finding) -> str:
    """Return the verdict in words; that no change was seen does not mean that there was none."""
    verdict = str(change.detail["verdict"])
    return "cannot tell apart" if verdict == "no change" else verdict


def _half_words(half: Finding | None) -> str:
    if half is None or half.estimate is None:
        return ""
    if half.upper is None:
        return f"; half of the change gone after {half.estimate:.0f} weeks, or not in sight ({half.lower:.0f} or more)"
    return f"; half of the change gone after {half.estimate:.0f} weeks ({half.lower:.0f} to {half.upper:.0f})"


def _title(change: Finding | None, half: Finding | None) -> str:
    if change is None or change.estimate is None:
        named = called(change) if change is not None else "the shock"
        return f"What became of meetings across bodies after {named} cannot be shown"
    match change.detail["verdict"]:
        case "fading" if half is not None and half.estimate is not None:
            return fading(change, half)
        case "maintained":
            return lasting(change)
        case "no change":
            return f"Meetings across bodies before and after {called(change)} cannot be told apart"
    rose = moved(change.estimate)
    return f"After {called(change)} meetings across bodies {rose}; whether that lasts cannot be said"


def _caption(changes: dict[str, Finding]) -> str:
    known = [f for f in changes.values() if f.estimate is not None]
    if not known:
        return ""
    one = known[0]
    numbers = " and ".join(f"{whole(f.n or 0)} {PARTS[str(f.detail['part'])].lower()}" for f in known)
    weeks = (
        f"{counted(one.detail['weeks_before'], 'week', 'weeks')} before and "
        f"{counted(one.detail['weeks_after'], 'week', 'weeks')} after {day(date.fromisoformat(one.wave))}"
    )
    since = (
        f" The weeks before begin at “{one.detail['since']}”, whose mark they may bear." if one.detail["since"] else ""
    )
    trend = "" if one.detail["trend"] != 1 else " With so few weeks before, their level is taken as flat."
    return f"n = {numbers}, in {weeks}.{since}{trend}"


def _grid(changes: dict[str, Finding], halves: dict[str, Finding]) -> Grid:
    return Grid(
        caption="Interactions around the shock",
        columns=(
            "Which",
            "First eight weeks",
            "95 % interval",
            "p, all",
            "Half-life, weeks",
            "95 % interval",
            "In words",
        ),
        rows=tuple(
            (
                name,
                shown(changes[part], lambda f: f"{f.estimate:.2f}"),
                shown(changes[part], lambda f: between(f.lower or 0.0, f.upper or 0.0, places=2)),
                shown(changes[part], lambda f: f"{f.detail['p_holm']:.3f}"),
                shown(halves.get(part), lambda f: f"{f.estimate:.1f}"),
                shown(halves.get(part), _half_interval),
                shown(changes[part], _verdict),
            )
            for part, name in PARTS.items()
            if part in changes
        ),
        numeric=frozenset({1, 3, 4}),
    )


def _half_interval(half: Finding) -> str:
    low = half.lower or 0.0
    return f"{low:.1f} or more" if half.upper is None else between(low, half.upper)
