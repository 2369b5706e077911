"""The reference page on how a system is seeded, written from the packaged numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources

from leaderful.framework import framework
from leaderful.simulation.seeding.assumptions import Assumption, assumptions, forums, number, response_rates, workforces
from leaderful.simulation.system import TIERS


def docs_pages() -> dict[str, str]:
    """Return the generated page on seeding, by path under docs/."""
    return {"reference/simulation-seeding.md": _seeding()}


def _seeding() -> str:
    page = (resources.files("leaderful.simulation") / "data" / "seeding.md").read_text(encoding="utf-8")
    return page.format(
        meetings=number("fewest_meetings"),
        largest=number("largest_meeting"),
        fewest=number("fewest"),
        teammates=number("teammates"),
        partners=number("forum_partners"),
        rates=_rates(),
        workforces=_workforces(),
        forums=_forums(),
        assumptions=_assumptions(),
    )


def _rates() -> str:
    rows = [(str(each.year), f"{each.rate:.0%}", each.source) for each in response_rates().values()]
    return _table(("year of the survey", "response rate", "source"), rows)


def _workforces() -> str:
    rows = [
        (
            _plural(each.kind),
            f"{each.people:,.0f}",
            f"{each.per_practice:,.0f}" if each.per_practice else "",
            " · ".join(f"{share:.2%}" for share in each.tiers),
            f"{each.team:g}",
            f"{each.meeting:.0%}",
            each.source,
        )
        for each in workforces().values()
    ]
    headings = (
        "kind",
        "people in one",
        "people for each practice",
        " · ".join(TIERS),
        "team",
        "in a meeting",
        "source",
    )
    return _table(headings, rows)


def _forums() -> str:
    rows = [
        (
            _plural(each.committee),
            "; ".join(f"{seat.seats} from each of up to {seat.bodies} {_plural(seat.kind)}" for seat in each.sends),
            each.source,
        )
        for each in forums()
    ]
    return _table(("committee", "who sits there", "source"), rows)


def _plural(kind: str) -> str:
    return framework().body_kind(kind).plural


def _assumptions() -> str:
    rows = [(each.meaning, _value(each), each.unit, each.source) for each in assumptions().values()]
    return _table(("what", "value", "unit", "source"), rows)


def _value(assumption: Assumption) -> str:
    value = assumption.value
    if isinstance(value, dict):
        return ", ".join(f"{scale} {each:g}" for scale, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"{tier} {each:g}" for tier, each in zip(TIERS, value, strict=True))
    return f"{value:g}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
