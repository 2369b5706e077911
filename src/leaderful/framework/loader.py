"""Read the framework from its data files, check that it holds together, and look things up in it."""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Self, TypeVar

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass

from leaderful.errors import UnknownNameError
from leaderful.framework.entries import (
    Behaviour,
    BehaviourFamily,
    BodyKind,
    Construct,
    DiaryQuestion,
    Entry,
    Goal,
    Instrument,
    Item,
    ItemScale,
    LevelEntry,
    MacroPurpose,
    Opener,
    Proposition,
    RelationQuestion,
    Scale,
    Sector,
    Source,
    SurveyQuestion,
    Term,
    TieKind,
    Tier,
)

_E = TypeVar("_E", bound=Entry | Source)


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Framework:
    """The whole framework, checked: every reference from one list to another is found."""

    terms: tuple[Term, ...]
    levels: tuple[LevelEntry, ...]
    scales: tuple[Scale, ...]
    tiers: tuple[Tier, ...]
    sectors: tuple[Sector, ...]
    body_kinds: tuple[BodyKind, ...]
    tie_kinds: tuple[TieKind, ...]
    constructs: tuple[Construct, ...]
    behaviour_families: tuple[BehaviourFamily, ...]
    behaviours: tuple[Behaviour, ...]
    openers: tuple[Opener, ...]
    goals: tuple[Goal, ...]
    macro_purposes: tuple[MacroPurpose, ...]
    propositions: tuple[Proposition, ...]
    instrument: Instrument
    item_scales: tuple[ItemScale, ...]
    relation_questions: tuple[RelationQuestion, ...]
    diary_questions: tuple[DiaryQuestion, ...]
    crosswalk: tuple[SurveyQuestion, ...]
    sources: tuple[Source, ...]

    @property
    def groups(self) -> dict[str, tuple[Entry, ...]]:
        """The lists of entries by the name people read, most asked for first; sources stand apart."""
        return {
            "constructs": self.constructs,
            "propositions": self.propositions,
            "terms": self.terms,
            "levels": self.levels,
            "scales": self.scales,
            "sectors": self.sectors,
            "tiers": self.tiers,
            "kinds of body": self.body_kinds,
            "kinds of tie": self.tie_kinds,
            "families of behaviour": self.behaviour_families,
            "behaviours": self.behaviours,
            "openers of moments": self.openers,
            "goals": self.goals,
            "core purposes": self.macro_purposes,
            "item scales": self.item_scales,
            "relation questions": self.relation_questions,
            "diary questions": self.diary_questions,
            "NHS Staff Survey questions": self.crosswalk,
        }

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of the instrument, in the order asked."""
        return tuple(item for scale in self.item_scales for item in scale.items)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Codes of all items, in the order asked."""
        return tuple(item.id for item in self.items)

    def found(self, id: str) -> tuple[tuple[str, Entry | Source], ...]:
        """Return all entries called `id`, each with its group; an item's code finds its item scale.

        A few words name two things, as `board` is a tier and a kind of body; constructs come first.
        """
        everything: list[tuple[str, Entry | Source]] = [
            *self._entries(),
            *(("sources", s) for s in self.sources),
        ]
        hits = tuple((group, entry) for group, entry in everything if id in _codes(entry))
        if not hits:
            known = [code for _, entry in everything for code in _codes(entry)]
            raise _unknown("entry of the framework", id, known)
        return hits

    def entry(self, id: str) -> Entry | Source:
        """Return the first entry called `id`, in the order of `groups`."""
        return self.found(id)[0][1]

    def construct(self, id: str) -> Construct:
        """Return the construct `id`."""
        return _pick("construct", self.constructs, id)

    def body_kind(self, id: str) -> BodyKind:
        """Return the kind of body `id`."""
        return _pick("kind of body", self.body_kinds, id)

    def goal(self, id: str) -> Goal:
        """Return the goal `id`, such as SDG3."""
        return _pick("goal", self.goals, id)

    def question(self, id: str) -> SurveyQuestion:
        """Return the NHS Staff Survey question `id`."""
        return _pick("NHS Staff Survey question", self.crosswalk, id)

    def source(self, id: str) -> Source:
        """Return the source `id`."""
        return _pick("source", self.sources, id)

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        for group, entries in self.groups.items():
            for entry in entries:
                yield group, entry

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        problems = [
            *_repeated(self),
            *_dangling(self),
            *_unsourced(self),
            *_evidence_at_odds(self),
            *_scales_at_odds(self),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


@cache
def framework() -> Framework:
    """Return the framework, read once from the packaged data."""
    merged: dict[str, Any] = {}
    folder = resources.files("leaderful.framework") / "data"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            merged |= tomllib.loads(file.read_text(encoding="utf-8"))
    return Framework(**merged)


def _codes(entry: Entry | Source) -> tuple[str, ...]:
    items = entry.items if isinstance(entry, ItemScale) else ()
    return (entry.id, *(item.id for item in items))


def _pick(what: str, entries: tuple[_E, ...], id: str) -> _E:
    for entry in entries:
        if entry.id == id:
            return entry
    raise _unknown(what, id, [entry.id for entry in entries])


def _unknown(what: str, id: str, known: list[str]) -> UnknownNameError:
    by_folded = {code.casefold().replace("_", "-"): code for code in known}
    near = difflib.get_close_matches(id.casefold().replace("_", "-"), by_folded, n=3, cutoff=0.6)
    if near:
        hint = "Did you mean " + " or ".join(by_folded[code] for code in near) + "?"
    else:
        hint = "`leaderful framework` lists what there is."
    return UnknownNameError(f"There is no {what} called {id[:60]!r}. {hint}")


def _repeated(framework: Framework) -> Iterator[str]:
    lists = {group: [entry.id for entry in entries] for group, entries in framework.groups.items()}
    lists["sources"] = [source.id for source in framework.sources]
    lists["items"] = list(framework.item_ids)
    for group, ids in lists.items():
        for id, times in Counter(ids).items():
            if times > 1:
                yield f"{group}: {id} stands {times} times"


def _references(framework: Framework) -> Iterator[tuple[str, str, str]]:
    """Yield (who refers, attribute of the framework referred to, id)."""
    for _, entry in framework._entries():
        yield from ((entry.id, "sources", source) for source in entry.sources)
    for construct in framework.constructs:
        if construct.level != "cross":
            yield construct.id, "levels", construct.level
    for scale in framework.scales:
        yield scale.id, "levels", scale.level
    for kind in framework.body_kinds:
        yield kind.id, "scales", kind.scale
        yield kind.id, "sectors", kind.sector
    for behaviour in framework.behaviours:
        yield behaviour.id, "behaviour_families", behaviour.family
    for purpose in framework.macro_purposes:
        yield from ((purpose.id, "goals", served.goal) for served in purpose.serves)
    speakers: tuple[Proposition | ItemScale | RelationQuestion | SurveyQuestion, ...] = (
        *framework.propositions,
        *framework.item_scales,
        *framework.relation_questions,
        *framework.crosswalk,
    )
    for speaker in speakers:
        yield from ((speaker.id, "constructs", construct) for construct in speaker.constructs)


def _dangling(framework: Framework) -> Iterator[str]:
    for who, where, id in _references(framework):
        if id not in {entry.id for entry in getattr(framework, where)}:
            yield f"{who}: {id} is not among the {where}"


def _unsourced(framework: Framework) -> Iterator[str]:
    for group, entry in framework._entries():
        if not entry.sources and not entry.ours:
            yield f"{group}: {entry.id} has no source and is not ours"


def _evidence_at_odds(framework: Framework) -> Iterator[str]:
    """Yield constructs whose stated evidence is not what the instrument and the crosswalk hold."""
    spoken_to = {
        "items": {c for scale in framework.item_scales for c in scale.constructs},
        "relations": {c for question in framework.relation_questions for c in question.constructs},
        "staff-survey": {c for question in framework.crosswalk for c in question.constructs},
    }
    for construct in framework.constructs:
        for kind, constructs in spoken_to.items():
            if (kind in construct.evidence) != (construct.id in constructs):
                yield f"{construct.id}: evidence {kind} is stated in one place and missing in another"


def _scales_at_odds(framework: Framework) -> Iterator[str]:
    """Yield item scales that are not asked and scored as the questionnaire says of all of them."""
    values = [answer.value for answer in framework.instrument.answers]
    stated = (min(values), max(values), framework.instrument.items_needed)
    for scale in framework.item_scales:
        if (scale.lowest, scale.highest, scale.items_needed) != stated:
            yield f"{scale.id}: lowest, highest and items_needed are not those of the instrument"
        if not all(item.text for item in scale.items):
            yield f"{scale.id}: an item has no text"
