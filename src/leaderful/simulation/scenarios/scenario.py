"""What a scenario holds: who is meant, and each kind of intervention and shock with its fields."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from leaderful.framework.entries import Part

LAST_WEEK: Final = 10_000
LARGEST_FORUM: Final = 150
"""Members of one forum; beyond that, nobody meets everybody."""

_SHARE = "a number from 0 to 1"
_NAMES = "a list of names, as in: "


class Who(Part):
    """Who is meant; each key given narrows the choice, and without any everybody is meant."""

    bodies: tuple[str, ...] | None = Field(
        default=None, min_length=1, description=_NAMES + 'bodies = ["QMJ"]; the ids of bodies in the system simulated'
    )
    kinds: tuple[str, ...] | None = Field(
        default=None, min_length=1, description=_NAMES + 'kinds = ["nhs-trust", "council"]'
    )
    sectors: tuple[str, ...] | None = Field(
        default=None, min_length=1, description=_NAMES + 'sectors = ["local-government"]'
    )
    scales: tuple[str, ...] | None = Field(default=None, min_length=1, description=_NAMES + 'scales = ["system"]')
    tiers: tuple[str, ...] | None = Field(
        default=None, min_length=1, description=_NAMES + 'tiers = ["manager", "practitioner"]'
    )
    largest: int | None = Field(
        default=None, ge=1, description="a whole number of 1 or more: so many of the largest bodies in each system"
    )
    share: float | None = Field(
        default=None, gt=0, le=1, description="a number above 0, at most 1: that part of them, drawn by lot"
    )


class Event(Part):
    """One thing that happens to a system; the fields that all kinds have."""

    kind: str
    week: int = Field(ge=0, le=LAST_WEEK, description="a whole number of 0 or more; week 0 is the start")
    who: Who = Field(default=Who(), description='a table of whom is meant, as in: who = { kinds = ["nhs-trust"] }')

    chooses: ClassVar[Literal["bodies", "bodies and tiers", "people", "nobody"]] = "bodies"
    """What its `who` is about; "nobody" when it presses on all and takes no `who`."""

    def strength(self, week: int) -> float:
        """Return how far the event is in force in a week, 0 to 1."""
        return float(week >= self.week)

    @property
    def levers(self) -> tuple[str, ...]:
        """Names of the arrays of a system that it holds in another position while it is in force."""
        return ()


class Lasting(Event):
    """An event that may end; what it changed is then as it was."""

    until: int | None = Field(
        default=None, ge=1, le=LAST_WEEK, description="a whole number after week: the first week without it"
    )

    def strength(self, week: int) -> float:
        return float(self.week <= week and (self.until is None or week < self.until))


class Licence(Lasting):
    """How far chosen bodies let chosen tiers lead."""

    chooses = "bodies and tiers"
    to: float = Field(ge=0, le=1, description=_SHARE + ": the licence from then on")

    @property
    def levers(self) -> tuple[str, ...]:
        return ("licence",)


class Development(Lasting):
    """Leadership development for chosen people."""

    chooses = "people"
    reflexivity: float = Field(default=0.0, ge=0, le=1, description=_SHARE + ", added to their reflexivity at once")
    capacity: float = Field(default=1.0, ge=0, le=10, description="a factor from 0 to 10 on their time to meet")
    practice: float = Field(default=1.0, ge=0, le=10, description="a factor from 0 to 10 on how readily they reflect")

    @property
    def levers(self) -> tuple[str, ...]:
        return tuple(name for name in ("capacity", "practice") if getattr(self, name) != 1)


class ReflectivePractice(Lasting):
    """A programme in which chosen people reflect more often on the moments they had."""

    chooses = "people"
    practice: float = Field(ge=0, le=10, description="a factor from 0 to 10 on how readily they reflect")

    @property
    def levers(self) -> tuple[str, ...]:
        return ("practice",)


class ForumAdded(Lasting):
    """A new forum of people from chosen bodies, one in each system or place."""

    chooses = "people"
    name: str = Field(min_length=1, max_length=200, description="text of 1 to 200 characters: what it is called")
    seats: int = Field(ge=1, le=LARGEST_FORUM, description="a whole number of 1 or more: seats of each body")
    by: Literal["system", "place"] = Field(default="system", description='"system" or "place": one forum in each')


class ForumRemoved(Lasting):
    """Forums end: those chosen leave theirs, and ties that forums held between them go."""

    chooses = "people"


class Shared(Lasting):
    """Chosen bodies share something from then on, one for each system or place."""

    by: Literal["system", "place"] = Field(default="system", description='"system" or "place": one in each')


class PooledBudget(Shared):
    """Chosen bodies pool a budget."""

    @property
    def levers(self) -> tuple[str, ...]:
        return ("pool",)


class CoLocation(Shared):
    """Chosen bodies work at one site."""

    @property
    def levers(self) -> tuple[str, ...]:
        return ("site",)


class Jam(Lasting):
    """Chosen bodies stop: their people do not interact."""

    @property
    def levers(self) -> tuple[str, ...]:
        return ("jammed",)


class Merge(Event):
    """Chosen bodies become one, for good."""

    name: str | None = Field(
        default=None, min_length=1, max_length=200, description="text of 1 to 200 characters: what the one is called"
    )


class PurposeDeclared(Lasting):
    """Chosen bodies declare a purpose."""

    purpose: str | None = Field(
        default=None, min_length=1, description="the name of a purpose that is followed; all of them when left out"
    )
    value: float = Field(ge=0, le=1, description=_SHARE + ": how far they would hold it alone")

    @property
    def levers(self) -> tuple[str, ...]:
        return ("declared",)


class PurposeDropped(PurposeDeclared):
    """Chosen bodies drop a purpose."""

    value: float = Field(default=0.0, ge=0, le=1, description=_SHARE + ": what is left of it")


class Mechanisms(Lasting):
    """Mechanisms of accountability are added to chosen bodies, or taken away."""

    by: int = Field(ge=-50, le=50, description="a whole number: how many more, or fewer when below 0")

    @property
    def levers(self) -> tuple[str, ...]:
        return ("mechanisms",)


class Austerity(Event):
    """Everybody's time is cut, or that of chosen people, and comes back slowly."""

    chooses = "people"
    until: int = Field(ge=1, le=LAST_WEEK, description="a whole number after week: the week in which recovery begins")
    capacity: float = Field(ge=0, le=1, description="a factor from 0 to 1 on the time to meet and to reflect")
    recovery: int = Field(default=0, ge=0, le=LAST_WEEK, description="a whole number: weeks until all is back")

    def strength(self, week: int) -> float:
        if week < self.week:
            return 0.0
        back = (week - self.until + 1) / (self.recovery + 1) if week >= self.until else 0.0
        return max(0.0, 1.0 - back)

    @property
    def on_all(self) -> bool:
        """Whether it presses on everybody."""
        return self.who == Who()

    @property
    def levers(self) -> tuple[str, ...]:
        return () if self.on_all else ("capacity", "practice")


