"""What an entry of each list of the framework holds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Level = Literal["macro", "meso", "micro", "cross"]
Direction = Literal["high", "low", "neutral"]
Evidence = Literal[
    "structure",
    "items",
    "relations",
    "moments",
    "interactions",
    "purposes",
    "plans",
    "shocks",
    "waves",
    "staff-survey",
]

_ID = r"^[A-Za-z][A-Za-z0-9_-]*$"


class Part(BaseModel):
    """Anything the framework holds: fixed once read, and without fields nobody described."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Entry(Part):
    """One named thing: what it is called, what it means, where that comes from, and whether it is ours."""

    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1)
    definition: str = Field(min_length=1)
    sources: tuple[str, ...] = ()
    ours: bool


class Source(Part):
    """A publication or a law that entries rest on."""

    id: str = Field(pattern=_ID)
    authors: str = Field(min_length=1)
    year: int = Field(ge=1900, le=2100)
    title: str = Field(min_length=1)
    published: str = Field(min_length=1)
    doi: str = Field(default="", pattern=r"^(10\.\d{4,9}/\S+)?$")
    kind: Literal["paper", "cited", "method", "law", "publication"]

    @property
    def name(self) -> str:
        """Authors and year, as they are named in running text; a law goes by its title."""
        return self.title if self.kind == "law" else f"{self.authors} ({self.year})"

    @property
    def definition(self) -> str:
        """Title and where it was published."""
        return f"{self.published}." if self.kind == "law" else f"{self.title}. {self.published}."


class Term(Entry):
    """A word the product uses in one sense only."""


class LevelEntry(Entry):
    """Macro, meso or micro."""


class Scale(Entry):
    """How far a body reaches."""

    level: Literal["macro", "meso", "micro"]


class Sector(Entry):
    """The part of public life a body belongs to."""

    short: str = Field(min_length=1)


class Tier(Entry):
    """Seniority of a person, from the board down."""

    order: int = Field(ge=1)


class BodyKind(Entry):
    """A sort of body, and what is taken for granted about it unless a study says otherwise."""

    plural: str = Field(min_length=1)
    short: str = Field(min_length=1)
    scale: str
    sector: str
    employer: bool
    statutory: bool


class TieKind(Entry):
    """A sort of relation between two bodies or two people."""

    direction: Literal["vertical", "horizontal"]
    reads: str = Field(pattern=r"\bA\b.*\bB\b")


class Measure(Part):
    """A measure by its dotted name, and whether this version has it."""

    name: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")
    state: Literal["now", "planned"]


class Construct(Entry):
    """An idea of the paper that evidence can speak to."""

    level: Level
    direction: Direction
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    measures: tuple[Measure, ...] = Field(min_length=1)


class Goal(Entry):
    """One of the 17 Sustainable Development Goals; the definition is its full title."""

    number: int = Field(ge=1, le=17)

    @property
    def short(self) -> str:
        """The short name that the United Nations gives it."""
        return self.name

    @property
    def title(self) -> str:
        """The full title, without its full stop."""
        return self.definition.removesuffix(".")


class Serves(Part):
    """A goal that a purpose is thought to serve, and why."""

    goal: str = Field(pattern=_ID)
    reason: str = Field(min_length=1)


class MacroPurpose(Entry):
    """A core purpose that national policy gives every Integrated Care System."""

    statutory: bool
    """True where a duty of Integrated Care Boards in the NHS Act 2006 says so much of it."""
    law: str = Field(min_length=1)
    serves: tuple[Serves, ...] = Field(min_length=1)


class BehaviourFamily(Entry):
    """A family of leadership behaviours."""


class Behaviour(Entry):
    """Something a person does that may be leadership."""

    family: str


class Opener(Entry):
    """What opened a moment of leadership."""


class RestsOn(Part):
    """Where in the paper a proposition comes from."""

    section: str = Field(min_length=1)
    opening: str = Field(min_length=1)
    sense: str = Field(min_length=1)


class Proposition(Entry):
    """A claim that evidence may support or contradict; the definition is the claim."""

    slug: str = Field(pattern=_ID)
    constructs: tuple[str, ...] = Field(min_length=1)
    rests_on: RestsOn
    field_test: str = Field(min_length=1)
    laboratory_test: str = Field(min_length=1)


class Answer(Part):
    """One answer that can be given, as the number that is kept and the words that are shown."""

    value: int
    label: str = Field(min_length=1)


class Instrument(Part):
    """What holds for the whole questionnaire."""

    version: str = Field(min_length=1)
    validated: bool
    note: str = Field(min_length=1)
    the_system: str = Field(min_length=1)
    answers: tuple[Answer, ...] = Field(min_length=2)
    unable: str = Field(min_length=1)
    items_needed: int = Field(ge=1)
    people_named_at_most: int = Field(ge=1)
    relations_note: str = Field(min_length=1)
    diary_note: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    items_may_be_stored: bool


class Item(Part):
    """One statement to agree or disagree with; without words where a licence keeps them."""

    id: str = Field(pattern=r"^[A-Za-z]+[0-9][A-Za-z0-9]*$", max_length=30)
    text: str = Field(default="", max_length=1_000)
    reversed: bool = False


class ItemScale(Entry):
    """Items that together ask about one construct, the first; others may draw on it."""

    constructs: tuple[str, ...] = Field(min_length=1)
    high_means: str = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=2)
    lowest: int = 1
    """The lowest answer; a reversed item counts as lowest + highest - answer."""
    highest: int = 5
    items_needed: int = Field(default=3, ge=1)
    """How many items a person must have answered to have a score."""

    @model_validator(mode="after")
    def _can_be_scored(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError(f"{self.id}: lowest is not below highest")
        if self.items_needed > len(self.items):
            raise ValueError(f"{self.id}: items_needed is more than the {len(self.items)} items")
        return self


class RelationQuestion(Entry):
    """A question about one partner body or one person; the definition is the question as asked."""

    about: Literal["body", "person"]
    constructs: tuple[str, ...] = Field(min_length=1)
    answers: tuple[Answer, ...] = Field(min_length=2)


class DiaryQuestion(Entry):
    """A question of the moment diary; the definition is the question as asked."""

    answer: Literal["time", "bodies-and-tiers", "opener", "behaviours", "yes-no", "bodies", "free-text"]


class SurveyQuestion(Entry):
    """A question of the NHS Staff Survey and what it speaks to; the definition is its sense in our words."""

    constructs: tuple[str, ...] = ()
    counted: str = Field(min_length=1)
    turned: bool
    direction: Direction
    packaged: bool

    @property
    def context(self) -> bool:
        """True where the question speaks to no construct and is shown as pressure on staff."""
        return not self.constructs
