"""The passages of plans behind suggested links, confirmed, open and refused."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.thread_goals import full
from leaderful.report.wording import counted, day, listed, share, whole

_QUOTED, _TABLED = 12, 300
"""So many passages are quoted, and so many stand in the table; findings.csv has all."""
_ORDER = {"confirmed": 0, "open": 1, "refused": 2}
_STANCES = {
    "commits": "commits to it",
    "continues": "continues it",
    "defers": "puts it off",
    "drops": "drops it",
    "mentions": "mentions it",
    "": "says nothing of what it does with it",
}


def passages_figure(material: Material) -> Figure | None:
    """Return the passages behind links, those that count first."""
    found = sorted(material.own.get("thread.passage", []), key=_place)
    if not found:
        return None
    decisions = Counter(str(f.detail["decision"]) for f in found)
    counts = listed([f"{whole(decisions[name])} {word}" for name, word in _WORDS.items() if decisions[name]])
    from_plans = any(f.detail["document"] for f in found)
    return Figure(
        id="thread-passages",
        title=f"{'Plans' if from_plans else 'Core purposes'} suggest "
        f"{counted(len(found), 'link', 'links')} to goals: {counts}",
        subtitle="Passages of plans and duties that seem to speak of a goal. Only a confirmed one that commits to a "
        "goal or continues it counts for the thread; one that drops it counts as dropped.",
        body=join([_quotes(material, found[:_QUOTED])]),
        caption=f"n = {counted(len(found), 'link', 'links')}, as at {day(material.as_at)}. The words are those of the "
        "documents. How sure the reading is, is a figure of a model and not a judgement.",
        method="thread-links",
        cannot="What the rest of the document says, or whether it is done. Reading by machine misses passages and "
        "finds some that are none: of the tags it gave to national policy texts, about six of ten were right when "
        "judged by hand, however sure it was. So a person decides, in links.csv.",
        grids=(_grid(material, found), _counts_grid(material)),
        folded=True,
    )


_WORDS = {"confirmed": "confirmed", "open": "still open", "refused": "refused"}


def _place(finding: Finding) -> tuple[int, float, str, str]:
    sure = finding.estimate or 0.0
    return _ORDER[str(finding.detail["decision"])], -sure, finding.unit, str(finding.detail["part"])


def _quotes(material: Material, found: list[Finding]) -> Markup:
    """Return the words once, with all goals that they point to."""
    together: dict[tuple[str, ...], list[str]] = {}
    for finding in found:
        together.setdefault((str(finding.detail["quote"]), *_about(material, finding)), []).append(
            full(str(finding.detail["goal"]))
        )
    drawn = [_quote(quote, goals, about) for (quote, *about), goals in together.items()]
    return tag("div", *drawn, class_="quotes")


def _about(material: Material, finding: Finding) -> tuple[str, ...]:
    stance, decision = _STANCES[str(finding.detail["stance"])], _WORDS[str(finding.detail["decision"])]
    return material.called(finding.unit), _source(finding), stance, _sure(finding), decision


def _quote(quote: str, goals: list[str], about: list[str]) -> Markup:
    return tag(
        "div",
        tag("blockquote", tag("p", quote)),
        tag("p", tag("b", listed(goals)), f" · {' · '.join(about)}", class_="sub"),
        class_="quote",
    )


def _source(finding: Finding) -> str:
    page = finding.detail["page"]
    document = str(finding.detail["document"]) or "a duty, not a plan"
    return document if page is None else f"{document}, page {page}"


def _sure(finding: Finding) -> str:
    return "not estimated" if finding.estimate is None else f"sure to {share(finding.estimate)}"


def _grid(material: Material, found: list[Finding]) -> Grid:
    more = f"; the first {_TABLED} of {whole(len(found))}, all are in findings.csv" if len(found) > _TABLED else ""
    return Grid(
        caption=f"The passages behind each link{more}",
        columns=("Body", "Goal", "Document", "Page", "Quote", "Stance", "How sure", "Decision", "Why"),
        rows=tuple(
            (
                material.called(f.unit),
                full(str(f.detail["goal"])),
                str(f.detail["document"]) or "a duty, not a plan",
                "not given" if f.detail["page"] is None else str(f.detail["page"]),
                str(f.detail["quote"]),
                str(f.detail["stance"]) or "not said",
                _sure(f),
                _WORDS[str(f.detail["decision"])],
                str(f.detail["why"]) or "not said",
            )
            for f in found[:_TABLED]
        ),
        sortable=False,
    )


def _counts_grid(material: Material) -> Grid:
    return Grid(
        caption="Suggested links by body and goal",
        columns=("Body", "Goal", "Confirmed", "Open", "Refused"),
        rows=tuple(
            (
                material.called(f.unit),
                full(str(f.detail["goal"])),
                *(whole(f.detail[name]) for name in ("confirmed", "open", "refused")),
            )
            for f in material.own.get("thread.suggested", [])
        ),
        numeric=frozenset({2, 3, 4}),
        sortable=False,
    )
