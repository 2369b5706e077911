"""What a seeding assumes: packaged numbers, each with its unit and its source or the word "assumed"."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Assumption(_Read):
    """One number of a seeding, or one for each tier or scale."""

    name: str
    meaning: str
    value: float | tuple[float, float, float, float] | dict[str, float]
    unit: str
    source: str


class Workforce(_Read):
    """How many people one kind of body has, and in what tiers and teams."""

    kind: str
    people: float = Field(gt=0)
    per_practice: float = Field(ge=0)
    """People for each GP practice of a system, for kinds that public data does not name; 0 for the others."""
    spread: float = Field(ge=0)
    tiers: tuple[Share, Share, Share, Share]
    team: float = Field(gt=1)
    meeting: Share
    source: str


class ResponseRate(_Read):
    """Share of the staff asked who answered the NHS Staff Survey of one year."""

    year: int
    rate: float = Field(gt=0, le=1)
    source: str


class Seats(_Read):
    """Who sits in a committee for one kind of body."""

    kind: str
    seats: int = Field(ge=1)
    bodies: int = Field(ge=1)
    near: bool
    """Whether the bodies are looked for in the committee's own place."""


class Forum(_Read):
    """Who sits in one kind of committee."""

    committee: str
    sends: tuple[Seats, ...] = Field(alias="from")
    source: str


class _Numbers(_Read):
    assumptions: tuple[Assumption, ...]
    forums: tuple[Forum, ...]


class _Workforces(_Read):
    response_rates: tuple[ResponseRate, ...]
    kinds: tuple[Workforce, ...]


@cache
def workforces() -> dict[str, Workforce]:
    """Return the workforce of every kind of body that has people, by kind."""
    return {each.kind: each for each in _workforces().kinds}


def response_rates() -> dict[int, ResponseRate]:
    """Return the national response rate of the Staff Survey, by year."""
    return {each.year: each for each in _workforces().response_rates}


def assumptions() -> dict[str, Assumption]:
    """Return the other assumptions, by name."""
    return {each.name: each for each in _numbers().assumptions}


def forums() -> tuple[Forum, ...]:
    """Return who sits in which committee, the most senior committee first."""
    return _numbers().forums


def number(name: str) -> float:
    """Return an assumption that is one number."""
    value = assumptions()[name].value
    if not isinstance(value, float):
        raise TypeError(f"{name} is not one number")
    return value


def by_tier(name: str) -> NDArray[np.float32]:
    """Return an assumption that is a number for each tier, shape (4,)."""
    value = assumptions()[name].value
    if not isinstance(value, tuple):
        raise TypeError(f"{name} is not a number for each tier")
    return np.array(value, dtype=np.float32)


def by_scale(name: str) -> dict[str, float]:
    """Return an assumption that is a number for each scale."""
    value = assumptions()[name].value
    if not isinstance(value, dict):
        raise TypeError(f"{name} is not a number for each scale")
    return value


@cache
def _numbers() -> _Numbers:
    return _Numbers.model_validate(_packaged("seeding.toml"))


@cache
def _workforces() -> _Workforces:
    return _Workforces.model_validate(_packaged("workforces.toml"))


def _packaged(name: str) -> dict[str, Any]:
    text = (resources.files("leaderful.simulation") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