class Crisis(Event):
    """A shock to all: urgency rises to a height and then halves again and again."""

    chooses = "nobody"
    height: float = Field(gt=0, le=1, description="a number above 0, at most 1: urgency at its height")
    rise: int = Field(default=0, ge=0, le=LAST_WEEK, description="a whole number: weeks from the onset to the height")
    half_life: float = Field(gt=0, le=LAST_WEEK, description="a number above 0: weeks in which urgency halves")
    purpose: float = Field(default=0.0, ge=0, le=1, description=_SHARE + ": how far it lifts purposes at its height")

    def strength(self, week: int) -> float:
        since = week - self.week
        if since < 0:
            return 0.0
        return since / self.rise if since < self.rise else 0.5 ** ((since - self.rise) / self.half_life)


class Turnover(Event):
    """A wave of leaving: a share of chosen people leave their posts over some weeks."""

    chooses = "people"
    leaving: float = Field(gt=0, lt=1, description="a number between 0 and 1: the part that leaves over these weeks")
    weeks: int = Field(ge=1, le=LAST_WEEK, description="a whole number of 1 or more: weeks that it lasts")

    def strength(self, week: int) -> float:
        return float(self.week <= week < self.week + self.weeks)

    @property
    def levers(self) -> tuple[str, ...]:
        return ("leaving",)


KINDS: Final[dict[str, type[Event]]] = {
    "licence": Licence,
    "development": Development,
    "reflective-practice": ReflectivePractice,
    "forum-added": ForumAdded,
    "forum-removed": ForumRemoved,
    "pooled-budget": PooledBudget,
    "co-location": CoLocation,
    "jam": Jam,
    "merge": Merge,
    "purpose-declared": PurposeDeclared,
    "purpose-dropped": PurposeDropped,
    "mechanisms": Mechanisms,
    "austerity": Austerity,
    "crisis": Crisis,
    "turnover": Turnover,
}
"""Every kind of event by its name in a file."""


class Setting(Part):
    """The real systems that a scenario is about."""

    icbs: tuple[str, ...] = Field(min_length=1, description='a list of codes, as in: icbs = ["QMJ", "QRV"]')
    as_at: datetime.date = Field(description="a date without quotation marks, as in: as_at = 2026-03-31")


class Head(Part):
    """What stands in a file above its events."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        max_length=60,
        description='small letters, digits and hyphens, at most 60, as in: name = "one-jam"',
    )
    title: str = Field(min_length=1, max_length=200, description="a sentence of 1 to 200 characters")
    description: str = Field(min_length=1, max_length=2_000, description="text of 1 to 2,000 characters")
    propositions: tuple[str, ...] = Field(default=(), description='a list, as in: propositions = ["P6", "P9"]')
    setting: Setting | None = Field(default=None, description="a table [setting] with icbs, as_at")


class Scenario(Head):
    """A dated list of interventions and shocks."""

    events: tuple[Any, ...] = Field(min_length=1)
    """Events of the kinds in `KINDS`, in the order of the file."""
    file: str
    """Where it was read, for messages."""
    digest: str
    """SHA-256 of the file."""
