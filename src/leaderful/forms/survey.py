"""What a form asks, whatever it is drawn as: item scales with their answers, and the lists to pick from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from leaderful.framework import Entry, Item, ItemScale, RelationQuestion, framework
from leaderful.framework.entries import Answer
from leaderful.framework.instruments import AddedInstrument

UNABLE = "unable"
"""Code of the answer "I am not able to say"; a study keeps it as an empty answer."""

PLACEHOLDER = "REPLACE-THIS"
"""Code of the one entry of a list of bodies that the study team still has to write."""

MOST_PEOPLE_NAMED = 2 * framework().instrument.people_named_at_most
"""People turned to and people looked to for leadership, when none of them is the same."""

_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a list: the code that is kept and the words that are shown."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """One item scale as it is asked."""

    scale: ItemScale
    answers: tuple[Answer, ...]
    answers_id: str
    """Name of the list of answers, which scales of one instrument share."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """One survey to be fielded: of which study, asking what, with which lists."""

    name: str = ""
    """What the study is called; empty without a study."""
    system: str = ""
    as_at: date
    wave: str = ""
    """The round of evidence, where the study has one."""
    bodies: tuple[Choice, ...] = ()
    teams: tuple[Choice, ...] = ()
    instruments: tuple[AddedInstrument, ...] = ()
    minimum_people: int = 10
    """Fewest people of whom anything is shown."""

    @cached_property
    def roster(self) -> tuple[Choice, ...]:
        """The bodies to pick from by name, those of the same name with their codes; an instruction when none."""
        if not self.bodies:
            return (Choice(code=PLACEHOLDER, name="Replace this line with a line for each partner organisation"),)
        return _listed(self.bodies)

    @cached_property
    def team_list(self) -> tuple[Choice, ...]:
        """The teams to pick from by name; none when the study has none, and the team is written instead."""
        return _listed(self.teams)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The item scales in the order asked."""
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        instrument = framework().instrument
        for scale in framework().item_scales:
            yield Block(scale=scale, answers=instrument.answers, answers_id=f"agree{len(instrument.answers)}")
        for added in self.instruments:
            for scale in added.item_scales:
                yield Block(scale=scale, answers=added.answers, answers_id=f"answers_{added.id}")

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order asked."""
        return tuple(item for block in self.blocks for item in block.scale.items)


def asked(item: Item) -> str:
    """Return the words of an item; where a licence keeps them, say what the study team has to put there."""
    return item.text or f"[{item.id}: the licence keeps these words; write them in from your licensed copy]"


def about(kind: str) -> tuple[RelationQuestion, ...]:
    """Return the relation questions about a body or a person."""
    return tuple(question for question in framework().relation_questions if question.about == kind)


def entry_choices(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    """Return entries of the framework as choices, each with what it means."""
    return tuple(Choice(code=entry.id, name=f"{entry.name}: {entry.definition}") for entry in entries)


def answer_choices(answers: Sequence[Answer]) -> tuple[Choice, ...]:
    """Return answers as choices, the last of them that one is not able to say."""
    given = tuple(Choice(code=str(answer.value), name=answer.label) for answer in answers)
    return (*given, Choice(code=UNABLE, name=framework().instrument.unable))


def shown(text: str) -> str:
    """Return a name as one line of at most 200 characters that can be seen, whatever was typed into the study."""
    line = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


def _listed(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    named = [Choice(code=choice.code, name=shown(choice.name) or choice.code) for choice in choices]
    times = Counter(choice.name.casefold() for choice in named)
    told_apart = [
        Choice(code=choice.code, name=f"{choice.name} ({choice.code})") if times[choice.name.casefold()] > 1 else choice
        for choice in named
    ]
    return tuple(sorted(told_apart, key=lambda choice: (choice.name.casefold(), choice.code)))
