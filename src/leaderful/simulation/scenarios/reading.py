"""Read scenarios from their files, and say in plain words what is wrong in one."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from leaderful.errors import BadValuesError, LeaderfulError, UnknownNameError
from leaderful.framework import framework
from leaderful.framework.entries import Part
from leaderful.simulation.scenarios.scenario import KINDS, Event, ForumAdded, Head, Scenario, Setting, Who
from leaderful.simulation.system import TIERS
from leaderful.toml import read_toml, with_tuples

_SHOWN = 60
_PARTS: dict[str, type[Part]] = {"who": Who, "setting": Setting}
P = TypeVar("P", bound=Part)


def read_scenario(path: Path) -> Scenario:
    """Read one scenario from its file.

    Raises
    ------
    UnreadableFileError
        The file is not there, not UTF-8 or not TOML.
    BadValuesError, UnknownNameError
        A key is missing, unknown or out of what is allowed, or names what is not there; the message says which
        event it stands in.
    """
    held = read_toml(
        path,
        what="a scenario",
        otherwise="Name a TOML file.",
        example="The guide to writing a scenario shows a whole file.",
    )
    values = dict(held.values)
    entries = values.pop("events", None)
    head = _checked(Head, values, place=str(path), also=("events",))
    _refuse_strangers(f"{path}: propositions", head.propositions, [each.id for each in framework().propositions])
    if not isinstance(entries, list) or not entries:
        raise BadValuesError(f"{path}: events must be one table [[events]] or more, each with kind, week.")
    events = tuple(_event(f"{path}: event {number}", entry) for number, entry in enumerate(entries, start=1))
    digest = hashlib.sha256(held.content).hexdigest()
    return Scenario(**dict(head), events=events, file=str(path), digest=digest)


@cache
def packaged() -> dict[str, Scenario]:
    """Return the packaged scenarios by name."""
    folder = resources.files("leaderful.simulation.scenarios") / "data"
    with resources.as_file(folder) as files:
        found = [read_scenario(path) for path in sorted(files.glob("*.toml"))]
    return {
        scenario.name: scenario.model_copy(update={"file": f"{scenario.name}.toml"})
        for scenario in sorted(found, key=lambda each: each.name)
    }


def scenario_named(name: str, *, beside: Path | None = None) -> Scenario:
    """Return a scenario by the name of a packaged one, or by its file, which is looked for in the folder beside.

    Raises
    ------
    UnknownNameError
        There is none of that name.
    LeaderfulError
        As for `read_scenario`.
    """
    held = packaged()
    if name in held:
        return held[name]
    path = (beside or Path()) / name
    if path.suffix or path.exists():
        return read_scenario(path)
    raise UnknownNameError(
        f"{name} is neither a packaged scenario nor a file. {close(name, held)} `leaderful simulate --list` says "
        "what each is."
    )


def refuse_too_late(scenario: Scenario, weeks: int) -> None:
    """Refuse a scenario of which nothing happens in so many weeks."""
    first = min(event.week for event in scenario.events)
    if first >= weeks:
        raise BadValuesError(
            f"Nothing of {scenario.name} happens in {weeks} weeks: it begins in week {first}. Run for more weeks."
        )


def close(name: str, known: Iterable[str]) -> str:
    """Return a hint at names like one that is not known, or at all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"There are {', '.join(names)}." if len(names) <= 30 else "There is none like it."


def _event(place: str, entry: Any) -> Event:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if not isinstance(kind, str):
        raise BadValuesError(f'{place}, kind must be text that says what happens, as in: kind = "licence".')
    if kind not in KINDS:
        raise UnknownNameError(f"{place}, kind {kind[:_SHOWN]!r} is no kind of event. {close(kind, KINDS)}")
    event = _checked(KINDS[kind], entry, place=f"{place} ({kind})")
    for fault in _faults(event):
        raise BadValuesError(f"{place} ({kind}), {fault}.")
    for key, known in _vocabulary().items():
        _refuse_strangers(f"{place} ({kind}), who, {key}", getattr(event.who, key) or (), known)
    return event


def _faults(event: Event) -> Iterator[str]:
    """Yield what is wrong with an event whose every key is allowed."""
    until = getattr(event, "until", None)
    if until is not None and until <= event.week:
        yield f"until is {until}, and the event begins in week {event.week}; until must be later"
    if event.chooses == "nobody" and event.who != Who():
        yield "who may not be given: it presses on everybody"
    if event.chooses == "bodies" and event.who.tiers:
        yield "who, tiers may not be given: it concerns whole bodies"
    if isinstance(event, ForumAdded) and event.who.share is not None:
        yield "who, share may not be given: seats says how many people each body sends"


@cache
def _vocabulary() -> dict[str, list[str]]:
    held = framework()
    return {
        "kinds": [each.id for each in held.body_kinds],
        "sectors": [each.id for each in held.sectors],
        "scales": [each.id for each in held.scales],
        "tiers": list(TIERS),
    }


def _refuse_strangers(place: str, names: Iterable[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(f"{place}: there is no {name[:_SHOWN]!r}. {close(name, known)}")


def _checked(model: type[P], values: Any, *, place: str, also: tuple[str, ...] = ()) -> P:
    try:
        return model.model_validate(with_tuples(values), strict=True)
    except ValidationError as error:
        first = min(error.errors(), key=lambda each: each["type"] == "missing")  # a misspelt key explains a missing one
        raise _said(model, place, first["loc"], first["type"], also) from None


def _said(
    model: type[Part], place: str, loc: tuple[int | str, ...], fault: str, also: tuple[str, ...]
) -> LeaderfulError:
    """Return the error for one thing that is wrong: where it stands, and what is allowed."""
    keys = [key for key in loc if isinstance(key, str)]
    holder = _PARTS[keys[0]] if len(keys) > 1 else model
    words = ", ".join(key[:_SHOWN] for key in keys)
    sep = ", " if ": " in place else ": "
    if fault == "extra_forbidden":
        return UnknownNameError(
            f"{place}{sep}{words} is not a key here. {close(keys[-1], [*holder.model_fields, *also])}"
        )
    right = holder.model_fields[keys[-1]].description
    return BadValuesError(
        f"{place}{sep}{words} {'is missing; it must be' if fault == 'missing' else 'must be'} {right}."
    )
