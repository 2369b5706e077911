"""The design of an experiment, read from a small file: which scenarios, parameter draws and seeds are run."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.toml import read_toml, with_tuples

BASELINE: Final = "baseline"
"""The run of every draw and seed in which nothing intervenes."""
MEASURES: Final = (
    "encounters",
    "openings",
    "share_taken",
    "trust",
    "understanding",
    "ties",
    "ties_across",
    "purpose",
    "reflexivity",
    "reach",
    "heard",
)
"""The series of a run that can be outcomes; a part such as ``.across`` may follow."""
_PARTS: Final = ("all", "within", "across", "board", "executive", "manager", "practitioner", "outside")
_MOST = 100_000

Method = Literal["none", "latin-hypercube", "saltelli"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Seeding(_Part):
    """What is simulated: one ICB's system, all of England, a study, or a small made-up system."""

    icb: str | None = None
    england: bool = False
    study: str | None = None
    """Folder of a study, as seen from the design file."""
    small: int | None = Field(default=None, ge=50, le=20_000)
    """Actors of a made-up mixed system."""
    as_at: date | None = None
    part: float = Field(default=1.0, gt=0.0, le=1.0)
    """Part of the workforce that is simulated."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Seeding:
        asked = [self.icb is not None, self.england, self.study is not None, self.small is not None]
        if sum(asked) != 1:
            raise ValueError("name one of icb, england, study and small")
        if (self.study is not None or self.small is not None) and (self.as_at is not None or self.part != 1.0):
            raise ValueError("as_at and part go with icb or england only")
        return self


class Draws(_Part):
    """How points of the parameter space are drawn."""

    method: Method = "none"
    n: int = Field(default=1, ge=1, le=_MOST)
    """Points of the hypercube; for ``saltelli`` the base sample, a power of two."""
    parameters: tuple[str, ...] | Literal["all"] = "all"
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    seed: int = Field(default=1, ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _in_order(self) -> Draws:
        if self.method == "saltelli" and (self.n < 2 or self.n & (self.n - 1)):
            raise ValueError("n must be a power of two, as 64 or 256, for the method saltelli")
        if self.method == "none" and (self.n != 1 or self.ranges):
            raise ValueError("n and ranges go with the methods latin-hypercube and saltelli only")
        return self


class Design(_Part):
    """One experiment: every scenario is run at every draw of parameters and with every seed."""

    name: str = Field(min_length=1, max_length=200)
    seeding: Seeding
    scenarios: tuple[str, ...] = ()
    """Names of packaged scenarios, or files as seen from the design file; the baseline is always run too."""
    weeks: int = Field(default=156, ge=1, le=10_400)
    burn_in: int = Field(default=520, ge=0, le=10_400)
    seeds: tuple[int, ...]
    draws: Draws = Draws()
    parameters: dict[str, float] = Field(default_factory=dict)
    """Parameters held at other values than their defaults."""
    outcomes: tuple[str, ...] = ("share_taken.across", "trust.across", "purpose.all", "reflexivity.all", "ties.across")

    @field_validator("seeds", mode="before")
    @classmethod
    def _counted(cls, given: object) -> object:
        """Take a number for that many seeds from 1 on."""
        if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= _MOST:
            return tuple(range(1, given + 1))
        if not isinstance(given, tuple):
            raise ValueError(f"must be a number of seeds from 1 to {_MOST:,}, or a list of seeds")
        return given

    @model_validator(mode="after")
    def _distinct(self) -> Design:
        if not self.seeds:
            raise ValueError("seeds must be a number of seeds or a list of one or more")
        for what, entries in (("seeds", self.seeds), ("scenarios", self.scenarios)):
            if len(set(entries)) < len(entries):
                raise ValueError(f"{what} names the same one twice")
        if BASELINE in self.scenarios:
            raise ValueError("the baseline is always run; take it out of scenarios")
        return self

    @property
    def drawn(self) -> dict[str, tuple[float, float]]:
        """The parameters that are drawn, in the order of `Parameters`, and between what."""
        if self.draws.method == "none":
            return {}
        chosen = Parameters._fields if self.draws.parameters == "all" else self.draws.parameters
        table = parameter_table()
        return {
            name: self.draws.ranges.get(name, (table[name].low, table[name].high))
            for name in Parameters._fields
            if name in chosen
        }


_PARTS_OF: dict[str, type[_Part]] = {"seeding": Seeding, "draws": Draws}


def read_design(path: Path) -> Design:
    """Read the design of an experiment from its file.

    Raises
    ------
    UnreadableFileError
        The file is not there, not UTF-8 or not TOML.
    BadValuesError, UnknownNameError
        A key is missing, unknown or out of what is allowed; the message names it.
    """
    held = read_toml(
        path,
        what="the design of an experiment",
        otherwise="Name a TOML file.",
        example="The guide to running an experiment shows a whole file.",
    )
    return make_design(held.values, source=str(path))


def make_design(values: dict[str, Any], *, source: str) -> Design:
    """Return the design that the values of a file describe; errors name the file as `source`."""
    try:
        design = Design.model_validate(with_tuples(values))
    except ValidationError as error:
        raise _said(source, error) from None
    try:
        _refuse_unknown(design, source)
    except BadValuesError as error:  # a value that no run can compute with; what refuses it knows of no file
        raise error if str(error).startswith(source) else BadValuesError(f"{source}: {error}") from None
    return design


def _said(source: str, error: ValidationError) -> BadValuesError | UnknownNameError:
    """Return the error for the first thing that is wrong, in words that name its key."""
    first = min(error.errors(), key=lambda each: each["type"] == "missing")  # a misspelt key explains a missing one
    keys = [str(part) for part in first["loc"] if isinstance(part, str) and not part.startswith(("tuple[", "literal["))]
    place = ".".join(keys) or "the design"
    if first["type"] == "extra_forbidden":
        known: type[_Part] = Design if len(keys) == 1 else _PARTS_OF.get(keys[0], Design)
        near = difflib.get_close_matches(keys[-1], known.model_fields, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Allowed are {', '.join(known.model_fields)}."
        return UnknownNameError(f"{source}: {place} is not a key of an experiment. {hint}")
    if first["type"] == "missing":
        return BadValuesError(f"{source}: {place} is missing. The guide to running an experiment shows a whole file.")
    words = first["msg"].removeprefix("Value error, ")
    return BadValuesError(f"{source}: {place}: {words[0].lower()}{words[1:]}.")


def _refuse_unknown(design: Design, source: str) -> None:
    """Refuse parameters and outcomes that there are not, and values that the model cannot compute with."""
    named = () if design.draws.parameters == "all" else design.draws.parameters
    for name in (*named, *design.draws.ranges, *design.parameters):
        if name not in Parameters._fields:
            near = difflib.get_close_matches(name, Parameters._fields, n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "The reference lists them."
            raise UnknownNameError(f"{source}: {name} is no parameter of the laboratory. {hint}")
    for name, (low, high) in design.drawn.items():
        if not low < high:
            raise BadValuesError(f"{source}: draws.ranges.{name}: the first number must be below the second.")
        default_parameters(**{name: low})
        default_parameters(**{name: high})
    strangers = sorted(set(design.draws.ranges) - set(design.drawn))
    if strangers:
        raise BadValuesError(
            f"{source}: draws.ranges.{strangers[0]}: that parameter is not drawn. Name it in draws.parameters too."
        )
    both = sorted(set(design.parameters) & set(design.drawn))
    if both:
        raise BadValuesError(f"{source}: {both[0]} is held at a value and drawn as well; choose one.")
    default_parameters(**design.parameters)
    _refuse_unknown_outcomes(design, source)


def _refuse_unknown_outcomes(design: Design, source: str) -> None:
    for outcome in design.outcomes:
        measure, dot, part = outcome.partition(".")
        if measure not in MEASURES or (dot and part not in _PARTS):
            near = difflib.get_close_matches(measure, MEASURES, n=1)
            hint = f"Did you mean {near[0]}?" if near and measure not in MEASURES else ""
            raise UnknownNameError(
                f"{source}: outcome {outcome[:60]} is not known. {hint} Outcomes are {', '.join(MEASURES)}; after a "
                f"dot one of the parts {', '.join(_PARTS)} may stand, as in share_taken.across."
            )
