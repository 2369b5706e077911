"""How ties and the zip moved since the round before, on the same bodies at both ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

import polars as pl
from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.measures.words import Verdict, compare_several
from leaderful.report.bodies import in_order, shown
from leaderful.report.figures.profile import change_axis, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import bracketed, reading
from leaderful.report.wording import between, listed, points, sentence, share, whole

_ANSWERS = {"trust": "Trust", "value": "Value", "respect": "Respect", "role": "Role understood"}
_OUTSIDE, _ZIP = "outside", "zip"
_SHARES = {_OUTSIDE: "Working with another body", _ZIP: "The zip closed"}
_ABOUT = {
    "trust": "reliable, open, of one purpose",
    "value": "influence, involvement, resources",
    "respect": "for it and what it does",
    "role": "what a body is there for",
    _OUTSIDE: "people, at least monthly",
    _ZIP: "mean over declared partners",
}
_SAME: Verdict = "cannot tell apart"


def tie_change_figure(material: Material) -> Figure | None:
    """Return the figure on how ties changed since the round before; None where there is none."""
    wave = _wave(material)
    told = _of_system(material, wave) if wave else {}
    if not told:
        return None
    earlier = wave.split(">")[0]
    since = material.wave_names.get(earlier, earlier)
    verdicts = _verdicts(told)
    return Figure(
        id="tie-change",
        title=_title(told, verdicts, since),
        subtitle=f"What people say now less what they said in {since}, with 95 % intervals. Both ends are the same "
        "bodies: what was said about and by bodies that were merged or renamed is pooled.",
        body=join([_block(told, verdicts, _ANSWERS), _block(told, verdicts, _SHARES)]),
        caption=f"{_numbers(told)}{_pooled(material, told)}The words allow for {len(told)} things being looked at "
        "(Holm's correction): an interval may leave out no change, and the two rounds still cannot be told apart.",
        method="tie-change",
        cannot="Why anything moved. That the same bodies were asked does not mean that the same people answered. A "
        "change for all together can hide bodies that moved in opposite directions: the table has them.",
        grids=(_system_grid(told, verdicts), _body_grid(material, wave)),
        folded=all(verdicts.get(key, _SAME) == _SAME for key in told),
    )


def _wave(material: Material) -> str:
    """Return the name of the change that ends in the latest round; empty where there is none."""
    waves = material.findings.filter(pl.col("measure") == "ties.change")["wave"].unique(maintain_order=True)
    return next((str(wave) for wave in waves if wave.endswith(f">{material.latest_wave}")), "")


def _of_system(material: Material, wave: str) -> dict[str, Finding]:
    """Return the changes of the system in the order in which they are shown."""
    found = {str(f.detail["indicator"]): f for f in material.of_kind("ties.change", "system", wave)}
    for closure in material.of_kind("zip.change", "system", wave):
        found[_ZIP] = closure
    return {key: found[key] for key in (*_ANSWERS, *_SHARES) if key in found}


def _verdicts(told: Mapping[str, Finding]) -> dict[str, Verdict]:
    """Return in words how each stands to what it was, allowing for how many are looked at."""
    known = {key: f for key, f in told.items() if f.estimate is not None and f.detail.get("se")}
    words = compare_several([(f.estimate or 0.0, f.detail["se"], f.detail.get("df", inf)) for f in known.values()])
    return dict(zip(known, words, strict=True))


def _block(told: Mapping[str, Finding], verdicts: Mapping[str, Verdict], names: Mapping[str, str]) -> Markup:
    """Return the rows of one unit under their own axis."""
    there = [key for key in names if key in told]
    if not there:
        return Markup("")
    axis = change_axis([reading(told[key]) for key in there])
    unit = "points of the answers, 1 to 4"
    if names is _SHARES:
        axis, unit = _in_points(axis), "percentage points"
    rows = [
        tag(
            "div",
            tag("div", names[key], tag("small", _ABOUT[key]), class_="q"),
            profile_row(reading(told[key]), (), axis, spoken=_spoken(key, told[key], verdicts)),
            _words(key, told[key], verdicts),
            class_=f"strip {told[key].level or 'meso'}",
        )
        for key in there
    ]
    return join(
        [
            tag("p", sentence(unit), class_="small"),
            tag("div", strip_axis(axis, unit=unit), class_="axis"),
            tag("div", *rows, class_="strips"),
        ]
    )


def _in_points(axis: Axis) -> Axis:
    """Return an axis of differences of shares with percentage points for its marks."""
    return replace(
        axis, marks=tuple((value, points(100 * value, places=0) if value else word) for value, word in axis.marks)
    )


def _words(key: str, change: Finding, verdicts: Mapping[str, Verdict]) -> Markup:
    if change.estimate is None:
        return tag("div", tag("b", shown(change, str)), class_="v")
    return tag(
        "div",
        tag("b", sentence(verdicts.get(key, "no interval"))),
        tag("small", f"{_difference(key, change)} {_ends(key, change)}"),
        tag("small", f"from {_value(key, change.detail['before'])} to {_value(key, change.detail['after'])}"),
        class_="v",
    )


def _spoken(key: str, change: Finding, verdicts: Mapping[str, Verdict]) -> str:
    name = (_ANSWERS | _SHARES)[key]
    if change.estimate is None:
        return f"{name}: change {reading(change).word}"
    return f"{name}: {_difference(key, change)} {_ends(key, change)}; {verdicts.get(key, 'no interval')}"


def _difference(key: str, change: Finding) -> str:
    estimate = change.estimate or 0.0
    return f"{points(100 * estimate)} points" if key in _SHARES else points(estimate, places=2)


def _ends(key: str, change: Finding) -> str:
    if change.lower is None or change.upper is None or key not in _SHARES:
        return bracketed(change.lower, change.upper, places=2)
    return bracketed(100 * change.lower, 100 * change.upper)


def _value(key: str, value: float) -> str:
    return share(value) if key in _SHARES else f"{value:.2f}"


def _title(told: Mapping[str, Finding], verdicts: Mapping[str, Verdict], since: str) -> str:
    names = {"trust": "trust", "value": "value", "respect": "respect", "role": "understanding of roles"}
    names |= {_OUTSIDE: "work with other bodies", _ZIP: "the closure of the zip"}
    moved: dict[str, list[str]] = {}
    for key in told:
        if verdicts.get(key, _SAME) != _SAME:
            moved.setdefault(verdicts[key], []).append(names[key])
    parts = [f"{listed(those)} {'is' if len(those) == 1 else 'are'} {verdict}" for verdict, those in moved.items()]
    if parts:
        return f"Since {since}, {'; '.join(parts)}"
    if not verdicts:
        return f"How ties changed since {since} cannot be shown"
    return f"Between bodies nothing that was asked can be told apart from what it was in {since}"


def _numbers(told: Mapping[str, Finding]) -> str:
    """Return how many answers, and how many of them were given twice."""
    known = [f for key, f in told.items() if key in _ANSWERS and f.estimate is not None]
    if not known:
        return ""
    now, before, twice = (max(int(f.detail[name]) for f in known) for name in ("n_after", "n_before", "paired"))
    return (
        f"n = up to {whole(now)} answers now and {whole(before)} then; the same people gave {whole(twice)} of them in "
        "both rounds. "
    )


def _pooled(material: Material, told: Mapping[str, Finding]) -> str:
    """Return which bodies of the earlier round were pooled."""
    pooled = {body for f in told.values() for body in f.detail.get("footprint", ())}
    names = listed([material.called(body) for body in in_order(material, pooled)])
    return f"{names} {'is' if len(pooled) == 1 else 'are'} counted with what took over. " if pooled else ""


def _system_grid(told: Mapping[str, Finding], verdicts: Mapping[str, Verdict]) -> Grid:
    names = _ANSWERS | _SHARES
    return Grid(
        caption="Change of ties over all bodies",
        columns=("What", "Then", "Now", "Change", "95 % interval", "In words", "n"),
        rows=tuple(
            (names[key], *_cells(key, told[key], verdicts.get(key, "no interval")), _n(told[key])) for key in told
        ),
        numeric=frozenset({1, 2, 3, 6}),
        sortable=False,
    )


def _body_grid(material: Material, wave: str) -> Grid:
    found = {(f.unit, str(f.detail["indicator"])): f for f in material.of_kind("ties.change", "body", wave)}
    return Grid(
        caption="Change of what each body receives from the others",
        columns=("Body", "What", "Then", "Now", "Change", "95 % interval", "In words, alone", "p, all bodies", "n"),
        rows=tuple(_of_bodies(found, in_order(material, {body for body, _ in found}), material)),
        numeric=frozenset({2, 3, 4, 7, 8}),
        sortable=False,
    )


def _of_bodies(
    found: Mapping[tuple[str, str], Finding], bodies: Sequence[str], material: Material
) -> Iterator[tuple[str, ...]]:
    for body in bodies:
        for key, name in _ANSWERS.items():
            change = found.get((body, key))
            if change is not None:
                yield (
                    material.called(body),
                    name,
                    *_cells(key, change, change.detail.get("verdict", _SAME)),
                    shown(change, lambda f: "none" if f.detail["p_holm"] is None else f"{f.detail['p_holm']:.3f}"),
                    _n(change),
                )


def _cells(key: str, change: Finding, verdict: str) -> tuple[str, ...]:
    return (
        shown(change, lambda f: _value(key, f.detail["before"])),
        shown(change, lambda f: _value(key, f.detail["after"])),
        shown(change, lambda f: _difference(key, f)),
        shown(change, lambda f: _interval(key, f)),
        shown(change, lambda f: verdict if f.lower is not None else "no interval"),
    )


def _interval(key: str, change: Finding) -> str:
    if change.lower is None or change.upper is None:
        return "none"
    if key in _SHARES:
        return between(100 * change.lower, 100 * change.upper)
    return between(change.lower, change.upper, places=2)


def _n(change: Finding) -> str:
    return shown(change, lambda f: whole(f.n or 0))
