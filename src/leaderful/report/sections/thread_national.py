"""What national policy texts speak of, where the golden thread begins: words that a machine found, and no purposes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.stance_bars import STANCES, stance_legend, stance_patterns, stance_row
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.thread_goals import full
from leaderful.report.wording import between, counted, listed, share, whole

_FAR = 3.0
"""So many times as often as any other goal is far more often; ours."""
_WIDEST = 98.0
_FEW = 5
"""Goals with fewer tags have no bar of their own; the table has them."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """How often national texts speak of one goal."""

    goal: str
    tags: int
    stances: Mapping[str, int]
    """By stance, those of which none was read among them."""
    precision: Finding | None
    """Share of its tags that were right when judged by hand; none where none was judged."""

    @property
    def right(self) -> tuple[float, float] | None:
        """How many tags may be right, from and to."""
        found = self.precision
        if found is None or found.lower is None or found.upper is None:
            return None
        return self.tags * found.lower, self.tags * found.upper


def of_national(material: Material) -> list[Spoken]:
    """Return the goals that national texts speak of, most tags first; none where the system is made up."""
    if not material.outlines:
        return []
    tags: Counter[str] = Counter()
    stances: dict[str, Counter[str]] = {}
    for finding in material.spread.get("thread.suggested", []):
        goal, read = str(finding.detail["goal"]), Counter(finding.detail["stances"]["open"])
        tags[goal] += finding.n or 0
        read["unread"] = (finding.n or 0) - read.total()
        stances[goal] = stances.get(goal, Counter()) + read
    judged = {f.unit: f for f in material.spread.get("thread.precision", [])}
    order = sorted(tags, key=lambda goal: (-tags[goal], framework().goal(goal).number))
    return [Spoken(goal=goal, tags=tags[goal], stances=stances[goal], precision=judged.get(goal)) for goal in order]


def headline(spoken: list[Spoken]) -> str:
    """Return which goal national texts speak of most, as far as their tags can be trusted."""
    first, *others = spoken
    name = full(first.goal)
    if not others:
        return f"National plans speak of {name}, and of no other goal"
    least = first.right[0] if first.right else 0.0
    if any(least <= (other.right or (0.0, other.tags))[1] for other in others):
        return f"National plans are tagged most often with {name}, but so few tags are sure that others may lead"
    far = first.tags >= _FAR * others[0].tags
    return f"National plans speak of {name} {'far ' if far else ''}more than of any other goal"


def national_figure(material: Material) -> Figure | None:
    """Return how many passages of national texts speak of each goal, split by what they do with it."""
    spoken = of_national(material)
    if not spoken:
        return None
    most = max(one.tags for one in spoken)
    present = frozenset(name for one in spoken for name, count in one.stances.items() if count)
    parts = [
        stance_patterns(),
        stance_legend(present),
        tag("div", *[_row(one, most) for one in spoken if one.tags >= _FEW], class_="strips"),
        _others(spoken),
    ]
    return Figure(
        id="thread-national",
        title=headline(spoken),
        subtitle="A bar for each Sustainable Development Goal (SDG): how many passages of national policy texts a "
        "machine tagged with it, split by what the passage does with the goal. A passage may speak of several.",
        body=tag("div", join(parts), class_="macro"),
        caption=_caption(material, spoken),
        method="thread-national",
        cannot=_cannot(material),
        grids=(_grid(spoken), _documents_grid(material)),
    )


def national_words_figure(material: Material) -> Figure | None:
    """Return sentences of national texts on each goal, for those who look closer."""
    found = material.spread.get("thread.passage", []) if material.outlines else []
    if not found:
        return None
    goals = [goal.id for goal in framework().goals]
    found = sorted(found, key=lambda f: (goals.index(str(f.detail["goal"])), -(f.estimate or 0.0), f.unit))
    return Figure(
        id="thread-national-words",
        title="In their own words: sentences from national plans, goal by goal",
        subtitle="At most three whole sentences for each goal, those of which the machine is surest. They are examples "
        "of what was tagged, right or wrong, and no summary.",
        body=tag("div", *[_quote(material, finding) for finding in found], class_="quotes"),
        caption=f"n = {counted(len(found), 'sentence', 'sentences')} from the texts whose sentences could be read. "
        "Contains public sector information licensed under the Open Government Licence v3.0.",
        method="thread-national",
        cannot="Whether the sentence stands for the text it is from, or whether the stance is read rightly: rules "
        "read it from words such as “will” and “continue”.",
        grids=(_quotes_grid(material, found),),
        folded=True,
    )


def _row(one: Spoken, most: int) -> Markup:
    words = [f"{whole(one.stances[name])} {text}" for name, text in STANCES if one.stances.get(name)]
    told = f"{full(one.goal)}: {counted(one.tags, 'passage', 'passages')}; {', '.join(words)}. {_judged(one)}"
    return tag(
        "div",
        tag("div", full(one.goal), class_="q"),
        stance_row(one.stances, most=most, right=one.right, spoken=told, widest=_WIDEST),
        tag("div", tag("b", whole(one.tags)), tag("small", _judged(one)), class_="v"),
        class_="strip slim",
    )


def _judged(one: Spoken) -> str:
    return "not judged by hand" if one.precision is None else f"{_right(one)} read by hand were right"


def _right(one: Spoken) -> str:
    found = one.precision
    return "not judged" if found is None else f"{whole(found.detail['count'])} of {whole(found.n or 0)}"


def _others(spoken: list[Spoken]) -> Markup:
    few = _numbers([one.goal for one in spoken if one.tags < _FEW])
    rest = _numbers({goal.id for goal in framework().goals} - {one.goal for one in spoken})
    told = [f"Fewer than {_FEW} passages each were tagged with {few}."] * bool(few)
    told += [f"No passage was tagged with {rest}."] * bool(rest)
    return tag("p", " ".join(told), class_="sub") if told else Markup("")


def _numbers(goals: Collection[str]) -> str:
    """Return goals in their order as people write several: SDG 6, 11 and 13."""
    numbers = sorted(framework().goal(goal).number for goal in goals)
    return f"SDG {listed([str(number) for number in numbers])}" if numbers else ""


def _caption(material: Material, spoken: list[Spoken]) -> str:
    read = material.spread["thread.read"]
    texts = [text for f in read for text in f.detail["documents"]]
    years = sorted({year for text in texts for year in re.findall(r"\b20\d\d\b", text["dated"])})
    undated = sum(not text["dated"] for text in texts)
    dated = f"dated {listed(years)}" + (f"; {counted(undated, 'gives', 'give')} no date" if undated else "")
    return (
        f"n = {whole(sum(f.n or 0 for f in read))} passages of {counted(len(texts), 'text', 'texts')} by "
        f"{listed([material.called(f.unit) for f in read])}, {dated}. "
        f"{whole(sum(int(f.estimate or 0) for f in read))} were tagged, {whole(sum(one.tags for one in spoken))} times "
        "in all."
    )


def _cannot(material: Material) -> str:
    over_all = next((f for f in material.spread.get("thread.precision", []) if f.unit_kind == "england"), None)
    start = (
        "What matters most to anybody: a count of words is no order of priorities, and no purpose that a body holds."
    )
    if over_all is None or over_all.lower is None or over_all.upper is None:
        return start
    interval = between(100 * over_all.lower, 100 * over_all.upper, places=0)
    return (
        f"{start} The tags are a machine's. Of {whole(over_all.n or 0)} that were read by hand, goals taking turns, "
        f"{whole(over_all.detail['count'])} were right ({share(over_all.estimate or 0.0)}, 95 % interval {interval}). "
        "It finds a word in passing, and misses what is said in other words."
    )


def _grid(spoken: list[Spoken]) -> Grid:
    rows = []
    for one in spoken:
        right = "not known" if one.right is None else between(*one.right, places=0)
        stances = [whole(one.stances.get(name, 0)) for name, _ in STANCES]
        rows.append((full(one.goal), whole(one.tags), *stances, _right(one), right))
    columns = ("Commits", "Continues", "Mentions", "Defers", "Drops", "Stance not read")
    return Grid(
        caption="Tagged passages of national texts by goal and stance",
        columns=("Goal", "Passages", *columns, "Right, of those read by hand", "May be right"),
        rows=tuple(rows),
        numeric=frozenset(range(1, 8)),
    )


def _documents_grid(material: Material) -> Grid:
    rows = [
        (
            text["title"],
            material.called(f.unit),
            text["dated"] or "gives no date",
            whole(text["passages"]),
            whole(text["tagged"]),
            "columns ran together: goals only" if text["joined"] else "goals, stance and quotes",
        )
        for f in material.spread["thread.read"]
        for text in f.detail["documents"]
    ]
    return Grid(
        caption="The texts that were read",
        columns=("Text", "Published by", "Date it gives", "Passages", "Tagged", "What was read"),
        rows=tuple(rows),
        numeric=frozenset({3, 4}),
    )


def _quote(material: Material, finding: Finding) -> Markup:
    detail = finding.detail
    words = dict(STANCES)[str(detail["stance"])]
    about = f" · read as “{words}” · {detail['document']}, {material.called(finding.unit)}. {detail['why']}"
    return tag(
        "div",
        tag("blockquote", tag("p", str(detail["quote"]))),
        tag("p", tag("b", full(str(detail["goal"]))), about, class_="sub"),
        class_="quote",
    )


def _quotes_grid(material: Material, found: list[Finding]) -> Grid:
    return Grid(
        caption="The sentences, with how sure the machine is",
        columns=("Goal", "Sentence", "Stance", "How sure", "Text", "Why"),
        rows=tuple(
            (
                full(str(f.detail["goal"])),
                str(f.detail["quote"]),
                str(f.detail["stance"]),
                share(f.estimate or 0.0),
                f"{f.detail['document']}, {material.called(f.unit)}",
                str(f.detail["why"]),
            )
            for f in found
        ),
        sortable=False,
    )
