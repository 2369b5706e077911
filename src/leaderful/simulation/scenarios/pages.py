"""The reference page on scenarios, written from the kinds of event and the packaged files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leaderful.framework.entries import Part
from leaderful.simulation.scenarios.describing import describe
from leaderful.simulation.scenarios.reading import packaged
from leaderful.simulation.scenarios.scenario import KINDS, Head, Scenario, Setting, Who


def docs_pages() -> dict[str, str]:
    """Return the generated pages about scenarios, by path under docs/."""
    return {"reference/scenarios.md": scenarios_page()}


def scenarios_page() -> str:
    """Return the reference page on scenarios as Markdown."""
    parts = [
        "# Scenarios",
        "A scenario is a dated list of interventions and shocks. Its numbers are assumed unless it says otherwise, and "
        "what a run makes of it is simulated and not a forecast. [Write a scenario](../how-to/write-a-scenario.md) "
        "shows how to make one.",
        "## Packaged",
        *(_scenario(scenario) for scenario in packaged().values()),
        "## Keys of a file",
        _keys(Head, ()),
        "### `[setting]`",
        "A scenario about real systems says which, and at what date.",
        _keys(Setting, ()),
        "### `who`",
        "Every event may say whom it is about. Each key narrows the choice.",
        _keys(Who, ()),
        "## Kinds of event",
        "Each event is a table `[[events]]` with `kind` and `week`; those that can end take `until`.",
        *(_kind(name) for name in KINDS),
    ]
    return "\n\n".join(parts) + "\n"


def _scenario(scenario: Scenario) -> str:
    about = f" Speaks to {', '.join(scenario.propositions)}." if scenario.propositions else ""
    lines = "\n".join(f"- {line}" for line in describe(scenario))
    return f"### {scenario.name}\n\n**{scenario.title}.** {scenario.description.strip()}{about}\n\n{lines}"


def _kind(name: str) -> str:
    model = KINDS[name]
    keys = _keys(model, ("kind", "week", "who"))
    about = {"nobody": "everybody; it takes no `who`", "bodies and tiers": "bodies, and tiers in them"}
    said = f"{(model.__doc__ or '').strip()} It is about {about.get(model.chooses, model.chooses)}."
    return f"### {name}\n\n{said}" + (f"\n\n{keys}" if keys else "")


def _keys(model: type[Part], left_out: Sequence[str]) -> str:
    rows: list[tuple[str, str, str]] = []
    for name, field in model.model_fields.items():
        if name not in left_out:
            rows.append(
                (f"`{name}`", field.description or "", "must be given" if field.is_required() else "may be left out")
            )
    return _table(("key", "what it holds", ""), rows) if rows else ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
