"""The plan of a synthetic study: when people are asked, how many answer, and how far what they say is in error."""

from __future__ import annotations

import difflib
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.toml import read_toml, with_tuples

Effect: TypeAlias = Literal["silo", "cog-jam", "thread-break", "lost-moments", "closed-at-top"]
_CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Round(_Part):
    """A wave: its code, its name, and the week at whose start people answer."""

    id: str = Field(pattern=_CODE, max_length=40)
    name: str = Field(default="", max_length=200)
    week: int = Field(ge=0)


class Asked(_Part):
    """Who is asked."""

    bodies: float = Field(default=1.0, gt=0, le=1)
    """Share of the system's bodies, the largest first."""
    most_bodies: int = Field(default=40, ge=1)
    """Bodies that are asked, and listed for people to say whom they work with, at most, whatever the share."""
    most: int = Field(default=60, ge=1)
    """People of one tier of a body who are asked, at most; drawn at random where it has more."""


class Response(_Part):
    """Who of them answers."""

    rate: float = Field(default=0.6, gt=0, le=1)
    """Share who answer, over all."""
    spread: float = Field(default=0.3, ge=0, le=3)
    """Standard deviation between bodies, in log odds."""
    tiers: tuple[float, float, float, float] = (0.3, 0.3, 0.0, -0.2)
    """What each tier adds, the board first, in log odds."""
    bodies: float = Field(default=1.0, ge=0, le=1)
    """Share of bodies whose purposes are known."""
    unable: float = Field(default=0.04, ge=0, lt=1)
    """Share of items of which somebody is not able to say."""


class Error(_Part):
    """How far answers are from what is so; standard deviations in steps of the answer."""

    item: float = Field(default=0.7, ge=0, le=3)
    person: float = Field(default=0.4, ge=0, le=3)
    """Of one person in all items of a scale."""
    relation: float = Field(default=0.4, ge=0, le=3)
    overlooked: float = Field(default=0.1, ge=0, lt=1)
    """Share of the bodies they work with that people do not mention."""


class Record(_Part):
    """What is kept of meetings and of moments."""

    first_week: int = Field(default=0, ge=0)
    """Week from which meetings and diaries are kept."""
    meetings: float = Field(default=0.5, ge=0, le=1)
    """Share of encounters between people who are asked that are on record."""
    diarists: float = Field(default=0.25, ge=0, le=1)
    """Share of those asked who keep a diary."""
    noted: float = Field(default=0.7, ge=0, le=1)
    """Share of their moments that they note."""


class Planted(_Part):
    """A known effect laid into the system before it is observed."""

    effect: Effect
    bodies: tuple[str, ...] = ()
    """Bodies that it concerns; chosen by rule when left out."""


class Plan(_Part):
    """The whole plan; every entry has a default."""

    name: str = Field(default="A synthetic study", min_length=1, max_length=200)
    weeks: int = Field(default=30, ge=1, le=520)
    first_day: date = date(2025, 9, 1)
    """Monday of week 0."""
    waves: tuple[Round, ...] = (
        Round(id="wave-1", name="First wave", week=4),
        Round(id="wave-2", name="Second wave", week=28),
    )
    asked: Asked = Asked()
    response: Response = Response()
    error: Error = Error()
    record: Record = Record()
    planted: tuple[Planted, ...] = ()

    def day(self, week: int) -> date:
        """Return the Monday of a week."""
        return self.first_day + timedelta(weeks=week)


def read_plan(path: Path) -> Plan:
    """Read a plan from its file.

    Raises
    ------
    UnreadableFileError
        The file is not there, not UTF-8 or not TOML.
    BadValuesError, UnknownNameError
        A key is unknown or its value is not allowed; the message names it.
    """
    held = read_toml(
        path,
        what="a plan of a synthetic study",
        otherwise="Name a TOML file.",
        example="The guide to synthetic studies shows a whole file.",
    )
    try:
        plan = Plan.model_validate(with_tuples(held.values), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise UnknownNameError(f"{path}: {where} is not a key of a plan. {_known(first['loc'])}") from None
        raise BadValuesError(f"{path}: {where} is not right: {first['msg'].lower()}.") from None
    refuse_faults(plan, str(path))
    return plan


def refuse_faults(plan: Plan, source: str) -> None:
    """Refuse a plan whose entries do not go together."""
    weeks = [wave.week for wave in plan.waves]
    if not weeks or weeks != sorted(set(weeks)) or weeks[-1] >= plan.weeks:
        raise BadValuesError(
            f"{source}: waves lie in weeks {weeks or 'none'}; they must rise and lie before week {plan.weeks}, "
            "where the run ends. Change week of the waves, or weeks."
        )
    if len({wave.id for wave in plan.waves}) < len(plan.waves):
        raise BadValuesError(f"{source}: two waves have the same id. Give each its own.")
    if plan.record.first_week >= plan.weeks:
        raise BadValuesError(f"{source}: record.first_week must lie before week {plan.weeks}, where the run ends.")
    if plan.first_day.year > 9900:
        raise BadValuesError(f"{source}: first_day is {plan.first_day}; the calendar ends before the run does.")
    if plan.first_day.weekday():
        raise BadValuesError(f"{source}: first_day is {plan.first_day}, which is no Monday. Choose a Monday.")


def _known(loc: tuple[int | str, ...]) -> str:
    """Say which keys are allowed where an unknown one stands."""
    parts: dict[str, type[_Part]] = {
        "waves": Round, "asked": Asked, "response": Response, "error": Error, "record": Record, "planted": Planted,
    }  # fmt: skip
    fields = list((parts[str(loc[0])] if len(loc) > 1 else Plan).model_fields)
    near = difflib.get_close_matches(str(loc[-1]), fields, n=1)
    return f"Did you mean {near[0]}?" if near else f"Allowed are {', '.join(fields)}."
