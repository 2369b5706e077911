"""The rates of the laboratory: defaults, plausible ranges and where each comes from."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import isfinite
from typing import Any, Literal, NamedTuple

from leaderful.errors import BadValuesError, UnknownNameError


class Parameters(NamedTuple):
    """Every rate of the model, as kernels read them; what each means stands in ``parameter_table``."""

    weight_team: float
    weight_line: float
    weight_forum: float
    weight_informal: float
    urgency_encounters: float
    pull_encounters: float
    colocation: float
    opening: float
    opening_urgency: float
    opening_difference: float
    b0: float
    b_reflexivity: float
    b_trust: float
    b_roles: float
    b_licence: float
    b_pull: float
    b_urgency: float
    trust_gain: float
    trust_loss: float
    understanding_gain: float
    purpose_step: float
    bound: float
    bound_reflexivity: float
    drift: float
    trust_fade: float
    understanding_fade: float
    turnover: float
    newcomer_trust: float
    newcomer_understanding: float
    newcomer_reflexivity: float
    newcomer_purpose: float
    reflection: float
    reflexivity_gain: float
    reflexivity_decay: float
    pull_base: float
    pull_mechanism: float
    pooling: float
    cascade: float
    own_interest: float
    membership: float
    distance: float
    tie_fade: float
    closure: float
    forum_contact: float
    new_trust: float
    new_understanding: float


@dataclass(frozen=True, kw_only=True)
class Described:
    """What one parameter means, what is plausible for it, and where that comes from."""

    name: str
    meaning: str
    group: str
    unit: str
    default: float
    low: float
    high: float
    source: str
    direction: Literal["up", "down", ""] = ""
    """What raising it alone does to the share of openings taken; empty where that depends on the system."""


@cache
def parameter_table() -> dict[str, Described]:
    """Return what is known of every parameter, by name, in the order of `Parameters`."""
    path = resources.files("leaderful.simulation") / "data" / "parameters.toml"
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["parameters"]
    table = {entry["name"]: Described(**entry) for entry in entries}
    return {name: table[name] for name in Parameters._fields}


def default_parameters(**changes: float) -> Parameters:
    """Return the default of every parameter, but for those given.

    Raises
    ------
    UnknownNameError
        For a name that is no parameter.
    BadValuesError
        For a value outside what the model can compute with.
    """
    strangers = sorted(set(changes) - set(Parameters._fields))
    if strangers:
        close = difflib.get_close_matches(strangers[0], Parameters._fields, n=3)
        hint = f" Did you mean {' or '.join(close)}?" if close else " They are listed in the reference."
        raise UnknownNameError(f"{strangers[0]} is no parameter of the laboratory.{hint}")
    values = {name: each.default for name, each in parameter_table().items()} | changes
    for name, value in values.items():
        _refuse_impossible(name, value)
    return Parameters(**{name: float(value) for name, value in values.items()})


def _refuse_impossible(name: str, value: float) -> None:
    table = parameter_table()[name]
    odds = table.unit == "log odds"
    low, high = (-50.0, 50.0) if odds else (0.0, 100.0 if table.unit == "weight" else 1.0)
    if not isfinite(value) or not low <= value <= high:
        raise BadValuesError(f"Parameter {name} is {value}; {low:g} to {high:g} is allowed ({table.meaning}).")
