"""What a reader could work out by setting new results beside earlier ones, and what is left out on that account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import polars as pl

from leaderful.disclosure import Ledger, Population, Rule
from leaderful.errors import DisclosureError
from leaderful.web.results.counting import DIARY, Counted
from leaderful.web.studies.models import Study

_Group = tuple[str, str]
_NO, _YES = "no", "yes"


class TooAlikeError(DisclosureError):
    """Beside earlier results, new ones would tell what a few people said."""


class RoundOpenError(Exception):
    """A round is still open, and what people say may still change."""


class OtherMinimumError(Exception):
    """The study hides larger groups than results can be worked out with."""


def refuse_unready(study: Study) -> None:
    """Refuse a study of which no results can be worked out now."""
    if study.waves.filter(opened_on__isnull=False, closed_on=None).exists():
        raise RoundOpenError
    if study.minimum_people != Rule().minimum_people:
        raise OtherMinimumError


def leave_out(before: Sequence[Sequence[Counted]], now: Sequence[Counted], fewest: int) -> set[str]:
    """Return the waves, and the diary, that must stay as they were seen, so that nobody is given away.

    Raises
    ------
    TooAlikeError
        That would leave nothing new to see.
    """
    waves = {entry.wave for entry in now} | {entry.wave for each in before for entry in each}
    changed = {wave for wave in waves if any(_populations(before, now, {wave}))}
    out = {wave for wave in changed if _tells(before, now, {wave}, fewest)}
    if _tells(before, now, waves - out, fewest):
        out = changed
    asked = {entry.wave for entry in now} - {DIARY}
    if out and not asked - out:
        raise TooAlikeError
    return out


def _tells(before: Sequence[Sequence[Counted]], now: Sequence[Counted], waves: Collection[str], fewest: int) -> bool:
    """Tell whether the differences between results add up to something about fewer than so many people."""
    differing = sorted({frozenset(people) for people in _populations(before, now, waves)}, key=sorted)
    if not differing:
        return False
    everyone = sorted(set().union(*differing))
    columns = {
        f"changed {place}": [_YES if who in people else _NO for who in everyone]
        for place, people in enumerate(differing)
    }
    ledger = Ledger(pl.DataFrame({"id": everyone} | columns), rule=Rule(minimum_people=fewest))
    return not ledger.allows([Population.where({column: [_YES]}) for column in columns])


def _populations(
    before: Sequence[Sequence[Counted]], now: Sequence[Counted], waves: Collection[str]
) -> Iterator[set[str]]:
    """Yield, for each group shown then and now, the people who are not in both or said something else."""
    current = _members(now, waves)
    for each in before:
        earlier = _members(each, waves)
        for group in earlier.keys() & current.keys():
            differing = {who for who, _ in earlier[group] ^ current[group]}
            if differing:
                yield differing


def _members(counted: Sequence[Counted], waves: Collection[str]) -> dict[_Group, set[tuple[str, str]]]:
    found: dict[_Group, set[tuple[str, str]]] = defaultdict(set)
    for entry in counted:
        for group in entry.groups if entry.wave in waves else ():
            found[entry.wave, group].add((entry.who, entry.said))
    return found
