"""What a finding says of the people behind it: how many, how many of each answer, and which findings it was made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from leaderful.disclosure.cover import Mask
from leaderful.disclosure.rule import Rule

_Named = tuple[str, str, str, str]
_CELLS = (("count", "n"), ("a_count", "a_n"), ("b_count", "b_n"))


def too_few(n: int | None, detail: Mapping[str, Any], rule: Rule) -> bool:
    """Tell whether a number has too few people behind it, or is a share made of a small cell."""
    behind = [number for number in (n, detail.get("people")) if number is not None]
    return any(number < rule.minimum_people for number in behind) or _small_cell(n, detail, rule)


def _small_cell(n: int | None, detail: Mapping[str, Any], rule: Rule) -> bool:
    for part, whole in _CELLS:
        count, total = detail.get(part), detail.get(whole, n)
        if count is not None and total is not None and _between(count, total - count, below=rule.smallest_cell):
            return True
    return False


def _between(*counts: int, below: int) -> bool:
    return any(0 < count < below for count in counts)


class Resting:
    """Which findings rest on which others, so that hiding one hides what was made of it."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], details: Sequence[Mapping[str, Any]], asked: Collection[str]
    ) -> None:
        made = {place: detail["rests_on"] for place, detail in enumerate(details) if detail.get("rests_on")}
        self._asked = [{key: detail[key] for key in asked if key in detail} if made else {} for detail in details]
        named: dict[_Named, list[int]] = defaultdict(list)
        for place, row in enumerate(rows if made else ()):
            named[row["measure"], row["unit_kind"], row["unit"], row["wave"]].append(place)
        self._below: dict[int, list[int]] = {
            place: [below for name in names for below in named.get(tuple(name), ()) if self._agree(place, below)]
            for place, names in made.items()
        }

    def spread(self, hidden: Mask) -> Mask:
        """Return what is hidden once every finding that rests on a hidden one is hidden too."""
        hidden = hidden.copy()
        changed = True
        while changed:
            changed = False
            for place, below in self._below.items():
                if not hidden[place] and hidden[below].any():
                    hidden[place] = changed = True
        return hidden

    def _agree(self, one: int, other: int) -> bool:
        """Tell whether two findings asked the same, as far as both say what was asked."""
        return all(
            self._asked[other][key] == value for key, value in self._asked[one].items() if key in self._asked[other]
        )
