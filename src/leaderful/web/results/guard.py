"""What a reader could work out by setting new results beside earlier ones, and what is left out on that account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from leaderful.disclosure import Ledger, Population, Rule
from leaderful.errors import DisclosureError
from leaderful.web.results.counting import ASKED, DIARY, NAMING, Counted, within
from leaderful.web.studies.models import Study

_Said = dict[str, dict[str, str]]
"""Marks of each part, by the marks of the people of a group."""
_NO, _YES = "no", "yes"


class TooAlikeError(DisclosureError):
    """Beside earlier results, new ones would tell what a few people said."""


class RoundOpenError(Exception):
    """A round is still open, and what people say may still change."""


def refuse_unready(study: Study) -> None:
    """Refuse a study of which no results can be worked out now."""
    if study.open_waves.exists():
        raise RoundOpenError


def leave_out(before: Sequence[Sequence[Counted]], now: Sequence[Counted], fewest: int) -> set[str]:
    """Return the waves, and the diary, that must stay as they were seen, so that nobody is given away.

    The diary is open all the time. Once seen, it stays as it was also where nobody wrote in it: what is left out would
    otherwise tell whether somebody had.

    Raises
    ------
    TooAlikeError
        That would leave nothing new to see.
    """
    waves = {entry.wave for entry in now} | {entry.wave for each in before for entry in each}
    differing = {wave: list(_differing(before, now, wave)) for wave in waves}
    changed = {wave for wave, found in differing.items() if found}
    out = {wave for wave in changed if _tells(differing[wave], fewest)}
    if _tells([each for wave in waves - out for each in differing[wave]], fewest):
        out = changed
    out = out | _unchanged_diary(before, now, fewest)
    asked = {entry.wave for entry in now} - {DIARY}
    if out and not asked - out:
        raise TooAlikeError
    return out


def _unchanged_diary(before: Sequence[Sequence[Counted]], now: Sequence[Counted], fewest: int) -> set[str]:
    """Return the diary where it was seen before and the entries of too few people, or of nobody, have changed since."""
    current = _diary(now)
    seen = [earlier for earlier in map(_diary, before) if earlier]
    changed = ({who for who in earlier | current if earlier.get(who) != current.get(who)} for earlier in seen)
    return {DIARY} if any(len(people) < fewest for people in changed) else set()


def _diary(counted: Sequence[Counted]) -> _Said:
    return {entry.who: entry.said for entry in counted if entry.wave == DIARY}


def _tells(differing: Collection[tuple[str, frozenset[str]]], fewest: int) -> bool:
    """Tell whether the differences in some part add up to something about fewer than so many people."""
    parts: dict[str, set[frozenset[str]]] = defaultdict(set)
    for part, people in differing:
        parts[part].add(people)
    return any(_add_up(populations, fewest) for populations in {frozenset(found) for found in parts.values()})


def _add_up(populations: Collection[frozenset[str]], fewest: int) -> bool:
    everyone = sorted(frozenset().union(*populations))
    columns = {
        f"changed {place}": [_YES if who in people else _NO for who in everyone]
        for place, people in enumerate(sorted(populations, key=sorted))
    }
    ledger = Ledger(pl.DataFrame({"id": everyone} | columns), rule=Rule(minimum_people=fewest))
    return not ledger.allows([Population.where({column: [_YES]}) for column in columns])


def _differing(
    before: Sequence[Sequence[Counted]], now: Sequence[Counted], wave: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield, for each group shown then and now, each part and the people who are not in both or said something else."""
    current = _members(now, wave)
    for each in before:
        earlier = _members(each, wave)
        for group in earlier.keys() & current.keys():
            changed = _changed(earlier[group], current[group], group)
            yield from ((part, frozenset(people)) for part, people in changed.items())


def _changed(earlier: _Said, current: _Said, group: str) -> dict[str, set[str]]:
    """Return the people of a group who differ, by part."""
    found: dict[str, set[str]] = defaultdict(set)
    for who in earlier.keys() | current.keys():
        then, now = earlier.get(who, {}), current.get(who, {})
        if then == now:
            continue
        for part in then.keys() | now.keys():
            if then.get(part) != now.get(part) and within(part, group) and not _joined(part, then):
                found[part].add(who)
    if NAMING in found:
        found[NAMING] = _of_themselves(found[NAMING], earlier, current)
    return found


def _joined(part: str, then: Mapping[str, str]) -> bool:
    """Tell whether somebody is new among those asked, which tells of nobody; of one who is gone it would."""
    return part == ASKED and part not in then


def _of_themselves(differing: set[str], earlier: _Said, current: _Said) -> set[str]:
    """Return who came or went; where nobody did, who names others than before.

    When somebody withdraws, what others named them for goes too. These have changed, but not of themselves.
    """
    moved = {who for who in differing if NAMING not in earlier.get(who, {}) or NAMING not in current.get(who, {})}
    return moved or differing


def _members(counted: Sequence[Counted], wave: str) -> dict[str, _Said]:
    found: dict[str, _Said] = defaultdict(dict)
    for entry in counted:
        for group in entry.groups if entry.wave == wave else ():
            found[group][entry.who] = entry.said
    return found
