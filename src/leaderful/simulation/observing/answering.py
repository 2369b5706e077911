"""How a state becomes an answer: the steps of the questionnaire, without error or with it.

States run from 0 to 1 and answers in steps of equal width from 1 to 4 or 1 to 5, so that trust of one half is where
"mostly" begins. The items of one scale are of unequal difficulty, so that their mean follows the state more finely
than one answer could. All of this is ours and assumed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

CONTACT_FROM: Final = (0.0096, 0.0666, 0.480, 2.236)
"""Encounters a week from which an answer is yearly, monthly, weekly and daily: half of once a year, then halfway (on a
scale of logarithms) between once a year, twelve times, once a week and five times a week."""
TRUST_STEPS: Final = (1 / 3, 0.0, -1 / 3)
"""How much more easily than the middle one each of the three trust answers, and of the three value answers, is given,
in steps of the answer."""
ITEM_STEPS: Final = (3 / 8, 1 / 8, -1 / 8, -3 / 8)
"""The same for the four items of a scale."""


def contact(rate: Reals) -> NDArray[np.int64]:
    """Return how often people say they work together, 0 never to 4 daily, from encounters in a week."""
    return np.asarray(np.searchsorted(CONTACT_FROM, rate, side="right"), dtype=np.int64)


def rated(state: Reals, *, step: float = 0.0, error: Reals | float = 0.0) -> NDArray[np.int64]:
    """Return the answer from 1 to 4 that a state gives; `step` and `error` are in steps of the answer."""
    return np.asarray(np.clip(np.floor(1.0 + 4.0 * state + step + error), 1, 4), dtype=np.int64)


def agreed(state: Reals, *, step: float = 0.0, error: Reals | float = 0.0) -> NDArray[np.int64]:
    """Return the answer from 1 to 5 that a state gives to an item that is not reversed."""
    return np.asarray(np.clip(np.floor(1.0 + 5.0 * state + step + error), 1, 5), dtype=np.int64)
