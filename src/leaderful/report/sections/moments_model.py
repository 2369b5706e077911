"""In which conditions moments are taken more often: the difference each makes with the others held."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import NO_VALUE, shown
from leaderful.report.figures.profile import Reading, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import bracketed
from leaderful.report.signals_moments import condition
from leaderful.report.wording import between, points, sentence, share, whole

_NAMES = {
    "role_understanding": ("Understanding partners' roles", "score on role understanding, 1 to 5"),
    "reflexivity": ("Reflexivity", "score on reflexivity, 1 to 5"),
    "across": ("Other bodies are there", "against people of one body alone"),
}
_TRUST = {
    "relations": ("Trust in the other bodies there", "1 to 4; moments across bodies"),
    "MOT": ("Shared motivation with partners", "score on shared motivation, 1 to 5"),
}
_STEPS = (0.05, 0.1, 0.2, 0.25)


def model_figure(material: Material) -> Figure | None:
    """Return the figure of what each condition goes with; None where there is no model, or nobody was asked."""
    terms = material.own.get("moments.model", [])
    if not terms or not material.wave_names:
        return None
    axis = _axis([_reading(term) for term in terms])
    body = join(
        [
            tag("div", strip_axis(axis, unit="percentage points"), class_="axis"),
            tag("div", *[_row(term, axis) for term in terms], class_="strips micro"),
        ]
    )
    return Figure(
        id="moments-model",
        title=_title(terms),
        subtitle="How many more of a hundred moments are taken where a condition is high than where it is low, the "
        "others being as they are, with 95 % intervals. High and low are one standard deviation above and below the "
        "mean.",
        body=body,
        caption=_caption(terms),
        method="moments-model",
        cannot="Why. People who understand partners better may also be given the easier moments, or find it easier to "
        "call a moment taken. It does not say what would happen if anything here were raised.",
        grids=(_grid(terms),),
    )


def _name(term: Finding) -> tuple[str, str]:
    """Return the name of a term, and what it is in small print."""
    key = str(term.detail["term"])
    if key == "trust":
        return _TRUST.get(str(term.detail.get("evidence")), ("Trust", "in partners"))
    if key == "tier":
        tiers = {tier.id: tier.name for tier in framework().tiers}
        return f"{tiers.get(term.detail['tier'], term.detail['tier'])}'s diary", "against the tier with most moments"
    return _NAMES[key]


def _reading(term: Finding) -> Reading:
    if term.estimate is None:
        return Reading(word="hidden" if term.status == "suppressed" else NO_VALUE[term.status])
    ends = (term.detail["points_lower"], term.detail["points_upper"])
    lower, upper = (None if end is None else float(end) for end in ends)
    return Reading(estimate=float(term.detail["points"]), lower=lower, upper=upper)


def _axis(readings: list[Reading]) -> Axis:
    """Return an axis of percentage points that holds every row, no difference in its middle."""
    ends = [abs(end) for r in readings for end in (r.estimate, r.lower, r.upper) if end is not None]
    furthest = max(ends, default=1.0)
    step = next((100 * step for step in _STEPS if furthest <= 300 * step), 50.0)
    count = max(1, -int(-furthest // step))
    marks = [(step * k, points(step * k, places=0) if k else "no difference") for k in range(-count, count + 1)]
    return Axis(low=-count * step, high=count * step, marks=tuple(marks), reference=0.0)


def _row(term: Finding, axis: Axis) -> Markup:
    name, about = _name(term)
    reading = _reading(term)
    return tag(
        "div",
        tag("div", name, tag("small", about), class_="q"),
        profile_row(reading, (), axis, spoken=f"{name}: {_spoken(reading)}"),
        _words(term, reading),
        class_="strip",
    )


def _spoken(reading: Reading) -> str:
    if reading.estimate is None:
        return reading.word
    return f"{points(reading.estimate)} points {bracketed(reading.lower, reading.upper)}"


def _words(term: Finding, reading: Reading) -> Markup:
    if reading.estimate is None:
        return tag("div", tag("b", shown(term, str)), class_="v")
    shares = f"{share(term.detail['share_high'])} against {share(term.detail['share_low'])}"
    return tag(
        "div",
        tag("b", sentence(_verdict(term))),
        tag("small", shares),
        tag("small", f"{points(reading.estimate)} points {bracketed(reading.lower, reading.upper)}"),
        class_="v",
    )


def _verdict(term: Finding) -> str:
    """Return in words how a condition stands to none, allowing for how many were tried."""
    p = term.detail.get("p_holm")
    if p is None or p >= 0.20:
        return "cannot tell apart"
    way = "more often" if term.detail["points"] > 0 else "less often"
    return way if p < 0.05 else f"probably {way}"


def _title(terms: list[Finding]) -> str:
    told = [term for term in terms if term.estimate is not None and _verdict(term) in ("more often", "less often")]
    if told:
        return condition(max(told, key=lambda term: abs(float(term.detail["points"]))))
    if not any(term.estimate is not None for term in terms):
        return "In which conditions moments are taken more often cannot be said"
    return "No condition that was asked about goes surely with moments being taken"


def _caption(terms: list[Finding]) -> str:
    known = [term for term in terms if term.estimate is not None]
    if not known:
        return next((f"{sentence(term.reason)}. " for term in terms), "")
    one = known[0]
    firth = (
        " One of the conditions divides taken from lost moments wholly, so that the intervals allow neither for "
        "diaries nor for points."
        if one.method == "logistic-firth"
        else ""
    )
    return (
        f"n = {whole(one.n or 0)} moments in {whole(max(term.detail['people'] for term in known))} diaries. Left out "
        f"are {whole(one.detail['left_out'])} moments whose writers had not answered before them. The words allow for "
        f"{len(known)} conditions being tried (Holm's correction).{firth}"
    )


def _grid(terms: list[Finding]) -> Grid:
    return Grid(
        caption="What goes with a moment being taken",
        columns=("Condition", "Taken when high", "Taken when low", "Points", "Odds ratio", "95 % interval", "p, all"),
        rows=tuple(
            (
                _name(term)[0],
                shown(term, lambda f: share(f.detail["share_high"])),
                shown(term, lambda f: share(f.detail["share_low"])),
                shown(term, lambda f: points(f.detail["points"])),
                shown(term, lambda f: f"{f.estimate:.2f}"),
                shown(term, _odds),
                shown(term, lambda f: "none" if f.detail["p_holm"] is None else f"{f.detail['p_holm']:.3f}"),
            )
            for term in terms
        ),
        numeric=frozenset({1, 2, 3, 4, 6}),
    )


def _odds(term: Finding) -> str:
    return "no interval" if term.lower is None or term.upper is None else between(term.lower, term.upper, places=2)
