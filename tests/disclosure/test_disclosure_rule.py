"""How few is too few can be raised and not lowered."""

from __future__ import annotations

import pytest

from leaderful.disclosure import Rule
from leaderful.errors import DisclosureError


@pytest.mark.parametrize("given", [{"minimum_people": 9}, {"smallest_cell": 4}, {"minimum_people": -1}])
def test_a_rule_cannot_be_lowered(given: dict[str, int]) -> None:
    with pytest.raises(DisclosureError, match=r"can be raised above (10|5) but not lowered"):
        Rule(**given)


def test_a_rule_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Rule().minimum_people = 1  # type: ignore[misc]
