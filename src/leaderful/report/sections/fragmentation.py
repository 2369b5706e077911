"""How fragmented the steering is, and to how many masters each kind of body answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import mean

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.strips import Strip, count_axis, hidden_row, strip_axis, strip_row
from leaderful.report.markup import hidden, tag
from leaderful.report.material import Material, middle_half
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import counted, day, listed, whole, within

_METHOD = "structure"
_SIGNS = (
    ("structure.employers", "Employers", "bodies that employ their own staff"),
    ("structure.funders", "Funders and commissioners", "bodies that fund or commission a body of the system"),
    ("structure.regulators", "Regulators", "bodies that regulate a body of the system"),
    (
        "structure.accountability",
        "Accountability mechanisms",
        "pairs of a body and a way it holds others to account",
    ),
)


@dataclass(frozen=True, kw_only=True)
class _Sign:
    """One sign of fragmentation: its count here, the most it may be, and England's counts."""

    name: str
    meaning: str
    fewest: float
    most: float
    england: tuple[float, ...]

    @property
    def shown(self) -> str:
        """The count, or the range it lies in where some bodies could not be placed."""
        return whole(self.fewest) if self.most == self.fewest else f"{whole(self.fewest)} to {whole(self.most)}"

    @property
    def alike_everywhere(self) -> bool:
        """Whether every system has the same count, this one included."""
        return set(self.england) == {self.fewest} and self.most == self.fewest

    @property
    def words(self) -> str:
        """Where the count stands in England, or why that cannot be said."""
        if not self.england:
            return "England is not known"
        if self.alike_everywhere:
            return "the same in every system"
        low, high = middle_half(self.england)
        words = {_against(value, low, high) for value in (self.fewest, self.most)}
        return words.pop() if len(words) == 1 else "cannot say: some bodies could not be placed"


def fragmentation_figure(material: Material) -> Figure:
    """Return the figure of the four signs of fragmentation that the paper names."""
    signs = [sign for measure, name, meaning in _SIGNS if (sign := _sign(material, measure, name, meaning))]
    kept_back = [
        (name, meaning)
        for measure, name, meaning in _SIGNS
        if (found := material.of_system(measure)) is not None and found.status == "suppressed"
    ]
    return Figure(
        id="fragmentation",
        title=_fragmentation_title([sign for sign in signs if sign.england]),
        subtitle="Four signs of fragmentation that the paper names, counted here and set against England's systems: "
        "grey ticks are systems, the grey band holds the middle half of them, the dotted line is their mean.",
        body=tag(
            "div",
            *[_sign_row(sign) for sign in signs],
            *[hidden_row(name, meaning) for name, meaning in kept_back],
            class_="strips",
        ),
        caption=f"n = {len(material.across_england('structure.employers'))} systems on {day(material.as_at)}. Counts "
        "of lists, so no interval is drawn; a line shows bodies that may or may not belong here.",
        method=_METHOD,
        cannot="Whether more bodies means harder work. Large systems have more of everything: these counts are not "
        "divided by population, because each employer is one more to agree with whatever its size.",
        grids=(_sign_grid(signs, [name for name, _ in kept_back]),),
    )


def _sign(material: Material, measure: str, name: str, meaning: str) -> _Sign | None:
    finding = material.of_system(measure)
    if finding is None or finding.estimate is None:
        return None
    unplaced = _unplaced_employers(material) if measure == "structure.employers" else 0
    return _Sign(
        name=name,
        meaning=meaning,
        fewest=finding.estimate,
        most=finding.estimate + unplaced,
        england=tuple(material.across_england(measure)),
    )


def _unplaced_employers(material: Material) -> int:
    employers = {kind.id for kind in framework().body_kinds if kind.employer}
    return sum(count for kind, count in material.unplaced.items() if kind in employers)


def _sign_row(sign: _Sign) -> Markup:
    words = sign.words
    if not sign.england:
        drawing, words = tag("div", words, class_="same"), ""
    elif sign.alike_everywhere:
        same = "The same in every system, because the same list of ties is applied to all."
        drawing, words = tag("div", same, class_="same"), ""
    else:
        drawing = _sign_drawing(sign)
    return tag(
        "div",
        tag("div", sign.name, tag("small", sign.meaning), class_="q"),
        drawing,
        tag("div", tag("b", sign.shown), tag("small", words), class_="v"),
        class_="strip macro",
    )


def _sign_drawing(sign: _Sign) -> Markup:
    low, high = middle_half(sign.england)
    drawn = Strip(
        estimate=sign.fewest,
        lower=sign.fewest,
        upper=sign.most,
        england=sign.england,
        middle_half=(low, high),
        spoken=f"{sign.name}: {sign.shown}; half of England's systems have {whole(low)} to {whole(high)}",
    )
    axis = count_axis([drawn], reference=mean(sign.england))
    return tag("div", strip_row(drawn, axis), strip_axis(axis, unit=sign.name.lower()))


def _sign_grid(signs: list[_Sign], kept_back: list[str]) -> Grid:
    rows: list[tuple[str, ...]] = []
    for sign in signs:
        low, high = middle_half(sign.england)
        quarters = (whole(low), whole(high)) if sign.england else ("not known", "not known")
        rows.append((sign.name, sign.shown, *quarters, sign.words))
    rows.extend((name, hidden(), "", "", "") for name in kept_back)
    return Grid(
        caption="Signs of fragmentation",
        columns=("Sign", "This system", "England: quarter have fewer", "England: quarter have more", "In words"),
        rows=tuple(rows),
        numeric=frozenset({1, 2, 3}),
    )


