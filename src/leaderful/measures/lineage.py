"""What became of bodies between two days, so that people can be followed through mergers and splits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import polars as pl

from leaderful.study import Study


def standing(study: Study, day: date) -> set[str]:
    """Return the codes of the bodies that stand on the day."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    return set(study.table("bodies").filter(begun & lasting)["id"])


def kin(study: Study, bodies: Collection[str], day: date) -> dict[str, str | None]:
    """Return the one body that stands on the day in place of each body that does not.

    The value is None where more than one does, or none is left. A body that has no successions is left out.
    """
    stands = standing(study, day)
    forward, backward = defaultdict(set), defaultdict(set)
    for predecessor, successor, effective in _successions(study).iter_rows():
        if effective <= day:
            forward[predecessor].add(successor)
        else:
            backward[successor].add(predecessor)
    found: dict[str, str | None] = {}
    for body in sorted(set(bodies) - stands):
        for links in (forward, backward):
            if body in links:
                reached = _reached(body, links) & stands
                found[body] = reached.pop() if len(reached) == 1 else None
                break
    return found


def followers(study: Study) -> dict[str, frozenset[str]]:
    """Return, for each body that has ended by the study's date, all that came in its place, those that ended too."""
    stands = standing(study, study.as_at)
    forward = defaultdict(set)
    for predecessor, successor, effective in _successions(study).iter_rows():
        if effective <= study.as_at:
            forward[predecessor].add(successor)
    return {body: frozenset(_reached(body, forward) - {body}) for body in sorted(set(forward) - stands)}


def footprints(study: Study, earlier: date, later: date) -> dict[str, frozenset[str]]:
    """Return, for each body that was redrawn between two days, all the bodies it was redrawn with."""
    between = _successions(study).filter((pl.col("effective") > earlier) & (pl.col("effective") <= later))
    links: defaultdict[str, set[str]] = defaultdict(set)
    for predecessor, successor, _ in between.iter_rows():
        links[predecessor].add(successor)
        links[successor].add(predecessor)
    found: dict[str, frozenset[str]] = {}
    for body in links:
        if body not in found:
            together = frozenset(_reached(body, links))
            found |= dict.fromkeys(together, together)
    return found


def _successions(study: Study) -> pl.DataFrame:
    return (
        study.table("successions")
        .select("predecessor", "successor", "effective")
        .filter(pl.col("predecessor") != pl.col("successor"))
        .sort("effective", "predecessor", "successor")
    )


def _reached(start: str, links: Mapping[str, Iterable[str]]) -> set[str]:
    """Return all that can be reached from a body, itself among them."""
    reached, waiting = {start}, [start]
    while waiting:
        for body in links.get(waiting.pop(), ()):
            if body not in reached:
                reached.add(body)
                waiting.append(body)
    return reached
