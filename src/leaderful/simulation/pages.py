"""The reference page on the model, written from its parameters and steps."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from leaderful.simulation.engine import STEPS
from leaderful.simulation.parameters import Described, parameter_table


def docs_pages() -> dict[str, str]:
    """Return the generated page about the model, by path under docs/."""
    page = files("leaderful.simulation").joinpath("odd.md").read_text(encoding="utf-8")
    steps = "\n".join(f"{number}. *{step.name}*: {step.does}" for number, step in enumerate(STEPS, start=1))
    return {"reference/odd.md": page.format(steps=steps, parameters="\n".join(_parameters()))}


def _parameters() -> Iterator[str]:
    group = ""
    for each in parameter_table().values():
        if each.group != group:
            group = each.group
            yield f"\n**{group.capitalize()}**\n"
            yield "| Parameter | What it is | Unit | Default | Low | High | Share taken | Source |"
            yield "|---|---|---|---:|---:|---:|---|---|"
        yield _row(each)


def _row(each: Described) -> str:
    cells = (
        f"`{each.name}`",
        each.meaning,
        each.unit,
        f"{each.default:g}",
        f"{each.low:g}",
        f"{each.high:g}",
        each.direction,
        each.source,
    )
    return "| " + " | ".join(cells) + " |"