def _fragmentation_title(signs: list[_Sign]) -> str:
    if not signs:
        return "Four signs of fragmentation in this system"
    told = [sign for sign in signs if not sign.alike_everywhere]
    if not told:
        return "Four signs of fragmentation, the same in every system"
    if any(sign.words.startswith("cannot") for sign in told):
        return "How this system's number of employers compares with England's cannot be said"
    above = [sign.name.lower() for sign in told if sign.words.startswith("more")]
    below = [sign.name.lower() for sign in told if sign.words.startswith("fewer")]
    if not above and not below:
        return f"{listed([sign.name for sign in told])}: as many here as in the middle half of England's systems"
    parts = [f"more {listed(above)}" if above else "", f"fewer {listed(below)}" if below else ""]
    return f"This system has {listed([part for part in parts if part], last='but')} than three quarters of England's"


def _against(value: float, low: float, high: float) -> str:
    if value > high:
        return "more than most systems"
    return "fewer than most systems" if value < low else "within the middle half"


def masters_figure(material: Material) -> Figure:
    """Return the figure of how many bodies each kind of body answers to."""
    kinds = {kind.id: kind for kind in framework().body_kinds}
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in material.own.get("structure.answers_to", []):
        grouped[finding.detail["kind"]].append(finding)
    rows = []
    for kind, found in grouped.items():
        counts = [int(finding.estimate or 0) for finding in found]
        rows.append((kind, mean(counts), min(counts), max(counts), len(found), _masters_named(found, material)))
    rows.sort(key=lambda row: (-row[1], row[0]))
    rows = [row for row in rows if row[3] > 0]
    most = max((row[3] for row in rows), default=1)
    bars = [
        tag(
            "div",
            tag("div", kinds[kind].plural if n > 1 else kinds[kind].name, tag("small", who), class_="q"),
            _bar(average, lowest, highest, most),
            tag(
                "div",
                tag("b", _range(lowest, highest)),
                tag("small", counted(n, "body", "bodies")),
                class_="v",
            ),
            class_="strip meso",
        )
        for kind, average, lowest, highest, n, who in rows
    ]
    title = _masters_title([(within(kinds[row[0]].plural), row[1], row[2], row[3]) for row in rows])
    return Figure(
        id="masters",
        title=title,
        subtitle="How many different bodies hold a vertical tie to each body (they oversee, regulate, fund or "
        "commission it, or delegate to it), by kind: the bar is the mean, the line the range.",
        body=tag("div", *bars, class_="strips"),
        caption=f"n = {whole(sum(row[4] for row in rows))} bodies on {day(material.as_at)}; a count, not a sample.",
        method=_METHOD,
        cannot="How heavily each line weighs, or whether two lines ask for opposite things. The paper's claim is that "
        "accountabilities which pull apart hold collaboration back; whether they pull apart here is a question "
        "only people in the system can answer.",
        grids=(
            Grid(
                caption="Bodies that each kind of body answers to",
                columns=("Kind of body", "Bodies", "Mean", "Fewest", "Most", "To whom"),
                rows=tuple(
                    (kinds[kind].name, whole(n), f"{average:.1f}", whole(lowest), whole(highest), who)
                    for kind, average, lowest, highest, n, who in rows
                ),
                numeric=frozenset({1, 2, 3, 4}),
            ),
        ),
    )


def _masters_title(rows: list[tuple[str, float, int, int]]) -> str:
    """Return who answers to most; rows are kinds with mean, fewest and most, the highest mean first."""
    if not rows:
        return "How many bodies each kind of body answers to"
    top = [name for name, average, _, _ in rows if average == rows[0][1]]
    each = "each " if rows[0][2] == rows[0][3] else ""
    count = _range(rows[0][2], rows[0][3])
    return f"On the ties listed here, {listed(top)} {each}answer to {count} bodies, the most of any kind"


def _masters_named(found: list[Finding], material: Material) -> str:
    """Return who holds the ties; a body that each has of its own is named by its kind."""
    sources = sorted({source for finding in found for source in finding.detail["answers_to"]})
    kinds = dict(material.bodies.filter(material.bodies["system"].is_not_null()).select("id", "kind").iter_rows())
    common = {source for source in sources if all(source in finding.detail["answers_to"] for finding in found)}
    own = {kinds[source] for source in sources if source in kinds and source not in common}
    named = [material.names.get(source, source) for source in sources if kinds.get(source) not in own]
    words = {kind.id: f"its {within(kind.name)}" for kind in framework().body_kinds}
    return listed([*named, *(words[kind] for kind in sorted(own))])


def _range(lowest: int, highest: int) -> str:
    return str(lowest) if lowest == highest else f"{lowest} to {highest}"


def _bar(average: float, lowest: int, highest: int, most: int) -> Markup:
    def at(value: float) -> str:
        return f"{100 * value / most:.1f}%"

    return tag(
        "svg",
        tag("rect", x="0%", y=9, width=at(average), height=14, fill="var(--level)", opacity=0.85),
        tag("line", x1=at(lowest), x2=at(highest), y1=16, y2=16, stroke="#1b2430", stroke_width=2),
        width="100%",
        height=32,
        role="img",
        aria_label=f"mean {average:.1f}, from {lowest} to {highest}",
    )
