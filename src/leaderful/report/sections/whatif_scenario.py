"""One scenario: what it changes, how the weeks went with it and without it, and what is different in the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.figures.twin_course import (
    LARGE,
    SMALL,
    Happening,
    Line,
    Twins,
    twin_course,
    twin_legend,
)
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure
from leaderful.report.sections.whatif_effects import effects_panel, scenario_grid
from leaderful.report.sections.whatif_words import (
    COURSE,
    HARDLY,
    PEAK,
    effects,
    indicator_name,
    is_share,
    runs,
    size,
    title_of,
    verdict,
)
from leaderful.report.wording import counted, sentence, short_system

_FIRST = ("share_taken", "all")


def scenario_figure(material: Material, scenario: str, place: int, *, folded: bool, alone: bool) -> Figure:
    """Return the figure of one scenario: its courses and its differences, those folded away where others follow."""
    found = effects(material, scenario)
    one = found.get(_FIRST) or next(iter(found.values()))
    key = (str(one.detail["indicator"]), str(one.detail["part"]))
    twins = _twins(material, scenario, key, one)
    course = _course(twins, indicator_name(*key)) if twins is not None else Markup()
    changes = _changes(material, scenario)
    headline = _headline(one, effects(material, scenario, PEAK).get(key))
    summary = tag("summary", "All that is different in the last 13 weeks")
    panel = tag("details", summary, effects_panel(material, scenario), open=alone)
    return Figure(
        id=f"what-if-{place}",
        title=f"{title_of(one)}: {headline}",
        subtitle="What the scenario does, and how the weeks went with it and without it.",
        body=join([changes, course, panel, _others(material, scenario, key), _tipping(one)]),
        caption=f"n = {runs(one)}. Simulated people of {short_system(str(one.detail['system']))}.{_unsteady(one)} "
        "Higher or lower: the interval leaves out no difference. Probably: nine in ten pairs of runs go one way. "
        f"Hardly differs: all of it lies within one point, or one per cent.{_looked_for(headline)}",
        method="what-if",
        cannot="What would happen here. The people are invented, the rates are drawn from what is held plausible, and "
        "whatever the rules leave out (money, politics, persons) has no part in it. That the interval is narrow says "
        "that the rules agree with themselves, not that the world agrees with them.",
        grids=(scenario_grid(material, scenario),),
        folded=folded,
    )


def _others(material: Material, scenario: str, shown: tuple[str, str]) -> Markup:
    """Return the courses of what else was followed, folded away."""
    drawn = [
        tag("div", tag("h4", indicator_name(*key)), twin_course(twins, SMALL), class_="card")
        for key, finding in effects(material, scenario).items()
        if key != shown and (twins := _twins(material, scenario, key, finding)) is not None
    ]
    if not drawn:
        return Markup()
    note = tag("p", "Scales differ, and do not begin at nought.", class_="sub")
    summary = tag("summary", "The other courses, week by week")
    return tag("details", summary, note, twin_legend(apart=True), tag("div", *drawn, class_="cards"))


def _course(twins: Twins, name: str) -> Markup:
    drawn = [
        tag("div", twin_course(twins, sheet), class_=f"{kind}-only")
        for sheet, kind in ((LARGE, "wide"), (SMALL, "narrow"))
    ]
    legend = twin_legend(apart=twins.apart is not None)
    return tag("div", tag("h4", name, class_="band-title"), legend, *drawn, class_="made-up")


def _headline(end: Finding, peak: Finding | None) -> str:
    """Return in words what is different in the end, and before that where it once was much more."""
    name = indicator_name(str(end.detail["indicator"]), str(end.detail["part"]))
    named, ending = f"the {name[:1].lower()}{name[1:]}", _ending(end)
    if peak is None or abs(peak.estimate or 0.0) <= max(2 * abs(end.estimate or 0.0), HARDLY):
        return f"{named} {ending}"
    if verdict(peak) not in ("higher", "lower"):
        return f"{named} {ending}"
    return f"{named} is first {verdict(peak)}, {size(peak)} around week {peak.detail['week']}, and {ending}"


def _ending(end: Finding) -> str:
    """Return in words how an indicator ends beside the baseline."""
    match verdict(end):
        case "cannot tell apart":
            return "cannot be told apart in the end"
        case "hardly differs":
            return "hardly differs in the end"
        case "no difference":
            return "is the same in the end, with the scenario and without it"
        case "probably higher" | "probably lower" as said:
            return f"{said.replace(' ', ' ends ')}, {size(end)}"
        case said:
            return f"ends {said}, {size(end)}"


def _looked_for(headline: str) -> str:
    """Say that a week was found by looking, where the headline names one."""
    looked = " The week furthest apart was found by looking, so its difference is rather too large."
    return looked if "around week" in headline else ""


def _unsteady(effect: Finding) -> str:
    """Return in how many pairs of runs the baseline still drifted when the scenario began; nothing where in none."""
    drifting = (effect.n or 0) - int(effect.detail.get("steady", effect.n or 0))
    return f" In {drifting} of them the people still drifted a little when it began." if drifting > 0 else ""


def _changes(material: Material, scenario: str) -> Markup:
    """Return what the scenario does and when, as its file says."""
    told: list[str] = next((f.detail["changes"] for f in material.own.get(COURSE, []) if f.unit == scenario), [])
    if not told:
        return Markup()
    return tag("ul", *[tag("li", sentence(str(each))) for each in told], class_="changes")


def _twins(material: Material, scenario: str, key: tuple[str, str], effect: Finding) -> Twins | None:
    """Return the courses of one indicator; None where they were not kept."""
    found = {
        str(f.detail["term"]): f
        for f in material.own.get(COURSE, [])
        if f.unit == scenario and (f.detail["indicator"], f.detail["part"]) == key
    }
    if not {"baseline", "scenario"} <= set(found):
        return None
    by = 100.0 if is_share(effect) else 1.0
    name = indicator_name(*key)
    return Twins(
        baseline=_line(found["baseline"], by),
        scenario=_line(found["scenario"], by),
        apart=_line(found["difference"], by) if "difference" in found else None,
        hardly=100 * HARDLY if is_share(effect) else HARDLY * float(effect.detail["baseline"]),
        happenings=tuple(
            Happening(week=week, until=until, words=str(words))
            for week, until, words in found["scenario"].detail["events"]
        ),
        unit="\u00a0%" if is_share(effect) else "",
        weeks=int(effect.detail["weeks"]),
        spoken=f"{name}, week by week, without and with the scenario. In the end: {verdict(effect)}, {size(effect)}",
    )


def _line(finding: Finding, by: float) -> Line:
    told = finding.detail
    middle, low, high = (tuple(by * value for value in told[name]) for name in ("middle", "low", "high"))
    return Line(weeks=tuple(told["weeks"]), middle=middle, low=low, high=high)


def _tipping(effect: Finding) -> Markup:
    """Return in words whether the system could tip, as the balance of its feedback says, run by run."""
    told = effect.detail
    if "regime_baseline" not in told:
        return Markup()
    sides = [_two_states(told, side, words) for side, words in _SIDES.items()]
    two = [words for words in sides if words]
    if not two:
        words = (
            "In every run there is one level to which trust returns, within bodies and across them, with the scenario "
            "and without: whatever pushes it, it drifts back once the push is over."
        )
        return tag("p", tag("b", "Could it tip? "), words)
    tipped = int(told.get("tipped", 0))
    moved = (
        f"In {counted(tipped, 'pair', 'pairs')} of runs the scenario moved it from one to the other." if tipped else ""
    )
    words = f"{sentence('; '.join(two))}. Where there are two, a push could move trust for good. {moved}"
    return tag("p", tag("b", "Could it tip? "), words.strip())


_SIDES = {"within": "within bodies", "across": "across bodies"}


def _two_states(told: dict[str, Any], side: str, words: str) -> str:
    """Return in how many runs trust has two steady states; nothing where in none."""
    found = [Counter(told[f"regime_{run}"].get(side, {})) for run in ("baseline", "scenario")]
    if not any(each["upper"] + each["lower"] for each in found):
        return ""
    without, with_ = (
        f"{each['upper'] + each['lower']} of {each.total()} runs (near the lower in {each['lower']})" for each in found
    )
    return (
        f"{words} trust has two levels at which it can stay, in {without} without the scenario, and in {with_} with it"
    )
