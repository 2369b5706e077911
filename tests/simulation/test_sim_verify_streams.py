"""The draws by counter: uniform, and without ties between neighbours, weeks, streams, draws and seeds."""

from __future__ import annotations

import numpy as np
import pytest
from plain_engine import draws, hashed, pairs
from scipy.stats import chisquare, kstest

from leaderful.simulation.streams import STREAMS, mixed, pair, stream_key, uniform

MANY = np.arange(200_000)
LEAST_P = 1e-4
"""Tests are many and their seeds are fixed: a sound hash falls below it once in ten thousand."""


def far(one: np.ndarray, two: np.ndarray) -> float:
    """Return the correlation of two rows of draws, in standard errors."""
    return abs(float(np.corrcoef(one, two)[0, 1])) * np.sqrt(len(one))


@pytest.mark.parametrize("name", STREAMS)
def test_draws_of_every_stream_are_uniform(name: str) -> None:
    for week in (-520, 0, 259):
        u = draws(1, name, week, MANY)
        assert u.min() >= 0 and u.max() < 1
        assert chisquare(np.bincount((u * 256).astype(int), minlength=256)).pvalue > LEAST_P
        assert kstest(u, "uniform").pvalue > LEAST_P


@pytest.mark.parametrize("apart", [1, 2, 3, 4, 7, 64, 1000])
def test_neighbouring_actors_draw_apart(apart: int) -> None:
    u = draws(1, "turnover", 5, MANY)
    assert far(u[:-apart], u[apart:]) < 4
    both = (u[:-apart] * 16).astype(int) * 16 + (u[apart:] * 16).astype(int)
    assert chisquare(np.bincount(both, minlength=256)).pvalue > LEAST_P


def test_weeks_streams_draws_and_seeds_draw_apart() -> None:
    first = draws(1, "responses", 5, MANY)
    others = [
        *(draws(1, "responses", week, MANY) for week in (4, 6, 7, 57)),
        *(draws(1, name, 5, MANY) for name in STREAMS if name != "responses"),
        *(draws(1, "responses", 5, MANY, number) for number in range(1, 15)),
        *(draws(seed, "responses", 5, MANY) for seed in (0, 2, 3, -1)),
    ]
    assert all(far(first, other) < 4.5 for other in others)


def test_ties_of_neighbours_draw_apart() -> None:
    """Ties (i, j) and (i, j + 1), (i + 1, j): entities that differ in a bit or two of one half alone."""
    low, high = np.meshgrid(np.arange(400), np.arange(1000, 1400))
    u = [draws(1, "encounters", 3, pairs((low + a).ravel(), (high + b).ravel())) for a, b in ((0, 0), (0, 1), (1, 0))]
    assert far(u[0], u[1]) < 4
    assert far(u[0], u[2]) < 4
    assert chisquare(np.bincount((u[0] * 256).astype(int), minlength=256)).pvalue > LEAST_P


def test_one_bit_of_the_entity_changes_half_of_the_bits() -> None:
    """Avalanche: every bit of the entity flips every bit of the hash with a chance of 0.5 within 0.02."""
    key, entity = stream_key(1, "openings", 9), np.arange(20_000)
    plain = hashed(key, entity)
    for bit in (0, 1, 5, 17, 32, 33, 50, 63):
        flipped = hashed(key, entity.astype(np.uint64) ^ np.uint64(1 << bit))
        changed = (plain ^ flipped)[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)
        shares = changed.mean(axis=0)
        assert np.abs(shares - 0.5).max() < 0.02


def test_the_kernels_hash_is_the_plain_one() -> None:
    key = stream_key(7, "fading", -3)
    entities = np.concatenate([np.arange(50), pairs(np.arange(50), np.arange(50) + 2_999_999)]).astype(np.uint64)
    wanted = hashed(key, entities)
    assert [int(mixed(key, entity)) for entity in entities] == wanted.tolist()
    assert [uniform(key, entity) for entity in entities] == ((wanted >> np.uint64(11)) / 2.0**53).tolist()
    assert int(pair(5, 3)) == int(pair(3, 5)) == int(pairs(np.array([3]), np.array([5]))[0])


def test_an_unknown_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="is no stream"):
        stream_key(1, "luck", 0)
