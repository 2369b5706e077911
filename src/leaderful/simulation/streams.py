"""Random draws by counter: a hash of the seed, the decision, who decides and when, so that no draw moves another.

Each decision of the model has a stream of its own. What an intervention does not touch draws the same numbers
with it and without it, whatever the order of computing and however many threads compute.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numba import njit

STREAMS: Final = (
    "turnover",
    "newcomer",
    "encounters",
    "openings",
    "responses",
    "reflection",
    "fading",
    "introduction",
    "contact",
    "forum",
    "conversation",
    "lever",
)
"""The decisions that draw: who leaves a post, how often a tie meets, which meetings open a moment, and so on."""


def stream_key(seed: int, name: str, week: int) -> np.uint64:
    """Return the key under which one decision draws in one week.

    Parameters
    ----------
    seed
        Seed of the run, any integer.
    name
        One of `STREAMS`.
    week
        Week of the run, from 0.

    Examples
    --------
    >>> bool(stream_key(1, "responses", 3) == stream_key(1, "responses", 3))
    True
    >>> bool(stream_key(1, "responses", 3) == stream_key(1, "openings", 3))
    False
    """
    if name not in STREAMS:
        raise ValueError(f"{name!r} is no stream; one of {', '.join(STREAMS)} is wanted")
    digest = hashlib.blake2b(f"{seed}/{name}/{week}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@njit(cache=True, nogil=True, inline="always")
def mixed(key: np.uint64, entity: np.uint64) -> np.uint64:
    """Return 64 bits that depend on every bit of the key and the entity (the finaliser of SplitMix64, twice)."""
    z = key ^ (entity * np.uint64(0x9E3779B97F4A7C15))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = (z ^ (z >> np.uint64(31))) + key
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return z ^ (z >> np.uint64(28))


@njit(cache=True, nogil=True, inline="always")
def uniform(key: np.uint64, entity: np.uint64) -> float:
    """Return a draw from the uniform law on [0, 1) with 53 bits."""
    return float(mixed(key, entity) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True, inline="always")
def pair(a: int, b: int) -> np.uint64:
    """Return the entity of a tie between two actors, the same from either end."""
    low, high = (a, b) if a < b else (b, a)
    return (np.uint64(high) << np.uint64(32)) | np.uint64(low)
