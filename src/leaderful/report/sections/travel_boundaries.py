"""Where conversations stop: what gets directly across between declared partners, beside what chance would bring."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import share_interval, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.markup import hidden, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.travel_words import days_of, told
from leaderful.report.signals_travel import stopping as stopping_words
from leaderful.report.wording import counted, share, spelt, whole

AT_ONCE = 8
"""Pairs that are seen before one asks for more; all that stop are among them."""
_WAYS = ("forth", "back")


def boundaries_figure(material: Material) -> Figure | None:
    """Return what crosses between partners; None where no partners are declared."""
    pairs = sorted(told(material, "crossing", "pair", direction="both"), key=lambda f: names_of(material, f))
    if not pairs:
        return None
    stopping = [f for f in pairs if f.estimate is not None and f.detail["stops"]]
    others = [f for f in pairs if f not in stopping]
    about = next((f for f in pairs if f.estimate is not None), None)
    return Figure(
        id="travel-boundaries",
        title=_title(material, pairs, stopping),
        subtitle="Take one person from each of two declared partners, in all ways there are: between how many such "
        "pairs could a conversation have got across within four weeks, through people of these two organisations "
        "alone? Grey: what chance would bring, had people met as often outside their own organisation, whichever it "
        "was. Pairs stand in the order of their names.",
        body=_rows(material, stopping, others),
        caption=_caption(about, pairs, spelt(material.minimum_people)),
        method="travel",
        cannot="Why it stops, or that it should not: two organisations may have little to talk about, or talk where "
        "nobody keeps a record. A pair that is not marked is not proved open.",
        grids=(_grid(material, pairs),),
    )


def names_of(material: Material, finding: Finding) -> str:
    """Return the names of a pair, in the order of the alphabet."""
    return " and ".join(sorted((material.called(code) for code in finding.unit.split("|")), key=str.casefold))


def _title(material: Material, pairs: Sequence[Finding], stopping: Sequence[Finding]) -> str:
    if len(stopping) == 1:
        return stopping_words(material, stopping[0])
    if stopping:
        return f"Conversations stop between {len(stopping)} pairs of partners"
    if not any(f.estimate is not None for f in pairs):
        return "What gets across between partners cannot be shown"
    return "Between no partners that can be shown do conversations surely stop"


def _rows(material: Material, stopping: Sequence[Finding], others: Sequence[Finding]) -> Markup:
    ends = [end for f in (*stopping, *others) if f.estimate is not None for end in _ends(f)]
    column = Column(
        name="Could get across directly",
        about=f"0 to {share(_high(ends))} of pairs of people",
        range=Range(low=0.0, high=_high(ends)),
    )
    every = [(names_of(material, f), [_cell(f)]) for f in (*stopping, *others)]
    cut = max(AT_ONCE, len(stopping))
    first = cells([column], every[:cut])
    if len(every) > cut:
        more = tag("summary", counted(len(every) - cut, "more pair", "more pairs"))
        first += tag("details", more, cells([column], every[cut:]))
    return tag("div", first, class_="micro")


def _high(ends: Sequence[float]) -> float:
    """Return the end of the scale: the next tenth above all that is drawn."""
    return min(1.0, (int(10 * max(ends, default=0.0)) + 1) / 10)


def _ends(finding: Finding) -> list[float]:
    own = (finding.upper, finding.estimate, finding.detail.get("null_upper"))
    return [float(end) for end in own if end is not None]


def _cell(finding: Finding) -> Cell:
    if finding.estimate is None:
        return Cell(words=hidden() if finding.status == "suppressed" else "too little in the record")
    about = finding.detail
    band = (float(about["null_lower"]), float(about["null_upper"]))
    words = f"{share(finding.estimate)}, by chance {100 * band[0]:.0f} to {share(band[1])}"
    stop = tag("b", "Stops here. ") if about["stops"] else Markup("")
    return Cell(
        estimate=finding.estimate,
        lower=finding.lower,
        upper=finding.upper,
        band=band,
        words=stop + words,
        spoken=f"{'Stops here. ' if about['stops'] else ''}{words}; 95 % interval {share_interval(finding)}",
    )


def _caption(about: Finding | None, pairs: Sequence[Finding], fewest: str) -> str:
    if about is None:
        return ""
    shown_ones = sum(f.estimate is not None for f in pairs)
    kept = len(pairs) - shown_ones
    dark = f" {counted(kept, 'pair is', 'pairs are')} not shown." if kept else ""
    return (
        f"{counted(shown_ones, 'pair', 'pairs')} of declared partners, {days_of(about.wave)}, "
        f"{counted(int(about.detail['windows']), 'start', 'starts')}; in the table the people of both.{dark} “Stops "
        "here” asks for three things: surely less than half of what chance would bring, beyond what so many pairs "
        "would bring by chance (p below 0.01, corrected for all pairs; and again with each group that meets counted "
        f"once), and {fewest} people of each side in the record."
    )


def _grid(material: Material, pairs: Sequence[Finding]) -> Grid:
    ways = {(f.unit, way): f for way in _WAYS for f in told(material, "crossing", "pair", direction=way)}
    rows = [
        (
            names_of(material, f),
            shown(f, lambda f: f"{share(f.estimate or 0.0)} ({share_interval(f)})"),
            shown(f, _chance_words),
            shown(f, _ratio_words),
            shown(f, lambda f: f"{f.detail['p_joint']:.2g}"),
            _each_way(material, f.unit, ways),
            shown(f, lambda f: share(f.detail["round"])),
            shown(f, lambda f: whole(f.n or 0)),
        )
        for f in pairs
    ]
    return Grid(
        caption="What gets across between declared partners within four weeks",
        columns=(
            "Pair",
            "Directly across",
            "By chance",
            "Of what chance would bring",
            "p, all pairs",
            "Each way",
            "By way of others too",
            "n, people",
        ),
        rows=tuple(rows),
        numeric=frozenset({4, 6, 7}),
        sortable=False,
    )


def _chance_words(finding: Finding) -> str:
    low, high = (float(finding.detail[end]) for end in ("null_lower", "null_upper"))
    return f"{share(finding.detail['expected'])} ({100 * low:.0f} to {share(high)})"


def _ratio_words(finding: Finding) -> str:
    about = finding.detail
    if about["ratio"] is None:
        return "chance carries too little to tell"
    stop = "; stops here" if about["stops"] else ""
    return f"{share(about['ratio'])} ({100 * about['ratio_lower']:.0f} to {share(about['ratio_upper'])}){stop}"


def _each_way(material: Material, unit: str, ways: dict[tuple[str, str], Finding]) -> str:
    a, b = (material.called(code) for code in unit.split("|"))
    forth, back = (shown(ways.get((unit, way)), lambda f: share(f.estimate or 0.0)) for way in _WAYS)
    return f"{a} to {b} {forth}, back {back}"
