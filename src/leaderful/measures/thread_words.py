"""What each body says it is for on the study's day, and which goals its purposes reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import polars as pl

from leaderful.framework import framework
from leaderful.measures.thread_hierarchy import Hierarchy
from leaderful.study import Study

CLAIMS = ("commits", "continues")
"""Stances of a confirmed link by which a body takes a goal as its own."""
SAYS = (*CLAIMS, "defers", "drops")
"""Stances by which a body says anything of what it is for; a mention says nothing."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One declared purpose, in force."""

    id: str
    body: str
    statement: str
    serves: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Link:
    """One confirmed link from a plan to a goal."""

    id: str
    body: str
    goal: str
    stance: str


_Said = TypeVar("_Said", Purpose, Link)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one body says on the day."""

    purposes: Mapping[str, tuple[Purpose, ...]] = field(default_factory=dict)
    """By goal, the purposes that reach it."""
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    """By goal, the confirmed links that say anything of it."""
    spoken: bool = False
    """Whether it has said which goals or purposes it serves."""
    declared: int = 0
    """Purposes it has declared, whatever they serve."""
    inherited: tuple[str, ...] = ()
    """Bodies that ended and whose words these are; none where they are its own."""

    def claims(self, goal: str) -> bool:
        """Tell whether the body says that it works towards the goal."""
        return goal in self.purposes or any(link.stance in CLAIMS for link in self.links.get(goal, ()))

    def says(self, goal: str, stance: str) -> bool:
        """Tell whether a confirmed link has the stance."""
        return any(link.stance == stance for link in self.links.get(goal, ()))


def words(study: Study, governed: Hierarchy) -> dict[str, Words]:
    """Return what each standing body says: its own words, or those of bodies that ended in its favour."""
    purposes, links = _by_body(_purposes(study)), _by_body(_links(study))
    reached = _reached([one for of in purposes.values() for one in of], governed)
    before = _before({*purposes, *links}, governed)
    found = {}
    for body in governed.scale:
        own = purposes.get(body) or links.get(body)
        sources = (body,) if own else before.get(body, ())
        found[body] = _of_body(
            [one for source in sources for one in purposes.get(source, ())],
            [one for source in sources for one in links.get(source, ())],
            reached,
            inherited=() if own else sources,
        )
    return found


def _before(worded: set[str], governed: Hierarchy) -> dict[str, tuple[str, ...]]:
    """Return, for each standing body, the bodies that ended in its favour and had the last word before it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for body, after in sorted(governed.followers.items()):
        if body in worded:
            for heir in after & set(governed.scale):
                overtaken = any(heir in governed.followers.get(other, ()) for other in after & worded)
                found[heir] += [] if overtaken else [body]
    return {heir: tuple(bodies) for heir, bodies in found.items()}


def _of_body(
    purposes: Sequence[Purpose],
    links: Sequence[Link],
    reached: Mapping[str, frozenset[str]],
    *,
    inherited: tuple[str, ...],
) -> Words:
    by_goal: defaultdict[str, list[Purpose]] = defaultdict(list)
    confirmed: defaultdict[str, list[Link]] = defaultdict(list)
    for purpose in purposes:
        for goal in reached[purpose.id]:
            by_goal[goal].append(purpose)
    for link in links:
        confirmed[link.goal].append(link)
    return Words(
        purposes={goal: tuple(of) for goal, of in by_goal.items()},
        links={goal: tuple(of) for goal, of in confirmed.items()},
        spoken=bool(links) or any(purpose.serves for purpose in purposes),
        declared=len(purposes),
        inherited=inherited,
    )


def _purposes(study: Study) -> list[Purpose]:
    """Return the purposes in force: on the study's day, or on the last day of a body that has ended by then."""
    ends = dict(study.table("bodies").select("id", "valid_to").iter_rows())
    rows = study.table("purposes").sort("id").iter_rows(named=True)
    return [
        Purpose(id=row["id"], body=row["body"], statement=row["statement"], serves=tuple(row["serves"] or ()))
        for row in rows
        if _holds(row["valid_from"], row["valid_to"], on=min(ends.get(row["body"]) or study.as_at, study.as_at))
    ]


def _holds(first: date | None, last: date | None, *, on: date) -> bool:
    return (first or date.min) <= on <= (last or date.max)


def _links(study: Study) -> list[Link]:
    """Return the confirmed links that say what a body is for, of duties and of documents out by the day."""
    published = study.table("documents").select(document="id", day="published")
    rows = (
        study.table("links")
        .join(published, on="document", how="left", maintain_order="left")
        .filter(
            pl.col("decision") == "confirmed",
            pl.col("stance").is_in(SAYS),
            pl.col("day").is_null() | (pl.col("day") <= study.as_at),
        )
        .sort("id")
    )
    return [Link(**row) for row in rows.select("id", "body", "goal", "stance").iter_rows(named=True)]


def _by_body(said: Iterable[_Said]) -> dict[str, list[_Said]]:
    found: defaultdict[str, list[_Said]] = defaultdict(list)
    for one in said:
        found[one.body].append(one)
    return dict(found)


def _reached(purposes: Sequence[Purpose], governed: Hierarchy) -> dict[str, frozenset[str]]:
    """Return the goals that each purpose reaches through what it serves, never by way of a body further down."""
    known = {one.id: one for one in purposes}
    goals = {goal.id for goal in framework().goals}
    owners = {body: governed.owners(body) for body in {one.body for one in purposes}}
    higher = {body: governed.all_above(body) for of in owners.values() for body in of}
    leads: dict[str, list[str]] = {}
    direct: dict[str, frozenset[str]] = {}
    for one in purposes:
        direct[one.id] = frozenset(code.partition(".")[0] for code in one.serves) & goals
        leads[one.id] = [
            code for code in one.serves if code in known and _leads_on(owners, higher, one.body, known[code].body)
        ]
    return {one.id: _gathered(one.id, leads, direct) for one in purposes}


def _leads_on(
    owners: Mapping[str, frozenset[str]], higher: Mapping[str, frozenset[str]], body: str, other: str
) -> bool:
    """Tell whether a purpose of one body may lean on a purpose of another: the other must not stand below it."""
    return any(a not in higher[b] for a in owners[body] for b in owners[other])


def _gathered(start: str, leads: Mapping[str, list[str]], direct: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen, waiting, goals = {start}, [start], set(direct[start])
    while waiting:
        for code in leads[waiting.pop()]:
            if code not in seen:
                seen.add(code)
                waiting.append(code)
                goals |= direct[code]
    return frozenset(goals)
